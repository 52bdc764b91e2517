/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The findings on the packet. Every frame of a logon carries its number; the frame that ends it
 * carries all of it: facts, causes, evidence with links to the frames, advice. The same on every
 * pass, from the capture alone, so nothing depends on who asks for a tree.
 */
#include "present.h"
#include "compat.h"

#include "compare.h"
#include "diagnosis.h"
#include "finding.h"
#include "preferences.h"
#include "report.h"
#include "warning.h"

#include <epan/expert.h>

#include <string.h>

/* -------------------------------------------------------------------------------- fields */

static int hf_logon, hf_outcome, hf_verdict, hf_confidence, hf_cause, hf_explanation, hf_evidence,
    hf_advice, hf_user, hf_domain, hf_workstation, hf_server_nb_domain, hf_server_nb_name,
    hf_server_dns_domain, hf_dialect, hf_mechanism, hf_ntlm, hf_signing_client, hf_signing_server,
    hf_status, hf_cpdb053_class, hf_cpdb053_code, hf_cpdb053_likely, hf_password, hf_share,
    hf_frame_negotiate, hf_frame_challenge, hf_frame_authenticate, hf_frame_result, hf_frame_works,
    hf_warning, hf_page;
static int ett_qntc, ett_cause;
static int proto_qntc;

#define STRING_FIELD(id, name, abbrev, blurb)                                                      \
    {                                                                                              \
        &(id),                                                                                     \
        {                                                                                          \
            name, abbrev, FT_STRING, BASE_NONE, NULL, 0, blurb, HFILL                              \
        }                                                                                          \
    }
#define FRAME_FIELD(id, name, abbrev, blurb)                                                       \
    {                                                                                              \
        &(id),                                                                                     \
        {                                                                                          \
            name, abbrev, FT_FRAMENUM, BASE_NONE, NULL, 0, blurb, HFILL                            \
        }                                                                                          \
    }

static hf_register_info hf[] = {
    {&hf_logon,
     {"Logon", "qntc.logon", FT_UINT32, BASE_DEC, NULL, 0, "Number of the logon in the file",
      HFILL}},
    STRING_FIELD(hf_outcome, "Outcome", "qntc.outcome", "How the logon ended"),
    STRING_FIELD(hf_verdict, "Verdict", "qntc.verdict", "The first of the ranked causes"),
    STRING_FIELD(hf_confidence, "Confidence", "qntc.confidence", "How sure the cause is"),
    STRING_FIELD(hf_cause, "Cause", "qntc.cause", "Why the logon ended so"),
    STRING_FIELD(hf_explanation, "Meaning", "qntc.explanation", "What the cause means"),
    FRAME_FIELD(hf_evidence, "Evidence", "qntc.evidence", "A frame that shows it"),
    STRING_FIELD(hf_advice, "Advice", "qntc.advice", "What to change, and on which side"),
    STRING_FIELD(hf_user, "User", "qntc.user", "The user name that was sent"),
    STRING_FIELD(hf_domain, "Domain", "qntc.domain", "The domain that was sent"),
    STRING_FIELD(hf_workstation, "Workstation", "qntc.workstation",
                 "The workstation that was sent"),
    STRING_FIELD(hf_server_nb_domain, "Server's NetBIOS domain", "qntc.server.netbios_domain",
                 NULL),
    STRING_FIELD(hf_server_nb_name, "Server's NetBIOS name", "qntc.server.netbios_name", NULL),
    STRING_FIELD(hf_server_dns_domain, "Server's DNS domain", "qntc.server.dns_domain", NULL),
    STRING_FIELD(hf_dialect, "Dialect", "qntc.dialect", "The SMB dialect that was agreed"),
    STRING_FIELD(hf_mechanism, "Mechanism", "qntc.mechanism", "How the client authenticated"),
    STRING_FIELD(hf_ntlm, "NTLM version", "qntc.ntlm", "By the responses of the message itself"),
    STRING_FIELD(hf_signing_client, "Client's signing", "qntc.signing.client", NULL),
    STRING_FIELD(hf_signing_server, "Server's signing", "qntc.signing.server", NULL),
    {&hf_status,
     {"Status", "qntc.status", FT_UINT32, BASE_HEX, NULL, 0, "NT status that ended the logon",
      HFILL}},
    {&hf_cpdb053_class,
     {"CPDB053 error class", "qntc.cpdb053.class", FT_UINT8, BASE_DEC, NULL, 0,
      "Error class that the IBM i job log shows", HFILL}},
    {&hf_cpdb053_code,
     {"CPDB053 error code", "qntc.cpdb053.code", FT_UINT32, BASE_DEC, NULL, 0,
      "Error code that the IBM i job log shows", HFILL}},
    {&hf_cpdb053_likely,
     {"CPDB053 is inferred", "qntc.cpdb053.likely", FT_BOOLEAN, BASE_NONE, NULL, 0,
      "The pair is likely, not documented", HFILL}},
    STRING_FIELD(hf_share, "Share", "qntc.share", "The share that was lost"),
    STRING_FIELD(hf_password, "Password", "qntc.password", "What was proven of the password"),
    FRAME_FIELD(hf_frame_negotiate, "Negotiated in", "qntc.frame.negotiate",
                "The answer that settled or refused the dialect"),
    FRAME_FIELD(hf_frame_challenge, "Challenge in", "qntc.frame.challenge", NULL),
    FRAME_FIELD(hf_frame_authenticate, "Authenticated in", "qntc.frame.authenticate", NULL),
    FRAME_FIELD(hf_frame_result, "Result in", "qntc.frame.result",
                "The answer that ends the logon"),
    FRAME_FIELD(hf_frame_works, "Compare with", "qntc.frame.works",
                "The nearest logon that worked"),
    STRING_FIELD(hf_page, "Page", "qntc.page", "The page that says more of the cause or warning"),
    STRING_FIELD(hf_warning, "Warning", "qntc.warning",
                 "What is weak, was close to failing, or will stop working"),
};

