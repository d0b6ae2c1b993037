#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# policytool.sh: kssh-policy, and what kssh-probe --doctor makes of a policy, in a
# network namespace of their own.  Prints TAP; run by run.sh.

set -u
[ "${1-}" = inside ] || exec unshare -n "$0" inside
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
tools=$here/../../build/tools
out=$(mktemp)
trap 'rm -f "$out"' EXIT
ip link set lo up

. "$here/checks.sh"

# has WHAT TEXT: it stands in the last output, whatever its lines are
has()
{
	is "$1" yes "$(tr -s ' \n' '  ' < "$out" | grep -qF -- "$2" && echo yes || echo no)"
}

policy() { "$tools/kssh-policy" "$@" > "$out" 2>&1; }
doctor() { "$tools/kssh-probe" --doctor > "$out" 2>&1; }

echo 1..17
policy
is "show" 0 $?
is "nothing at first" "no policy" "$(cat "$out")"
doctor
has "the doctor sees none" "nothing is forbidden"
policy set --require-pq --forbid-app --rsa-min 3072 --forbid aes256-ctr \
	--forbid ssh-ed25519,none
is "set" 0 $?
policy show
line="set --require-pq --forbid-app --rsa-min 3072 --forbid aes256-ctr,ssh-ed25519,none"
is "shown as it was set" "$line" "$(cat "$out")"
doctor
has "the doctor shows who judges" "judged by the helper, or pinned; key exchange has"
has "and the RSA minimum" "need 3072 bits"
has "and the names" "not offered: aes256-ctr,ssh-ed25519,none"
policy set --forbid aes256-cbc
is "an unknown name" 1 $?
has "is told" "aes256-cbc"
policy set --frobnicate
is "an unknown option" 2 $?
setpriv --reuid=65534 --regid=65534 --clear-groups "$tools/kssh-policy" clear \
	> "$out" 2>&1
is "without the right" 5 $?
setpriv --reuid=65534 --regid=65534 --clear-groups "$tools/kssh-policy" > "$out" 2>&1
is "it can be looked at" "$line" "$(cat "$out")"
policy set --forbid-pin
policy
is "what is not given is not restricted" "set --forbid-pin" "$(cat "$out")"
policy clear
is "clear" 0 $?
policy
is "nothing again" "no policy" "$(cat "$out")"
policy more
is "a word too many" 2 $?
exit $bad
