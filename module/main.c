// SPDX-License-Identifier: GPL-2.0
/* kssh.ko: SSH transport in the kernel. */
#include <linux/module.h>
#include "alg/hash.h"
#include "alg/secret.h"
#include "sock/channel.h"

static int __init kssh_module_init(void)
{
	int err;

	err = kssh_hash_init();
	if (err)
		return err;
	err = kssh_secret_init();
	if (err)
		goto err_hash;
	err = kssh_conn_init();
	if (err)
		goto err_secret;
	err = kssh_sock_init();
	if (err)
		goto err_conn;
	err = kssh_drive_init();
	if (err)
		goto err_sock;
	err = kssh_upcall_init(kssh_config_knows);
	if (err)
		goto err_drive;
	err = kssh_control_init();
	if (err)
		goto err_upcall;
	err = kssh_ulp_register();
	if (err)
		goto err_control;
	return 0;

err_control:
	kssh_control_exit();
err_upcall:
	kssh_upcall_exit();
err_drive:
	kssh_drive_exit();
err_sock:
	kssh_sock_exit();
err_conn:
	kssh_conn_exit();
err_secret:
	kssh_secret_exit();
err_hash:
	kssh_hash_exit();
	return err;
}

static void __exit kssh_module_exit(void)
{
	kssh_ulp_unregister();
	kssh_control_exit();
	kssh_upcall_exit();
	kssh_drive_exit();
	kssh_sock_exit();
	kssh_conn_exit();
	kssh_secret_exit();
	kssh_hash_exit();
	rcu_barrier();
}

module_init(kssh_module_init);
module_exit(kssh_module_exit);
MODULE_DESCRIPTION("SSH transport in the kernel");
MODULE_LICENSE("GPL");
MODULE_ALIAS_TCP_ULP("ssh");
