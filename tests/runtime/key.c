/* Keys: written from indices, read back from captures, and what is not one. */
#include <string.h>

#include "check.h"
#include "place.h"

enum { CASES = 20000, SEGMENTS = 8, FROM = 5 };
enum { L, E, P, C, D, T, AXES };

/* Axes of the place: families l (from 5), e = (c d), p; and t of its own. */
static const char *const labels[] = {"up", "upper", "gate", NULL};
static const char *const words[] = {"w1", "w11", "w3", NULL};
static const int64_t sizes[AXES] = {7, 6, 3, 2, 3, 40};
static const weft_expr from_l = {.op = WEFT_E_INT, .n = FROM};
static const weft_axis axes[AXES] = {
	{.name = "l", .from = &from_l}, {.name = "e"},
	{.name = "p", .labels = labels}, {.name = "c"}, {.name = "d"},
	{.name = "t"},
};
static const weft_expr text_value = {.op = WEFT_E_STRING, .s = "mo.del"};
static const weft_expr size_value = {.op = WEFT_E_INT, .n = 31};
static const weft_symbol symbols[] = {
	{.kind = WEFT_SYM_TEXT, .name = "prefix", .layout = -1,
	 .value = &text_value},
	{.kind = WEFT_SYM_SIZE, .name = "size", .layout = -1,
	 .value = &size_value},
};

enum segment_kind { LITERAL, INDEX, WIDTH, SHIFT, LABELS, SYMBOL, FREE, GROUP,
                    DIRECTORY };

struct segment {
	enum segment_kind kind;
	int axis, width, n, digit[3];
	weft_expr shift, pin[3];
	bool pinned[3];
	char text[40];         /* what it writes */
};

static struct segment list[SEGMENTS];
static int n_list;
static int64_t index_of[WEFT_AXES];
static uint64_t state;

static uint64_t
below(uint64_t n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (state >> 33) % n;
}

static void
compose(weft_place *p)
{
	static const int parts[] = {C, D};

	weft_split(p, E, 2, parts);
	for (struct segment *s = list; s < list + n_list; s++) {
		switch (s->kind) {
		case LITERAL: weft_literal(p, s->text); break;
		case INDEX: weft_hole(p, s->axis); break;
		case WIDTH: weft_hole_width(p, s->axis, s->width); break;
		case SHIFT: weft_hole_shift(p, s->axis, &s->shift); break;
		case LABELS: weft_hole_labels(p, s->axis, words); break;
		case SYMBOL: weft_hole_symbol(p, s->axis); break;
		case FREE: weft_hole_free(p, s->axis); break;
		case DIRECTORY: weft_directory_end(p); break;
		case GROUP:
			weft_hole_begin(p, s->width);
			for (int i = 0; i < s->n; i++)
				if (s->pinned[i])
					weft_digit_pinned(p, s->digit[i],
					                  &s->pin[i]);
				else
					weft_digit(p, s->digit[i]);
			weft_hole_end(p);
		}
	}
}

/* An axis that is no label and is not split. */
static int
number_axis(void)
{
	static const int list_of[] = {L, C, D, T};

	return list_of[below(4)];
}

static void
make_group(struct segment *s)
{
	long long v = 0;

	s->n = 1 + (int)below(3);
	s->width = below(3) ? 0 : 5;
	for (int i = 0; i < s->n; i++) {
		int a = s->digit[i] = number_axis();
		int64_t digit = index_of[a] - (a == L ? FROM : 0);

		s->pinned[i] = below(3) == 0;
		if (s->pinned[i])
			digit = (int64_t)below((uint64_t)sizes[a]);
		s->pin[i] = (weft_expr){.op = WEFT_E_INT, .n = digit};
		v = v * sizes[a] + digit;
	}
	snprintf(s->text, sizeof s->text, "%0*lld", s->width, v);
}

