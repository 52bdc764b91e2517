/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The qntc tap and what hangs on it: the -z options and the entries of the Statistics menu.
 */
#ifndef QNTC_TAP_H
#define QNTC_TAP_H

#include <epan/packet.h>

#define QNTC_TAP_NAME "qntc"

/* The tap itself, when the protocol is registered; the -z options, when taps are. */
void qntc_tap_register(void);
void qntc_register_taps(void);

/* The frame belongs to a logon: filters of reports are tested on it. */
void qntc_tap_frame(packet_info *pinfo);

#endif
