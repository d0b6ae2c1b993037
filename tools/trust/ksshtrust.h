/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libksshtrust: may this host key be trusted for this name?
 *
 * Files and policy in; verdict with file and line out.  The format of the files
 * is OpenSSH's known_hosts (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT), and so are the
 * answers.  Where the library is stricter, on purpose:
 *
 *   - A file that exists and cannot be read, is no regular file, is longer than
 *     KSSH_TRUST_FILE_MAX or has a line longer than KSSH_TRUST_LINE_MAX makes the
 *     verdict "refused", where ssh goes on without the file.
 *   - A line that ends behind its names, at a NUL or at the end of the file, holds
 *     no key.  OpenSSH (10.0 at least) reads on behind the end, and may find there
 *     the key of the line before.
 *   - A key or CA that is revoked for a bare name is revoked for every port of it.
 *   - A certificate that counts for nothing is answered as the key in it.  ssh looks
 *     for that key under the bare name first, and does not mind then that another
 *     one is known for the port.
 *   - The policy's smallest RSA size holds for the key of a CA as well, and no CA signs
 *     by WebAuthn.
 *   - A name or an alias that has a character which means something in a file is
 *     never new; ssh looks at names only.
 *
 * The names in a certificate are patterns, and one without any is refused, as with
 * OpenSSH 10.5; 10.0 and older compare them as they are, and take a certificate
 * without names for every host.  An alias in upper case is found among hashed names,
 * too, where ssh writes it down but does not find it.
 *
 * DSA keys, which OpenSSH 10 reads no more, are skipped.
 *
 * Who wants an answer
 *
 *   1. if the policy has a KnownHostsCommand and may run it, calls
 *	kssh_trust_command(), and if it wants DNS asked, kssh_trust_sshfp(), and puts
 *	what they found into the query;
 *   2. calls kssh_trust_check() or kssh_trust_files_check(), which only read;
 *   3. once the server has proved to hold the key, and if the answer was new or a
 *	person has agreed, calls kssh_trust_record().
 *
 * Nothing is global; only a struct kssh_trust_files keeps anything between calls.
 * One of these belongs to one thread at a time, other calls do not care.  Functions
 * that return int return 0 or a negative errno if nothing else is said.
 */
#ifndef KSSHTRUST_H
#define KSSHTRUST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KSSH_TRUST_NAME_MAX	255		/* longest name, bytes */
#define KSSH_TRUST_KEY_MAX	16384		/* longest key blob, bytes */
#define KSSH_TRUST_LINE_MAX	(1024 * 1024)	/* longest line of a file, bytes */
#define KSSH_TRUST_FILE_MAX	(64 * 1024 * 1024)	/* longest file, bytes */
#define KSSH_TRUST_PRINT_MAX	64		/* a fingerprint, with NUL */

/* ---- policy, question, answer ------------------------------------------------ */

/* Values as enum kssh_verdict_code of linux/kssh.h. */
enum kssh_trust_verdict {
	KSSH_TRUST_OK = 1,	/* the key is known for the name, or new and let in */
	KSSH_TRUST_UNKNOWN,	/* no key is known for the name */
	KSSH_TRUST_CHANGED,	/* other keys are known for the name */
	KSSH_TRUST_REVOKED,	/* the key, or who certified it, is revoked */
	KSSH_TRUST_REFUSED,	/* no answer can be given; see struct kssh_trust_answer */
};

/* "ok", "unknown", "changed", "revoked", "refused" */
const char *kssh_trust_verdict_name(enum kssh_trust_verdict verdict);

/**
 * enum kssh_trust_checking - StrictHostKeyChecking of ssh_config(5)
 * @KSSH_TRUST_STRICT: "yes": what is not known is not let in
 * @KSSH_TRUST_ASK: "ask": the verdict is the same; UNKNOWN means that the caller is to
 *	ask a person, and to kssh_trust_record() the key if he agrees
 * @KSSH_TRUST_ACCEPT_NEW: "accept-new": the first key of an unknown name is OK
 * @KSSH_TRUST_OFF: "no" or "off": as accept-new, and CHANGED and REVOKED come with
 *	may_go_on
 */
enum kssh_trust_checking {
	KSSH_TRUST_STRICT,
	KSSH_TRUST_ASK,
	KSSH_TRUST_ACCEPT_NEW,
	KSSH_TRUST_OFF,
};

