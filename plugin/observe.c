/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Observes each frame once, on its first pass: later passes only show what was found. FIN and RST
 * come from what the TCP dissector keeps for each conversation (its completeness), so they need no
 * tree. Who is the client is decided once for each connection: by the SYN, else by the well-known
 * port, and only where neither helps by the first message.
 */
#include "observe.h"
#include "compat.h"

#include "conversations.h"
#include "observe_kdc.h"
#include "observe_transport.h"

#include <epan/address.h>
#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/to_str.h>

/* Enough for IPC$, a share and the first requests on them, and for an answer among others. */
#define WATCHED_MESSAGES 16

enum { PORT_NETBIOS_SESSION = 139, PORT_MICROSOFT_DS = 445 };

/* A TCP conversation that carried a NEGOTIATE or SESSION_SETUP; lives as long as the file. */
struct observed {
    struct qntc_track *track;
    const struct tcp_analysis *tcp; /* NULL: not over TCP */
    const tcp_flow_t *client_flow;  /* of `tcp` */
    address client;
    uint16_t client_port;
    uint8_t completeness;   /* at its last frame */
    bool handshake_over;    /* its SYN, if there was one, has got its answer */
    bool server_spoke;      /* an SMB message of the server was read */
    bool cut_off;           /* the capture has not all of its bytes */
    uint32_t next_byte[2];  /* sequence number of TCP, of each side (enum qntc_side) */
    uint32_t message_frame; /* the last in which a message ended */
    unsigned occasions;     /* to watch it, so far */
    unsigned watched;       /* messages still to be read whatever they are */
};

/* How a connection begins that may become one of SMB. */
struct opening {
    uint32_t frames[QNTC_MAX_OPENING_FRAMES];
    qntc_time time; /* of the first of them */
};

static struct {
    int proto;
    int proto_tcp;
    bool enabled; /* who enables the protocol, or disables it, reads the file again */
    struct qntc_capture *capture;
    unsigned watching;    /* connections with messages to watch: mostly none */
    GHashTable *openings; /* stream -> struct opening *, until SMB or the end of the connection */
    uint8_t *ports; /* a bit for each server port with SMB: other TCP frames are left at once */
} state;

static void set_port(uint16_t port)
{
    state.ports[port / 8] |= (uint8_t)(1u << (port % 8));
}

bool qntc_observe_is_smb_port(uint32_t port)
{
    return port <= UINT16_MAX && (state.ports[port / 8] & (1u << (port % 8))) != 0;
}

void qntc_observe_register(int proto)
{
    state.proto = proto;
}

void qntc_observe_open(void)
{
    qntc_observe_close();
    state.watching = 0;
    state.enabled = proto_is_protocol_enabled(find_protocol_by_id(state.proto));
    state.proto_tcp = proto_get_id_by_filter_name("tcp");
    state.capture = qntc_capture_new();
    state.openings = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
    state.ports = g_new0(uint8_t, (UINT16_MAX + 1) / 8);
    set_port(PORT_NETBIOS_SESSION);
    set_port(PORT_MICROSOFT_DS);
}

void qntc_observe_close(void)
{
    qntc_conversations_forget();
    qntc_capture_free(g_steal_pointer(&state.capture));
    g_clear_pointer(&state.openings, g_hash_table_destroy);
    g_free(g_steal_pointer(&state.ports));
}

struct qntc_capture *qntc_observe_capture(void)
{
    return state.capture;
}

bool qntc_observe_reads(const packet_info *pinfo)
{
    return !pinfo->fd->visited && state.capture != NULL && state.enabled;
}

/* A pcapng file can claim any time in 64 bits; what no clock shows is not known. */
qntc_time qntc_observe_time(const packet_info *pinfo)
{
    const int64_t latest = INT64_C(253402300799); /* the end of the year 9999 */
    int64_t seconds = pinfo->abs_ts.secs;
    if (!pinfo->fd->has_ts || seconds < -latest || seconds > latest)
        return QNTC_TIME_UNKNOWN;
    return seconds * G_USEC_PER_SEC + pinfo->abs_ts.nsecs / 1000;
}

/* ------------------------------------------------------------------------------ connections */

/*
 * The first frames of a connection are kept for the logon that may follow, until it ends: less than
 * a hundred bytes for each open connection to an SMB port.
 */
