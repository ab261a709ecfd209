#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# layers.sh: who includes whom.  A room may include what stands left of it;
# tests, fuzz targets and test/ may include anything.
set -eu
cd "$(dirname "$0")/.."
git ls-files -co --exclude-standard 'lib/*.[ch]' 'sys/*.[ch]' 'app/*.[ch]' |
    grep -v '_test\.c$\|_fuzz\.c$' |
    xargs grep -n '^#include "' |
    awk -F'[:"]' '
	BEGIN {
		ok["base"] = " base "
		ok["ext"] = ok["base"] "ext "
		ok["crypto"] = ok["ext"] "crypto "
		ok["wire"] = ok["crypto"] "wire "
		ok["facts"] = ok["wire"] "facts "
		ok["content"] = ok["facts"] "content "
		ok["lookalike"] = ok["content"] "lookalike "
		ok["origin"] = ok["lookalike"] "origin "
		ok["check"] = ok["origin"] "check "
		ok["sign"] = ok["check"] "sign "
		ok["traits"] = ok["sign"] "traits "
		ok["behave"] = ok["traits"] "behave "
		ok["verdict"] = ok["behave"] "verdict glue "
		ok["report"] = ok["verdict"] "report "
		ok["sources"] = ok["report"] "sources "
		ok["posture"] = ok["sources"] "posture "
		ok["alerts"] = ok["posture"] "alerts "
		ok["glue"] = ok["alerts"]
		ok["sys"] = " base wire facts origin behave report sources glue sys "
		ok["app"] = " base wire content origin sign lookalike traits behave report sources posture alerts sys app "
	}
	function room(path,  p, n) {
		n = split(path, p, "/")
		if (p[1] == "lib") return n == 2 ? "glue" : p[2]
		if (p[1] == "sys" || p[1] == "app") return p[1]
		if (n == 1 || p[1] == "oracle" || p[1] == "store" || p[1] == "assay") return "same"
		return p[1]
	}
	{
		from = room($1); to = room($4)
		if (to == "same")
			to = ($4 == "eval.h") ? "glue" : from
		if (index(ok[from], " " to " ") == 0) {
			printf "%s:%s: %s may not include %s\n", $1, $2, from, $4
			bad = 1
		}
	}
	END { exit bad }'
