# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# server.sh: sourced by scripts that need the scripted server
#
#   server_start    starts it; sets KSSH_PORT (exported), ends with the script
#   server_stop     ends it earlier

. "${BASH_SOURCE[0]%/*}/../nap.sh"

server_pid=

server_stop()
{
	[ -z "$server_pid" ] || kill "$server_pid" 2>/dev/null || :
	[ -z "$server_pid" ] || wait "$server_pid" 2>/dev/null || :
	server_pid=
}

server_start()
{
	local dir i keys
	local build=${BASH_SOURCE[0]%/*}/../../build/selftests

	keys=("$build/rsa_2048_1" "$build/rsa_2048_2" "$build/rsa_1024_3")
	dir=$(mktemp -d)
	trap server_stop EXIT
	"$(dirname "${BASH_SOURCE[0]}")/../hostile/server" --ready "$dir/port" \
		--rsa-keys "${keys[@]}" --lifetime 36000 > "$dir/out" 2>&1 < /dev/null &
	server_pid=$!
	# Python and its libraries take their time under emulation.
	for ((i = 0; i < 1200; i++)); do
		[ ! -e "$dir/port" ] || break
		kill -0 "$server_pid" 2>/dev/null || break
		nap 0.1
	done
	if [ ! -e "$dir/port" ]; then
		cat "$dir/out" >&2
		echo "Bail out! the scripted server does not start"
		exit 1
	fi
	KSSH_PORT=$(cat "$dir/port")
	export KSSH_PORT
	server_log=$dir/out
}
