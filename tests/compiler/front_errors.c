/* The cases of front_errors_*.txt: each error at its place, to the byte. */
#include "front.h"

struct errors {
	char name[64], path[64], text[1024];
	size_t size;
};

/* Adds a line with its escapes resolved. */
static void
add_line(struct errors *c, const char *s, size_t n)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n && c->size < sizeof c->text - 2; i++) {
		char byte = s[i];

		if (byte == '\\') {
			byte = s[++i];
			if (byte == 'x') {
				byte = (char)((strchr(digits, s[i + 1]) -
				               digits) * 16 +
				              (strchr(digits, s[i + 2]) -
				               digits));
				i += 2;
			} else if (byte != '\\') {
				byte = byte == 't' ? '\t' : '\r';
			}
		}
		c->text[c->size++] = byte;
	}
}

static void
check_case(struct errors *c, const char *wanted, size_t n)
{
	char name[160];
	struct front f;

	front_read(&f, c->path, c->text, c->size);
	snprintf(name, sizeof name, "%s in %s", c->name, c->path);
	CHECK(name, strlen(front_error(&f)) == n &&
	      memcmp(front_error(&f), wanted, n) == 0,
	      "expected '%.*s', found '%s'", (int)n, wanted, front_error(&f));
	front_free(&f);
	c->size = 0;
}

static void
begin_case(struct errors *c, const char *line)
{
	char suffix[16] = "";

	c->size = 0;
	sscanf(line, "%60s %15s", c->name, suffix);
	snprintf(c->path, sizeof c->path, "x.%s", suffix);
}

static void
check_file(const char *path)
{
	size_t size;
	char *all = front_load(path, &size);
	struct errors c = {.size = 0};

	for (const char *s = all; *s;) {
		size_t n = strcspn(s, "\n");

		if (*s == '|' && s[1] == '-') {
			add_line(&c, s + 3, n - 3);
		} else if (*s == '|') {
			add_line(&c, s + 2, n > 2 ? n - 2 : 0);
			c.text[c.size++] = '\n';
		} else if (*s == '>') {
			check_case(&c, s + 2, n - 2);
		} else if (n && *s != '#') {
			begin_case(&c, s);
		}
		s += n + (s[n] == '\n');
	}
	free(all);
}

int
main(void)
{
	check_file("tests/compiler/front_errors_dsl.txt");
	check_file("tests/compiler/front_errors_yaml.txt");
	return check_done();
}
