/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report for people: what a support engineer pastes into a ticket. A line or two for a logon
 * that worked; for one that did not who, where, what the IBM i shows, why, how sure, the evidence
 * by frame and what to change on which side. All text passes through put(), which wraps it and
 * lets nothing from the wire steer a terminal.
 */
#include "report.h"

#include <inttypes.h>
#include <string.h>

#include "compare.h"
#include "diagnosis.h"
#include "logon_filter.h"
#include "report_ladder.h"
#include "terminal.h"
#include "warning.h"

#define PAGE_WIDTH 100
#define LABEL_WIDTH 17 /* "  On the server" and two blanks */
#define MAX_FRAMES_SHOWN 40 /* of a finding; the JSON report has them all */
#define RULE "--------------------------------------------------"

struct outcome_words {
    const char *heading; /* of the logon */
    const char *ending;  /* in a sentence; NULL for a logon that worked */
};

static const struct outcome_words outcome_words[] = {
    [QNTC_OUTCOME_UNKNOWN] = {"UNKNOWN", "the capture does not show the end; last seen"},
    [QNTC_OUTCOME_SUCCESS] = {"success", NULL},
    [QNTC_OUTCOME_GUEST] = {"guest", NULL},
    [QNTC_OUTCOME_ANONYMOUS] = {"anonymous", NULL},
    [QNTC_OUTCOME_REFUSED] = {"REFUSED", "the server refused it"},
    [QNTC_OUTCOME_CLOSED] = {"CLOSED", "the server ended the connection"},
    [QNTC_OUTCOME_UNANSWERED] = {"UNANSWERED", "the server did not answer; last seen"},
    [QNTC_OUTCOME_ABANDONED] = {"ABANDONED", "the client did not go on; last seen"},
};

static const char *const kind_words[] = {
    [QNTC_LOGON_NEW] = NULL,
    [QNTC_LOGON_REAUTHENTICATION] = "re-authentication of a live session",
    [QNTC_LOGON_BINDING] = "binding of a session to another connection",
};

/* NULL: nothing was proven, and nothing is said. */
static const char *const password_words[] = {
    [QNTC_PASSWORD_UNCHECKED] = NULL,
    [QNTC_PASSWORD_AS_TYPED] = "as typed",
    [QNTC_PASSWORD_LOWER_CASE] = "the one typed, in lower case",
    [QNTC_PASSWORD_UPPER_CASE] = "the one typed, in upper case",
    [QNTC_PASSWORD_EMPTY] = "empty",
    [QNTC_PASSWORD_DIFFERS] = "none of those typed",
};

static const char *const confidence_words[] = {
    [QNTC_CONFIDENCE_NONE] = "not known",
    [QNTC_CONFIDENCE_POSSIBLE] = "possible: the capture allows it, and other causes as well",
    [QNTC_CONFIDENCE_LIKELY] = "likely: the evidence points to it, but does not prove it",
    [QNTC_CONFIDENCE_PROVEN] = "proven: the capture shows it",
};

/* Error classes of CPDB053; class 0 holds errno values ([MS-CIFS] 2.2.2.4). */
static const struct {
    uint8_t error_class;
    const char *name;
} error_classes[] = {
    {QNTC_ERRDOS, "ERRDOS"},
    {QNTC_ERRSRV, "ERRSRV"},
    {QNTC_ERRHRD, "ERRHRD"},
    {QNTC_ERRCMD, "ERRCMD"},
};

static const char *const reasons_for_no_logon[] = {
    "The capture was made on another host or interface.",
    "The capture filter left out TCP ports 445 and 139.",
    "The session was set up before the capture began; end the job that uses QNTC and start anew.",
    "SMB runs on another port: use \"Decode As...\" for it.",
    "SMB is inside an encrypted tunnel (VPN, IPsec, SMB over QUIC): capture at one of its ends.",
    "The connection failed before SMB: look for a SYN without answer or answered by RST.",
};

