/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes the place of a built-in dissector in a dissector table, where there is no list of heuristic
 * dissectors to stand in (interposer.h), and hands every packet on to it: with a tree of its own
 * for the few that are read. The stand-in belongs to a protocol in name only: Wireshark shows no
 * layer for it, and it is enabled as the one it stands for.
 */
#ifndef QNTC_STAND_IN_H
#define QNTC_STAND_IN_H

#include <epan/packet.h>

#include "extract.h"

/* One place; static, as Wireshark keeps pointers into it. */
struct qntc_stand_in {
    const char *table;
    uint32_t number;      /* in the table */
    const char *protocol; /* that stands there */
    const char *title;    /* of the stand-in, as "Decode As" shows it, its short name and filter */
    const char *short_name;
    const char *filter;
    enum qntc_reading reading;
    bool (*deserves_tree)(tvbuff_t *tvb);
    /* Reads what the built-in dissector added to `tree` behind `mark`, on the first pass only. */
    void (*observe)(packet_info *pinfo, proto_tree *tree, qntc_tree_mark mark);
    dissector_t dissector; /* calls qntc_stand_in_dissect() with this place */

    /* filled in here */
    int proto; /* in name only; -1: the protocol is not in this Wireshark */
    dissector_handle_t built_in;
    dissector_handle_t handle;
};

/* When the plugin is registered; then, once, after all built-in dissectors stand. */
void qntc_stand_in_register(struct qntc_stand_in *place);
void qntc_stand_in_handoff(struct qntc_stand_in *place);

int qntc_stand_in_dissect(const struct qntc_stand_in *place, tvbuff_t *tvb, packet_info *pinfo,
                          proto_tree *tree, void *data);

#endif
