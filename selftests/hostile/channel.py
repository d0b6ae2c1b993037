# SPDX-License-Identifier: GPL-2.0
"""What the scripted server does on the one channel that it knows (RFC 4254).

Our number of it is the argument channel=, the client's client=, both 0 at first; it
counts as open from the beginning, and the windows are what the test says they are.
What comes on it is kept, and sent back if mirror is on.
"""

import hashlib
import time

import wire
from wire import Reader, boolean, byte, string, u32

EOF, CLOSE, REQUEST = 96, 97, 98


BLOCK = bytes((k * 7 + (k >> 8) * 13) & 0xff for k in range(65536))


def pattern(start, n):
    """Bytes of a stream of which each piece is another."""
    start &= 0xffff
    return (BLOCK * ((start + n) // 65536 + 1))[start:start + n]


class Channel:
    """Mixed into Session, which has recv(), send() and record()."""

    def channel_init(self):
        self.ch_ours = int(self.arg("channel", "0"))
        self.ch_theirs = int(self.arg("client", "0"))
        self.ch_window = int(self.arg("window", "0"))   # that we may still send
        self.ch_got, self.ch_hash = 0, hashlib.sha256()
        self.ch_sent = 0
        self.ch_mirror = self.ch_auto_close = False
        self.ch_closed = False
        self.ch_raised = []     # WINDOW_ADJUST received
        self.ch_back, self.ch_back_ends = b"", False    # to be sent back

    def channel_message(self, p):
        """Is it one for our channel?"""
        if not 93 <= p[0] <= 98 or self.ch_closed or not self.arg("channel") or \
                Reader(p[1:]).u32() != self.ch_ours:
            return False
        r = Reader(p[1:])
        r.u32()
        if p[0] == wire.CHANNEL_DATA:
            data = r.string()
            self.ch_got += len(data)
            self.ch_hash.update(data)
            if self.ch_mirror:
                self.ch_back += data
                self.reflect()
        elif p[0] == 93:
            n = r.u32()
            self.ch_window += n
            self.ch_raised.append(n)
            self.reflect()
        elif p[0] == EOF:
            self.record("channel eof")
            self.ch_back_ends = self.ch_mirror
            self.reflect()
        elif p[0] == CLOSE:
            self.record("channel close")
            self.ch_closed = True
            self.do_channel(str(CLOSE))
        elif p[0] == REQUEST:
            self.record("channel request %s" % r.string().decode())
        return True

    def reflect(self):
        """Send back what the window lets us, and EOF behind it."""
        while self.ch_back and self.ch_window:
            n = min(len(self.ch_back), self.ch_window, 32768)
            data, self.ch_back = self.ch_back[:n], self.ch_back[n:]
            self.do_data_raw(data)
        if self.ch_back_ends and not self.ch_back:
            self.ch_back_ends = False
            self.do_channel(str(EOF))

    def do_data_raw(self, data):
        self.ch_window -= len(data)
        self.send(byte(wire.CHANNEL_DATA) + u32(self.ch_theirs) + string(data))

    def do_data(self, n, piece="0"):
        """N bytes of the pattern, in one message or in such of PIECE bytes, whatever
        the window."""
        n, piece = int(n), int(piece) or int(n)
        while n:
            k = min(n, piece)
            self.do_data_raw(pattern(self.ch_sent, k))
            self.ch_sent += k
            n -= k

    def do_fill(self, n, piece="32768"):
        """As do_data(), within the window: waits for it."""
        n = int(n)
        while n:
            k = min(n, int(piece), self.ch_window)
            if not k:
                self.dispatch(self.later.pop(0) if self.later else self.recv())
                continue
            self.do_data_raw(pattern(self.ch_sent, k))
            self.ch_sent += k
            n -= k

    def do_extended(self, n):
        self.send(byte(95) + u32(self.ch_theirs) + u32(1) + string(pattern(0, int(n))))

    def do_adjust(self, n):
        self.send(byte(93) + u32(self.ch_theirs) + u32(int(n)))

    def do_channel(self, number):
        """EOF, CLOSE, SUCCESS, FAILURE: a message of nothing but the number."""
        self.send(byte(int(number)) + u32(self.ch_theirs))

    def do_request(self, name, want, *more):
        self.send(byte(REQUEST) + u32(self.ch_theirs) + string(name) +
                  boolean(want == "1") + bytes.fromhex("".join(more)))

    def do_global(self, name, want):
        self.send(byte(wire.GLOBAL_REQUEST) + string(name) + boolean(want == "1"))

    def do_mirror(self, on):
        self.ch_mirror = on == "on"

    def do_answers(self, n):
        """The numbers of the next N messages that are not the stream's."""
        numbers = []
        while len(numbers) < int(n):
            p = self.recv()
            if p[0] in (wire.CHANNEL_DATA, 93):
                self.dispatch(p)
            else:
                numbers.append(str(p[0]))
        return " ".join(numbers)

    def do_said(self):
        """What has come on the channel: bytes, their hash, WINDOW_ADJUSTs."""
        return "%d %s %s" % (self.ch_got, self.ch_hash.hexdigest(),
                             ",".join(str(n) for n in self.ch_raised) or "-")

    def do_wait_got(self, n):
        while self.ch_got < int(n):
            self.dispatch(self.recv())

    def do_pause(self, ms):
        time.sleep(int(ms) / 1000)

    def do_then(self, *words):
        """Several commands, separated by ';'."""
        for text in " ".join(words).split(";"):
            self.do(text.strip())
