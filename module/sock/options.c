// SPDX-License-Identifier: GPL-2.0
/* Socket options of level SOL_KSSH that are set: user memory in. */
#include <linux/slab.h>
#include "channel.h"

/* A struct of the caller's size; see the rule at the head of uapi/linux/kssh.h.
 * Not copy_struct_from_sockptr(): that of 6.12 does not look at the tail.
 */
int kssh_copy_struct(void *dst, size_t ksize, sockptr_t src, unsigned int n)
{
	int zero;

	if (!n)
		return -EINVAL;
	if (n > PAGE_SIZE)
		return -E2BIG;
	if (n > ksize) {
		zero = check_zeroed_sockptr(src, ksize, n - ksize);
		if (zero <= 0)
			return zero ?: -E2BIG;
		n = ksize;
	}
	memset(dst + n, 0, ksize - n);
	return copy_from_sockptr(dst, src, n) ? -EFAULT : 0;
}

static int kssh_copy_u32(u32 *v, sockptr_t src, unsigned int n)
{
	if (n != sizeof(*v))
		return -EINVAL;
	return copy_from_sockptr(v, src, n) ? -EFAULT : 0;
}

/* Which list an option is; -ENOENT: none */
int kssh_list_of(int optname)
{
	switch (optname) {
	case KSSH_KEX:
		return KSSH_LIST_KEX;
	case KSSH_HOSTKEY_ALGS:
		return KSSH_LIST_HOSTKEY;
	case KSSH_CIPHER_TX:
		return KSSH_LIST_CIPHER_TX;
	case KSSH_CIPHER_RX:
		return KSSH_LIST_CIPHER_RX;
	case KSSH_MAC_TX:
		return KSSH_LIST_MAC_TX;
	case KSSH_MAC_RX:
		return KSSH_LIST_MAC_RX;
	case KSSH_COMP_TX:
		return KSSH_LIST_COMP_TX;
	case KSSH_COMP_RX:
		return KSSH_LIST_COMP_RX;
	default:
		return -ENOENT;
	}
}

/* ---- what shapes the handshake ------------------------------------------ */

static int kssh_set_text(struct kssh_sock *ks, int optname, sockptr_t src,
			 unsigned int n)
{
	char *text;
	int err;

	if (!n || n > KSSH_LIST_MAX)
		return -EINVAL;
	kssh_config_probe();
	text = memdup_sockptr(src, n);
	if (IS_ERR(text))
		return PTR_ERR(text);

	lock_sock(ks->sk);
	if (ks->conn)
		err = -EBUSY;
	else if (optname == KSSH_BANNER)
		err = kssh_config_set_banner(ks->cfg, text, n);
	else
		err = kssh_config_set_list(ks->cfg, kssh_list_of(optname), text, n);
	release_sock(ks->sk);
	kfree(text);
	return err;
}

static int kssh_set_name(struct kssh_sock *ks, sockptr_t src, unsigned int n)
{
	struct kssh_peer_name name;
	int err;

	err = kssh_copy_struct(&name, sizeof(name), src, n);
	if (err)
		return err;
	lock_sock(ks->sk);
	err = ks->conn ? -EBUSY : kssh_trust_set_name(ks, &name);
	release_sock(ks->sk);
	return err;
}

static int kssh_set_pins(struct kssh_sock *ks, sockptr_t src, unsigned int n)
{
	u8 *pins;
	int err;

	if (!n || n % KSSH_PIN_LEN || n / KSSH_PIN_LEN > KSSH_PIN_MAX)
		return -EINVAL;
	pins = memdup_sockptr(src, n);
	if (IS_ERR(pins))
		return PTR_ERR(pins);

	lock_sock(ks->sk);
	err = ks->conn ? -EBUSY :
	      kssh_config_set_pins(ks->cfg, pins, n / KSSH_PIN_LEN);
	release_sock(ks->sk);
	kfree(pins);
	return err;
}

