# SPDX-License-Identifier: GPL-2.0
"""Documentation/interop.rst, made of what a run of interop/run came to.

A result is a dictionary: the name of a server, and its Matrix.  Each section of
the page begins with a label, so that one server's can be compared by itself.
"""

import difflib
import re

OVERVIEW = 'overview'

# Why something is not tested
KERNEL, SERVER, CERTIFICATES, MATE, RENEWAL, TAG = 'KSCNRT'
REASONS = {
    SERVER: 'the server does not have it, although it offers all that it has',
    CERTIFICATES: 'the server does not have host certificates',
    MATE: 'the server has it, but no MAC, or no cipher, that goes with it and '
          'that kssh has',
    RENEWAL: 'when the server renews keys cannot be set',
    TAG: 'the cipher has a tag of its own, and takes no MAC',
    KERNEL: 'the running kernel lacks it',
}
KINDS = {
    'kex': ('k', 'Key exchange'), 'hostkey': ('h', 'Host keys'),
    'cipher': ('c', 'Ciphers'), 'mac': ('m', 'MACs'),
    'comp': ('z', 'Compression'), 'renewal': ('r', 'Keys renewed by'),
}
WORDS = {
    ('mac', '-'): "(the cipher's own tag)",
    ('renewal', 'client'): 'kssh', ('renewal', 'server'): 'the server',
}
# Rows and columns of a server's tables; together every two kinds
TABLES = ((('kex',), ('hostkey',)),
          (('kex', 'hostkey'), ('cipher', 'mac', 'comp', 'renewal')),
          (('cipher', 'mac', 'comp'), ('mac', 'comp', 'renewal')))
MARKERS = re.compile('kex-strict-|ext-info-|kexguess')

HEAD = '''.. SPDX-License-Identifier: GPL-2.0
.. Made by selftests/interop/run.

=====================
Against other servers
=====================

What kssh has was tried with what each of these servers has: key exchange, host
key, cipher, MAC and compression, and who renews the keys. Each pair of two kinds
is in at least one session that offered nothing else, over IPv4 and IPv6 where the
server takes both. In each a user logs in, what is sent is sent back, at least
30,000 bytes either way, with the keys renewed on the way, and what was negotiated
is what was asked for. The sessions are chosen by ``selftests/interop/pairs.py``,
from what the running module and the server say that they have. OpenSSH's keys in
security keys are in ``selftests/interop/authenticator.c``, for want of hardware.

A number says how many sessions had both, or the one, and passed; a letter, why
there is none:

%sThe sessions run in user-mode Linux 7.3, and the run fails if this page is no longer
what comes of them. It leaves the page as it should be in ``build/interop/``::

  selftests/check 'build-u*'
  selftests/guest/run uml --timeout 3600 --out build/interop -- selftests/interop/run
  cp build/interop/interop.rst Documentation/

'''


def label(name, titles):
    return '.. _interop-%s:\n.. Of %s\n\n' % (name, ', '.join(titles))


def titles(section):
    """The servers with their versions that a section is about."""
    line = re.search(r'^\.\. Of (.*)$', section, re.M)
    return line[1].split(', ') if line else []


def heading(title, line):
    return '%s\n%s\n\n' % (title, line * len(title))


def shown(kind, name):
    return WORDS.get((kind, name), name).replace('@', '\\@')


def table(head, rows):
    """A simple table; HEAD and ROWS are lists of cells, HEAD's of lines."""
    lines = max(len(cell) for cell in head)
    head = [['\\' if not i and not c else c for c in
             (cell[i] if i < len(cell) else '' for cell in head)]
            for i in range(lines)]
    wide = [max(len(str(row[i])) for row in head + rows)
            for i in range(len(head[0]))]
    rule = ' '.join('=' * w for w in wide)

    def line(row):
        return ' '.join(str(c).ljust(w) for c, w in zip(row, wide)).rstrip()

    return '\n'.join([rule] + [line(r) for r in head] + [rule] +
                     [line(r) for r in rows] + [rule]) + '\n\n'


def values(kind, matrix):
    """All that is known of a kind: (number, name), the numbers fixed."""
    names = [name for k, name in matrix.reasons if k == kind]
    if kind == 'mac':
        return list(enumerate(['-'] + names))
    if kind == 'renewal':
        names = ['nobody', 'client', 'server']
    return list(enumerate(names, 1))


def reason(matrix, kind, name):
    if name in matrix.columns[kind]:
        return None
    if kind == 'renewal':
        return RENEWAL
    return matrix.reasons.get((kind, name)) or SERVER


def passed(matrix, *items):
    return sum(all(s[kind] == name for kind, name in items)
               for s in matrix.passed)


def overview(done):
    matrices = list(done.values())
    text = label(OVERVIEW, [m.title for m in matrices])
    text += heading('All algorithms', '=')
    for kind, (letter, title) in KINDS.items():
        rows = [[letter + str(number), shown(kind, name)] +
                [reason(m, kind, name) or passed(m, (kind, name))
                 for m in matrices]
                for number, name in values(kind, matrices[0])]
        text += table([[''], [title]] + [m.title.split() for m in matrices],
                      rows)
    return text


def pair(matrix, row, column):
    """The cell of two items; of one kind they are never together."""
    if row[0] == column[0]:
        return '.'
    if {row[0], column[0]} == {'cipher', 'mac'} and \
            not matrix.can_be(row, column):
        return TAG
    return passed(matrix, row, column)


def server_table(matrix, row_kinds, column_kinds):
    def items(kinds):
        return [(kind, name, KINDS[kind][0] + str(number))
                for kind in kinds for number, name in values(kind, matrix)
                if name in matrix.columns[kind]]

    columns = items(column_kinds)
    rows = [[number, shown(kind, name)] +
            [pair(matrix, (kind, name), c[:2]) for c in columns]
            for kind, name, number in items(row_kinds)]
    return table([[''], ['']] + [[c[2]] for c in columns], rows)


def paragraph(text):
    lines = ['']
    for word in text.split():
        if len(lines[-1]) + 1 + len(word) > 80:
            lines.append('')
        lines[-1] += ' ' * bool(lines[-1]) + word
    return '\n'.join(lines) + '\n\n'


def server(name, matrix):
    text = label(name, [matrix.title]) + heading(matrix.title, '=')
    total = len(matrix.passed) + len(matrix.failed)
    text += '%d of %d sessions passed.\n\n' % (len(matrix.passed), total)
    for rows, columns in TABLES:
        text += server_table(matrix, rows, columns)
    more = [n for kind in matrix.more for n in matrix.more[kind]
            if not MARKERS.match(n)]
    if more:
        text += paragraph('What it offers besides, and kssh does not have: %s.'
                          % ', '.join(n.replace('@', '\\@') for n in more))
    return text


def sections(done):
    parts = {OVERVIEW: overview(done)}
    parts.update((name, server(name, m)) for name, m in done.items())
    return {name: part.rstrip('\n') + '\n' for name, part in parts.items()}


def text(done):
    legend = table([[''], ['why there is no session']], list(REASONS.items()))
    return HEAD % legend + '\n'.join(sections(done).values())


def split(page):
    """The sections of a page by name, as sections() makes them."""
    parts = re.split(r'^(?=\.\. _interop-)', page, flags=re.M)[1:]
    return {re.match(r'\.\. _interop-(\w+):', part)[1]: part.rstrip('\n') + '\n'
            for part in parts}


def difference(old, new):
    return [line.rstrip() for line in difflib.unified_diff(
        old.split('\n'), new.split('\n'), 'page', 'run', n=0)][:40]
