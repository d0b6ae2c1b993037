/* SPDX-License-Identifier: GPL-2.0 */
/* Without crypto_ecdh_encode_key(): in a kernel a module of its own has it. */
#ifndef KSSH_USER_CRYPTO_ECDH_H
#define KSSH_USER_CRYPTO_ECDH_H

#include <crypto/kpp.h>

#endif
