/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a protocol tree to observations. The only place that looks into trees, fields and values of
 * Wireshark: what it emits is struct qntc_message and nothing else.
 */
#ifndef QNTC_EXTRACT_H
#define QNTC_EXTRACT_H

#include <epan/packet.h>

#include "observation.h"
#include "oxid.h"

/*
 * Resolves the names of the fields that are read against this Wireshark: once for each file that
 * is opened, so that later registrations (Lua) count. A missing or retyped field is left out and
 * listed.
 */
void qntc_extract_fields_resolve(void);
void qntc_extract_fields_release(void);

/* What a tree is read for. */
enum qntc_reading {
    QNTC_READ_SMB,
    QNTC_READ_SMB_HEADER, /* any message but NEGOTIATE and SESSION_SETUP: it has less to say */
    QNTC_READ_TRANSPORT,
    QNTC_READ_KERBEROS,
    QNTC_READ_RPC,
    QNTC_READ_NOTHING,
};
#define QNTC_READINGS QNTC_READ_NOTHING

/* The ids to prime a tree with: an array of int, owned by extract.c. */
GArray *qntc_extract_fields_wanted(enum qntc_reading reading);

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
    struct qntc_number code;   /* ICMP, ICMPv6 */
    const char *quoted_source; /* of the segment that the ICMP error quotes */
    const char *quoted_destination;
    struct qntc_number tcp_source_port; /* quoted, too */
    struct qntc_number tcp_destination_port;
    struct qntc_number udp_source_port;
    struct qntc_number udp_destination_port;
    struct qntc_number session_error; /* negative session response */
    const char *called_name;          /* session request */
};

/* From what was added to `tree` behind `mark`; texts are allocated in `pool`. */
struct qntc_transport_message qntc_extract_transport(proto_tree *tree, qntc_tree_mark mark,
                                                     wmem_allocator_t *pool);

/* What a message between a client and its KDC says. Texts live in the pool, or as the tree. */
struct qntc_kerberos_message {
    struct qntc_number type;
    const char *client; /* parts joined by "/"; NULL where one of them is cut off */
    struct qntc_number client_parts;
    const char *realm;   /* crealm, or of the request body */
    const char *service; /* like the client */
    struct qntc_number service_parts;
    struct qntc_number error;
    struct qntc_number nt_status; /* where Wireshark dissects e-data as far as that */
    struct qntc_bytes error_data;
    struct qntc_number ticket_etype; /* of the ticket in an answer */
    struct qntc_number ticket_kvno;
    bool for_another; /* S4U2self, S4U2proxy, user-to-user, to be forwarded */
};

/* Called for each message, in the order of the tree, with all of them that a frame completes. */
typedef void (*qntc_kerberos_sink)(const struct qntc_kerberos_message *message, void *user);

void qntc_extract_kerberos(proto_tree *tree, qntc_tree_mark mark, wmem_allocator_t *pool,
                           qntc_kerberos_sink sink, void *user);

/* What a call of netlogon or of the OXID resolver says, one PDU of DCE/RPC. Texts as above. */
struct qntc_rpc_message {
    struct qntc_number packet_type; /* [C706] 12.6.4: 0 request, 2 response, 3 fault */
    struct qntc_number call_id;
    struct qntc_number opnum; /* of an answer: that of its request */
    struct qntc_number fault;
    bool netlogon;
    bool oxid;
    struct qntc_number auth_level; /* [MS-RPCE] 2.2.1.1.8 */
    bool sealed;                   /* Wireshark could not decrypt the stub, or not all of it */
    const char *user;
    const char *domain;
    const char *workstation;
    struct qntc_number status; /* what the call returns */
    unsigned binding_count;
    const char *bindings[QNTC_MAX_OXID_BINDINGS]; /* with a port in brackets, where sent so */
};

typedef void (*qntc_rpc_sink)(const struct qntc_rpc_message *message, void *user);

void qntc_extract_rpc(proto_tree *tree, qntc_tree_mark mark, wmem_allocator_t *pool,
                      qntc_rpc_sink sink, void *user);

#endif
