#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# guest_test.sh: kssh-probe, and the README's example, in a guest; prints TAP
#
# A real sshd and kssh-hostkeyd for what honest people do, the scripted server of
# selftests/hostile for the others.  Every exit status that can be brought about
# from outside is.

set -u
: "${KSSH_TREE:?not in a guest}"
export LC_ALL=C.UTF-8 COLUMNS=80
PATH=${KSSH_TOOLS:-$KSSH_TREE/build/tools}:$PATH:/usr/sbin
PORT=2222
DIR=/run/probe-test
HOST=127.0.0.1

n=0
bad=0

# ok WHAT COMMAND...
ok()
{
	local what=$1

	shift
	n=$((n + 1))
	if "$@" > "$DIR/ok.out" 2>&1; then
		echo "ok $n - $what"
	else
		echo "not ok $n - $what"
		sed 's/^/# /' "$DIR/ok.out" "$DIR/out" "$DIR/err" 2> /dev/null
		bad=1
	fi
}

bail() { echo "Bail out! $*"; exit 1; }

# probe STATUS WHAT ARGUMENT...: exits with STATUS, leaves out and err
probe()
{
	local want=$1 what=$2 got

	shift 2
	kssh-probe "$@" > "$DIR/out" 2> "$DIR/err" < /dev/null
	got=$?
	echo "$got" > "$DIR/status"
	ok "$what (exit $want)" [ "$got" = "$want" ]
}

says() { ok "... and says: $1" grep -qF -- "$1" "$DIR/out"; }
complains() { ok "... and complains: $1" grep -qF -- "$1" "$DIR/err"; }

wait_for()
{
	local i

	for ((i = 0; i < 600; i++)); do
		"$@" > /dev/null 2>&1 && return
		sleep 0.1
	done
	return 1
}

stop() { [ -z "$1" ] || { kill -CONT "$1"; kill "$1"; wait "$1"; } 2> /dev/null; }

json() { python3 -c "import json,sys; j = json.load(open('$DIR/out')); sys.exit(not ($1))"; }

helper_start()
{
	rm -f "$DIR/helper.pid"
	kssh-hostkeyd --known-hosts "$1" --pid-file "$DIR/helper.pid" \
		> "$DIR/helper.log" 2>&1 &
	helper=$!
	wait_for [ -s "$DIR/helper.pid" ] ||
		{ sed 's/^/# /' "$DIR/helper.log"; bail "no helper"; }
}

helper_stop() { stop "$helper"; helper=; }

# In a process on which a seccomp filter answers setsockopt(TCP_ULP) with EPERM
filtered()
{
	python3 - "$@" <<-'END'
	import ctypes, os, platform, struct, sys
	libc = ctypes.CDLL(None, use_errno=True)
	nr = {"x86_64": 54, "aarch64": 208}[platform.machine()]
	def op(code, k, jt=0, jf=0):
	    return struct.pack("HBBI", code, jt, jf, k)
	prog = (op(0x20, 0) + op(0x15, nr, 0, 5) +          # which call
	        op(0x20, 24) + op(0x15, 6, 0, 3) +          # level
	        op(0x20, 32) + op(0x15, 31, 0, 1) +         # option
	        op(0x06, 0x00050001) + op(0x06, 0x7fff0000))
	buf = ctypes.create_string_buffer(prog)
	fprog = struct.pack("H6xQ", 8, ctypes.addressof(buf))
	assert libc.prctl(38, 1, 0, 0, 0) == 0
	assert libc.prctl(22, 2, ctypes.c_char_p(fprog), 0, 0) == 0
	os.execvp(sys.argv[1], sys.argv[1:])
	END
}

mkdir -p "$DIR" && cd "$DIR" || exit 1
command -v kssh-probe > /dev/null || bail "kssh-probe is not built"
sshd= helper= liar= silent=
trap 'for p in "$sshd" "$helper" "$liar" "$silent"; do stop "$p"; done' EXIT

echo "TAP version 13"

for t in ed25519 ecdsa rsa; do
	ssh-keygen -q -t $t -N '' -C test -f "key_$t" || bail "ssh-keygen"
done
fp_ed25519=$(ssh-keygen -lf key_ed25519.pub | cut -d' ' -f2)
fp_rsa=$(ssh-keygen -lf key_rsa.pub | cut -d' ' -f2)
fp_ecdsa=$(ssh-keygen -lf key_ecdsa.pub | cut -d' ' -f2)
"$(command -v sshd)" -D -f /dev/null -p $PORT -E sshd.log -o PidFile=none \
	-o ListenAddress=127.0.0.1 -o ListenAddress=::1 \
	-o HostKey="$DIR/key_ed25519" -o HostKey="$DIR/key_ecdsa" \
	-o HostKey="$DIR/key_rsa" -o MaxStartups=100 &
sshd=$!
"$KSSH_TREE/selftests/hostile/server" --ready liar.port > liar.log 2>&1 &
liar=$!
wait_for bash -c ": < /dev/tcp/127.0.0.1/$PORT" || bail "no sshd"
wait_for [ -s liar.port ] || bail "no scripted server"
LIAR=$HOST:$(cat liar.port)

