// SPDX-License-Identifier: GPL-2.0
/* libksshtrust: host certificates, one by one, and what else decides.  Prints TAP. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "make.h"
#include "../ksshtrust.h"

#define NOW	1000000

/**
 * struct place - a file, a key and its authorities
 * @file: the file
 * @policy: strict, over it
 * @host: the key that is certified
 * @ca: Ed25519
 * @spec: a certificate that is good at NOW for "h"
 */
struct place {
	char file[64];
	const char *files[1];
	struct kssh_trust_policy policy;
	struct made_key host, ca;
	struct cert_spec spec;
};

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	int fd;

	strcpy(p->file, "/tmp/trust-cert.XXXXXX");
	fd = mkstemp(p->file);
	assert_true(fd >= 0);
	close(fd);
	p->files[0] = p->file;
	p->policy = (struct kssh_trust_policy){ .files = p->files, .n_files = 1,
						.write_file = p->file };
	make_key(&p->host, "ssh-ed25519", 0);
	make_key(&p->ca, "ssh-ed25519", 0);
	p->spec = (struct cert_spec){ .kind = 2, .names = { "h" }, .n_names = 1,
				      .after = NOW - 1, .before = NOW + 1,
				      .nonce_len = 32 };
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;

	unlink(p->file);
	free_key(&p->host);
	free_key(&p->ca);
	free(p);
	return 0;
}

static void put_line(struct place *p, const char *mode, const char *start,
		     const struct made_key *key)
{
	FILE *f = fopen(p->file, mode);
	char text[BYTES_MAX];

	assert_non_null(f);
	key_text(&key->blob, text);
	fprintf(f, "%s %s\n", start, text);
	assert_int_equal(fclose(f), 0);
}

static struct kssh_trust_answer ask_blob(struct place *p, const struct bytes *blob,
					 const char *name, int port)
{
	struct kssh_trust_query q = { .name = name, .port = port, .key = blob->b,
				      .key_len = blob->n, .now = NOW };
	struct kssh_trust_answer a;

	kssh_trust_check(&p->policy, &q, &a);
	return a;
}

static struct kssh_trust_answer ask(struct place *p, const struct made_key *ca)
{
	struct bytes cert;

	make_cert(&cert, &p->host, ca, &p->spec);
	return ask_blob(p, &cert, "h", 22);
}

/* ---- good ones --------------------------------------------------------- */

static void all_authorities(void **state)
{
	static const struct {
		const char *type, *alg;
	} rows[] = {
		{ "ssh-ed25519", NULL },
		{ "ecdsa-sha2-nistp256", NULL },
		{ "ecdsa-sha2-nistp384", NULL },
		{ "ecdsa-sha2-nistp521", NULL },
		{ "ssh-rsa", "rsa-sha2-256" },
		{ "ssh-rsa", "rsa-sha2-512" },
		{ "sk-ssh-ed25519@openssh.com", NULL },
		{ "sk-ecdsa-sha2-nistp256@openssh.com", NULL },
	};
	struct kssh_trust_answer a;
	struct place *p = *state;
	struct made_key ca, other;
	char print[KSSH_TRUST_PRINT_MAX];
	size_t i;

	make_key(&other, "ssh-ed25519", 0);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_key(&ca, rows[i].type, 2048);
		put_line(p, "w", "other", &ca);
		put_line(p, "a", "@cert-authority *", &ca);
		p->spec.alg = rows[i].alg;
		p->spec.spoil = false;
		a = ask(p, &ca);
		assert_int_equal(a.verdict, KSSH_TRUST_OK);
		assert_false(a.is_new);
		assert_null(a.cert_why);
		assert_ptr_equal(a.file, p->files[0]);
		assert_int_equal(a.line, 2);
		kssh_trust_fingerprint(ca.blob.b, ca.blob.n, print, sizeof(print));
		assert_string_equal(a.ca, print);

		/* its signature is looked at, and ends it if it is not good */
		p->spec.spoil = true;
		a = ask(p, &ca);
		assert_int_equal(a.verdict, KSSH_TRUST_REFUSED);
		assert_string_equal(a.why, "the signature of the certificate is not good");
		free_key(&ca);
	}
	free_key(&other);
}

static void all_certified_types(void **state)
{
	static const char *const types[] = {
		"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
		"ssh-rsa", "sk-ssh-ed25519@openssh.com",
		"sk-ecdsa-sha2-nistp256@openssh.com",
	};
	struct place *p = *state;
	size_t i;

	put_line(p, "w", "@cert-authority h", &p->ca);
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		free_key(&p->host);
		make_key(&p->host, types[i], 2048);
		assert_int_equal(ask(p, &p->ca).verdict, KSSH_TRUST_OK);
	}
}

