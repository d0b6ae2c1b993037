/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KSSH_USER_LINUX_MODULE_H
#define KSSH_USER_LINUX_MODULE_H

#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>

#define MODULE_LICENSE(s)
#define MODULE_AUTHOR(s)
#define MODULE_DESCRIPTION(s)
#define MODULE_ALIAS(s)
#define MODULE_SOFTDEP(s)
#define MODULE_IMPORT_NS(s)
#define THIS_MODULE		((struct module *)NULL)

#endif
