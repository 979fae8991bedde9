#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../checked.h"
#include "../cpu.h"
#include "cli.h"

static const uint64_t DEFAULT_SHARD = 5000000000;
static const uint64_t DEFAULT_MEMORY = 256 << 20;

struct parser {
	weft_options *o;
	const weft_model *m;
	weft_errors *e;
	char **argv;
	int argc, at;
};

/* 5GB, 5GiB, 300MB, 4096: decimal units, binary ones with an i. */
static bool
parse_bytes(const char *s, uint64_t *r)
{
	static const char units[] = "KMGT";
	char *end;
	uint64_t n, base;
	const char *u;

	errno = 0;
	n = strtoull(s, &end, 10);
	if (*s < '0' || *s > '9' || errno)
		return false;
	u = *end ? strchr(units, *end >= 'a' ? *end - 32 : *end) : NULL;
	if (u) {
		base = end[1] == 'i' ? 1024 : 1000;
		for (long k = u - units; k >= 0; k--)
			if (!weft_mul_u64(n, base, &n))
				return false;
		end += base == 1024 ? 2 : 1;
	}
	if (*end == 'B')
		end++;
	*r = n;
	return *end == '\0';
}

/* The value of an option: behind "=", or the next word. */
static const char *
value_of(struct parser *p, const char *name)
{
	char *eq = strchr(p->argv[p->at], '=');

	if (eq)
		return eq + 1;
	if (p->at + 1 < p->argc)
		return p->argv[++p->at];
	weft_error(p->e, WEFT_USAGE, "--%s needs a value", name);
	return NULL;
}

static int
add_to_list(struct parser *p, const char **list, int *n, const char *text)
{
	if (*n == WEFT_CLI_LIST)
		return weft_error(p->e, WEFT_USAGE, "more than %d values for "
		                  "one option", WEFT_CLI_LIST);
	list[(*n)++] = text;
	return 0;
}

/* LAYOUT[:opt=value,…] */
static int
parse_choice(struct parser *p, weft_choice *c, const char **list,
             const char *text)
{
	char *copy = weft_alloc_text(&p->o->arena, text, strlen(text));
	char *options = strchr(copy, ':');

	if (options)
		*options++ = '\0';
	c->text = text;
	c->layout = copy;
	c->options = list;
	while (options && *options) {
		char *comma = strchr(options, ',');

		if (comma)
			*comma = '\0';
		if (add_to_list(p, list, &c->n_options, options))
			return WEFT_USAGE;
		options = comma ? comma + 1 : NULL;
	}
	return 0;
}

static int
parse_number(struct parser *p, const char *name, const char *value, int *r)
{
	char *end;
	long n = strtol(value, &end, 10);

	if (*end || *value < '0' || *value > '9' || n < 1 || n > 1024)
		return weft_error(p->e, WEFT_USAGE, "--%s %s: expected a "
		                  "number from 1 to 1024", name, value);
	*r = (int)n;
	return 0;
}

static int
parse_size(struct parser *p, const char *name, const char *value, uint64_t *r)
{
	if (parse_bytes(value, r))
		return 0;
	return weft_error(p->e, WEFT_USAGE, "--%s %s: expected a size such as "
	                  "5GB, 256MiB or 4096", name, value);
}

/* `--tp 8` is short for `--to LAYOUT:tp=8`. */
static bool
is_layout_option(const weft_model *m, const char *name, size_t n)
{
	for (int i = 0; i < m->n_symbols; i++)
		if (m->symbols[i].kind == WEFT_SYM_OPTION &&
		    strlen(m->symbols[i].name) == n &&
		    memcmp(m->symbols[i].name, name, n) == 0)
			return true;
	return false;
}

static int
parse_layout_option(struct parser *p, const char *name, size_t n)
{
	char *copy = weft_alloc_text(&p->o->arena, name, n);
	const char *value = value_of(p, copy);

	if (!value)
		return WEFT_USAGE;
	p->o->to.options = p->o->to_list;
	return add_to_list(p, p->o->to_list, &p->o->to.n_options,
	                   weft_alloc_printf(&p->o->arena, "%s=%s", copy,
	                                     value));
}

static bool
is_flag(struct parser *p, const char *name)
{
	weft_options *o = p->o;
	const struct {
		const char *name;
		bool *flag;
	} flags[] = {
		{"json", &o->json}, {"quiet", &o->quiet}, {"help", &o->help},
		{"version", &o->version},
		{"count-padding", &o->count_padding},
		{"zstd", &o->files.zstd},
		{"follow-symlinks", &o->how.follow_symlinks},
	};

	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		if (strcmp(name, flags[i].name) == 0)
			return *flags[i].flag = true;
	return false;
}