/* A line of advice begins with the side that it is for; what has no side comes first. */
static const struct {
    const char *prefix;
    const char *label;
} advice_sides[] = {
    {"", "  What to do"},
    {"IBM i: ", "  On IBM i"},
    {"Client: ", "  On the client"},
    {"Server: ", "  On the server"},
};

/* What the summary counts. */
struct totals {
    unsigned shown;
    unsigned lost; /* what failed after logons that worked */
    unsigned outcomes[G_N_ELEMENTS(outcome_words)];
    GHashTable *verdicts; /* const struct qntc_cause * to its count */
    GHashTable *warnings; /* const struct qntc_warning * to its count */
};

/* --------------------------------------------------------------------------------------- layout */

static unsigned new_line(FILE *out, unsigned margin)
{
    fprintf(out, "\n%*s", (int)margin, "");
    return margin;
}

/* A word from `column` on, broken where it is longer than a line. Returns the column behind it. */
static unsigned put_word(FILE *out, const char *word, unsigned margin, unsigned column)
{
    for (const char *p = word; *p; p = g_utf8_next_char(p)) {
        unsigned width = qntc_char_columns(g_utf8_get_char(p));
        if (column + width > PAGE_WIDTH) column = new_line(out, margin);
        fwrite(p, 1, (size_t)(g_utf8_next_char(p) - p), out);
        column += width;
    }
    return column;
}

/*
 * A paragraph: `label` in a column of `label_width`, then `lead` (plain ASCII, as the label), then
 * the text, wrapped so that it stays right of both.
 */
static void put_paragraph(FILE *out, unsigned label_width, const char *label, const char *lead,
                          const char *text)
{
    unsigned margin = label_width + (unsigned)strlen(lead);
    unsigned column = margin;
    char *clean = qntc_printable(text);
    char **words = g_strsplit(clean, " ", -1);

    fprintf(out, "%-*s%s", (int)label_width, label, lead);
    for (char **word = words; *word; word++) {
        if (column > margin && column + 1 + qntc_text_columns(*word) > PAGE_WIDTH) {
            column = new_line(out, margin);
        } else if (word != words) {
            fputc(' ', out);
            column++;
        }
        column = put_word(out, *word, margin, column);
    }
    fputc('\n', out);
    g_strfreev(words);
    g_free(clean);
}

static void put(FILE *out, const char *label, const char *lead, const char *text)
{
    put_paragraph(out, MAX(LABEL_WIDTH, (unsigned)strlen(label) + 2), label, lead, text);
}

/* The same for a text that was made for it, which is freed. */
static void put_string(FILE *out, const char *label, GString *text)
{
    put(out, label, "", text->str);
    g_string_free(text, TRUE);
}

static void put_format(FILE *out, const char *label, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

static void put_format(FILE *out, const char *label, const char *format, ...)
{
    GString *text = g_string_new(NULL);
    va_list arguments;

    va_start(arguments, format);
    g_string_vprintf(text, format, arguments);
    va_end(arguments);
    put_string(out, label, text);
}

/* -------------------------------------------------------------------------------------- phrases */

static const char *seen_or_not(const char *value)
{
    return value ? value : "not seen";
}

/* "user ANNE, domain CORP, workstation PC7"; what was sent empty is told from what was not seen. */
static void append_name(GString *text, const char *what, const char *value)
{
    if (text->len > 0) g_string_append(text, ", ");
    if (value && !*value) {
        g_string_append_printf(text, "%s sent empty", what);
    } else {
        g_string_append_printf(text, "%s %s", what, seen_or_not(value));
    }
}

static GString *who(const struct qntc_logon *logon)
{
    GString *text = g_string_new(NULL);

    append_name(text, "user", logon->user);
    append_name(text, "domain", logon->domain);
    return text;
}

/* What the server calls itself, in brackets; nothing where it said nothing. */
static void append_server_names(GString *text, const struct qntc_logon *logon)
{
    const struct {
        const char *what;
        const char *name;
    } names[] = {
        {"", qntc_report_server_name(logon)},
        {"domain ", qntc_report_server_domain(logon)},
        {"DNS name ", logon->ntlm.dns_computer},
        {"DNS domain ", logon->ntlm.dns_domain},
    };
    const char *separator = " (";

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        if (!names[i].name || !*names[i].name) continue;
        g_string_append_printf(text, "%s%s%s", separator, names[i].what, names[i].name);
        separator = ", ";
    }
    if (*separator == ',') g_string_append_c(text, ')');
}

