// SPDX-License-Identifier: GPL-2.0
/* Connects, sets the options, shakes hands, and takes down what there is to know. */
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "probe.h"

volatile sig_atomic_t stop_wanted;

#define BLOB_MAX	(1024 * 1024)

uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

const char *options_name(const struct options *o)
{
	return o->name ? o->name : o->target.host;
}

/* What is left of the one deadline, at least 1 ms, in ms. */
static uint32_t left_ms(const struct options *o, uint64_t start)
{
	uint64_t gone = (now_ns() - start) / 1000000;

	return gone < o->timeout ? o->timeout - gone : 1;
}

static void set_sndtimeo(int fd, uint32_t ms)
{
	struct timeval tv = { ms / 1000, ms % 1000 * 1000 };

	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
}

static void note_address(struct result *r, const struct addrinfo *a)
{
	if (getnameinfo(a->ai_addr, a->ai_addrlen, r->address,
			sizeof(r->address), NULL, 0, NI_NUMERICHOST))
		strcpy(r->address, "?");
}

/* The addresses in turn, as ssh tries them.  A connected socket, or -1. */
static int dial(const struct options *o, struct result *r, uint64_t start)
{
	struct addrinfo hints = {
		.ai_family = o->family, .ai_socktype = SOCK_STREAM
	}, *all, *a;
	char port[6];
	uint64_t t;
	int fd = -1;

	r->stage = STAGE_RESOLVE;
	snprintf(port, sizeof(port), "%u", o->target.port);
	r->gai = getaddrinfo(o->target.host, port, &hints, &all);
	r->resolve_ns = now_ns() - start;
	if (r->gai) {
		r->error = r->gai == EAI_SYSTEM ? errno : 0;
		r->interrupted = stop_wanted;
		return -1;
	}

	r->stage = STAGE_CONNECT;
	for (a = all; a && !stop_wanted; a = a->ai_next) {
		note_address(r, a);
		t = now_ns();
		fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC,
			    a->ai_protocol);
		if (fd < 0) {
			r->error = errno;
			continue;
		}
		set_sndtimeo(fd, left_ms(o, start));
		if (!connect(fd, a->ai_addr, a->ai_addrlen)) {
			r->connect_ns = now_ns() - t;
			r->error = 0;
			break;
		}
		/* Linux says EINPROGRESS when SO_SNDTIMEO has passed */
		r->error = errno == EINPROGRESS ? ETIMEDOUT : errno;
		r->connect_ns = now_ns() - t;
		close(fd);
		fd = -1;
	}
	freeaddrinfo(all);
	r->interrupted = stop_wanted;
	if (fd >= 0)
		set_sndtimeo(fd, 0);
	return fd;
}

static bool set(int fd, struct result *r, int option, const char *what,
		const void *val, size_t n)
{
	if (!setsockopt(fd, SOL_KSSH, option, val, n))
		return true;
	r->error = errno;
	r->what = what;
	return false;
}

static bool set_text(int fd, struct result *r, int option, const char *what,
		     const char *text)
{
	return !text || set(fd, r, option, what, text, strlen(text));
}

static bool set_options(int fd, const struct options *o, struct result *r,
			uint64_t start)
{
	static const uint32_t verify[] = {
		[TRUST_HELPER] = KSSH_VERIFY_HELPER,
		[TRUST_PIN] = KSSH_VERIFY_PIN,
		[TRUST_ANY] = KSSH_VERIFY_APP,
	};
	struct kssh_peer_name name = { 0 };
	uint32_t ms = left_ms(o, start);

	if (o->verbatim)
		name.flags = KSSH_NAME_VERBATIM;
	snprintf(name.name, sizeof(name.name), "%s", options_name(o));

	return set(fd, r, KSSH_PEER_NAME, o->name ? "--name" : "the host name",
		   &name, sizeof(name)) &&
	       set_text(fd, r, KSSH_KEX, "--kex", o->kex) &&
	       set_text(fd, r, KSSH_HOSTKEY_ALGS, "--hostkey-algs",
			o->hostkey_algs) &&
	       set_text(fd, r, KSSH_CIPHER_TX, "--cipher", o->cipher) &&
	       set_text(fd, r, KSSH_CIPHER_RX, "--cipher", o->cipher) &&
	       set_text(fd, r, KSSH_MAC_TX, "--mac", o->mac) &&
	       set_text(fd, r, KSSH_MAC_RX, "--mac", o->mac) &&
	       set_text(fd, r, KSSH_COMP_TX, "--comp", o->comp) &&
	       set_text(fd, r, KSSH_COMP_RX, "--comp", o->comp) &&
	       set_text(fd, r, KSSH_BANNER, "--banner", o->banner) &&
	       (!o->rsa_min || set(fd, r, KSSH_RSA_MIN_BITS, "--rsa-min",
				   &o->rsa_min, sizeof(o->rsa_min))) &&
	       set(fd, r, KSSH_GUESS, "--guess", &o->guess, sizeof(o->guess)) &&
	       set(fd, r, KSSH_TIMEOUT, "--timeout", &ms, sizeof(ms)) &&
	       (!o->n_pins || set(fd, r, KSSH_PIN, "--pin", o->pin,
				  o->n_pins * KSSH_PIN_LEN)) &&
	       set(fd, r, KSSH_VERIFY, "--trust", &verify[o->trust],
		   sizeof(verify[0]));
}

