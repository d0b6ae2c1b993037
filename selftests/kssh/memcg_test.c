// SPDX-License-Identifier: GPL-2.0
/*
 * What a socket's handshake and session take is charged to the cgroup of who attached,
 * whoever allocates it: the amount by memory.stat, each single object by ftrace.  What
 * kernels without that controller, or without the tracer, cannot tell is not asked.
 */
#include <sys/mman.h>

#include "kselftest_harness.h"
#include "channel.h"
#include "silent.h"
#include "trace.h"

#define CGROUPS		"/sys/fs/cgroup"
#define CGROUP		CGROUPS "/kssh_memcg_test"
#define MANY		100
/* What waits for RCU, newer kernels let wait for company, of some 30 contexts. */
#define LEFT		16384
/* A processor may keep a page to itself.  What the worker allocates for all is more. */
#define SPARE		6144
#define TEST_SECONDS	300

/* Write to a file of a cgroup's: 0 or -errno. */
static int put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), r;

	if (fd < 0)
		return -errno;
	r = kt_err(write(fd, text, strlen(text)));
	close(fd);
	return r < 0 ? r : 0;
}

static void enter(void)
{
	put(CGROUP "/cgroup.procs", "0");
}

static void leave(void)
{
	put(CGROUPS "/cgroup.procs", "0");
}

/* Bytes of slabs that are charged to the cgroup; -1: not told. */
static long charged(void)
{
	FILE *f = fopen(CGROUP "/memory.stat", "re");
	char line[128];
	long v = -1;

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "slab_unreclaimable %ld", &v) == 1)
			break;
	if (f)
		fclose(f);
	return v;
}

/* That, once it is between the two, or after all when the kernel has had its time to add
 * up what the processors count by themselves.
 */
static long charged_between(long least, long most)
{
	int i;
	long v;

	for (i = 0; i < 80; i++) {
		v = charged();
		if (v >= least && v <= most)
			break;
		kt_sleep_ms(100);
	}
	return v;
}

/* ---- the tracer ---- */

#define OBJECTS	1024

/* What is alive of what kssh has allocated since trace() */
struct alive {
	int n, uncharged;
	long bytes;
	struct object {
		char ptr[24], site[96];
		long bytes;
		bool charged;
	} object[OBJECTS];
};

static const char *const allocations[] = {
	"events/kmem/kmalloc/enable", "events/kmem/kmem_cache_alloc/enable",
	"events/kmem/kfree/enable", "events/kmem/kmem_cache_free/enable", NULL
};

static struct object *find(struct alive *a, const char *ptr)
{
	int i;

	for (i = 0; i < a->n; i++)
		if (!strcmp(a->object[i].ptr, ptr))
			return &a->object[i];
	return NULL;
}

/* A control descriptor's socket is made by the network's own function. */
static bool is_ours(const char *line)
{
	return strstr(line, "[kssh]") || strstr(line, "call_site=sk_prot_alloc");
}

static void look_at(struct alive *a, const char *line)
{
	const char *ptr = strstr(line, " ptr="), *bytes = strstr(line, " bytes_alloc=");
	const char *site = strstr(line, "call_site=");
	struct object o = { 0 }, *old;

	if (!ptr || !site || sscanf(ptr, " ptr=%23s", o.ptr) != 1)
		return;
	old = find(a, o.ptr);
	if (old)
		*old = a->object[--a->n];
	if (!bytes || !is_ours(line) || a->n == OBJECTS)
		return;
	snprintf(o.site, sizeof(o.site), "%.*s", (int)strcspn(site, " "), site);
	o.bytes = atol(bytes + strlen(" bytes_alloc="));
	o.charged = strstr(line, "accounted=true");
	a->object[a->n++] = o;
}

/* With what each of them has beside it for its owner. */
static void traced(struct __test_metadata *_metadata, struct alive *a)
{
	char line[1024];
	FILE *f;
	int i;

	memset(a, 0, sizeof(*a));
	trace_put("events/enable", "0");
	f = fopen(TRACING "/trace", "re");
	while (f && fgets(line, sizeof(line), f))
		if (line[0] != '#')
			look_at(a, line);
	if (f)
		fclose(f);
	for (i = 0; i < a->n; i++) {
		a->bytes += a->object[i].bytes + sizeof(void *);
		if (a->object[i].charged)
			continue;
		a->uncharged++;
		TH_LOG("not charged: %ld bytes of %s", a->object[i].bytes,
		       a->object[i].site);
	}
}

/* ---- the fixture ---- */

FIXTURE(memcg)
{
	int l, port, n;
	int fd[MANY], server[MANY];
	struct alive alive;
};

