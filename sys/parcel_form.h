/* SPDX-License-Identifier: Apache-2.0 */
/* parcel_form.h - what writing and reading of parcels share. */
#ifndef SYS_PARCEL_FORM_H
#define SYS_PARCEL_FORM_H

enum {
	FORM_HEAD = 5,		/* octets: length of the body, kind          */
	FORM_DEVIATIONS = 4,	/* octets before what the hash covers        */
	FORM_FAILURE = 17	/* texts of a failure report                 */
};

#endif
