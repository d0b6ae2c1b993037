// SPDX-License-Identifier: GPL-2.0
/* kssh-hostkeyd without a kernel: what it is told, by command line and file. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "../hostkeyd.h"
#include "logged.h"

/* ---- command line ----------------------------------------------------------- */

static int parse(struct options *o, char *const *words)
{
	char *argv[32] = { 0 };
	int argc = 0;

	while (*words)
		argv[argc++] = *words++;
	return options_parse(argc, argv, o);
}

#define PARSE(o, ...)	parse(o, (char *const []){ "test", ##__VA_ARGS__, NULL })

static void defaults(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(PARSE(&o), -1);
	assert_null(o.checking);
	assert_null(o.conf_file);
	assert_int_equal(o.n_files, 0);
	assert_false(o.takeover);
	assert_int_equal(o.ready_fd, -1);
	assert_string_equal(o.launcher, LAUNCH_SOCKET);
}

static void all_options(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(PARSE(&o, "--policy", "accept-new", "--known-hosts", "/a",
			       "--known-hosts=/b", "--write", "/c", "--hash",
			       "--takeover", "--serve-children", "--once",
			       "--ready-fd", "7", "--pid-file", "/p", "--verbose",
			       "--config", "/d", "--launcher", "/l", "--test"), -1);
	assert_string_equal(o.checking, "accept-new");
	assert_true(o.hash_names && o.takeover && o.serve_children && o.once &&
		    o.verbose && o.test);
	assert_int_equal(o.n_files, 2);
	assert_string_equal(o.files[1], "/b");
	assert_string_equal(o.write_file, "/c");
	assert_string_equal(o.conf_file, "/d");
	assert_string_equal(o.launcher, "/l");
	assert_int_equal(o.ready_fd, 7);
	assert_string_equal(o.pid_file, "/p");
	assert_int_equal(PARSE(&o, "--check", "h", "k"), -1);
	assert_string_equal(o.check_host, "h");
	assert_string_equal(o.check_key, "k");
}

static void bad_command_lines(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(PARSE(&o, "--policy", "lax"), EXIT_USAGE);
	assert_int_equal(PARSE(&o, "--policy", ""), EXIT_USAGE);
	assert_int_equal(PARSE(&o, "--known-hosts", ""), EXIT_USAGE);
	assert_int_equal(PARSE(&o, "--ready-fd", "x"), EXIT_USAGE);
	assert_int_equal(PARSE(&o, "--ready-fd", "-1"), EXIT_USAGE);
	assert_int_equal(PARSE(&o, "--ready-fd", ""), EXIT_USAGE);
	assert_int_equal(PARSE(&o, "--launcher", "relative"), EXIT_USAGE);
	assert_int_equal(PARSE(&o, "--check", "h"), EXIT_USAGE);
	assert_int_equal(PARSE(&o, "--check", "h", "k", "more"), EXIT_USAGE);
	assert_int_equal(PARSE(&o, "more"), EXIT_USAGE);
	assert_int_equal(PARSE(&o, "--nonsense"), EXIT_USAGE);
	logged();
}

/* ---- kssh-hostkeyd.conf -------------------------------------------------------- */

/* What that text is as a configuration, with a command line; NULL: bad. */
static struct conf *read_text(const char *text, struct options *o)
{
	char name[64];
	struct conf *c;
	FILE *f;

	snprintf(name, sizeof(name), "%s/conf", dir);
	f = fopen(name, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	o->conf_file = name;
	c = conf_read(o);
	unlink(name);
	return c;
}

static struct conf *configured(const char *text)
{
	struct options o = { 0 };

