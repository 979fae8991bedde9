/* Each pair of tests/twins is one tree, where a YAML file alone is the twin of
 * a table of mappings/; and what the formatter makes of either
 * spelling, in either spelling, is that tree again and is not changed by being
 * formatted again. */
#include <glob.h>
#include <unistd.h>

#include "front.h"

/* Where two texts part, for a message. */
static const char *
parting(const char *a, const char *b)
{
	static char text[200];
	const char *line = a;
	int n = 1;

	while (*a && *a == *b) {
		if (*a == '\n') {
			n++;
			line = a + 1;
		}
		a++;
		b++;
	}
	snprintf(text, sizeof text, "they part on line %d: '%.*s'", n,
	         (int)strcspn(line, "\n"), line);
	return text;
}

static void
check_format(const char *path, struct front *from, bool yaml)
{
	const char *wanted = front_dump(from);
	const char *text = front_format(from, yaml);
	char *name = arena_printf(&from->arena, "%s to %s", path,
	                          yaml ? "yaml" : "dsl");
	char *again = arena_printf(&from->arena, "%s, again", name);
	struct front f;

	front_read(&f, yaml ? "x.weft.yaml" : "x.weft", text, strlen(text));
	CHECK(name, !*front_error(&f) && strcmp(front_dump(&f), wanted) == 0,
	      "%s %s", front_error(&f), parting(wanted, front_dump(&f)));
	CHECK(again, strcmp(front_format(&f, yaml), text) == 0, "%s",
	      parting(text, front_format(&f, yaml)));
	front_free(&f);
}

static void
check_twin(const char *other)
{
	const char *name = strrchr(other, '/');
	char path[512];
	struct front a, b;
	size_t n, m;
	char *dsl, *yaml = front_load(other, &m);

	snprintf(path, sizeof path, "%.*s", (int)strlen(other) - 5, other);
	if (access(path, R_OK) != 0)
		snprintf(path, sizeof path, "mappings%.*s",
		         (int)strlen(name) - 5, name);
	dsl = front_load(path, &n);
	front_read(&a, path, dsl, n);
	front_read(&b, other, yaml, m);
	CHECK(path, !*front_error(&a) && !*front_error(&b), "%s %s",
	      front_error(&a), front_error(&b));
	CHECK(other, strcmp(front_dump(&a), front_dump(&b)) == 0, "%s",
	      parting(front_dump(&a), front_dump(&b)));
	for (int yaml_too = 0; yaml_too < 2; yaml_too++) {
		check_format(path, &a, yaml_too);
		check_format(other, &b, yaml_too);
	}
	front_free(&a);
	front_free(&b);
	free(dsl);
	free(yaml);
}

int
main(void)
{
	glob_t found;

	if (glob("tests/twins/*.weft.yaml", 0, NULL, &found) != 0) {
		printf("not ok twins: none found\n");
		return 1;
	}
	for (size_t i = 0; i < found.gl_pathc; i++)
		check_twin(found.gl_pathv[i]);
	globfree(&found);
	return check_done();
}
