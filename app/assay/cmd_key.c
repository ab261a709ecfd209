/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_key.c - assay key new | record | check: keys that sign, and what of
 * them the world must find in DNS.
 *
 * The private key goes into a file of mode 0600 that was not there before;
 * what is printed is public.
 */
#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/limits.h"
#include "key_file.h"
#include "near.h"
#include "settings.h"
#include "wire/domain.h"

enum { STRING_MAX = 255 };	/* octets of a character-string, RFC 1035 */

/* A key by its name in DNS. */
struct named {
	struct domain selector, domain;
	struct arena arena;
	struct assay_key *key;		/* or NULL */
	const char *file;		/* or NULL */
};

static int
usage(const char *what, const char *word)
{
	fprintf(stderr, "assay key: %s%s%s%s\n'assay key --help' shows how\n",
	    what, word == NULL ? "" : " '", word == NULL ? "" : word,
	    word == NULL ? "" : "'");
	return EXIT_USAGE;
}

/* SELECTOR DOMAIN: what stands in s= and d= of a signature. */
static bool
take_names(struct named *k, const char *selector, const char *domain)
{
	arena_init(&k->arena, LIMIT_HOME_MEMORY);
	if (!domain_parse(&k->selector, assay_cstr(selector), false,
	    &k->arena)) {
		usage("this is no selector, which is a part of a domain "
		    "name:", selector);
		return false;
	}
	if (!domain_parse(&k->domain, assay_cstr(domain), true, &k->arena) ||
	    domain_labels(k->domain) < 2) {
		usage("this is no domain name:", domain);
		return false;
	}
	/* RFC 6376 3.6.2.1 */
	if (k->selector.name.len + k->domain.name.len +
	    strlen("._domainkey.") > LIMIT_NAME) {
		usage("with this selector the name of the record is too "
		    "long for DNS:", selector);
		return false;
	}
	return true;
}

static void
named_free(struct named *k)
{
	assay_key_free(k->key);
	arena_free(&k->arena);
}

/* ---- files --------------------------------------------------------------- */

static bool
file_wrong(const char *path, const char *why)
{
	fprintf(stderr, "assay key: %s: %s\n", path, why);
	return false;
}

/* careful: what others may do with the file counts as well. */
static bool
read_key(struct named *k, const char *path, bool careful)
{
	ROOM(room, LIMIT_KEY_FILE);
	struct buf b = BUF_ON(room);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	const char *why = NULL;
	bool ok = fd >= 0;

	if (!ok)
		file_wrong(path, strerror(errno));
	else if (careful && !key_file_safe(fd, &why))
		ok = file_wrong(path, why);
	else if (!key_file_read(fd, &b))
		ok = file_wrong(path, "it cannot be read, or is too large");
	else if (assay_key_read(&k->key, buf_span(&b), &why) != ASSAY_OK)
		ok = file_wrong(path, why == NULL ? "no memory" : why);
	explicit_bzero(room, sizeof(room));
	if (fd >= 0)
		close(fd);
	k->file = path;
	return ok;
}

static bool
write_key(const struct named *k, const char *path)
{
	char text[ASSAY_KEY_TEXT_MAX];
	size_t n = sizeof(text);
	bool ok = assay_key_write(k->key, text, &n);

	errno = ENOMEM;
	ok = ok && key_file_write(path, (struct assay_span){
	    (const uint8_t *)text, n }, false);
	explicit_bzero(text, sizeof(text));
	if (ok)
		return true;
	return file_wrong(path, errno == EEXIST ? "it is there already; a "
	    "key in use must not be lost, so move it away first" :
	    strerror(errno));
}

/* ---- the record, in ready forms ------------------------------------------ */

static const char *
algorithm(const struct assay_key *key)
{
	return assay_key_algorithm(key) == ASSAY_RSA_SHA256 ? "rsa" :
	    "ed25519";
}

static void
put_name(struct text *t, const struct named *k)
{
	text_put(t, k->selector.name.ptr, k->selector.name.len);
	text_str(t, "._domainkey.");
	text_put(t, k->domain.name.ptr, k->domain.name.len);
}

