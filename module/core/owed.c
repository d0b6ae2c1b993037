// SPDX-License-Identifier: GPL-2.0
/* What is owed to the server on account of the bound channel, for whom nobody is there. */

#include "channel.h"
#include "internal.h"

#include <linux/array_size.h>
#include <linux/errno.h>
#include <linux/string.h>

/* ---- what is owed to the server ----------------------------------------- */

/* How much the server's window is to be raised by now. */
static u32 credit(const struct kssh_conn *c)
{
	const struct kssh_stream *s = c->stream;
	u32 held = s->rx_window + s->unread + s->unread_ext;
	u32 most = kssh_channel_rx_most(c);

	if (s->flags & (KSSH_CHANNEL_CLOSED | KSSH_CHANNEL_EOF_RX))
		return 0;
	if (held > most || most - held < most / 2)
		return 0;
	return most - held;
}

static int send(struct kssh_conn *c, u8 msg, const u32 *args, unsigned int n)
{
	struct kssh_wr w;
	unsigned int i;
	int r;

	r = kssh_tx_open(&c->tx, 1 + 4 * n, &w);
	if (r)
		return r;
	kssh_wr_u8(&w, msg);
	for (i = 0; i < n; i++)
		kssh_wr_u32(&w, args[i]);
	return kssh_close_reply(c, &w);
}

static int refuse_open(struct kssh_conn *c, u32 channel)
{
	/* the description and the language tag are empty strings */
	const u32 args[] = { channel, SSH_OPEN_ADMINISTRATIVELY_PROHIBITED, 0, 0 };

	return send(c, SSH_MSG_CHANNEL_OPEN_FAILURE, args, ARRAY_SIZE(args));
}

/* What belongs to the channel, in an order that ends with CLOSE. */
static int send_of_channel(struct kssh_conn *c)
{
	struct kssh_stream *s = c->stream;
	u32 args[2] = { s->remote_id, credit(c) };

	if (s->flags & KSSH_CHANNEL_CLOSE_TX)
		return -EAGAIN;
	if (s->owed) {
		s->owed--;
		return send(c, SSH_MSG_CHANNEL_FAILURE, args, 1);
	}
	if (args[1]) {
		s->rx_window += args[1];
		return send(c, SSH_MSG_CHANNEL_WINDOW_ADJUST, args, 2);
	}
	if (s->want_eof && !(s->flags & KSSH_CHANNEL_EOF_TX) && !s->want_close) {
		s->flags |= KSSH_CHANNEL_EOF_TX;
		return send(c, SSH_MSG_CHANNEL_EOF, args, 1);
	}
	if (s->want_close) {
		s->flags |= KSSH_CHANNEL_CLOSE_TX;
		return send(c, SSH_MSG_CHANNEL_CLOSE, args, 1);
	}
	return -EAGAIN;
}

/* One message.  0, -EAGAIN (nothing is owed) or a reason. */
static int send_owed(struct kssh_conn *c)
{
	struct kssh_stream *s = c->stream;
	u32 channel;

	if (s->owed_global) {
		s->owed_global--;
		return send(c, SSH_MSG_REQUEST_FAILURE, NULL, 0);
	}
	if (s->n_refused) {
		channel = s->refused[0];
		s->n_refused--;
		memmove(s->refused, s->refused + 1, s->n_refused * sizeof(channel));
		return refuse_open(c, channel);
	}
	return send_of_channel(c);
}

/* If not, send_owed() would send nothing, and take three times as long to say so. */
static bool may_owe(const struct kssh_conn *c)
{
	const struct kssh_stream *s = c->stream;

	return (s->owed_global | s->n_refused | s->owed | s->want_eof | s->want_close) ||
	       credit(c);
}

void kssh_channel_flush(struct kssh_conn *c)
{
	int r = 0;

	/* asked after each record */
	if (!c->stream || !may_owe(c))
		return;
	/* EOF and CLOSE are behind all data, also what a key exchange held back */
	while (!r && kssh_is_open(c) && !kssh_state_tx_blocked(c->st) && !c->held &&
	       c->replies < KSSH_REPLY_MAX)
		r = send_owed(c);
	if (r > 0)
		kssh_conn_fail(c, r);
}

/* ---- for whom nobody is there --------------------------------------------- */

/* A request of the server's (RFC 4254 4 and 5.4): does it want a reply? */
static int wants_reply(struct kssh_rd *rd, bool *want)
{
	kssh_rd_string(rd);
	*want = kssh_rd_bool(rd);
	return rd->bad ? KSSH_R_MALFORMED : 0;
}

static int owe_global(struct kssh_stream *s, struct kssh_rd *rd)
{
	bool want;
	int r = wants_reply(rd, &want);

	if (!r && want)
		s->owed_global++;
	return r;
}

static int owe_channel(struct kssh_stream *s, struct kssh_rd *rd)
{
	u32 id = kssh_rd_u32(rd);
	bool want;
	int r = wants_reply(rd, &want);

	/* whose number the server has for another channel is not known here */
	if (!r && want && id == s->local_id && !kssh_channel_gone(s))
		s->owed++;
	return r;
}

static int owe_refusal(struct kssh_stream *s, struct kssh_rd *rd)
{
	u32 channel;

	kssh_rd_string(rd);
	channel = kssh_rd_u32(rd);
	kssh_rd_u32(rd);
	kssh_rd_u32(rd);
	if (rd->bad)
		return KSSH_R_MALFORMED;
	if (s->n_refused == KSSH_CHANNEL_REFUSED_MAX)
		return KSSH_R_CHANNEL_FLOOD;
	s->refused[s->n_refused++] = channel;
	return 0;
}

/* Is it a number that somebody who knows the protocol could be meant by? */
static bool is_known(u8 msg)
{
	return msg <= SSH_MSG_REQUEST_FAILURE ||
	       (msg >= SSH_MSG_CHANNEL_OPEN && msg <= SSH_MSG_CHANNEL_FAILURE);
}

int kssh_channel_answer(struct kssh_conn *c, struct kssh_blob payload, u32 seq)
{
	struct kssh_rd rd;
	int r = 0;
	u8 msg;

	kssh_rd_init(&rd, payload.p, payload.n);
	msg = kssh_rd_u8(&rd);
	switch (msg) {
	case SSH_MSG_GLOBAL_REQUEST:
		r = owe_global(c->stream, &rd);
		break;
	case SSH_MSG_CHANNEL_OPEN:
		r = owe_refusal(c->stream, &rd);
		break;
	case SSH_MSG_CHANNEL_REQUEST:
		r = owe_channel(c->stream, &rd);
		break;
	case SSH_MSG_PONG:
		break;
	default:
		/* RFC 4253 11.4; a transport message, legal in a key exchange, too */
		if (!is_known(msg))
			return kssh_send_unimplemented(c, seq);
	}
	if (!r)
		kssh_channel_flush(c);
	return r;
}
