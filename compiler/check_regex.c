/* Keys written as regular expressions: their groups become indices, and where
 * they can be turned round, the pieces that write them. */
#include <string.h>

#include "check_place.h"
#include "invert.h"

static struct piece *
add_piece(struct check_state *c, struct pieces *to, enum piece_kind kind,
          struct span at)
{
	struct piece *p = PUSH(c->arena, to->list, to->n);

	*p = (struct piece){.kind = kind, .span = at, .dim = -1, .symbol = -1};
	return p;
}

/* The words of a group are the labels of its index, by their names. */
static bool
words_are_labels(const struct pattern_part *part, const struct dim *d)
{
	if ((int)part->nwords != d->n_labels)
		return false;
	for (int i = 0; i < d->n_labels; i++) {
		size_t k = 0;

		while (k < part->nwords &&
		       strcmp(part->words[k], d->labels[i]) != 0)
			k++;
		if (k == part->nwords)
			return false;
	}
	return true;
}

static bool
bind_labels(const struct scope *s, const struct pattern_part *part,
            const struct dim *d, struct piece *x)
{
	if (part->kind == PATTERN_WORDS && !words_are_labels(part, d)) {
		struct diag *g = check_error(
			s->c->m, CHECK_labels_count, x->span,
			"group %s does not match the labels of %s and nothing "
			"else", part->hole, d->name);
		check_note(s->c->m, g, d->span, "declared here");
		return false;
	}
	x->kind = PIECE_LABELS;
	for (int i = 0; i < d->n_labels; i++)
		*PUSH(s->c->arena, x->words, x->n_words) = d->labels[i];
	return true;
}

static bool
bind_group(const struct scope *s, const struct pattern_part *part,
           struct span at, struct pieces *to, int *count)
{
	struct check_state *c = s->c;
	atom name = atom_text(c->m->atoms, part->hole);
	int dim = s->frame ? frame_find(s->frame, name) : -1;
	struct piece *x = add_piece(c, to, PIECE_INDEX, at);
	const struct entry *e;

	if (dim >= 0) {
		count[dim]++;
		x->dim = dim;
		x->width = part->kind == PATTERN_DIGITS ? part->digits : 0;
		if (frame_dim(s->frame, dim)->labels)
			return bind_labels(s, part, frame_dim(s->frame, dim),
			                   x);
		if (part->kind != PATTERN_WORDS)
			return true;
		check_error(c->m, CHECK_hole_form, at,
		            "group %s matches words, and index %s has no "
		            "labels", name, name);
		return false;
	}
	e = scope_find(s, name);
	if (!e || e->symbol < 0 || (e->kind != SYMBOL_TEXT &&
	    e->kind != SYMBOL_SIZE && e->kind != SYMBOL_OPTION)) {
		scope_unknown(s, CHECK_hole_unknown, at,
		              "index of this place, text, size or option",
		              name);
		return false;
	}
	x->kind = PIECE_SYMBOL;
	x->symbol = e->symbol;
	return true;
}

bool
regex_bind(const struct scope *s, const struct flat_key *flat,
           struct pieces *to, int *count)
{
	struct check_state *c = s->c;
	const struct pattern *p;
	const char *why = NULL;
	bool good = true;

	p = pattern_invert(c->m->automata, flat->regex, &why);
	if (!p && s->column >= 0 && !c->m->columns[s->column].not_writable)
		c->m->columns[s->column].not_writable = arena_printf(
			c->arena, "%s: %s", checked_where(c->m,
			flat->from->span), why);
	for (const struct pattern_part *part = p ? p->parts
	     : flat->regex->parts; part; part = part->next) {
		if (part->hole)
			good = bind_group(s, part, flat->from->span, to,
			                  count) && good;
		else if (part->kind == PATTERN_TEXT)
			add_piece(c, to, PIECE_TEXT, flat->from->span)->text =
				arena_copy(c->arena, part->regex->text,
				           part->regex->size);
	}
	return good;
}