/* RFC 1035 3.3.14: character-strings of at most 255 octets; readers join
 * them (RFC 6376 3.6.2.2).  Base64 and tags need no escape. */
static void
put_strings(struct text *t, const char *record, size_t n)
{
	for (size_t at = 0; at < n; at += STRING_MAX) {
		size_t len = n - at < STRING_MAX ? n - at : STRING_MAX;

		text_str(t, " \"");
		text_put(t, record + at, len);
		text_str(t, "\"");
	}
}

static void
put_forms(struct text *t, const struct named *k, const struct out *out)
{
	const char *bold = out_bold(out), *plain = out_plain(out);
	char record[ASSAY_KEY_TEXT_MAX];
	size_t n = sizeof(record);

	if (!assay_key_record(k->key, record, &n))
		return;
	text_printf(t, "%sIn a zone file%s\n", bold, plain);
	put_name(t, k);
	text_str(t, ". 3600 IN TXT");
	put_strings(t, record, n);
	text_printf(t, "\n\n%sIn a web form%s (a TXT record; the name may be "
	    "wanted without the domain)\n", bold, plain);
	put_name(t, k);
	text_str(t, "\n");
	text_put(t, record, n);
	text_printf(t, "\n\n%sFor nsupdate%s\nupdate add ", bold, plain);
	put_name(t, k);
	text_str(t, ". 3600 IN TXT");
	put_strings(t, record, n);
	text_str(t, "\nsend\n");
}

/* Of assay.conf(5), which wants the whole path. */
static void
put_next(struct text *t, const struct named *k, const struct out *out)
{
	char *whole = realpath(k->file, NULL);
	const char *file = whole == NULL ? k->file : whole;

	text_printf(t, "\n%sIn assay.conf%s\ndomain \"%.*s\" {\n\tsign %s "
	    "%.*s %s\n}\n\nassayd does not use the key before the record is "
	    "in DNS. To see whether it is:\nassay key check %.*s %.*s %s\n",
	    out_bold(out), out_plain(out), (int)k->domain.name.len,
	    (const char *)k->domain.name.ptr, algorithm(k->key),
	    (int)k->selector.name.len, (const char *)k->selector.name.ptr,
	    file, (int)k->selector.name.len,
	    (const char *)k->selector.name.ptr, (int)k->domain.name.len,
	    (const char *)k->domain.name.ptr, k->file);
	free(whole);
}

/* ---- new ----------------------------------------------------------------- */

