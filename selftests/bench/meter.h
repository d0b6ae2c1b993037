/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_METER_H
#define BENCH_METER_H

#include <stdint.h>

extern char **pids;	/* processes whose time and memory are taken off; NULL ends */

void __attribute__((noreturn, format(printf, 1, 2))) die(const char *fmt, ...);

/* Print a line of ground ($BENCH_GROUND), figure, who ($BENCH_LABEL, else @who), value. */
void figure(const char *what, const char *who, double value);

int64_t now(void);	/* ns */

/* The number behind @word in a file; dies without */
int64_t number(const char *path, const char *word);

/* Sum of that in /proc/PID/@file of all @pids */
int64_t others(const char *file, const char *word);

/**
 * struct meter - busy CPU from meter_begin() to meter_end()
 * @others: ns that @pids had run
 * @idle: ns that the CPU had idled
 * @start: when
 */
struct meter {
	int64_t others, idle, start;
};

void meter_begin(struct meter *m);
double meter_end(const struct meter *m);

#endif
