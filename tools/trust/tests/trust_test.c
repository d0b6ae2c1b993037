// SPDX-License-Identifier: GPL-2.0
/* libksshtrust: what each line means, and what is written.  Prints TAP. */
#include <netinet/in.h>
#include <resolv.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "keys.h"
#include "../internal.h"

/**
 * struct place - two files in a directory of their own
 * @dir: the directory
 * @file: the files; neither exists at first
 * @policy: strict, over both, writing to the first
 */
struct place {
	char dir[64];
	char *file[2];
	const char *files[2];
	struct kssh_trust_policy policy;
};

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	int i;

	strcpy(p->dir, "/tmp/trust-test.XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	for (i = 0; i < 2; i++) {
		assert_true(asprintf(&p->file[i], "%s/known_hosts%d", p->dir, i) > 0);
		p->files[i] = p->file[i];
	}
	p->policy.files = p->files;
	p->policy.n_files = 2;
	p->policy.write_file = p->files[0];
	*state = p;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int teardown(void **state)
{
	struct place *p = *state;

	nftw(p->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(p->file[0]);
	free(p->file[1]);
	free(p);
	return 0;
}

static void put(struct place *p, int i, const void *text, size_t n)
{
	int fd = open(p->file[i], O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, n), n);
	close(fd);
}

static void put_text(struct place *p, int i, const char *text)
{
	put(p, i, text, strlen(text));
}

static char *get(struct place *p, int i)
{
	static char buf[65536];
	int fd = open(p->file[i], O_RDONLY);
	ssize_t n = read(fd, buf, sizeof(buf) - 1);

	close(fd);
	assert_true(n >= 0);
	buf[n] = 0;
	return buf;
}

static struct kssh_trust_query query(const char *name, int port, const char *key)
{
	static uint8_t blob[KSSH_TRUST_KEY_MAX];
	struct kssh_trust_query q = { .name = name, .port = port, .key = blob };

	assert_int_equal(kssh_trust_read_key(key, blob, &q.key_len), 0);
	return q;
}

static struct kssh_trust_answer ask(struct place *p, const char *name, int port,
				    const char *key)
{
	struct kssh_trust_query q = query(name, port, key);
	struct kssh_trust_answer a;

	kssh_trust_check(&p->policy, &q, &a);
	return a;
}

#define assert_verdict(p, name, port, key, want) \
	assert_string_equal(kssh_trust_verdict_name(ask(p, name, port, key).verdict), \
			    kssh_trust_verdict_name(want))

/* ---- lines -------------------------------------------------------------- */

static void plain_names(void **state)
{
	struct place *p = *state;
	struct kssh_trust_answer a;

	put_text(p, 0, "# comment\n\n  \t\nhost.example.org,192.0.2.7 " ED25519_A
		       " a comment\nother " RSA "\n");
	a = ask(p, "host.example.org", 22, ED25519_A);
	assert_int_equal(a.verdict, KSSH_TRUST_OK);
	assert_false(a.is_new);
	assert_ptr_equal(a.file, p->files[0]);
	assert_int_equal(a.line, 4);
	assert_verdict(p, "HOST.Example.org", 0, ED25519_A, KSSH_TRUST_OK);
	assert_verdict(p, "192.0.2.7", 22, ED25519_A, KSSH_TRUST_OK);
	assert_verdict(p, "host.example.or", 22, ED25519_A, KSSH_TRUST_UNKNOWN);
	assert_verdict(p, "other", 22, RSA, KSSH_TRUST_OK);

	a = ask(p, "host.example.org", 22, ED25519_B);
	assert_int_equal(a.verdict, KSSH_TRUST_CHANGED);
	assert_int_equal(a.line, 4);
	/* another type is another key, as ssh has it */
	assert_verdict(p, "other", 22, ED25519_A, KSSH_TRUST_CHANGED);
}

