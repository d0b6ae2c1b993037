# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# rtt: round trips to the keys and to SERVICE_ACCEPT between two network namespaces,
# for ground.  netem delays by half a round trip each way.

. /lib.sh
REPS=${BENCH_REPS:-3}
server_ip=10.0.0.1
client_ip=10.0.0.2

ip netns add s
ip netns add c
ip link add vs netns s type veth peer name vc netns c
for ns in s c; do
	ip -n $ns link set lo up
	ip -n $ns link set v$ns up
	tc -n $ns qdisc add dev v$ns root netem limit 10000 delay 0ms
done
ip -n s addr add $server_ip/24 dev vs
ip -n c addr add $client_ip/24 dev vc
# no round trip is to be spent on neighbours
for ns in s c; do
	other=$([ $ns = s ] && echo c || echo s)
	ip -n $ns neigh replace "$([ $ns = s ] && echo $client_ip || echo $server_ip)" \
		lladdr "$(ip netns exec $other cat /sys/class/net/v$other/address)" \
		dev v$ns nud permanent
done

ip netns exec s sh -c '. /lib.sh; light; openssh sshd 22; openssh sshd9 9; wait' &
until [ -s /pin ] && [ -s /pin.9 ]; do
	usleep 100000
done
cp /pin /pin.2200
sleep 2

# on WHO NODELAY PORT COMMAND...: one connection, watched.  A client that the test
# was not told the end of is no figure: it says so on the console.
on()
{
	local who=$1 nodelay=$2 port=$3

	shift 3
	export BENCH_LABEL="$who" BENCH_PIN="/pin.$port" BENCH_NODELAY="$nodelay"
	ip netns exec c segments "$port" "$@" < /dev/null
}

# guesses LABEL ENUM_KSSH_GUESS PORT: a connection that is made to know the server, in
# this shell's environment, then one watched
guesses()
{
	export BENCH_GUESS="$2" BENCH_PIN="/pin.$3"
	BENCH_UNKNOWN=1 ip netns exec c client_kssh $server_ip "$3" once > /dev/null
	on "$1" "" "$3" client_kssh $server_ip "$3" once
	unset BENCH_GUESS
}

no_questions="-F /dev/null -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null
	-o BatchMode=yes"
for ms in ${BENCH_RTTS:-0 20 100 300}; do
	tc -n s qdisc change dev vs root netem limit 10000 delay $((ms * 500))us
	tc -n c qdisc change dev vc root netem limit 10000 delay $((ms * 500))us
	for port in 2200 22 9; do
		case $port in
		2200)	name=light ;;
		22)	name=openssh10 ;;
		9)	name=openssh9 ;;
		esac
		export BENCH_GROUND=rtt-$ms-$name BENCH_KEX=curve25519-sha256
		for r in $(seq $REPS); do
			export BENCH_GUESS=0
			on kssh "" $port client_kssh $server_ip $port once
			guesses kssh+guess 2 $port
			# the defaults, whose first name only newer servers have, too
			if [ $port != 9 ]; then
				unset BENCH_KEX
				export BENCH_GUESS=0
				on "kssh, hybrid" "" $port \
					client_kssh $server_ip $port once
				guesses "kssh+guess, hybrid" 1 $port
				export BENCH_KEX=curve25519-sha256
			fi
			for lib in libssh2 libssh; do
				on $lib "" $port client_$lib $server_ip $port once
				on $lib+nodelay 1 $port client_$lib $server_ip $port once
			done
			# shellcheck disable=SC2086
			on ssh "" $port ssh $no_questions -p $port \
				-o KexAlgorithms=$BENCH_KEX $server_ip true
			on dbclient "" $port dbclient -y -y -p $port $server_ip true
		done
	done
done 2> /tmp/errors
grep -v -e denied -e 'Permanently added' -e 'auth methods' /tmp/errors | sort | uniq -c >&2
true
