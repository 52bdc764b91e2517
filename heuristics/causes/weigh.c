/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What several groups of causes ask about a logon, and the evidence that they have in common.
 */
#include "weigh.h"

#include "diagnosis.h"
#include "finding.h"
#include "ticket.h"

bool qntc_has_worked(const struct qntc_logon *logon)
{
    return logon->outcome == QNTC_OUTCOME_SUCCESS || logon->outcome == QNTC_OUTCOME_GUEST ||
           logon->outcome == QNTC_OUTCOME_ANONYMOUS;
}

bool qntc_is_ntlm(const struct qntc_logon *logon)
{
    return logon->mechanism == QNTC_MECHANISM_NTLMSSP || logon->mechanism == QNTC_MECHANISM_NTLM;
}

bool qntc_ended_before_challenge(const struct qntc_logon *logon)
{
    bool whole = !logon->request_missing && !logon->response_missing && logon->truncated_frame == 0;
    bool first_leg = logon->ntlm.negotiate_frame != 0 && logon->ntlm.challenge_frame == 0 &&
                     logon->ntlm.authenticate_frame == 0 && logon->authenticate_frame == 0;
    return whole && first_leg;
}

bool qntc_is_logon_failure(const struct qntc_status *status)
{
    return qntc_status_is(status, QNTC_STATUS_LOGON_FAILURE) ||
           qntc_status_is_dos(status, QNTC_ERRDOS, 5) || qntc_status_is_dos(status, QNTC_ERRSRV, 2);
}

bool qntc_is_vague(const struct qntc_status *status)
{
    return qntc_is_logon_failure(status) || qntc_status_is(status, QNTC_STATUS_ACCESS_DENIED) ||
           qntc_status_is_more_processing(status) || status->kind == QNTC_STATUS_NONE;
}

bool qntc_has_no_credentials(const struct qntc_logon *logon)
{
    if (!qntc_is_ntlm(logon) || logon->ntlm.version == QNTC_NTLM_PLAINTEXT)
        return false;
    if (logon->ntlm.version == QNTC_NTLM_ANONYMOUS)
        return true;
    if (logon->user == NULL)
        return false;
    /* An anonymous client sends no NT response, and one zero byte or none as LM. */
    bool no_responses = logon->ntlm.nt_length == 0 && logon->ntlm.lm_length >= 0 &&
                        logon->ntlm.lm_length <= 1 && logon->authenticate_frame != 0;
    return logon->user[0] == '\0' || no_responses;
}

enum qntc_membership qntc_server_membership(const struct qntc_logon *logon)
{
    const struct qntc_ntlm_exchange *ntlm = &logon->ntlm;
    if (ntlm->nb_computer == NULL || ntlm->nb_domain == NULL)
        return QNTC_MEMBERSHIP_UNKNOWN;
    return qntc_same_name(ntlm->nb_computer, ntlm->nb_domain) ? QNTC_STAND_ALONE
                                                              : QNTC_DOMAIN_MEMBER;
}

bool qntc_server_has_name(const struct qntc_logon *logon, const char *name)
{
    const struct qntc_ntlm_exchange *ntlm = &logon->ntlm;
    const struct qntc_negotiate *negotiate = &logon->connection->negotiate;
    return qntc_same_name(name, ntlm->nb_domain) || qntc_same_name(name, ntlm->nb_computer) ||
           qntc_same_name(name, ntlm->dns_domain) || qntc_same_name(name, ntlm->dns_computer) ||
           qntc_same_name(name, ntlm->target_name) ||
           qntc_same_name(name, negotiate->domain_name) ||
           qntc_same_name(name, negotiate->server_name);
}

bool qntc_same_way(const struct qntc_logon *a, const struct qntc_logon *b)
{
    const struct qntc_connection *x = a->connection;
    const struct qntc_connection *y = b->connection;
    return x->client_address != NULL && g_strcmp0(x->client_address, y->client_address) == 0 &&
           a->mechanism == b->mechanism && x->negotiate.dialect == y->negotiate.dialect &&
           a->password == b->password;
}

