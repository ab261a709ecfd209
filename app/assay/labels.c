/* SPDX-License-Identifier: Apache-2.0 */
#include "labels.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
wrong(const char *name, const char *path)
{
	fprintf(stderr, "assay %s: %s: %s\n", name, path, strerror(errno));
	return false;
}

/* What the evidence says first; a person may know better. */
static const char *
technique_of(const json_t *record)
{
	const char *dmarc = record_word(record, "verdict", "dmarc");

	if (dmarc != NULL && strcmp(dmarc, "fail") == 0)
		return "spoofed-domain";
	/* in the first days it is told and neutral */
	if (record_reason(record, "behaviour-unusual"))
		return "taken-over-account";
	if (record_reason(record, "lookalike-"))
		return "look-alike";
	if (record_has(record, "impersonation", "policy"))
		return "impersonation";
	return "other";
}

static const char *
passed(const json_t *record, const char *check)
{
	return record_has(record, check, "pass") ? "pass" : "no-pass";
}

static void
put(json_t *line, const char *key, const char *value)
{
	json_object_set_new(line, key, value == NULL ? json_null() :
	    json_string(value));
}

static json_t *
line_of(const json_t *record, const char *label, const char *technique)
{
	const struct passwd *who = getpwuid(getuid());
	const char *dmarc = record_word(record, "verdict", "dmarc");
	json_t *line = json_object();

	put(line, "format", "assay-label");
	json_object_set_new(line, "version", json_integer(1));
	json_object_set_new(line, "at", json_integer(store_file_now() /
	    1000000));
	put(line, "by", who == NULL ? NULL : who->pw_name);
	put(line, "label", label);
	put(line, "id", record_word(record, "session", "queue_id"));
	put(line, "entry", json_string_value(json_object_get(record,
	    "entry")));
	json_object_set_new(line, "time", json_integer(record_time(record)));
	put(line, "spf", passed(record, "spf"));
	put(line, "dkim", passed(record, "dkim"));
	put(line, "dmarc", dmarc != NULL && strcmp(dmarc, "pass") == 0 ?
	    "pass" : "no-pass");
	put(line, "disposition", record_word(record, "verdict",
	    "disposition"));
	put(line, "technique", technique != NULL ? technique :
	    technique_of(record));
	put(line, "technique_by", technique != NULL ? "person" : "evidence");
	return line;
}

/* Behind a line that a power cut tore, a new one begins. */
static bool
write_line(int fd, char *text, size_t n)
{
	struct stat st;
	char last = '\n';

	if (fstat(fd, &st) != 0)
		return false;
	if (st.st_size + (off_t)n > LABELS_MOST) {
		errno = EFBIG;
		return false;
	}
	if (st.st_size > 0 && pread(fd, &last, 1, st.st_size - 1) != 1)
		return false;
	if (last != '\n' && write(fd, "\n", 1) != 1)
		return false;
	return write(fd, text, n) == (ssize_t)n && fsync(fd) == 0;
}

/* store reads it, whoever says the first word. */
static void
give_to_owner(int fd, const struct store_file *f)
{
	char dir[3400];
	struct stat st;

	if (geteuid() == 0 && state_path(f, dir, sizeof(dir), ".") &&
	    stat(dir, &st) == 0)
		(void)!fchown(fd, st.st_uid, st.st_gid);
}

bool
label_add(const struct store_file *f, const char *name,
    const json_t *record, const char *label, const char *technique)
{
	json_t *line = line_of(record, label, technique);
	char *text = json_dumps(line, JSON_COMPACT);
	char path[3400];
	size_t n = text == NULL ? 0 : strlen(text);
	bool ok = n > 0 && state_path(f, path, sizeof(path), "labels.jsonl");
	int fd = !ok ? -1 : open(path, O_RDWR | O_CREAT | O_APPEND |
	    O_CLOEXEC | O_NOFOLLOW, 0640);

	json_decref(line);
	if (ok)
		text[n] = '\n';		/* in the place of its NUL */
	if (fd >= 0)
		give_to_owner(fd, f);
	ok = fd >= 0 && write_line(fd, text, n + 1);
	free(text);
	if (!ok)
		wrong(name, path);
	if (fd >= 0)
		close(fd);
	return ok;
}

/* ---- reading ------------------------------------------------------------- */

static bool
same_message(const json_t *a, const json_t *b)
{
	const char *key = json_is_string(json_object_get(a, "entry")) ?
	    "entry" : "id";

	return json_equal(json_object_get(a, key), json_object_get(b, key)) &&
	    json_equal(json_object_get(a, "time"), json_object_get(b,
	    "time"));
}

/* The key of a message in an index of them. */
static void
key_of(const json_t *line, char *out, size_t room)
{
	const char *entry = json_string_value(json_object_get(line, "entry"));
	const char *id = json_string_value(json_object_get(line, "id"));

	snprintf(out, room, "%s %lld", entry != NULL ? entry : id != NULL ?
	    id : "", (long long)json_integer_value(json_object_get(line,
	    "time")));
}

static void
take(json_t *all, json_t *index, json_t *line)
{
	char key[200];
	const char *label = json_string_value(json_object_get(line, "label"));
	json_t *at;

	/* that it was let go is no opinion */
	if (label == NULL || strcmp(label, "released") == 0 ||
	    strcmp(label, "expired") == 0)
		return;
	key_of(line, key, sizeof(key));
	at = json_object_get(index, key);
	if (at != NULL && same_message(json_array_get(all,
	    (size_t)json_integer_value(at)), line)) {
		json_array_set(all, (size_t)json_integer_value(at), line);
		return;
	}
	json_object_set_new(index, key, json_integer(
	    (json_int_t)json_array_size(all)));
	json_array_append(all, line);
}

typedef void line_fn(json_t *all, json_t *index, json_t *line);

static void
take_any(json_t *all, json_t *index, json_t *line)
{
	(void)index;
	json_array_append(all, line);
}

static json_t *
read_lines(const struct store_file *f, const char *name, line_fn *fn)
{
	json_t *all = json_array(), *index = json_object();
	char path[3400] = "", *text = NULL;
	size_t room = 0;
	ssize_t n;
	FILE *in = state_path(f, path, sizeof(path), "labels.jsonl") ?
	    fopen(path, "re") : NULL;
	bool ok = in != NULL || errno == ENOENT;

	while (in != NULL && (n = getline(&text, &room, in)) > 0) {
		json_t *line = json_loadb(text, (size_t)n, 0, NULL);

		if (json_is_object(line))	/* else torn */
			fn(all, index, line);
		json_decref(line);
	}
	ok = ok && (in == NULL || !ferror(in));
	if (!ok)
		wrong(name, path);
	free(text);
	if (in != NULL)
		fclose(in);
	json_decref(index);
	if (ok)
		return all;
	json_decref(all);
	return NULL;
}

json_t *
labels_read(const struct store_file *f, const char *name)
{
	return read_lines(f, name, take);
}

json_t *
labels_every(const struct store_file *f, const char *name)
{
	return read_lines(f, name, take_any);
}

/* By its entry in the journal; a line without one is of a record that had
 * none. */
bool
label_is_of(const json_t *line, const json_t *record)
{
	const json_t *entry = json_object_get(line, "entry");
	const char *id = record_word(record, "session", "queue_id");
	const char *said = json_string_value(json_object_get(line, "id"));

	if (json_is_string(entry))
		return json_equal(entry, json_object_get(record, "entry")) !=
		    0;
	return id != NULL && said != NULL && strcmp(id, said) == 0 &&
	    json_integer_value(json_object_get(line, "time")) ==
	    record_time(record);
}
