// SPDX-License-Identifier: GPL-2.0
/*
 * segments - the TCP segments of one SSH connection, seen at the client's interface
 *
 * Usage: segments PORT COMMAND [ARGUMENT...]
 *
 * Runs a command that makes one connection to PORT, and prints what was on the wire
 * until SERVICE_ACCEPT, as lines of ground ($BENCH_GROUND), figure, who
 * ($BENCH_LABEL), value:
 *
 *	keys		ns from the SYN-ACK to the server's NEWKEYS
 *	service		ns from the SYN-ACK to SERVICE_ACCEPT
 *	segments-out	segments with data that the client had sent by then
 *	segments-in	and the server
 *	bytes-out, bytes-in
 *
 * Times are of segments that come in: what goes out is seen here only after the
 * delay of the interface's queue.  Packets are in the clear up to NEWKEYS.
 * SERVICE_ACCEPT is taken to be in the first of the server's segments after its
 * NEWKEYS that acknowledges what the client sent right after its own.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/ethernet.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SEGMENTS_MAX	4096
#define STREAM_MAX	65536
#define LINGER_MS	50	/* what may still be on its way */

enum { OUT, IN };

static struct segment {
	int64_t time;
	int dir;
	uint32_t seq, ack, len;	/* sequence numbers from 0 */
} segments[SEGMENTS_MAX];
static int count;

/* What each side sent, in the order of its sequence numbers */
static struct stream {
	uint32_t isn, n;
	uint8_t p[STREAM_MAX];
} streams[2];

static int64_t syn_ack;
static uint16_t own_port;	/* the client's, from its SYN on: others' may still arrive */

static void __attribute__((noreturn)) die(const char *what)
{
	fprintf(stderr, "segments: %s\n", what);
	exit(1);
}

static void take(const struct iphdr *ip, size_t n, int dir, int64_t time)
{
	const struct tcphdr *t = (const void *)((const uint8_t *)ip + ip->ihl * 4);
	size_t head = ip->ihl * 4 + t->doff * 4, len;
	struct stream *s = &streams[dir];
	struct segment *g;

	if (ntohs(ip->tot_len) > n || head > ntohs(ip->tot_len))
		return;
	len = ntohs(ip->tot_len) - head;
	if (t->syn && dir == OUT)
		own_port = t->source;
	if ((dir == OUT ? t->source : t->dest) != own_port)
		return;
	if (t->syn) {
		s->isn = ntohl(t->seq) + 1;
		if (dir == IN)
			syn_ack = time;
		return;
	}
	if (count == SEGMENTS_MAX)
		return;
	g = &segments[count++];
	*g = (struct segment){ time, dir, ntohl(t->seq) - s->isn,
			       ntohl(t->ack_seq) - streams[!dir].isn, len };
	if (g->seq <= STREAM_MAX && len <= STREAM_MAX - g->seq) {
		memcpy(s->p + g->seq, (const uint8_t *)ip + head, len);
		if (s->n < g->seq + len)
			s->n = g->seq + len;
	}
}

static int64_t stamp(struct msghdr *h)
{
	struct cmsghdr *c;
	struct timespec t;

	for (c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c)) {
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPNS) {
			memcpy(&t, CMSG_DATA(c), sizeof(t));
			return t.tv_sec * 1000000000LL + t.tv_nsec;
		}
	}
	die("no time stamps");
}

static void receive(int fd, uint16_t port)
{
	static uint8_t buf[65536 + 64];
	union { char buf[128]; struct cmsghdr align; } control;
	struct sockaddr_ll from;
	struct iovec v = { buf, sizeof(buf) };
	struct msghdr h = { &from, sizeof(from), &v, 1, control.buf, sizeof(control) };
	const struct iphdr *ip = (const void *)buf;
	const struct tcphdr *t;
	ssize_t n = recvmsg(fd, &h, MSG_DONTWAIT);

	if (n < (ssize_t)(sizeof(*ip) + sizeof(*t)) || from.sll_protocol != htons(ETH_P_IP) ||
	    ip->protocol != IPPROTO_TCP)
		return;
	t = (const void *)(buf + ip->ihl * 4);
	if (from.sll_pkttype == PACKET_OUTGOING && t->dest == port)
		take(ip, n, OUT, stamp(&h));
	else if (from.sll_pkttype == PACKET_HOST && t->source == port)
		take(ip, n, IN, stamp(&h));
}

