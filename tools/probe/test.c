// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of what needs no kernel module.  Prints TAP.
 *
 * Usage: test UAPI-HEADER MAN-PAGE
 */
#include <errno.h>
#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor.h"

static unsigned int n_tests, n_failed;

__attribute__((format(printf, 2, 3)))
static void ok(bool good, const char *fmt, ...)
{
	va_list ap;

	printf("%sok %u - ", good ? "" : "not ", ++n_tests);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	n_failed += !good;
}

static void is(const char *got, const char *want, const char *what)
{
	ok(!strcmp(got, want), "%s", what);
	if (strcmp(got, want))
		printf("# got '%s'\n# want '%s'\n", got, want);
}

/* ---- target.c ---- */

static void test_target(void)
{
	static const struct {
		const char *arg, *host;
		uint16_t port;
	} good[] = {
		{ "example.org", "example.org", 22 },
		{ "example.org:2222", "example.org", 2222 },
		{ "127.0.0.1:1", "127.0.0.1", 1 },
		{ "::1", "::1", 22 },
		{ "2001:db8::22:80", "2001:db8::22:80", 22 },
		{ "[::1]", "::1", 22 },
		{ "[::1]:65535", "::1", 65535 },
		{ "[fe80::1%eth0]:22", "fe80::1%eth0", 22 },
		{ "[name]:7", "name", 7 },
	};
	static const char * const bad[] = {
		"", ":22", "host:", "host:0", "host:65536", "host:22x", "host:-1",
		"host:+22", "host: 22", "[::1", "[::1]22", "[]:22", "[::1]:",
		"me@host", "ssh://host", "host:000022",
	};
	char name[KSSH_NAME_MAX + 2];
	struct target t;
	const char *why;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		why = target_parse(good[i].arg, &t);
		ok(!why && !strcmp(t.host, good[i].host) && t.port == good[i].port,
		   "target %s", good[i].arg);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(target_parse(bad[i], &t), "target '%s' is refused", bad[i]);
	memset(name, 'a', sizeof(name));
	name[KSSH_NAME_MAX + 1] = 0;
	ok(target_parse(name, &t), "a host of 256 bytes is refused");
	name[KSSH_NAME_MAX] = 0;
	ok(!target_parse(name, &t), "a host of 255 bytes is taken");
}

