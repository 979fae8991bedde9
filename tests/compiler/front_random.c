/* Twins with bytes changed, removed, doubled and moved: the readers end with an
 * error at a place or with a tree, and a tree is the same after it was
 * formatted in either spelling. */
#include <glob.h>

#include "front.h"

enum { ROUNDS = 500, EDITS = 3 };

static uint32_t state = 12345;

static uint32_t
random_below(size_t n)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return n ? state % (uint32_t)n : 0;
}

static size_t
mutate(char *text, size_t n)
{
	static const char signs[] = "{}[]()|:,.=\"'/\\#-+*% \n\tl1aé";

	for (uint32_t k = 1 + random_below(EDITS); k > 0 && n > 8; k--) {
		size_t at = random_below(n - 4), size = 1 + random_below(4);
		size_t from = random_below(n - 4);

		switch (random_below(4)) {
		case 0:
			text[at] = signs[random_below(sizeof signs - 1)];
			break;
		case 1:
			memmove(text + at, text + at + size, n - at - size);
			n -= size;
			break;
		case 2:
			memmove(text + at + size, text + at, n - at);
			n += size;
			break;
		default:
			memmove(text + at, text + from, size);
		}
	}
	return n;
}

/* Whether the tree survives this spelling. */
static bool
survives(struct front *f, bool yaml)
{
	const char *text = front_format(f, yaml);
	struct front g;
	bool same;

	front_read(&g, yaml ? "x.weft.yaml" : "x.weft", text, strlen(text));
	same = g.model && !*front_error(&g) &&
	       strcmp(front_dump(f), front_dump(&g)) == 0 &&
	       strcmp(front_format(&g, yaml), text) == 0;
	if (!same)
		printf("# %s\n# formatted:\n%s\n", front_error(&g), text);
	front_free(&g);
	return same;
}

/* A YAML file cannot have two values of one name; such a tree is the checks'
 * to refuse. */
static bool
names_differ(struct front *f)
{
	const char *text = front_format(f, true);
	struct front g;
	bool twice;

	front_read(&g, "x.weft.yaml", text, strlen(text));
	twice = strstr(front_error(&g), "is there twice");
	front_free(&g);
	return !twice;
}

static void
check_file(const char *path)
{
	size_t n, size;
	char *text = front_load(path, &n), *changed = malloc(n + 64);
	int trees = 0, lost = 0, silent = 0;

	for (int i = 0; changed && i < ROUNDS; i++) {
		struct front f;

		memcpy(changed, text, n);
		size = mutate(changed, n);
		front_read(&f, path, changed, size);
		if (f.model && f.diags.errors == 0 && names_differ(&f)) {
			trees++;
			lost += !survives(&f, false) || !survives(&f, true);
		} else if (f.model && f.diags.errors &&
		           !f.diags.first) {
			silent++;
		}
		front_free(&f);
	}
	CHECK(path, trees > 0 && lost == 0 && silent == 0,
	      "%d trees, %d not the same when formatted, %d without a word",
	      trees, lost, silent);
	free(changed);
	free(text);
}

int
main(void)
{
	glob_t found;

	if (glob("tests/twins/*", 0, NULL, &found) != 0) {
		printf("not ok twins: none found\n");
		return 1;
	}
	for (size_t i = 0; i < found.gl_pathc; i++)
		check_file(found.gl_pathv[i]);
	globfree(&found);
	return check_done();
}
