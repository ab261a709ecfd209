/* SPDX-License-Identifier: Apache-2.0 */
/*
 * systemd.h - what systemd wants to hear, and the sockets it hands over:
 * sd_notify(3) and sd_listen_fds(3) without their library.  Without systemd
 * both do nothing.
 */
#ifndef SYS_SYSTEMD_H
#define SYS_SYSTEMD_H

/* "READY=1", "WATCHDOG=1", ...; nobody is told when NOTIFY_SOCKET is not
 * set. */
void systemd_notify(const char *state);

/* The socket of that name (FileDescriptorName=), or -1 with errno. */
int systemd_socket(const char *name);

#endif
