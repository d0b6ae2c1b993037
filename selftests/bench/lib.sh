# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# lib: for the scripts that ground runs in its guest (busybox sh)

tracing=/sys/kernel/tracing

# This sh takes its own applets first, whatever PATH says.
ip() { /usr/bin/ip "$@"; }
tc() { /usr/bin/tc "$@"; }

# listening PORT: wait until somebody does
listening()
{
	until grep -q "$(printf ':%04X 00000000:0000 0A' "$1")" /proc/net/tcp; do
		usleep 100000
	done
}

# light [OPTION...]: start the light server; sets $server, its pin is in /pin
light()
{
	rm -f /pin
	server -p 2200 -f /pin "$@" &
	server=$!
	until [ -s /pin ]; do
		usleep 100000
	done
}

# openssh SSHD PORT: start OpenSSH's server with an Ed25519 key of its own; its pin
# is in /pin.PORT
openssh()
{
	[ -e /etc/ssh/key ] || ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/key
	# shellcheck disable=SC2046,SC2059
	printf "$(cut -d' ' -f2 /etc/ssh/key.pub | base64 -d | sha256sum |
		cut -c1-64 | sed 's/../\\x&/g')" > "/pin.$2"
	"/usr/bin/$1" -f /dev/null -h /etc/ssh/key -p "$2" -o PidFile=none \
		-o UsePAM=no -o MaxStartups=1000 -o AuthenticationMethods=publickey \
		-o PasswordAuthentication=no -o KbdInteractiveAuthentication=no \
		$([ "$1" = sshd9 ] || echo -o PerSourcePenalties=no)
	# the parent that went to the background listens a little later
	listening "$2"
}

# figure NAME WHO VALUE: as client prints it
figure()
{
	printf '%s\t%s\t%s\t%s\n' "$BENCH_GROUND" "$1" "$2" "$3"
}
