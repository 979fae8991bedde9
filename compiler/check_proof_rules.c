/* What else a layout says: edits, demands and directories. */
#include <string.h>

#include "check_proof_facts.h"

/* ---- edits of the config ---- */

static bool
gives_value(const struct change *x)
{
	return x->kind == CHANGE_SET || x->kind == CHANGE_REMOVE;
}

/* Does `path` lead to where `outer` leads, or further? */
static bool
is_inside(const char *path, const char *outer)
{
	size_t n = strlen(outer);

	return strncmp(path, outer, n) == 0 && strchr(".[", path[n]);
}

/* Whether `x` is `member`, or a list that has it written down. */
static bool
has_member(const struct bound *x, const struct bound *member)
{
	if (x->op != BOUND_LIST)
		return bound_same(x, member);
	for (; x && x->a; x = x->b)
		if (bound_same(x->a, member))
			return true;
	return false;
}

/* Whether two values of an insert and a delete have a member in common, as far
 * as that is written down. */
static bool
share_member(const struct bound *a, const struct bound *b)
{
	if (a->op != BOUND_LIST)
		return has_member(b, a);
	for (; a && a->a; a = a->b)
		if (has_member(b, a->a))
			return true;
	return false;
}

/* Whether it matters which of two edits comes first. */
static bool
collide(const struct change *a, const struct change *b)
{
	bool same = strcmp(a->path, b->path) == 0;

	if (gives_value(a) && gives_value(b))
		return is_inside(a->path, b->path) ||
		       is_inside(b->path, a->path);
	if (a->kind == CHANGE_RENAME || b->kind == CHANGE_RENAME)
		return same && (gives_value(a) || gives_value(b) ||
		                a->kind == b->kind);
	return same && a->kind != b->kind && !gives_value(a) &&
	       !gives_value(b) && share_member(a->value, b->value);
}

/* Two edits of one field at once. */
static void
check_changes(struct checked *m, const struct change *a,
              const struct change *b)
{
	struct logic *l = logic_new(m);
	const struct form *f;
	struct diag *g;

	if (!collide(a, b))
		return;
	f = form_all(l, form_of(l, a->when, NULL), form_of(l, b->when, NULL));
	if (form_refute(l, f, NULL))
		return;
	g = check_error(m, CHECK_edit_conflict, b->span,
	                "%s is edited twice, and the conditions cannot be "
	                "shown to exclude each other", b->path);
	check_note(m, g, a->span, "the other edit");
}

/* ---- require ---- */

static void
check_demand(struct facts *f, const struct demand *d, int column)
{
	struct logic *l = logic_new(f->m);

	f->column = column;
	l->has = column < 0 ? NULL : facts_has;
	l->has_of = f;
	if (form_refute(l, form_of(l, d->that, view_new(l, NULL)), NULL))
		check_error(f->m, CHECK_require_never, d->that->span,
		            "this never holds%s%s, so that every source is "
		            "refused", column < 0 ? "" : " in layout ",
		            column < 0 ? "" : f->m->columns[column].name);
}

/* ---- names of directories and keys ---- */

/* Is a segment of the path empty, or one of . and .., where no hole is? */
static bool
leaves(const char *path)
{
	for (const char *p = path;; p++) {
		size_t n = strcspn(p, "/");

		if (n == 0 || (n == 1 && *p == '.') ||
		    (n == 2 && p[0] == '.' && p[1] == '.'))
			return true;
		p += n;
		if (!*p)
			return false;
	}
}

/* A directory lies in the checkpoint. Labels and texts are as long as they
 * may be; only what is written as it is can leave. */
static void
check_directory(struct checked *m, const struct cell *c)
{
	struct out path = {.arena = m->arena};

	if (!c->directory.n)
		return;
	for (int i = 0; i < c->directory.n; i++)
		out_puts(&path, c->directory.list[i].kind == PIECE_TEXT
		         ? c->directory.list[i].text : "0");
	if (leaves(path.text))
		check_error(m, CHECK_directory_path,
		            c->directory.list[0].span, "a directory is a path "
		            "in the checkpoint: no / in front or twice, no . "
		            "and no ..");
}

static void
check_key(struct checked *m, const struct cell *c)
{
	const struct piece *p = c->key.list;

	if (c->key.n == 1 && p->kind == PIECE_TEXT &&
	    strcmp(p->text, "__metadata__") == 0)
		check_error(m, CHECK_key_reserved, c->span,
		            "no tensor can be called %s: safetensors keeps "
		            "its own notes there", p->text);
}

void
prove_rules(struct checked *m)
{
	struct facts *f = facts_new(m);

	for (int i = 0; i < m->n_columns; i++) {
		const struct column *k = &m->columns[i];

		for (int b = 0; b < k->n_changes; b++)
			for (int a = 0; a < b; a++)
				check_changes(m, &k->changes[a],
				              &k->changes[b]);
		for (int n = 0; n < k->n_demands; n++)
			check_demand(f, &k->demands[n], i);
	}
	for (int n = 0; n < m->n_demands; n++)
		check_demand(f, &m->demands[n], -1);
	for (int i = 0; i < m->n_cells; i++) {
		check_directory(m, &m->cells[i]);
		check_key(m, &m->cells[i]);
	}
}
