/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wireshark builds a tree only where somebody looks at it. Asking for fields the usual way would
 * force one on every frame, bulk file traffic included. So qntc puts a heuristic dissector of its
 * own before each of those of SMB, SMB2 and DCE/RPC, which takes every message and hands it on to
 * the built-in one: with whatever tree there is for nearly all, with a tree of its own for the few
 * that belong to a logon or explain one. Each message is dissected once; output, layers and
 * preferences stay as they are.
 *
 * It must take every message, not only those it reads: Wireshark moves the heuristic dissector
 * that accepted a message to the front of its list, and would skip this one from then on.
 */
#include "interposer.h"
#include "compat.h"

#include <epan/epan.h>
#include <epan/epan_dissect.h>
#include <epan/exceptions.h>

#include "observe.h"
#include "observe_rpc.h"

#define MAX_COMPOUND 128 /* commands of a compound that are looked at */

/* A private tree may be pointed to until its frame is done; it goes when the next one is needed. */
static struct {
    epan_dissect_t *last;
    unsigned readings; /* that are under way: a pipe of SMB brings DCE/RPC */
} state;

/* ---------------------------------------------------------------- which messages deserve a tree */

/* A failure that the session may be the reason of, whatever was asked. */
static bool is_session_failure(uint32_t nt_status)
{
    if (nt_status == 0)
        return false;
    struct qntc_status status = {.kind = QNTC_STATUS_NT, .code = nt_status};
    struct qntc_status packed = {
        .kind = QNTC_STATUS_DOS, .dos_class = (uint8_t)nt_status, .code = nt_status >> 16};
    return qntc_is_session_status(&status) || qntc_is_session_status(&packed);
}

/* [MS-CIFS] 2.2.4.46.1: WordCount at 32, fourteen words and the subcommand; an answer has less. */
static bool asks_for_referral_smb1(tvbuff_t *tvb)
{
    return tvb_bytes_exist(tvb, 32, 31) && tvb_get_uint8(tvb, 32) == 15 &&
           qntc_is_referral_request(QNTC_SMB1, tvb_get_letohs(tvb, 61));
}

/*
 * [MS-CIFS] 2.2.3.1: Command at 4, Status at 5 (or error class and code). A SESSION_SETUP_ANDX may
 * come behind a LOGOFF_ANDX in its chain.
 */
static enum qntc_reading reading_of_smb1_header(tvbuff_t *tvb)
{
    if (!tvb_bytes_exist(tvb, 0, 5))
        return QNTC_READ_NOTHING;
    uint8_t command = (uint8_t)(tvb_get_ntohl(tvb, 1) & 0xFF);
    if (command >= 0x72 && command <= 0x74)
        return QNTC_READ_SMB;
    if (command >= 0x70 && command <= 0x75)
        return QNTC_READ_SMB_HEADER;
    if (command == 0x32 && asks_for_referral_smb1(tvb))
        return QNTC_READ_SMB_HEADER;
    bool failure = tvb_bytes_exist(tvb, 0, 9) && is_session_failure(tvb_get_letohl(tvb, 5));
    return failure ? QNTC_READ_SMB_HEADER : QNTC_READ_NOTHING;
}

/* What is read of an SMB2 header, at once: this is done for every message. */
enum { SMB2_HEADER_READ = 24 };

