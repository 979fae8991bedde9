#!/bin/sh
# The demo: it ends well and leaves nothing; it says what is missing to those
# who cannot install it; and where things are when it fails.
set -u
out=$TMPDIR/out
status=0
case $BUILD in
/*) build=$BUILD ;;
*) build=$PWD/$BUILD ;;
esac

# In the order of the list.
lacking=$(grep -Ex 're2c|bison' examples/packages.txt | paste -sd ' ')

case_is() { # NAME WHAT-IS-WRONG
	if [ -z "$2" ]; then
		echo "ok $1"
	else
		echo "not ok $1: $2"
		sed 's/^/  /' "$out" | tail -n 20
		status=1
	fi
}

demo() { # [DIRECTORY OF FAKES]
	rm -rf "$TMPDIR/demo"
	mkdir "$TMPDIR/demo"
	TMPDIR=$TMPDIR/demo B=$build PATH=${1:+$1:}$PATH \
		examples/demo.sh >"$out" 2>&1
}

# As it is here. Whether it may install is not what this tests: a dpkg that has
# everything.
mkdir "$TMPDIR/all"
printf '#!/bin/sh\necho "Status: install ok installed"\n' >"$TMPDIR/all/dpkg"
chmod +x "$TMPDIR/all/dpkg"
wrong=
demo "$TMPDIR/all" || wrong="ended with $?"
[ "$(tail -n 1 "$out")" = "split -> fused -> split: the same bytes." ] ||
	wrong="the last line is $(tail -n 1 "$out")"
[ "$(grep -c 'every element equal$' "$out")" = 2 ] || wrong="not verified twice"
[ -z "$(ls -A "$TMPDIR/demo")" ] || wrong="left $(ls -A "$TMPDIR/demo")"
case_is demo "$wrong"

# Someone who is not root, without bison and re2c.
mkdir "$TMPDIR/user"
cat >"$TMPDIR/user/dpkg" <<'EOF'
#!/bin/sh
case $2 in
re2c) echo "Status: deinstall ok config-files" ;;
bison) exit 1 ;;
*) echo "Status: install ok installed" ;;
esac
EOF
printf '#!/bin/sh\necho 1000\n' >"$TMPDIR/user/id"
chmod +x "$TMPDIR/user/dpkg" "$TMPDIR/user/id"
wrong=
demo "$TMPDIR/user" && wrong="went on"
grep -q "^These packages are missing: $lacking *\$" "$out" || wrong="does not name them"
grep -q "^  apt-get install --no-install-recommends $lacking\$" "$out" ||
	wrong="does not say how to install them"
[ -z "$(ls -A "$TMPDIR/demo")" ] || wrong="left $(ls -A "$TMPDIR/demo")"
case_is missing_packages "$wrong"

# Root, without bison and re2c: they are installed, and the demo goes on.
mkdir "$TMPDIR/root"
cp "$TMPDIR/user/dpkg" "$TMPDIR/root"
printf '#!/bin/sh\necho 0\n' >"$TMPDIR/root/id"
printf '#!/bin/sh\necho "$@" >>%s/apt\n' "$TMPDIR" >"$TMPDIR/root/apt-get"
chmod +x "$TMPDIR/root/id" "$TMPDIR/root/apt-get"
wrong=
demo "$TMPDIR/root" || wrong="ended with $?"
[ "$(head -n 1 "$TMPDIR/apt")" = update ] || wrong="does not update the lists"
grep -q "^install -y --no-install-recommends $lacking\$" "$TMPDIR/apt" ||
	wrong="runs apt-get $(cat "$TMPDIR/apt")"
[ "$(tail -n 1 "$out")" = "split -> fused -> split: the same bytes." ] ||
	wrong="the last line is $(tail -n 1 "$out")"
case_is install "$wrong"

# A build that fails.
mkdir "$TMPDIR/broken"
cp "$TMPDIR/all/dpkg" "$TMPDIR/broken"
printf '#!/bin/sh\necho "no rule for this"\nexit 2\n' >"$TMPDIR/broken/make"
chmod +x "$TMPDIR/broken/make"
wrong=
demo "$TMPDIR/broken" && wrong="went on"
grep -q '^no rule for this$' "$out" || wrong="does not show what make said"
left=$(sed -n 's/^The demo failed; what it made is in //p' "$out")
[ -n "$left" ] && [ -f "$left/make.log" ] || wrong="does not say where things are"
case_is failure "$wrong"

exit $status
