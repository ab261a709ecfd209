/* SPDX-License-Identifier: Apache-2.0 */
/*
 * status_draw.c - the picture of a running assayd, 80 columns wide: mail,
 * latencies, checks, DNS, records, processes.
 */
#include "status.h"

#include <jansson.h>
#include <string.h>
#include <time.h>

struct draw {
	struct text *t;
	const struct out *out;
	const json_t *now, *before;
	double seconds;			/* between the two; 0: only one */
};

static uint64_t
counter(const struct draw *d, const char *name, const char *label)
{
	return status_number(d->now, "counters", name, label);
}

static uint64_t
gauge(const struct draw *d, const char *name)
{
	return status_number(d->now, "gauges", name, NULL);
}

/* A counter with labels: all of them. */
static uint64_t
total(const json_t *v, const char *name)
{
	const json_t *row = json_object_get(json_object_get(v, "counters"),
	    name);
	const char *key;
	json_t *n;
	uint64_t sum = 0;

	json_object_foreach((json_t *)(uintptr_t)row, key, n)
		sum += (uint64_t)json_integer_value(n);
	return sum;
}

/* ---- words ------------------------------------------------------------- */

static const char *
micros(char room[32], uint64_t us)
{
	if (us < 1000)
		snprintf(room, 32, "%llu us", (unsigned long long)us);
	else if (us < 1000000)
		snprintf(room, 32, "%.*f ms", us < 100000,
		    (double)us / 1000);
	else
		snprintf(room, 32, "%.*f s ", us < 100000000,
		    (double)us / 1000000);
	return room;
}

static const char *
octets(char room[32], uint64_t n)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB",
	    "TiB" };
	double v = (double)n;
	unsigned u = 0;

	while (v >= 1024 && u < 4) {
		v /= 1024;
		u++;
	}
	snprintf(room, 32, "%.*f %s", u > 0 && v < 100, v, units[u]);
	return room;
}

static const char *
duration(char room[32], int64_t s)
{
	if (s >= 86400)
		snprintf(room, 32, "%lld d %02lld:%02lld", (long long)s /
		    86400, (long long)s / 3600 % 24, (long long)s / 60 % 60);
	else
		snprintf(room, 32, "%lld:%02lld:%02lld", (long long)s / 3600,
		    (long long)s / 60 % 60, (long long)s % 60);
	return room;
}

static void
title(const struct draw *d, const char *words)
{
	text_printf(d->t, "\n%s%s%s", out_bold(d->out), words,
	    out_plain(d->out));
}

/* ---- the head ---------------------------------------------------------- */

static void
head(const struct draw *d)
{
	int64_t now = (int64_t)status_number(d->now, "time", NULL, NULL);
	int64_t began = now;
	const json_t *p = json_array_get(json_object_get(d->now, "processes"),
	    0);
	bool ready = json_is_true(json_object_get(d->now, "ready"));
	char room[32];

	if (p != NULL)		/* the parent */
		began = (int64_t)status_number(p, "started", NULL, NULL);
	text_printf(d->t, "%sassayd ", out_bold(d->out));
	status_safe(d->t, d->now, "version");
	text_printf(d->t, "%s  ", out_plain(d->out));
	status_safe(d->t, d->now, "authserv_id");
	text_printf(d->t, "   %s%s%s   up %s   %sZ\n",
	    ready ? out_of_disposition(d->out, ASSAY_ACCEPT) :
	    out_of_disposition(d->out, ASSAY_REJECT),
	    ready ? "ready" : "NOT READY", out_plain(d->out),
	    duration(room, now - began), status_time((char[32]){ 0 }, now));
	if (json_object_get(d->now, "test_clock_s") != NULL)
		text_str(d->t, "A TEST MOVES THE TIME (--test-clock).\n");
	if (strcmp(json_string_value(json_object_get(d->now, "walls")) != NULL
	    ? json_string_value(json_object_get(d->now, "walls")) : "",
	    "log") == 0)
		text_str(d->t, "THE WALLS ONLY LOG: this build is for "
		    "tests.\n");
}

/* ---- mail -------------------------------------------------------------- */

