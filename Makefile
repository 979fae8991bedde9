# weft: tables of checkpoint layouts, compiled to converters.
#
#   make            build/weft, and build/NAME for each table of mappings/
#   make demo       from nothing to a proven round trip
#   make test       everything that needs Debian's packages only
#   make fuzz       a while of each fuzzing harness (clang)
#   make test-peers against the real projects, in a virtual environment
#   make bench      ratios against cp and against the Python way
#   make deps       installs Debian's packages (as root)
#   make install    PREFIX=/usr/local, DESTDIR=
#
# B is the build directory; CC, CFLAGS and SAN may be set:
#   make B=build-asan SAN=address,undefined

VERSION = 0.1
B      ?= build
PREFIX ?= /usr/local
CFLAGS ?= -O2 -g
WARN    = -Wall -Wextra -Wconversion -Wshadow -Werror
ALL     = -std=c11 -D_GNU_SOURCE -DWEFT_VERSION='"$(VERSION)"' $(WARN) $(CFLAGS) $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer)
LIBS    = -ljansson -lpcre2-8 -lzstd -lz -lpthread -lm
YAML    = -lyaml -lm
RE2C    = re2c -W --no-debug-info
PYTHON ?= /usr/bin/python3

COMPILER = $(wildcard compiler/*.c)
RUNTIME  = $(wildcard runtime/*.c runtime/*/*.c)
SCANNERS = $(wildcard runtime/*/*.re)
TABLES   = $(wildcard mappings/*.weft)

compiler_o = $(COMPILER:%.c=$B/%.o) $B/gen/grammar/weft.o $B/gen/grammar/weft.tab.o
runtime_o  = $(RUNTIME:%.c=$B/%.o) $(SCANNERS:%.re=$B/gen/%.o)
converters = $(TABLES:mappings/%.weft=$B/%)

# One line a step; V=1 shows the commands.
Q   = $(if $V,,@)
SAY = $(if $V,@:,@printf '  %-6s %s\n')

all: $B/weft $B/libweft.a $(converters)

# ---- the compiler ----
$B/weft: $(compiler_o)
	$(SAY) CC $@
	$(Q)$(CC) $(ALL) -o $@ $^ $(YAML)

$B/gen/grammar/weft.c: grammar/weft.re
	@mkdir -p $(@D)
	$(SAY) RE2C $@
	$(Q)$(RE2C) -c -o $@ $<

$B/gen/grammar/weft.tab.c: grammar/weft.y
	@mkdir -p $(@D)
	$(SAY) BISON $@
	$(Q)bison -Werror=conflicts-sr,conflicts-rr -d -o $@ $<

$B/gen/grammar/weft.tab.h: $B/gen/grammar/weft.tab.c ;

# ---- the runtime ----
$B/libweft.a: $(runtime_o)
	@rm -f $@
	$(SAY) AR $@
	$(Q)ar rcs $@ $^
	@echo '$(LIBS) $(if $(SAN),-fsanitize=$(SAN))' > $B/weft.libs

$B/gen/%.c: %.re
	@mkdir -p $(@D)
	$(SAY) RE2C $@
	$(Q)$(RE2C) --tags -o $@ $<

# ---- converters ----
$B/%: mappings/%.weft $B/weft $B/libweft.a $(wildcard mappings/lib/*)
	$(SAY) WEFT $@
	$(Q)$B/weft build $< -o $@

# ---- objects ----
INCLUDE = -Icompiler -Igrammar -I$B/gen/grammar
$B/runtime/%.o $B/gen/runtime/%.o: INCLUDE = -Iruntime
# bison's skeleton is not ours to keep free of warnings.
$B/gen/grammar/weft.tab.o: WARN = -Wall

$B/compiler/%.o: compiler/%.c $B/gen/grammar/weft.tab.h
	@mkdir -p $(@D)
	$(SAY) CC $@
	$(Q)$(CC) $(ALL) $(INCLUDE) -MMD -MP -c -o $@ $<

$B/gen/%.o: $B/gen/%.c $B/gen/grammar/weft.tab.h
	@mkdir -p $(@D)
	$(SAY) CC $@
	$(Q)$(CC) $(ALL) $(INCLUDE) -MMD -MP -c -o $@ $<

$B/runtime/%.o: runtime/%.c
	@mkdir -p $(@D)
	$(SAY) CC $@
	$(Q)$(CC) $(ALL) $(INCLUDE) -MMD -MP -c -o $@ $<

# ---- tests ----
unit_c = $(wildcard tests/runtime/*.c tests/kernels/*.c tests/compiler/*.c)
unit   = $(unit_c:tests/%.c=$B/tests/%)

$B/tests/compiler/%: tests/compiler/%.c $(filter-out %/main.o,$(compiler_o)) tests/lib/check.h
	@mkdir -p $(@D)
	$(SAY) CC $@
	$(Q)$(CC) $(ALL) -Icompiler -Igrammar -I$B/gen/grammar -Itests/lib -MMD -MP -o $@ $< $(filter %.o,$^) $(YAML)

$B/tests/%: tests/%.c $B/libweft.a tests/lib/check.h
	@mkdir -p $(@D)
	$(SAY) CC $@
	$(Q)$(CC) $(ALL) -Iruntime -Itests/lib -MMD -MP -o $@ $< $B/libweft.a $(LIBS)

units: $(unit)

test: all units
	@B=$B CC="$(CC)" $(PYTHON) tests/run

# Needs clang; FUZZ_SECONDS for each harness.
FUZZ_SECONDS ?= 20
fuzz_c = $(wildcard tests/fuzz/*/*.c)
FUZZ   = -fsanitize=fuzzer

$B/tests/fuzz/runtime/%: tests/fuzz/runtime/%.c $B/libweft.a
	@mkdir -p $(@D)
	$(CC) $(ALL) $(FUZZ) -Iruntime -MMD -MP -o $@ $< $B/libweft.a $(LIBS)

$B/tests/fuzz/compiler/%: tests/fuzz/compiler/%.c $(filter-out %/main.o,$(compiler_o))
	@mkdir -p $(@D)
	$(CC) $(ALL) $(FUZZ) -Icompiler -Igrammar -MMD -MP -o $@ $< $(filter %.o,$^) $(YAML)

fuzzers: $(fuzz_c:tests/%.c=$B/tests/%)

fuzz:
	@$(MAKE) B=$B-fuzz CC=clang SAN=fuzzer-no-link,address,undefined fuzzers
	@B=$B-fuzz $(PYTHON) tests/fuzz/run $(FUZZ_SECONDS)

# Regenerates every golden file; read the diff before it is committed.
goldens: all
	@B=$B CC="$(CC)" $(PYTHON) tests/run --update

test-peers: all
	@B=$B tests/peers/run

bench: all $B/tests/bench/kernels
	@B=$B tests/bench/run

demo:
	@examples/demo.sh

deps:
	apt-get update
	DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $$(cat examples/packages.txt)

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/weft $(DESTDIR)$(PREFIX)/include
	install $B/weft $(DESTDIR)$(PREFIX)/bin
	install -m 644 $B/libweft.a $B/weft.libs $(DESTDIR)$(PREFIX)/lib/weft
	install -m 644 runtime/weft.h $(DESTDIR)$(PREFIX)/include

clean:
	rm -rf $B

.PHONY: all units test fuzz fuzzers goldens test-peers bench demo deps install clean
.SECONDARY:
-include $(shell find $B -name '*.d' 2>/dev/null)