FIXTURE_SETUP(memcg)
{
	self->n = 0;
	self->l = silent_listen(MANY, &self->port);
	ASSERT_LE(0, self->l);
	put(CGROUPS "/cgroup.subtree_control", "+memory");
	if (mkdir(CGROUP, 0700) && errno != EEXIST)
		SKIP(return, "no cgroups: %s", strerror(errno));
	if (charged() < 0)
		SKIP(return, "no controller of memory");
}

static void close_all(FIXTURE_DATA(memcg) *self)
{
	while (self->n--) {
		close(self->fd[self->n]);
		close(self->server[self->n]);
	}
	self->n = 0;
}

FIXTURE_TEARDOWN(memcg)
{
	leave();
	close_all(self);
	close(self->l);
	rmdir(CGROUP);
}

/* One more connection to a server that speaks first, and no more. */
static void connect_one(struct __test_metadata *_metadata, FIXTURE_DATA(memcg) *self)
{
	unsigned char hello[512];
	size_t len = silent_flight(hello);

	self->fd[self->n] = kt_connect(AF_INET, self->port);
	ASSERT_LE(0, self->fd[self->n]);
	self->server[self->n] = accept(self->l, NULL, NULL);
	ASSERT_LE(0, self->server[self->n]);
	ASSERT_EQ((ssize_t)len, write(self->server[self->n], hello, len));
	self->n++;
}

/* Its handshake is on its way: -EINPROGRESS. */
static int start(int fd)
{
	uint32_t patience = 3600 * 1000;
	int r = kt_attach(fd);

	if (!r)
		r = kt_set_u32(fd, KSSH_TIMEOUT, patience);
	if (!r)
		r = kt_set_u32(fd, KSSH_VERIFY, KSSH_VERIFY_APP);
	if (!r)
		r = kt_set_u32(fd, KSSH_GUESS, KSSH_GUESS_NEVER);
	return r ?: kt_start(fd, KSSH_HS_NOWAIT);
}

/* The server has our public value, so that all that is held in flight is. */
static bool in_flight(int fd)
{
	struct kssh_info i;
	int tries;

	for (tries = 0; tries < 100 * kt_slow(); tries++) {
		if (kt_info(fd, &i))
			return false;
		if (i.state == KSSH_STATE_HANDSHAKE && i.phase == KSSH_PHASE_KEX &&
		    i.tx_packets == 2)
			return true;
		kt_sleep_ms(10);
	}
	return false;
}

/* ---- in flight ---- */

TEST_F_TIMEOUT(memcg, handshakes_in_flight, TEST_SECONDS)
{
	long one, all, got;
	int i;

	/* the first of a user's takes what the others share */
	connect_one(_metadata, self);
	ASSERT_EQ(-EINPROGRESS, start(self->fd[0]));
	ASSERT_TRUE(in_flight(self->fd[0]));
	connect_one(_metadata, self);
	i = trace(allocations, false);
	if (i)
		SKIP(return, "no tracer: %s", strerror(-i));
	ASSERT_EQ(-EINPROGRESS, start(self->fd[1]));
	ASSERT_TRUE(in_flight(self->fd[1]));
	traced(_metadata, &self->alive);
	EXPECT_EQ(0, self->alive.uncharged);
	EXPECT_LT(5, self->alive.n);
	one = self->alive.bytes;
	EXPECT_LT(1024, one);

	while (self->n < MANY)
		connect_one(_metadata, self);
	EXPECT_EQ(0, charged());
	enter();
	for (i = 2; i < MANY; i++)
		ASSERT_EQ(-EINPROGRESS, start(self->fd[i]));
	leave();
	for (i = 2; i < MANY; i++)
		ASSERT_TRUE(in_flight(self->fd[i]));
	all = one * (MANY - 2);
	got = charged_between(all - SPARE, all + SPARE);
	EXPECT_LE(all - SPARE, got);
	EXPECT_GE(all + SPARE, got);
	TH_LOG("%ld bytes each in %d objects, %ld charged for %d", one, self->alive.n, got,
	       MANY - 2);
	close_all(self);
	EXPECT_GE(LEFT, charged_between(0, LEFT));
}

/* ---- sessions ---- */

#define HELD	100

