/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The wall test: for each role, every forbidden act is tried in a process of
 * its own, by the system call filter alone, so that it holds where there is
 * no Landlock and no root.  What the kernel must do with it is end the
 * process by SIGSYS.  The same acts are tried without a wall first: there
 * none may end so, or the test would prove nothing.
 *
 * Then the other walls, as far as there are any here; what was not checked
 * is told.
 */
#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "test/t.h"

enum {
	F = 1 << ROLE_FRONT, E = 1 << ROLE_EVAL, R = 1 << ROLE_RESOLVE,
	S = 1 << ROLE_STORE, G = 1 << ROLE_SIGNER, W = 1 << ROLE_WEB,
	D = 1 << ROLE_READER, C = 1 << ROLE_COURIER,
	EVERY = F | E | R | S | G | W | D | C
};

/* Made before the walls go up. */
static struct {
	pid_t victim;
	int pair[2], inet, dir;
	void *page;
	char path[64];
} world;

/* ---- acts: true when done ---------------------------------------------- */

static bool
act_open(void)
{
	return syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY) >= 0;
}

static bool
act_old_open(void)
{
	return syscall(SYS_open, "/etc/passwd", O_RDONLY) >= 0;
}

static bool
act_openat2(void)
{
	uint64_t how[3] = { O_RDONLY, 0, 0 };

	return syscall(437, AT_FDCWD, "/etc/passwd", how, sizeof(how)) >= 0;
}

static bool
act_create(void)
{
	return syscall(SYS_creat, world.path, 0600) >= 0;
}

static bool
act_socket(void)
{
	return syscall(SYS_socket, AF_INET, SOCK_STREAM, 0) >= 0;
}

static bool
act_quiet_socket(void)
{
	return syscall(SYS_socket, AF_INET6, SOCK_STREAM | SOCK_NONBLOCK |
	    SOCK_CLOEXEC, 0) >= 0;
}

static bool
act_udp_socket(void)
{
	return syscall(SYS_socket, AF_INET, SOCK_DGRAM, 0) >= 0;
}

static bool
act_quiet_udp6_socket(void)
{
	return syscall(SYS_socket, AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK |
	    SOCK_CLOEXEC, 0) >= 0;
}

static bool
act_raw_socket(void)
{
	return syscall(SYS_socket, AF_INET, SOCK_RAW, 1) >= 0;
}

static bool
act_mptcp_socket(void)
{
	return syscall(SYS_socket, AF_INET, SOCK_STREAM, 262) >= 0;
}

/* Either call connects, without connect(). */
static bool
act_send_open(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = 9,
		.sin_addr = { htonl(INADDR_LOOPBACK) } };

	return sendto(world.inet, "x", 1, MSG_FASTOPEN | MSG_NOSIGNAL,
	    (struct sockaddr *)&to, sizeof(to)) == 1 || errno == ECONNREFUSED;
}

static bool
act_sendmsg_open(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = 9,
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct msghdr m = { .msg_name = &to, .msg_namelen = sizeof(to) };

	return sendmsg(world.inet, &m, MSG_FASTOPEN | MSG_NOSIGNAL) >= 0 ||
	    errno == ECONNREFUSED;
}

static bool
act_unix_socket(void)
{
	return syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0) >= 0;
}

static bool
act_packet_socket(void)
{
	return syscall(SYS_socket, AF_PACKET, SOCK_RAW, 0) >= 0;
}

static bool
act_connect(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = 9,
		.sin_addr = { htonl(INADDR_LOOPBACK) } };

	return connect(world.inet, (struct sockaddr *)&to, sizeof(to)) == 0 ||
	    errno == ECONNREFUSED;
}

static bool
act_bind(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) } };

	return bind(world.inet, (struct sockaddr *)&to, sizeof(to)) == 0;
}

static bool
act_listen(void)
{
	return listen(world.inet, 1) == 0;
}

static bool
act_accept(void)
{
	fcntl(world.inet, F_SETFL, O_NONBLOCK);
	return accept4(world.inet, NULL, NULL, 0) >= 0 || errno == EINVAL ||
	    errno == EAGAIN;
}

static bool
act_execve(void)
{
	char *const none[] = { NULL };
	char *const argv[] = { (char *)(uintptr_t)"true", NULL };

	execve("/bin/true", argv, none);
	return false;
}

