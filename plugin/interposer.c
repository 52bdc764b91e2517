/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wireshark builds a tree only where somebody looks at it. Asking for fields the usual way would
 * force one on every frame, bulk file traffic included. So qntc puts a heuristic dissector of its
 * own before each of the four of SMB and SMB2, which takes every message and hands it on to the
 * built-in one: with whatever tree there is for nearly all, with a tree of its own for the few that
 * belong to a logon. Each message is dissected once; output, layers and preferences stay as they
 * are.
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

#define MAX_COMPOUND 128 /* commands of a compound that are looked at */

/* A private tree may be pointed to until its frame is done; it goes when the next one is needed. */
static struct {
    epan_dissect_t *last;
} state;

/* ---------------------------------------------------------------- which messages deserve a tree */

/* A failure that the session may be the reason of, whatever was asked. */
static bool is_session_failure(uint32_t nt_status)
{
    struct qntc_status status = {.kind = QNTC_STATUS_NT, .code = nt_status};
    struct qntc_status packed = {
        .kind = QNTC_STATUS_DOS, .dos_class = (uint8_t)nt_status, .code = nt_status >> 16};
    return nt_status != 0 && (qntc_is_session_status(&status) || qntc_is_session_status(&packed));
}

/* [MS-CIFS] 2.2.3.1: Command at 4, Status at 5 (or error class and code), Flags at 9. */
static bool deserves_tree_smb1(tvbuff_t *tvb)
{
    if (!tvb_bytes_exist(tvb, 0, 5))
        return false;
    uint8_t command = (uint8_t)(tvb_get_ntohl(tvb, 1) & 0xFF);
    if (command >= 0x70 && command <= 0x75)
        return true;
    return tvb_bytes_exist(tvb, 0, 9) && is_session_failure(tvb_get_letohl(tvb, 5));
}

/* [MS-SMB2] 2.2.1: Status at 8 (of an answer), Command at 12, Flags at 16. */
static bool deserves_tree_smb2(tvbuff_t *tvb, int offset)
{
    if (tvb_get_letohs(tvb, offset + 12) <= 4) /* up to TREE_DISCONNECT */
        return true;
    bool answer = tvb_bytes_exist(tvb, offset, 20) && (tvb_get_letohl(tvb, offset + 16) & 1);
    return answer && is_session_failure(tvb_get_letohl(tvb, offset + 8));
}

/* NextCommand at 20, in each message of a compound. */
static bool deserves_tree_compound(tvbuff_t *tvb)
{
    int offset = 0;
    for (unsigned i = 0; i < MAX_COMPOUND; i++) {
        if (!tvb_bytes_exist(tvb, offset, 14) || tvb_get_ntohl(tvb, offset) != 0xFE534D42)
            return false;
        if (deserves_tree_smb2(tvb, offset))
            return true;
        uint32_t next = tvb_bytes_exist(tvb, offset, 24) ? tvb_get_letohl(tvb, offset + 20) : 0;
        if (next == 0 || next > tvb_reported_length(tvb) - (uint32_t)offset)
            return false;
        offset += (int)next;
    }
    return false;
}

static bool is_smb1(tvbuff_t *tvb)
{
    return tvb_bytes_exist(tvb, 0, 4) && tvb_get_ntohl(tvb, 0) == 0xFF534D42;
}

/* Plain, encrypted and compressed ([MS-SMB2] 2.2.1, 2.2.41, 2.2.42). */
static bool is_smb2(tvbuff_t *tvb)
{
    if (!tvb_bytes_exist(tvb, 0, 4))
        return false;
    uint32_t magic = tvb_get_ntohl(tvb, 0);
    return magic >= 0xFC534D42 && magic <= 0xFE534D42 && (magic & 0x00FFFFFF) == 0x534D42;
}

/* ------------------------------------------------------------------------------ the four places */

struct place {
    const char *list;     /* the heuristic list */
    const char *built_in; /* short name of the dissector that it belongs to */
    const char *name;     /* ours, as "Enabled Protocols" shows it */
    const char *title;
    const char *protocol;
    bool (*is_ours)(tvbuff_t *tvb);
    bool (*deserves_tree)(tvbuff_t *tvb);
    heur_dissector_t interposer;
};

static qntc_heuristic_result smb_netbios(tvbuff_t *, packet_info *, proto_tree *, void *);
static qntc_heuristic_result smb2_netbios(tvbuff_t *, packet_info *, proto_tree *, void *);
static qntc_heuristic_result smb_direct(tvbuff_t *, packet_info *, proto_tree *, void *);
static qntc_heuristic_result smb2_direct(tvbuff_t *, packet_info *, proto_tree *, void *);

enum { SMB_NETBIOS, SMB2_NETBIOS, SMB_DIRECT, SMB2_DIRECT };

static const struct place places[] = {
    [SMB_NETBIOS] = {"netbios", "smb_netbios", "qntc_smb_netbios", "QNTC reading SMB over NetBIOS",
                     "smb", is_smb1, deserves_tree_smb1, smb_netbios},
    [SMB2_NETBIOS] = {"netbios", "smb2_netbios", "qntc_smb2_netbios",
                      "QNTC reading SMB2 over NetBIOS", "smb2", is_smb2, deserves_tree_compound,
                      smb2_netbios},
    [SMB_DIRECT] = {"smb_direct", "smb_smb_direct", "qntc_smb_direct",
                    "QNTC reading SMB over SMB Direct", "smb", is_smb1, deserves_tree_smb1,
                    smb_direct},
    [SMB2_DIRECT] = {"smb_direct", "smb2_smb_direct", "qntc_smb2_direct",
                     "QNTC reading SMB2 over SMB Direct", "smb2", is_smb2, deserves_tree_compound,
                     smb2_direct},
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
    if (tree != NULL) {
        epan_dissect_prime_with_hfid_array(&here, wanted);
        return tree;
    }
    qntc_interposer_release();
    state.last = epan_dissect_new(pinfo->epan, TRUE, FALSE);
    epan_dissect_prime_with_hfid_array(state.last, wanted);
    return state.last->tree;
}

/* One message on its way through: what must survive an exception does not live in registers. */
struct passage {
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
        qntc_observe_messages(passage->pinfo, passage->tree, passage->mark, truncated);
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
    if (!qntc_observe_reads(pinfo) ||
        !(place->deserves_tree(tvb) || qntc_observe_is_watched(pinfo)))
        return built_in->dissector(tvb, pinfo, tree, data);
    proto_tree *readable = qntc_interposer_tree(pinfo, tree, QNTC_READ_SMB);
    struct passage passage = {built_in, tvb, pinfo, readable, NULL, data, TRUE};
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

void qntc_interposer_register(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        const struct place *place = &places[i];
        int smb = proto_get_id_by_filter_name(place->protocol);
        built_ins[i] = find_heur_dissector_by_unique_short_name(place->built_in);
        if (smb != -1 && built_ins[i] != NULL)
            heur_dissector_add(place->list, place->interposer, place->title, place->name, smb,
                               HEURISTIC_ENABLE);
    }
}
