/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a process that was taken over may send: reading it never leaves the
 * bytes, and what is read is written back as the same octets.
 */
#include <stdlib.h>
#include <string.h>

#include "bus.h"
#include "edit.h"
#include "qa.h"

static void
lists(struct span list, struct arena *a)
{
	struct span edits = list, item;
	struct assay_question q;
	struct assay_answer answer;
	struct edit e;

	while (edit_next(&edits, &e))
		if (span_has(e.value, 0) || e.name.len == 0)
			__builtin_trap();
	while (bus_list_next(&list, &item)) {
		(void)qa_get_question(&q, item);
		if (!qa_get_answer(&q, &answer, item, a))
			continue;
		uint8_t *room = malloc(qa_room(&q, &answer));
		struct buf out = { .ptr = room,
			.cap = qa_room(&q, &answer) };
		qa_put_answer(&out, &q, &answer);
		if (out.full)
			__builtin_trap();
		free(room);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t room[BUS_MAX];
	struct span in = { data, size };
	struct arena *a = arena_new(1 << 20);
	struct msg m;
	const char *what;

	lists(in, a);
	if (size <= BUS_MAX && msg_decode(&m, in, &what)) {
		struct buf out = BUF_ON(room);
		if (!msg_encode(&out, m.kind, &m.job) || out.len != size ||
		    memcmp(room, data, size) != 0)
			__builtin_trap();
		if (m.kind == MSG_JOB)
			lists(m.job.rcpts, a);
	}
	arena_delete(a);
	return 0;
}
