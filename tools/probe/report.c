// SPDX-License-Identifier: GPL-2.0
/* A result as text. */
#include <stdlib.h>
#include <string.h>

#include "probe.h"

#define BOLD	"\033[1m"
#define DIM	"\033[2m"
#define RED	"\033[31m"
#define GREEN	"\033[32m"
#define YELLOW	"\033[33m"
#define BLUE	"\033[34m"
#define PLAIN	"\033[0m"

#define LABEL_WIDTH	13
#define TIME_WIDTH	11

static void row(const char *label, const char *text)
{
	printf("  %-*s %s\n", LABEL_WIDTH, label, text);
}

static void row_server(const struct result *r)
{
	char text[512];

	if (!r->banner.n)
		return;
	vis(r->banner.p, r->banner.n, text, sizeof(text));
	row("server", text);
}

static void row_cipher(const char *label, const char *cipher, const char *mac)
{
	char text[2 * KSSH_ALGNAME_MAX + 4];

	snprintf(text, sizeof(text), "%s%s%s", cipher, *mac ? " + " : "", mac);
	row(label, text);
}

static void rows_negotiated(const struct term *t, const struct kssh_info *i)
{
	bool pq = kex_is_post_quantum(i->kex);
	bool strict = i->flags & KSSH_INFO_STRICT_KEX;

	if (!*i->kex)
		return;
	row("key exchange", i->kex);
	printf("  %-*s post-quantum %s%s%s, strict %s%s%s\n", LABEL_WIDTH, "",
	       sgr(t, pq ? GREEN : YELLOW), pq ? "yes" : "no", sgr(t, PLAIN),
	       sgr(t, strict ? GREEN : YELLOW), strict ? "yes" : "no",
	       sgr(t, PLAIN));
	if (i->flags & KSSH_INFO_GUESSED)
		row("guess", i->flags & KSSH_INFO_GUESS_RIGHT ?
			     "right, a round trip saved" : "wrong");
	if (!strcmp(i->cipher_tx, i->cipher_rx) && !strcmp(i->mac_tx, i->mac_rx)) {
		row_cipher("cipher", i->cipher_tx, i->mac_tx);
	} else {
		row_cipher("to server", i->cipher_tx, i->mac_tx);
		row_cipher("from server", i->cipher_rx, i->mac_rx);
	}
}

static void rows_hostkey(const struct term *t, const struct result *r)
{
	char print[FINGERPRINT_MAX], type[KSSH_ALGNAME_MAX];

	if (!r->hostkey.n)
		return;
	key_type(r->hostkey.p, r->hostkey.n, type, sizeof(type));
	/* "ssh-rsa (rsa-sha2-512)": the key's type is not the algorithm's name */
	if (strcmp(type, r->info.hostkey_alg))
		printf("  %-*s %s (%s)\n", LABEL_WIDTH, "host key", type,
		       r->info.hostkey_alg);
	else
		row("host key", type);
	fingerprint(r->hostkey.p, r->hostkey.n, print);
	printf("  %-*s %s%s%s\n", LABEL_WIDTH, "", sgr(t, BOLD), print,
	       sgr(t, PLAIN));
}

static void row_trust(const struct term *t, const struct story *s)
{
	const char *colour = RED;

	if (!strcmp(s->verdict, "trusted"))
		colour = GREEN;
	else if (!strcmp(s->verdict, "not checked"))
		colour = YELLOW;
	printf("  %-*s %s%s%s\n  %-*s ", LABEL_WIDTH, "trust", sgr(t, colour),
	       s->verdict, sgr(t, PLAIN), LABEL_WIDTH, "");
	print_wrapped(t, LABEL_WIDTH + 3, s->why);
}

static void show_extension(const struct blob *name, const struct blob *value,
			   void *arg)
{
	char n[64], v[256];

	(void)arg;
	vis(name->p, name->n, n, sizeof(n));
	vis(value->p, value->n, v, sizeof(v));
	printf("  %-*s %s: %s\n", LABEL_WIDTH, "extension", n, v);
}

static void rows_verbose(const struct options *o, const struct result *r)
{
	const struct kssh_info *i = &r->info;
	char type[KSSH_ALGNAME_MAX];
	struct blob key;
	char *b64;
	size_t n;

	if (r->session_id.n) {
		printf("  %-*s ", LABEL_WIDTH, "session id");
		for (n = 0; n < r->session_id.n; n++)
			printf("%02x", r->session_id.p[n]);
		putchar('\n');
	}
	ext_info_each(&r->ext_info, show_extension, NULL);
	printf("  %-*s %llu packets, %llu bytes\n", LABEL_WIDTH, "sent",
	       (unsigned long long)i->tx_packets,
	       (unsigned long long)i->tx_bytes);
	printf("  %-*s %llu packets, %llu bytes\n", LABEL_WIDTH, "received",
	       (unsigned long long)i->rx_packets,
	       (unsigned long long)i->rx_bytes);
	if (!r->hostkey.n)
		return;
	if (!plain_key(&r->hostkey, &key))
		return;
	b64 = base64(key.p, key.n);
	key_type(key.p, key.n, type, sizeof(type));
	free(key.p);
	if (!b64)
		return;
	/* as it would stand in known_hosts */
	if (o->verbatim || o->target.port == 22)
		printf("  %-*s %s %s %s\n", LABEL_WIDTH, "known_hosts",
		       options_name(o), type, b64);
	else
		printf("  %-*s [%s]:%u %s %s\n", LABEL_WIDTH, "known_hosts",
		       options_name(o), o->target.port, type, b64);
	free(b64);
}

