/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KSSH_USER_LINUX_EXPORT_H
#define KSSH_USER_LINUX_EXPORT_H

#define EXPORT_SYMBOL(sym)
#define EXPORT_SYMBOL_GPL(sym)

#endif
