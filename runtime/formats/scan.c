#include "scan.h"

bool
weft_scan_bad(struct weft_scan *s, const char *problem)
{
	if (s->token != WEFT_TOKEN_BAD)
		s->problem = problem;
	s->token = WEFT_TOKEN_BAD;
	return false;
}

/* The current token is to be a key; reads on to its value. */
static bool
key(struct weft_scan *s)
{
	if (s->token != WEFT_TOKEN_STRING)
		return weft_scan_bad(s, "a key in quotes is expected");
	if (weft_scan_next(s) != WEFT_TOKEN_COLON)
		return weft_scan_bad(s, "a colon is expected");
	weft_scan_next(s);
	return true;
}

static bool
is_scalar(enum weft_token t)
{
	return t >= WEFT_TOKEN_STRING && t <= WEFT_TOKEN_FALSE;
}

/* Objects and lists being open, innermost last. */
struct nest {
	uint64_t objects;   /* one bit each, the innermost lowest */
	int depth;
};

static bool
enter(struct weft_scan *s, struct nest *nest)
{
	if (nest->depth == WEFT_SCAN_DEPTH)
		return weft_scan_bad(s, "nested too deep");
	nest->objects = nest->objects << 1 | (s->token == WEFT_TOKEN_OBJECT);
	nest->depth++;
	weft_scan_next(s);
	return true;
}

static bool
at_end(const struct weft_scan *s, const struct nest *nest)
{
	return s->token == (nest->objects & 1 ? WEFT_TOKEN_OBJECT_END :
	                    WEFT_TOKEN_LIST_END);
}

/* Behind a value: closes what ends here and reads up to the next value. */
static bool
leave(struct weft_scan *s, struct nest *nest)
{
	while (nest->depth > 0) {
		weft_scan_next(s);
		if (s->token == WEFT_TOKEN_COMMA) {
			weft_scan_next(s);
			return !(nest->objects & 1) || key(s);
		}
		if (!at_end(s, nest))
			return weft_scan_bad(s, "a comma or the closing "
			                     "bracket is expected");
		nest->objects >>= 1;
		nest->depth--;
	}
	return true;
}

bool
weft_scan_skip(struct weft_scan *s)
{
	struct nest nest = {0};

	do {
		if (s->token == WEFT_TOKEN_OBJECT ||
		    s->token == WEFT_TOKEN_LIST) {
			if (!enter(s, &nest))
				return false;
			if (at_end(s, &nest)) {
				nest.objects >>= 1;
				nest.depth--;
			} else {
				if ((nest.objects & 1) && !key(s))
					return false;
				continue;
			}
		} else if (!is_scalar(s->token)) {
			return weft_scan_bad(s, "a value is expected");
		}
		if (!leave(s, &nest))
			return false;
	} while (nest.depth > 0);
	return true;
}
