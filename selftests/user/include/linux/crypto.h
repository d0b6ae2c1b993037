/* SPDX-License-Identifier: GPL-2.0 */
/* Everything here completes before it returns, so there is nothing to wait for. */
#ifndef KSSH_USER_LINUX_CRYPTO_H
#define KSSH_USER_LINUX_CRYPTO_H

#include <linux/err.h>
#include <linux/slab.h>
#include <linux/types.h>

#define CRYPTO_TFM_REQ_MAY_SLEEP	0x00000200
#define CRYPTO_TFM_REQ_MAY_BACKLOG	0x00000400

typedef void (*crypto_completion_t)(void *data, int err);

/* When a test sets it to n > 0, the n-th operation from now fails with -EIO. */
extern int kssh_user_fail_crypto;

static inline int kssh_user_crypto_fails(void)
{
	if (kssh_user_fail_crypto <= 0)
		return 0;
	return --kssh_user_fail_crypto ? 0 : -EIO;
}

struct crypto_wait {
	int err;
};

static inline void crypto_req_done(void *data, int err)
{
	((struct crypto_wait *)data)->err = err;
}

static inline int crypto_wait_req(int err, struct crypto_wait *wait)
{
	(void)wait;
	return err;
}

static inline void crypto_init_wait(struct crypto_wait *wait)
{
	wait->err = 0;
}

#endif