static GString *where(const struct qntc_logon *logon)
{
    const struct qntc_connection *connection = logon->connection;
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "client %s port %u, server %s port %u",
                           seen_or_not(connection->client_address), connection->client_port,
                           seen_or_not(connection->server_address), connection->server_port);
    append_server_names(text, logon);
    g_string_append_printf(text, ", TCP stream %" PRIu32, connection->stream);
    return text;
}

/* "SMB 2.1, NTLMSSP, NTLMv2" */
static GString *how(const struct qntc_logon *logon)
{
    const char *dialect = qntc_dialect_name(logon->connection->negotiate.dialect);
    const char *mechanism = qntc_mechanism_name(logon->mechanism);
    const char *ntlm = qntc_ntlm_name(logon->ntlm.version);
    GString *text = g_string_new(NULL);

    if (!dialect) {
        g_string_append(text, "dialect not seen");
    } else if (g_str_has_prefix(dialect, "SMB")) {
        g_string_append(text, dialect);
    } else {
        g_string_append_printf(text, "SMB %s", dialect);
    }
    g_string_append_printf(text, ", %s", mechanism ? mechanism : "mechanism not seen");
    if (ntlm) g_string_append_printf(text, ", %s", ntlm);
    if (logon->kerberos.service) {
        g_string_append_printf(text, ", ticket for %s", logon->kerberos.service);
    }
    if (kind_words[logon->kind]) g_string_append_printf(text, ", %s", kind_words[logon->kind]);
    return text;
}

static void append_signing(GString *text, const struct qntc_logon *logon)
{
    g_string_append_printf(text, "; signing: client %s, server %s",
                           qntc_signing_name(logon->client_signing),
                           qntc_signing_name(logon->connection->negotiate.server_signing));
}

static void append_time(GString *text, qntc_time time)
{
    if (time == QNTC_TIME_UNKNOWN) return;
    GDateTime *utc = g_date_time_new_from_unix_utc(time / G_USEC_PER_SEC);
    if (!utc) return;
    char *words = g_date_time_format(utc, "%Y-%m-%d %H:%M:%S");
    g_string_append_printf(text, ", %s UTC", words);
    g_free(words);
    g_date_time_unref(utc);
}

/* "STATUS_LOGON_FAILURE (0xC000006D)"; a DOS pair and an unnamed status are their own number. */
static void append_answer(GString *text, const struct qntc_logon *logon)
{
    const struct qntc_status *status = &logon->status;
    char buffer[32];
    const char *name = qntc_status_name(status, buffer, sizeof buffer);

    if (name) g_string_append_printf(text, " with %s", name);
    if (name && status->kind == QNTC_STATUS_NT && !g_str_has_prefix(name, "0x")) {
        g_string_append_printf(text, " (0x%08" PRIX32 ")", status->code);
    }
    if (logon->kerberos.error_frame && logon->kerberos.error_frame == logon->result_frame) {
        g_string_append_printf(text, " and KRB-ERROR %d", logon->kerberos.error_code);
    }
}

/* How a logon that did not work ended: by what, in which frame, when. */
static GString *ending(const struct qntc_logon *logon, enum qntc_outcome outcome)
{
    const struct qntc_connection *connection = logon->connection;
    bool by_close = !logon->result_frame && connection->close_frame == logon->end_frame;
    GString *text = g_string_new(outcome_words[outcome].ending);

    if (outcome == QNTC_OUTCOME_REFUSED) append_answer(text, logon);
    if (logon->end_frame) g_string_append_printf(text, " in frame %" PRIu32, logon->end_frame);
    if (by_close && connection->closed_by_reset) g_string_append(text, " (RST)");
    if (logon->result_frame) {
        append_time(text, logon->result_time);
    } else if (by_close) {
        append_time(text, connection->close_time);
    }
    return text;
}

