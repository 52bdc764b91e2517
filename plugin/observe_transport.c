/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The handshake needs no tree: what TCP keeps for each conversation tells a SYN from its answer.
 * Of ICMP and the NetBIOS session service, those packets are read that say that something was
 * refused.
 */
#include "observe_transport.h"
#include "compat.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/to_str.h>

#include "observe.h"
#include "observe_kdc.h"
#include "stand_in.h"

/* ------------------------------------------------------------------------------- the handshake */

static enum qntc_syn_answer answer_of(bool by_client, uint8_t seen)
{
    const uint8_t accepted = QNTC_SEEN_SYN_ACK | QNTC_SEEN_DATA | QNTC_SEEN_FIN;
    if (by_client)
        return QNTC_SYN_GOES_ON;
    return (seen & QNTC_SEEN_RST) && !(seen & accepted) ? QNTC_SYN_REFUSED : QNTC_SYN_ANSWERED;
}

void qntc_observe_handshake(packet_info *pinfo, const struct tcp_analysis *tcp)
{
    struct qntc_capture *capture = qntc_observe_capture();
    uint8_t seen = tcp->conversation_completeness;
    /* Equal ports do not tell the sides apart, and no client of SMB uses them. */
    bool by_client = pinfo->destport == tcp->server_port && pinfo->srcport != pinfo->destport;
    if (by_client && seen == QNTC_SEEN_SYN && qntc_observe_is_smb_port(tcp->server_port)) {
        struct qntc_peers peers = {
            .stream = tcp->stream,
            .client_address = address_to_str(pinfo->pool, &pinfo->src),
            .server_address = address_to_str(pinfo->pool, &pinfo->dst),
            .client_port = (uint16_t)pinfo->srcport,
            .server_port = tcp->server_port,
            .syn_seen = true,
        };
        qntc_transport_syn(capture, &peers, pinfo->num, qntc_observe_time(pinfo));
    } else if (qntc_transport_awaits(capture, tcp->stream)) {
        qntc_transport_answer(capture, tcp->stream, answer_of(by_client, seen), pinfo->num);
    }
}

/* ------------------------------------------------------------------------------------- ICMP */

/* Destination unreachable; code 4 only asks for smaller packets ([RFC1191]). */
static bool is_icmp_unreachable(tvbuff_t *tvb)
{
    return tvb_bytes_exist(tvb, 0, 2) && tvb_get_ntohs(tvb, 0) >> 8 == 3 &&
           tvb_get_ntohs(tvb, 0) != 0x0304;
}

/* [RFC4443] 3.1 */
static bool is_icmpv6_unreachable(tvbuff_t *tvb)
{
    return tvb_bytes_exist(tvb, 0, 2) && tvb_get_ntohs(tvb, 0) >> 8 == 1;
}

/* Of the segment that the error quotes, which the client had sent. UDP is for Kerberos only. */
static void observe_unreachable(packet_info *pinfo, proto_tree *tree, qntc_tree_mark mark,
                                bool icmpv6)
{
    struct qntc_transport_message message = qntc_extract_transport(tree, mark, pinfo->pool);
    bool tcp = message.tcp_destination_port.seen;
    uint16_t source =
        (uint16_t)(tcp ? message.tcp_source_port.value : message.udp_source_port.value);
    uint16_t destination =
        (uint16_t)(tcp ? message.tcp_destination_port.value : message.udp_destination_port.value);
    if (source == destination || message.quoted_source == NULL ||
        message.quoted_destination == NULL)
        return;
    struct qntc_unreachable unreachable = {
        .place = {message.quoted_source, message.quoted_destination, destination},
        .reporter = address_to_str(pinfo->pool, &pinfo->src),
        .icmpv6 = icmpv6,
        .code = (unsigned)message.code.value,
    };
    if (destination == QNTC_PORT_KERBEROS)
        qntc_observe_kdc_unreachable(pinfo, &unreachable, source);
    else if (tcp && qntc_observe_is_smb_port(destination))
        qntc_transport_unreachable(qntc_observe_capture(), &unreachable, pinfo->num,
                                   qntc_observe_time(pinfo));
}

static void observe_icmp(packet_info *pinfo, proto_tree *tree, qntc_tree_mark mark)
{
    observe_unreachable(pinfo, tree, mark, false);
}