/* ---- the phases ---- */

struct line {
	const struct term *t;
	uint64_t total;		/* ns */
	unsigned int cells;
};

static void phase_row(const struct line *l, const char *label, uint64_t begin,
		      uint64_t end, bool broken)
{
	char text[4 * 128 + 1], time[32];

	bar(l->t, begin, end, l->total, l->cells, text, sizeof(text));
	format_time(end - begin, l->total, time, sizeof(time));
	printf("  %-*s %*s  %s%s%s%s\n", LABEL_WIDTH, label, TIME_WIDTH, time,
	       sgr(l->t, broken ? RED : BLUE), text,
	       broken ? l->t->utf8 ? " ✗" : " x" : "", sgr(l->t, PLAIN));
}

/* When the machine was done, in its own time. */
static uint64_t last_moment(const struct kssh_info *i)
{
	uint64_t last = i->phase_time[KSSH_PHASE_OPEN].begin;
	unsigned int p;

	for (p = KSSH_PHASE_BANNER; p < KSSH_PHASE_OPEN; p++)
		if (i->phase_time[p].end > last)
			last = i->phase_time[p].end;
	return last;
}

static void rows_phases(const struct term *t, const struct result *r)
{
	uint64_t before = r->resolve_ns + r->connect_ns, begin, end, last;
	struct line l = { .t = t, .total = before + r->handshake_ns };
	char time[32];
	unsigned int p;

	l.cells = t->width - 2 - LABEL_WIDTH - 1 - TIME_WIDTH - 2 - 2;
	putchar('\n');
	phase_row(&l, "name", 0, r->resolve_ns, false);
	phase_row(&l, "connect", r->resolve_ns, before, false);
	/* the first handshake waits until the kernel has loaded its algorithms */
	last = last_moment(&r->info);
	if (!r->interrupted && last && r->handshake_ns > last &&
	    r->handshake_ns - last > l.total / 50) {
		end = before + r->handshake_ns - last;
		phase_row(&l, "preparing", before, end, false);
		before = end;
	}
	for (p = KSSH_PHASE_BANNER; p < KSSH_PHASE_OPEN; p++) {
		bool broken = r->stage == STAGE_HANDSHAKE && p == r->info.phase;

		begin = r->info.phase_time[p].begin;
		end = r->info.phase_time[p].end;
		if (!begin && !broken)
			continue;
		/* interrupted: it still runs */
		if (!end)
			end = r->handshake_ns;
		if (end < begin)
			end = begin;
		phase_row(&l, phase_label(p), before + begin, before + end, broken);
	}
	if (r->stage == STAGE_UP) {
		format_time(l.total, l.total, time, sizeof(time));
		printf("  %-*s %s%*s%s\n", LABEL_WIDTH, "together",
		       sgr(t, BOLD), TIME_WIDTH, time, sgr(t, PLAIN));
	}
}

static void warn_unchecked(const struct term *t)
{
	printf("\n  %sThe host key was NOT verified:%s anybody could have answered "
	       "in the server's place.\n", sgr(t, BOLD RED), sgr(t, PLAIN));
}

void report_text(const struct options *o, const struct result *r,
		 const struct story *s)
{
	struct term t, err;

	term_init(&t, stdout);
	term_init(&err, stderr);
	if (r->stage >= STAGE_HANDSHAKE) {
		printf("%s%s port %u%s (%s)\n", sgr(&t, BOLD), o->target.host,
		       o->target.port, sgr(&t, PLAIN), r->address);
		row_server(r);
		rows_negotiated(&t, &r->info);
		rows_hostkey(&t, r);
		row_trust(&t, s);
		if (o->verbose)
			rows_verbose(o, r);
		rows_phases(&t, r);
	}
	if (r->stage == STAGE_UP && o->trust == TRUST_ANY)
		warn_unchecked(&t);
	fflush(stdout);
	if (s->exit == EXIT_UP)
		return;

	if (r->stage >= STAGE_HANDSHAKE)
		fputc('\n', stderr);
	fprintf(stderr, "%skssh-probe: %s port %u: %s%s\n", sgr(&err, RED),
		o->target.host, o->target.port, s->message, sgr(&err, PLAIN));
	if (*s->hint)
		fprintf(stderr, "%skssh-probe: %s%s\n", sgr(&err, DIM), s->hint,
			sgr(&err, PLAIN));
}