bool qntc_same_domain(const struct qntc_logon *a, const struct qntc_logon *b)
{
    return qntc_same_name(a->domain != NULL ? a->domain : "", b->domain != NULL ? b->domain : "");
}

const char *qntc_last_request(const struct qntc_logon *logon)
{
    if (logon->first_setup_frame == 0 && logon->authenticate_frame == 0)
        return logon->setup_seen ? "SESSION_SETUP" : "NEGOTIATE";
    if (logon->mechanism == QNTC_MECHANISM_KERBEROS && logon->kerberos.ap_req_frame != 0)
        return "Kerberos ticket";
    if (logon->mechanism != QNTC_MECHANISM_NTLMSSP)
        return "SESSION_SETUP";
    if (logon->ntlm.authenticate_frame != 0)
        return "AUTHENTICATE_MESSAGE";
    return logon->ntlm.challenge_frame == 0 ? "NEGOTIATE_MESSAGE" : "SESSION_SETUP";
}

/* The client's own ticket is needed everywhere; that of a service may have been for another one. */
static bool is_surely_of_logon(const struct qntc_logon *logon, const struct qntc_ticket *ticket)
{
    return !ticket->tgs || ticket->first_request_frame > logon->connection->negotiate.request_frame;
}

enum qntc_confidence qntc_weigh_ticket(const struct qntc_case *c, const struct qntc_ticket *ticket,
                                       struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    if (!qntc_ticket_failed(ticket) || logon->kerberos.ap_req_frame != 0 ||
        !qntc_ticket_is_of_user(ticket, logon->user))
        return QNTC_CONFIDENCE_NONE;
    char *text = qntc_ticket_evidence(ticket);
    uint32_t frame = ticket->answer_frame != 0 ? ticket->answer_frame : ticket->last_request_frame;
    qntc_evidence(finding, frame, "%s", text);
    g_free(text);
    if (logon->outcome == QNTC_OUTCOME_ABANDONED && logon->authenticate_frame == 0 &&
        logon->ntlm.negotiate_frame == 0 && is_surely_of_logon(logon, ticket)) {
        qntc_evidence_close(c, finding);
        return QNTC_CONFIDENCE_LIKELY;
    }
    finding->basis = QNTC_BASIS_EARLIER;
    return QNTC_CONFIDENCE_POSSIBLE;
}

void qntc_evidence_result(const struct qntc_case *c, struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    const struct qntc_negotiate *negotiate = &logon->connection->negotiate;
    char buffer[32];
    const char *name = qntc_status_name(&logon->status, buffer, sizeof buffer);
    const char *meaning = qntc_status_meaning(&logon->status);
    const char *request = logon->refused_at_negotiate ? "NEGOTIATE" : qntc_last_request(logon);
    if (logon->refused_at_negotiate && negotiate->no_dialect_chosen) {
        qntc_evidence(finding, logon->result_frame,
                      "NEGOTIATE: the server takes none of the client's dialects (index 0xFFFF)");
    } else if (name != NULL) {
        qntc_evidence(finding, logon->result_frame, "the server answers %s to the %s%s%s", name,
                      request, meaning != NULL ? ": " : "", meaning != NULL ? meaning : "");
    }
    if (logon->kerberos.error_frame != 0) {
        const char *error = qntc_kerberos_error_name(logon->kerberos.error_code);
        qntc_evidence(finding, logon->kerberos.error_frame,
                      "the server's token is KRB-ERROR %d%s%s", logon->kerberos.error_code,
                      error != NULL ? ", " : "", error != NULL ? error : "");
    }
}

/* ", domain CORP", ", domain empty", or nothing where it was not seen. */
static void append_name(GString *text, const char *what, const char *name)
{
    if (name == NULL)
        return;
    if (name[0] == '\0')
        g_string_append_printf(text, ", %s empty", what);
    else
        g_string_append_printf(text, ", %s %s", what, name);
}

