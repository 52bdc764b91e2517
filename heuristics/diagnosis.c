/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks every cause of the vocabulary about one logon, and ranks what applies. What a cause needs
 * to know stands in its row (causes/); here is only what holds for all of them: the status that
 * names a cause, the ceiling, the doubt that a poor capture casts on the others, and the order.
 */
#include "diagnosis.h"

#include "causes/weigh.h"
#include "ibm_i.h"

#include <string.h>

/* The groups in the order of the vocabulary. */
static const struct qntc_cause *const groups[] = {
    qntc_causes_credentials, qntc_causes_policy,  qntc_causes_dialect,   qntc_causes_signing,
    qntc_causes_kerberos,    qntc_causes_after,   qntc_causes_transport, qntc_causes_ending,
    qntc_causes_collision,   qntc_causes_capture,
};

const struct qntc_cause *qntc_cause_at(unsigned index)
{
    for (size_t group = 0; group < G_N_ELEMENTS(groups); group++) {
        for (const struct qntc_cause *cause = groups[group]; cause->id != NULL; cause++) {
            if (index-- == 0)
                return cause;
        }
    }
    return NULL;
}

const struct qntc_cause *qntc_cause_by_id(const char *id)
{
    const struct qntc_cause *cause;
    for (unsigned i = 0; (cause = qntc_cause_at(i)) != NULL; i++) {
        if (g_strcmp0(cause->id, id) == 0)
            return cause;
    }
    return NULL;
}

static bool names_kerberos_code(const struct qntc_kerberos_code *codes, int code, unsigned origin)
{
    for (; codes != NULL && codes->code != 0; codes++) {
        if (codes->code == code && (codes->origins & origin) != 0)
            return true;
    }
    return false;
}

const struct qntc_cause *qntc_cause_of_kerberos_error(int code, enum qntc_kerberos_origin origin)
{
    for (const struct qntc_cause *cause = qntc_causes_kerberos; cause->id != NULL; cause++) {
        if (names_kerberos_code(cause->kerberos_codes, code, origin))
            return cause;
    }
    return qntc_cause_by_id("kerberos-refused");
}

/* Findings and their evidence. */

/* Makes a finding, used or not, one of that cause without confidence, evidence or advice. */
static void begin_finding(struct qntc_cause_finding *finding, const struct qntc_cause *cause)
{
    finding->cause = cause;
    finding->confidence = QNTC_CONFIDENCE_NONE;
    finding->basis = cause->basis;
    finding->explanation = cause->explanation;
    finding->advice_ibm_i = cause->advice_ibm_i;
    finding->advice_server = cause->advice_server;
    g_array_set_size(finding->evidence, 0);
    g_ptr_array_set_size(finding->advice, 0);
    g_string_chunk_clear(finding->text);
}

struct qntc_cause_finding *qntc_cause_finding_new(const struct qntc_cause *cause)
{
    struct qntc_cause_finding *finding = g_new0(struct qntc_cause_finding, 1);
    finding->evidence = g_array_new(FALSE, FALSE, sizeof(struct qntc_evidence));
    finding->advice = g_ptr_array_new();
    finding->text = g_string_chunk_new(512);
    begin_finding(finding, cause);
    return finding;
}

void qntc_cause_finding_free(void *data)
{
    struct qntc_cause_finding *finding = data;
    g_array_free(finding->evidence, TRUE);
    g_ptr_array_free(finding->advice, TRUE);
    g_string_chunk_free(finding->text);
    g_free(finding);
}

static bool has_evidence(const struct qntc_cause_finding *finding, uint32_t frame, const char *text)
{
    for (guint i = 0; i < finding->evidence->len; i++) {
        const struct qntc_evidence *known =
            &g_array_index(finding->evidence, struct qntc_evidence, i);
        if (known->frame == frame && g_str_equal(known->text, text))
            return true;
    }
    return false;
}

void qntc_evidence(struct qntc_cause_finding *finding, uint32_t frame, const char *format, ...)
{
    if (frame == 0)
        return;
    va_list arguments;
    va_start(arguments, format);
    char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    if (!has_evidence(finding, frame, text)) {
        struct qntc_evidence line = {frame, g_string_chunk_insert(finding->text, text)};
        g_array_append_val(finding->evidence, line);
    }
    g_free(text);
}

void qntc_advise(struct qntc_cause_finding *finding, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_ptr_array_add(finding->advice, g_string_chunk_insert(finding->text, text));
    g_free(text);
}

static int by_frame(const void *a, const void *b)
{
    const struct qntc_evidence *x = a;
    const struct qntc_evidence *y = b;
    return (x->frame > y->frame) - (x->frame < y->frame);
}

