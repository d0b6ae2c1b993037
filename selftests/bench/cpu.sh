# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# cpu: instructions, primitives and system calls of a blocking handshake, for ground

. /lib.sh
export BENCH_GROUND=cpu BENCH_PIN=/pin BENCH_NODELAY=1
REPS=${BENCH_REPS:-7}
N=10
gcm=aes128-gcm@openssh.com
chacha=chacha20-poly1305@openssh.com
hybrid=mlkem768x25519-sha256

# primitives KEX CIPHER PORT: ns that one handshake spends in each, and the sum, by
# the function graph tracer, whose own work is mostly outside of what it times
primitives()
{
	local n=10

	# where one is inlined in another, the outer one; no depth counts twice
	echo kssh_x25519 kssh_x25519_pair kssh_x25519_agree kssh_x25519_keygen \
		kssh_mlkem_keygen kssh_mlkem_decaps kssh_nist_kpp_pair \
		kssh_nist_kpp_agree kssh_p521_public kssh_p521_shared \
		kssh_ed25519_verify kssh_exchange_hash kssh_exchange_derive \
		> $tracing/set_ftrace_filter
	echo 1 > $tracing/max_graph_depth
	echo function_graph > $tracing/current_tracer
	BENCH_KEX=$1 BENCH_CIPHER=$2 client_kssh 127.0.0.1 "$3" seq 1 $((n - 4)) \
		> /dev/null
	awk -v n=$n -v kex="$1" '
		match($0, /kssh_[a-z0-9_]+.*\(\);/) {
			name = substr($0, RSTART, RLENGTH)
			sub(/[^a-z0-9_].*/, "", name)
			for (i = 1; $i !~ /^[0-9.]+$/; i++)
				;
			ns[name] += $i * 1000
			sum += $i * 1000
		}
		END {
			for (f in ns)
				printf "cpu\tprimitive-%s\t%s\t%.0f\n", kex, f, ns[f] / n
			printf "cpu\tprimitives-%s\tkssh\t%.0f\n", kex, sum / n
		}' $tracing/trace
	echo nop > $tracing/current_tracer
	echo > $tracing/set_ftrace_filter
}

# calls COMMAND...: how many system calls it makes
calls()
{
	echo 'hist:keys=common_pid' > $tracing/events/raw_syscalls/sys_enter/trigger
	# shellcheck disable=SC2016
	sh -c 'echo $$ > /tmp/pid; exec "$@"' sh "$@" > /dev/null
	awk -v pid="$(cat /tmp/pid)" '
		{ gsub(/[{},:]/, " ") }
		$1 == "common_pid" && $2 == pid { print $4 }' \
		$tracing/events/raw_syscalls/sys_enter/hist
	echo '!hist:keys=common_pid' > $tracing/events/raw_syscalls/sys_enter/trigger
}

# syscalls CLIENT WHO: of one handshake, without connect and close
syscalls()
{
	local one many floor_one floor_many

	one=$(calls "$1" 127.0.0.1 2200 seq 1 1)
	many=$(calls "$1" 127.0.0.1 2200 seq 1 11)
	floor_one=$(calls "$1" 127.0.0.1 2200 floor 1 1)
	floor_many=$(calls "$1" 127.0.0.1 2200 floor 1 11)
	figure syscalls "$2" $(((many - one - floor_many + floor_one) / 10))
}

light

BENCH_LABEL=connection client_kssh 127.0.0.1 2200 floor $REPS $N $server
for cipher in $gcm $chacha; do
	for c in kssh libssh2 libssh; do
		BENCH_GROUND=cpu-${cipher%%-*} BENCH_CIPHER=$cipher \
			BENCH_KEX=curve25519-sha256 \
			client_$c 127.0.0.1 2200 seq $REPS $N $server
	done
done
for c in kssh libssh; do
	BENCH_GROUND=cpu-hybrid BENCH_CIPHER=$gcm BENCH_KEX=$hybrid \
		client_$c 127.0.0.1 2200 seq $REPS $N $server
done

BENCH_GROUND=prim-guest prim 3 0 | sed 's/^prim/prim-guest/'
primitives curve25519-sha256 $gcm 2200
primitives $hybrid $gcm 2200
openssh sshd 2222
BENCH_PIN=/pin.2222
primitives ecdh-sha2-nistp384 $gcm 2222
primitives ecdh-sha2-nistp521 $gcm 2222
BENCH_PIN=/pin

for c in libssh2 libssh kssh; do
	syscalls client_$c $c
done
unset BENCH_PIN
kssh-hostkeyd --policy accept-new --write /tmp/known_hosts --pid-file /tmp/helper &
until [ -s /tmp/helper ]; do
	usleep 100000
done
syscalls client_kssh kssh+helper
BENCH_GROUND=cpu-helper client_kssh 127.0.0.1 2200 seq $REPS $N $server "$(cat /tmp/helper)"
