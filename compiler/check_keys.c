/* Keys of places: holes become indices and symbols. */
#include <string.h>

#include "check_place.h"

enum { TEXTS_DEEP = 16 };     /* texts in texts */

static bool flatten(const struct scope *s, const struct key *k,
                    struct flat_key *flat, int depth);

/* ---- first: which names there are ---- */

static void
use_group(const struct scope *s, const struct factor *f)
{
	for (; f; f = f->next) {
		if (f->kind == FACTOR_NAME)
			frame_use(s->frame, f->name, f->span, true);
		use_group(s, f->child);
	}
}

static bool
flatten_name(const struct scope *s, const struct key_part *p,
             struct flat_key *flat, int depth)
{
	const struct entry *e;
	struct scope inner = *s;

	if (s->frame && frame_knows(s->frame, p->text)) {
		frame_use(s->frame, p->text, p->span, true);
	} else if ((e = scope_find(s, p->text)) && e->symbol < 0 &&
	           e->kind == SYMBOL_TEXT) {
		inner.at = e->at;
		if (p->labels || p->width || p->shift || p->pin)
			check_error(s->c->m, CHECK_hole_form, p->span,
			            "%s is a text; it stands in a hole as it "
			            "is", p->text);
		if (depth < TEXTS_DEEP)
			return flatten(&inner, e->value->alternatives->text,
			               flat, depth + 1);
		check_error(s->c->m, CHECK_value_cycle, p->span,
		            "text %s is more than %d texts deep, or within "
		            "itself", p->text, TEXTS_DEEP);
		return false;
	}
	*PUSH(s->c->arena, flat->parts, flat->n) = (struct flat_part){p, *s};
	return true;
}

static bool
flatten(const struct scope *s, const struct key *k, struct flat_key *flat,
        int depth)
{
	bool good = true;

	for (const struct key_part *p = k->parts; p; p = p->next) {
		if (p->kind == PART_NAME) {
			good = flatten_name(s, p, flat, depth) && good;
			continue;
		}
		if (p->kind == PART_GROUP && s->frame)
			use_group(s, p->group);
		*PUSH(s->c->arena, flat->parts, flat->n) =
			(struct flat_part){p, *s};
	}
	return good;
}

/* The place of byte `at` of a regular expression, behind its slash. */
static struct span
regex_span(struct span key, size_t at)
{
	key.begin += (uint32_t)at + 1;
	if (key.begin >= key.end)
		key.begin = key.end - 1;
	key.end = key.begin + 1;
	return key;
}

static bool
flatten_regex(const struct scope *s, const struct key *k,
              struct flat_key *flat)
{
	struct regex_error e;
	atom name;

	flat->regex = pattern_regex(s->c->arena, k->regex, strlen(k->regex),
	                            &e);
	if (!flat->regex) {
		check_error(s->c->m, CHECK_key_regex, regex_span(k->span, e.at),
		            "%s", e.text);
		return false;
	}
	for (int i = 0; i < flat->regex->holes; i++) {
		name = atom_text(s->c->m->atoms,
		                 pattern_hole(flat->regex, i)->hole);
		if (s->frame && frame_knows(s->frame, name))
			frame_use(s->frame, name, k->span, true);
	}
	return true;
}

bool
keys_flatten(const struct scope *s, const struct key *k, struct flat_key *flat)
{
	*flat = (struct flat_key){.from = k};
	if (!k)
		return true;
	if (k->regex)
		return flatten_regex(s, k, flat);
	return flatten(s, k, flat, 0);
}

/* ---- then: what each hole is ---- */

static struct piece *
add_piece(struct check_state *c, struct pieces *to, enum piece_kind kind,
          struct span at)
{
	struct piece *p = PUSH(c->arena, to->list, to->n);

	*p = (struct piece){.kind = kind, .span = at, .dim = -1, .symbol = -1};
	return p;
}