/* ---- faults ------------------------------------------------------------ */

/* It counts for nothing, for this reason, and the key in it is unknown. */
static void assert_fault(struct place *p, const char *why)
{
	struct kssh_trust_answer a = ask(p, &p->ca);

	assert_int_equal(a.verdict, KSSH_TRUST_UNKNOWN);
	assert_string_equal(a.cert_why, why);
	assert_string_equal(a.ca, "");
}

static void faults(void **state)
{
	struct place *p = *state;
	struct cert_spec good = p->spec;

	assert_fault(p, "no such authority is known for the name");
	put_line(p, "w", "@cert-authority g", &p->ca);
	assert_fault(p, "no such authority is known for the name");
	/* a key that is known is no authority */
	put_line(p, "w", "h", &p->ca);
	assert_int_equal(ask(p, &p->ca).verdict, KSSH_TRUST_CHANGED);

	put_line(p, "w", "@cert-authority h", &p->ca);
	p->spec.kind = 1;
	assert_fault(p, "the certificate is for a user");
	p->spec = good;
	p->spec.after = NOW + 1;
	assert_fault(p, "the certificate is not valid yet");
	p->spec.after = NOW;
	assert_int_equal(ask(p, &p->ca).verdict, KSSH_TRUST_OK);
	p->spec.before = NOW;
	assert_fault(p, "the certificate has expired");
	p->spec = good;
	p->spec.n_names = 0;
	assert_fault(p, "the certificate names no host");
	p->spec = good;
	p->spec.names[0] = "g";
	assert_fault(p, "the certificate is for other names");
	p->spec.names[0] = "H";
	assert_fault(p, "the certificate is for other names");
	p->spec = good;
	p->spec.critical = "verify-required";
	assert_fault(p, "the certificate has a critical option");
	p->spec = good;
	p->policy.ca_algorithms = "rsa-sha2-512,ssh-ed25519x";
	assert_fault(p, "the certificate is signed by an algorithm that is not allowed");
	p->policy.ca_algorithms = "rsa-sha2-512,ssh-ed25519";
	assert_int_equal(ask(p, &p->ca).verdict, KSSH_TRUST_OK);
}

static void sha1_and_short_keys(void **state)
{
	struct kssh_trust_answer a;
	struct place *p = *state;
	struct made_key rsa;

	make_key(&rsa, "ssh-rsa", 1024);
	put_line(p, "w", "@cert-authority h", &rsa);
	p->spec.alg = "ssh-rsa";
	a = ask(p, &rsa);
	assert_string_equal(a.cert_why,
			    "the certificate is signed by an algorithm that is not allowed");
	p->spec.alg = NULL;
	assert_int_equal(ask(p, &rsa).verdict, KSSH_TRUST_OK);
	p->policy.rsa_min_bits = 2048;
	a = ask(p, &rsa);
	assert_int_equal(a.verdict, KSSH_TRUST_UNKNOWN);
	assert_string_equal(a.cert_why, "the RSA key of the authority is too short");
	a = ask_blob(p, &rsa.blob, "h", 22);
	assert_int_equal(a.verdict, KSSH_TRUST_REFUSED);
	assert_string_equal(a.why, "the RSA key is too short");
	free_key(&rsa);
}

static void what_is_no_certificate(void **state)
{
	struct place *p = *state;
	struct cert_spec good = p->spec;
	struct bytes inner, cert;
	size_t n;

	put_line(p, "w", "@cert-authority h", &p->ca);
	/* a certificate cannot sign */
	make_cert(&inner, &p->ca, &p->ca, &good);
	p->spec.nested = &inner;
	assert_int_equal(ask(p, &p->ca).verdict, KSSH_TRUST_REFUSED);
	p->spec = good;
	p->spec.tail = 1;
	assert_int_equal(ask(p, &p->ca).verdict, KSSH_TRUST_REFUSED);
	p->spec = good;
	p->spec.kind = 3;
	assert_int_equal(ask(p, &p->ca).verdict, KSSH_TRUST_REFUSED);
	p->spec = good;
	make_cert(&cert, &p->host, &p->ca, &p->spec);
	assert_int_equal(ask_blob(p, &cert, "h", 22).verdict, KSSH_TRUST_OK);
	for (n = cert.n; cert.n--;)
		assert_int_equal(ask_blob(p, &cert, "h", 22).verdict, KSSH_TRUST_REFUSED);
	/* no bit of it may be another */
	for (cert.n = n; n--;) {
		cert.b[n] ^= 4;
		assert_int_not_equal(ask_blob(p, &cert, "h", 22).verdict, KSSH_TRUST_OK);
		cert.b[n] ^= 4;
	}
}

