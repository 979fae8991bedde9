/* The report of a plan. */
#include <string.h>

#include "../io/escape.h"
#include "../text.h"
#include "cli.h"

enum { RULE = 60 }; /* bytes of a rule that are shown */

static void
print_list(const char *title, const char *text)
{
	printf("%-10s%s\n", title, text);
}

/* The value of a symbol; long lists are cut. */
static void
print_value(weft_text *t, weft_value v)
{
	weft_value_print(t, v);
	if (t->size <= 40)
		return;
	t->size = 36;
	weft_text_puts(t, " …");
}

static void
json_sizes(const weft_job *job)
{
	bool first = true;

	for (int i = 0; i < job->model->n_symbols; i++) {
		const weft_symbol *y = &job->model->symbols[i];
		weft_text t = {0};

		if (y->layout >= 0 || job->from.state[i] == 0)
			continue;
		weft_value_print(&t, job->from.symbols[i]);
		printf("%s{\"name\":\"%s\",\"value\":%s,\"rule\":",
		       first ? "" : ",", y->name,
		       job->from.symbols[i].kind > WEFT_V_ERROR
		       ? weft_text_cstr(&t) : "null");
		weft_json_string(stdout, y->text);
		printf(",\"origin\":");
		weft_json_string(stdout, job->from.origin[i]);
		putchar('}');
		first = false;
		weft_text_free(&t);
	}
}

/* Was a value of the model, with a rule of its own, asked for and found? */
static bool
is_known(const weft_job *job, int symbol)
{
	const weft_symbol *y = &job->model->symbols[symbol];

	return y->layout < 0 && y->kind != WEFT_SYM_VARIANT &&
	       job->from.state[symbol] != 0 &&
	       job->from.symbols[symbol].kind > WEFT_V_ERROR;
}

static int
name_width(const weft_job *job)
{
	size_t width = 5;

	for (int i = 0; i < job->model->n_symbols; i++) {
		size_t n = strlen(job->model->symbols[i].name);

		if (is_known(job, i) && n > width)
			width = n;
	}
	return (int)width;
}

/* "sizes     H = 2048   hidden_size": a line each, with the rule. */
static void
print_sizes(const weft_job *job)
{
	const char *title = "sizes";
	int width = name_width(job);

	for (int i = 0; i < job->model->n_symbols; i++) {
		const weft_symbol *y = &job->model->symbols[i];
		const char *rule = strstr(y->text, "= ");
		weft_text t = {0};

		if (!is_known(job, i))
			continue;
		rule = rule ? rule + 2 : y->text;
		print_value(&t, job->from.symbols[i]);
		printf("%-10s%-*s = %-8s %.*s%s\n", title, width, y->name,
		       weft_text_cstr(&t), RULE, rule,
		       strlen(rule) > RULE ? " …" : "");
		title = "";
		weft_text_free(&t);
	}
	if (title[0])
		return;
	printf("%10sfrom %s\n", "", job->from.config_name);
	for (int i = 0; i < job->model->n_configs; i++)
		if (job->documents[i].json)
			printf("%10s%s from %s\n", "",
			       job->model->configs[i].name,
			       job->documents[i].file);
}

/* Options and variants of one side, where they have values. */
static void
print_choices(const weft_context *c, const char *title)
{
	for (int i = 0; i < c->model->n_symbols; i++) {
		const weft_symbol *y = &c->model->symbols[i];
		weft_text t = {0};

		if (c->state[i] == 0 || (y->kind != WEFT_SYM_OPTION &&
		                         y->kind != WEFT_SYM_VARIANT))
			continue;
		weft_value_print(&t, c->symbols[i]);
		printf("%-10s%s = %s (%s)\n", title, y->name,
		       weft_text_cstr(&t), c->origin[i]);
		title = "";
		weft_text_free(&t);
	}
}

static void
print_moves(const weft_job *job)
{
	char size[32];
	bool first = true;

	printf("%-10s", "moves");
	for (int i = 0; i < 3; i++) {
		if (!job->moves[i])
			continue;
		printf("%s%llu %s of %s", first ? "" : ", ",
		       (unsigned long long)job->moves[i],
		       weft_kind_name((weft_kind)i),
		       weft_human_bytes(size, job->moved[i]));
		first = false;
	}
	puts(first ? "none" : "");
}

