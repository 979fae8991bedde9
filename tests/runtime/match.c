/* Which keys a place claims: indices outside its range, families that begin
 * behind 0, numbers of several digits, sizes nobody knows. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "job.h"

#define INT(v) (&(const weft_expr){.op = WEFT_E_INT, .n = (v)})

/* "t.DIGITS" or "u.DIGITS": the one pattern, with the one hole. */
static bool
scan(const char *key, weft_captures *c)
{
	const char *s = key + 2;

	if ((strncmp(key, "t.", 2) != 0 && strncmp(key, "u.", 2) != 0) ||
	    !isdigit((unsigned char)*s))
		return false;
	*c = (weft_captures){.n = 1, .begin = {s}, .end = {s + strlen(s)}};
	return s[strspn(s, "0123456789")] == '\0';
}

enum { L, F, T, C }; /* family l, axis f; t and c, parts of f or of none */

static void
compose_family(weft_place *p)
{
	weft_literal(p, "t.");
	weft_hole(p, L);
	weft_axis_of(p, F);
}

static void
compose_group(weft_place *p)
{
	weft_literal(p, "t.");
	weft_hole_begin(p, 0);
	weft_digit(p, T);
	weft_digit(p, L);
	weft_hole_end(p);
	weft_axis_of(p, F);
}

static void
compose_part(weft_place *p)
{
	weft_split(p, F, 2, (const int[]){T, C});
	weft_literal(p, "t.");
	weft_hole(p, T);
	weft_axis_of(p, L);
	weft_axis_of(p, C);
}

static void
compose_axis(weft_place *p)
{
	weft_literal(p, "t.");
	weft_hole(p, F);
	weft_axis_of(p, L);
}

static const weft_axis row_axes[] = {
	{.name = "l", .from = INT(3), .to = INT(8)}, {.name = "f"}};
static const weft_axis own_copies[] = {
	{.name = "t", .from = INT(1), .to = INT(3)}};
static const weft_axis own_parts[] = {{.name = "t"}, {.name = "c"}};

/* The row is there for l < 6 only. */
static const weft_expr before_6 = {
	.op = WEFT_E_LT, .a = &(const weft_expr){.op = WEFT_E_INDEX, .n = L},
	.b = INT(6)};

/* Matches `keys` against one cell. Returns which tensor instance `i` is, -1 if
 * none, -2 if the keys are refused; what is said is in *said. */
static int
match(void (*compose)(weft_place *), const weft_axis *extra, int n_extra,
      const weft_expr *when, const char *const *keys, int64_t i, char **said)
{
	const weft_row row = {.name = "row", .where = "t.weft:1",
	                      .axes = row_axes, .n_families = 1, .n_axes = 2,
	                      .when = when};
	weft_scanner *const scanners[] = {scan, NULL};
	const weft_pattern pattern = {.cells = (const int[]){0}, .n_cells = 1,
	                              .where = "t.weft:3", .text = "a rule"};
	const weft_layout layout = {.name = "layout", .scanners = scanners,
	                            .patterns = &pattern, .n_patterns = 1};
	const weft_cell cell = {.where = "t.weft:3", .text = "a rule",
	                        .compose = compose, .extra = extra,
	                        .n_extra = n_extra};
	const weft_model model = {.rows = &row, .n_rows = 1, .cells = &cell,
	                          .n_cells = 1, .layouts = &layout,
	                          .n_layouts = 1};
	struct weft_stored tensors[4] = {0};
	weft_errors e = {0};
	weft_job job = {.model = &model, .errors = &e,
	                .source.tensors = tensors};
	size_t size;
	FILE *out = open_memstream(said, &size);
	int r = -2;

	for (; keys[job.source.n]; job.source.n++) {
		tensors[job.source.n].key = keys[job.source.n];
		tensors[job.source.n].dir = "";
	}
	weft_context_init(&job.from, &model, &job.arena, &e);
	job.from.layout = 0;
	if (!weft_match(&job))
		r = i < job.from_cells[0].n ? job.from_cells[0].stored[i] : -1;
	weft_errors_print(&e, out, "test");
	fclose(out);
	weft_match_free(&job);
	weft_errors_free(&e);
	weft_arena_free(&job.arena);
	return r;
}

static const struct {
	const char *name;
	void (*compose)(weft_place *);
	const weft_axis *extra;
	int n_extra;
	const weft_expr *when;
	const char *keys[4];
	int64_t instance;
	int want;
} cases[] = {
	{"first", compose_family, NULL, 0, NULL, {"t.5", "t.3"}, 0, 1},
	{"last", compose_family, NULL, 0, NULL, {"t.7"}, 4, 0},
	{"before", compose_family, NULL, 0, NULL, {"t.2"}, 0, -2},
	{"behind", compose_family, NULL, 0, NULL, {"t.8"}, 0, -2},
	{"large", compose_family, NULL, 0, NULL, {"t.999999999999999999"}, 0, -2},
	{"huge", compose_family, NULL, 0, NULL, {"t.99999999999999999999"}, 0, -2},
	{"same_twice", compose_family, NULL, 0, NULL, {"t.4", "u.4"}, 0, -2},
	{"condition", compose_family, NULL, 0, &before_6, {"t.5", "t.3"}, 2, 0},
	{"condition_not", compose_family, NULL, 0, &before_6, {"t.6"}, 3, -2},
	{"condition_group", compose_group, own_copies, 1, &before_6,
	 {"t.7"}, 7, 0},
	{"condition_group_not", compose_group, own_copies, 1, &before_6,
	 {"t.8"}, 8, -2},
	{"group_first", compose_group, own_copies, 1, NULL, {"t.1", "t.0"}, 0, 1},
	{"group_second", compose_group, own_copies, 1, NULL, {"t.5"}, 5, 0},
	{"group_last", compose_group, own_copies, 1, NULL, {"t.9"}, 9, 0},
	{"group_behind", compose_group, own_copies, 1, NULL, {"t.10"}, 0, -2},
	{"open_axis", compose_axis, NULL, 0, NULL, {"t.0", "t.1"}, 1, 1},
	{"open_axis_gap", compose_axis, NULL, 0, NULL, {"t.2"}, 1, -1},
	{"open_axis_last", compose_axis, NULL, 0, NULL, {"t.2"}, 2, 0},
	{"unknown_size", compose_part, own_parts, 2, NULL, {"t.5"}, 0, -2},
	{"unknown_size_large", compose_part, own_parts, 2, NULL,
	 {"t.999999999999999999"}, 0, -2},
};

int
main(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *said;
		int r = match(cases[i].compose, cases[i].extra,
		              cases[i].n_extra, cases[i].when, cases[i].keys,
		              cases[i].instance, &said);

		CHECK(cases[i].name, r == cases[i].want &&
		      (r != -2 || strstr(said, cases[i].keys[0])),
		      "tensor %d; it said %s", r, said);
		free(said);
	}
	return check_done();
}
