/* The pattern that the scanner of a layout matches a cell's keys by. */
#include <string.h>

#include "check_place.h"

const char *
pattern_hole_text(struct check_state *c, struct span at)
{
	const char *text = checked_text(c->m, at);
	size_t n = strlen(text);

	if (n >= 2 && text[0] == '{' && text[n - 1] == '}')
		return arena_copy(c->arena, text + 1, n - 2);
	return text;
}

void
pattern_symbol(struct check_state *c, struct pattern *p, const char *hole,
               int symbol)
{
	const struct symbol *y = &c->m->symbols[symbol];

	if (y->n_words)
		pattern_words(p, hole, y->words, (size_t)y->n_words);
	else
		pattern_number(p, hole);
}

static void
add_number(struct pattern *p, const char *hole, int width)
{
	if (width)
		pattern_digits(p, hole, width);
	else
		pattern_number(p, hole);
}

static void
add_capture(struct check_state *c, struct cell *cell, int dim)
{
	*PUSH(c->arena, cell->captures, cell->n_captures) = dim;
}

static void
add_piece(struct check_state *c, struct pattern *p, const struct piece *x,
          struct cell *cell)
{
	const char *hole;

	if (x->kind == PIECE_TEXT) {
		pattern_text(p, x->text, strlen(x->text));
		return;
	}
	hole = pattern_hole_text(c, x->span);
	add_capture(c, cell, x->dim);
	switch (x->kind) {
	case PIECE_LABELS:
		pattern_words(p, hole, x->words, (size_t)x->n_words);
		break;
	case PIECE_SYMBOL:
		pattern_symbol(c, p, hole, x->symbol);
		break;
	case PIECE_FREE:
		if (x->any)
			pattern_any(p, hole);
		else
			pattern_segment(p, hole);
		break;
	default:
		add_number(p, hole, x->width);
	}
}

static void
regex_captures(struct check_state *c, struct cell *cell)
{
	for (int i = 0; i < cell->key.n; i++)
		if (cell->key.list[i].kind != PIECE_TEXT)
			add_capture(c, cell, cell->key.list[i].dim);
}

void
pattern_of_cell(struct check_state *c, struct cell *cell,
                const struct flat_key *key)
{
	struct pattern *p;

	if (key->regex && !cell->directory.n) {
		cell->regex = true;
		cell->pattern = key->regex;
		regex_captures(c, cell);
		return;
	}
	p = pattern_new(c->arena);
	for (int i = 0; i < cell->directory.n; i++)
		add_piece(c, p, &cell->directory.list[i], cell);
	if (cell->directory.n)
		pattern_text(p, "/", 1);
	for (int i = 0; i < cell->key.n; i++)
		add_piece(c, p, &cell->key.list[i], cell);
	cell->pattern = p;
}

const char *
pattern_form(struct check_state *c, const struct pattern *p)
{
	struct out o = {.arena = c->arena};

	if (p->source)
		out_printf(&o, "/%s", p->source);
	for (const struct pattern_part *x = p->parts; x && !p->source;
	     x = x->next) {
		out_printf(&o, "\n%d", (int)x->kind);
		if (x->kind == PATTERN_TEXT)
			out_add(&o, x->regex->text, x->regex->size);
		if (x->kind == PATTERN_DIGITS)
			out_printf(&o, " %d", x->digits);
		for (size_t i = 0; x->kind == PATTERN_WORDS && i < x->nwords;
		     i++)
			out_printf(&o, " %s", x->words[i]);
	}
	return o.text ? o.text : "";
}
