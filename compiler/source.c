#include "source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The length of the UTF-8 sequence at s, 0 where there is none. */
static size_t
utf8_length(const unsigned char *s, size_t n)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t k = s[0] < 0x80 ? 1 : s[0] >> 5 == 6 ? 2 : s[0] >> 4 == 14 ? 3
	         : s[0] >> 3 == 30 ? 4 : 0;
	uint32_t c = k == 1 ? s[0] : (uint32_t)(s[0] & (0x7f >> k));

	if (k == 0 || k > n)
		return 0;
	for (size_t i = 1; i < k; i++) {
		if (s[i] >> 6 != 2)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[k] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	return k;
}

/* Fills the line table; the offset of the first byte that is no text, or -1. */
static long
scan_lines(struct sources *all, struct source *s)
{
	size_t i = 0, k;

	s->lines = arena_grow(all->arena, NULL, 0, sizeof *s->lines);
	s->lines[s->n_lines++] = 0;
	for (; i < s->size; i += k) {
		k = utf8_length((const unsigned char *)s->text + i, s->size - i);
		if (k == 0 || s->text[i] == '\0')
			return (long)i;
		if (s->text[i] != '\n')
			continue;
		s->lines = arena_grow(all->arena, s->lines, s->n_lines,
		                      sizeof *s->lines);
		s->lines[s->n_lines++] = (uint32_t)i + 1;
	}
	return -1;
}

static int
add(struct sources *all, struct source s, const char **error)
{
	long bad = scan_lines(all, &s);
	int line, column;

	if (bad >= 0) {
		source_position(&s, (uint32_t)bad, &line, &column);
		*error = arena_printf(all->arena,
			"%s:%d:%d: error: byte 0x%02x is not UTF-8 text",
			s.path, line, column, (unsigned char)s.text[bad]);
		return -1;
	}
	all->list = arena_grow(all->arena, all->list, all->n,
	                       sizeof *all->list);
	all->list[all->n] = s;
	return (int)all->n++;
}

int
source_text(struct sources *all, const char *path, const char *text,
            size_t size, const char **error)
{
	struct source s = {.size = size};

	s.path = arena_copy(all->arena, path, strlen(path));
	if (size > SOURCE_LIMIT) {
		*error = arena_printf(all->arena,
			"%s: error: a model file has at most %d MiB", path,
			SOURCE_LIMIT >> 20);
		return -1;
	}
	s.text = arena_copy(all->arena, text, size);
	return add(all, s, error);
}

static const char *
read_all(FILE *f, char **text, size_t *size)
{
	struct stat st;

	if (fstat(fileno(f), &st) != 0)
		return strerror(errno);
	if (!S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode))
		return "not a regular file";
	*text = malloc(SOURCE_LIMIT + 1);
	if (!*text)
		return strerror(errno);
	*size = fread(*text, 1, SOURCE_LIMIT + 1, f);
	return ferror(f) ? strerror(errno) : NULL;
}

int
source_open(struct sources *all, const char *path, const char **error)
{
	FILE *f = fopen(path, "rb");
	const char *why = NULL;
	char *text = NULL;
	size_t size = 0;
	int file = -1;

	if (!f) {
		*error = arena_printf(all->arena, "%s: error: cannot open: %s",
		                      path, strerror(errno));
		return -1;
	}
	why = read_all(f, &text, &size);
	if (why)
		*error = arena_printf(all->arena, "%s: error: cannot read: %s",
		                      path, why);
	else
		file = source_text(all, path, text, size, error);
	free(text);
	fclose(f);
	return file;
}

void
source_position(const struct source *s, uint32_t byte, int *line, int *column)
{
	size_t lo = 0, hi = s->n_lines;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->lines[mid] <= byte)
			lo = mid;
		else
			hi = mid;
	}
	*line = (int)lo + 1;
	*column = (int)(byte - s->lines[lo]) + 1;
}

const char *
source_line(const struct source *s, int line, size_t *size)
{
	size_t begin = s->lines[line - 1];
	size_t end = (size_t)line < s->n_lines ? s->lines[line] - 1 : s->size;

	*size = end - begin;
	return s->text + begin;
}

struct span
span_join(struct span a, struct span b)
{
	return (struct span){a.file, a.begin, b.end > a.end ? b.end : a.end};
}
