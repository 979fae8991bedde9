#include "path.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool
is_bare(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '$';
}

static size_t
bare_length(const char *s)
{
	size_t n = 0;

	while (is_bare(s[n]))
		n++;
	return n;
}

/* `s` is behind the quote; returns what is behind `"]`, or NULL. */
static const char *
quoted(const char *s, weft_text *name)
{
	for (; *s && *s != '"'; s++) {
		if (*s == '\\' && (s[1] == '"' || s[1] == '\\'))
			s++;
		weft_text_add(name, s, 1);
	}
	return s[0] == '"' && s[1] == ']' ? s + 2 : NULL;
}

/* `s` is behind the bracket; returns what is behind the other, or NULL. */
static const char *
number(const char *s, size_t *r)
{
	const char *begin = s;

	for (*r = 0; *s >= '0' && *s <= '9'; s++)
		if (__builtin_mul_overflow(*r, (size_t)10, r) ||
		    __builtin_add_overflow(*r, (size_t)(*s - '0'), r))
			return NULL;
	if (s == begin || *s != ']' || (*begin == '0' && s > begin + 1))
		return NULL;
	return s + 1;
}

static const char *
bare(const char *s, weft_text *name)
{
	size_t n = bare_length(s);

	weft_text_add(name, s, n);
	return n ? s + n : NULL;
}

/* Steps over what joins a step to the next: a bracket, or a dot and a name. */
static const char *
separator(const char *s)
{
	if (*s == '\0' || *s == '[')
		return s;
	return *s == '.' && is_bare(s[1]) ? s + 1 : NULL;
}

bool
weft_path_next(const char **path, weft_step *step)
{
	const char *s = *path;

	step->name.size = 0;
	weft_text_puts(&step->name, "");
	step->is_index = s[0] == '[' && s[1] != '"';
	if (*s == '\0')
		return false;
	if (step->is_index)
		s = number(s + 1, &step->index);
	else if (*s == '[')
		s = quoted(s + 2, &step->name);
	else
		s = bare(s, &step->name);
	s = s ? separator(s) : NULL;
	if (s)
		*path = s;
	return s != NULL;
}

void
weft_step_free(weft_step *step)
{
	weft_text_free(&step->name);
}

bool
weft_path_valid(const char *path, size_t *at)
{
	const char *s = path;
	weft_step step = {0};
	bool more;

	do
		more = weft_path_next(&s, &step);
	while (more);
	weft_step_free(&step);
	if (at)
		*at = (size_t)(s - path);
	return *s == '\0';
}

void
weft_path_add(weft_text *path, const char *name)
{
	size_t n = bare_length(name);

	if (n && name[n] == '\0') {
		weft_text_printf(path, "%s%s", path->size ? "." : "", name);
		return;
	}
	weft_text_puts(path, "[\"");
	for (; *name; name++) {
		if (*name == '"' || *name == '\\')
			weft_text_puts(path, "\\");
		weft_text_add(path, name, 1);
	}
	weft_text_puts(path, "\"]");
}
