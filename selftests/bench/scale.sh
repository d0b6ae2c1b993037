# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# scale: cost of a handshake when many are in flight, for ground.  The server answers
# no key exchange until all have begun.

. /lib.sh
export BENCH_GROUND=scale BENCH_PIN=/pin BENCH_TIMEOUT=3600000 BENCH_NODELAY=1 \
	BENCH_KEX=curve25519-sha256 BENCH_CIPHER=aes128-gcm@openssh.com
MOST=${BENCH_MOST:-10000}

light
# ten thousand of libssh2's buffers do not fit into this guest
for many in "20 10" "5 100" "2 1000"; do
	for c in kssh libssh2; do
		# shellcheck disable=SC2086
		client_$c 127.0.0.1 2200 flight $many $server
	done
done
client_kssh 127.0.0.1 2200 flight 1 "$MOST" $server

# and with one in ten more that are silent, and as many that drip
server -p 2201 -m &
mute=$!
server -p 2202 -d &
drip=$!
listening 2201
listening 2202
client_kssh 127.0.0.1 2200 crowd "$MOST" $((MOST / 10)) $server $mute $drip
