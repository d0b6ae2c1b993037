/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences of the socket interfaces.  Kbuild looks into the kernel's headers and
 * defines KSSH_HAVE_* for what it finds.
 */
#ifndef KSSH_COMPAT_NET_H
#define KSSH_COMPAT_NET_H

#include <net/sock.h>

/* struct proto::recvmsg had an addr_len argument until 7.x */
#ifdef KSSH_HAVE_RECVMSG_ADDR_LEN
#define KSSH_RECVMSG_ADDR_LEN	, int *addr_len
#define KSSH_ADDR_LEN		, addr_len
#else
#define KSSH_RECVMSG_ADDR_LEN
#define KSSH_ADDR_LEN
#endif

#endif /* KSSH_COMPAT_NET_H */