/* --------------------------------------------------------------------------- expert infos */

/* One filterable field for each cause, in two severities: a refused null session is a NOTE. */
struct cause_expert {
    expert_field error;
    expert_field note;
};

static struct cause_expert *cause_experts; /* in the order of qntc_cause_at() */
static expert_field *warning_experts;      /* in the order of qntc_warning_at() */
static expert_field expert_success;

static void add_expert(GArray *infos, expert_field *id, const char *name, int severity,
                       const char *summary)
{
    ei_register_info info;
    memset(&info, 0, sizeof info);
    info.ids = id;
    info.eiinfo.name = name;
    info.eiinfo.group = PI_SECURITY;
    info.eiinfo.severity = severity;
    info.eiinfo.summary = summary;
    g_array_append_val(infos, info);
}

/* "domain-mismatch" -> "qntc.expert.domain_mismatch"; lives as long as the registration. */
static const char *expert_name(const char *id)
{
    return g_strdelimit(g_strconcat("qntc.expert.", id, NULL), "-", '_');
}

static void add_warning_experts(GArray *infos)
{
    unsigned count = 0;
    while (qntc_warning_at(count) != NULL)
        count++;
    warning_experts = g_new0(expert_field, count);
    for (unsigned i = 0; i < count; i++) {
        const struct qntc_warning *row = qntc_warning_at(i);
        add_expert(infos, &warning_experts[i], expert_name(row->id),
                   row->serious ? PI_WARN : PI_NOTE, row->title);
    }
}

static void register_experts(int proto)
{
    unsigned count = 0;
    while (qntc_cause_at(count) != NULL)
        count++;
    cause_experts = g_new0(struct cause_expert, count);
    GArray *infos = g_array_new(FALSE, FALSE, sizeof(ei_register_info));
    for (unsigned i = 0; i < count; i++) {
        const struct qntc_cause *cause = qntc_cause_at(i);
        const char *name = expert_name(cause->id);
        add_expert(infos, &cause_experts[i].error, name, PI_ERROR, cause->title);
        add_expert(infos, &cause_experts[i].note, name, PI_NOTE, cause->title);
    }
    add_warning_experts(infos);
    add_expert(infos, &expert_success, "qntc.expert.success", PI_CHAT, "Logon accepted");
    expert_module_t *module = expert_register_protocol(proto);
    int registered = (int)infos->len;
    /* Wireshark keeps pointers into the array for as long as it runs. */
    expert_register_field_array(module, (ei_register_info *)(void *)g_array_free(infos, FALSE),
                                registered);
}

