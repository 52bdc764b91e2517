/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which logon a server asks its domain controller about. Each server has a short list of the NTLM
 * logons whose responses it has not answered; a call is tied to one of them by user and domain
 * where these are readable, else by order, and its answer by the call's number. What a server
 * decides with its own accounts waits there, too, but is never asked for in a sealed call.
 */
#include "netlogon.h"

#include "causes/weigh.h"
#include "track.h"

#include <string.h>

/* Logons that wait at one server; the oldest gives way. */
#define MAX_WAITING 64
#define MAX_LOGONS_OF_A_BIND 32

static bool waits(const struct qntc_logon *logon)
{
    return !logon->ended && logon->turn == QNTC_SERVER;
}

static bool was_asked_for(const struct qntc_logon *logon)
{
    return logon->pass_through.request_frame != 0;
}

/* A call without an answer is kept for it even when the client has left meanwhile. */
static bool is_done(const struct qntc_logon *logon)
{
    bool call_open = was_asked_for(logon) && logon->pass_through.answer_frame == 0;
    return !waits(logon) && !call_open;
}

void qntc_netlogon_await(struct qntc_open_logon *logon)
{
    GPtrArray *waiting = logon->track->facts->server->waiting;
    for (guint i = waiting->len; i-- > 0;) {
        const struct qntc_open_logon *other = g_ptr_array_index(waiting, i);
        if (other == logon || is_done(&other->facts))
            g_ptr_array_remove_index(waiting, i);
    }
    if (waiting->len >= MAX_WAITING)
        g_ptr_array_remove_index(waiting, 0);
    g_ptr_array_add(waiting, logon);
}

static const GPtrArray *waiting_at(const struct qntc_capture *capture, const char *address)
{
    const struct qntc_server *server =
        address != NULL ? g_hash_table_lookup(capture->servers, address) : NULL;
    return server != NULL ? server->waiting : NULL;
}

/* ---------------------------------------------------------------------- which logon is it about */

static struct qntc_open_logon *logon_of_call(const GPtrArray *waiting,
                                             const struct qntc_netlogon_message *message)
{
    for (guint i = 0; i < waiting->len; i++) {
        struct qntc_open_logon *logon = g_ptr_array_index(waiting, i);
        if (was_asked_for(&logon->facts) && logon->rpc_connection == message->connection &&
            logon->rpc_call_id == message->call_id)
            return logon;
    }
    return NULL;
}

/* False for a null session, and where the server has the account itself ([MS-NLMP] 3.2.5.1.2). */
static bool may_concern_a_domain(const struct qntc_logon *logon)
{
    bool own_account = qntc_server_membership(logon) == QNTC_STAND_ALONE ||
                       qntc_same_name(logon->domain, logon->ntlm.nb_computer) ||
                       qntc_same_name(logon->domain, logon->ntlm.dns_computer) ||
                       qntc_same_name(logon->domain, ".");
    bool no_user = logon->user != NULL && *logon->user == '\0';
    return !own_account && !no_user;
}

/* How well a call fits a logon that waits; 0: not at all. */
static unsigned fitness(const struct qntc_logon *logon, const struct qntc_netlogon_message *message)
{
    bool fresh = !was_asked_for(logon);
    if (!waits(logon))
        return 0;
    if (message->user == NULL || logon->user == NULL)
        return fresh && may_concern_a_domain(logon);
    if (!qntc_same_name(message->user, logon->user))
        return 0;
    return 1u + fresh + 2u * qntc_same_name(message->domain, logon->domain);
}

/* A server that had no answer, or not the right one, asks again: clear where one logon waits. */
static struct qntc_open_logon *the_only_one(const GPtrArray *waiting)
{
    struct qntc_open_logon *only = NULL;
    for (guint i = 0; i < waiting->len; i++) {
        struct qntc_open_logon *logon = g_ptr_array_index(waiting, i);
        if (!waits(&logon->facts) || !may_concern_a_domain(&logon->facts))
            continue;
        if (only != NULL)
            return NULL;
        only = logon;
    }
    return only;
}

