/* SPDX-License-Identifier: Apache-2.0 */
/*
 * systemd.h - what systemd wants to hear, and the sockets it hands over:
 * sd_notify(3), sd_watchdog_enabled(3) and sd_listen_fds(3) without their
 * library.  Without systemd all do nothing.
 */
#ifndef SYS_SYSTEMD_H
#define SYS_SYSTEMD_H

/* "READY=1", "WATCHDOG=1", ...; nobody is told when NOTIFY_SOCKET is not
 * set. */
void systemd_notify(const char *state);

/* How often it wants to hear WATCHDOG=1, in ms: twice in the time after
 * which it ends us; 0: it does not watch us. */
long systemd_watchdog_ms(void);

/* The socket of that name (FileDescriptorName=), or -1 with errno. */
int systemd_socket(const char *name);

#endif
