#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# embed.sh OUTPUT FILE...: files as C arrays, byte for byte.
set -eu
out=$1
shift
{
	echo '#include "demo.h"'
	for f in "$@"; do
		name=$(basename "$f" | tr '.-' '__')
		printf 'const unsigned char demo_%s[] = {\n' "$name"
		od -An -v -tx1 "$f" | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g'
		printf '};\nconst unsigned long demo_%s_len = sizeof(demo_%s);\n' \
		    "$name" "$name"
	done
} >"$out.tmp"
mv "$out.tmp" "$out"
