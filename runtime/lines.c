/* Lines of a place that are not taken at all. */
#include "job.h"

bool
weft_asks_index(const weft_expr *x)
{
	return x && (x->op == WEFT_E_INDEX || weft_asks_index(x->a) ||
	             weft_asks_index(x->b));
}

/* Does the condition hold, or not, whatever the indices are? */
static bool
is_settled(const struct weft_cell_state *c, bool holds)
{
	const weft_scope at = {.side = c->side};

	return !weft_asks_index(c->cell->when) &&
	       weft_eval_true(&at, c->cell->when) == holds;
}

bool
weft_cell_is_off(const struct weft_cell_state *c,
                 const struct weft_cell_state *list)
{
	const struct weft_cell_state *before = c;

	if (is_settled(c, false))
		return true;
	if (c->cell->flags & WEFT_ALSO)
		return false;
	while (before > list && before[-1].cell->row == c->cell->row) {
		before--;
		if (!(before->cell->flags & WEFT_ALSO) &&
		    is_settled(before, true))
			return true;
	}
	return false;
}
