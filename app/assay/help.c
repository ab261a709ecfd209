/* SPDX-License-Identifier: Apache-2.0 */
/*
 * help.c - --help: what there is, with examples to start from.
 */
#include "help.h"

#include <string.h>

#include "cmd.h"
#include "near.h"

static const struct entry {
	command_bits id;
	const char *name, *synopsis, *line;
} entries[] = {
#define X(ID, name, synopsis, line) { C_##ID, #name, synopsis, line },
#include "commands.def"
#undef X
};

enum { N_ENTRIES = sizeof(entries) / sizeof(entries[0]) };

static const char check_more[] =
"Examples\n"
"  Judge a saved message as if it arrived now from that server:\n"
"    assay check --ip 192.0.2.7 --helo mail.example.com \\\n"
"        --mail-from news@example.com message.eml\n"
"\n"
"  Judge one stored message; its own header tells who delivered it:\n"
"    assay check --from-headers message.eml\n"
"\n"
"  Judge what is in a mailbox; who delivered it is in its own header, below\n"
"  the fields that our relays wrote:\n"
"    assay check --from-headers --trust 10.0.0.0/8 ~/Maildir\n"
"\n"
"  Judge offline and exactly, by answers and a moment that you choose:\n"
"    assay check --zone demo.zone --time 1767225600 message.eml\n"
"\n"
"  Feed a program; keep records that can be judged again later:\n"
"    assay check -j 0 --json --record records/ inbox.mbox | jq .verdict\n"
"\n"
"A result of pass proves who is responsible for a message, not that it is\n"
"harmless. A missing pass is no proof of forgery.\n"
"\n";

static const char explain_more[] =
"Examples\n"
"    assay explain message.eml\n"
"    assay explain record.jsonl             as it was judged, offline, by the\n"
"                                           policy of the configuration\n"
"    assay explain --from-headers ~/Maildir/cur/1767225600.M1P1.host:2,S\n"
"    assay explain --zone demo.zone --time 1767225600 --ip 192.0.2.7 - <a.eml\n"
"\n";

static const char traits_more[] =
"Nothing is verified and nobody is asked. Fields that our own servers wrote\n"
"on top of a stored message are told from the rest by --from-headers.\n"
"assay-traits(7) says what each trait is.\n"
"\n"
"Examples\n"
"    assay traits message.eml\n"
"    assay traits --from-headers --trust 10.0.0.0/8 ~/Maildir\n"
"    assay traits --json inbox.mbox | jq -r .traits.mailer | sort | uniq -c\n"
"\n"
"Exit status here: 0 shown, 2 usage, 3 some input could not be read.\n";

static const char content_more[] =
"Nothing is judged, no link is followed, nobody is asked: this is what is in\n"
"the message, whoever sent it. assay-content(5) has the members of --json.\n"
"\n"
"Examples\n"
"    assay content message.eml\n"
"    assay content --text message.eml | assistant\n"
"    assay content --json ~/Maildir | jq -r '.links[] | select(.lies) | .url'\n"
"\n"
"Exit status here: 0 shown, 2 usage, 3 some input could not be read.\n";

static const char replay_more[] =
"A record holds what was read off a message and every DNS answer. Judging it\n"
"again gives the same verdict, today or in a year; with another version of\n"
"assay or another --policy, each line that differs is named.\n"
"\n"
"Examples\n"
"    assay check --record yesterday.jsonl inbox.mbox\n"
"    assay replay yesterday.jsonl\n"
"    assay replay records/                a folder that --record filled\n"
"    assay replay --policy stricter.policy yesterday.jsonl\n"
"\n"
"Exit status here: 0 the verdict and every line of evidence are the same,\n"
"1 some differ (be it 'same verdict, evidence differs'), 2 usage,\n"
"3 a record cannot be read.\n";

static const char spf_more[] =
"Examples\n"
"    assay spf --ip 192.0.2.7 example.com\n"
"    assay spf --ip 2001:db8::7 --helo mail.example.com news@example.com\n"
"    assay spf --ip 192.0.2.7 --helo mail.example.com     only that name\n"
"\n"
"With a sender and --helo both are shown; the sender's result counts.\n"
"\n"
"Exit status here: 0 pass, 1 anything else, 2 usage, 4 temporary error.\n";

