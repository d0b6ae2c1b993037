#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# run.sh: the tests of the socket interface, in a guest
#
# Usage: selftests/guest/run KERNEL -- selftests/kssh/run.sh [TEST...]
#
# Loads the module, starts the scripted server, runs each TEST (default all; a
# name without _test, and without .sh), and takes the module out again.  Prints
# one KTAP document with a test of one level of nesting for each.

set -u
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
top=$(cd "$here/../.." && pwd)
bin=$top/build/selftests

# How much longer things take than on bare metal; see kt_slow().
case ${KSSH_GUEST-} in
uml)	: "${KSSH_SLOW:=1}" ;;
debug)	: "${KSSH_SLOW:=10}" ;;
*)	: "${KSSH_SLOW:=4}" ;;
esac
export KSSH_SLOW KSSH_BIN=$bin

tests=(attach options handshake wire trust errors records ciphers rekey holes netlink upcall hostkeyd module)
[ $# = 0 ] || tests=("$@")

. "$here/server.sh"
echo "KTAP version 1"
if ! "$top/selftests/guest/insmod-kssh"; then
	echo "Bail out! cannot load kssh.ko"
	exit 1
fi
server_start
echo "1..${#tests[@]}"

n=0
bad=0
for t in "${tests[@]}"; do
	n=$((n + 1))
	if [ -x "$here/$t.sh" ]; then
		command=("$here/$t.sh")
	else
		command=("$bin/${t}_test")
	fi
	SECONDS=0
	# The harness numbers its own document; here it is one level down.
	timeout -k 5 $((600 * KSSH_SLOW)) "${command[@]}" 2>&1 < /dev/null | sed 's/^/    /'
	status=${PIPESTATUS[0]}
	echo "# $t: $SECONDS s"
	if [ "$status" = 0 ]; then
		echo "ok $n $t"
	else
		echo "not ok $n $t"
		bad=1
	fi
done
# A bug of the server must not pass for one of the client.
sed 's/^/# server: /' "$server_log"
exit $bad
