/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Most DCE/RPC is none of qntc's concern, and gets no tree. The few calls that are read are told by
 * fixed places in their headers ([C706] 12.6.4): the bind that names the interface, then the
 * operation number of a request, then the call that an answer belongs to. The interface itself is
 * Wireshark's to tell, as one pipe's calls look like those of another on the same connection.
 *
 * Memory: about a hundred bytes for each connection that binds to one of the two interfaces.
 */
#include "observe_rpc.h"
#include "compat.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/to_str.h>

#include "netlogon.h"
#include "observe.h"
#include "oxid.h"

/* [C706] 12.6.4, PTYPE */
enum {
    PDU_REQUEST = 0,
    PDU_RESPONSE = 2,
    PDU_FAULT = 3,
    PDU_BIND = 11,
    PDU_BIND_ACK = 12,
    PDU_ALTER_CONTEXT = 14,
};

enum {
    HEADER_LENGTH = 24,    /* of a request, a response and a fault */
    MAX_PDUS = 64,         /* of one segment, that are looked at */
    MAX_WAITING = 16,      /* calls of a connection at the same time */
    SERVER_ALIVE_2 = 5,    /* [MS-DCOM] 3.1.2.5.1.6 */
    SECURE_CHANNEL = 0x44, /* [MS-RPCE] 2.2.1.1.7 */
    PACKET_PRIVACY = 6,    /* [MS-RPCE] 2.2.1.1.8 */
};

/* RPC_S_SEC_PKG_ERROR, and as an HRESULT ([MS-ERREF] 2.2, 2.1.2) */
enum { SECURITY_FAILURE = 0x721 };
#define SECURITY_FAILURE_HRESULT 0x80070721u

enum { NETLOGON = 1 << 0, OXID_RESOLVER = 1 << 1 };

/* [MS-NRPC] 2.1, [MS-DCOM] 1.9 */
static const struct interface {
    unsigned bit;
    e_guid_t uuid;
} interfaces[] = {
    {NETLOGON, {0x12345678, 0x1234, 0xabcd, {0xef, 0x00, 0x01, 0x23, 0x45, 0x67, 0xcf, 0xfb}}},
    {OXID_RESOLVER, {0x99fcfec4, 0x5260, 0x101b, {0xbb, 0xcb, 0x00, 0xaa, 0x00, 0x21, 0x34, 0x7a}}},
};

/* NetrLogonSamLogon, NetrLogonSamLogonEx, NetrLogonSamLogonWithFlags ([MS-NRPC] 3.5.4.5) */
static const struct operation {
    unsigned interface;
    uint16_t opnum;
} operations[] = {
    {NETLOGON, 2},
    {NETLOGON, 39},
    {NETLOGON, 45},
    {OXID_RESOLVER, SERVER_ALIVE_2},
};

/* A connection that binds to one of the interfaces; lives as long as the file. */
struct caller {
    unsigned interfaces;
    unsigned calls; /* so far; the latest MAX_WAITING of them are kept */
    uint32_t waiting[MAX_WAITING];
    uint32_t bind_frame; /* that names netlogon, and its answer; 0: not in the file */
    uint32_t bind_ack_frame;
};

static wmem_map_t *callers; /* index of the conversation -> struct caller * */

void qntc_observe_rpc_register(void)
{
    callers =
        wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
}

/* ------------------------------------------------------------------------------------- headers */

struct pdu {
    tvbuff_t *tvb;
    int offset;
    unsigned encoding;
    unsigned type;
    uint16_t length;
    uint16_t auth_length;
    uint32_t call_id;
    bool whole; /* all of it was captured */
};

/* [C706] 12.6.3.1; the byte order is in the first byte of the data representation (14.1). */
static bool read_header(tvbuff_t *tvb, int offset, struct pdu *pdu)
{
    if (!tvb_bytes_exist(tvb, offset, 16) || tvb_get_uint8(tvb, offset) != 5)
        return false;
    *pdu = (struct pdu){.tvb = tvb, .offset = offset};
    pdu->encoding = tvb_get_uint8(tvb, offset + 4) & 0x10 ? ENC_LITTLE_ENDIAN : ENC_BIG_ENDIAN;
    pdu->type = tvb_get_uint8(tvb, offset + 2);
    pdu->length = tvb_get_uint16(tvb, offset + 8, pdu->encoding);
    pdu->auth_length = tvb_get_uint16(tvb, offset + 10, pdu->encoding);
    pdu->call_id = tvb_get_uint32(tvb, offset + 12, pdu->encoding);
    pdu->whole = tvb_bytes_exist(tvb, offset, pdu->length);
    return pdu->length >= 16;
}

static unsigned interface_at(const struct pdu *pdu, int offset)
{
    e_guid_t uuid;
    tvb_get_guid(pdu->tvb, offset, &uuid, pdu->encoding);
    for (size_t i = 0; i < G_N_ELEMENTS(interfaces); i++) {
        if (guid_cmp(&uuid, &interfaces[i].uuid) == 0)
            return interfaces[i].bit;
    }
    return 0;
}

