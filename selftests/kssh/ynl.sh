#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ynl.sh: the kernel's own Python client of netlink specifications, from linux-source,
# with kssh.yaml: it can look on, and it cannot answer.  Prints TAP; run by run.sh.

set -u
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
top=$(cd "$here/../.." && pwd)
source=$("$top/selftests/guest/kernel" --path source tree) || exit 1
export PYTHONPATH=$source/tools/net/ynl/pyynl PYTHONDONTWRITEBYTECODE=1

exec /usr/bin/python3 "$here/ynl_client.py" "$top/Documentation/netlink/specs/kssh.yaml" \
	"$source/Documentation/netlink/genetlink.yaml" "$top/build/tools"
