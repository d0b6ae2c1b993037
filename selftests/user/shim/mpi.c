// SPDX-License-Identifier: GPL-2.0
#include <openssl/bn.h>
#include <linux/errno.h>
#include <linux/mpi.h>
#include <linux/slab.h>

struct gcry_mpi {
	BIGNUM *n;
};

MPI mpi_alloc(unsigned int nlimbs)
{
	MPI a = kzalloc(sizeof(*a), GFP_KERNEL);

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
	kfree(a);
}

int mpi_cmp(MPI a, MPI b)
{
	return BN_cmp(a->n, b->n);
}

int mpi_powm(MPI res, MPI base, MPI exp, MPI mod)
{
	BN_CTX *ctx = BN_CTX_new();
	int ok = BN_mod_exp(res->n, base->n, exp->n, mod->n, ctx);

	BN_CTX_free(ctx);
	return ok ? 0 : -EINVAL;
}
