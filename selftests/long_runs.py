# SPDX-License-Identifier: GPL-2.0
"""The table of long runs in Documentation/long-runs.rst: a row for each group, of its
newest run.  What a group did it says itself, in lines of output that begin with
"# long: "."""

import os
import re
import time

PAGE = os.path.join(os.path.dirname(os.path.realpath(__file__)),
                    '../Documentation/long-runs.rst')
ROW = re.compile(r'   \* - (\S+)\n(?:     .*\n)+')


def did(log):
    with open(log, errors='replace') as f:
        found = [m.group(1).strip() for m in
                 (re.match(r'\s*# long: (.*)', line) for line in f) if m]
    return '; '.join(found) or '-'


def record(name, where, seconds, result, log):
    """Replaces the row of a group, or adds it at the end."""
    with open(PAGE) as f:
        text = f.read()
    row = '   * - %s\n' % name
    for cell in (time.strftime('%Y-%m-%d', time.gmtime()), where,
                 '%d' % round(seconds / 60), result, did(log)):
        row += '     - %s\n' % cell
    for m in ROW.finditer(text):
        if m.group(1) == name:
            text = text[:m.start()] + row + text[m.end():]
            break
    else:
        text = text.rstrip('\n') + '\n' + row
    with open(PAGE + '.new', 'w') as f:
        f.write(text)
    os.rename(PAGE + '.new', PAGE)
