/* SPDX-License-Identifier: Apache-2.0 */
/* daemon_alerts.c - the statements about who is told of alerts. */
#include "daemon_make.h"

#include "base/ascii.h"
#include "report/tally.h"
#include "wire/path.h"

/* One that needs no quotes anywhere. */
static void
address(struct making *m, enum conf_key key, struct span *out)
{
	struct span text = conf_text(m->c, key), list = text;
	struct path path;

	*out = SPAN_NONE;
	if (text.len == 0)
		return;
	if (!tally_address(&list, out) || list.len > 0 ||
	    !path_parse(&path, text, m->a) || domain_absent(path.domain))
		making_wrong(m, making_line(m, key), "an address such as "
		    "postmaster@example.org", NULL);
}

static bool
is_local(struct span host)
{
	struct conf_net v4, v6;
	struct assay_addr a;

	if (span_ieq(host, SPAN("localhost")))
		return true;
	return assay_addr_parse(&a, host) == ASSAY_OK &&
	    conf_net(&v4, SPAN("127.0.0.0/8")) &&
	    conf_net(&v6, SPAN("::1/128")) &&
	    (conf_net_has(&v4, &a) || conf_net_has(&v6, &a));
}

/* RFC 3986 3.2 without user information, which does not belong into a file
 * that others read.  NULL, or what is wrong. */
static const char *
read_url(struct daemon_alerts *d, struct span text)
{
	struct span rest = text, at;
	uint64_t port = 0;
	size_t n;

	for (size_t i = 0; i < text.len; i++)
		if (!is_vchar(span_at(text, i)))
			return "a URL is printable ASCII without spaces";
	d->web_tls = span_istarts(text, SPAN("https://"));
	if (!d->web_tls && !span_istarts(text, SPAN("http://")))
		return "a URL such as https://alerts.example.org/assay";
	rest = span_skip(rest, d->web_tls ? 8 : 7);
	at = span_head(rest, span_find(rest, '/'));
	if (span_has(at, '@') || span_has(at, '?') || span_has(at, '#'))
		return "behind :// stands a host, and a port if need be";
	n = span_at(at, 0) == '[' ? span_find(at, ']') + 1 :
	    span_find(at, ':');
	if (n > at.len)
		return "behind :// stands a host, and a port if need be";
	d->web_host = span_head(at, n);
	d->web_port = d->web_tls ? 443 : 80;
	at = span_skip(at, n);
	if (at.len > 0 && (span_at(at, 0) != ':' ||
	    !span_u64(span_skip(at, 1), 65535, &port) || port == 0))
		return "a port is a number from 1 to 65535";
	if (port > 0)
		d->web_port = (uint16_t)port;
	if (span_at(d->web_host, 0) == '[')
		d->web_host = span_slice(d->web_host, 1,
		    d->web_host.len - 1);
	if (d->web_host.len == 0 || d->web_host.len > 250)
		return "behind :// stands a host, and a port if need be";
	return d->web_tls || is_local(d->web_host) ? NULL :
	    "http is for this host alone; https";
}

bool
daemon_tells_web(const struct daemon_conf *d)
{
	return d->own.on && d->alerts.webhook != NULL;
}

void
making_alerts(struct making *m)
{
	struct daemon_alerts *d = &m->d->alerts;
	struct span url = conf_text(m->c, CONF_K_ALERTS_WEBHOOK);
	const char *wrong = NULL;

	address(m, CONF_K_ALERTS_TO, &d->to);
	address(m, CONF_K_ALERTS_FROM, &d->from);
	if (span_absent(d->from))
		d->from = d->to;
	d->key = conf_string(m->c, CONF_K_ALERTS_KEY);
	d->ca = conf_string(m->c, CONF_K_ALERTS_CA);
	d->timeout_ms = (int)conf_number(m->c, CONF_K_ALERTS_TIMEOUT);
	if (url.len == 0)
		return;
	d->webhook = conf_cstr(m->a, url);
	wrong = read_url(d, url);
	if (wrong == NULL && d->key == NULL)
		wrong = "a webhook gets signed words: alerts-key is missing";
	if (wrong != NULL)
		making_wrong(m, making_line(m, CONF_K_ALERTS_WEBHOOK), wrong,
		    NULL);
}
