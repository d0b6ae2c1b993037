# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# checks.sh: sourced by scripts that print TAP
#
#   check WHAT COMMAND...   a test: does COMMAND succeed?  Counts in n; sets bad if not

n=0
bad=0

check()
{
	local what=$1

	shift
	n=$((n + 1))
	if "$@"; then
		echo "ok $n $what"
	else
		echo "not ok $n $what"
		bad=1
	fi
}
