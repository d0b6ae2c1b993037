// SPDX-License-Identifier: GPL-2.0
/* What work costs where the guest's time is instructions (see ground). */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "meter.h"

char **pids;

void die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

void figure(const char *what, const char *who, double value)
{
	const char *ground = getenv("BENCH_GROUND"), *label = getenv("BENCH_LABEL");

	printf("%s\t%s\t%s\t%.0f\n", ground ? ground : "here", what,
	       label ? label : who, value);
	fflush(stdout);
}

/* ---- meters ---- */

int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int64_t number(const char *path, const char *word)
{
	char line[256], *at;
	int64_t v = -1;
	FILE *f = fopen(path, "r");

	if (!f)
		die("%s: %s", path, strerror(errno));
	while (v < 0 && fgets(line, sizeof(line), f)) {
		at = strstr(line, word);
		if (at)
			v = strtoll(at + strlen(word) +
				    strcspn(at + strlen(word), "0123456789"), NULL, 10);
	}
	fclose(f);
	if (v < 0)
		die("%s says nothing of %s", path, word);
	return v;
}

int64_t others(const char *file, const char *word)
{
	char path[64];
	int64_t sum = 0;
	char **p;

	for (p = pids; *p; p++) {
		snprintf(path, sizeof(path), "/proc/%s/%s", *p, file);
		sum += number(path, word);
	}
	return sum;
}

void meter_begin(struct meter *m)
{
	m->others = others("schedstat", "");
	m->idle = number("/proc/timer_list", ".idle_sleeptime");
	m->start = now();
}

double meter_end(const struct meter *m)
{
	int64_t passed = now() - m->start;
	int64_t idle = number("/proc/timer_list", ".idle_sleeptime") - m->idle;

	return passed - idle - (others("schedstat", "") - m->others);
}
