/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KSSH_USER_LINUX_COMPILER_H
#define KSSH_USER_LINUX_COMPILER_H

#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)

#undef __always_inline
#define __always_inline		inline __attribute__((__always_inline__))
#define noinline		__attribute__((__noinline__))
#define noinline_for_stack	noinline
#define __must_check		__attribute__((__warn_unused_result__))
#define __maybe_unused		__attribute__((__unused__))
#define __always_unused		__attribute__((__unused__))
#define __weak			__attribute__((__weak__))
#define __packed		__attribute__((__packed__))
#define __aligned(x)		__attribute__((__aligned__(x)))
#define __printf(a, b)		__attribute__((__format__(printf, a, b)))
#define __cold			__attribute__((__cold__))
#define __pure			__attribute__((__pure__))
#define __noreturn		__attribute__((__noreturn__))
#ifndef __counted_by
#define __counted_by(m)
#endif
#ifndef __nonstring
#define __nonstring
#endif
#define __user
#define __force
#define __rcu
#define __init
#define __exit
#define __initconst
#define __ro_after_init
#define __read_mostly
#define __must_hold(x)
#define __acquires(x)
#define __releases(x)

#ifndef fallthrough
#define fallthrough		__attribute__((__fallthrough__))
#endif

/* Hides a value from the optimiser, which then cannot turn masks to branches. */
#define OPTIMIZER_HIDE_VAR(var)	__asm__ ("" : "=r" (var) : "0" (var))
#define barrier()		__asm__ __volatile__("" : : : "memory")
#define barrier_data(ptr)	\
	__asm__ __volatile__("" : : "r" (ptr) : "memory")

#define READ_ONCE(x)		(*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v)	\
	do { *(volatile __typeof__(x) *)&(x) = (v); } while (0)

#define __stringify_1(x...)	#x
#define __stringify(x...)	__stringify_1(x)

/* With or without a message, before and after <assert.h>. */
#include <assert.h>
#undef static_assert
#define static_assert(expr, ...) \
	_Static_assert(expr, "" __VA_ARGS__)

#endif
