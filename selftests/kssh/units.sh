#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# units.sh: what "make -C tools install" installs, under a systemd that runs
#
# Usage: selftests/guest/run 6.12 -- selftests/kssh/units.sh
#
# Boots systemd as process 1 of namespaces of its own (of processes, mounts and control
# groups; the network is the guest's), with the scripted server beside it.  systemd has
# the module loaded, starts daemon and launcher in their sandboxes, and runs this script
# again ("inside") as a service, which prints TAP.

set -u
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
top=$(cd "$here/../.." && pwd)
etc=/etc/kssh-test	# not /tmp, of which the daemon has one of its own
conf=/etc/kssh-hostkeyd.conf
known=/etc/ssh/ssh_known_hosts
user=41005		# nobody has that number
zone_port=5353

# ---- outside: the machine ----

# What of the host's units has nothing to do with this, and takes time.
mask()
{
	local unit

	for unit in /lib/systemd/system/sysinit.target.wants/* systemd-timesyncd.service; do
		case $unit in
		*/systemd-journald.service|*/systemd-modules-load.service) ;;
		*) ln -sfn /dev/null "/etc/systemd/system/${unit##*/}" ;;
		esac
	done
	rm -rf /var/log/journal		# the journal is in memory
}

# A signed zone "test." in which "host.test" has the server's key.
make_zone()
{
	local key

	"$top/build/tools/kssh-probe" --trust any --hostkey-algs ssh-ed25519 --json \
		"127.0.0.1:$KSSH_PORT" > json
	echo "ssh-ed25519 $(sed -n 's/.*"key": "\([^"]*\)".*/\1/p' json)" > key.pub
	{
		printf '%s\n' '$ORIGIN test.' '$TTL 300' \
			'@ IN SOA ns.test. root.test. 1 3600 900 86400 300' \
			'@ IN NS ns.test.' 'ns IN A 127.0.0.1'
		ssh-keygen -r host.test. -f key.pub
	} > zone
	key=$(ldns-keygen -a ECDSAP256SHA256 -k test.) &&
	ldns-signzone -n zone "$key" && mv "$key.key" anchor
}

# Asked by the daemon only: what it is to ask, and who answers.
serve_zone()
{
	cat > unbound.conf <<-END
		server:
		  do-not-query-localhost: no
		  trust-anchor-signaling: no
		  chroot: ""
		  directory: ""
		  username: ""
		  local-zone: "test." nodefault
		forward-zone:
		  name: "."
		  forward-addr: 127.0.0.1@$zone_port
	END
	cat > nsd.conf <<-END
		server:
		  ip-address: 127.0.0.1@$zone_port
		  username: ""
		  chroot: ""
		  zonesdir: "$etc"
		  database: ""
		  pidfile: ""
		  xfrdfile: "$etc/xfrd"
		  zonelistfile: "$etc/zones"
		  logfile: "$etc/nsd.log"
		  xfrdir: "$etc"
		  server-count: 1
		remote-control:
		  control-enable: no
		zone:
		  name: "test."
		  zonefile: "zone.signed"
	END
	nsd -d -c nsd.conf > /dev/null 2>&1 &
	nsd=$!
}

# In namespaces of its own: what it has not is what a container has not.
boot()
{
	timeout -k 10 600 unshare --mount --pid --cgroup --fork --kill-child bash -c '
		mount -t proc proc /proc &&
		mount -t tmpfs -o mode=755 tmpfs /run &&
		umount /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup &&
		mount -o remount,bind,ro /sys &&
		exec env -i container=kssh-test PATH="$PATH" \
			/lib/systemd/systemd --unit=kssh-test.target' \
		> "$etc/console" 2>&1 < /dev/null
}

outside()
{
	local status

	. "$here/server.sh"
	mkdir -p "$etc" && cd "$etc" || exit 1
	if ! make -s -C "$top/tools" install > make.log 2>&1; then
		sed 's/^/# /' make.log
		echo "Bail out! tools cannot be installed"
		exit 1
	fi
	systemd-sysusers 2> /dev/null
	# The test's is not where modprobe looks.
	echo "install kssh KSSH_BUILD=$KSSH_BUILD $top/selftests/guest/insmod-kssh" \
		> /etc/modprobe.d/kssh-test.conf
	mask
	cat > /etc/systemd/system/kssh-test.service <<-END
		[Unit]
		After=kssh-hostkeyd.service kssh-hostkeyd-launch.socket
		[Service]
		Type=oneshot
		Environment=KSSH_PORT=PORT KSSH_GUEST=$KSSH_GUEST
		ExecStart=$here/units.sh inside
		ExecStopPost=systemctl exit \$EXIT_STATUS
		StandardOutput=file:$etc/tap
		StandardError=inherit
	END
	cat > /etc/systemd/system/kssh-test.target <<-END
		[Unit]
		Wants=kssh-hostkeyd.service kssh-hostkeyd-launch.socket kssh-test.service
	END
	echo "kssh$user:x:$user:$user::/srv/kssh$user:/bin/sh" >> /etc/passwd
	install -d -o $user -g $user -m 700 /srv/kssh$user
	"$top/selftests/guest/insmod-kssh"	# to learn the server's key
	server_start
	sed -i "s/=PORT/=$KSSH_PORT/" /etc/systemd/system/kssh-test.service
	make_zone > make_zone.log 2>&1 || { echo "Bail out! no zone"; exit 1; }
	serve_zone
	for ((i = 0; i < 100; i++)); do
		rmmod kssh 2> /dev/null && break
		sleep 0.1
	done
	boot
	status=$?
	kill $nsd
	cat tap 2> /dev/null || { sed 's/^/# /' console; echo "Bail out! no boot"; }
	[ "$status" = 0 ] || sed 's/^/# console: /' console | tail -n 30
	exit $status
}

# ---- inside: a service among others ----

. "$here/checks.sh"
explain()
{
	sed 's/^/# probe: /' "$etc/probe"
	systemctl status --no-pager -n 20 kssh-hostkeyd kssh-hostkeyd-launch 2>&1 | sed 's/^/# /'
}

# as=UID (0) probe OPTION...
probe()
{
	setpriv --reuid="${as-0}" --regid="${as-0}" --clear-groups kssh-probe \
		--hostkey-algs ssh-ed25519 "$@" "127.0.0.1:$KSSH_PORT" > "$etc/probe" 2>&1
}

# until STATUS OPTION...: what a probe ends with, once it is that or after a while
until_probe()
{
	local i want=$1 got

	shift
	for ((i = 0; i < 20; i++)); do
		probe "$@"
		got=$?
		[ $got != "$want" ] || break
		sleep 0.5
	done
	echo $got
}

# of UNIT FIELD...: of its process
of()
{
	local pid

	pid=$(systemctl show --value -p MainPID "$1")
	shift
	while [ $# -gt 0 ]; do
		sed -n "s/^$1:[[:space:]]*\([^[:space:]]*\).*/\1/p" "/proc/$pid/status"
		shift
	done | tr '\n' ' '
}

value() { systemctl show --value -p "$1" kssh-hostkeyd; }
journal() { journalctl -b -u kssh-hostkeyd -o cat --no-pager "$@"; }

begins()
{
	is "modules-load.d has the module loaded" 1 "$(grep -c '^kssh ' /proc/modules)"
	is "the daemon is ready" active "$(systemctl is-active kssh-hostkeyd)"
	is "runs as itself, without rights, and in a filter" \
		"$(id -u kssh-hostkeyd) 0000000000000000 0000000000001000 1 2 " \
		"$(of kssh-hostkeyd Uid CapEff CapBnd NoNewPrivs Seccomp)"
	is "the launcher waits to be needed" "active inactive" \
		"$(systemctl is-active kssh-hostkeyd-launch.{socket,service} | xargs)"
	probe
	is "an unknown key" 20 $?
	is "the journal has it, once, as a notice" 1 \
		"$(journal -p notice..notice | grep -c 'verdict=unknown name="127.0.0.1"')"
	echo "[127.0.0.1]:$KSSH_PORT $(cat "$etc/key.pub")" > "$known"
	probe
	is "a known key" 0 $?
}

is_configured()
{
	printf '%s\n' 'UserKnownHostsFile = yes' 'StrictHostKeyChecking = accept-new' > "$conf"
	systemctl reload kssh-hostkeyd
	is "it is told to read its configuration again" 0 $?
	is "and does: a user accepts a new key" 0 "$(as=$user until_probe 0 --name new.example)"
	for ((i = 0; i < 50; i++)); do
		[ ! -s /srv/kssh$user/.ssh/known_hosts ] || break
		sleep 0.2
	done
	is "which is in his file" "$user [new.example]:$KSSH_PORT" \
		"$(stat -c %u /srv/kssh$user/.ssh/known_hosts) $(cut -d' ' -f1 \
			/srv/kssh$user/.ssh/known_hosts)"
	is "the launcher was started for it" active "$(systemctl is-active kssh-hostkeyd-launch)"
	is "as itself, with two rights" \
		"$(id -u kssh-launch) 00000000000000c0 00000000000000c0 1 2 " \
		"$(of kssh-hostkeyd-launch Uid CapEff CapBnd NoNewPrivs Seccomp)"
	echo 'Nonsense = 1' >> "$conf"
	systemctl reload kssh-hostkeyd 2> /dev/null
	is "a bad configuration is refused" 1 $?
	probe
	is "and the old one stays" 0 $?
}

# From which the sandbox keeps the daemon, until it is told not to.
asks_dns()
{
	printf '%s\n' 'VerifyHostKeyDNS = yes' "DNSConfig = \"$etc/unbound.conf\"" \
		"DNSTrustAnchor = \"$etc/anchor\"" 'DNSTimeout = 2' > "$conf"
	systemctl restart kssh-hostkeyd
	is "with DNS it starts" 0 $?
	probe --name host.test
	is "and is kept from it" 20 $?
	is "which it tells" 1 "$(journal | grep -c 'name="host.test".*DNS gives no answer')"
	mkdir /etc/systemd/system/kssh-hostkeyd.service.d
	"$top/selftests/checks/dns_dropin" > /etc/systemd/system/kssh-hostkeyd.service.d/dns.conf
	systemctl daemon-reload
	systemctl restart kssh-hostkeyd
	is "as the manual has it opened to DNS, it starts" 0 $?
	sed -i 's/^DNSTimeout.*/DNSTimeout = 25/' "$conf"
	systemctl reload kssh-hostkeyd
	is "DNS knows the key" 0 "$(until_probe 0 --name host.test)"
	probe --name other.test
	is "and only that" 20 $?
	is "the rest of the sandbox is there" \
		"$(id -u kssh-hostkeyd) 0000000000000000 0000000000001000 1 2 " \
		"$(of kssh-hostkeyd Uid CapEff CapBnd NoNewPrivs Seccomp)"
}

ends()
{
	local i old

	old=$(value MainPID)
	kill -KILL "$old"
	is "killed, it is there again" 0 "$(until_probe 0)"
	is "as another process" "1 no" "$(value NRestarts) $(
		[ "$(value MainPID)" = "$old" ] && echo yes || echo no)"
	kssh-hostkeyd --takeover --once --known-hosts "$known" 2> /dev/null &
	for ((i = 0; i < 50; i++)); do
		systemctl is-active -q kssh-hostkeyd || break
		sleep 0.2
	done
	is "taken over from, it stays away" "7 failed" \
		"$(value ExecMainStatus) $(systemctl is-active kssh-hostkeyd)"
	probe
	is "the other one has answered" 0 $?
	wait
	systemctl start kssh-hostkeyd
	is "it is started by hand" 0 "$(until_probe 0)"
	systemctl stop kssh-hostkeyd
	probe
	is "and stopped: nobody to ask" 26 $?
}

inside()
{
	touch "$etc/probe"
	rm -f "$known"
	PATH=/usr/local/bin:/usr/local/sbin:$PATH
	echo 1..27
	begins
	is_configured
	asks_dns
	ends
	exit $bad
}

[ "${1-}" != inside ] || inside
outside
