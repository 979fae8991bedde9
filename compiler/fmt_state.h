/* What both formatters share: where they are, and which comments go where. */
#ifndef FMT_STATE_H
#define FMT_STATE_H

#include "fmt.h"

/* A place in the source that something printed came from; a comment goes along
 * with the one it stands before or behind. A formatter runs twice: once to
 * collect them, once to print. */
struct fmt {
	struct out *out;
	uint32_t *anchors; /* sorted in the second run */
	size_t n_anchors;
	const struct comment **comments;
	bool *printed;
	size_t n_comments;
	uint32_t last;     /* the anchor that was printed last */
	bool collecting;
};

/* Runs `print` twice; the second time into out. */
void fmt_run(const struct model *, struct out *out,
             void (*print)(struct fmt *, const struct model *));

/* Prints the comments and blank lines that stand before `at`, but none that is
 * indented deeper than `column`. */
void fmt_before(struct fmt *, uint32_t at, int indent, int column);

/* Whether one of these is a blank line. */
bool fmt_has_blank(const struct fmt *, uint32_t at);

/* The comment behind what was printed for `at`, with its blanks, or "". */
const char *fmt_behind(struct fmt *, uint32_t at);

/* A text as a scalar of YAML, in quotes where it would be read as anything but
 * this text. */
void fmt_yaml_text(struct out *, const char *);

/* The end of the block of the DSL that was being printed, 0 if unknown. */
uint32_t fmt_block_end(struct fmt *);

/* All comments that are left. */
void fmt_rest(struct fmt *);

/* An empty line, unless there is one or a block begins. */
void fmt_blank(struct fmt *);

/* A table of lines: each has up to four cells, all but the last padded. */
enum { FMT_CELLS = 4 };

struct fmt_line {
	uint32_t at;
	const char *cells[FMT_CELLS]; /* "" where there is none */
};

struct fmt_table {
	struct fmt_line *lines;
	size_t n;
};

struct fmt_line *fmt_add_line(struct fmt *, struct fmt_table *, uint32_t at);

/* Prints each line with the comments before and behind it; `gaps` are the
 * least blanks behind each cell. */
void fmt_print_table(struct fmt *, const struct fmt_table *, int indent,
                     const int gaps[FMT_CELLS]);

/* What stands in a block, in the order of the text. */
struct fmt_item {
	uint32_t at;
	int kind;
	const void *node;
	const void *owner; /* of a line of a table: struct places */
	size_t order;
};

struct fmt_items {
	struct arena *arena;
	struct fmt_item *list;
	size_t n;
};

void fmt_add_item(struct fmt_items *, uint32_t at, int kind, const void *node,
                  const void *owner);
void fmt_sort_items(struct fmt_items *);

#endif
