/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bytes.h - the four things we let libc do with memory.
 *
 * Everything the proof of this room assumes about libc stands here: the
 * contracts below are what C11 7.24 promises of memchr, memcmp, memmove and
 * memset.
 * Callers outside lib/base use spans, cursors and buffers instead.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Index of the first c in p[0..n-1], or n. */
/*@ requires n == 0 || \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures \result <= n;
    ensures \result < n ==> p[\result] == c;
    ensures \forall size_t k; k < \result ==> p[k] != c; */
size_t bytes_find(const uint8_t *p, size_t n, uint8_t c);

/*@ requires n == 0 || \valid_read(a + (0 .. n - 1));
    requires n == 0 || \valid_read(b + (0 .. n - 1));
    assigns \nothing;
    ensures \result <==> (\forall size_t k; k < n ==> a[k] == b[k]); */
bool bytes_eq(const uint8_t *a, const uint8_t *b, size_t n);

/*@ requires n == 0 || \valid(to + (0 .. n - 1));
    requires n == 0 || \valid_read(from + (0 .. n - 1));
    assigns to[0 .. n - 1];
    ensures \forall size_t k; k < n ==> to[k] == \old(from[k]); */
void bytes_move(uint8_t *to, const uint8_t *from, size_t n);

/* Zeros.  For structs of hundreds of octets faster than an initialiser. */
/*@ requires n == 0 || \valid(p + (0 .. n - 1));
    assigns p[0 .. n - 1];
    ensures \forall size_t k; k < n ==> p[k] == 0; */
void bytes_clear(uint8_t *p, size_t n);

#endif
