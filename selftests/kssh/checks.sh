# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# checks.sh: sourced by scripts that print TAP
#
#   check WHAT COMMAND...   a test: does COMMAND succeed?  Counts in n; sets bad if not
#   is WHAT WANT GOT        likewise: are both the same?  If not it shows both, and calls
#                           explain, a function of the script's, for what else is known

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

is()
{
	[ "$2" = "$3" ] || {
		echo "# want '$2', got '$3'"
		explain
	}
	check "$1" [ "$2" = "$3" ]
}

explain() { :; }