/* "error class 0, error code 3401 (CPE3401, EACCES)" */
/* Where nobody knows that the client is an IBM i, the line says on what it depends. */
static GString *cpdb053(const struct qntc_diagnosis *diagnosis)
{
    const struct qntc_cpdb053 *pair = &diagnosis->cpdb053;
    if (diagnosis->ibm_i == QNTC_IBM_I_IS_SERVER)
        return g_string_new("nothing to the client; look in the job log of QZLSFILE, and for "
                            "CPIB682 in QSYSOPR");
    GString *text = g_string_new(diagnosis->ibm_i == QNTC_IBM_I_IS_CLIENT
                                     ? "CPDB053: "
                                     : "CPDB053 where the client is QNTC: ");

    if (!pair->known) {
        return g_string_append(text, "error class and code are not known for this ending");
    }
    g_string_append_printf(text, "%serror class %u, error code %" PRIu32,
                           pair->likely ? "likely " : "", pair->error_class, pair->error_code);
    if (pair->error_class == 0) {
        const char *name = qntc_errno_name(pair->error_code);
        if (name) g_string_append_printf(text, " (CPE%04" PRIu32 ", %s)", pair->error_code, name);
        return text;
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(error_classes); i++) {
        if (error_classes[i].error_class == pair->error_class) {
            g_string_append_printf(text, " (class %s)", error_classes[i].name);
        }
    }
    return text;
}

/* --------------------------------------------------------------------------------------- causes */

static void put_evidence(FILE *out, const struct qntc_cause_finding *finding)
{
    const char *label = "  Evidence";

    for (unsigned i = 0; i < finding->evidence->len; i++) {
        const struct qntc_evidence *evidence =
            &g_array_index(finding->evidence, struct qntc_evidence, i);
        char *lead = g_strdup_printf("frame %" PRIu32 ": ", evidence->frame);
        put(out, label, lead, evidence->text);
        g_free(lead);
        label = "";
    }
}

static size_t side_of(const char *advice)
{
    size_t side = G_N_ELEMENTS(advice_sides) - 1;

    while (!g_str_has_prefix(advice, advice_sides[side].prefix)) {
        side--;
    }
    return side;
}

static void put_advice(FILE *out, const struct qntc_cause_finding *finding)
{
    for (size_t side = 0; side < G_N_ELEMENTS(advice_sides); side++) {
        const char *label = advice_sides[side].label;
        for (unsigned i = 0; i < finding->advice->len; i++) {
            const char *advice = g_ptr_array_index(finding->advice, i);
            if (side_of(advice) != side) continue;
            put(out, label, "- ", advice + strlen(advice_sides[side].prefix));
            label = "";
        }
    }
}

static void put_why(FILE *out, const struct qntc_cause_finding *finding)
{
    put_format(out, "  Why", "%s (%s)", finding->cause->title, finding->cause->id);
    put(out, "", "", finding->explanation);
    put(out, "  How sure", "", confidence_words[finding->confidence]);
}

/* "; frame 12, 16": each once, though a frame can carry several lines of evidence. */
static void append_frames(GString *text, const GArray *evidence)
{
    const char *separator = "; frame ";
    uint32_t last = 0;

    for (unsigned i = 0; i < evidence->len; i++) {
        uint32_t frame = g_array_index(evidence, struct qntc_evidence, i).frame;
        if (frame == last) continue;
        g_string_append_printf(text, "%s%" PRIu32, separator, frame);
        separator = ", ";
        last = frame;
    }
}

