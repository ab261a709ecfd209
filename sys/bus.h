/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bus.h - typed messages between two processes, over SOCK_SEQPACKET.
 *
 * msgs.def is the list; from it come a struct for every message, a sender
 * bus_send_NAME(), and the check of what arrives.  Nothing is ever sent as
 * it lies in memory.  The receiver treats its peer as hostile: kind, pair,
 * lengths and the number of descriptors are checked before anybody sees a
 * message.
 */
#ifndef SYS_BUS_H
#define SYS_BUS_H

#include "base/buf.h"
#include "loop.h"
#include "role_kind.h"

enum {
	BUS_MAX = 128 << 10,	/* octets of one message: below the kernel's
				 * default of 208 KiB for a socket's buffer  */
	BUS_QUEUE = 8 << 20	/* octets that wait for a slow peer          */
};

enum msg_kind {
	MSG_NONE = 0,
#define X(ID, name, pairs, fields) MSG_##ID,
#include "msgs.def"
#undef X
	MSG_KINDS
};

#define BUS_u8 uint8_t
#define BUS_u16 uint16_t
#define BUS_u32 uint32_t
#define BUS_u64 uint64_t
#define BUS_i64 int64_t
#define BUS_bytes struct span
#define F(type, name) BUS_##type name;
#define X(ID, name, pairs, fields) struct msg_##name { fields };
#include "msgs.def"
#undef X
#undef F

/* A message as it arrived; spans live until the next one of this bus. */
struct msg {
	enum msg_kind kind;
	int fd;			/* -1: none; whoever keeps it sets -1 here */
	union {
#define X(ID, name, pairs, fields) struct msg_##name name;
#include "msgs.def"
#undef X
	};
};

struct bus;
typedef void bus_fn(void *ctx, struct bus *bus, struct msg *m);

/* Takes the descriptor (and closes it at the end).  me and peer are the two
 * that may speak here.  NULL: no memory. */
struct bus *bus_new(int fd, enum role_kind me, enum role_kind peer,
    unsigned peer_index);
void bus_free(struct bus *bus);

/* fn is called for each message.  When the peer breaks the rules, fault is
 * called once with a sentence, and what it sent is thrown away.  When it is
 * gone, gone is called; both may be NULL. */
struct bus_calls {
	bus_fn *fn;
	void (*fault)(void *ctx, struct bus *bus, const char *what);
	void (*gone)(void *ctx, struct bus *bus);
	void *ctx;
};
bool bus_join(struct bus *bus, struct loop *loop,
    const struct bus_calls *calls);

enum role_kind bus_peer(const struct bus *bus);
unsigned bus_peer_index(const struct bus *bus);

/* Receives one message at once: 1 got it, 0 there is none now, or the peer
 * is gone, or broke the rules (*what says how, may be NULL). */
enum { BUS_BROKEN = -1, BUS_GONE = -2 };
int bus_receive(struct bus *bus, struct msg *m, const char **what);

/* Hears at once all that the peer has said so far. */
void bus_hear(struct bus *bus);

/* Octets that wait to be sent. */
size_t bus_waiting(const struct bus *bus);

/* What was queued for the peer that died is of no use to the next one. */
void bus_forget(struct bus *bus);

/* False: it does not fit, or too much waits, or the peer is gone; nothing
 * was sent.  fd is borrowed, -1: none. */
bool bus_send(struct bus *bus, enum msg_kind kind, const void *fields,
    int fd);
#define X(ID, name, pairs, fields) \
	static inline bool \
	bus_send_##name(struct bus *bus, const struct msg_##name *m, int fd) \
	{ \
		return bus_send(bus, MSG_##ID, m, fd); \
	}
#include "msgs.def"
#undef X

/* The encoding by itself, for tests and the hunt. */
bool msg_encode(struct buf *out, enum msg_kind kind, const void *fields);
/* what: static text when false. */
bool msg_decode(struct msg *out, struct span in, const char **what);
bool msg_allowed(enum msg_kind kind, enum role_kind from, enum role_kind to);
const char *msg_name(enum msg_kind kind);

/* Lists: items with their length in front. */
void bus_list_put(struct buf *out, struct span item);
/* False: no more, or the rest is malformed (then *list is absent). */
bool bus_list_next(struct span *list, struct span *item);
/* Numbers inside items, big endian. */
void bus_put_u16(struct buf *out, uint16_t v);
void bus_put_u32(struct buf *out, uint32_t v);
void bus_put_u64(struct buf *out, uint64_t v);
bool bus_get(struct span *in, size_t octets, uint64_t *out);
/* A client: its family (0: unknown, as is what cannot be read), 16 octets. */
enum { BUS_CLIENT = 17 };
void bus_put_client(struct buf *out, const struct assay_addr *client);
struct assay_addr bus_client(struct span octets);

#endif
