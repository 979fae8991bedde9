/* Options of the source that nobody gave: solved, if all choices of them that
 * fit every key and shape mean the same; asked for otherwise, never guessed. */
#include <string.h>

#include "open.h"

enum { MAX_OPTIONS = 4, LARGEST = 64, MAX_DIMS = 64, MAX_TRIALS = 4096 };

struct unknown {
	int symbol;
	int n;                 /* values to try, the default first */
	const char *const *words; /* or numbers 1 .. LARGEST, and then what
	                       * stored tensors have as dimensions */
	weft_value given;      /* the default */
};

struct solving {
	weft_job *job;
	struct unknown list[MAX_OPTIONS];
	int n;
	int64_t dims[MAX_DIMS]; /* larger than LARGEST, each once */
	int n_dims;
	int fits;              /* that mean different things */
	int first[MAX_OPTIONS], second[MAX_OPTIONS];
	uint64_t effect;       /* of the first */
};

static void
add_dim(struct solving *s, int64_t dim)
{
	for (int i = 0; i < s->n_dims; i++)
		if (s->dims[i] == dim)
			return;
	if (dim > LARGEST && s->n_dims < MAX_DIMS)
		s->dims[s->n_dims++] = dim;
}

static void
find_dims(struct solving *s)
{
	const struct weft_source *src = &s->job->source;

	for (size_t i = 0; i < src->n; i++)
		for (int k = 0; k < src->tensors[i].rank; k++)
			add_dim(s, src->tensors[i].shape[k]);
}

static void
add_unknown(struct solving *s, int symbol)
{
	weft_context *side = &s->job->from;
	const weft_symbol *y = &side->model->symbols[symbol];
	const weft_scope at = {.side = side};
	struct unknown *u = &s->list[s->n++];

	*u = (struct unknown){symbol, 1 + LARGEST + s->n_dims, y->choices,
	                      weft_eval(&at, y->value)};
	for (u->n = u->words ? 0 : u->n; u->words && u->words[u->n];)
		u->n++;
}

/* How many choices there are. */
static int
find_unknown(struct solving *s)
{
	const weft_job *job = s->job;
	int trials = 1;

	find_dims(s);
	for (int i = 0; i < job->model->n_symbols; i++) {
		const weft_symbol *y = &job->model->symbols[i];

		if (y->kind != WEFT_SYM_OPTION || job->from.state[i] ||
		    y->layout != job->from.layout)
			continue;
		if (s->n == MAX_OPTIONS)
			return MAX_TRIALS + 1;
		add_unknown(s, i);
		if (s->list[s->n - 1].n > MAX_TRIALS / trials)
			return MAX_TRIALS + 1;
		trials *= s->list[s->n - 1].n;
	}
	return trials;
}

static weft_value
value_of(const struct solving *s, const struct unknown *u, int k)
{
	weft_value v = u->given;

	if (u->words)
		weft_option_value(&s->job->model->symbols[u->symbol],
		                  u->words[k], &v);
	else if (k > 0)
		v = (weft_value){.kind = WEFT_V_INT, .i = k <= LARGEST ? k
		                 : s->dims[k - LARGEST - 1]};
	return v;
}

/* Everything that matching asks of a source, with these values, in a job of
 * its own that shares the source. */
static bool
does_fit(const struct solving *s, const int *choice, uint64_t *effect)
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
	trial.from.documents = s->job->from.documents;
	trial.from.facts = s->job->from.facts;
	for (int i = 0; i < trial.model->n_symbols; i++)
		if (s->job->from.origin[i] &&
		    trial.model->symbols[i].kind == WEFT_SYM_OPTION)
			weft_context_set(&trial.from, i,
			                 s->job->from.symbols[i],
			                 s->job->from.origin[i]);
	for (int i = 0; i < s->n; i++)
		weft_context_set(&trial.from, s->list[i].symbol,
		                 value_of(s, &s->list[i], choice[i]),
		                 "shapes");
	good = !weft_check_requires(&trial, &trial.from) &&
	       !weft_match(&trial) && !weft_match_shapes(&trial) &&
	       !weft_match_complete(&trial);
	if (good)
		*effect = weft_match_effect(&trial);
	weft_match_free(&trial);
	weft_errors_free(&quiet);
	weft_arena_free(&trial.arena);
	return good;
}