/* The causes behind the verdict, a line each: words, id, confidence, frames. */
static void put_other_causes(FILE *out, const GPtrArray *causes)
{
    const char *label = "  Other causes";

    for (unsigned i = 1; i < causes->len; i++) {
        const struct qntc_cause_finding *finding = g_ptr_array_index(causes, i);
        GString *text = g_string_new(NULL);

        g_string_printf(text, "%s (%s, %s", finding->cause->title, finding->cause->id,
                        qntc_confidence_name(finding->confidence));
        append_frames(text, finding->evidence);
        g_string_append_c(text, ')');
        put(out, label, "- ", text->str);
        g_string_free(text, TRUE);
        label = "";
    }
}

/* -------------------------------------------------------------------- what works, what is weak */

static const char *said(const char *value)
{
    return *value ? value : "empty";
}

/* "logon 4 (frame 57) of user ANNE from 10.0.0.1; what differs: domain (CORP, there IBMI)" */
static void put_works(FILE *out, const struct qntc_comparison *comparison)
{
    const struct qntc_logon *works = comparison->works;
    GString *text = g_string_new(NULL);

    g_string_printf(text, "logon %" PRIu32 " (frame %" PRIu32 ")", works->number,
                    works->end_frame);
    if (works->user && *works->user) g_string_append_printf(text, " of user %s", works->user);
    g_string_append_printf(text, " from %s; ", seen_or_not(works->connection->client_address));
    g_string_append(text, comparison->count > 0 ? "what differs: " : "nothing seen differs");
    for (unsigned i = 0; i < comparison->count; i++) {
        const struct qntc_difference *difference = &comparison->differences[i];
        g_string_append_printf(text, "%s%s (%s, there %s)", i > 0 ? ", " : "", difference->name,
                               said(difference->here), said(difference->there));
    }
    put_string(out, "  Works", text);
    if (comparison->remark) put(out, "", "", comparison->remark);
}

/* A line each; what ends it and what to do about it stands once, in the summary. */
static void put_warnings(FILE *out, const GPtrArray *warnings)
{
    for (unsigned i = 0; i < warnings->len; i++) {
        const struct qntc_warning_finding *finding = g_ptr_array_index(warnings, i);
        put_format(out, finding->row->serious ? "  Warning" : "  Note",
                   "%s: %s (frame %" PRIu32 ")", finding->row->id, finding->text, finding->frame);
    }
}

/* --------------------------------------------------------------------------------------- logons */

static void put_good_logon(FILE *out, const struct qntc_logon *logon, const char *heading)
{
    const struct qntc_connection *connection = logon->connection;
    const char *name = qntc_report_server_name(logon);
    GString *text = who(logon);
    GString *method = how(logon);

    g_string_append_printf(text, "; %s to %s port %u", seen_or_not(connection->client_address),
                           seen_or_not(connection->server_address), connection->server_port);
    if (name && *name) g_string_append_printf(text, " (%s)", name);
    g_string_append_printf(text, "; %s", method->str);
    if (password_words[logon->password])
        g_string_append_printf(text, "; password sent: %s", password_words[logon->password]);
    g_string_append_printf(text, "; frame %" PRIu32, logon->end_frame);
    g_string_free(method, TRUE);
    put_string(out, heading, text);
}

/* What to save for a ticket where the logon alone would not give this verdict. */
static void put_filter(FILE *out, const struct qntc_capture *capture,
                       const struct qntc_diagnosis *diagnosis,
                       const struct qntc_comparison *comparison)
{
    char *filter = qntc_logon_filter_of_evidence(capture, diagnosis, comparison);

    if (filter) put_format(out, "  Filter", "%s shows it with what the verdict rests on", filter);
    g_free(filter);
}

