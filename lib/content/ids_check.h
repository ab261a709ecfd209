/* SPDX-License-Identifier: Apache-2.0 */
/* ids_check.h - check digits and sums of identifiers. */
#ifndef CONTENT_IDS_CHECK_H
#define CONTENT_IDS_CHECK_H

#include "base/span.h"

/* How long an IBAN of the country at the head of s is; 0: there is none. */
size_t iban_length(struct span s);
/* ISO 13616, ISO 7064 mod 97-10; upper case, no spaces. */
bool iban_holds(struct span s);
/* ISO 3166-1 alpha-2 in capitals, as BICs have it; XK among them. */
bool is_country(struct span s);
/* A Bitcoin address with its sum: base58check, SHA-256 twice. */
bool base58_holds(struct span s);
/* ... and "bc1...": BIP 173, BIP 350. */
bool bech32_holds(struct span s);
/* A routing number of the American Bankers Association. */
bool aba_holds(struct span s);

#endif