static void all_key_types(void **state)
{
	static const char *const keys[] = { ED25519_A, P256, P384, P521, RSA };
	struct place *p = *state;
	char line[1024];
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		snprintf(line, sizeof(line), "h %s\n", keys[i]);
		put_text(p, 0, line);
		assert_verdict(p, "h", 22, keys[i], KSSH_TRUST_OK);
		assert_verdict(p, "h", 22, ED25519_B, KSSH_TRUST_CHANGED);
	}
	/* the type may be written as a signature algorithm */
	snprintf(line, sizeof(line), "h rsa-sha2-512 %s\n", strchr(RSA, ' ') + 1);
	put_text(p, 0, line);
	assert_verdict(p, "h", 22, RSA, KSSH_TRUST_OK);
}

static void hashed_names(void **state)
{
	uint8_t salt[HASH_LEN], mac[HASH_LEN];
	struct place *p = *state;
	char hashed[HASHED_MAX];
	int i;

	put_text(p, 0, HASHED_HOST " " ED25519_A "\n");
	assert_verdict(p, "host.example.org", 22, ED25519_A, KSSH_TRUST_OK);
	assert_verdict(p, "HOST.example.org", 22, ED25519_A, KSSH_TRUST_OK);
	assert_verdict(p, "host.example.org", 22, ED25519_B, KSSH_TRUST_CHANGED);
	assert_verdict(p, "host.example.com", 22, ED25519_A, KSSH_TRUST_UNKNOWN);
	/* each byte of the hash counts */
	for (i = 0; i < HASH_LEN; i++) {
		memset(salt, 7, sizeof(salt));
		assert_int_equal(hash_name("h", salt, hashed, sizeof(hashed)), 0);
		assert_int_equal(match_read_hashed(hashed, strlen(hashed), salt, mac), 0);
		assert_int_equal(match_hmac("h", salt, mac), 1);
		mac[i] ^= 1;
		assert_int_equal(match_hmac("h", salt, mac), 0);
	}
	/* no list, and nothing behind it */
	put_text(p, 0, HASHED_HOST ",h " ED25519_A "\n");
	assert_verdict(p, "host.example.org", 22, ED25519_A, KSSH_TRUST_UNKNOWN);
	assert_verdict(p, "h", 22, ED25519_A, KSSH_TRUST_UNKNOWN);
	/* broken ones are skipped */
	put_text(p, 0, "|1|AAAA|BBBB " ED25519_B "\n|1|| " ED25519_B "\n|2|x|y "
		       ED25519_B "\n|1 " ED25519_B "\n" HASHED_HOST " " ED25519_A "\n");
	assert_verdict(p, "host.example.org", 22, ED25519_A, KSSH_TRUST_OK);
}

static void ports(void **state)
{
	struct kssh_trust_answer a;
	struct kssh_trust_query q;
	struct place *p = *state;

	put_text(p, 0, "[h]:2222 " ED25519_A "\nh " RSA "\n[::1]:2222 " P256 "\n::1 "
		       P384 "\n");
	assert_verdict(p, "h", 2222, ED25519_A, KSSH_TRUST_OK);
	assert_verdict(p, "h", 22, ED25519_A, KSSH_TRUST_CHANGED);
	assert_verdict(p, "h", 22, RSA, KSSH_TRUST_OK);
	assert_verdict(p, "h", 0, RSA, KSSH_TRUST_OK);
	/* known with the port: the bare name does not help */
	assert_verdict(p, "h", 2222, RSA, KSSH_TRUST_CHANGED);
	/* unknown with the port: it does, but only with the right key */
	assert_verdict(p, "h", 2200, RSA, KSSH_TRUST_OK);
	assert_verdict(p, "h", 2200, ED25519_B, KSSH_TRUST_UNKNOWN);
	assert_verdict(p, "::1", 2222, P256, KSSH_TRUST_OK);
	assert_verdict(p, "::1", 22, P384, KSSH_TRUST_OK);

	q = query("h", 2222, RSA);
	q.verbatim = true;
	kssh_trust_check(&p->policy, &q, &a);
	assert_int_equal(a.verdict, KSSH_TRUST_OK);
	q = query("h", 2222, ED25519_A);
	q.verbatim = true;
	kssh_trust_check(&p->policy, &q, &a);
	assert_int_equal(a.verdict, KSSH_TRUST_CHANGED);
}