# ---- without the module -----------------------------------------------------

probe 4 "no module" $HOST:$PORT
complains "the module kssh is not loaded (ENOENT)"
probe 1 "the doctor finds problems" --doctor
says "problem  module"
says "(ENOENT)"

"$KSSH_TREE/selftests/guest/insmod-kssh" || bail "the module does not load"

# ---- the command line, and before the handshake -----------------------------

probe 2 "no host"
probe 2 "two hosts" a b
probe 2 "an unknown option" --nonsense a
probe 2 "a bad pin" --pin SHA256:short $HOST
probe 2 "a pin without need" --trust any --pin "$fp_rsa" $HOST
probe 2 "an unknown algorithm" --kex nonsense $HOST:$PORT
complains "(EINVAL)"
probe 2 "a name that is no name" --name 'a*' $HOST:$PORT
probe 0 "help" --help
probe 3 "nobody listens" $HOST:1
complains "Connection refused (ECONNREFUSED)"
probe 3 "no such name" nosuch.invalid

# ---- modes of trust against a real server -----------------------------------

for t in ed25519 rsa ecdsa; do
	case $t in
	ed25519) alg=ssh-ed25519 fp=$fp_ed25519 ;;
	rsa) alg=rsa-sha2-512 fp=$fp_rsa ;;
	ecdsa) alg=ecdsa-sha2-nistp256 fp=$fp_ecdsa ;;
	esac
	probe 0 "any key, $alg" --trust any --hostkey-algs $alg $HOST:$PORT
	says " $fp"
	says "The host key was NOT verified"
	probe 0 "pinned key, $alg" --pin "$fp" --hostkey-algs $alg $HOST:$PORT
	says " trusted"
done
probe 0 "IPv6" --pin "$fp_ed25519" "[::1]:$PORT"
probe 0 "two pins, one right" --pin "$fp_rsa" --pin "$fp_ed25519" $HOST:$PORT
probe 24 "another key is pinned" --pin "$fp_rsa" $HOST:$PORT
says " $fp_ed25519"
says " refused"
complains "PIN_MISMATCH, phase trust"
probe 0 "verbose" -v --trust any $HOST:$PORT
says "[$HOST]:$PORT $(cut -d' ' -f1,2 key_ed25519.pub)"
says "extension     server-sig-algs"
probe 0 "a cipher with a MAC" --trust any --cipher aes256-ctr $HOST:$PORT
says "aes256-ctr + hmac-sha2-256-etm@openssh.com"

probe 0 "JSON" --json --trust any --kex curve25519-sha256 $HOST:$PORT
ok "... it is well-formed and true" json "
	j['up'] and j['exit'] == 0 and j['stage'] == 'up' and j['failure'] is None and
	j['port'] == $PORT and j['hostkey']['fingerprint'] == '$fp_ed25519' and
	j['hostkey']['key'] == '$(cut -d' ' -f2 key_ed25519.pub)' and
	j['trust']['verdict'] == 'not checked' and
	j['server_banner'].startswith('SSH-2.0-OpenSSH') and
	len(j['session_id']) == 64 and 'server-sig-algs' in j['extensions'] and
	j['info']['kex'] == 'curve25519-sha256' and not j['post_quantum'] and
	j['info']['flags']['strict_kex'] and j['info']['verify'] == 'app' and
	list(j['info']['phase_time']) == ['banner', 'kexinit', 'kex', 'hostkey',
		'trust', 'newkeys', 'service', 'open'] and
	all(t['end_ns'] is None or t['begin_ns'] <= t['end_ns']
	    for t in j['info']['phase_time'].values())"
ok "... and every member of struct kssh_info is in it" python3 - <<END
import json, re
text = open('$KSSH_TREE/uapi/linux/kssh.h').read()
body = re.search(r'struct kssh_info \{(.*?)\n\};', text, re.S)[1]
names = re.findall(r'(\w+)(?:\[\w+\])?;', body)
have = json.load(open('$DIR/out'))['info']
missing = [n for n in names if n not in have and n != 'reserved']
assert len(names) > 20 and not missing, missing
END

# ---- the helper ----------------------------------------------------------------

probe 26 "no helper" $HOST:$PORT
complains "NO_HELPER"
says "nobody could be asked"

echo "[$HOST]:$PORT $(cut -d' ' -f1,2 key_ed25519.pub)" > known
echo "other $(cut -d' ' -f1,2 key_ed25519.pub)" > unknown
echo "[$HOST]:$PORT $(cut -d' ' -f1,2 <(ssh-keygen -q -t ed25519 -N '' -f spare >&2; cat spare.pub))" > changed
echo "@revoked * $(cut -d' ' -f1,2 key_ed25519.pub)" > revoked
mkdir -p unreadable

helper_start "$DIR/known"
probe 0 "the helper knows the key" $HOST:$PORT
says " trusted"
probe 0 "the doctor is content" --doctor
says "ok       helper      process $(cat helper.pid) judges host keys"
says "Nothing is missing."
probe 0 "the doctor's JSON" --doctor --json
ok "... is well-formed" json "j['problems'] == 0 and len(j['checks']) > 6"
probe 20 "another name" --name other $HOST:$PORT
says " unknown"
probe 20 "an alias has no port" --alias $HOST $HOST:$PORT
helper_stop

