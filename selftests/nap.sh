# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# nap.sh: sourced by scripts that wait for something in a guest
#
#   nap SECONDS     waits, without a process of its own: with sleep(1), a loop that
#                   looks ten times a second was a third of an emulated machine's work

exec {nap_pipe}<> <(:)

nap()
{
	read -rt "$1" -u "$nap_pipe" || :
}
