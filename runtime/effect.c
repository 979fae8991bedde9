/* Two choices of options may read a source in one and the same way: one rank,
 * with its experts dealt out or not; multiples that pad to one size. What
 * counts is where each element lies. */
#include "job.h"

struct effect {
	uint64_t sum;          /* in any order of the pieces */
	uint64_t row, stored;
};

static uint64_t
mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 29;
}

static bool
add_piece(void *context, const struct weft_piece *p)
{
	struct effect *e = context;
	uint64_t h = mix(mix(e->row, e->stored), (uint64_t)p->offset);

	for (int axis = 0; axis < p->n; axis++) {
		const struct weft_run *r = &p->run[axis];

		h = mix(mix(h, (uint64_t)r->begin), (uint64_t)r->n);
		for (int i = 0; i < r->n; i++)
			h = mix(mix(h, (uint64_t)r->size[i]),
			        (uint64_t)r->stride[i]);
	}
	e->sum += h;
	return true;
}

uint64_t
weft_match_effect(const weft_job *job)
{
	struct effect e = {0};

	for (int k = 0; k < job->n_from; k++) {
		const struct weft_cell_state *c = &job->from_cells[k];

		e.row = (uint64_t)c->cell->row;
		for (int64_t i = 0; c->stored && !c->row->row->keep && i < c->n;
		     i++) {
			struct weft_frame f;

			if (c->stored[i] < 0 || !weft_cell_frame(c, i, &f))
				continue;
			e.stored = (uint64_t)c->stored[i];
			weft_view_pieces(&f, 0, f.count, add_piece, &e);
		}
	}
	return e.sum;
}
