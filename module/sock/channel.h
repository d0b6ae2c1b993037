/* SPDX-License-Identifier: GPL-2.0 */
/* A socket that is the byte stream of a channel, and its control descriptor. */
#ifndef KSSH_SOCK_CHANNEL_H
#define KSSH_SOCK_CHANNEL_H

#include "../core/channel.h"
#include "sock.h"

/**
 * struct kssh_bound - what a socket has besides, once a channel is bound to it
 * @ks: whose it is
 * @spare: takes the socket when its own descriptor is closed
 * @end: closes that
 * @control: the control descriptor's struct sock; NULL: none is open
 * @left: the socket is the spare's
 * @alone: so it is, and no control descriptor is open: it is counted
 *
 * Protected as struct kssh_sock is; it lives as long as that.
 */
struct kssh_bound {
	struct kssh_sock *ks;
	struct socket *spare;
	struct delayed_work end;
	struct sock *control;
	bool left;
	bool alone;
};

/* What kssh_bound_tell() goes by. */
#define KSSH_IS_OF_BOUND	(KSSH_IS_READY | KSSH_IS_RX_ENDED | KSSH_IS_TX_ENDED | \
				 KSSH_IS_CLOSED)

/* channel.c */
void kssh_bound_tell(struct kssh_sock *ks, u32 changed, u32 news);
void kssh_bound_settle(struct kssh_sock *ks);
int kssh_bind_channel(struct kssh_sock *ks, sockptr_t src, unsigned int n);
int kssh_get_channel_info(struct kssh_sock *ks, char __user *optval,
			  int __user *optlen);
int kssh_stream_send(struct kssh_sock *ks, struct msghdr *msg, size_t size);
int kssh_stream_recv(struct kssh_sock *ks, struct msghdr *msg, size_t len, int flags,
		     long timeo);
int kssh_stream_inq(const struct kssh_sock *ks);
void kssh_stream_shutdown(struct kssh_sock *ks, int how);
bool kssh_bound_keep(struct kssh_sock *ks);
void kssh_bound_goodbye(struct kssh_sock *ks);
void kssh_bound_free(struct kssh_sock *ks);

/* control.c */
int kssh_control_init(void);
void kssh_control_exit(void);
void kssh_control_events(struct kssh_sock *ks, bool changed, bool more);
int kssh_get_control(struct kssh_sock *ks, char __user *optval, int __user *optlen);

#endif /* KSSH_SOCK_CHANNEL_H */
