/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report for programs: one JSON object with the schema of the project's vocabulary. Every
 * member is always there; what is not known is null. Strings come from the wire and may hold any
 * bytes: json_dumper escapes quotes and control characters, invalid UTF-8 is replaced here.
 */
#include "report.h"

#include <inttypes.h>
#include <wsutil/json_dumper.h>

#include "compare.h"
#include "diagnosis.h"
#include "warning.h"

#define SCHEMA 1

static void add_null(json_dumper *json, const char *name)
{
    json_dumper_set_member_name(json, name);
    json_dumper_value_anyf(json, "null");
}

static void add_string(json_dumper *json, const char *name, const char *value)
{
    if (!value) {
        add_null(json, name);
        return;
    }
    char *valid = g_utf8_make_valid(value, -1);
    json_dumper_set_member_name(json, name);
    json_dumper_value_string(json, valid);
    g_free(valid);
}

static void add_number(json_dumper *json, const char *name, uint32_t value)
{
    json_dumper_set_member_name(json, name);
    json_dumper_value_anyf(json, "%" PRIu32, value);
}

/* Frame 0 and port 0 were not seen. */
static void add_number_if_seen(json_dumper *json, const char *name, uint32_t value)
{
    if (value) {
        add_number(json, name, value);
    } else {
        add_null(json, name);
    }
}

static void add_bool(json_dumper *json, const char *name, bool value)
{
    json_dumper_set_member_name(json, name);
    json_dumper_value_anyf(json, value ? "true" : "false");
}

static void begin_object(json_dumper *json, const char *name)
{
    json_dumper_set_member_name(json, name);
    json_dumper_begin_object(json);
}

static void begin_array(json_dumper *json, const char *name)
{
    json_dumper_set_member_name(json, name);
    json_dumper_begin_array(json);
}

static void add_client(json_dumper *json, const char *address, uint16_t port, const char *name)
{
    begin_object(json, "client");
    add_string(json, "address", address);
    add_number_if_seen(json, "port", port);
    add_string(json, "name", name);
    json_dumper_end_object(json);
}

static void add_server(json_dumper *json, const struct qntc_logon *logon)
{
    const struct qntc_connection *connection = logon->connection;

    begin_object(json, "server");
    add_string(json, "address", connection->server_address);
    add_number_if_seen(json, "port", connection->server_port);
    add_string(json, "netbios_name", qntc_report_server_name(logon));
    add_string(json, "netbios_domain", qntc_report_server_domain(logon));
    add_string(json, "dns_name", logon->ntlm.dns_computer);
    add_string(json, "dns_domain", logon->ntlm.dns_domain);
    json_dumper_end_object(json);
}

static void add_frames(json_dumper *json, const struct qntc_logon *logon)
{
    begin_object(json, "frames");
    add_number_if_seen(json, "negotiate", logon->connection->negotiate.response_frame);
    add_number_if_seen(json, "challenge", logon->ntlm.challenge_frame);
    add_number_if_seen(json, "authenticate", logon->authenticate_frame);
    add_number_if_seen(json, "result", logon->result_frame);
    json_dumper_end_object(json);
}

static void add_signing(json_dumper *json, const struct qntc_logon *logon)
{
    begin_object(json, "signing");
    add_string(json, "client", qntc_signing_name(logon->client_signing));
    add_string(json, "server", qntc_signing_name(logon->connection->negotiate.server_signing));
    json_dumper_end_object(json);
}

static void add_status(json_dumper *json, const struct qntc_status *status)
{
    char buffer[32];

    if (status->kind == QNTC_STATUS_NONE) {
        add_null(json, "status");
        return;
    }
    begin_object(json, "status");
    if (status->kind == QNTC_STATUS_NT) {
        add_number(json, "code", status->code);
    } else {
        add_null(json, "code");
    }
    add_string(json, "name", qntc_status_name(status, buffer, sizeof buffer));
    json_dumper_end_object(json);
}

static void add_evidence(json_dumper *json, const struct qntc_cause_finding *finding)
{
    begin_array(json, "evidence");
    for (unsigned i = 0; i < finding->evidence->len; i++) {
        const struct qntc_evidence *evidence =
            &g_array_index(finding->evidence, struct qntc_evidence, i);
        json_dumper_begin_object(json);
        add_number(json, "frame", evidence->frame);
        add_string(json, "text", evidence->text);
        json_dumper_end_object(json);
    }
    json_dumper_end_array(json);
}