/* ---- falling back, ports, revoked ones --------------------------------- */

static void fallback_to_the_key(void **state)
{
	struct kssh_trust_answer a;
	struct place *p = *state;

	p->spec.before = NOW;
	put_line(p, "w", "@cert-authority h", &p->ca);
	put_line(p, "a", "h", &p->host);
	a = ask(p, &p->ca);
	assert_int_equal(a.verdict, KSSH_TRUST_OK);
	assert_int_equal(a.line, 2);
	assert_string_equal(a.cert_why, "the certificate has expired");
	assert_string_equal(a.ca, "");

	put_line(p, "w", "h", &p->ca);
	a = ask(p, &p->ca);
	assert_int_equal(a.verdict, KSSH_TRUST_CHANGED);
	put_line(p, "w", "g", &p->ca);
	p->policy.checking = KSSH_TRUST_ACCEPT_NEW;
	assert_true(ask(p, &p->ca).is_new);
}

static void new_certificates_leave_the_key(void **state)
{
	struct place *p = *state;
	struct kssh_trust_query q = { .name = "h", .now = NOW };
	struct bytes cert;
	char want[BYTES_MAX + 8], got[BYTES_MAX];
	FILE *f;

	make_cert(&cert, &p->host, &p->ca, &p->spec);
	q.key = cert.b;
	q.key_len = cert.n;
	assert_int_equal(kssh_trust_record(&p->policy, &q, NULL), 0);
	strcpy(want, "h ");
	key_text(&p->host.blob, want + 2);
	strcat(want, "\n");
	f = fopen(p->file, "r");
	assert_non_null(fgets(got, sizeof(got), f));
	fclose(f);
	assert_string_equal(got, want);
}

static void ports_of_authorities(void **state)
{
	struct place *p = *state;
	struct bytes cert;

	make_cert(&cert, &p->host, &p->ca, &p->spec);
	put_line(p, "w", "@cert-authority [h]:2222", &p->ca);
	assert_int_equal(ask_blob(p, &cert, "h", 2222).verdict, KSSH_TRUST_OK);
	assert_int_equal(ask_blob(p, &cert, "h", 22).verdict, KSSH_TRUST_UNKNOWN);
	put_line(p, "w", "@cert-authority h", &p->ca);
	assert_int_equal(ask_blob(p, &cert, "H", 2222).verdict, KSSH_TRUST_OK);
	/* a certificate that counts for nothing is as good as its key */
	put_line(p, "w", "[h]:2222", &p->ca);
	put_line(p, "a", "h", &p->host);
	assert_int_equal(ask_blob(p, &cert, "h", 2222).verdict, KSSH_TRUST_CHANGED);
}

static void revoked_ones(void **state)
{
	struct kssh_trust_answer a;
	struct place *p = *state;
	struct bytes cert;

	make_cert(&cert, &p->host, &p->ca, &p->spec);
	put_line(p, "w", "@cert-authority h", &p->ca);
	put_line(p, "a", "@revoked *", &p->ca);
	a = ask(p, &p->ca);
	assert_int_equal(a.verdict, KSSH_TRUST_REVOKED);
	assert_int_equal(a.line, 2);
	assert_int_equal(strncmp(a.ca, "SHA256:", 7), 0);
	assert_false(a.may_go_on);
	assert_int_equal(ask_blob(p, &cert, "h", 2222).verdict, KSSH_TRUST_REVOKED);
	/* it does not fall back to a key that is known */
	put_line(p, "a", "h", &p->host);
	assert_int_equal(ask(p, &p->ca).verdict, KSSH_TRUST_REVOKED);
	assert_int_equal(ask_blob(p, &p->host.blob, "h", 22).verdict, KSSH_TRUST_OK);

	put_line(p, "w", "@cert-authority h", &p->ca);
	put_line(p, "a", "@revoked h", &p->host);
	a = ask(p, &p->ca);
	assert_int_equal(a.verdict, KSSH_TRUST_REVOKED);
	assert_string_equal(a.ca, "");
	p->policy.checking = KSSH_TRUST_OFF;
	assert_true(ask(p, &p->ca).may_go_on);
}

/* ---- other sources ----------------------------------------------------- */

