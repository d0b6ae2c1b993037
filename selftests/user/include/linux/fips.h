/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KSSH_USER_LINUX_FIPS_H
#define KSSH_USER_LINUX_FIPS_H

extern int fips_enabled;

#endif
