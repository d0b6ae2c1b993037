# SPDX-License-Identifier: GPL-2.0
"""Reads TAP 13/14 and KTAP 1, nested or not, and counts what was tested.

Only leaves count: a result that closes a block of more deeply indented
results stands for them and is not counted again, unless it says "not ok"
where everything below was fine.  Whatever makes the figures doubtful is a
failure of its own: no plan, a plan that was not kept, numbers out of order,
a block that nothing closes, "Bail out!", no test at all.

Several documents may follow one another.  The kernel log's time stamps are
taken off.  The output of other programs in between is a diagnostic.
"""

import re

STAMP = re.compile(r'^(<\d+>)?\[ *\d+\.\d+\](\[ *[TC]\d+\])? ?')
VERSION = re.compile(r'^( *)K?TAP version \d+\s*$')
PLAN = re.compile(r'^( *)1\.\.(\d+)(?:\s*#\s*(.*))?$')
RESULT = re.compile(r'^( *)(not ok|ok)\b(?:\s+(\d+))?\s*(?:-\s*)?(.*)$')
SKIP = re.compile(r'(?:^|\s)#\s*skip\b\S*\s*(.*)$', re.I)
# KUnit plans no parameters, but sums them up at the end.
SUM = re.compile(r'^ *# ([^:]+): pass:\d+ fail:\d+ skip:\d+ total:(\d+)$')
TODO = re.compile(r'(?:^|\s)#\s*todo\b', re.I)
DIAGNOSTICS = 60


class Result:
    """One leaf: its name, how it went, and what was said before it."""

    def __init__(self, name, state, lines=(), reason=''):
        self.name = name
        self.state = state          # 'pass', 'fail' or 'skip'
        self.lines = list(lines)
        self.reason = reason


class Block:
    """The results of one document or one level of nesting."""

    def __init__(self, indent):
        self.indent = indent
        self.plan = None
        self.seen = 0
        self.bad = 0                # failed leaves in and below
        self.leaves = 0             # leaves in and below
        self.name = ''


class Parser:
    """feed() it lines, finish() it, then read results."""

    def __init__(self):
        self.results = []
        self.stack = []
        self.said = []
        self.bailed = False

    def count(self, state):
        return sum(1 for r in self.results if r.state == state)

    # -- what goes wrong with the document itself --

    def fault(self, what):
        where = ' > '.join(b.name for b in self.stack if b.name)
        self.results.append(Result(where + ': ' + what if where else what,
                                   'fail', self.said[-DIAGNOSTICS:]))
        for b in self.stack:
            b.bad += 1
            b.leaves += 1

    def close(self, block):
        """The block has ended: was its plan kept?"""
        if block.plan is None:
            self.fault('no plan (1..N)')
        elif block.plan != block.seen:
            self.fault('%d tests planned, %d seen'
                       % (block.plan, block.seen))

    def close_deeper(self, indent):
        """Blocks that ended although no result of their parent came."""
        while self.stack and self.stack[-1].indent > indent:
            block = self.stack[-1]
            self.close(block)
            self.fault('no result after its tests')
            self.stack.pop()

    def level(self, indent):
        """The block that a line of this indentation belongs to."""
        self.close_deeper(indent)
        if not self.stack or self.stack[-1].indent < indent:
            self.stack.append(Block(indent))
        return self.stack[-1]

    # -- lines --

    def feed(self, line):
        line = STAMP.sub('', line.rstrip('\r\n'))
        match = VERSION.match(line)
        if match:
            return self.version(len(match[1]))
        match = PLAN.match(line)
        if match:
            return self.planned(len(match[1]), int(match[2]), match[3])
        match = RESULT.match(line)
        if match:
            return self.result(len(match[1]), match[2] == 'ok', match[3],
                               match[4], line)
        if line.strip().startswith('Bail out!'):
            self.bailed = True
            self.said.append(line)
            return self.fault(line.strip())
        match = re.match(r'^( *)# Subtest: (.*)$', line)
        if match and (not self.stack or self.stack[-1].indent <= len(match[1])):
            self.level(len(match[1])).name = match[2]
        match = SUM.match(line)
        if match and self.stack and self.stack[-1].plan is None and \
                self.stack[-1].name == match[1]:
            self.stack[-1].plan = int(match[2])
        if line.strip():
            self.said.append(line)
        return None

    def version(self, indent):
        # At an indentation that is open already it is another document.
        self.close_deeper(indent)
        if self.stack and self.stack[-1].indent == indent:
            self.close(self.stack.pop())
        self.stack.append(Block(indent))

    def planned(self, indent, number, comment):
        block = self.level(indent)
        if block.plan is not None:
            if block.plan == block.seen and indent == 0:
                self.stack.pop()
                block = self.level(indent)
            else:
                self.fault('a second plan')
        block.plan = number
        if number == 0:
            reason = re.sub(r'(?i)^skip\S*\s*', '', comment or '')
            if comment and re.match(r'(?i)skip', comment):
                self.leaf(block.name or 'all', 'skip', reason)

    def leaf(self, name, state, reason=''):
        self.results.append(Result(name, state, self.said[-DIAGNOSTICS:],
                                   reason))
        for b in self.stack:
            b.leaves += 1
            b.bad += state == 'fail'

    def result(self, indent, good, number, text, line):
        below = None
        if self.stack and self.stack[-1].indent > indent:
            # The innermost open block is what this result closes; anything
            # between the two has lost its own result.
            while len(self.stack) > 1 and self.stack[-2].indent > indent:
                self.close(self.stack[-1])
                self.fault('no result after its tests')
                self.stack.pop()
            below = self.stack[-1]
            self.close(below)
            self.stack.pop()
        block = self.level(indent)
        block.seen += 1
        if number is not None and int(number) != block.seen:
            self.fault('test %s where %d was due' % (number, block.seen))
            block.seen = int(number)

        skip = SKIP.search(text)
        name = re.sub(r'\s*#\s.*$', '', text).strip() or 'test %d' % block.seen
        path = [b.name for b in self.stack if b.name] + [name]
        name = ' > '.join(path)
        if below is not None and below.leaves:
            if not good and not below.bad:
                self.said.append(line)
                self.leaf(name, 'fail')
        elif TODO.search(text) and not good:
            self.leaf(name, 'skip', text[TODO.search(text).start():].strip())
        elif skip and good:
            self.leaf(name, 'skip', skip[1].strip())
        else:
            self.leaf(name, 'pass' if good else 'fail')
        self.said = []

    def finish(self, status=0):
        """The stream has ended, and its program with this exit status."""
        self.close_deeper(0)
        while self.stack:
            self.close(self.stack[-1])
            self.stack.pop()
        if not self.results:
            self.fault('not one test result')
        if status and not self.count('fail'):
            self.fault('every test is content, but the exit status is %d'
                       % status)
        return self


def parse(text, status=0):
    parser = Parser()
    for line in text.splitlines():
        parser.feed(line)
    return parser.finish(status)
