// SPDX-License-Identifier: GPL-2.0
/* What the command line names: hosts, ports, times. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probe.h"

uint16_t port_parse(const char *s)
{
	unsigned long v = 0;
	size_t n;

	for (n = 0; s[n]; n++) {
		if (!isdigit((unsigned char)s[n]) || n == 5)
			return 0;
		v = v * 10 + (s[n] - '0');
	}
	return v <= 65535 ? v : 0;
}

uint32_t timeout_parse(const char *s)
{
	double v, ms;
	char *end;

	if (!isdigit((unsigned char)s[0]))
		return 0;
	v = strtod(s, &end);
	if (!strcmp(end, "ms"))
		ms = v;
	else if (!*end || !strcmp(end, "s"))
		ms = v * 1000;
	else if (!strcmp(end, "m"))
		ms = v * 60000;
	else
		return 0;
	return ms >= 1 && ms <= KSSH_TIMEOUT_MAX ? (uint32_t)ms : 0;
}

static const char *set_host(struct target *t, const char *p, size_t n)
{
	if (!n)
		return "there is no host name";
	if (n >= sizeof(t->host))
		return "the host name is too long";
	memcpy(t->host, p, n);
	t->host[n] = 0;
	return NULL;
}

const char *target_parse(const char *arg, struct target *t)
{
	const char *colon = strchr(arg, ':'), *end, *port = NULL, *bad;

	t->port = 22;
	if (strstr(arg, "://"))
		return "that is a URL; a host and a port are wanted";
	if (strchr(arg, '@'))
		return "no user logs in here; give the host alone";
	if (arg[0] == '[') {
		end = strchr(arg, ']');
		if (!end)
			return "the ']' is missing";
		bad = set_host(t, arg + 1, end - arg - 1);
		if (end[1] == ':')
			port = end + 2;
		else if (end[1])
			return "after ']' only :port may follow";
	} else if (colon && !strchr(colon + 1, ':')) {
		bad = set_host(t, arg, colon - arg);
		port = colon + 1;
	} else {
		/* more than one colon: an IPv6 address without a port */
		bad = set_host(t, arg, strlen(arg));
	}
	if (bad)
		return bad;
	if (port) {
		t->port = port_parse(port);
		if (!t->port)
			return "the port is not a number from 1 to 65535";
	}
	return NULL;
}

uint32_t rsa_bits_parse(const char *s)
{
	uint16_t bits = port_parse(s);

	return bits >= KSSH_RSA_BITS_LEAST && bits <= KSSH_RSA_BITS_MOST ? bits : 0;
}