void qntc_evidence_authenticate(const struct qntc_case *c, struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    const char *version = qntc_ntlm_name(logon->ntlm.version);
    GString *text = g_string_new("");
    append_name(text, "user", logon->user);
    append_name(text, "domain", logon->domain);
    append_name(text, "workstation", logon->workstation);
    if (version != NULL)
        g_string_append_printf(text, ", %s", version);
    if (text->len > 0) {
        bool message = logon->mechanism == QNTC_MECHANISM_NTLMSSP;
        qntc_evidence(finding, logon->authenticate_frame, "%s: %s",
                      message ? "AUTHENTICATE_MESSAGE" : "SESSION_SETUP", text->str + 2);
    }
    g_string_free(text, TRUE);
}

void qntc_evidence_ticket(const struct qntc_case *c, struct qntc_cause_finding *finding)
{
    const struct qntc_kerberos_exchange *kerberos = &c->logon->kerberos;
    GString *text = g_string_new("the client's ticket");
    if (kerberos->service != NULL)
        g_string_append_printf(text, " for %s", kerberos->service);
    if (kerberos->realm != NULL)
        g_string_append_printf(text, ", realm %s", kerberos->realm);
    if (kerberos->ticket_etype != 0)
        g_string_append_printf(text, ", encryption type %d", kerberos->ticket_etype);
    if (kerberos->ticket_kvno != 0)
        g_string_append_printf(text, ", key version %d", kerberos->ticket_kvno);
    qntc_evidence(finding, kerberos->ap_req_frame, "%s", text->str);
    g_string_free(text, TRUE);
}

/* SMB1 without extended security: the names stand in the NEGOTIATE answer, and say little. */
static void evidence_smb1_names(const struct qntc_negotiate *negotiate,
                                struct qntc_cause_finding *finding)
{
    const char *domain = negotiate->domain_name;
    const char *server = negotiate->server_name;
    if (domain == NULL || domain[0] == '\0')
        return;
    bool named = server != NULL && server[0] != '\0';
    qntc_evidence(finding, negotiate->response_frame,
                  "NEGOTIATE: the server names the domain or workgroup %s%s%s", domain,
                  named ? " and itself " : "", named ? server : "");
}

void qntc_evidence_challenge(const struct qntc_case *c, struct qntc_cause_finding *finding)
{
    const struct qntc_ntlm_exchange *ntlm = &c->logon->ntlm;
    switch (qntc_server_membership(c->logon)) {
    case QNTC_DOMAIN_MEMBER:
        qntc_evidence(finding, ntlm->challenge_frame,
                      "CHALLENGE_MESSAGE: the server is %s in domain %s%s%s", ntlm->nb_computer,
                      ntlm->nb_domain, ntlm->dns_domain != NULL ? ", DNS " : "",
                      ntlm->dns_domain != NULL ? ntlm->dns_domain : "");
        break;
    case QNTC_STAND_ALONE:
        qntc_evidence(finding, ntlm->challenge_frame,
                      "CHALLENGE_MESSAGE: the server is %s and names no domain beside itself "
                      "(stand-alone)",
                      ntlm->nb_computer);
        break;
    default:
        if (ntlm->target_name != NULL && ntlm->target_name[0] != '\0') {
            qntc_evidence(finding, ntlm->challenge_frame, "CHALLENGE_MESSAGE: the server names %s",
                          ntlm->target_name);
        }
        evidence_smb1_names(&c->logon->connection->negotiate, finding);
        break;
    }
}

/* [MS-SMB2] 2.2.3: dialect revisions as they are written. */
static const char *revision_name(uint16_t revision)
{
    static const struct {
        uint16_t revision;
        const char *name;
    } table[] = {
        {0x0202, "2.0.2"}, {0x0210, "2.1"},   {0x02FF, "2.???"},
        {0x0300, "3.0"},   {0x0302, "3.0.2"}, {0x0311, "3.1.1"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        if (table[i].revision == revision)
            return table[i].name;
    }
    return NULL;
}

char *qntc_mechanism_list(unsigned mechanisms)
{
    static const struct {
        unsigned bit;
        const char *name;
    } table[] = {
        {QNTC_OFFERS_KERBEROS, ", Kerberos"},
        {QNTC_OFFERS_NTLMSSP, ", NTLMSSP"},
        {QNTC_OFFERS_NEGOEX, ", NEGOEX"},
        {QNTC_OFFERS_OTHER, ", another mechanism"},
    };
    GString *list = g_string_new("");
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        if (mechanisms & table[i].bit)
            g_string_append(list, table[i].name);
    }
    char *text = g_strdup(list->len > 0 ? list->str + 2 : "nothing");
    g_string_free(list, TRUE);
    return text;
}

