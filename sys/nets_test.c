/* SPDX-License-Identifier: Apache-2.0 */
#include "nets.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "test/mmdb_fixture.h"
#include "test/t.h"
#include "wire/addr.h"

static const char four[] =
    "1.0.0.0,1.0.0.255,13335,Cloudflare\n"
    "1.0.4.0,1.0.7.255,AS38803,\"Wirefreebroadband, \"\"Pty\"\"\"\r\n"
    "127.1.0.0,127.1.255.255,64500,Home\n"
    "2001:db8::,2001:db8:0:ffff:ffff:ffff:ffff:ffff,64501,Six\n"
    "2001:db8:2::,2001:db8:3::,64502,Later\n";
static const char countries[] =
    "1.0.0.0,1.0.0.255,au\n1.0.4.0,1.0.7.255,CN\r\n";

static struct net_of
find(const struct nets *n, const char *text)
{
	struct assay_addr a;

	if (assay_addr_parse(&a, assay_cstr(text)) != ASSAY_OK)
		abort();
	return nets_find(n, &a);
}

static void
lines(void)
{
	struct nets *n = nets_new();
	struct net_of got;
	const char *why;

	T_INT(find(n, "1.0.0.1").number, 0, "no table");
	T_OK(nets_add_lines(n, assay_cstr(four), &why),
	    "lines of both families");
	T_INT(find(n, "1.0.0.0").number, 13335, "the first address");
	T_INT(find(n, "1.0.0.255").number, 13335, "the last of a network");
	T_INT(find(n, "1.0.1.0").number, 0, "between two");
	T_INT(find(n, "1.0.5.7").number, 38803, "a number with AS");
	T_INT(find(n, "0.255.255.255").number, 0, "before all");
	T_INT(find(n, "255.0.0.1").number, 0, "behind all of them");
	T_INT(find(n, "::ffff:127.1.2.3").number, 64500, "IPv4 as IPv6");
	T_INT(find(n, "2001:db8::5").number, 64501, "IPv6");
	T_INT(find(n, "2001:db8:1::").number, 0, "between two of them");
	T_INT(find(n, "2001:db8:3::").number, 64502, "the last address");
	T_INT(find(n, "2001:db8:3::1").number, 0, "behind all");
	got = find(n, "1.0.0.1");
	T_OK(got.country[0] == 0, "no country");
	T_OK(nets_add_lines(n, assay_cstr(countries), &why),
	    "a file of countries");
	got = find(n, "1.0.0.1");
	T_OK(got.number == 13335 && memcmp(got.country, "AU", 2) == 0,
	    "one says this, the other that");
	T_OK(memcmp(find(n, "1.0.4.0").country, "CN", 2) == 0,
	    "line ends of two");
	nets_free(n);
}

static void
none(void)
{
	static const char *const wrong[] = { "", "\n\n", "words\n",
		"1.0.0.0,1.0.0.255\n", "1.0.0.9,1.0.0.1,5\n",
		"1.0.0.0,::1,5\n", "1.0.0.0,1.0.0.1,x\n",
		"1.0.0.0,1.0.0.1,99999999999\n",
		"9.0.0.0,9.0.0.255,1\n1.0.0.0,1.0.0.1,2\n" };
	struct nets *n = nets_new();
	const char *why = NULL;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		T_OK(!nets_add_lines(n, assay_cstr(wrong[i]), &why) &&
		    why != NULL, wrong[i]);
	T_OK(nets_copy("/nowhere") < 0 && nets_copy("/") < 0,
	    "what is no file");
	nets_free(n);
}

/* Ten thousand networks, each address by itself. */
static void
many(void)
{
	static char text[1 << 20];
	size_t len = 0;
	unsigned wrong = 0;
	struct nets *n = nets_new();
	const char *why;

	for (unsigned i = 0; i < 10000; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "10.%u.%u.%u,10.%u.%u.%u,%u,%.*s\n", i >> 8, i & 255,
		    i % 7, i >> 8, i & 255, 100 + i % 50, i + 1,
		    (int)(i % 90), "a name of any length, with commas, that is"
		    " longer than others in some lines and not in others");
	T_OK(nets_add_lines(n, (struct span){ (uint8_t *)text, len }, &why),
	    "ten thousand lines");
	for (unsigned i = 0; i < 10000; i++)
		for (unsigned k = 0; k < 256; k += 1 + k % 3) {
			struct assay_addr a = { 4, { 10, (uint8_t)(i >> 8),
			    (uint8_t)i, (uint8_t)k } };
			bool in = k >= i % 7 && k <= 100 + i % 50;

			wrong += nets_find(n, &a).number != (in ? i + 1 : 0);
		}
	T_INT(wrong, 0, "each address in its network, or in none");
	nets_free(n);
}

static int
file_of(void (*write_it)(FILE *f))
{
	char path[] = "/tmp/nets.XXXXXX";
	int made = mkstemp(path), fd;
	FILE *f = fdopen(made, "w");

	if (f == NULL)
		abort();
	write_it(f);
	fclose(f);
	fd = nets_copy(path);
	unlink(path);
	return fd;
}

static void
write_lines(FILE *f)
{
	fputs(four, f);
}

static void
write_nothing(FILE *f)
{
	(void)f;
}

static void
files(void)
{
	struct nets *n = nets_new();
	int fd = file_of(write_lines), db = file_of(mmdb_write);
	const char *why = "";
	struct net_of got;

	T_OK(fd >= 0 && write(fd, "x", 1) < 0 && ftruncate(fd, 0) < 0,
	    "a copy that nobody changes");
	T_OK(nets_add(n, fd, &why), why);
	close(fd);
	T_INT(find(n, "1.0.0.1").number, 13335, "by a descriptor");
	T_OK(nets_add(n, db, &why), why);
	close(db);
	got = find(n, "192.0.2.200");
	T_OK(got.number == 64510 && memcmp(got.country, "XZ", 2) == 0,
	    "a database tells both");
	T_INT(find(n, "192.0.3.1").number, 0, "outside of it");
	T_INT(file_of(write_nothing), -1, "an empty file");
	nets_free(n);
}

int
main(void)
{
	lines();
	none();
	many();
	files();
	return t_done();
}