/* [C706] 12.6.3.1, p_cont_list_t: each context names its interface and some transfer syntaxes. */
static unsigned interfaces_of_bind(const struct pdu *pdu)
{
    unsigned found = 0;
    int offset = pdu->offset + HEADER_LENGTH;
    if (!tvb_bytes_exist(pdu->tvb, offset, 1))
        return 0;
    unsigned contexts = tvb_get_uint8(pdu->tvb, offset);
    offset += 4;
    while (contexts-- > 0 && tvb_bytes_exist(pdu->tvb, offset, 24)) {
        unsigned transfer_syntaxes = tvb_get_uint8(pdu->tvb, offset + 2);
        found |= interface_at(pdu, offset + 4);
        offset += 24 + 20 * (int)transfer_syntaxes;
    }
    return found;
}

static struct caller *caller_of(packet_info *pinfo, unsigned binds_to)
{
    conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
    if (conversation == NULL)
        return NULL;
    void *key = GUINT_TO_POINTER(conversation->conv_index);
    struct caller *caller = wmem_map_lookup(callers, key);
    if (caller == NULL && binds_to != 0) {
        caller = wmem_new0(wmem_file_scope(), struct caller);
        wmem_map_insert(callers, key, caller);
    }
    return caller;
}

static bool is_waiting(const struct caller *caller, uint32_t call_id)
{
    unsigned kept = MIN(caller->calls, MAX_WAITING);
    for (unsigned i = 0; i < kept; i++) {
        if (caller->waiting[i] == call_id)
            return true;
    }
    return false;
}

static bool is_read_request(struct caller *caller, const struct pdu *pdu)
{
    if (!tvb_bytes_exist(pdu->tvb, pdu->offset, HEADER_LENGTH))
        return false;
    uint16_t opnum = tvb_get_uint16(pdu->tvb, pdu->offset + 22, pdu->encoding);
    for (size_t i = 0; i < G_N_ELEMENTS(operations); i++) {
        if (!(caller->interfaces & operations[i].interface) || operations[i].opnum != opnum)
            continue;
        if (!is_waiting(caller, pdu->call_id))
            caller->waiting[caller->calls++ % MAX_WAITING] = pdu->call_id;
        return true;
    }
    return false;
}

/* The verifier ([MS-RPCE] 2.2.2.11) of a PDU that was captured whole; 0: none. */
static int verifier_of(const struct pdu *pdu)
{
    int verifier = pdu->offset + pdu->length - pdu->auth_length - 8;
    bool fits = pdu->auth_length != 0 && verifier >= pdu->offset + HEADER_LENGTH;
    return pdu->whole && fits ? verifier : 0;
}

/* Only netlogon uses this provider for these calls: the bind may be from before the file. */
static bool is_secure_channel(const struct pdu *pdu)
{
    int verifier = verifier_of(pdu);
    return pdu->type == PDU_REQUEST && verifier != 0 &&
           tvb_get_uint8(pdu->tvb, verifier) == SECURE_CHANNEL;
}

static bool is_read(packet_info *pinfo, const struct pdu *pdu)
{
    bool bind = pdu->type == PDU_BIND || pdu->type == PDU_ALTER_CONTEXT;
    unsigned binds_to = bind ? interfaces_of_bind(pdu) : 0;
    if (is_secure_channel(pdu))
        binds_to = NETLOGON;
    struct caller *caller = caller_of(pinfo, binds_to);
    if (caller == NULL)
        return false;
    caller->interfaces |= binds_to;
    if (bind && (binds_to & NETLOGON)) {
        caller->bind_frame = pinfo->num;
        caller->bind_ack_frame = 0;
    } else if (pdu->type == PDU_BIND_ACK && caller->bind_ack_frame == 0) {
        caller->bind_ack_frame = pinfo->num;
    }
    switch (pdu->type) {
    case PDU_REQUEST:
        return is_read_request(caller, pdu);
    case PDU_RESPONSE:
    case PDU_FAULT:
        return is_waiting(caller, pdu->call_id);
    default:
        return false;
    }
}

/* ------------------------------------------------------------------------- security failures */

/* What a call returns comes last in its stub, before the padding of the verifier. */
static int end_of_stub(const struct pdu *pdu)
{
    if (pdu->auth_length == 0)
        return pdu->offset + pdu->length;
    int verifier = verifier_of(pdu);
    return verifier != 0 ? verifier - tvb_get_uint8(pdu->tvb, verifier + 2) : pdu->offset;
}

static bool is_security_failure(const struct pdu *pdu)
{
    if (!pdu->whole || pdu->length < HEADER_LENGTH + 4)
        return false;
    if (pdu->type == PDU_FAULT) {
        uint32_t fault = tvb_get_uint32(pdu->tvb, pdu->offset + HEADER_LENGTH, pdu->encoding);
        return fault == SECURITY_FAILURE || fault == SECURITY_FAILURE_HRESULT;
    }
    int result = end_of_stub(pdu) - 4;
    return pdu->type == PDU_RESPONSE && result >= pdu->offset + HEADER_LENGTH &&
           tvb_get_uint32(pdu->tvb, result, pdu->encoding) == SECURITY_FAILURE_HRESULT;
}

