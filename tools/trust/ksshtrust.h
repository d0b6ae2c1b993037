/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libksshtrust: may this host key be trusted for this name?
 *
 * Files and policy in; verdict with file and line out.  The format of the files
 * is OpenSSH's known_hosts (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT), and so are the
 * answers.  Where the library is stricter, on purpose:
 *
 *   - A file that exists and cannot be read, is no regular file, or has a line
 *     longer than KSSH_TRUST_LINE_MAX makes the verdict "refused", where ssh goes
 *     on without the file.
 *   - A key that is revoked for a bare name is revoked for every port of it.
 *
 * DSA keys, which OpenSSH 10 reads no more, are skipped.
 *
 * Host certificates are not looked at yet: lines with @cert-authority are skipped
 * and a certificate is "refused".
 *
 * Nothing is kept between calls and nothing is global.  Functions that return int
 * return 0 or a negative errno.
 */
#ifndef KSSHTRUST_H
#define KSSHTRUST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KSSH_TRUST_NAME_MAX	255		/* longest name, bytes */
#define KSSH_TRUST_KEY_MAX	16384		/* longest key blob, bytes */
#define KSSH_TRUST_LINE_MAX	(1024 * 1024)	/* longest line of a file, bytes */

/* Values as enum kssh_verdict_code of linux/kssh.h. */
enum kssh_trust_verdict {
	KSSH_TRUST_OK = 1,	/* the key is known for the name, or new and let in */
	KSSH_TRUST_UNKNOWN,	/* no key is known for the name */
	KSSH_TRUST_CHANGED,	/* other keys are known for the name */
	KSSH_TRUST_REVOKED,	/* the key is marked @revoked for the name */
	KSSH_TRUST_REFUSED,	/* no answer can be given; see struct kssh_trust_answer */
};

/* "ok", "unknown", "changed", "revoked", "refused" */
const char *kssh_trust_verdict_name(enum kssh_trust_verdict verdict);

/**
 * struct kssh_trust_policy - whom to believe
 * @files: known_hosts files, in the order in which they are looked at; one that
 *	does not exist is as good as empty
 * @n_files: how many
 * @accept_new: take the first key of an unknown name
 * @write_file: where kssh_trust_record() writes; should be one of @files
 * @hash_names: write names hashed (HashKnownHosts)
 *
 * Borrowed, the library changes nothing of it.
 */
struct kssh_trust_policy {
	const char *const *files;
	size_t n_files;
	bool accept_new;
	const char *write_file;
	bool hash_names;
};

/**
 * struct kssh_trust_query - who is asked for
 * @name: host name, address or alias
 * @port: port to look up; 0 and 22 are the default port
 * @verbatim: @name is an alias (HostKeyAlias): look it up without port and without
 *	fallback
 * @key: key blob (RFC 4253 section 6.6)
 * @key_len: its length
 *
 * The name is looked up in lower case, "[name]:port" for another port than 22; if
 * nothing is known of that, a key known for the bare name is fine too.
 */
struct kssh_trust_query {
	const char *name;
	uint16_t port;
	bool verbatim;
	const void *key;
	size_t key_len;
};

/**
 * struct kssh_trust_answer - the verdict and where it comes from
 * @verdict: what may be said
 * @is_new: OK only because the policy accepts new names; kssh_trust_record() it
 *	once the server has proved to hold the key
 * @file: one of the policy's files, or NULL; of a changed key the last line that
 *	names another one, as ssh reports it
 * @line: line in @file, from 1; 0 if it is about the whole file
 * @why: of REFUSED: what is wrong, a sentence without capital and full stop
 * @error: of REFUSED: positive errno if a file is the reason, else 0
 */
struct kssh_trust_answer {
	enum kssh_trust_verdict verdict;
	bool is_new;
	const char *file;
	unsigned long line;
	const char *why;
	int error;
};

/**
 * kssh_trust_check - give a verdict
 * @policy: whom to believe
 * @query: who is asked for
 * @answer: filled in, always
 *
 * Reads the files; has no side effects.  What goes wrong is REFUSED.
 */
void kssh_trust_check(const struct kssh_trust_policy *policy,
		      const struct kssh_trust_query *query,
		      struct kssh_trust_answer *answer);

#define KSSH_TRUST_TYPES_MAX	512	/* names of all key types, with NUL */

/**
 * kssh_trust_known - of which types are keys known for a name?
 * @policy: whom to believe
 * @query: who is asked for; its key does not count
 * @types: gets their names as known_hosts has them, separated by commas, none
 *	twice; "" if none is known
 *
 * For a client to offer first what the server is known by, as ssh does it: keys that
 * are revoked do not count.  If nothing is known of the name with its port, what
 * is known of the bare name counts (where ssh looks for a key, but not here).
 * Return: 0, or a negative errno: then no key would be accepted either.
 */
int kssh_trust_known(const struct kssh_trust_policy *policy,
		     const struct kssh_trust_query *query,
		     char types[KSSH_TRUST_TYPES_MAX]);

/**
 * kssh_trust_record - write a name and its key to the policy's file
 * @policy: its write_file is written to
 * @query: what
 * @answer: NULL, or says what stood in the way of -EEXIST
 *
 * One line is appended in one write and synced, so that writers do not mix and
 * half of it, after a crash, is no valid line.  Owner, mode, links and labels of
 * a file stay; a new one gets mode 0644 as far as the umask lets it.  The policy
 * is asked again before, under flock(2); but who may read the file may hold that
 * lock, so after a moment it goes on without.
 *
 * Return: 0: written, or it was known already; -EEXIST: the key is no longer new,
 * another was recorded meanwhile or this one was revoked; -EINVAL: a name that
 * could be read back as something else, or no plain key; else what the file
 * system said.  Nothing is written then.
 */
int kssh_trust_record(const struct kssh_trust_policy *policy,
		      const struct kssh_trust_query *query,
		      struct kssh_trust_answer *answer);

/**
 * kssh_trust_read_key - read a public key as a known_hosts line or .pub file has it
 * @text: "[markers and names] type base64 [comment]", without newline
 * @blob: gets KSSH_TRUST_KEY_MAX bytes at most
 * @len: gets their number
 *
 * Return: 0, or -EINVAL.
 */
int kssh_trust_read_key(const char *text, uint8_t *blob, size_t *len);

/**
 * kssh_trust_fingerprint - "SHA256:...", as OpenSSH prints it
 * @key: key blob; of a certificate it is the certified key's fingerprint
 * @key_len: its length
 * @out: gets the text
 * @room: at least 51
 *
 * Return: 0, -EINVAL, -EIO.
 */
int kssh_trust_fingerprint(const void *key, size_t key_len, char *out, size_t room);

#endif /* KSSHTRUST_H */
