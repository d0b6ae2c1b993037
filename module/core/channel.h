/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The bound channel (RFC 4254 5): from the messages of a connection, one byte
 * stream, and beside it everything else, whole.
 *
 * Both windows are kept here.  The server's is raised when the reader has read half
 * of what it may be; it is never more than half of the connection's rx_limit, so
 * that a reader who does not read leaves room for what must be answered.
 *
 * As all of core: the caller serialises the calls on one connection.
 */
#ifndef KSSH_CHANNEL_H
#define KSSH_CHANNEL_H

#include "conn.h"

/* CHANNEL_OPEN that wait for our side of a key exchange before they are refused. */
#define KSSH_CHANNEL_REFUSED_MAX	16

/**
 * kssh_channel_bind - from here on there is a stream
 * @c: open conn, with a user who is logged in
 * @setup: the channel; its flags are the caller's to check
 *
 * Return: 0 or what struct kssh_channel says, -ENOMEM, or the errno of what the
 * messages received before did to the connection.
 */
int kssh_channel_bind(struct kssh_conn *c, const struct kssh_channel *setup);

bool kssh_channel_bound(const struct kssh_conn *c);
/* Sizes, windows, counters and the end; -ENODATA if none is bound. */
int kssh_channel_info(const struct kssh_conn *c, struct kssh_channel_info *info);

/* ---- the stream, received: kssh_conn_rx_first() is its oldest piece ---- */

/* @n bytes of the oldest piece have been read; they may be given back to the server. */
void kssh_channel_read(struct kssh_conn *c, size_t n);
size_t kssh_channel_unread(const struct kssh_conn *c);	/* bytes */
/* Nothing comes after what is unread, and that is what the server says. */
bool kssh_channel_rx_ended(const struct kssh_conn *c);
/* Nobody will read any more: what is there and what comes is thrown away. */
void kssh_channel_rx_stop(struct kssh_conn *c);

/* ---- the stream, sent -------------------------------------------------- */

/* 0, or -EPIPE: our data has ended, or the channel has. */
int kssh_channel_tx_error(const struct kssh_conn *c);

/* Bytes that one message can take now; 0: not now, or never (see tx_error). */
size_t kssh_channel_tx_room(const struct kssh_conn *c);

/**
 * kssh_channel_tx_reserve - begin CHANNEL_DATA
 * @c: bound
 * @n: bytes of data, at most kssh_channel_tx_room() and not 0
 * @p: set to where they go
 *
 * Return: as kssh_conn_tx_reserve().
 */
int kssh_channel_tx_reserve(struct kssh_conn *c, size_t n, u8 **p);
/* The bytes are there: as kssh_conn_tx_commit(). */
int kssh_channel_tx_commit(struct kssh_conn *c, size_t n);

/* CHANNEL_EOF, as soon as it may be sent.  Nothing is sent behind it. */
void kssh_channel_eof(struct kssh_conn *c);
/* CHANNEL_CLOSE likewise, and kssh_channel_rx_stop(). */
void kssh_channel_close(struct kssh_conn *c);
/* Closed by both sides, or the connection is over. */
bool kssh_channel_closed(const struct kssh_conn *c);

/* ---- everything else --------------------------------------------------- */

/**
 * kssh_channel_control - is there somebody for what is not the stream's?
 * @c: bound
 * @on: there is, or will be.  Else the kernel answers, what is unread first:
 *	requests with FAILURE, CHANNEL_OPEN with OPEN_FAILURE; the rest is dropped
 */
void kssh_channel_control(struct kssh_conn *c, bool on);

/* As kssh_conn_rx_first() and _pop(), for what is not the stream's. */
struct kssh_payload *kssh_channel_control_first(struct kssh_conn *c);
void kssh_channel_control_pop(struct kssh_conn *c);

/* May that payload be sent beside the stream?  0; -EINVAL: its number is the kernel's
 * on this channel.
 */
int kssh_channel_control_check(const struct kssh_conn *c, const u8 *p, size_t n);

#endif /* KSSH_CHANNEL_H */
