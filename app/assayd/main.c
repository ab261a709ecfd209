/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c - assayd(8): the flags, the background, and which role this
 * process is.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "configuration.h"
#include "parent.h"
#include "role.h"

#ifndef ASSAY_CONF
#define ASSAY_CONF "/etc/assay/assay.conf"
#endif

struct flags {
	bool foreground, check, help, version;
	const char *conf, *clock, *role, *fds;
};

enum { FLAG_CHECK = 256, FLAG_CLOCK, FLAG_ROLE, FLAG_FDS, FLAG_VERSION };

static const struct option longs[] = {
	{ "foreground", no_argument, NULL, 'f' },
	{ "config", required_argument, NULL, 'c' },
	{ "check", no_argument, NULL, FLAG_CHECK },
	{ "test-clock", required_argument, NULL, FLAG_CLOCK },
	{ "role", required_argument, NULL, FLAG_ROLE },
	{ "fds", required_argument, NULL, FLAG_FDS },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, FLAG_VERSION },
	{ NULL, 0, NULL, 0 }
};

static const char help[] =
"assayd - one milter that verifies, enforces and signs mail\n"
"\n"
"usage: assayd [-f] [-c FILE]\n"
"       assayd --check [-c FILE]\n"
"\n"
"  -f, --foreground    stay in the foreground, log to stderr\n"
"  -c, --config FILE   the configuration; default " ASSAY_CONF "\n"
"      --check         read the configuration, say what is wrong, end\n"
"      --test-clock SOCKET  let a test move the time (never as root)\n"
"      --version       print the version\n"
"\n"
"Three lines of configuration are enough to begin:\n"
"\n"
"    authserv-id mx.example.org\n"
"    listen milter unix:/run/assay/milter.sock\n"
"    resolver 127.0.0.1\n"
"\n"
"and in Postfix:\n"
"\n"
"    postconf -e smtpd_milters=unix:/run/assay/milter.sock\n"
"\n"
"To look first and change nothing, say 'listen milter SOCKET mode observe'.\n"
"SIGHUP reads the configuration again, SIGTERM ends when the work in\n"
"flight is done.  'assay status' shows what goes on, 'assay doctor' what\n"
"is not well.  See assayd(8) and assay.conf(5).\n";

static bool
read_flags(struct flags *f, int argc, char **argv)
{
	int c;

	while ((c = getopt_long(argc, argv, "fc:h", longs, NULL)) != -1) {
		switch (c) {
		case 'f': f->foreground = true; break;
		case 'c': f->conf = optarg; break;
		case 'h': f->help = true; break;
		case FLAG_CHECK: f->check = true; break;
		case FLAG_CLOCK: f->clock = optarg; break;
		case FLAG_ROLE: f->role = optarg; break;
		case FLAG_FDS: f->fds = optarg; break;
		case FLAG_VERSION: f->version = true; break;
		default: return false;
		}
	}
	if (optind < argc)
		fprintf(stderr, "assayd: '%s' is not expected here\n",
		    argv[optind]);
	return optind == argc;
}

static int
run_role(const struct flags *f)
{
	static struct role role;

	if (f->fds == NULL || !role_begin(&role, f->role, f->fds))
		return 1;
	switch (role.kind) {
	case ROLE_FRONT: return role_front(&role);
	case ROLE_EVAL: return role_eval(&role);
	case ROLE_RESOLVE: return role_resolve(&role);
	case ROLE_STORE: return role_store(&role);
	case ROLE_SIGNER: return role_signer(&role);
	case ROLE_WEB: return role_web(&role);
	case ROLE_READER: return role_reader(&role);
	case ROLE_COURIER: return role_courier(&role);
	case ROLE_PARENT:
	case ROLE_KINDS:
		break;
	}
	return 1;
}

static int
check(const struct flags *f, const struct log *log)
{
	struct configuration conf;
	bool ok = configuration_read(&conf, f->conf, log, clock_unix(NULL));

	configuration_free(&conf);
	if (ok)
		printf("%s: no mistakes\n", f->conf);
	return ok ? 0 : 2;
}

/* In the background: the caller waits until mail may come, and knows by the
 * exit status whether it may. */
static int
in_background(struct parent_options *o)
{
	char byte;
	int fd[2];
	pid_t pid;

	if (pipe(fd) != 0)
		return 1;
	pid = fork();
	if (pid < 0)
		return 1;
	if (pid > 0) {
		close(fd[1]);
		return read(fd[0], &byte, 1) == 1 ? 0 : 1;
	}
	close(fd[0]);
	setsid();
	o->ready_fd = fd[1];
	fcntl(fd[1], F_SETFD, FD_CLOEXEC);
	return parent_run(o);
}

int
main(int argc, char **argv)
{
	static char self[4096];
	struct flags f = { .conf = ASSAY_CONF };
	struct parent_options o = { .ready_fd = -1,
		.log = { .fd = STDERR_FILENO } };
	ssize_t n;

	if (!read_flags(&f, argc, argv)) {
		fprintf(stderr, "'assayd --help' tells what there is\n");
		return 2;
	}
	if (f.help || f.version) {
		if (f.help)
			fputs(help, stdout);
		else
			printf("assayd %s\n", assay_version());
		return 0;
	}
	if (f.role != NULL)
		return run_role(&f);
	if (f.check)
		return check(&f, &o.log);
	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n < 0) {
		fprintf(stderr, "assayd: /proc is needed: %s\n",
		    strerror(errno));
		return 1;
	}
	o.self = self;
	o.conf_path = f.conf;
	o.test_clock = f.clock;
	return f.foreground ? parent_run(&o) : in_background(&o);
}