static void put_bad_logon(FILE *out, const struct qntc_capture *capture,
                          const struct qntc_diagnosis *diagnosis,
                          const struct qntc_comparison *comparison, const char *heading)
{
    const struct qntc_logon *logon = diagnosis->logon;
    GString *names = who(logon);
    GString *method = how(logon);

    append_name(names, "workstation", logon->workstation);
    append_signing(method, logon);

    fprintf(out, "%s\n", heading);
    put_string(out, "  Who", names);
    put_string(out, "  Where", where(logon));
    put_string(out, "", method);
    if (password_words[logon->password])
        put_format(out, "  Password", "sent: %s (recomputed from the response)",
                   password_words[logon->password]);
    put_string(out, "  Ended", ending(logon, diagnosis->outcome));
    put_string(out, "  IBM i shows", cpdb053(diagnosis));
    const struct qntc_cause_finding *verdict =
        diagnosis->causes->len > 0 ? g_ptr_array_index(diagnosis->causes, 0) : NULL;
    if (verdict) {
        put_why(out, verdict);
        put_other_causes(out, diagnosis->causes);
        put_evidence(out, verdict);
    } else {
        put(out, "  Why", "", "not known: nothing in the capture explains it");
    }
    if (comparison->works) put_works(out, comparison);
    put_filter(out, capture, diagnosis, comparison);
    if (verdict) put_advice(out, verdict);
}

/* What a session that worked lost: "frame 19: TREE_CONNECT of share data: STATUS_..." and why. */
static void put_event(FILE *out, const struct qntc_event *event, const GPtrArray *causes)
{
    const struct qntc_cause_finding *verdict = g_ptr_array_index(causes, 0);
    GString *text = g_string_new(NULL);
    char buffer[32];

    g_string_printf(text, "frame %" PRIu32 ": ", event->frame);
    if (event->request) {
        const char *status = qntc_status_name(&event->status, buffer, sizeof buffer);
        g_string_append_printf(text, "%s", event->request);
        if (event->share) g_string_append_printf(text, " of share %s", event->share);
        g_string_append_printf(text, " is answered %s", status ? status : "with an error");
    } else {
        g_string_append(text, "the connection ends right after the logon");
    }
    if (event->count > 1) g_string_append_printf(text, " (%u times)", event->count);
    put_string(out, "  LOST AFTER IT", text);
    put_why(out, verdict);
    put_other_causes(out, causes);
    put_evidence(out, verdict);
    put_advice(out, verdict);
}

/* True if anything was lost. */
static bool put_after(FILE *out, const struct qntc_capture *capture, const struct qntc_logon *logon,
                      struct totals *totals)
{
    const GPtrArray *events = logon->session.events;
    bool lost = false;

    for (unsigned i = 0; events && i < events->len; i++) {
        const struct qntc_event *event = g_ptr_array_index(events, i);
        GPtrArray *causes = qntc_diagnose_event(capture, logon, event);
        if (causes->len > 0) {
            put_event(out, event, causes);
            totals->lost++;
            lost = true;
        }
        g_ptr_array_unref(causes);
    }
    return lost;
}

static void count_one(GHashTable *counts, gconstpointer row)
{
    gpointer before = g_hash_table_lookup(counts, row);

    g_hash_table_insert(counts, (gpointer)row, GUINT_TO_POINTER(GPOINTER_TO_UINT(before) + 1));
}

static void count(struct totals *totals, const struct qntc_diagnosis *diagnosis,
                  const GPtrArray *warnings)
{
    totals->shown++;
    totals->outcomes[diagnosis->outcome]++;
    if (diagnosis->causes->len > 0) {
        const struct qntc_cause_finding *verdict = g_ptr_array_index(diagnosis->causes, 0);
        count_one(totals->verdicts, verdict->cause);
    }
    for (unsigned i = 0; i < warnings->len; i++) {
        const struct qntc_warning_finding *finding = g_ptr_array_index(warnings, i);
        count_one(totals->warnings, finding->row);
    }
}

static void put_logons(FILE *out, const struct qntc_report_view *view, bool full,
                       struct totals *totals)
{
    unsigned all = qntc_capture_logon_count(view->capture);
    bool after_block = true;