static int
parse_valued(struct parser *p, const char *name, const char *value)
{
	weft_options *o = p->o;

	if (strcmp(name, "from") == 0)
		return parse_choice(p, &o->from, o->from_list, value);
	if (strcmp(name, "to") == 0)
		return parse_choice(p, &o->to, o->to_list, value);
	if (strcmp(name, "variant") == 0)
		return add_to_list(p, o->variants, &o->n_variants, value);
	if (strcmp(name, "config") == 0)
		return o->how.config = value, 0;
	if (strcmp(name, "layout") == 0)
		return o->layout = value, 0;
	if (strcmp(name, "dtype") == 0)
		return o->dtype = value, 0;
	if (strcmp(name, "max-shard-size") == 0)
		return o->files.asked = true,
		       parse_size(p, name, value, &o->files.max_shard);
	if (strcmp(name, "max-chunk-size") == 0)
		return parse_size(p, name, value, &o->files.max_chunk);
	if (strcmp(name, "memory") == 0)
		return parse_size(p, name, value, &o->limits.memory);
	return parse_number(p, name, value, &o->limits.threads);
}

static const char *const valued[] = {"from", "to", "variant", "config",
	"layout", "dtype", "max-shard-size", "max-chunk-size", "memory", "threads"};

/* `--base FILE`: a config of the model; -1 if the name is that of none. */
static int
find_config(const weft_model *m, const char *name, size_t n)
{
	for (int i = 0; i < m->n_configs; i++)
		if (strlen(m->configs[i].name) == n &&
		    memcmp(m->configs[i].name, name, n) == 0)
			return i;
	return -1;
}

static int
parse_config(struct parser *p, int i)
{
	const char *value = value_of(p, p->m->configs[i].name);

	if (!p->o->named)
		p->o->named = weft_alloc_array(&p->o->arena,
		                               (size_t)p->m->n_configs,
		                               sizeof *p->o->named);
	p->o->how.named = p->o->named;
	p->o->named[i] = value;
	return value ? 0 : WEFT_USAGE;
}

static int
parse_option(struct parser *p)
{
	const char *name = p->argv[p->at] + 2;
	size_t n = strcspn(name, "=");
	const char *value;

	if (is_flag(p, name))
		return 0;
	for (size_t i = 0; i < sizeof valued / sizeof *valued; i++) {
		if (strlen(valued[i]) != n || memcmp(valued[i], name, n) != 0)
			continue;
		value = value_of(p, valued[i]);
		return value ? parse_valued(p, valued[i], value) : WEFT_USAGE;
	}
	if (find_config(p->m, name, n) >= 0)
		return parse_config(p, find_config(p->m, name, n));
	if (is_layout_option(p->m, name, n))
		return parse_layout_option(p, name, n);
	weft_error(p->e, WEFT_USAGE, "unknown option --%.*s", (int)n, name);
	weft_hint(p->e, "%s --help lists the options", p->o->program);
	return WEFT_USAGE;
}

static int
parse_word(struct parser *p, bool *only_words)
{
	const char *word = p->argv[p->at];

	if (!*only_words && strcmp(word, "--") == 0)
		return *only_words = true, 0;
	if (!*only_words && strcmp(word, "-h") == 0)
		return p->o->help = true, 0;
	if (!*only_words && strcmp(word, "-q") == 0)
		return p->o->quiet = true, 0;
	if (!*only_words && strncmp(word, "--", 2) == 0)
		return parse_option(p);
	if (!*only_words && word[0] == '-' && word[1])
		return weft_error(p->e, WEFT_USAGE, "unknown option %s "
			"(for a path, write ./%s)", word, word);
	if (p->o->n_args == 3)
		return weft_error(p->e, WEFT_USAGE, "one argument too many: "
		                  "%s", word);
	p->o->args[p->o->n_args++] = word;
	return 0;
}

int
weft_options_from(weft_options *o, const char *text, weft_errors *e)
{
	struct parser p = {.o = o, .e = e};

	return parse_choice(&p, &o->from, o->from_list, text);
}

int
weft_options_parse(weft_options *o, const weft_model *m, int argc,
                   char **argv, weft_errors *e)
{
	struct parser p = {o, m, e, argv, argc, 1};
	const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
	bool only_words = false;

	*o = (weft_options){
		.program = slash ? slash + 1 : argc > 0 ? argv[0] : m->name,
		.files = {.max_shard = DEFAULT_SHARD},
		.limits = {DEFAULT_MEMORY, weft_cpu_count()},
	};
	for (; p.at < argc; p.at++)
		if (parse_word(&p, &only_words))
			return WEFT_USAGE;
	o->how.memory = o->limits.memory;
	return 0;
}
