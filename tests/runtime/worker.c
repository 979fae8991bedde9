/* Extents of random places assembled from bytes of a file, through buffers
 * that are too small for most of what is asked of them. */
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "placed.h"
#include "worker.h"

enum { CASES = 2500, MOST_TENSORS = 24, MOST_BYTES = MOST_TENSORS * 65536 };

static struct recipe from, to;
static struct table table;
static char source[MOST_BYTES];
static int64_t stored[LARGEST];
static const enum weft_dtype dtypes[] = {WEFT_U8, WEFT_BF16, WEFT_F32,
                                         WEFT_I64};

static void
put_number(char *at, int64_t number, size_t width)
{
	uint64_t bits = ((uint64_t)number + 1) * 0x9e3779b97f4a7c15u;

	memcpy(at, &bits, width);
}

/* Lays the tensors of the source one behind the other, gaps between them;
 * padding holds what no target may hold. Returns how many bytes. */
static size_t
fill_source(struct weft_stored *list, enum weft_dtype dtype)
{
	struct weft_cell_state *c = &table.job.from_cells[0];
	size_t width = (size_t)weft_dtype_bits(dtype) / 8, at = 0;
	int64_t fixed[WEFT_AXES];

	for (int64_t i = 0; i < c->n; i++) {
		at += random_below(100);
		weft_cell_fixed(c, i, fixed);
		fill_stored(&from, fixed, stored);
		list[i] = (struct weft_stored){
			.key = "a key", .dir = "", .count = from.count,
			.offset = at, .bytes = (uint64_t)from.count * width,
			.dtype = dtype};
		for (int64_t o = 0; o < from.count; o++, at += width)
			if (stored[o] < 0)
				memset(source + at, 0xee, width);
			else
				put_number(source + at, stored[o], width);
		c->stored[i] = (int32_t)i;
	}
	return at;
}

static const char *
look_at_extents(struct weft_worker *w, int64_t instance)
{
	static char want[LARGEST * 8];
	struct weft_share share = {&table.job.to_cells[0], instance};
	enum weft_dtype dtype = table.job.source.tensors[0].dtype;
	size_t width = (size_t)weft_dtype_bits(dtype) / 8;
	struct weft_tensor t = {.key = "a target", .dtype = dtype,
	                        .shares = &share, .n_shares = 1, .whole = -1};
	struct weft_frame f;

	if (!weft_cell_frame(share.cell, instance, &f))
		return "no frame";
	t.full = weft_frame_is_full(&f);
	t.bytes = (uint64_t)f.count * width;
	fill_stored(&to, f.fixed, stored);
	memset(want, 0, t.bytes);
	for (int64_t o = 0; o < to.count; o++)
		if (stored[o] >= 0)
			put_number(want + (size_t)o * width, stored[o], width);
	for (uint64_t at = 0, n; at < t.bytes; at += n) {
		n = (1 + random_below((uint64_t)f.count)) * width;
		if (n > t.bytes - at)
			n = t.bytes - at;
		memset(w->out, 0xab, w->out_size);
		if (!weft_worker_assemble(w, &t, at, at + n))
			return "an error";
		if (memcmp(w->out, want + at, n) != 0)
			return "other bytes";
		if ((unsigned char)w->out[n] != 0xab)
			return "bytes behind the extent";
	}
	return NULL;
}

static const char *
look_at_pair(void)
{
	static char in[8192], out[LARGEST * 8 + 1];
	enum weft_dtype dtype = dtypes[random_below(4)];
	struct weft_stored list[MOST_TENSORS];
	struct weft_file file = {.path = "memory",
	                         .fd = memfd_create("source", 0)};
	struct weft_job *j = &table.job;
	struct weft_worker w = {
		.job = j, .spool = &j->spool, .out = out, .in = in,
		.out_size = sizeof out,
		.in_size = 8 + random_below(one_in(2) ? 100 : 8000),
		.first.stored = -1};
	const char *const *level = weft_kernels_levels();
	const char *why = NULL;
	size_t n = 0;

	while (level[n])
		n++;
	w.kernels = weft_kernels_level(level[random_below(n)]);
	j->from_cells[0].stored = weft_alloc_array(&j->arena, MOST_TENSORS, 4);
	j->source.files = &file;
	j->source.tensors = list;
	j->spool.source = &j->source;
	n = fill_source(list, dtype);
	file.stamp.size = n;
	if (file.fd < 0 || pwrite(file.fd, source, n, 0) != (ssize_t)n)
		why = "the file cannot be made";
	for (int64_t i = 0; i < j->to_cells[0].n && !why; i++)
		why = look_at_extents(&w, i);
	if (w.errors.count)
		weft_errors_print(&w.errors, stdout, "worker");
	weft_errors_free(&w.errors);
	close(file.fd);
	return why;
}

static const char *
look_at_case(uint64_t seed)
{
	int64_t size[WEFT_AXES];
	const char *why = NULL;
	int n;

	random_state = seed;
	n = random_row(size);
	random_place(&from, size, n, 5);
	random_place(&to, size, n, 5);
	if (!table_begin(&table, &from, &to))
		why = "the table cannot be made";
	else if (table.job.from_cells[0].n <= MOST_TENSORS &&
	         table.job.to_cells[0].n <= MOST_TENSORS)
		why = look_at_pair();
	if (table.errors.count)
		weft_errors_print(&table.errors, stdout, "worker");
	table_end(&table);
	return why;
}

int
main(void)
{
	check_seeds("worker_random", CASES, look_at_case);
	return check_done();
}