static void
print_files(const weft_result *r)
{
	char size[32];
	const char *dir;

	for (int i = 0; i < r->n_files; i++) {
		const struct weft_target_file *f =
			weft_result_file(r, i, &dir);

		if (i == 8 && r->n_files > 10) {
			printf("%10s… %d more\n", "", r->n_files - i);
			break;
		}
		printf("%-10s%s%s%s  %s\n", i ? "" : "files", dir,
		       dir[0] ? "/" : "", f->name,
		       weft_human_bytes(size, f->size));
	}
}

/* Rows that pass through value steps are not bit-exact. */
static bool
is_inexact(const weft_job *job, int row)
{
	for (int i = 0; i < job->n_from; i++)
		if (job->from_cells[i].cell->row == row &&
		    job->from_cells[i].place.n_steps)
			return true;
	for (int i = 0; i < job->n_to; i++)
		if (job->to_cells[i].cell->row == row &&
		    job->to_cells[i].place.n_steps)
			return true;
	return false;
}

static void
collect_inexact(const weft_job *job, weft_text *t, bool json)
{
	for (int i = 0; i < job->model->n_rows; i++) {
		if (!job->rows[i].present || !is_inexact(job, i))
			continue;
		weft_text_puts(t, t->size ? (json ? "," : ", ") : "");
		if (json)
			weft_text_json(t, job->model->rows[i].name);
		else
			weft_text_puts(t, job->model->rows[i].name);
	}
}

static void
print_inexact(const weft_job *job)
{
	weft_text t = {0};

	collect_inexact(job, &t, false);
	print_list("exact", t.size ? "all but those that follow"
	           : "every tensor, bit for bit");
	if (t.size)
		print_list("inexact", weft_text_cstr(&t));
	weft_text_free(&t);
}

static void
print_side_files(const weft_result *r)
{
	const char *title = "side files";
	char name[WEFT_ESCAPED];

	for (size_t i = 0; i < r->side.n; i++) {
		const struct weft_side_entry *f = &r->side.entries[i];

		if (f->action == WEFT_SIDE_EDITED)
			continue;
		printf("%-10s %s: %s%s\n", title,
		       weft_escape(name, f->name),
		       f->action == WEFT_SIDE_COPY ? "copied"
		       : "not copied, ", f->action == WEFT_SIDE_COPY ? ""
		       : f->reason);
		title = "";
	}
	if (r->config)
		printf("%-10s %s: %s\n", title, r->config_name,
		       r->config_size == r->job->config_size &&
		       memcmp(r->config, r->job->config_text,
		              r->config_size) == 0
		       ? "copied" : "edited");
}

/* "block diagonal", or why not */
static const char *
looked_like(char buffer[64], const struct weft_looked *k)
{
	if (k->fits && !k->off)
		return "block diagonal";
	if (!k->fits)
		return "no block diagonal, by their shapes or dtype";
	snprintf(buffer, 64, "no block diagonal, %llu elements off it",
	         (unsigned long long)k->off);
	return buffer;
}

static void
print_looked(const weft_job *job)
{
	char bytes[32], like[64];

	for (size_t i = 0; i < job->n_looked; i++) {
		const struct weft_looked *k = &job->looked[i];

		printf("%-10s%zu tensors of %s, %s: %s\n", "looked at",
		       k->tensors, k->row->name,
		       weft_human_bytes(bytes, k->bytes),
		       looked_like(like, k));
	}
}

static void
print_left(const weft_job *job)
{
	const struct weft_source *s = &job->source;
	char name[WEFT_ESCAPED];

	if (job->n_kept)
		printf("%-10s%zu tensors, carried over whole\n", "kept",
		       job->n_kept);
	for (size_t i = 0; i < job->n_dropped; i++)
		printf("%-10s%s: %s\n", i ? "" : "dropped",
		       weft_escape(name,
		                   s->tensors[job->dropped[i].stored].key),
		       job->dropped[i].pattern->drop);
	for (size_t i = 0; i < s->n_metadata; i++)
		if (strcmp(s->metadata[i].key, "format") != 0 &&
		    !weft_metadata_is_known(&job->from, s->metadata[i].key))
			printf("%-10smetadata \"%s\" of %s is not carried "
			       "over\n", "",
			       weft_escape(name, s->metadata[i].key),
			       s->files[s->metadata[i].file].path);
}

