/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_words.c - the words for the numbers of columns, as functions of
 * SQL: assay_addr(), assay_action(), assay_aligned(), assay_trust(),
 * assay_aside().
 */
#include "sqlite_inner.h"

#include "wire/addr.h"

static void
give(sqlite3_context *c, const char *word)
{
	if (word == NULL)
		sqlite3_result_null(c);
	else
		sqlite3_result_text(c, word, -1, SQLITE_STATIC);
}

static void
word_addr(sqlite3_context *c, int n, sqlite3_value **v)
{
	ROOM(room, ADDR_TEXT);
	struct buf b = BUF_ON(room);
	struct assay_addr a;
	const void *p = sqlite3_value_blob(v[0]);

	(void)n;
	if (p == NULL || !addr_of(&a, (struct span){ p,
	    (size_t)sqlite3_value_bytes(v[0]) })) {
		sqlite3_result_null(c);
		return;
	}
	addr_print(&b, &a);
	sqlite3_result_text(c, (const char *)room, (int)b.len,
	    SQLITE_TRANSIENT);
}

static void
word_of(sqlite3_context *c, sqlite3_value **v, const char *const *word,
    int words)
{
	int i = sqlite3_value_int(v[0]);

	give(c, i >= 0 && i < words ? word[i] : NULL);
}

const char *
store_action_name(enum aggregate_action a)
{
	static const char *const name[] = { NULL, "none", "pass",
		"quarantine", "reject", "other" };

	return (size_t)a < sizeof(name) / sizeof(*name) ? name[a] : NULL;
}

static void
word_action(sqlite3_context *c, int n, sqlite3_value **v)
{
	(void)n;
	give(c, store_action_name((enum aggregate_action)
	    sqlite3_value_int(v[0])));
}

static void
word_aligned(sqlite3_context *c, int n, sqlite3_value **v)
{
	static const char *const name[] = { NULL, "pass", "fail" };

	(void)n;
	word_of(c, v, name, 3);
}

static void
word_trust(sqlite3_context *c, int n, sqlite3_value **v)
{
	static const char *const name[] = { "failed", "unknown", "file",
		"passed" };

	(void)n;
	word_of(c, v, name, 4);
}

static void
word_aside(sqlite3_context *c, int n, sqlite3_value **v)
{
	(void)n;
	give(c, store_aside_name((enum store_aside_reason)
	    sqlite3_value_int(v[0])));
}

bool
words_add(struct store *s)
{
	static const struct {
		const char *name;
		void (*fn)(sqlite3_context *, int, sqlite3_value **);
	} word[] = { { "assay_addr", word_addr },
		{ "assay_action", word_action },
		{ "assay_aligned", word_aligned },
		{ "assay_trust", word_trust }, { "assay_aside", word_aside } };
	int rc = SQLITE_OK;

	if (s->words)
		return true;
	for (size_t i = 0; i < sizeof(word) / sizeof(*word) &&
	    rc == SQLITE_OK; i++)
		rc = sqlite3_create_function(s->db, word[i].name, 1,
		    SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, word[i].fn,
		    NULL, NULL);
	s->words = rc == SQLITE_OK;
	return s->words || db_error(s, rc);
}