static void
dispositions(const struct draw *d, const char *name, const char *words)
{
	char room[32];

	text_printf(d->t, "  %-12s %11s ", words, status_count(room,
	    total(d->now, name)));
	for (int i = ASSAY_ACCEPT; i <= ASSAY_STRIP; i++) {
		enum assay_disposition act = (enum assay_disposition)i;
		const char *label = assay_disposition_name(act);
		uint64_t n = counter(d, name, label);

		if (n == 0 && act > ASSAY_DEFER)	/* a policy may not
							 * have them        */
			continue;
		text_printf(d->t, " %s%s %s%s", n == 0 ? out_dim(d->out) :
		    out_of_disposition(d->out, act), label,
		    status_count(room, n), out_plain(d->out));
	}
	text_str(d->t, "\n");
}

static void
mail(const struct draw *d)
{
	char a[32], b[32];

	title(d, "Mail");
	if (d->seconds > 0)
		text_printf(d->t, "%52s%.1f messages/s", "",
		    (double)(total(d->now, "messages") - total(d->before,
		    "messages")) / d->seconds);
	text_str(d->t, "\n");
	dispositions(d, "messages", "messages");
	if (total(d->now, "observed") > 0)
		dispositions(d, "observed", "observed");
	text_printf(d->t, "  %-12s %11s  open %s, in flight %llu\n",
	    "sessions", status_count(a, counter(d, "sessions", NULL)),
	    status_count(b, gauge(d, "sessions_open")),
	    (unsigned long long)gauge(d, "messages_in_flight"));
	text_printf(d->t, "  %-12s %11s  judged again %llu; cut: protocol "
	    "%llu, time %llu, limit %llu\n", "when-broken",
	    status_count(a, counter(d, "when_broken", NULL)),
	    (unsigned long long)counter(d, "jobs_retried", NULL),
	    (unsigned long long)counter(d, "session_faults", "protocol"),
	    (unsigned long long)counter(d, "session_faults", "timeout"),
	    (unsigned long long)counter(d, "session_faults", "limit"));
}

static void
behaviour(const struct draw *d)
{
	char a[32], b[32], c[32];

	if (gauge(d, "behaviour_senders") == 0 &&
	    counter(d, "behaviour_scored", NULL) == 0)
		return;
	text_printf(d->t, "  %-12s %11s  alerts %llu, learned %s, pending "
	    "%llu, senders %s\n", "behaviour",
	    status_count(a, counter(d, "behaviour_scored", NULL)),
	    (unsigned long long)counter(d, "behaviour_alerts", NULL),
	    status_count(b, counter(d, "behaviour_learned", NULL)),
	    (unsigned long long)gauge(d, "behaviour_pending"),
	    status_count(c, gauge(d, "behaviour_senders")));
	if (counter(d, "behaviour_called_good", NULL) +
	    counter(d, "behaviour_called_bad", NULL) > 0)
		text_printf(d->t, "  %-12s %11s  people said good %llu, bad "
		    "%llu\n", "", "", (unsigned long long)counter(d,
		    "behaviour_called_good", NULL), (unsigned long long)
		    counter(d, "behaviour_called_bad", NULL));
	if (gauge(d, "behaviour_observe_days") > 0)
		text_printf(d->t, "  %-12s %11s  observed only, for %llu more "
		    "days\n", "", "", (unsigned long long)gauge(d,
		    "behaviour_observe_days"));
}

/* What would have been done, of all dispositions. */
static uint64_t
would(const struct draw *d, struct text *list)
{
	static const enum assay_disposition all[] = { ASSAY_TAG,
		ASSAY_DEFER_ONCE, ASSAY_STRIP, ASSAY_HOLD, ASSAY_QUARANTINE,
		ASSAY_DEFER, ASSAY_REJECT };
	uint64_t sum = 0;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		const char *name = assay_disposition_name(all[i]);
		uint64_t n = counter(d, "would", name);

		if (n > 0)
			text_printf(list, "%s%s %llu", sum > 0 ? ", " : "",
			    name, (unsigned long long)n);
		sum += n;
	}
	return sum;
}

static void
first_days(const struct draw *d)
{
	uint64_t until = gauge(d, "ladder_observe_until");
	time_t at = (time_t)until;
	struct text list = { .ptr = NULL };
	char a[32], day[40] = "?";
	uint64_t n = would(d, &list);
	struct tm tm;

	if (until > 0 && gmtime_r(&at, &tm) != NULL && tm.tm_year < 8099)
		(void)strftime(day, sizeof(day), "%Y-%m-%d %H:%M UTC", &tm);
	if (until > 0)
		text_printf(d->t, "  %-12s %11s  would have acted on "
		    "suspicion; observed only until %s\n", "first days",
		    status_count(a, n), day);
	if (n > 0)
		text_printf(d->t, "  %-12s %11s  %s\n", until > 0 ? "" :
		    "would have", until > 0 ? "" : status_count(a, n),
		    list.ptr);
	text_free(&list);
}