static const char dkim_more[] =
"Examples\n"
"    assay dkim message.eml\n"
"    assay dkim --zone keys.json --time 1767225600 message.eml\n"
"\n"
"Exit status here: 0 a signature passes, 1 none does, 2 usage,\n"
"3 a message cannot be read, 4 temporary error.\n";

static const char arc_more[] =
"Examples\n"
"    assay arc forwarded.eml\n"
"\n"
"Exit status here: 0 the chain is intact, 1 it is not or there is none,\n"
"2 usage, 3 a message cannot be read, 4 temporary error.\n";

static const char dmarc_more[] =
"Examples\n"
"    assay dmarc example.com\n"
"    assay dmarc --resolver 192.0.2.53 news.mail.example.com\n"
"    assay dmarc --profile rfc7489 example.com    as it was before RFC 9989\n"
"\n"
"Exit status here: 0 a policy is in force, 1 there is none, 2 usage,\n"
"4 temporary error.\n";

static const char domain_more[] =
"Looks at SPF, DKIM, DMARC, MX, PTR, MTA-STS, TLS-RPT, BIMI and DNSSEC, says\n"
"what is wrong, what follows from it, and which record mends it.\n"
"\n"
"Examples\n"
"    assay domain example.com\n"
"    assay domain --selector s2026,k1 --source 192.0.2.25 example.com\n"
"    assay domain --brief $(cat domains)\n"
"    assay domain --json example.com | jq .answers >example.zone\n"
"\n"
"Exit status here: 0 nothing is bad, 1 something is, 2 usage, 3 a file cannot\n"
"be read, 4 DNS did not answer everything.\n";

static const char conf_more[] =
"Examples\n"
"    assay conf check /etc/assay/assay.conf\n"
"    assay conf show                      every statement and its default\n"
"    assay conf explain resolver\n"
"    assay conf import /etc/opendkim.conf /etc/opendmarc.conf\n"
"\n"
"Exit status here: 0 good, 2 mistakes, each told with its line.\n";

static const char status_more[] =
"Examples\n"
"    assay status\n"
"    assay status --watch                 again every second, with rates\n"
"    assay status --diff                  mode observe: where we differ\n"
"    assay status --json | jq .counters.messages\n"
"\n"
"Exit status here: 0 it was told, 2 usage, 3 nobody answers.\n";

static const char token_more[] =
"Examples\n"
"    assay token new exim\n"
"\n"
"The token is shown once. The line with its hash goes into the file that\n"
"token-file names; see assay-http(7).\n"
"\n"
"Exit status here: 0 made, 2 usage.\n";

static const char key_more[] =
"new writes a private key that only its owner may read into FILE, and shows\n"
"the DNS record in ready forms; record shows those of a key that is there;\n"
"check asks DNS what the world finds, and whether it belongs to FILE.\n"
"ALGORITHM is rsa (2048 bits), rsa3072, rsa4096 or ed25519.\n"
"\n"
"Examples\n"
"    assay key new rsa s2026 example.org /etc/assay/keys/s2026.pem\n"
"    assay key new ed25519 e2026 example.org /etc/assay/keys/e2026.pem\n"
"    assay key check s2026 example.org /etc/assay/keys/s2026.pem\n"
"\n"
"Exit status here: 0 good, 1 nobody can verify by what is in DNS, 2 usage,\n"
"3 FILE cannot be read, 4 DNS does not answer.\n";

static const char report_more[] =
"Takes aggregate reports (RFC 9990, RFC 7489), failure reports (RFC 6591,\n"
"RFC 9991) and TLS reports (RFC 8460) out of mails and files, .xml, .gz,\n"
".zip, .json, in whatever nesting. The same report counts once, however often\n"
"it is taken; one that is sent again corrected replaces the first. What is\n"
"about a domain that is not ours, or cannot be understood, is set aside with\n"
"the reason: assay report aside.\n"
"\n"
"outbox shows the reports that assayd sends (send-reports in assay.conf(5)):\n"
"which are counted, due, sent, tried again, given up, came back, and why; an\n"
"address that gets none for that is alive again by --release. send --dry-run\n"
"shows what is not sent yet: how much, when, to whom, and with --xml the very\n"
"report; with send-reports count that is all that is done with it. send alone\n"
"asks assayd to send now what waits: of days that are over.\n"
"\n"
"Examples\n"
"    assay report ingest --own-domain example.org ~/Maildir/.DMARC\n"
"    assay report ingest reports.mbox google.com\\!example.org\\!1.xml.gz\n"
"    fetch-one-mail | assay report ingest -\n"
"    assay report timeline example.org          day by day\n"
"    assay report top --by reporter example.org\n"
"    assay report reporters                     who reports, who fell silent\n"
"    assay report show --days 7; assay report aside; assay report tls\n"
"    assay report outbox example.org\n"
"    assay report send --dry-run --xml example.org\n"
"\n"
"Exit status here: 0 all were taken or known, 1 some were set aside,\n"
"2 usage or configuration, 3 some input could not be read, 4 the store is\n"
"busy or full: say it again later.\n";

