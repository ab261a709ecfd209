/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever a message holds: what is shown to a person is printable ASCII in
 * lines of the width that was asked for, and what is written for programs
 * is one line of JSON.  The first octet picks the session.
 */
#include <jansson.h>

#include <assay/assay.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WIDTH = 60 };

static const char zone[] =
    "b.example. TXT \"v=spf1 ip4:192.0.2.0/24 exp=e.b.example -all\"\n"
    "e.b.example. TXT \"no %{i} \\027[31m\\200 %{s}\"\n"
    "_dmarc.b.example. TXT \"v=DMARC1; p=reject; \\027=x; rua=mailto:x\"\n"
    "s._domainkey.b.example. TXT \"v=DKIM1; p=\\010\\255AAAA\"\n"
    "1.2.0.192.in-addr.arpa. PTR \\007x.b.example.\n";

struct shown {
	char text[1 << 16];
	size_t len;
	bool full;
};

static struct shown shown;

static bool
keep(void *ctx, struct assay_span bytes)
{
	(void)ctx;
	if (bytes.len > sizeof(shown.text) - shown.len) {
		shown.full = true;
		return true;
	}
	for (size_t i = 0; i < bytes.len; i++)
		shown.text[shown.len++] = (char)bytes.ptr[i];
	return true;
}

static void
begin(void)
{
	shown.len = 0;
	shown.full = false;
}

static void
readable(size_t width)
{
	size_t column = 0;

	for (size_t i = 0; i < shown.len; i++) {
		char c = shown.text[i];

		if (c != '\n' && (c < 0x20 || c > 0x7e))
			__builtin_trap();
		column = c == '\n' ? 0 : column + 1;
		if (column > width)
			__builtin_trap();
	}
}

static void
one_object(void)
{
	json_t *j;

	if (shown.full)
		return;
	for (size_t i = 0; i < shown.len; i++)
		if ((shown.text[i] == '\n') != (i + 1 == shown.len))
			__builtin_trap();
	j = json_loadb(shown.text, shown.len, JSON_REJECT_DUPLICATES |
	    JSON_ALLOW_NUL, NULL);
	if (j == NULL)
		__builtin_trap();
	json_decref(j);
}

static void
show_all(struct assay_eval *ev, const struct assay_verdict *v,
    struct assay_span name)
{
	begin();
	if (assay_explain_write(ev, v, WIDTH, false, keep, NULL) == ASSAY_OK)
		readable(WIDTH);
	begin();
	if (assay_summary_write(ev, v, name, false, WIDTH, false, keep,
	    NULL) == ASSAY_OK)
		readable(WIDTH);
	begin();
	if (assay_summary_write(ev, v, name, true, WIDTH, false, keep,
	    NULL) == ASSAY_OK)
		readable(200);
	for (int c = ASSAY_CHECK_MESSAGE; c <= ASSAY_CHECK_AGE; c++) {
		begin();
		if (assay_check_write(ev, (enum assay_check)c, WIDTH, false,
		    keep, NULL) == ASSAY_OK)
			readable(WIDTH);
	}
	begin();
	if (assay_result_write(ev, v, name, keep, NULL) == ASSAY_OK)
		one_object();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct assay_session s = { .now = 1767355200,
		.helo = assay_cstr("x.b.example"),
		.receiver = assay_cstr("us.example") };
	struct assay_span message = { data, size };
	struct assay_oracle oracle;
	struct assay_eval *ev;
	const struct assay_verdict *v;

	if (size == 0 || assay_oracle_zone(&oracle, assay_cstr(zone), NULL,
	    NULL) != ASSAY_OK)
		return 0;
	message.ptr++;
	message.len--;
	if ((data[0] & 1) != 0)
		s.mail_from = message;
	if ((data[0] & 2) != 0)
		(void)!assay_addr_parse(&s.client, assay_cstr("192.0.2.1"));
	if ((data[0] & 4) != 0)
		s.helo = message;
	if (assay_eval_new(&ev, &s, NULL, NULL, NULL) == ASSAY_OK) {
		if (assay_eval_data(ev, message) == ASSAY_OK &&
		    assay_eval_run(ev, &oracle, 1) == ASSAY_OK &&
		    assay_decide(&v, ev, NULL) == ASSAY_OK)
			show_all(ev, v, message);
		assay_eval_free(ev);
	}
	assay_oracle_free(&oracle);
	return 0;
}