/**
 * enum kssh_trust_dns - VerifyHostKeyDNS of ssh_config(5)
 * @KSSH_TRUST_DNS_NO: what DNS says does not matter
 * @KSSH_TRUST_DNS_YES: a matching SSHFP record that DNSSEC secures makes the key OK
 * @KSSH_TRUST_DNS_ASK: it is for a person to know, see answer.dns_match
 */
enum kssh_trust_dns {
	KSSH_TRUST_DNS_NO,
	KSSH_TRUST_DNS_YES,
	KSSH_TRUST_DNS_ASK,
};

/*
 * CASignatureAlgorithms of OpenSSH 10, but for WebAuthn: what
 * kssh_trust_policy.ca_algorithms is for NULL.
 */
#define KSSH_TRUST_CA_ALGORITHMS						\
	"ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,"			\
	"ecdsa-sha2-nistp521,sk-ssh-ed25519@openssh.com,"			\
	"sk-ecdsa-sha2-nistp256@openssh.com,rsa-sha2-512,rsa-sha2-256"

/**
 * struct kssh_trust_policy - whom to believe
 * @files: known_hosts files, in the order in which they are looked at: the user's,
 *	then the system's; one that does not exist is as good as empty
 * @n_files: how many
 * @n_user_files: how many of them, from the first, are the user's own; matters to
 *	kssh_trust_update() only
 * @checking: what becomes of keys that are not known
 * @write_file: where kssh_trust_record() writes; should be one of @files
 * @write_dir: NULL, or the directory of @write_file, to be made, with mode 0700, if
 *	it is not there (~/.ssh)
 * @hash_names: write names hashed (HashKnownHosts)
 * @revoked_files: RevokedHostKeys: lists of public keys, or KRLs; one that cannot be
 *	read, or does not exist, refuses every key
 * @n_revoked_files: how many
 * @ca_algorithms: how an authority may have signed (CASignatureAlgorithms): names of
 *	signature algorithms separated by commas, without +, -, ^ and patterns; NULL:
 *	KSSH_TRUST_CA_ALGORITHMS
 * @rsa_min_bits: RequiredRSASize; 0, or less than 1024, is 1024
 * @dns: what SSHFP records are good for
 *
 * Strings and arrays are borrowed, the library changes nothing of it.  Paths are taken
 * as they are: no ~, no %-tokens.
 */
struct kssh_trust_policy {
	const char *const *files;
	size_t n_files;
	size_t n_user_files;
	enum kssh_trust_checking checking;
	const char *write_file;
	const char *write_dir;
	bool hash_names;
	const char *const *revoked_files;
	size_t n_revoked_files;
	const char *ca_algorithms;
	unsigned int rsa_min_bits;
	enum kssh_trust_dns dns;
};

/**
 * struct kssh_trust_fingerprints - what DNS says of a key (RFC 4255)
 * @found: there are SSHFP records for its algorithm that one can compare
 * @match: one of them matches
 * @secure: DNSSEC vouches for them
 *
 * All false: nothing, or not asked.
 */
struct kssh_trust_fingerprints {
	bool found;
	bool match;
	bool secure;
};

/**
 * struct kssh_trust_query - who is asked for
 * @name: host name, address or alias
 * @port: port to look up; 0 and 22 are the default port
 * @verbatim: @name is an alias (HostKeyAlias): look it up without port and without
 *	fallback
 * @address: where the connection goes, as text, or NULL; for KnownHostsCommand
 * @key: key or certificate blob (RFC 4253 section 6.6)
 * @key_len: its length
 * @now: when a certificate must be valid, seconds since 1970; 0: now
 * @fingerprints: as of kssh_trust_sshfp()
 * @lines: NULL, or known_hosts lines that count as one more file, the last: what
 *	kssh_trust_command() got; not looked at for the bare name of another port
 * @lines_len: their length
 *
 * The name is looked up in lower case, "[name]:port" for another port than 22; if
 * nothing is known of that, a key known for the bare name is fine too.  A certificate
 * must have the name itself, without port, among its principals.
 */
struct kssh_trust_query {
	const char *name;
	uint16_t port;
	bool verbatim;
	const char *address;
	const void *key;
	size_t key_len;
	uint64_t now;
	struct kssh_trust_fingerprints fingerprints;
	const char *lines;
	size_t lines_len;
};

/* What answer.file is for a line of query.lines. */
extern const char *const kssh_trust_lines_file;

