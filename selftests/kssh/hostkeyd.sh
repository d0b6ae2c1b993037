#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# hostkeyd.sh: kssh-hostkeyd against the module, with kssh-probe and the scripted
# server, for the system and for users.  Prints TAP; run by run.sh.

set -u
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
top=$(cd "$here/../.." && pwd)
. "$here/../nap.sh"
tools=$top/build/tools
dir=$(mktemp -d)
known=$dir/known_hosts
pid=
launcher=
trap 'stop; [ -z "$launcher" ] || kill $launcher; rm -rf "$dir"' EXIT
# users whom nobody has, and what they execute
u1=41001 u2=41002 u3=41003 u4=41004
chmod 755 "$dir"
mkdir "$dir/bin"
cp "$tools"/kssh-{probe,hostkeyd-launch,hostkeyd-worker} "$dir/bin"

# start OPTION...: returns once it is ready (0), or with its exit status
start() { start_bare --known-hosts "$known" "$@"; }
start_bare()
{
	mkfifo "$dir/ready"
	"$tools/kssh-hostkeyd" --ready-fd 3 --pid-file "$dir/pid" "$@" 3> "$dir/ready" 2> "$dir/log" &
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

. "$here/checks.sh"
explain()
{
	sed 's/^/# probe: /' "$dir/probe"
	sed 's/^/# log: /' "$dir/log"
}

# logged WHAT TEXT: the log has it, or soon will: the answer goes out first
logged()
{
	local i said=no

	for ((i = 0; i < 100; i++)); do
		grep -qF -- "$2" "$dir/log" && said=yes && break
		nap 0.1
	done
	is "$1" yes "$said"
}

name="[127.0.0.1]:$KSSH_PORT"
other=AAAAC3NzaC1lZDI1NTE5AAAAIGPckloU2mABFrd/rBA/Oe2rIvC8MtBmqPDXmfgfupaP
touch "$dir/probe" "$dir/log"
echo 1..72

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
odd=$dir/bin/$'a"\n\e[2J\xff'
cp "$tools/kssh-probe" "$odd"
"$odd" --hostkey-algs ssh-ed25519 "127.0.0.1:$KSSH_PORT" > "$dir/probe" 2>&1
logged "a command's name is escaped" ' comm="a\x22\x0a\x1b[2J\xff" '
is "and each verdict is one line" "2 2" \
	"$(grep -c '^verdict=unknown name="127.0.0.1"' "$dir/log") $(wc -l < "$dir/log")"
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
	nap 0.1
done
logged "it is logged" 'verdict=accept-new result=good name="127.0.0.1"'
is "it is written" "$name ssh-ed25519" "$(cut -d' ' -f1,2 "$known")"
is "readable by all, writable by its owner" 644 "$(stat -c %a "$known")"
key=$(cut -d' ' -f2,3 "$known")
probe
is "it is known" 0 $?
for ((i = 0; i < 100; i++)); do
	! grep -q 'verdict=accept ' "$dir/log" || break
	nap 0.1
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

# ---- files that change, of which it hears before anybody asks ----

# noticed WHAT N: it has said so N times
noticed()
{
	local i

	for ((i = 0; i < 100 * KSSH_SLOW; i++)); do
		[ "$(grep -c 'files have changed' "$dir/log")" -lt "$2" ] || break
		sleep 0.1
	done
	is "$1" "$2" "$(grep -c 'files have changed' "$dir/log")"
}

mkdir "$dir/etc"
start_bare --verbose --known-hosts "$dir/etc/known"
probe
is "a file that is not there" 20 $?
echo "127.0.0.1 ssh-ed25519 $other" > "$dir/new"
mv "$dir/new" "$dir/etc/known"
noticed "it appears" 1
echo "127.0.0.2 $key" > "$dir/new"
mv "$dir/new" "$dir/etc/known"
noticed "is replaced" 2
mv "$dir/etc" "$dir/away"
noticed "goes with its directory" 3
mkdir "$dir/etc.new"
echo "127.0.0.1 $key" > "$dir/etc.new/known"
mv "$dir/etc.new" "$dir/etc"
noticed "and comes with another" 4
probe
is "in which the key is" 0 $?
stop

# ---- the configuration ----

# configure LINE...
configure()
{
	printf '%s\n' "GlobalKnownHostsFile = {\"$known\"}" "UserTimeout = $patience" \
		"$@" > "$dir/conf"
}
# a worker that hangs is waited for so long
: "${KSSH_SLOW:=1}"
patience=$((2 + 2 * KSSH_SLOW > 22 ? 22 : 2 + 2 * KSSH_SLOW))
# within TEXT: until the log has it, or ten seconds (of a fast machine)
within()
{
	local i

	for ((i = 0; i < 100 * KSSH_SLOW; i++)); do
		! grep -qF -- "$1" "$dir/log" || return
		nap 0.1
	done
}
reload() { kill -HUP "$pid"; within "$1"; }

echo "127.0.0.1 $key" > "$known"
configure
start_bare --config "$dir/conf"
probe
is "files of the configuration" 0 $?
configure "RevokedHostKeys = {\"$dir/revoked\"}"
echo "$key" > "$dir/revoked"
reload "read again"
probe
is "a configuration that is read again" 22 $?
echo "Nonsense = 1" >> "$dir/conf"
"$tools/kssh-hostkeyd" --config "$dir/conf" --test 2> "$dir/probe"
is "a bad one is noticed beforehand" 3 $?
reload "the old one stays"
logged "says what is wrong with it" "conf:4: no such option 'Nonsense'"
probe
is "and the old one stays" 22 $?
stop
"$tools/kssh-hostkeyd" --config "$dir/conf" 2> "$dir/second"
is "nothing starts with it" 3 $?

# ---- the files of users ----

for u in $u1 $u2 $u4; do
	echo "kssh$u:x:$u:$u::$dir/$u:/bin/sh" >> /etc/passwd
	mkdir -p -m 700 "$dir/$u/.ssh"
	chown -R $u:$u "$dir/$u"
done
"$dir/bin/kssh-hostkeyd-launch" --listen "$dir/launch" --peer 0 \
	--worker "$dir/bin/kssh-hostkeyd-worker" 2> "$dir/launch.log" &
launcher=$!
start_users() { start_bare --config "$dir/conf" --launcher "$dir/launch"; }
# probe_as UID
probe_as()
{
	setpriv --reuid=$1 --regid=$1 --clear-groups "$dir/bin/kssh-probe" \
		--hostkey-algs ssh-ed25519 "${@:2}" "127.0.0.1:$KSSH_PORT" \
		> "$dir/probe" 2>&1
}

rm -f "$known"
configure "UserKnownHostsFile = yes" "StrictHostKeyChecking = accept-new"
start_users
probe_as $u1 --banner 'SSH-2.0-x LIE=signature how=bit'
is "a new key whose owner does not prove it, for a user" 25 $?
is "leaves no file of his" no "$([ -e "$dir/$u1/.ssh/known_hosts" ] && echo yes || echo no)"
probe_as $u1
is "a new key for a user" 0 $?
within "recorded=yes"
logged "is written to his file" "file=\"$dir/$u1/.ssh/known_hosts\""
is "which is his" "$u1 $u1 644" "$(stat -c '%u %g %a' "$dir/$u1/.ssh/known_hosts")"
is "and to no other" no "$([ -e "$known" ] || [ -e "$dir/$u2/.ssh/known_hosts" ] &&
	echo yes || echo no)"
