/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE	/* mkstemp() */
/* Recorded mail, as it is written and as it may be broken. */
#include "corpus.h"

#include <stdlib.h>
#include <unistd.h>

#include "test/t.h"

static char path[] = "/tmp/corpus_test.XXXXXX";

static struct corpus *
open_text(const char *text, size_t n)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fwrite(text, 1, n, f) != n || fclose(f) != 0)
		T_OK(false, "a file");
	return corpus_open(path);
}

static void
records(void)
{
	static const char text[] =
	    "{\"id\":\"a\",\"rcvd\":5,\"ip\":\"192.0.2.1\",\"helo\":null,"
	    "\"border\":2,\"msg\":\"A: 1\\nB: \\u00e9\\n\\nbody\\u0000\"}\n"
	    "\n"
	    "{\"id\":\"b\",\"rcvd\":6,\"learn\":false,\"label\":\"T1\","
	    "\"msg\":\"A: 1\\r\\n\\r\\nx\"}\n"
	    "{\"id\":\"c\",\"rcvd\":7,\"msg\":\"\\nx\"}";
	struct corpus *c = open_text(text, sizeof(text) - 1);
	struct corpus_record r;

	T_INT(corpus_next(c, &r), 1, "one");
	T_SPAN(r.id, SPAN("a"), "its name");
	T_SPAN(r.header, SPAN("A: 1\nB: \xe9\n"), "a character is an octet");
	T_INT(r.body.len, 5, "so is U+0000");
	T_OK(r.received == 5 && r.border == 2 && r.learn, "numbers");
	T_OK(r.ip.len == 9 && span_absent(r.helo) && span_absent(r.spf),
	    "null and nothing are absent");
	T_INT(corpus_next(c, &r), 1, "empty lines are none");
	T_OK(!r.learn, "not to be learned");
	T_SPAN(r.header, SPAN("A: 1\r\n"), "CRLF too");
	T_SPAN(r.body, SPAN("x"), "and its body");
	T_INT(corpus_next(c, &r), 1, "a last line without its end");
	T_OK(r.header.len == 0 && r.body.len == 1, "no header");
	T_INT(corpus_next(c, &r), 0, "the end");
	corpus_close(c);
	c = corpus_open(path);
	T_OK(corpus_skip(c, 3) && corpus_next(c, &r) == 1 &&
	    r.received == 7, "lines are passed over");
	T_OK(!corpus_skip(c, 1), "but not more than there are");
	corpus_close(c);
}

static void
broken(void)
{
	static const char *const bad[] = {
		"{", "[]\n", "{}\n", "{\"msg\":\"\\u0100\",\"rcvd\":1}\n",
		"{\"msg\":\"x\"}\n", "{\"msg\":\"x\",\"rcvd\":\"1\"}\n",
		"{\"msg\":5,\"rcvd\":1}\n", "\xff\n",
		("\xfd" "7zXZ\0damaged and more than that")
	};
	struct corpus_record r;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct corpus *c = open_text(bad[i], bad[i][0] == '\xfd' ?
		    32 : strlen(bad[i]));

		T_OK(c != NULL && corpus_next(c, &r) == -1 &&
		    corpus_why(c)[0] != '\0', "says what is wrong");
		corpus_close(c);
	}
	T_OK(corpus_open("/nonexistent/x") == NULL, "no file");
}

int
main(void)
{
	int fd = mkstemp(path);

	close(fd);
	records();
	broken();
	unlink(path);
	return t_done();
}