static void test_timeout(void)
{
	static const struct {
		const char *text;
		uint32_t ms;
	} rows[] = {
		{ "10", 10000 }, { "2.5", 2500 }, { "2.5s", 2500 }, { "1m", 60000 },
		{ "250ms", 250 }, { "1440m", 86400000 }, { "0", 0 }, { "-1", 0 },
		{ "1441m", 0 }, { "0.5ms", 0 }, { "10h", 0 }, { "", 0 }, { "s", 0 },
		{ "10 s", 0 }, { "nan", 0 }, { "inf", 0 }, { "1e9", 0 },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ok(timeout_parse(rows[i].text) == rows[i].ms, "time '%s' is %u ms",
		   rows[i].text, rows[i].ms);
}

/* ---- bars.c ---- */

/* Columns of UTF-8 text: every byte that does not continue one. */
static unsigned int columns(const char *s)
{
	unsigned int n = 0;

	for (; *s; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

static void test_rsa_bits(void)
{
	ok(rsa_bits_parse("1024") == 1024 && rsa_bits_parse("16384") == 16384,
	   "bits of an RSA key");
	ok(!rsa_bits_parse("1023") && !rsa_bits_parse("16385") &&
	   !rsa_bits_parse("66560") && !rsa_bits_parse("2048x") &&
	   !rsa_bits_parse(""), "what are none");
}

static void test_bar(void)
{
	static const struct {
		unsigned int begin, end, total;
		const char *utf8, *ascii;
	} rows[] = {
		{ 0, 80, 80, "██████████", "##########" },
		{ 0, 40, 80, "█████", "#####" },
		{ 0, 9, 80, "█▏", "#" },
		{ 0, 0, 80, "▏", "#" },
		{ 16, 32, 80, "  ██", "  ##" },
		{ 20, 36, 80, "  ▐█▌", "  ###" },
		{ 20, 22, 80, "  ▕", "  #" },
		{ 17, 18, 80, "  ▎", "  #" },
		{ 80, 80, 80, "         ▐", "         #" },
		{ 70, 99, 80, "        ▐█", "        ##" },
		{ 1, 2, 0, "", "" },
	};
	struct term utf8 = { .utf8 = true }, ascii = { .utf8 = false };
	char text[4 * 120 + 1], what[64];
	unsigned int b, e, bad = 0;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(what, sizeof(what), "bar %u to %u of %u", rows[i].begin,
			 rows[i].end, rows[i].total);
		bar(&utf8, rows[i].begin, rows[i].end, rows[i].total, 10, text,
		    sizeof(text));
		is(text, rows[i].utf8, what);
		bar(&ascii, rows[i].begin, rows[i].end, rows[i].total, 10, text,
		    sizeof(text));
		is(text, rows[i].ascii, what);
	}
	for (b = 0; b <= 200; b++) {
		for (e = b; e <= 200; e++) {
			bar(&utf8, b, e, 200, 13, text, sizeof(text));
			bad += columns(text) > 13 || text[strspn(text, " ")] == 0;
			bar(&ascii, b, e, 200, 13, text, sizeof(text));
			bad += columns(text) > 13 || text[strspn(text, " ")] == 0;
		}
	}
	ok(!bad, "a bar is always visible and never leaves the line");
}

static void test_format_time(void)
{
	char text[32];

	format_time(1234567, 99999999, text, sizeof(text));
	is(text, "1.23 ms", "time below 100 ms");
	format_time(1234567, 100000000, text, sizeof(text));
	is(text, "1.2 ms", "time below 10 s");
	format_time(12345678900, 12345678900, text, sizeof(text));
	is(text, "12.35 s", "time of seconds");
}

/* ---- fingerprint.c ---- */

/* A line of a command's output, without its end. */
static bool first_line(const char *command, char *out, size_t room)
{
	FILE *p = popen(command, "r");
	bool good = p && fgets(out, room, p);

	if (p && pclose(p))
		good = false;
	if (good)
		out[strcspn(out, "\n")] = 0;
	return good;
}

static size_t unbase64(const char *s, uint8_t *out)
{
	static const char set[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned int bits = 0, have = 0;
	const char *at;
	size_t n = 0;

	for (; *s && (at = strchr(set, *s)); s++) {
		bits = bits << 6 | (at - set);
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[n++] = bits >> have;
		}
	}
	return n;
}

/* The two lines that a command prints */
static bool cert_lines(const char *command, char *first, size_t first_room,
		       char *second, size_t second_room)
{
	FILE *p = popen(command, "r");
	bool good = p && fgets(first, first_room, p) && fgets(second, second_room, p);

	if (p)
		pclose(p);
	if (good)
		first[strcspn(first, "\n")] = 0;
	return good;
}

/* Against ssh-keygen, which must be there. */
static void test_fingerprint(void)
{
	static const char * const types[] = {
		"ed25519", "ecdsa -b 256", "ecdsa -b 521", "rsa -b 2048",
	};
	char dir[] = "/tmp/kssh-probe-test.XXXXXX", command[512], line[4096];
	char print[FINGERPRINT_MAX], type[64], want[128], name[64], b64[4096];
	uint8_t key[4096], pin[KSSH_PIN_LEN];
	struct blob blob, plain;
	size_t i, n;
	char *again;

	if (!mkdtemp(dir)) {
		ok(false, "mkdtemp");
		return;
	}
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		snprintf(command, sizeof(command), "ssh-keygen -q -t %s -N '' -f %s/k%zu "
			 "&& ssh-keygen -lf %s/k%zu.pub | cut -d' ' -f2",
			 types[i], dir, i, dir, i);
		if (!first_line(command, want, sizeof(want))) {
			ok(false, "ssh-keygen -t %s", types[i]);
			continue;
		}
		snprintf(command, sizeof(command), "cat %s/k%zu.pub", dir, i);
		if (!first_line(command, line, sizeof(line)) ||
		    sscanf(line, "%63s %4095s", name, b64) != 2) {
			ok(false, "%s.pub", types[i]);
			continue;
		}
		n = unbase64(b64, key);
		fingerprint(key, n, print);
		is(print, want, "fingerprint as ssh-keygen prints it");
		key_type(key, n, type, sizeof(type));
		is(type, name, "type in the blob");
		again = base64(key, n);
		is(again, b64, "base64 as in the .pub file");
		free(again);
		ok(fingerprint_parse(want, pin), "%s as a pin", want);
	}
	snprintf(command, sizeof(command), "cd %s && ssh-keygen -q -t ecdsa -N '' -f ca "
		 "&& ssh-keygen -q -s ca -I id -h -n host k*.pub", dir);
	ok(!system(command), "certify them");
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		snprintf(command, sizeof(command), "ssh-keygen -lf %s/k%zu-cert.pub | "
			 "cut -d' ' -f2; cat %s/k%zu-cert.pub", dir, i, dir, i);
		if (!cert_lines(command, want, sizeof(want), line, sizeof(line)) ||
		    sscanf(line, "%63s %4095s", name, b64) != 2) {
			ok(false, "%s-cert.pub", types[i]);
			continue;
		}
		n = unbase64(b64, key);
		fingerprint(key, n, print);
		is(print, want, "fingerprint of a certificate");
		blob = (struct blob){ key, n };
		ok(plain_key(&blob, &plain), "the certified key");
		fingerprint(plain.p, plain.n, print);
		is(print, want, "... has it, too");
		snprintf(command, sizeof(command), "cat %s/k%zu.pub", dir, i);
		again = base64(plain.p, plain.n);
		ok(first_line(command, line, sizeof(line)) && strstr(line, again),
		   "... and is that of the .pub file");
		free(again);
		free(plain.p);
		/* no key in it: of the bytes as they are */
		fingerprint(key, 60, print);
		ok(strcmp(print, want), "... but not if it is cut");
	}
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	ok(!system(command), "clean up");

	blob = (struct blob){ (uint8_t *)"\0\0\0\5ab", 6 };
	key_type(blob.p, blob.n, type, sizeof(type));
	is(type, "", "a blob that is cut has no type");
}

