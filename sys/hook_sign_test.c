/* SPDX-License-Identifier: Apache-2.0 */
#include "hook_sign.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test/t.h"

static int
file_of(const char *text, mode_t mode)
{
	char path[] = "/tmp/hook_sign.XXXXXX";
	int fd = mkstemp(path);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) ||
	    fchmod(fd, mode) != 0)
		abort();
	unlink(path);
	return fd;
}

int
main(void)
{
	char line[HOOK_SIGNATURE], large[HOOK_KEY_MOST + 3];
	struct hook_key k;

	T_OK(hook_key_read(&k, file_of("0123456789abcdef\r\n", 0600)) == NULL
	    && k.n == 16, "a key without its line end");
	/* printf '1700000000.{"a":1}\n' |
	 *     openssl dgst -sha256 -hmac 0123456789abcdef */
	hook_sign(line, &k, 1700000000, SPAN("{\"a\":1}\n"));
	T_OK(strcmp(line, "Assay-Signature: t=1700000000,v1="
	    "18cfe137412ce58dbaa20ef668c0af70"
	    "a406aa27498ca2ea8817bd662d9ae6a0") == 0,
	    "what openssl says of the same");
	printf("# %s\n", line);
	hook_key_forget(&k);
	T_OK(k.n == 0 && k.bytes[0] == 0, "forgotten");
	T_OK(hook_key_read(&k, file_of("0123456789abcdef", 0640)) != NULL,
	    "not one that others read");
	T_OK(hook_key_read(&k, file_of("0123456789abcde\n", 0600)) != NULL,
	    "nor a short one");
	memset(large, 'k', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	T_OK(hook_key_read(&k, file_of(large, 0600)) != NULL, "nor a long one");
	large[HOOK_KEY_MOST] = '\0';
	T_OK(hook_key_read(&k, file_of(large, 0600)) == NULL &&
	    k.n == HOOK_KEY_MOST, "the longest");
	T_OK(hook_key_read(&k, -1) != NULL, "nor none");
	return t_done();
}
