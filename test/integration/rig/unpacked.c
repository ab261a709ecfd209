/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unpacked.c - preloaded into Dovecot, which looks for its modules where the
 * package would have put them: ROOT is where they are.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

static const char *
real(const char *name, char *room, size_t cap)
{
	static const char lib[] = "/usr/lib/dovecot";

	if (name == NULL || strncmp(name, lib, sizeof(lib) - 1) != 0)
		return name;
	snprintf(room, cap, "%s%s", ROOT, name);
	return room;
}

DIR *
opendir(const char *name)
{
	DIR *(*next)(const char *);
	char room[4096];

	*(void **)&next = dlsym(RTLD_NEXT, "opendir");
	return next(real(name, room, sizeof(room)));
}

void *
dlopen(const char *name, int flags)
{
	void *(*next)(const char *, int);
	char room[4096];

	*(void **)&next = dlsym(RTLD_NEXT, "dlopen");
	return next(real(name, room, sizeof(room)), flags);
}
