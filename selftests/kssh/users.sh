#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# users.sh: the launcher and the workers of kssh-hostkeyd, as root.  Needs no module, but
# users whom no machine has.  Prints TAP; run by run.sh.

set -u
top=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
# where everybody may execute them
bin=$(mktemp -d)
trap 'rm -rf "$bin"' EXIT
chmod 755 "$bin"
cp "$top"/build/tools/{kssh-hostkeyd-launch,kssh-hostkeyd-worker,users-test} "$bin" || exit 1
modprobe fuse 2> /dev/null	# for a path that hangs
CMOCKA_MESSAGE_OUTPUT=TAP "$bin/users-test" "$bin"
