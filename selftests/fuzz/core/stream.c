// SPDX-License-Identifier: GPL-2.0
/*
 * The bound channel in core-conn's programs.  The server has its number right most of
 * the time, and says what is well-formed but for what 'm' and 'c' change; the
 * application does with the channel whatever it may do.
 */
#include "stream.h"

#include "../../../module/core/channel.h"

#define LOCAL	7
#define REMOTE	9

static u32 window_at_bind;

/* ---- the server ------------------------------------------------------- */

static void request(struct kssh_wr *w, struct input *in)
{
	static const char *const names[] = { "exit-status", "exit-signal", "window-change" };
	u8 which = in_u8(in);

	kssh_wr_cstring(w, names[which % 3]);
	kssh_wr_u8(w, which & 4 ? 1 : 0);
	if (which % 3 == 0)
		kssh_wr_u32(w, in_u16(in));
	if (which % 3 != 1)
		return;
	kssh_wr_cstring(w, which & 8 ? "SEGV" : "a-signal@that.has.a.very.long.name.example");
	kssh_wr_u8(w, which & 16 ? 1 : 0);
	kssh_wr_cstring(w, "so");
	kssh_wr_cstring(w, "");
}

static void opening(struct kssh_wr *w, struct input *in)
{
	kssh_wr_cstring(w, "session");
	kssh_wr_u32(w, in_u8(in));
	kssh_wr_u32(w, 1000);
	kssh_wr_u32(w, 1000);
}

static void global(struct kssh_wr *w, struct input *in)
{
	kssh_wr_cstring(w, "keepalive@openssh.com");
	kssh_wr_u8(w, in_u8(in) & 1);
}

static void data(struct kssh_wr *w, struct input *in)
{
	static const u8 zeros[65536];

	kssh_wr_string(w, zeros, in_u16(in));
}

/* A message to a channel; a number that is the bound one's but for one in eight. */
static void to_channel(struct kssh_wr *w, u8 msg, struct input *in)
{
	u8 whose = in_u8(in);

	kssh_wr_u32(w, whose % 8 == 7 ? whose : LOCAL);
	switch (msg) {
	case SSH_MSG_CHANNEL_WINDOW_ADJUST:
		kssh_wr_u32(w, (u32)in_u16(in) << (whose & 8 ? 16 : 0));
		break;
	case SSH_MSG_CHANNEL_EXTENDED_DATA:
		kssh_wr_u32(w, 1);
		data(w, in);
		break;
	case SSH_MSG_CHANNEL_DATA:
		data(w, in);
		break;
	case SSH_MSG_CHANNEL_REQUEST:
		request(w, in);
		break;
	}
}

size_t stream_message(struct input *in, u8 *buf, size_t room)
{
	u8 msg = in_u8(in);
	struct kssh_wr w;

	if (msg < SSH_MSG_CHANNEL_WINDOW_ADJUST)
		msg = msg & 1 ? SSH_MSG_GLOBAL_REQUEST : SSH_MSG_CHANNEL_OPEN;
	kssh_wr_init(&w, buf, room);
	kssh_wr_u8(&w, msg);
	if (msg == SSH_MSG_GLOBAL_REQUEST)
		global(&w, in);
	else if (msg == SSH_MSG_CHANNEL_OPEN)
		opening(&w, in);
	else if (msg <= SSH_MSG_CHANNEL_LAST)
		to_channel(&w, msg, in);
	return kssh_wr_len(&w);
}

/* ---- the application -------------------------------------------------- */

static void bind_it(struct kssh_conn *c, struct input *in)
{
	struct kssh_channel ch = {
		.local_id = LOCAL, .remote_id = REMOTE,
		.flags = in_u8(in) & KSSH_CHANNEL_CONTROL,
		.local_window = in_u16(in),
		.local_max_packet = in_u16(in),
		.remote_window = in_u16(in),
		.remote_max_packet = in_u16(in),
	};

	window_at_bind = ch.local_window;
	kssh_channel_bind(c, &ch);
}

static void write_it(struct kssh_conn *c, size_t n)
{
	u8 *p;

	n = min(n, kssh_channel_tx_room(c));
	if (!n || kssh_channel_tx_reserve(c, n, &p))
		return;
	memset(p, 'd', n);
	kssh_channel_tx_commit(c, n);
}

static void read_it(struct kssh_conn *c, size_t n)
{
	const struct kssh_payload *p = kssh_conn_rx_first(c);

	if (p && n)
		kssh_channel_read(c, min_t(size_t, n, p->len - p->off));
}

/* A record beside the stream, of which only the number and whom it is for matter. */
static void beside(struct kssh_conn *c, struct input *in)
{
	u8 record[] = { in_u8(in), 0, 0, 0, in_u8(in), 0 }, *p;
	size_t n = 1 + in_u8(in) % sizeof(record);

	if (kssh_conn_tx_reserve(c, n, &p))
		return;
	memcpy(p, record, n);
	if (!kssh_channel_control_check(c, p, n))
		kssh_conn_tx_commit(c, n, false);
}

