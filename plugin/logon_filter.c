/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From logons to the filter that shows them. A capture saved by it must give the same verdict, so
 * it names every logon that the verdict rests on.
 */
#include "logon_filter.h"

#include <inttypes.h>

char *qntc_logon_filter(const GPtrArray *logons)
{
    GString *filter = g_string_new("qntc.logon ");
    g_string_append(filter, logons->len == 1 ? "== " : "in {");
    for (guint i = 0; i < logons->len; i++) {
        const struct qntc_logon *logon = g_ptr_array_index(logons, i);
        g_string_append_printf(filter, "%s%" PRIu32, i > 0 ? ", " : "", logon->number);
    }
    g_string_append(filter, logons->len == 1 ? "" : "}");
    return g_string_free(filter, FALSE);
}

static void add(GPtrArray *logons, const struct qntc_logon *logon)
{
    if (!g_ptr_array_find(logons, logon, NULL))
        g_ptr_array_add(logons, (gpointer)logon);
}

static void add_all(GPtrArray *logons, const GPtrArray *others)
{
    for (guint i = 0; others != NULL && i < others->len; i++)
        add(logons, g_ptr_array_index(others, i));
}

/* The logon whose frame it is, unless that is one of those named already. */
static void add_owner(GPtrArray *logons, const GPtrArray *owners)
{
    for (guint i = 0; owners != NULL && i < owners->len; i++) {
        if (g_ptr_array_find(logons, g_ptr_array_index(owners, i), NULL))
            return;
    }
    if (owners != NULL)
        add(logons, g_ptr_array_index(owners, 0));
}

static void add_evidence(GPtrArray *logons, const struct qntc_capture *capture,
                         const GPtrArray *causes)
{
    for (guint i = 0; i < causes->len; i++) {
        const GArray *evidence = ((const struct qntc_cause_finding *)causes->pdata[i])->evidence;
        for (guint k = 0; k < evidence->len; k++) {
            uint32_t frame = g_array_index(evidence, struct qntc_evidence, k).frame;
            add_owner(logons, qntc_capture_logons_of_frame(capture, frame));
        }
    }
}

static gint by_number(gconstpointer one, gconstpointer other)
{
    const struct qntc_logon *a = *(const struct qntc_logon *const *)one;
    const struct qntc_logon *b = *(const struct qntc_logon *const *)other;
    return (a->number > b->number) - (a->number < b->number);
}

char *qntc_logon_filter_of_evidence(const struct qntc_capture *capture,
                                    const struct qntc_diagnosis *diagnosis,
                                    const struct qntc_comparison *comparison)
{
    const struct qntc_logon *logon = diagnosis->logon;
    GPtrArray *logons = g_ptr_array_new();
    add(logons, logon);
    if (comparison->works != NULL)
        add(logons, comparison->works);
    add_evidence(logons, capture, diagnosis->causes);
    if (logon->result_frame == 0)
        add_all(logons, qntc_capture_logons_of_frame(capture, logon->connection->close_frame));
    if (logon->result_frame == 0)
        add_all(logons,
                qntc_capture_logons_of_frame(capture, logon->connection->negotiate.request_frame));
    g_ptr_array_sort(logons, by_number);
    char *filter = logons->len > 1 ? qntc_logon_filter(logons) : NULL;
    g_ptr_array_free(logons, TRUE);
    return filter;
}
