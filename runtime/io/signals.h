/* What a process does before it writes: signals and standard streams. */
#ifndef WEFT_IO_SIGNALS_H
#define WEFT_IO_SIGNALS_H

/* SIGINT, SIGTERM and SIGHUP are remembered instead of ending the process
 * (one that is ignored at start stays ignored); SIGPIPE and SIGXFSZ are
 * ignored, so that they are the errors EPIPE and EFBIG of a write. System calls
 * are not restarted. Call once, before threads. */
void weft_signals_install(void);

/* The first signal remembered, or 0. The work stops at the next occasion, the
 * output is aborted, and the exit code is 128 + the signal. Any thread. */
int weft_output_interrupted(void);

/* Descriptors 0, 1 and 2 that are closed get /dev/null opened the wrong way
 * round: no file of ours can become one of them, and using them still fails.
 * Returns 0, or -1 with errno. Call first of all. */
int weft_stdio_guard(void);

#endif
