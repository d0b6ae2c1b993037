// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's transport.  The host key is pinned: its SHA-256 is in the file that
 * $BENCH_PIN names; without one the helper is asked about the name "bench".
 * $BENCH_GUESS is the number of enum kssh_guess; above 0, a handshake that did not
 * guess, or guessed wrong, is an error, but for the first to a server, which
 * $BENCH_UNKNOWN allows.
 */
#include <poll.h>
#include "../kssh/kssh_test.h"
#include "client.h"
#include "meter.h"

static const char *name(void)
{
	return "kssh";
}

static void must(int r, const char *what)
{
	if (r < 0)
		die("kssh: %s: %s", what, strerror(-r));
}

static void pin(int fd)
{
	const char *path = getenv("BENCH_PIN");
	static uint8_t pins[KSSH_PIN_LEN];
	static bool read;
	FILE *f;

	if (!path) {
		must(kt_name(fd, "bench", 0), "PEER_NAME");
		return;
	}
	if (!read) {
		f = fopen(path, "r");
		if (!f || fread(pins, sizeof(pins), 1, f) != 1)
			die("kssh: cannot read %s", path);
		fclose(f);
		read = true;
	}
	must(kt_set_u32(fd, KSSH_VERIFY, KSSH_VERIFY_PIN), "VERIFY");
	must(kt_set(fd, KSSH_PIN, pins, sizeof(pins)), "PIN");
}

/* Without $BENCH_KEX and $BENCH_CIPHER the defaults of the module are offered, as
 * an application would.
 */
static void offer(int fd)
{
	if (getenv("BENCH_KEX"))
		must(kt_set_text(fd, KSSH_KEX, BENCH_KEX), "KEX");
	if (getenv("BENCH_CIPHER")) {
		must(kt_set_text(fd, KSSH_CIPHER_TX, BENCH_CIPHER), "CIPHER_TX");
		must(kt_set_text(fd, KSSH_CIPHER_RX, BENCH_CIPHER), "CIPHER_RX");
	}
	if (getenv("BENCH_GUESS"))
		must(kt_set_u32(fd, KSSH_GUESS, atoi(getenv("BENCH_GUESS"))), "GUESS");
	if (getenv("BENCH_TIMEOUT"))
		must(kt_set_u32(fd, KSSH_TIMEOUT, atoi(getenv("BENCH_TIMEOUT"))),
		     "TIMEOUT");
}

static void *begin(int fd, bool block)
{
	must(kt_attach(fd), "attach");
	pin(fd);
	offer(fd);
	return (void *)(intptr_t)fd;
}

static int step(void *state)
{
	int fd = (intptr_t)state, r = kt_start(fd, 0);
	struct kssh_info info;

	if (r == -EINPROGRESS || r == -EALREADY)
		return -EAGAIN;
	if (r == -EISCONN)
		r = 0;
	if (kt_info(fd, &info))
		die("kssh: INFO: %s", strerror(errno));
	/* TCP's would be another */
	if (r == -ETIMEDOUT && info.reason == KSSH_R_TIMEOUT)
		return r;
	if (r) {
		fprintf(stderr, "kssh: %s, reason %u in phase %u\n", strerror(-r),
			info.reason, info.phase);
		return -EPROTO;
	}
	if (atoi(bench_offer("BENCH_GUESS", "0")) && !getenv("BENCH_UNKNOWN") &&
	    !(info.flags & KSSH_INFO_GUESS_RIGHT))
		die("kssh: no right guess, flags %#x", info.flags);
	return r;
}

static void end(void *state)
{
}

static short events(void *state)
{
	return POLLOUT;
}

const struct transport transport = { name, begin, step, end, events };
