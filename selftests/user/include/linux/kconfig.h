/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KSSH_USER_LINUX_KCONFIG_H
#define KSSH_USER_LINUX_KCONFIG_H

#define __KSSH_ARG_PLACEHOLDER_1	0,
#define __kssh_second(ignored, val, ...) val
#define __kssh_defined(x)		__kssh_defined1(x)
#define __kssh_defined1(val)		\
	__kssh_defined2(__KSSH_ARG_PLACEHOLDER_##val)
#define __kssh_defined2(arg)		__kssh_second(arg 1, 0, 0)
#define IS_ENABLED(option)		__kssh_defined(option)
#define IS_BUILTIN(option)		__kssh_defined(option)
#define IS_REACHABLE(option)		__kssh_defined(option)

#endif
