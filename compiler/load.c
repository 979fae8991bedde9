#include "load.h"

#include <string.h>

#include "checks.h"
#include "read.h"

struct loading {
	struct ast *ast;
	struct sources *sources;
	struct loaded *list;
	int n;
	struct checked m;     /* for check_error: diags and arena */
};

enum { FILES_LIMIT = 256 };

static bool
stays_inside(const char *file)
{
	if (*file == '/' || !*file)
		return false;
	for (const char *p = file; p; p = strchr(p, '/')) {
		p += *p == '/';
		if (strncmp(p, "..", 2) == 0 && (!p[2] || p[2] == '/'))
			return false;
	}
	return true;
}

/* FILE, from the directory of source number `from`. */
static const char *
join_path(struct loading *l, int from, const char *file)
{
	const char *path = l->sources->list[from].path;
	const char *slash = strrchr(path, '/');
	int n = slash ? (int)(slash - path) + 1 : 0;

	return arena_printf(l->ast->arena, "%.*s%s", n, path, file);
}

static bool
is_loaded(const struct loading *l, const char *path)
{
	for (int i = 0; i < l->n; i++)
		if (strcmp(l->sources->list[l->list[i].file].path, path) == 0)
			return true;
	return false;
}

/* PATH: error: TEXT, as part of another message. */
static const char *
without_severity(struct loading *l, const char *error)
{
	const char *at = strstr(error, "error: ");

	return at ? arena_printf(l->ast->arena, "%.*s%s", (int)(at - error),
	                         error, at + strlen("error: ")) : error;
}

static bool
add_file(struct loading *l, const char *path, const char **error)
{
	int file = source_open(l->sources, path, error);
	struct loaded *f;

	if (file < 0) {
		*error = without_severity(l, *error);
		return false;
	}
	l->list = arena_grow(l->ast->arena, l->list, (size_t)l->n,
	                     sizeof *l->list);
	f = &l->list[l->n++];
	*f = (struct loaded){read_source(l->ast, file), file};
	return true;
}

static void
add_use(struct loading *l, int from, const struct use *u)
{
	const char *path = join_path(l, from, u->file), *error;

	if (!stays_inside(u->file)) {
		check_error(&l->m, CHECK_use_outside, u->span,
		            "%s is not below the directory of this file",
		            u->file);
		return;
	}
	if (is_loaded(l, path)) {
		if (l->list[0].file == 0 &&
		    strcmp(l->sources->list[0].path, path) == 0)
			check_error(&l->m, CHECK_use_cycle, u->span,
			            "%s is the table itself", u->file);
		return;
	}
	if (l->n >= FILES_LIMIT)
		check_error(&l->m, CHECK_too_many, u->span,
		            "a table uses at most %d files", FILES_LIMIT);
	else if (!add_file(l, path, &error))
		check_error(&l->m, CHECK_use_unknown, u->span, "%s", error);
}

struct loaded *
load_table(struct ast *ast, struct sources *sources, const char *path, int *n)
{
	struct loading l = {
		.ast = ast, .sources = sources,
		.m = {.arena = ast->arena, .diags = ast->diags},
	};
	const char *error;

	*n = 0;
	if (!add_file(&l, path, &error)) {
		diag_error(ast->diags, (struct span){-1, 0, 0}, NULL, "%s",
		           error);
		return NULL;
	}
	for (int i = 0; i < l.n; i++) {
		const struct use *u = l.list[i].model->block.uses;

		for (; u; u = u->next)
			if (u->file)
				add_use(&l, l.list[i].file, u);
	}
	*n = l.n;
	return l.list;
}
