/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stands in for the Kerberos dissector on port 88. Its own answers over UDP come to it by another
 * way: Wireshark's dissector claims the conversation of a request, as its answer may come from
 * another port ([RFC4120] 7.2.1). That claim is handed on to the stand-in.
 */
#include "observe_kdc.h"
#include "compat.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/to_str.h>

#include "error_data.h"
#include "kdc.h"
#include "observe.h"
#include "stand_in.h"

/* The frame at hand has a message that was read as far as it matters. */
static bool frame_read;

static struct qntc_stand_in udp;
static struct qntc_stand_in tcp;

/* ------------------------------------------------------------------------------------ messages */

/* The tags of AS-REQ, AS-REP, TGS-REQ, TGS-REP and KRB-ERROR ([RFC4120] 5.4, 5.9). */
static bool is_message_at(tvbuff_t *tvb, int offset)
{
    if (!tvb_bytes_exist(tvb, offset, 1))
        return false;
    uint8_t tag = tvb_get_uint8(tvb, offset);
    return (tag >= 0x6a && tag <= 0x6d) || tag == 0x7e;
}

static bool is_udp_message(tvbuff_t *tvb)
{
    return is_message_at(tvb, 0);
}

/* Behind the length ([RFC4120] 7.2.2). */
static bool is_tcp_message(tvbuff_t *tvb)
{
    return is_message_at(tvb, 4);
}

static bool is_request(unsigned type)
{
    return type == QNTC_KRB_AS_REQ || type == QNTC_KRB_TGS_REQ;
}

static bool is_answer(unsigned type)
{
    return type == QNTC_KRB_AS_REP || type == QNTC_KRB_TGS_REP || type == QNTC_KRB_ERROR;
}

/* The sides of a TCP conversation that a message of was read, as bits kept with it. */
static uintptr_t sides_read(packet_info *pinfo)
{
    conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
    return conversation != NULL ? (uintptr_t)conversation_get_proto_data(conversation, tcp.proto)
                                : 0;
}

static uintptr_t side_of(const packet_info *pinfo)
{
    return pinfo->destport == QNTC_PORT_KERBEROS ? 1 : 2;
}

static void note_read(packet_info *pinfo)
{
    frame_read = true;
    conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
    if (pinfo->ptype == PT_TCP && conversation != NULL)
        conversation_add_proto_data(conversation, tcp.proto,
                                    (void *)(sides_read(pinfo) | side_of(pinfo)));
}

static void pass_on(const struct qntc_kerberos_message *read, void *user)
{
    packet_info *pinfo = user;
    bool by_client = pinfo->destport == QNTC_PORT_KERBEROS;
    unsigned type = (unsigned)read->type.value;
    if (!(by_client ? is_request(type) : is_answer(type)))
        return;
    if (type == QNTC_KRB_ERROR && !read->error.seen)
        return;
    note_read(pinfo);
    struct qntc_number nt_status = read->nt_status;
    if (!nt_status.seen && type == QNTC_KRB_ERROR)
        nt_status = qntc_error_data_status(read->error_data);
    struct qntc_kdc_message message = {
        .frame = pinfo->num,
        .time = qntc_observe_time(pinfo),
        .client_address = address_to_str(pinfo->pool, by_client ? &pinfo->src : &pinfo->dst),
        .kdc_address = address_to_str(pinfo->pool, by_client ? &pinfo->dst : &pinfo->src),
        .client_port = (uint16_t)(by_client ? pinfo->srcport : pinfo->destport),
        .type = type,
        .client = read->client,
        .realm = read->realm,
        .service = read->service,
        .error = read->error,
        .nt_status = nt_status,
        .ticket_etype = read->ticket_etype,
        .ticket_kvno = read->ticket_kvno,
        .for_another = read->for_another,
    };
    qntc_kdc_message(qntc_observe_capture(), &message);
}

static void observe_messages(packet_info *pinfo, proto_tree *tree, qntc_tree_mark mark)
{
    if (pinfo->srcport != pinfo->destport)
        qntc_extract_kerberos(tree, mark, pinfo->pool, pass_on, pinfo);
}

/* ----------------------------------------------------------------------------- the two places */

static void observe_udp(packet_info *, proto_tree *, qntc_tree_mark);
static int dissect_udp(tvbuff_t *, packet_info *, proto_tree *, void *);
static int dissect_tcp(tvbuff_t *, packet_info *, proto_tree *, void *);

static struct qntc_stand_in udp = {
    .table = "udp.port",
    .number = QNTC_PORT_KERBEROS,
    .protocol = "kerberos",
    .title = "Kerberos over UDP, read by QNTC",
    .short_name = "KRB5/UDP (QNTC)",
    .filter = "qntc_kerberos_udp",
    .reading = QNTC_READ_KERBEROS,
    .deserves_tree = is_udp_message,
    .observe = observe_udp,
    .dissector = dissect_udp,
};

static struct qntc_stand_in tcp = {
    .table = "tcp.port",
    .number = QNTC_PORT_KERBEROS,
    .protocol = "kerberos",
    .title = "Kerberos over TCP, read by QNTC",
    .short_name = "KRB5/TCP (QNTC)",
    .filter = "qntc_kerberos_tcp",
    .reading = QNTC_READ_KERBEROS,
    .deserves_tree = is_tcp_message,
    .observe = observe_messages,
    .dissector = dissect_tcp,
};