static const char store_more[] =
"check       is the file whole, and every sum that of its rows?\n"
"vacuum      give back the room of what is gone\n"
"backup      copy to FILE, while others read and write\n"
"restore     make the store from a backup; it must not be there\n"
"export      LIST [DOMAIN]: reports, rows, rollup, set-aside, failures, tls,\n"
"            reporters, decisions, dns, holds or alerts, as JSON Lines or CSV\n"
"erase       all of a person: an address, or a local part\n"
"retention   remove what is older than keep-... of the configuration says\n"
"hold        DOMAIN|all LAST-DAY OWNER REASON: nothing of it is erased or\n"
"            removed; without words, the list of holds\n"
"release     NUMBER WHO: end a hold\n"
"\n"
"Examples\n"
"    assay store check\n"
"    assay store backup /backup/reports-$(date +%F).db\n"
"    assay store export rollup example.org --csv >rollup.csv\n"
"    assay store erase jo.doe@example.org\n"
"    assay store hold example.org 2027-12-31 legal 'case 7'\n"
"\n"
"Exit status here: 0 done, 1 something is wrong or was held back, 2 usage or\n"
"configuration, 3 the store cannot be read, 4 it is busy or full.\n";

static const char source_more[] =
"list shows who sent mail as DOMAIN (or each domain of the store) by what the\n"
"reports tell, grouped; show tells of one source, found by its address or a\n"
"name, why it is taken for what it is; decide keeps what you know of it:\n"
"DOMAIN WHAT CLASS [NOTE], where WHAT is an address, a network, the name of a\n"
"signer or AS64496. Classes are ours, service, shadow (somebody of ours uses\n"
"a service that nobody set up), forwarder, misconfigured (ours, and fails),\n"
"hostile, and unknown, which takes back what was decided. decisions lists\n"
"what people decided.\n"
"\n"
"Examples\n"
"    assay source list example.org\n"
"    assay source show 192.0.2.7 example.org\n"
"    assay source decide example.org 192.0.2.0/24 ours \"the old rack\"\n"
"    assay source decisions example.org\n"
"    assay source list --json example.org | jq 'select(.class==\"shadow\")'\n"
"\n"
"Exit status here: 0 shown, 1 there is no such source, 2 usage, 3 there is\n"
"no store, 4 try again.\n";

static const char policy_more[] =
"Takes the mail that reports tell of and applies the policy to it as\n"
"RFC 9989 says: which of p, sp and np holds for each author, whether what was\n"
"authenticated is aligned (relaxed or strict), t=y. What receivers really\n"
"do is theirs to decide.\n"
"\n"
"Examples\n"
"    assay policy try example.org \"p=reject\"\n"
"    assay policy try --days 30 example.org \"p=none; np=reject\"\n"
"    assay policy try --csv example.org \"p=reject; adkim=s; aspf=s\"\n"
"\n"
"Exit status here: 0 nothing would be hit, 1 something would, 2 usage or no\n"
"good policy, 3 there is no store, or no report about the domain in these\n"
"days, 4 try again.\n";

static const char rollout_more[] =
"A policy becomes stricter in stages that can be taken back (RFC 9989 has no\n"
"pct; t=y takes its place): names that are not there first, a month of\n"
"p=none, a month of p=quarantine. Each stage has gates, which the mail of the\n"
"last 30 days meets or not; what counts as yours is what assay source says.\n"
"\n"
"Examples\n"
"    assay rollout example.org\n"
"    assay rollout --json example.org | jq .may_go\n"
"\n"
"Exit status here: 0 it may go on or is at the end, 1 not yet, or go back,\n"
"2 usage, 3 there is no store, or neither a report nor such a name, 4 DNS\n"
"does not answer.\n";

