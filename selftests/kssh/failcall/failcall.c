// SPDX-License-Identifier: GPL-2.0
/*
 * failcall: have one call that a module makes fail, for failcalls.sh.  The kernel's own
 * fail_function does that for functions that are annotated, which those of the crypto
 * API are not.
 */
#include <linux/atomic.h>
#include <linux/kprobes.h>
#include <linux/module.h>

static char *symbol;
module_param(symbol, charp, 0444);
MODULE_PARM_DESC(symbol, "function that fails");

static unsigned long from, to;
module_param(from, ulong, 0444);
module_param(to, ulong, 0444);
MODULE_PARM_DESC(from, "it fails for a caller at this address");
MODULE_PARM_DESC(to, "or behind it, but before this one");

static int nth;
module_param(nth, int, 0444);
MODULE_PARM_DESC(nth, "which of those calls fails, 1: the first");

static long value;
module_param(value, long, 0444);
MODULE_PARM_DESC(value, "what it returns");

static atomic_t made = ATOMIC_INIT(0);

static int made_get(char *buf, const struct kernel_param *kp)
{
	return sysfs_emit(buf, "%d\n", atomic_read(&made));
}

static const struct kernel_param_ops made_ops = { .get = made_get };
module_param_cb(made, &made_ops, NULL, 0444);
MODULE_PARM_DESC(made, "calls so far");

/* Where the call goes instead. */
static noinline notrace long failed(void)
{
	return value;
}

static int called(struct kprobe *p, struct pt_regs *regs)
{
	unsigned long caller = *(unsigned long *)regs->sp;

	if (caller < from || caller >= to || atomic_inc_return(&made) != nth)
		return 0;
	instruction_pointer_set(regs, (unsigned long)failed);
	return 1;
}

static struct kprobe probe = { .pre_handler = called };

static int __init failcall_init(void)
{
	probe.symbol_name = symbol;
	return register_kprobe(&probe);
}

static void __exit failcall_exit(void)
{
	unregister_kprobe(&probe);
}

module_init(failcall_init);
module_exit(failcall_exit);
MODULE_DESCRIPTION("Have a call fail");
MODULE_LICENSE("GPL");