/* Wireshark's own names of NT statuses: filters may use them. */
static void name_statuses(hf_register_info *field)
{
    const header_field_info *known = proto_registrar_get_byname("smb2.nt_status");
    if (known == NULL || known->strings == NULL || !(known->display & BASE_EXT_STRING))
        return;
    field->hfinfo.strings = known->strings;
    field->hfinfo.display = BASE_HEX | BASE_EXT_STRING;
}

void qntc_present_register(int proto)
{
    static int *ett[] = {&ett_qntc, &ett_cause};
    proto_qntc = proto;
    for (size_t i = 0; i < G_N_ELEMENTS(hf); i++) {
        *hf[i].p_id = -1;
        if (hf[i].p_id == &hf_status)
            name_statuses(&hf[i]);
    }
    ett_qntc = ett_cause = -1;
    proto_register_field_array(proto, hf, G_N_ELEMENTS(hf));
    proto_register_subtree_array(ett, G_N_ELEMENTS(ett));
    register_experts(proto);
}

/* ------------------------------------------------------------------------- one frame's tree */

struct view {
    tvbuff_t *tvb;
    packet_info *pinfo;
    proto_tree *tree;
};

static void add_string(const struct view *view, int id, const char *text)
{
    if (text != NULL)
        proto_item_set_generated(proto_tree_add_string(view->tree, id, view->tvb, 0, 0, text));
}

static void add_number(const struct view *view, int id, uint32_t number)
{
    proto_item_set_generated(proto_tree_add_uint(view->tree, id, view->tvb, 0, 0, number));
}

static void add_frame(const struct view *view, int id, uint32_t frame)
{
    if (frame != 0)
        add_number(view, id, frame);
}

static void add_status(const struct view *view, const struct qntc_status *status)
{
    char buffer[32];
    if (status->kind == QNTC_STATUS_NT)
        proto_item_set_generated(proto_tree_add_uint_format_value(
            view->tree, hf_status, view->tvb, 0, 0, status->code, "%s (0x%08x)",
            qntc_status_name(status, buffer, sizeof buffer), status->code));
    else if (status->kind == QNTC_STATUS_DOS)
        proto_item_set_generated(proto_tree_add_subtree_format(
            view->tree, view->tvb, 0, 0, ett_cause, NULL, "Status: %s",
            qntc_status_name(status, buffer, sizeof buffer)));
}

static void add_cpdb053(const struct view *view, const struct qntc_cpdb053 *pair)
{
    if (!pair->known)
        return;
    add_number(view, hf_cpdb053_class, pair->error_class);
    add_number(view, hf_cpdb053_code, pair->error_code);
    proto_item_set_generated(
        proto_tree_add_boolean(view->tree, hf_cpdb053_likely, view->tvb, 0, 0, pair->likely));
}

/* One item for each sentence: Wireshark cuts what is longer than 240 bytes. */
static void add_sentences(const struct view *view, int id, const char *text)
{
    while (*text != '\0') {
        const char *stop = strstr(text, ". ");
        size_t length = stop != NULL ? (size_t)(stop - text) + 1 : strlen(text);
        char *sentence = wmem_strndup(view->pinfo->pool, text, length);
        add_string(view, id, sentence);
        text += stop != NULL ? length + 1 : length;
    }
}

/* Wireshark shows it as a link, and copies it on a double click. */
static void add_page(const struct view *view, const char *id)
{
    const char *page = qntc_preferences_page(view->pinfo->pool, id);
    if (page == NULL)
        return;
    proto_item *item = proto_tree_add_string(view->tree, hf_page, view->tvb, 0, 0, page);
    proto_item_set_generated(item);
    proto_item_set_url(item);
}

