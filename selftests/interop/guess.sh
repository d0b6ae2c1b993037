#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# guess.sh: guesses at the choice of real servers, in a guest
#
# Usage: selftests/guest/run KERNEL -- selftests/interop/guess.sh [SERVER...]
#
# Servers: openssh and dropbear, the machine's own; openssh10, dropbear13 and libssh,
# of guest/peer; all without an argument.  Each is met, met again with and without the
# leave to abort, and met once more after its keys or lists have changed.  Prints TAP.

set -u
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
top=$(cd "$here/../.." && pwd)
. "$here/../nap.sh"
probe=$top/build/tools/kssh-probe
guess=$top/build/tools/kssh-guess
peers=${KSSH_CACHE:?not in a guest of guest/run}/peers
servers=" ${*:-openssh openssh10 libssh dropbear dropbear13 asyncssh} "
tmp=$(mktemp -d)
pid=
port=2600
n=0
bad=0
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null' EXIT

CURVE=curve25519-sha256
GROUP=diffie-hellman-group14-sha256

# ---- servers ----

# up COMMAND...: put this server in place of the last, on the same port
up()
{
	local i

	if [ -n "$pid" ]; then
		kill "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	fi
	"$@" > "$tmp/log" 2>&1 < /dev/null &
	pid=$!
	for ((i = 0; i < 600; i++)); do
		! (exec 3<> "/dev/tcp/127.0.0.1/$port") 2>/dev/null || return 0
		kill -0 "$pid" 2>/dev/null || break
		nap 0.1
	done
	sed 's/^/# server: /' "$tmp/log"
	echo "Bail out! $1 does not start"
	exit 1
}

# sshd PROGRAM KEYS [LINE...]: an OpenSSH with these host keys, in this order
sshd()
{
	local program=$1 k

	{
		printf '%s\n' "Port $port" "ListenAddress 127.0.0.1" "PidFile none" \
			"UsePAM no" "StrictModes no" "MaxStartups 100" "${@:3}"
		for k in $2; do
			echo "HostKey $tmp/$k"
		done
	} > "$tmp/conf"
	up "$program" -D -e -f "$tmp/conf"
}

# ---- tests ----

# Of each document of kssh-probe's, behind which END stands, one word.  One for all: to
# start python3 takes longer than a handshake.
coproc reader { exec python3 -c '
import json, sys
text = ""
for line in sys.stdin:
    if line != "END\n":
        text += line
        continue
    try:
        j = json.loads(text)["info"] or {"state": "none", "flags": {}}
        f = j["flags"]
        print("failed" if j["state"] != "open" else "none" if not f["guessed"] else
              "right" if f["guess_right"] else "wrong", flush=True)
    except (ValueError, KeyError) as e:
        print(repr(e), flush=True)
    text = ""'
}

# meet WHAT WANTED [OPTION...]: a handshake; WANTED: none, right or wrong
meet()
{
	local what=$1 wanted=$2 got out

	shift 2
	n=$((n + 1))
	out=$("$probe" --json --trust any --kex "$CURVE,$GROUP" \
		--timeout 5m "$@" "127.0.0.1:$port" 2>&1)
	printf '%s\nEND\n' "$out" >&"${reader[1]}"
	read -r got <&"${reader[0]}"
	if [ "$got" = "$wanted" ]; then
		echo "ok $n $name: $what"
	else
		echo "# $got instead of $wanted: $out" | head -n 40
		sed 's/^/# server: /' "$tmp/log" | tail -n 5
		echo "not ok $n $name: $what"
		bad=1
	fi
}

forget()
{
	port=$((port + 1))	# another server, of which nothing is known
}

openssh()
{
	local program=$1 safe="--guess safe" may="--guess may-abort"
	local ed="--hostkey-algs ssh-ed25519,rsa-sha2-512"

	# as it is shipped: RSA comes first, so that a safe guess cannot be right
	forget
	sshd "$program" "rsa ecdsa ed25519"
	# shellcheck disable=SC2086
	{
	meet "stock, met first" none $safe $ed
	meet "stock, not safe" none $safe $ed
	meet "stock, not announced" right $may $ed
	meet "stock, RSA asked for" none $safe --hostkey-algs rsa-sha2-512
	sshd "$program" "rsa ecdsa ed25519" "KexAlgorithms $GROUP"
	meet "method gone, connected again" none $may $ed
	meet "method gone, held off" none $may $ed

	forget
	sshd "$program" "ed25519 rsa" "KexAlgorithms $CURVE,$GROUP"
	meet "same first names, met first" none $safe $ed
	meet "same first names" right $safe $ed
	sshd "$program" "rsa ed25519" "KexAlgorithms $CURVE,$GROUP"
	meet "another host key comes first" wrong $safe $ed
	meet "held off" none $safe $ed

	forget
	sshd "$program" "ed25519" "KexAlgorithms $CURVE,$GROUP"
	meet "another method to come" none $safe $ed
	sshd "$program" "ed25519" "KexAlgorithms $GROUP,$CURVE"
	meet "another method comes first" wrong $safe $ed

	forget
	sshd "$program" "ed25519" "KexAlgorithms $CURVE,$GROUP"
	meet "method to go" none $safe $ed
	sshd "$program" "ed25519" "KexAlgorithms $GROUP"
	meet "method gone" wrong $safe $ed
	}
}

# plain: a server whose lists are what they are
plain()
{
	meet "met first" none --guess may-abort --hostkey-algs ssh-ed25519
	meet "met again" right --guess may-abort --hostkey-algs ssh-ed25519
	meet "never" none --guess never --hostkey-algs ssh-ed25519
}

