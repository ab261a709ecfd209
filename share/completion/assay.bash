# SPDX-License-Identifier: Apache-2.0
# bash completion for assay(1)

_assay()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
	local command=${COMP_WORDS[1]} flags
	local judge='--zone --time --ip --helo --mail-from --receiver
		--profile --resolver --from-headers --trust --conf --policy
		--record --content --with-message --json --color --help'
	local lookup='--zone --time --ip --helo --mail-from --receiver
		--profile --resolver --conf --json --color --help'

	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		COMPREPLY=($(compgen -W 'check explain traits content
			replay spf dkim arc
			dmarc domain age conf key doctor status token report source
			policy rollout alerts digest lookalike learn erase eval held
			release label share store
			demo help --help --version' -- "$cur"))
		return
	fi
	case $prev in
	--protected|--names|--seen|--zone|--conf|--policy|--record|--assayd|--socket|--store|\
	--sign|--mta-sts-policy|--mail-log|--import|--after|--note|--bootstrap|--state|--merge|--in|--out|--curves)
		compopt -o filenames
		COMPREPLY=($(compgen -f -- "$cur"))
		return ;;
	--as)
		COMPREPLY=($(compgen -W 'new known' -- "$cur"))
		return ;;
	--technique)
		COMPREPLY=($(compgen -W 'spoofed-domain look-alike
			fresh-domain taken-over-account abused-service
			impersonation other' -- "$cur"))
		return ;;
	--tsv)
		COMPREPLY=($(compgen -W 'p score' -- "$cur"))
		return ;;
	--profile)
		COMPREPLY=($(compgen -W 'rfc9989 rfc7489' -- "$cur"))
		return ;;
	--resolver)
		COMPREPLY=($(compgen -W 'system recursive 127.0.0.1' \
			-- "$cur"))
		return ;;
	--color)
		COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
		return ;;
	--time|--ip|--helo|--mail-from|--receiver|--trust|--jobs|-j|\
	--selector|--source|--own-domain|--days|--mail|--limit|\
	--seed|--per-day)
		return ;;
	esac
	case $command in
	check)		flags="$judge --jobs -j --brief" ;;
	explain|dkim|arc) flags=$judge ;;
	spf|dmarc)	flags=$lookup ;;
	domain)		flags='--zone --time --resolver --conf --selector
			--source --mta-sts-policy --mail-log --store --brief --json --color
			--help' ;;
	traits)		flags='--ip --helo --mail-from --from-headers --trust
			--conf --json --color --help' ;;
	content)	flags='--json --text --color --help' ;;
	age)		flags='--import --as --after --note --rdap --wanted --bootstrap
			--ca-file --state --conf --time --json --color --help' ;;
	learn)		flags='--state --merge --for-assayd --conf --time --color
			--help' ;;
	erase)		flags='--state --conf --color --help' ;;
	eval)		flags='--state --in --out --tsv --seed --cold --per-day
			--curves --conf --color --help' ;;
	replay)		flags='--policy --json --color --help' ;;
	demo)		flags='--assayd --json --color --help' ;;
	doctor)		flags='--conf --json --color --help' ;;
	status)		flags='--conf --json --watch --diff --socket --color
			--help' ;;
	token)		flags='--json --color --help' ;;
	report)		flags='--store --own-domain --accept-any-domain --conf
			--days --by --limit --time --dry-run --xml --csv
			--release
			--socket --json
			--password-file --token-file --ca-file --insecure
			--then --color --help' ;;
	source)		flags='--days --offline --zone --resolver --time
			--store --conf --csv --json --color --help' ;;
	policy)		flags='--days --limit --offline --zone --resolver
			--time --store --conf --csv --json --color --help' ;;
	rollout)	flags='--zone --resolver --time --store --conf --json
			--color --help' ;;
	alerts)		flags='--days --new --send --sign --ca-file --offline
			--zone --resolver --time --store --conf --csv --json
			--color --help' ;;
	digest)		flags='--days --send --mail --ca-file --offline --zone
			--resolver --time --store --conf --json --color
			--help' ;;
	lookalike)	flags='--protected --against --partners --names --watch
			--seen --zone --resolver --conf --csv --json --color --help' ;;
	held)		flags='--conf --time --json --color --help' ;;
	release)	flags='--expired --conf --time --color --help' ;;
	label)		flags='--technique --conf --color --help' ;;
	share)		flags='--conf --csv --json --color --help' ;;
	store)		flags='--store --conf --csv --json --color --help' ;;
	key)		flags='--zone --resolver --conf --color --help' ;;
	conf|help)	flags='--color --help' ;;
	*)		return ;;
	esac
	if [ "${cur#-}" != "$cur" ]; then
		COMPREPLY=($(compgen -W "$flags" -- "$cur"))
		return
	fi
	case $command in
	help)
		COMPREPLY=($(compgen -W 'check explain traits content
			replay spf dkim arc
			dmarc domain age conf key doctor status token report source
			policy rollout alerts digest lookalike learn erase eval held
			release label share store
			demo' -- "$cur")) ;;
	token)
		COMPREPLY=($(compgen -W 'new' -- "$cur")) ;;
	report)
		if [ "$COMP_CWORD" -eq 2 ]; then
			COMPREPLY=($(compgen -W 'ingest fetch show top timeline
				reporters failures tls aside
				outbox send' -- "$cur"))
		else
			compopt -o filenames
			COMPREPLY=($(compgen -f -- "$cur"))
		fi ;;
	source)
		if [ "$COMP_CWORD" -eq 2 ]; then
			COMPREPLY=($(compgen -W 'list show decide' -- "$cur"))
		elif [ "${COMP_WORDS[2]}" = decide ] &&
		    [ "$COMP_CWORD" -eq 5 ]; then
			COMPREPLY=($(compgen -W 'ours service shadow forwarder
				misconfigured hostile unknown' -- "$cur"))
		fi ;;
	policy)
		COMPREPLY=($(compgen -W 'try' -- "$cur")) ;;
	store)
		if [ "$COMP_CWORD" -eq 2 ]; then
			COMPREPLY=($(compgen -W 'check vacuum backup restore
				export erase retention hold release' \
				-- "$cur"))
		elif [ "${COMP_WORDS[2]}" = export ] &&
		    [ "$COMP_CWORD" -eq 3 ]; then
			COMPREPLY=($(compgen -W 'reports rows rollup set-aside
				failures tls decisions dns reporters holds
				alerts' \
				-- "$cur"))
		else
			compopt -o filenames
			COMPREPLY=($(compgen -f -- "$cur"))
		fi ;;
	conf)
		if [ "$COMP_CWORD" -eq 2 ]; then
			COMPREPLY=($(compgen -W 'check show explain import' \
				-- "$cur"))
		elif [ "${COMP_WORDS[2]}" = explain ]; then
			COMPREPLY=($(compgen -W "$(assay conf show \
				2>/dev/null | sed 's/^# //; s/ .*//')" \
				-- "$cur"))
		else
			compopt -o filenames
			COMPREPLY=($(compgen -f -- "$cur"))
		fi ;;
	key)
		if [ "$COMP_CWORD" -eq 2 ]; then
			COMPREPLY=($(compgen -W 'new record check' \
				-- "$cur"))
		elif [ "${COMP_WORDS[2]}" = new ] &&
		    [ "$COMP_CWORD" -eq 3 ]; then
			COMPREPLY=($(compgen -W 'rsa rsa3072 rsa4096
				ed25519' -- "$cur"))
		else
			compopt -o filenames
			COMPREPLY=($(compgen -f -- "$cur"))
		fi ;;
	check|explain|traits|content|dkim|arc|replay)
		compopt -o filenames
		COMPREPLY=($(compgen -f -- "$cur")) ;;
	esac
}

complete -F _assay assay