static void
make_segment(struct segment *s, int n_free)
{
	*s = (struct segment){.kind = (enum segment_kind)below(DIRECTORY)};
	s->axis = number_axis();
	switch (s->kind) {
	case WIDTH:
		s->width = 2 + (int)below(2);
		break;
	case SHIFT:
		s->shift = (weft_expr){.op = WEFT_E_INT,
		                       .n = (int64_t)below(9) -
		                            index_of[s->axis]};
		break;
	case LABELS:
		s->axis = P;
		strcpy(s->text, words[index_of[P]]);
		return;
	case SYMBOL:
		s->axis = (int)below(2);
		strcpy(s->text, s->axis ? "31" : "mo.del");
		return;
	case FREE:
		s->axis = n_free;
		strcpy(s->text, "any.text");
		return;
	case GROUP:
		make_group(s);
		return;
	case LITERAL:
		strcpy(s->text, below(2) ? "." : "layers.");
		return;
	default:
		break;
	}
	snprintf(s->text, sizeof s->text, "%0*lld", s->width,
	         (long long)(index_of[s->axis] + s->shift.n));
}

struct fixture {
	weft_row row;
	weft_cell cell;
	weft_model model;
	weft_arena arena;
	weft_errors errors;
	weft_context context;
	struct weft_place place;
	int64_t size[WEFT_AXES];
	weft_scope at;
};

static bool
begin(struct fixture *f)
{
	*f = (struct fixture){.row = {.name = "row", .axes = axes,
	                              .n_families = 3, .n_axes = 3}};
	f->cell = (weft_cell){.where = "test:1", .text = "a rule",
	                      .compose = compose, .extra = axes + 3,
	                      .n_extra = 3};
	f->model = (weft_model){.rows = &f->row, .n_rows = 1, .cells = &f->cell,
	                        .n_cells = 1, .symbols = symbols,
	                        .n_symbols = 2};
	weft_context_init(&f->context, &f->model, &f->arena, &f->errors);
	for (int i = 0; i < AXES; i++)
		f->size[i] = sizes[i];
	f->at = (weft_scope){.side = &f->context, .index = index_of,
	                     .size = f->size, .axes = f->place.axes,
	                     .n_axes = AXES};
	return weft_place_compose(&f->place, &f->model, &f->cell, &f->errors);
}

static void
end(struct fixture *f)
{
	weft_arena_free(&f->arena);
	weft_errors_free(&f->errors);
}

/* What is in the captures, one for each hole. */
static weft_captures
capture(const char *text[SEGMENTS])
{
	weft_captures c = {0};

	for (int i = 0; i < n_list; i++) {
		if (list[i].kind == LITERAL || list[i].kind == DIRECTORY)
			continue;
		c.begin[c.n] = text[i] ? text[i] : list[i].text;
		c.end[c.n] = c.begin[c.n] + strlen(c.begin[c.n]);
		c.n++;
	}
	return c;
}

static bool
reads(const struct fixture *f, const char *text[SEGMENTS],
      int64_t index[WEFT_AXES])
{
	weft_captures c = capture(text);

	return weft_place_read_key(&f->place, &f->at, &c, index);
}

static bool
is_written(int axis)
{
	for (struct segment *s = list; s < list + n_list; s++) {
		bool hole = s->kind == INDEX || s->kind == WIDTH ||
		            s->kind == SHIFT || s->kind == LABELS;

		if (hole && s->axis == axis)
			return true;
		for (int i = 0; i < s->n; i++)
			if (s->digit[i] == axis && !s->pinned[i])
				return true;
	}
	return false;
}

static const char *
read_back(struct fixture *f)
{
	const char *text[SEGMENTS] = {0};
	int64_t index[WEFT_AXES];
	weft_captures c = capture(text);

	if (!reads(f, text, index))
		return "its own key is not read";
	for (int i = 0; i < AXES; i++)
		if (index[i] != (is_written(i) ? index_of[i] : -1))
			return "another index is read";
	c.n--;
	if (c.n >= 0 && weft_place_read_key(&f->place, &f->at, &c, index))
		return "a capture may be missing";
	return NULL;
}

