/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From tickets to logons. A client that has done its NEGOTIATE goes to the KDC before it sends its
 * first token: what it meets there belongs to that logon. So does a failure just before, and the
 * tickets that an AP-REQ brings. What failed and belongs to no logon is a finding; so is what
 * failed before a logon that then worked.
 */
#include "kdc_track.h"

#include "causes/weigh.h"
#include "diagnosis.h"
#include "netlogon.h"
#include "ticket.h"
#include "transport.h"

#include <string.h>

/* A client that gave up at the KDC this long ago does not begin its logon because of that. */
#define LONGEST_BEFORE (10 * G_USEC_PER_SEC)
/* A logon that has waited longer for its client's first token waits for something else. */
#define LONGEST_UNDER_WAY (60 * G_USEC_PER_SEC)

/* ------------------------------------------------------------------------------------- services */

static struct qntc_service *service_of(struct qntc_capture *capture, const char *name)
{
    GHashTable *services = capture->kdc->services;
    char *key = qntc_name_key(name);
    struct qntc_service *service = g_hash_table_lookup(services, key);
    if (service == NULL && g_hash_table_size(services) < QNTC_MAX_SERVICES) {
        service = g_new0(struct qntc_service, 1);
        g_hash_table_insert(services, g_steal_pointer(&key), service);
    }
    g_free(key);
    return service;
}

const struct qntc_service *qntc_capture_service(const struct qntc_capture *capture,
                                                const char *name)
{
    if (name == NULL)
        return NULL;
    char *key = qntc_name_key(name);
    const struct qntc_service *service = g_hash_table_lookup(capture->kdc->services, key);
    g_free(key);
    return service;
}

void qntc_kdc_note_service(struct qntc_capture *capture, const char *name, int kvno,
                           const char *host, uint32_t frame)
{
    struct qntc_service *service = name != NULL ? service_of(capture, name) : NULL;
    if (service == NULL)
        return;
    for (unsigned i = 0; i < 2 && kvno != 0 && service->kvno[i] != kvno; i++) {
        if (service->kvno[i] != 0)
            continue;
        service->kvno[i] = kvno;
        service->kvno_frame[i] = frame;
        break;
    }
    for (unsigned i = 0; i < 2 && host != NULL && g_strcmp0(service->host[i], host) != 0; i++) {
        if (service->host[i] != NULL)
            continue;
        service->host[i] = qntc_keep(capture, host);
        service->host_frame[i] = frame;
        break;
    }
}

/* ------------------------------------------------------------------------------------- findings */

static const char *error_id(const struct qntc_ticket *ticket)
{
    enum qntc_kerberos_origin origin = ticket->tgs ? QNTC_FROM_TGS : QNTC_FROM_AS;
    return qntc_cause_of_kerberos_error(ticket->error_code, origin)->id;
}

static void note_refusal(struct qntc_capture *capture, struct qntc_kdc_ticket *ticket)
{
    const struct qntc_ticket *facts = &ticket->facts;
    struct qntc_place place = {facts->client_address, facts->kdc_address, QNTC_PORT_KERBEROS};
    char *text = qntc_ticket_evidence(facts);
    ticket->finding = qntc_note_finding(capture, error_id(facts), QNTC_CONFIDENCE_PROVEN, &place,
                                        facts->answer_frame, text);
    g_free(text);
}

/* Where only one direction is in the file, there may have been an answer. */
static void note_unreachable(struct qntc_capture *capture, struct qntc_kdc_ticket *ticket)
{
    const struct qntc_ticket *facts = &ticket->facts;
    struct qntc_place place = {facts->client_address, facts->kdc_address, QNTC_PORT_KERBEROS};
    bool certain =
        facts->unreachable_by != NULL || qntc_transport_heard(capture, facts->client_address);
    char *text = qntc_ticket_evidence(facts);
    for (guint i = 0; i < facts->frames->len; i++) {
        uint32_t frame = g_array_index(facts->frames, uint32_t, i);
        /* An answer that was a step is none of the silence behind it. */
        if (facts->unreachable_by == NULL && frame <= facts->answer_frame)
            continue;
        ticket->finding = qntc_note_finding(
            capture, "kdc-unreachable", certain ? QNTC_CONFIDENCE_LIKELY : QNTC_CONFIDENCE_POSSIBLE,
            &place, frame, text);
    }
    g_free(text);
}

/* One finding may be about several tickets: the client got over it where it did so with each. */
static void weigh_finding(struct qntc_capture *capture, const struct qntc_kdc_ticket *ticket)
{
    const struct qntc_kdc_host *host = qntc_kdc_host(capture, ticket->facts.client_address);
    bool relieved = ticket->relieved;
    for (GList *link = host->tickets.head; link != NULL; link = link->next) {
        const struct qntc_kdc_ticket *other = link->data;
        relieved = relieved && (other->finding != ticket->finding || other->relieved);
    }
    ticket->finding->got_over = relieved;
}

