# SPDX-License-Identifier: GPL-2.0
"""Runs inside gdb, beside a guest whose module has its symbols: what an exchange knows
when its keys are about to be derived goes to a file, a line of JSON each, and how much
of it is in the guest's memory at that moment.

gdb -batch -ex 'python WATCH = {...}' -x watch.py: module, text (its address), gdb
(socket of QEMU's stub), out, ready, scan and memory.
"""

import json
import os
import subprocess

import gdb


def octets(pointer, n):
    return bytes(gdb.selected_inferior().read_memory(int(pointer), int(n))).hex()


def present(secrets):
    """How often each is there."""
    said = subprocess.run(
        [WATCH["scan"], WATCH["memory"]], check=True, text=True, capture_output=True,
        input="".join("%s %s\n" % s for s in secrets.items())).stdout
    found = [line.split()[0] for line in said.splitlines()]
    return {name: found.count(name) for name in secrets}


class Derive(gdb.Breakpoint):
    def stop(self):
        x = gdb.parse_and_eval("(struct kssh_exchange *)$rdi")
        secrets = {
            "ephemeral": octets(x["ephemeral"], x["neg"]["kex"]["ephemeral_len"]),
            "secret": octets(x["secret"], x["secret_len"]),
            "k": octets(x["k"], x["k_len"]),
        }
        line = {"kex": x["neg"]["kex"]["name"].string(), "secrets": secrets,
                "present": present(secrets),
                "h": octets(x["h"].address, x["h_len"]),
                "session_id": octets(x["session_id"].address, x["session_id_len"])}
        with open(WATCH["out"], "a") as f:
            f.write(json.dumps(line) + "\n")
        return False


gdb.execute("set pagination off")
gdb.execute("set architecture i386:x86-64")
gdb.execute("add-symbol-file %s %s" % (WATCH["module"], WATCH["text"]), to_string=True)
gdb.execute("target remote " + WATCH["gdb"])
Derive("*kssh_exchange_derive")
os.close(os.open(WATCH["ready"], os.O_CREAT | os.O_WRONLY))
try:
    gdb.execute("continue")
except gdb.error:       # the guest has ended
    pass