static void note_opening(const packet_info *pinfo, const struct tcp_analysis *tcp)
{
    gpointer stream = GUINT_TO_POINTER(tcp->stream);
    uint8_t seen = tcp->conversation_completeness;
    if (seen & (QNTC_SEEN_FIN | QNTC_SEEN_RST))
        g_hash_table_remove(state.openings, stream);
    if (seen & (QNTC_SEEN_FIN | QNTC_SEEN_RST) || !(seen & QNTC_SEEN_SYN))
        return;
    struct opening *opening = g_hash_table_lookup(state.openings, stream);
    if (opening == NULL) {
        opening = g_new0(struct opening, 1);
        opening->time = qntc_observe_time(pinfo);
        g_hash_table_insert(state.openings, stream, opening);
    }
    for (size_t i = 0; i < QNTC_MAX_OPENING_FRAMES; i++) {
        if (opening->frames[i] == 0) {
            opening->frames[i] = pinfo->num;
            return;
        }
    }
}

static void take_opening(uint32_t stream, struct qntc_peers *peers)
{
    const struct opening *opening = g_hash_table_lookup(state.openings, GUINT_TO_POINTER(stream));
    if (opening == NULL)
        return;
    memcpy(peers->opening_frames, opening->frames, sizeof peers->opening_frames);
    peers->opening_time = opening->time;
    g_hash_table_remove(state.openings, GUINT_TO_POINTER(stream));
}

static const struct tcp_analysis *tcp_of(conversation_t *conversation)
{
    return conversation != NULL ? conversation_get_proto_data(conversation, state.proto_tcp) : NULL;
}

/* `by_header`: the first message looks like an answer, the last resort. */
static bool sent_by_server(const packet_info *pinfo, const struct tcp_analysis *tcp, bool by_header)
{
    if (tcp != NULL && tcp->server_port != 0 && pinfo->srcport != pinfo->destport)
        return pinfo->srcport == tcp->server_port;
    bool source_known = qntc_observe_is_smb_port(pinfo->srcport);
    bool destination_known = qntc_observe_is_smb_port(pinfo->destport);
    return source_known != destination_known ? source_known : by_header;
}

static struct observed *connect_peers(packet_info *pinfo, conversation_t *conversation,
                                      bool by_header)
{
    const struct tcp_analysis *tcp = tcp_of(conversation);
    bool by_server = sent_by_server(pinfo, tcp, by_header);
    const address *client = by_server ? &pinfo->dst : &pinfo->src;
    const address *server = by_server ? &pinfo->src : &pinfo->dst;
    struct qntc_peers peers = {
        .stream = tcp != NULL ? tcp->stream : conversation->conv_index,
        .client_address = address_to_str(pinfo->pool, client),
        .server_address = address_to_str(pinfo->pool, server),
        .client_port = (uint16_t)(by_server ? pinfo->destport : pinfo->srcport),
        .server_port = (uint16_t)(by_server ? pinfo->srcport : pinfo->destport),
        .syn_seen =
            tcp != NULL && (tcp->conversation_completeness & (QNTC_SEEN_SYN | QNTC_SEEN_SYN_ACK)),
    };
    struct observed *observed = wmem_new0(wmem_file_scope(), struct observed);
    if (tcp != NULL)
        take_opening(tcp->stream, &peers);
    observed->track = qntc_capture_connect(state.capture, &peers);
    observed->tcp = tcp;
    if (tcp != NULL)
        observed->client_flow = by_server ? tcp->rev : tcp->fwd;
    observed->client_port = peers.client_port;
    copy_address_wmem(wmem_file_scope(), &observed->client, client);
    if (tcp != NULL && tcp->rev->tcp_analyze_seq_info != NULL)
        observed->next_byte[by_server ? QNTC_CLIENT : QNTC_SERVER] =
            tcp->rev->tcp_analyze_seq_info->nextseq;
    set_port(peers.server_port);
    conversation_add_proto_data(conversation, state.proto, observed);
    return observed;
}

/* The TCP dissector has turned its flows to this frame: `fwd` is that of the sender. */
static enum qntc_side side_of(const packet_info *pinfo, const struct observed *observed)
{
    bool client = observed->tcp != NULL ? observed->tcp->fwd == observed->client_flow
                                        : pinfo->srcport == observed->client_port &&
                                              addresses_equal(&pinfo->src, &observed->client);
    return client ? QNTC_CLIENT : QNTC_SERVER;
}

/* --------------------------------------------------------------------------------- messages */

struct arrival {
    packet_info *pinfo;
    conversation_t *conversation;
    bool truncated;
};