static int kssh_set_number(struct kssh_sock *ks, int optname, sockptr_t src,
			   unsigned int n)
{
	u32 v;
	int err;

	err = kssh_copy_u32(&v, src, n);
	if (err)
		return err;

	lock_sock(ks->sk);
	err = -EINVAL;
	if (optname == KSSH_MAX_PAYLOAD) {
		if (v < KSSH_PAYLOAD_MIN || v > KSSH_PAYLOAD_MAX)
			goto out;
		if (ks->conn)
			kssh_conn_set_max_payload(ks->conn, v);
		else
			ks->cfg->max_payload = v;
		err = 0;
	} else if (ks->conn) {
		err = -EBUSY;
	} else if (optname == KSSH_TIMEOUT) {
		if (!v || v > KSSH_TIMEOUT_MAX)
			goto out;
		ks->timeout_ms = v;
		err = 0;
	} else if (optname == KSSH_VERIFY) {
		if (v > KSSH_VERIFY_APP)
			goto out;
		ks->cfg->verify = v;
		err = 0;
	} else if (optname == KSSH_RSA_MIN_BITS) {
		if (v < KSSH_RSA_BITS_LEAST || v > KSSH_RSA_BITS_MOST)
			goto out;
		ks->cfg->rsa_min_bits = v;
		err = 0;
	} else if (optname == KSSH_GUESS) {
		if (v > KSSH_GUESS_MAY_ABORT)
			goto out;
		ks->cfg->guess = v;
		err = 0;
	}
out:
	release_sock(ks->sk);
	return err;
}

/* ---- what acts ------------------------------------------------------------ */

static int kssh_do_handshake(struct kssh_sock *ks, sockptr_t src, unsigned int n)
{
	struct kssh_handshake hs;
	int err;

	err = kssh_copy_struct(&hs, sizeof(hs), src, n);
	if (err)
		return err;
	if (hs.flags & ~(KSSH_HS_NOWAIT | KSSH_HS_EARLY))
		return -EINVAL;
	kssh_config_probe();
	lock_sock(ks->sk);
	err = kssh_handshake(ks, hs.flags);
	release_sock(ks->sk);
	return err;
}

static int kssh_do_verdict(struct kssh_sock *ks, sockptr_t src, unsigned int n)
{
	struct kssh_verdict v;
	int err;

	err = kssh_copy_struct(&v, sizeof(v), src, n);
	if (err)
		return err;
	if (v.flags & ~KSSH_VERDICT_NOWAIT)
		return -EINVAL;
	lock_sock(ks->sk);
	err = kssh_give_verdict(ks, v.verdict, v.flags & KSSH_VERDICT_NOWAIT);
	release_sock(ks->sk);
	return err;
}

/* Limits: they count from now on, and what they say is due is begun at once. */
static int kssh_set_renew(struct kssh_sock *ks, const struct kssh_rekey *r)
{
	struct kssh_renew l = {
		.bytes = r->bytes,
		.packets = r->packets,
		.seconds = r->seconds,
		.timeout_ms = r->timeout ?: KSSH_REKEY_TIMEOUT_DEFAULT,
	};

	if (r->timeout > KSSH_TIMEOUT_MAX)
		return -EINVAL;
	lock_sock(ks->sk);
	if (ks->conn) {
		kssh_conn_set_renew(ks->conn, &l);
		kssh_drive(ks, false);
	} else {
		ks->cfg->renew = l;
	}
	release_sock(ks->sk);
	return 0;
}

static int kssh_do_rekey(struct kssh_sock *ks, sockptr_t src, unsigned int n)
{
	struct kssh_rekey r;
	int err;

	err = kssh_copy_struct(&r, sizeof(r), src, n);
	if (err)
		return err;
	if (r.reserved || (r.flags & ~KSSH_REKEY_NOW))
		return -EINVAL;
	if (!r.flags)
		return kssh_set_renew(ks, &r);
	if (r.seconds || r.bytes || r.packets || r.timeout)
		return -EINVAL;
	lock_sock(ks->sk);
	err = -ENOTCONN;
	if (ks->state == KSSH_STATE_OPEN) {
		err = kssh_conn_rekey(ks->conn);
		kssh_drive(ks, false);
	}
	release_sock(ks->sk);
	return err;
}