/**
 * struct kssh_trust_answer - the verdict and where it comes from
 * @verdict: what may be said
 * @is_new: OK only because the policy accepts new names; kssh_trust_record() it
 *	once the server has proved to hold the key
 * @may_go_on: of CHANGED and REVOKED if checking is off: ssh would connect, but would
 *	give the server no password and forward nothing
 * @by_dns: OK only because of DNS
 * @dns_match: DNS has the key; whether that is worth something says query.fingerprints
 * @file: one of the policy's files, kssh_trust_lines_file, or NULL; of OK and REVOKED
 *	the first line that says so, of a changed key the last line that names another
 *	one, as ssh reports it
 * @line: line in @file, from 1; 0 if it is about the whole file
 * @why: of REFUSED: what is wrong, a sentence without capital and full stop
 * @error: of REFUSED: positive errno if a file is the reason, else 0
 * @ca: fingerprint of the authority that the verdict comes from, "" if it is not by
 *	a certificate; @file and @line are where the authority is known, or revoked
 * @cert_why: NULL, or: the query's key is a certificate that counts for nothing,
 *	for this reason (a sentence as @why), and all else here is the answer to
 *	the plain key in it, as ssh falls back to it
 */
struct kssh_trust_answer {
	enum kssh_trust_verdict verdict;
	bool is_new;
	bool may_go_on;
	bool by_dns;
	bool dns_match;
	const char *file;
	unsigned long line;
	const char *why;
	int error;
	char ca[KSSH_TRUST_PRINT_MAX];
	const char *cert_why;
};

/* ---- verdicts ------------------------------------------------------------------ */

/**
 * kssh_trust_check - give a verdict
 * @policy: whom to believe
 * @query: who is asked for
 * @answer: filled in, always
 *
 * Reads the files; has no side effects.  What goes wrong is REFUSED.  In this order:
 * a key that cannot be read or is too short, or that the policy's revoked_files name,
 * ends it; then DNS, if the policy relies on it; then the known_hosts files.
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
 * @ca: NULL, or gets whether certificates of some authority would be believed
 *
 * For a client to offer first what the server is known by, as ssh does it: keys that
 * are revoked do not count.  If nothing is known of the name with its port, what
 * is known of the bare name counts (where ssh looks for a key, but not here).
 * Return: 0, or a negative errno: then no key would be accepted either.
 */
int kssh_trust_known(const struct kssh_trust_policy *policy,
		     const struct kssh_trust_query *query,
		     char types[KSSH_TRUST_TYPES_MAX], bool *ca);

/* ---- files kept in memory --------------------------------------------------------- */

/*
 * For who is asked often.  Files are read when they are first asked for, and again
 * when stat(2) shows that they are others or have changed, which every question
 * finds out by itself; what has changed in the last two seconds is read again and compared,
 * as it may have changed twice at one time stamp.  Plain names are found by
 * binary search, patterns are tried one by one; hashed names cost one HMAC each the first
 * time that a name is asked for, then the outcome is remembered, for the
 * KSSH_TRUST_NAMES_MAX names asked for last, until the file changes.  What cannot be
 * read is tried again each time.
 */
struct kssh_trust_files;

#define KSSH_TRUST_NAMES_MAX	1024	/* names remembered per file */
#define KSSH_TRUST_FILES_MAX	32	/* files kept, those used last */

/* NULL: no memory. */
struct kssh_trust_files *kssh_trust_files_new(void);
void kssh_trust_files_free(struct kssh_trust_files *files);

/* kssh_trust_check() from memory: the same answers. */
void kssh_trust_files_check(struct kssh_trust_files *files,
			    const struct kssh_trust_policy *policy,
			    const struct kssh_trust_query *query,
			    struct kssh_trust_answer *answer);

/* kssh_trust_known() from memory. */
int kssh_trust_files_known(struct kssh_trust_files *files,
			   const struct kssh_trust_policy *policy,
			   const struct kssh_trust_query *query,
			   char types[KSSH_TRUST_TYPES_MAX], bool *ca);

/**
 * kssh_trust_files_watch - be told of changes
 * @files: what is kept
 *
 * Of the files, and of what appears, goes, or is renamed in their directories.  Not
 * needed for answers to be right; but with it files can be read again before the next
 * question comes.  The descriptor (inotify) belongs to @files; when it can be read,
 * call kssh_trust_files_refresh().
 * Return: a descriptor to poll for input, or a negative errno.
 */
int kssh_trust_files_watch(struct kssh_trust_files *files);

/* Read again what has changed.  How many files that were. */
unsigned int kssh_trust_files_refresh(struct kssh_trust_files *files);

/* ---- writing ----------------------------------------------------------------------- */

