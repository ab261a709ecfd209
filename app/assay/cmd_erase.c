/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_erase.c - assay erase: nothing is known of a person any more.
 *
 * Of what assayd learned: the request is a file that it does (habits_erase.h),
 * now or at its next start; this waits until it is done.  With --state, of
 * what assay learn or assay eval keep.
 */
#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "accounts_erase.h"
#include "behave_file.h"
#include "habits_erase.h"
#include "store_file.h"
#include "suffix_conf.h"

enum {
	WAIT_MS = 100, WAITS = 300,	/* half a minute                     */
	LISTS = 32 << 20,		/* of public suffixes                */
	OWN = 2,			/* logins that he may have           */
	WHOMS = HABITS_ERASE_MOST - OWN
};

struct whom {
	char text[WHOMS][400];		/* in lower case                     */
	size_t n;			/* the first: the address; lists     */
	char org[400];			/* of the address                    */
};

static bool
lower(char out[400], const char *in)
{
	size_t n = strlen(in);

	for (size_t i = 0; i <= n && n < 400; i++)
		out[i] = in[i] >= 'A' && in[i] <= 'Z' ? (char)(in[i] + 32) :
		    in[i];
	return n > 2 && n < 400 && strchr(in, '@') != NULL &&
	    strchr(in, '@') != in && strrchr(in, '@')[1] != '\0';
}

/* As a message has it: traits.h, .sender and .sender_domain. */
static bool
read_words(struct whom *w, const struct args *args)
{
	struct arena a;
	const struct suffixes *list;
	struct assay_span org;

	if (args->n_word == 0 || args->n_word > WHOMS) {
		fprintf(stderr, "assay erase: whom? an address, and lists "
		    "through which the person writes\n");
		return false;
	}
	for (w->n = 0; w->n < args->n_word; w->n++)
		if (!lower(w->text[w->n], args->word[w->n])) {
			fprintf(stderr, "assay erase: '%s' is no address\n",
			    args->word[w->n]);
			return false;
		}
	arena_init(&a, LISTS);
	if (!suffix_conf_load(&list, args, &a)) {
		arena_free(&a);
		return false;
	}
	org = suffix_org(list, assay_cstr(strrchr(w->text[0], '@') + 1),
	    SUFFIX_PRIVATE);
	snprintf(w->org, sizeof(w->org), "%.*s", (int)org.len,
	    (const char *)org.ptr);
	arena_free(&a);
	return true;
}

/* As who logs in: account_traits(). */
static struct erase_who
as_own(const struct whom *w, bool local, const uint8_t key[HABITS_KEY])
{
	const char *address = w->text[0];
	size_t n = local ? (size_t)(strrchr(address, '@') - address) :
	    strlen(address);
	char text[410];
	uint64_t sender;

	snprintf(text, sizeof(text), "own:%.*s", (int)n, address);
	sender = sample_person(key, assay_cstr(text));
	/* whom others know by his address */
	return (struct erase_who){ .sender = sender,
		.person = (uint32_t)sample_person(key, assay_cstr(address)),
		.domain = sample_domain(key, SPAN("own:")) };
}

static size_t
keys_of(struct erase_who out[HABITS_ERASE_MOST], const struct whom *w,
    const uint8_t key[HABITS_KEY])
{
	struct assay_span who = assay_cstr(w->text[0]);
	uint64_t person = sample_person(key, who);

	for (size_t i = 0; i < w->n; i++)
		out[i] = (struct erase_who){
			.sender = i == 0 ? person : sample_through(key,
			    assay_cstr(w->text[i]), who),
			.person = (uint32_t)person,
			.domain = sample_domain(key, assay_cstr(w->org)) };
	for (size_t i = 0; i < OWN; i++)
		out[w->n + i] = as_own(w, i > 0, key);
	return w->n + OWN;
}

/* ---- a state of learn or eval -------------------------------------------- */

static int
of_state(const struct whom *w, const char *dir)
{
	static struct behave_file f;
	struct erase_who who[HABITS_ERASE_MOST];
	struct erased e = { .known = false };
	int status = EXIT_USAGE;
	size_t n;

	if (!behave_file_open(&f, dir, 0, false)) {
		fprintf(stderr, "assay erase: %s\n", f.why);
	} else if (f.fresh) {
		fprintf(stderr, "assay erase: %s: nothing is kept there\n",
		    dir);
	} else {
		n = keys_of(who, w, f.behave.head->key);
		for (size_t i = 0; i < n; i++)
			behave_erase(&f.behave, &who[i], &e);
		if (!behave_file_save(&f)) {
			fprintf(stderr, "assay erase: %s\n", f.why);
		} else {
			printf("erased: %zu values, %zu times named by "
			    "others, %zu messages\n", e.values, e.named,
			    e.messages);
			status = EXIT_ACCEPTED;
		}
	}
	behave_file_close(&f);
	return out_close() ? status : EXIT_USAGE;
}

