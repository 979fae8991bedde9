/* In which ways can two keys be one text? Both are walked together: texts must
 * be equal, words are tried in turn, and two numbers at one place are one
 * number. */
#include <string.h>

#include "check_proof.h"

enum { WAYS = 4096, STEPS = 200000, AGREEMENTS = 64, DIGITS = 18 };

/* What is left of a key: bytes of a text or a word, then tokens. */
struct cursor {
	const char *text;
	size_t left;
	const struct token *token, *end;
};

struct aligner {
	struct arena *arena;
	struct alignment *ways, **last;
	struct agreement agreed[AGREEMENTS];
	int n_agreed, n_ways, steps;
	bool unknown;
};

/* ---- tokens ---- */

static struct token *
add_token(const struct checked *m, struct tokens *t, int kind)
{
	struct token *x;

	t->list = arena_grow(m->arena, t->list, (size_t)t->n, sizeof *t->list);
	x = &t->list[t->n++];
	*x = (struct token){.text = ""};
	x->kind = kind == PATTERN_TEXT ? TOKEN_TEXT
		: kind == PATTERN_NUMBER || kind == PATTERN_DIGITS
		? TOKEN_NUMBER
		: kind == PATTERN_WORDS ? TOKEN_WORDS : TOKEN_OPAQUE;
	return x;
}

static void
token_of_piece(const struct checked *m, struct tokens *t,
               const struct piece *p)
{
	static const int kinds[] = {
		[PIECE_TEXT] = PATTERN_TEXT, [PIECE_INDEX] = PATTERN_NUMBER,
		[PIECE_LABELS] = PATTERN_WORDS,
		[PIECE_SYMBOL] = PATTERN_WORDS, [PIECE_FREE] = PATTERN_ANY,
		[PIECE_GROUP] = PATTERN_NUMBER,
	};
	const struct symbol *y = p->kind == PIECE_SYMBOL
		? &m->symbols[p->symbol] : NULL;
	struct token *x = add_token(m, t, y && !y->n_words ? PATTERN_NUMBER
	                                                   : kinds[p->kind]);

	x->piece = p;
	x->width = p->width;
	if (p->kind == PIECE_TEXT)
		x->text = p->text;
	x->words = y ? y->words : p->words;
	x->n_words = y ? y->n_words : p->n_words;
}

void
tokens_of_pieces(const struct checked *m, struct tokens *t,
                 const struct pieces *pieces)
{
	for (int i = 0; i < pieces->n; i++)
		token_of_piece(m, t, &pieces->list[i]);
}

void
tokens_of_pattern(const struct checked *m, struct tokens *t,
                  const struct pattern *p)
{
	for (const struct pattern_part *part = p->parts; part;
	     part = part->next) {
		struct token *x = add_token(m, t, (int)part->kind);

		x->width = part->kind == PATTERN_DIGITS ? part->digits : 0;
		x->words = part->words;
		x->n_words = (int)part->nwords;
		if (part->kind == PATTERN_TEXT)
			x->text = arena_copy(m->arena, part->regex->text,
			                     part->regex->size);
	}
}

/* ---- walking ---- */

static void walk(struct aligner *g, struct cursor a, struct cursor b);

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Loads the next text, so that `left` is 0 only at a hole or the end. */
static void
settle(struct cursor *c)
{
	while (!c->left && c->token < c->end &&
	       c->token->kind == TOKEN_TEXT) {
		c->text = c->token->text;
		c->left = strlen(c->text);
		c->token++;
	}
}

/* What the next byte of the key is, if there is a hole before it: a number is
 * told from what follows it only if that does not begin with a digit. */
static bool
number_ends(struct cursor c)
{
	settle(&c);
	return c.left ? !is_digit(*c.text) : c.token == c.end;
}

static bool
at_end(const struct cursor *c)
{
	return !c->left && c->token == c->end;
}

/* Walks on from where the two agree on something. */
static void
walk_agreed(struct aligner *g, struct cursor a, struct cursor b,
            struct agreement what)
{
	if (g->n_agreed == AGREEMENTS) {
		g->unknown = true;
		return;
	}
	g->agreed[g->n_agreed++] = what;
	walk(g, a, b);
	g->n_agreed--;
}