/* A line of one side's list that is for the client all the same begins with "CLIENT: ". */
static void add_lines(struct qntc_cause_finding *finding, const char *side,
                      const char *const *lines)
{
    static const char mark[] = "CLIENT: ";
    for (; lines != NULL && *lines != NULL; lines++) {
        bool for_client = g_str_has_prefix(*lines, mark);
        qntc_advise(finding, "%s: %s", for_client ? "Client" : side,
                    for_client ? *lines + strlen(mark) : *lines);
    }
}

void qntc_add_row_advice(struct qntc_cause_finding *finding, enum qntc_ibm_i_side ibm_i)
{
    if (ibm_i == QNTC_IBM_I_IS_SERVER) {
        add_lines(finding, "IBM i", finding->cause->advice_netserver);
        return;
    }
    add_lines(finding, ibm_i == QNTC_IBM_I_IS_CLIENT ? "IBM i" : "Client", finding->advice_ibm_i);
    add_lines(finding, "Server", finding->advice_server);
}

/* What a judgement may ask about the rows before its own. */

static bool explains(const struct qntc_cause_finding *finding)
{
    return finding->cause->basis != QNTC_BASIS_GENERAL &&
           finding->cause->basis != QNTC_BASIS_CAPTURE;
}

enum qntc_confidence qntc_case_best(const struct qntc_case *c)
{
    enum qntc_confidence best = QNTC_CONFIDENCE_NONE;
    for (guint i = 0; i < c->findings->len; i++) {
        const struct qntc_cause_finding *finding = g_ptr_array_index(c->findings, i);
        if (explains(finding))
            best = MAX(best, finding->confidence);
    }
    return best;
}

bool qntc_case_has_basis(const struct qntc_case *c, enum qntc_basis basis)
{
    for (guint i = 0; i < c->findings->len; i++) {
        const struct qntc_cause_finding *finding = g_ptr_array_index(c->findings, i);
        if (finding->cause->basis == basis)
            return true;
    }
    return false;
}

/* The status of the answer. */

static bool names_nt_status(const uint32_t *statuses, uint32_t code)
{
    for (; statuses != NULL && *statuses != 0; statuses++) {
        if (*statuses == code)
            return true;
    }
    return false;
}

static bool names_dos_pair(const struct qntc_dos_code *pair, const struct qntc_status *status)
{
    for (; pair != NULL && pair->error_class != 0; pair++) {
        if (qntc_status_is_dos(status, pair->error_class, pair->code))
            return true;
    }
    return false;
}

static bool names_status(const uint32_t *statuses, const struct qntc_dos_code *dos_codes,
                         const struct qntc_status *status)
{
    if (status->kind == QNTC_STATUS_NT)
        return names_nt_status(statuses, status->code);
    return status->kind == QNTC_STATUS_DOS && names_dos_pair(dos_codes, status);
}

bool qntc_cause_names_status(const struct qntc_cause *cause, const struct qntc_status *status)
{
    return names_status(cause->statuses, cause->dos_codes, status);
}

bool qntc_cause_names_event_status(const struct qntc_cause *cause, const struct qntc_status *status)
{
    return names_status(cause->event_statuses, cause->event_dos_codes, status);
}

/* A DOS pair may stand for several NT statuses ([MS-CIFS] 2.2.2.4), so for several causes. */
static bool is_ambiguous(const struct qntc_status *status)
{
    unsigned rows = 0;
    const struct qntc_cause *cause;
    for (unsigned i = 0; (cause = qntc_cause_at(i)) != NULL; i++)
        rows += qntc_cause_names_status(cause, status);
    return rows > 1;
}

static enum qntc_confidence confidence_by_status(const struct qntc_case *c,
                                                 const struct qntc_cause *cause)
{
    const struct qntc_logon *logon = c->logon;
    if (logon->outcome != QNTC_OUTCOME_REFUSED || logon->refused_at_negotiate)
        return QNTC_CONFIDENCE_NONE;
    if (!qntc_cause_names_status(cause, &logon->status))
        return QNTC_CONFIDENCE_NONE;
    return is_ambiguous(&logon->status) ? MIN(cause->by_status, QNTC_CONFIDENCE_LIKELY)
                                        : cause->by_status;
}

