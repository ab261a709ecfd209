/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval_bonds.c - who belongs to us, as our own mail has shown: the image of it
 * that messages are judged by, made anew when store knows more, and what each
 * message adds, behind its record.
 */
#include "p_eval.h"

#include "base/limits.h"
#include "behave/weight.h"
#include "eval_house.h"
#include "partners.h"

enum { ANEW_MS = 1000 };	/* between images, which take milliseconds   */

void
bonds_begin(struct evals *e)
{
	int fd = role_fd(e->role, "partners", 0);

	if (fd >= 0 && e->accounts != NULL)
		e->partners = partners_open(fd, accounts_key(e->accounts),
		    false);
	if (fd >= 0 && e->partners == NULL)
		log_say(&e->role->log, "partners-off",
		    "the file of partners cannot be read");
}

/* Into the one of two that no message has. */
static void
make_anew(struct evals *e)
{
	unsigned other = 1 - e->image_now;
	struct image *i = &e->image[other], *was = &e->image[e->image_now];
	uint64_t generation = partners_generation(e->partners);
	struct learned_in in;

	if (i->users > 0)
		return;
	in = partners_image(e->partners,
	    day_of(loop_time(e->role->loop)));
	assay_learned_free(i->learned);
	if (assay_learned_new(&i->learned, &in) != ASSAY_OK)
		return;
	e->generation = generation;
	e->image_now = other;
	if (was->users > 0)
		return;
	assay_learned_free(was->learned);
	was->learned = NULL;
}

/* Before the first octet of a message. */
void
bonds_use(struct slot *s)
{
	struct evals *e = s->evals;
	int64_t now = loop_ms(e->role->loop);
	struct image *i;

	if (e->partners == NULL)
		return;
	if ((e->image[e->image_now].learned == NULL || (now >= e->image_at &&
	    partners_generation(e->partners) != e->generation))) {
		e->image_at = now + ANEW_MS;
		make_anew(e);
	}
	i = &e->image[e->image_now];
	i->users++;
	s->image = i;
	eval_learned(s->ev, i->learned);
}

void
bonds_leave(struct slot *s)
{
	struct image *i = s->image;

	s->image = NULL;
	if (s->ev != NULL)
		eval_learned(s->ev, NULL);
	if (i == NULL || --i->users > 0 ||
	    i == &s->evals->image[s->evals->image_now])
		return;
	assay_learned_free(i->learned);
	i->learned = NULL;
}

/* Of what reached its reader.  An account that is unlike itself makes nobody
 * a partner, nor does mail in which something was found; that it came by a
 * forwarder is so all the same. */
void
put_bonds(struct slot *s, const struct ending *end, struct buf *out)
{
	bool observe = s->evals->daemon->listener[s->listener].observe;
	bool calm = end->v->disposition == ASSAY_ACCEPT || observe;
	enum assay_standing own = assay_eval_standing(s->ev);
	struct span bond = eval_bond(s->ev), way = eval_way(s->ev);

	if (s->evals->partners == NULL ||
	    (!calm && end->v->disposition != ASSAY_TAG))
		return;
	if (!calm || (s->own && own != ASSAY_STANDING_USUAL &&
	    own != ASSAY_STANDING_UNKNOWN))
		bond = SPAN_NONE;
	if (span_absent(bond) && span_absent(way))
		return;
	bus_put_u32(out, (uint32_t)(bond.len + way.len) + 1);
	buf_byte(out, PARTNERS_ITEM);
	buf_put(out, bond);
	buf_put(out, way);
}
