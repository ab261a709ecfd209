/* SPDX-License-Identifier: Apache-2.0 */
#include "report/aggregate_word.h"

#include "base/ascii.h"
#include "base/buf.h"

/* The first word of a value is its name today. */
struct word {
	const char *name;
	struct span text;
	int value;
	bool foreign;		/* in no standard of reports */
};

#define WORD(text, value) { text, SPAN_INIT(text), value, false }
#define OLD(text, value) { text, SPAN_INIT(text), value, true }
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* RFC 9990 3.1.1.5, 3.1.1.8. */
static const struct word actions[] = {
	WORD("none", AGGREGATE_NONE), WORD("pass", AGGREGATE_PASS),
	WORD("quarantine", AGGREGATE_QUARANTINE),
	WORD("reject", AGGREGATE_REJECT)
};

static const struct word alignments[] = {
	WORD("pass", AGGREGATE_ALIGNED_PASS),
	WORD("fail", AGGREGATE_ALIGNED_FAIL)
};

/* RFC 8601 2.7.1, 2.7.2; "hardfail" is of RFC 5451.  RFC 7489 Appendix C says
 * in its schema how "unknown" and "error" are meant. */
static const struct word results[] = {
	WORD("pass", AGGREGATE_R_PASS), WORD("fail", AGGREGATE_R_FAIL),
	WORD("none", AGGREGATE_R_NONE),
	WORD("softfail", AGGREGATE_R_SOFTFAIL),
	WORD("neutral", AGGREGATE_R_NEUTRAL),
	WORD("policy", AGGREGATE_R_POLICY),
	WORD("temperror", AGGREGATE_R_TEMPERROR),
	WORD("permerror", AGGREGATE_R_PERMERROR),
	OLD("hardfail", AGGREGATE_R_FAIL),
	OLD("error", AGGREGATE_R_PERMERROR),
	OLD("unknown", AGGREGATE_R_TEMPERROR)
};

static const struct word scopes[] = {
	WORD("mfrom", AGGREGATE_MFROM), WORD("helo", AGGREGATE_HELO),
	OLD("mailfrom", AGGREGATE_MFROM)
};

static const struct word whys[] = {
	WORD("local_policy", AGGREGATE_LOCAL_POLICY),
	WORD("mailing_list", AGGREGATE_MAILING_LIST),
	WORD("other", AGGREGATE_OTHER_REASON),
	WORD("policy_test_mode", AGGREGATE_TEST_MODE),
	WORD("trusted_forwarder", AGGREGATE_TRUSTED_FORWARDER),
	WORD("forwarded", AGGREGATE_FORWARDED),
	WORD("sampled_out", AGGREGATE_SAMPLED_OUT)
};

static const struct word discoveries[] = {
	WORD("psl", AGGREGATE_PSL), WORD("treewalk", AGGREGATE_TREEWALK)
};

static const struct word *
find(const struct word *w, size_t n, struct span s)
{
	for (size_t i = 0; i < n; i++)
		if (w[i].text.len == s.len &&
		    span_at(w[i].text, 0) == span_at(s, 0) &&
		    span_eq(w[i].text, s))
			return &w[i];
	return NULL;
}

/* 0: nothing said. */
static int
read_word(const struct word *w, size_t n, struct span s, int other,
    uint32_t *dev)
{
	const struct word *v = find(w, n, s);
	ROOM(room, 20);
	struct buf low = BUF_ON(room);

	if (v != NULL && !v->foreign)
		return v->value;
	if (s.len == 0)
		return 0;
	*dev |= AGGREGATE_D_WORD;
	buf_lower(&low, s);
	if (v == NULL && !low.full)
		v = find(w, n, buf_span(&low));
	return v == NULL ? other : v->value;
}

static const char *
name_of(const struct word *w, size_t n, int value)
{
	for (size_t i = 0; i < n; i++)
		if (w[i].value == value)
			return w[i].name;
	return NULL;
}

enum aggregate_action
aggregate_read_action(struct span s, uint32_t *dev)
{
	return (enum aggregate_action)read_word(actions, COUNT(actions), s,
	    AGGREGATE_ACTION_OTHER, dev);
}

/* "temperror" and the like stand where only pass and fail may: not aligned. */
enum aggregate_aligned
aggregate_read_aligned(struct span s, uint32_t *dev)
{
	return (enum aggregate_aligned)read_word(alignments,
	    COUNT(alignments), s, AGGREGATE_ALIGNED_FAIL, dev);
}

enum aggregate_result
aggregate_read_result(struct span s, uint32_t *dev)
{
	return (enum aggregate_result)read_word(results, COUNT(results), s,
	    AGGREGATE_R_OTHER, dev);
}

enum aggregate_scope
aggregate_read_scope(struct span s, uint32_t *dev)
{
	return (enum aggregate_scope)read_word(scopes, COUNT(scopes), s,
	    AGGREGATE_SCOPE_OTHER, dev);
}

enum aggregate_why
aggregate_read_why(struct span s, uint32_t *dev)
{
	return (enum aggregate_why)read_word(whys, COUNT(whys), s,
	    AGGREGATE_WHY_OTHER, dev);
}

enum aggregate_discovery
aggregate_read_discovery(struct span s, uint32_t *dev)
{
	return (enum aggregate_discovery)read_word(discoveries,
	    COUNT(discoveries), s, AGGREGATE_DISCOVERY_UNSAID, dev);
}

const char *
aggregate_action_name(enum aggregate_action a)
{
	return name_of(actions, COUNT(actions), (int)a);
}

const char *
aggregate_aligned_name(enum aggregate_aligned a)
{
	return name_of(alignments, COUNT(alignments), (int)a);
}

const char *
aggregate_result_name(enum aggregate_result r)
{
	return name_of(results, COUNT(results), (int)r);
}

const char *
aggregate_scope_name(enum aggregate_scope s)
{
	return name_of(scopes, COUNT(scopes), (int)s);
}

const char *
aggregate_why_name(enum aggregate_why w)
{
	return name_of(whys, COUNT(whys), (int)w);
}

const char *
aggregate_discovery_name(enum aggregate_discovery d)
{
	return name_of(discoveries, COUNT(discoveries), (int)d);
}
