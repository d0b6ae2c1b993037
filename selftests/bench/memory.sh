# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# memory: of a handshake in flight and of an idle connection, beyond the TCP socket's,
# for ground

. /lib.sh
export BENCH_PIN=/pin BENCH_TIMEOUT=3600000 BENCH_NODELAY=1
N=2000
x25519=curve25519-sha256
gcm=aes128-gcm@openssh.com

# kssh offers its defaults, so the server's list chooses
for cipher in chacha20-poly1305@openssh.com $gcm aes256-ctr; do
	light -w -k $x25519 -c $cipher
	BENCH_GROUND=memory-${cipher%%-*} client_kssh 127.0.0.1 2200 memory $N $server
	kill $server
done
light -w
for c in libssh2 libssh; do
	BENCH_GROUND=memory-aes128 BENCH_KEX=$x25519 BENCH_CIPHER=$gcm \
		client_$c 127.0.0.1 2200 memory 300 $server
done
BENCH_GROUND=memory-hybrid BENCH_KEX=mlkem768x25519-sha256 BENCH_CIPHER=$gcm \
	client_libssh 127.0.0.1 2200 memory 300 $server
kill $server
light -w -k mlkem768x25519-sha256 -c $gcm
BENCH_GROUND=memory-hybrid client_kssh 127.0.0.1 2200 memory $N $server

# Which functions' allocations of one connection are alive, and when
kill $server
light -w -k $x25519 -c $gcm
echo kmem:kmalloc kmem:kfree kmem:kmem_cache_alloc kmem:kmem_cache_free > $tracing/set_event
BENCH_GROUND=memory-trace client_kssh 127.0.0.1 2200 memory 1 $server > /dev/null
echo > $tracing/set_event
awk '
	function field(name, i) {
		for (i = 1; i <= NF; i++)
			if (index($i, name "=") == 1)
				return substr($i, length(name) + 2)
	}
	/tracing_mark_write: begin/ { begun = 1 }
	!begun { next }
	/: (kmalloc|kmem_cache_alloc): / && $1 ~ /^(client_kssh|kworker)/ {
		site = field("call_site")
		sub(/[+].*/, "", site)
		size[field("ptr")] = field("bytes_alloc")
		from[field("ptr")] = site
	}
	/: (kfree|kmem_cache_free): / { delete size[field("ptr")] }
	/tracing_mark_write: (in-flight|established)/ {
		for (p in size)
			sum[from[p]] += size[p]
		for (s in sum)
			printf "memory-gcm\talloc-%s\t%s\t%d\n", $NF, s, sum[s]
		delete sum
	}' $tracing/trace
