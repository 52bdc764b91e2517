/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The findings of a capture: made with their first frame, looked up for each further one. What a
 * hostile capture can make of them is bounded by its hosts and ports, never by its frames.
 */
#include "finding.h"

#include "diagnosis.h"
#include "track.h"

struct qntc_findings {
    GHashTable *by_place;  /* "id|client|server|port" -> struct qntc_finding * */
    GHashTable *by_frame;  /* frame -> GPtrArray of struct qntc_finding * */
    uint32_t last_frame;   /* the greatest key of by_frame */
    GHashTable *by_client; /* address -> GSequence of struct qntc_encounter *, by frame */
    GPtrArray *in_order;   /* owns them */
};

/* Of one client's frames this many are looked at for one question. */
#define MAX_ENCOUNTERS_READ 64

static void free_finding(gpointer data)
{
    struct qntc_finding *finding = data;
    qntc_cause_finding_free(finding->cause);
    g_array_free(finding->frames, TRUE);
    g_free(finding);
}

static void free_frame_list(gpointer data)
{
    g_ptr_array_free(data, TRUE);
}

static void free_encounters(gpointer data)
{
    g_sequence_free(data);
}

struct qntc_findings *qntc_findings_new(void)
{
    struct qntc_findings *findings = g_new0(struct qntc_findings, 1);
    findings->by_place = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    findings->by_frame =
        g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_frame_list);
    findings->by_client = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_encounters);
    findings->in_order = g_ptr_array_new_with_free_func(free_finding);
    return findings;
}

void qntc_findings_free(struct qntc_findings *findings)
{
    g_hash_table_destroy(findings->by_place);
    g_hash_table_destroy(findings->by_frame);
    g_hash_table_destroy(findings->by_client);
    g_ptr_array_free(findings->in_order, TRUE);
    g_free(findings);
}

static struct qntc_finding *make(struct qntc_capture *capture, const char *id,
                                 enum qntc_confidence confidence, const struct qntc_place *place)
{
    const struct qntc_cause *cause = qntc_cause_by_id(id);
    g_assert(cause != NULL);
    struct qntc_finding *finding = g_new0(struct qntc_finding, 1);
    finding->cause = qntc_cause_finding_new(cause);
    finding->cause->confidence = MIN(confidence, cause->ceiling);
    qntc_add_row_advice(finding->cause, QNTC_IBM_I_SIDE_UNKNOWN);
    finding->client_address = qntc_keep(capture, place->client_address);
    finding->server_address = qntc_keep(capture, place->server_address);
    finding->server_port = place->server_port;
    finding->frames = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    g_ptr_array_add(capture->findings->in_order, finding);
    return finding;
}

static int by_encounter_frame(gconstpointer a, gconstpointer b, gpointer unused)
{
    const struct qntc_encounter *x = a;
    const struct qntc_encounter *y = b;
    (void)unused;
    return (x->frame > y->frame) - (x->frame < y->frame);
}

static void add_encounter(struct qntc_findings *findings, const struct qntc_finding *finding,
                          uint32_t frame)
{
    const char *client = finding->client_address;
    GSequence *encounters = g_hash_table_lookup(findings->by_client, client);
    if (encounters == NULL) {
        encounters = g_sequence_new(g_free);
        g_hash_table_insert(findings->by_client, (gpointer)client, encounters);
    }
    struct qntc_encounter *encounter = g_new(struct qntc_encounter, 1);
    *encounter = (struct qntc_encounter){finding, frame};
    g_sequence_insert_sorted(encounters, encounter, by_encounter_frame, NULL);
}

static void add_frame(struct qntc_findings *findings, struct qntc_finding *finding, guint at,
                      uint32_t frame)
{
    g_array_insert_val(finding->frames, at, frame);
    GPtrArray *here = g_hash_table_lookup(findings->by_frame, GUINT_TO_POINTER(frame));
    if (here == NULL) {
        here = g_ptr_array_new();
        g_hash_table_insert(findings->by_frame, GUINT_TO_POINTER(frame), here);
        findings->last_frame = MAX(findings->last_frame, frame);
    }
    g_ptr_array_add(here, finding);
    if (finding->client_address != NULL)
        add_encounter(findings, finding, frame);
}

/* Where the frame belongs: behind the last that is not greater. Mostly that is the end. */
static guint position_of(const GArray *frames, uint32_t frame)
{
    guint at = frames->len;
    while (at > 0 && g_array_index(frames, uint32_t, at - 1) > frame)
        at--;
    return at;
}

