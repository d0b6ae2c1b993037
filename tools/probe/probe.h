/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kssh-probe: one SSH handshake in the kernel, told to a person or a machine.
 *
 *	target.c	what the command line names
 *	run.c		connects, sets options, shakes hands: fills struct result
 *	explain.c	what the result means: sentence, hint, verdict, exit status
 *	reason.c	the table behind explain.c
 *	report.c	a result as text		json.c	as JSON
 *	bars.c		bars and times			fingerprint.c	key blobs
 *	doctor.c	what this machine lacks		helper.c	is a helper there?
 */
#ifndef KSSH_PROBE_H
#define KSSH_PROBE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <linux/kssh.h>

/* Exit status.  Documented in kssh-probe.1; a number never changes its meaning. */
enum exit_status {
	EXIT_UP = 0,
	EXIT_OTHER = 1,
	EXIT_USAGE = 2,
	EXIT_CONNECT = 3,
	EXIT_NO_MODULE = 4,
	EXIT_NOT_ALLOWED = 5,
	EXIT_TIMEOUT = 10,
	EXIT_HUNG_UP = 11,
	EXIT_DISCONNECT = 12,
	EXIT_PROTOCOL = 13,
	EXIT_NOT_SSH = 14,
	EXIT_NO_COMMON = 15,
	EXIT_KEY_UNKNOWN = 20,
	EXIT_KEY_CHANGED = 21,
	EXIT_KEY_REVOKED = 22,
	EXIT_KEY_REFUSED = 23,
	EXIT_KEY_PIN = 24,
	EXIT_SIGNATURE = 25,
	EXIT_NO_HELPER = 26,
	EXIT_HELPER = 27,
	EXIT_POLICY = 28,
	EXIT_CANCELLED = 30,
	EXIT_INTERRUPTED = 130,
};

/* ---- target.c ---- */

/**
 * struct target - what the command line names
 * @host: name or address, without brackets
 * @port: 1 to 65535
 */
struct target {
	char host[KSSH_NAME_MAX + 1];
	uint16_t port;
};

/* host, host:port, v6 address, [v6] or [v6]:port.  NULL, or what is wrong. */
const char *target_parse(const char *arg, struct target *t);
/* 1 to 65535, decimal, nothing else; 0 if it is not. */
uint16_t port_parse(const char *s);
/* "30", "2.5", "250ms", "2m": milliseconds, 0 if it is no such time. */
uint32_t timeout_parse(const char *s);
/* Bits of an RSA modulus, as KSSH_RSA_MIN_BITS takes them; 0 if they are none. */
uint32_t rsa_bits_parse(const char *s);

/* ---- options ---- */

enum trust {
	TRUST_HELPER,
	TRUST_PIN,
	TRUST_ANY,
};

struct options {
	struct target target;
	int family;
	const char *kex;
	const char *hostkey_algs;
	const char *cipher;
	const char *mac;
	const char *comp;
	const char *banner;
	const char *name;	/* NULL: target.host */
	bool verbatim;
	uint32_t timeout;	/* ms */
	uint32_t guess;			/* enum kssh_guess */
	uint32_t rsa_min;	/* bits, 0: the kernel's default */
	enum trust trust;
	uint8_t pin[KSSH_PIN_MAX][KSSH_PIN_LEN];
	unsigned int n_pins;
	bool json;
	bool verbose;
};

const char *options_name(const struct options *o);

/* ---- run.c ---- */

struct blob {
	uint8_t *p;
	size_t n;
};

/* How far the probe came. */
enum stage {
	STAGE_RESOLVE,
	STAGE_CONNECT,
	STAGE_ATTACH,
	STAGE_OPTIONS,
	STAGE_HANDSHAKE,
	STAGE_UP,
};

/**
 * struct result - all that is known afterwards
 * @stage: where it ended; STAGE_UP: the session is up
 * @error: errno (positive) of that end
 * @gai: getaddrinfo()'s, if @stage is STAGE_RESOLVE
 * @what: STAGE_OPTIONS: the command-line option that the kernel did not take
 * @interrupted: a signal ended it
 * @address: numeric address of the last try
 * @resolve_ns: how long the name took
 * @connect_ns: how long the successful connect took, or the last try
 * @handshake_ns: how long KSSH_HANDSHAKE (and KSSH_VERDICT) took
 * @info: valid from STAGE_HANDSHAKE on
 */
struct result {
	enum stage stage;
	int error;
	int gai;
	const char *what;
	bool interrupted;
	char address[80];
	uint64_t resolve_ns;
	uint64_t connect_ns;
	uint64_t handshake_ns;
	struct kssh_info info;
	struct blob banner;
	struct blob hostkey;
	struct blob session_id;
	struct blob ext_info;
	struct blob disconnect_text;
};

/* A signal came that wants it to end; set by the handler. */
extern volatile sig_atomic_t stop_wanted;

void run(const struct options *o, struct result *r);
void result_free(struct result *r);

