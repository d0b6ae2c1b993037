// SPDX-License-Identifier: GPL-2.0
/* What the running kernel can do is found out by trying, once. */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/sched/signal.h>

#include "usable.h"

int kssh_usable_once(int *memo, int (*attempt)(const void *row),
		     const void *row)
{
	int answer = READ_ONCE(*memo);

	if (answer)
		return answer;
	answer = attempt(row);
	/* the crypto API gives up loading a module for whom is being killed: -ENOENT */
	if (answer < 0 && fatal_signal_pending(current))
		return answer;
	switch (answer) {
	case -ENOMEM:
	case -EINTR:
	case -EAGAIN:
	case -ETIMEDOUT:
		break;
	default:
		WRITE_ONCE(*memo, answer);
	}
	return answer;
}