    for (unsigned i = 0; i < all; i++) {
        const struct qntc_logon *logon = qntc_capture_logon(view->capture, i);
        if (!qntc_report_shows(view, logon)) continue;

        struct qntc_diagnosis *diagnosis = qntc_diagnose(view->capture, logon);
        struct qntc_comparison comparison = qntc_compare(view->capture, logon);
        GPtrArray *warnings = qntc_warnings(view->capture, logon);
        const struct outcome_words *words = &outcome_words[diagnosis->outcome];
        bool worked = !words->ending;
        char *heading = g_strdup_printf("Logon %" PRIu32 "  %s", logon->number, words->heading);
        if (!worked || after_block) fputc('\n', out);
        if (worked) {
            put_good_logon(out, logon, heading);
        } else {
            put_bad_logon(out, view->capture, diagnosis, &comparison, heading);
        }
        put_warnings(out, warnings);
        if (logon->session.encrypted_frame)
            put_format(out, "  Encrypted", "from frame %" PRIu32 " on; what follows is not visible",
                       logon->session.encrypted_frame);
        bool lost = put_after(out, view->capture, logon, totals);
        count(totals, diagnosis, warnings);
        g_ptr_array_free(warnings, TRUE);
        if (full) {
            fputc('\n', out);
            qntc_report_ladder(logon, out);
        }
        after_block = !worked || lost || full;
        g_free(heading);
        qntc_diagnosis_free(diagnosis);
    }
}

/* ------------------------------------------------------- findings and what surrounds the logons */

static GString *frame_list(const struct qntc_finding *finding)
{
    unsigned shown = MIN(finding->frames->len, MAX_FRAMES_SHOWN);
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < shown; i++) {
        g_string_append_printf(text, "%s%" PRIu32, i ? ", " : "",
                               g_array_index(finding->frames, uint32_t, i));
    }
    if (shown < finding->frame_count) {
        g_string_append_printf(text, " and %u more", finding->frame_count - shown);
    }
    return text;
}

static void put_findings(FILE *out, const struct qntc_report_view *view)
{
    for (unsigned i = 0; view->findings != NULL && i < view->findings->len; i++) {
        const struct qntc_finding *finding = g_ptr_array_index(view->findings, i);
        GString *text = g_string_new(NULL);

        g_string_printf(text, "client %s, server %s", seen_or_not(finding->client_address),
                        seen_or_not(finding->server_address));
        if (finding->server_port) g_string_append_printf(text, " port %u", finding->server_port);

        fputs("\nFinding apart from the logons\n", out);
        put_string(out, "  Where", text);
        put_string(out, "  Frames", frame_list(finding));
        put_why(out, finding->cause);
        put_evidence(out, finding->cause);
        put_advice(out, finding->cause);
    }
}

static void put_header(FILE *out, const struct qntc_report_view *view)
{
    uint32_t truncated = qntc_capture_truncated_frames(view->capture);
    const struct qntc_clock *clock = qntc_capture_clock(view->capture);

    fputs("QNTC logon report\n" RULE RULE "\n", out);
    put(out, "File", "", view->file_name ? view->file_name : "not named");
    put_format(out, "Frames", "%" PRIu32, qntc_capture_frames(view->capture));
    if (truncated) {
        put_format(out, "Cut off", "%" PRIu32 " frame%s (snapshot length): what they lack cannot "
                                   "be seen", truncated, truncated == 1 ? "" : "s");
    }
    if (clock->frame) {
        put_format(out, "Times", "run backwards by up to %.1f seconds, first in frame %" PRIu32
                                 ": frames count in the order of the file, and a wait only for "
                                 "what it is longer than that",
                   (double)clock->error / G_USEC_PER_SEC, clock->frame);
    }
    put_format(out, "Logons", "%u", qntc_capture_logon_count(view->capture));
    if (view->missing_fields && *view->missing_fields) {
        char *fields = g_strjoinv(", ", (char **)view->missing_fields);
        put_format(out, "Note", "this Wireshark does not know the fields %s; what they hold "
                                "counts as not seen", fields);
        g_free(fields);
    }
}

