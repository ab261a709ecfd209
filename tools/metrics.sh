#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# metrics.sh: the table of metrics in assay-http(7) is what stats.def says.
# With --write it is put there.
set -eu
cd "$(dirname "$0")/.."
page=doc/man/assay-http.7
new=$(mktemp)
trap 'rm -f "$new"' EXIT
awk -v page="$page" '
function table(  i) {
	print ".Bl -tag -width Ds"
	for (i = 0; i < n; i++) {
		by_what = label[i] == "" ? "" : " No by " label[i]
		print ".It Li " name[i] by_what
		print help[i]
	}
	print ".El"
}
BEGIN {
	n = 0
	by["FAULT"] = "cause"; by["DISPOSITION"] = "disposition"
	by["EDIT"] = "kind"; by["RESULT"] = "check, result"
	by["ANSWER"] = "answer"; by["ALGORITHM"] = "algorithm"
	by["REFUSAL"] = "cause"; by["HTTP"] = "path, status"
	by["ROLE"] = "role"; by["OUTCOME"] = "outcome"
	by["COMPARED"] = "method, ours, theirs"
	by["PROCESS"] = "role, index"
	while ((getline line < "sys/stats.def") > 0) {
		if (line ~ /^STAT_(COUNTER|GAUGE|TIME)\(/) {
			split(line, q, "\""); split(line, c, /[(,] */)
			kind = substr(c[1], 6)
			unit = kind == "TIME" ? "seconds" : q[4]
			if (unit != "") unit = "_" unit
			total = kind == "COUNTER" ? "_total" : ""
			name[n] = "assay_" q[2] unit total
			label[n] = kind == "TIME" ? "" : by[c[3]]
			if (line !~ /\)$/)
				getline line < "sys/stats.def"
			split(line, q, "\"")
			help[n] = kind == "TIME" && line ~ /^STAT/ ? q[4] : q[2]
			n++
		}
	}
	while ((getline line < page) > 0) {
		if (line ~ /^\.\\" metrics end/) { skip = 0; table() }
		if (!skip) print line
		if (line ~ /^\.\\" metrics begin/) skip = 1
	}
}' >"$new"
if [ "${1:-}" = --write ]; then
	cat "$new" >"$page"
	exit 0
fi
diff -u "$page" "$new" && exit 0
echo "$page: run tools/metrics.sh --write"
exit 1