char *qntc_dialect_list(const struct qntc_negotiate *negotiate)
{
    GString *text = g_string_new("");
    if (negotiate->offers_smb1)
        g_string_append(text, negotiate->offers_nt_lm_012 ? ", SMB1" : ", SMB1 (no NT LM 0.12)");
    for (unsigned i = 0; i < negotiate->dialect_count && i < QNTC_MAX_DIALECTS; i++) {
        const char *name = revision_name(negotiate->dialects[i]);
        if (name != NULL)
            g_string_append_printf(text, ", %s", name);
        else
            g_string_append_printf(text, ", 0x%04X", negotiate->dialects[i]);
    }
    if (negotiate->offers_smb2 && negotiate->dialect_count == 0)
        g_string_append(text, negotiate->offers_smb1 ? ", SMB2" : ", SMB2 (no dialect seen)");
    char *list = g_strdup(text->len > 0 ? text->str + 2 : "no dialect");
    g_string_free(text, TRUE);
    return list;
}

void qntc_evidence_offer(const struct qntc_case *c, struct qntc_cause_finding *finding)
{
    const struct qntc_negotiate *negotiate = &c->logon->connection->negotiate;
    char *list = qntc_dialect_list(negotiate);
    qntc_evidence(finding, negotiate->request_frame, "NEGOTIATE: the client offers %s", list);
    g_free(list);
}

void qntc_evidence_close(const struct qntc_case *c, struct qntc_cause_finding *finding)
{
    const struct qntc_connection *connection = c->logon->connection;
    qntc_evidence(finding, connection->close_frame, "the %s %s",
                  connection->closed_by == QNTC_SERVER ? "server" : "client",
                  connection->closed_by_reset ? "resets the connection (RST)"
                                              : "closes the connection (FIN)");
}

char *qntc_duration(qntc_time duration)
{
    if (duration < G_USEC_PER_SEC)
        return g_strdup_printf("%" G_GINT64_FORMAT " ms", (gint64)(duration + 500) / 1000);
    return g_strdup_printf("%.1f s", (double)duration / (double)G_USEC_PER_SEC);
}