helper_start "$DIR/unknown"
probe 20 "the helper knows nothing of the name" $HOST:$PORT
complains "HOSTKEY_UNKNOWN, phase trust"
probe 0 "... but of the alias" --alias other $HOST:$PORT
helper_stop

helper_start "$DIR/changed"
probe 21 "the helper knows another key" $HOST:$PORT
says " changed"
says " $fp_ed25519"
complains "NOT the one that is known"
helper_stop

helper_start "$DIR/revoked"
probe 22 "the key is revoked" $HOST:$PORT
says " revoked"
helper_stop

helper_start "$DIR/unreadable"
probe 23 "the helper cannot say" $HOST:$PORT
says " refused"
helper_stop

helper_start "$DIR/known"
kill -STOP "$helper"
probe 10 "the helper says nothing" -t 2 $HOST:$PORT
complains "the server was not slow, the helper was"
# later than it would be waited for before the key is there
(sleep 5; kill -KILL "$helper") &
probe 27 "the helper dies over it" -t 60 $HOST:$PORT
{ wait $! "$helper"; } 2> /dev/null
helper=

# ---- servers that are none, or lie ---------------------------------------------

lie()
{
	local want=$1 lie=$2 word=$3

	shift 3
	probe "$want" "$lie" --trust any --banner "SSH-2.0-probe LIE=$lie" "$@" "$LIAR"
	[ -z "$word" ] || complains "$word"
}

lie 0 "honest" ""
says "SSH-2.0-"
lie 10 "silent at=kexinit" "TIMEOUT, phase kexinit" -t 1
lie 10 "silent at=banner" "is it the right port?" -t 1
lie 11 "close at=kex" "PEER_CLOSED, phase kex"
lie 11 "reset at=kex" "ECONNRESET, SOCKET_ERROR"
lie 12 "disconnect at=kex" "PEER_DISCONNECT"
lie 13 "bad-mac" "BAD_MAC"
lie 13 "packet-length n=4" "PACKET_LENGTH, phase kexinit"
lie 14 "banner-is hex=5353482d312e352d6f6c640d0a" "BANNER_VERSION"
lie 14 "preamble lines=1024" "BANNER_TOO_MANY_LINES"
lie 15 "honest kex=nothing@example.com" "NO_KEX"
lie 15 "honest cipher_out=nothing@example.com" "NO_CIPHER_RX"
lie 25 "signature how=bit" "SIGNATURE_WRONG, phase hostkey"
lie 25 "signature how=data" "SIGNATURE_WRONG" --hostkey-algs rsa-sha2-256
# an escape sequence in the identification does not reach the terminal
lie 0 "banner-is hex=5353482d322e302d781b5b33316d0d0a" ""
says 'SSH-2.0-x\x1b[31m'

kssh-probe -t 60 --trust any --banner "SSH-2.0-probe LIE=silent at=kex" "$LIAR" \
	> out 2> err &
pid=$!
sleep 2
kill -INT $pid
wait $pid
ok "interrupted (exit 130)" [ $? = 130 ]
complains "interrupted in phase kex"

# ---- what the doctor sees -------------------------------------------------------

filtered kssh-probe $HOST:$PORT > out 2> err
ok "seccomp in the way (exit 5)" [ $? = 5 ]
complains "(EPERM)"
filtered kssh-probe --doctor > out 2> err
ok "... and the doctor says so" grep -qF "EPERM, and a seccomp filter is on this" out

unshare -n kssh-probe --doctor > out 2> err
ok "no loopback in a new network namespace" grep -qF "ip link set lo up" out
unshare -n sh -c 'ip link set lo up; kssh-probe --doctor' > out 2> err
ok "... with one: not the initial namespace" \
	grep -qF "not the initial network namespace" out
ok "... which has no helper" grep -qF "no helper is registered" out

# a network namespace that a user namespace below ours owns
unshare -Urn sleep 60 &
pid=$!
below() { [ "$(readlink /proc/$pid/ns/net)" != "$(readlink /proc/self/ns/net)" ]; }
wait_for below
nsenter -t $pid -n kssh-probe --doctor > out 2> err
ok "a user namespace above the network namespace's owner" \
	grep -qF "user namespace is above" out
stop $pid

setarch --uname-2.6 kssh-probe --doctor > out 2> err
ok "a kernel that is too old" grep -qF "is too old, kssh needs 6.12 or newer" out

# ---- the example in the README ---------------------------------------------------

sed -n '/^```c$/,/^```$/p' "$KSSH_TREE/README.md" | sed '1d;$d' > example.c
ok "the README's example compiles" gcc -Wall -Wextra -Werror \
	-I"$KSSH_TREE/uapi" -o example example.c
helper_start "$DIR/known"
ok "... and runs" sh -c "./example $HOST $PORT > out 2> err"
says "ssh-ed25519"
says "the server answers with message 51"
helper_stop

ok "the module unloads" rmmod kssh
echo "1..$n"
exit $bad
