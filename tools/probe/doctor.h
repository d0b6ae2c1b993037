/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the doctor's parts share.
 *
 *	doctor.c	order and output
 *	machine.c	kernel, module, signatures: what files say
 *	trial.c		a loopback connection: what the kernel does
 *	algorithms.c	what it can compute, and what it lacks
 *	facts.c		reading of small files and of what stands in them
 */
#ifndef KSSH_PROBE_DOCTOR_H
#define KSSH_PROBE_DOCTOR_H

#include "probe.h"

enum finding_kind {
	FINE,
	NOTE,		/* worth knowing, nothing to mend */
	PROBLEM,
};

/**
 * struct finding - what one check found
 * @kind: see enum
 * @check: one word, stable
 * @text: one sentence
 * @mend: a line to type or to do, "" if there is none
 */
struct finding {
	enum finding_kind kind;
	const char *check;
	char text[768];
	char mend[512];
};

#define FINDINGS_MAX	24

struct findings {
	struct finding f[FINDINGS_MAX];
	size_t n;
};

__attribute__((format(printf, 4, 5)))
void tell(struct findings *d, enum finding_kind kind, const char *check,
	  const char *fmt, ...);
/* The line that mends the newest finding. */
__attribute__((format(printf, 2, 3)))
void mend(struct findings *d, const char *fmt, ...);

/**
 * struct trial - what came of attaching to a loopback connection
 * @fd: both ends, -1 if there are none
 * @pair_error: errno of making the connection, 0
 * @attach_error: errno of attaching, 0
 */
struct trial {
	int fd[2];
	int pair_error;
	int attach_error;
};

void trial_begin(struct trial *t);
void trial_end(struct trial *t);

/* Each tells what it finds; none needs rights. */
void check_kernel(struct findings *d);
void check_module(struct findings *d, const struct trial *t);
void check_signature(struct findings *d, const struct trial *t);
void check_attach(struct findings *d, const struct trial *t);
void check_algorithms(struct findings *d, const struct trial *t);
void check_namespace(struct findings *d);
void check_helper(struct findings *d, const struct trial *t);
void check_policy(struct findings *d, const struct trial *t);

/* What the text of KSSH_ALGORITHMS says to be missing. */
void tell_catalog(struct findings *d, const char *catalog);

/* ---- facts.c ---- */

/* Up to @room - 1 bytes of a file, terminated.  Bytes read, or -1 with errno. */
long slurp(const char *path, char *out, size_t room);

/* "6.12.95+deb12-amd64": 6 and 12 */
bool release_parse(const char *release, unsigned int *major, unsigned int *minor);
/* Is @word one of the blank-separated words of @text? */
bool has_word(const char *text, const char *word);
/* Value of "Name:\tvalue" in text like /proc/self/status, or "" */
void field(const char *text, const char *name, char *out, size_t room);
/* The word in brackets of "none [integrity] confidentiality", or "" */
void chosen(const char *text, char *out, size_t room);
/* Path of module @name as modules.dep has it, false if it is not there */
bool modules_dep_find(const char *text, const char *name, char *out, size_t room);
/* Is this value of the EFI variable SecureBoot "on"?  @n bytes, attributes first. */
bool secure_boot_on(const uint8_t *p, size_t n);

#endif /* KSSH_PROBE_DOCTOR_H */
