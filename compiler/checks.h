/* The table of semantic checks, and how they report. */
#ifndef CHECKS_H
#define CHECKS_H

#include "checked.h"

enum check {
#define CHECK(id, name, text) CHECK_##id,
#include "checks.def"
#undef CHECK
	CHECKS
};

/* The name of a check, and what it finds. */
const char *check_name(enum check);
const char *check_text(enum check);

/* An error or a warning of a check. Returns it for diag_note(); NULL if this
 * check has already spoken at this very place, as it does where one text is
 * used by several layouts or instances. */
struct diag *check_error(struct checked *m, enum check, struct span at,
                         const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
struct diag *check_warning(struct checked *m, enum check, struct span at,
                           const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* A note below `to`, unless that is NULL. */
void check_note(struct checked *m, struct diag *to, struct span at,
                const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif
