#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# failcalls.sh: each call of the crypto API that a session makes fails in its turn, in a
# kernel.  Prints TAP.  Run by run.sh on 6.12, for which failcall.ko is built.
#
# KSSH_FAILCALLS is how many calls of a function are made to fail at most (default: all).

set -u
top=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
. "$top/selftests/kssh/unused.sh"
. "$top/selftests/kssh/checks.sh"
ko=$top/build/failcall/failcall.ko
most=${KSSH_FAILCALLS-100000}
text=$(cat /sys/module/kssh/sections/.text)
from=$text
to=$(printf %#x $((text + $(cat /sys/module/kssh/coresize))))

# Between them they make all calls that sessions do, but compression's
suites=(
	"kex=ecdh-sha2-nistp256 hostkey=ecdsa-sha2-nistp256 cipher=aes128-gcm@openssh.com rekey=1"
	"kex=diffie-hellman-group14-sha256 hostkey=rsa-sha2-512 cipher=aes256-ctr
		mac=hmac-sha2-256-etm@openssh.com"
)

session()
{
	# shellcheck disable=SC2086 # they are words
	timeout $((15 * KSSH_SLOW)) "$KSSH_BIN/smoke" 127.0.0.1 "$KSSH_PORT" $1 \
		> /run/said 2>&1
}

# fail_each FUNCTION VALUE SUITE: the first, then the second ... until none was
fail_each()
{
	local nth made status

	for ((nth = 1; nth <= most; nth++)); do
		insmod "$ko" symbol="$1" value="$2" nth=$nth from=$from to=$to || return 1
		session "$3"
		status=$?
		made=$(cat /sys/module/failcall/parameters/made)
		rmmod failcall
		if [ $status = 124 ]; then
			echo "# call $nth: no end"
			return 1
		fi
		if [ "$made" -lt $nth ]; then
			[ $status = 0 ] && return
			sed 's/^/# /' /run/said
			return 1
		fi
		total=$((total + 1))
		[ $status = 0 ] || ended=$((ended + 1))
	done
	session "$3"
}

echo "TAP version 13"
total=0
ended=0
functions=$(nm -u "$KSSH_BUILD/kssh.ko" | awk '{ print $2 }' | grep -E \
	'^(crypto_(aead|alloc|akcipher|kpp|shash|sig|skcipher)_|mpi_(powm|mulm|alloc|read_raw))')
for suite in "${suites[@]}"; do
	session "$suite"	# what loads modules is over
	for f in $functions; do
		case $f in
		mpi_alloc|mpi_read_raw*) value=0 ;;	# NULL
		*)			value=-12 ;;	# -ENOMEM, as a pointer too
		esac
		check "$f, ${suite%% *}" fail_each "$f" "$value" "$suite"
	done
done
check "nothing is left of them" unused 30
check "some ended a session" [ $ended -gt 0 ]
echo "# long: $total calls of $(wc -w <<< "$functions") functions failed, $ended of them ended a session"
echo "1..$n"
exit $bad
