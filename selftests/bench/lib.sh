# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# lib: for the scripts that ground runs in its guest (busybox sh)

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
