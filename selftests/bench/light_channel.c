// SPDX-License-Identifier: GPL-2.0
/*
 * One session channel of the light server (RFC 4252 5.1, RFC 4254): who asks for
 * authentication by "none" is let in, and what is to be moved is the command.
 *
 *	sink N		takes N bytes, then answers with one
 *	source N	sends N bytes, then ends
 *	echo		sends back what comes
 *
 * The windows are wide: no client is made to wait for the server's adjustments.
 */
#include <stdio.h>
#include <string.h>

#include "light.h"

enum {
	MSG_USERAUTH_REQUEST = 50, MSG_USERAUTH_SUCCESS = 52,
	MSG_GLOBAL_REQUEST = 80,
	MSG_CHANNEL_OPEN = 90, MSG_CHANNEL_OPEN_CONFIRMATION,
	MSG_CHANNEL_WINDOW_ADJUST = 93, MSG_CHANNEL_DATA,
	MSG_CHANNEL_EOF = 96, MSG_CHANNEL_CLOSE, MSG_CHANNEL_REQUEST,
	MSG_CHANNEL_SUCCESS,
};

#define WINDOW		0x40000000
#define DATA_MAX	32768
#define OUT_FULL	(256 * 1024)

static void answer(struct light *l, struct bytes *m)
{
	seal_packet(&l->tx, &l->out, m->p, m->n);
	bytes_free(m);
}

static void say(struct light *l, uint8_t type)
{
	struct bytes m = {};

	put_u8(&m, type);
	put_u32(&m, l->channel.peer);
	answer(l, &m);
}

static uint32_t take_u32(const uint8_t **p, size_t *left)
{
	uint32_t v;

	if (*left < 4)
		return 0;
	v = (uint32_t)(*p)[0] << 24 | (*p)[1] << 16 | (*p)[2] << 8 | (*p)[3];
	*p += 4;
	*left -= 4;
	return v;
}

static void data(struct light *l, const uint8_t *p, size_t n)
{
	struct bytes m = {};

	put_u8(&m, MSG_CHANNEL_DATA);
	put_u32(&m, l->channel.peer);
	put_string(&m, p, n);
	answer(l, &m);
}

/* Status 0, and no more */
static void finish(struct light *l)
{
	struct bytes m = {};

	if (l->channel.closed)
		return;
	put_u8(&m, MSG_CHANNEL_REQUEST);
	put_u32(&m, l->channel.peer);
	put_text(&m, "exit-status");
	put_u8(&m, 0);
	put_u32(&m, 0);
	answer(l, &m);
	say(l, MSG_CHANNEL_EOF);
	say(l, MSG_CHANNEL_CLOSE);
	l->channel.closed = true;
	l->channel.does = NOTHING;
}

bool light_fill(struct light *l)
{
	static const uint8_t zero[DATA_MAX];
	struct channel *c = &l->channel;
	uint64_t n;

	if (c->does != SOURCE)
		return false;
	while (c->left && c->window && l->out.n < OUT_FULL) {
		n = c->left < DATA_MAX ? c->left : DATA_MAX;
		n = n < c->window ? n : c->window;
		data(l, zero, n);
		c->left -= n;
		c->window -= n;
	}
	if (!c->left)
		finish(l);
	return l->out.n;
}

static void request(struct light *l, const uint8_t *p, size_t n)
{
	const uint8_t *name, *command;
	char text[32] = "";
	size_t m;
	bool reply;

	if (!get_string(&p, &n, &name, &m) || !n)
		return;
	reply = *p++;
	n--;
	if (reply)
		say(l, MSG_CHANNEL_SUCCESS);
	if (m != 4 || memcmp(name, "exec", 4) || !get_string(&p, &n, &command, &m) ||
	    m >= sizeof(text))
		return;
	memcpy(text, command, m);
	if (!strcmp(text, "echo"))
		l->channel.does = ECHO;
	else if (sscanf(text, "sink %lu", &l->channel.left) == 1)
		l->channel.does = SINK;
	else if (sscanf(text, "source %lu", &l->channel.left) == 1)
		l->channel.does = SOURCE;
}

static void on_data(struct light *l, const uint8_t *p, size_t n)
{
	struct channel *c = &l->channel;
	const uint8_t *s;
	size_t m;

	if (!get_string(&p, &n, &s, &m))
		return;
	if (c->does == ECHO)
		data(l, s, m);
	if (c->does != SINK)
		return;
	c->left -= m < c->left ? m : c->left;
	if (!c->left) {
		data(l, (const uint8_t *)"", 1);
		c->does = NOTHING;
	}
}

static void let_in(struct light *l)
{
	struct bytes m = {};

	put_u8(&m, MSG_USERAUTH_SUCCESS);
	answer(l, &m);
}

static void opened(struct light *l, const uint8_t *p, size_t n)
{
	struct bytes m = {};
	const uint8_t *type;
	size_t len;

	if (!get_string(&p, &n, &type, &len))
		return;
	l->channel.peer = take_u32(&p, &n);
	l->channel.window = take_u32(&p, &n);
	put_u8(&m, MSG_CHANNEL_OPEN_CONFIRMATION);
	put_u32(&m, l->channel.peer);
	put_u32(&m, 0);
	put_u32(&m, WINDOW);
	put_u32(&m, DATA_MAX);
	answer(l, &m);
}

bool light_on_channel(struct light *l, const uint8_t *p, size_t n)
{
	uint8_t type = *p++;

	n--;
	if (type == MSG_USERAUTH_REQUEST) {
		let_in(l);
		return true;
	}
	if (type == MSG_GLOBAL_REQUEST)
		return true;
	if (type == MSG_CHANNEL_OPEN) {
		opened(l, p, n);
		return true;
	}
	if (type < MSG_CHANNEL_OPEN)
		return false;
	take_u32(&p, &n);	/* there is one channel */
	switch (type) {
	case MSG_CHANNEL_WINDOW_ADJUST:
		l->channel.window += take_u32(&p, &n);
		break;
	case MSG_CHANNEL_DATA:
		on_data(l, p, n);
		break;
	case MSG_CHANNEL_REQUEST:
		request(l, p, n);
		break;
	case MSG_CHANNEL_EOF:
		if (l->channel.does != SOURCE)
			finish(l);
		break;
	case MSG_CHANNEL_CLOSE:
		break;
	default:
		return false;
	}
	light_fill(l);
	return true;
}
