/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The comparison that support people make by hand: the logon that failed, held against the nearest
 * one in the capture that worked, and what differs between the two.
 */
#ifndef QNTC_COMPARE_H
#define QNTC_COMPARE_H

#include "capture.h"

/* One thing that differs. */
struct qntc_difference {
    const char *name;  /* "domain", for JSON; static */
    const char *here;  /* of the logon that failed, as sent: "" is empty; the capture's */
    const char *there; /* of the one that worked */
};

#define QNTC_MAX_DIFFERENCES 9

struct qntc_comparison {
    const struct qntc_logon *works; /* NULL: nothing in the capture compares */
    unsigned count;
    struct qntc_difference differences[QNTC_MAX_DIFFERENCES];
    const char *remark; /* what the two together say, or NULL; static */
};

/*
 * Same server first, then same user, then same client, then the fewest differences. A logon that
 * worked, or whose end was not seen, is held against nothing. What was not seen of either side does
 * not differ.
 */
struct qntc_comparison qntc_compare(const struct qntc_capture *capture,
                                    const struct qntc_logon *logon);

#endif