static void test_pin(void)
{
	static const char good[] =
		"SHA256:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
	static const char * const bad[] = {
		"", "SHA256:", "SHA256",
		"SHA256:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh",
		"SHA256:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh88",
		"SHA256:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9", /* stray bit */
		"SHA256:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdH 8",
		"sha256:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
		"MD5:00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f",
		"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
	};
	uint8_t pin[KSSH_PIN_LEN], want[KSSH_PIN_LEN];
	char padded[64];
	size_t i;

	for (i = 0; i < sizeof(want); i++)
		want[i] = i;
	ok(fingerprint_parse(good, pin) && !memcmp(pin, want, sizeof(pin)),
	   "a fingerprint is read");
	snprintf(padded, sizeof(padded), "%s=", good);
	ok(fingerprint_parse(padded, pin), "with padding too");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!fingerprint_parse(bad[i], pin), "not a fingerprint: '%s'",
		   bad[i]);
}

static void test_vis(void)
{
	char out[16];

	vis("SSH-2.0-x", 9, out, sizeof(out));
	is(out, "SSH-2.0-x", "plain text stays");
	vis("a\033[\\\x80", 5, out, sizeof(out));
	is(out, "a\\x1b[\\x5c\\x80", "escapes do not reach the terminal");
	vis("0123456789abcde\n", 16, out, sizeof(out));
	is(out, "0123456789abcde", "cut to the room");
	vis("0123456789abcd\n", 15, out, sizeof(out));
	is(out, "0123456789abcd", "never half an escape");
}

static void count_extension(const struct blob *name, const struct blob *value,
			    void *arg)
{
	(void)name;
	*(unsigned int *)arg += 1 + 100 * value->n;
}

static void test_ext_info(void)
{
	static const uint8_t two[] =
		"\0\0\0\2\0\0\0\1a\0\0\0\2bc\0\0\0\1d\0\0\0";
	unsigned int n = 0;
	struct blob b = { (uint8_t *)two, sizeof(two) };

	ext_info_each(&b, count_extension, &n);
	ok(n == 202, "two extensions");
	n = 0;
	b.n -= 2;
	ext_info_each(&b, count_extension, &n);
	ok(n == 201, "the second is cut: one");
	n = 0;
	b.n = 3;
	ext_info_each(&b, count_extension, &n);
	ok(n == 0, "no count: none");
}

/* ---- reason.c, explain.c ---- */

