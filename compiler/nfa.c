#include "nfa.h"

#include "arena.h"

/* Each of these returns the state from which its subject, and then `next`, is
 * read: automata are built from their end. */
static int build(struct nfa *a, const struct regex *r, int hole, int next);

static int
add_state(struct nfa *a, struct nfa_state s)
{
	a->states = arena_grow(a->arena, a->states, (size_t)a->n,
	                       sizeof *a->states);
	a->states[a->n] = s;
	return a->n++;
}

static int
add_split(struct nfa *a, int out, int other)
{
	return add_state(a, (struct nfa_state){
		.kind = NFA_SPLIT, .out = out, .other = other});
}

static int
build_literal(struct nfa *a, const struct regex *r, int hole, int next)
{
	for (size_t i = r->size; i--;) {
		struct nfa_state s = {NFA_BYTE, hole, next, 0, {{0}}};
		const unsigned char c = (unsigned char)r->text[i];

		byte_set_add(&s.set, c, c);
		next = add_state(a, s);
	}
	return next;
}

static int
build_cat(struct nfa *a, const struct regex *kid, int hole, int next)
{
	if (kid->next)
		next = build_cat(a, kid->next, hole, next);
	return build(a, kid, hole, next);
}

static int
build_alt(struct nfa *a, const struct regex *kid, int hole, int next)
{
	int start = build(a, kid, hole, next);

	while ((kid = kid->next))
		start = add_split(a, start, build(a, kid, hole, next));
	return start;
}

/*   x*: loop -> x -> loop, loop -> next        x{1,3}: x (x (x)?)?   */
static int
build_repeat(struct nfa *a, const struct regex *r, int hole, int next)
{
	int start = next, loop;

	if (r->max < 0) {
		loop = add_split(a, next, next);
		start = build(a, r->kid, hole, loop);
		a->states[loop].out = start;
		return r->min ? start : loop;
	}
	for (int i = r->min; i < r->max; i++)
		start = add_split(a, build(a, r->kid, hole, start), next);
	for (int i = 0; i < r->min; i++)
		start = build(a, r->kid, hole, start);
	return start;
}

static int
build(struct nfa *a, const struct regex *r, int hole, int next)
{
	switch (r->kind) {
	case REGEX_LITERAL:
		return build_literal(a, r, hole, next);
	case REGEX_SET:
		return add_state(a, (struct nfa_state){
			NFA_BYTE, hole, next, 0, r->set});
	case REGEX_CAT:
		return build_cat(a, r->kid, hole, next);
	case REGEX_ALT:
		return build_alt(a, r->kid, hole, next);
	case REGEX_REPEAT:
		return build_repeat(a, r, hole, next);
	case REGEX_GROUP:
		return build(a, r->kid, hole, next);
	}
	return next;
}

/* `hole` counts the holes before the part. */
static int
build_parts(struct nfa *a, const struct pattern_part *p, int hole, int next)
{
	if (!p)
		return next;
	if (p->hole)
		hole++;
	next = build_parts(a, p->next, hole, next);
	return build(a, p->regex, p->hole ? hole : 0, next);
}

void
nfa_build(struct nfa *a, struct arena *arena,
          const struct pattern *const patterns[], size_t n)
{
	int end;

	*a = (struct nfa){.arena = arena};
	end = add_state(a, (struct nfa_state){.kind = NFA_END});
	for (size_t i = 0; i < n; i++) {
		const int start = build_parts(a, patterns[i]->parts, 0, end);

		a->start = i ? add_split(a, a->start, start) : start;
	}
	a->set = arena_alloc(arena, (size_t)a->n * sizeof *a->set);
	a->stack = arena_alloc(arena, (size_t)a->n * sizeof *a->stack);
	a->mark = arena_alloc(arena, (size_t)a->n * sizeof *a->mark);
}

void
nfa_clear(struct nfa *a)
{
	a->nset = 0;
	a->round++;
}

void
nfa_add(struct nfa *a, int state)
{
	int n = 0;

	if (a->mark[state] == a->round)
		return;
	a->mark[state] = a->round;
	a->stack[n++] = state;
	while (n) {
		const int i = a->stack[--n];
		const struct nfa_state *s = &a->states[i];
		const int to[2] = {s->out, s->other};

		if (s->kind != NFA_SPLIT) {
			a->set[a->nset++] = i;
			continue;
		}
		for (int k = 0; k < 2; k++) {
			if (a->mark[to[k]] == a->round)
				continue;
			a->mark[to[k]] = a->round;
			a->stack[n++] = to[k];
		}
	}
}
