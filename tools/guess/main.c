// SPDX-License-Identifier: GPL-2.0
/* kssh-guess: what the kernel remembers of servers, to guess at their choice. */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <json-c/json.h>
#include <linux/genetlink.h>

#include "../netlink/talk.h"

/* Exit status, as in kssh-guess.1. */
enum {
	EXIT_TROUBLE = 1,
	EXIT_USAGE = 2,
	EXIT_NO_MODULE = 4,
	EXIT_NOT_ALLOWED = 5,
};

static const char usage_text[] =
	"usage: kssh-guess [list] [--all] [--json]\n"
	"       kssh-guess flush [--all]\n"
	"\n"
	"The servers that the kernel remembers in this network namespace, so that an SSH\n"
	"handshake can guess at their choice and save a round trip.\n"
	"\n"
	"  list    show them\n"
	"  flush   forget them, and that guesses were wrong\n"
	"  --all   those of all users, not only one's own\n"
	"  --json  for machines\n";

/**
 * struct server - one that is remembered
 * @a: attributes, by type; NULL where there is none
 */
struct server {
	const struct nlattr *a[KSSH_A_GUESS_MAX + 1];
};

struct output {
	struct json_object *json;	/* NULL: text */
	bool some;
};

static int take_attr(const struct nlattr *a, void *arg)
{
	static const size_t number[KSSH_A_GUESS_MAX + 1] = {
		[KSSH_A_GUESS_ADDRESS_PORT] = sizeof(uint16_t),
		[KSSH_A_GUESS_SCOPE] = sizeof(uint32_t),
		[KSSH_A_GUESS_UID] = sizeof(uint32_t),
		[KSSH_A_GUESS_EXPIRES] = sizeof(uint32_t),
		[KSSH_A_GUESS_HELD] = sizeof(uint32_t),
	};
	unsigned int type = mnl_attr_get_type(a);
	struct server *s = arg;

	if (type <= KSSH_A_GUESS_MAX &&
	    (!number[type] || number[type] == mnl_attr_get_payload_len(a)))
		s->a[type] = a;
	return MNL_CB_OK;
}

static const char *address(const struct server *s, char buf[INET6_ADDRSTRLEN + 1 + IF_NAMESIZE])
{
	const struct nlattr *a = s->a[KSSH_A_GUESS_ADDRESS];
	size_t n = a ? mnl_attr_get_payload_len(a) : 0;
	char *end;

	if (n != sizeof(struct in_addr) && n != sizeof(struct in6_addr))
		return "?";
	inet_ntop(n == sizeof(struct in_addr) ? AF_INET : AF_INET6,
		  mnl_attr_get_payload(a), buf, INET6_ADDRSTRLEN);
	if (s->a[KSSH_A_GUESS_SCOPE]) {
		unsigned int scope = mnl_attr_get_u32(s->a[KSSH_A_GUESS_SCOPE]);

		end = strchr(buf, 0);
		*end = '%';
		if (!if_indextoname(scope, end + 1))
			snprintf(end + 1, IF_NAMESIZE, "%u", scope);
	}
	return buf;
}

static void text_list(const char *what, const struct nlattr *a)
{
	char names[8192];

	if (!a)
		return;
	talk_text(names, sizeof(names), a);
	printf("  %-13s %s\n", what, names);
}

static void text_time(const char *what, const struct nlattr *a)
{
	uint32_t s = a ? mnl_attr_get_u32(a) : 0;

	if (!s)
		return;
	printf("  %-13s ", what);
	if (s >= 3600)
		printf("%u h ", s / 3600);
	if (s >= 60)
		printf("%u min\n", s / 60 % 60);
	else
		printf("%u s\n", s);
}

static void json_number(struct json_object *o, const char *key, const struct nlattr *a)
{
	uint32_t n;

	if (!a)
		return;
	n = mnl_attr_get_payload_len(a) == sizeof(uint16_t) ? mnl_attr_get_u16(a) :
							      mnl_attr_get_u32(a);
	json_object_object_add(o, key, json_object_new_int64(n));
}

static void json_list(struct json_object *o, const char *key, const struct nlattr *a)
{
	struct json_object *list = json_object_new_array();
	char names[8192], *name, *rest = names;

	if (!a)
		*names = 0;
	else
		talk_text(names, sizeof(names), a);
	while ((name = strsep(&rest, ",")))
		if (*name)
			json_object_array_add(list, json_object_new_string(name));
	json_object_object_add(o, key, list);
}