static bool looks_like_answer(const struct qntc_message *message)
{
    bool smb2_flag = message->flags.value & 1; /* SMB2_FLAGS_SERVER_TO_REDIR */
    return message->family == QNTC_SMB2 ? smb2_flag : message->dialect_index.seen;
}

bool qntc_observe_is_watched(packet_info *pinfo)
{
    if (state.watching == 0)
        return false;
    conversation_t *conversation = qntc_conversation_of(pinfo);
    struct observed *observed =
        conversation != NULL ? conversation_get_proto_data(conversation, state.proto) : NULL;
    if (observed == NULL || observed->watched == 0)
        return false;
    if (--observed->watched == 0)
        state.watching--;
    return true;
}

/* Who closes has no more requests, and an answer that fails is read whatever is watched. */
static void stop_watching(struct observed *observed)
{
    state.watching -= observed->watched != 0;
    observed->watched = 0;
}

static void watch_on_occasion(struct observed *observed)
{
    unsigned occasions = qntc_track_occasions(observed->track);
    if (occasions == observed->occasions)
        return;
    observed->occasions = occasions;
    state.watching += observed->watched == 0;
    observed->watched = WATCHED_MESSAGES;
}

/* A connection is worth keeping for a logon, or for what failed on a session from before. */
static bool begins_observation(const struct qntc_message *message)
{
    return message->command != QNTC_COMMAND_OTHER || qntc_is_session_status(&message->status);
}

static void pass_on(struct qntc_message *message, void *user)
{
    const struct arrival *arrival = user;
    struct observed *observed = conversation_get_proto_data(arrival->conversation, state.proto);
    if (observed == NULL) {
        if (!begins_observation(message))
            return;
        observed = connect_peers(arrival->pinfo, arrival->conversation, looks_like_answer(message));
    }
    message->frame = observed->message_frame = arrival->pinfo->num;
    message->time = qntc_observe_time(arrival->pinfo);
    message->from = side_of(arrival->pinfo, observed);
    message->truncated = arrival->truncated;
    observed->server_spoke |= message->from == QNTC_SERVER;
    if (message->from == QNTC_CLIENT)
        message->status.kind = QNTC_STATUS_NONE;
    qntc_capture_message(state.capture, observed->track, message);
    watch_on_occasion(observed);
}

void qntc_observe_messages(packet_info *pinfo, proto_tree *tree, qntc_tree_mark mark,
                           bool truncated)
{
    struct arrival arrival = {
        .pinfo = pinfo,
        .conversation = qntc_conversation_of(pinfo),
        .truncated = truncated,
    };
    if (state.capture != NULL && arrival.conversation != NULL)
        qntc_extract_messages(tree, mark, pass_on, &arrival);
}

/* ------------------------------------------------------------------------------ FIN and RST */

static bool is_server_port(uint32_t port)
{
    return qntc_observe_is_smb_port(port) || port == QNTC_PORT_KERBEROS || port == QNTC_PORT_RPC;
}

void qntc_observe_cut_off(packet_info *pinfo)
{
    /* The segment that an ICMP error quotes was sent in another frame. */
    if (proto_is_frame_protocol(pinfo->layers, "icmp") ||
        proto_is_frame_protocol(pinfo->layers, "icmpv6"))
        return;
    bool by_server = is_server_port(pinfo->srcport);
    struct qntc_place place = {
        .client_address = address_to_str(pinfo->pool, by_server ? &pinfo->dst : &pinfo->src),
        .server_address = address_to_str(pinfo->pool, by_server ? &pinfo->src : &pinfo->dst),
        .server_port = (uint16_t)(by_server ? pinfo->srcport : pinfo->destport),
    };
    qntc_capture_cut_off(state.capture, &place, pinfo->num);
}

/* What comes before SMB on port 139 has five bytes at most. SYN and FIN count as a byte each. */
bool qntc_observe_has_sent_data(const struct tcp_analysis *tcp)
{
    const tcp_analyze_seq_flow_info_t *sequence = tcp->fwd->tcp_analyze_seq_info;
    bool fin = tcp->conversation_completeness & QNTC_SEEN_FIN;
    if (sequence == NULL || sequence->nextseqframe == 0)
        return false;
    return sequence->nextseq - tcp->fwd->base_seq > 1u + 5u + fin;
}

/* This side acknowledges bytes of the other one that are not in the file. */
static bool acknowledges_unseen(const struct tcp_analysis *tcp)
{
    const tcp_analyze_seq_flow_info_t *own = tcp->fwd->tcp_analyze_seq_info;
    const tcp_analyze_seq_flow_info_t *other = tcp->rev->tcp_analyze_seq_info;
    if (own == NULL || other == NULL || own->lastack == 0 || other->nextseqframe == 0)
        return false;
    return (int32_t)(own->lastack - other->nextseq) > 0;
}