	return read_text(text, &o);
}

static void empty_configuration(void **state)
{
	struct conf *c = configured("");

	(void)state;
	assert_non_null(c);
	assert_false(c->accept_new || c->user_files || c->serve_children);
	assert_int_equal(c->policy.n_files, 2);
	assert_string_equal(c->policy.files[0], "/etc/ssh/ssh_known_hosts");
	assert_string_equal(c->policy.files[1], "/etc/ssh/ssh_known_hosts2");
	assert_string_equal(c->policy.write_file, "/etc/ssh/ssh_known_hosts");
	assert_int_equal(c->policy.n_revoked_files, 0);
	assert_null(c->policy.ca_algorithms);
	assert_int_equal(c->policy.rsa_min_bits, 1024);
	conf_free(c);
}

static void all_keys(void **state)
{
	struct conf *c = configured("# a comment\n"
		"GlobalKnownHostsFile = {/a, # the first\n"
		"#\n"
		"\"/b #c\"} # \"and last\n"
		"userknownhostsfile = yes\n"
		"StrictHostKeyChecking = accept-new\n"
		"AcceptNewFile = /n\n"
		"HashKnownHosts = on\n"
		"RevokedHostKeys = {/r}\n"
		"CASignatureAlgorithms = {ssh-ed25519, rsa-sha2-512}\n"
		"RequiredRSASize = 3072\n"
		"ServeChildren = true\n"
		"UserTimeout = 7\n"
		"UserWorkers = 9\n"
		"UserIdleTime = 11\n");

	(void)state;
	assert_non_null(c);
	assert_true(c->accept_new && c->user_files && c->serve_children);
	/* what is written is read */
	assert_int_equal(c->policy.n_files, 3);
	assert_string_equal(c->policy.files[1], "/b #c");
	assert_string_equal(c->policy.files[2], "/n");
	assert_string_equal(c->policy.write_file, "/n");
	assert_string_equal(c->policy.revoked_files[0], "/r");
	assert_string_equal(c->policy.ca_algorithms, "ssh-ed25519,rsa-sha2-512");
	assert_string_equal(c->work_policy.ca_algorithms, "ssh-ed25519,rsa-sha2-512");
	assert_int_equal(c->policy.rsa_min_bits, 3072);
	assert_int_equal(c->work_policy.rsa_min_bits, 3072);
	assert_true(c->policy.hash_names && c->work_policy.hash_names);
	assert_int_equal(c->limits.timeout_ms, 7000);
	assert_int_equal(c->limits.workers_max, 9);
	assert_int_equal(c->limits.idle_ms, 11000);
	conf_free(c);
}

/* Each is refused with the line and what is wrong. */
static void bad_configurations(void **state)
{
	static const struct {
		const char *text, *complaint;
	} bad[] = {
		{ "\nKnownHosts = /a\n", "conf:2: no such option 'KnownHosts'" },
		{ "# one\n## two\nHashKnownHosts = no # \"three\nKnownHosts = /a\n",
		  "conf:4: no such option 'KnownHosts'" },
		{ "AcceptNewFile = '/a\\'#'\nKnownHosts = /a\n", "conf:2: " },
		{ "StrictHostKeyChecking = no\n", "conf:1: StrictHostKeyChecking is yes" },
		{ "StrictHostKeyChecking = ask\n", "nobody is asked" },
		{ "UserKnownHostsFile = maybe\n", "conf:1: " },
		{ "GlobalKnownHostsFile = {/a, b}\n", "no absolute path: b" },
		{ "AcceptNewFile = ~/x\n", "no absolute path: ~/x" },
		{ "RevokedHostKeys = {x}\n", "no absolute path: x" },
		{ "RequiredRSASize = 512\n", "between 1024 and 16384" },
		{ "RequiredRSASize = many\n", "conf:1: " },
		{ "UserTimeout = 0\n", "between 1 and 25" },
		{ "VerifyHostKeyDNS = ask\n", "conf:1: " },
		{ "DNSTrustAnchor = root.key\n", "no absolute path: root.key" },
		{ "DNSConfig = x\n", "no absolute path: x" },
		{ "DNSTimeout = 26\n", "between 1 and 25" },
		{ "UserTimeout = 26\n", "between 1 and 25" },
		{ "UserWorkers = 257\n", "between 1 and 256" },
		{ "UserIdleTime = -1\n", "between 1 and" },
		{ "CASignatureAlgorithms = {\"+rsa-sha2-256\"}\n", "without +, -, ^" },
		{ "UserWorkers = {\n", "conf:" },
		{ "AcceptNewFile = \"/x\n", "conf:" },
	};
	struct options o = { .conf_file = "/nonexistent" };
	char many[1024] = "GlobalKnownHostsFile = {/0";
	char line[16];
	const char *l;
	size_t i;

	(void)state;
	logged();
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		if (configured(bad[i].text)) {
			printf("# taken: %s", bad[i].text);
			fail();
		}
		l = logged();
		if (!strstr(l, bad[i].complaint)) {
			printf("# %s# %s", bad[i].text, l);
			fail();
		}
	}
	for (i = 1; i <= FILES_MAX; i++) {
		snprintf(line, sizeof(line), ", /%zu", i);
		strcat(many, line);
	}
	strcat(many, "}\n");
	assert_null(configured(many));
	assert_logged("no more than 16 files");
	/* a file that is named must be there, and be one */
	o.conf_file = dir;
	assert_null(conf_read(&o));
	assert_logged(": Is a directory");
	o.conf_file = "/proc/self/environ";
	assert_null(conf_read(&o));
	assert_logged("/proc/self/environ: Invalid");
	o.conf_file = "/nonexistent";
	assert_null(conf_read(&o));
	assert_logged("/nonexistent: No such file or directory");
}

static void command_line_over_file(void **state)
{
	struct options o = { .n_files = 1, .files = { "/mine" }, .checking = "accept-new" };
	struct conf *c;

	(void)state;
	c = read_text("UserKnownHostsFile = yes\nAcceptNewFile = /n\n"
		      "GlobalKnownHostsFile = {/a, /b}\n", &o);
	assert_non_null(c);
	assert_int_equal(c->policy.n_files, 1);
	assert_string_equal(c->policy.files[0], "/mine");
	assert_string_equal(c->policy.write_file, "/mine");
	assert_true(c->accept_new);
	assert_false(c->user_files);
	conf_free(c);
}

static void dns(void **state)
{
	struct conf *c = configured("");

	(void)state;
	assert_non_null(c);
	assert_int_equal(c->policy.dns, KSSH_TRUST_DNS_NO);
	assert_null(c->resolver.anchor);
	assert_int_equal(c->dns_timeout_ms, 5000);
	conf_free(c);
	c = configured("VerifyHostKeyDNS = yes\nDNSTrustAnchor = /k\nDNSConfig = /u\n"
		       "DNSTimeout = 3\n");
	assert_non_null(c);
	assert_int_equal(c->policy.dns, KSSH_TRUST_DNS_YES);
	assert_string_equal(c->resolver.anchor, "/k");
	assert_string_equal(c->resolver.unbound_conf, "/u");
	assert_int_equal(c->dns_timeout_ms, 3000);
	conf_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults), cmocka_unit_test(all_options),
		cmocka_unit_test(bad_command_lines),
		cmocka_unit_test(empty_configuration), cmocka_unit_test(all_keys),
		cmocka_unit_test(dns),
		cmocka_unit_test(bad_configurations),
		cmocka_unit_test(command_line_over_file),
	};
	int ret;

	if (!log_begin())
		return 1;
	ret = cmocka_run_group_tests(tests, NULL, NULL);
	log_end();
	return ret != 0;
}