/* [MS-NRPC] 3.5.4.5 */
const char *qntc_netlogon_call_name(unsigned opnum)
{
    static const struct {
        unsigned opnum;
        const char *name;
    } calls[] = {
        {2, "NetrLogonSamLogon"},
        {39, "NetrLogonSamLogonEx"},
        {45, "NetrLogonSamLogonWithFlags"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(calls); i++) {
        if (calls[i].opnum == opnum)
            return calls[i].name;
    }
    return "netlogon";
}

/* " after 340 ms", or nothing where a time is not known. */
static char *after_duration(qntc_time from, qntc_time until)
{
    if (from == QNTC_TIME_UNKNOWN || until == QNTC_TIME_UNKNOWN || until < from)
        return g_strdup("");
    char *duration = qntc_duration(until - from);
    char *text = g_strdup_printf(" after %s", duration);
    g_free(duration);
    return text;
}

void qntc_evidence_pass_through(const struct qntc_case *c, struct qntc_cause_finding *finding)
{
    const struct qntc_pass_through *asked = &c->logon->pass_through;
    if (asked->request_frame == 0)
        return;
    bool answered = asked->answer_frame != 0;
    qntc_evidence(finding, asked->request_frame, "the server asks the domain controller %s (%s)%s",
                  asked->dc_address, qntc_netlogon_call_name(asked->opnum),
                  answered ? "" : ": no answer in the capture");
    if (!answered)
        return;
    struct qntc_status status = {.kind = QNTC_STATUS_NT, .code = asked->status};
    char buffer[32];
    char *after = after_duration(asked->request_time, asked->answer_time);
    if (asked->status_seen) {
        qntc_evidence(finding, asked->answer_frame, "the domain controller answers%s: %s", after,
                      qntc_status_name(&status, buffer, sizeof buffer));
    } else {
        qntc_evidence(finding, asked->answer_frame, "the domain controller answers%s; %s", after,
                      asked->sealed ? "what it says is sealed" : "what it says cannot be read");
    }
    g_free(after);
}

/* What a server meets that asks for its domain, in words that follow "the server". */
static const struct {
    const char *id;
    const char *words;
} troubles[] = {
    {"port-closed", "cannot connect to"},
    {"no-answer", "gets no connection to"},
    {"host-unreachable", "cannot reach"},
    {"kdc-unreachable", "gets no Kerberos answer from"},
};

static const char *words_of_trouble(const struct qntc_finding *finding)
{
    for (size_t i = 0; i < G_N_ELEMENTS(troubles); i++) {
        if (g_str_equal(troubles[i].id, finding->cause->cause->id))
            return troubles[i].words;
    }
    return NULL;
}

unsigned qntc_evidence_trouble(const struct qntc_case *c, struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    struct qntc_encounter met[8];
    unsigned shown = 0;
    if (logon->authenticate_frame == 0 || !qntc_is_ntlm(logon))
        return 0;
    unsigned count = qntc_capture_encounters(c->capture, logon->connection->server_address,
                                             logon->authenticate_frame, logon->end_frame, met,
                                             G_N_ELEMENTS(met));
    for (unsigned i = 0; i < count; i++) {
        const char *words = words_of_trouble(met[i].finding);
        bool with_client =
            g_strcmp0(met[i].finding->server_address, logon->connection->client_address) == 0;
        if (words == NULL || with_client)
            continue;
        qntc_evidence(finding, met[i].frame, "while the logon waits, the server %s %s port %u (%s)",
                      words, met[i].finding->server_address, met[i].finding->server_port,
                      met[i].finding->cause->cause->id);
        shown++;
    }
    return shown;
}

void qntc_evidence_event(const struct qntc_case *c, struct qntc_cause_finding *finding)
{
    const struct qntc_event *event = c->event;
    const struct qntc_connection *connection = c->logon->connection;
    if (event->request == NULL) {
        qntc_evidence(finding, event->frame, "the %s ends the connection with %s",
                      connection->closed_by == QNTC_CLIENT ? "client" : "server",
                      connection->closed_by_reset ? "RST" : "FIN");
        return;
    }
    char buffer[32];
    qntc_evidence(finding, event->frame, "the server answers %s to %s%s%s",
                  qntc_status_name(&event->status, buffer, sizeof buffer), event->request,
                  event->share != NULL ? " of share " : "",
                  event->share != NULL ? event->share : "");
}

bool qntc_client_cannot_encrypt(const struct qntc_logon *logon)
{
    const struct qntc_negotiate *negotiate = &logon->connection->negotiate;
    bool offers = (negotiate->client_capabilities & 0x40) != 0; /* SMB2_GLOBAL_CAP_ENCRYPTION */
    switch (negotiate->dialect) {
    case QNTC_DIALECT_SMB1:
    case QNTC_DIALECT_202:
    case QNTC_DIALECT_210:
        return true;
    case QNTC_DIALECT_300:
    case QNTC_DIALECT_302:
        return negotiate->client_capabilities_seen && !offers;
    case QNTC_DIALECT_311:
        return negotiate->request_frame != 0 && logon->truncated_frame == 0 &&
               !negotiate->client_offers_ciphers;
    case QNTC_DIALECT_UNKNOWN:
        break;
    }
    return false;
}

bool qntc_is_refused_tree(const struct qntc_event *event)
{
    bool denied = qntc_status_is(&event->status, QNTC_STATUS_ACCESS_DENIED) ||
                  qntc_status_is_dos(&event->status, QNTC_ERRDOS, 5) ||
                  qntc_status_is_dos(&event->status, QNTC_ERRSRV, 4);
    return denied && g_strcmp0(event->request, "TREE_CONNECT") == 0;
}
