// SPDX-License-Identifier: GPL-2.0
/* What the running kernel can do, and what it cannot and why, as the module says. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "doctor.h"

#define CATALOG_MAX	65536

static const struct {
	const char *kind, *what;
	int option;
} kinds[] = {
	{ "kex", "key exchange", KSSH_KEX },
	{ "hostkey", "host keys", KSSH_HOSTKEY_ALGS },
	{ "cipher", "ciphers", KSSH_CIPHER_TX },
	{ "mac", "MACs", KSSH_MAC_TX },
	{ "comp", "compression", KSSH_COMP_TX },
};

#define N_KINDS	(sizeof(kinds) / sizeof(kinds[0]))

static void add(char *out, size_t room, const char *name, const char *lacks)
{
	size_t n = strlen(out);

	snprintf(out + n, room - n, "%s%s%s%s%s", n ? ", " : "", name,
		 *lacks ? " (it lacks " : "", lacks, *lacks ? ")" : "");
}

/* The names of one kind in one state; kind NULL: of all.  Cut if there are too many. */
static void select_names(const char *catalog, const char *kind, const char *state,
			 char *out, size_t room)
{
	char k[16], name[KSSH_ALGNAME_MAX], s[16] = "", lacks[64];
	const char *line;

	*out = 0;
	for (line = catalog; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		char text[256];
		int fields;

		snprintf(text, sizeof(text), "%.*s", (int)strcspn(line, "\n"), line);
		*lacks = 0;
		fields = sscanf(text, "%15s %63s %15s %63s", k, name, s, lacks);
		/* only what is absent has a word for what is lacking */
		if (strcmp(s, "absent"))
			*lacks = 0;
		if (fields >= 3 && (!kind || !strcmp(k, kind)) && !strcmp(s, state))
			add(out, room, name, lacks);
	}
}

void tell_catalog(struct findings *d, const char *catalog)
{
	char names[512];

	select_names(catalog, NULL, "fips", names, sizeof(names));
	if (*names)
		tell(d, NOTE, "algorithms", "not in FIPS mode: %s", names);
	select_names(catalog, NULL, "absent", names, sizeof(names));
	if (!*names)
		return;
	tell(d, PROBLEM, "algorithms", "this kernel cannot do: %s", names);
	mend(d, "sudo modprobe -a gcm ctr ecdh_generic ecdsa_generic rsa_generic "
	     "hmac sha512_generic; if that does not help, the kernel was built "
	     "without");
}

/* What is offered unless somebody asks for something else, and what if he does. */
static void tell_offer(struct findings *d, const struct trial *t, size_t kind,
		       const char *catalog)
{
	char list[1024], text[600] = "", named[512];
	socklen_t n = sizeof(list) - 1;
	char *name, *save;

	if (getsockopt(t->fd[0], SOL_KSSH, kinds[kind].option, list, &n))
		return;
	list[n] = 0;
	if (!n) {
		tell(d, PROBLEM, "algorithms", "%s: none is left, so no handshake can "
		     "succeed", kinds[kind].what);
		return;
	}
	for (name = strtok_r(list, ",", &save); name; name = strtok_r(NULL, ",", &save))
		add(text, sizeof(text), name, "");
	tell(d, FINE, "algorithms", "%s: %s", kinds[kind].what, text);
	select_names(catalog, kinds[kind].kind, "named", named, sizeof(named));
	if (*named)
		tell(d, FINE, "algorithms", "%s, if asked for by name: %s",
		     kinds[kind].what, named);
}

void check_algorithms(struct findings *d, const struct trial *t)
{
	socklen_t n = CATALOG_MAX - 1;
	char fips[8], *catalog;
	size_t i;

	if (t->pair_error || t->attach_error)
		return;
	if (slurp("/proc/sys/crypto/fips_enabled", fips, sizeof(fips)) > 0 &&
	    *fips == '1')
		tell(d, NOTE, "fips", "the kernel is in FIPS mode: only approved "
		     "algorithms are offered");
	catalog = calloc(1, CATALOG_MAX);
	if (!catalog)
		return;
	if (getsockopt(t->fd[0], SOL_KSSH, KSSH_ALGORITHMS, catalog, &n)) {
		*catalog = 0;
		tell(d, NOTE, "algorithms", "the loaded module does not tell what it "
		     "cannot do: it is older than this program");
		mend(d, "sudo rmmod kssh && sudo modprobe kssh");
	}
	for (i = 0; i < N_KINDS; i++)
		tell_offer(d, t, i, catalog);
	tell_catalog(d, catalog);
	free(catalog);
}
