/* SPDX-License-Identifier: Apache-2.0 */
/* What a header says lies in what was given. */
#include "wire/zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span s = { data, size };
	struct zip_entry e;
	uint32_t crc;

	if (zip_read(&e, s) == ZIP_ENTRY && (e.header < ZIP_HEADER +
	    e.name.len || e.header > size || span_offset(s, e.name) !=
	    (e.name.len > 0 ? (size_t)ZIP_HEADER : span_offset(s, e.name))))
		__builtin_trap();
	if (zip_descriptor(s, &crc) > size)
		__builtin_trap();
	return 0;
}
