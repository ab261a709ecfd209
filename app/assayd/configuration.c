/* SPDX-License-Identifier: Apache-2.0 */
#include "configuration.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_TEXT = 4 << 20 };	/* octets of a configuration file */

struct told {
	const struct log *log;
	const char *path, *event;
};

static void
tell(void *ctx, unsigned line, const char *what, const char *near)
{
	const struct told *t = ctx;
	struct log_line out;

	log_begin(&out, t->log, t->event);
	log_str(&out, "file", t->path);
	if (line > 0)
		log_u64(&out, "line", line);
	log_str(&out, "text", what);
	if (near != NULL)
		log_str(&out, "meant", near);
	log_end(&out);
}

static bool
read_all(struct configuration *c, int fd)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) != 0)
		return false;
	if (st.st_size > MAX_TEXT) {
		errno = EFBIG;
		return false;
	}
	c->text = malloc((size_t)st.st_size + 1);
	if (c->text == NULL)
		return false;
	n = read(fd, c->text, (size_t)st.st_size);
	if (n < 0)
		return false;
	c->len = (size_t)n;
	return true;
}

static bool
read_file(struct configuration *c, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	bool ok = fd >= 0 && read_all(c, fd);

	if (fd >= 0)
		close(fd);
	return ok;
}

bool
configuration_read(struct configuration *out, const char *path,
    const struct log *log, int64_t now)
{
	struct told bad = { log, path, "conf-mistake" };
	struct told remark = { log, path, "conf-remark" };
	struct span text;

	*out = (struct configuration){ .text = NULL };
	if (!read_file(out, path)) {
		log_say2(log, "conf-unreadable", strerror(errno), "file",
		    assay_cstr(path));
		return false;
	}
	text = (struct span){ out->text, out->len };
	out->parsed = true;
	if (!conf_parse(&out->conf, text, tell, &bad))
		return false;
	out->made = true;
	if (!daemon_conf_make(&out->daemon, &out->conf, true, tell, &bad))
		return false;
	daemon_conf_remarks(&out->daemon, now, tell, &remark);
	return true;
}

void
configuration_free(struct configuration *c)
{
	if (c->made)
		daemon_conf_free(&c->daemon);
	if (c->parsed)
		conf_free(&c->conf);
	free(c->text);
	*c = (struct configuration){ .text = NULL };
}
