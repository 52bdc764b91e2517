/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a protocol tree to observations. The only place that looks into trees, fields and values of
 * Wireshark: what it emits is struct qntc_message and nothing else.
 */
#ifndef QNTC_EXTRACT_H
#define QNTC_EXTRACT_H

#include <epan/packet.h>

#include "observation.h"

/*
 * Resolves the names of the fields that are read against this Wireshark: once for each file that
 * is opened, so that later registrations (Lua) count. A missing or retyped field is left out and
 * listed.
 */
void qntc_extract_fields_resolve(void);
void qntc_extract_fields_release(void);

/* The ids to prime a tree with: an array of int, owned by extract.c. */
GArray *qntc_extract_fields_wanted(void);

/* Names that this Wireshark lacks, NULL ends; NULL before they are resolved. Owned by extract.c. */
const char *const *qntc_extract_fields_missing(void);

/* The end of a tree as it is now; what a dissector adds later comes behind it. */
typedef const void *qntc_tree_mark;
qntc_tree_mark qntc_tree_end(proto_tree *tree);

/*
 * Called for each SMB message, in the order of the tree. Frame, time, side and truncation are not
 * filled in. The message and all that it points to live for the call only.
 */
typedef void (*qntc_message_sink)(struct qntc_message *message, void *user);

/* Walks over what was added to `tree` behind `mark`. A tree that is NULL has no messages. */
void qntc_extract_messages(proto_tree *tree, qntc_tree_mark mark, qntc_message_sink sink,
                           void *user);

/* What an ICMP error or a message of the NetBIOS session service says. */
struct qntc_transport_message {
    struct qntc_number code;          /* ICMP, ICMPv6 */
    const char *quoted_source;        /* of the segment that the ICMP error quotes */
    const char *quoted_destination;
    struct qntc_number quoted_source_port;
    struct qntc_number quoted_destination_port;
    struct qntc_number session_error; /* negative session response */
    const char *called_name;          /* session request */
};

/* From what was added to `tree` behind `mark`; texts are allocated in `pool`. */
struct qntc_transport_message qntc_extract_transport(proto_tree *tree, qntc_tree_mark mark,
                                                     wmem_allocator_t *pool);

#endif
