/* SPDX-License-Identifier: GPL-2.0 */
/* As much of io_uring as the tests need, by its system calls. */
#ifndef KSSH_TEST_RING_H
#define KSSH_TEST_RING_H

#include <errno.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kssh_test.h"

struct ring {
	int fd;
	unsigned int *sq_tail, *sq_mask, *sq_array;
	unsigned int *cq_head, *cq_tail, *cq_mask;
	struct io_uring_sqe *sqes;
	struct io_uring_cqe *cqes;
};

static inline int ring_open(struct ring *r)
{
	struct io_uring_params p = { 0 };
	size_t n;
	char *m;

	memset(r, 0, sizeof(*r));
	r->fd = syscall(__NR_io_uring_setup, 8, &p);
	if (r->fd < 0)
		return -errno;
	n = p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe);
	m = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, r->fd,
		 IORING_OFF_SQ_RING);
	r->sqes = mmap(NULL, p.sq_entries * sizeof(struct io_uring_sqe),
		       PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, r->fd,
		       IORING_OFF_SQES);
	if (m == MAP_FAILED || (void *)r->sqes == MAP_FAILED ||
	    !(p.features & IORING_FEAT_SINGLE_MMAP))
		return -ENOMEM;
	r->sq_tail = (void *)(m + p.sq_off.tail);
	r->sq_mask = (void *)(m + p.sq_off.ring_mask);
	r->sq_array = (void *)(m + p.sq_off.array);
	r->cq_head = (void *)(m + p.cq_off.head);
	r->cq_tail = (void *)(m + p.cq_off.tail);
	r->cq_mask = (void *)(m + p.cq_off.ring_mask);
	r->cqes = (void *)(m + p.cq_off.cqes);
	return 0;
}

static inline void ring_put(struct ring *r, int op, int fd, void *p, unsigned int n, int id)
{
	unsigned int tail = *r->sq_tail, i = tail & *r->sq_mask;

	memset(&r->sqes[i], 0, sizeof(r->sqes[i]));
	r->sqes[i].opcode = op;
	r->sqes[i].fd = fd;
	r->sqes[i].addr = (uintptr_t)p;
	r->sqes[i].len = n;
	r->sqes[i].user_data = id;
	r->sq_array[i] = i;
	__atomic_store_n(r->sq_tail, tail + 1, __ATOMIC_RELEASE);
}

/* Submit @n, wait for @w: result of the oldest completion, whose number is *@id. */
static inline int ring_enter(struct ring *r, unsigned int n, unsigned int w)
{
	return kt_err(syscall(__NR_io_uring_enter, r->fd, n, w, IORING_ENTER_GETEVENTS,
			      NULL, 0));
}

static inline int ring_get(struct ring *r, int *id)
{
	unsigned int head = *r->cq_head;
	struct io_uring_cqe *c = &r->cqes[head & *r->cq_mask];
	int res = c->res;

	if (head == __atomic_load_n(r->cq_tail, __ATOMIC_ACQUIRE))
		return -ENOENT;
	*id = c->user_data;
	__atomic_store_n(r->cq_head, head + 1, __ATOMIC_RELEASE);
	return res;
}

#endif /* KSSH_TEST_RING_H */