static void show(const struct nlmsghdr *m, void *arg)
{
	char buf[INET6_ADDRSTRLEN + 1 + IF_NAMESIZE];
	struct output *out = arg;
	struct json_object *o;
	struct server s = { };

	mnl_attr_parse(m, sizeof(struct genlmsghdr), take_attr, &s);
	if (out->json) {
		o = json_object_new_object();
		json_object_object_add(o, "address",
				       json_object_new_string(address(&s, buf)));
		json_number(o, "port", s.a[KSSH_A_GUESS_ADDRESS_PORT]);
		json_number(o, "uid", s.a[KSSH_A_GUESS_UID]);
		json_list(o, "kex", s.a[KSSH_A_GUESS_KEX]);
		json_list(o, "hostkey", s.a[KSSH_A_GUESS_HOSTKEY]);
		json_number(o, "expires_s", s.a[KSSH_A_GUESS_EXPIRES]);
		json_number(o, "held_s", s.a[KSSH_A_GUESS_HELD]);
		json_object_array_add(out->json, o);
		return;
	}
	out->some = true;
	printf("%s port %u\n", address(&s, buf), s.a[KSSH_A_GUESS_ADDRESS_PORT] ?
	       mnl_attr_get_u16(s.a[KSSH_A_GUESS_ADDRESS_PORT]) : 0);
	if (s.a[KSSH_A_GUESS_UID])
		printf("  %-13s %u\n", "user", mnl_attr_get_u32(s.a[KSSH_A_GUESS_UID]));
	text_list("key exchange", s.a[KSSH_A_GUESS_KEX]);
	text_list("host keys", s.a[KSSH_A_GUESS_HOSTKEY]);
	text_time("forgotten in", s.a[KSSH_A_GUESS_EXPIRES]);
	text_time("no guess for", s.a[KSSH_A_GUESS_HELD]);
}

static int trouble(int error, const char *why)
{
	if (error == -ENOENT) {
		fputs("kssh-guess: the kernel module kssh is not loaded (modprobe kssh)\n",
		      stderr);
		return EXIT_NO_MODULE;
	}
	fprintf(stderr, "kssh-guess: %s%s%s\n", strerror(-error), *why ? ": " : "", why);
	return error == -EPERM ? EXIT_NOT_ALLOWED : EXIT_TROUBLE;
}

/* Ask the kernel; 0 or an exit status. */
static int ask(int cmd, int flags, bool all,
	       void (*take)(const struct nlmsghdr *m, void *arg), void *arg)
{
	char buf[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *h;
	struct talk t;
	int ret;

	ret = talk_begin(&t);
	if (!ret) {
		h = talk_request(&t, buf, cmd, flags);
		if (all)
			mnl_attr_put(h, KSSH_A_GUESS_ALL, 0, NULL);
		ret = talk(&t, h, take, arg);
	}
	talk_end(&t, 0);
	return ret ? trouble(ret, t.why) : 0;
}

static int list(bool all, bool json)
{
	struct output out = { .json = json ? json_object_new_array() : NULL };
	int ret = ask(KSSH_CMD_GUESS_LIST, NLM_F_DUMP, all, show, &out);

	if (!ret && json)
		puts(json_object_to_json_string_ext(out.json, JSON_C_TO_STRING_PRETTY |
						    JSON_C_TO_STRING_NOSLASHESCAPE));
	else if (!ret && !out.some)
		puts("no server is remembered");
	json_object_put(out.json);
	return ret;
}

int main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "all", no_argument, NULL, 'a' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 }
	};
	bool all = false, json = false, flush;
	const char *what;
	int opt;

	while ((opt = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
		switch (opt) {
		case 'a':
			all = true;
			break;
		case 'j':
			json = true;
			break;
		case 'h':
			fputs(usage_text, stdout);
			return 0;
		default:
			return EXIT_USAGE;
		}
	}
	what = optind < argc ? argv[optind] : "list";
	flush = !strcmp(what, "flush");
	if (argc - optind > 1 || (!flush && strcmp(what, "list")) || (flush && json)) {
		fputs(usage_text, stderr);
		return EXIT_USAGE;
	}
	if (flush)
		return ask(KSSH_CMD_GUESS_FLUSH, 0, all, NULL, NULL);
	return list(all, json);
}
