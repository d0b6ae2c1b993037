// SPDX-License-Identifier: GPL-2.0
/* Key agreement by libcrypto, as the kernel's crypto/ecdh.c does it. */
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <crypto/kpp.h>
#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#define BYTES_MAX	48

struct curve {
	const char *name;
	int nid;
	unsigned int bytes;
};

static const struct curve curves[] = {
	{ "ecdh-nist-p256", NID_X9_62_prime256v1, 32 },
	{ "ecdh-nist-p384", NID_secp384r1, 48 },
};

struct crypto_kpp {
	const struct curve *curve;
	EC_GROUP *group;
	BIGNUM *secret;
};

struct kpp_request {
	struct crypto_kpp *tfm;
	struct scatterlist *src, *dst;
	unsigned int src_len, dst_len;
};

struct crypto_kpp *crypto_alloc_kpp(const char *name, u32 type, u32 mask)
{
	struct crypto_kpp *tfm;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(curves); i++) {
		if (strcmp(name, curves[i].name))
			continue;
		if (kssh_user_crypto_fails())
			return ERR_PTR(-EIO);
		tfm = kzalloc(sizeof(*tfm), GFP_KERNEL);
		if (!tfm)
			return ERR_PTR(-ENOMEM);
		tfm->curve = &curves[i];
		tfm->group = EC_GROUP_new_by_curve_name(curves[i].nid);
		BUG_ON(!tfm->group);
		return tfm;
	}
	return ERR_PTR(-ENOENT);
}

void crypto_free_kpp(struct crypto_kpp *tfm)
{
	EC_GROUP_free(tfm->group);
	BN_clear_free(tfm->secret);
	kfree(tfm);
}

/* 1 < secret < n - 2 */
static bool in_range(const struct crypto_kpp *tfm, const BIGNUM *secret)
{
	BIGNUM *top = BN_dup(EC_GROUP_get0_order(tfm->group));
	bool ok;

	BN_sub_word(top, 2);
	ok = BN_cmp(secret, BN_value_one()) > 0 && BN_cmp(secret, top) < 0;
	BN_free(top);
	return ok;
}

int crypto_kpp_set_secret(struct crypto_kpp *tfm, const void *buffer,
			  unsigned int len)
{
	struct kpp_secret head;
	unsigned short size;

	if (kssh_user_crypto_fails())
		return -EIO;
	if (len < sizeof(head) + sizeof(size))
		return -EINVAL;
	memcpy(&head, buffer, sizeof(head));
	memcpy(&size, buffer + sizeof(head), sizeof(size));
	if (head.type != CRYPTO_KPP_SECRET_TYPE_ECDH || len < head.len ||
	    head.len != sizeof(head) + sizeof(size) + size ||
	    size != tfm->curve->bytes)
		return -EINVAL;
	BN_clear_free(tfm->secret);
	tfm->secret = BN_bin2bn(buffer + sizeof(head) + sizeof(size), size, NULL);
	return in_range(tfm, tfm->secret) ? 0 : -EINVAL;
}

struct kpp_request *kpp_request_alloc(struct crypto_kpp *tfm, gfp_t gfp)
{
	struct kpp_request *req = kzalloc(sizeof(*req), gfp);

	if (req)
		req->tfm = tfm;
	return req;
}

void kpp_request_free(struct kpp_request *req)
{
	kfree_sensitive(req);
}

void kpp_request_set_callback(struct kpp_request *req, u32 flags,
			      crypto_completion_t done, void *data)
{
}

void kpp_request_set_input(struct kpp_request *req, struct scatterlist *input,
			   unsigned int len)
{
	req->src = input;
	req->src_len = len;
}

void kpp_request_set_output(struct kpp_request *req, struct scatterlist *output,
			    unsigned int len)
{
	req->dst = output;
	req->dst_len = len;
}

/* secret times @point (NULL: the base point), in @dst as far as that reaches */
static int multiply(struct kpp_request *req, const EC_POINT *point)
{
	const struct crypto_kpp *tfm = req->tfm;
	EC_POINT *product = EC_POINT_new(tfm->group);
	u8 out[1 + 2 * BYTES_MAX];

	BUG_ON(!EC_POINT_mul(tfm->group, product, point ? NULL : tfm->secret,
			     point, point ? tfm->secret : NULL, NULL));
	BUG_ON(!EC_POINT_point2oct(tfm->group, product,
				   POINT_CONVERSION_UNCOMPRESSED, out,
				   sizeof(out), NULL));
	EC_POINT_clear_free(product);
	BUG_ON(req->dst->length < req->dst_len);
	memcpy(req->dst->addr, out + 1, req->dst_len);
	memzero_explicit(out, sizeof(out));
	return 0;
}

int crypto_kpp_generate_public_key(struct kpp_request *req)
{
	BUG_ON(!req->tfm->secret || req->src);
	BUG_ON(req->dst_len != 2 * req->tfm->curve->bytes);
	return kssh_user_crypto_fails() ? -EIO : multiply(req, NULL);
}

/* The kernel's ladder gives (0, 0) then, which it takes for infinity. */
static bool x_is_zero(const u8 *x, unsigned int bytes)
{
	u8 any = 0;

	while (bytes--)
		any |= *x++;
	return !any;
}

int crypto_kpp_compute_shared_secret(struct kpp_request *req)
{
	const struct crypto_kpp *tfm = req->tfm;
	unsigned int bytes = tfm->curve->bytes;
	u8 in[1 + 2 * BYTES_MAX] = { POINT_CONVERSION_UNCOMPRESSED };
	EC_POINT *peer;
	int err = -EINVAL;

	BUG_ON(!tfm->secret || req->dst_len != bytes);
	if (kssh_user_crypto_fails())
		return -EIO;
	if (req->src_len != 2 * bytes || req->src->length < req->src_len)
		return -EINVAL;
	memcpy(in + 1, req->src->addr, 2 * bytes);
	peer = EC_POINT_new(tfm->group);
	/* checks range and equation */
	if (EC_POINT_oct2point(tfm->group, peer, in, 1 + 2 * bytes, NULL) == 1)
		err = x_is_zero(in + 1, bytes) ? -EFAULT : multiply(req, peer);
	EC_POINT_free(peer);
	return err;
}
