// SPDX-License-Identifier: GPL-2.0
/* What each reason, state and phase is called, and how the probe exits. */
#include <string.h>

#include "probe.h"

#define R(code_, exit_, sentence_, hint_) {		\
	.code = KSSH_R_##code_,				\
	.name = #code_,					\
	.exit = exit_,					\
	.sentence = sentence_,				\
	.hint = hint_,					\
}

#define HINT_BUG \
	"this is wrong on the server's side, or somebody alters the connection"
#define HINT_OFFER(option) \
	"ssh -vv shows what the server offers, kssh-probe --doctor what this " \
	"kernel can do; " option " changes what is offered to it"
#define HINT_PIN \
	"compare the fingerprint with the one that the server's keeper gives; " \
	"if it is right, put the key into known_hosts or use --pin"

static const struct reason reasons[] = {
	R(NONE, EXIT_OTHER, "it ended for no known reason", NULL),

	R(TIMEOUT, EXIT_TIMEOUT, "no answer came in time", NULL),
	R(CANCELLED, EXIT_CANCELLED, "the handshake was cancelled", NULL),
	R(PEER_CLOSED, EXIT_HUNG_UP, "the server hung up", NULL),
	R(SOCKET_ERROR, EXIT_HUNG_UP, "the connection broke", NULL),
	R(PEER_DISCONNECT, EXIT_DISCONNECT, "the server said goodbye", NULL),
	R(NO_MEMORY, EXIT_OTHER, "the kernel had no memory left", NULL),
	R(CRYPTO_FAILED, EXIT_OTHER, "the kernel's own cryptography failed",
	  "kssh-probe --doctor tries what this kernel can do"),
	R(URGENT_DATA, EXIT_PROTOCOL, "the server sent TCP urgent data",
	  HINT_BUG),
	R(LOCAL_DISCONNECT, EXIT_OTHER, "this side ended the session", NULL),

	R(BANNER_LINE_TOO_LONG, EXIT_NOT_SSH,
	  "it sent a line that is too long for an SSH server's greeting",
	  "is it the right port?"),
	R(BANNER_TOO_MANY_LINES, EXIT_NOT_SSH,
	  "it sent too many lines without an SSH identification",
	  "is it the right port?"),
	R(BANNER_INVALID, EXIT_NOT_SSH,
	  "its greeting is not that of an SSH server", "is it the right port?"),
	R(BANNER_VERSION, EXIT_NOT_SSH,
	  "it speaks a version of SSH that is not 2.0", NULL),

	R(PACKET_LENGTH, EXIT_PROTOCOL, "a packet has an impossible length",
	  HINT_BUG),
	R(PACKET_PADDING, EXIT_PROTOCOL, "a packet has impossible padding",
	  HINT_BUG),
	R(BAD_MAC, EXIT_PROTOCOL,
	  "a packet's authentication code is wrong: it was altered on its way",
	  HINT_BUG),
	R(PACKET_EMPTY, EXIT_PROTOCOL, "a packet is empty", HINT_BUG),
	R(MALFORMED, EXIT_PROTOCOL, "a message cannot be read", HINT_BUG),
	R(UNEXPECTED_MESSAGE, EXIT_PROTOCOL,
	  "a message came that is not allowed at this point", HINT_BUG),
	R(STRICT_KEX, EXIT_PROTOCOL,
	  "the rules of strict key exchange were broken", HINT_BUG),
	R(SEQUENCE_WRAP, EXIT_PROTOCOL, "the sequence numbers are spent", NULL),
	R(KEY_EXHAUSTED, EXIT_PROTOCOL,
	  "a key has encrypted as much as it may", NULL),
	R(FLOOD, EXIT_PROTOCOL, "the server sends nothing but filler", HINT_BUG),
	R(COMP_DATA, EXIT_PROTOCOL, "what the server compressed is corrupt", HINT_BUG),
	R(COMP_LENGTH, EXIT_PROTOCOL, "a compressed packet has no end", HINT_BUG),
	R(COMP_MEMORY, EXIT_OTHER, "compression of all connections takes too much",
	  "the parameter zlib_kib of the module says how much it may be"),

	R(NO_KEX, EXIT_NO_COMMON,
	  "no key exchange method is common to both sides",
	  HINT_OFFER("--kex")),
	R(NO_HOSTKEY_ALG, EXIT_NO_COMMON,
	  "no host key algorithm is common to both sides",
	  HINT_OFFER("--hostkey-algs")),
	R(NO_CIPHER_TX, EXIT_NO_COMMON,
	  "no cipher towards the server is common to both sides",
	  HINT_OFFER("--cipher")),
	R(NO_CIPHER_RX, EXIT_NO_COMMON,
	  "no cipher from the server is common to both sides",
	  HINT_OFFER("--cipher")),
	R(NO_MAC_TX, EXIT_NO_COMMON,
	  "no MAC towards the server is common to both sides",
	  HINT_OFFER("--mac")),
	R(NO_MAC_RX, EXIT_NO_COMMON,
	  "no MAC from the server is common to both sides",
	  HINT_OFFER("--mac")),
	R(NO_COMP_TX, EXIT_NO_COMMON,
	  "no compression towards the server is common to both sides",
	  HINT_OFFER("--comp")),
	R(NO_COMP_RX, EXIT_NO_COMMON,
	  "no compression from the server is common to both sides",
	  HINT_OFFER("--comp")),

	R(KEX_PUBLIC_VALUE, EXIT_PROTOCOL,
	  "the server's key exchange value is not valid", HINT_BUG),
	R(KEX_GROUP, EXIT_PROTOCOL,
	  "the group that the server chose for the key exchange is too small, too "
	  "large or not valid", HINT_BUG),
	R(REKEY_STALLED, EXIT_TIMEOUT, "the server did not renew the keys in time", NULL),
	R(REKEY_UNREAD, EXIT_OTHER,
	  "the keys could not be renewed: nobody read what the server had sent", NULL),
	R(HOSTKEY_MALFORMED, EXIT_PROTOCOL, "the host key cannot be read",
	  HINT_BUG),
	R(HOSTKEY_TYPE, EXIT_PROTOCOL,
	  "the host key is not of the negotiated type, or is a user's certificate",
	  HINT_BUG),
	R(HOSTKEY_TOO_SMALL, EXIT_PROTOCOL,
	  "the host key is shorter than an RSA key must be (2048 bits, if nobody "
	  "asks for other ones)",
	  "the server needs a new key; until then --rsa-min may take this one"),
	R(SIGNATURE_MALFORMED, EXIT_SIGNATURE,
	  "the host key's signature cannot be read or is of another algorithm",
	  HINT_BUG),
	R(SIGNATURE_WRONG, EXIT_SIGNATURE,
	  "the host key's signature is wrong: this server does not hold the key "
	  "that it shows", "somebody may be standing between; do not go on"),
	R(REKEY_HOSTKEY_CHANGED, EXIT_KEY_CHANGED,
	  "the server showed another host key when the keys were renewed",
	  HINT_BUG),

	R(NO_PEER_NAME, EXIT_USAGE,
	  "there is no name to look the host key up under", NULL),
	R(NO_HELPER, EXIT_NO_HELPER,
	  "nobody is there to ask whether the host key may be trusted",
	  "start kssh-hostkeyd (as root), or use --pin; kssh-probe --doctor "
	  "tells more"),
	R(HELPER_GONE, EXIT_HELPER,
	  "the helper went away before it answered", NULL),
	R(HELPER_BUSY, EXIT_HELPER, "the helper has too many questions waiting",
	  NULL),
	R(HELPER_NAMESPACE, EXIT_HELPER,
	  "the helper of this network namespace may not speak for this process",
	  "kssh-probe --doctor tells more"),
	R(HOSTKEY_UNKNOWN, EXIT_KEY_UNKNOWN,
	  "nothing is known about the host key of that name", HINT_PIN),
	R(HOSTKEY_CHANGED, EXIT_KEY_CHANGED,
	  "the host key is NOT the one that is known for that name",
	  "the server has a new key, or this is not that server: ask its keeper "
	  "before anything else"),
	R(HOSTKEY_REVOKED, EXIT_KEY_REVOKED, "the host key is revoked",
	  "do not go on; ask the server's keeper"),
	R(HOSTKEY_REFUSED, EXIT_KEY_REFUSED,
	  "the helper's policy refuses the host key", NULL),
	R(PIN_MISMATCH, EXIT_KEY_PIN,
	  "the host key's fingerprint is not a pinned one", NULL),

	R(GUESS_REFUSED, EXIT_NO_COMMON,
	  "the server has changed, so that a guess at its choice was wrong",
	  "connect again: no guess is made for a while"),
	R(LIMIT_NAMESPACE, EXIT_OTHER,
	  "too many handshakes are under way in this network namespace",
	  "kssh's parameter handshakes_max is the limit"),
	R(LIMIT_USER, EXIT_OTHER, "too many handshakes of this user are under way",
	  "kssh's parameter handshakes_user_max is the limit"),

	R(SERVICE_MISMATCH, EXIT_PROTOCOL,
	  "the server accepted another service than ssh-userauth", HINT_BUG),

	R(POLICY_TRUST_MODE, EXIT_POLICY,
	  "this network namespace's policy forbids that way to trust a host key",
	  "--trust helper is what is left; kssh-probe --doctor shows the policy"),
	R(POLICY_ALGORITHM, EXIT_POLICY,
	  "this network namespace's policy leaves no algorithm of some kind",
	  "kssh-probe --doctor shows the policy"),
	R(POLICY_KEY_SIZE, EXIT_POLICY,
	  "the RSA host key is shorter than this network namespace's policy demands",
	  "kssh-probe --doctor shows the policy; the server needs a new key"),

	R(CHANNEL_WINDOW, EXIT_PROTOCOL,
	  "the server sent more data on the channel than its window allows", HINT_BUG),
	R(CHANNEL_PACKET, EXIT_PROTOCOL,
	  "the server sent more data in one message than the channel takes", HINT_BUG),
	R(CHANNEL_ADJUST, EXIT_PROTOCOL,
	  "the server opened the channel's window beyond 4 GiB", HINT_BUG),
	R(CHANNEL_ENDED, EXIT_PROTOCOL,
	  "the server sent something on the channel after its end", HINT_BUG),
	R(CHANNEL_FLOOD, EXIT_PROTOCOL,
	  "the server opened too many channels during a key exchange", HINT_BUG),

	{ .exit = EXIT_OTHER,
	  .sentence = "it failed for a reason that this program is too old to know" },
};

