// SPDX-License-Identifier: GPL-2.0
/* What a result means: one sentence, a hint, a verdict, an exit status. */
#include <errno.h>
#include <netdb.h>
#include <string.h>

#include "probe.h"

static const char *errno_name(int e)
{
	const char *s = strerrorname_np(e);

	return s ? s : "unknown error";
}

#define MESSAGE(s, ...)	snprintf((s)->message, sizeof((s)->message), __VA_ARGS__)
#define HINT(s, ...)	snprintf((s)->hint, sizeof((s)->hint), __VA_ARGS__)
#define WHY(s, ...)	snprintf((s)->why, sizeof((s)->why), __VA_ARGS__)

static void explain_resolve(const struct result *r, struct story *s)
{
	s->exit = EXIT_CONNECT;
	MESSAGE(s, "the name has no address: %s",
		r->gai == EAI_SYSTEM ? strerror(r->error) : gai_strerror(r->gai));
}

static void explain_connect(const struct options *o, const struct result *r,
			    struct story *s)
{
	s->exit = r->error == ETIMEDOUT ? EXIT_TIMEOUT : EXIT_CONNECT;
	MESSAGE(s, "cannot connect to %s: %s (%s)", r->address,
		strerror(r->error), errno_name(r->error));
	if (r->error == ECONNREFUSED)
		HINT(s, "no server listens on port %u there", o->target.port);
}

static void explain_attach(const struct result *r, struct story *s)
{
	s->exit = r->error == ENOENT ? EXIT_NO_MODULE : EXIT_NOT_ALLOWED;
	if (r->error == ENOENT)
		MESSAGE(s, "this kernel has no SSH: the module kssh is not loaded "
			"(ENOENT)");
	else
		MESSAGE(s, "the kernel does not let this process use kssh: %s (%s)",
			strerror(r->error), errno_name(r->error));
	HINT(s, "kssh-probe --doctor says what is missing and how to mend it");
}

static void explain_options(const struct result *r, struct story *s)
{
	bool list = !strcmp(r->what, "--kex") || !strcmp(r->what, "--cipher") ||
		    !strcmp(r->what, "--mac") ||
		    !strcmp(r->what, "--comp") ||
		    !strcmp(r->what, "--hostkey-algs");

	s->exit = EXIT_USAGE;
	if (r->error == EOPNOTSUPP && list)
		MESSAGE(s, "%s names an algorithm that this kernel cannot do "
			"(EOPNOTSUPP)", r->what);
	else if (r->error == EINVAL && list)
		MESSAGE(s, "%s names an algorithm that kssh does not know, or one "
			"twice, or none (EINVAL)", r->what);
	else if (r->error == EINVAL && !strcmp(r->what, "the host name"))
		MESSAGE(s, "the host name is not one that a key can be looked up "
			"under (EINVAL)");
	else
		MESSAGE(s, "the kernel does not take %s: %s (%s)", r->what,
			strerror(r->error), errno_name(r->error));
	if (list)
		HINT(s, "kssh-probe --doctor lists what there is");
	/* a namespace's policy may forbid a mode of trust */
	if (r->error == EPERM || r->error == EACCES)
		s->exit = EXIT_NOT_ALLOWED;
}

static void explain_goodbye(const struct result *r, struct story *s)
{
	const char *name = ssh_disconnect_name(r->info.peer_disconnect);
	char text[256];

	vis(r->disconnect_text.p, r->disconnect_text.n, text, sizeof(text));
	MESSAGE(s, "the server ended it: %s (%s%sSSH reason %u)",
		*text ? text : "no text given", name ? name : "",
		name ? ", " : "", r->info.peer_disconnect);
}

static void explain_handshake(const struct options *o, const struct result *r,
			      struct story *s)
{
	const struct reason *why = reason_find(r->info.reason);
	const char *phase = phase_name(r->info.phase);

