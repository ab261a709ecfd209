#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# budgets.sh: lines of at most 80 columns (tabs are 8), lib/ functions of at
# most 60 lines, lib/ files of at most 600.  tools/budgets.allow names the
# exceptions, one "FILE FUNCTION ADR" a line.
set -eu
cd "$(dirname "$0")/.."
bad=0
files=$(git ls-files -co --exclude-standard '*.[ch]')
for f in $files; do
	expand "$f" | awk -v f="$f" '
	    length($0) > 80 { printf "%s:%d: %d columns\n", f, NR, length($0)
		bad = 1 }
	    END { exit bad }' || bad=1
done
for f in $(echo "$files" | grep '^lib/'); do
	awk -v f="$f" '
	    /^[a-z_][a-z_0-9]*\(.*[^;]$/ { name = $0; sub(/\(.*/, "", name)
		head = NR }
	    /^\{/ { start = head }
	    /^\}/ { if (start && NR - start + 2 > 60 && name != "")
		    printf "%s %s %d\n", f, name, NR - start + 2; start = 0 }
	    END { if (NR > 600) printf "%s (file) %d\n", f, NR }' "$f"
done | while read -r f name n; do
	grep -q "^$f $name " tools/budgets.allow 2>/dev/null ||
	    echo "$f: $name has $n lines"
done | grep . && bad=1
exit $bad
