/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The preferences of the QNTC protocol that are plain texts; the table of passwords is in
 * passwords.c.
 */
#ifndef QNTC_PREFERENCES_H
#define QNTC_PREFERENCES_H

#include "compat.h"

#include "capture.h"

/* Makes the preferences module, so it comes before anything that adds to it. */
void qntc_preferences_register(int proto);

/* What they say, to the capture of a file that is opened. */
void qntc_preferences_apply(struct qntc_capture *capture);

/* The name of the capture for the reports, or NULL. */
const char *qntc_preferences_capture_name(void);

/* The address of the page of a cause or warning, or NULL where none is known. In `scope`. */
char *qntc_preferences_page(wmem_allocator_t *scope, const char *id);

#endif
