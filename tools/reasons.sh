#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# reasons.sh REASONS.DEF PAGE: writes assay-reasons(7).
set -eu
make_page() {
	cat <<-'HEAD'
	.\" SPDX-License-Identifier: Apache-2.0
	.\" Made by tools/reasons.sh from include/assay/reasons.def.
	.Dd January 2, 2026
	.Dt ASSAY-REASONS 7
	.Os
	.Sh NAME
	.Nm assay-reasons
	.Nd every reason that Assay gives, and what to do about it
	.Sh DESCRIPTION
	Each line of evidence has a reason.
	Its name and code never change their meaning and are never used again
	for another.
	HEAD
	awk '
	# one entry may run over several lines; joined until its ")"
	/^\/\* ---- / {
		title = $0
		sub(/^\/\* -+ [0-9.]+ /, "", title)
		sub(/ *-* *\*\/$/, "", title)
		sub(/:.*/, "", title)
		title = toupper(substr(title, 1, 1)) substr(title, 2)
		next
	}
	/^X\(/ { entry = ""; open = 1 }
	open { entry = entry " " $0 }
	open && /\)$/ { open = 0; tell(entry) }
	function tell(e,  n, part, i, field, s, code) {
		code = e; sub(/^ *X\(/, "", code); sub(/,.*/, "", code)
		# the strings, with \" inside them kept
		n = 0; s = e
		gsub(/\\"/, "\001", s)
		while (match(s, /"[^"]*"/)) {
			n++
			field[n] = substr(s, RSTART + 1, RLENGTH - 2)
			# neighbours without a comma are one string
			if (n > 1 && joined) {
				field[n - 1] = field[n - 1] field[n]; n--
			}
			s = substr(s, RSTART + RLENGTH)
			joined = s ~ /^[ \t]*"/
		}
		joined = 0
		if (title != "") {
			if (title != last) {
				if (last != "") print ".El"
				print ".Sh " toupper(title)
				print ".Bl -tag -width Ds"
				last = title
			}
		}
		printf ".It Sy %s Pq %s, %s\n", field[1], code, safe(field[2])
		print sentences(field[3])
		if (field[4] != "") { print ".Pp"; print sentences(field[4]) }
	}
	function safe(t) {
		gsub(/\\/, "\\e", t); gsub("\001", "\\(dq", t)
		gsub(/-/, "\\-", t)
		return t
	}
	function sentences(t) {
		t = safe(t)
		gsub(/\. /, ".\n", t)
		gsub(/\n\./, "\n\\\\\\&.", t)
		sub(/^\047/, "\\\\\\&\047", t)
		return t
	}
	END { print ".El" }' "$1"
	cat <<-'TAIL'
	.Sh SEE ALSO
	.Xr assay 1 ,
	.Xr assay-result 5
	TAIL
}
make_page "$1" >"$2.tmp"
mv "$2.tmp" "$2"
