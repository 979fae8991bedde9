/* Memory with a hole before and behind it, and numbers that look random. */
#ifndef GUARD_H
#define GUARD_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define GUARD_PAGE ((size_t)4096)

static inline uint64_t
guard_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state * UINT64_C(0x9e3779b97f4a7c15) >> 16;
}

static inline int64_t
guard_between(uint64_t *state, int64_t low, int64_t high)
{
	uint64_t many = (uint64_t)(high - low + 1);

	return low + (int64_t)(guard_random(state) % many);
}

/* `room` bytes between two pages that fault; more than `room` only by what
 * rounds it up to pages. */
typedef struct guard {
	char *map, *low, *high;      /* low .. high is usable */
	size_t mapped;
} guard;

static inline guard
guard_new(size_t room)
{
	size_t inside = (room + GUARD_PAGE - 1) / GUARD_PAGE * GUARD_PAGE;
	guard g = {.mapped = inside + 2 * GUARD_PAGE};

	g.map = mmap(NULL, g.mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
		     -1, 0);
	g.low = g.map + GUARD_PAGE;
	if (g.map == MAP_FAILED
	    || (inside && mprotect(g.low, inside, PROT_READ | PROT_WRITE))) {
		perror("guard pages");
		exit(2);
	}
	g.high = g.low + inside;
	return g;
}

static inline void
guard_free(guard *g)
{
	munmap(g->map, g->mapped);
}

/* Where `size` bytes lie: at either end, or up to 3 bytes away from it. */
static inline char *
guard_place(const guard *g, size_t size, uint64_t *state)
{
	size_t room = (size_t)(g->high - g->low) - size;
	size_t off = guard_random(state) % 2 ? 0 : guard_random(state) % 4;

	if (off > room)
		off = room;
	return guard_random(state) % 2 ? g->low + off : g->high - size - off;
}

static inline void
guard_fill(const guard *g, uint64_t *state)
{
	uint64_t word;
	char *p;

	for (p = g->low; p < g->high; p += sizeof(word)) {
		word = guard_random(state);
		memcpy(p, &word, sizeof(word));
	}
}

#endif
