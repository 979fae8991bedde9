/* What the full key set of a layout says about has(KEY). */
#include <string.h>

#include "check_proof_facts.h"

/* The pattern of a key in a directory: any text, a slash, the key. What is no
 * template counts as any text. */
static const struct pattern *
in_directory(const struct checked *m, const struct pattern *of)
{
	struct pattern *p = pattern_new(m->arena);
	struct tokens t = {NULL, 0};

	pattern_any(p, "directory");
	pattern_text(p, "/", 1);
	tokens_of_pattern(m, &t, of);
	for (int i = 0; i < t.n; i++) {
		const struct token *x = &t.list[i];

		if (x->kind == TOKEN_TEXT)
			pattern_text(p, x->text, strlen(x->text));
		else if (x->kind == TOKEN_WORDS)
			pattern_words(p, "word", x->words, (size_t)x->n_words);
		else if (x->kind == TOKEN_NUMBER && x->width)
			pattern_digits(p, "number", x->width);
		else if (x->kind == TOKEN_NUMBER)
			pattern_number(p, "number");
		else
			pattern_any(p, "text");
	}
	return p;
}

struct facts *
facts_new(struct checked *m)
{
	struct facts *f = arena_alloc(m->arena, sizeof *f);
	size_t n = 0;

	f->m = m;
	f->evidence = arena_alloc(m->arena, ((size_t)m->n_evidence + 1) *
	                          sizeof *f->evidence);
	for (int i = 0; i < m->n_evidence; i++) {
		const struct pattern *p = m->evidence[i].pattern;

		f->evidence[i][0] = automaton_new(m->automata, p);
		f->evidence[i][1] = automaton_new(m->automata,
		                                  in_directory(m, p));
	}
	f->claims = arena_alloc(m->arena, ((size_t)m->n_columns + 1) *
	                        sizeof *f->claims);
	for (int i = 0; i < m->n_columns; i++) {
		const struct column *c = &m->columns[i];

		n = (size_t)c->n_claims + 1;
		f->claims[i] = arena_alloc(m->arena, n * sizeof **f->claims);
		for (int k = 0; k < c->n_claims; k++)
			f->claims[i][k] = automaton_new(
				m->automata, c->claims[k].pattern);
	}
	return f;
}

bool
facts_meets(const struct facts *f, int column, int claim, int evidence,
            const char **key)
{
	bool directories = f->m->columns[column].directories;

	return automaton_meets(f->claims[column][claim],
	                       f->evidence[evidence][directories],
	                       key) != ANSWER_NO;
}

bool
facts_possible(const struct facts *f, int column, int evidence,
               const char **key)
{
	for (int i = 0; i < f->m->columns[column].n_claims; i++)
		if (facts_meets(f, column, i, evidence, key))
			return true;
	return false;
}

/* ---- one cell ---- */

/* The first indices of what is left open. A family is not empty, so that its
 * first index needs no proof. */
static const struct form *
at_first(struct logic *l, struct view *v)
{
	const struct form *f = &form_true;

	for (int i = 0; i < v->n; i++) {
		const struct dim *d = checked_dim(l->m, v->cell, i);
		const struct poly *from = view_from(l, v, i);

		if (!v->index[i])
			v->index[i] = from;
		if (cell_knows(v->cell, i) &&
		    (d->from || !poly_same(v->index[i], from)))
			f = form_all(l, f, cell_range(l, v, i));
	}
	return f;
}

/* Does an evidence's hole take any number or word here? */
static bool
leaves_open(const struct agreement *x)
{
	return x->kind == AGREE_EQUAL && !x->b->piece;
}

static const struct form *
certain_way(struct logic *l, const struct cell *c, const struct alignment *way)
{
	struct view *v = view_new(l, c), *none = view_new(l, NULL);
	const struct form *f = &form_true;

	for (int i = 0; i < way->n; i++) {
		struct alignment one = {NULL, &way->list[i], 1};

		if (!leaves_open(&way->list[i]))
			f = form_all(l, f, cell_align(l, &one, v, none));
	}
	f = form_all(l, f, at_first(l, v));
	return form_all(l, f, cell_taken(l, v));
}

static const struct form *
possible_way(struct logic *l, const struct cell *c,
             const struct alignment *way)
{
	struct view *v = view_new(l, c), *none = view_new(l, NULL);
	const struct form *f = &form_true;

	if (way)
		f = cell_align(l, way, v, none);
	return form_all(l, f, cell_active(l, v));
}

/* Adds what one cell says: *possible, a key may be its; *certain, one is. */
static void
add_cell(struct logic *l, const struct cell *c, int evidence,
         const struct form **possible, const struct form **certain)
{
	const struct row *r = &l->m->rows[c->row];
	struct tokens key, asked = {NULL, 0};
	struct alignment *ways;
	bool known;

	cell_tokens(l->m, c, false, &key);
	tokens_of_pattern(l->m, &asked, l->m->evidence[evidence].pattern);
	known = align_keys(l->m, &key, &asked, &ways);
	if (!known)
		*possible = form_any(l, *possible, possible_way(l, c, NULL));
	for (; known && ways; ways = ways->next) {
		*possible = form_any(l, *possible, possible_way(l, c, ways));
		if (!r->optional && !r->keep && !c->optional && !c->regex)
			*certain = form_any(l, *certain,
			                    certain_way(l, c, ways));
	}
}

/* ---- all of a layout ---- */

/* Keys have texts, which may ask for keys in turn: what is asked for deeper
 * than this is not known. */
enum { DEEP = 2 };

const struct form *
facts_has(void *of, struct logic *l, int evidence, const struct view *v)
{
	struct facts *f = of;
	const struct column *c = &f->m->columns[f->column];
	const struct form *possible = &form_false, *certain = &form_false;
	struct form *open;
	char text[32];

	if (v->side || f->asked == DEEP)
		return NULL;
	f->asked++;
	for (int i = 0; i < c->n_claims; i++) {
		const struct claim *x = &c->claims[i];

		if (!facts_meets(f, f->column, i, evidence, NULL))
			continue;
		if (x->drop)
			possible = &form_true;
		for (int k = 0; k < x->n_cells; k++)
			add_cell(l, &f->m->cells[x->cells[k]], evidence,
			         &possible, &certain);
	}
	f->asked--;
	snprintf(text, sizeof text, "has:%d", evidence);
	open = arena_alloc(l->arena, sizeof *open);
	*open = (struct form){.kind = FORM_FACT, .positive = true};
	open->id = logic_unknown(l, text, NULL);
	return form_any(l, certain, form_all(l, possible, open));
}