void stream_use(struct kssh_conn *c, struct input *in)
{
	u8 what = in_u8(in);

	if (!kssh_channel_bound(c)) {
		bind_it(c, in);
		return;
	}
	switch (what % 10) {
	case 0:
		bind_it(c, in);
		break;
	case 1:
		write_it(c, in_u16(in));
		break;
	case 2:
		read_it(c, in_u16(in));
		break;
	case 3:
		kssh_channel_eof(c);
		break;
	case 4:
		kssh_channel_close(c);
		break;
	case 5:
		kssh_channel_rx_stop(c);
		break;
	case 6:
		kssh_channel_control(c, false);
		break;
	case 7:
		kssh_channel_control(c, true);
		break;
	case 8:
		kssh_channel_control_pop(c);
		break;
	case 9:
		beside(c, in);
		break;
	}
}

bool stream_deliver(struct kssh_conn *c)
{
	const struct kssh_payload *p = kssh_conn_rx_first(c);

	if (!kssh_channel_bound(c)) {
		kssh_conn_rx_pop(c);
		return p;
	}
	if (p) {
		kssh_channel_read(c, p->len - p->off);
		return true;
	}
	p = kssh_channel_control_first(c);
	kssh_channel_control_pop(c);
	return p;
}

/* ---- the world -------------------------------------------------------- */

void stream_world(struct kssh_lab *lab, struct input *in)
{
	struct kssh_conn *c = lab->c;
	struct kssh_renew renew;
	u8 what = in_u8(in);

	switch (what % 7) {
	case 0:
		lab->clock += in_u8(in) * 1000000000ULL;
		kssh_conn_tick(c);
		break;
	case 1:
		renew = (struct kssh_renew){ .bytes = in_u16(in), .packets = in_u8(in),
					     .seconds = in_u8(in), .timeout_ms = 1000 };
		kssh_conn_set_renew(c, &renew);
		break;
	case 2:
		kssh_conn_set_room(c, in_u16(in) * 16, in_u16(in));
		break;
	case 3:
		kssh_conn_tx_refused(c);
		break;
	case 4:
		kssh_conn_tx_end(c);
		break;
	case 5:
		kssh_conn_ping(c, "are you there", in_u8(in) % 14);
		break;
	case 6:
		lab->job_ns = in_u8(in) * 100000000ULL;
		break;
	}
}

void stream_check(struct kssh_conn *c)
{
	struct kssh_channel_info info;

	kssh_conn_tx_lend(c);
	if (kssh_conn_tx_held(c) > 2 * 1024 * 1024 || kssh_conn_rx_held(c) > 8 * 1024 * 1024)
		abort();
	if (kssh_channel_info(c, &info))
		return;
	if (info.unread > kssh_conn_rx_queued(c) || info.unread != kssh_channel_unread(c))
		abort();
	if (kssh_channel_rx_ended(c) && kssh_channel_closed(c))
		kssh_channel_tx_error(c);
	/* what the server may have under way is never more than it was once given */
	if ((u64)info.local_window + info.unread > max(window_at_bind, 16U * 65536))
		abort();
}

/* What kssh_conn_look() is to say, of what is behind each bit. */
static u32 look_of(struct kssh_conn *c)
{
	bool bound = kssh_channel_bound(c);
	bool room = bound ? kssh_channel_tx_room(c) : kssh_conn_tx_ready(c);
	const u8 *p;
	u32 is = 0;

	if (kssh_conn_tx_ready(c))
		is |= KSSH_IS_READY;
	if (kssh_conn_rx_sated(c))
		is |= KSSH_IS_SATED;
	if (kssh_conn_tx_pending(c, &p))
		is |= KSSH_IS_STUCK;
	if (bound && kssh_channel_rx_ended(c))
		is |= KSSH_IS_RX_ENDED;
	if (bound && kssh_channel_tx_error(c))
		is |= KSSH_IS_TX_ENDED;
	if (bound && kssh_channel_closed(c))
		is |= KSSH_IS_CLOSED;
	if (bound && kssh_channel_control_first(c))
		is |= KSSH_IS_CONTROL;
	if (kssh_conn_rx_first(c) || is & KSSH_IS_RX_ENDED)
		is |= KSSH_IS_READABLE;
	if (room || is & KSSH_IS_TX_ENDED)
		is |= KSSH_IS_SENDABLE;
	return is;
}

void stream_check_look(struct kssh_conn *c)
{
	u32 look = kssh_conn_look(c);

	if (look != look_of(c) || (look & KSSH_IS_SATED && !kssh_conn_rx_queued(c)))
		abort();
	/* left alone means that there is nothing to be done, not now and not at once after */
	if (!kssh_conn_at_rest(c))
		return;
	if (!kssh_conn_steady(c) || look & KSSH_IS_STUCK)
		abort();
	kssh_conn_pump(c);
	if (kssh_conn_events(c) || kssh_conn_look(c) != look)
		abort();
}
