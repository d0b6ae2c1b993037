#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# run.sh: the kernel's transport against real servers, in a guest
#
# Usage: selftests/guest/run KERNEL -- selftests/interop/run.sh [SERVER...]
#
# Servers: openssh, the machine's own sshd; openssh10, OpenSSH 10, and libssh, a
# server of our own on libssh (both of guest/peer); all without an argument.
# Each algorithm is offered alone where that server has it, all together once; a
# user logs in, traffic goes both ways while the server, or we, renew the keys.
# Prints TAP.

set -u
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
top=$(cd "$here/../.." && pwd)
bin=$top/build/selftests
ten=${KSSH_CACHE:?not in a guest of guest/run}/peers/openssh10/bin
libssh=$KSSH_CACHE/peers/libssh
servers=" ${*:-openssh openssh10 libssh} "
tmp=$(mktemp -d)
case ${KSSH_GUEST-} in
uml)	export KSSH_SLOW=${KSSH_SLOW:-1} ;;
*)	export KSSH_SLOW=${KSSH_SLOW:-4} ;;
esac

# type and bits (of ed25519 there is but one)
keys="ed25519-256 ecdsa-256 ecdsa-384 ecdsa-521 rsa-3072"
pids=()
n=0
bad=0
trap 'for p in ${pids[@]+"${pids[@]}"}; do kill "$p" 2>/dev/null; done' EXIT

# ---- servers ----

make_keys()
{
	local t

	ssh-keygen -q -t ed25519 -N '' -f "$tmp/ca" || return 1
	for t in $keys; do
		ssh-keygen -q -t "${t%-*}" -b "${t#*-}" -N '' -f "$tmp/host_$t" &&
			ssh-keygen -q -s "$tmp/ca" -I "$t" -h -n 127.0.0.1,::1 \
				"$tmp/host_$t.pub" || return 1
	done
	cat "$tmp"/host_*.pub > "$tmp/hosts"
	openssl genpkey -algorithm ed25519 -out "$tmp/user" 2>/dev/null || return 1
	"$bin/interop_client" authorized "$tmp/user" > "$tmp/authorized"
	# Without PAM sshd takes a password of "!" for a locked account.
	sed -i 's/^root:![^:]*:/root:*:/' /etc/shadow
	mkdir -p /run/sshd
}

# config PORT [LINE...]: what all servers have in common
config()
{
	local port=$1

	shift
	printf '%s\n' "Port $port" "ListenAddress 127.0.0.1" "ListenAddress ::1" \
		"PidFile none" "UsePAM no" \
		"StrictModes no" "PermitRootLogin yes" \
		"AuthorizedKeysFile $tmp/authorized" "LoginGraceTime 600" \
		"UseDNS no" "$@"
	# shellcheck disable=SC2086
	printf "HostKey $tmp/host_%s\n" $keys
	# shellcheck disable=SC2086
	printf "HostCertificate $tmp/host_%s-cert.pub\n" $keys
}

# start PORT ADDRESS COMMAND...: run a server, and wait until it listens there
start()
{
	local log=$tmp/log.$1 address=$2 i

	shift 2
	: > "$log"
	"$@" > "$log" 2>&1 < /dev/null &
	pids+=($!)
	for ((i = 0; i < 600; i++)); do
		! grep -q "listening on $address" "$log" || return 0
		kill -0 "$!" 2>/dev/null || break
		sleep 0.1
	done
	sed 's/^/# server: /' "$log"
	echo "Bail out! $1 does not start"
	exit 1
}

# serve SSHD PORT [LINE...]: start an OpenSSH
serve()
{
	local sshd=$1 port=$2

	shift
	config "$@" > "$tmp/conf.$port"
	start "$port" ::1 "$sshd" -D -e -f "$tmp/conf.$port"
}

# serve_libssh PORT BYTES: start a libssh that renews keys after so many bytes
serve_libssh()
{
	start "$1" 127.0.0.1 "$libssh/run" "$bin/libssh_server" 127.0.0.1 "$1" \
		"$tmp/authorized" "$2" "$tmp/host_ed25519-256" \
		"$tmp/host_ecdsa-256" "$tmp/host_rsa-3072"
}