static void add_cause(const struct view *view, const struct qntc_cause_finding *finding)
{
    proto_item *item =
        proto_tree_add_string(view->tree, hf_cause, view->tvb, 0, 0, finding->cause->id);
    proto_item_set_generated(item);
    proto_item_append_text(item, " (%s)", qntc_confidence_name(finding->confidence));
    struct view inner = {view->tvb, view->pinfo, proto_item_add_subtree(item, ett_cause)};
    add_string(&inner, hf_confidence, qntc_confidence_name(finding->confidence));
    add_page(&inner, finding->cause->id);
    add_sentences(&inner, hf_explanation, finding->explanation);
    for (guint i = 0; i < finding->evidence->len; i++) {
        const struct qntc_evidence *evidence =
            &g_array_index(finding->evidence, struct qntc_evidence, i);
        proto_item_set_generated(proto_tree_add_uint_format_value(
            inner.tree, hf_evidence, inner.tvb, 0, 0, evidence->frame, "%u: %s", evidence->frame,
            evidence->text));
    }
    for (guint i = 0; i < finding->advice->len; i++)
        add_string(&inner, hf_advice, g_ptr_array_index(finding->advice, i));
}

static void add_facts(const struct view *view, const struct qntc_logon *logon)
{
    const struct qntc_negotiate *negotiate = &logon->connection->negotiate;
    const struct qntc_ntlm_exchange *ntlm = &logon->ntlm;
    add_string(view, hf_user, logon->user);
    add_string(view, hf_domain, logon->domain);
    add_string(view, hf_workstation, logon->workstation);
    add_string(view, hf_server_nb_domain, qntc_report_server_domain(logon));
    add_string(view, hf_server_nb_name, qntc_report_server_name(logon));
    add_string(view, hf_server_dns_domain, ntlm->dns_domain);
    add_string(view, hf_dialect, qntc_dialect_name(negotiate->dialect));
    add_string(view, hf_mechanism, qntc_mechanism_name(logon->mechanism));
    add_string(view, hf_ntlm, qntc_ntlm_name(ntlm->version));
    add_string(view, hf_signing_client, qntc_signing_name(logon->client_signing));
    add_string(view, hf_signing_server, qntc_signing_name(negotiate->server_signing));
    add_string(view, hf_password, qntc_password_name(logon->password));
    add_frame(view, hf_frame_negotiate, negotiate->response_frame);
    add_frame(view, hf_frame_challenge, ntlm->challenge_frame);
    add_frame(view, hf_frame_authenticate, logon->authenticate_frame);
    add_frame(view, hf_frame_result, logon->result_frame);
}

static const struct cause_expert *expert_of(const struct qntc_cause *cause)
{
    unsigned i = 0;
    while (qntc_cause_at(i) != cause)
        i++;
    return &cause_experts[i];
}

/* The constant part first: expert summaries and -z expert count by it. */
static void add_experts(const struct view *view, proto_item *item,
                        const struct qntc_diagnosis *diagnosis)
{
    const struct qntc_logon *logon = diagnosis->logon;
    const char *user = logon->user != NULL ? logon->user : "(not seen)";
    if (diagnosis->outcome == QNTC_OUTCOME_SUCCESS) {
        expert_add_info_format(view->pinfo, item, &expert_success, "Logon accepted: user \"%s\"",
                               user);
        return;
    }
    if (diagnosis->causes->len == 0)
        return;
    const struct qntc_cause_finding *verdict = g_ptr_array_index(diagnosis->causes, 0);
    const struct cause_expert *expert = expert_of(verdict->cause);
    bool null_session = diagnosis->outcome == QNTC_OUTCOME_REFUSED && logon->user != NULL &&
                        *logon->user == '\0' && logon->ntlm.version == QNTC_NTLM_ANONYMOUS;
    bool note = null_session || diagnosis->outcome == QNTC_OUTCOME_UNKNOWN;
    expert_field *field = (expert_field *)(note ? &expert->note : &expert->error);
    expert_add_info_format(view->pinfo, item, field, "%s (%s): user \"%s\" at %s",
                           verdict->cause->title, qntc_confidence_name(verdict->confidence), user,
                           logon->connection->server_address);
}

