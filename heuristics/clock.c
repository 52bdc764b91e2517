/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far the time stamps of a capture can be wrong, and what spans between them still say.
 */
#include "clock.h"

/* Frames from several queues of an adapter overtake each other by less; no rule is so fine. */
#define SMALLEST_FAULT (G_USEC_PER_SEC / 10)

struct qntc_clock qntc_clock_new(void)
{
    return (struct qntc_clock){.latest = QNTC_TIME_UNKNOWN};
}

void qntc_clock_frame(struct qntc_clock *clock, uint32_t frame, qntc_time time)
{
    if (time == QNTC_TIME_UNKNOWN)
        return;
    if (clock->latest == QNTC_TIME_UNKNOWN || time >= clock->latest) {
        clock->latest = time;
        return;
    }
    qntc_time step_back = clock->latest - time;
    clock->error = MAX(clock->error, step_back);
    if (step_back < G_USEC_PER_SEC)
        clock->fraction_error = MAX(clock->fraction_error, step_back);
    if (clock->frame == 0 && step_back >= SMALLEST_FAULT)
        clock->frame = frame;
}

struct qntc_clock qntc_clock_of_connection(const struct qntc_clock *file, qntc_time step_back)
{
    struct qntc_clock clock = *file;
    clock.error = MAX(file->fraction_error, step_back);
    return clock;
}

static bool are_known(qntc_time since, qntc_time until)
{
    return since != QNTC_TIME_UNKNOWN && until != QNTC_TIME_UNKNOWN;
}

bool qntc_clock_at_least(const struct qntc_clock *clock, qntc_time since, qntc_time until,
                         qntc_time span)
{
    return are_known(since, until) && until - since - clock->error >= span;
}

bool qntc_clock_at_most(const struct qntc_clock *clock, qntc_time since, qntc_time until,
                        qntc_time span)
{
    return are_known(since, until) && until - since + clock->error <= span;
}
