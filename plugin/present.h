/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a frame shows of the logons that it belongs to: the QNTC tree and expert infos.
 */
#ifndef QNTC_PRESENT_H
#define QNTC_PRESENT_H

#include <epan/packet.h>

#include "capture.h"

/* Registers fields, subtrees and an expert info for each cause. */
void qntc_present_register(int proto);

/*
 * Adds the tree and the expert infos of the frame; works without a tree, too. True if the frame
 * belongs to a logon or a finding.
 */
bool qntc_present_frame(const struct qntc_capture *capture, tvbuff_t *tvb, packet_info *pinfo,
                        proto_tree *tree);

#endif