/* The KDC may say in its e-data what the status of an SMB answer would: the account's own state. */
static enum qntc_confidence confidence_by_kdc(const struct qntc_case *c,
                                              struct qntc_cause_finding *finding)
{
    enum qntc_confidence best = QNTC_CONFIDENCE_NONE;
    const GPtrArray *tickets = c->logon->tickets;
    for (guint i = 0; tickets != NULL && i < tickets->len; i++) {
        const struct qntc_ticket *ticket = g_ptr_array_index(tickets, i);
        if (ticket->nt_status != 0 && names_nt_status(finding->cause->statuses, ticket->nt_status))
            best = MAX(best, qntc_weigh_ticket(c, ticket, finding));
    }
    return best;
}

/*
 * The domain controller's own status, where its answer to the server can be read: it proves what it
 * names, if the server then refused without a reason, or for the same.
 */
static enum qntc_confidence confidence_by_controller(const struct qntc_case *c,
                                                     const struct qntc_cause *cause)
{
    const struct qntc_logon *logon = c->logon;
    struct qntc_status status = {.kind = QNTC_STATUS_NT, .code = logon->pass_through.status};
    if (!logon->pass_through.status_seen || logon->outcome != QNTC_OUTCOME_REFUSED ||
        !qntc_cause_names_status(cause, &status))
        return QNTC_CONFIDENCE_NONE;
    bool agree = qntc_is_vague(&logon->status) || qntc_cause_names_status(cause, &logon->status);
    return agree ? QNTC_CONFIDENCE_PROVEN : QNTC_CONFIDENCE_NONE;
}

/* Asking and ranking. */

static enum qntc_confidence judge_logon(const struct qntc_case *c, const struct qntc_cause *cause,
                                        struct qntc_cause_finding *finding)
{
    enum qntc_confidence by_controller = confidence_by_controller(c, cause);
    enum qntc_confidence confidence = MAX(confidence_by_status(c, cause), by_controller);
    if (confidence == QNTC_CONFIDENCE_NONE) {
        confidence = cause->judge != NULL ? cause->judge(c, finding) : QNTC_CONFIDENCE_NONE;
        return confidence != QNTC_CONFIDENCE_NONE ? confidence : confidence_by_kdc(c, finding);
    }
    qntc_evidence_result(c, finding);
    qntc_evidence_authenticate(c, finding);
    qntc_evidence_pass_through(c, finding);
    if (cause->add_evidence != NULL)
        cause->add_evidence(c, finding);
    if (by_controller != QNTC_CONFIDENCE_NONE && cause->explanation_of_controller != NULL)
        finding->explanation = cause->explanation_of_controller;
    return confidence;
}

static enum qntc_confidence judge_event(const struct qntc_case *c, const struct qntc_cause *cause,
                                        struct qntc_cause_finding *finding)
{
    if (!qntc_cause_names_event_status(cause, &c->event->status))
        return cause->judge_event != NULL ? cause->judge_event(c, finding) : QNTC_CONFIDENCE_NONE;
    qntc_evidence_event(c, finding);
    return cause->by_status;
}

/* Most rows do not apply: `spare` is the finding of the last such one, for the next. */
static void ask(struct qntc_case *c, const struct qntc_cause *cause,
                struct qntc_cause_finding **spare)
{
    struct qntc_cause_finding *finding = g_steal_pointer(spare);
    if (finding == NULL)
        finding = qntc_cause_finding_new(cause);
    else
        begin_finding(finding, cause);
    enum qntc_confidence confidence =
        c->event != NULL ? judge_event(c, cause, finding) : judge_logon(c, cause, finding);
    finding->confidence = MIN(confidence, cause->ceiling);
    if (finding->confidence == QNTC_CONFIDENCE_NONE) {
        *spare = finding;
        return;
    }
    qntc_add_row_advice(finding, c->ibm_i);
    g_array_sort(finding->evidence, by_frame);
    g_ptr_array_add(c->findings, finding);
}

static void ask_group(struct qntc_case *c, bool (*belongs)(enum qntc_basis basis))
{
    struct qntc_cause_finding *spare = NULL;
    for (size_t group = 0; group < G_N_ELEMENTS(groups); group++) {
        for (const struct qntc_cause *cause = groups[group]; cause->id != NULL; cause++) {
            if (belongs(cause->basis))
                ask(c, cause, &spare);
        }
    }
    if (spare != NULL)
        qntc_cause_finding_free(spare);
}

static bool is_general(enum qntc_basis basis)
{
    return basis == QNTC_BASIS_GENERAL;
}

static bool is_special(enum qntc_basis basis)
{
    return !is_general(basis);
}

static bool is_of_capture(enum qntc_basis basis)
{
    return basis == QNTC_BASIS_CAPTURE;
}

/* The general causes come after the others: they step back behind a better explanation. */
static void ask_all(struct qntc_case *c)
{
    ask_group(c, is_special);
    ask_group(c, is_general);
}