static bool
act_execveat(void)
{
	char *const none[] = { NULL };

	syscall(SYS_execveat, world.dir, "bin/true", none, none, 0);
	return false;
}

/* Both processes come back from it; the child has nothing more to do. */
static bool
act_fork(void)
{
	long pid = syscall(SYS_fork);

	if (pid == 0)
		_exit(0);
	return pid > 0;
}

static bool
act_clone(void)
{
	long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

	if (pid == 0)
		_exit(0);
	return pid > 0;
}

static bool
act_clone3(void)
{
	uint64_t args[8] = { 0, 0, 0, 0, SIGCHLD, 0, 0, 0 };
	long pid = syscall(435, args, sizeof(args));

	if (pid == 0)
		_exit(0);
	return pid > 0;
}

static bool
act_ptrace(void)
{
	return ptrace(PTRACE_ATTACH, world.victim, NULL, NULL) == 0;
}

static bool
act_peek(void)
{
	return syscall(SYS_process_vm_readv, world.victim, NULL, 0, NULL, 0,
	    0) >= 0;
}

static bool
act_kill(void)
{
	return kill(world.victim, 0) == 0;
}

static bool
act_tgkill(void)
{
	return syscall(SYS_tgkill, world.victim, world.victim, 0) == 0;
}

static bool
act_pidfd(void)
{
	return syscall(434, world.victim, 0) >= 0;
}

static bool
act_queue_signal(void)
{
	return sigqueue(world.victim, 0, (union sigval){ 0 }) == 0;
}

static bool
act_own_signal(void)
{
	return fcntl(world.pair[0], F_SETOWN, world.victim) == 0;
}