/* ---- what assayd knows --------------------------------------------------- */

static int
open_state(const struct args *args)
{
	struct store_file f;
	char path[4200];
	struct assay_span dir;
	int fd = -1;

	if (store_file_find(&f, args)) {
		dir = conf_text(&f.conf, CONF_K_STATE_DIRECTORY);
		snprintf(path, sizeof(path), "%.*s", (int)dir.len,
		    (const char *)dir.ptr);
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			fprintf(stderr, "assay erase: %s: %s\n", path,
			    strerror(errno));
	}
	store_file_free(&f);
	return fd;
}

static int
not_yet(const char *event)
{
	fprintf(stderr, "assay erase: noted, but assayd has not done it yet; "
	    "it tries until it can: see its log for %s\n", event);
	return EXIT_TEMPORARY;
}

static int
not_asked(int i)
{
	if (errno == EEXIST && i < WAITS)
		return EXIT_ACCEPTED;
	fprintf(stderr, "assay erase: %s\n", errno == EEXIST ?
	    "another request waits still" : strerror(errno));
	return errno == EEXIST ? EXIT_TEMPORARY : EXIT_USAGE;
}

/* Nothing of it depends on what assayd has in memory: if nobody writes there,
 * it is done here. */
static int
of_accounts(const struct whom *w, int state)
{
	struct assay_span who = assay_cstr(w->text[0]);
	int status;

	for (int i = 0; !accounts_erase_ask(state, who); i++) {
		status = not_asked(i);
		if (status != EXIT_ACCEPTED)
			return status;
		usleep(WAIT_MS * 1000);
	}
	for (int i = 0; i < WAITS && accounts_erase_waits(state); i++) {
		if (accounts_erase_alone(state, time(NULL)) > 0)
			break;
		usleep(WAIT_MS * 1000);
	}
	return accounts_erase_waits(state) ? not_yet("own-accounts-stuck") :
	    EXIT_ACCEPTED;
}

static int
waited(int dir)
{
	for (int i = 0; i < WAITS && habits_erase_waits(dir); i++) {
		if (!habits_in_use(dir)) {
			printf("noted: assayd does not run, and erases it "
			    "when it starts, before it looks\n");
			return EXIT_ACCEPTED;
		}
		usleep(WAIT_MS * 1000);
	}
	if (habits_erase_waits(dir))
		return not_yet("behaviour-stuck");
	printf("erased\n");
	return EXIT_ACCEPTED;
}

static int
of_behaviour(const struct whom *w, int dir)
{
	struct erase_who who[HABITS_ERASE_MOST];
	uint8_t key[HABITS_KEY];
	int status;
	size_t n;

	if (!habits_dir_key(dir, key)) {
		fprintf(stderr, "assay erase: nothing is kept there that "
		    "this user may read\n");
		return EXIT_USAGE;
	}
	n = keys_of(who, w, key);
	for (int i = 0; !habits_erase_ask(dir, who, n); i++) {
		status = not_asked(i);
		if (status != EXIT_ACCEPTED)
			return status;
		usleep(WAIT_MS * 1000);
	}
	return waited(dir);
}

static int
of_assayd(const struct whom *w, int state)
{
	int dir = openat(state, "behaviour", O_RDONLY | O_DIRECTORY |
	    O_CLOEXEC);
	bool accounts = accounts_kept(state);
	int status = EXIT_ACCEPTED;

	if (dir < 0 && !(accounts && errno == ENOENT)) {
		fprintf(stderr, "assay erase: behaviour: %s\n",
		    strerror(errno));
		return EXIT_USAGE;
	}
	if (accounts)
		status = of_accounts(w, state);
	if (status == EXIT_ACCEPTED && dir >= 0)
		status = of_behaviour(w, dir);
	else if (status == EXIT_ACCEPTED)
		printf("erased\n");
	if (dir >= 0)
		close(dir);
	return status;
}

int
cmd_erase(const struct args *args, const struct out *out)
{
	static struct whom w;
	int state, status;

	(void)out;
	if (!read_words(&w, args))
		return EXIT_USAGE;
	if (args->given[F_STATE])
		return of_state(&w, args->value[F_STATE]);
	state = open_state(args);
	if (state < 0)
		return EXIT_USAGE;
	status = of_assayd(&w, state);
	close(state);
	return out_close() ? status : EXIT_USAGE;
}