#define N_REASONS	(sizeof(reasons) / sizeof(reasons[0]) - 1)

const struct reason *reason_find(uint32_t code)
{
	size_t i;

	for (i = 0; i < N_REASONS; i++)
		if (reasons[i].code == code)
			break;
	return &reasons[i];
}

const struct reason *reason_by_name(const char *name)
{
	size_t i;

	for (i = 0; i < N_REASONS; i++)
		if (!strcmp(reasons[i].name, name))
			break;
	return &reasons[i];
}

const char *state_name(unsigned int state)
{
	static const char * const names[] = {
		[KSSH_STATE_IDLE] = "idle",
		[KSSH_STATE_HANDSHAKE] = "handshake",
		[KSSH_STATE_WAIT_VERDICT] = "wait-verdict",
		[KSSH_STATE_OPEN] = "open",
		[KSSH_STATE_FAILED] = "failed",
		[KSSH_STATE_CLOSED] = "closed",
	};

	return state < sizeof(names) / sizeof(names[0]) ? names[state] : "?";
}

static const struct {
	const char *name, *label;
} phases[KSSH_PHASE_COUNT] = {
	[KSSH_PHASE_NONE] = { "none", "-" },
	[KSSH_PHASE_BANNER] = { "banner", "greeting" },
	[KSSH_PHASE_KEXINIT] = { "kexinit", "offers" },
	[KSSH_PHASE_KEX] = { "kex", "key exchange" },
	[KSSH_PHASE_HOSTKEY] = { "hostkey", "signature" },
	[KSSH_PHASE_TRUST] = { "trust", "trust" },
	[KSSH_PHASE_NEWKEYS] = { "newkeys", "new keys" },
	[KSSH_PHASE_SERVICE] = { "service", "service" },
	[KSSH_PHASE_OPEN] = { "open", "open" },
	[KSSH_PHASE_REKEY] = { "rekey", "rekey" },
};

const char *phase_name(unsigned int phase)
{
	return phase < KSSH_PHASE_COUNT ? phases[phase].name : "?";
}

const char *phase_label(unsigned int phase)
{
	return phase < KSSH_PHASE_COUNT ? phases[phase].label : "?";
}

/* RFC 4250 4.2.2 */
const char *ssh_disconnect_name(uint32_t reason)
{
	static const char * const names[] = {
		[1] = "host not allowed to connect",
		[2] = "protocol error",
		[3] = "key exchange failed",
		[5] = "MAC error",
		[6] = "compression error",
		[7] = "service not available",
		[8] = "protocol version not supported",
		[9] = "host key not verifiable",
		[10] = "connection lost",
		[11] = "by application",
		[12] = "too many connections",
		[13] = "authentication cancelled by user",
		[14] = "no more authentication methods available",
		[15] = "illegal user name",
	};

	return reason < sizeof(names) / sizeof(names[0]) ? names[reason] : NULL;
}

bool kex_is_post_quantum(const char *kex)
{
	return !strncmp(kex, "mlkem", 5) || !strncmp(kex, "sntrup761", 9);
}
