/* How fast the kernels are: medians of interleaved rounds, as a rate and as a
 * ratio to one memcpy of the same bytes in the same round. Payload bytes, 1e9
 * to the GB. Usage: kernels [ROUNDS [MEGABYTES]] */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "../../runtime/kernels/kernels.h"

#define MOST_ROUNDS 64

static size_t total = (size_t)256 << 20;
static char *source, *target;

/* `count` matrices of rows x cols behind each other, each transposed, in
 * pieces of at most `piece` bytes of the target into a buffer if not 0. */
struct shape {
	int64_t rows, cols;
	int width;
};

static const struct shape shapes[] = {
	{2048, 768, 2}, {768, 2048, 2}, {4096, 4096, 2},
	{2880, 2880, 2}, {1000, 1500, 2},
	{2048, 768, 4}, {768, 2048, 4}, {4096, 4096, 4},
	{2048, 4096, 1}, {2048, 1024, 8},
};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void *
pages(size_t size)
{
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	madvise(p, size, MADV_HUGEPAGE);
	return p;
}

static int
compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double
median(double *v, int n)
{
	qsort(v, (size_t)n, sizeof(*v), compare);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

static double
transpose_time(const weft_kernels *k, const struct shape *s, weft_store store,
	       size_t *done)
{
	size_t bytes = (size_t)(s->rows * s->cols) * (size_t)s->width, at;
	weft_nest n = {2, {s->rows, s->cols},
		       {s->cols * s->width, s->width},
		       {s->width, s->rows * s->width}};
	double start;

	weft_nest_normalise(&n);
	start = now();
	for (at = 0; at + bytes <= total; at += bytes)
		weft_move(k, &n, s->width, store, source + at, target + at);
	*done = at;
	return now() - start;
}

static double
copy_time(size_t bytes)
{
	double start = now();

	memcpy(target, source, bytes);
	return now() - start;
}

/* A column of the table: a level and where its stores go. */
struct column {
	const weft_kernels *kernels;
	weft_store store;
};

static int
columns(struct column *c)
{
	const char *const *level;
	int n = 0;

	for (level = weft_kernels_levels(); *level; level++) {
		c[n].kernels = weft_kernels_level(*level);
		c[n++].store = WEFT_STORE_CACHED;
		c[n].kernels = weft_kernels_level(*level);
		c[n++].store = WEFT_STORE_STREAM;
	}
	return n;
}

static void
transposes(int rounds)
{
	struct column c[16];
	static double rate[17][MOST_ROUNDS], ratio[16][MOST_ROUNDS];
	int n = columns(c), i, r;
	size_t s, done;
	double copy, t;

	printf("%-22s %8s", "transpose, GB/s", "memcpy");
	for (i = 0; i < n; i++)
		printf("  %9s%s", weft_kernels_name(c[i].kernels),
		       c[i].store == WEFT_STORE_STREAM ? " stream" : " cached");
	putchar('\n');
	for (s = 0; s < sizeof(shapes) / sizeof(*shapes); s++) {
		for (r = 0; r < rounds; r++) {
			transpose_time(c[0].kernels, &shapes[s], c[0].store,
				       &done);
			copy = copy_time(done);
			rate[n][r] = (double)done / copy * 1e-9;
			for (i = 0; i < n; i++) {
				t = transpose_time(c[i].kernels, &shapes[s],
						   c[i].store, &done);
				rate[i][r] = (double)done / t * 1e-9;
				ratio[i][r] = copy / t;
			}
		}
		printf("[%4d x %4d] of %d bytes %7.2f", (int)shapes[s].rows,
		       (int)shapes[s].cols, shapes[s].width,
		       median(rate[n], rounds));
		for (i = 0; i < n; i++)
			printf("     %5.2f (%.2f)", median(rate[i], rounds),
			       median(ratio[i], rounds));
		putchar('\n');
		fflush(stdout);
	}
}

/* What a converter does: pieces of the target are put together in a buffer,
 * which goes to a file. Here a piece is some rows of a transposed matrix. */
static double
assemble_time(const struct column *c, const struct shape *s, int fd,
	      char *buffer, size_t piece)
{
	const int64_t row = s->rows * s->width;
	const int64_t bytes = row * s->cols, step = (int64_t)piece / row;
	weft_nest n = {2, {0, s->rows},
		       {s->width, s->cols * s->width}, {row, s->width}};
	int64_t at, col;
	double start = now();

	for (at = 0; at + bytes <= (int64_t)total; at += bytes)
		for (col = 0; col < s->cols; col += step) {
			n.size[0] = s->cols - col < step ? s->cols - col : step;
			if (c)
				weft_move(c->kernels, &n, s->width, c->store,
					  source + at + col * s->width, buffer);
			else
				memcpy(buffer, source + at + col * row,
				       (size_t)(n.size[0] * row));
			if (pwrite(fd, buffer, (size_t)(n.size[0] * row),
				   at + col * row) < 0) {
				perror("pwrite");
				exit(1);
			}
		}
	return now() - start;
}

static int
scratch_file(void)
{
	const char *dir = getenv("TMPDIR");
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/weft-bench-XXXXXX", dir ? dir : "/tmp");
	fd = mkstemp(path);
	if (fd < 0) {
		perror(path);
		exit(1);
	}
	unlink(path);
	return fd;
}

static void
assembles(int rounds, const char *what, int fd)
{
	static const size_t pieces[] = {
		(size_t)256 << 10, (size_t)1 << 20, (size_t)4 << 20,
		(size_t)8 << 20,
	};
	static double rate[17][MOST_ROUNDS];
	const struct shape *shape = &shapes[2];
	struct column c[16];
	int n = columns(c), i, r;
	char *buffer = pages((size_t)8 << 20);
	size_t p;

	for (p = 0; p < sizeof(pieces) / sizeof(*pieces); p++) {
		for (r = -1; r < rounds; r++)
			for (i = 0; i <= n; i++) {
				double t = assemble_time(i < n ? &c[i] : NULL,
							 shape, fd, buffer,
							 pieces[p]);
				if (r >= 0)
					rate[i][r] = (double)total / t * 1e-9;
			}
		printf("%-6s %5zu KiB         %7.2f", what, pieces[p] >> 10,
		       median(rate[n], rounds));
		for (i = 0; i < n; i++)
			printf("     %5.2f       ", median(rate[i], rounds));
		putchar('\n');
		fflush(stdout);
	}
	munmap(buffer, (size_t)8 << 20);
}

int
main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 7;

	if (argc > 2)
		total = (size_t)strtoul(argv[2], NULL, 10) << 20;
	if (rounds < 1 || rounds > MOST_ROUNDS || total < (size_t)64 << 20) {
		fprintf(stderr, "usage: kernels [ROUNDS [MEGABYTES]]: at most "
			"%d rounds, at least 64 megabytes\n", MOST_ROUNDS);
		return 64;
	}
	source = pages(total);
	target = pages(total);
	memset(source, 1, total);
	memset(target, 2, total);
	if (!getenv("NOT")) transposes(rounds);
	puts("transposed into a buffer and written to a file");
	assembles(rounds, "memory", memfd_create("weft", 0));
	assembles(rounds, "disk", scratch_file());
	return 0;
}
