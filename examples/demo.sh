#!/bin/sh
# What `make demo` runs: from nothing to a proven round trip.
#
#   B=DIR  the build directory (build)
#
# As root it installs what is missing; otherwise it says what that is.
set -eu
cd "$(dirname "$0")/.."
unset MAKEFLAGS MFLAGS MAKELEVEL
B=${B:-build}
LC_ALL=C
export B LC_ALL

step() { printf '\n== %s\n' "$*"; }
run() { printf '$ %s\n' "$*"; "$@"; }

# ---- packages ----

missing() {
	for p in $(cat examples/packages.txt); do
		dpkg -s "$p" 2>/dev/null | grep -q '^Status: .* installed$' ||
			printf '%s ' "$p"
	done
}

packages() {
	if ! command -v dpkg >/dev/null; then
		echo "This is no Debian; weft needs what these packages hold:"
		echo "  $(paste -sd ' ' examples/packages.txt)"
		return
	fi
	want=$(missing)
	if [ -z "$want" ]; then
		echo "All packages of examples/packages.txt are installed."
		return
	fi
	if [ "$(id -u)" -ne 0 ]; then
		echo "These packages are missing: $want" >&2
		echo "Install them as root, then run make demo again:" >&2
		echo "  apt-get install --no-install-recommends ${want% }" >&2
		exit 1
	fi
	echo "Installing $want"
	apt-get update >"$dir/apt.log" 2>&1 ||
		echo "apt-get update failed; going on with the lists there are"
	# shellcheck disable=SC2086
	DEBIAN_FRONTEND=noninteractive apt-get install -y \
		--no-install-recommends $want >>"$dir/apt.log" 2>&1 || {
		tail -n 20 "$dir/apt.log" >&2
		echo "The packages could not be installed." >&2
		exit 1
	}
}

# ---- leaving ----

dir=$(mktemp -d "${TMPDIR:-/tmp}/weft-demo-XXXXXX")
leave() {
	code=$?
	trap - EXIT
	cd /
	if [ "$code" -eq 0 ] || [ -z "$(ls -A "$dir")" ]; then
		rm -rf "$dir"
	else
		echo "The demo failed; what it made is in $dir" >&2
	fi
	exit "$code"
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# ---- the demo ----

step "What weft is built from"
packages

step "Building $B/weft and $B/qwen3_moe, the converter of mappings/qwen3_moe.weft"
make -j"$(getconf _NPROCESSORS_ONLN)" all >"$dir/make.log" 2>&1 || {
	tail -n 30 "$dir/make.log" >&2
	exit 1
}
ls -l "$B/weft" "$B/qwen3_moe" | awk '{ print $NF ", " $5 " bytes" }'

case $B in
/*) PATH=$B:$PATH ;;
*) PATH=$PWD/$B:$PATH ;;
esac
cp examples/qwen3_moe_small.json "$dir/config.json"
cd "$dir"

step "A small checkpoint: all its sizes are different, and so are its values"
run qwen3_moe toy split --layout split --config config.json
run qwen3_moe detect split

step "What a conversion would do, from the headers alone"
run qwen3_moe plan split --to fused

step "There and back again"
run qwen3_moe convert split fused --to fused
run qwen3_moe convert fused again --to split

step "Is each one what the other becomes?"
run qwen3_moe verify split fused
run qwen3_moe verify fused again

step "Is the round trip exact to the bit? (cmp knows nothing of weft)"
for f in model.safetensors config.json; do
	run cmp "split/$f" "again/$f"
done
if cmp -s split/model.safetensors fused/model.safetensors; then
	echo "fused is the same file as split: nothing was converted" >&2
	exit 1
fi
echo "split -> fused -> split: the same bytes."
