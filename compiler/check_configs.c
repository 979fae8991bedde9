/* Named configs: declared once, asked for as NAME.PATH, given as --NAME. */
#include <string.h>

#include "check_scope.h"

enum { CONFIGS_LIMIT = 16 };

/* What `--NAME` means to every converter already. A test compares these with
 * what a converter's --help lists. */
static const char *const taken[] = {
	"config", "dtype", "from", "help", "json", "layout", "memory", "quiet",
	"threads", "to", "variant", "version", "zstd",
};

int
configs_find(const struct check_state *c, const char *name, size_t n)
{
	for (int i = 0; i < c->m->n_configs; i++)
		if (strlen(c->m->configs[i].name) == n &&
		    memcmp(c->m->configs[i].name, name, n) == 0)
			return i;
	return -1;
}

int
configs_path(const struct check_state *c, const char *path,
             const char **rest)
{
	size_t n = strcspn(path, ".[");
	int found = configs_find(c, path, n);

	*rest = path[n] == '.' ? path + n + 1 : path + n;
	return found;
}

/* Is the name free for an option of the converter? */
static bool
is_free(struct check_state *c, const struct rule *r)
{
	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
		if (strcmp(taken[i], r->name) != 0)
			continue;
		check_error(c->m, CHECK_config_name, r->span,
		            "a config cannot be called %s: every converter "
		            "has an option --%s", r->name, r->name);
		return false;
	}
	return true;
}

static void
add_config(struct check_state *c, const struct rule *r)
{
	int old = configs_find(c, r->name, strlen(r->name));

	if (old >= 0) {
		struct diag *g = check_error(c->m, CHECK_duplicate_name,
		                             r->span, "two configs are called "
		                             "%s", r->name);
		check_note(c->m, g, c->m->configs[old].span, "the first");
		return;
	}
	if (!names_table(c, r->span, "a config", r->name) || !is_free(c, r))
		return;
	if (c->m->n_configs == CONFIGS_LIMIT)
		check_error(c->m, CHECK_too_many, r->span, "a table has at "
		            "most %d configs", CONFIGS_LIMIT);
	else
		*PUSH(c->arena, c->m->configs, c->m->n_configs) =
			(struct config){r->name, r->text, r->span, false};
}

/* A prefix of rows: PREFIX.NAME could be read as a path. */
static void
check_prefix(struct check_state *c, const struct instance *at)
{
	if (at->prefix)
		configs_collide(c, at->span, "the prefix", at->prefix);
}

bool
configs_collide(struct check_state *c, struct span span, const char *what,
                atom name)
{
	int i = configs_find(c, name, strlen(name));
	struct diag *g;

	if (i < 0)
		return false;
	g = check_error(c->m, CHECK_config_name, span,
	                "%s %s has the name of a config", what, name);
	check_note(c->m, g, c->m->configs[i].span, "declared here");
	return true;
}

void
configs_declare(struct check_state *c)
{
	for (int i = 0; i < c->n_instances; i++)
		for (const struct rule *r = c->instances[i]->block->configs;
		     r && !c->instances[i]->prefix; r = r->next)
			add_config(c, r);
	for (int i = 0; i < c->n_instances; i++)
		check_prefix(c, c->instances[i]);
}