/* Texts that no index writes into any hole of a number. */
static const char *
read_broken(struct fixture *f)
{
	static const char *const broken[] = {
		"", "-1", "+1", "1x", " 1", "1 ", "x", "0x1", "007", "0000007",
		"99999999999999999999", "1234567890123456789",
		"999999999999999999", "41", "1.", "\xd9\xa1"};
	int64_t index[WEFT_AXES];

	for (int i = 0; i < n_list; i++) {
		const char *text[SEGMENTS] = {0};

		if (list[i].kind == LITERAL || list[i].kind == FREE ||
		    list[i].kind == DIRECTORY)
			continue;
		for (size_t k = 0; k < sizeof broken / sizeof *broken; k++) {
			/* A group may well write 41, and a width 007. */
			if (strcmp(list[i].text, broken[k]) == 0 ||
			    (list[i].kind == GROUP && broken[k][0] == '4') ||
			    (list[i].kind == GROUP && list[i].width) ||
			    (list[i].kind == SHIFT && broken[k][0] == '4') ||
			    (list[i].width == 3 && broken[k][0] == '0'))
				continue;
			text[i] = broken[k];
			if (reads(f, text, index))
				return broken[k];
		}
	}
	return NULL;
}

static const char *
write_key(struct fixture *f)
{
	static const char *const free_texts[] = {"any.text", "any.text",
		"any.text", "any.text", "any.text", "any.text", "any.text",
		"any.text"};
	weft_text dir = {0}, key = {0}, want[2] = {{0}, {0}};
	int part = 1;
	bool good;

	for (int i = 0; i < n_list; i++)
		if (list[i].kind == DIRECTORY)
			part = 0;
	for (int i = 0; i < n_list; i++) {
		if (list[i].kind == DIRECTORY)
			part = 1;
		else
			weft_text_puts(&want[part], list[i].text);
	}
	good = weft_place_key(&f->place, &f->at, free_texts, &dir, &key) &&
	       strcmp(weft_text_cstr(&dir), weft_text_cstr(&want[0])) == 0 &&
	       strcmp(weft_text_cstr(&key), weft_text_cstr(&want[1])) == 0;
	weft_text_free(&dir);
	weft_text_free(&key);
	weft_text_free(&want[0]);
	weft_text_free(&want[1]);
	return good ? NULL : "another key is written";
}

static const char *
look_at_case(uint64_t seed)
{
	static struct fixture f;
	const char *why = "not composed";
	int n_free = 0;

	state = seed;
	for (int i = 0; i < AXES; i++)
		index_of[i] = (int64_t)below((uint64_t)sizes[i]);
	index_of[L] += FROM;
	index_of[E] = index_of[C] * 3 + index_of[D];
	n_list = 1 + (int)below(SEGMENTS);
	for (int i = 0; i < n_list; i++) {
		make_segment(&list[i], n_free);
		n_free += list[i].kind == FREE;
	}
	if (n_list > 2 && below(3) == 0)
		list[1] = (struct segment){.kind = DIRECTORY};
	if (begin(&f)) {
		why = write_key(&f);
		why = why ? why : read_back(&f);
		why = why ? why : read_broken(&f);
	}
	why = why ? why : f.errors.count ? "a message" : NULL;
	end(&f);
	return why;
}

/* ---- what cannot be written or read -------------------------------------- */

static void
set(int n, const struct segment *segments)
{
	memcpy(list, segments, (size_t)n * sizeof *list);
	n_list = n;
	memset(index_of, -1, sizeof index_of);
}

static bool
can_write(void)
{
	static struct fixture f;
	weft_text dir = {0}, key = {0};
	bool good = begin(&f) &&
	            weft_place_key(&f.place, &f.at, NULL, &dir, &key);

	weft_text_free(&dir);
	weft_text_free(&key);
	end(&f);
	return good;
}

/* The index of `axis` that texts a and b give in the first two holes; -2 if
 * they are not read. */
static int64_t
read_two(const char *a, const char *b, int axis)
{
	static struct fixture f;
	const char *text[SEGMENTS] = {a, b};
	int64_t index[WEFT_AXES], r = -2;

	if (begin(&f) && reads(&f, text, index))
		r = index[axis];
	end(&f);
	return r;
}

#define NUMBER(v) {.op = WEFT_E_INT, .n = (v)}