static void capture(uint16_t port, char **command)
{
	/* a socket for IP alone would not see what goes out */
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(ETH_P_ALL)), one = 1;
	struct pollfd p = { fd, POLLIN, 0 };
	bool over = false;
	int status;
	pid_t pid;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof(one)))
		die(strerror(errno));
	pid = fork();
	if (!pid) {
		execvp(command[0], command);
		_exit(127);
	}
	for (;;) {
		if (poll(&p, 1, LINGER_MS) > 0)
			receive(fd, port);
		else if (over)
			break;
		if (!over && waitpid(pid, &status, WNOHANG) == pid)
			over = true;
	}
}

/* Where the stream's NEWKEYS ends (RFC 4253 4.2 and 6); 0: there is none */
static uint32_t newkeys_end(const struct stream *s)
{
	const uint8_t *line;
	uint32_t at = 0, len;

	do {
		line = s->p + at;
		while (at < s->n && s->p[at] != '\n')
			at++;
		at++;
	} while (at < s->n && memcmp(line, "SSH-", 4));
	while (at + 6 <= s->n) {
		memcpy(&len, s->p + at, 4);
		len = ntohl(len);
		if (len > s->n - at - 4)
			break;
		if (s->p[at + 5] == 21)
			return at + 4 + len;
		at += 4 + len;
	}
	return 0;
}

static void figure(const char *what, int64_t value)
{
	const char *ground = getenv("BENCH_GROUND"), *label = getenv("BENCH_LABEL");

	printf("%s\t%s\t%s\t%lld\n", ground ? ground : "here", what,
	       label ? label : "?", (long long)value);
}

/* The end of the client's first segment that goes beyond its NEWKEYS */
static uint32_t request_end(uint32_t newkeys)
{
	int i;

	for (i = 0; i < count; i++)
		if (segments[i].dir == OUT &&
		    segments[i].seq + segments[i].len > newkeys)
			return segments[i].seq + segments[i].len;
	die("the client sent nothing after its NEWKEYS");
}

int main(int argc, char **argv)
{
	uint32_t keys[2], request, acked = 0;
	int n[2] = {}, bytes[2] = {}, i;
	int64_t keys_time = 0;
	struct segment *g;

	if (argc < 3)
		die("usage: segments PORT COMMAND...");
	capture(htons(atoi(argv[1])), argv + 2);
	keys[OUT] = newkeys_end(&streams[OUT]);
	keys[IN] = newkeys_end(&streams[IN]);
	if (!syn_ack || !keys[OUT] || !keys[IN])
		die("no NEWKEYS of both sides");
	request = request_end(keys[OUT]);
	for (i = 0; i < count; i++) {
		g = &segments[i];
		if (!g->len)
			continue;
		n[g->dir]++;
		bytes[g->dir] += g->len;
		if (g->dir == OUT)
			continue;
		if (!keys_time && g->seq + g->len >= keys[IN])
			keys_time = g->time;
		acked = g->ack;
		if (g->seq + g->len > keys[IN] && acked >= request)
			break;
	}
	if (i == count)
		die("no SERVICE_ACCEPT");
	figure("keys", keys_time - syn_ack);
	figure("service", g->time - syn_ack);
	figure("segments-out", n[OUT]);
	figure("segments-in", n[IN]);
	figure("bytes-out", bytes[OUT]);
	figure("bytes-in", bytes[IN]);
	return 0;
}
