/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever is accepted prints as text that is accepted and prints the same;
 * a mistake is told for every text that is not.  What it means to the daemon
 * is the same both times. */
#include "daemon_conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
tell(void *ctx, unsigned line, const char *what, const char *near)
{
	unsigned *n = ctx;

	(void)near;
	if (line == 0 || what == NULL)
		__builtin_trap();
	++*n;
}

/* What the daemon makes of it; true: it would start. */
static bool
daemon(const struct conf *c, size_t *signers)
{
	struct daemon_conf d;
	unsigned told = 0;
	bool ok = daemon_conf_make(&d, c, true, tell, &told);
	struct daemon_party p = { .user = SPAN("bob@example.org") };

	if (ok != (told == 0) || d.n_policy == 0)
		__builtin_trap();
	if (ok && (d.n_listener == 0 || d.authserv_id == NULL))
		__builtin_trap();
	if (daemon_policy_for(&d, &p) >= d.n_policy)
		__builtin_trap();
	(void)daemon_is_own(&d, &p);
	for (size_t i = 0; i < d.n_signer; i++) {
		const struct daemon_signer *s = &d.signer[i];

		if (s->key + s->n_key > d.n_key)
			__builtin_trap();
		(void)daemon_may_sign(&d, s, &p);
		if (ok && daemon_signer_for(&d, s->domain) != s)
			__builtin_trap();
	}
	*signers = d.n_signer + d.n_listener + d.n_key;
	daemon_conf_free(&d);
	return ok;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct conf first, second;
	struct arena arena;
	struct span a, b;
	unsigned told = 0;

	if (size > 65536)
		return 0;
	arena_init(&arena, 4 << 20);
	if (conf_parse(&first, (struct span){ data, size }, tell, &told) !=
	    (told == 0))
		__builtin_trap();
	if (told == 0) {
		size_t one, two;
		bool starts = daemon(&first, &one);

		a = conf_print(&first, &arena);
		if (!conf_parse(&second, a, tell, &told))
			__builtin_trap();
		b = conf_print(&second, &arena);
		if (!arena.failed && !span_eq(a, b))
			__builtin_trap();
		if (!arena.failed && (daemon(&second, &two) != starts ||
		    one != two))
			__builtin_trap();
		conf_free(&second);
	}
	conf_free(&first);
	arena_free(&arena);
	return 0;
}