/* Adjacent texts become one. */
static void
add_text(struct check_state *c, struct pieces *to, struct span at,
         const char *text)
{
	struct piece *last = to->n ? &to->list[to->n - 1] : NULL;

	if (!*text)
		return;
	if (last && last->kind == PIECE_TEXT)
		last->text = arena_printf(c->arena, "%s%s", last->text, text);
	else
		add_piece(c, to, PIECE_TEXT, at)->text = text;
}

static const struct order *
find_order(const struct frame *f, int dim)
{
	for (int i = 0; i < f->n_orders; i++)
		if (f->orders[i].dim == dim && !f->orders[i].when)
			return &f->orders[i];
	return NULL;
}

/* {p:w1,w3}: the words by the row's own order of the labels, though written
 * in that of the layout, if it always has one. */
static bool
bind_words(const struct scope *s, const struct key_part *p, int dim,
           struct piece *to)
{
	const struct dim *d = frame_dim(s->frame, dim);
	const struct order *o = find_order(s->frame, dim);
	int n = d->to && d->to->op == BOUND_INT && !d->from ? (int)d->to->n
	                                                    : -1;
	int at = 0;

	for (const struct name *l = p->labels; l; l = l->next)
		at++;
	if (at != n) {
		struct diag *g = check_error(
			s->c->m, CHECK_labels_count, p->span,
			"%d spelling%s for an index of %s", at,
			at == 1 ? "" : "s", n < 0
			? "no fixed number of labels"
			: arena_printf(s->c->arena, "%d labels", n));
		check_note(s->c->m, g, d->span, "declared here");
		return false;
	}
	to->words = arena_alloc(s->c->arena, (size_t)n * sizeof *to->words);
	to->n_words = n;
	at = 0;
	for (const struct name *l = p->labels; l; l = l->next, at++)
		for (int i = 0; i < n; i++) {
			if ((o ? o->position[i] : i) == at)
				to->words[i] = l->text;
			else if (to->words[i] == l->text)
				check_error(s->c->m, CHECK_labels_count,
				            l->span, "two labels are spelled "
				            "%s", l->text);
		}
	return true;
}

static bool
bind_index(const struct scope *s, const struct key_part *p, int dim,
           struct pieces *to)
{
	const struct dim *d = frame_dim(s->frame, dim);
	struct scope plain = *s;
	struct piece *x;

	if (p->labels || d->labels) {
		x = add_piece(s->c, to, PIECE_LABELS, p->span);
		x->dim = dim;
		if (p->shift || p->width) {
			check_error(s->c->m, CHECK_hole_form, p->span,
			            "a label is written as it is, not shifted "
			            "and not with a width");
			return false;
		}
		if (p->labels)
			return bind_words(s, p, dim, x);
		x->n_words = d->n_labels;
		for (int i = 0, n = 0; i < d->n_labels; i++)
			*PUSH(s->c->arena, x->words, n) = d->labels[i];
		return true;
	}
	x = add_piece(s->c, to, PIECE_INDEX, p->span);
	x->dim = dim;
	x->width = p->width;
	plain.frame = NULL;
	if (p->shift)
		x->shift = bind_typed(&plain, p->shift, TYPE_INT);
	return !p->shift || x->shift;
}

/* {(s=pp-1 d t)}, {s=pp-1}: digits of one number. */
static bool
add_digit(const struct scope *s, struct piece *x, atom name, struct span at,
          const struct expr *pin, int *count)
{
	struct scope plain = *s;
	struct digit *d;
	int dim = s->frame ? frame_find(s->frame, name) : -1;

	if (dim < 0) {
		scope_unknown(s, CHECK_hole_unknown, at,
		              "index of this place", name);
		return false;
	}
	plain.frame = NULL;
	d = PUSH(s->c->arena, x->digits, x->n_digits);
	*d = (struct digit){dim, NULL};
	count[dim]++;
	if (pin)
		d->pin = bind_typed(&plain, pin, TYPE_INT);
	return !pin || d->pin;
}

