/* SPDX-License-Identifier: Apache-2.0 */
/*
 * args.h - the command line, read once.
 *
 * commands are bits, so that flags.def can say who takes what.  A word that
 * is not known is an error with the nearest one that is.
 */
#ifndef ASSAY_ARGS_H
#define ASSAY_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum command {
	C_CHECK = 1, C_EXPLAIN = 2, C_REPLAY = 4, C_SPF = 8, C_DKIM = 16,
	C_ARC = 32, C_DMARC = 64, C_CONF = 128, C_DEMO = 256, C_HELP = 512,
	C_DOCTOR = 1024, C_STATUS = 2048, C_TOKEN = 4096,
	C_KEY = 8192, C_DOMAIN = 16384, C_STORE = 32768, C_REPORT = 65536,
	C_SOURCE = 131072, C_POLICY = 262144,
	C_ROLLOUT = 524288, C_ALERTS = 1048576, C_DIGEST = 2097152,
	C_TRAITS = 4194304, C_CONTENT = 8388608, C_LOOKALIKE = 16777216,
	C_AGE = 536870912,
	C_EVAL = 33554432, C_LEARN = 67108864
};
/* Those for which an int has no bit. */
#define C_HELD (UINT64_C(1) << 32)
#define C_RELEASE (UINT64_C(1) << 33)
#define C_LABEL (UINT64_C(1) << 34)
#define C_SHARE (UINT64_C(1) << 35)
#define C_ERASE (UINT64_C(1) << 36)

typedef uint64_t command_bits;

/* Commands that judge messages, look something up, may meet many. */
#define C_MANY C_CHECK
#define C_JUDGE (C_CHECK | C_EXPLAIN | C_DKIM | C_ARC)
#define C_LOOKUP (C_SPF | C_DMARC)
#define C_ALL UINT64_MAX

enum exit_code {
	EXIT_ACCEPTED = 0, EXIT_NOT_ACCEPTED = 1, EXIT_USAGE = 2,
	EXIT_UNREADABLE = 3, EXIT_TEMPORARY = 4
};

enum flag_id {
#define X(ID, name, arg, commands, help) F_##ID,
#include "flags.def"
#undef X
	F_COUNT
};

struct flag {
	const char *name, *arg;
	command_bits commands;
	const char *help;
};

extern const struct flag flag_table[F_COUNT];

struct args {
	command_bits command;
	const char *name;		/* of the command                    */
	bool given[F_COUNT];
	const char *value[F_COUNT];	/* of flags with an argument         */
	int64_t time;
	unsigned jobs;
	const char **word;		/* what is not a flag, in order      */
	size_t n_word;
	bool help;
};

/* Reads argv behind the command's name.  False: an error was printed. */
bool args_read(struct args *out, int argc, char **argv);
void args_free(struct args *args);

/* A decimal number of at most max, nothing else. */
bool args_number(const char *text, uint64_t max, uint64_t *out);

#endif
