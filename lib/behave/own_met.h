/* SPDX-License-Identifier: Apache-2.0 */
/*
 * own_met.h - was this met before?  A memory of fixed size for hashes alone:
 * who wrote to whom, which links went out.
 *
 * Sets of eight entries of 8 octets: 24 bits of the hash, a check, the day of
 * the first time and of the last (profile days).  In a full set what was not
 * met for longest makes room.  An entry is one number, so one process may look
 * while another one writes; what is damaged was not met.
 */
#ifndef BEHAVE_OWN_MET_H
#define BEHAVE_OWN_MET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MET_WAYS = 8 };

/* entry: MET_WAYS * sets, zeros at first.  The first day; 0: never. */
uint16_t met_first(const uint64_t *entry, size_t sets, uint64_t hash);
void met_add(uint64_t *entry, size_t sets, uint64_t hash, uint16_t day);
/* If that day was the first. */
void met_forget(uint64_t *entry, size_t sets, uint64_t hash, uint16_t day);
/* Whenever that was. */
void met_erase(uint64_t *entry, size_t sets, uint64_t hash);
/* Throws away what is damaged: how many entries. */
size_t met_mend(uint64_t *entry, size_t sets);

#endif
