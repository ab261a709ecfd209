/* SPDX-License-Identifier: Apache-2.0 */
/* alerts_sign.c - signed bodies for people who try a webhook, and for it. */
#include "alerts_sign.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

static bool
read_key(const char *path, struct hook_key *k)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	const char *why = hook_key_read(k, fd);

	if (fd >= 0)
		close(fd);
	if (why != NULL)
		fprintf(stderr, "assay: key %s: %s\n", path, why);
	return why == NULL;
}

bool
alerts_sign_check(const char *path)
{
	struct hook_key k;
	bool ok = read_key(path, &k);

	hook_key_forget(&k);
	return ok;
}

bool
alerts_signature(const char *path, int64_t now, const struct text *body,
    char out[HOOK_SIGNATURE])
{
	struct hook_key k;
	bool ok = sodium_init() >= 0 && read_key(path, &k);

	if (!ok)
		return false;
	hook_sign(out, &k, now, (struct span){ (const uint8_t *)body->ptr,
	    body->len });
	hook_key_forget(&k);
	return true;
}

bool
alerts_sign(const char *path, int64_t now, const struct text *body)
{
	char line[HOOK_SIGNATURE];
	struct text head = { .ptr = NULL };
	bool ok = alerts_signature(path, now, body, line);

	text_printf(&head, "%s\n\n", line);
	ok = ok && out_text(&head) && out_text(body);
	text_free(&head);
	return ok;
}