static const char alerts_more[] =
"Tells of new sources, of much more or less mail than usual on such a day, of\n"
"reporters that fell silent, of records that changed, of old keys, and of\n"
"gates on the way to reject that are met or broken: each with its cause and\n"
"what to do. With --new only what is news is told, and kept in the store,\n"
"with what DNS says today, to be compared with tomorrow.\n"
"\n"
"Examples\n"
"    assay alerts example.org\n"
"    assay alerts --new                   from cron, once a day\n"
"    assay alerts --new --sign /etc/assay/hook.key >body\n"
"\n"
"Exit status here: 0 there is nothing to tell, 1 there is, 2 usage, 3 there\n"
"is no store, 4 try again.\n";

static const char lookalike_more[] =
"Compares names with those that are known: by what eyes take for the same, by\n"
"slips of fingers and memory, with words and hyphens around, under another\n"
"suffix, in front of another name. What it is worth is told in bits: above 0\n"
"it was meant rather than chance. NAME may be an address or a link, too.\n"
"\n"
"Examples\n"
"    assay lookalike paypa1.com --against paypal.com\n"
"    assay lookalike --protected names.txt --json - <seen.txt\n"
"    assay lookalike --watch --seen /var/lib/assay/lookalikes\n"
"\n"
"Exit status here: 0 none is a look-alike, or nothing is new, 1 some are,\n"
"2 usage, 3 a file or a name cannot be read, 4 DNS did not answer them all.\n";

static const char digest_more[] =
"What to do now, each with the command or record that does it; what changed;\n"
"how much mail there was and how much of it passed; what is fine.\n"
"\n"
"Examples\n"
"    assay digest example.org\n"
"    assay digest --mail postmaster@example.org | sendmail -t\n"
"\n"
"Exit status here: 0 shown, 2 usage, 3 there is no store, 4 try again.\n";

static const char age_more[] =
"Age counts together with whether a name is new here and how many know it;\n"
"each alone stays below what should be acted on. Nothing is asked of anybody\n"
"without --rdap.\n"
"\n"
"Examples\n"
"    assay age --import newly-registered.csv.gz\n"
"    assay age --import com.zone.gz --after yesterday/com.zone.gz\n"
"    assay age --import top-million.csv --as known\n"
"    assay age --note senders.txt         alice@shop.example 2026-03-01\n"
"    assay age shop.example\n"
"    assay age --rdap --bootstrap dns.json shop.example\n"
"    assay age --rdap --wanted            names that assayd met; from a timer\n"
"\n"
"Exit status here: 0 done, 2 usage, 3 a file cannot be read to its end (what\n"
"was there is still there), 4 a registry does not answer: try again.\n";

static const char held_more[] =
"Only what assayd put on hold in Postfix is listed: by the queue of the mail\n"
"server and the records of assayd, which are read where they lie.\n"
"\n"
"Examples\n"
"    assay held\n"
"    assay held --json | jq 'select(.from_domain == \"shop.example\")'\n"
"    assay release 4Zr3xk1pXyz8\n"
"\n"
"Exit status here: 0 done, 2 usage, 4 the queue or the records cannot be\n"
"read.\n";

static const char release_more[] =
"The message goes on byte for byte as it would have without the hold, and\n"
"nothing checks it again. It is noted in labels.jsonl that it was released,\n"
"and assayd takes that for the word that it was good; --expired says nothing.\n"
"Of a message that was stripped the original is sent, as it came.\n"
"\n"
"Examples\n"
"    sudo assay release 4Zr3xk1pXyz8\n"
"    sudo assay release --expired     holds older than hold-time, for cron\n"
"\n"
"Exit status here: 0 all are released, 1 one is not, 2 usage, 4 the queue or\n"
"the records cannot be read.\n";