/* An end that is not in the capture has no cause but the capture itself. */
static void ask_capture(struct qntc_case *c)
{
    ask_group(c, is_of_capture);
}

static bool capture_hides_what_decides(const struct qntc_case *c)
{
    for (guint i = 0; i < c->findings->len; i++) {
        const struct qntc_cause_finding *finding = g_ptr_array_index(c->findings, i);
        bool certain = finding->confidence >= QNTC_CONFIDENCE_LIKELY;
        if (finding->cause->basis == QNTC_BASIS_CAPTURE && certain)
            return true;
    }
    return false;
}

/*
 * Where the part that decides is missing, what was compared and what is only the plain reading is
 * possible at most. A status that was captured, and a response that was recomputed, are whole.
 */
static void doubt(struct qntc_case *c)
{
    if (!capture_hides_what_decides(c))
        return;
    for (guint i = 0; i < c->findings->len; i++) {
        struct qntc_cause_finding *finding = g_ptr_array_index(c->findings, i);
        enum qntc_basis basis = finding->cause->basis;
        if (basis == QNTC_BASIS_COMPARED || basis == QNTC_BASIS_GENERAL)
            finding->confidence = MIN(finding->confidence, QNTC_CONFIDENCE_POSSIBLE);
    }
}

/* The rows were asked in the order of the vocabulary and g_ptr_array_sort is stable. */
static int by_rank(const void *a, const void *b)
{
    const struct qntc_cause_finding *x = *(struct qntc_cause_finding *const *)a;
    const struct qntc_cause_finding *y = *(struct qntc_cause_finding *const *)b;
    if (x->confidence != y->confidence)
        return x->confidence > y->confidence ? -1 : 1;
    return (x->basis > y->basis) - (x->basis < y->basis);
}

/* The pair that CPDB053 shows. The client's own leaving, and an end not seen, yield none. */
static struct qntc_cpdb053 cpdb053_of(const struct qntc_logon *logon)
{
    const struct qntc_negotiate *negotiate = &logon->connection->negotiate;
    bool smb1 = negotiate->dialect == QNTC_DIALECT_SMB1 ||
                (negotiate->dialect == QNTC_DIALECT_UNKNOWN && !negotiate->offers_smb2 &&
                 negotiate->offers_smb1);
    switch (logon->outcome) {
    case QNTC_OUTCOME_REFUSED:
        return qntc_cpdb053_of_status(&logon->status, smb1);
    case QNTC_OUTCOME_CLOSED:
        return qntc_cpdb053_of_errno(QNTC_ECONNRESET);
    case QNTC_OUTCOME_UNANSWERED:
        return qntc_cpdb053_of_errno(QNTC_ETIMEDOUT);
    default:
        return (struct qntc_cpdb053){.known = false};
    }
}

/* What the user says beats what it looks like; a client that is one is the case QNTC. */
static enum qntc_ibm_i_side ibm_i_side(const struct qntc_capture *capture,
                                       const struct qntc_logon *logon)
{
    enum qntc_ibm_i client = qntc_client_is_ibm_i(capture, logon);
    enum qntc_ibm_i server = qntc_server_is_ibm_i(capture, logon);
    if (client == QNTC_IBM_I_UNKNOWN && server == QNTC_IBM_I_UNKNOWN)
        return QNTC_IBM_I_SIDE_UNKNOWN;
    return client >= server ? QNTC_IBM_I_IS_CLIENT : QNTC_IBM_I_IS_SERVER;
}

struct qntc_diagnosis *qntc_diagnose(const struct qntc_capture *capture,
                                     const struct qntc_logon *logon)
{
    struct qntc_diagnosis *diagnosis = g_new0(struct qntc_diagnosis, 1);
    diagnosis->ibm_i = ibm_i_side(capture, logon);
    diagnosis->logon = logon;
    diagnosis->outcome = logon->outcome;
    if (diagnosis->ibm_i != QNTC_IBM_I_IS_SERVER)
        diagnosis->cpdb053 = cpdb053_of(logon);
    diagnosis->causes = g_ptr_array_new_with_free_func(qntc_cause_finding_free);
    struct qntc_case c = {capture, logon, NULL, diagnosis->ibm_i, diagnosis->causes};
    if (qntc_has_worked(logon))
        return diagnosis;
    if (logon->outcome == QNTC_OUTCOME_UNKNOWN)
        ask_capture(&c);
    else
        ask_all(&c);
    doubt(&c);
    g_ptr_array_sort(diagnosis->causes, by_rank);
    return diagnosis;
}

