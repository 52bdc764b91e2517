/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The handshake needs no tree: what TCP keeps for each conversation tells a SYN from its answer.
 * ICMP errors and the NetBIOS session service have no list of heuristic dissectors to stand in. So
 * qntc takes their place in the dissector table and hands every packet on to the built-in one, with
 * a tree of its own for the few that say that something was refused. The stand-in belongs to a
 * protocol in name only: Wireshark shows no layer for it, and it is enabled as the one it stands
 * for.
 */
#include "observe_transport.h"
#include "compat.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/exceptions.h>
#include <epan/to_str.h>

#include "interposer.h"
#include "observe.h"
#include "transport.h"

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

static void observe_unreachable(packet_info *pinfo, const struct qntc_transport_message *message,
                                bool icmpv6)
{
    uint32_t port = (uint32_t)message->quoted_destination_port.value;
    bool to_server = message->quoted_destination_port.seen && qntc_observe_is_smb_port(port) &&
                     message->quoted_source_port.value != port;
    if (!to_server || message->quoted_source == NULL || message->quoted_destination == NULL)
        return;
    struct qntc_unreachable unreachable = {
        .place = {message->quoted_source, message->quoted_destination, (uint16_t)port},
        .reporter = address_to_str(pinfo->pool, &pinfo->src),
        .icmpv6 = icmpv6,
        .code = (unsigned)message->code.value,
    };
    qntc_transport_unreachable(qntc_observe_capture(), &unreachable, pinfo->num,
                               qntc_observe_time(pinfo));
}

static void observe_icmp(packet_info *pinfo, const struct qntc_transport_message *message)
{
    observe_unreachable(pinfo, message, false);
}

static void observe_icmpv6(packet_info *pinfo, const struct qntc_transport_message *message)
{
    observe_unreachable(pinfo, message, true);
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

/* The name that the client calls is kept with the conversation: some thirty bytes for each. */
static void observe_session(packet_info *pinfo, const struct qntc_transport_message *message);

/* --------------------------------------------------------------------------- the three places */

static int stand_in_icmp(tvbuff_t *, packet_info *, proto_tree *, void *);
static int stand_in_icmpv6(tvbuff_t *, packet_info *, proto_tree *, void *);
static int stand_in_nbss(tvbuff_t *, packet_info *, proto_tree *, void *);

enum { ICMP, ICMPV6, NBSS, PLACES };

static const struct place {
    const char *table;
    uint32_t number;      /* in the table */
    const char *protocol; /* that stands there */
    const char *title;    /* of the stand-in, as "Decode As" shows it, its short name and filter */
    const char *short_name;
    const char *filter;
    bool (*deserves_tree)(tvbuff_t *tvb);
    void (*observe)(packet_info *pinfo, const struct qntc_transport_message *message);
    dissector_t stand_in;
} places[PLACES] = {
    [ICMP] = {"ip.proto", 1, "icmp", "ICMP, read by QNTC", "ICMP (QNTC)", "qntc_icmp",
              is_icmp_unreachable, observe_icmp, stand_in_icmp},
    [ICMPV6] = {"ip.proto", 58, "icmpv6", "ICMPv6, read by QNTC", "ICMPv6 (QNTC)", "qntc_icmpv6",
                is_icmpv6_unreachable, observe_icmpv6, stand_in_icmpv6},
    [NBSS] = {"tcp.port", 139, "nbss", "NetBIOS Session Service, read by QNTC", "NBSS (QNTC)",
              "qntc_nbss", is_session_setup, observe_session, stand_in_nbss},
};

static struct {
    int proto;
    int stand_ins[PLACES]; /* the protocols in name only */
    dissector_handle_t built_in[PLACES];
} state;

static void observe_session(packet_info *pinfo, const struct qntc_transport_message *message)
{
    conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
    if (conversation == NULL)
        return;
    if (message->called_name != NULL) {
        char *name = wmem_strdup(wmem_file_scope(), message->called_name);
        conversation_add_proto_data(conversation, state.stand_ins[NBSS], name);
    }
    if (!message->session_error.seen || pinfo->srcport != places[NBSS].number)
        return;
    struct qntc_place place = {
        .client_address = address_to_str(pinfo->pool, &pinfo->dst),
        .server_address = address_to_str(pinfo->pool, &pinfo->src),
        .server_port = (uint16_t)pinfo->srcport,
    };
    const char *called = conversation_get_proto_data(conversation, state.stand_ins[NBSS]);
    qntc_transport_session_refused(qntc_observe_capture(), &place,
                                   (unsigned)message->session_error.value, called, pinfo->num,
                                   qntc_observe_time(pinfo));
}

/* A packet on its way through: what must survive an exception does not live in registers. */
struct passage {
    const struct place *place;
    dissector_handle_t built_in;
    tvbuff_t *tvb;
    packet_info *pinfo;
    proto_tree *tree;
    qntc_tree_mark mark;
    void *data;
    int taken;
};

/* ICMP quotes a packet that is cut off by design: the end of the dissection may be an exception. */
static void dissect_and_read(struct passage *passage)
{
    TRY
    {
        passage->taken = call_dissector_only(passage->built_in, passage->tvb, passage->pinfo,
                                             passage->tree, passage->data);
    }
    FINALLY
    {
        struct qntc_transport_message message =
            qntc_extract_transport(passage->tree, passage->mark, passage->pinfo->pool);
        passage->place->observe(passage->pinfo, &message);
    }
    ENDTRY;
}

static bool reads(const packet_info *pinfo)
{
    return !pinfo->fd->visited && !pinfo->flags.in_error_pkt && qntc_observe_capture() != NULL &&
           proto_is_protocol_enabled(find_protocol_by_id(state.proto));
}

static int stand_in(unsigned index, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const struct place *place = &places[index];
    /* Each call takes one level of TCP's offer to reassemble: this one does not count. */
    pinfo->can_desegment = pinfo->saved_can_desegment;
    if (!place->deserves_tree(tvb) || !reads(pinfo))
        return call_dissector_only(state.built_in[index], tvb, pinfo, tree, data);
    struct passage passage = {
        .place = place,
        .built_in = state.built_in[index],
        .tvb = tvb,
        .pinfo = pinfo,
        .tree = qntc_interposer_tree(pinfo, tree),
        .data = data,
    };
    passage.mark = qntc_tree_end(passage.tree);
    dissect_and_read(&passage);
    return passage.taken;
}

static int stand_in_icmp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return stand_in(ICMP, tvb, pinfo, tree, data);
}

static int stand_in_icmpv6(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return stand_in(ICMPV6, tvb, pinfo, tree, data);
}

static int stand_in_nbss(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return stand_in(NBSS, tvb, pinfo, tree, data);
}

void qntc_observe_transport_register(int proto)
{
    state.proto = proto;
    for (size_t i = 0; i < PLACES; i++) {
        int parent = proto_get_id_by_filter_name(places[i].protocol);
        state.stand_ins[i] =
            parent != -1
                ? proto_register_protocol_in_name_only(places[i].title, places[i].short_name,
                                                       places[i].filter, parent, FT_PROTOCOL)
                : -1;
    }
}

void qntc_observe_transport_handoff(void)
{
    for (size_t i = 0; i < PLACES; i++) {
        const struct place *place = &places[i];
        state.built_in[i] =
            dissector_get_uint_handle(find_dissector_table(place->table), place->number);
        if (state.built_in[i] != NULL && state.stand_ins[i] != -1)
            dissector_add_uint(place->table, place->number,
                               create_dissector_handle(place->stand_in, state.stand_ins[i]));
    }
}