uint64_t now_ns(void);

/* ---- reason.c ---- */

/**
 * struct reason - one row of the table
 * @code: enum kssh_reason
 * @name: without KSSH_R_
 * @exit: enum exit_status
 * @sentence: what happened, to go on after "host port 22: "
 * @hint: what may be done, or NULL
 */
struct reason {
	uint32_t code;
	const char *name;
	int exit;
	const char *sentence;
	const char *hint;
};

/* Never NULL; the last row has no name and fits what this program is too old for. */
const struct reason *reason_find(uint32_t code);
const struct reason *reason_by_name(const char *name);

const char *state_name(unsigned int state);
const char *phase_name(unsigned int phase);	/* as in enum kssh_phase */
const char *phase_label(unsigned int phase);	/* for a person */
const char *ssh_disconnect_name(uint32_t reason);	/* RFC 4253 11.1, or NULL */
bool kex_is_post_quantum(const char *kex);

/* ---- explain.c ---- */

/**
 * struct story - what a result means
 * @exit: enum exit_status
 * @verdict: trusted, unknown, changed, revoked, refused or not checked
 * @why: one line for @verdict
 * @message: one sentence, without final full stop
 * @hint: a line that helps, or ""
 */
struct story {
	int exit;
	const char *verdict;
	char why[512];
	char message[1024];
	char hint[1024];
};

void explain(const struct options *o, const struct result *r, struct story *s);

/* ---- fingerprint.c ---- */

#define FINGERPRINT_MAX	64

/* "SHA256:" and base64 without padding, as OpenSSH prints it: of a certificate that
 * of the certified key.
 */
void fingerprint(const void *blob, size_t n, char out[FINGERPRINT_MAX]);
/* A key to be freed: a copy, or of a certificate the certified one. */
bool plain_key(const struct blob *key, struct blob *plain);
/* The other way round, canonical base64 only. */
bool fingerprint_parse(const char *text, uint8_t out[KSSH_PIN_LEN]);
char *base64(const void *p, size_t n);	/* with padding; freed by the caller */
/* Key type that the blob names, "" if it does not parse. */
void key_type(const void *blob, size_t n, char *out, size_t room);

/* Text of a peer for a terminal: all but printable ASCII, and the backslash, is
 * \xNN.  Cut to the room, always terminated.
 */
void vis(const void *p, size_t n, char *out, size_t room);

/**
 * ext_info_each - walk the extensions of an SSH_MSG_EXT_INFO (RFC 8308)
 * @b: from nr-extensions on
 * @fn: called for each; values may be binary
 * @arg: its argument
 */
void ext_info_each(const struct blob *b,
		   void (*fn)(const struct blob *name, const struct blob *value,
			      void *arg),
		   void *arg);

/* ---- bars.c ---- */

struct term {
	bool colour;
	bool utf8;
	unsigned int width;	/* columns */
};

void term_init(struct term *t, FILE *f);
const char *sgr(const struct term *t, const char *code);	/* "" without colour */

/**
 * bar - draw one bar of a time line
 * @t: UTF-8 or not
 * @begin: where it begins
 * @end: where it ends, at least @begin
 * @total: what the whole line stands for
 * @cells: columns of the line
 * @out: text without trailing blanks
 * @room: of @out; 4 * @cells + 1 is always enough
 *
 * A bar is always visible and never leaves the line.
 */
void bar(const struct term *t, uint64_t begin, uint64_t end, uint64_t total,
	 unsigned int cells, char *out, size_t room);

/* Text broken at blanks, so that it ends before the last column; lines after the
 * first begin with @indent blanks.
 */
void print_wrapped(const struct term *t, unsigned int indent, const char *text);

/* A time in the unit that suits @total, so that a column of them lines up. */
void format_time(uint64_t ns, uint64_t total, char *out, size_t room);

/* ---- report.c, json.c ---- */

void report_text(const struct options *o, const struct result *r,
		 const struct story *s);
int report_json(const struct options *o, const struct result *r,
		const struct story *s);

/* ---- doctor.c ---- */

int doctor(bool json);

/* ---- helper.c ---- */

enum helper_state {
	HELPER_UNKNOWN,		/* could not be asked, see error */
	HELPER_NO_FAMILY,	/* the kernel has no family "kssh": no module */
	HELPER_NONE,
	HELPER_THERE,
	HELPER_PARENT,		/* the one of the initial namespace serves this one */
};

/**
 * struct helper_status - who answers for this network namespace
 * @state: see enum
 * @error: errno (positive) if it could not be asked
 * @pid: its process, 0 if it cannot be seen from here
 * @pending: questions that wait for it
 * @pending_max: how many may
 */
struct helper_status {
	enum helper_state state;
	int error;
	uint32_t pid;
	uint32_t pending;
	uint32_t pending_max;
};

void helper_status(struct helper_status *h);

#endif /* KSSH_PROBE_H */
