# SPDX-License-Identifier: GPL-2.0
"""Few sessions in which every value, or every pair of values, occurs.

Columns are a dictionary: a name, and the list of its values.  A session is a
dictionary with one value for each column.  An item is a (column, value); two
items for which impossible(a, b) is true cannot be in one session.  The sessions
depend on nothing but the arguments.
"""

import itertools


def targets(columns, strength, impossible):
    """The sets of STRENGTH items that can be in one session, in order."""
    found = []
    for names in itertools.combinations(columns, strength):
        for values in itertools.product(*(columns[n] for n in names)):
            items = tuple(zip(names, values))
            if not any(impossible(a, b)
                       for a, b in itertools.combinations(items, 2)):
                found.append(items)
    return found


def holds(session, items):
    return all(session[column] == value for column, value in items)


def cover(columns, strength, impossible):
    """Sessions that together hold every target of STRENGTH (1 or 2) items.

    Greedy: each session begins with the first target that no session holds,
    and takes for every further column the value that adds most.
    """
    left = dict.fromkeys(targets(columns, strength, impossible))
    used = {(c, v): 0 for c in columns for v in columns[c]}
    order = {c: i for i, c in enumerate(columns)}
    sessions = []

    def gain(session, item):
        if strength == 1:
            return (item,) in left
        return sum(tuple(sorted((item, other), key=lambda i: order[i[0]]))
                   in left for other in session.items())

    while left:
        session = dict(next(iter(left)))
        for column in columns:
            if column in session:
                continue
            items = [(column, v) for v in columns[column]
                     if not any(impossible(o, (column, v))
                                for o in session.items())]
            if not items:
                raise ValueError('no %s goes with %s' % (column, session))
            # max() takes the first of equals
            best = max(items, key=lambda i: (gain(session, i), -used[i]))
            session[column] = best[1]
        for items in [t for t in left if holds(session, t)]:
            del left[items]
        for item in session.items():
            used[item] += 1
        sessions.append({column: session[column] for column in columns})
    return sessions
