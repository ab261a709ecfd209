/* SPDX-License-Identifier: Apache-2.0 */
/* demo.h - the files of demo/, as embed.sh puts them into the program. */
#ifndef ASSAY_DEMO_H
#define ASSAY_DEMO_H

#define X(name) \
	extern const unsigned char demo_##name[]; \
	extern const unsigned long demo_##name##_len;
X(forged_eml)
X(forwarded_eml)
X(genuine_eml)
X(hostile_eml)
X(list_eml)
X(demo_zone)
X(services_txt)
#undef X

#endif
