#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# hostkeyd.sh: kssh-hostkeyd against the module, with kssh-probe and the scripted
# server.  Prints TAP; run by run.sh.

set -u
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
top=$(cd "$here/../.." && pwd)
tools=$top/build/tools
dir=$(mktemp -d)
known=$dir/known_hosts
pid=
trap 'stop; rm -rf "$dir"' EXIT

# start OPTION...: returns once it is ready (0), or with its exit status
start()
{
	mkfifo "$dir/ready"
	"$tools/kssh-hostkeyd" --known-hosts "$known" --ready-fd 3 \
		--pid-file "$dir/pid" "$@" 3> "$dir/ready" 2> "$dir/log" &
	pid=$!
	# its end closes the descriptor, too
	if [ "$(wc -c < "$dir/ready")" = 1 ]; then
		rm "$dir/ready"
		return 0
	fi
	rm "$dir/ready"
	wait "$pid"
	set -- $?
	pid=
	return "$1"
}

# stop: its exit status
stop()
{
	[ -n "$pid" ] || return 0
	kill "$pid" 2>/dev/null
	wait "$pid"
	set -- $?
	pid=
	return "$1"
}

probe()
{
	"$tools/kssh-probe" --hostkey-algs ssh-ed25519 "$@" \
		"127.0.0.1:$KSSH_PORT" > "$dir/probe" 2>&1
}

n=0
bad=0
# is WHAT WANT GOT
is()
{
	n=$((n + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $n - $1"
		return
	fi
	echo "# want '$2', got '$3'"
	sed 's/^/# probe: /' "$dir/probe"
	sed 's/^/# log: /' "$dir/log"
	echo "not ok $n - $1"
	bad=1
}

# logged WHAT TEXT: the log has it
logged() { is "$1" yes "$(grep -qF -- "$2" "$dir/log" && echo yes || echo no)"; }

name="[127.0.0.1]:$KSSH_PORT"
other=AAAAC3NzaC1lZDI1NTE5AAAAIGPckloU2mABFrd/rBA/Oe2rIvC8MtBmqPDXmfgfupaP
touch "$dir/probe" "$dir/log"
echo 1..35

probe
is "nobody to ask" 26 $?

start
is "starts" 0 $?
is "pid file" "$pid" "$(cat "$dir/pid")"
is "no capability is left" 0000000000000000 \
	"$(sed -n 's/^CapEff:\t//p' "/proc/$pid/status")"
probe
is "an unknown name" 20 $?
logged "the verdict is logged" 'verdict=unknown name="127.0.0.1"'
is "no file appears" no "$([ -e "$known" ] && echo yes || echo no)"
stop
is "ends when told to" 0 $?
is "and takes the pid file along" no "$([ -e "$dir/pid" ] && echo yes || echo no)"
probe
is "nobody to ask again" 26 $?

start --policy accept-new
probe --banner 'SSH-2.0-x LIE=signature how=bit'
is "a new key whose owner does not prove it" 25 $?
is "is not written" no "$([ -s "$known" ] && echo yes || echo no)"
probe
is "a new key" 0 $?
# The result comes after the handshake's end.
for ((i = 0; i < 100; i++)); do
	! grep -q recorded= "$dir/log" || break
	sleep 0.1
done
logged "it is logged" 'verdict=accept-new result=good name="127.0.0.1"'
is "it is written" "$name ssh-ed25519" "$(cut -d' ' -f1,2 "$known")"
is "readable by all, writable by its owner" 644 "$(stat -c %a "$known")"
key=$(cut -d' ' -f2,3 "$known")
probe
is "it is known" 0 $?
for ((i = 0; i < 100; i++)); do
	! grep -q 'verdict=accept ' "$dir/log" || break
	sleep 0.1
done
logged "with file and line" "file=\"$known:1\""
is "and not written twice" 1 "$(wc -l < "$known")"
stop

start
probe
is "a known key" 0 $?
echo "$name ssh-ed25519 $other" > "$known"
probe
is "a changed key" 21 $?
echo "127.0.0.1 $key" > "$known"
probe
is "known without port" 0 $?
# It has three keys; only the one that is known will do.  Nobody says which to take.
"$tools/kssh-probe" --trust any --hostkey-algs rsa-sha2-512 --json \
	"127.0.0.1:$KSSH_PORT" > "$dir/json" 2> "$dir/probe"
echo "$name ssh-rsa $(sed -n 's/.*"key": "\([^"]*\)".*/\1/p' "$dir/json")" > "$known"
"$tools/kssh-probe" "127.0.0.1:$KSSH_PORT" > "$dir/probe" 2>&1
is "what is known is offered first" 0 $?
is "and agreed on" yes "$(grep -q rsa-sha2 "$dir/probe" && echo yes || echo no)"
echo "127.0.0.1 $key" > "$known"
echo "@revoked * $key" >> "$known"
probe
is "a revoked key" 22 $?
rm "$known"
mkdir "$known"
probe
is "a file that cannot be read" 23 $?
rmdir "$known"
# without a file
printf '%s\n' "$key" > "$dir/key.pub"
"$tools/kssh-hostkeyd" --known-hosts "$known" --check "127.0.0.1:$KSSH_PORT" \
	"$dir/key.pub" > "$dir/probe" 2>&1
is "asked by hand" 20 $?

first=$pid
"$tools/kssh-hostkeyd" --known-hosts "$known" 2> "$dir/second"
is "a second one" 6 $?
setpriv --reuid=65534 --regid=65534 --clear-groups \
	"$tools/kssh-hostkeyd" --takeover --known-hosts "$known" 2> "$dir/second"
is "one without the right" 5 $?
start --takeover --policy accept-new --hash --once
is "one that takes over" 0 $?
wait "$first"
is "the first one knows" 7 $?
probe
is "is served by the second" 0 $?
wait "$pid"
is "which ends after one request" 0 $?
pid=
is "and has hashed the name" "|1|" "$(head -c 3 "$known")"

start
rmmod kssh 2> "$dir/probe"
wait "$pid"
is "it knows when the module goes" 7 $?
pid=
"$top/selftests/guest/insmod-kssh"
exit $bad
