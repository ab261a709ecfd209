#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# asn-table.sh DIR: fetches the table of networks for asn-table of
# assay.conf(5) into DIR, as asn-ipv4.csv and asn-ipv6.csv, by npm:
# @ip-location-db/asn, made of data of DB-IP, RouteViews and the NRO, CC BY
# 4.0.  Who shows results made with it names them.  Again in a month.
set -eu
dir=${1:?where to? tools/asn-table.sh DIR}
command -v npm >/dev/null || {
	echo "npm is missing: apt-get install npm" >&2
	exit 2
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-save --no-audit --no-fund --ignore-scripts \
    --prefix "$work" @ip-location-db/asn@2
mkdir -p "$dir"
from=$work/node_modules/@ip-location-db/asn
for f in asn-ipv4.csv asn-ipv6.csv; do
	[ -s "$from/$f" ] || { echo "$f is not in it" >&2; exit 1; }
	cp "$from/$f" "$dir/$f.new"
	mv "$dir/$f.new" "$dir/$f"
done
cat "$from"/*LICENSE* >"$dir/LICENSE-asn"
echo "asn-table $dir/asn-ipv4.csv"
echo "asn-table $dir/asn-ipv6.csv"
