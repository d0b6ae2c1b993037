// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin of QEMU's that counts the instructions of each block of code
 *
 *	qemu-system-x86_64 -plugin functions.so,out=FILE ...
 *
 * FILE gets a line for each block that ran: its address in hex, and instructions.
 * What runs in user space is one line, of address 0.  The interface (version 1 of the
 * plugin API) is declared here, since Debian 12 has no package with the header.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
					   void (*cb)(qemu_plugin_id_t id,
						      struct qemu_plugin_tb *tb));
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *tb, int op,
					      void *to, uint64_t what);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id,
				    void (*cb)(qemu_plugin_id_t id, void *arg), void *arg);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);

#define ADD_U64	0		/* the only operation that there is */
#define PLACES	4194304		/* ten times the blocks that a guest here runs */

int qemu_plugin_version = 1;

static struct place {
	uint64_t address;	/* 0: user space */
	uint64_t instructions;
	int taken;		/* else the place is free */
} *places;
static const char *file;

static struct place *find(uint64_t address)
{
	size_t i = address * 0x9e3779b97f4a7c15 >> 42;

	while (places[i].taken && places[i].address != address)
		i = (i + 1) % PLACES;
	places[i].taken = 1;
	places[i].address = address;
	return &places[i];
}

/* One processor, so one at a time. */
static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	uint64_t address = qemu_plugin_tb_vaddr(tb);

	if (!(address >> 63))
		address = 0;
	qemu_plugin_register_vcpu_tb_exec_inline(tb, ADD_U64, &find(address)->instructions,
						 qemu_plugin_tb_n_insns(tb));
}

static void done(qemu_plugin_id_t id, void *arg)
{
	FILE *f = fopen(file, "w");
	size_t i;

	for (i = 0; f && i < PLACES; i++)
		if (places[i].instructions)
			fprintf(f, "%" PRIx64 " %" PRIu64 "\n", places[i].address,
				places[i].instructions);
	if (!f || fclose(f))
		perror(file);
}

int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv)
{
	places = calloc(PLACES, sizeof(*places));
	if (!places || argc != 1 || strncmp(argv[0], "out=", 4))
		return -1;
	file = strdup(argv[0] + 4);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, done, NULL);
	return 0;
}