/* The same conversation as dissect_kerberos_KDC_REQ_BODY() of Wireshark looks for. */
static void take_over_answers(packet_info *pinfo)
{
    conversation_t *conversation = find_conversation(
        pinfo->num, &pinfo->src, &pinfo->dst, CONVERSATION_UDP, pinfo->srcport, 0, NO_PORT_B);
    if (conversation != NULL &&
        conversation_get_dissector(conversation, pinfo->num) == udp.built_in)
        conversation_set_dissector(conversation, udp.handle);
}

static void observe_udp(packet_info *pinfo, proto_tree *tree, qntc_tree_mark mark)
{
    observe_messages(pinfo, tree, mark);
    if (pinfo->destport == QNTC_PORT_KERBEROS)
        take_over_answers(pinfo);
}

static int dissect_udp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return qntc_stand_in_dissect(&udp, tvb, pinfo, tree, data);
}

static int dissect_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return qntc_stand_in_dissect(&tcp, tvb, pinfo, tree, data);
}

void qntc_observe_kdc_register(void)
{
    qntc_stand_in_register(&udp);
    qntc_stand_in_register(&tcp);
}

void qntc_observe_kdc_handoff(void)
{
    qntc_stand_in_handoff(&udp);
    qntc_stand_in_handoff(&tcp);
}

/* ------------------------------------------------------------------- a KDC that is not there */

/* A SYN that the client repeats meets no KDC, or one behind a firewall. */
static void observe_syn(packet_info *pinfo, const struct tcp_analysis *conversation)
{
    bool by_client = pinfo->destport == QNTC_PORT_KERBEROS;
    if (pinfo->srcport == pinfo->destport)
        return;
    struct qntc_kdc_message syn = {
        .frame = pinfo->num,
        .time = qntc_observe_time(pinfo),
        .client_address = address_to_str(pinfo->pool, by_client ? &pinfo->src : &pinfo->dst),
        .kdc_address = address_to_str(pinfo->pool, by_client ? &pinfo->dst : &pinfo->src),
        .client_port = (uint16_t)(by_client ? pinfo->srcport : pinfo->destport),
    };
    if (by_client && conversation->conversation_completeness == QNTC_SEEN_SYN)
        qntc_kdc_syn(qntc_observe_capture(), &syn);
    else
        qntc_kdc_syn_answered(qntc_observe_capture(), syn.client_address, syn.kdc_address,
                              syn.client_port);
}

/* The KDC answers the client's SYN with RST. */
static void observe_reset(packet_info *pinfo, const struct tcp_analysis *conversation)
{
    uint8_t seen = conversation->conversation_completeness;
    const uint8_t accepted = QNTC_SEEN_SYN_ACK | QNTC_SEEN_DATA | QNTC_SEEN_FIN;
    if (!(seen & QNTC_SEEN_SYN) || !(seen & QNTC_SEEN_RST) || (seen & accepted))
        return;
    qntc_kdc_unreachable(qntc_observe_capture(), address_to_str(pinfo->pool, &pinfo->dst),
                         address_to_str(pinfo->pool, &pinfo->src), (uint16_t)pinfo->destport,
                         pinfo->num, qntc_observe_time(pinfo), "RST answers the SYN");
}

/* An answer that could not be read, as where the file lacks a part of it, is no silence. */
static void observe_unread(packet_info *pinfo, const struct tcp_analysis *conversation)
{
    bool has_data = conversation == NULL || qntc_observe_has_sent_data(conversation);
    if (!frame_read && has_data)
        qntc_kdc_heard(qntc_observe_capture(), address_to_str(pinfo->pool, &pinfo->dst),
                       address_to_str(pinfo->pool, &pinfo->src), (uint16_t)pinfo->destport);
}

void qntc_observe_kdc_frame(packet_info *pinfo)
{
    const struct tcp_analysis *conversation =
        pinfo->ptype == PT_TCP ? qntc_observe_tcp(pinfo) : NULL;
    bool by_kdc = pinfo->srcport == QNTC_PORT_KERBEROS;
    if (conversation != NULL)
        observe_syn(pinfo, conversation);
    if (by_kdc && conversation != NULL)
        observe_reset(pinfo, conversation);
    if (by_kdc && (conversation != NULL || pinfo->ptype == PT_UDP))
        observe_unread(pinfo, conversation);
    /* What follows a message that was read on TCP is the rest of it. */
    bool is_rest = pinfo->ptype == PT_TCP && (sides_read(pinfo) & side_of(pinfo));
    if (pinfo->fd->cap_len < pinfo->fd->pkt_len && !frame_read && !is_rest)
        qntc_observe_cut_off(pinfo);
    frame_read = false;
}

void qntc_observe_kdc_unreachable(packet_info *pinfo, const struct qntc_unreachable *unreachable,
                                  uint16_t client_port)
{
    char *what = qntc_unreachable_text(unreachable);
    qntc_kdc_unreachable(qntc_observe_capture(), unreachable->place.client_address,
                         unreachable->place.server_address, client_port, pinfo->num,
                         qntc_observe_time(pinfo), what);
    g_free(what);
}
