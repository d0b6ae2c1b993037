/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What DNS says of keys, for the daemon's loop: some questions at a time, each answered
 * in time or given up.
 */
#ifndef KSSH_DNS_H
#define KSSH_DNS_H

#include <systemd/sd-event.h>

#include "ksshtrust.h"

struct dns;
struct dns_job;

/* Asks nobody before dns_setup().  NULL: no memory. */
struct dns *dns_new(sd_event *event);
void dns_free(struct dns *dns);
/*
 * From now on @client is asked, which is @dns's own then; NULL: nobody.  What was asked
 * is asked again, in the time that it has left.  0 or a negative errno: nothing changes.
 */
int dns_setup(struct dns *dns, struct kssh_trust_dns_client *client,
	      unsigned int timeout_ms);

/**
 * dns_ask - ask DNS for a key
 * @dns: dns
 * @query: copied
 * @done: called once, later, unless dns_forget() comes first: with 0 and the answer,
 *	or with a negative errno
 * @arg: of @done
 *
 * Return: the job, or NULL: DNS has nothing to say of that.
 */
struct dns_job *dns_ask(struct dns *dns, const struct kssh_trust_query *query,
			void (*done)(void *arg, int error,
				     const struct kssh_trust_fingerprints *found),
			void *arg);
/* The answer is not wanted any more. */
void dns_forget(struct dns_job *job);

#endif /* KSSH_DNS_H */
