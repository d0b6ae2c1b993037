// SPDX-License-Identifier: GPL-2.0
/* Socket options of level SOL_KSSH that are got: user memory out. */
#include <linux/slab.h>
#include "channel.h"

/* Room that the caller has; negative errno. */
static int kssh_get_room(int __user *optlen)
{
	int n;

	if (get_user(n, optlen))
		return -EFAULT;
	return n < 0 ? -EINVAL : n;
}

/* All or nothing: a short buffer learns how much there is. */
static int kssh_put(const void *p, size_t n, char __user *optval, int __user *optlen)
{
	int room = kssh_get_room(optlen);

	if (room < 0)
		return room;
	if (put_user((int)n, optlen))
		return -EFAULT;
	if (room < n)
		return -ERANGE;
	return copy_to_user(optval, p, n) ? -EFAULT : 0;
}

static int kssh_get_list(struct kssh_sock *ks, int optname, char __user *optval,
			 int __user *optlen)
{
	const struct kssh_config *cfg;
	char *buf;
	int n;

	buf = kmalloc(KSSH_LIST_MAX, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	kssh_config_probe();
	lock_sock(ks->sk);
	cfg = kssh_sock_config(ks);
	n = kssh_config_get_list(cfg, kssh_list_of(optname), buf, KSSH_LIST_MAX);
	release_sock(ks->sk);
	if (n >= 0)
		n = kssh_put(buf, n, optval, optlen);
	kfree(buf);
	return n;
}

static int kssh_get_algorithms(char __user *optval, int __user *optlen)
{
	char *buf = kmalloc(KSSH_CATALOG_MAX, GFP_KERNEL);
	int n;

	if (!buf)
		return -ENOMEM;
	n = kssh_catalog(buf, KSSH_CATALOG_MAX);
	if (n >= 0)
		n = kssh_put(buf, n, optval, optlen);
	kfree(buf);
	return n;
}

static int kssh_get_banner(struct kssh_sock *ks, char __user *optval,
			   int __user *optlen)
{
	char banner[KSSH_BANNER_OWN_MAX + 1];

	lock_sock(ks->sk);
	strscpy(banner, kssh_config_banner(kssh_sock_config(ks)), sizeof(banner));
	release_sock(ks->sk);
	return kssh_put(banner, strlen(banner), optval, optlen);
}

static int kssh_get_name(struct kssh_sock *ks, char __user *optval,
			 int __user *optlen)
{
	struct kssh_peer_name name = {};

	lock_sock(ks->sk);
	name.flags = ks->name_flags;
	name.port = ks->name_port;
	if (ks->name)
		strscpy(name.name, ks->name);
	release_sock(ks->sk);
	return kssh_put(&name, sizeof(name), optval, optlen);
}

static int kssh_get_rekey(struct kssh_sock *ks, char __user *optval,
			  int __user *optlen)
{
	struct kssh_rekey r = {};
	const struct kssh_renew *l;

	lock_sock(ks->sk);
	l = &kssh_sock_config(ks)->renew;
	r.seconds = l->seconds;
	r.bytes = l->bytes;
	r.packets = l->packets;
	r.timeout = l->timeout_ms;
	release_sock(ks->sk);
	return kssh_put(&r, sizeof(r), optval, optlen);
}

static int kssh_get_number(struct kssh_sock *ks, int optname, char __user *optval,
			   int __user *optlen)
{
	const struct kssh_config *cfg;
	u32 v;

	lock_sock(ks->sk);
	cfg = kssh_sock_config(ks);
	if (optname == KSSH_TIMEOUT)
		v = ks->timeout_ms;
	else if (optname == KSSH_VERIFY)
		v = cfg->verify;
	else if (optname == KSSH_RSA_MIN_BITS)
		v = cfg->rsa_min_bits;
	else if (optname == KSSH_GUESS)
		v = cfg->guess;
	else
		v = cfg->max_payload;
	release_sock(ks->sk);
	return kssh_put(&v, sizeof(v), optval, optlen);
}

static void kssh_fill_info(struct kssh_sock *ks, struct kssh_info *info)
{
	if (ks->conn) {
		kssh_conn_info(ks->conn, info);
		info->error = -ks->err;
	} else {
		info->verify = ks->cfg->verify;
		info->max_payload = ks->cfg->max_payload;
		info->reason = ks->start_reason;
		info->error = -kssh_reason_errno(ks->start_reason);
	}
	info->state = ks->state;
}

static int kssh_get_info(struct kssh_sock *ks, char __user *optval,
			 int __user *optlen)
{
	int n = kssh_get_room(optlen);
	struct kssh_info *info;

	if (n < 0)
		return n;
	info = kzalloc(sizeof(*info), GFP_KERNEL);
	if (!info)
		return -ENOMEM;
	lock_sock(ks->sk);
	kssh_fill_info(ks, info);
	release_sock(ks->sk);

	n = min_t(int, n, sizeof(*info));
	if (copy_to_user(optval, info, n) || put_user(n, optlen))
		n = -EFAULT;
	kfree(info);
	return min(n, 0);
}

/* A blob that the conn owns, copied out with the lock held: it may go away. */
static int kssh_get_blob(struct kssh_sock *ks, int optname, char __user *optval,
			 int __user *optlen)
{
	u8 session_id[KSSH_HASH_MAX];
	struct kssh_blob b = {};
	int err = -ENODATA;

	lock_sock(ks->sk);
	if (!ks->conn)
		goto out;
	switch (optname) {
	case KSSH_HOSTKEY:
		b = kssh_conn_hostkey(ks->conn);
		break;
	case KSSH_HOSTKEY_SIG:
		b = kssh_conn_hostkey_sig(ks->conn);
		break;
	case KSSH_SESSION_ID:
		b = kssh_conn_session_id(ks->conn);
		/* in the connection itself, of which user space is given nothing */
		b.p = memcpy(session_id, b.p, b.n);
		break;
	case KSSH_PEER_BANNER:
		b = kssh_conn_peer_banner(ks->conn);
		break;
	case KSSH_EXT_INFO:
		b = kssh_conn_ext_info(ks->conn);
		break;
	case KSSH_DISCONNECT_TEXT:
		b = kssh_conn_disconnect_text(ks->conn);
		break;
	}
	/* the one that may be known and empty */
	if (b.n || (optname == KSSH_DISCONNECT_TEXT &&
		    kssh_conn_reason(ks->conn) == KSSH_R_PEER_DISCONNECT))
		err = kssh_put(b.p, b.n, optval, optlen);
out:
	release_sock(ks->sk);
	return err;
}

static int kssh_get(struct kssh_sock *ks, int optname, char __user *optval,
		    int __user *optlen)
{
	switch (optname) {
	case KSSH_PEER_NAME:
		return kssh_get_name(ks, optval, optlen);
	case KSSH_KEX ... KSSH_COMP_RX:
		return kssh_get_list(ks, optname, optval, optlen);
	case KSSH_BANNER:
		return kssh_get_banner(ks, optval, optlen);
	case KSSH_TIMEOUT:
	case KSSH_VERIFY:
	case KSSH_MAX_PAYLOAD:
	case KSSH_RSA_MIN_BITS:
	case KSSH_GUESS:
		return kssh_get_number(ks, optname, optval, optlen);
	case KSSH_REKEY:
		return kssh_get_rekey(ks, optval, optlen);
	case KSSH_INFO:
		return kssh_get_info(ks, optval, optlen);
	case KSSH_HOSTKEY ... KSSH_DISCONNECT_TEXT:
		return kssh_get_blob(ks, optname, optval, optlen);
	case KSSH_ALGORITHMS:
		return kssh_get_algorithms(optval, optlen);
	case KSSH_CONTROL:
		return kssh_get_control(ks, optval, optlen);
	case KSSH_CHANNEL_INFO:
		return kssh_get_channel_info(ks, optval, optlen);
	default:
		return -ENOPROTOOPT;
	}
}

int kssh_getsockopt(struct sock *sk, int level, int optname,
		    char __user *optval, int __user *optlen)
{
	struct kssh_sock *ks = kssh_sock_get(sk);

	if (level == SOL_KSSH)
		return kssh_get(ks, optname, optval, optlen);
	if (level == SOL_TCP && optname == TCP_ZEROCOPY_RECEIVE)
		return -EOPNOTSUPP;
	return ks->base->getsockopt(sk, level, optname, optval, optlen);
}
