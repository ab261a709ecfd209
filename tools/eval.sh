#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# eval.sh [curves|lookalikes]: the whole protocol of the development corpora, as
# tables.  They lie beside the project, in ../shared/corpora or $ASSAY_CORPORA,
# and are no part of it.  "curves" makes lib/behave/start_weights.def anew,
# "lookalikes" does its part alone: look-alikes that others made, real ones,
# and honest names.
set -eu
cd "$(dirname "$0")/.."
corpora=${ASSAY_CORPORA:-../shared/corpora}
seed=${SEED:-1}
out=build/eval/$seed
if [ ! -e "$corpora/scenarios/compose.py" ]; then
	echo "eval: no corpora in $corpora (ASSAY_CORPORA says where): nothing is measured"
	exit 0
fi
lookalikes() {
	echo "== look-alikes, and the bars: 99 of 100 of every class with one change,"
	echo "   3 of 10,000 honest names, the right name in 99 of 100"
	ASSAY_CORPORA=$corpora test/lookalike/table.py build/test/lookalike/lookalike_measure
}
if [ "${1:-}" = lookalikes ]; then
	lookalikes
	exit
fi
assay=build/app/assay/assay
compose() {	# NAME [ARGUMENT...]
	[ -e "$out/$1/done" ] && return
	mkdir -p "$out/$1"
	python3 "$corpora/scenarios/compose.py" --seed "$seed" --out "$out/$1" "${@:2}"
	touch "$out/$1/done"
}
score() {	# NAME WHAT [ARGUMENT...]
	rm -rf "$out/$1/state"
	"$assay" eval --state "$out/$1/state" --in "$out/$1/stream.jsonl" \
	    --out "$out/$1/$2.tsv" --tsv "$2" --seed "$seed" "${@:3}"
	flag=--p
	[ "$2" = p ] || flag=
	python3 "$corpora/scenarios/score.py" $flag "$out/$1/labels.tsv" "$out/$1/$2.tsv"
}
compose plain
if [ "${1:-}" = curves ]; then
	score plain p --cold --curves "$out/curves" >/dev/null
	{ sed -n '1,/\*\/$/p' lib/behave/start_weights.def; cat "$out/curves"; } >"$out/new"
	mv "$out/new" lib/behave/start_weights.def
	exit 0
fi
compose poison --poison
if [ ! -e "$out/cold/done" ]; then
	python3 tools/eval_cold.py --corpora "$corpora" --seed "$seed" "$out/plain" "$out/cold"
	touch "$out/cold/done"
fi
echo "== seed $seed, from nothing (--cold): what a figure of these lists may rest on"
score plain p --cold
echo
echo "== intruders who send eleven messages, from nothing"
score poison p --cold
score cold p --cold >/dev/null
cat <<EOF

== seed $seed: what has to hold, the goals, and ours (doc/behaviour.md: what these
   figures do not say).  "must" was measured on a corpus of three times as
   much genuine mail, where 1e-4 rests on 14 messages.
EOF
python3 tools/eval_table.py "$out/plain/labels.tsv" "$out/plain/p.tsv" \
    "$out/poison/labels.tsv" "$out/poison/p.tsv" \
    "$out/cold/labels.tsv" "$out/cold/p.tsv"
echo
lookalikes
