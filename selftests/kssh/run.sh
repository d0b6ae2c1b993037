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
#
# Much of the time is spent waiting, so the tests go in two lanes side by side: in
# one those that play the helper, of which a namespace has one, and the others in
# the second.  Those that take the module out, or change its parameters, run by
# themselves at the end.  KSSH_STORM is how long storm_test blows, and its seed: "600 1";
# KSSH_ROUNDS how often each process of leaving_test closes, KSSH_RACES how often each
# of races_test plays.

set -u
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
top=$(cd "$here/../.." && pwd)
bin=$top/build/selftests

# How much longer things take than on bare metal; see kt_slow().
case ${KSSH_GUEST-} in
uml)	: "${KSSH_SLOW:=1}" ;;
debug)	: "${KSSH_SLOW:=10}" ;;
kcsan)	: "${KSSH_SLOW:=20}" ;;
*)	: "${KSSH_SLOW:=4}" ;;
esac
export KSSH_SLOW KSSH_BIN=$bin

tests=(attach options handshake wire records messages channel stream shared leaving ciphers
	rekey renew holes policy trust errors netlink requests helpers namespaces prequery
	flight storm module)
# The debug kernel is a 7.3 like Debian's, and notices more.
[ "${KSSH_GUEST-}" = 7.3 ] || tests+=(model stream_model steady guess)
# What has nothing to do with a kernel's version: the daemon, whose upcalls are those of
# requests, helpers and trust, the launcher and its workers, the tool whose requests are
# those of policy, and the client in Python, which sends what netlink_test sends, too.
[ "${KSSH_GUEST-}" = debug ] || [ "${KSSH_GUEST-}" = 7.3 ] ||
	tests+=(policytool users ynl hostkeyd)
# objects are of another size there, with what watches them
[ "${KSSH_GUEST-}" = debug ] || tests+=(memcg)
# it is for what only the debug kernel notices
[ "${KSSH_GUEST-}" != debug ] || tests+=(races)
whole=
[ $# != 0 ] || whole=1
[ $# = 0 ] || tests=("$@")
out=$(mktemp -d)
mkfifo "$out/over"
exec {over}<> "$out/over"
. "$here/server.sh"
. "$here/unused.sh"
. "$here/checks.sh"

# When all tests run, the variants of TEST that are not run here, as they differ in numbers
# only.  Between the debug kernel and Debian's 7.3 each variant runs once.  6.12 runs all.
leave_out()
{
	[ -n "$whole" ] || return 0
	case ${KSSH_GUEST-}.$1 in
	debug.handshake) echo v4 ;;
	7.3.handshake)	echo v6 ;;
	debug.wire)	echo v6 kex_group16 kex_group18 kex_gex_lax kex_gex_drip \
				hostkey_ecdsa_384 hostkey_rsa_256 cert_ecdsa_384 \
				cert_ecdsa_521 cert_rsa_256 gcm128 chacha_lax gcm_lax ;;
	7.3.errors)	awk -F'\t' '!/^#/ && seen[$1]++ { print $1 "_" seen[$1] }' \
				"$here/errors.tsv" ;;
	debug.records)	echo chacha ;;
	7.3.records)	echo ctr ;;
	debug.ciphers)	echo chacha gcm128 gcm256 ctr ctr128_etm512 ctr128_mac512 ctr192_etm1 ctr256_mac1 \
				ctr128_mac256_zlib ;;
	7.3.ciphers)	echo ctr192_mac256 chacha_zlib ;;
	debug.rekey)	echo chacha gcm128 ctr not_strict gex group14 ;;
	7.3.rekey)	echo ctr_mac zlib strict_too_late ;;
	debug.renew)	echo gcm_not_strict ;;
	7.3.renew)	echo chacha ;;
	debug.model)	echo ctr_mac_zlib ;;
	debug.stream_model) echo ctr_mac_zlib ;;
	esac
}

# one TEST: run it; its output to $out/TEST, its status to $out/TEST.status
one()
{
	local t=$1 begin=$SECONDS status=0 v
	local command=("$bin/${1}_test")

	for v in $(leave_out "$t"); do
		command+=(-V "$v")
	done
	[ "$t" != storm ] || command=("$bin/storm_test" ${KSSH_STORM-10})
	[ ! -x "$here/$t.sh" ] || command=("$here/$t.sh")
	timeout -k 5 $((600 * KSSH_SLOW)) "${command[@]}" > "$out/$t" 2>&1 < /dev/null ||
		status=$?
	echo "# $t: $((SECONDS - begin)) s, exit status $status" >> "$out/$t"
	echo $status > "$out/$t.status"
	echo "$t" >&"$over"
}

lane()
{
	local t

	for t; do
		one "$t"
	done
}

# The harness numbers its own document; here it is one level down.
report()
{
	local t=$1

	while [ ! -e "$out/$t.status" ]; do
		read -r -u "$over"
	done
	n=$((n + 1))
	sed 's/^/    /' "$out/$t"
	if [ "$(cat "$out/$t.status")" = 0 ]; then
		echo "ok $n $t"
	else
		echo "not ok $n $t"
		bad=1
	fi
}

# A bug of the server must not pass for a success of the client.
server_fine()
{
	kill -0 "$server_pid" && [ ! -s "$server_log" ] && return
	sed 's/^/# /' "$server_log"
	return 1
}

# Sockets that are closed keep the module while TCP delivers what they sent.
module_goes()
{
	unused 30 && rmmod kssh
}

echo "KTAP version 1"
echo "1..$((${#tests[@]} + 2))"
if ! "$top/selftests/guest/insmod-kssh"; then
	echo "Bail out! cannot load kssh.ko"
	exit 1
fi
server_start

helper=()
other=()
last=()
for t in "${tests[@]}"; do
	case $t in
	trust|errors|netlink|requests|helpers|namespaces|prequery|ynl|faults)
					helper+=("$t") ;;
	steady|memcg|hostkeyd|guess|storm|races|module)	last+=("$t") ;;
	*)					other+=("$t") ;;
	esac
done
lane ${helper[@]+"${helper[@]}"} &
lane ${other[@]+"${other[@]}"} &
for t in ${other[@]+"${other[@]}"} ${helper[@]+"${helper[@]}"}; do
	report "$t"
done
for t in ${last[@]+"${last[@]}"}; do
	one "$t"
	report "$t"
done
check "the scripted server has worked" server_fine
check "the module goes" module_goes
exit $bad