static void observe_icmpv6(packet_info *pinfo, proto_tree *tree, qntc_tree_mark mark)
{
    observe_unreachable(pinfo, tree, mark, true);
}

/* ------------------------------------------------------------------ NetBIOS session service */

/* [RFC1002] 4.3.2, 4.3.4: a session request, or a negative response, which has one byte. */
static bool is_session_setup(tvbuff_t *tvb)
{
    if (!tvb_bytes_exist(tvb, 0, 4))
        return false;
    uint32_t header = tvb_get_ntohl(tvb, 0);
    return header >> 16 == 0x8100 || header == 0x83000001;
}

/* --------------------------------------------------------------------------- the three places */

static void observe_session(packet_info *, proto_tree *, qntc_tree_mark);
static int dissect_icmp(tvbuff_t *, packet_info *, proto_tree *, void *);
static int dissect_icmpv6(tvbuff_t *, packet_info *, proto_tree *, void *);
static int dissect_nbss(tvbuff_t *, packet_info *, proto_tree *, void *);

static struct qntc_stand_in icmp = {
    .table = "ip.proto",
    .number = 1,
    .protocol = "icmp",
    .title = "ICMP, read by QNTC",
    .short_name = "ICMP (QNTC)",
    .filter = "qntc_icmp",
    .reading = QNTC_READ_TRANSPORT,
    .deserves_tree = is_icmp_unreachable,
    .observe = observe_icmp,
    .dissector = dissect_icmp,
};

static struct qntc_stand_in icmpv6 = {
    .table = "ip.proto",
    .number = 58,
    .protocol = "icmpv6",
    .title = "ICMPv6, read by QNTC",
    .short_name = "ICMPv6 (QNTC)",
    .filter = "qntc_icmpv6",
    .reading = QNTC_READ_TRANSPORT,
    .deserves_tree = is_icmpv6_unreachable,
    .observe = observe_icmpv6,
    .dissector = dissect_icmpv6,
};

static struct qntc_stand_in nbss = {
    .table = "tcp.port",
    .number = 139,
    .protocol = "nbss",
    .title = "NetBIOS Session Service, read by QNTC",
    .short_name = "NBSS (QNTC)",
    .filter = "qntc_nbss",
    .reading = QNTC_READ_TRANSPORT,
    .deserves_tree = is_session_setup,
    .observe = observe_session,
    .dissector = dissect_nbss,
};

static struct qntc_stand_in *const places[] = {&icmp, &icmpv6, &nbss};

static int dissect_icmp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return qntc_stand_in_dissect(&icmp, tvb, pinfo, tree, data);
}

static int dissect_icmpv6(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return qntc_stand_in_dissect(&icmpv6, tvb, pinfo, tree, data);
}

static int dissect_nbss(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return qntc_stand_in_dissect(&nbss, tvb, pinfo, tree, data);
}

/* The name that the client calls is kept with the conversation: some thirty bytes for each. */
static void observe_session(packet_info *pinfo, proto_tree *tree, qntc_tree_mark mark)
{
    struct qntc_transport_message message = qntc_extract_transport(tree, mark, pinfo->pool);
    conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
    if (conversation == NULL)
        return;
    if (message.called_name != NULL) {
        char *name = wmem_strdup(wmem_file_scope(), message.called_name);
        conversation_add_proto_data(conversation, nbss.proto, name);
    }
    if (!message.session_error.seen || pinfo->srcport != nbss.number)
        return;
    struct qntc_place place = {
        .client_address = address_to_str(pinfo->pool, &pinfo->dst),
        .server_address = address_to_str(pinfo->pool, &pinfo->src),
        .server_port = (uint16_t)pinfo->srcport,
    };
    const char *called = conversation_get_proto_data(conversation, nbss.proto);
    qntc_transport_session_refused(qntc_observe_capture(), &place,
                                   (unsigned)message.session_error.value, called, pinfo->num,
                                   qntc_observe_time(pinfo));
}

void qntc_observe_transport_register(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(places); i++)
        qntc_stand_in_register(places[i]);
}

void qntc_observe_transport_handoff(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(places); i++)
        qntc_stand_in_handoff(places[i]);
}
