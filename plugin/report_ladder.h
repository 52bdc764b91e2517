/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One logon as a ladder between the hosts that took part: the steps of [MS-AUTHSOD] 3.3.2, what the
 * KDC and the domain controller had to say, and what failed after it.
 */
#ifndef QNTC_REPORT_LADDER_H
#define QNTC_REPORT_LADDER_H

#include <stdio.h>

#include "facts.h"

/*
 * Lines of at most 100 columns, each with frame and time, as far as they are known. The step that
 * failed, or that did not come, is marked. Facts that were not seen leave no line.
 */
void qntc_report_ladder(const struct qntc_logon *logon, FILE *out);

#endif
