/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KSSH_USER_CRYPTO_GCM_H
#define KSSH_USER_CRYPTO_GCM_H

#define GCM_AES_IV_SIZE		12

#endif