static int kssh_do_disconnect(struct kssh_sock *ks, sockptr_t src, unsigned int n)
{
	struct kssh_disconnect d;
	int err;

	err = kssh_copy_struct(&d, sizeof(d), src, n);
	if (err)
		return err;
	if (d.reserved || strnlen(d.text, sizeof(d.text)) == sizeof(d.text))
		return -EINVAL;
	lock_sock(ks->sk);
	err = -ENOTCONN;
	if (ks->conn) {
		err = kssh_conn_disconnect(ks->conn, d.reason, d.text);
		kssh_drive(ks, false);
	}
	release_sock(ks->sk);
	return err;
}

static int kssh_do_message(struct kssh_sock *ks, int optname, sockptr_t src,
			   unsigned int n)
{
	u32 v;
	int err;

	err = kssh_copy_u32(&v, src, n);
	if (err)
		return err;
	if (optname == KSSH_SEND_IGNORE && v > KSSH_IGNORE_MAX)
		return -EINVAL;
	lock_sock(ks->sk);
	err = -ENOTCONN;
	if (ks->state == KSSH_STATE_OPEN) {
		err = optname == KSSH_SEND_IGNORE ?
			kssh_conn_send_ignore(ks->conn, v) :
			kssh_conn_send_unimplemented(ks->conn, v);
		kssh_drive(ks, false);
	} else if (ks->err) {
		err = ks->err;
	}
	release_sock(ks->sk);
	return err;
}

static int kssh_do_ping(struct kssh_sock *ks, sockptr_t src, unsigned int n)
{
	u8 *data = NULL;
	int err;

	if (n > KSSH_PING_MAX)
		return -EINVAL;
	if (n)
		data = memdup_sockptr(src, n);
	if (IS_ERR(data))
		return PTR_ERR(data);
	lock_sock(ks->sk);
	err = ks->err ?: -ENOTCONN;
	if (ks->state == KSSH_STATE_OPEN) {
		err = kssh_conn_ping(ks->conn, data, n);
		kssh_drive(ks, false);
	}
	release_sock(ks->sk);
	kfree(data);
	return err;
}

static int kssh_set(struct kssh_sock *ks, int optname, sockptr_t src, unsigned int n)
{
	switch (optname) {
	case KSSH_PEER_NAME:
		return kssh_set_name(ks, src, n);
	case KSSH_KEX ... KSSH_BANNER:
		return kssh_set_text(ks, optname, src, n);
	case KSSH_TIMEOUT:
	case KSSH_VERIFY:
	case KSSH_MAX_PAYLOAD:
	case KSSH_RSA_MIN_BITS:
	case KSSH_GUESS:
		return kssh_set_number(ks, optname, src, n);
	case KSSH_PIN:
		return kssh_set_pins(ks, src, n);
	case KSSH_REKEY:
		return kssh_do_rekey(ks, src, n);
	case KSSH_HANDSHAKE:
		return kssh_do_handshake(ks, src, n);
	case KSSH_VERDICT:
		return kssh_do_verdict(ks, src, n);
	case KSSH_DISCONNECT:
		return kssh_do_disconnect(ks, src, n);
	case KSSH_SEND_IGNORE:
	case KSSH_UNIMPLEMENTED:
		return kssh_do_message(ks, optname, src, n);
	case KSSH_PING:
		return kssh_do_ping(ks, src, n);
	case KSSH_CHANNEL:
		return kssh_bind_channel(ks, src, n);
	default:
		return -ENOPROTOOPT;
	}
}

int kssh_setsockopt(struct sock *sk, int level, int optname, sockptr_t optval,
		    unsigned int optlen)
{
	struct kssh_sock *ks = kssh_sock_get(sk);

	if (level == SOL_KSSH)
		return kssh_set(ks, optname, optval, optlen);
	if (level == SOL_TCP) {
		switch (optname) {
		case TCP_REPAIR:
		case TCP_REPAIR_QUEUE:
		case TCP_QUEUE_SEQ:
		case TCP_REPAIR_OPTIONS:
		case TCP_REPAIR_WINDOW:
			return -EOPNOTSUPP;
		}
	}
	return ks->base->setsockopt(sk, level, optname, optval, optlen);
}