# has SSHD PORT KEYWORD NAME: does this server offer NAME?
has()
{
	"$1" -T -f "$tmp/conf.$2" 2>/dev/null |
		grep -i "^$3 " | tr ' ,' '\n\n' | grep -qxF "$4"
}

# ---- tests ----

# try WHAT PORT ADDRESS [OPTION...]: one session
try()
{
	local what=$1 port=$2 address=$3 said

	shift 3
	n=$((n + 1))
	if said=$(timeout $((100 * KSSH_SLOW)) "$bin/interop_client" "$address" \
			"$port" expect="$tmp/hosts" "$@" 2>&1); then
		echo "ok $n $what"
	else
		echo "# $*: $said"
		tail -n 5 "$tmp/log.$port" | sed 's/^/# server: /'
		echo "not ok $n $what"
		bad=1
	fi
}

skip()
{
	n=$((n + 1))
	echo "ok $n $1 # SKIP this server does not have it"
}

# alone NAME SSHD PORT KEYWORD OPTION ALGORITHM [OPTION...]
alone()
{
	local name=$1 sshd=$2 port=$3 keyword=$4 option=$5 alg=$6
	local address=127.0.0.1

	shift 6
	[ $((n % 2)) = 0 ] || address=::1
	if has "$sshd" "$port" "$keyword" "$alg"; then
		try "$name: $alg" "$port" $address "$option=$alg" "$@"
	else
		skip "$name: $alg"
	fi
}

login=(user=root key="$tmp/user")
ciphers="chacha20-poly1305@openssh.com aes128-gcm@openssh.com
	aes256-gcm@openssh.com"
groups="diffie-hellman-group-exchange-sha256 diffie-hellman-group14-sha256
	diffie-hellman-group16-sha512 diffie-hellman-group18-sha512"
etm=hmac-sha2-256-etm@openssh.com
macs="$etm hmac-sha2-512-etm@openssh.com hmac-sha2-256 hmac-sha2-512
	hmac-sha1-etm@openssh.com hmac-sha1"
zlib=zlib@openssh.com

# against NAME SSHD PORT [LINE...]: all tests of one server; it takes PORT and
# the next one
against()
{
	local name=$1 sshd=$2 port=$3 a

	shift 3
	serve "$sshd" "$port" "$@"
	# shellcheck disable=SC2086
	serve "$sshd" $((port + 1)) "RekeyLimit 16K" \
		"KexAlgorithms +$(echo $groups | tr ' ' ,)" "$@"

	try "$name: all offered, IPv4" "$port" 127.0.0.1
	try "$name: all offered, IPv6" "$port" ::1
	for a in mlkem768x25519-sha256 sntrup761x25519-sha512 \
		 sntrup761x25519-sha512@openssh.com curve25519-sha256 \
		 curve25519-sha256@libssh.org ecdh-sha2-nistp256 \
		 ecdh-sha2-nistp384 ecdh-sha2-nistp521; do
		alone "$name" "$sshd" "$port" kexalgorithms kex $a
	done
	# OpenSSH 10 has these, but not by default; groups are in /etc/ssh/moduli.
	for a in $groups; do
		alone "$name" "$sshd" $((port + 1)) kexalgorithms kex $a \
			"${login[@]}" bytes=200000 rekeys=3
	done
	# not those of a security key: a real server needs a real one
	for a in ssh-ed25519 ecdsa-sha2-nistp256 ecdsa-sha2-nistp384 \
		 ecdsa-sha2-nistp521 rsa-sha2-256 rsa-sha2-512; do
		alone "$name" "$sshd" "$port" hostkeyalgorithms hostkey $a
		alone "$name" "$sshd" "$port" hostkeyalgorithms hostkey \
			$a-cert-v01@openssh.com
	done
	for a in $ciphers; do
		alone "$name" "$sshd" "$port" ciphers cipher $a
	done
	for a in aes128-ctr aes192-ctr aes256-ctr; do
		alone "$name" "$sshd" "$port" ciphers cipher $a mac=$etm
	done
	for a in $macs; do
		alone "$name" "$sshd" "$port" macs mac $a cipher=aes128-ctr \
			"${login[@]}" bytes=100000
	done
	try "$name: compression, keys renewed by us" "$port" ::1 "${login[@]}" \
		comp=$zlib bytes=300000 rekey=50000 rekeys=4
	try "$name: compression, aes128-ctr, hmac-sha2-256" "$port" 127.0.0.1 \
		"${login[@]}" comp=$zlib cipher=aes128-ctr mac=hmac-sha2-256 \
		bytes=300000
	try "$name: login and traffic" "$port" 127.0.0.1 "${login[@]}" bytes=1000000
	try "$name: login and traffic, keys renewed by us" "$port" ::1 \
		"${login[@]}" bytes=300000 rekey=50000 rekeys=4
	port=$((port + 1))
	for a in $ciphers; do
		try "$name: keys renewed by the server, $a" $port 127.0.0.1 \
			"${login[@]}" cipher=$a bytes=200000 rekeys=5
	done
	try "$name: keys renewed by the server, aes256-ctr" $port ::1 \
		"${login[@]}" cipher=aes256-ctr mac=$etm bytes=200000 rekeys=5
	try "$name: keys renewed by the server, aes192-ctr, hmac-sha2-512" $port ::1 \
		"${login[@]}" cipher=aes192-ctr mac=hmac-sha2-512 bytes=200000 \
		rekeys=5
	# what crosses the wire is what counts, and it is little
	try "$name: keys renewed by the server, compression" $port 127.0.0.1 \
		"${login[@]}" comp=$zlib bytes=1000000 rekeys=1
	try "$name: keys renewed by both" $port 127.0.0.1 "${login[@]}" \
		bytes=200000 rekey=30000 rekeys=5
}

