/* detect, layouts, plan: what tells and changes nothing. */
#include <string.h>

#include "../text.h"
#include "cli.h"

int
weft_cmd_detect(const weft_model *m, const weft_options *o, weft_errors *e)
{
	weft_job job;
	const weft_layout *l;

	if (!weft_job_open(&job, m, o->args[1], &o->how, e) &&
	    !weft_detect(&job, &o->from)) {
		l = &m->layouts[job.from.layout];
		if (o->json) {
			printf("{\"model\":\"%s\",\"layout\":\"%s\"}\n",
			       m->name, l->name);
		} else {
			puts(l->name);
		}
	}
	weft_job_close(&job);
	return e->code;
}

static void
print_choices(const char *const *choices)
{
	for (int i = 0; choices[i]; i++) {
		fputs(i ? "," : ",\"choices\":[", stdout);
		weft_json_string(stdout, choices[i]);
	}
	putchar(']');
}

static void
print_option(const weft_model *m, const weft_symbol *y, bool json, bool first)
{
	weft_text value = {0};

	if (y->value && y->value->op == WEFT_E_STRING)
		weft_text_puts(&value, y->value->s);
	else if (y->value)
		weft_expr_print(&value, m, y->value);
	if (json) {
		printf("%s{\"name\":\"%s\",\"default\":", first ? "" : ",",
		       y->name);
		weft_json_string(stdout, weft_text_cstr(&value));
		fputs(",\"doc\":", stdout);
		weft_json_string(stdout, y->doc ? y->doc : "");
		if (y->choices)
			print_choices(y->choices);
		putchar('}');
	} else {
		printf("    --%s %s  %s", y->name, weft_text_cstr(&value),
		       y->doc ? y->doc : "");
		for (int i = 0; y->choices && y->choices[i]; i++)
			printf("%s%s", i ? ", " : " (", y->choices[i]);
		puts(y->choices ? ")" : "");
	}
	weft_text_free(&value);
}

static void
print_layout(const weft_model *m, int n, bool json)
{
	const weft_layout *l = &m->layouts[n];
	bool first = true;

	if (json) {
		printf("%s{\"name\":\"%s\",\"title\":", n ? "," : "", l->name);
		weft_json_string(stdout, l->title ? l->title : "");
		printf(",\"format\":\"%s\",\"readable\":%s,\"writable\":%s,"
		       "\"options\":[", l->format,
		       l->not_readable ? "false" : "true",
		       l->not_writable ? "false" : "true");
	} else {
		printf("%s  %s\n", l->name, l->title ? l->title : "");
		if (l->not_writable)
			printf("    can only be read: %s\n", l->not_writable);
		if (l->not_readable)
			printf("    can only be written: %s\n",
			       l->not_readable);
	}
	for (int i = 0; i < m->n_symbols; i++)
		if (m->symbols[i].kind == WEFT_SYM_OPTION &&
		    m->symbols[i].layout == n) {
			print_option(m, &m->symbols[i], json, first);
			first = false;
		}
	if (json)
		fputs("]}", stdout);
}

static void
print_configs(const weft_model *m, bool json)
{
	if (json && m->n_configs)
		fputs(",\"configs\":[", stdout);
	for (int i = 0; i < m->n_configs; i++) {
		const weft_config *c = &m->configs[i];

		if (!json) {
			printf("--%s FILE  %s\n", c->name, c->text);
			continue;
		}
		printf("%s{\"name\":\"%s\",\"doc\":", i ? "," : "", c->name);
		weft_json_string(stdout, c->text);
		putchar('}');
	}
	if (json && m->n_configs)
		putchar(']');
}

int
weft_cmd_layouts(const weft_model *m, const weft_options *o, weft_errors *e)
{
	(void)e;
	if (o->json)
		printf("{\"model\":\"%s\",\"layouts\":[", m->name);
	for (int i = 0; i < m->n_layouts; i++)
		print_layout(m, i, o->json);
	if (o->json)
		putchar(']');
	print_configs(m, o->json);
	if (o->json)
		puts("}");
	return 0;
}

int
weft_cmd_plan(const weft_model *m, const weft_options *o, weft_errors *e)
{
	weft_job job;
	weft_result result = {0};
	weft_run_stats stats;

	if (!weft_prepare(&job, m, o, e) &&
	    !weft_result_make(&result, &job, &o->files) &&
	    !weft_rehearse(&job, o, &stats)) {
		if (o->json)
			weft_report_json(&job, &result, &stats);
		else
			weft_report_text(&job, &result, &stats);
	}
	weft_result_free(&result);
	weft_job_close(&job);
	return e->code;
}