static expert_field *expert_of_warning(const struct qntc_warning *row)
{
    unsigned i = 0;
    while (qntc_warning_at(i) != row)
        i++;
    return &warning_experts[i];
}

static void add_lines(const struct view *view, const char *side, const char *const *lines)
{
    for (; lines != NULL && *lines != NULL; lines++)
        add_string(view, hf_advice, wmem_strdup_printf(view->pinfo->pool, "%s: %s", side, *lines));
}

static void add_warning(const struct view *view, const struct qntc_warning_finding *finding)
{
    const struct qntc_warning *row = finding->row;
    proto_item *item = proto_tree_add_string(view->tree, hf_warning, view->tvb, 0, 0, row->id);
    proto_item_set_generated(item);
    struct view inner = {view->tvb, view->pinfo, proto_item_add_subtree(item, ett_cause)};
    proto_item_set_generated(proto_tree_add_uint_format_value(inner.tree, hf_evidence, inner.tvb, 0,
                                                              0, finding->frame, "%u: %s",
                                                              finding->frame, finding->text));
    add_page(&inner, row->id);
    if (row->ends != NULL)
        add_sentences(&inner, hf_explanation, row->ends);
    add_lines(&inner, "If IBM i", row->advice_ibm_i);
    add_lines(&inner, "Server", row->advice_server);
    expert_add_info_format(view->pinfo, item, expert_of_warning(row), "%s", row->title);
}

/* What the rest of the file can take back is shown where the whole file is known. */
static void add_warnings(const struct qntc_capture *capture, const struct view *view,
                         const struct qntc_logon *logon)
{
    GPtrArray *warnings = qntc_warnings(capture, logon);
    for (guint i = 0; i < warnings->len; i++) {
        const struct qntc_warning_finding *finding = g_ptr_array_index(warnings, i);
        if (!finding->row->of_the_end || view->pinfo->fd->visited)
            add_warning(view, finding);
    }
    g_ptr_array_free(warnings, TRUE);
}

/* A nearer logon may still come: the first pass does not show it. */
static void add_works(const struct qntc_capture *capture, const struct view *view,
                      const struct qntc_logon *logon)
{
    if (!view->pinfo->fd->visited)
        return;
    struct qntc_comparison comparison = qntc_compare(capture, logon);
    if (comparison.works == NULL)
        return;
    proto_item *item = proto_tree_add_uint(view->tree, hf_frame_works, view->tvb, 0, 0,
                                           comparison.works->end_frame);
    proto_item_set_generated(item);
    for (unsigned i = 0; i < comparison.count; i++)
        proto_item_append_text(item, "%s%s", i == 0 ? ", differs in " : ", ",
                               comparison.differences[i].name);
}

static void present_end(const struct qntc_capture *capture, const struct view *view,
                        proto_item *item, const struct qntc_logon *logon)
{
    struct qntc_diagnosis *diagnosis = qntc_diagnose(capture, logon);
    add_string(view, hf_outcome, qntc_outcome_name(diagnosis->outcome));
    proto_item_append_text(item, ", %s", qntc_outcome_name(diagnosis->outcome));
    if (diagnosis->causes->len > 0) {
        const struct qntc_cause_finding *verdict = g_ptr_array_index(diagnosis->causes, 0);
        add_string(view, hf_verdict, verdict->cause->id);
        proto_item_append_text(item, ": %s", verdict->cause->title);
    }
    add_status(view, &logon->status);
    add_cpdb053(view, &diagnosis->cpdb053);
    for (guint i = 0; i < diagnosis->causes->len; i++)
        add_cause(view, g_ptr_array_index(diagnosis->causes, i));
    add_facts(view, logon);
    add_works(capture, view, logon);
    add_experts(view, item, diagnosis);
    add_warnings(capture, view, logon);
    qntc_diagnosis_free(diagnosis);
}

