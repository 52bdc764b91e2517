/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stands before Wireshark's SMB dissectors and lets them work into a tree that can be read.
 */
#ifndef QNTC_INTERPOSER_H
#define QNTC_INTERPOSER_H

#include <epan/packet.h>

#include "extract.h"

/* From the handoff routine of the plugin, after those of the built-in dissectors. */
void qntc_interposer_register(void);

/* The tree of the frame, made ready to be read, or one of our own; until the next call. */
proto_tree *qntc_interposer_tree(packet_info *pinfo, proto_tree *tree, enum qntc_reading reading);

/* Lets go of the tree that was read last. */
void qntc_interposer_release(void);

#endif
