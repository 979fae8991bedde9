/* The rule that a key without one was perhaps meant for. */
#include <string.h>

#include "job.h"

/* A key or a pattern with every number and every hole as one '#', so that
 * "layers.3.w" and "layers.{l}.w" read the same. */
static size_t
skeleton(const char *s, char *out, size_t size)
{
	size_t n = 0;

	while (*s && n + 1 < size) {
		if (*s == '{' || (*s >= '0' && *s <= '9')) {
			out[n++] = '#';
			s += *s == '{' ? strcspn(s, "}") + (strchr(s, '}') != 0)
			     : strspn(s, "0123456789");
		} else if (*s == ' ') {
			break;
		} else {
			out[n++] = *s++;
		}
	}
	out[n] = '\0';
	return n;
}

/* How much of the beginning and the end of two texts is the same. */
static size_t
likeness(const char *a, size_t n, const char *b, size_t m)
{
	size_t head = 0, tail = 0, least = n < m ? n : m;

	while (head < least && a[head] == b[head])
		head++;
	while (tail < least - head && a[n - 1 - tail] == b[m - 1 - tail])
		tail++;
	return head + tail;
}

const weft_pattern *
weft_match_nearest(const weft_layout *l, const char *key)
{
	char a[512], b[512];
	size_t n = skeleton(key, a, sizeof a), best = n / 2, like;
	const weft_pattern *found = NULL;

	for (int i = 0; i < l->n_patterns; i++) {
		like = likeness(a, n, b,
		                skeleton(l->patterns[i].text, b, sizeof b));
		if (like > best) {
			best = like;
			found = &l->patterns[i];
		}
	}
	return found;
}
