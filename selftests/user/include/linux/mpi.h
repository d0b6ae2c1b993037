/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's big numbers over libcrypto's. */
#ifndef KSSH_USER_LINUX_MPI_H
#define KSSH_USER_LINUX_MPI_H

#include <linux/types.h>

typedef struct gcry_mpi *MPI;

/* Where a test defines it true, allocations here are not counted and do not fail. */
extern bool kssh_user_spare_mpi __attribute__((weak));

/* A digest of the calls since it was set to 0, with modulus, and exponent if any. */
extern u64 kssh_user_mpi_trace;

MPI mpi_alloc(unsigned int nlimbs);
MPI mpi_read_raw_data(const void *buf, size_t n);
void mpi_free(MPI a);
int mpi_cmp(MPI a, MPI b);
int mpi_powm(MPI res, MPI base, MPI exp, MPI mod);
int mpi_mulm(MPI w, MPI u, MPI v, MPI m);
int mpi_read_buffer(MPI a, u8 *buf, unsigned int buf_len, unsigned int *nbytes,
		    int *sign);

#endif
