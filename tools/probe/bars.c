// SPDX-License-Identifier: GPL-2.0
/* Bars, times, and what the terminal can show. */
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "probe.h"

#define WIDTH_DEFAULT	80
#define WIDTH_MIN	40
#define WIDTH_MAX	120	/* beyond, a bar tells no more */

void term_init(struct term *t, FILE *f)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
	const char *columns = getenv("COLUMNS");
	bool tty = isatty(fileno(f));
	struct winsize ws;

	t->colour = tty && !(no && *no) && term && strcmp(term, "dumb");
	t->utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	t->width = WIDTH_DEFAULT;
	if (columns && atoi(columns) > 0)
		t->width = atoi(columns);
	else if (tty && !ioctl(fileno(f), TIOCGWINSZ, &ws) && ws.ws_col)
		t->width = ws.ws_col;
	if (t->width < WIDTH_MIN)
		t->width = WIDTH_MIN;
	if (t->width > WIDTH_MAX)
		t->width = WIDTH_MAX;
}

const char *sgr(const struct term *t, const char *code)
{
	return t->colour ? code : "";
}

static size_t put(char *out, size_t room, size_t at, const char *s)
{
	size_t n = strlen(s);

	if (at + n >= room)
		return at;
	memcpy(out + at, s, n + 1);
	return at + n;
}

void bar(const struct term *t, uint64_t begin, uint64_t end, uint64_t total,
	 unsigned int cells, char *out, size_t room)
{
	/* the left n eighths of a cell */
	static const char * const left[] = {
		"", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"
	};
	unsigned int b, e, i, all = cells * 8;
	size_t at = 0;

	*out = 0;
	if (!total || !cells)
		return;
	b = (double)(begin < total ? begin : total) / total * all + 0.5;
	e = (double)(end < total ? end : total) / total * all + 0.5;
	if (b >= all)
		b = all - 1;
	if (e <= b)
		e = b + 1;
	/* blocks grow from the left only: a first cell is whole, half or none */
	b = b / 4 * 4;

	for (i = 0; i < b / 8; i++)
		at = put(out, room, at, " ");
	if (!t->utf8) {
		do {
			at = put(out, room, at, "#");
		} while (++i < (e + 4) / 8);
		return;
	}
	if (b % 8) {
		at = put(out, room, at, e - b < 4 ? "▕" : "▐");
		i++;
	}
	for (; i < e / 8; i++)
		at = put(out, room, at, "█");
	if (e / 8 == i)
		put(out, room, at, left[e % 8]);
}

void print_wrapped(const struct term *t, unsigned int indent, const char *text)
{
	unsigned int at = indent;
	size_t n;

	while (*(text += strspn(text, " "))) {
		n = strcspn(text, " ");
		if (at > indent && at + 1 + n >= t->width) {
			printf("\n%*s", indent, "");
			at = indent;
		}
		at += printf("%s%.*s", at > indent ? " " : "", (int)n, text);
		text += n;
	}
	putchar('\n');
}

void format_time(uint64_t ns, uint64_t total, char *out, size_t room)
{
	if (total < 100 * 1000000ull)
		snprintf(out, room, "%.2f ms", ns / 1e6);
	else if (total < 10 * 1000000000ull)
		snprintf(out, room, "%.1f ms", ns / 1e6);
	else
		snprintf(out, room, "%.2f s", ns / 1e9);
}
