# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# cpu: instructions per handshake, for ground

. /lib.sh
light
export BENCH_GROUND=cpu BENCH_PIN=/pin BENCH_NODELAY=1
BENCH_LABEL=connection client_kssh 127.0.0.1 2200 floor 5 20 $server
for kex in curve25519-sha256; do
	for c in kssh libssh2 libssh; do
		BENCH_KEX=$kex BENCH_CIPHER=aes128-gcm@openssh.com \
			client_$c 127.0.0.1 2200 seq 5 20 $server
	done
done