static void note_failure(struct qntc_capture *capture, struct qntc_kdc_ticket *ticket)
{
    if (ticket->finding == NULL && ticket->facts.result == QNTC_TICKET_REFUSED)
        note_refusal(capture, ticket);
    else if (ticket->finding == NULL)
        note_unreachable(capture, ticket);
    if (ticket->finding != NULL)
        weigh_finding(capture, ticket);
}

void qntc_kdc_relieve(struct qntc_capture *capture, struct qntc_kdc_ticket *ticket)
{
    ticket->relieved = true;
    if (ticket->finding != NULL)
        weigh_finding(capture, ticket);
}

/*
 * The client may correct its clock, or follow the referral ([RFC6806] 7): whether it does shows
 * later.
 */
static bool may_be_normal(int error_code)
{
    return error_code == KRB_AP_ERR_SKEW || error_code == KDC_ERR_WRONG_REALM;
}

void qntc_kdc_refused(struct qntc_capture *capture, struct qntc_kdc_ticket *ticket)
{
    const struct qntc_ticket *facts = &ticket->facts;
    if (!facts->tgs && facts->client != NULL && g_str_has_suffix(facts->client, "$"))
        qntc_netlogon_machine_refused(capture, facts->client_address, facts->client,
                                      facts->kdc_address, facts->answer_frame);
    if (ticket->logon == NULL && !may_be_normal(ticket->facts.error_code))
        note_failure(capture, ticket);
}

/* A single request that got no answer says nothing until some time has passed. */
static bool is_silence(const struct qntc_capture *capture, const struct qntc_kdc_ticket *ticket)
{
    const struct qntc_clock *clock = &capture->clock;
    bool waited =
        qntc_clock_at_least(clock, ticket->last_request_time, clock->latest, QNTC_KDC_SILENCE);
    return ticket->facts.unanswered > 1 || (ticket->facts.unanswered == 1 && waited);
}

/* A logon whose end is not in the file tells nothing of what failed before it. */
static bool is_told_by_logon(const struct qntc_kdc_ticket *ticket)
{
    return ticket->logon != NULL && ticket->logon->facts.outcome != QNTC_OUTCOME_UNKNOWN;
}

/* A logon that worked all the same takes the edge off the failure. */
static void note_got_in(struct qntc_capture *capture, const struct qntc_logon *logon,
                        struct qntc_kdc_ticket *ticket)
{
    /* Where the file does not show how the client got in, a silence may be a gap as well. */
    if (logon->mechanism == QNTC_MECHANISM_UNKNOWN && ticket->facts.result == QNTC_TICKET_PENDING)
        return;
    bool same_user = logon->outcome != QNTC_OUTCOME_ANONYMOUS &&
                     qntc_ticket_is_of_user(&ticket->facts, logon->user);
    note_failure(capture, ticket);
    if (!same_user || ticket->finding == NULL)
        return;
    qntc_kdc_relieve(capture, ticket);
    qntc_finding_evidence(ticket->finding, logon->result_frame,
                          "the client gets in without this ticket");
}

void qntc_kdc_settle(struct qntc_capture *capture, struct qntc_kdc_ticket *ticket)
{
    const struct qntc_ticket *facts = &ticket->facts;
    bool got_in = ticket->logon != NULL && qntc_has_worked(&ticket->logon->facts);
    if (!qntc_ticket_failed(facts))
        return;
    if (got_in && ticket->finding == NULL)
        note_got_in(capture, &ticket->logon->facts, ticket);
    if (is_told_by_logon(ticket))
        return;
    if (facts->result != QNTC_TICKET_PENDING || is_silence(capture, ticket))
        note_failure(capture, ticket);
}

void qntc_kdc_end(struct qntc_capture *capture)
{
    GHashTableIter iterator;
    gpointer value;
    g_hash_table_iter_init(&iterator, capture->kdc->hosts);
    while (g_hash_table_iter_next(&iterator, NULL, &value)) {
        struct qntc_kdc_host *host = value;
        for (GList *link = host->tickets.tail; link != NULL; link = link->prev)
            qntc_kdc_settle(capture, link->data);
    }
}

/* --------------------------------------------------------------------------- tickets to logons */

static bool within(qntc_time from, qntc_time until, qntc_time most)
{
    return from == QNTC_TIME_UNKNOWN || until == QNTC_TIME_UNKNOWN || until - from <= most;
}

/*
 * The logon that a client is busy with: it has not turned to NTLM. While the server has its token,
 * what the client asks the KDC for is for something else.
 */
static bool is_under_way(const struct qntc_open_logon *logon, qntc_time now)
{
    const struct qntc_logon *facts = &logon->facts;
    bool with_server = facts->first_setup_frame != 0 && facts->turn == QNTC_SERVER;
    bool ntlm = facts->ntlm.negotiate_frame != 0 || facts->ntlm.authenticate_frame != 0;
    return !facts->ended && !ntlm && !with_server && !logon->sequel_seen &&
           within(facts->last_client_time, now, LONGEST_UNDER_WAY);
}

