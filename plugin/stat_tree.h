/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many logons ended how and why at each server and for each client: as a tree of Wireshark's
 * Statistics menu and as -z qntc,tree.
 */
#ifndef QNTC_STAT_TREE_H
#define QNTC_STAT_TREE_H

#include "report.h"

/* The entry "QNTC Outcomes" of the Statistics menu, where taps are registered. */
void qntc_stat_tree_register(void);

/* The same tree as text, a line for each node. */
void qntc_stat_tree_print(const struct qntc_report_view *view, FILE *out);

#endif