/* Cursor `hole` of side `side` stands at words; `other` anywhere. */
static void
walk_words(struct aligner *g, struct cursor hole, struct cursor other,
           int side)
{
	const struct token *t = hole.token++;

	for (int w = 0; w < t->n_words && !g->unknown; w++) {
		struct agreement what = {.kind = AGREE_WORD, .side = side,
		                         .a = t, .word = w};

		hole.text = t->words[w];
		hole.left = strlen(hole.text);
		if (side == 0)
			walk_agreed(g, hole, other, what);
		else
			walk_agreed(g, other, hole, what);
	}
}

/* The number that `n` digits write: false if a hole of that width does not. */
static bool
read_digits(const char *text, size_t n, size_t width, int64_t *number)
{
	*number = 0;
	for (size_t i = 0; i < n; i++)
		*number = *number * 10 + (text[i] - '0');
	return width ? n == width : n == 1 || (n > 1 && *text != '0');
}

/* `text` has bytes, `hole` stands at a number. */
static void
walk_digits(struct aligner *g, struct cursor text, struct cursor hole,
            int side)
{
	const struct token *t = hole.token++;
	struct agreement what = {.kind = AGREE_NUMBER, .side = side, .a = t};
	const char *digits = text.text;
	size_t n = 0, width = (size_t)t->width;

	while (n < text.left && is_digit(digits[n]) && (!width || n < width))
		n++;
	if (n == 0 && text.left)
		return;
	text.text += n;
	text.left -= n;
	if (n > DIGITS || (!width && !number_ends(hole)) ||
	    (!text.left && n != width && !number_ends(text))) {
		g->unknown = true;
		return;
	}
	if (!read_digits(digits, n, width, &what.number))
		return;
	if (side == 0)
		walk_agreed(g, hole, text, what);
	else
		walk_agreed(g, text, hole, what);
}

static void
walk_numbers(struct aligner *g, struct cursor a, struct cursor b)
{
	struct agreement what = {.kind = AGREE_EQUAL, .a = a.token++,
	                         .b = b.token++};
	int x = what.a->width, y = what.b->width;

	if ((x != y || !x) && (!number_ends(a) || !number_ends(b)))
		g->unknown = true;
	else if (x == y || !x || !y)
		walk_agreed(g, a, b, what);
}

static void
found(struct aligner *g)
{
	size_t size = ((size_t)g->n_agreed + 1) * sizeof *g->agreed;
	struct agreement *list = arena_alloc(g->arena, size);
	struct alignment *x = arena_alloc(g->arena, sizeof *x);

	memcpy(list, g->agreed, size - sizeof *g->agreed);
	*x = (struct alignment){.list = list, .n = g->n_agreed};
	*g->last = x;
	g->last = &x->next;
	g->unknown = ++g->n_ways > WAYS;
}

/* Both stand at a hole or at an end, or one of them has bytes. */
static void
walk_holes(struct aligner *g, struct cursor a, struct cursor b)
{
	int x = a.left || a.token == a.end ? TOKEN_TEXT : (int)a.token->kind;
	int y = b.left || b.token == b.end ? TOKEN_TEXT : (int)b.token->kind;

	if (x == TOKEN_OPAQUE || y == TOKEN_OPAQUE)
		g->unknown = true;
	else if (x == TOKEN_WORDS)
		walk_words(g, a, b, 0);
	else if (y == TOKEN_WORDS)
		walk_words(g, b, a, 1);
	else if (at_end(&a) && at_end(&b))
		found(g);
	else if (at_end(&a) || at_end(&b))
		return;
	else if (x == TOKEN_NUMBER && y == TOKEN_NUMBER)
		walk_numbers(g, a, b);
	else if (x == TOKEN_NUMBER)
		walk_digits(g, b, a, 0);
	else
		walk_digits(g, a, b, 1);
}

static void
walk(struct aligner *g, struct cursor a, struct cursor b)
{
	if (++g->steps > STEPS)
		g->unknown = true;
	while (!g->unknown) {
		size_t n;

		settle(&a);
		settle(&b);
		n = a.left < b.left ? a.left : b.left;
		if (!n) {
			walk_holes(g, a, b);
			return;
		}
		if (memcmp(a.text, b.text, n) != 0)
			return;
		a.text += n;
		a.left -= n;
		b.text += n;
		b.left -= n;
	}
}

bool
align_keys(const struct checked *m, const struct tokens *a,
           const struct tokens *b, struct alignment **ways)
{
	struct aligner g = {.arena = m->arena, .last = &g.ways};

	walk(&g, (struct cursor){"", 0, a->list, a->list + a->n},
	     (struct cursor){"", 0, b->list, b->list + b->n});
	*ways = g.ways;
	return !g.unknown;
}