static void
try_all(struct solving *s, int at, int *choice)
{
	uint64_t effect;

	if (s->fits > 1)
		return;
	if (at < s->n) {
		for (int k = 0; k < s->list[at].n; k++) {
			choice[at] = k;
			try_all(s, at + 1, choice);
		}
		return;
	}
	if (!does_fit(s, choice, &effect) ||
	    (s->fits && effect == s->effect))
		return;
	memcpy(s->fits ? s->second : s->first, choice, sizeof s->first);
	if (s->fits++ == 0)
		s->effect = effect;
}

static void
print_choice(const struct solving *s, const int *choice, weft_text *t)
{
	t->size = 0;
	for (int i = 0; i < s->n; i++) {
		weft_value v = value_of(s, &s->list[i], choice[i]);

		weft_text_printf(t, "%s%s=", i ? "," : "",
			s->job->model->symbols[s->list[i].symbol].name);
		if (v.s)
			weft_text_puts(t, v.s);
		else
			weft_value_print(t, v);
	}
}

/* What is known already, for a --from that says everything. */
static void
print_given(const struct solving *s, weft_text *t)
{
	const weft_context *side = &s->job->from;

	for (int i = 0; i < side->model->n_symbols; i++) {
		const weft_symbol *y = &side->model->symbols[i];

		if (y->kind != WEFT_SYM_OPTION || !side->origin[i] ||
		    y->layout != side->layout)
			continue;
		weft_text_printf(t, "%s=", y->name);
		if (side->symbols[i].s)
			weft_text_puts(t, side->symbols[i].s);
		else
			weft_value_print(t, side->symbols[i]);
		weft_text_puts(t, ",");
	}
}

/* `few`: the first two choices are known; else there are too many to try. */
static int
ask(const struct solving *s, bool few)
{
	const weft_job *job = s->job;
	const weft_layout *l = &job->model->layouts[job->from.layout];
	weft_text a = {0}, b = {0}, given = {0};

	print_given(s, &given);
	print_choice(s, s->first, &a);
	print_choice(s, s->second, &b);
	weft_error(job->errors, WEFT_BAD, "%s %s, and its tensors %s layout %s "
	           "with more than one choice of options%s%s%s%s%s",
	           job->source_path, job->manifest.model
	           ? "has a " WEFT_MANIFEST_NAME " without all options"
	           : "has no " WEFT_MANIFEST_NAME, few ? "fit" : "may fit",
	           l->name, few ? ": " : "", few ? weft_text_cstr(&a) : "",
	           few ? ", " : "", few ? weft_text_cstr(&b) : "",
	           few ? ", …" : "");
	weft_hint(job->errors, "say which: --from %s:%s%s", l->name,
	          weft_text_cstr(&given), weft_text_cstr(&a));
	weft_text_free(&given);
	weft_text_free(&a);
	weft_text_free(&b);
	return WEFT_BAD;
}

int
weft_solve_options(weft_job *job)
{
	struct solving s = {.job = job};
	int choice[MAX_OPTIONS], trials = find_unknown(&s);

	if (s.n == 0)
		return 0;
	if (trials > MAX_TRIALS)
		return ask(&s, false);
	try_all(&s, 0, choice);
	if (s.fits > 1)
		return ask(&s, true);
	for (int i = 0; i < s.n && s.fits; i++)
		weft_context_set(&job->from, s.list[i].symbol,
		                 value_of(&s, &s.list[i], s.first[i]),
		                 "keys and shapes");
	return 0;
}