static const struct {
	const char *name;
	enum assay_algorithm algorithm;
	unsigned bits;
} kinds[] = {
	{ "rsa", ASSAY_RSA_SHA256, 2048 },
	{ "rsa3072", ASSAY_RSA_SHA256, 3072 },
	{ "rsa4096", ASSAY_RSA_SHA256, 4096 },
	{ "ed25519", ASSAY_ED25519_SHA256, 0 },
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static int
unknown_kind(const char *word)
{
	const char *names[KINDS], *near;

	for (size_t i = 0; i < KINDS; i++)
		names[i] = kinds[i].name;
	near = near_word(word, names, KINDS);
	fprintf(stderr, "assay key new: a key is rsa, rsa3072, rsa4096 or "
	    "ed25519%s%s%s\n", near == NULL ? "" : "; did you mean '",
	    near == NULL ? "" : near, near == NULL ? "" : "'?");
	return EXIT_USAGE;
}

static int
key_new(const struct args *args, const struct out *out)
{
	struct named k = { .key = NULL };
	struct text t = { .ptr = NULL };
	size_t i = 0;
	bool ok;

	if (args->n_word != 5)
		return usage("new ALGORITHM SELECTOR DOMAIN FILE", NULL);
	while (i < KINDS && strcmp(kinds[i].name, args->word[1]) != 0)
		i++;
	if (i == KINDS)
		return unknown_kind(args->word[1]);
	ok = take_names(&k, args->word[2], args->word[3]) &&
	    assay_key_new(&k.key, kinds[i].algorithm, kinds[i].bits) ==
	    ASSAY_OK && write_key(&k, args->word[4]);
	if (ok) {
		k.file = args->word[4];
		text_printf(&t, "The private key is in %s and nowhere else.\n"
		    "\n", k.file);
		put_forms(&t, &k, out);
		put_next(&t, &k, out);
		ok = out_text(&t);
	}
	text_free(&t);
	named_free(&k);
	return ok ? EXIT_ACCEPTED : EXIT_USAGE;
}

/* ---- record -------------------------------------------------------------- */

static int
key_record(const struct args *args, const struct out *out)
{
	struct named k = { .key = NULL };
	struct text t = { .ptr = NULL };
	bool ok;

	if (args->n_word != 4)
		return usage("record SELECTOR DOMAIN FILE", NULL);
	ok = take_names(&k, args->word[1], args->word[2]) &&
	    read_key(&k, args->word[3], false);
	if (ok) {
		put_forms(&t, &k, out);
		ok = out_text(&t);
	}
	text_free(&t);
	named_free(&k);
	return ok ? EXIT_ACCEPTED : EXIT_USAGE;
}

/* ---- check --------------------------------------------------------------- */

/* What was found, worst counts. */
struct finding_list {
	struct text text;
	const struct out *out;
	bool bad;
};

static void
say(struct finding_list *f, const char *word, const char *what)
{
	text_printf(&f->text, "%s%-5s%s ", out_bold(f->out), word,
	    out_plain(f->out));
	text_wrap(&f->text, what, 6, 79);
	if (strcmp(word, "bad") == 0)
		f->bad = true;
}

static enum assay_status
ask(const struct settings *s, struct text *name, struct assay_oracle *o,
    struct assay_answer *a)
{
	struct assay_question q = { .kind = ASSAY_Q_DNS,
		.type = ASSAY_T_TXT, .key = { (const uint8_t *)name->ptr,
		name->len } };
	enum assay_status st = s->live ?
	    assay_oracle_resolver(o, &s->resolver) :
	    assay_oracle_zone(o, (struct assay_span){
	    (const uint8_t *)s->zone.ptr, s->zone.len }, NULL, NULL);

	if (st != ASSAY_OK)
		return st;
	if (o->start != NULL)
		o->start(o->self);
	if (o->begin != NULL)
		o->begin(o->self, &q);
	return o->ask(o->self, &q, a);
}

/* Is the file kept as the signer wants it? */
static void
judge_file(struct finding_list *f, const struct named *k)
{
	int fd = open(k->file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	const char *why = "it cannot be opened";

	if (fd >= 0 && key_file_safe(fd, &why))
		say(f, "good", "the file of the private key is its owner's "
		    "alone");
	else
		say(f, "bad", why);
	if (fd >= 0)
		close(fd);
}

static void
judge_size(struct finding_list *f, const struct assay_key_report *r)
{
	char line[120];

	if (r->algorithm == ASSAY_ED25519_SHA256) {
		say(f, "good", "Ed25519 (RFC 8463); some verifiers do not "
		    "know it, so sign by an RSA key as well");
		return;
	}
	snprintf(line, sizeof(line), "RSA with %u bits%s", r->bits,
	    r->bits >= 2048 ? "" : ": RFC 8301 wants at least 2048, some "
	    "verifiers take no less");
	say(f, r->bits >= 2048 ? "good" : "weak", line);
}

static void
judge_record(struct finding_list *f, const struct named *k,
    struct assay_span record)
{
	struct assay_key_report r;
	const struct assay_reason_text *why;

	if (assay_key_judge(&r, record, k->key) != ASSAY_OK) {
		say(f, "bad", "no memory to look at the record");
		return;
	}
	if (r.flaw != ASSAY_R_NONE) {
		why = assay_reason_text(r.flaw);
		say(f, "bad", why == NULL ? "the record is of no use" :
		    why->sentence);
		return;
	}
	judge_size(f, &r);
	if (!r.sha256)
		say(f, "bad", "h= leaves out sha256, and nothing else may be "
		    "signed with (RFC 8301 3.1)");
	if (r.testing)
		say(f, "weak", "t=y: the domain is testing, so verifiers may "
		    "treat its mail as unsigned (RFC 6376 3.6.1)");
	if (r.strict)
		say(f, "note", "t=s: subdomains may not be in i= (RFC 6376 "
		    "3.6.1)");
	if (k->key != NULL)
		say(f, r.matches ? "good" : "bad", r.matches ? "it is the "
		    "public part of the private key" : "it is not the public "
		    "part of the private key: what is signed with that fails "
		    "everywhere");
}

static int
judge(struct finding_list *f, const struct named *k,
    const struct assay_answer *a)
{
	switch (a->kind) {
	case ASSAY_A_TEMPFAIL:
	case ASSAY_A_UNKNOWN:
		say(f, "bad", "DNS does not answer just now; try again");
		return EXIT_TEMPORARY;
	case ASSAY_A_BOGUS:
		say(f, "bad", "DNSSEC says that the answer is forged: nobody "
		    "who validates will use it");
		return EXIT_NOT_ACCEPTED;
	case ASSAY_A_NODATA:
	case ASSAY_A_NXDOMAIN:
		say(f, "bad", "there is no such record; after it was put in, "
		    "name servers may take as long to know as the zone's SOA "
		    "says for what is missing");
		return EXIT_NOT_ACCEPTED;
	case ASSAY_A_DATA:
		break;
	}
	if (a->n_item > 1)
		say(f, "bad", "there are several records; which one a "
		    "verifier takes is not defined (RFC 6376 3.6.2.2)");
	for (size_t i = 0; i < a->n_item; i++)
		judge_record(f, k, a->item[i]);
	if (a->secure)
		say(f, "good", "the answer is signed (DNSSEC)");
	return f->bad ? EXIT_NOT_ACCEPTED : EXIT_ACCEPTED;
}

static int
check_named(const struct args *args, const struct out *out, struct named *k)
{
	struct finding_list f = { .out = out };
	struct settings settings = { .live = false };
	struct assay_oracle oracle = { .self = NULL };
	struct assay_answer a = { .ttl = 0 };
	struct text name = { .ptr = NULL };
	int status = EXIT_USAGE;

	put_name(&name, k);
	if (settings_make(&settings, args) && !name.failed &&
	    ask(&settings, &name, &oracle, &a) == ASSAY_OK) {
		text_printf(&f.text, "%.*s\n", (int)name.len, name.ptr);
		if (k->file != NULL)
			judge_file(&f, k);
		status = judge(&f, k, &a);
		if (!out_text(&f.text))
			status = EXIT_USAGE;
	}
	assay_oracle_free(&oracle);
	settings_free(&settings);
	text_free(&name);
	text_free(&f.text);
	return status;
}

static int
key_check(const struct args *args, const struct out *out)
{
	struct named k = { .key = NULL };
	int status = EXIT_USAGE;

	if (args->n_word != 3 && args->n_word != 4)
		return usage("check SELECTOR DOMAIN [FILE]", NULL);
	if (take_names(&k, args->word[1], args->word[2])) {
		if (args->n_word == 3)
			status = check_named(args, out, &k);
		else
			status = read_key(&k, args->word[3], false) ?
			    check_named(args, out, &k) : EXIT_UNREADABLE;
	}
	named_free(&k);
	return status;
}

int
cmd_key(const struct args *args, const struct out *out)
{
	static const char *const verbs[] = { "new", "record", "check" };
	static int (*const run[])(const struct args *, const struct out *) =
	    { key_new, key_record, key_check };
	const char *verb = args->n_word > 0 ? args->word[0] : "", *near;
	int status;

	for (size_t i = 0; i < 3; i++) {
		if (strcmp(verb, verbs[i]) != 0)
			continue;
		status = run[i](args, out);
		return out_close() ? status : EXIT_USAGE;
	}
	near = *verb == '\0' ? NULL : near_word(verb, verbs, 3);
	fprintf(stderr, "assay key: what? new, record or check%s%s%s\n",
	    near == NULL ? "" : "; did you mean '", near == NULL ? "" : near,
	    near == NULL ? "" : "'?");
	return EXIT_USAGE;
}
