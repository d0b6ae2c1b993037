# SPDX-License-Identifier: GPL-2.0
"""Looks at the helper and its requests with the kernel's Python client (pyynl).

Usage: ynl_client.py SPECIFICATION SCHEMA DIRECTORY-OF-TOOLS
Wants pyynl in PYTHONPATH, and in the environment KSSH_PORT and KSSH_SLOW.
"""

import errno
import os
import signal
import subprocess
import sys
import tempfile
import time

from lib import NlError, YnlFamily

SPEC, SCHEMA, TOOLS = sys.argv[1:]
PORT = os.environ['KSSH_PORT']
SLOW = int(os.environ.get('KSSH_SLOW', '1'))
PLAN = 11
count = failed = 0


def check(good, what, got=None):
    global count, failed
    count += 1
    if not good:
        failed += 1
        print('# got %r' % (got,))
    print('%sok %d - %s' % ('' if good else 'not ', count, what), flush=True)


def error_of(call, *args):
    """The errno with which the kernel refuses, 0 if it does not."""
    try:
        call(*args)
    except NlError as error:
        return error.error
    return 0


def as_nobody(call, *args):
    """error_of() in a process that has given everything up."""
    pid = os.fork()
    if pid == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        os._exit(error_of(call, *args))
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def start_helper():
    ready, write = os.pipe()
    helper = subprocess.Popen(
        [TOOLS + '/kssh-hostkeyd', '--known-hosts', tempfile.mktemp(),
         '--ready-fd', str(write)], pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    os.read(ready, 1)
    return helper


def wait_for_request(family):
    until = time.monotonic() + 30 * SLOW
    requests = []
    while time.monotonic() < until:
        requests = family.dump('list', {})
        if requests:
            break
        time.sleep(0.05)
    return requests


def main():
    print('1..%d' % PLAN)
    family = YnlFamily(SPEC, schema=SCHEMA)
    status = family.do('status', {})
    check(status['source'] == 'none', 'nobody is there', status)
    check(family.dump('list', {}) == [], 'nothing to list')
    helper = start_helper()
    status = family.do('status', {})
    check(status['source'] == 'own' and status['pid'] == helper.pid,
          'the helper is seen', status)
    check('prequery' in status['flags'], 'its flags have names', status)
    check(error_of(family.do, 'register', {}) == errno.EBUSY,
          'there is one helper only')

    # One that does not read lets a question be looked at.
    helper.send_signal(signal.SIGSTOP)
    asker = subprocess.Popen(
        [TOOLS + '/kssh-probe', '--hostkey-algs', 'ssh-ed25519',
         '127.0.0.1:' + PORT], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    requests = wait_for_request(family)
    check(len(requests) == 1 and requests[0]['name'] == '127.0.0.1' and
          requests[0]['port'] == int(PORT) and requests[0]['uid'] == 0 and
          requests[0]['state'] == 'asked', 'a request is listed', requests)
    verdict = {'cookie': requests[0]['cookie'], 'verdict': 'accept'}
    check(error_of(family.do, 'verdict', verdict) == errno.EPERM,
          'and cannot be answered without being the helper')
    check(error_of(family.do, 'known', {'cookie': requests[0]['cookie']}) ==
          errno.EPERM, 'nor can a pre-query')
    check(as_nobody(family.dump, 'list', {}) == errno.EPERM,
          'to others it is not listed')
    check(as_nobody(family.do, 'status', {}) == 0, 'they see that there is a helper')
    helper.send_signal(signal.SIGCONT)
    check(asker.wait() == 20, 'the helper itself answers', asker.returncode)
    helper.terminate()
    helper.wait()
    return failed != 0


if __name__ == '__main__':
    sys.exit(main())