# It takes a guess as soon as our first method is the one negotiated, where RFC 4253 7
# wants the first names of both sides equal, the host key algorithm's too: a guess that
# is wrong only by that is used, what we send in its place ends the connection, and the
# next one makes no guess.
asyncssh()
{
	local server=$here/asyncssh_server

	forget
	up "$server" "$port" "$CURVE,$GROUP" "$tmp/ed25519"
	meet "met first" none --guess safe
	meet "met again" right --guess safe
	meet "not announced" right --guess may-abort
	up "$server" "$port" "$GROUP,$CURVE" "$tmp/ed25519"
	meet "another method first, but ours is negotiated" failed --guess safe
	meet "the next makes no guess" none --guess safe

	forget
	up "$server" "$port" "$CURVE,$GROUP" "$tmp/ed25519"
	meet "before its host keys change" none --guess safe
	up "$server" "$port" "$CURVE,$GROUP" "$tmp/ecdsa" "$tmp/ed25519"
	meet "a guess wrong by the host key ends it" failed --guess safe
	meet "the next makes none" none --guess safe

	forget
	up "$server" "$port" "$CURVE,$GROUP" "$tmp/ed25519"
	meet "before a method goes" none --guess safe
	up "$server" "$port" "$GROUP" "$tmp/ed25519"
	meet "a guess wrong by the method is dropped" wrong --guess safe
}

# is WHAT WANTED COMMAND...: what it prints, or its exit status
is()
{
	local what=$1 wanted=$2 got

	shift 2
	n=$((n + 1))
	got=$("$@" 2>&1) || got=$?
	if [ "$got" = "$wanted" ]; then
		echo "ok $n kssh-guess: $what"
	else
		echo "# $got" | head -n 40
		echo "not ok $n kssh-guess: $what"
		bad=1
	fi
}

# servers COMMAND...: what that kssh-guess shows of the present port
servers()
{
	"$@" --json | python3 -c '
import json, sys
for s in sorted(json.load(sys.stdin), key=lambda s: s["uid"]):
    if s["port"] == int(sys.argv[1]):
        print(s["address"], s["uid"], s["kex"][0], s["hostkey"][-1],
              0 < s["expires_s"] <= 86400, s["held_s"])' "$port"
}

# other COMMAND...: as a user without rights
other()
{
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

text()
{
	"$guess" | sed -n '1h;2{s/^ *//;s/  */ /;H;x;s/\n/;/p}'
}

# kssh-guess, after root has met a server and another user has too
tool()
{
	local root="127.0.0.1 0 $CURVE ssh-ed25519 True 0"
	local nobody="127.0.0.1 65534 $CURVE ssh-ed25519 True 0"

	name=kssh-guess
	"$guess" flush
	forget
	sshd /usr/sbin/sshd "ed25519" "KexAlgorithms $CURVE,$GROUP"
	meet "root meets a server" none --guess safe
	is "it is remembered" "$root" servers "$guess"
	is "as text" "127.0.0.1 port $port;user 0" text
	is "not of another user" "no server is remembered" other "$guess"
	other "$probe" --trust any --kex "$CURVE,$GROUP" --timeout 5m --guess safe \
		"127.0.0.1:$port" > "$tmp/other" 2>&1 || sed 's/^/# /' "$tmp/other"
	is "who sees his own" "$nobody" servers other "$guess"
	is "but not those of all" 5 other "$guess" --all
	is "nor forgets them" 5 other "$guess" flush --all
	is "the administrator sees all" "$root"$'\n'"$nobody" servers "$guess" --all
	is "one's own are forgotten" "" other "$guess" flush
	is "and gone" "no server is remembered" other "$guess"
	is "others are not" "$root" servers "$guess"
	is "all are forgotten" "" "$guess" flush --all
	is "and gone, all" "no server is remembered" "$guess" --all
	meet "nothing to guess by" none --guess safe
	is "a word too many" 2 "$guess" list more
	is "flush has nothing to show" 2 "$guess" flush --json
}

against()
{
	local program

	name=$1
	case $name in
	openssh)	openssh /usr/sbin/sshd ;;
	openssh10)	openssh "$peers/openssh10/bin/sshd" ;;
	libssh)
		forget
		: > "$tmp/authorized"
		"$top/build/selftests/interop_client" authorized "$tmp/user" \
			> "$tmp/authorized"
		up "$peers/libssh/run" "$top/build/selftests/libssh_server" \
			127.0.0.1 "$port" "$tmp/authorized" 0 "$tmp/ed25519"
		plain ;;
	dropbear|dropbear13)
		forget
		[ -e "$tmp/dropbear" ] ||
			dropbearkey -t ed25519 -f "$tmp/dropbear" > /dev/null 2>&1
		program=/usr/sbin/dropbear
		[ "$name" = dropbear ] || program=$peers/dropbear/bin/dropbear
		up "$program" -F -E -s -r "$tmp/dropbear" -p "127.0.0.1:$port" -P "$tmp/pid"
		plain ;;
	asyncssh)
		asyncssh ;;
	*)	echo "Bail out! no server $name"; exit 2 ;;
	esac
}

echo "TAP version 13"
"$top/selftests/guest/insmod-kssh" || { echo "Bail out! no module"; exit 1; }
mkdir -p /run/sshd
for t in rsa ecdsa ed25519; do
	ssh-keygen -q -t $t -N '' -f "$tmp/$t" || exit 1
done
openssl genpkey -algorithm ed25519 -out "$tmp/user" 2>/dev/null || exit 1
for s in $servers; do
	against "$s"
done
tool
echo "1..$n"
exit $bad
