# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# unused.sh: sourced by scripts that take the module out
#
#   unused [SECONDS]   waits until no socket has the module any more (default 10,
#                      longer on slow machines); else says who has it, and fails

. "${BASH_SOURCE[0]%/*}/../nap.sh"

unused()
{
	local until=$((SECONDS + ${1:-10} * ${KSSH_SLOW:-1}))

	while [ "$(< /sys/module/kssh/refcnt)" != 0 ]; do
		if [ $SECONDS -ge $until ]; then
			echo "# kssh has $(cat /sys/module/kssh/refcnt) users:"
			ss -tanpoem | sed 's/^/# /'
			ps -eo pid,ppid,stat,wchan:24,args | grep -v '\]$' | sed 's/^/# /'
			return 1
		fi
		nap 0.1
	done
}
