/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The conversation of a frame without the price of Wireshark's look-up, which is more than all else
 * that is done for a frame of bulk traffic.
 */
#ifndef QNTC_CONVERSATIONS_H
#define QNTC_CONVERSATIONS_H

#include <epan/conversation.h>
#include <epan/packet.h>

/* What find_conversation_pinfo(pinfo, 0) finds; or NULL. Owned by the file. First pass only. */
conversation_t *qntc_conversation_of(packet_info *pinfo);

/* A file is opened or closed: forgets those of the last one. */
void qntc_conversations_forget(void);

#endif
