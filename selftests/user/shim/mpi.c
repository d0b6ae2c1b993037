// SPDX-License-Identifier: GPL-2.0
#include <openssl/bn.h>
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/mpi.h>
#include <linux/slab.h>

struct gcry_mpi {
	BIGNUM *n;
};

u64 kssh_user_mpi_trace;

/* The kernel's functions allocate as they go. */
static int room(void)
{
	if (&kssh_user_spare_mpi && kssh_user_spare_mpi)
		return 0;
	return kssh_user_alloc_fails() ? -ENOMEM : 0;
}

static void note(const char *what, const BIGNUM *n)
{
	u8 buf[2048 + 1] = { *what };
	int i, len = 1 + BN_bn2bin(n, buf + 1);

	/* FNV-1a */
	for (i = 0; i < len; i++)
		kssh_user_mpi_trace = (kssh_user_mpi_trace ^ buf[i]) * 0x100000001b3ULL;
}

MPI mpi_alloc(unsigned int nlimbs)
{
	MPI a;

	if (room())
		return NULL;
	a = calloc(1, sizeof(*a));
	if (a)
		a->n = BN_new();
	return a;
}

MPI mpi_read_raw_data(const void *buf, size_t n)
{
	MPI a = mpi_alloc(0);

	if (a)
		BN_bin2bn(buf, n, a->n);
	return a;
}

void mpi_free(MPI a)
{
	if (a)
		BN_free(a->n);
	free(a);
}

int mpi_cmp(MPI a, MPI b)
{
	return BN_cmp(a->n, b->n);
}

int mpi_powm(MPI res, MPI base, MPI exp, MPI mod)
{
	BN_CTX *ctx;
	int ok;

	/* the kernel's writes past the end of a result that is an operand */
	BUG_ON(res == base || res == exp || res == mod);
	if (room())
		return -ENOMEM;
	ctx = BN_CTX_new();
	note("m", mod->n);
	note("e", exp->n);
	ok = BN_mod_exp(res->n, base->n, exp->n, mod->n, ctx);
	BN_CTX_free(ctx);
	return ok ? 0 : -EINVAL;
}

int mpi_mulm(MPI w, MPI u, MPI v, MPI m)
{
	BN_CTX *ctx;
	int ok;

	if (room())
		return -ENOMEM;
	ctx = BN_CTX_new();
	note("*", m->n);
	ok = BN_mod_mul(w->n, u->n, v->n, m->n, ctx);
	BN_CTX_free(ctx);
	return ok ? 0 : -EINVAL;
}

int mpi_read_buffer(MPI a, u8 *buf, unsigned int buf_len, unsigned int *nbytes,
		    int *sign)
{
	*nbytes = BN_num_bytes(a->n);
	if (buf_len < *nbytes)
		return -EOVERFLOW;
	BN_bn2bin(a->n, buf);
	return 0;
}