# against_libssh PORT: tests of libssh; it takes PORT and the next one
against_libssh()
{
	local port=$1 name a

	serve_libssh "$port" 0
	serve_libssh $((port + 1)) 30000
	name=$(sed -n 's,^libssh \([^/]*\).*,libssh_\1,p' "$tmp/log.$port")
	try "$name: all offered" "$port" 127.0.0.1
	for a in mlkem768x25519-sha256 mlkem768nistp256-sha256 \
		 mlkem1024nistp384-sha384 sntrup761x25519-sha512 \
		 sntrup761x25519-sha512@openssh.com curve25519-sha256 \
		 curve25519-sha256@libssh.org ecdh-sha2-nistp256 \
		 ecdh-sha2-nistp384 ecdh-sha2-nistp521 \
		 diffie-hellman-group-exchange-sha256 \
		 diffie-hellman-group14-sha256 diffie-hellman-group16-sha512; do
		try "$name: $a" "$port" 127.0.0.1 kex=$a
	done
	for a in mlkem768nistp256-sha256 mlkem1024nistp384-sha384 \
		 curve25519-sha256; do
		try "$name: login and traffic, keys renewed by us, $a" "$port" \
			127.0.0.1 "${login[@]}" kex=$a bytes=200000 \
			rekey=50000 rekeys=3
		try "$name: keys renewed by the server, $a" $((port + 1)) \
			127.0.0.1 "${login[@]}" kex=$a bytes=300000 rekeys=1
	done
}

# wanted SERVER: is it to be tested?
wanted()
{
	[[ $servers = *" $1 "* ]]
}

echo "TAP version 13"
if ! "$top/selftests/guest/insmod-kssh"; then
	echo "Bail out! cannot load kssh.ko"
	exit 1
fi
make_keys || { echo "Bail out! no keys"; exit 1; }
if wanted openssh; then
	against "$(/usr/sbin/sshd -V 2>&1 |
		   sed -n 's/^\(OpenSSH_[^ ,]*\).*/\1/p')" /usr/sbin/sshd 2201
fi
if wanted openssh10; then
	against "$("$ten/ssh" -V 2>&1 | sed 's/[ ,].*//')" "$ten/sshd" 2301 \
		"PerSourcePenalties no"
fi
if wanted libssh; then
	against_libssh 2401
fi
echo "1..$n"
exit $bad