/* The one that fits best; among equals the oldest. */
static struct qntc_open_logon *logon_asked_for(const GPtrArray *waiting,
                                               const struct qntc_netlogon_message *message)
{
    struct qntc_open_logon *best = NULL;
    unsigned best_fitness = 0;
    for (guint i = 0; i < waiting->len; i++) {
        struct qntc_open_logon *logon = g_ptr_array_index(waiting, i);
        unsigned fits = fitness(&logon->facts, message);
        if (fits > best_fitness) {
            best = logon;
            best_fitness = fits;
        }
    }
    return best == NULL && message->user == NULL ? the_only_one(waiting) : best;
}

/* ------------------------------------------------------------------------- question and answer */

/* A connection to a controller serves many logons: its bind belongs to the first few of them. */
static void add_bind(struct qntc_capture *capture, struct qntc_logon *logon,
                     const struct qntc_netlogon_message *message)
{
    const GPtrArray *here = qntc_capture_logons_of_frame(capture, message->bind_frame);
    if (here != NULL && here->len >= MAX_LOGONS_OF_A_BIND)
        return;
    qntc_add_frame(capture, logon, message->bind_frame);
    qntc_add_frame(capture, logon, message->bind_ack_frame);
}

static void note_question(struct qntc_capture *capture, struct qntc_open_logon *logon,
                          const struct qntc_netlogon_message *message)
{
    logon->rpc_connection = message->connection;
    logon->rpc_call_id = message->call_id;
    logon->facts.pass_through = (struct qntc_pass_through){
        .dc_address = qntc_keep(capture, message->dc_address),
        .request_frame = message->frame,
        .request_time = message->time,
        .answer_time = QNTC_TIME_UNKNOWN,
        .opnum = message->opnum,
        .sealed = message->sealed,
    };
    add_bind(capture, &logon->facts, message);
    qntc_add_frame(capture, &logon->facts, message->frame);
}

static void note_answer(struct qntc_capture *capture, struct qntc_logon *logon,
                        const struct qntc_netlogon_message *message)
{
    struct qntc_pass_through *pass_through = &logon->pass_through;
    pass_through->answer_frame = message->frame;
    pass_through->answer_time = message->time;
    pass_through->sealed |= message->sealed;
    pass_through->status_seen = message->status.seen;
    pass_through->status = (uint32_t)message->status.value;
    qntc_add_frame(capture, logon, message->frame);
}

void qntc_netlogon_message(struct qntc_capture *capture,
                           const struct qntc_netlogon_message *message)
{
    const GPtrArray *waiting = waiting_at(capture, message->server_address);
    if (waiting == NULL || message->dc_address == NULL)
        return;
    struct qntc_open_logon *logon = logon_of_call(waiting, message);
    if (message->answer && logon != NULL && logon->facts.pass_through.answer_frame == 0)
        note_answer(capture, &logon->facts, message);
    if (message->answer || logon != NULL) /* a call that is known: this is a copy */
        return;
    logon = logon_asked_for(waiting, message);
    if (logon != NULL)
        note_question(capture, logon, message);
}

/* ----------------------------------------------------------------------- the server's own logon */

void qntc_netlogon_machine_refused(struct qntc_capture *capture, const char *address,
                                   const char *account, const char *by_address, uint32_t frame)
{
    const GPtrArray *waiting = waiting_at(capture, address);
    for (guint i = 0; waiting != NULL && i < waiting->len; i++) {
        struct qntc_logon *logon = &((struct qntc_open_logon *)waiting->pdata[i])->facts;
        if (!waits(logon) || logon->machine_refusal.account != NULL || !may_concern_a_domain(logon))
            continue;
        logon->machine_refusal = (struct qntc_machine_refusal){
            qntc_keep(capture, account), qntc_keep(capture, by_address), frame};
    }
}

/* The names of machine accounts end with a dollar sign ([MS-SAMR] 3.1.1.6). */
void qntc_netlogon_ended(struct qntc_capture *capture, const struct qntc_logon *logon)
{
    bool refused = logon->outcome == QNTC_OUTCOME_REFUSED && qntc_is_vague(&logon->status);
    if (refused && logon->user != NULL && g_str_has_suffix(logon->user, "$"))
        qntc_netlogon_machine_refused(capture, logon->connection->client_address, logon->user,
                                      logon->connection->server_address, logon->result_frame);
}
