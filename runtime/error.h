/* Messages for people, and the exit codes they carry. */
#ifndef WEFT_ERROR_H
#define WEFT_ERROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Exit codes of a converter, after sysexits(3). */
enum {
	WEFT_OK = 0,
	WEFT_USAGE = 64,      /* the command line */
	WEFT_BAD = 65,        /* the checkpoint, or it does not fit the table */
	WEFT_NOINPUT = 66,    /* the source is missing or unreadable */
	WEFT_INTERNAL = 70,   /* a bug in weft */
	WEFT_OS = 71,         /* out of memory, descriptors, threads */
	WEFT_CANTCREAT = 73,  /* the target cannot be made */
	WEFT_IO = 74,         /* reading or writing failed half way */
	WEFT_BUSY = 75,       /* another converter works on the target */
	WEFT_MODEL = 78,      /* the model file */
};

/* A list of messages. Zero-initialise; weft_errors_free() ends it. One thread
 * at a time may add to it. */
typedef struct weft_errors {
	struct weft_message *first, *last;
	int count;            /* errors, without warnings and hints */
	int code;             /* of the first error, 0 while there is none */
} weft_errors;

/* Adds an error and returns `code`, so that a function can end with
 * `return weft_error(e, WEFT_BAD, …)`. Text from files may hold anything:
 * control bytes are shown as \xNN. */
int weft_error(weft_errors *e, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* As weft_error, with ": strerror(err)" behind the text. */
int weft_error_os(weft_errors *e, int code, int err, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

void weft_warning(weft_errors *e, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* What to do about the message before it; or a further fact about it. */
void weft_hint(weft_errors *e, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Prints all as `PROGRAM: error: text`, hints indented below, and forgets
 * them; `code` and `count` stay. */
void weft_errors_print(weft_errors *e, FILE *out, const char *program);

/* Moves all messages of `from` to the end of `to`. */
void weft_errors_move(weft_errors *to, weft_errors *from);

void weft_errors_free(weft_errors *e);

#endif