static int handshake(int fd, const struct options *o)
{
	struct kssh_handshake hs = { 0 };
	struct kssh_verdict yes = { .verdict = KSSH_ACCEPT };

	if (!setsockopt(fd, SOL_KSSH, KSSH_HANDSHAKE, &hs, sizeof(hs)))
		return 0;
	if (errno != ENOKEY || o->trust != TRUST_ANY)
		return errno;
	if (!setsockopt(fd, SOL_KSSH, KSSH_VERDICT, &yes, sizeof(yes)))
		return 0;
	return errno;
}

/* An option whose length is not known beforehand: empty if it is not there. */
static void get_blob(int fd, int option, struct blob *b)
{
	socklen_t room, n;
	uint8_t *p;

	for (room = 4096; room <= BLOB_MAX; room *= 4) {
		p = realloc(b->p, room);
		if (!p)
			break;
		b->p = p;
		n = room;
		if (!getsockopt(fd, SOL_KSSH, option, p, &n)) {
			b->n = n;
			return;
		}
		if (errno != ERANGE)
			break;
	}
	free(b->p);
	b->p = NULL;
}

static void take_down(int fd, struct result *r)
{
	socklen_t n = sizeof(r->info);

	getsockopt(fd, SOL_KSSH, KSSH_INFO, &r->info, &n);
	get_blob(fd, KSSH_PEER_BANNER, &r->banner);
	get_blob(fd, KSSH_HOSTKEY, &r->hostkey);
	get_blob(fd, KSSH_SESSION_ID, &r->session_id);
	get_blob(fd, KSSH_EXT_INFO, &r->ext_info);
	get_blob(fd, KSSH_DISCONNECT_TEXT, &r->disconnect_text);
}

static void attempt(const struct options *o, struct result *r, uint64_t start)
{
	struct kssh_disconnect bye = { .reason = 11, .text = "probe done" };
	uint64_t t;
	int fd;

	memset(r, 0, sizeof(*r));
	fd = dial(o, r, start);
	if (fd < 0)
		return;
	if (r->interrupted)
		goto out;

	r->stage = STAGE_ATTACH;
	if (setsockopt(fd, IPPROTO_TCP, TCP_ULP, TCP_ULP_SSH,
		       sizeof(TCP_ULP_SSH) - 1)) {
		r->error = errno;
		goto out;
	}
	r->stage = STAGE_OPTIONS;
	if (!set_options(fd, o, r, start))
		goto out;

	r->stage = STAGE_HANDSHAKE;
	t = now_ns();
	r->error = handshake(fd, o);
	r->handshake_ns = now_ns() - t;
	take_down(fd, r);
	r->interrupted = r->error == EINTR;
	if (!r->error) {
		r->stage = STAGE_UP;
		setsockopt(fd, SOL_KSSH, KSSH_DISCONNECT, &bye, sizeof(bye));
	}
out:
	close(fd);
}

void result_free(struct result *r)
{
	free(r->banner.p);
	free(r->hostkey.p);
	free(r->session_id.p);
	free(r->ext_info.p);
	free(r->disconnect_text.p);
}

void run(const struct options *o, struct result *r)
{
	struct options again = *o;
	uint64_t start = now_ns();

	attempt(o, r, start);
	if (r->stage != STAGE_HANDSHAKE || r->info.reason != KSSH_R_GUESS_REFUSED)
		return;
	/* the price of --guess may-abort */
	again.guess = KSSH_GUESS_NEVER;
	result_free(r);
	attempt(&again, r, start);
}
