/* SPDX-License-Identifier: Apache-2.0 */
/*
 * poison.h - functions that have no place here; naming one stops the
 * compiler.  Forced into every file of lib/ on the command line.  The
 * headers come first because they declare the poisoned names (rand is not
 * here since OpenSSL's headers use the word; nm sees a call of it).
 */
#ifndef BASE_POISON_H
#define BASE_POISON_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* With _FORTIFY_SOURCE and clang, glibc makes macros of these. */
#undef sprintf
#undef vsprintf

#pragma GCC poison strcpy strncpy strcat strncat strtok strtol strtoul
#pragma GCC poison sprintf vsprintf sscanf gets atoi atol strdup
#pragma GCC poison strchr strrchr strstr setjmp longjmp

#endif
