/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/kssh.yaml */
/* YNL-GEN uapi header */
/* To regenerate run: tools/net/ynl/ynl-regen.sh */

#ifndef _UAPI_LINUX_KSSH_NETLINK_H
#define _UAPI_LINUX_KSSH_NETLINK_H

#define KSSH_FAMILY_NAME	"kssh"
#define KSSH_FAMILY_VERSION	1

#define KSSH_TEXT_MAX		255
#define KSSH_KEY_MAX		16384
#define KSSH_NAMES_MAX		1023
#define KSSH_RSA_BITS_MAX	16384

/**
 * enum kssh_register_flag
 * @KSSH_REGISTER_FLAG_TAKEOVER: Replace the helper that is registered; what it
 *   holds fails as if it had gone.
 * @KSSH_REGISTER_FLAG_SERVE_CHILDREN: Answer for network namespaces that have
 *   no helper of their own, too. Only in the initial network namespace.
 * @KSSH_REGISTER_FLAG_PREQUERY: Be asked with PREQUERY before a handshake, and
 *   answer with KNOWN.
 */
enum kssh_register_flag {
	KSSH_REGISTER_FLAG_TAKEOVER = 1,
	KSSH_REGISTER_FLAG_SERVE_CHILDREN = 2,
	KSSH_REGISTER_FLAG_PREQUERY = 4,
};

/**
 * enum kssh_policy_flag
 * @KSSH_POLICY_FLAG_REQUIRE_PQ: Offer only key exchange methods that are
 *   post-quantum.
 * @KSSH_POLICY_FLAG_FORBID_PIN: Refuse handshakes in mode KSSH_VERIFY_PIN.
 * @KSSH_POLICY_FLAG_FORBID_APP: Refuse handshakes in mode KSSH_VERIFY_APP.
 * @KSSH_POLICY_FLAG_FORBID_GUESS: No handshake guesses at the server's choice,
 *   and no server is remembered for that.
 */
enum kssh_policy_flag {
	KSSH_POLICY_FLAG_REQUIRE_PQ = 1,
	KSSH_POLICY_FLAG_FORBID_PIN = 2,
	KSSH_POLICY_FLAG_FORBID_APP = 4,
	KSSH_POLICY_FLAG_FORBID_GUESS = 8,
};

/**
 * enum kssh_source - Which helper a network namespace is served by.
 * @KSSH_SOURCE_NONE: Nobody, every question fails at once.
 * @KSSH_SOURCE_OWN: The one registered in it.
 * @KSSH_SOURCE_INITIAL: The one of the initial network namespace.
 */
enum kssh_source {
	KSSH_SOURCE_NONE,
	KSSH_SOURCE_OWN,
	KSSH_SOURCE_INITIAL,
};

/**
 * enum kssh_request_state
 * @KSSH_REQUEST_STATE_QUEUED: The helper's socket has no room for it yet.
 * @KSSH_REQUEST_STATE_ASKED: The helper has it.
 * @KSSH_REQUEST_STATE_ACCEPTED: The verdict is in, the result is not known
 *   yet.
 */
enum kssh_request_state {
	KSSH_REQUEST_STATE_QUEUED,
	KSSH_REQUEST_STATE_ASKED,
	KSSH_REQUEST_STATE_ACCEPTED,
};

enum {
	KSSH_A_HELPER_FLAGS = 1,
	KSSH_A_HELPER_SOURCE,
	KSSH_A_HELPER_PORTID,
	KSSH_A_HELPER_PID,
	KSSH_A_HELPER_PENDING,
	KSSH_A_HELPER_PENDING_MAX,

	__KSSH_A_HELPER_MAX,
	KSSH_A_HELPER_MAX = (__KSSH_A_HELPER_MAX - 1)
};

enum {
	KSSH_A_REQUEST_COOKIE = 1,
	KSSH_A_REQUEST_NAME,
	KSSH_A_REQUEST_NAME_FLAGS,
	KSSH_A_REQUEST_PORT,
	KSSH_A_REQUEST_ADDRESS,
	KSSH_A_REQUEST_ADDRESS_PORT,
	KSSH_A_REQUEST_ALGORITHM,
	KSSH_A_REQUEST_KEY,
	KSSH_A_REQUEST_UID,
	KSSH_A_REQUEST_PID,
	KSSH_A_REQUEST_COMM,
	KSSH_A_REQUEST_VERDICT,
	KSSH_A_REQUEST_FILE,
	KSSH_A_REQUEST_LINE,
	KSSH_A_REQUEST_GOOD,
	KSSH_A_REQUEST_STATE,
	KSSH_A_REQUEST_KEY_TYPES,
	KSSH_A_REQUEST_KNOWN_CA,
	KSSH_A_REQUEST_CHILD,

	__KSSH_A_REQUEST_MAX,
	KSSH_A_REQUEST_MAX = (__KSSH_A_REQUEST_MAX - 1)
};

enum {
	KSSH_A_POLICY_FLAGS = 1,
	KSSH_A_POLICY_RSA_MIN_BITS,
	KSSH_A_POLICY_FORBID,

	__KSSH_A_POLICY_MAX,
	KSSH_A_POLICY_MAX = (__KSSH_A_POLICY_MAX - 1)
};

enum {
	KSSH_A_GUESS_ALL = 1,
	KSSH_A_GUESS_ADDRESS,
	KSSH_A_GUESS_ADDRESS_PORT,
	KSSH_A_GUESS_SCOPE,
	KSSH_A_GUESS_UID,
	KSSH_A_GUESS_KEX,
	KSSH_A_GUESS_HOSTKEY,
	KSSH_A_GUESS_EXPIRES,
	KSSH_A_GUESS_HELD,

	__KSSH_A_GUESS_MAX,
	KSSH_A_GUESS_MAX = (__KSSH_A_GUESS_MAX - 1)
};

enum {
	KSSH_CMD_REGISTER = 1,
	KSSH_CMD_UNREGISTER,
	KSSH_CMD_ASK,
	KSSH_CMD_VERDICT,
	KSSH_CMD_RESULT,
	KSSH_CMD_CANCEL,
	KSSH_CMD_DISMISSED,
	KSSH_CMD_STATUS,
	KSSH_CMD_LIST,
	KSSH_CMD_PREQUERY,
	KSSH_CMD_KNOWN,
	KSSH_CMD_SET_POLICY,
	KSSH_CMD_GET_POLICY,
	KSSH_CMD_GUESS_LIST,
	KSSH_CMD_GUESS_FLUSH,

	__KSSH_CMD_MAX,
	KSSH_CMD_MAX = (__KSSH_CMD_MAX - 1)
};

#endif /* _UAPI_LINUX_KSSH_NETLINK_H */
