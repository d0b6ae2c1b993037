// SPDX-License-Identifier: GPL-2.0
/* A result as JSON.  The keys are documented in kssh-probe.1 and never change. */
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>

#include "probe.h"

static void add(struct json_object *o, const char *key, struct json_object *value)
{
	json_object_object_add(o, key, value);
}

static void add_string(struct json_object *o, const char *key, const char *value)
{
	add(o, key, value ? json_object_new_string(value) : NULL);
}

static void add_number(struct json_object *o, const char *key, uint64_t value)
{
	add(o, key, json_object_new_uint64(value));
}

static void add_bool(struct json_object *o, const char *key, bool value)
{
	add(o, key, json_object_new_boolean(value));
}

/* Text of the peer, or null if there is none. */
static void add_vis(struct json_object *o, const char *key, const struct blob *b)
{
	size_t room = 4 * b->n + 1;
	char *text = b->n ? malloc(room) : NULL;

	if (text)
		vis(b->p, b->n, text, room);
	add_string(o, key, text);
	free(text);
}

static void add_base64(struct json_object *o, const char *key, const struct blob *b)
{
	char *text = b->n ? base64(b->p, b->n) : NULL;

	add_string(o, key, text);
	free(text);
}

static void add_hex(struct json_object *o, const char *key, const struct blob *b)
{
	char *text = b->n ? malloc(2 * b->n + 1) : NULL;
	size_t i;

	for (i = 0; text && i < b->n; i++)
		sprintf(text + 2 * i, "%02x", b->p[i]);
	add_string(o, key, text);
	free(text);
}

static struct json_object *phase_times(const struct kssh_info *i)
{
	struct json_object *all = json_object_new_object(), *one;
	unsigned int p;

	for (p = KSSH_PHASE_BANNER; p < KSSH_PHASE_COUNT; p++) {
		const struct kssh_phase_time *t = &i->phase_time[p];

		if (!t->begin && !t->end)
			continue;
		one = json_object_new_object();
		add_number(one, "begin_ns", t->begin);
		add(one, "end_ns", t->end ? json_object_new_uint64(t->end) : NULL);
		add(all, phase_name(p), one);
	}
	return all;
}

/* struct kssh_info, member by member, under the names of its members */
static struct json_object *info(const struct kssh_info *i)
{
	static const char * const verify[] = { "helper", "pin", "app" };
	const struct reason *why = reason_find(i->reason);
	struct json_object *o = json_object_new_object(), *flags;

	add_string(o, "state", state_name(i->state));
	add_string(o, "phase", phase_name(i->phase));
	add_string(o, "verify", i->verify < 3 ? verify[i->verify] : "?");
	flags = json_object_new_object();
	add_bool(flags, "strict_kex", i->flags & KSSH_INFO_STRICT_KEX);
	add_bool(flags, "ext_info", i->flags & KSSH_INFO_EXT_INFO);
	add_bool(flags, "authed", i->flags & KSSH_INFO_AUTHED);
	add_bool(flags, "rekeying", i->flags & KSSH_INFO_REKEYING);
	add_bool(flags, "guess_wrong", i->flags & KSSH_INFO_GUESS_WRONG);
	add_bool(flags, "guessed", i->flags & KSSH_INFO_GUESSED);
	add_bool(flags, "guess_right", i->flags & KSSH_INFO_GUESS_RIGHT);
	add(o, "flags", flags);
	add_string(o, "reason", why->name ? why->name : "?");
	add_number(o, "reason_code", i->reason);
	add_number(o, "error", i->error);
	add_number(o, "peer_disconnect", i->peer_disconnect);
	add_number(o, "max_payload", i->max_payload);
	add_string(o, "kex", i->kex);
	add_string(o, "hostkey_alg", i->hostkey_alg);
	add_string(o, "cipher_tx", i->cipher_tx);
	add_string(o, "cipher_rx", i->cipher_rx);
	add_string(o, "mac_tx", i->mac_tx);
	add_string(o, "mac_rx", i->mac_rx);
	add_string(o, "comp_tx", i->comp_tx);
	add_string(o, "comp_rx", i->comp_rx);
	add_number(o, "tx_seq", i->tx_seq);
	add_number(o, "rx_seq", i->rx_seq);
	add_number(o, "tx_packets", i->tx_packets);
	add_number(o, "rx_packets", i->rx_packets);
	add_number(o, "tx_bytes", i->tx_bytes);
	add_number(o, "rx_bytes", i->rx_bytes);
	add_number(o, "tx_payloads", i->tx_payloads);
	add_number(o, "rx_payloads", i->rx_payloads);
	add_number(o, "rekeys", i->rekeys);
	add(o, "phase_time", phase_times(i));
	return o;
}

