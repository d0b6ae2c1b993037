// SPDX-License-Identifier: GPL-2.0
/*
 * scan - where in a guest's memory are these bytes?
 *
 * Usage: scan MEMORY < PATTERNS
 *
 * PATTERNS has lines of a name and bytes in hexadecimal, 16 or more.  Of each all
 * windows of 16 bytes at multiples of 8 are looked for, at every address of the file
 * MEMORY, so that 23 bytes in a row are found wherever they are.  Windows of few
 * different bytes could be anybody's, and are left out.  Prints name, which byte of the
 * pattern, and address, 64 of each name at most.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define WINDOW		16
#define STEP		8
#define DISTINCT_MIN	9
#define HITS_MAX	64
#define BITS		20	/* of the table's index */

enum { SLOTS = 1 << BITS };

struct window {
	uint8_t bytes[WINDOW];
	size_t off;
	int name;
	struct window *next;
};

static struct window *table[SLOTS];
static char **names;
static int *hits;
static int n_names;

static uint32_t slot(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v * 0x9e3779b97f4a7c15ULL >> (64 - BITS);
}

static bool telling(const uint8_t *p)
{
	bool seen[256] = {};
	int i, n = 0;

	for (i = 0; i < WINDOW; i++) {
		n += !seen[p[i]];
		seen[p[i]] = true;
	}
	return n >= DISTINCT_MIN;
}

static void add(const uint8_t *p, size_t off)
{
	struct window *w;

	if (!telling(p))
		return;
	w = calloc(1, sizeof(*w));
	if (!w)
		exit(2);
	memcpy(w->bytes, p, WINDOW);
	w->off = off;
	w->name = n_names - 1;
	w->next = table[slot(p)];
	table[slot(p)] = w;
}

static void read_pattern(char *line)
{
	char *hex = strchr(line, ' ');
	size_t i, n;
	uint8_t *p;

	if (!hex)
		exit(2);
	*hex++ = 0;
	n = strspn(hex, "0123456789abcdef") / 2;
	p = malloc(n + 1);
	names = realloc(names, (n_names + 1) * sizeof(*names));
	hits = realloc(hits, (n_names + 1) * sizeof(*hits));
	if (!p || !names || !hits)
		exit(2);
	for (i = 0; i < n; i++) {
		char two[3] = { hex[2 * i], hex[2 * i + 1] };

		p[i] = strtoul(two, NULL, 16);
	}
	names[n_names] = strdup(line);
	hits[n_names++] = 0;
	for (i = 0; i + WINDOW <= n; i += STEP)
		add(p + i, i);
	free(p);
}

static void look(const uint8_t *mem, size_t at)
{
	const struct window *w;

	for (w = table[slot(mem + at)]; w; w = w->next)
		if (!memcmp(w->bytes, mem + at, WINDOW) && hits[w->name]++ < HITS_MAX)
			printf("%s %zu %#zx\n", names[w->name], w->off, at);
}

int main(int argc, char **argv)
{
	size_t room = 0, at;
	const uint8_t *mem;
	char *line = NULL;
	struct stat st;
	int fd;

	if (argc != 2)
		return 2;
	while (getline(&line, &room, stdin) > 0)
		read_pattern(line);
	fd = open(argv[1], O_RDONLY);
	if (fd < 0 || fstat(fd, &st) || st.st_size < WINDOW) {
		perror(argv[1]);
		return 2;
	}
	mem = mmap(NULL, st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (mem == MAP_FAILED) {
		perror("mmap");
		return 2;
	}
	for (at = 0; at + WINDOW <= (size_t)st.st_size; at++)
		look(mem, at);
	return 0;
}
