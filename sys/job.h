/* SPDX-License-Identifier: Apache-2.0 */
/*
 * job.h - the numbers in JOB and VERDICT (msgs.def).
 */
#ifndef SYS_JOB_H
#define SYS_JOB_H

enum job_kind {
	JOB_MAIL = 1,	/* a message on its way: answered with edits        */
	JOB_CHECK,	/* a question of the API: the VERDICT comes with a
			 * memfd that holds the JSON of `assay check`       */
	JOB_CHECK_LF,	/* the same, for a message with LF line ends        */
	JOB_LETTER	/* report mail that our own mail server brought: who
			 * wrote it is asked, nothing else; client and HELO
			 * are those of its Received fields                */
};

/* JOB.own: how the session stands to us. */
enum job_own {
	JOB_INBOUND = 0,	/* from outside: checked                     */
	JOB_OWN			/* ours (daemon_is_own): signed, not checked  */
};

enum verdict_status {
	VERDICT_OK = 0,
	VERDICT_FAILED,	/* could not be judged (memory, a limit): when-broken */
	VERDICT_BUSY	/* this eval has no room; try another                 */
};

/* A message that small travels inside JOB, without a descriptor. */
enum { JOB_INLINE = 16 << 10 };

/* Quarantine in VERDICT: absent: no; else the reason for the operator. */

#endif
