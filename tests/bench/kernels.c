/* How fast the kernels are: medians of interleaved rounds, as a rate and as a
 * ratio to one memcpy of the same bytes in the same round. GB is 1e9 bytes.
 *
 *   kernels [ROUNDS [MEGABYTES]]
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "../../runtime/kernels/kernels.h"

#define MOST_ROUNDS 64
#define MOST_COLUMNS 16
#define MOST_PIECE ((size_t)8 << 20)

static size_t total = (size_t)256 << 20;
static char *source, *target;

/* A matrix of the source; as many as there is room for behind each other. */
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

/* A column of the tables: a level and where its stores go. */
struct column {
	const weft_kernels *kernels;
	weft_store store;
};

static struct column column[MOST_COLUMNS];
static int columns;

/* A cell in every round: seconds. */
static double seconds[MOST_COLUMNS + 1][MOST_ROUNDS];

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
median(const double *v, int n)
{
	double sorted[MOST_ROUNDS];

	memcpy(sorted, v, (size_t)n * sizeof(*v));
	qsort(sorted, (size_t)n, sizeof(*sorted), compare);
	return n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

/* The median over rounds of a / b. */
static double
ratio(const double *a, const double *b, int rounds)
{
	double v[MOST_ROUNDS];
	int r;

	for (r = 0; r < rounds; r++)
		v[r] = a[r] / b[r];
	return median(v, rounds);
}

static void
find_columns(void)
{
	const char *const *level;

	for (level = weft_kernels_levels(); *level; level++) {
		if (columns + 2 > MOST_COLUMNS)
			break;
		column[columns].kernels = weft_kernels_level(*level);
		column[columns++].store = WEFT_STORE_CACHED;
		column[columns].kernels = weft_kernels_level(*level);
		column[columns++].store = WEFT_STORE_STREAM;
	}
}

static void
print_heads(const char *title)
{
	int i;

	printf("%-24s %8s", title, "memcpy");
	for (i = 0; i < columns; i++)
		printf("  %9s%7s", weft_kernels_name(column[i].kernels),
		       column[i].store == WEFT_STORE_STREAM ? "stream" : "");
	putchar('\n');
}

/* `bytes` moved in every cell; the last column is the one to compare with. */
static void
print_row(const char *name, size_t bytes, int rounds)
{
	int i;

	printf("%-24s %8.2f", name,
	       (double)bytes * 1e-9 / median(seconds[columns], rounds));
	for (i = 0; i < columns; i++)
		printf("    %5.2f (%.2f)",
		       (double)bytes * 1e-9 / median(seconds[i], rounds),
		       ratio(seconds[columns], seconds[i], rounds));
	putchar('\n');
	fflush(stdout);
}

static double
copy_time(size_t bytes)
{
	double start = now();

	memcpy(target, source, bytes);
	return now() - start;
}

static size_t
matrix_bytes(const struct shape *s)
{
	return (size_t)(s->rows * s->cols * s->width);
}

static double
transpose_time(const struct column *c, const struct shape *s)
{
	size_t bytes = matrix_bytes(s), at;
	weft_nest n = {2, {s->rows, s->cols},
		       {s->cols * s->width, s->width},
		       {s->width, s->rows * s->width}};
	double start;

	weft_nest_normalise(&n);
	start = now();
	for (at = 0; at + bytes <= total; at += bytes)
		weft_move(c->kernels, &n, s->width, c->store, source + at,
			  target + at);
	return now() - start;
}

static void
transposes(int rounds)
{
	const struct shape *s = shapes;
	const struct shape *end = s + sizeof(shapes) / sizeof(*s);
	char name[64];
	size_t done;
	int i, r;

	print_heads("transpose, GB/s");
	for (; s < end; s++) {
		done = total - total % matrix_bytes(s);
		for (r = 0; r < rounds; r++) {
			for (i = 0; i < columns; i++)
				seconds[i][r] = transpose_time(&column[i],
							       s);
			seconds[columns][r] = copy_time(done);
		}
		snprintf(name, sizeof(name), "[%4d x %4d] of %d bytes",
			 (int)s->rows, (int)s->cols, s->width);
		print_row(name, done, rounds);
	}
}

/* Moves of other kinds, from and to all of the memory there is. */
struct other {
	const char *name;
	weft_nest nest;
	weft_value_chain chain;
};

#define MATRICES 16
#define SIDE INT64_C(2048)

static struct other others[] = {
	{"bf16 to f32", {1, {MATRICES * SIDE * SIDE}, {2}, {4}},
	 {WEFT_VALUE_BF16, WEFT_VALUE_F32, 0, {{0}}}},
	{"f32 to bf16", {1, {MATRICES * SIDE * SIDE}, {4}, {2}},
	 {WEFT_VALUE_F32, WEFT_VALUE_BF16, 0, {{0}}}},
	{"f16 to f32", {1, {MATRICES * SIDE * SIDE}, {2}, {4}},
	 {WEFT_VALUE_F16, WEFT_VALUE_F32, 0, {{0}}}},
	{"f32 to f16", {1, {MATRICES * SIDE * SIDE}, {4}, {2}},
	 {WEFT_VALUE_F32, WEFT_VALUE_F16, 0, {{0}}}},
	{"f16 to bf16", {1, {MATRICES * SIDE * SIDE}, {2}, {2}},
	 {WEFT_VALUE_F16, WEFT_VALUE_BF16, 0, {{0}}}},
	{"bf16, add 1", {1, {MATRICES * SIDE * SIDE}, {2}, {2}},
	 {WEFT_VALUE_BF16, WEFT_VALUE_BF16, 1, {{WEFT_VALUE_ADD, 1}}}},
	{"transpose, f32 to bf16",
	 {3, {MATRICES, SIDE, SIDE}, {SIDE * SIDE * 4, SIDE * 4, 4},
	  {SIDE * SIDE * 2, 2, SIDE * 2}},
	 {WEFT_VALUE_F32, WEFT_VALUE_BF16, 0, {{0}}}},
	{"interleave, 2 bytes",
	 {3, {2, MATRICES * SIDE, SIDE},
	  {MATRICES * SIDE * SIDE * 2, SIDE * 2, 2}, {2, SIDE * 4, 4}},
	 {WEFT_VALUE_BF16, WEFT_VALUE_BF16, 0, {{0}}}},
	{"interleave one, 2 bytes",
	 {2, {MATRICES * SIDE, SIDE}, {SIDE * 2, 2}, {SIDE * 4, 4}},
	 {WEFT_VALUE_BF16, WEFT_VALUE_BF16, 0, {{0}}}},
	{"transpose, interleave one",
	 {3, {MATRICES, SIDE, SIDE}, {SIDE * SIDE * 2, SIDE * 2, 2},
	  {SIDE * SIDE * 4, 4, SIDE * 4}},
	 {WEFT_VALUE_BF16, WEFT_VALUE_BF16, 0, {{0}}}},
	{"swap axes, runs of 256",
	 {3, {MATRICES * 64, 512, 128}, {131072, 256, 2},
	  {256, MATRICES * 64 * 256, 2}},
	 {WEFT_VALUE_BF16, WEFT_VALUE_BF16, 0, {{0}}}},
	{"swap axes, runs of 32",
	 {3, {MATRICES * 64, 4096, 16}, {131072, 32, 2},
	  {32, MATRICES * 64 * 32, 2}},
	 {WEFT_VALUE_BF16, WEFT_VALUE_BF16, 0, {{0}}}},
};

/* Bytes read and written, for these change their number. */
static void
other_moves(int rounds)
{
	const weft_kernels *k = weft_kernels_choose();
	struct other *o = others;
	struct other *end = o + sizeof(others) / sizeof(*o);
	double start, copy[MOST_ROUNDS], bytes;
	int r;

	printf("\n%-26s (%s)\n", "others, GB/s in and out",
	       weft_kernels_name(k));
	for (; o < end; o++) {
		weft_nest_normalise(&o->nest);
		bytes = (double)(weft_nest_count(&o->nest)
				 * (weft_value_width(o->chain.from)
				    + weft_value_width(o->chain.to)));
		for (r = 0; r < rounds; r++) {
			copy[r] = copy_time((size_t)bytes / 2);
			start = now();
			weft_move_value(k, &o->nest, &o->chain, source, target);
			seconds[0][r] = now() - start;
		}
		printf("%-26s %6.2f (%.2f)\n", o->name,
		       bytes * 1e-9 / median(seconds[0], rounds),
		       ratio(copy, seconds[0], rounds));
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

/* Without a name, in TMPDIR. */
static int
scratch_file(void)
{
	const char *dir = getenv("TMPDIR");
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/weft-bench-XXXXXX",
		 dir ? dir : "/tmp");
	fd = mkstemp(path);
	if (fd < 0) {
		perror(path);
		exit(1);
	}
	unlink(path);
	return fd;
}

static void
assemble(int rounds, const char *where, int fd, char *buffer)
{
	static const size_t pieces[] = {
		(size_t)256 << 10, (size_t)1 << 20, MOST_PIECE,
	};
	const struct shape *s = &shapes[0];
	char name[64];
	size_t p;
	int i, r;

	for (p = 0; p < sizeof(pieces) / sizeof(*pieces); p++) {
		assemble_time(NULL, s, fd, buffer, pieces[p]);
		for (r = 0; r < rounds; r++)
			for (i = 0; i <= columns; i++)
				seconds[i][r] = assemble_time(
					i < columns ? &column[i] : NULL, s,
					fd, buffer, pieces[p]);
		snprintf(name, sizeof(name), "%s, pieces of %zu KiB", where,
			 pieces[p] >> 10);
		print_row(name, total, rounds);
	}
	close(fd);
}

int
main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 7;

	if (argc > 2)
		total = (size_t)strtoul(argv[2], NULL, 10) << 20;
	if (rounds < 1 || rounds > MOST_ROUNDS || total < (size_t)256 << 20) {
		fprintf(stderr, "usage: kernels [ROUNDS [MEGABYTES]]: at most "
			"%d rounds, at least 256 megabytes\n", MOST_ROUNDS);
		return 64;
	}
	source = pages(total);
	target = pages(total);
	memset(source, 1, total);
	memset(target, 2, total);
	find_columns();
	transposes(rounds);
	other_moves(rounds);
	putchar('\n');
	print_heads("into a file, GB/s");
	assemble(rounds, "memory", memfd_create("weft", 0), target);
	assemble(rounds, "disk", scratch_file(), target);
	return 0;
}
