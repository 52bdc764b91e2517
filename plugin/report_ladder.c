/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Draws a logon. First its facts become a list of steps, sorted by frame: who to whom, and in which
 * words. Then each step becomes a line, with an arrow between the columns of its hosts, and the
 * words beside it. Only hosts that the capture shows have a column.
 */
#include "report_ladder.h"

#include <inttypes.h>
#include <string.h>

#include "causes/weigh.h"
#include "diagnosis.h"
#include "kerberos_error.h"
#include "report.h"
#include "terminal.h"

#define PAGE_WIDTH 100
#define MARGIN 30     /* of the first column: behind step, frame and time */
#define LANE_WIDTH 10 /* from column to column */
#define MAX_EVENTS 20 /* shown of what came after the logon */
#define NETBIOS_SESSION 139

/* Columns, from left to right: a client's way to its KDC crosses no other. */
enum lane { KDC, CLIENT, SERVER, CONTROLLER, LANES };

static const char *const roles[LANES] = {"KDC", "client", "server", "DC"};

enum mark { DONE, FAILED, MISSING };

static const char *const marks[] = {"", "-- failed: ", "-- missing: "};

struct step {
    unsigned number; /* of [MS-AUTHSOD] 3.3.2; 0: none */
    uint32_t frame;  /* where it belongs among the others */
    qntc_time time;
    enum lane from;
    enum lane to;
    enum mark mark; /* a step that is missing has no frame and time of its own */
    char *text;
};

struct ladder {
    const struct qntc_logon *logon;
    GArray *steps;                /* struct step */
    const char *addresses[LANES]; /* NULL: no column */
    unsigned columns[LANES];
    unsigned text_column;
    qntc_time begin; /* of the first step */
};

/* ---------------------------------------------------------------------------------------- steps */

static void clear_step(gpointer step)
{
    g_free(((struct step *)step)->text);
}

/* Takes the text over. */
static void add(struct ladder *ladder, struct step step, char *text)
{
    step.text = text;
    g_array_append_val(ladder->steps, step);
}

/* Of an SMB message of the logon, or of its connection's NEGOTIATE. */
static qntc_time time_of(const struct qntc_logon *logon, uint32_t frame)
{
    const struct qntc_negotiate *negotiate = &logon->connection->negotiate;
    if (frame == negotiate->response_frame)
        return negotiate->response_time;
    if (frame == negotiate->request_frame)
        return negotiate->request_time;
    for (guint i = 0; logon->times != NULL && i < logon->times->len; i++) {
        const struct qntc_frame_time *known =
            &g_array_index(logon->times, struct qntc_frame_time, i);
        if (known->frame == frame)
            return known->time;
    }
    return QNTC_TIME_UNKNOWN;
}

/* A message of the client, or of the server; frame 0 was not seen, and is left out. */
static void add_message(struct ladder *ladder, unsigned number, uint32_t frame, enum lane from,
                        enum mark mark, char *text)
{
    if (frame == 0) {
        g_free(text);
        return;
    }
    struct step step = {.number = number,
                        .frame = frame,
                        .time = time_of(ladder->logon, frame),
                        .from = from,
                        .to = from == CLIENT ? SERVER : CLIENT,
                        .mark = mark};
    add(ladder, step, text);
}

/* A message that must have been there before `frame`. */
static void add_unseen(struct ladder *ladder, unsigned number, uint32_t frame, enum lane from,
                       const char *message)
{
    struct step step = {.number = number,
                        .frame = frame,
                        .time = QNTC_TIME_UNKNOWN,
                        .from = from,
                        .to = from == CLIENT ? SERVER : CLIENT,
                        .mark = MISSING};
    add(ladder, step, g_strdup_printf("%s is not in the capture", message));
}

/* -------------------------------------------------------------------- the connection, NEGOTIATE */

