/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A set of files and what they say of a key.  The daemon has one of the system's
 * files, a worker one of its user's; what the two say is joined to what ssh would
 * say with all of these files.
 */
#ifndef KSSH_JUDGE_H
#define KSSH_JUDGE_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/kssh.h>
#include <linux/kssh_netlink.h>

#include "ksshtrust.h"

#define WHY_MAX		127

/**
 * struct verdict - an answer of the library that stands by itself
 * @verdict: enum kssh_trust_verdict; 0: nothing was asked
 * @may_be_new: of UNKNOWN: the name is one that could be written down
 * @is_new: OK only because new names are accepted; a judge never says so
 * @by_dns: OK only because of DNS
 * @bare: OK only by the name without its port
 * @line: in @file, 0 if it is about the whole file
 * @error: of REFUSED: positive errno, or 0
 * @file: "" if none
 * @ca: fingerprint of the authority by whose certificate it is, or ""
 * @why: of REFUSED; or why a certificate counted for nothing
 */
struct verdict {
	uint32_t verdict;
	uint8_t may_be_new;
	uint8_t is_new;
	uint8_t by_dns;
	uint8_t bare;
	uint32_t line;
	int32_t error;
	char file[KSSH_TEXT_MAX + 1];
	char ca[KSSH_TRUST_PRINT_MAX];
	char why[WHY_MAX + 1];
};

struct judge;

/* @policy is borrowed; its checking does not count here.  NULL: no memory. */
struct judge *judge_new(const struct kssh_trust_policy *policy);
void judge_free(struct judge *j);
void judge_check(struct judge *j, const struct kssh_trust_query *q, struct verdict *v);
/* As kssh_trust_files_watch() and kssh_trust_files_refresh(). */
int judge_watch(struct judge *j);
unsigned int judge_refresh(struct judge *j);
/* As kssh_trust_known() and kssh_trust_record(). */
int judge_known(struct judge *j, const struct kssh_trust_query *q,
		char types[KSSH_TRUST_TYPES_MAX], bool *ca);
int judge_record(struct judge *j, const struct kssh_trust_query *q, struct verdict *v);

/* A refusal of our own.  @error: positive errno, or 0. */
void verdict_refuse(struct verdict *v, const char *why, int error);
/* Join @v with what other files say: as if all of them had been one set. */
void verdict_join(struct verdict *v, const struct verdict *other);
/* Join two lists of types; @types has KSSH_TRUST_TYPES_MAX bytes. */
void types_join(char *types, const char *more);

#endif /* KSSH_JUDGE_H */