/* What failed after the logon, on its own frame. */
static void present_event(const struct qntc_capture *capture, const struct view *view,
                          proto_item *item, const struct qntc_logon *logon,
                          const struct qntc_event *event)
{
    GPtrArray *causes = qntc_diagnose_event(capture, logon, event);
    for (guint i = 0; i < causes->len; i++)
        add_cause(view, g_ptr_array_index(causes, i));
    if (causes->len > 0) {
        const struct qntc_cause_finding *verdict = g_ptr_array_index(causes, 0);
        proto_item_append_text(item, ", after it: %s", verdict->cause->title);
        add_string(view, hf_share, event->share);
        const struct cause_expert *expert = expert_of(verdict->cause);
        /* Many clients try a null session first. */
        bool note = logon->outcome == QNTC_OUTCOME_ANONYMOUS;
        expert_add_info_format(
            view->pinfo, item, (expert_field *)(note ? &expert->note : &expert->error),
            "%s (%s): share \"%s\" at %s", verdict->cause->title,
            qntc_confidence_name(verdict->confidence),
            event->share != NULL ? event->share : "(none)", logon->connection->server_address);
    } else if (event->referral_frame != 0) {
        proto_item_append_text(item, ", after it: a DFS path, and the client asks where it leads");
        add_string(view, hf_share, event->share);
    }
    g_ptr_array_unref(causes);
}

static void present_events(const struct qntc_capture *capture, const struct view *view,
                           proto_item *item, const struct qntc_logon *logon)
{
    const GPtrArray *events = logon->session.events;
    for (guint i = 0; events != NULL && i < events->len; i++) {
        const struct qntc_event *event = g_ptr_array_index(events, i);
        if (event->frame == view->pinfo->num)
            present_event(capture, view, item, logon, event);
    }
}

static void present_logon(const struct qntc_capture *capture, const struct view *frame,
                          const struct qntc_logon *logon)
{
    proto_item *item = proto_tree_add_item(frame->tree, proto_qntc, frame->tvb, 0, 0, ENC_NA);
    proto_item_set_generated(item);
    proto_item_append_text(item, ", logon %u", logon->number);
    struct view view = {frame->tvb, frame->pinfo, proto_item_add_subtree(item, ett_qntc)};
    add_number(&view, hf_logon, logon->number);
    bool end_known = logon->ended || frame->pinfo->fd->visited;
    if (end_known && logon->end_frame == frame->pinfo->num)
        present_end(capture, &view, item, logon);
    present_events(capture, &view, item, logon);
}

/* On the frame that made it known, on every pass. */
static void present_finding(const struct view *frame, const struct qntc_finding *finding)
{
    if (finding->shown_on != frame->pinfo->num)
        return;
    proto_item *item = proto_tree_add_item(frame->tree, proto_qntc, frame->tvb, 0, 0, ENC_NA);
    proto_item_set_generated(item);
    proto_item_append_text(item, ": %s", finding->cause->cause->title);
    struct view view = {frame->tvb, frame->pinfo, proto_item_add_subtree(item, ett_qntc)};
    add_cause(&view, finding->cause);
    const struct cause_expert *expert = expert_of(finding->cause->cause);
    expert_add_info_format(frame->pinfo, item,
                           (expert_field *)(finding->got_over ? &expert->note : &expert->error),
                           "%s (%s): %s at %s port %u", finding->cause->cause->title,
                           qntc_confidence_name(finding->cause->confidence),
                           finding->client_address, finding->server_address, finding->server_port);
}

bool qntc_present_frame(const struct qntc_capture *capture, tvbuff_t *tvb, packet_info *pinfo,
                        proto_tree *tree)
{
    const GPtrArray *logons = qntc_capture_logons_of_frame(capture, pinfo->num);
    const GPtrArray *findings = qntc_capture_findings_of_frame(capture, pinfo->num);
    struct view frame = {tvb, pinfo, tree};
    for (guint i = 0; logons != NULL && i < logons->len; i++)
        present_logon(capture, &frame, g_ptr_array_index(logons, i));
    for (guint i = 0; findings != NULL && i < findings->len; i++)
        present_finding(&frame, g_ptr_array_index(findings, i));
    return logons != NULL || findings != NULL;
}