/* Every KSSH_R_ of the header has a row of that name, and that number. */
static void test_reasons(const char *header)
{
	unsigned int value = 0, rows = 0;
	bool inside = false;
	char line[512], name[64];
	const struct reason *r;
	FILE *f = fopen(header, "r");

	if (!f) {
		ok(false, "open %s", header);
		return;
	}
	while (fgets(line, sizeof(line), f)) {
		if (strstr(line, "enum kssh_reason {"))
			inside = true;
		if (!inside || sscanf(line, " KSSH_R_%63[A-Z0-9_]", name) != 1)
			continue;
		if (strchr(line, '=') && !strstr(line, "/*"))
			sscanf(strchr(line, '='), "= %u", &value);
		else if (sscanf(line, " KSSH_R_%*[A-Z0-9_] = %u", &value) != 1)
			value++;
		r = reason_by_name(name);
		ok(r->name && r->code == value && reason_find(value) == r &&
		   r->sentence && strlen(r->sentence) < 200 &&
		   r->sentence[strlen(r->sentence) - 1] != '.',
		   "reason %u is %s", value, name);
		rows++;
	}
	fclose(f);
	ok(rows > 40, "the header has its reasons (%u)", rows);
	ok(!reason_find(9999)->name && reason_find(9999)->exit == EXIT_OTHER,
	   "a reason of tomorrow is told as such");
}

static int exit_of(struct result *r)
{
	struct options o = { .target = { "host", 22 }, .timeout = 1000 };
	struct story s;

	explain(&o, r, &s);
	ok(*s.message && !strchr(s.message, '\n') && *s.verdict,
	   "exit %d: %s", s.exit, s.message);
	return s.exit;
}

static void test_exit(void)
{
	static const struct {
		uint32_t reason;
		int error, exit;
	} rows[] = {
		{ KSSH_R_TIMEOUT, ETIMEDOUT, 10 },
		{ KSSH_R_PEER_CLOSED, ECONNRESET, 11 },
		{ KSSH_R_SOCKET_ERROR, EHOSTUNREACH, 11 },
		{ KSSH_R_PEER_DISCONNECT, ECONNABORTED, 12 },
		{ KSSH_R_BAD_MAC, EBADMSG, 13 },
		{ KSSH_R_BANNER_VERSION, EPROTO, 14 },
		{ KSSH_R_NO_KEX, EPROTO, 15 },
		{ KSSH_R_NO_MAC_RX, EPROTO, 15 },
		{ KSSH_R_HOSTKEY_UNKNOWN, EKEYREJECTED, 20 },
		{ KSSH_R_HOSTKEY_CHANGED, EKEYREJECTED, 21 },
		{ KSSH_R_HOSTKEY_REVOKED, EKEYREVOKED, 22 },
		{ KSSH_R_HOSTKEY_REFUSED, EKEYREJECTED, 23 },
		{ KSSH_R_PIN_MISMATCH, EKEYREJECTED, 24 },
		{ KSSH_R_SIGNATURE_WRONG, EKEYREJECTED, 25 },
		{ KSSH_R_NO_HELPER, ENOKEY, 26 },
		{ KSSH_R_HELPER_GONE, ENOKEY, 27 },
		{ KSSH_R_CANCELLED, ECONNABORTED, 30 },
		{ 9999, EPROTO, 1 },
		{ KSSH_R_NONE, ENOMEM, 1 },
	};
	struct result r = { .stage = STAGE_HANDSHAKE };
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		r.info.reason = rows[i].reason;
		r.error = rows[i].error;
		ok(exit_of(&r) == rows[i].exit, "reason %u exits %d",
		   rows[i].reason, rows[i].exit);
	}
	r = (struct result){ .stage = STAGE_UP };
	ok(exit_of(&r) == 0, "success");
	r = (struct result){ .stage = STAGE_RESOLVE, .gai = -2 };
	ok(exit_of(&r) == 3, "no address");
	r = (struct result){ .stage = STAGE_CONNECT, .error = ECONNREFUSED };
	ok(exit_of(&r) == 3, "refused");
	r = (struct result){ .stage = STAGE_CONNECT, .error = ETIMEDOUT };
	ok(exit_of(&r) == 10, "connecting timed out");
	r = (struct result){ .stage = STAGE_ATTACH, .error = ENOENT };
	ok(exit_of(&r) == 4, "no module");
	r = (struct result){ .stage = STAGE_ATTACH, .error = EPERM };
	ok(exit_of(&r) == 5, "seccomp");
	r = (struct result){ .stage = STAGE_OPTIONS, .error = EINVAL,
			     .what = "--kex" };
	ok(exit_of(&r) == 2, "unknown algorithm");
	r = (struct result){ .stage = STAGE_HANDSHAKE, .error = EINTR,
			     .interrupted = true };
	ok(exit_of(&r) == 130, "interrupted");
}

