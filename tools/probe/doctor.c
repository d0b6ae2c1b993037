// SPDX-License-Identifier: GPL-2.0
/* kssh-probe --doctor: what is missing on this machine, and what mends it. */
#include <stdarg.h>
#include <string.h>
#include <json-c/json.h>

#include "doctor.h"

#define BOLD	"\033[1m"
#define RED	"\033[31m"
#define GREEN	"\033[32m"
#define YELLOW	"\033[33m"
#define PLAIN	"\033[0m"

#define KIND_WIDTH	8
#define CHECK_WIDTH	11

static const struct {
	const char *name, *colour;
} kinds[] = {
	[FINE] = { "ok", GREEN },
	[NOTE] = { "note", YELLOW },
	[PROBLEM] = { "problem", RED },
};

void tell(struct findings *d, enum finding_kind kind, const char *check,
	  const char *fmt, ...)
{
	struct finding *f;
	va_list ap;

	if (d->n == FINDINGS_MAX)
		return;
	f = &d->f[d->n++];
	f->kind = kind;
	f->check = check;
	*f->mend = 0;
	va_start(ap, fmt);
	vsnprintf(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
}

void mend(struct findings *d, const char *fmt, ...)
{
	struct finding *f = &d->f[d->n - 1];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->mend, sizeof(f->mend), fmt, ap);
	va_end(ap);
}

static unsigned int problems(const struct findings *d)
{
	unsigned int n = 0;
	size_t i;

	for (i = 0; i < d->n; i++)
		n += d->f[i].kind == PROBLEM;
	return n;
}

static void print_text(const struct findings *d)
{
	const int indent = KIND_WIDTH + CHECK_WIDTH + 2;
	const struct finding *f;
	unsigned int n = problems(d);
	struct term t;
	size_t i;

	term_init(&t, stdout);
	for (i = 0; i < d->n; i++) {
		f = &d->f[i];
		printf("%s%-*s%s %-*s ", sgr(&t, kinds[f->kind].colour), KIND_WIDTH,
		       kinds[f->kind].name, sgr(&t, PLAIN), CHECK_WIDTH, f->check);
		print_wrapped(&t, indent, f->text);
		/* never wrapped: it is there to be copied */
		if (*f->mend)
			printf("%*s%s%s %s%s\n", indent, "", sgr(&t, BOLD),
			       t.utf8 ? "→" : "->", f->mend, sgr(&t, PLAIN));
	}
	putchar('\n');
	if (!n)
		printf("%sNothing is missing.%s\n", sgr(&t, GREEN), sgr(&t, PLAIN));
	else
		printf("%s%u problem%s.%s\n", sgr(&t, RED), n, n == 1 ? "" : "s",
		       sgr(&t, PLAIN));
}

static void print_json(const struct findings *d)
{
	struct json_object *top = json_object_new_object();
	struct json_object *checks = json_object_new_array(), *c;
	size_t i;

	for (i = 0; i < d->n; i++) {
		const struct finding *f = &d->f[i];

		c = json_object_new_object();
		json_object_object_add(c, "check", json_object_new_string(f->check));
		json_object_object_add(c, "result",
				       json_object_new_string(kinds[f->kind].name));
		json_object_object_add(c, "text", json_object_new_string(f->text));
		json_object_object_add(c, "mend", *f->mend ?
				       json_object_new_string(f->mend) : NULL);
		json_object_array_add(checks, c);
	}
	json_object_object_add(top, "problems", json_object_new_int(problems(d)));
	json_object_object_add(top, "checks", checks);
	puts(json_object_to_json_string_ext(top, JSON_C_TO_STRING_PRETTY |
					    JSON_C_TO_STRING_SPACED |
					    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(top);
}

int doctor(bool json)
{
	struct findings d = { .n = 0 };
	struct trial t;

	/* first: as root it may load the module */
	trial_begin(&t);
	check_kernel(&d);
	check_module(&d, &t);
	check_signature(&d, &t);
	check_attach(&d, &t);
	check_algorithms(&d, &t);
	check_namespace(&d);
	check_helper(&d, &t);
	check_policy(&d, &t);
	trial_end(&t);

	if (json)
		print_json(&d);
	else
		print_text(&d);
	return problems(&d) ? EXIT_OTHER : EXIT_UP;
}
