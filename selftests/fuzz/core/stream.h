/* SPDX-License-Identifier: GPL-2.0 */
/* The part of core-conn's programs that concerns a bound channel, and the clock. */
#ifndef KSSH_FUZZ_STREAM_H
#define KSSH_FUZZ_STREAM_H

#include "bench.h"

/* A message of RFC 4254 that the input describes, not sent; its length. */
size_t stream_message(struct input *in, u8 *buf, size_t room);

/* A step of the application with the channel: binds it if there is none. */
void stream_use(struct kssh_conn *c, struct input *in);

/* Take what has been received, all of it or the oldest; whether there was something. */
bool stream_deliver(struct kssh_conn *c);

/* Time passes, limits change, and what only a socket asks. */
void stream_world(struct kssh_lab *lab, struct input *in);

/* Are the windows and the queues what they may be?  Else it does not return. */
void stream_check(struct kssh_conn *c);

/* The same for what the socket goes by when it wakes somebody or leaves it alone. */
void stream_check_look(struct kssh_conn *c);

#endif /* KSSH_FUZZ_STREAM_H */