static void add_advice(json_dumper *json, const struct qntc_cause_finding *finding)
{
    begin_array(json, "advice");
    for (unsigned i = 0; i < finding->advice->len; i++) {
        char *valid = g_utf8_make_valid(g_ptr_array_index(finding->advice, i), -1);
        json_dumper_value_string(json, valid);
        g_free(valid);
    }
    json_dumper_end_array(json);
}

static void add_causes(json_dumper *json, const GPtrArray *causes)
{
    begin_array(json, "causes");
    for (unsigned i = 0; i < causes->len; i++) {
        const struct qntc_cause_finding *finding = g_ptr_array_index(causes, i);
        json_dumper_begin_object(json);
        add_string(json, "id", finding->cause->id);
        add_string(json, "confidence", qntc_confidence_name(finding->confidence));
        add_evidence(json, finding);
        add_advice(json, finding);
        json_dumper_end_object(json);
    }
    json_dumper_end_array(json);
}

static void add_cpdb053(json_dumper *json, const struct qntc_cpdb053 *cpdb053)
{
    if (!cpdb053->known) {
        add_null(json, "cpdb053");
        return;
    }
    begin_object(json, "cpdb053");
    add_number(json, "class", cpdb053->error_class);
    add_number(json, "code", cpdb053->error_code);
    add_bool(json, "likely", cpdb053->likely);
    json_dumper_end_object(json);
}

/* Every tree connect, and of the rest what has causes. */
static void add_event(json_dumper *json, const struct qntc_event *event, const GPtrArray *causes)
{
    json_dumper_begin_object(json);
    add_number(json, "frame", event->frame);
    add_string(json, "request", event->request);
    add_string(json, "share", event->share);
    add_status(json, &event->status);
    add_causes(json, causes);
    add_number(json, "count", event->count);
    json_dumper_end_object(json);
}

static void add_after(json_dumper *json, const struct qntc_capture *capture,
                      const struct qntc_logon *logon)
{
    const GPtrArray *events = logon->session.events;

    begin_array(json, "after");
    for (unsigned i = 0; events && i < events->len; i++) {
        const struct qntc_event *event = g_ptr_array_index(events, i);
        GPtrArray *causes = qntc_diagnose_event(capture, logon, event);
        if (causes->len > 0 || g_strcmp0(event->request, "TREE_CONNECT") == 0)
            add_event(json, event, causes);
        g_ptr_array_unref(causes);
    }
    json_dumper_end_array(json);
}

static void add_warnings(json_dumper *json, const struct qntc_capture *capture,
                         const struct qntc_logon *logon)
{
    GPtrArray *warnings = qntc_warnings(capture, logon);

    begin_array(json, "warnings");
    for (unsigned i = 0; i < warnings->len; i++) {
        const struct qntc_warning_finding *finding = g_ptr_array_index(warnings, i);
        json_dumper_begin_object(json);
        add_string(json, "id", finding->row->id);
        add_number(json, "frame", finding->frame);
        add_string(json, "text", finding->text);
        json_dumper_end_object(json);
    }
    json_dumper_end_array(json);
    g_ptr_array_free(warnings, TRUE);
}

static void add_works(json_dumper *json, const struct qntc_capture *capture,
                      const struct qntc_logon *logon)
{
    struct qntc_comparison comparison = qntc_compare(capture, logon);

    if (!comparison.works) {
        add_null(json, "works");
        return;
    }
    begin_object(json, "works");
    add_number(json, "number", comparison.works->number);
    begin_array(json, "differs");
    for (unsigned i = 0; i < comparison.count; i++) {
        json_dumper_value_string(json, comparison.differences[i].name);
    }
    json_dumper_end_array(json);
    json_dumper_end_object(json);
}

