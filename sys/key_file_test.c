/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are kept badly are refused; new ones are whole, ours alone,
 * and replace nothing by accident. */
#include "key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test/t.h"

static char dir[] = "/tmp/key_file_test.XXXXXX";

static const char *
path_of(const char *name)
{
	static char path[200];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void
modes(void)
{
	static const struct { const char *label; mode_t mode; bool safe; }
	rows[] = {
		{ "owner alone", 0600, true },
		{ "owner, only reading", 0400, true },
		{ "group reads", 0640, false },
		{ "world reads", 0604, false },
		{ "group writes", 0620, false },
		{ "everybody", 0666, false },
	};
	const char *why;
	int fd = open(path_of("modes"), O_RDWR | O_CREAT, 0600);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		T_OK(fchmod(fd, rows[i].mode) == 0, "chmod");
		T_OK(key_file_safe(fd, &why) == rows[i].safe, rows[i].label);
		T_OK((why == NULL) == rows[i].safe, "says why");
	}
	if (geteuid() == 0) {
		T_OK(fchmod(fd, 0600) == 0 && fchown(fd, 12345, 0) == 0 &&
		    !key_file_safe(fd, &why), "somebody else's");
	}
	close(fd);
	unlink(path_of("modes"));
	fd = open(dir, O_RDONLY);
	T_OK(!key_file_safe(fd, &why), "a directory");
	close(fd);
	T_OK(!key_file_safe(-1, &why), "nothing");
}

static struct span
content(const char *name, struct buf *b)
{
	int fd = open(path_of(name), O_RDONLY);

	b->len = 0;
	T_OK(fd >= 0 && key_file_read(fd, b), "is read");
	b->len = 0;
	T_OK(key_file_read(fd, b), "and once more from the start");
	close(fd);
	return buf_span(b);
}

static void
writes(void)
{
	uint8_t room[16], small[4];
	struct buf b = BUF_ON(room), s = BUF_ON(small);
	struct stat st;
	mode_t old = umask(0277);
	int fd;

	T_OK(key_file_write(path_of("k"), SPAN("first"), false), "new");
	umask(old);
	T_OK(stat(path_of("k"), &st) == 0 && (st.st_mode & 07777) == 0600,
	    "mode 0600, whatever the umask");
	T_SPAN(content("k", &b), SPAN("first"), "content");
	T_OK(!key_file_write(path_of("k"), SPAN("second"), false) &&
	    errno == EEXIST, "is not replaced");
	T_SPAN(content("k", &b), SPAN("first"), "content");
	T_OK(key_file_write(path_of("k"), SPAN("second"), true), "forced");
	T_SPAN(content("k", &b), SPAN("second"), "content");
	fd = open(path_of("k"), O_RDONLY);
	T_OK(!key_file_read(fd, &s), "too large");
	close(fd);
	T_OK(!key_file_write(path_of("no/k"), SPAN("x"), false) &&
	    errno == ENOENT, "no directory");
	unlink(path_of("k"));
	T_OK(rmdir(dir) == 0, "nothing is left behind");
}

int
main(void)
{
	if (mkdtemp(dir) == NULL)
		return 1;
	modes();
	writes();
	return t_done();
}
