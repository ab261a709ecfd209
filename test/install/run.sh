#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs into an empty folder, compiles the example against what was
# installed (shared, static, and as C++), runs it, and looks at what the
# libraries export.  TAP on stdout.
set -u
build=$1 src=$2
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
n=0 bad=0
ok() { # LABEL COMMAND...
	n=$((n + 1))
	label=$1
	shift
	if out=$("$@" 2>&1); then
		echo "ok $n - $label"
	else
		bad=1
		echo "not ok $n - $label"
		echo "$out" | head -20 | sed 's/^/# /'
	fi
}
installs() { DESTDIR=$root meson install -C "$build" --no-rebuild --quiet; }
ok "installs into DESTDIR" installs
pc=$(dirname "$(find "$root" -name assay.pc)")
lib=$(dirname "$(find "$root" -name libassay.a)")
pkg() {
	PKG_CONFIG_PATH=$pc PKG_CONFIG_SYSROOT_DIR=$root pkg-config "$@" assay
}
cc=${CC:-cc}
shared() { # shellcheck disable=SC2046
	$cc -Wall -Wextra -Werror -o "$root/shared" "$src/examples/verdict.c" \
	    $(pkg --cflags --libs)
}
static() { # shellcheck disable=SC2046
	$cc -Wall -Wextra -Werror -o "$root/static" "$src/examples/verdict.c" \
	    $(pkg --cflags) "$lib/libassay.a" \
	    $(pkg-config --libs libcrypto libsodium libidn2 zlib jansson \
	    libpsl) \
	    -lunbound
}
ok "the example compiles with pkg-config" shared
ok "the example links statically" static
cat >"$root/zone" <<'END'
$ORIGIN example.org.
@ TXT "v=spf1 ip4:192.0.2.0/24 -all"
_dmarc TXT "v=DMARC1; p=reject"
END
printf 'From: <alice@example.org>\r\nSubject: x\r\n\r\nhello\r\n' \
    >"$root/mail"
says() { # PROGRAM IP WANT
	LD_LIBRARY_PATH=$lib "$1" "$root/zone" "$2" mx.example.org \
	    alice@example.org <"$root/mail" >"$root/out" 2>&1
	head -1 "$root/out" | grep -qx "$3" || { cat "$root/out"; return 1; }
}
ok "shared: an authorised client is accepted" \
    says "$root/shared" 192.0.2.1 accept
ok "shared: a stranger is quarantined" \
    says "$root/shared" 203.0.113.1 quarantine
ok "static: a stranger is quarantined" \
    says "$root/static" 203.0.113.1 quarantine
only_ours() {
	over=$(nm -D --defined-only "$lib"/libassay.so | awk '{ print $3 }' |
	    grep -v '^assay_')
	[ -z "$over" ] || { echo "$over"; return 1; }
}
ok "the shared library exports assay_* alone" only_ours
local_only() {
	over=$(nm -g --defined-only "$lib"/libassay.a | awk 'NF == 3 { print $3 }' |
	    grep -v '^assay_')
	[ -z "$over" ] || { echo "$over"; return 1; }
}
ok "the static library exports assay_* alone" local_only
cpp() { # shellcheck disable=SC2046
	echo '#include <assay/assay.h>' | g++ -std=c++17 -Wall -Wextra \
	    -Wpedantic -Werror -fsyntax-only $(pkg --cflags) -x c++ -
}
command -v g++ >/dev/null && ok "the header is C++17" cpp
c11() { # shellcheck disable=SC2046
	echo '#include <assay/assay.h>' | $cc -std=c11 -Wall -Wextra \
	    -Wpedantic -Wconversion -Werror -fsyntax-only $(pkg --cflags) -x c -
}
ok "the header is strict C11" c11
short() { [ "$(wc -l <"$src/examples/verdict.c")" -lt 60 ]; }
ok "the example is under 60 lines" short
echo "1..$n"
exit $bad
