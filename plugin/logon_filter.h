/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The display filter that shows logons with all their frames, and that saves them as a capture of
 * their own.
 */
#ifndef QNTC_LOGON_FILTER_H
#define QNTC_LOGON_FILTER_H

#include "compare.h"
#include "diagnosis.h"

/* "qntc.logon == 3", or "qntc.logon in {3, 7}" of `logons`, const struct qntc_logon *. Free it. */
char *qntc_logon_filter(const GPtrArray *logons);

/*
 * The filter that holds the logon and the logons that its causes rest on: those of its evidence,
 * the one that worked, and, where no answer ended it, those that share its connection, as a capture
 * without their bytes would have gaps. NULL if it rests on no other. Free with g_free.
 */
char *qntc_logon_filter_of_evidence(const struct qntc_capture *capture,
                                    const struct qntc_diagnosis *diagnosis,
                                    const struct qntc_comparison *comparison);

#endif