static void checking_off(void **state)
{
	struct kssh_trust_answer a;
	struct place *p = *state;

	p->policy.checking = KSSH_TRUST_OFF;
	a = ask_blob(p, &p->host.blob, "h", 22);
	assert_int_equal(a.verdict, KSSH_TRUST_OK);
	assert_true(a.is_new);
	put_line(p, "w", "h", &p->ca);
	a = ask_blob(p, &p->host.blob, "h", 22);
	assert_int_equal(a.verdict, KSSH_TRUST_CHANGED);
	assert_true(a.may_go_on);
	p->policy.checking = KSSH_TRUST_ASK;
	assert_false(ask_blob(p, &p->host.blob, "h", 22).may_go_on);
	assert_int_equal(ask_blob(p, &p->host.blob, "g", 22).verdict, KSSH_TRUST_UNKNOWN);
}

static void what_dns_said(void **state)
{
	struct place *p = *state;
	struct kssh_trust_query q = { .name = "h", .key = p->host.blob.b,
				      .key_len = p->host.blob.n };
	struct kssh_trust_answer a;

	put_line(p, "w", "h", &p->ca);
	q.fingerprints = (struct kssh_trust_fingerprints){ true, true, true };
	kssh_trust_check(&p->policy, &q, &a);
	assert_int_equal(a.verdict, KSSH_TRUST_CHANGED);
	assert_false(a.dns_match);
	p->policy.dns = KSSH_TRUST_DNS_ASK;
	kssh_trust_check(&p->policy, &q, &a);
	assert_int_equal(a.verdict, KSSH_TRUST_CHANGED);
	assert_true(a.dns_match && !a.by_dns);
	p->policy.dns = KSSH_TRUST_DNS_YES;
	kssh_trust_check(&p->policy, &q, &a);
	assert_int_equal(a.verdict, KSSH_TRUST_OK);
	assert_true(a.by_dns);
	q.fingerprints.secure = false;
	kssh_trust_check(&p->policy, &q, &a);
	assert_int_equal(a.verdict, KSSH_TRUST_CHANGED);
	q.fingerprints = (struct kssh_trust_fingerprints){ true, false, true };
	kssh_trust_check(&p->policy, &q, &a);
	assert_int_equal(a.verdict, KSSH_TRUST_CHANGED);
	assert_false(a.dns_match);
}

static void lines_of_a_command(void **state)
{
	struct place *p = *state;
	struct kssh_trust_query q = { .name = "h", .key = p->host.blob.b,
				      .key_len = p->host.blob.n };
	struct kssh_trust_answer a;
	char text[BYTES_MAX], lines[BYTES_MAX + 32];

	key_text(&p->host.blob, text);
	q.lines_len = snprintf(lines, sizeof(lines), "# said\nh %s\n", text);
	q.lines = lines;
	kssh_trust_check(&p->policy, &q, &a);
	assert_int_equal(a.verdict, KSSH_TRUST_OK);
	assert_ptr_equal(a.file, kssh_trust_lines_file);
	assert_int_equal(a.line, 2);
	/* not for the bare name of a port; and a revoked key stays one */
	q.port = 2222;
	kssh_trust_check(&p->policy, &q, &a);
	assert_int_equal(a.verdict, KSSH_TRUST_UNKNOWN);
	q.port = 0;
	put_line(p, "w", "@revoked h", &p->host);
	kssh_trust_check(&p->policy, &q, &a);
	assert_int_equal(a.verdict, KSSH_TRUST_REVOKED);
}

static void what_is_known_of_authorities(void **state)
{
	struct place *p = *state;
	struct kssh_trust_query q = { .name = "h" };
	char types[KSSH_TRUST_TYPES_MAX];
	bool ca;

	assert_int_equal(kssh_trust_known(&p->policy, &q, types, &ca), 0);
	assert_false(ca);
	put_line(p, "w", "@cert-authority h", &p->ca);
	assert_int_equal(kssh_trust_known(&p->policy, &q, types, &ca), 0);
	assert_true(ca);
	assert_string_equal(types, "");
	q.port = 2222;
	assert_int_equal(kssh_trust_known(&p->policy, &q, types, &ca), 0);
	assert_true(ca);
	put_line(p, "a", "@revoked h", &p->ca);
	assert_int_equal(kssh_trust_known(&p->policy, &q, types, &ca), 0);
	assert_false(ca);
}

#define T(fn)	cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(all_authorities), T(all_certified_types), T(faults),
		T(sha1_and_short_keys), T(what_is_no_certificate), T(fallback_to_the_key),
		T(new_certificates_leave_the_key), T(ports_of_authorities), T(revoked_ones),
		T(checking_off), T(what_dns_said), T(lines_of_a_command),
		T(what_is_known_of_authorities),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
