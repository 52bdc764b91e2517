/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tree of outcomes and causes. What is counted is one function for both of its forms: it names
 * a path in the tree for each logon, for what failed after a logon, and for each finding. As text
 * the tree is a report like the others (tap.c). In the Statistics menu Wireshark asks frame by
 * frame, but only once it has read the file.
 */
#include "stat_tree.h"
#include "compat.h"

#include "diagnosis.h"
#include "observe.h"
#include "tap.h"

#include <epan/stats_tree.h>

#include <string.h>

/* A path: the side, its address, how it ended, and why; NULL where nothing failed. */
#define PATH_LENGTH 4
#define AFTER_THE_LOGON "after the logon"
#define NO_LOGON "apart from the logons"

typedef void (*count_path)(void *counter, const char *const path[PATH_LENGTH]);

/* ------------------------------------------------------------------------------ what is counted */

struct counting {
    count_path count;
    void *counter;
};

static void count_both(const struct counting *counting, const char *server, const char *client,
                       const char *ending, const char *cause)
{
    const char *by_server[PATH_LENGTH] = {"By server", server, ending, cause};
    const char *by_client[PATH_LENGTH] = {"By client", client, ending, cause};
    counting->count(counting->counter, by_server);
    counting->count(counting->counter, by_client);
}

/* The id of the first cause, or NULL. */
static const char *verdict_of(const GPtrArray *causes)
{
    const struct qntc_cause_finding *first = causes->len > 0 ? causes->pdata[0] : NULL;
    return first != NULL ? first->cause->id : NULL;
}

static void count_logon(const struct counting *counting, const struct qntc_capture *capture,
                        const struct qntc_logon *logon)
{
    const struct qntc_connection *connection = logon->connection;
    const GPtrArray *events = logon->session.events;
    struct qntc_diagnosis *diagnosis = qntc_diagnose(capture, logon);
    count_both(counting, connection->server_address, connection->client_address,
               qntc_outcome_name(diagnosis->outcome), verdict_of(diagnosis->causes));
    qntc_diagnosis_free(diagnosis);
    for (guint i = 0; events != NULL && i < events->len; i++) {
        GPtrArray *causes = qntc_diagnose_event(capture, logon, g_ptr_array_index(events, i));
        if (causes->len > 0)
            count_both(counting, connection->server_address, connection->client_address,
                       AFTER_THE_LOGON, verdict_of(causes));
        g_ptr_array_unref(causes);
    }
}

static void count_finding(const struct counting *counting, const struct qntc_finding *finding)
{
    count_both(counting, finding->server_address, finding->client_address, NO_LOGON,
               finding->cause->cause->id);
}

/* ------------------------------------------------------------------------------------- as text */

/* The counts by path, its parts joined: sorted by it, a node stands before its children. */
#define JOINT "\x1f"

static int compare_paths(gconstpointer one, gconstpointer other, gpointer nothing _U_)
{
    return strcmp(one, other);
}

static void count_in_tree(void *counter, const char *const path[PATH_LENGTH])
{
    GTree *counts = counter;
    GString *node = g_string_new(NULL);
    for (unsigned i = 0; i < PATH_LENGTH && path[i] != NULL; i++) {
        g_string_append_printf(node, "%s%s", i > 0 ? JOINT : "", path[i]);
        guint before = GPOINTER_TO_UINT(g_tree_lookup(counts, node->str));
        g_tree_insert(counts, g_strdup(node->str), GUINT_TO_POINTER(before + 1));
    }
    g_string_free(node, TRUE);
}

static gboolean print_node(gpointer key, gpointer value, gpointer data)
{
    int depth = 0;
    const char *name = key;
    for (const char *joint; (joint = strstr(name, JOINT)) != NULL; depth++)
        name = joint + strlen(JOINT);
    fprintf(data, "%*s%-*s  %6u\n", 2 * depth, "", 48 - 2 * depth, name, GPOINTER_TO_UINT(value));
    return FALSE;
}

void qntc_stat_tree_print(const struct qntc_report_view *view, FILE *out)
{
    GTree *counts = g_tree_new_full(compare_paths, NULL, g_free, NULL);
    const struct counting counting = {count_in_tree, counts};

    for (unsigned i = 0; i < qntc_capture_logon_count(view->capture); i++) {
        const struct qntc_logon *logon = qntc_capture_logon(view->capture, i);
        if (qntc_report_shows(view, logon))
            count_logon(&counting, view->capture, logon);
    }
    for (guint i = 0; view->findings != NULL && i < view->findings->len; i++)
        count_finding(&counting, g_ptr_array_index(view->findings, i));
    fputs("Outcomes and causes                                Count\n", out);
    g_tree_foreach(counts, print_node, out);
    g_tree_destroy(counts);
}

/* ----------------------------------------------------------------------- in the Statistics menu */

static void count_in_menu(void *counter, const char *const path[PATH_LENGTH])
{
    int parent = 0;
    for (unsigned i = 0; i < PATH_LENGTH && path[i] != NULL; i++)
        parent = tick_stat_node(counter, path[i], parent, i + 1 < PATH_LENGTH);
}

/* A finding is counted on the frame that made it known. */
static tap_packet_status note_frame(stats_tree *tree, packet_info *pinfo, epan_dissect_t *edt _U_,
                                    const void *nothing _U_, tap_flags_t flags _U_)
{
    const struct qntc_capture *capture = qntc_observe_capture();
    const GPtrArray *logons = qntc_capture_logons_of_frame(capture, pinfo->num);
    const GPtrArray *findings = qntc_capture_findings_of_frame(capture, pinfo->num);
    const struct counting counting = {count_in_menu, tree};
    if (!pinfo->fd->visited)
        return TAP_PACKET_DONT_REDRAW;
    for (guint i = 0; logons != NULL && i < logons->len; i++) {
        const struct qntc_logon *logon = g_ptr_array_index(logons, i);
        if (logon->end_frame == pinfo->num)
            count_logon(&counting, capture, logon);
    }
    for (guint i = 0; findings != NULL && i < findings->len; i++) {
        const struct qntc_finding *finding = g_ptr_array_index(findings, i);
        if (finding->shown_on == pinfo->num)
            count_finding(&counting, finding);
    }
    return TAP_PACKET_REDRAW;
}

/* Nodes come with what is counted; Wireshark calls it whether it is there or not. */
static void begin(stats_tree *tree _U_)
{
}

void qntc_stat_tree_register(void)
{
    stats_tree_register_plugin(QNTC_TAP_NAME, "qntc", "QNTC Outcomes", 0, note_frame, begin, NULL);
}