static bool
act_mmap_exec(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE |
	    MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static bool
act_mprotect_exec(void)
{
	return mprotect(world.page, 4096, PROT_READ | PROT_EXEC) == 0;
}

static bool
act_pkey_exec(void)
{
	return syscall(SYS_pkey_mprotect, world.page, 4096, PROT_READ |
	    PROT_EXEC, -1) == 0;
}

static bool
act_unlink(void)
{
	return unlink(world.path) == 0;
}

static bool
act_unlinkat(void)
{
	return unlinkat(AT_FDCWD, world.path, 0) == 0;
}

static bool
act_link(void)
{
	return link("/etc/passwd", world.path) == 0;
}

static bool
act_symlink(void)
{
	return symlinkat("/etc/passwd", AT_FDCWD, world.path) == 0;
}

static bool
act_readlink(void)
{
	char b[64];

	return readlink("/proc/self/exe", b, sizeof(b)) > 0;
}

static bool
act_list(void)
{
	char b[2048];

	return syscall(SYS_getdents64, world.dir, b, sizeof(b)) > 0;
}

static bool
act_chmod(void)
{
	return fchmod(world.pair[0], 0777) == 0;
}

static bool
act_chown(void)
{
	return chown("/etc/passwd", (uid_t)-1, (gid_t)-1) == 0;
}

static bool
act_chdir(void)
{
	return chdir("/") == 0;
}

static bool
act_chroot(void)
{
	return chroot("/") == 0;
}

static bool
act_mount(void)
{
	return syscall(SYS_umount2, "/nonexistent", 0) == 0;
}

static bool
act_setuid(void)
{
	return setresuid((uid_t)-1, (uid_t)-1, (uid_t)-1) == 0;
}

static bool
act_limits(void)
{
	struct rlimit r = { 1, 1 };

	return setrlimit(RLIMIT_CORE, &r) == 0;
}

static bool
act_dumpable(void)
{
	return syscall(SYS_prctl, 4 /* PR_SET_DUMPABLE */, 1, 0, 0, 0) == 0;
}

static bool
act_uring(void)
{
	return syscall(425, 1, NULL) >= 0;
}

static bool
act_bpf(void)
{
	return syscall(SYS_bpf, 0, NULL, 0) >= 0;
}

static bool
act_keyring(void)
{
	return syscall(SYS_keyctl, 0, -3, 0) >= 0;
}

static bool
act_userfault(void)
{
	return syscall(SYS_userfaultfd, 0) >= 0;
}

static bool
act_shm(void)
{
	return syscall(SYS_shmget, 0, 4096, 0600) >= 0;
}

static bool
act_ioctl(void)
{
	int n;

	return syscall(SYS_ioctl, world.pair[0], 0x541B /* FIONREAD */, &n)
	    == 0;
}

static bool
act_clock(void)
{
	struct timespec ts = { 0, 0 };

	return clock_settime(CLOCK_THREAD_CPUTIME_ID, &ts) == 0;
}

static bool
act_old_abi(void)
{
#ifdef __x86_64__
	long r = 20;	/* getpid of i386 */

	__asm__ volatile("int $0x80" : "+a"(r) : : "memory");
	return r > 0;
#else
	return false;
#endif
}

/* shrug: these roles are told an error instead. */
static const struct act {
	const char *name;
	bool (*fn)(void);
	unsigned may, shrug;
	bool never;		/* forbidden to the parent, too */
} acts[] = {
	{ "open a file", act_open, S, R, false },
	{ "open a file, the old way", act_old_open, 0, R, false },
	{ "open a file, the new way", act_openat2, 0, 0, false },
	{ "create a file", act_create, 0, 0, false },
	{ "socket()", act_socket, R | C, 0, false },
	{ "socket() that does not block", act_quiet_socket, R | C, 0,
	  false },
	{ "a UDP socket", act_udp_socket, R, 0, false },
	{ "a UDP socket of IPv6", act_quiet_udp6_socket, R, 0, false },
	{ "a raw socket", act_raw_socket, R, 0, false },
	{ "an MPTCP socket", act_mptcp_socket, R, 0, false },
	{ "sendto() that connects", act_send_open, R, 0, false },
	{ "sendmsg() that connects", act_sendmsg_open, R, 0, false },
	{ "a unix socket", act_unix_socket, 0, 0, false },
	{ "a packet socket", act_packet_socket, 0, 0, false },
	{ "connect()", act_connect, R | C, 0, false },
	{ "bind()", act_bind, R, 0, false },
	{ "listen()", act_listen, 0, 0, false },
	{ "accept()", act_accept, F | W, 0, false },
	{ "execve()", act_execve, 0, 0, false },
	{ "execveat()", act_execveat, 0, 0, false },
	{ "fork()", act_fork, 0, 0, false },
	{ "clone()", act_clone, 0, 0, false },
	{ "clone3()", act_clone3, 0, 0, false },
	{ "ptrace()", act_ptrace, 0, 0, true },
	{ "read memory of others", act_peek, 0, 0, true },
	{ "kill()", act_kill, 0, 0, false },
	{ "tgkill() of another", act_tgkill, 0, 0, false },
	{ "pidfd_open()", act_pidfd, 0, 0, false },
	{ "sigqueue()", act_queue_signal, 0, 0, false },
	{ "signals by F_SETOWN", act_own_signal, 0, 0, false },
	{ "mmap() to execute", act_mmap_exec, 0, 0, false },
	{ "mprotect() to execute", act_mprotect_exec, 0, 0, false },
	{ "pkey_mprotect() to execute", act_pkey_exec, 0, 0, false },
	{ "unlink()", act_unlink, S, 0, false },
	{ "unlinkat()", act_unlinkat, S, 0, false },
	{ "link()", act_link, 0, 0, false },
	{ "symlinkat()", act_symlink, 0, 0, false },
	{ "readlink()", act_readlink, 0, 0, false },
	{ "list a directory", act_list, S, 0, false },
	{ "fchmod()", act_chmod, 0, 0, false },
	{ "chown()", act_chown, 0, 0, false },
	{ "chdir()", act_chdir, 0, 0, false },
	{ "chroot()", act_chroot, 0, 0, true },
	{ "umount()", act_mount, 0, 0, true },
	{ "setresuid()", act_setuid, 0, 0, false },
	{ "setrlimit()", act_limits, 0, 0, false },
	{ "become dumpable", act_dumpable, 0, EVERY, false },
	{ "io_uring", act_uring, 0, 0, true },
	{ "bpf()", act_bpf, 0, 0, true },
	{ "keyctl()", act_keyring, 0, 0, true },
	{ "userfaultfd()", act_userfault, 0, 0, true },
	{ "shmget()", act_shm, 0, 0, false },
	{ "ioctl()", act_ioctl, 0, EVERY, false },
	{ "clock_settime()", act_clock, 0, 0, true },
	{ "a call of another ABI", act_old_abi, 0, 0, true },
};

enum { N_ACTS = sizeof(acts) / sizeof(*acts) };

/* ---- trying ------------------------------------------------------------ */

enum end { DONE, REFUSED, KILLED, NO_WALL, STRANGE };
static const char *const end_words[] = { "was done", "was refused",
    "ended the process", "had no wall", "ended strangely" };

static enum end
wait_for(pid_t pid)
{
	int status = 0;

	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return STRANGE;
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSYS ? KILLED : STRANGE;
	return WEXITSTATUS(status) <= NO_WALL ?
	    (enum end)WEXITSTATUS(status) : STRANGE;
}

static enum end
try(enum role_kind role, bool wall, bool (*fn)(void))
{
	pid_t pid = fork();

	if (pid == 0) {
		if (wall && !sandbox_filter(role, true))
			_exit(NO_WALL);
		_exit(fn() ? DONE : REFUSED);
	}
	return wait_for(pid);
}

static void
judge(enum role_kind role, const struct act *a, bool ok, enum end got)
{
	char label[100];

	snprintf(label, sizeof(label), "%s: %s %s", role_kind_name(role),
	    a->name, end_words[got]);
	T_OK(ok, label);
}

static void
test_acts(enum role_kind role)
{
	for (size_t i = 0; i < N_ACTS; i++) {
		const struct act *a = &acts[i];
		enum end got = try(role, true, a->fn);

		if ((a->may & 1u << role) != 0)
			judge(role, a, got == DONE || got == REFUSED, got);
		else if ((a->shrug & 1u << role) != 0)
			judge(role, a, got == REFUSED, got);
		else
			judge(role, a, got == KILLED, got);
	}
}

/* The parent has to start and to open, and may not do what nobody may. */
static void
test_parent(void)
{
	for (size_t i = 0; i < N_ACTS; i++) {
		enum end got = try(ROLE_PARENT, true, acts[i].fn);

		judge(ROLE_PARENT, &acts[i], acts[i].never ? got == KILLED :
		    got == DONE || got == REFUSED, got);
	}
}

/* Could this test fail at all? */
static void
test_no_wall(void)
{
	unsigned done = 0, killed = 0;

	for (size_t i = 0; i < N_ACTS; i++) {
		enum end got = try(ROLE_EVAL, false, acts[i].fn);

		done += got == DONE;
		killed += got == KILLED;
		if (got != DONE)
			printf("# without a wall: %s %s\n", acts[i].name,
			    end_words[got]);
	}
	T_INT(killed, 0, "without a wall nothing ends the process");
	T_OK(done >= 15, "without a wall most of it is possible");
}

/* ---- what a role lives by ---------------------------------------------- */

static bool
act_live(void)
{
	char b[4] = "abc";
	struct iovec v = { b, 3 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };
	struct epoll_event ev;
	struct timespec ts;
	struct rusage u;
	int fd = memfd_create("x", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	void *p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE |
	    MAP_ANONYMOUS, -1, 0);
	char *big = malloc(4 << 20);

	memset(big, 1, 4 << 20);
	free(big);
	return fd >= 0 && p != MAP_FAILED && ftruncate(fd, 10) == 0 &&
	    fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE) == 0 &&
	    sendmsg(world.pair[0], &m, 0) == 3 &&
	    recvmsg(world.pair[1], &m, 0) == 3 &&
	    send(world.pair[0], b, 3, MSG_NOSIGNAL) == 3 &&
	    read(world.pair[1], b, 3) == 3 &&
	    epoll_wait(world.inet, &ev, 1, 0) < 0 &&
	    getrandom(b, 4, 0) == 4 && getrusage(RUSAGE_SELF, &u) == 0 &&
	    clock_gettime(CLOCK_MONOTONIC, &ts) == 0 && close(fd) == 0;
}

