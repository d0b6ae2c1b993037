// SPDX-License-Identifier: GPL-2.0
/* Lists of revoked keys.  None can be read yet, which refuses every key. */
#include <errno.h>

#include "internal.h"

int revoked_read(const void *data, size_t len, struct revoked **out)
{
	(void)data;
	(void)len;
	*out = NULL;
	return -EOPNOTSUPP;
}

int revoked_find(const struct revoked *r, const void *key, size_t key_len,
		 unsigned long *line)
{
	(void)r;
	(void)key;
	(void)key_len;
	*line = 0;
	return -EOPNOTSUPP;
}

void revoked_free(struct revoked *r)
{
	(void)r;
}