/* By a process that is elsewhere now: payloads that wait for the new keys. */
TEST_F_TIMEOUT(memcg, what_waits_for_keys, TEST_SECONDS)
{
	static const struct kssh_rekey now = { .flags = KSSH_REKEY_NOW };
	unsigned char p[1000] = { 94 };
	char stall[32];
	long before, got;
	int fd, i, r;

	enter();
	fd = kt_prepare(AF_INET, "honest");
	r = fd < 0 ? fd : kt_handshake_app(fd, KSSH_ACCEPT) ?: kt_login(fd);
	leave();
	ASSERT_EQ(0, r);
	snprintf(stall, sizeof(stall), "stall %d", 3000 * kt_slow());
	ASSERT_EQ(0, kt_command(fd, stall, false));
	ASSERT_EQ(0, kt_set(fd, KSSH_REKEY, &now, sizeof(now)));
	before = charged();
	for (i = 0; i < HELD; i++)
		ASSERT_EQ((ssize_t)sizeof(p), send(fd, p, sizeof(p), 0));
	got = charged_between(before + HELD * 1000, before + HELD * 2048 + SPARE);
	EXPECT_LE(before + HELD * 1000, got);
	EXPECT_GE(before + HELD * 2048 + SPARE, got);
	close(fd);
	EXPECT_GE(LEFT, charged_between(0, LEFT));
}

FIXTURE(session)
{
	int fd, control;
	struct alive alive;
};

FIXTURE_VARIANT(session)
{
	const char *cipher, *mac, *comp;
};

FIXTURE_VARIANT_ADD(session, gcm)
{
	.cipher = "aes128-gcm@openssh.com",
};

FIXTURE_VARIANT_ADD(session, chacha)
{
	.cipher = "chacha20-poly1305@openssh.com",
};

FIXTURE_VARIANT_ADD(session, ctr_zlib)
{
	.cipher = "aes256-ctr",
	.mac = "hmac-sha2-256",
	.comp = "zlib@openssh.com",
};

FIXTURE_SETUP(session)
{
	self->control = -1;
	self->fd = -1;
}

FIXTURE_TEARDOWN(session)
{
	if (self->fd >= 0)
		close(self->fd);
	if (self->control >= 0)
		close(self->control);
}

/* One that is up, a channel bound, and its control descriptor taken. */
TEST_F_TIMEOUT(session, every_object, TEST_SECONDS)
{
	struct kssh_channel bind = {
		.local_id = OURS, .remote_id = THEIRS,
		.local_window = 65536, .local_max_packet = 32768,
		.remote_window = 1 << 20, .remote_max_packet = 32768,
		.flags = KSSH_CHANNEL_CONTROL,
	};
	char lie[64];
	int r;

	snprintf(lie, sizeof(lie), "honest channel=%d client=%d", THEIRS, OURS);
	r = trace(allocations, false);
	if (r)
		SKIP(return, "no tracer: %s", strerror(-r));
	self->fd = kt_prepare(AF_INET, lie);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, kt_suite(self->fd, variant->cipher, variant->mac, variant->comp));
	ASSERT_EQ(0, kt_handshake_app(self->fd, KSSH_ACCEPT));
	ASSERT_EQ(0, kt_login(self->fd));
	ASSERT_EQ(0, kt_set(self->fd, KSSH_CHANNEL, &bind, sizeof(bind)));
	self->control = take_control(self->fd, 0);
	ASSERT_LE(0, self->control);
	traced(_metadata, &self->alive);
	EXPECT_EQ(0, self->alive.uncharged);
	EXPECT_LT(5, self->alive.n);
}

/* ---- no room ---- */

/* Starts from within the cgroup.  -EINPROGRESS once it is in flight, or the failure. */
static int start_inside(int fd)
{
	socklen_t n = sizeof(int);
	int r, e = 0;

	enter();
	r = start(fd);
	leave();
	if (r != -EINPROGRESS || in_flight(fd))
		return r;
	getsockopt(fd, SOL_SOCKET, SO_ERROR, &e, &n);
	return -e;
}

/*
 * Where the cgroup may have no more, a start fails and says so, and nothing else does.
 * A process of the cgroup's that may be ended would be.
 */
TEST_F_TIMEOUT(memcg, no_room, TEST_SECONDS)
{
	int r = -EINPROGRESS, good = 0, i;

	while (self->n < MANY)
		connect_one(_metadata, self);
	/* its own pages are to be there before they could be refused */
	ASSERT_EQ(0, mlockall(MCL_CURRENT));
	ASSERT_EQ(0, put("/proc/self/oom_score_adj", "-1000"));
	ASSERT_EQ(0, put(CGROUP "/memory.max", "131072"));
	while (good < MANY && r == -EINPROGRESS) {
		r = start_inside(self->fd[good]);
		good += r == -EINPROGRESS;
	}
	ASSERT_EQ(-ENOMEM, r);
	TH_LOG("no memory after %d", good);
	EXPECT_LT(20, good);
	for (i = 0; i < good; i++)
		EXPECT_TRUE(in_flight(self->fd[i])) TH_LOG("%d", i);

	ASSERT_EQ(0, put(CGROUP "/memory.max", "max"));
	ASSERT_EQ(-EINPROGRESS, start_inside(self->fd[MANY - 1]));
	close_all(self);
	EXPECT_GE(LEFT, charged_between(0, LEFT));
}

TEST_HARNESS_MAIN
