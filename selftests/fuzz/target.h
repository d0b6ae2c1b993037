/* SPDX-License-Identifier: GPL-2.0 */
/* What libFuzzer calls, and a key and a certificate to ask for. */
#ifndef KSSH_FUZZ_TARGET_H
#define KSSH_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

#include "../../tools/trust/tests/keys.h"

#define FUZZ_KEY	ED25519_A
#define FUZZ_CERT	ED25519_CERT

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif /* KSSH_FUZZ_TARGET_H */
