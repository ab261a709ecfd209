#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# traits.sh FILE.DEF PAGE: writes assay-traits(7).
set -eu
cat >"$2.tmp" <<'HEAD'
.\" SPDX-License-Identifier: Apache-2.0
.\" Made by tools/traits.sh from lib/traits/traits.def.
.Dd January 2, 2026
.Dt ASSAY-TRAITS 7
.Os
.Sh NAME
.Nm assay-traits
.Nd what tells the sender of a message from somebody else
.Sh DESCRIPTION
A trait is one thing that can be seen of how a message was made.
.Xr assay 1
.Cm traits
shows those of a message; profiles of senders count how often a value was
met, as a hash under a key of the installation.
The name of a trait never changes its meaning and is never used again for
another.
.Pp
A trait may have no value, which can be as usual as any other.
A
.Em set
has several.
A
.Em number
is a class of sizes: unless something else is said, it is the number of
binary digits of what was counted, so that 4 stands for 8 to 15.
In shapes, runs of digits are written 9, of small letters a, of capital ones
A; in those of identifiers, h8 are eight hexadecimal digits, d14 fourteen
decimal ones, w letters of one case, m a mixture.
Organizations are found by the list of public suffixes.
.Pp
What other servers say that they have proven
.Pq Authentication-Results
is no trait and changes none.
HEAD
awk '
/^X\(/ { entry = ""; open = 1 }
open { entry = entry " " $0 }
open && /\)$/ { open = 0; n++; take(entry) }
function take(e,  f, i, s, kind) {
	split(e, f, ",")
	kind = f[3]; owner = f[4]
	gsub(/[ \t]/, "", kind); gsub(/[ \t]/, "", owner)
	i = 0; s = e
	while (match(s, /"[^"]*"/)) {
		i++
		word[i] = substr(s, RSTART + 1, RLENGTH - 2)
		s = substr(s, RSTART + RLENGTH)
	}
	gsub(/-/, "\\-", word[2])
	text[owner] = text[owner] ".It Sy " word[1] (kind == "ONE" ? "" : \
	    " Pq " (kind == "MANY" ? "set" : "number")) "\n" \
	    toupper(substr(word[2], 1, 1)) substr(word[2], 2) ".\n"
}
function tell(owner, title, about) {
	printf ".Sh %s\n%s\n.Bl -tag -width Ds\n%s.El\n", title, about,
	    text[owner]
}
END {
	tell("PROVIDER", "WHO HANDED IT OVER",
	    "Whoever sends by the same provider has the same values.")
	tell("ORIGIN", "THE MACHINE IT BEGAN ON",
	    "By what the first server says of its client.")
	tell("CLIENT", "THE MAIL PROGRAM",
	    "A stolen password does not bring these with it.")
	tell("RELATION", "WHOM IT IS TO",
	    "Recipients are those of the envelope and of the header together.")
	tell("CONTENT", "WHAT IT IS LIKE",
	    "Words are not kept, but for the first and the last ones.")
}' "$1" >>"$2.tmp"
cat >>"$2.tmp" <<'TAIL'
.Sh SEE ALSO
.Xr assay 1
TAIL
mv "$2.tmp" "$2"
