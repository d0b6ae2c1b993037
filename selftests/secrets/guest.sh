#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# guest.sh: the guest's part of secrets/run
#
# Usage: guest.sh 'NAME PORT OPTION=VALUE...'...
#
# Each argument is a session with a server of the host's, by smoke.  At each station it
# says where it is, and goes on when the host has made a file of that name.

set -u
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
top=$(cd "$here/../.." && pwd)
. "$top/selftests/kssh/unused.sh"

station()
{
	echo "at $*"
	until [ -e "/run/out/$1" ]; do
		nap 0.1
	done
}

die() { echo "Bail out! $*"; exit 1; }

export KSSH_SLOW=4
"$top/selftests/guest/insmod-kssh" || die "no module"
modprobe virtio_net || die "no network"
for ((i = 0; i < 100; i++)); do
	[ ! -e /sys/class/net/eth0 ] || break
	nap 0.1
done
ip addr add 10.0.2.15/24 dev eth0 && ip link set eth0 up || die "no address"
station loaded "$(cat /sys/module/kssh/sections/.text)"

for session; do
	read -r name port options <<< "$session"
	# shellcheck disable=SC2086 # they are words
	"$top/build/selftests/smoke" 10.0.2.2 "$port" $options hold=1 \
		> "/tmp/$name" 2>&1 &
	pid=$!
	for ((i = 0; i < 1200; i++)); do
		if grep -q '^held' "/tmp/$name" || ! kill -0 $pid 2>/dev/null; then
			break
		fi
		nap 0.1
	done
	grep -q '^held' "/tmp/$name" || { cat "/tmp/$name"; die "$name: no session"; }
	station "$name-held"
	kill $pid
	wait $pid 2>/dev/null
	unused 30 || die "$name: still used"
	# what RCU frees
	nap 2
	station "$name-closed"
done