static void observe_bytes(packet_info *pinfo, struct observed *observed, enum qntc_side side)
{
    const struct tcp_analysis *tcp = observed->tcp;
    observed->cut_off |= pinfo->fd->cap_len < pinfo->fd->pkt_len;
    if (QNTC_TCP_HAS_GAP(tcp->fwd) || acknowledges_unseen(tcp))
        qntc_capture_gap(observed->track, pinfo->num);
    else if (side == QNTC_SERVER && !observed->server_spoke && !observed->cut_off &&
             qntc_observe_has_sent_data(tcp))
        qntc_capture_not_smb(state.capture, observed->track, pinfo->num);
}

/* A message in several segments is read in the frame of the last one. */
static void observe_piece(const packet_info *pinfo, struct observed *observed, enum qntc_side side)
{
    const tcp_analyze_seq_flow_info_t *sequence = observed->tcp->fwd->tcp_analyze_seq_info;
    if (sequence == NULL || sequence->nextseq == observed->next_byte[side])
        return;
    observed->next_byte[side] = sequence->nextseq;
    if (observed->message_frame != pinfo->num)
        qntc_capture_piece(state.capture, observed->track, pinfo->num);
}

const struct tcp_analysis *qntc_observe_tcp(packet_info *pinfo)
{
    return tcp_of(qntc_conversation_of(pinfo));
}

/* A frame of a connection that has carried SMB. */
static void observe_connection(packet_info *pinfo, struct observed *observed)
{
    const struct tcp_analysis *tcp = observed->tcp;
    if (tcp == NULL)
        return;
    if (!observed->handshake_over)
        qntc_observe_handshake(pinfo, tcp);
    observed->handshake_over = true;
    enum qntc_side side = side_of(pinfo, observed);
    qntc_capture_heard(observed->track, side);
    observe_bytes(pinfo, observed, side);
    observe_piece(pinfo, observed, side);
    if (QNTC_TCP_IS_RESENT(tcp))
        qntc_capture_resent(observed->track);
    if (tcp->conversation_completeness & QNTC_SEEN_SYN_ACK)
        qntc_capture_heard(observed->track, QNTC_SERVER);
    uint8_t news = (uint8_t)(tcp->conversation_completeness & ~observed->completeness);
    observed->completeness = tcp->conversation_completeness;
    if (news & (QNTC_SEEN_FIN | QNTC_SEEN_RST)) {
        stop_watching(observed);
        qntc_capture_close(state.capture, observed->track, pinfo->num, qntc_observe_time(pinfo),
                           side, news & QNTC_SEEN_RST);
    }
}

static void observe_tcp(packet_info *pinfo)
{
    conversation_t *conversation = qntc_conversation_of(pinfo);
    struct observed *observed =
        conversation != NULL ? conversation_get_proto_data(conversation, state.proto) : NULL;
    if (observed != NULL) {
        observe_connection(pinfo, observed);
        return;
    }
    const struct tcp_analysis *tcp = tcp_of(conversation);
    if (tcp != NULL) {
        qntc_observe_handshake(pinfo, tcp);
        note_opening(pinfo, tcp);
    }
    if (pinfo->fd->cap_len < pinfo->fd->pkt_len)
        qntc_observe_cut_off(pinfo);
}

void qntc_observe_frame(packet_info *pinfo)
{
    if (state.capture == NULL)
        return;
    bool truncated = pinfo->fd->cap_len < pinfo->fd->pkt_len;
    qntc_capture_frame(state.capture, pinfo->num, qntc_observe_time(pinfo), truncated);
    if (pinfo->ptype != PT_TCP && pinfo->ptype != PT_UDP)
        return;
    if (pinfo->srcport == QNTC_PORT_KERBEROS || pinfo->destport == QNTC_PORT_KERBEROS)
        qntc_observe_kdc_frame(pinfo);
    else if (pinfo->ptype == PT_TCP && (qntc_observe_is_smb_port(pinfo->srcport) ||
                                        qntc_observe_is_smb_port(pinfo->destport)))
        observe_tcp(pinfo);
    else if (truncated && pinfo->ptype == PT_TCP &&
             (pinfo->srcport == QNTC_PORT_RPC || pinfo->destport == QNTC_PORT_RPC))
        qntc_observe_cut_off(pinfo);
}