static void patterns(void **state)
{
	struct place *p = *state;

	put_text(p, 0, "*.example.org,!bad.example.org " ED25519_A "\n");
	assert_verdict(p, "a.example.org", 22, ED25519_A, KSSH_TRUST_OK);
	assert_verdict(p, ".example.org", 22, ED25519_A, KSSH_TRUST_OK);
	assert_verdict(p, "example.org", 22, ED25519_A, KSSH_TRUST_UNKNOWN);
	assert_verdict(p, "bad.example.org", 22, ED25519_A, KSSH_TRUST_UNKNOWN);
	assert_verdict(p, "BAD.example.org", 22, ED25519_A, KSSH_TRUST_UNKNOWN);

	put_text(p, 0, "h?st*N " ED25519_A "\n!x,* " RSA "\n");
	assert_verdict(p, "hostn", 22, ED25519_A, KSSH_TRUST_OK);
	assert_verdict(p, "host.in", 22, ED25519_A, KSSH_TRUST_OK);
	assert_verdict(p, "hstn", 22, ED25519_A, KSSH_TRUST_CHANGED);
	assert_verdict(p, "x", 22, RSA, KSSH_TRUST_UNKNOWN);
	/* a negation alone names nobody */
	put_text(p, 0, "!x " ED25519_A "\n");
	assert_verdict(p, "y", 22, ED25519_A, KSSH_TRUST_UNKNOWN);
	/* a pattern is for the whole text that is looked up */
	put_text(p, 0, "[*]:2222 " ED25519_A "\n");
	assert_verdict(p, "h", 2222, ED25519_A, KSSH_TRUST_OK);
	assert_verdict(p, "h", 2223, ED25519_A, KSSH_TRUST_UNKNOWN);
}

static void many_stars_take_no_time(void **state)
{
	struct place *p = *state;
	char name[256], line[2048] = "";
	int i;

	memset(name, 'a', 255);
	name[255] = 0;
	for (i = 0; i < 100; i++)
		strcat(line, "*a");
	strcat(line, "b " ED25519_A "\n");
	put_text(p, 0, line);
	alarm(5);
	assert_verdict(p, name, 22, ED25519_A, KSSH_TRUST_UNKNOWN);
	alarm(0);
}

static void markers(void **state)
{
	struct kssh_trust_answer a;
	struct place *p = *state;

	put_text(p, 0, "h " ED25519_A "\n");
	put_text(p, 1, "@cert-authority * " RSA "\n@revoked * " ED25519_A "\n");
	a = ask(p, "h", 22, ED25519_A);
	assert_int_equal(a.verdict, KSSH_TRUST_REVOKED);
	assert_ptr_equal(a.file, p->files[1]);
	assert_int_equal(a.line, 2);
	/* a CA says nothing of plain keys, a revoked key nothing of others */
	assert_verdict(p, "g", 22, RSA, KSSH_TRUST_UNKNOWN);
	assert_verdict(p, "h", 22, RSA, KSSH_TRUST_CHANGED);
	assert_verdict(p, "g", 22, ED25519_A, KSSH_TRUST_REVOKED);

	/* for the bare name: for its ports, too; stricter than ssh */
	put_text(p, 1, "@revoked h " ED25519_B "\n");
	p->policy.checking = KSSH_TRUST_ACCEPT_NEW;
	assert_verdict(p, "h", 2222, ED25519_B, KSSH_TRUST_REVOKED);

	/* a line with a marker that is none is no line */
	put_text(p, 1, "");
	put_text(p, 0, "@revoke h " ED25519_A "\n@ h " ED25519_A
		       "\n@revoked @revoked h " ED25519_A "\n@revoked\n");
	p->policy.checking = KSSH_TRUST_STRICT;
	assert_verdict(p, "h", 22, ED25519_A, KSSH_TRUST_UNKNOWN);
	put_text(p, 0, "@revoked\th\tssh-ed25519\tAAAA\n@revoked  \t h  " ED25519_A "\n");
	assert_verdict(p, "h", 22, ED25519_A, KSSH_TRUST_REVOKED);
}

