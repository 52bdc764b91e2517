/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stands before Wireshark's dissectors of SMB and DCE/RPC and lets them work into a tree that can
 * be read.
 */
#ifndef QNTC_INTERPOSER_H
#define QNTC_INTERPOSER_H

#include <epan/packet.h>

#include "extract.h"

/* From the handoff routine of the plugin, after those of the built-in dissectors. */
void qntc_interposer_register(void);

/*
 * Begins a reading: the tree of the frame, made ready to be read, or one of our own, which lives
 * until the next reading. NULL inside a reading that passed no tree on: nothing can be read then.
 */
proto_tree *qntc_interposer_tree(packet_info *pinfo, proto_tree *tree, enum qntc_reading reading);

/* The dissection of that tree has ended, by an exception or without. */
void qntc_interposer_done(void);

/* Lets go of the tree that was read last. */
void qntc_interposer_release(void);

#endif