configure "UserKnownHostsFile = yes"
reload "read again"
probe_as $u1
is "he knows it now" 0 $?
probe_as $u2
is "another user does not" 20 $?
probe_as $u3
is "nor one whom nobody knows" 20 $?
echo "127.0.0.1 $key" > "$known"
probe_as $u3
is "what the system knows all know" 0 $?
echo "@revoked * $key" > "$dir/$u2/.ssh/known_hosts"
probe_as $u2
is "but who has revoked it for himself" 22 $?
rm "$dir/$u2/.ssh/known_hosts"
mkfifo -m 666 "$dir/$u2/.ssh/known_hosts"
probe_as $u2
is "a FIFO in a home holds nobody up" 23 $?
rm "$dir/$u2/.ssh/known_hosts"
ln -s "$dir/$u1/.ssh/known_hosts" "$dir/$u2/.ssh/known_hosts"
chmod 600 "$dir/$u1/.ssh/known_hosts"
probe_as $u2
is "a link to what is another's" 23 $?
logged "is told of" "the file cannot be read (Permission denied)"
rm "$dir/$u2/.ssh/known_hosts"
pkill -STOP -u $u2 -x kssh-hostkeyd-w
probe_as $u2
is "a worker that hangs" 23 $?
logged "is told of, too" "the user's files cannot be read in time"
probe_as $u2
is "and replaced" 0 $?
rm "$known"
"$tools/kssh-hostkeyd" --config "$dir/conf" --test 2> "$dir/probe"
is "the configuration is fine" 0 $?
kill $launcher
wait $launcher
launcher=
probe_as $u1
is "without the launcher those who have a worker keep it" 0 $?
probe_as $u4
is "but others' files cannot count" 23 $?
logged "which is told" "kssh-hostkeyd-launch is not there"
stop

# ---- killed at any moment ----

"$dir/bin/kssh-hostkeyd-launch" --listen "$dir/launch" --peer 0 \
	--worker "$dir/bin/kssh-hostkeyd-worker" 2>> "$dir/launch.log" &
launcher=$!
configure "UserKnownHostsFile = yes" "StrictHostKeyChecking = accept-new"
printf '%s\n' "$key" > "$dir/key.pub"
chmod 644 "$dir/key.pub"
half=0
for ((i = 0; i < 12; i++)); do
	rm -f "$dir/$u1/.ssh/known_hosts"
	start_users
	probe_as $u1 &
	prober=$!
	# about as long as a handshake takes
	sleep "$(awk "BEGIN { srand($i); print rand() * 0.25 * $KSSH_SLOW }")"
	kill -KILL "$pid"
	wait "$pid" 2> /dev/null
	pid=
	wait $prober 2> /dev/null
	nap 0.1
	[ -s "$dir/$u1/.ssh/known_hosts" ] || continue
	"$tools/kssh-hostkeyd" --known-hosts "$dir/$u1/.ssh/known_hosts" \
		--check "127.0.0.1:$KSSH_PORT" "$dir/key.pub" > "$dir/probe" 2>&1 ||
		half=$((half + 1))
done
is "a helper that is killed leaves no half of a key" 0 $half

start
rmmod kssh 2> "$dir/probe"
wait "$pid"
is "it knows when the module goes" 7 $?
pid=
"$tools/kssh-hostkeyd" --known-hosts "$known" 2> "$dir/second"
is "nor does it start without it" 4 $?
"$top/selftests/guest/insmod-kssh"
exit $bad
