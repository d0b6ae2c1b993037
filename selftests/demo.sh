#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# demo.sh: what kssh does, shown to a person
#
# Usage: make demo (runs this inside a guest: selftests/guest/run 6.12 -- selftests/demo.sh)
#
# A real OpenSSH server on loopback with fresh keys, the module, the helper with
# a known_hosts file, and kssh-probe: refused without a helper, trusted through
# it, refused when the server's key is another one.  Exit status 0 if all came
# as told.

set -u
: "${KSSH_TREE:?not in a guest; run: make demo}"
export LC_ALL=C.UTF-8 COLUMNS="${KSSH_COLUMNS:-80}"
PATH=${KSSH_TOOLS:-$KSSH_TREE/build/tools}:$PATH:/usr/sbin
PORT=2222
DIR=/run/kssh-demo

failed=0
summary=()

title() { printf '\n\n%s\n%s\n' "$*" "${*//?/─}"; }
say() { printf '%s\n' "$*" | fold -s -w "$COLUMNS"; }

# show COMMAND...: run it as a person would
show()
{
	printf '\n$ %s\n' "$*"
	"$@" 2>&1
}

# verdict TEXT COMMAND...: one line of the summary
verdict()
{
	local text=$1

	shift
	if "$@"; then
		summary+=("ok      $text")
	else
		summary+=("FAILED  $text")
		failed=1
	fi
}

die()
{
	printf '\ndemo: %s\n' "$*"
	exit 1
}

# wait_for COMMAND...: up to 30 s
wait_for()
{
	local n

	for ((n = 0; n < 300; n++)); do
		"$@" > /dev/null 2>&1 && return
		sleep 0.1
	done
	return 1
}

new_key()
{
	rm -f "$DIR/host_key" "$DIR/host_key.pub"
	ssh-keygen -q -t ed25519 -N '' -C demo -f "$DIR/host_key" ||
		die "ssh-keygen failed"
}

print_of() { ssh-keygen -lf "$DIR/host_key.pub" | cut -d' ' -f2; }

start_sshd()
{
	"$(command -v sshd)" -D -f /dev/null -p $PORT -E "$DIR/sshd.log" \
		-o ListenAddress=127.0.0.1 -o HostKey="$DIR/host_key" \
		-o PidFile=none &
	sshd=$!
	wait_for bash -c ": < /dev/tcp/127.0.0.1/$PORT" || {
		cat "$DIR/sshd.log"
		die "sshd did not start"
	}
}

stop() { kill "$1" 2> /dev/null; wait "$1" 2> /dev/null; }

sshd= helper=
trap 'stop "$sshd"; stop "$helper"' EXIT

# probe STATUS FINGERPRINT TEXT: run kssh-probe, which must exit so and print that
probe()
{
	local want=$1 print=$2 text=$3 status

	printf '\n$ kssh-probe 127.0.0.1:%s\n' $PORT
	kssh-probe 127.0.0.1:$PORT > "$DIR/said" 2>&1
	status=$?
	cat "$DIR/said"
	printf '(exit status %s)\n' $status
	verdict "$text" [ $status = "$want" ]
	verdict "... and prints the fingerprint that ssh-keygen prints" \
		grep -qF " $print" "$DIR/said"
}

mkdir -p "$DIR" && cd "$DIR" || die "no directory"

title "A real server: $(ssh -V 2>&1 | cut -d, -f1), on Linux $(uname -r)"
new_key
first=$(print_of)
start_sshd
show ssh-keygen -lf host_key.pub

title "The module"
printf '\n$ insmod kssh.ko\n'
"$KSSH_TREE/selftests/guest/insmod-kssh" || die "the module does not load"
show grep -H . /proc/sys/net/ipv4/tcp_available_ulp
verdict "the module loads into the stock kernel" \
	grep -qw ssh /proc/sys/net/ipv4/tcp_available_ulp

title "Nobody is there to ask: the key is not trusted"
probe 26 "$first" "without a helper every host key is refused"

title "The helper, with a known_hosts file"
echo "[127.0.0.1]:$PORT $(cut -d' ' -f1,2 host_key.pub)" > known_hosts
ssh-keygen -q -H -f known_hosts > /dev/null 2>&1
rm -f known_hosts.old
show cut -c "-$((COLUMNS - 4))" known_hosts
say "(hashed: the name cannot be read from it)"
printf '\n$ kssh-hostkeyd --known-hosts known_hosts &\n'
kssh-hostkeyd --verbose --known-hosts "$DIR/known_hosts" \
	--pid-file "$DIR/helper.pid" > "$DIR/helper.log" 2>&1 &
helper=$!
wait_for [ -s "$DIR/helper.pid" ] ||
	{ cat "$DIR/helper.log"; die "the helper did not register"; }
printf '\n$ kssh-probe --doctor | grep helper\n'
kssh-probe --doctor | grep helper

title "The key is known: trusted"
probe 0 "$first" "the known key is trusted through the helper"

title "The server's key is swapped for another: refused"
stop "$sshd"
new_key
second=$(print_of)
start_sshd
show ssh-keygen -lf host_key.pub
probe 21 "$second" "a changed key is refused, and told as changed"
verdict "the server was told goodbye, and learned nothing else" \
	grep -q 'HOSTKEY_CHANGED \[preauth\]' "$DIR/sshd.log"

title "What the helper said of all that"
printf '\n'
cat "$DIR/helper.log"

title "It unloads again"
stop "$helper"
helper=
show rmmod kssh
verdict "the module unloads" [ ! -e /sys/module/kssh ]

title "Summary"
printf '%s\n' "${summary[@]}"
printf '\n'
if [ $failed = 0 ]; then
	say "Everything came as told."
else
	say "NOT everything came as told."
fi
exit $failed
