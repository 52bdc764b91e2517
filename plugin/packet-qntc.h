/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The QNTC protocol: registration, and the post-dissector that observes each frame and shows what
 * was found on it.
 */
#ifndef QNTC_PACKET_QNTC_H
#define QNTC_PACKET_QNTC_H

void proto_register_qntc(void);
void proto_reg_handoff_qntc(void);

#endif
