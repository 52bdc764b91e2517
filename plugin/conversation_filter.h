/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Analyze > Conversation Filter > QNTC logon: from a selected frame to the logons it belongs to.
 */
#ifndef QNTC_CONVERSATION_FILTER_H
#define QNTC_CONVERSATION_FILTER_H

/* Where the protocol is registered. */
void qntc_conversation_filter_register(void);

#endif
