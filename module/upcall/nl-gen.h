/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/kssh.yaml */
/* YNL-GEN kernel header */
/* To regenerate run: tools/net/ynl/ynl-regen.sh */

#ifndef _LINUX_KSSH_GEN_H
#define _LINUX_KSSH_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/kssh_netlink.h>
#include <linux/kssh.h>

int kssh_nl_register_doit(struct sk_buff *skb, struct genl_info *info);
int kssh_nl_unregister_doit(struct sk_buff *skb, struct genl_info *info);
int kssh_nl_verdict_doit(struct sk_buff *skb, struct genl_info *info);
int kssh_nl_status_doit(struct sk_buff *skb, struct genl_info *info);
int kssh_nl_list_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int kssh_nl_known_doit(struct sk_buff *skb, struct genl_info *info);
int kssh_nl_set_policy_doit(struct sk_buff *skb, struct genl_info *info);
int kssh_nl_get_policy_doit(struct sk_buff *skb, struct genl_info *info);
int kssh_nl_guess_list_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int kssh_nl_guess_flush_doit(struct sk_buff *skb, struct genl_info *info);

extern struct genl_family kssh_nl_family;

#endif /* _LINUX_KSSH_GEN_H */
