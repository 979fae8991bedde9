#include "read.h"

#include <string.h>

#include "reader.h"

static bool
ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);

	return n >= k && strcmp(s + n - k, end) == 0;
}

bool
read_is_yaml(const char *path)
{
	return ends_with(path, ".yaml") || ends_with(path, ".yml");
}

struct model *
read_source(struct ast *ast, int source)
{
	const char *path = ast->diags->sources->list[source].path;

	return read_is_yaml(path) ? read_yaml(ast, source)
	                          : read_dsl(ast, source);
}

struct model *
read_file(struct ast *ast, struct sources *sources, const char *path)
{
	const struct span nowhere = {-1, 0, 0};
	const char *error = NULL, *severity;
	int source = source_open(sources, path, &error);

	if (source >= 0)
		return read_source(ast, source);
	severity = strstr(error, ": error: ");
	diag_error(ast->diags, nowhere, NULL, "%.*s%s",
	           severity ? (int)(severity - error) : 0, error,
	           severity ? severity + strlen(": error") : error);
	return NULL;
}