static const char label_more[] =
"ID is that of the mail server, or the entry of the record. The last word on\n"
"a message counts. assayd hears it (behaviour yes): good is learned and was a\n"
"false alarm, bad teaches nothing. Techniques: spoofed-domain, look-alike,\n"
"fresh-domain, taken-over-account, abused-service, impersonation, other;\n"
"without one it is what the evidence suggests.\n"
"\n"
"Examples\n"
"    assay label 4Zr3xk1pXyz8 bad --technique taken-over-account\n"
"    assay label 4Zr3xk1pXyz8 good\n"
"\n"
"Exit status here: 0 noted, 1 there is no such record, 2 usage, 3 the records\n"
"cannot be read.\n";

static const char share_more[] =
"Counts what people said with 'assay label', a message once.\n"
"\n"
"Examples\n"
"    assay share\n"
"    assay share --json | jq 'select(.month == \"all\")'\n"
"\n"
"Exit status here: 0 done, 2 usage, 3 the labels cannot be read.\n";

static const char demo_more[] =
"Judges built-in messages against a built-in zone: no network, no files.\n"
"\n"
"Exit status here: 0 each came out as it should, 1 some did not.\n";

static const char doctor_more[] =
"Examples\n"
"    sudo assay doctor                    keys and sockets need the right\n"
"    assay doctor --json --conf /etc/assay/assay.conf\n"
"\n"
"Looks at the service, its sockets, Postfix (by postconf), the resolver, the\n"
"keys, the clock and the disk; --conf is /etc/assay/assay.conf if not said.\n"
"\n"
"Exit status here: 0 all is well or deserves a word, 1 something is not\n"
"well, 2 the configuration cannot be used.\n";

static const char learn_more[] =
"No words of mail are kept: salted hashes, counts, days. What looks odd in\n"
"the archive itself waits for 14 days of its time, or for an answer.\n"
"States that began as one (--merge into a new directory) can be merged, in\n"
"any order and any number of times, with the same result.\n"
"\n"
"Examples\n"
"    assay learn --state /var/lib/assay/senders ~/Maildir\n"
"    assay learn --state senders archive-2025.mbox archive-2026.mbox\n"
"    assay learn --state new-node --merge senders\n"
"    assay learn --for-assayd ~/Maildir   before behaviour yes, as its start\n"
"\n"
"Exit status here: 0 learned, 2 usage or the state cannot be written, 3 some\n"
"input could not be read.\n";

static const char erase_more[] =
"What assayd learned of ADDRESS goes, as a sender and as somebody whom others\n"
"write to, also through each LIST that writes itself into From. It is on the\n"
"disk when this returns: assayd does it at once, or before it looks at\n"
"anything when it starts. Records of messages and reports stay: journal-size\n"
"of assay.conf(5), assay store erase.\n"
"\n"
"Examples\n"
"    assay erase anna@example.net\n"
"    assay erase anna@example.net devel@lists.example.org\n"
"    assay erase --state senders anna@example.net     of assay learn\n"
"\n"
"Exit status here: 0 it is erased, or will be at the next start, 2 usage or\n"
"it cannot be read or written, 4 assayd has not done it yet.\n";

static const char eval_more[] =
"Each message is scored by what those before it taught, then learned, but\n"
"not if its record has \"learn\": false. A killed run goes on where it\n"
"was saved. p is the share of comparable genuine mail that is as odd.\n"
"\n"
"Examples\n"
"    assay eval --state s --in mail.jsonl.xz --out scores.jsonl\n"
"    assay eval --state s --in mail.jsonl --out p.tsv --tsv p --seed 2\n"
"    jq -c 'select(.alert)' scores.jsonl\n"
"\n"
"Exit status here: 0 all was scored, 2 usage or the state cannot be used, 3\n"
"the input cannot be read or the scores cannot be written.\n";

static const char exit_more[] =
"Exit status\n"
"  0  every message was accepted\n"
"  1  some message was not accepted\n"
"  2  usage or configuration, or the output could not be written\n"
"  3  some input could not be read\n"
"  4  nothing but temporary errors: try again\n";

