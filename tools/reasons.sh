#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# reasons.sh FILE.DEF PAGE: writes assay-reasons(7) or assay-findings(7).
set -eu
make_page() {
	case $2 in
	*findings*)
		name=findings from=lib/posture/findings.def
		about='everything that Assay finds about a domain'
		;;
	*)
		name=reasons from=include/assay/reasons.def
		about='every reason that Assay gives, and what to do about it'
		;;
	esac
	cat <<-HEAD
	.\\" SPDX-License-Identifier: Apache-2.0
	.\\" Made by tools/reasons.sh from $from.
	.Dd January 2, 2026
	.Dt ASSAY-$(echo "$name" | tr a-z A-Z) 7
	.Os
	.Sh NAME
	.Nm assay-$name
	.Nd $about
	.Sh DESCRIPTION
	HEAD
	if [ "$name" = findings ]; then
		cat <<-'TEXT'
		What
		.Xr assay 1
		.Cm domain
		finds, what follows from it for mail, and where it is written.
		The name and code of a finding never change their meaning and
		are never used again for another.
		TEXT
	else
		cat <<-'TEXT'
		Each line of evidence has a reason.
		Its name and code never change their meaning and are never
		used again for another.
		TEXT
	fi
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
make_page "$1" "$2" >"$2.tmp"
mv "$2.tmp" "$2"
