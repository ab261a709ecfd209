/* SPDX-License-Identifier: Apache-2.0 */
/* The vectors of the paper: key 00..0f, texts 00, 00 01, ... (appendix A and
 * vectors.h of its authors). */
#include "crypto/siphash.h"
#include "test/t.h"

int
main(void)
{
	uint8_t key[16], text[15];

	for (uint8_t i = 0; i < 16; i++)
		key[i] = i;
	for (uint8_t i = 0; i < 15; i++)
		text[i] = i;
	T_OK(siphash(key, (struct span){ text, 15 }) ==
	    UINT64_C(0xa129ca6149be45e5), "fifteen octets");
	T_OK(siphash(key, (struct span){ text, 0 }) ==
	    UINT64_C(0x726fdb47dd0e0e31), "an empty text");
	T_OK(siphash(key, SPAN_NONE) == UINT64_C(0x726fdb47dd0e0e31),
	    "an absent one is as an empty one");
	T_OK(siphash(key, (struct span){ text, 1 }) ==
	    UINT64_C(0x74f839c593dc67fd), "one octet");
	key[0] = 1;
	T_OK(siphash(key, (struct span){ text, 1 }) !=
	    UINT64_C(0x74f839c593dc67fd), "another key");
	return t_done();
}
