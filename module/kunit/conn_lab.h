/* SPDX-License-Identifier: GPL-2.0 */
/* A bench for connections: fixed randomness, a clock, and a server's hand. */
#ifndef KSSH_CONN_LAB_H
#define KSSH_CONN_LAB_H

#include <kunit/resource.h>
#include <kunit/test.h>

#include "../core/internal.h"

/**
 * enum kssh_step - what the client's caller does before bytes are fed
 * @KSSH_STEP_NONE: nothing
 * @KSSH_STEP_REKEY: kssh_conn_rekey()
 * @KSSH_STEP_SEND: completes a payload with the argument
 * @KSSH_STEP_SEND_MORE: begins or continues one with it
 */
enum kssh_step {
	KSSH_STEP_NONE,
	KSSH_STEP_REKEY,
	KSSH_STEP_SEND,
	KSSH_STEP_SEND_MORE,
};

/* One step of a session; bytes are hex text, NULL for none. */
struct kssh_script_step {
	enum kssh_step action;
	const char *arg;
	const char *feed;
	const char *expect;
};

/* A session made by selftests/gen/transcript.py. */
struct kssh_script {
	const char *name;
	const char *kex;
	const char *offer;	/* what is offered; NULL: @kex alone */
	const char *seen_kex;	/* what is known of the server; NULL: nothing */
	const char *seen_hostkey;
	const char *cipher;
	const char *mac;
	bool strict;
	const char *tx_key, *tx_iv, *tx_mac;	/* of the first exchange */
	const char *rx_key, *rx_iv, *rx_mac;
	const char *session_id;
	const char *hostkey;
	const char *delivered;	/* sequence number and string, for each */
	const struct kssh_script_step *steps;
	unsigned int n_steps;
};

extern const struct kssh_script kssh_scripts[];
extern const unsigned int kssh_n_scripts;

#define KSSH_LAB_MAX	(160 * 1024)

/**
 * struct kssh_lab - the bench
 * @test: whose it is
 * @env: randomness by the generator of transcript.py, time in steps of 1 us
 * @lcg: state of the generator
 * @clock: ns
 * @job_ns: what a job takes, besides
 * @c: the connection
 * @out: what it sent
 * @out_len: bytes of it
 * @got: what it delivered, as in struct kssh_script
 * @got_len: bytes of it
 * @events: all events so far
 * @verdict: answer to ASK or VERDICT, negative: none is given
 * @hold: jobs are left alone
 * @keep: payloads are left in their queue
 * @clog: output is left where it is
 * @tx: the server's sending side, once kssh_lab_arm() was called
 * @rx: the server's receiving side, likewise
 */
struct kssh_lab {
	struct kunit *test;
	struct kssh_env env;
	u64 lcg;
	u64 clock;
	u64 job_ns;
	struct kssh_conn *c;
	u8 *out;
	size_t out_len;
	u8 *got;
	size_t got_len;
	u32 events;
	int verdict;
	bool hold, keep, clog;
	struct kssh_tx tx;
	struct kssh_rx rx;
};

/* Bytes made of hex text; they live as long as the test.  NULL text is empty. */
struct kssh_blob kssh_unhex(struct kunit *test, const char *hex);

/* A bench that goes with the test. */
struct kssh_lab *kssh_lab_new(struct kunit *test);

/* A configuration for a script: its algorithms alone, APP mode. */
void kssh_lab_config(struct kunit *test, const struct kssh_script *s,
		     struct kssh_config *cfg);

/* A fresh connection in place of the last, started; @cfg is used up. */
void kssh_lab_start(struct kssh_lab *lab, struct kssh_config *cfg);

/* Jobs, verdicts, output and payloads until nothing moves. */
void kssh_lab_run(struct kssh_lab *lab);

/* Feed bytes, at most @chunk at a time.  Returns how many were taken. */
size_t kssh_lab_feed(struct kssh_lab *lab, const void *p, size_t n, size_t chunk);

/* Start with a script's configuration and feed its first @steps steps. */
void kssh_lab_script(struct kssh_lab *lab, const struct kssh_script *s,
		     unsigned int steps);

/* Take the server's place, under no keys or those of a script's first exchange.
 * The sequence numbers are those of the connection.  For ciphers without a counter
 * of their own (chacha20-poly1305).
 */
void kssh_lab_arm(struct kssh_lab *lab, const struct kssh_script *s);

/* A new bench with that script's connection, whose user is logged in; the server's place
 * is taken.
 */
struct kssh_lab *kssh_lab_authed(struct kunit *test, const char *script);

/* Send a payload as the server, and run. */
void kssh_lab_say(struct kssh_lab *lab, const void *payload, size_t n);

/* As kssh_lab_say() without running: the bytes are appended to @buf. */
size_t kssh_lab_seal(struct kssh_lab *lab, const void *payload, size_t n, u8 *buf);

/* Send a KEXINIT as the server: these lists, chacha20-poly1305, nothing else. */
void kssh_lab_kexinit(struct kssh_lab *lab, const char *kex, const char *hostkeys,
		      bool follows);

/* Open the next packet of what the client sent from @*pos on. */
struct kssh_blob kssh_lab_heard(struct kssh_lab *lab, size_t *pos);

/* It is over for that reason, and from @pos on nothing left but the DISCONNECT that
 * belongs to it, or nothing at all.  Armed, if a DISCONNECT is due.
 */
void kssh_lab_expect_failed(struct kssh_lab *lab, size_t pos, int reason);

/* The script of that name. */
const struct kssh_script *kssh_lab_find(struct kunit *test, const char *name);

#define kssh_lab_say_lit(lab, lit) kssh_lab_say(lab, lit, sizeof(lit) - 1)

#endif /* KSSH_CONN_LAB_H */