static void
partners(const struct draw *d)
{
	if (gauge(d, "partners_domains") + gauge(d, "partners_people") +
	    gauge(d, "partners_forwarders") == 0)
		return;
	text_printf(d->t, "  %-12s %11s  domains %llu, people %llu, forwarders "
	    "%llu\n", "partners", "", (unsigned long long)gauge(d,
	    "partners_domains"), (unsigned long long)gauge(d,
	    "partners_people"), (unsigned long long)gauge(d,
	    "partners_forwarders"));
}

static void
own_accounts(const struct draw *d)
{
	char a[32], b[32];

	if (gauge(d, "own_accounts") == 0 &&
	    counter(d, "own_scored", NULL) == 0)
		return;
	partners(d);
	text_printf(d->t, "  %-12s %11s  accounts %s, unlike themselves %llu, "
	    "over rate %llu, told %llu\n", "own accounts",
	    status_count(a, counter(d, "own_scored", NULL)),
	    status_count(b, gauge(d, "own_accounts")),
	    (unsigned long long)counter(d, "own_unlike", NULL),
	    (unsigned long long)counter(d, "own_over_rate", NULL),
	    (unsigned long long)counter(d, "own_episodes", NULL));
	if (gauge(d, "own_observe_days") > 0)
		text_printf(d->t, "  %-12s %11s  observed only, for %llu more "
		    "days\n", "", "", (unsigned long long)gauge(d,
		    "own_observe_days"));
}

/* ---- latency ----------------------------------------------------------- */

/* dns_wait is "dns wait". */
static const char *
spaced(char room[32], const char *name)
{
	size_t i;

	for (i = 0; i < 31 && name[i] != '\0'; i++)
		room[i] = name[i] == '_' ? ' ' : name[i];
	room[i] = '\0';
	return room;
}

static void
latency(const struct draw *d)
{
	const json_t *times = json_object_get(d->now, "times");
	static const char *const quantiles[] = { "p50_us", "p90_us",
	    "p99_us", "p999_us" };
	const char *key;
	json_t *v;
	char room[32], name[32];

	title(d, "Latency");
	text_printf(d->t, "%s%16s%10s%10s%10s%10s%s\n", out_dim(d->out),
	    "count", "p50", "p90", "p99", "p99.9", out_plain(d->out));
	json_object_foreach((json_t *)(uintptr_t)times, key, v) {
		uint64_t n = status_number(v, "count", NULL, NULL);

		if (n == 0 && strcmp(key, "message") != 0)
			continue;
		text_printf(d->t, "  %-12s%9s", spaced(name, key),
		    status_count(room, n));
		for (int i = 0; i < 4; i++)
			text_printf(d->t, "%10s", n == 0 ? "-" : micros(room,
			    status_number(v, quantiles[i], NULL, NULL)));
		text_str(d->t, "\n");
	}
}

/* ---- checks ------------------------------------------------------------ */

static void
checks(const struct draw *d)
{
	static const char *const names[] = { "spf", "dkim", "arc", "dmarc",
	    "iprev" };
	static const char *const words[] = { "pass", "fail", "softfail",
	    "neutral", "none", "temperror", "permerror", "policy" };
	static const int wide[] = { 9, 9, 9, 9, 9, 10, 10, 7 };
	char room[32];

	title(d, "Checks");
	text_str(d->t, out_dim(d->out));
	for (int i = 0; i < 8; i++)
		text_printf(d->t, "%*s", i == 0 ? 11 : wide[i], words[i]);
	text_printf(d->t, "%s\n", out_plain(d->out));
	for (int k = 0; k < 5; k++) {
		text_printf(d->t, "  %-6s", names[k]);
		for (int i = 0; i < 8; i++) {
			uint64_t n = status_number(json_object_get(d->now,
			    "counters"), "results", names[k], words[i]);

			text_printf(d->t, "%s%*s%s", n == 0 ?
			    out_dim(d->out) : "", wide[i], n == 0 ?
			    "." : status_count(room, n), out_plain(d->out));
		}
		text_str(d->t, "\n");
	}
}

/* ---- DNS, records, signatures ------------------------------------------ */

