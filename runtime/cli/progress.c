#include "progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../text.h"

static int64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void
start(struct weft_progress *p)
{
	const char *term = getenv("TERM");

	p->started = true;
	p->begin_ns = p->last_ns = now_ns();
	p->terminal = isatty(2) && term && strcmp(term, "dumb") != 0;
}

void
weft_progress_show(struct weft_progress *p, uint64_t done, uint64_t all)
{
	char a[32], b[32], c[32];
	double seconds, rate;
	int64_t now;

	if (!p->started)
		start(p);
	if (!p->terminal || (now = now_ns()) - p->last_ns < 200000000)
		return;
	p->last_ns = now;
	seconds = (double)(now - p->begin_ns) / 1e9;
	rate = (double)done / seconds;
	fprintf(stderr, "\r\033[K%s of %s  %3.0f%%  %s/s  %.0f s left",
	        weft_human_bytes(a, done), weft_human_bytes(b, all),
	        all ? 100.0 * (double)done / (double)all : 100,
	        weft_human_bytes(c, (unsigned long long)rate),
	        rate > 0 ? (double)(all - done) / rate : 0);
	p->shown = true;
}

void
weft_progress_end(struct weft_progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = false;
}