static void
check_writing(void)
{
	set(1, &(struct segment){.kind = WIDTH, .axis = T, .width = 1});
	index_of[T] = 9;
	CHECK("write_fits", can_write(), "9 has one digit");
	index_of[T] = 10;
	CHECK("write_width", !can_write(), "10 has more than one digit");
	set(1, &(struct segment){.kind = SHIFT, .axis = T,
	                         .shift = NUMBER(-3)});
	index_of[T] = 3;
	CHECK("write_zero", can_write(), "3 - 3 is an index");
	index_of[T] = 2;
	CHECK("write_negative", !can_write(), "2 - 3 is no index");
	set(1, &(struct segment){.kind = GROUP, .n = 2, .digit = {T, D},
	                         .pinned = {0, 1}, .pin = {{0}, NUMBER(2)}});
	index_of[T] = 1;
	CHECK("write_pin", can_write(), "d has the index 2");
	list[0].pin[1].n = 3;
	CHECK("write_pin_outside", !can_write(), "d has no index 3");
	list[0].pin[1].n = -1;
	CHECK("write_pin_negative", !can_write(), "d has no index -1");
}

static void
check_reading(void)
{
	int64_t r;

	set(2, (struct segment[]){{.kind = INDEX, .axis = T},
	                          {.kind = INDEX, .axis = T}});
	CHECK("read_same", (r = read_two("3", "3", T)) == 3, "%d", (int)r);
	CHECK("read_two_indices", (r = read_two("3", "4", T)) == -2, "%d",
	      (int)r);
	CHECK("read_last", (r = read_two("39", "39", T)) == 39, "%d", (int)r);
	CHECK("read_behind", (r = read_two("40", "40", T)) == -2, "%d", (int)r);
	set(2, (struct segment[]){{.kind = LABELS, .axis = P},
	                          {.kind = INDEX, .axis = L}});
	CHECK("read_label", (r = read_two("w11", "5", P)) == 1, "%d", (int)r);
	CHECK("read_no_label", (r = read_two("w", "5", P)) == -2, "%d", (int)r);
	CHECK("read_first", (r = read_two("w1", "5", L)) == FROM, "%d", (int)r);
	CHECK("read_before", (r = read_two("w1", "4", L)) == -2, "%d", (int)r);
	CHECK("read_end", (r = read_two("w1", "12", L)) == -2, "%d", (int)r);
	set(2, (struct segment[]){
		{.kind = GROUP, .n = 2, .digit = {L, D}},
		{.kind = GROUP, .n = 2, .digit = {C, D}, .pinned = {1},
		 .pin = {NUMBER(1)}}});
	CHECK("read_group", (r = read_two("20", "5", L)) == FROM + 6, "%d",
	      (int)r);
	CHECK("read_group_end", (r = read_two("21", "3", L)) == -2, "%d",
	      (int)r);
	CHECK("read_pin", (r = read_two("19", "1", L)) == -2, "%d", (int)r);
	CHECK("read_digits_differ", (r = read_two("19", "5", L)) == -2, "%d",
	      (int)r);
}

static void
check_axes(void)
{
	static struct fixture f;
	int key[WEFT_AXES], n = 0;

	set(4, (struct segment[]){
		{.kind = GROUP, .n = 3, .digit = {T, D, L}, .pinned = {0, 1},
		 .pin = {{0}, NUMBER(0)}},
		{.kind = INDEX, .axis = T}, {.kind = LABELS, .axis = P},
		{.kind = SYMBOL, .axis = 1}});
	if (begin(&f))
		n = weft_place_key_axes(&f.place, key);
	CHECK("key_axes", n == 3 && key[0] == T && key[1] == L && key[2] == P,
	      "%d axes", n);
	end(&f);
}

int
main(void)
{
	int failed = 0;

	check_writing();
	check_reading();
	check_axes();

	for (uint64_t seed = 1; seed <= CASES && failed < 5; seed++) {
		const char *why = look_at_case(seed);

		if (!why)
			continue;
		failed++;
		printf("# seed %llu: %s:", (unsigned long long)seed, why);
		for (int i = 0; i < n_list; i++)
			printf(" %d:%s", (int)list[i].kind, list[i].text);
		putchar('\n');
	}
	CHECK("key_random", failed == 0, "see the seeds above");
	return check_done();
}
