/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sandbox.c - the order matters: limits and the user first, while we may;
 * then no new privileges, without which the rest is not allowed to us;
 * Landlock; and seccomp last, since it forbids all of these.
 */
#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	FRONT = 1 << ROLE_FRONT, EVAL = 1 << ROLE_EVAL,
	RESOLVE = 1 << ROLE_RESOLVE, STORE = 1 << ROLE_STORE,
	SIGNER = 1 << ROLE_SIGNER, WEB = 1 << ROLE_WEB,
	READER = 1 << ROLE_READER, COURIER = 1 << ROLE_COURIER,
	ALL = FRONT | EVAL | RESOLVE | STORE | SIGNER | WEB | READER |
	    COURIER
};

/* ---- seccomp ----------------------------------------------------------- */

enum rule_kind { RULE_MAY, RULE_DATA, RULE_INET, RULE_TCP, RULE_SEND,
    RULE_SELF, RULE_CMD, RULE_SHRUG };

static const struct rule {
	enum rule_kind kind;
	unsigned roles;
	int call;
	int value;		/* argument or errno */
} rules[] = {
#define WALL_MAY(roles, name) { RULE_MAY, roles, SCMP_SYS(name), 0 },
#define WALL_DATA(roles, name, arg) \
	{ RULE_DATA, roles, SCMP_SYS(name), arg },
#define WALL_INET(roles, name) { RULE_INET, roles, SCMP_SYS(name), 0 },
#define WALL_TCP(roles, name) { RULE_TCP, roles, SCMP_SYS(name), 0 },
#define WALL_SEND(roles, name, arg) \
	{ RULE_SEND, roles, SCMP_SYS(name), arg },
#define WALL_SELF(roles, name) { RULE_SELF, roles, SCMP_SYS(name), 0 },
#define WALL_CMD(roles, name, cmd) { RULE_CMD, roles, SCMP_SYS(name), cmd },
#define WALL_SHRUG(roles, name, e) { RULE_SHRUG, roles, SCMP_SYS(name), e },
#include "walls.def"
};

static const int never[] = {
#define WALL_NEVER(name) SCMP_SYS(name),
#include "walls.def"
};

static int
allow_if(scmp_filter_ctx ctx, int call, struct scmp_arg_cmp cmp)
{
	return seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, call, 1, &cmp);
}

/* The flags may be there or not.  Protocol 0: else it could be MPTCP or
 * SCTP, which no rule about ports of TCP meets.  The kernel reads int. */
static int
allow_tcp(scmp_filter_ctx ctx, int call, int family)
{
	const scmp_datum_t type = UINT32_MAX &
	    ~(scmp_datum_t)(SOCK_NONBLOCK | SOCK_CLOEXEC);
	const struct scmp_arg_cmp cmp[] = {
		{ 0, SCMP_CMP_EQ, (scmp_datum_t)family, 0 },
		{ 1, SCMP_CMP_MASKED_EQ, type, SOCK_STREAM },
		{ 2, SCMP_CMP_EQ, 0, 0 } };

	return seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, call, 3, cmp);
}

static int
add_rule(scmp_filter_ctx ctx, const struct rule *r)
{
	int rc = 0;

	switch (r->kind) {
	case RULE_MAY:
		return seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, r->call, 0,
		    NULL);
	case RULE_DATA:
		return allow_if(ctx, r->call, (struct scmp_arg_cmp){
		    (unsigned)r->value, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0 });
	case RULE_INET:
		rc = allow_if(ctx, r->call, (struct scmp_arg_cmp){
		    0, SCMP_CMP_EQ, AF_INET, 0 });
		return rc < 0 ? rc : allow_if(ctx, r->call,
		    (struct scmp_arg_cmp){ 0, SCMP_CMP_EQ, AF_INET6, 0 });
	case RULE_TCP:
		rc = allow_tcp(ctx, r->call, AF_INET);
		return rc < 0 ? rc : allow_tcp(ctx, r->call, AF_INET6);
	case RULE_SEND:
		return allow_if(ctx, r->call, (struct scmp_arg_cmp){
		    (unsigned)r->value, SCMP_CMP_MASKED_EQ, MSG_FASTOPEN, 0 });
	case RULE_SELF:
		return allow_if(ctx, r->call, (struct scmp_arg_cmp){
		    0, SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0 });
	case RULE_CMD:
		return allow_if(ctx, r->call, (struct scmp_arg_cmp){
		    1, SCMP_CMP_EQ, (scmp_datum_t)r->value, 0 });
	case RULE_SHRUG:
		return seccomp_rule_add_array(ctx,
		    SCMP_ACT_ERRNO((uint16_t)r->value), r->call, 0, NULL);
	}
	return rc;
}

