// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/kssh.yaml */
/* YNL-GEN kernel source */
/* To regenerate run: tools/net/ynl/ynl-regen.sh */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "nl-gen.h"

#include <uapi/linux/kssh_netlink.h>
#include <linux/kssh.h>

/* KSSH_CMD_REGISTER - do */
static const struct nla_policy kssh_register_nl_policy[KSSH_A_HELPER_FLAGS + 1] = {
	[KSSH_A_HELPER_FLAGS] = NLA_POLICY_MASK(NLA_U32, 0x7),
};

/* KSSH_CMD_VERDICT - do */
static const struct nla_policy kssh_verdict_nl_policy[KSSH_A_REQUEST_LINE + 1] = {
	[KSSH_A_REQUEST_COOKIE] = { .type = NLA_UINT, },
	[KSSH_A_REQUEST_VERDICT] = NLA_POLICY_RANGE(NLA_U32, 1, 5),
	[KSSH_A_REQUEST_FILE] = { .type = NLA_NUL_STRING, .len = KSSH_TEXT_MAX, },
	[KSSH_A_REQUEST_LINE] = { .type = NLA_U32, },
};

/* KSSH_CMD_KNOWN - do */
static const struct nla_policy kssh_known_nl_policy[KSSH_A_REQUEST_KNOWN_CA + 1] = {
	[KSSH_A_REQUEST_COOKIE] = { .type = NLA_UINT, },
	[KSSH_A_REQUEST_KEY_TYPES] = { .type = NLA_NUL_STRING, .len = KSSH_NAMES_MAX, },
	[KSSH_A_REQUEST_KNOWN_CA] = { .type = NLA_FLAG, },
};

/* KSSH_CMD_SET_POLICY - do */
static const struct nla_policy kssh_set_policy_nl_policy[KSSH_A_POLICY_FORBID + 1] = {
	[KSSH_A_POLICY_FLAGS] = NLA_POLICY_MASK(NLA_U32, 0xf),
	[KSSH_A_POLICY_RSA_MIN_BITS] = NLA_POLICY_MAX(NLA_U32, KSSH_RSA_BITS_MAX),
	[KSSH_A_POLICY_FORBID] = { .type = NLA_NUL_STRING, .len = KSSH_NAMES_MAX, },
};

/* KSSH_CMD_GUESS_LIST - dump */
static const struct nla_policy kssh_guess_list_nl_policy[KSSH_A_GUESS_ALL + 1] = {
	[KSSH_A_GUESS_ALL] = { .type = NLA_FLAG, },
};

/* KSSH_CMD_GUESS_FLUSH - do */
static const struct nla_policy kssh_guess_flush_nl_policy[KSSH_A_GUESS_ALL + 1] = {
	[KSSH_A_GUESS_ALL] = { .type = NLA_FLAG, },
};

/* Ops table for kssh */
static const struct genl_split_ops kssh_nl_ops[] = {
	{
		.cmd		= KSSH_CMD_REGISTER,
		.doit		= kssh_nl_register_doit,
		.policy		= kssh_register_nl_policy,
		.maxattr	= KSSH_A_HELPER_FLAGS,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd	= KSSH_CMD_UNREGISTER,
		.doit	= kssh_nl_unregister_doit,
		.flags	= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= KSSH_CMD_VERDICT,
		.doit		= kssh_nl_verdict_doit,
		.policy		= kssh_verdict_nl_policy,
		.maxattr	= KSSH_A_REQUEST_LINE,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd	= KSSH_CMD_STATUS,
		.doit	= kssh_nl_status_doit,
		.flags	= GENL_CMD_CAP_DO,
	},
	{
		.cmd	= KSSH_CMD_LIST,
		.dumpit	= kssh_nl_list_dumpit,
		.flags	= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= KSSH_CMD_KNOWN,
		.doit		= kssh_nl_known_doit,
		.policy		= kssh_known_nl_policy,
		.maxattr	= KSSH_A_REQUEST_KNOWN_CA,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= KSSH_CMD_SET_POLICY,
		.doit		= kssh_nl_set_policy_doit,
		.policy		= kssh_set_policy_nl_policy,
		.maxattr	= KSSH_A_POLICY_FORBID,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd	= KSSH_CMD_GET_POLICY,
		.doit	= kssh_nl_get_policy_doit,
		.flags	= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= KSSH_CMD_GUESS_LIST,
		.dumpit		= kssh_nl_guess_list_dumpit,
		.policy		= kssh_guess_list_nl_policy,
		.maxattr	= KSSH_A_GUESS_ALL,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= KSSH_CMD_GUESS_FLUSH,
		.doit		= kssh_nl_guess_flush_doit,
		.policy		= kssh_guess_flush_nl_policy,
		.maxattr	= KSSH_A_GUESS_ALL,
		.flags		= GENL_CMD_CAP_DO,
	},
};

struct genl_family kssh_nl_family __ro_after_init = {
	.name		= KSSH_FAMILY_NAME,
	.version	= KSSH_FAMILY_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.split_ops	= kssh_nl_ops,
	.n_split_ops	= ARRAY_SIZE(kssh_nl_ops),
};
