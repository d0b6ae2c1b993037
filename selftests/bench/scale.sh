# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# scale: cost of a handshake when many are in flight, for ground.  The server answers
# no key exchange until all have begun.

. /lib.sh
export BENCH_GROUND=scale BENCH_PIN=/pin BENCH_TIMEOUT=1 BENCH_NODELAY=1 \
	BENCH_KEX=curve25519-sha256 BENCH_CIPHER=aes128-gcm@openssh.com
light
# ten thousand of libssh2's buffers do not fit into this guest
for many in "20 10" "5 100" "2 1000"; do
	for c in kssh libssh2; do
		# shellcheck disable=SC2086
		client_$c 127.0.0.1 2200 flight $many $server
	done
done
client_kssh 127.0.0.1 2200 flight 1 "${BENCH_MOST:-10000}" $server