GPtrArray *qntc_diagnose_event(const struct qntc_capture *capture, const struct qntc_logon *logon,
                               const struct qntc_event *event)
{
    GPtrArray *findings = g_ptr_array_new_with_free_func(qntc_cause_finding_free);
    struct qntc_case c = {capture, logon, event, ibm_i_side(capture, logon), findings};
    /* A client that asked for a DFS referral has lost nothing, whatever the status. */
    if (!qntc_status_is_success(&event->status) && event->referral_frame == 0)
        ask_all(&c);
    g_ptr_array_sort(findings, by_rank);
    return findings;
}

void qntc_diagnosis_free(struct qntc_diagnosis *diagnosis)
{
    if (diagnosis == NULL)
        return;
    g_ptr_array_free(diagnosis->causes, TRUE);
    g_free(diagnosis);
}

/* The words of the vocabulary; NULL where the value has none. */

#define NAME_OF(table, value)                                                                      \
    ((size_t)(value) < G_N_ELEMENTS(table) ? (table)[(size_t)(value)] : NULL)

const char *qntc_outcome_name(enum qntc_outcome outcome)
{
    static const char *const names[] = {
        [QNTC_OUTCOME_UNKNOWN] = "unknown",       [QNTC_OUTCOME_SUCCESS] = "success",
        [QNTC_OUTCOME_GUEST] = "guest",           [QNTC_OUTCOME_ANONYMOUS] = "anonymous",
        [QNTC_OUTCOME_REFUSED] = "refused",       [QNTC_OUTCOME_CLOSED] = "closed",
        [QNTC_OUTCOME_UNANSWERED] = "unanswered", [QNTC_OUTCOME_ABANDONED] = "abandoned",
    };
    return NAME_OF(names, outcome);
}

const char *qntc_confidence_name(enum qntc_confidence confidence)
{
    static const char *const names[] = {
        [QNTC_CONFIDENCE_POSSIBLE] = "possible",
        [QNTC_CONFIDENCE_LIKELY] = "likely",
        [QNTC_CONFIDENCE_PROVEN] = "proven",
    };
    return NAME_OF(names, confidence);
}

const char *qntc_dialect_name(enum qntc_dialect dialect)
{
    static const char *const names[] = {
        [QNTC_DIALECT_SMB1] = "SMB1", [QNTC_DIALECT_202] = "2.0.2", [QNTC_DIALECT_210] = "2.1",
        [QNTC_DIALECT_300] = "3.0",   [QNTC_DIALECT_302] = "3.0.2", [QNTC_DIALECT_311] = "3.1.1",
    };
    return NAME_OF(names, dialect);
}

const char *qntc_mechanism_name(enum qntc_mechanism mechanism)
{
    static const char *const names[] = {
        [QNTC_MECHANISM_NTLMSSP] = "NTLMSSP", [QNTC_MECHANISM_KERBEROS] = "Kerberos",
        [QNTC_MECHANISM_NTLM] = "NTLM",       [QNTC_MECHANISM_SHARE_LEVEL] = "share-level",
        [QNTC_MECHANISM_NEGOEX] = "NEGOEX",   [QNTC_MECHANISM_OTHER] = "other",
    };
    return NAME_OF(names, mechanism);
}

const char *qntc_ntlm_name(enum qntc_ntlm version)
{
    static const char *const names[] = {
        [QNTC_NTLM_LM] = "LM",
        [QNTC_NTLM_V1] = "NTLMv1",
        [QNTC_NTLM_V1_ESS] = "NTLMv1+ESS",
        [QNTC_NTLM_V2] = "NTLMv2",
        [QNTC_NTLM_ANONYMOUS] = "anonymous",
        [QNTC_NTLM_PLAINTEXT] = "plaintext",
    };
    return NAME_OF(names, version);
}

const char *qntc_signing_name(enum qntc_signing signing)
{
    static const char *const names[] = {
        [QNTC_SIGNING_UNKNOWN] = "unknown",
        [QNTC_SIGNING_OFF] = "off",
        [QNTC_SIGNING_ENABLED] = "enabled",
        [QNTC_SIGNING_REQUIRED] = "required",
    };
    return NAME_OF(names, signing);
}

const char *qntc_password_name(enum qntc_password password)
{
    static const char *const names[] = {
        [QNTC_PASSWORD_AS_TYPED] = "as-typed",     [QNTC_PASSWORD_LOWER_CASE] = "lower-case",
        [QNTC_PASSWORD_UPPER_CASE] = "upper-case", [QNTC_PASSWORD_EMPTY] = "empty",
        [QNTC_PASSWORD_DIFFERS] = "differs",
    };
    return NAME_OF(names, password);
}
