// SPDX-License-Identifier: GPL-2.0
/*
 * Frames: a receiving side under each cipher and MAC, given sealed frames that were
 * changed, and bytes that never were one.  A changed frame never comes out as a packet
 * where there is a MAC, an unchanged one always does.
 */
#include "bench.h"

static const struct {
	const char *cipher, *mac;
} suites[] = {
	{ NULL, NULL },
	{ "chacha20-poly1305@openssh.com", NULL },
	{ "aes128-gcm@openssh.com", NULL },
	{ "aes256-ctr", "hmac-sha2-256-etm@openssh.com" },
	{ "aes192-ctr", "hmac-sha2-512" },
	{ "aes128-ctr", "hmac-sha1" },
};

static const u8 key[128] = "key", iv[128] = "iv", mac_key[128] = "mac";
static const struct kssh_env *env;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	env = &bench()->env;
	return 0;
}

static const struct kssh_cipher_alg *cipher(const char *name)
{
	int i;

	for (i = 0; kssh_cipher_algs[i].name; i++)
		if (name && !strcmp(kssh_cipher_algs[i].name, name))
			return &kssh_cipher_algs[i];
	return NULL;
}

static const struct kssh_mac_alg *mac(const char *name)
{
	int i;

	for (i = 0; kssh_mac_algs[i].name; i++)
		if (name && !strcmp(kssh_mac_algs[i].name, name))
			return &kssh_mac_algs[i];
	return NULL;
}

static void set_up(struct kssh_dir *d, u8 suite, u32 seq)
{
	struct kssh_keys *keys;

	if (kssh_dir_init(d))
		abort();
	if (suites[suite].cipher) {
		if (kssh_keys_new(cipher(suites[suite].cipher), mac(suites[suite].mac),
				  key, iv, mac_key, &keys))
			abort();
		kssh_dir_newkeys(d, &keys, false);
	}
	d->seq = seq;
}

/* Take what is there.  How many packets, or -1 if it is over. */
static int take(struct kssh_rx *rx)
{
	struct kssh_blob payload;
	int r, packets = 0;
	u32 seq;

	do {
		r = kssh_rx_packet(rx, &payload, &seq);
		if (!r && (!payload.n || payload.n > KSSH_PACKET_MAX))
			abort();
		packets += !r;
	} while (!r && kssh_buf_len(&rx->buf));
	return r && r != -EAGAIN ? -1 : packets;
}

static int give(struct kssh_rx *rx, const u8 *p, size_t n, size_t chunk)
{
	int packets = 0, r = 0;
	size_t part;

	for (; n && r >= 0; p += part, n -= part) {
		part = min(n, chunk);
		if (kssh_rx_need(rx) < 1 || kssh_buf_room(&rx->buf, part))
			abort();
		memcpy(rx->buf.p + rx->buf.end, p, part);
		rx->buf.end += part;
		r = take(rx);
		packets += r > 0 ? r : 0;
		kssh_rx_trim(rx);
	}
	return r < 0 ? -1 - packets : packets;
}

static void seal(struct kssh_tx *tx, struct kssh_blob b)
{
	struct kssh_wr w;

	if (kssh_tx_open(tx, b.n, &w))
		abort();
	kssh_wr_raw(&w, b.p, b.n);
	if (kssh_tx_close(tx, &w, env))
		abort();
}

/* Sealed frames, of which one byte may be changed. */
static void sealed(struct input *in, struct kssh_rx *rx, struct kssh_tx *tx, bool keyed,
		   size_t chunk)
{
	unsigned int n = 1 + in_u8(in) % 4, i, flip = in_u8(in);
	size_t at = in_u16(in), len;
	int got;
	u8 *copy;

	for (i = 0; i < n; i++)
		seal(tx, in_bytes(in, 1 + in_u8(in)));
	len = kssh_buf_len(&tx->out);
	copy = malloc(len);
	memcpy(copy, tx->out.p + tx->out.start, len);
	at %= len;
	copy[at] ^= flip;
	got = give(rx, copy, len, chunk);
	free(copy);
	/* an empty payload is none; the harness seals one if its input is used up */
	if (keyed && flip && got >= (int)n)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { .p = data, .n = size };
	u8 suite = in_u8(&in) % ARRAY_SIZE(suites), how = in_u8(&in);
	size_t chunk = how & 2 ? 1 + in_u8(&in) : SIZE_MAX;
	/* without keys the numbers must not come round, which a sender respects */
	u32 seq = how & 4 && (suite || !(how & 1)) ? U32_MAX - 1 : 0;
	struct kssh_rx rx = {};
	struct kssh_tx tx = {};

	set_up(&rx.dir, suite, seq);
	set_up(&tx.dir, suite, seq);
	if (how & 1) {
		sealed(&in, &rx, &tx, suites[suite].cipher, chunk);
	} else {
		u8 *p = exact(blob_of(in.p, in.n));

		if (give(&rx, p, in.n, chunk) > 0 && suites[suite].cipher)
			abort();
		free(p);
	}
	kssh_dir_kill(&rx.dir);
	kssh_dir_kill(&tx.dir);
	kssh_buf_free(&rx.buf);
	kssh_buf_delete(rx.plain);
	kssh_buf_free(&tx.out);
	return 0;
}
