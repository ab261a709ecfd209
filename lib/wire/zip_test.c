/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/zip.h"

#include "test/t.h"

#define LOCAL "PK\3\4\x14\0"
#define ENTRY LOCAL "\0\0\x08\0\0\0\0\0\1\2\3\4\5\0\0\0\6\0\0\0\3\0\2\0nam" "xx"

static void
headers(void)
{
	struct span s = SPAN(ENTRY "data");
	struct zip_entry e;
	bool cut = true;

	T_INT(zip_read(&e, s), ZIP_ENTRY, "a header");
	T_SPAN(e.name, SPAN("nam"), "... its name");
	T_OK(e.deflated && !e.stored && e.sized && !e.encrypted, "... flags");
	T_OK(e.crc == 0x04030201 && e.packed == 5 && e.size == 6,
	    "... numbers");
	T_INT(e.header, 35, "... length");
	for (size_t n = 0; n < e.header; n++) {
		struct zip_entry other;
		cut = cut && zip_read(&other, span_head(s, n)) == ZIP_MORE;
	}
	T_OK(cut, "cut anywhere, it takes more");
	T_INT(zip_read(&e, SPAN(LOCAL "\x09\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
	    "\0\0\0\0\0\0")), ZIP_ENTRY, "no name");
	T_OK(e.encrypted && !e.sized && e.stored && !e.deflated,
	    "encrypted, sizes behind");
	T_INT(zip_read(&e, SPAN(LOCAL "\0\0\x08\0\0\0\0\0\0\0\0\0\xff\xff\xff"
	    "\xff\xff\xff\xff\xff\0\0\0\0")), ZIP_ENTRY, "zip64");
	T_OK(!e.sized && e.size == UINT64_MAX, "... says nothing");
	T_INT(zip_read(&e, SPAN("PK\1\2")), ZIP_DONE, "central directory");
	T_INT(zip_read(&e, SPAN("PK\5\6")), ZIP_DONE, "its end");
	T_INT(zip_read(&e, SPAN("PK\3\5")), ZIP_BAD, "no archive");
}

static void
descriptors(void)
{
	uint32_t crc = 0;

	T_INT(zip_descriptor(SPAN("PK\7\10\1\2\3\4____----PK\3\4"), &crc), 16,
	    "with a signature");
	T_INT(crc, 0x04030201, "... its sum");
	T_INT(zip_descriptor(SPAN("\1\2\3\4____----PK\1\2"), &crc), 12,
	    "without");
	T_INT(zip_descriptor(SPAN("PK\7\10\1\2\3\4________--------PK\1\2"),
	    &crc), 24, "zip64");
	T_INT(zip_descriptor(SPAN("\1\2\3\4____----"), &crc), 12,
	    "at the end");
	T_INT(zip_descriptor(SPAN("\1\2\3\4____"), &crc), 0, "cut");
	T_INT(zip_descriptor(SPAN("\1\2\3\4____----junkjunkjunk"), &crc), 0,
	    "none");
}

int
main(void)
{
	headers();
	descriptors();
	return t_done();
}
