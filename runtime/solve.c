/* Options of the source that nobody gave: solved, if exactly one choice of
 * them fits every key and shape; asked for otherwise, never guessed. */
#include <string.h>

#include "open.h"

enum { MAX_OPTIONS = 4, LARGEST = 64, MAX_TRIALS = 4096 };

struct unknown {
	int symbol;
	int n;                 /* values to try */
	const char *const *words; /* or numbers 1 .. n */
};

struct solving {
	weft_job *job;
	struct unknown list[MAX_OPTIONS];
	int n;
	int fits;
	int first[MAX_OPTIONS], second[MAX_OPTIONS];
};

static int
find_unknown(struct solving *s)
{
	const weft_job *job = s->job;
	int trials = 1;

	for (int i = 0; i < job->model->n_symbols; i++) {
		const weft_symbol *y = &job->model->symbols[i];
		struct unknown *u = &s->list[s->n];

		if (y->kind != WEFT_SYM_OPTION || job->from.state[i] ||
		    y->layout != job->from.layout)
			continue;
		if (s->n == MAX_OPTIONS)
			return MAX_TRIALS + 1;
		*u = (struct unknown){i, LARGEST, y->choices};
		for (u->n = u->words ? 0 : u->n; u->words && u->words[u->n];)
			u->n++;
		s->n++;
		if (u->n > MAX_TRIALS / trials)
			return MAX_TRIALS + 1;
		trials *= u->n ? u->n : 1;
	}
	return trials;
}

static weft_value
value_of(const struct unknown *u, int k)
{
	if (u->words)
		return (weft_value){.kind = WEFT_V_STRING, .s = u->words[k]};
	return (weft_value){.kind = WEFT_V_INT, .i = k + 1};
}

/* Everything that matching asks of a source, with these values, in a job of
 * its own that shares the source. */
static bool
does_fit(const struct solving *s, const int *choice)
{
	weft_errors quiet = {0};
	weft_job trial = *s->job;
	bool good;

	trial.arena = (weft_arena){0};
	trial.errors = &quiet;
	trial.kept = NULL;
	trial.dropped = NULL;
	trial.n_kept = trial.n_dropped = 0;
	weft_context_init(&trial.from, trial.model, &trial.arena, &quiet);
	trial.from.layout = s->job->from.layout;
	trial.from.config = s->job->from.config;
	trial.from.facts = s->job->from.facts;
	for (int i = 0; i < trial.model->n_symbols; i++)
		if (s->job->from.origin[i] &&
		    trial.model->symbols[i].kind == WEFT_SYM_OPTION)
			weft_context_set(&trial.from, i,
			                 s->job->from.symbols[i],
			                 s->job->from.origin[i]);
	for (int i = 0; i < s->n; i++)
		weft_context_set(&trial.from, s->list[i].symbol,
		                 value_of(&s->list[i], choice[i]), "shapes");
	good = !weft_match(&trial) && !weft_match_shapes(&trial) &&
	       !weft_match_complete(&trial);
	weft_match_free(&trial);
	weft_errors_free(&quiet);
	weft_arena_free(&trial.arena);
	return good;
}

static void
try_all(struct solving *s, int at, int *choice)
{
	if (s->fits > 1)
		return;
	if (at < s->n) {
		for (int k = 0; k < s->list[at].n; k++) {
			choice[at] = k;
			try_all(s, at + 1, choice);
		}
		return;
	}
	if (!does_fit(s, choice))
		return;
	memcpy(s->fits++ ? s->second : s->first, choice, sizeof s->first);
}

static void
print_choice(const struct solving *s, const int *choice, weft_text *t)
{
	t->size = 0;
	for (int i = 0; i < s->n; i++) {
		weft_value v = value_of(&s->list[i], choice[i]);

		weft_text_printf(t, "%s%s=", i ? "," : "",
			s->job->model->symbols[s->list[i].symbol].name);
		if (v.s)
			weft_text_puts(t, v.s);
		else
			weft_value_print(t, v);
	}
}

static int
ask(const struct solving *s)
{
	const weft_layout *l = &s->job->model->layouts[s->job->from.layout];
	weft_text a = {0}, b = {0};

	print_choice(s, s->first, &a);
	print_choice(s, s->second, &b);
	weft_error(s->job->errors, WEFT_BAD, "%s has no weft.json, and its "
	           "tensors fit layout %s with more than one choice of "
	           "options: %s, %s, …", s->job->source_path, l->name,
	           weft_text_cstr(&a), weft_text_cstr(&b));
	weft_hint(s->job->errors, "say which: --from %s:%s", l->name,
	          weft_text_cstr(&a));
	weft_text_free(&a);
	weft_text_free(&b);
	return WEFT_BAD;
}

int
weft_solve_options(weft_job *job)
{
	struct solving s = {.job = job};
	int choice[MAX_OPTIONS], trials = find_unknown(&s);

	if (s.n == 0 || trials > MAX_TRIALS)
		return 0;
	try_all(&s, 0, choice);
	if (s.fits > 1)
		return ask(&s);
	for (int i = 0; i < s.n && s.fits; i++)
		weft_context_set(&job->from, s.list[i].symbol,
		                 value_of(&s.list[i], s.first[i]),
		                 "keys and shapes");
	return 0;
}