static const char *
more_of(command_bits id)
{
	switch (id) {
	case C_CHECK: return check_more;
	case C_EXPLAIN: return explain_more;
	case C_TRAITS: return traits_more;
	case C_CONTENT: return content_more;
	case C_REPLAY: return replay_more;
	case C_SPF: return spf_more;
	case C_DKIM: return dkim_more;
	case C_ARC: return arc_more;
	case C_DMARC: return dmarc_more;
	case C_DOMAIN: return domain_more;
	case C_AGE: return age_more;
	case C_CONF: return conf_more;
	case C_STATUS: return status_more;
	case C_TOKEN: return token_more;
	case C_KEY: return key_more;
	case C_STORE: return store_more;
	case C_REPORT: return report_more;
	case C_SOURCE: return source_more;
	case C_POLICY: return policy_more;
	case C_ROLLOUT: return rollout_more;
	case C_ALERTS: return alerts_more;
	case C_DIGEST: return digest_more;
	case C_LOOKALIKE: return lookalike_more;
	case C_LEARN: return learn_more;
	case C_ERASE: return erase_more;
	case C_EVAL: return eval_more;
	case C_HELD: return held_more;
	case C_RELEASE: return release_more;
	case C_LABEL: return label_more;
	case C_SHARE: return share_more;
	case C_DEMO: return demo_more;
	case C_DOCTOR: return doctor_more;
	case C_HELP: return "";
	}
	return "";
}

static void
flags_of(const struct out *out, command_bits id)
{
	struct text t = { .ptr = NULL };

	text_printf(&t, "%sFlags%s\n", out_bold(out), out_plain(out));
	for (int i = 0; i < F_COUNT; i++) {
		const struct flag *f = &flag_table[i];
		char left[40];

		if ((f->commands & id) == 0)
			continue;
		snprintf(left, sizeof(left), "--%s%s%s", f->name,
		    f->arg != NULL ? " " : "", f->arg != NULL ? f->arg : "");
		if (i == F_JOBS)
			snprintf(left, sizeof(left), "-j N, --jobs N");
		if (strlen(left) > 20)
			text_printf(&t, "  %s\n%24s", left, "");
		else
			text_printf(&t, "  %-22s", left);
		text_wrap(&t, f->help, 24, 79);
	}
	text_printf(&t, "  %-22sshow this\n\n", "-h, --help");
	(void)out_text(&t);
	text_free(&t);
}

int
help_command(const struct out *out, command_bits id)
{
	for (size_t i = 0; i < N_ENTRIES; i++) {
		const struct entry *e = &entries[i];

		if (e->id != id)
			continue;
		printf("%sassay %s%s%s%s%s\n  %s\n\n", out_bold(out),
		    e->name, out_plain(out), id == C_HELP ? "" : " [FLAG...]",
		    *e->synopsis != '\0' ? " " : "", e->synopsis, e->line);
		flags_of(out, id);
		printf("%s", more_of(id));
		if (id == C_CHECK || id == C_EXPLAIN)
			printf("%s", exit_more);
	}
	return out_close() ? EXIT_ACCEPTED : EXIT_USAGE;
}

int
help_all(const struct out *out)
{
	printf("%sassay%s - is this mail from whom it says it is?\n\n"
	    "  assay COMMAND [FLAG...] [ARGUMENT...]\n\n%sCommands%s\n",
	    out_bold(out), out_plain(out), out_bold(out), out_plain(out));
	for (size_t i = 0; i < N_ENTRIES; i++)
		printf("  %-8s %s\n", entries[i].name, entries[i].line);
	printf("\n%sStart here%s\n"
	    "  assay demo                     see what it does\n"
	    "  assay check message.eml        judge a saved message\n"
	    "  assay explain message.eml      and learn why\n"
	    "  assay domain example.com       how does a domain stand?\n"
	    "\n'assay COMMAND --help' shows flags and examples; assay(1) is "
	    "the manual.\n'assay --version' tells which assay this is."
	    "\n\n%s", out_bold(out), out_plain(out), exit_more);
	return out_close() ? EXIT_ACCEPTED : EXIT_USAGE;
}

int
cmd_help(const struct args *args, const struct out *out)
{
	const char *names[N_ENTRIES];
	const char *near;

	if (args->n_word == 0)
		return help_all(out);
	for (size_t i = 0; i < N_ENTRIES; i++) {
		names[i] = entries[i].name;
		if (strcmp(args->word[0], entries[i].name) == 0)
			return help_command(out, entries[i].id);
	}
	near = near_word(args->word[0], names, N_ENTRIES);
	fprintf(stderr, "assay help: there is no command '%s'%s%s%s\n",
	    args->word[0], near != NULL ? "; did you mean '" : "",
	    near != NULL ? near : "", near != NULL ? "'?" : "");
	return EXIT_USAGE;
}
