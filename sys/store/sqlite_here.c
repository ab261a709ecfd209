/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_here.c - a database by its name in the working directory.
 *
 * SQLite makes every path absolute; a process that was given a directory as a
 * descriptor may not be able to walk there from the root.  This is the usual
 * file system of SQLite but for that.
 */
#include "sqlite_inner.h"

static int
as_it_is(sqlite3_vfs *vfs, const char *name, int room, char *out)
{
	struct buf b = { .ptr = (uint8_t *)out, .cap = (size_t)room };

	(void)vfs;
	buf_str(&b, name);
	buf_byte(&b, '\0');
	return b.full ? SQLITE_CANTOPEN : SQLITE_OK;
}

const char *
db_here(void)
{
	/* SQLite keeps a list of these for the process; adding it again is
	 * nothing */
	static sqlite3_vfs here;
	const sqlite3_vfs *usual = sqlite3_vfs_find(NULL);

	if (usual == NULL)
		return NULL;
	if (here.zName == NULL) {
		here = *usual;
		here.zName = "assay-here";
		here.pNext = NULL;
		here.xFullPathname = as_it_is;
	}
	return sqlite3_vfs_register(&here, 0) == SQLITE_OK ? here.zName :
	    NULL;
}