/**
 * kssh_trust_record - write a name and its key to the policy's file
 * @policy: its write_file is written to; its checking does not matter
 * @query: what; of a certificate the key in it is written
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
 * could be read back as something else, or no key; else what the file
 * system said.  Nothing is written then.
 */
int kssh_trust_record(const struct kssh_trust_policy *policy,
		      const struct kssh_trust_query *query,
		      struct kssh_trust_answer *answer);

/**
 * struct kssh_trust_key - a key blob
 * @blob: RFC 4253 section 6.6
 * @len: its length
 */
struct kssh_trust_key {
	const void *blob;
	size_t len;
};

/**
 * kssh_trust_update_look - which keys of a server are not known yet? (UpdateHostKeys)
 * @policy: whom to believe
 * @query: the server; its key is the one that was accepted
 * @keys: what it says its keys are (hostkeys-00@openssh.com)
 * @n_keys: how many
 * @is_new: gets for each of @keys whether it has to prove to hold it
 *	(hostkeys-prove-00@openssh.com) for kssh_trust_update() to write it
 *
 * Keys that cannot be read, and certificates, are passed over and are not new.
 * Return: 0; -EPERM: ssh would not update here: the key was not found in the user's
 * files, but in the system's, by a certificate, or by DNS; or a line of the name has
 * a pattern, a marker or more than two names; or a key that is new, kept or to go is
 * under another name, too; -EKEYREVOKED: one of the keys is in revoked_files, which ssh
 * does not look at here; -EINVAL: a key comes twice, write_file is none of the user's,
 * or the name is not fit to be written; else what the files said.
 */
int kssh_trust_update_look(const struct kssh_trust_policy *policy,
			   const struct kssh_trust_query *query,
			   const struct kssh_trust_key *keys, size_t n_keys,
			   bool *is_new);

/**
 * kssh_trust_update - write a server's keys
 * @policy: its first n_user_files are written to, new keys to write_file
 * @query: as in kssh_trust_update_look()
 * @keys: all keys of the server, proved; ones that the files have for exactly this
 *	name and that are not here are taken out
 * @n_keys: how many
 *
 * A file that changes is written anew beside the old one, synced and renamed over
 * it, with its owner and mode; a link stays a link, and all other lines stay as they are.
 * A key that stays is left in the file where it is, while ssh moves all to the first.
 * Return: as kssh_trust_update_look(), or -EAGAIN: others do not stop to write to a file.
 * If it is not 0, each file is as it was or as it should be.
 */
int kssh_trust_update(const struct kssh_trust_policy *policy,
		      const struct kssh_trust_query *query,
		      const struct kssh_trust_key *keys, size_t n_keys);

/**
 * kssh_trust_hash_file - hash all names of a file, as ssh-keygen -H
 * @path: the file; written anew as by kssh_trust_update()
 *
 * Lines with patterns or a marker stay as they are.
 * Return: 0 or a negative errno.
 */
int kssh_trust_hash_file(const char *path);

/* ---- other sources --------------------------------------------------------------- */

/**
 * kssh_trust_revoked_check - is a key on a list of revoked ones?
 * @path: list of public keys, one a line, or a binary KRL
 * @key: key or certificate blob
 * @key_len: its length
 * @line: NULL, or gets the line, 0 in a KRL
 *
 * A certificate is also revoked by its key, its authority's key, and by what a KRL
 * says of serial numbers and key IDs.
 * A list that has anything in it that cannot be understood is an error as a whole.
 * Return: 0: no, 1: yes, else a negative errno, by which every key is to be refused.
 */
int kssh_trust_revoked_check(const char *path, const void *key, size_t key_len,
			     unsigned long *line);

/**
 * struct kssh_trust_resolver - whom to ask for DNS records, and whom to believe
 * @resolv_conf: a resolv.conf(5) with the name servers to ask; NULL: /etc/resolv.conf
 * @anchor: file with trust anchors, DS or DNSKEY records as in a zone; NULL:
 *	KSSH_TRUST_ANCHOR
 * @unbound_conf: NULL, or an unbound.conf(5) for all else, such as forward-zone: then
 *	@resolv_conf is looked at only if it is given, too
 */
struct kssh_trust_resolver {
	const char *resolv_conf;
	const char *anchor;
	const char *unbound_conf;
};

#define KSSH_TRUST_ANCHOR	"/usr/share/dns/root.key"	/* of dns-root-data */