static void add_extension(const struct blob *name, const struct blob *value,
			  void *arg)
{
	char key[128];

	vis(name->p, name->n, key, sizeof(key));
	add_vis(arg, key, value);
}

static struct json_object *hostkey(const struct result *r)
{
	char print[FINGERPRINT_MAX], type[KSSH_ALGNAME_MAX];
	struct json_object *o;

	if (!r->hostkey.n)
		return NULL;
	o = json_object_new_object();
	key_type(r->hostkey.p, r->hostkey.n, type, sizeof(type));
	fingerprint(r->hostkey.p, r->hostkey.n, print);
	add_string(o, "type", type);
	add_string(o, "fingerprint", print);
	add_base64(o, "key", &r->hostkey);
	return o;
}

static struct json_object *trust(const struct options *o, const struct story *s)
{
	static const char * const modes[] = {
		[TRUST_HELPER] = "helper",
		[TRUST_PIN] = "pin",
		[TRUST_ANY] = "any",
	};
	struct json_object *t = json_object_new_object();

	add_string(t, "mode", modes[o->trust]);
	add_string(t, "name", options_name(o));
	add_bool(t, "verbatim", o->verbatim);
	add_string(t, "verdict", s->verdict);
	add_string(t, "why", s->why);
	return t;
}

static struct json_object *failure(const struct result *r, const struct story *s)
{
	struct json_object *f;

	if (s->exit == EXIT_UP)
		return NULL;
	f = json_object_new_object();
	add_string(f, "message", s->message);
	add_string(f, "hint", *s->hint ? s->hint : NULL);
	add_string(f, "errno", r->error ? strerrorname_np(r->error) : NULL);
	return f;
}

int report_json(const struct options *o, const struct result *r,
		const struct story *s)
{
	static const char * const stages[] = {
		[STAGE_RESOLVE] = "resolve",
		[STAGE_CONNECT] = "connect",
		[STAGE_ATTACH] = "attach",
		[STAGE_OPTIONS] = "options",
		[STAGE_HANDSHAKE] = "handshake",
		[STAGE_UP] = "up",
	};
	bool shaken = r->stage >= STAGE_HANDSHAKE;
	struct json_object *j = json_object_new_object(), *ext;

	add_string(j, "host", o->target.host);
	add_number(j, "port", o->target.port);
	add_string(j, "address", *r->address ? r->address : NULL);
	add_bool(j, "up", s->exit == EXIT_UP);
	add_number(j, "exit", s->exit);
	add_string(j, "stage", stages[r->stage]);
	add(j, "failure", failure(r, s));
	add_vis(j, "server_banner", &r->banner);
	add_bool(j, "post_quantum", kex_is_post_quantum(r->info.kex));
	add(j, "hostkey", hostkey(r));
	add(j, "trust", trust(o, s));
	add_hex(j, "session_id", &r->session_id);
	ext = json_object_new_object();
	ext_info_each(&r->ext_info, add_extension, ext);
	add(j, "extensions", ext);
	add_vis(j, "disconnect_text", &r->disconnect_text);
	add_number(j, "resolve_ns", r->resolve_ns);
	add_number(j, "connect_ns", r->connect_ns);
	add_number(j, "handshake_ns", r->handshake_ns);
	add(j, "info", shaken ? info(&r->info) : NULL);

	puts(json_object_to_json_string_ext(j, JSON_C_TO_STRING_PRETTY |
					    JSON_C_TO_STRING_SPACED |
					    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(j);
	return s->exit;
}
