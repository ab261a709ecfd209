/* SPDX-License-Identifier: Apache-2.0 */
/*
 * poison.h - functions that have no place here; naming one stops the
 * compiler.  Forced into every file of lib/ on the command line.
 */
#ifndef BASE_POISON_H
#define BASE_POISON_H

#include <stdlib.h>
#include <string.h>

#pragma GCC poison strcpy strncpy strcat strncat strtok strtol strtoul
#pragma GCC poison sprintf vsprintf sscanf gets atoi atol strdup
#pragma GCC poison strchr strrchr strstr setjmp longjmp rand srand

#endif