static void add_opening(struct ladder *ladder)
{
    const struct qntc_connection *connection = ladder->logon->connection;
    unsigned count = 0;
    while (count < QNTC_MAX_OPENING_FRAMES && connection->opening_frames[count] != 0)
        count++;
    if (count == 0)
        return;
    struct step step = {.frame = connection->opening_frames[0],
                        .time = connection->opening_time,
                        .from = CLIENT,
                        .to = SERVER};
    bool netbios = connection->server_port == NETBIOS_SESSION;
    add(ladder, step,
        g_strdup_printf("TCP connection%s (%u frame%s)", netbios ? ", NetBIOS session" : "", count,
                        count == 1 ? "" : "s"));
}

static void append_status(GString *text, const struct qntc_status *status)
{
    char buffer[32];
    const char *name = qntc_status_name(status, buffer, sizeof buffer);
    g_string_append(text, name != NULL ? name : "an answer without a status");
    if (name != NULL && status->kind == QNTC_STATUS_NT && status->code != 0 &&
        !g_str_has_prefix(name, "0x"))
        g_string_append_printf(text, " (0x%08" PRIX32 ")", status->code);
}

/* "SMB 2.1; the server offers Kerberos, NTLMSSP" */
static char *words_of_agreement(const struct qntc_negotiate *negotiate)
{
    const char *dialect = qntc_dialect_name(negotiate->dialect);
    GString *text = g_string_new("NEGOTIATE: ");
    bool smb1 = negotiate->dialect == QNTC_DIALECT_SMB1;
    if (dialect == NULL)
        g_string_append(text, "no dialect seen");
    else
        g_string_append_printf(text, "%s%s", smb1 ? "" : "SMB ", dialect);
    if (negotiate->share_level)
        g_string_append(text, ", share-level security");
    else if (smb1 && negotiate->challenge_seen)
        g_string_append(text, ", no extended security: the challenge is in it");
    if (negotiate->mechanisms_seen) {
        char *list = qntc_mechanism_list(negotiate->mechanisms);
        g_string_append_printf(text, "; offers %s", list);
        g_free(list);
    }
    return g_string_free(text, FALSE);
}

static char *words_of_refused_negotiate(const struct qntc_logon *logon)
{
    GString *text = g_string_new("NEGOTIATE: ");
    if (logon->connection->negotiate.no_dialect_chosen)
        g_string_append(text, "none of the client's dialects (index 0xFFFF)");
    else
        append_status(text, &logon->connection->negotiate.status);
    return g_string_free(text, FALSE);
}

static void add_negotiate(struct ladder *ladder)
{
    const struct qntc_logon *logon = ladder->logon;
    const struct qntc_negotiate *negotiate = &logon->connection->negotiate;
    char *offer = qntc_dialect_list(negotiate);
    if (negotiate->request_frame == 0 && negotiate->response_frame != 0)
        add_unseen(ladder, 1, negotiate->response_frame, CLIENT, "the client's NEGOTIATE");
    add_message(ladder, 1, negotiate->request_frame, CLIENT, DONE,
                g_strdup_printf("NEGOTIATE: offers %s", offer));
    if (logon->refused_at_negotiate)
        add_message(ladder, 2, negotiate->response_frame, SERVER, FAILED,
                    words_of_refused_negotiate(logon));
    else
        add_message(ladder, 2, negotiate->response_frame, SERVER, DONE,
                    words_of_agreement(negotiate));
    if (negotiate->response_frame == 0 && negotiate->request_frame != 0 && logon->setup_seen)
        add_unseen(ladder, 2, MAX(logon->first_setup_frame, negotiate->request_frame + 1), SERVER,
                   "the answer to NEGOTIATE");
    g_free(offer);
}

/* ----------------------------------------------------------------------------- tickets of a KDC */