static void put_no_logon(FILE *out, const struct qntc_report_view *view)
{
    uint32_t frames = qntc_capture_frames(view->capture);

    if (frames == 0) {
        fputs("\nThe capture holds no frames.\n", out);
        return;
    }
    fprintf(out, "\nNo SMB logon in %" PRIu32 " frame%s. Reasons may be:\n", frames,
            frames == 1 ? "" : "s");
    if (qntc_capture_truncated_frames(view->capture)) {
        put_paragraph(out, 2, "", "- ", "Frames are cut off, so that nothing of SMB may be left: "
                                        "repeat the capture with whole packets.");
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(reasons_for_no_logon); i++) {
        put_paragraph(out, 2, "", "- ", reasons_for_no_logon[i]);
    }
}

static void put_verdict_counts(FILE *out, GHashTable *verdicts)
{
    const struct qntc_cause *cause;
    const char *label = "  Verdicts";

    for (unsigned i = 0; (cause = qntc_cause_at(i)) != NULL; i++) {
        unsigned n = GPOINTER_TO_UINT(g_hash_table_lookup(verdicts, cause));
        if (n == 0) continue;
        put_format(out, label, "%u %s: %s", n, cause->id, cause->title);
        label = "";
    }
}

static void put_lines(FILE *out, const char *lead, const char *const *lines)
{
    for (; lines && *lines; lines++) {
        put(out, "", lead, *lines);
    }
}

static void put_warning_counts(FILE *out, GHashTable *warnings)
{
    const struct qntc_warning *row;
    const char *label = "  Warnings";

    for (unsigned i = 0; (row = qntc_warning_at(i)) != NULL; i++) {
        unsigned n = GPOINTER_TO_UINT(g_hash_table_lookup(warnings, row));
        if (n == 0) continue;
        put_format(out, label, "%u %s: %s.%s%s", n, row->id, row->title, row->ends ? " " : "",
                   row->ends ? row->ends : "");
        put_lines(out, "- If IBM i: ", row->advice_ibm_i);
        put_lines(out, "- Server: ", row->advice_server);
        label = "";
    }
}

static void put_summary(FILE *out, const struct qntc_report_view *view,
                        const struct totals *totals)
{
    unsigned all = qntc_capture_logon_count(view->capture);
    GString *text = g_string_new(NULL);

    fputs("\nSummary\n", out);
    g_string_printf(text, "%u", totals->shown);
    if (totals->shown < all) g_string_append_printf(text, " of %u pass the filter", all);
    const char *separator = ": ";
    for (unsigned i = 0; i < G_N_ELEMENTS(outcome_words); i++) {
        if (totals->outcomes[i] == 0) continue;
        g_string_append_printf(text, "%s%u %s", separator, totals->outcomes[i],
                               qntc_outcome_name((enum qntc_outcome)i));
        separator = ", ";
    }
    put_string(out, "  Logons", text);
    put_verdict_counts(out, totals->verdicts);
    put_warning_counts(out, totals->warnings);
    if (totals->lost > 0)
        put_format(out, "  After it", "%u failure%s after a logon that worked", totals->lost,
                   totals->lost == 1 ? "" : "s");
    if (view->findings != NULL && view->findings->len > 0)
        put_format(out, "  Findings", "%u", view->findings->len);
}

static void put_report(FILE *out, const struct qntc_report_view *view, bool full)
{
    struct totals totals = {.verdicts = g_hash_table_new(NULL, NULL),
                            .warnings = g_hash_table_new(NULL, NULL)};

    put_header(out, view);
    if (qntc_capture_logon_count(view->capture) == 0) {
        put_no_logon(out, view);
    } else {
        put_logons(out, view, full, &totals);
    }
    put_findings(out, view);
    if (qntc_capture_logon_count(view->capture) > 0) put_summary(out, view, &totals);
    g_hash_table_destroy(totals.verdicts);
    g_hash_table_destroy(totals.warnings);
}

void qntc_report_text(const struct qntc_report_view *view, FILE *out)
{
    put_report(out, view, false);
}

void qntc_report_full(const struct qntc_report_view *view, FILE *out)
{
    put_report(out, view, true);
}
