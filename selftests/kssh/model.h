/* SPDX-License-Identifier: GPL-2.0 */
/* What model_test and stream_model_test draw by lot alike. */
#ifndef KSSH_MODEL_H
#define KSSH_MODEL_H

#include "kssh_test.h"

static inline unsigned int model_env(const char *name, unsigned int otherwise)
{
	const char *s = getenv(name);

	return s && *s ? strtoul(s, NULL, 0) : otherwise;
}

/* A number below @n; @lots: what the next ones follow from, at first the seed. */
static inline unsigned int model_lot(uint64_t *lots, unsigned int n)
{
	*lots = *lots * 6364136223846793005ULL + 1442695040888963407ULL;
	return (*lots >> 33) % n;
}

/* New keys at once, or other limits.  0 or -errno; one who is busy with new keys is right. */
static inline int model_renew(uint64_t *lots, int fd)
{
	struct kssh_rekey r = { .flags = KSSH_REKEY_NOW };
	int err;

	if (model_lot(lots, 2)) {
		r.flags = 0;
		if (model_lot(lots, 2))
			r.bytes = 50000 + model_lot(lots, 1000000);
		if (model_lot(lots, 2))
			r.packets = 20 + model_lot(lots, 500);
	}
	err = kt_set(fd, KSSH_REKEY, &r, sizeof(r));
	return err == -EBUSY && r.flags ? 0 : err;
}

#endif /* KSSH_MODEL_H */
