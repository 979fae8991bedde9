/* Versions as numbers. */
#include <string.h>

#include "function.h"

/* A version is put into one integer, what weighs most first:
 *
 *     12 bits  12 bits  12 bits  12 bits   3 bits   11 bits   1 bit
 *     0     .  19    .  1     .  0         stage    number    no dev
 *
 * The stage is what comes before and behind a release: 1.0.dev2 < 1.0a1.dev1 <
 * 1.0a1 < 1.0b1 < 1.0rc1 < 1.0 < 1.0.post1. What follows + or @ says how it was
 * built, and counts for nothing. */
enum { PARTS = 4, PART_BITS = 12, STAGE_BITS = 3, NUMBER_BITS = 11 };
enum { DEV, ALPHA, BETA, CANDIDATE, RELEASE, POST };

struct version {
	int64_t parts[PARTS], stage, number;
	bool dev;
};

/* The number at *p, of at most `bits` bits. */
static bool
read_number(const char **p, int bits, int64_t *r)
{
	size_t n = strspn(*p, "0123456789");
	int64_t v = 0;

	for (size_t i = 0; i < n; i++) {
		v = v * 10 + ((*p)[i] - '0');
		if (v >> bits)
			return false;
	}
	*p += n;
	*r = v;
	return true;
}

/* "rc1", "-rc.1", ".post3", "dev" at *p. */
static bool
read_stage(const char **p, struct version *v)
{
	static const struct {
		const char *word;
		int stage;
	} words[] = {{"dev", DEV}, {"alpha", ALPHA}, {"a", ALPHA},
	             {"beta", BETA}, {"b", BETA}, {"preview", CANDIDATE},
	             {"pre", CANDIDATE}, {"rc", CANDIDATE}, {"c", CANDIDATE},
	             {"post", POST}, {"rev", POST}, {"r", POST}};
	const char *s = *p + (**p && strchr(".-_", **p));
	size_t i = 0, count = sizeof words / sizeof *words;
	int64_t number;

	while (i < count && strncmp(s, words[i].word, strlen(words[i].word)))
		i++;
	if (i == count)
		return false;
	s += strlen(words[i].word);
	s += *s && strchr(".-_", *s) && strspn(s + 1, "0123456789");
	if (!read_number(&s, NUMBER_BITS, &number))
		return false;
	*p = s;
	v->dev = v->dev || words[i].stage == DEV;
	if (words[i].stage == DEV && v->stage != RELEASE)
		return true;
	v->stage = words[i].stage;
	v->number = number;
	return true;
}

bool
weft_version_number(const char *text, int64_t *r)
{
	struct version v = {.stage = RELEASE};
	const char *p = text + (*text == 'v');
	int n = 0;

	do {
		if (n == PARTS || !strspn(p, "0123456789") ||
		    !read_number(&p, PART_BITS, &v.parts[n++]))
			return false;
	} while (*p == '.' && strspn(p + 1, "0123456789") && p++);
	while (*p && *p != '+' && *p != '@')
		if (!read_stage(&p, &v))
			return false;
	*r = 0;
	for (int i = 0; i < PARTS; i++)
		*r = *r << PART_BITS | v.parts[i];
	*r = *r << STAGE_BITS | v.stage;
	*r = (*r << NUMBER_BITS | v.number) << 1 | !v.dev;
	return true;
}