void
weft_report_text(const weft_job *job, const weft_result *r,
                 const weft_run_stats *s)
{
	const weft_layout *from = &job->model->layouts[job->from.layout];
	const weft_layout *to = &job->model->layouts[job->to.layout];
	char in[32], out[32];

	printf("%-10s%s: layout %s\n", "source", job->source_path, from->name);
	if (from->detect_text)
		printf("%-10s%s\n", "", from->detect_text);
	print_choices(&job->from, "");
	printf("%-10slayout %s\n", "target", to->name);
	print_choices(&job->to, "");
	printf("%-10s%zu of %s -> %zu of %s\n", "tensors", job->source.n,
	       weft_human_bytes(in, job->bytes_in), job->n_targets,
	       weft_human_bytes(out, job->bytes_out));
	print_sizes(job);
	print_files(r);
	print_moves(job);
	printf("%-10sthe source %.2f times; buffers of %s\n", "reads",
	       job->bytes_in ? (double)(s->read + s->compared) /
	                       (double)job->bytes_in : 0,
	       weft_human_bytes(in, s->buffers));
	print_looked(job);
	print_inexact(job);
	print_left(job);
	print_side_files(r);
}

static void
json_files(const weft_result *r)
{
	const char *dir;

	for (int i = 0; i < r->n_files; i++) {
		const struct weft_target_file *f =
			weft_result_file(r, i, &dir);

		printf("%s{\"dir\":", i ? "," : "");
		weft_json_string(stdout, dir);
		printf(",\"name\":\"%s\",\"bytes\":%llu}", f->name,
		       (unsigned long long)f->size);
	}
}

static void
json_side_files(const weft_result *r)
{
	for (size_t i = 0; i < r->side.n; i++) {
		const struct weft_side_entry *f = &r->side.entries[i];

		printf("%s{\"name\":", i ? "," : "");
		weft_json_string(stdout, f->name);
		printf(",\"copied\":%s", f->action == WEFT_SIDE_LEFT ? "false"
		       : "true");
		if (f->action == WEFT_SIDE_LEFT) {
			fputs(",\"reason\":", stdout);
			weft_json_string(stdout, f->reason);
		}
		putchar('}');
	}
}

static void
json_looked(const weft_job *job)
{
	for (size_t i = 0; i < job->n_looked; i++) {
		const struct weft_looked *k = &job->looked[i];

		printf("%s{\"row\":\"%s\",\"tensors\":%zu,\"bytes\":%llu,"
		       "\"diagonal\":%s}", i ? "," : "", k->row->name,
		       k->tensors, (unsigned long long)k->bytes,
		       k->fits && !k->off ? "true" : "false");
	}
}

static void
json_dropped(const weft_job *job)
{
	for (size_t i = 0; i < job->n_dropped; i++) {
		printf("%s{\"key\":", i ? "," : "");
		weft_json_string(stdout,
			job->source.tensors[job->dropped[i].stored].key);
		fputs(",\"reason\":", stdout);
		weft_json_string(stdout, job->dropped[i].pattern->drop);
		putchar('}');
	}
}

void
weft_report_json(const weft_job *job, const weft_result *r,
                 const weft_run_stats *s)
{
	weft_text inexact = {0};

	printf("{\"model\":\"%s\",\"source\":", job->model->name);
	weft_json_string(stdout, job->source_path);
	printf(",\"from\":\"%s\",\"to\":\"%s\",\"tensors_in\":%zu,"
	       "\"bytes_in\":%llu,\"tensors_out\":%zu,\"bytes_out\":%llu,"
	       "\"sizes\":[", job->model->layouts[job->from.layout].name,
	       job->model->layouts[job->to.layout].name, job->source.n,
	       (unsigned long long)job->bytes_in, job->n_targets,
	       (unsigned long long)job->bytes_out);
	json_sizes(job);
	fputs("],\"files\":[", stdout);
	json_files(r);
	fputs("],\"moves\":{", stdout);
	for (int i = 0; i < 3; i++)
		printf("%s\"%s\":{\"count\":%llu,\"bytes\":%llu}",
		       i ? "," : "", weft_kind_name((weft_kind)i),
		       (unsigned long long)job->moves[i],
		       (unsigned long long)job->moved[i]);
	collect_inexact(job, &inexact, true);
	printf("},\"bytes_read\":%llu,\"bytes_compared\":%llu,"
	       "\"buffers\":%llu,\"inexact\":[%s],"
	       "\"looked_at\":[", (unsigned long long)s->read,
	       (unsigned long long)s->compared,
	       (unsigned long long)s->buffers, weft_text_cstr(&inexact));
	json_looked(job);
	printf("],\"kept\":%zu,\"dropped\":[", job->n_kept);
	json_dropped(job);
	fputs("],\"side_files\":[", stdout);
	json_side_files(r);
	puts("]}");
	weft_text_free(&inexact);
}