/* --------------------------------------------------------------------------------------- PDUs */

bool qntc_observe_rpc_headers(packet_info *pinfo, tvbuff_t *tvb)
{
    bool read = false;
    int offset = 0;
    struct pdu pdu;
    for (unsigned i = 0; i < MAX_PDUS && read_header(tvb, offset, &pdu); i++) {
        read |= is_read(pinfo, &pdu);
        if (is_security_failure(&pdu))
            qntc_oxid_security_failure(qntc_observe_capture(),
                                       address_to_str(pinfo->pool, &pinfo->dst),
                                       address_to_str(pinfo->pool, &pinfo->src), pinfo->num);
        offset += pdu.length;
    }
    return read;
}

/* Of an answer Wireshark knows the operation only where it has seen the bind. */
static bool is_netlogon_call(const struct qntc_rpc_message *read)
{
    if (read->netlogon && !read->opnum.seen)
        return read->packet_type.value != PDU_REQUEST;
    for (size_t i = 0; i < G_N_ELEMENTS(operations); i++) {
        if (operations[i].interface == NETLOGON && operations[i].opnum == read->opnum.value)
            return read->netlogon && read->opnum.seen;
    }
    return false;
}

/* [MS-NRPC] 2.2.1.4.15: written as "\\NAME", or without the backslashes. */
static const char *without_backslashes(const char *name)
{
    return name != NULL ? name + strspn(name, "\\") : NULL;
}

/* Severity "error" of an NTSTATUS ([MS-ERREF] 2.3); other faults are codes of DCE. */
static struct qntc_number status_of(const struct qntc_rpc_message *read)
{
    bool nt_status = read->fault.seen && read->fault.value >> 30 == 3;
    return !read->status.seen && nt_status ? read->fault : read->status;
}

static void pass_on_netlogon(packet_info *pinfo, const struct qntc_rpc_message *read)
{
    bool answer = read->packet_type.value != PDU_REQUEST;
    const struct tcp_analysis *tcp = qntc_observe_tcp(pinfo);
    const struct caller *caller = caller_of(pinfo, 0);
    struct qntc_netlogon_message message = {
        .frame = pinfo->num,
        .time = qntc_observe_time(pinfo),
        .server_address = address_to_str(pinfo->pool, answer ? &pinfo->dst : &pinfo->src),
        .dc_address = address_to_str(pinfo->pool, answer ? &pinfo->src : &pinfo->dst),
        .connection = tcp != NULL ? tcp->stream : 0,
        .call_id = (uint32_t)read->call_id.value,
        .bind_frame = caller != NULL ? caller->bind_frame : 0,
        .bind_ack_frame = caller != NULL ? caller->bind_ack_frame : 0,
        .answer = answer,
        .opnum = (unsigned)read->opnum.value,
        .sealed = (read->sealed || read->auth_level.value == PACKET_PRIVACY) &&
                  read->user == NULL && !read->status.seen,
        .user = read->user,
        .domain = read->domain,
        .workstation = without_backslashes(read->workstation),
        .status = status_of(read),
    };
    qntc_netlogon_message(qntc_observe_capture(), &message);
}

/* "host[135]" names a port ([MS-DCOM] 2.2.19.3). */
static const char *without_port(const char *binding, wmem_allocator_t *pool)
{
    const char *bracket = strrchr(binding, '[');
    if (bracket == NULL || bracket == binding)
        return binding;
    return wmem_strndup(pool, binding, (size_t)(bracket - binding));
}

static void pass_on_oxid(packet_info *pinfo, const struct qntc_rpc_message *read)
{
    struct qntc_oxid_answer answer = {
        .frame = pinfo->num,
        .time = qntc_observe_time(pinfo),
        .client_address = address_to_str(pinfo->pool, &pinfo->dst),
        .host_address = address_to_str(pinfo->pool, &pinfo->src),
        .count = read->binding_count,
    };
    for (unsigned i = 0; i < answer.count; i++)
        answer.bindings[i] = without_port(read->bindings[i], pinfo->pool);
    qntc_oxid_answer(qntc_observe_capture(), &answer);
}

static void pass_on(const struct qntc_rpc_message *read, void *user)
{
    packet_info *pinfo = user;
    if (!read->packet_type.seen)
        return;
    if (is_netlogon_call(read))
        pass_on_netlogon(pinfo, read);
    else if (read->oxid && read->packet_type.value == PDU_RESPONSE && read->binding_count > 0)
        pass_on_oxid(pinfo, read);
}

void qntc_observe_rpc(packet_info *pinfo, proto_tree *tree, qntc_tree_mark mark, bool truncated)
{
    (void)truncated; /* what is cut off on port 135 is noted at the end of the frame */
    qntc_extract_rpc(tree, mark, pinfo->pool, pass_on, pinfo);
}