static void several_files(void **state)
{
	struct kssh_trust_answer a;
	struct place *p = *state;

	/* any line that knows the key wins over those that do not */
	put_text(p, 0, "h " ED25519_B "\nh " RSA "\n");
	put_text(p, 1, "x " RSA "\nh " ED25519_A "\n");
	a = ask(p, "h", 22, ED25519_A);
	assert_int_equal(a.verdict, KSSH_TRUST_OK);
	assert_ptr_equal(a.file, p->files[1]);
	assert_int_equal(a.line, 2);
	/* of a changed key the last line that has another one */
	put_text(p, 1, "x " RSA "\n");
	a = ask(p, "h", 22, ED25519_A);
	assert_int_equal(a.verdict, KSSH_TRUST_CHANGED);
	assert_ptr_equal(a.file, p->files[0]);
	assert_int_equal(a.line, 2);
	/* neither exists */
	unlink(p->file[0]);
	unlink(p->file[1]);
	assert_verdict(p, "h", 22, ED25519_A, KSSH_TRUST_UNKNOWN);
}

/* ---- bad lines, bad files ------------------------------------------------ */

static void malformed_keys_are_skipped(void **state)
{
	static const char *const bad[] = {
		"h", "h ", "h ssh-ed25519", "h ssh-ed25519 ", "h ssh-ed25519 #x",
		"h # " ED25519_B, "h ssh-ed25519 AAAA", "h ssh-ed25519 !!!!",
		/* the type of the text and of the blob differ */
		"h ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIGPckloU2mABFrd/rBA/Oe2rIvC8MtBmqPDXmfgfupaP",
		/* a byte too many */
		"h ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPckloU2mABFrd/rBA/Oe2rIvC8MtBmqPDXmfgfupaPAA==",
		/* not padded */
		"h ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPckloU2mABFrd/rBA/Oe2rIvC8MtBmqPDXmfgfupaPA",
		/* a point that is not on the curve */
		"h ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBDqpdtLIrXNdjpy5IkqHezf1lvd0L89xbWk0CZAfqxrwi08Rh+IhqKH5bqLaZHVOeuLQ+eTtzS1vI5/6cNPMgO4=",
		"h no-such-type AAAAC3NzaC1lZDI1NTE5AAAAIGPckloU2mABFrd/rBA/Oe2rIvC8MtBmqPDXmfgfupaP",
	};
	struct place *p = *state;
	char text[2048];
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "%s\n", bad[i]);
		put_text(p, 0, text);
		assert_verdict(p, "h", 22, ED25519_A, KSSH_TRUST_UNKNOWN);
		snprintf(text, sizeof(text), "%s\nh " ED25519_A, bad[i]);
		put_text(p, 0, text);
		assert_verdict(p, "h", 22, ED25519_A, KSSH_TRUST_OK);
	}
}

static void line_endings(void **state)
{
	static const char nul[] = "h\0 " ED25519_B "\n\0\n\0h " ED25519_B "\nh " ED25519_A
				  "\0 junk\n";
	struct place *p = *state;

	put_text(p, 0, "x " RSA "\r\nh " ED25519_A "\r\n");
	assert_verdict(p, "h", 22, ED25519_A, KSSH_TRUST_OK);
	assert_verdict(p, "x", 22, RSA, KSSH_TRUST_OK);
	put_text(p, 0, "h " ED25519_A);
	assert_verdict(p, "h", 22, ED25519_A, KSSH_TRUST_OK);
	/* a NUL ends the line for the reader, what follows it does not count */
	put(p, 0, nul, sizeof(nul) - 1);
	assert_verdict(p, "h", 22, ED25519_A, KSSH_TRUST_OK);
	assert_verdict(p, "h", 22, ED25519_B, KSSH_TRUST_CHANGED);
	/* old Mac lines are one line, its second word is no key type */
	put_text(p, 0, "h\r" ED25519_A "\rg " ED25519_A "\r");
	assert_verdict(p, "g", 22, ED25519_A, KSSH_TRUST_UNKNOWN);
}

