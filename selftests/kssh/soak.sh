#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# soak.sh: very many handshakes, and traffic for very long; prints TAP
#
# Usage: selftests/guest/run KERNEL -- selftests/kssh/soak.sh [HANDSHAKES [SECONDS]]
#
# HANDSHAKES (default 100,000) with the server of the benchmark, one cipher after the
# other, then model_test for SECONDS (default 3,600, which its variants share).  Memory of
# the kernel's own must not grow meanwhile: slabs by less than 32 KiB for handshakes (with
# one object of 64 bytes left behind by each hundredth, 90,000 of them are 56 KiB) and
# 256 KiB for traffic, all of it by less than 4 MiB.

set -u
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
top=$(cd "$here/../.." && pwd)
bench=$top/build/bench
handshakes=${1:-100000}
seconds=${2:-3600}
: "${KSSH_SLOW:=$([ "${KSSH_GUEST-}" = uml ] && echo 1 || echo 4)}"
export KSSH_SLOW KSSH_BIN=$top/build/selftests BENCH_NODELAY=1 BENCH_KEX=curve25519-sha256
. "$here/server.sh"
. "$here/unused.sh"
. "$here/checks.sh"

# KiB of slabs that cannot be reclaimed, and of all that is the kernel's
memory()
{
	local cache

	unused 30
	nap 3
	# what is only kept in store does not count
	for cache in /sys/kernel/slab/*/shrink; do
		echo 1 > "$cache"
	done 2>/dev/null
	awk '{ kib[$1] = $2 }
		END { print kib["SUnreclaim:"], kib["MemTotal:"] - kib["MemFree:"] - \
			kib["Buffers:"] - kib["Cached:"] - kib["AnonPages:"] - \
			kib["SReclaimable:"] }' /proc/meminfo
}

# flat WHAT ROOM SLAB-BEFORE ALL-BEFORE SLAB ALL: has it not grown?
flat()
{
	echo "# long: $1: slabs had $3 KiB, then $5; all of the kernel $4 KiB, then $6"
	[ $(($5 - $3)) -lt "$2" ] && [ $(($6 - $4)) -lt 4096 ]
}

# hands COUNT: handshakes, in rounds of 500 with one cipher
hands()
{
	local left=$1 round=0
	local suites=("chacha20-poly1305@openssh.com" "aes128-gcm@openssh.com" aes256-ctr)

	while [ "$left" -gt 0 ]; do
		export BENCH_CIPHER=${suites[round++ % 3]}
		timeout 600 "$bench/client_kssh" 127.0.0.1 2200 plain 500 ||
			return 1
		left=$((left - 500))
	done
}

# traffic SECONDS, shared by model_test's variants
traffic()
{
	KSSH_MODEL_SECONDS=$(($1 / 3)) timeout $(($1 * 2 + 600)) "$KSSH_BIN/model_test" \
		> /tmp/model 2>&1 && sed -n 's/^# .*agrees:/# /p; /^# long:/p' /tmp/model &&
		return
	sed 's/^/# /' /tmp/model
	return 1
}

echo "TAP version 13"
"$top/selftests/guest/insmod-kssh" || { echo "Bail out! cannot load kssh.ko"; exit 1; }
export BENCH_PIN=/run/bench-pin
"$bench/server" -f $BENCH_PIN &
light_pid=$!
trap 'kill $light_pid; server_stop' EXIT
until [ -s $BENCH_PIN ]; do
	nap 0.1
done

first=$((handshakes / 10))
check "$first handshakes" hands $first
before=$(memory)
check "$((handshakes - first)) more" hands $((handshakes - first))
# shellcheck disable=SC2046,SC2086 # they are numbers
check "memory has not grown" flat "$((handshakes - first)) handshakes" 32 $before $(memory)

server_start
trap 'kill $light_pid; server_stop' EXIT
check "traffic for a start" traffic 15
before=$(memory)
check "$seconds s of traffic" traffic "$seconds"
# shellcheck disable=SC2046,SC2086
check "memory has not grown" flat "$seconds s of traffic" 256 $before $(memory)
check "the module goes" rmmod kssh
echo "1..$n"
exit $bad
