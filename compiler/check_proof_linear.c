/* Do integers exist that make every polynomial of a list at least zero? Each
 * product of unknowns counts as a number of its own, and Fourier and Motzkin's
 * elimination removes one after the other. */
#include <string.h>

#include "check_proof.h"

enum { COLUMNS = 48, ROWS = 256 };

/* sum of n[i] * x[i], plus n[columns], is at least 0. */
struct system {
	int columns, rows;
	struct term product[COLUMNS];
	int64_t row[ROWS][COLUMNS + 1];
	bool full;            /* too large, or a number too large */
};

static int
column_of(struct system *s, const struct term *t)
{
	for (int i = 0; i < s->columns; i++)
		if (s->product[i].degree == t->degree &&
		    memcmp(s->product[i].of, t->of,
		           (size_t)t->degree * sizeof *t->of) == 0)
			return i;
	if (s->columns == COLUMNS) {
		s->full = true;
		return 0;
	}
	s->product[s->columns] = *t;
	return s->columns++;
}

static int64_t
magnitude(int64_t n)
{
	return n < 0 ? -n : n;
}

/* Divides a row by what its factors have in common; the constant is rounded
 * down, because the unknowns are integers. */
static void
tighten(const struct system *s, int64_t *row)
{
	int64_t g = 0, *last = &row[s->columns];

	for (int i = 0; i < s->columns; i++) {
		int64_t a = magnitude(row[i]);

		while (a) {
			int64_t rest = g % a;

			g = a;
			a = rest;
		}
	}
	if (g < 2)
		return;
	for (int i = 0; i < s->columns; i++)
		row[i] /= g;
	*last = *last >= 0 ? *last / g : -((-*last + g - 1) / g);
}

/* Adds a row unless one that says as much is there. Returns false if it can
 * never hold. */
static bool
keep_row(struct system *s, int64_t *row)
{
	bool any = false;

	tighten(s, row);
	for (int i = 0; i < s->columns; i++)
		any = any || row[i] != 0;
	if (!any)
		return row[s->columns] >= 0;
	for (int r = 0; r < s->rows; r++) {
		int64_t *old = s->row[r];

		if (memcmp(old, row, (size_t)s->columns * sizeof *row) != 0)
			continue;
		if (row[s->columns] < old[s->columns])
			old[s->columns] = row[s->columns];
		return true;
	}
	if (s->rows == ROWS)
		s->full = true;
	else
		memcpy(s->row[s->rows++], row,
		       ((size_t)s->columns + 1) * sizeof *row);
	return true;
}

/* The least value of a product, where every factor has one that is not
 * negative. */
static bool
product_low(const struct logic *l, const struct term *t, int64_t *low)
{
	*low = 1;
	for (int i = 0; i < t->degree; i++) {
		const struct unknown *u = &l->unknowns[t->of[i]];

		if (!u->bounded || u->low < 0 ||
		    __builtin_mul_overflow(*low, u->low, low))
			return false;
	}
	return true;
}

static bool
add_bounds(const struct logic *l, struct system *s)
{
	for (int i = 0; i < s->columns; i++) {
		int64_t row[COLUMNS + 1] = {0}, low;

		if (!product_low(l, &s->product[i], &low))
			continue;
		row[i] = 1;
		row[s->columns] = -low;
		if (!keep_row(s, row))
			return false;
	}
	return true;
}

/* row = a * p + b * q with a, b > 0 such that column c vanishes. */
static bool
combine(const struct system *s, const int64_t *p, const int64_t *q, int c,
        int64_t *row)
{
	int64_t a = magnitude(q[c]), b = magnitude(p[c]), x, y;

	for (int i = 0; i <= s->columns; i++)
		if (__builtin_mul_overflow(p[i], a, &x) ||
		    __builtin_mul_overflow(q[i], b, &y) ||
		    __builtin_add_overflow(x, y, &row[i]) ||
		    row[i] < -INT64_MAX / 4 || row[i] > INT64_MAX / 4)
			return false;
	return true;
}

/* How many rows the elimination of a column adds; -1: it occurs nowhere. */
static int
cost(const struct system *s, int c)
{
	int up = 0, down = 0;

	for (int r = 0; r < s->rows; r++) {
		up += s->row[r][c] > 0;
		down += s->row[r][c] < 0;
	}
	return up + down ? up * down : -1;
}

/* Replaces the rows that have column c by their combinations without it. */
static bool
eliminate(struct system *s, int c)
{
	static struct system old;

	old.rows = s->rows;
	memcpy(old.row, s->row, (size_t)s->rows * sizeof *s->row);
	s->rows = 0;
	for (int r = 0; r < old.rows; r++)
		if (old.row[r][c] == 0 && !keep_row(s, old.row[r]))
			return false;
	for (int r = 0; r < old.rows; r++) {
		for (int q = 0; old.row[r][c] > 0 && q < old.rows; q++) {
			int64_t row[COLUMNS + 1];

			if (old.row[q][c] >= 0)
				continue;
			if (!combine(s, old.row[r], old.row[q], c, row)) {
				s->full = true;
				return true;
			}
			if (!keep_row(s, row))
				return false;
		}
	}
	return true;
}

static bool
load(struct system *s, const struct logic *l, const struct poly *const list[],
     int n)
{
	s->columns = s->rows = 0;
	s->full = false;
	for (int i = 0; i < n; i++)
		for (int k = 0; k < list[i]->n; k++)
			if (list[i]->terms[k].degree)
				column_of(s, &list[i]->terms[k]);
	for (int i = 0; i < n && !s->full; i++) {
		int64_t row[COLUMNS + 1] = {0};

		for (int k = 0; k < list[i]->n; k++) {
			const struct term *t = &list[i]->terms[k];
			row[t->degree ? column_of(s, t) : s->columns] = t->n;
		}
		if (!s->full && !keep_row(s, row))
			return false;
	}
	return s->full || add_bounds(l, s);
}

bool
linear_feasible(const struct logic *l, const struct poly *const list[], int n)
{
	static struct system s;

	if (!load(&s, l, list, n))
		return false;
	while (!s.full) {
		int best = -1, least = 0;

		for (int c = 0; c < s.columns; c++) {
			int price = cost(&s, c);

			if (price >= 0 && (best < 0 || price < least)) {
				best = c;
				least = price;
			}
		}
		if (best < 0 || least > ROWS)
			return true;
		if (!eliminate(&s, best))
			return false;
	}
	return true;
}
