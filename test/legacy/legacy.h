/* SPDX-License-Identifier: Apache-2.0 */
/*
 * legacy.h - what no library of ours can do: verify rsa-sha1 and RSA keys
 * of 512 bits (RFC 8301 forbids both), to test canonical forms with mail of
 * the last century.  Linked into the program legacy_dkim alone.
 */
#ifndef TEST_LEGACY_H
#define TEST_LEGACY_H

#include <stdbool.h>

extern bool legacy_sha1;	/* hash and verify with SHA-1 */

#endif
