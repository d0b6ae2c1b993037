/* SPDX-License-Identifier: GPL-2.0 */
/* A parameter becomes visible under another name, so that tests can set it. */
#ifndef KSSH_USER_LINUX_MODULEPARAM_H
#define KSSH_USER_LINUX_MODULEPARAM_H

extern unsigned int *const kssh_user_param_zlib_kib;

#define module_param(name, type, perm) \
	unsigned int *const kssh_user_param_##name = &(name)
#define MODULE_PARM_DESC(name, text)	static_assert(sizeof(text) > 1)

#endif
