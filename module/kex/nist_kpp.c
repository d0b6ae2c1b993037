// SPDX-License-Identifier: GPL-2.0
/*
 * P-256 and P-384 by the kernel's key agreement API, which checks range and
 * equation of the peer's point.
 */
#include <crypto/ecdh.h>
#include <crypto/kpp.h>
#include <linux/err.h>
#include <linux/kmod.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../alg/usable.h"
#include "../wire/reason.h"
#include "nist.h"

#define DRAWS_MAX	16	/* one in 2^32 is out of range */
#define PACKED_HEAD	(sizeof(struct kpp_secret) + sizeof(unsigned short))
#define KPP_LEN_MAX	KSSH_P384_LEN

/**
 * struct kpp_work - one operation of the kernel's, wiped when freed
 * @tfm: holds the secret
 * @req: request
 * @wait: its completion
 * @from: input of @req
 * @to: output of @req
 * @packed: secret as the API wants it
 * @point: x || y
 * @x: shared secret
 */
struct kpp_work {
	struct crypto_kpp *tfm;
	struct kpp_request *req;
	struct crypto_wait wait;
	struct scatterlist from, to;
	u8 packed[PACKED_HEAD + KPP_LEN_MAX];
	u8 point[2 * KPP_LEN_MAX];
	u8 x[KPP_LEN_MAX];
};

static int to_reason(int err)
{
	if (!err)
		return 0;
	return err == -ENOMEM ? KSSH_R_NO_MEMORY : KSSH_R_CRYPTO_FAILED;
}

static void work_free(struct kpp_work *w)
{
	if (!w)
		return;
	if (w->req)
		kpp_request_free(w->req);
	if (!IS_ERR_OR_NULL(w->tfm))
		crypto_free_kpp(w->tfm);
	kfree_sensitive(w);
}

/* The kernel's module goes by the name of "ecdh" alone. */
static struct crypto_kpp *tfm_alloc(const struct kssh_nist_curve *c)
{
	struct crypto_kpp *tfm = crypto_alloc_kpp(c->kernel_name, 0, 0);

	if (tfm != ERR_PTR(-ENOENT))
		return tfm;
	request_module("crypto-ecdh");
	return crypto_alloc_kpp(c->kernel_name, 0, 0);
}

static int work_new(const struct kssh_nist_curve *c, struct kpp_work **out)
{
	struct kpp_work *w = kzalloc(sizeof(*w), GFP_KERNEL);
	int err;

	if (!w)
		return -ENOMEM;
	w->tfm = tfm_alloc(c);
	err = PTR_ERR_OR_ZERO(w->tfm);
	if (err)
		goto err_free;
	err = -ENOMEM;
	w->req = kpp_request_alloc(w->tfm, GFP_KERNEL);
	if (!w->req)
		goto err_free;
	crypto_init_wait(&w->wait);
	kpp_request_set_callback(w->req, CRYPTO_TFM_REQ_MAY_BACKLOG |
				 CRYPTO_TFM_REQ_MAY_SLEEP,
				 crypto_req_done, &w->wait);
	*out = w;
	return 0;

err_free:
	work_free(w);
	return err;
}

/*
 * What crypto_ecdh_encode_key() makes, which is in the module that a kernel may
 * lack.  -EINVAL: out of range.
 */
static int set_secret(struct kpp_work *w, const struct kssh_nist_curve *c,
		      const u8 *secret)
{
	const unsigned short size = c->len;
	const struct kpp_secret head = {
		.type = CRYPTO_KPP_SECRET_TYPE_ECDH,
		.len = PACKED_HEAD + size,
	};

	memcpy(w->packed, &head, sizeof(head));
	memcpy(w->packed + sizeof(head), &size, sizeof(size));
	memcpy(w->packed + PACKED_HEAD, secret, size);
	return crypto_kpp_set_secret(w->tfm, w->packed, head.len);
}

static int make_public(struct kpp_work *w, const struct kssh_nist_curve *c)
{
	sg_init_one(&w->to, w->point, 2 * c->len);
	kpp_request_set_input(w->req, NULL, 0);
	kpp_request_set_output(w->req, &w->to, 2 * c->len);
	return crypto_wait_req(crypto_kpp_generate_public_key(w->req), &w->wait);
}

static int make_shared(struct kpp_work *w, const struct kssh_nist_curve *c)
{
	sg_init_one(&w->from, w->point, 2 * c->len);
	sg_init_one(&w->to, w->x, c->len);
	kpp_request_set_input(w->req, &w->from, 2 * c->len);
	kpp_request_set_output(w->req, &w->to, c->len);
	return crypto_wait_req(crypto_kpp_compute_shared_secret(w->req), &w->wait);
}

/* Known, and takes a secret in the form that set_secret() gives it. */
static int curve_attempt(const void *row)
{
	const struct kssh_nist_curve *c = row;
	u8 secret[KPP_LEN_MAX] = {};
	struct kpp_work *w;
	int err;

	err = work_new(c, &w);
	if (err)
		return err;
	secret[c->len - 1] = 2;
	err = set_secret(w, c, secret);
	work_free(w);
	return err ?: 1;
}

bool kssh_nist_kpp_usable(const struct kssh_nist_curve *c)
{
	return kssh_usable_once(c->memo, curve_attempt, c) > 0;
}

int kssh_nist_kpp_pair(const struct kssh_nist_curve *c,
		       const struct kssh_env *env, u8 *secret, u8 *xy)
{
	struct kpp_work *w;
	int i, err;

	err = work_new(c, &w);
	if (err)
		return to_reason(err);
	err = -EINVAL;
	for (i = 0; i < DRAWS_MAX && err == -EINVAL; i++) {
		env->random(env->ctx, secret, c->len);
		err = set_secret(w, c, secret);
	}
	if (!err)
		err = make_public(w, c);
	if (!err)
		memcpy(xy, w->point, 2 * c->len);
	work_free(w);
	return to_reason(err);
}

int kssh_nist_kpp_agree(const struct kssh_nist_curve *c, const u8 *secret,
			const u8 *xy, u8 *x)
{
	struct kpp_work *w;
	int err, reason;

	err = work_new(c, &w);
	if (err)
		return to_reason(err);
	reason = to_reason(set_secret(w, c, secret));
	if (reason)
		goto out;
	memcpy(w->point, xy, 2 * c->len);
	err = make_shared(w, c);
	/* -EFAULT: a point that the kernel's ladder cannot do, such as x = 0 */
	reason = err == -EINVAL || err == -EFAULT ? KSSH_R_KEX_PUBLIC_VALUE :
						    to_reason(err);
	if (!reason)
		memcpy(x, w->x, c->len);
out:
	work_free(w);
	return reason;
}