static void unreadable_files_refuse(void **state)
{
	struct kssh_trust_answer a;
	struct place *p = *state;

	p->policy.checking = KSSH_TRUST_ACCEPT_NEW;
	put_text(p, 0, "h " ED25519_A "\n");
	assert_int_equal(mkdir(p->file[1], 0700), 0);
	a = ask(p, "h", 22, ED25519_A);
	assert_int_equal(a.verdict, KSSH_TRUST_REFUSED);
	assert_ptr_equal(a.file, p->files[1]);
	assert_int_equal(a.error, EISDIR);
	rmdir(p->file[1]);

	/* and must not be waited for */
	assert_int_equal(mkfifo(p->file[1], 0600), 0);
	alarm(5);
	assert_int_equal(ask(p, "h", 22, ED25519_A).verdict, KSSH_TRUST_REFUSED);
	alarm(0);
	unlink(p->file[1]);
	assert_int_equal(symlink("/dev/zero", p->file[1]), 0);
	assert_int_equal(ask(p, "h", 22, ED25519_A).verdict, KSSH_TRUST_REFUSED);
	unlink(p->file[1]);
	assert_int_equal(symlink(p->file[1], p->file[1]), 0);
	a = ask(p, "h", 22, ED25519_A);
	assert_int_equal(a.verdict, KSSH_TRUST_REFUSED);
	assert_int_equal(a.error, ELOOP);
	unlink(p->file[1]);
	assert_int_equal(symlink(p->file[0], p->file[1]), 0);
	assert_verdict(p, "h", 22, ED25519_A, KSSH_TRUST_OK);
}

static void long_lines(void **state)
{
	size_t n = KSSH_TRUST_LINE_MAX, tail = strlen(",h " ED25519_A "\n");
	struct kssh_trust_answer a;
	struct place *p = *state;
	char *text = malloc(n + tail);

	/* the longest line that counts; its first pattern spoils it, as in ssh */
	memset(text, 'x', n);
	memcpy(text + n + 1 - tail, ",h " ED25519_A "\n", tail);
	put(p, 0, text, n + 1);
	assert_verdict(p, "h", 22, ED25519_A, KSSH_TRUST_UNKNOWN);
	for (size_t i = 500; i < n - 500; i += 500)
		text[i] = ',';
	put(p, 0, text, n + 1);
	assert_verdict(p, "h", 22, ED25519_A, KSSH_TRUST_OK);
	/* one byte more */
	memmove(text + 1, text, n + 1);
	put(p, 0, text, n + 2);
	a = ask(p, "h", 22, ED25519_A);
	assert_int_equal(a.verdict, KSSH_TRUST_REFUSED);
	assert_int_equal(a.error, EFBIG);
	assert_int_equal(a.line, 1);
	free(text);
}

static void ten_megabytes(void **state)
{
	struct place *p = *state;
	FILE *f = fopen(p->file[0], "w");
	int i;

	for (i = 0; i < 100000; i++)
		fprintf(f, "h%d.example.org,10.0.%d.%d " ED25519_B "\n", i, i / 256 % 256,
			i % 256);
	fprintf(f, "last.example.org " ED25519_A "\n");
	assert_true(ftell(f) > 10 * 1000 * 1000);
	fclose(f);
	alarm(20);
	assert_int_equal(ask(p, "last.example.org", 22, ED25519_A).line, 100001);
	assert_verdict(p, "h99999.example.org", 22, ED25519_B, KSSH_TRUST_OK);
	alarm(0);
}