/* [RFC3961], [RFC3962], [RFC8009], [RFC4757]: what a ticket is encrypted with. */
static void append_encryption(GString *text, int etype)
{
    static const struct {
        int etype;
        const char *name;
    } names[] = {
        {1, "DES"},
        {3, "DES"},
        {17, "AES128"},
        {18, "AES256"},
        {19, "AES128-SHA256"},
        {20, "AES256-SHA384"},
        {23, "RC4"},
        {24, "RC4"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (names[i].etype == etype) {
            g_string_append_printf(text, ", %s", names[i].name);
            return;
        }
    }
    if (etype != 0)
        g_string_append_printf(text, ", encryption type %d", etype);
}

static char *words_of_ticket_request(const struct ladder *ladder, const struct qntc_ticket *ticket)
{
    const char *request = ticket->tgs ? "TGS-REQ" : "AS-REQ";
    GString *text = g_string_new(ticket->only_syn ? "SYN to port 88" : request);
    if (ticket->service != NULL)
        g_string_append_printf(text, " for %s", ticket->service);
    if (ticket->client != NULL)
        g_string_append_printf(text, ", client %s", ticket->client);
    if (g_strcmp0(ticket->kdc_address, ladder->addresses[KDC]) != 0)
        g_string_append_printf(text, ", at the KDC %s", ticket->kdc_address);
    if (ticket->last_request_frame != ticket->first_request_frame)
        g_string_append_printf(text, " (and again until frame %" PRIu32 ")",
                               ticket->last_request_frame);
    return g_string_free(text, FALSE);
}

static char *words_of_krb_error(int code)
{
    const char *name = qntc_kerberos_error_name(code);
    return name != NULL ? g_strdup_printf("KRB-ERROR %d (%s)", code, name)
                        : g_strdup_printf("KRB-ERROR %d", code);
}

static char *words_of_ticket_answer(const struct qntc_ticket *ticket)
{
    if (ticket->result == QNTC_TICKET_REFUSED)
        return words_of_krb_error(ticket->error_code);
    if (ticket->result == QNTC_TICKET_UNREACHABLE)
        return g_strdup(ticket->unreachable_by != NULL ? ticket->unreachable_by : "not reached");
    GString *text = g_string_new(ticket->tgs ? "TGS-REP" : "AS-REP");
    append_encryption(text, ticket->ticket_etype);
    return g_string_free(text, FALSE);
}

static void add_ticket(struct ladder *ladder, const struct qntc_ticket *ticket)
{
    struct step request = {.frame = ticket->first_request_frame,
                           .time = ticket->first_request_time,
                           .from = CLIENT,
                           .to = KDC};
    struct step answer = {
        .frame = ticket->answer_frame, .time = ticket->answer_time, .from = KDC, .to = CLIENT};
    add(ladder, request, words_of_ticket_request(ladder, ticket));
    bool granted = ticket->result == QNTC_TICKET_GRANTED;
    bool answered =
        granted || ticket->result == QNTC_TICKET_REFUSED || ticket->unreachable_by != NULL;
    if (answered && ticket->answer_frame != 0) {
        answer.mark = granted ? DONE : FAILED;
        add(ladder, answer, words_of_ticket_answer(ticket));
        return;
    }
    if (ticket->unanswered == 0) { /* PREAUTH_REQUIRED, a referral, or what could not be read */
        if (ticket->answer_frame != 0)
            add(ladder, answer, g_strdup("an answer that asks for another request"));
        return;
    }
    answer.frame = MAX(ticket->last_request_frame, ticket->first_request_frame);
    answer.time = QNTC_TIME_UNKNOWN;
    answer.mark = MISSING;
    add(ladder, answer, g_strdup("no answer of the KDC"));
}

static void add_tickets(struct ladder *ladder)
{
    const GPtrArray *tickets = ladder->logon->tickets;
    for (guint i = 0; tickets != NULL && i < tickets->len; i++)
        add_ticket(ladder, g_ptr_array_index(tickets, i));
}

/* -------------------------------------------------------------------------------- SESSION_SETUP */

/* ", domain CORP"; what was sent empty is told from what was not seen. */
static void append_name(GString *text, const char *what, const char *name)
{
    if (name != NULL)
        g_string_append_printf(text, ", %s %s", what, *name != '\0' ? name : "empty");
}

static char *words_of_user(const struct qntc_logon *logon, const char *message)
{
    const char *version = qntc_ntlm_name(logon->ntlm.version);
    GString *text = g_string_new(NULL);
    append_name(text, "user", logon->user);
    append_name(text, "domain", logon->domain);
    append_name(text, "workstation", logon->workstation);
    append_name(text, "response", version);
    char *words =
        g_strconcat(message, text->len > 0 ? ": " : "", text->len > 0 ? text->str + 2 : "", NULL);
    g_string_free(text, TRUE);
    return words;
}

static char *words_of_challenge(const struct qntc_logon *logon)
{
    const char *computer = logon->ntlm.nb_computer;
    const char *domain = logon->ntlm.nb_domain;
    if (computer != NULL && domain != NULL)
        return g_strdup_printf("CHALLENGE_MESSAGE: %s, domain %s", computer, domain);
    return g_strdup("CHALLENGE_MESSAGE");
}

static void add_ntlm(struct ladder *ladder)
{
    const struct qntc_logon *logon = ladder->logon;
    const struct qntc_ntlm_exchange *ntlm = &logon->ntlm;
    bool message =
        logon->mechanism != QNTC_MECHANISM_NTLM && logon->mechanism != QNTC_MECHANISM_SHARE_LEVEL;
    if (message && ntlm->negotiate_frame == 0 && ntlm->challenge_frame != 0)
        add_unseen(ladder, 3, ntlm->challenge_frame, CLIENT, "NEGOTIATE_MESSAGE");
    add_message(ladder, 3, ntlm->negotiate_frame, CLIENT, DONE, g_strdup("NEGOTIATE_MESSAGE"));
    if (message && ntlm->challenge_frame == 0 && ntlm->authenticate_frame != 0)
        add_unseen(ladder, 4, ntlm->authenticate_frame, SERVER, "CHALLENGE_MESSAGE");
    add_message(ladder, 4, ntlm->challenge_frame, SERVER, DONE, words_of_challenge(logon));
    add_message(ladder, 5, ntlm->authenticate_frame, CLIENT, DONE,
                words_of_user(logon, message ? "AUTHENTICATE_MESSAGE" : "SESSION_SETUP"));
}

static char *words_of_ap_req(const struct qntc_kerberos_exchange *kerberos)
{
    GString *text = g_string_new("AP-REQ");
    if (kerberos->service != NULL)
        g_string_append_printf(text, ": ticket for %s", kerberos->service);
    append_encryption(text, kerberos->ticket_etype);
    return g_string_free(text, FALSE);
}

/* A KRB-ERROR that ends the logon is told with its result. */
static void add_kerberos(struct ladder *ladder)
{
    const struct qntc_logon *logon = ladder->logon;
    const struct qntc_kerberos_exchange *kerberos = &logon->kerberos;
    add_message(ladder, 0, kerberos->ap_req_frame, CLIENT, DONE, words_of_ap_req(kerberos));
    if (kerberos->error_frame != logon->result_frame)
        add_message(ladder, 0, kerberos->error_frame, SERVER, FAILED,
                    words_of_krb_error(kerberos->error_code));
}

/* The first SESSION_SETUP, where it is not the one of which the facts hold more. */
static void add_first_setup(struct ladder *ladder)
{
    const struct qntc_logon *logon = ladder->logon;
    const struct qntc_kerberos_exchange *kerberos = &logon->kerberos;
    uint32_t frame = logon->first_setup_frame;
    const char *words = "SESSION_SETUP";
    if (frame == logon->ntlm.negotiate_frame || frame == logon->ntlm.authenticate_frame ||
        frame == kerberos->ap_req_frame)
        return;
    if (kerberos->no_token)
        words = "SESSION_SETUP: names Kerberos, and brings no token";
    else if (frame < kerberos->error_frame && kerberos->error_frame < kerberos->ap_req_frame)
        words = "AP-REQ"; /* that the KRB-ERROR answers */
    add_message(ladder, 0, frame, CLIENT, DONE, g_strdup(words));
}

/* --------------------------------------------------------------- what the server had to ask for */

static void add_pass_through(struct ladder *ladder)
{
    const struct qntc_pass_through *asked = &ladder->logon->pass_through;
    if (asked->request_frame == 0)
        return;
    struct step step = {.number = 6,
                        .frame = asked->request_frame,
                        .time = asked->request_time,
                        .from = SERVER,
                        .to = CONTROLLER};
    add(ladder, step,
        g_strdup_printf("%s%s", qntc_netlogon_call_name(asked->opnum),
                        asked->sealed ? ", sealed" : ""));
    step = (struct step){.number = 7, .from = CONTROLLER, .to = SERVER};
    if (asked->answer_frame == 0) {
        step.frame = asked->request_frame;
        step.time = QNTC_TIME_UNKNOWN;
        step.mark = MISSING;
        add(ladder, step, g_strdup("no answer of the domain controller"));
        return;
    }
    step.frame = asked->answer_frame;
    step.time = asked->answer_time;
    GString *text = g_string_new(NULL);
    struct qntc_status status = {.kind = QNTC_STATUS_NT, .code = asked->status};
    if (asked->status_seen)
        append_status(text, &status);
    else
        g_string_append(text, asked->sealed ? "its answer, sealed" : "its answer");
    step.mark = asked->status_seen && !qntc_status_is_success(&status) ? FAILED : DONE;
    add(ladder, step, g_string_free(text, FALSE));
}

static void add_machine_refusal(struct ladder *ladder)
{
    const struct qntc_machine_refusal *refusal = &ladder->logon->machine_refusal;
    struct step step = {.frame = refusal->frame,
                        .time = QNTC_TIME_UNKNOWN,
                        .from = CONTROLLER,
                        .to = SERVER,
                        .mark = FAILED};
    if (refusal->account != NULL)
        add(ladder, step,
            g_strdup_printf("the server's own account %s is refused", refusal->account));
}

/* -------------------------------------------------------------------------------------- the end */

static const char *const acceptance[] = {
    [QNTC_OUTCOME_SUCCESS] = "the session is set up",
    [QNTC_OUTCOME_GUEST] = "the session is set up, as guest",
    [QNTC_OUTCOME_ANONYMOUS] = "the session is set up, without a user",
};

static char *words_of_result(const struct qntc_logon *logon)
{
    const struct qntc_kerberos_exchange *kerberos = &logon->kerberos;
    GString *text = g_string_new(NULL);
    if (logon->outcome == QNTC_OUTCOME_REFUSED)
        append_status(text, &logon->status);
    else if (logon->outcome < G_N_ELEMENTS(acceptance) && acceptance[logon->outcome] != NULL)
        g_string_append(text, acceptance[logon->outcome]);
    if (kerberos->error_frame == logon->result_frame) {
        char *error = words_of_krb_error(kerberos->error_code);
        g_string_append_printf(text, ", %s", error);
        g_free(error);
    } else if (kerberos->ap_rep_frame == logon->result_frame) {
        g_string_append(text, " (AP-REP)");
    }
    return g_string_free(text, FALSE);
}

/* The step that ends the logon, or that did not come: NTLM's exchange is the one with numbers. */
static unsigned number_of_end(const struct qntc_logon *logon)
{
    const struct qntc_ntlm_exchange *ntlm = &logon->ntlm;
    bool servers_turn = logon->result_frame != 0 || logon->turn == QNTC_SERVER;
    if (ntlm->authenticate_frame != 0 || (logon->result_frame != 0 && ntlm->challenge_frame != 0))
        return 8;
    if (ntlm->negotiate_frame != 0 || ntlm->challenge_frame != 0)
        return servers_turn ? 4 : 5;
    if (logon->setup_seen)
        return 0;
    return servers_turn ? 2 : 3;
}

/* Nobody ended it in so many words: whose turn it was says what did not come. */
static void add_silence(struct ladder *ladder)
{
    const struct qntc_logon *logon = ladder->logon;
    bool servers_turn = logon->turn == QNTC_SERVER;
    struct step step = {.number = number_of_end(logon),
                        .frame = MAX(logon->last_client_frame, logon->last_server_frame),
                        .time = QNTC_TIME_UNKNOWN,
                        .from = servers_turn ? SERVER : CLIENT,
                        .to = servers_turn ? CLIENT : SERVER,
                        .mark = MISSING};
    const char *capture = logon->outcome == QNTC_OUTCOME_UNKNOWN ? ", or the capture lacks it" : "";
    if (servers_turn)
        add(ladder, step,
            g_strdup_printf("no answer to %s (server's turn)%s", qntc_last_request(logon),
                            capture));
    else
        add(ladder, step, g_strdup_printf("no further request (client's turn)%s", capture));
}

static void add_close(struct ladder *ladder)
{
    const struct qntc_logon *logon = ladder->logon;
    const struct qntc_connection *connection = logon->connection;
    bool by_server = connection->closed_by == QNTC_SERVER;
    struct step step = {.frame = connection->close_frame,
                        .time = connection->close_time,
                        .from = by_server ? SERVER : CLIENT,
                        .to = by_server ? CLIENT : SERVER,
                        .mark = logon->outcome == QNTC_OUTCOME_CLOSED ? FAILED : DONE};
    if (connection->close_frame != 0 && connection->close_frame == logon->end_frame)
        add(ladder, step,
            g_strdup_printf("the %s ends the connection (%s)", by_server ? "server" : "client",
                            connection->closed_by_reset ? "RST" : "FIN"));
}

static void add_end(struct ladder *ladder)
{
    const struct qntc_logon *logon = ladder->logon;
    if (logon->refused_at_negotiate)
        return;
    if (logon->result_frame == 0) {
        add_silence(ladder);
        add_close(ladder);
        return;
    }
    if (logon->request_missing && logon->last_client_frame == 0)
        add_unseen(ladder, logon->ntlm.challenge_frame != 0 ? 5 : 0, logon->result_frame, CLIENT,
                   "the request to it");
    struct step step = {.number = number_of_end(logon),
                        .frame = logon->result_frame,
                        .time = logon->result_time,
                        .from = SERVER,
                        .to = CLIENT,
                        .mark = logon->outcome == QNTC_OUTCOME_REFUSED ? FAILED : DONE};
    add(ladder, step, words_of_result(logon));
}

/* ------------------------------------------------------------------------------ after the logon */

static char *words_of_event(const struct qntc_event *event)
{
    GString *text = g_string_new(event->request);
    if (event->share != NULL)
        g_string_append_printf(text, " of share %s", event->share);
    g_string_append(text, ": ");
    append_status(text, &event->status);
    if (event->count > 1)
        g_string_append_printf(text, " (%u times)", event->count);
    if (event->referral_frame != 0)
        g_string_append(text, "; the client asks where the path leads");
    return g_string_free(text, FALSE);
}

static void add_event(struct ladder *ladder, const struct qntc_event *event)
{
    const struct qntc_connection *connection = ladder->logon->connection;
    bool is_end = event->request == NULL;
    bool by_client = is_end && connection->closed_by == QNTC_CLIENT;
    bool lost = !qntc_status_is_success(&event->status) && event->referral_frame == 0;
    struct step step = {.frame = event->frame,
                        .time = event->time,
                        .from = by_client ? CLIENT : SERVER,
                        .to = by_client ? SERVER : CLIENT,
                        .mark = is_end || lost ? FAILED : DONE};
    add(ladder, step,
        is_end ? g_strdup_printf("the %s ends the connection (%s)", by_client ? "client" : "server",
                                 connection->closed_by_reset ? "RST" : "FIN")
               : words_of_event(event));
}

static void add_events(struct ladder *ladder)
{
    const GPtrArray *events = ladder->logon->session.events;
    for (guint i = 0; events != NULL && i < MIN(events->len, MAX_EVENTS); i++)
        add_event(ladder, g_ptr_array_index(events, i));
}

/* -------------------------------------------------------------------------------------- drawing */

static int by_frame(gconstpointer a, gconstpointer b)
{
    const struct step *x = a;
    const struct step *y = b;
    return (x->frame > y->frame) - (x->frame < y->frame);
}

static void place_columns(struct ladder *ladder)
{
    unsigned column = MARGIN;
    for (unsigned lane = 0; lane < LANES; lane++) {
        if (ladder->addresses[lane] == NULL)
            continue;
        ladder->columns[lane] = column;
        column += LANE_WIDTH;
    }
    ladder->text_column = column - LANE_WIDTH + 3;
}

/* The columns of the hosts in a line, from MARGIN on. */
static GString *bars(const struct ladder *ladder)
{
    GString *line = g_string_new(NULL);
    for (unsigned lane = 0; lane < LANES; lane++) {
        if (ladder->addresses[lane] == NULL)
            continue;
        while (line->len < ladder->columns[lane] - MARGIN)
            g_string_append_c(line, ' ');
        g_string_append_c(line, '|');
    }
    return line;
}

static GString *bars_with_arrow(const struct ladder *ladder, const struct step *step)
{
    GString *line = bars(ladder);
    bool right = step->from < step->to;
    unsigned left_end = ladder->columns[right ? step->from : step->to] - MARGIN + 1;
    unsigned right_end = ladder->columns[right ? step->to : step->from] - MARGIN - 1;
    for (unsigned i = left_end; i <= right_end; i++)
        line->str[i] = step->mark == MISSING && (i - left_end) % 2 == 1 ? ' ' : '-';
    line->str[right ? right_end : left_end] = right ? '>' : '<';
    return line;
}

/* Seconds since the first step; blank where one of the two is not known. */
static char *time_text(const struct ladder *ladder, const struct step *step)
{
    if (step->time == QNTC_TIME_UNKNOWN || ladder->begin == QNTC_TIME_UNKNOWN)
        return g_strdup("");
    double seconds = (double)(step->time - ladder->begin) / (double)G_USEC_PER_SEC;
    return g_strdup_printf(seconds < 10000 ? "%.3f s" : "%.0f s", seconds);
}

static void put_margin(const struct ladder *ladder, const struct step *step, FILE *out)
{
    char number[16] = "", frame[16] = "";
    char *time = time_text(ladder, step);
    if (step->number != 0)
        g_snprintf(number, sizeof number, "%u", step->number);
    if (step->mark != MISSING)
        g_snprintf(frame, sizeof frame, "%" PRIu32, step->frame);
    fprintf(out, "%6s %8s %10s    ", number, frame, time);
    g_free(time);
}

/* The columns of the hosts, or an arrow between them, up to where the words begin. */
static void put_columns(const struct ladder *ladder, GString *columns, FILE *out)
{
    fprintf(out, "%-*s", (int)(ladder->text_column - MARGIN), columns->str);
    g_string_free(columns, TRUE);
}

static unsigned next_line(const struct ladder *ladder, FILE *out)
{
    fprintf(out, "\n%*s", MARGIN, "");
    put_columns(ladder, bars(ladder), out);
    return ladder->text_column;
}

/* A word from `column` on, broken where it is longer than a line. Returns the column behind it. */
static unsigned put_word(const struct ladder *ladder, const char *word, unsigned column, FILE *out)
{
    for (const char *p = word; *p != '\0'; p = g_utf8_next_char(p)) {
        unsigned width = qntc_char_columns(g_utf8_get_char(p));
        if (column + width > PAGE_WIDTH)
            column = next_line(ladder, out);
        fwrite(p, 1, (size_t)(g_utf8_next_char(p) - p), out);
        column += width;
    }
    return column;
}

static void put_words(const struct ladder *ladder, const char *text, FILE *out)
{
    unsigned column = ladder->text_column;
    char *clean = qntc_printable(text);
    char **words = g_strsplit(clean, " ", -1);
    for (char **word = words; *word != NULL; word++) {
        if (column > ladder->text_column && column + 1 + qntc_text_columns(*word) > PAGE_WIDTH) {
            column = next_line(ladder, out);
        } else if (word != words) {
            fputc(' ', out);
            column++;
        }
        column = put_word(ladder, *word, column, out);
    }
    fputc('\n', out);
    g_strfreev(words);
    g_free(clean);
}

static void put_step(const struct ladder *ladder, const struct step *step, FILE *out)
{
    char *text = g_strconcat(marks[step->mark], step->text, NULL);
    put_margin(ladder, step, out);
    put_columns(ladder, bars_with_arrow(ladder, step), out);
    put_words(ladder, text, out);
    g_free(text);
}

/* The hosts, then each role above its column. */
static void put_header(const struct ladder *ladder, FILE *out)
{
    GString *line = g_string_new(NULL);
    g_string_printf(line, "%6s %8s %10s", "Step", "Frame", "Time");
    for (unsigned lane = 0; lane < LANES; lane++) {
        if (ladder->addresses[lane] == NULL)
            continue;
        char *address = qntc_printable(ladder->addresses[lane]);
        fprintf(out, "  %-15s%s\n", roles[lane], address);
        g_free(address);
        unsigned begin = ladder->columns[lane] - (unsigned)strlen(roles[lane]) / 2;
        g_string_append_printf(line, "%*s%s", (int)(begin - line->len), "", roles[lane]);
    }
    fprintf(out, "%s\n", line->str);
    g_string_free(line, TRUE);
}

/* ----------------------------------------------------------------------------------- all of it */

static void find_hosts(struct ladder *ladder)
{
    const struct qntc_logon *logon = ladder->logon;
    const char *client = logon->connection->client_address;
    const char *server = logon->connection->server_address;
    const char *controller = logon->pass_through.dc_address;
    ladder->addresses[CLIENT] = client != NULL ? client : "not seen";
    ladder->addresses[SERVER] = server != NULL ? server : "not seen";
    ladder->addresses[CONTROLLER] =
        controller != NULL ? controller : logon->machine_refusal.by_address;
    if (logon->tickets != NULL && logon->tickets->len > 0) {
        const struct qntc_ticket *ticket = g_ptr_array_index(logon->tickets, 0);
        ladder->addresses[KDC] = ticket->kdc_address;
    }
}

static void collect_steps(struct ladder *ladder)
{
    add_opening(ladder);
    add_negotiate(ladder);
    add_tickets(ladder);
    add_first_setup(ladder);
    add_kerberos(ladder);
    add_ntlm(ladder);
    add_pass_through(ladder);
    add_machine_refusal(ladder);
    add_end(ladder);
    add_events(ladder);
    g_array_sort(ladder->steps, by_frame); /* which is stable */
}

static qntc_time first_time(const struct ladder *ladder)
{
    for (guint i = 0; i < ladder->steps->len; i++) {
        const struct step *step = &g_array_index(ladder->steps, struct step, i);
        if (step->time != QNTC_TIME_UNKNOWN)
            return step->time;
    }
    return QNTC_TIME_UNKNOWN;
}

void qntc_report_ladder(const struct qntc_logon *logon, FILE *out)
{
    struct ladder ladder = {.logon = logon};
    ladder.steps = g_array_new(FALSE, FALSE, sizeof(struct step));
    g_array_set_clear_func(ladder.steps, clear_step);
    find_hosts(&ladder);
    place_columns(&ladder);
    collect_steps(&ladder);
    ladder.begin = first_time(&ladder);
    put_header(&ladder, out);
    for (guint i = 0; i < ladder.steps->len; i++)
        put_step(&ladder, &g_array_index(ladder.steps, struct step, i), out);
    const GPtrArray *events = logon->session.events;
    if (events != NULL && events->len > MAX_EVENTS)
        fprintf(out, "%*sand %u more after the logon\n", MARGIN, "", events->len - MAX_EVENTS);
    g_array_free(ladder.steps, TRUE);
}
