/* Integer polynomials: sums of products of unknowns. */
#include <string.h>

#include "arena.h"
#include "check_proof.h"

/* Far enough from the ends of int64_t for a negation and a sum. */
static const int64_t LIMIT = INT64_MAX / 4;

static bool
too_large(int64_t n)
{
	return n > LIMIT || n < -LIMIT;
}

static struct poly *
poly_room(struct arena *a, int terms, struct term **list)
{
	struct poly *p = arena_alloc(a, sizeof *p);

	*list = arena_alloc(a, ((size_t)terms + 1) * sizeof **list);
	p->terms = *list;
	return p;
}

const struct poly *
poly_int(struct arena *a, int64_t n)
{
	struct term *t;
	struct poly *p = poly_room(a, 1, &t);

	if (too_large(n))
		return NULL;
	t->n = n;
	p->n = n != 0;
	return p;
}

const struct poly *
poly_unknown(struct arena *a, int id)
{
	int *of = arena_alloc(a, sizeof *of);
	struct term *t;
	struct poly *p = poly_room(a, 1, &t);

	*of = id;
	*t = (struct term){.n = 1, .of = of, .degree = 1};
	p->n = 1;
	return p;
}

static int
compare(const struct term *a, const struct term *b)
{
	if (a->degree != b->degree)
		return a->degree - b->degree;
	for (int i = 0; i < a->degree; i++)
		if (a->of[i] != b->of[i])
			return a->of[i] < b->of[i] ? -1 : 1;
	return 0;
}

const struct poly *
poly_add(struct arena *arena, const struct poly *a, const struct poly *b,
         int64_t k)
{
	struct term *t;
	struct poly *p;
	int i = 0, j = 0;

	if (!a || !b)
		return NULL;
	p = poly_room(arena, a->n + b->n, &t);
	while (i < a->n || j < b->n) {
		int order = i == a->n ? 1 : j == b->n ? -1
			: compare(&a->terms[i], &b->terms[j]);
		int64_t more = 0;

		t[p->n] = order <= 0 ? a->terms[i] : b->terms[j];
		if (order > 0)
			t[p->n].n = 0;
		if (order >= 0 &&
		    (__builtin_mul_overflow(b->terms[j].n, k, &more) ||
		     __builtin_add_overflow(t[p->n].n, more, &t[p->n].n) ||
		     too_large(t[p->n].n)))
			return NULL;
		i += order <= 0;
		j += order >= 0;
		p->n += t[p->n].n != 0;
	}
	return p;
}

/* The product of two terms as a polynomial. */
static const struct poly *
term_mul(struct arena *arena, const struct term *a, const struct term *b)
{
	int degree = a->degree + b->degree, i = 0, j = 0;
	int *of = arena_alloc(arena, ((size_t)degree + 1) * sizeof *of);
	struct term *t;
	struct poly *p = poly_room(arena, 1, &t);

	for (int k = 0; k < degree; k++) {
		bool first = j == b->degree ||
		             (i < a->degree && a->of[i] <= b->of[j]);

		of[k] = first ? a->of[i++] : b->of[j++];
	}
	if (__builtin_mul_overflow(a->n, b->n, &t->n) || too_large(t->n))
		return NULL;
	t->of = of;
	t->degree = degree;
	p->n = 1;
	return p;
}

const struct poly *
poly_mul(struct arena *arena, const struct poly *a, const struct poly *b)
{
	const struct poly *p = poly_int(arena, 0);

	if (!a || !b)
		return NULL;
	for (int i = 0; i < a->n; i++)
		for (int j = 0; j < b->n; j++)
			p = poly_add(arena, p, term_mul(arena, &a->terms[i],
			                                &b->terms[j]), 1);
	return p;
}

/* Removes the unknowns of `by` from a copy of `t`; false if one is missing. */
static bool
term_div(struct arena *arena, struct term *t, const struct term *by)
{
	int *of = arena_alloc(arena, ((size_t)t->degree + 1) * sizeof *of);
	int n = 0, j = 0;

	if (t->n % by->n != 0)
		return false;
	t->n /= by->n;
	for (int i = 0; i < t->degree; i++) {
		if (j < by->degree && t->of[i] == by->of[j])
			j++;
		else
			of[n++] = t->of[i];
	}
	t->of = of;
	t->degree = n;
	return j == by->degree;
}

const struct poly *
poly_div(struct arena *arena, const struct poly *a, const struct poly *b)
{
	struct term *t;
	struct poly *p;

	if (!a || !b || b->n != 1 || b->terms->n < 1)
		return NULL;
	p = poly_room(arena, a->n, &t);
	memcpy(t, a->terms, (size_t)a->n * sizeof *t);
	p->n = a->n;
	for (int i = 0; i < p->n; i++)
		if (!term_div(arena, &t[i], b->terms))
			return NULL;
	return p;
}

bool
poly_is_int(const struct poly *p, int64_t *n)
{
	if (!p || p->n > 1 || (p->n == 1 && p->terms->degree))
		return false;
	*n = p->n ? p->terms->n : 0;
	return true;
}

bool
poly_same(const struct poly *a, const struct poly *b)
{
	if (!a || !b || a->n != b->n)
		return false;
	for (int i = 0; i < a->n; i++)
		if (a->terms[i].n != b->terms[i].n ||
		    compare(&a->terms[i], &b->terms[i]) != 0)
			return false;
	return true;
}