static void noise(void **state)
{
	static char text[200000];
	struct place *p = *state;
	uint32_t x = 1;
	size_t i;
	int round;

	for (round = 0; round < 20; round++) {
		for (i = 0; i < sizeof(text); i++) {
			x = x * 1664525 + 1013904223;
			text[i] = round & 1 ? " \t\n|@!*?,#h[]:1A="[x >> 28] : x >> 24;
		}
		put(p, 0, text, sizeof(text));
		assert_verdict(p, "noise", 22, ED25519_A, KSSH_TRUST_UNKNOWN);
	}
}

/* ---- questions that are none ---------------------------------------------- */

static void bad_questions(void **state)
{
	struct kssh_trust_answer a;
	struct kssh_trust_query q;
	struct place *p = *state;
	char name[300];

	p->policy.checking = KSSH_TRUST_ACCEPT_NEW;
	assert_verdict(p, "", 22, ED25519_A, KSSH_TRUST_REFUSED);
	assert_verdict(p, "a b", 22, ED25519_A, KSSH_TRUST_REFUSED);
	assert_verdict(p, "a\nb", 22, ED25519_A, KSSH_TRUST_REFUSED);
	memset(name, 'a', 256);
	name[256] = 0;
	assert_verdict(p, name, 22, ED25519_A, KSSH_TRUST_REFUSED);
	name[255] = 0;
	assert_verdict(p, name, 22, ED25519_A, KSSH_TRUST_OK);
	assert_verdict(p, name, 65535, ED25519_A, KSSH_TRUST_OK);

	q = query("h", 22, ED25519_A);
	q.key_len--;
	kssh_trust_check(&p->policy, &q, &a);
	assert_int_equal(a.verdict, KSSH_TRUST_REFUSED);
	q.key_len = 0;
	kssh_trust_check(&p->policy, &q, &a);
	assert_int_equal(a.verdict, KSSH_TRUST_REFUSED);
}

static void patterns_are_never_new(void **state)
{
	static const char *const names[] = {
		"*", "h*", "?", "!h", "a,b", "|1|x|y", "[h]:22", "@revoked", "#h",
	};
	struct place *p = *state;
	struct kssh_trust_query q;
	size_t i;

	p->policy.checking = KSSH_TRUST_ACCEPT_NEW;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_verdict(p, names[i], 22, ED25519_A, KSSH_TRUST_UNKNOWN);
		q = query(names[i], 22, ED25519_A);
		assert_int_equal(kssh_trust_record(&p->policy, &q, NULL), -EINVAL);
	}
	assert_int_equal(access(p->file[0], F_OK), -1);
}

/* ---- writing --------------------------------------------------------------- */

static void new_names(void **state)
{
	struct kssh_trust_answer a;
	struct kssh_trust_query q;
	struct place *p = *state;

	p->policy.checking = KSSH_TRUST_ACCEPT_NEW;
	a = ask(p, "New.example.org", 22, ED25519_A);
	assert_int_equal(a.verdict, KSSH_TRUST_OK);
	assert_true(a.is_new);
	/* the question alone writes nothing */
	assert_int_equal(access(p->file[0], F_OK), -1);

	q = query("New.example.org", 22, ED25519_A);
	assert_int_equal(kssh_trust_record(&p->policy, &q, &a), 0);
	assert_string_equal(get(p, 0), "new.example.org " ED25519_A "\n");
	/* twice is once */
	assert_int_equal(kssh_trust_record(&p->policy, &q, &a), 0);
	assert_string_equal(get(p, 0), "new.example.org " ED25519_A "\n");

	a = ask(p, "new.example.org", 22, ED25519_A);
	assert_int_equal(a.verdict, KSSH_TRUST_OK);
	assert_false(a.is_new);
	assert_verdict(p, "new.example.org", 22, RSA, KSSH_TRUST_CHANGED);

	q = query("::1", 2222, RSA);
	assert_int_equal(kssh_trust_record(&p->policy, &q, &a), 0);
	assert_string_equal(get(p, 0), "new.example.org " ED25519_A "\n[::1]:2222 " RSA
				       "\n");
	q = query("alias", 2222, RSA);
	q.verbatim = true;
	assert_int_equal(kssh_trust_record(&p->policy, &q, &a), 0);
	assert_non_null(strstr(get(p, 0), "\nalias " RSA "\n"));
}

