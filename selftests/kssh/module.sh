#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# module.sh: the module stays while a socket has it, and goes without a trace.
# Prints TAP.  Run by run.sh, which has loaded the module and started the server.

set -u
. "$(dirname "$(readlink -f "$0")")/unused.sh"
. "$(dirname "$(readlink -f "$0")")/checks.sh"

used() { [ "$(< /sys/module/kssh/refcnt)" -gt 0 ]; }
stays() { ! rmmod kssh 2>/dev/null && [ -d /sys/module/kssh ]; }
goes() { rmmod kssh && [ ! -d /sys/module/kssh ]; }
# Objects of its own, of which nothing is copied to user space; not all kernels tell.
closed_caches()
{
	local c n=0

	for c in /sys/kernel/slab/kssh_secret_*; do
		[ -e "$c/usersize" ] || continue
		[ ! -L "$c" ] && [ "$(cat "$c/usersize")" = 0 ] || return 1
		n=$((n + 1))
	done
	[ -e /sys/kernel/slab/kmalloc-64/usersize ] || return 0
	[ $n = 9 ]
}
# Objects that there is room for in those caches, where the kernel tells: some, or 0
room()
{
	local c n=0

	[ -e /sys/kernel/slab/kmalloc-64/total_objects ] || { echo "$1"; return; }
	for c in /sys/kernel/slab/kssh_secret_*; do
		[ "$(cut -d' ' -f1 "$c/total_objects")" = 0 ] || n=some
	done
	echo $n
}
# The kernel looks for a module: asks FILE COMMAND... runs it, and what it looks for is
# in FILE.
asks()
{
	local said=$1

	shift
	printf '#!/bin/sh\necho "$*" >> %s\n' "$said" > /run/modprobe
	chmod 755 /run/modprobe
	: > "$said"
	cp "$KSSH_BIN/smoke" /run/smoke		# where everybody may execute it
	echo /run/modprobe > /proc/sys/kernel/modprobe
	"$@" > /run/asks 2>&1
	echo /sbin/modprobe > /proc/sys/kernel/modprobe
}
# ... and it says that there is no such ULP
attaches()
{
	asks /run/asked "$@" /run/smoke 127.0.0.1 "$KSSH_PORT"
	grep -q '^TCP_ULP ssh: No such file' /run/asks
}
asked_by_root() { attaches && grep -q 'tcp-ulp-ssh$' /run/asked; }
not_asked() { attaches "$@" && [ ! -s /run/asked ]; }
roots_alone() { [ -z "$(find /sys/module/kssh/parameters -type f \( -perm /022 -o ! -user 0 \))" ]; }
comes_back() { "${KSSH_TREE:?}/selftests/guest/insmod-kssh"; }
works() { "$KSSH_BIN/smoke" 127.0.0.1 "$KSSH_PORT" "$@" > /dev/null; }

echo "TAP version 13"
echo "1..24"
check "nothing is left of the tests before" unused
check "a session" works
check "leaves nothing behind" unused

"$KSSH_BIN/smoke" 127.0.0.1 "$KSSH_PORT" hold=1 > /dev/null &
hold=$!
for ((i = 0; i < 300; i++)); do
	! used || break
	nap 0.1
done
check "an open socket uses the module" used
check "which stays then" stays
check "and works for others" works
kill "$hold"
wait "$hold" 2>/dev/null
check "secrets have caches of their own" closed_caches
check "a killed process lets go" unused
check "a session ends with bytes unsent" \
	works unread=$((1000 * KSSH_SLOW))
check "its socket uses the module" used
check "which stays then, too" stays
check "until they are delivered" unused
check "the module goes" goes
check "and its caches with it" bash -c '! compgen -G "/sys/kernel/slab/kssh_*"'
check "and its ULP, too" bash -c '! "$KSSH_BIN/smoke" 127.0.0.1 "$KSSH_PORT" > /dev/null'
check "root has it looked for" asked_by_root
check "nobody else has" not_asked setpriv --reuid 65534 --regid 65534 --clear-groups
check "nor who is root in a namespace of his own" not_asked unshare -Ur
check "it comes back" comes_back
check "its parameters are root's" roots_alone
check "with no secret" [ "$(room 0)" = 0 ]
check "and works" works
check "by secrets in caches of their own" [ "$(room some)" = some ]
check "and is unused" unused
exit $bad
