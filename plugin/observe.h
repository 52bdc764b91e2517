/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the packets of Wireshark to the capture of the heuristics: holds the capture of the file
 * that is open, ties TCP conversations to its connections, and passes on messages, FIN and RST.
 */
#ifndef QNTC_OBSERVE_H
#define QNTC_OBSERVE_H

#include <epan/packet.h>

#include "extract.h"

/* Once, when the plugin is registered. `proto` is the id of the QNTC protocol. */
void qntc_observe_register(int proto);

/* A file is opened or dissected anew; it is closed. */
void qntc_observe_open(void);
void qntc_observe_close(void);

/* The capture of the open file, or NULL. */
struct qntc_capture *qntc_observe_capture(void);

/* The messages that `tree` has behind `mark` belong to this frame. `truncated`: cut off. */
void qntc_observe_messages(packet_info *pinfo, proto_tree *tree, qntc_tree_mark mark,
                           bool truncated);

/* The end of each frame, on the first pass only: counts it, and sees FIN and RST. */
void qntc_observe_frame(packet_info *pinfo);

#endif
