/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KSSH_USER_LINUX_PRINTK_H
#define KSSH_USER_LINUX_PRINTK_H

#include <stdio.h>

#ifndef pr_fmt
#define pr_fmt(fmt)		fmt
#endif
#define printk(fmt, ...)	fprintf(stderr, fmt, ##__VA_ARGS__)
#define pr_err(fmt, ...)	fprintf(stderr, pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn			pr_err
#define pr_notice		pr_err
#define pr_info			pr_err
#define pr_err_ratelimited	pr_err
#define pr_warn_ratelimited	pr_err
#define pr_debug(fmt, ...)						\
	do {								\
		if (0)							\
			pr_err(fmt, ##__VA_ARGS__);			\
	} while (0)

#endif