static bool
act_abort(void)
{
	abort();
}

static void
test_life(enum role_kind role)
{
	int status = 0;
	pid_t pid;

	T_INT(try(role, true, act_live), DONE, role_kind_name(role));
	pid = fork();
	if (pid == 0) {
		signal(SIGABRT, SIG_DFL);
		if (sandbox_limits(role, 0) && sandbox_filter(role, true))
			act_abort();
		_exit(1);
	}
	waitpid(pid, &status, 0);
	T_OK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT,
	    "abort() is an abort");
}

/* ---- the other walls --------------------------------------------------- */

/* A child in all its walls, which waits until it is ended. */
static pid_t
start(enum role_kind role, const struct sandbox_want *want)
{
	int say[2];
	char c = 'n';
	const char *why = "?";
	pid_t pid;

	if (pipe(say) < 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		c = sandbox_enter(role, want, &why) ? 'y' : 'n';
		if (c == 'n')
			printf("# %s: %s: %s\n", role_kind_name(role), why,
			    strerror(errno));
		fflush(stdout);
		if (write(say[1], &c, 1) == 1)
			poll(NULL, 0, 20000);
		_exit(0);
	}
	close(say[1]);
	if (read(say[0], &c, 1) != 1 || c != 'y') {
		waitpid(pid, NULL, 0);
		pid = -1;
	}
	close(say[0]);
	return pid;
}

