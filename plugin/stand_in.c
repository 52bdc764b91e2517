/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The built-in dissector is called as Wireshark would call it, so output, layers and reassembly
 * stay as they are; what it throws passes through.
 */
#include "stand_in.h"
#include "compat.h"

#include <epan/exceptions.h>

#include "interposer.h"
#include "observe.h"

/* A packet on its way through: what must survive an exception does not live in registers. */
struct passage {
    const struct qntc_stand_in *place;
    tvbuff_t *tvb;
    packet_info *pinfo;
    proto_tree *tree;
    qntc_tree_mark mark;
    void *data;
    int taken;
};

/* What ICMP quotes, and what a snaplen leaves, is cut off: the end may be an exception. */
static void dissect_and_read(struct passage *passage)
{
    TRY
    {
        passage->taken = call_dissector_only(passage->place->built_in, passage->tvb, passage->pinfo,
                                             passage->tree, passage->data);
    }
    FINALLY
    {
        qntc_interposer_done();
        passage->place->observe(passage->pinfo, passage->tree, passage->mark);
    }
    ENDTRY;
}

int qntc_stand_in_dissect(const struct qntc_stand_in *place, tvbuff_t *tvb, packet_info *pinfo,
                          proto_tree *tree, void *data)
{
    /* Each call takes one level of TCP's offer to reassemble: this one does not count. */
    pinfo->can_desegment = pinfo->saved_can_desegment;
    if (!place->deserves_tree(tvb) || pinfo->flags.in_error_pkt || !qntc_observe_reads(pinfo))
        return call_dissector_only(place->built_in, tvb, pinfo, tree, data);
    struct passage passage = {
        .place = place,
        .tvb = tvb,
        .pinfo = pinfo,
        .tree = qntc_interposer_tree(pinfo, tree, place->reading),
        .data = data,
    };
    passage.mark = qntc_tree_end(passage.tree);
    dissect_and_read(&passage);
    return passage.taken;
}

void qntc_stand_in_register(struct qntc_stand_in *place)
{
    int parent = proto_get_id_by_filter_name(place->protocol);
    place->proto = parent != -1
                       ? proto_register_protocol_in_name_only(place->title, place->short_name,
                                                              place->filter, parent, FT_PROTOCOL)
                       : -1;
}

void qntc_stand_in_handoff(struct qntc_stand_in *place)
{
    place->built_in = dissector_get_uint_handle(find_dissector_table(place->table), place->number);
    if (place->built_in == NULL || place->proto == -1)
        return;
    place->handle = create_dissector_handle(place->dissector, place->proto);
    dissector_add_uint(place->table, place->number, place->handle);
}
