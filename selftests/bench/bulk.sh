# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# bulk: instructions of moving data, for ground: kssh, beside libssh2 and ssh, against
# the light server, and beside kTLS and TCP alone on a pair of sockets

. /lib.sh
export BENCH_PIN=/pin BENCH_KEX=curve25519-sha256 BENCH_FILE=/tmp/file
REPS=${BENCH_REPS:-3}
N=${BENCH_BYTES:-67108864}
PINGS=500

# traced COMMAND...: ns in the functions that seal and open, in all
traced()
{
	echo kssh_keys_seal kssh_keys_open kssh_keys_length \
		> $tracing/set_ftrace_filter
	echo 1 > $tracing/max_graph_depth
	echo function_graph > $tracing/current_tracer
	echo > $tracing/trace
	"$@" > /dev/null
	awk '
		match($0, /kssh_keys_[a-z]+.*\(\);/) {
			for (i = 1; $i !~ /^[0-9.]+$/; i++)
				;
			sum += $i * 1000
		}
		END { printf "%.0f\n", sum }' $tracing/trace
	echo nop > $tracing/current_tracer
	echo > $tracing/set_ftrace_filter
}

# ciphers: ns of sealing and opening one piece of 64 bytes and one that comes back
ciphers()
{
	local one many

	one=$(traced bulk_kssh 2200 ping 1 100 $server)
	many=$(traced bulk_kssh 2200 ping 1 300 $server)
	figure cipher kssh $(((many - one) / 200))
}

no_questions="-F /dev/null -p 2200 -o StrictHostKeyChecking=no
	-o UserKnownHostsFile=/dev/null -o BatchMode=yes -o LogLevel=ERROR
	-o KexAlgorithms=$BENCH_KEX"
no_questions=$(echo $no_questions)

# ssh_with CIPHER HOW: the whole program, for all and for next to nothing
ssh_with()
{
	local n

	for n in 32768 $N; do
		head -c "$n" /tmp/file > /tmp/part
		# shellcheck disable=SC2086
		BENCH_LABEL=ssh-$n bulk_kssh 2200 run "$REPS" "$n" "$server" -- \
			sh -c "exec ssh $no_questions -o Ciphers=$1 127.0.0.1 '$2 $n' \
				< /tmp/part > /dev/null" |
			sed "s/	run	/	$2	/"
	done
}

head -c "$N" /dev/zero > /tmp/file
BENCH_GROUND=bulk figure bytes all "$N"
light -a
for cipher in aes128-gcm@openssh.com chacha20-poly1305@openssh.com; do
	export BENCH_GROUND=bulk-${cipher%%-*} BENCH_CIPHER=$cipher
	for how in send recv; do
		bulk_kssh 2200 $how "$REPS" "$N" $server
		BENCH_MESSAGES=1 BENCH_LABEL=kssh-messages \
			bulk_kssh 2200 $how "$REPS" "$N" $server
		bulk_libssh2 2200 $how "$REPS" "$N" $server
		bulk_tls 2200 $how "$REPS" "$N" $server
		BENCH_PLAIN=1 BENCH_LABEL=TCP bulk_tls 2200 $how "$REPS" "$N" $server
	done
	ssh_with $cipher sink
	ssh_with $cipher source
	for how in copy file; do
		bulk_kssh 2200 $how "$REPS" "$N" $server
		bulk_tls 2200 $how "$REPS" "$N" $server
	done
	for how in ping poll; do
		bulk_kssh 2200 $how "$REPS" $PINGS $server
		bulk_tls 2200 $how "$REPS" $PINGS $server
		BENCH_PLAIN=1 BENCH_LABEL=TCP bulk_tls 2200 $how "$REPS" $PINGS $server
	done
	ciphers
done
true
