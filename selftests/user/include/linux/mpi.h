/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's big numbers over libcrypto's. */
#ifndef KSSH_USER_LINUX_MPI_H
#define KSSH_USER_LINUX_MPI_H

#include <linux/types.h>

typedef struct gcry_mpi *MPI;

MPI mpi_alloc(unsigned int nlimbs);
MPI mpi_read_raw_data(const void *buf, size_t n);
void mpi_free(MPI a);
int mpi_cmp(MPI a, MPI b);
int mpi_powm(MPI res, MPI base, MPI exp, MPI mod);

#endif