/* The manual page's table has every status that the reasons use. */
static void test_man_page(const char *path)
{
	static const int others[] = { 0, 1, 2, 3, 4, 5, 10, 30, 130 };
	char text[65536], want[32];
	bool all = true;
	uint32_t code;
	size_t i;

	if (slurp(path, text, sizeof(text)) <= 0) {
		ok(false, "open %s", path);
		return;
	}
	for (code = 0; code < 200; code++) {
		snprintf(want, sizeof(want), "\n.It %d\n", reason_find(code)->exit);
		if (!strstr(text, want)) {
			printf("# status %d is missing\n", reason_find(code)->exit);
			all = false;
		}
	}
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		snprintf(want, sizeof(want), "\n.It %d\n", others[i]);
		all = all && strstr(text, want);
	}
	ok(all, "the manual page lists every exit status");
}

/* ---- facts.c ---- */

static void test_facts(void)
{
	static const char dep[] =
		"kernel/net/tls/tls.ko.xz:\n"
		"updates/notkssh.ko: kernel/x.ko\n"
		"updates/kssh.ko.xz: kernel/crypto/gcm.ko\n";
	static const char status[] = "Name:\tx\nSeccomp:\t2\nSeccomp_filters:\t1\n";
	unsigned int major, minor;
	char out[64];

	ok(release_parse("6.12.95+deb12-amd64", &major, &minor) && major == 6 &&
	   minor == 12, "release of Debian");
	ok(release_parse("7.3.4", &major, &minor) && major == 7 && minor == 3,
	   "release of mainline");
	ok(!release_parse("weird", &major, &minor), "release that is none");
	ok(has_word("espintcp mptcp ssh\n", "ssh"), "ssh is listed");
	ok(!has_word("espintcp sshx xssh\n", "ssh"), "ssh is not listed");
	field(status, "Seccomp", out, sizeof(out));
	is(out, "2", "field of /proc/self/status");
	field(status, "Nothing", out, sizeof(out));
	is(out, "", "field that is not there");
	chosen("none [integrity] confidentiality\n", out, sizeof(out));
	is(out, "integrity", "lockdown");
	chosen("nothing", out, sizeof(out));
	is(out, "", "no lockdown");
	ok(modules_dep_find(dep, "kssh", out, sizeof(out)), "module is found");
	is(out, "updates/kssh.ko.xz", "where it is");
	ok(!modules_dep_find(dep, "ssh", out, sizeof(out)), "no other is");
	ok(secure_boot_on((const uint8_t *)"\6\0\0\0\1", 5), "Secure Boot on");
	ok(!secure_boot_on((const uint8_t *)"\6\0\0\0\0", 5), "Secure Boot off");
}

/* ---- algorithms.c ---- */

static void test_catalog(void)
{
	static const char all[] =
		"kex curve25519-sha256 default\n"
		"kex ecdh-sha2-nistp256 absent ecdh-nist-p256\n"
		"hostkey ssh-ed25519 fips\n"
		"hostkey ssh-ed25519-cert-v01@openssh.com named\n"
		"mac hmac-sha2-512 absent hmac(sha512)\n"
		"teapot brew absent\n"
		"cipher chacha20-poly1305@openssh.com fips and more\n"
		"nonsense\n";
	struct findings d = { .n = 0 };

	tell_catalog(&d, "kex a default\nkex b named\n");
	ok(!d.n, "nothing is missing, nothing is told");
	tell_catalog(&d, all);
	ok(d.n == 2, "what is missing, and what FIPS mode takes away");
	is(d.f[0].text, "not in FIPS mode: ssh-ed25519, "
	   "chacha20-poly1305@openssh.com", "FIPS mode");
	is(d.f[1].text, "this kernel cannot do: ecdh-sha2-nistp256 (it lacks "
	   "ecdh-nist-p256), hmac-sha2-512 (it lacks hmac(sha512)), brew",
	   "what of the kernel is missing");
	ok(d.f[0].kind == NOTE && d.f[1].kind == PROBLEM && *d.f[1].mend,
	   "the latter is a problem, and something may mend it");
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fputs("Usage: test UAPI-HEADER MAN-PAGE\n", stderr);
		return 2;
	}
	setlocale(LC_ALL, "C.UTF-8");
	puts("TAP version 13");
	test_target();
	test_timeout();
	test_rsa_bits();
	test_bar();
	test_format_time();
	test_fingerprint();
	test_pin();
	test_vis();
	test_ext_info();
	test_reasons(argv[1]);
	test_exit();
	test_man_page(argv[2]);
	test_facts();
	test_catalog();
	printf("1..%u\n", n_tests);
	return n_failed != 0;
}