static uint32_t little_endian(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* [MS-SMB2] 2.2.1: Status at 8 (of an answer), Command at 12, Flags at 16. */
static enum qntc_reading reading_of_smb2_header(const uint8_t *header)
{
    uint32_t command = little_endian(header + 12) & 0xFFFF;
    if (command <= 1) /* NEGOTIATE, SESSION_SETUP */
        return QNTC_READ_SMB;
    if (command <= 4) /* up to TREE_DISCONNECT */
        return QNTC_READ_SMB_HEADER;
    bool answer = little_endian(header + 16) & 1;
    return answer && is_session_failure(little_endian(header + 8)) ? QNTC_READ_SMB_HEADER
                                                                   : QNTC_READ_NOTHING;
}

/* [MS-SMB2] 2.2.31: CtlCode at 4 behind the header of an IOCTL request. */
static bool asks_for_referral_smb2(tvbuff_t *tvb, int offset, const uint8_t *header)
{
    bool ioctl = (little_endian(header + 12) & 0xFFFF) == 11;
    return ioctl && !(little_endian(header + 16) & 1) && tvb_bytes_exist(tvb, offset + 68, 4) &&
           qntc_is_referral_request(QNTC_SMB2, tvb_get_letohl(tvb, offset + 68));
}

/*
 * NextCommand at 20, in each message of a compound, of which the one with most to say decides. What
 * is cut off counts as zero.
 */
static enum qntc_reading reading_of_compound(tvbuff_t *tvb)
{
    enum qntc_reading reading = QNTC_READ_NOTHING;
    int offset = 0;
    for (unsigned i = 0; i < MAX_COMPOUND; i++) {
        uint8_t cut_off[SMB2_HEADER_READ] = {0};
        int captured = tvb_captured_length_remaining(tvb, offset);
        if (captured < 14)
            return reading;
        const uint8_t *header = captured < SMB2_HEADER_READ
                                    ? tvb_memcpy(tvb, cut_off, offset, (size_t)captured)
                                    : tvb_get_ptr(tvb, offset, SMB2_HEADER_READ);
        if (little_endian(header) != 0x424D53FE)
            return reading;
        reading = MIN(reading, reading_of_smb2_header(header));
        if (reading == QNTC_READ_SMB)
            return reading;
        if (asks_for_referral_smb2(tvb, offset, header))
            reading = QNTC_READ_SMB_HEADER;
        uint32_t next = captured >= SMB2_HEADER_READ ? little_endian(header + 20) : 0;
        if (next == 0 || next > tvb_reported_length(tvb) - (uint32_t)offset)
            return reading;
        offset += (int)next;
    }
    return reading;
}

/* 0: cut off. */
static uint32_t magic_of(tvbuff_t *tvb)
{
    return tvb_captured_length(tvb) < 4 ? 0 : tvb_get_ntohl(tvb, 0);
}

static bool is_smb1(tvbuff_t *tvb)
{
    return magic_of(tvb) == 0xFF534D42;
}

/* Plain, encrypted and compressed ([MS-SMB2] 2.2.1, 2.2.41, 2.2.42). */
static bool is_smb2(tvbuff_t *tvb)
{
    uint32_t magic = magic_of(tvb);
    return magic >= 0xFC534D42 && magic <= 0xFE534D42 && (magic & 0x00FFFFFF) == 0x534D42;
}

static enum qntc_reading or_if_watched(packet_info *pinfo, enum qntc_reading reading)
{
    if (reading != QNTC_READ_NOTHING)
        return reading;
    return qntc_observe_is_watched(pinfo) ? QNTC_READ_SMB_HEADER : QNTC_READ_NOTHING;
}

static enum qntc_reading reading_of_smb1(packet_info *pinfo, tvbuff_t *tvb)
{
    return or_if_watched(pinfo, reading_of_smb1_header(tvb));
}

static enum qntc_reading reading_of_smb2(packet_info *pinfo, tvbuff_t *tvb)
{
    return or_if_watched(pinfo, reading_of_compound(tvb));
}

static enum qntc_reading reading_of_rpc(packet_info *pinfo, tvbuff_t *tvb)
{
    return qntc_observe_rpc_headers(pinfo, tvb) ? QNTC_READ_RPC : QNTC_READ_NOTHING;
}

/* [C706] 12.6.3.1: version 5.0 or 5.1. A pipe may bring fewer bytes than a header has. */
static bool is_rpc(tvbuff_t *tvb)
{
    return tvb_bytes_exist(tvb, 0, 1) && tvb_get_uint8(tvb, 0) == 5 &&
           (!tvb_bytes_exist(tvb, 1, 1) || tvb_get_uint8(tvb, 1) <= 1);
}

/* ----------------------------------------------------------------------------------- the places */

struct place {
    const char *list;     /* the heuristic list */
    const char *built_in; /* short name of the dissector that it belongs to */
    const char *name;     /* ours, as "Enabled Protocols" shows it */
    const char *title;
    const char *protocol;
    bool (*is_ours)(tvbuff_t *tvb);
    enum qntc_reading (*reading)(packet_info *pinfo, tvbuff_t *tvb); /* of a message */
    void (*observe)(packet_info *pinfo, proto_tree *tree, qntc_tree_mark mark, bool truncated);
    heur_dissector_t interposer;
};

static qntc_heuristic_result smb_netbios(tvbuff_t *, packet_info *, proto_tree *, void *);
static qntc_heuristic_result smb2_netbios(tvbuff_t *, packet_info *, proto_tree *, void *);
static qntc_heuristic_result smb_direct(tvbuff_t *, packet_info *, proto_tree *, void *);
static qntc_heuristic_result smb2_direct(tvbuff_t *, packet_info *, proto_tree *, void *);
static qntc_heuristic_result rpc_tcp(tvbuff_t *, packet_info *, proto_tree *, void *);
static qntc_heuristic_result rpc_smb(tvbuff_t *, packet_info *, proto_tree *, void *);
static qntc_heuristic_result rpc_smb2(tvbuff_t *, packet_info *, proto_tree *, void *);

enum { SMB_NETBIOS, SMB2_NETBIOS, SMB_DIRECT, SMB2_DIRECT, RPC_TCP, RPC_SMB, RPC_SMB2 };

static const struct place places[] = {
    [SMB_NETBIOS] = {"netbios", "smb_netbios", "qntc_smb_netbios", "QNTC reading SMB over NetBIOS",
                     "smb", is_smb1, reading_of_smb1, qntc_observe_messages, smb_netbios},
    [SMB2_NETBIOS] = {"netbios", "smb2_netbios", "qntc_smb2_netbios",
                      "QNTC reading SMB2 over NetBIOS", "smb2", is_smb2, reading_of_smb2,
                      qntc_observe_messages, smb2_netbios},
    [SMB_DIRECT] = {"smb_direct", "smb_smb_direct", "qntc_smb_direct",
                    "QNTC reading SMB over SMB Direct", "smb", is_smb1, reading_of_smb1,
                    qntc_observe_messages, smb_direct},
    [SMB2_DIRECT] = {"smb_direct", "smb2_smb_direct", "qntc_smb2_direct",
                     "QNTC reading SMB2 over SMB Direct", "smb2", is_smb2, reading_of_smb2,
                     qntc_observe_messages, smb2_direct},
    [RPC_TCP] = {"tcp", "dcerpc_tcp", "qntc_dcerpc_tcp", "QNTC reading DCE/RPC over TCP", "dcerpc",
                 is_rpc, reading_of_rpc, qntc_observe_rpc, rpc_tcp},
    [RPC_SMB] = {"smb_transact", "dcerpc_smb_transact", "qntc_dcerpc_smb",
                 "QNTC reading DCE/RPC over SMB", "dcerpc", is_rpc, reading_of_rpc,
                 qntc_observe_rpc, rpc_smb},
    [RPC_SMB2] = {"smb2_pipe_subdissectors", "dcerpc_smb2", "qntc_dcerpc_smb2",
                  "QNTC reading DCE/RPC over SMB2", "dcerpc", is_rpc, reading_of_rpc,
                  qntc_observe_rpc, rpc_smb2},
};

/* Looked up once, as every message passes here; NULL where this Wireshark has no such dissector. */
static const heur_dtbl_entry_t *built_ins[G_N_ELEMENTS(places)];

void qntc_interposer_release(void)
{
    if (state.last != NULL)
        epan_dissect_free(g_steal_pointer(&state.last));
}

proto_tree *qntc_interposer_tree(packet_info *pinfo, proto_tree *tree, enum qntc_reading reading)
{
    GArray *wanted = qntc_extract_fields_wanted(reading);
    epan_dissect_t here = {.tree = tree};
    state.readings++;
    if (tree != NULL) {
        epan_dissect_prime_with_hfid_array(&here, wanted);
        return tree;
    }
    if (state.readings > 1)
        return NULL;
    qntc_interposer_release();
    state.last = epan_dissect_new(pinfo->epan, TRUE, FALSE);
    epan_dissect_prime_with_hfid_array(state.last, wanted);
    return state.last->tree;
}

void qntc_interposer_done(void)
{
    state.readings--;
}

/* One message on its way through: what must survive an exception does not live in registers. */
struct passage {
    const struct place *place;
    const heur_dtbl_entry_t *built_in;
    tvbuff_t *tvb;
    packet_info *pinfo;
    proto_tree *tree;
    qntc_tree_mark mark;
    void *data;
    qntc_heuristic_result taken;
};

/* Reads what the dissector found even where it gave up: that is all a cut-off capture has. */
static void dissect_and_read(struct passage *passage)
{
    TRY
    {
        passage->taken = passage->built_in->dissector(passage->tvb, passage->pinfo, passage->tree,
                                                      passage->data);
    }
    FINALLY
    {
        bool truncated = tvb_captured_length(passage->tvb) < tvb_reported_length(passage->tvb);
        qntc_interposer_done();
        passage->place->observe(passage->pinfo, passage->tree, passage->mark, truncated);
    }
    ENDTRY;
}

static qntc_heuristic_result interpose(const struct place *place, tvbuff_t *tvb, packet_info *pinfo,
                                       proto_tree *tree, void *data)
{
    if (!place->is_ours(tvb))
        return FALSE;
    const heur_dtbl_entry_t *built_in = built_ins[place - places];
    if (built_in == NULL || !built_in->enabled)
        return FALSE;
    enum qntc_reading reading =
        qntc_observe_reads(pinfo) ? place->reading(pinfo, tvb) : QNTC_READ_NOTHING;
    if (reading == QNTC_READ_NOTHING)
        return built_in->dissector(tvb, pinfo, tree, data);
    struct passage passage = {
        .place = place,
        .built_in = built_in,
        .tvb = tvb,
        .pinfo = pinfo,
        .tree = qntc_interposer_tree(pinfo, tree, reading),
        .data = data,
        .taken = TRUE,
    };
    passage.mark = qntc_tree_end(passage.tree);
    dissect_and_read(&passage);
    return passage.taken;
}

static qntc_heuristic_result smb_netbios(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                                         void *data)
{
    return interpose(&places[SMB_NETBIOS], tvb, pinfo, tree, data);
}

static qntc_heuristic_result smb2_netbios(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                                          void *data)
{
    return interpose(&places[SMB2_NETBIOS], tvb, pinfo, tree, data);
}

static qntc_heuristic_result smb_direct(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                                        void *data)
{
    return interpose(&places[SMB_DIRECT], tvb, pinfo, tree, data);
}

static qntc_heuristic_result smb2_direct(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                                         void *data)
{
    return interpose(&places[SMB2_DIRECT], tvb, pinfo, tree, data);
}

static qntc_heuristic_result rpc_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                                     void *data)
{
    return interpose(&places[RPC_TCP], tvb, pinfo, tree, data);
}

static qntc_heuristic_result rpc_smb(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                                     void *data)
{
    return interpose(&places[RPC_SMB], tvb, pinfo, tree, data);
}

static qntc_heuristic_result rpc_smb2(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                                      void *data)
{
    return interpose(&places[RPC_SMB2], tvb, pinfo, tree, data);
}

void qntc_interposer_register(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        const struct place *place = &places[i];
        int protocol = proto_get_id_by_filter_name(place->protocol);
        built_ins[i] = find_heur_dissector_by_unique_short_name(place->built_in);
        if (protocol != -1 && built_ins[i] != NULL)
            heur_dissector_add(place->list, place->interposer, place->title, place->name, protocol,
                               HEURISTIC_ENABLE);
    }
}
