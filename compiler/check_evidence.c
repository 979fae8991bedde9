/* What predicates ask the keys of a source for. */
#include <string.h>

#include "check_place.h"

static bool
lets_name(const struct let *l, atom name)
{
	for (; l; l = l->next)
		for (const struct factor *f = l->split ? l->split->child
		     : NULL; f; f = f->next)
			if (f->name == name)
				return true;
	return false;
}

/* Adds the words of `list` that are not among the n yet; the new number. */
static int
add_words(const struct scope *s, const struct name *list, const char ***words,
          int n)
{
	for (; list; list = list->next) {
		int seen = 0;

		while (seen < n && (*words)[seen] != list->text)
			seen++;
		if (seen == n)
			*PUSH(s->c->arena, *words, n) = list->text;
	}
	return n;
}

/* The labels of every index of that name in the model. Values are bound before
 * the tensors are, so that these are asked in the tree. */
static void
add_labels(const struct scope *s, atom name, struct pattern *p,
           const char *hole)
{
	const struct check_state *c = s->c;
	const char **words = NULL;
	int n = 0;

	for (int i = 0; i < c->n_instances; i++)
		for (const struct tensor *t = c->instances[i]->block->tensors;
		     t; t = t->next)
			for (const struct family *f = t->families; f;
			     f = f->next)
				if (f->name == name)
					n = add_words(s, f->labels, &words, n);
	if (n)
		pattern_words(p, hole, words, (size_t)n);
	else
		pattern_number(p, hole);
}

/* Whether any tensor or layout has an index of that name. */
static bool
is_index(const struct check_state *c, atom name)
{
	for (int i = 0; i < c->n_instances; i++) {
		const struct block *b = c->instances[i]->block;

		for (const struct tensor *t = b->tensors; t; t = t->next) {
			for (const struct family *f = t->families; f;
			     f = f->next)
				if (f->name == name)
					return true;
			for (const struct axis *a = t->axes; a; a = a->next)
				if (a->name == name)
					return true;
		}
		if (lets_name(b->lets, name))
			return true;
	}
	for (int k = 0; k < c->m->n_columns; k++) {
		const struct layout *l = c->column_sources[k].layout;

		for (const struct family *f = l->families; f; f = f->next)
			if (f->name == name)
				return true;
		if (lets_name(l->lets, name))
			return true;
	}
	return false;
}

static void
add_name(const struct scope *s, const struct key_part *part, const char *hole,
         struct pattern *p)
{
	const struct entry *e;
	const char **words = NULL;
	int n = 0;

	for (const struct name *l = part->labels; l; l = l->next)
		*PUSH(s->c->arena, words, n) = l->text;
	if (n)
		pattern_words(p, hole, words, (size_t)n);
	else if (part->width)
		pattern_digits(p, hole, part->width);
	else if ((e = scope_find(s, part->text)) && e->symbol >= 0)
		pattern_symbol(s->c, p, hole, e->symbol);
	else if (s->index == part->text)
		pattern_number(p, hole);
	else if (is_index(s->c, part->text))
		add_labels(s, part->text, p, hole);
	else
		scope_unknown(s, CHECK_hole_unknown, part->span,
		              "index of any tensor, text, size or option",
		              part->text);
}

static void
add_part(const struct flat_part *f, struct pattern *p)
{
	const struct key_part *part = f->part;
	const char *hole = part->kind == PART_TEXT ? NULL
		: pattern_hole_text(f->scope.c, part->span);

	switch (part->kind) {
	case PART_TEXT:
		pattern_text(p, part->text, strlen(part->text));
		break;
	case PART_NAME:
		add_name(&f->scope, part, hole, p);
		break;
	case PART_GROUP:
		if (part->width)
			pattern_digits(p, hole, part->width);
		else
			pattern_number(p, hole);
		break;
	case PART_SEGMENT:
		pattern_segment(p, hole);
		break;
	case PART_ANY:
		pattern_any(p, hole);
		break;
	}
}

/* What an evidence asks for, as it is made of a key. */
struct asked {
	const char *literal;          /* the key, where it has no holes */
	const struct bound *index;    /* that stands in `hole`, or NULL */
	int hole;                     /* of the pattern, or -1 */
};

/* {l}, {l + K} in a list for l < L: the number that is asked for. */
static void
ask_index(const struct scope *s, const struct key_part *p, int hole,
          struct asked *to)
{
	const struct bound *shift;

	if (p->kind != PART_NAME || !s->index || p->text != s->index ||
	    p->labels)
		return;
	if (to->index)
		check_error(s->c->m, CHECK_hole_form, p->span,
		            "the index of a list stands in one hole of a key");
	to->hole = hole;
	to->index = bound_new(s, BOUND_INDEX, TYPE_INT, p->span);
	shift = p->shift ? bind_typed(s, p->shift, TYPE_INT) : NULL;
	if (shift)
		to->index = bound_pair(s, BOUND_ADD, to->index, shift,
		                       p->span);
}

static const struct pattern *
make_pattern(const struct scope *s, const struct key *k, struct asked *to)
{
	struct out text = {.arena = s->c->arena};
	struct flat_key flat;
	struct pattern *p;

	*to = (struct asked){.hole = -1};
	if (!keys_flatten(s, k, &flat))
		return NULL;
	if (flat.regex)
		return flat.regex;
	p = pattern_new(s->c->arena);
	for (int i = 0; i < flat.n; i++) {
		ask_index(s, flat.parts[i].part, p->holes, to);
		add_part(&flat.parts[i], p);
		if (flat.parts[i].part->kind == PART_TEXT)
			out_puts(&text, flat.parts[i].part->text);
	}
	if (!p->holes)
		to->literal = text.text;
	return p;
}

const struct pattern *
evidence_pattern(const struct scope *s, const struct key *k,
                 const char **literal)
{
	struct asked to;
	const struct pattern *p = make_pattern(s, k, &to);

	*literal = to.literal;
	return p;
}

static bool
is_same(struct check_state *c, const struct evidence *a,
        const struct evidence *b)
{
	return a->column == b->column && a->hole == b->hole &&
	       strcmp(a->text, b->text) == 0 &&
	       strcmp(pattern_form(c, a->pattern),
	              pattern_form(c, b->pattern)) == 0;
}

int
evidence_bind(const struct scope *s, const struct key *k,
              const struct bound **index)
{
	struct checked *m = s->c->m;
	struct evidence e = {.span = k->span, .column = s->column};
	struct scope plain = *s;
	struct out text = {.arena = m->arena};
	struct asked to;

	plain.frame = NULL;
	e.pattern = make_pattern(&plain, k, &to);
	if (!e.pattern)
		return -1;
	*index = to.index;
	e.hole = to.hole;
	e.key = to.literal;
	pattern_print(e.pattern, &text);
	e.text = text.text;
	for (int i = 0; i < m->n_evidence; i++)
		if (is_same(s->c, &m->evidence[i], &e))
			return i;
	*PUSH(m->arena, m->evidence, m->n_evidence) = e;
	return m->n_evidence - 1;
}