static int by_evidence_frame(const void *a, const void *b)
{
    const struct qntc_evidence *x = a;
    const struct qntc_evidence *y = b;
    return (x->frame > y->frame) - (x->frame < y->frame);
}

void qntc_finding_evidence(struct qntc_finding *finding, uint32_t frame, const char *text)
{
    qntc_evidence(finding->cause, frame, "%s", text);
    g_array_sort(finding->cause->evidence, by_evidence_frame);
}

static char *key_of(const char *id, const struct qntc_place *place)
{
    return g_strdup_printf("%s|%s|%s|%u", id, place->client_address, place->server_address,
                           place->server_port);
}

struct qntc_finding *qntc_find_finding(const struct qntc_capture *capture, const char *id,
                                       const struct qntc_place *place)
{
    char *key = key_of(id, place);
    struct qntc_finding *finding = g_hash_table_lookup(capture->findings->by_place, key);
    g_free(key);
    return finding;
}

struct qntc_finding *qntc_note_finding(struct qntc_capture *capture, const char *id,
                                       enum qntc_confidence confidence,
                                       const struct qntc_place *place, uint32_t frame,
                                       const char *text)
{
    struct qntc_findings *findings = capture->findings;
    char *key = key_of(id, place);
    struct qntc_finding *finding = g_hash_table_lookup(findings->by_place, key);
    if (finding == NULL) {
        finding = make(capture, id, confidence, place);
        finding->shown_on = frame;
        g_hash_table_insert(findings->by_place, g_steal_pointer(&key), finding);
    }
    g_free(key);
    finding->cause->confidence =
        MAX(finding->cause->confidence, MIN(confidence, finding->cause->cause->ceiling));
    GArray *frames = finding->frames;
    guint at = position_of(frames, frame);
    if (at > 0 && g_array_index(frames, uint32_t, at - 1) == frame)
        return finding;
    finding->frame_count++;
    if (frames->len == QNTC_MAX_FINDING_FRAMES)
        return finding;
    add_frame(findings, finding, at, frame);
    if (frames->len <= QNTC_MAX_FINDING_EVIDENCE)
        qntc_finding_evidence(finding, frame, text);
    return finding;
}

static int by_first_frame(const void *a, const void *b)
{
    const struct qntc_finding *x = *(struct qntc_finding *const *)a;
    const struct qntc_finding *y = *(struct qntc_finding *const *)b;
    uint32_t first = g_array_index(x->frames, uint32_t, 0);
    uint32_t second = g_array_index(y->frames, uint32_t, 0);
    return (first > second) - (first < second);
}

void qntc_findings_sort(struct qntc_findings *findings)
{
    g_ptr_array_sort(findings->in_order, by_first_frame);
}

const GPtrArray *qntc_capture_findings(const struct qntc_capture *capture)
{
    return capture->findings->in_order;
}

const GPtrArray *qntc_capture_findings_of_frame(const struct qntc_capture *capture, uint32_t frame)
{
    if (frame > capture->findings->last_frame) /* nearly all, while the file is read */
        return NULL;
    return g_hash_table_lookup(capture->findings->by_frame, GUINT_TO_POINTER(frame));
}

static bool is_listed(const struct qntc_encounter *encounters, unsigned count,
                      const struct qntc_finding *finding)
{
    for (unsigned i = 0; i < count; i++) {
        if (encounters[i].finding == finding)
            return true;
    }
    return false;
}

unsigned qntc_capture_encounters(const struct qntc_capture *capture, const char *client,
                                 uint32_t after, uint32_t until, struct qntc_encounter *encounters,
                                 unsigned most)
{
    GSequence *all = g_hash_table_lookup(capture->findings->by_client, client);
    if (all == NULL)
        return 0;
    unsigned count = 0;
    struct qntc_encounter begin = {NULL, after};
    GSequenceIter *at = g_sequence_search(all, &begin, by_encounter_frame, NULL);
    for (unsigned read = 0; read < MAX_ENCOUNTERS_READ && !g_sequence_iter_is_end(at); read++) {
        const struct qntc_encounter *encounter = g_sequence_get(at);
        if (encounter->frame > until || count == most)
            break;
        if (!is_listed(encounters, count, encounter->finding))
            encounters[count++] = *encounter;
        at = g_sequence_iter_next(at);
    }
    return count;
}
