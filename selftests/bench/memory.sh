# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# memory: of a handshake in flight and of an idle connection, beyond the TCP socket's,
# for ground

. /lib.sh
export BENCH_PIN=/pin BENCH_TIMEOUT=1 BENCH_NODELAY=1 BENCH_KEX=curve25519-sha256
light
for cipher in chacha20-poly1305@openssh.com aes128-gcm@openssh.com aes256-ctr; do
	export BENCH_GROUND=memory-${cipher%%-*} BENCH_CIPHER=$cipher
	[ $cipher != aes256-ctr ] || BENCH_GROUND=memory-ctr
	client_kssh 127.0.0.1 2200 memory 1000 $server
	client_libssh2 127.0.0.1 2200 memory 300 $server
done
export BENCH_GROUND=memory-hybrid BENCH_KEX=mlkem768x25519-sha256 \
	BENCH_CIPHER=aes128-gcm@openssh.com
client_kssh 127.0.0.1 2200 memory 1000 $server
client_libssh 127.0.0.1 2200 memory 300 $server