/* A call that this architecture does not know needs no rule. */
static int
add_rules(scmp_filter_ctx ctx, enum role_kind role, uint32_t end)
{
	int rc = 0;

	if (role == ROLE_PARENT) {
		for (size_t i = 0; i < sizeof(never) / sizeof(*never) &&
		    rc == 0; i++)
			if (never[i] >= 0)
				rc = seccomp_rule_add_array(ctx, end,
				    never[i], 0, NULL);
		return rc;
	}
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules) && rc == 0; i++)
		if ((rules[i].roles & 1u << role) != 0 && rules[i].call >= 0)
			rc = add_rule(ctx, &rules[i]);
	return rc;
}

bool
sandbox_filter(enum role_kind role, bool kills)
{
	uint32_t end = kills ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_LOG;
	scmp_filter_ctx ctx = seccomp_init(role == ROLE_PARENT ?
	    SCMP_ACT_ALLOW : end);
	int rc;

	if (ctx == NULL) {
		errno = ENOMEM;
		return false;
	}
	rc = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, end);
	if (rc == 0)
		rc = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1);
	if (rc == 0)	/* a tree: every call of ours passes it */
		rc = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (rc == 0)
		rc = add_rules(ctx, role, end);
	if (rc == 0)
		rc = seccomp_load(ctx);
	seccomp_release(ctx);
	errno = -rc;
	return rc == 0;
}

bool
sandbox_kills(void)
{
#ifdef __SANITIZE_ADDRESS__
	return false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
	return false;
#endif
#endif
	return true;
}

/* ---- limits ------------------------------------------------------------ */

static const struct { rlim_t files, mib; } limits[ROLE_KINDS] = {
#define WALL_LIMIT(ROLE, files, mib, why) [ROLE_##ROLE] = { files, mib },
#include "walls.def"
};

static bool
set_limit(int what, rlim_t n)
{
	struct rlimit old, r = { n, n };

	if (getrlimit((__rlimit_resource_t)what, &old) < 0)
		return false;
	if (old.rlim_max < n)	/* what we were given is less: so be it */
		r.rlim_cur = r.rlim_max = old.rlim_max;
	return setrlimit((__rlimit_resource_t)what, &r) == 0;
}

bool
sandbox_limits(enum role_kind role, unsigned files)
{
	if (!set_limit(RLIMIT_CORE, 0))
		return false;
	if (role == ROLE_PARENT)
		return true;
	if (!set_limit(RLIMIT_NPROC, 0) ||
	    !set_limit(RLIMIT_NOFILE, files > 0 ? files : limits[role].files))
		return false;
	/* the sanitizer maps 16 TiB */
	return !sandbox_kills() ||
	    set_limit(RLIMIT_AS, limits[role].mib << 20);
}

/* ---- who we are -------------------------------------------------------- */

static bool
take_user(const struct sandbox_want *w)
{
	if (w->uid == 0 || geteuid() != 0)
		return true;
	return setgroups(0, NULL) == 0 &&
	    setresgid(w->gid, w->gid, w->gid) == 0 &&
	    setresuid(w->uid, w->uid, w->uid) == 0 &&
	    setresuid(0, 0, 0) < 0;	/* or it was no leave */
}

/* After the user has changed, which resets both. */
static bool
take_leave(const struct sandbox_want *w)
{
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return false;
	if (w->parent == 0)
		return true;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return false;
	errno = ESRCH;		/* it died before we asked */
	return getppid() == w->parent;
}

bool
sandbox_enter(enum role_kind role, const struct sandbox_want *want,
    const char **why)
{
	int abi;

	*why = "resource limits";
	if (!sandbox_limits(role, want->files))
		return false;
	*why = "the user of this role";
	if (role != ROLE_PARENT && !take_user(want))
		return false;
	*why = "no new privileges";
	if (!take_leave(want))
		return false;
	*why = "the file wall (Landlock)";
	if (role != ROLE_PARENT && !sandbox_files(role, want->dir,
	    want->port, &abi))
		return false;
	*why = "the system call wall (seccomp)";
	return sandbox_filter(role, sandbox_kills());
}

void
sandbox_alone(int keep)
{
	if (keep > 3)
		(void)close_range(3, (unsigned)keep - 1, 0);
	(void)close_range((unsigned)keep + 1, ~0u, 0);
}
