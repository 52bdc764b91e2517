/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reports and statistics as -z options. The tap says which frames pass the filter; what is
 * printed comes from the capture, at the end of the file. A listener that asks for nothing forces
 * no tree.
 */
#include "tap.h"
#include "compat.h"

#include "extract.h"
#include "observe.h"
#include "preferences.h"
#include "report.h"
#include "stat_logons.h"
#include "stat_tree.h"

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include <stdlib.h>
#include <string.h>

static int qntc_tap = -1;

/* A kind of report: the name behind "qntc," and what prints it. */
struct report_kind {
    const char *option;
    void (*print)(const struct qntc_report_view *view, FILE *out);
};

static const struct report_kind report_kinds[] = {
    {"qntc,report", qntc_report_text},
    {"qntc,full", qntc_report_full},
    {"qntc,json", qntc_report_json},
    {"qntc,logons", qntc_stat_logons_print},
    {"qntc,tree", qntc_stat_tree_print},
};

/* One -z option as the user gave it; lives as long as the program. */
struct report {
    const struct report_kind *kind;
    bool filtered;
    GHashTable *passed; /* frames that the filter let through */
};

void qntc_tap_register(void)
{
    qntc_tap = register_tap(QNTC_TAP_NAME);
}

void qntc_tap_frame(packet_info *pinfo)
{
    tap_queue_packet(qntc_tap, pinfo, NULL);
}

static void reset(void *data)
{
    struct report *report = data;
    g_hash_table_remove_all(report->passed);
}

static tap_packet_status note_frame(void *data, packet_info *pinfo, epan_dissect_t *edt _U_,
                                    const void *nothing _U_, tap_flags_t flags _U_)
{
    struct report *report = data;
    g_hash_table_add(report->passed, GUINT_TO_POINTER(pinfo->num));
    return TAP_PACKET_DONT_REDRAW;
}

static bool shows(const struct qntc_logon *logon, void *user)
{
    const struct report *report = user;
    return !report->filtered ||
           g_hash_table_contains(report->passed, GUINT_TO_POINTER(logon->end_frame));
}

/* A finding is shown for any of its frames. */
static bool shows_finding(const struct report *report, const struct qntc_finding *finding)
{
    for (guint i = 0; i < finding->frames->len && report->filtered; i++) {
        uint32_t frame = g_array_index(finding->frames, uint32_t, i);
        if (g_hash_table_contains(report->passed, GUINT_TO_POINTER(frame)))
            return true;
    }
    return !report->filtered;
}

static GPtrArray *findings_to_show(const struct report *report, const struct qntc_capture *capture)
{
    const GPtrArray *all = qntc_capture_findings(capture);
    GPtrArray *shown = g_ptr_array_new();
    for (guint i = 0; i < all->len; i++) {
        if (shows_finding(report, g_ptr_array_index(all, i)))
            g_ptr_array_add(shown, g_ptr_array_index(all, i));
    }
    return shown;
}

static void draw(void *data)
{
    struct report *report = data;
    struct qntc_capture *capture = qntc_observe_capture();
    if (capture == NULL)
        return;
    if (!proto_is_protocol_enabled(find_protocol_by_id(proto_get_id_by_filter_name("qntc")))) {
        fputs("qntc: the protocol QNTC is disabled, so nothing was read\n", stderr);
        return;
    }
    qntc_capture_end(capture);
    GPtrArray *findings = findings_to_show(report, capture);
    struct qntc_report_view view = {
        .capture = capture,
        .file_name = qntc_preferences_capture_name(),
        .findings = findings,
        .shows = shows,
        .user = report,
        .missing_fields = qntc_extract_fields_missing(),
    };
    report->kind->print(&view, stdout);
    fflush(stdout);
    g_ptr_array_free(findings, TRUE);
}

static const struct report_kind *kind_of(const char *option, const char **rest)
{
    for (size_t i = 0; i < G_N_ELEMENTS(report_kinds); i++) {
        size_t length = strlen(report_kinds[i].option);
        if (strncmp(option, report_kinds[i].option, length) == 0 &&
            (option[length] == '\0' || option[length] == ',')) {
            *rest = option + length;
            return &report_kinds[i];
        }
    }
    return NULL;
}

static bool listen(const char *option)
{
    const char *rest = NULL;
    const struct report_kind *kind = kind_of(option, &rest);
    if (kind == NULL) {
        fprintf(stderr, "qntc: there is no -z %s; say one of", option);
        for (size_t i = 0; i < G_N_ELEMENTS(report_kinds); i++)
            fprintf(stderr, " %s[,filter]", report_kinds[i].option);
        fputc('\n', stderr);
        return false;
    }
    const char *filter = *rest == ',' && rest[1] != '\0' ? rest + 1 : NULL;
    struct report *report = g_new0(struct report, 1);
    report->kind = kind;
    report->filtered = filter != NULL;
    report->passed = g_hash_table_new(g_direct_hash, g_direct_equal);
    GString *error =
        register_tap_listener(QNTC_TAP_NAME, report, filter, 0, reset, note_frame, draw, NULL);
    if (error == NULL)
        return true;
    fprintf(stderr, "qntc: the filter \"%s\" of -z %s is not valid: %s\n", filter, kind->option,
            error->str);
    g_string_free(error, TRUE);
    g_hash_table_destroy(report->passed);
    g_free(report);
    return false;
}

static qntc_stat_result init(const char *option, void *user _U_)
{
    QNTC_STAT_RETURN(listen(option));
}

void qntc_register_taps(void)
{
    static stat_tap_ui uis[G_N_ELEMENTS(report_kinds)];
    for (size_t i = 0; i < G_N_ELEMENTS(report_kinds); i++) {
        uis[i] =
            (stat_tap_ui){REGISTER_STAT_GROUP_GENERIC, NULL, report_kinds[i].option, init, 0, NULL};
        register_stat_tap_ui(&uis[i], NULL);
    }
    qntc_stat_logons_register();
    qntc_stat_tree_register();
}