static struct qntc_open_logon *logon_under_way(const struct qntc_kdc_host *host, qntc_time now)
{
    for (GList *link = host->logons.head; link != NULL; link = link->next) {
        if (is_under_way(link->data, now))
            return link->data;
    }
    return NULL;
}

static void tie(struct qntc_capture *capture, struct qntc_open_logon *logon,
                struct qntc_kdc_ticket *ticket)
{
    struct qntc_logon *facts = &logon->facts;
    if (facts->tickets == NULL)
        facts->tickets = g_ptr_array_new_with_free_func(qntc_kdc_release_ticket);
    if (facts->tickets->len >= QNTC_MAX_TICKETS_OF_LOGON ||
        g_ptr_array_find(facts->tickets, ticket, NULL))
        return;
    g_ptr_array_add(facts->tickets, g_rc_box_acquire(ticket));
    ticket->logon = logon;
    for (guint i = 0; i < ticket->facts.frames->len; i++)
        qntc_add_frame(capture, facts, g_array_index(ticket->facts.frames, uint32_t, i));
}

void qntc_kdc_tie(struct qntc_capture *capture, struct qntc_kdc_host *host,
                  struct qntc_kdc_ticket *ticket, uint32_t frame, qntc_time time)
{
    if (ticket->logon != NULL) {
        qntc_add_frame(capture, &ticket->logon->facts, frame);
        return;
    }
    struct qntc_open_logon *logon = logon_under_way(host, time);
    if (logon != NULL)
        tie(capture, logon, ticket);
}

/* A failure of the client's that no logon has explained so far, just before this one. */
static bool precedes(const struct qntc_kdc_ticket *ticket, qntc_time time)
{
    const struct qntc_ticket *facts = &ticket->facts;
    qntc_time since =
        facts->answer_time != QNTC_TIME_UNKNOWN ? facts->answer_time : ticket->last_request_time;
    return ticket->logon == NULL && qntc_ticket_failed(facts) &&
           within(since, time, LONGEST_BEFORE);
}

void qntc_kdc_logon_begins(struct qntc_capture *capture, struct qntc_open_logon *logon,
                           qntc_time time)
{
    struct qntc_kdc_host *host = qntc_kdc_host(capture, logon->facts.connection->client_address);
    g_queue_push_head(&host->logons, logon);
    if (host->logons.length > QNTC_MAX_LOGONS_OF_HOST)
        g_queue_pop_tail(&host->logons);
    for (GList *link = host->tickets.tail; link != NULL; link = link->prev) {
        if (precedes(link->data, time))
            tie(capture, logon, link->data);
    }
}

/* The ticket of the service, and the ticket-granting ticket that it was asked for with. */
void qntc_kdc_ticket_used(struct qntc_capture *capture, struct qntc_open_logon *logon)
{
    const struct qntc_logon *facts = &logon->facts;
    const struct qntc_kerberos_exchange *kerberos = &facts->kerberos;
    struct qntc_kdc_host *host = qntc_kdc_host(capture, facts->connection->client_address);
    bool service_found = false;
    for (GList *link = host->tickets.head; link != NULL; link = link->next) {
        struct qntc_kdc_ticket *ticket = link->data;
        const struct qntc_ticket *asked = &ticket->facts;
        if (asked->result != QNTC_TICKET_GRANTED)
            continue;
        bool own_ticket = service_found && !asked->tgs;
        if (!service_found && qntc_same_name(kerberos->service, asked->service)) {
            tie(capture, logon, ticket);
            service_found = true;
            own_ticket = !asked->tgs; /* an AS exchange may be for the service itself */
        } else if (own_ticket && ticket->logon == NULL) {
            tie(capture, logon, ticket);
        }
        if (own_ticket)
            break;
    }
    qntc_kdc_note_service(capture, kerberos->service, kerberos->ticket_kvno,
                          facts->connection->server_address, kerberos->ap_req_frame);
}

/*
 * By NTLM or as a guest, the client got in without the ticket; by Kerberos it got in with another
 * one. An anonymous session is not what the client wanted a ticket for. The KDC may still answer
 * what it has not so far: that is told when the ticket is settled.
 */
void qntc_kdc_logon_ended(struct qntc_capture *capture, struct qntc_open_logon *logon)
{
    const struct qntc_logon *facts = &logon->facts;
    for (guint i = 0; qntc_has_worked(facts) && facts->tickets != NULL && i < facts->tickets->len;
         i++) {
        struct qntc_kdc_ticket *ticket = g_ptr_array_index(facts->tickets, i);
        if (ticket->facts.result != QNTC_TICKET_PENDING && qntc_ticket_failed(&ticket->facts))
            note_got_in(capture, facts, ticket);
    }
}
