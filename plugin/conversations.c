/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Remembers the conversations that were looked up last. One of them is that of this frame if it has
 * the same ends, and if the TCP dissector has just found it: then this frame is its last one. Ports
 * that are used again get a new conversation; the old one has not seen this frame.
 */
#include "conversations.h"
#include "compat.h"

#include <string.h>

/* So many connections can be busy at a time, about, without a look-up for each of their frames. */
#define REMEMBERED 64

struct remembered {
    conversation_t *conversation; /* NULL: none */
    const address *address1;      /* its ends as it knows them */
    const address *address2;
    uint32_t port1;
    uint32_t port2;
};

static struct remembered remembered[REMEMBERED]; /* by ports, the same for both directions */

static bool has_ends(const struct remembered *slot, const packet_info *pinfo)
{
    bool forth = slot->port1 == pinfo->srcport && slot->port2 == pinfo->destport;
    bool back = slot->port1 == pinfo->destport && slot->port2 == pinfo->srcport;
    const address *end1 = forth ? &pinfo->src : &pinfo->dst;
    const address *end2 = forth ? &pinfo->dst : &pinfo->src;
    return (forth || back) && addresses_equal(slot->address1, end1) &&
           addresses_equal(slot->address2, end2);
}

static void look_up(struct remembered *slot, packet_info *pinfo)
{
    slot->conversation = find_conversation_pinfo(pinfo, 0);
    if (slot->conversation == NULL)
        return;
    const conversation_element_t *key = slot->conversation->key_ptr;
    slot->address1 = conversation_key_addr1(key);
    slot->address2 = conversation_key_addr2(key);
    slot->port1 = conversation_key_port1(key);
    slot->port2 = conversation_key_port2(key);
}

conversation_t *qntc_conversation_of(packet_info *pinfo)
{
    struct remembered *slot = &remembered[(pinfo->srcport ^ pinfo->destport) % REMEMBERED];
    bool current = slot->conversation != NULL && slot->conversation->last_frame == pinfo->num;
    if (!current || !has_ends(slot, pinfo))
        look_up(slot, pinfo);
    return slot->conversation;
}

void qntc_conversations_forget(void)
{
    memset(remembered, 0, sizeof remembered);
}
