// SPDX-License-Identifier: GPL-2.0
/* Reading known_hosts files, which anybody may have written anything into. */
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

#define BLANK	" \t"

int hostfile_open(const char *path, FILE **f)
{
	struct stat st;
	int fd, ret;

	/* Neither a FIFO nor a terminal may hold us up. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st)) {
		ret = -errno;
	} else if (!S_ISREG(st.st_mode)) {
		ret = S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	} else {
		*f = fdopen(fd, "r");
		if (*f)
			return 0;
		ret = -errno;
	}
	close(fd);
	return ret;
}

/**
 * struct line_buf - a line without its newline
 * @text: NUL-terminated; what follows a NUL of the file is cut, as in OpenSSH
 * @room: allocated
 */
struct line_buf {
	char *text;
	size_t room;
};

/* 1: a line, 0: the end, negative errno. */
static int read_line(FILE *f, struct line_buf *l)
{
	size_t n = 0;
	char *more;
	int c;

	while ((c = getc_unlocked(f)) != EOF && c != '\n') {
		if (n >= KSSH_TRUST_LINE_MAX)
			return -EFBIG;
		if (n + 2 > l->room) {
			more = realloc(l->text, (l->room + 128) * 2);
			if (!more)
				return -ENOMEM;
			l->text = more;
			l->room = (l->room + 128) * 2;
		}
		l->text[n++] = c;
	}
	if (c == EOF && ferror(f))
		return -EIO;
	if (c == EOF && !n)
		return 0;
	if (!l->text) {
		l->text = malloc(256);
		if (!l->text)
			return -ENOMEM;
		l->room = 256;
	}
	l->text[n] = 0;
	return 1;
}

/* The marker at *p, which is moved behind it; false if it is none that we know. */
static bool take_marker(char **p, enum marker *marker)
{
	char *end;
	size_t n;

	*marker = MARKER_NONE;
	if (**p != '@')
		return true;
	/* It ends at a blank; only where no blank follows at all, at a tab. */
	end = strchr(*p, ' ');
	if (!end)
		end = strchr(*p, '\t');
	if (!end)
		return false;
	n = end - *p;
	if (n == strlen("@cert-authority") && !strncmp(*p, "@cert-authority", n))
		*marker = MARKER_CA;
	else if (n == strlen("@revoked") && !strncmp(*p, "@revoked", n))
		*marker = MARKER_REVOKED;
	else
		return false;
	*p = end + strspn(end, BLANK);
	return **p != '@';	/* one marker only */
}

int hostfile_read_key(const char *text, uint8_t **blob, struct key *key, size_t *len)
{
	const struct key_type *type;
	size_t n = strcspn(text, BLANK);
	char *b64;
	int ret;

	*blob = NULL;
	type = key_type_by_name(text, n);
	if (!type || !text[n])
		return -EINVAL;
	text += n;
	text += strspn(text, BLANK);
	n = strcspn(text, BLANK);
	if (!n || n > KSSH_TRUST_KEY_MAX * 4 / 3 + 16)
		return -EINVAL;

	b64 = strndup(text, n);
	*blob = malloc(n);
	ret = b64 && *blob ? b64_pton(b64, *blob, n) : -1;
	free(b64);
	if (ret < 0 || key_parse(*blob, ret, key) || key->type != type) {
		free(*blob);
		*blob = NULL;
		return -EINVAL;
	}
	*len = ret;
	return 0;
}

/* Look at a line: does it name the host and hold a key?  *blob is to be freed. */
static bool parse_line(char *p, const char *name, struct host_line *line,
		       uint8_t **blob)
{
	char *hosts;
	size_t len;

	p += strspn(p, BLANK);
	if (!*p || *p == '#' || !take_marker(&p, &line->marker))
		return false;
	hosts = p;
	p += strcspn(p, BLANK);
	if (!*p)
		return false;
	*p++ = 0;
	if (match_hosts(name, hosts) != 1)
		return false;
	p += strspn(p, BLANK);
	return !hostfile_read_key(p, blob, &line->key, &len);
}

int hostfile_each(FILE *f, const char *name,
		  void (*fn)(const struct host_line *line, void *arg), void *arg,
		  unsigned long *number)
{
	struct line_buf buf = { 0 };
	struct host_line line;
	uint8_t *blob;
	int ret;

	*number = 0;
	for (;;) {
		++*number;
		ret = read_line(f, &buf);
		if (ret <= 0)
			break;
		if (!parse_line(buf.text, name, &line, &blob))
			continue;
		line.number = *number;
		fn(&line, arg);
		free(blob);
	}
	free(buf.text);
	return ret;
}

int kssh_trust_read_key(const char *text, uint8_t *blob, size_t *len)
{
	const char *p = text + strspn(text, BLANK);
	struct key key;
	uint8_t *b;

	/* type first, or after a field or two (marker, names) */
	for (int i = 0; i < 3; i++) {
		if (!hostfile_read_key(p, &b, &key, len)) {
			if (*len > KSSH_TRUST_KEY_MAX) {
				free(b);
				return -EINVAL;
			}
			memcpy(blob, b, *len);
			free(b);
			return 0;
		}
		p += strcspn(p, BLANK);
		p += strspn(p, BLANK);
	}
	return -EINVAL;
}