static bool
bind_group(const struct scope *s, const struct key_part *p, struct pieces *to,
           int *count)
{
	struct piece *x = add_piece(s->c, to, PIECE_GROUP, p->span);
	const struct factor *f = p->group;
	bool good = true;

	x->width = p->width;
	if (f && f->kind == FACTOR_PRODUCT && !f->next)
		f = f->child;
	for (; f; f = f->next) {
		if (f->kind != FACTOR_NAME) {
			check_error(s->c->m, CHECK_hole_form, f->span,
			            "an index of several is made of names, as "
			            "in {(c b)}");
			return false;
		}
		good = add_digit(s, x, f->name, f->span, f->amount, count) &&
		       good;
	}
	return good;
}

static bool
is_word(const struct symbol *y)
{
	return y->value && (y->value->type == TYPE_INT ||
	                    y->value->type == TYPE_TEXT);
}

static bool
bind_symbol(const struct scope *s, const struct key_part *p,
            struct pieces *to)
{
	const struct entry *e = scope_find(s, p->text);

	if (!e || e->kind == SYMBOL_LIST || e->kind == SYMBOL_FLAG ||
	    e->kind == SYMBOL_NUMBER || e->kind == SYMBOL_VARIANT) {
		scope_unknown(s, CHECK_hole_unknown, p->span,
		              "index of this place, text, size or option",
		              p->text);
		return false;
	}
	if (p->labels || p->width || p->shift || p->pin) {
		check_error(s->c->m, CHECK_hole_form, p->span,
		            "%s is no index; it stands in a hole as it is",
		            p->text);
		return false;
	}
	if (e->kind == SYMBOL_OPTION &&
	    !is_word(&s->c->m->symbols[e->symbol])) {
		check_error(s->c->m, CHECK_hole_form, p->span,
		            "option %s is neither an integer nor a word",
		            p->text);
		return false;
	}
	s->c->m->symbols[e->symbol].used = true;
	add_piece(s->c, to, PIECE_SYMBOL, p->span)->symbol = e->symbol;
	return true;
}

static bool
bind_free(const struct scope *s, const struct key_part *p,
          const struct name *free, struct pieces *to)
{
	struct piece *x;
	int n = 0;

	if (!free) {
		check_error(s->c->m, CHECK_hole_free, p->span,
		            "{%s%s} stands for any text, which only keep rows "
		            "can carry over; a place names each index",
		            p->text, p->kind == PART_ANY ? ".." : ".");
		return false;
	}
	while (free && free->text != p->text) {
		free = free->next;
		n++;
	}
	x = add_piece(s->c, to, PIECE_FREE, p->span);
	x->n = n;
	x->any = p->kind == PART_ANY;
	x->text = p->text;
	return true;
}

enum { WIDTH_LIMIT = 18 };

static bool
check_width(const struct scope *s, const struct key_part *p)
{
	if (p->width >= 0 && p->width <= WIDTH_LIMIT)
		return true;
	check_error(s->c->m, CHECK_hole_form, p->span,
	            "a hole has at most %d digits", WIDTH_LIMIT);
	return false;
}

static bool
bind_part(const struct scope *s, const struct key_part *p,
          const struct name *free, struct pieces *to, int *count)
{
	int dim;

	if (!check_width(s, p))
		return false;
	switch (p->kind) {
	case PART_TEXT:
		add_text(s->c, to, p->span, p->text);
		return true;
	case PART_GROUP:
		return bind_group(s, p, to, count);
	case PART_NAME:
		dim = s->frame ? frame_find(s->frame, p->text) : -1;
		if (dim < 0)
			return bind_symbol(s, p, to);
		if (p->pin)
			return add_digit(s, add_piece(s->c, to, PIECE_GROUP,
			                              p->span), p->text,
			                 p->span, p->pin, count);
		count[dim]++;
		return bind_index(s, p, dim, to);
	default:
		return bind_free(s, p, free, to);
	}
}

bool
keys_bind(const struct scope *s, const struct flat_key *flat,
          const struct name *free, struct pieces *to, int *count)
{
	bool good = true;

	if (!flat->from)
		return true;
	if (flat->regex)
		return regex_bind(s, flat, to, count);
	for (int i = 0; i < flat->n; i++)
		good = bind_part(&flat->parts[i].scope, flat->parts[i].part,
		                 free, to, count) && good;
	return good;
}
