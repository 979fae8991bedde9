/* From a text to C: every stage, as far as there are no errors. What has no
 * error ends as C, and what is refused says why. */
#ifndef FUZZ_TABLE_H
#define FUZZ_TABLE_H

#include "../../compiler/front.h"
#include "check.h"
#include "emit.h"

static inline void
table_compile(const char *path, const uint8_t *in, size_t n)
{
	struct checked m = {0};
	struct loaded file;
	struct front f;
	struct out c = {.arena = &f.arena};

	front_read(&f, path, (const char *)in, n);
	if (f.model && f.diags.errors == 0) {
		m.arena = &f.arena;
		m.atoms = &f.atoms;
		m.diags = &f.diags;
		m.sources = &f.sources;
		file = (struct loaded){f.model, 0};
		check_model(&m, &file, 1);
		if (f.diags.errors == 0)
			emit_model(&m, path, &c);
	}
	if (!f.model && !f.refused)
		abort();
	front_free(&f);
}

#endif