static void hashed_new_names(void **state)
{
	struct kssh_trust_query q = query("new", 22, ED25519_A);
	struct place *p = *state;
	char first[256];

	p->policy.checking = KSSH_TRUST_ACCEPT_NEW;
	p->policy.hash_names = true;
	assert_int_equal(kssh_trust_record(&p->policy, &q, NULL), 0);
	strncpy(first, get(p, 0), 255);
	first[255] = 0;
	assert_int_equal(strncmp(first, "|1|", 3), 0);
	assert_null(strstr(first, "new"));
	assert_verdict(p, "new", 22, ED25519_A, KSSH_TRUST_OK);
	/* another salt each time */
	unlink(p->file[0]);
	q = query("new", 22, ED25519_A);
	assert_int_equal(kssh_trust_record(&p->policy, &q, NULL), 0);
	assert_string_not_equal(first, get(p, 0));
}

static void newline_is_added(void **state)
{
	struct kssh_trust_query q = query("new", 22, ED25519_A);
	struct place *p = *state;

	put_text(p, 0, "old " RSA);
	assert_int_equal(kssh_trust_record(&p->policy, &q, NULL), 0);
	assert_string_equal(get(p, 0), "old " RSA "\nnew " ED25519_A "\n");
}

static void file_stays_what_it_is(void **state)
{
	struct kssh_trust_query q = query("new", 22, ED25519_A);
	struct place *p = *state;
	struct stat before, after;

	put_text(p, 1, "old " RSA "\n");
	assert_int_equal(chmod(p->file[1], 0640), 0);
	if (!geteuid())
		assert_int_equal(chown(p->file[1], 12, 34), 0);
	assert_int_equal(symlink(p->file[1], p->file[0]), 0);
	assert_int_equal(stat(p->file[1], &before), 0);
	assert_int_equal(kssh_trust_record(&p->policy, &q, NULL), 0);
	assert_int_equal(stat(p->file[1], &after), 0);
	assert_int_equal(after.st_ino, before.st_ino);
	assert_int_equal(after.st_mode, before.st_mode);
	assert_int_equal(after.st_uid, before.st_uid);
	assert_int_equal(after.st_gid, before.st_gid);
	assert_string_equal(get(p, 1), "old " RSA "\nnew " ED25519_A "\n");

	/* a new one */
	unlink(p->file[0]);
	unlink(p->file[1]);
	umask(022);
	assert_int_equal(kssh_trust_record(&p->policy, &q, NULL), 0);
	assert_int_equal(stat(p->file[0], &after), 0);
	assert_int_equal(after.st_mode & 07777, 0644);
}

static void what_is_no_longer_new(void **state)
{
	struct kssh_trust_query q;
	struct kssh_trust_answer a;
	struct place *p = *state;

	p->policy.checking = KSSH_TRUST_ACCEPT_NEW;
	assert_true(ask(p, "h", 22, ED25519_A).is_new);
	/* somebody else is faster */
	put_text(p, 1, "h " ED25519_B "\n");
	q = query("h", 22, ED25519_A);
	assert_int_equal(kssh_trust_record(&p->policy, &q, &a), -EEXIST);
	assert_int_equal(a.verdict, KSSH_TRUST_CHANGED);
	assert_ptr_equal(a.file, p->files[1]);
	put_text(p, 1, "@revoked * " ED25519_A "\n");
	assert_int_equal(kssh_trust_record(&p->policy, &q, &a), -EEXIST);
	assert_int_equal(a.verdict, KSSH_TRUST_REVOKED);
	assert_string_equal(get(p, 0), "");
}

