/* SPDX-License-Identifier: GPL-2.0 */
/* A command of ssh_config(5): from one line to an argument vector. */
#ifndef KSSHTRUST_TOKENS_H
#define KSSHTRUST_TOKENS_H

#include "internal.h"

/**
 * struct tokens - what %-tokens stand for
 * @value: by letter; NULL: no such token
 */
struct tokens {
	char *value[128];
};

/*
 * Fill in what ssh_config(5) lists under TOKENS for KnownHostsCommand, as of
 * kssh_trust_command().  0 or a negative errno; tokens_free() is due in any case.
 */
int tokens_fill(struct tokens *t, const struct kssh_trust_query *query,
		const struct kssh_trust_connection *to, const char *reason);
void tokens_free(struct tokens *t);

/**
 * words_split - split a line as OpenSSH does
 * @line: words between blanks, with ' and " around what belongs together and \ in front
 *	of a quote, another \ or, outside of quotes, a blank
 * @words: gets them, with NULL behind, to be freed with words_free()
 *
 * Return: 0, -EINVAL for a quote without end, -ENOMEM.
 */
int words_split(const char *line, char ***words);
void words_free(char **words);

/**
 * word_expand - replace %-tokens and ${VARIABLE}
 * @word: replaced itself
 * @t: the tokens
 *
 * Return: 0; -EINVAL for a token or a variable that is not there; -ENOMEM.
 */
int word_expand(char **word, const struct tokens *t);

#endif /* KSSHTRUST_TOKENS_H */