/**
 * kssh_trust_sshfp - ask DNS for a key (VerifyHostKeyDNS)
 * @resolver: NULL, or other than the usual files
 * @query: its name, which must not be an alias, and its key; of a certificate the key
 *	in it
 * @timeout_ms: not longer than this
 * @found: filled in, always: all false if nothing is known
 *
 * Asks name servers, validates with DNSSEC what they say, by itself, and waits for it.
 * As with ssh one record of the key's algorithm that differs outweighs all that match.
 * Nothing is asked for an address, nor for keys that SSHFP has no number for.
 * Return: 0; or a negative errno if DNS gave no answer, and a caller goes on without:
 * -ETIMEDOUT; -EBADMSG: what it said is forged, as DNSSEC sees it; -EINVAL, -ENOMEM;
 * -EHOSTUNREACH: the name servers answer with errors, or not; else a file's error.
 */
int kssh_trust_sshfp(const struct kssh_trust_resolver *resolver,
		     const struct kssh_trust_query *query, unsigned int timeout_ms,
		     struct kssh_trust_fingerprints *found);

/*
 * The same for who must not wait: several questions at a time, and a descriptor to poll.
 * libunbound does its work in a thread, which the first question starts; it has the
 * rights that the caller has then.
 */
struct kssh_trust_dns_client;
struct kssh_trust_dns_question;

/* @resolver as of kssh_trust_sshfp(), not borrowed.  0, or a negative errno as there. */
int kssh_trust_dns_new(const struct kssh_trust_resolver *resolver,
		       struct kssh_trust_dns_client **client);
/* What was asked is forgotten. */
void kssh_trust_dns_free(struct kssh_trust_dns_client *client);
/* Poll this for input, then call kssh_trust_dns_process(). */
int kssh_trust_dns_fd(const struct kssh_trust_dns_client *client);
/* Hand out the answers that are there.  0 or a negative errno. */
int kssh_trust_dns_process(struct kssh_trust_dns_client *client);

/**
 * kssh_trust_dns_ask - ask DNS for a key, without waiting
 * @client: whom to ask
 * @query: as of kssh_trust_sshfp(), copied
 * @done: called once by kssh_trust_dns_process(), unless kssh_trust_dns_forget() comes
 *	before, with what kssh_trust_sshfp() would return and give.  The question is
 *	over then; new ones may be asked in it
 * @arg: of @done
 * @question: gets the question
 *
 * There is no time limit; who does not want to wait any more forgets the question.
 * Return: 0: asked; -ENODATA: DNS has nothing to say of such a name or key; else a
 * negative errno.
 */
int kssh_trust_dns_ask(struct kssh_trust_dns_client *client,
		       const struct kssh_trust_query *query,
		       void (*done)(void *arg, int error,
				    const struct kssh_trust_fingerprints *found),
		       void *arg, struct kssh_trust_dns_question **question);
/* The answer is not wanted any more. */
void kssh_trust_dns_forget(struct kssh_trust_dns_question *question);

/**
 * struct kssh_trust_connection - what tokens of a command say of a connection
 * @host: %h, the host that is connected to; NULL: the query's name
 * @given: %n, the name that the person gave for it; NULL: @host
 * @user: %r, the user there; NULL: as here
 * @jump: %j, the jump host; NULL: none
 */
struct kssh_trust_connection {
	const char *host;
	const char *given;
	const char *user;
	const char *jump;
};

/**
 * kssh_trust_command - run KnownHostsCommand
 * @command: as ssh_config(5) has it: program with absolute path and arguments, with
 *	%-tokens and ${VARIABLES} in these
 * @query: what is asked for; address is for "ADDRESS", key may be NULL
 * @reason: "ORDER" before a key is seen, "HOSTNAME", "ADDRESS"
 * @to: the connection, or NULL
 * @timeout_ms: it is killed after that
 * @lines: gets its output, for the caller to free
 * @len: gets its length
 *
 * Runs with the caller's rights, environment and standard error, with nothing to read,
 * and never through a shell; not for daemons.  ssh goes on without lines if the
 * command cannot be started, and ends if it fails.
 * Return: 0; -EINVAL: no such command line; -ENOENT and others: it cannot be started;
 * -ETIMEDOUT; -EIO: it failed; -EFBIG: it wrote more than KSSH_TRUST_FILE_MAX.
 */
int kssh_trust_command(const char *command, const struct kssh_trust_query *query,
		       const char *reason, const struct kssh_trust_connection *to,
		       unsigned int timeout_ms, char **lines, size_t *len);

/* ---- keys ------------------------------------------------------------------------------- */

/**
 * kssh_trust_read_key - read a public key as a known_hosts line or .pub file has it
 * @text: "[markers and names] type base64 [comment]", without newline; a certificate
 *	is fine, too
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