/* A line of /proc/PID/WHAT that begins so; what follows it. */
static const char *
proc(pid_t pid, const char *what, const char *begin)
{
	static char line[256];
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, what);
	f = fopen(path, "r");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, begin, strlen(begin)) == 0) {
			fclose(f);
			line[strcspn(line, "\n")] = '\0';
			return line + strlen(begin);
		}
	if (f != NULL)
		fclose(f);
	return "";
}

static void
test_inside(enum role_kind role)
{
	struct sandbox_want want = { .dir = role == ROLE_STORE ? world.dir :
		-1, .parent = getpid() };
	pid_t pid;
	struct stat st = { .st_uid = 0 };
	char path[64];

	if (getuid() == 0)
		want.uid = want.gid = 65534;
	pid = start(role, &want);
	T_OK(pid > 0, role_kind_name(role));
	if (pid < 0)
		return;
	T_SPAN(assay_cstr(proc(pid, "status", "Seccomp:\t")),
	    assay_cstr("2"), "seccomp is on");
	T_SPAN(assay_cstr(proc(pid, "status", "NoNewPrivs:\t")),
	    assay_cstr("1"), "no new privileges");
	if (getuid() == 0) {
		snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
		T_OK(stat(path, &st) == 0 && st.st_uid == 0,
		    "not dumpable: its memory is not its user's");
		T_SPAN(assay_cstr(proc(pid, "status", "Uid:\t")),
		    assay_cstr("65534\t65534\t65534\t65534"), "user");
		T_SPAN(assay_cstr(proc(pid, "status", "Groups:\t")),
		    assay_cstr(" "), "no groups");
		T_SPAN(assay_cstr(proc(pid, "status", "CapEff:\t")),
		    assay_cstr("0000000000000000"), "no capabilities");
		T_OK(strncmp(proc(pid, "limits", "Max core file size"),
		    "        0 ", 10) == 0, "no core");
		T_OK(strncmp(proc(pid, "limits", "Max processes"),
		    "             0 ", 15) == 0, "no processes");
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void
test_orphan(void)
{
	int alive[2];
	char c;
	pid_t pid;

	T_OK(pipe(alive) == 0, "pipe");
	pid = fork();
	if (pid == 0) {
		struct sandbox_want want = { .dir = -1, .parent = getpid() };

		close(alive[0]);
		_exit(start(ROLE_EVAL, &want) > 0 ? 0 : 1);
	}
	close(alive[1]);
	T_INT(wait_for(pid), DONE, "a parent with a child");
	T_INT(read(alive[0], &c, 1), 0, "the child dies with its parent");
	close(alive[0]);
}

static bool
landlocked(enum role_kind role, int dir, bool *inside, bool *outside)
{
	static const uint16_t none[2] = { 0, 0 };
	int status = 0, abi = 0;
	pid_t pid = fork();

	if (pid == 0) {
		int bits = 0;

		if (syscall(SYS_prctl, 38 /* NO_NEW_PRIVS */, 1, 0, 0, 0) < 0
		    || !sandbox_files(role, dir, none, &abi))
			_exit(99);
		if (openat(world.dir, "inside", O_RDWR | O_CREAT, 0600) >= 0)
			bits |= 1;
		if (openat(AT_FDCWD, "/etc/passwd", O_RDONLY) >= 0)
			bits |= 2;
		_exit(abi == 0 ? 98 : bits);
	}
	waitpid(pid, &status, 0);
	*inside = (WEXITSTATUS(status) & 1) != 0;
	*outside = (WEXITSTATUS(status) & 2) != 0;
	if (!WIFEXITED(status) || WEXITSTATUS(status) > 3) {
		printf("# Landlock: child ended with %d\n",
		    WEXITSTATUS(status));
		return false;
	}
	return true;
}

/* errno of connect() to these ports of this host, behind courier's wall with
 * only the first of them. */
static int
ports(int *first, int *other)
{
	static const uint16_t port[2] = { 0, 9 };
	int status = 0, abi = 0;
	pid_t pid = fork();

	if (pid == 0) {
		int bits = 0;

		if (syscall(SYS_prctl, 38 /* NO_NEW_PRIVS */, 1, 0, 0, 0) < 0
		    || !sandbox_files(ROLE_COURIER, -1, port, &abi))
			_exit(99);
		for (int i = 0; i < 2; i++) {
			struct sockaddr_in to = { .sin_family = AF_INET,
				.sin_port = htons((uint16_t)(9 + i)),
				.sin_addr = { htonl(INADDR_LOOPBACK) } };
			int fd = socket(AF_INET, SOCK_STREAM, 0);

			if (connect(fd, (struct sockaddr *)&to,
			    sizeof(to)) != 0 && errno == EACCES)
				bits |= 1 << i;
		}
		_exit(bits);
	}
	waitpid(pid, &status, 0);
	*first = WEXITSTATUS(status) & 1;
	*other = WEXITSTATUS(status) >> 1 & 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

static void
test_ports(long version)
{
	int first, other;

	if (version < 4) {
		printf("# NOT CHECKED: ports, this kernel's Landlock does "
		    "not know them\n");
		return;
	}
	T_OK(ports(&first, &other) <= 3, "courier");
	T_OK(!first, "courier connects to the relay's port");
	T_OK(other, "courier connects to no other");
}

static void
test_landlock(void)
{
	bool inside, outside;
	long version = syscall(444, NULL, 0, 1);

	if (version <= 0) {
		printf("# NOT CHECKED: Landlock, this kernel has none\n");
		return;
	}
	printf("# Landlock version %ld\n", version);
	T_OK(landlocked(ROLE_STORE, world.dir, &inside, &outside), "store");
	T_OK(inside, "store writes below its directory");
	T_OK(!outside, "store opens nothing else");
	T_OK(landlocked(ROLE_EVAL, -1, &inside, &outside), "eval");
	T_OK(!inside && !outside, "eval opens nothing");
	test_ports(version);
}

/* ---- the world --------------------------------------------------------- */

static bool
make_world(void)
{
	char dir[] = "/tmp/assay-walls-XXXXXX";

	if (mkdtemp(dir) == NULL)
		return false;
	chmod(dir, 0777);
	snprintf(world.path, sizeof(world.path), "%s/made", dir);
	world.dir = open(dir, O_RDONLY | O_DIRECTORY);
	world.inet = socket(AF_INET, SOCK_STREAM, 0);
	world.page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
	    -1, 0);
	world.victim = fork();
	if (world.victim == 0) {
		poll(NULL, 0, 110000);
		_exit(0);
	}
	return socketpair(AF_UNIX, SOCK_STREAM, 0, world.pair) == 0 &&
	    world.dir >= 0 && world.inet >= 0 && world.page != MAP_FAILED &&
	    world.victim > 0;
}

static void
end_world(void)
{
	kill(world.victim, SIGKILL);
	waitpid(world.victim, NULL, 0);
	unlink(world.path);
	unlinkat(world.dir, "inside", 0);
	*strrchr(world.path, '/') = '\0';
	rmdir(world.path);
}

int
main(void)
{
	alarm(110);
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGABRT, SIG_DFL);
	if (!make_world())
		return 1;
	test_no_wall();
	for (int role = ROLE_PARENT + 1; role < ROLE_KINDS; role++)
		test_acts((enum role_kind)role);
	test_parent();
	for (int role = ROLE_PARENT + 1; role < ROLE_KINDS; role++) {
		test_life((enum role_kind)role);
		test_inside((enum role_kind)role);
	}
	test_orphan();
	test_landlock();
	if (getuid() != 0)
		printf("# NOT CHECKED: users, groups, capabilities, since "
		    "this is not root\n");
	if (!sandbox_kills())
		printf("# NOT CHECKED: sandbox_enter() with walls that end, "
		    "as this build only logs\n");
	end_world();
	return t_done();
}