static void add_logon(json_dumper *json, const struct qntc_capture *capture,
                      const struct qntc_logon *logon)
{
    const struct qntc_connection *connection = logon->connection;
    struct qntc_diagnosis *diagnosis = qntc_diagnose(capture, logon);

    json_dumper_begin_object(json);
    add_number(json, "number", logon->number);
    add_number(json, "stream", connection->stream);
    add_client(json, connection->client_address, connection->client_port, logon->workstation);
    add_server(json, logon);
    add_frames(json, logon);
    add_string(json, "dialect", qntc_dialect_name(connection->negotiate.dialect));
    add_string(json, "mechanism", qntc_mechanism_name(logon->mechanism));
    add_string(json, "ntlm", qntc_ntlm_name(logon->ntlm.version));
    add_string(json, "user", logon->user);
    add_string(json, "domain", logon->domain);
    add_string(json, "workstation", logon->workstation);
    add_signing(json, logon);
    add_status(json, &logon->status);
    add_string(json, "outcome", qntc_outcome_name(diagnosis->outcome));
    add_causes(json, diagnosis->causes);
    add_warnings(json, capture, logon);
    add_cpdb053(json, &diagnosis->cpdb053);
    add_string(json, "password", qntc_password_name(logon->password));
    add_works(json, capture, logon);
    add_after(json, capture, logon);
    json_dumper_end_object(json);

    qntc_diagnosis_free(diagnosis);
}

static void add_logons(json_dumper *json, const struct qntc_report_view *view)
{
    unsigned count = qntc_capture_logon_count(view->capture);

    begin_array(json, "logons");
    for (unsigned i = 0; i < count; i++) {
        const struct qntc_logon *logon = qntc_capture_logon(view->capture, i);
        if (qntc_report_shows(view, logon)) {
            add_logon(json, view->capture, logon);
        }
    }
    json_dumper_end_array(json);
}

static void add_finding(json_dumper *json, const struct qntc_finding *finding)
{
    json_dumper_begin_object(json);
    add_string(json, "id", finding->cause->cause->id);
    add_string(json, "confidence", qntc_confidence_name(finding->cause->confidence));
    add_client(json, finding->client_address, 0, NULL);
    begin_object(json, "server");
    add_string(json, "address", finding->server_address);
    add_number_if_seen(json, "port", finding->server_port);
    json_dumper_end_object(json);
    begin_array(json, "frames");
    for (unsigned i = 0; i < finding->frames->len; i++) {
        json_dumper_value_anyf(json, "%" PRIu32, g_array_index(finding->frames, uint32_t, i));
    }
    json_dumper_end_array(json);
    add_evidence(json, finding->cause);
    add_advice(json, finding->cause);
    json_dumper_end_object(json);
}

static void add_findings(json_dumper *json, const struct qntc_report_view *view)
{
    begin_array(json, "findings");
    for (unsigned i = 0; view->findings != NULL && i < view->findings->len; i++) {
        add_finding(json, g_ptr_array_index(view->findings, i));
    }
    json_dumper_end_array(json);
}

/* Null where the time stamps never run backwards, or by no more than frames overtake each other. */
static void add_clock_error(json_dumper *json, const struct qntc_clock *clock)
{
    if (!clock->frame) {
        add_null(json, "clock_error");
        return;
    }
    begin_object(json, "clock_error");
    json_dumper_set_member_name(json, "seconds");
    json_dumper_value_anyf(json, "%" PRId64 ".%06" PRId64, clock->error / G_USEC_PER_SEC,
                           clock->error % G_USEC_PER_SEC);
    add_number(json, "frame", clock->frame);
    json_dumper_end_object(json);
}

void qntc_report_json(const struct qntc_report_view *view, FILE *out)
{
    json_dumper json = {.output_file = out, .flags = JSON_DUMPER_FLAGS_PRETTY_PRINT};

    json_dumper_begin_object(&json);
    add_number(&json, "schema", SCHEMA);
    begin_object(&json, "capture");
    add_string(&json, "file", view->file_name);
    add_number(&json, "frames", qntc_capture_frames(view->capture));
    add_number(&json, "truncated", qntc_capture_truncated_frames(view->capture));
    add_clock_error(&json, qntc_capture_clock(view->capture));
    json_dumper_end_object(&json);
    add_logons(&json, view);
    add_findings(&json, view);
    json_dumper_end_object(&json);
    (void)json_dumper_finish(&json);
}