static void a_held_lock_delays_only(void **state)
{
	struct kssh_trust_query q = query("new", 22, ED25519_A);
	struct place *p = *state;
	int fd;

	put_text(p, 0, "");
	fd = open(p->file[0], O_RDONLY);
	assert_int_equal(flock(fd, LOCK_SH), 0);
	alarm(5);
	assert_int_equal(kssh_trust_record(&p->policy, &q, NULL), 0);
	alarm(0);
	close(fd);
	assert_string_equal(get(p, 0), "new " ED25519_A "\n");
}

static void many_writers(void **state)
{
	enum { WRITERS = 8, EACH = 25 };
	struct place *p = *state;
	char name[32];
	int i, k, status;
	const char *s;

	for (i = 0; i < WRITERS; i++) {
		if (fork())
			continue;
		for (k = 0; k < EACH; k++) {
			struct kssh_trust_query q;

			snprintf(name, sizeof(name), "h%d-%d", i, k);
			q = query(name, 22, ED25519_A);
			if (kssh_trust_record(&p->policy, &q, NULL))
				_exit(1);
		}
		_exit(0);
	}
	for (i = 0; i < WRITERS; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	/* there may be empty lines, too: no block ends behind a name */
	for (i = 0, s = get(p, 0); (s = strstr(s, " " ED25519_A "\n")); s++)
		i++;
	assert_int_equal(i, WRITERS * EACH);
	assert_verdict(p, "h7-24", 22, ED25519_A, KSSH_TRUST_OK);
}

static void failed_writes_leave_nothing(void **state)
{
	struct kssh_trust_query q = query("new", 22, ED25519_A);
	struct rlimit old, tight;
	struct place *p = *state;

	/* room for half a line, as on a disk that gets full */
	put_text(p, 0, "old " RSA "\n");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	tight = old;
	tight.rlim_cur = strlen("old " RSA "\n") + 10;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	assert_int_equal(kssh_trust_record(&p->policy, &q, NULL), -ENOSPC);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_string_equal(get(p, 0), "old " RSA "\n");

	unlink(p->file[0]);
	assert_int_equal(symlink("/dev/full", p->file[0]), 0);
	assert_int_equal(kssh_trust_record(&p->policy, &q, NULL), -EEXIST);
	p->policy.write_file = "/nonexistent/known_hosts";
	assert_int_equal(kssh_trust_record(&p->policy, &q, NULL), -ENOENT);
}

static void fingerprints(void **state)
{
	struct kssh_trust_query q = query("h", 22, ED25519_A);
	char text[64];

	(void)state;
	assert_int_equal(kssh_trust_fingerprint(q.key, q.key_len, text, sizeof(text)), 0);
	assert_string_equal(text, ED25519_A_PRINT);
	assert_int_equal(kssh_trust_fingerprint(q.key, q.key_len, text, 50), -EINVAL);
}

static void fingerprint_of_a_certificate(void **state)
{
	uint8_t blob[1024];
	int n = b64_pton(strchr(ED25519_CERT, ' ') + 1, blob, sizeof(blob));
	char text[64];

	(void)state;
	assert_true(n > 0);
	/* as ssh-keygen: it certifies that key */
	assert_int_equal(kssh_trust_fingerprint(blob, n, text, sizeof(text)), 0);
	assert_string_equal(text, ED25519_A_PRINT);
	/* without the key it is some bytes */
	assert_int_equal(kssh_trust_fingerprint(blob, 60, text, sizeof(text)), 0);
	assert_string_not_equal(text, ED25519_A_PRINT);
}

#define T(fn)	cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(plain_names), T(all_key_types), T(hashed_names), T(ports), T(patterns),
		T(many_stars_take_no_time), T(markers), T(several_files),
		T(malformed_keys_are_skipped), T(line_endings),
		T(unreadable_files_refuse), T(long_lines), T(ten_megabytes), T(noise),
		T(bad_questions), T(patterns_are_never_new),
		T(new_names), T(hashed_new_names), T(newline_is_added),
		T(file_stays_what_it_is), T(what_is_no_longer_new),
		T(a_held_lock_delays_only), T(many_writers), T(failed_writes_leave_nothing),
		T(fingerprints), T(fingerprint_of_a_certificate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
