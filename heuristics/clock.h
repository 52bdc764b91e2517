/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The clock of a capture: what its time stamps are worth. Frames stand in the file in the order in
 * which they were seen. A time stamp before that of an earlier frame is therefore wrong, or the
 * earlier one is, and which one nobody can tell. So the largest step back is how far any time
 * stamp of the file may be wrong, and a span between two frames counts as long, or as short, only
 * where it is so even then.
 *
 * Wireshark's reader of communication traces printed by IBM i takes 11:43:59.02956 for
 * 11:43:59.2956: an error below a second, which may be anywhere in the file. Where files were put
 * together, or a clock was set, larger steps lie between connections mostly; they touch only those
 * that they go through.
 */
#ifndef QNTC_CLOCK_H
#define QNTC_CLOCK_H

#include <stdbool.h>

#include "facts.h"

struct qntc_clock {
    qntc_time latest;         /* of all frames so far, QNTC_TIME_UNKNOWN without */
    qntc_time error;          /* the largest step back so far, in microseconds; 0: none */
    qntc_time fraction_error; /* the largest below a second */
    uint32_t frame;           /* the first one whose step back matters; 0: none */
};

/* A clock that has seen no frame. */
struct qntc_clock qntc_clock_new(void);

/* The next frame of the file. QNTC_TIME_UNKNOWN says nothing. */
void qntc_clock_frame(struct qntc_clock *clock, uint32_t frame, qntc_time time);

/* The clock for what one connection's own messages did: `step_back` is the largest among them. */
struct qntc_clock qntc_clock_of_connection(const struct qntc_clock *file, qntc_time step_back);

/*
 * From `since` to `until` it took at least, or at most, `span`, whatever the clock's error did to
 * them. Where one of them is not known, both are false.
 */
bool qntc_clock_at_least(const struct qntc_clock *clock, qntc_time since, qntc_time until,
                         qntc_time span);
bool qntc_clock_at_most(const struct qntc_clock *clock, qntc_time since, qntc_time until,
                        qntc_time span);

#endif
