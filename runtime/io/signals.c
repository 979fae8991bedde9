#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

static atomic_int caught;

static void
remember(int sig)
{
	int none = 0;

	atomic_compare_exchange_strong(&caught, &none, sig);
}

static void
handle(int sig, void (*handler)(int))
{
	struct sigaction old, act = {.sa_handler = handler};

	if (handler == remember && sigaction(sig, NULL, &old) == 0 &&
	    old.sa_handler == SIG_IGN)
		return;
	sigemptyset(&act.sa_mask);
	sigaction(sig, &act, NULL);
}

void
weft_signals_install(void)
{
	handle(SIGINT, remember);
	handle(SIGTERM, remember);
	handle(SIGHUP, remember);
	handle(SIGPIPE, SIG_IGN);
	handle(SIGXFSZ, SIG_IGN);
}

int
weft_output_interrupted(void)
{
	return atomic_load(&caught);
}

int
weft_stdio_guard(void)
{
	for (int fd = 0; fd < 3; fd++) {
		if (fcntl(fd, F_GETFD) != -1)
			continue;
		if (open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
			return -1;
	}
	return 0;
}