static void
dns(const struct draw *d)
{
	uint64_t warm = counter(d, "questions_warm", NULL);
	uint64_t cold = counter(d, "questions_cold", NULL);
	char a[32], b[32];

	title(d, "DNS");
	text_printf(d->t, "      %s answers kept (%s), %llu being asked, "
	    "%llu dropped for room\n", status_count(a, gauge(d,
	    "dns_cache_entries")), octets(b, gauge(d, "dns_cache_bytes")),
	    (unsigned long long)gauge(d, "dns_pending"),
	    (unsigned long long)counter(d, "dns_cache_evicted", NULL));
	text_printf(d->t, "  questions %s known at once: %.1f %%; asked: "
	    "data %llu, none %llu, failed %llu, bogus %llu\n",
	    status_count(a, warm + cold), warm + cold == 0 ? 0.0 :
	    100.0 * (double)warm / (double)(warm + cold),
	    (unsigned long long)counter(d, "dns_answers", "data"),
	    (unsigned long long)(counter(d, "dns_answers", "nodata") +
	    counter(d, "dns_answers", "nxdomain")),
	    (unsigned long long)counter(d, "dns_answers", "tempfail"),
	    (unsigned long long)counter(d, "dns_answers", "bogus"));
}

static void
records(const struct draw *d)
{
	uint64_t size = gauge(d, "spool_size_bytes");
	uint64_t used = gauge(d, "spool_bytes");
	uint64_t lost = counter(d, "records_dropped", NULL);
	char a[32], b[32], c[32];

	title(d, "Records");
	text_printf(d->t, "  %s written, spool %s of %s, %s%llu lost%s, disk "
	    "free %s\n", status_count(a, counter(d, "records_written", NULL)),
	    octets(b, used), octets((char[32]){ 0 }, size), lost > 0 ?
	    out_of_disposition(d->out, ASSAY_REJECT) : "",
	    (unsigned long long)lost, lost > 0 ? out_plain(d->out) : "",
	    octets(c, gauge(d, "disk_free_bytes")));
	if (gauge(d, "signing_keys") == 0)
		return;
	title(d, "Signatures");
	text_printf(d->t, "  rsa %s, ed25519 %s, refused %llu, keys %llu\n",
	    status_count(a, counter(d, "signatures_made", "rsa-sha256")),
	    status_count(b, counter(d, "signatures_made",
	    "ed25519-sha256")),
	    (unsigned long long)total(d->now, "signatures_refused"),
	    (unsigned long long)gauge(d, "signing_keys"));
}

/* ---- processes --------------------------------------------------------- */

static void
processes(const struct draw *d)
{
	const json_t *all = json_object_get(d->now, "processes");
	uint64_t now = status_number(d->now, "time", NULL, NULL);
	char name[40], a[32], b[32], c[32];
	size_t i;
	json_t *p;

	title(d, "Processes");
	text_printf(d->t, "%s      pid        up   cpu time    memory  "
	    "starts of the role%s\n", out_dim(d->out), out_plain(d->out));
	json_array_foreach((json_t *)(uintptr_t)all, i, p) {
		const char *role = json_string_value(json_object_get(p,
		    "role"));
		uint64_t pid = status_number(p, "pid", NULL, NULL);
		uint64_t cpu = status_number(p, "cpu_us", NULL, NULL);
		uint64_t began = status_number(p, "started", NULL, NULL);

		snprintf(name, sizeof(name), "%s.%u", role != NULL ? role :
		    "?", (unsigned)status_number(p, "index", NULL, NULL));
		text_printf(d->t, "  %-11s%6llu%10s%11s%10s", name,
		    (unsigned long long)pid, duration(a, (int64_t)(now -
		    began)), micros(b, cpu), octets(c, status_number(p,
		    "memory_bytes", NULL, NULL)));
		/* counted for all processes of a role together */
		if (status_number(p, "index", NULL, NULL) == 0)
			text_printf(d->t, "%8llu", (unsigned long long)
			    counter(d, "role_starts", role != NULL ? role :
			    "?"));
		text_str(d->t, "\n");
	}
}

void
status_draw(struct text *t, const struct out *out,
    const struct json_t *now, const struct json_t *before)
{
	struct draw d = { .t = t, .out = out, .now = now, .before = before };

	if (before != NULL)
		d.seconds = (double)(status_number(now, "time_us", NULL,
		    NULL) - status_number(before, "time_us", NULL, NULL)) /
		    1e6;
	head(&d);
	mail(&d);
	first_days(&d);
	behaviour(&d);
	own_accounts(&d);
	latency(&d);
	checks(&d);
	dns(&d);
	records(&d);
	processes(&d);
}