	s->exit = why->exit;
	if (r->info.reason == KSSH_R_NONE) {
		MESSAGE(s, "the handshake failed: %s (%s, phase %s)",
			strerror(r->error), errno_name(r->error), phase);
		return;
	}
	if (r->info.reason == KSSH_R_PEER_DISCONNECT)
		explain_goodbye(r, s);
	else if (r->info.reason == KSSH_R_SOCKET_ERROR)
		MESSAGE(s, "%s: %s", why->sentence, strerror(r->error));
	else if (r->info.reason == KSSH_R_TIMEOUT)
		MESSAGE(s, "%s (%g s)", why->sentence, o->timeout / 1e3);
	else if (!why->name)
		MESSAGE(s, "%s (number %u): %s", why->sentence, r->info.reason,
			strerror(r->error));
	else
		MESSAGE(s, "%s", why->sentence);

	snprintf(s->message + strlen(s->message),
		 sizeof(s->message) - strlen(s->message), " [%s, %s, phase %s]",
		 errno_name(r->error), why->name ? why->name : "?", phase);
	if (why->hint)
		HINT(s, "%s", why->hint);
	else if (r->info.reason == KSSH_R_TIMEOUT &&
		 r->info.phase == KSSH_PHASE_TRUST)
		HINT(s, "the server was not slow, the helper was: look at "
			"kssh-hostkeyd");
	else if (r->info.reason == KSSH_R_TIMEOUT &&
		 r->info.phase == KSSH_PHASE_BANNER && !r->banner.n)
		HINT(s, "something listens there but did not greet: is it the "
			"right port?");
}

/* The verdict when the handshake came to an end. */
static void explain_trust(const struct options *o, const struct result *r,
			  struct story *s)
{
	const char *name = options_name(o);

	s->verdict = "not checked";
	if (r->stage == STAGE_UP) {
		switch (o->trust) {
		case TRUST_HELPER:
			s->verdict = "trusted";
			WHY(s, "the helper knows this key for %s", name);
			return;
		case TRUST_PIN:
			s->verdict = "trusted";
			WHY(s, "its fingerprint is %s",
			    o->n_pins > 1 ? "one of those pinned"
					  : "the pinned one");
			return;
		case TRUST_ANY:
			WHY(s, "every key was to be taken: the server holds this "
			    "one, whose it is nobody said");
			return;
		}
	}
	switch (r->info.reason) {
	case KSSH_R_HOSTKEY_UNKNOWN:
		s->verdict = "unknown";
		WHY(s, "the helper knows no key for %s", name);
		break;
	case KSSH_R_HOSTKEY_CHANGED:
	case KSSH_R_REKEY_HOSTKEY_CHANGED:
		s->verdict = "changed";
		WHY(s, "the helper knows another key for %s", name);
		break;
	case KSSH_R_HOSTKEY_REVOKED:
		s->verdict = "revoked";
		WHY(s, "the helper knows this key as revoked");
		break;
	case KSSH_R_HOSTKEY_REFUSED:
		s->verdict = "refused";
		WHY(s, "the helper's policy says no");
		break;
	case KSSH_R_PIN_MISMATCH:
		s->verdict = "refused";
		WHY(s, "its fingerprint is %s",
		    o->n_pins > 1 ? "none of those pinned" : "not the pinned one");
		break;
	case KSSH_R_NO_HELPER:
	case KSSH_R_HELPER_GONE:
	case KSSH_R_HELPER_BUSY:
	case KSSH_R_HELPER_NAMESPACE:
		WHY(s, "nobody could be asked, so it is not trusted");
		break;
	default:
		WHY(s, "it ended before that");
		break;
	}
}

void explain(const struct options *o, const struct result *r, struct story *s)
{
	memset(s, 0, sizeof(*s));
	explain_trust(o, r, s);
	if (r->stage == STAGE_UP) {
		s->exit = EXIT_UP;
		MESSAGE(s, "the session is up");
		return;
	}
	if (r->interrupted) {
		s->exit = EXIT_INTERRUPTED;
		if (r->stage == STAGE_HANDSHAKE)
			MESSAGE(s, "interrupted in phase %s",
				phase_name(r->info.phase));
		else
			MESSAGE(s, "interrupted");
		return;
	}
	switch (r->stage) {
	case STAGE_RESOLVE:
		explain_resolve(r, s);
		break;
	case STAGE_CONNECT:
		explain_connect(o, r, s);
		break;
	case STAGE_ATTACH:
		explain_attach(r, s);
		break;
	case STAGE_OPTIONS:
		explain_options(r, s);
		break;
	default:
		explain_handshake(o, r, s);
		break;
	}
}
