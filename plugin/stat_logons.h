/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One row for each logon: as a table of Wireshark's Statistics menu and as -z qntc,logons.
 */
#ifndef QNTC_STAT_LOGONS_H
#define QNTC_STAT_LOGONS_H

#include "report.h"

/* The entry "QNTC Logons" of the Statistics menu, where taps are registered. */
void qntc_stat_logons_register(void);

/* The same rows as text, one line each, columns aligned. */
void qntc_stat_logons_print(const struct qntc_report_view *view, FILE *out);

#endif
