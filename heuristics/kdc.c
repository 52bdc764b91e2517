/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From messages at port 88 to tickets. A client needs several requests for one ticket: without and
 * with pre-authentication, again over TCP, again to another KDC. They are one ticket until it is
 * granted or refused; what is a step of the normal course is no refusal.
 */
#include "kdc_track.h"
#include "kerberos_error.h"

#include <string.h>

/* What comes again sooner is a copy of the packet, taken at two places. */
#define SHORTEST_REPETITION (G_USEC_PER_SEC / 5)

/* ------------------------------------------------------------------------------ life and death */

static void clear_ticket(gpointer data)
{
    struct qntc_kdc_ticket *ticket = data;
    g_array_free(ticket->facts.frames, TRUE);
}

void qntc_kdc_release_ticket(gpointer ticket)
{
    g_rc_box_release_full(ticket, clear_ticket);
}

static void free_host(gpointer data)
{
    struct qntc_kdc_host *host = data;
    g_queue_clear_full(&host->tickets, qntc_kdc_release_ticket);
    g_queue_clear(&host->logons);
    g_free(host);
}

struct qntc_kdc *qntc_kdc_new(void)
{
    struct qntc_kdc *kdc = g_new0(struct qntc_kdc, 1);
    kdc->hosts = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_host);
    kdc->services = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return kdc;
}

void qntc_kdc_free(struct qntc_kdc *kdc)
{
    g_hash_table_destroy(kdc->hosts);
    g_hash_table_destroy(kdc->services);
    g_free(kdc);
}

struct qntc_kdc_host *qntc_kdc_host(struct qntc_capture *capture, const char *address)
{
    GHashTable *hosts = capture->kdc->hosts;
    struct qntc_kdc_host *host = g_hash_table_lookup(hosts, address);
    if (host == NULL) {
        host = g_new0(struct qntc_kdc_host, 1);
        g_queue_init(&host->tickets);
        g_queue_init(&host->logons);
        g_hash_table_insert(hosts, (gpointer)qntc_keep(capture, address), host);
    }
    return host;
}

/* ---------------------------------------------------------------------- which tickets matter */

static bool is_for(const char *service, const char *kind)
{
    return g_ascii_strncasecmp(service, kind, strlen(kind)) == 0;
}

static bool is_for_tgt(const char *service)
{
    return service != NULL && is_for(service, "krbtgt/");
}

/* The client's own ticket, and those of file servers; whoever asks for others has other reasons. */
static bool concerns_logons(const struct qntc_kdc_message *message)
{
    const char *service = message->service;
    if (message->for_another)
        return false;
    if (service == NULL)
        return message->type == QNTC_KRB_AS_REQ;
    return is_for_tgt(service) || is_for(service, "cifs/") || is_for(service, "host/");
}

/* Refusals that ask for another try: they end nothing. */
static const struct normal {
    int code;
    bool only_tgt; /* where another ticket-granting ticket was wanted: the client goes on without */
} normal_errors[] = {
    {KDC_ERR_PREAUTH_REQUIRED, false},
    {KRB_ERR_RESPONSE_TOO_BIG, false}, /* again over TCP */
    {KDC_ERR_MORE_PREAUTH_DATA_REQUIRED, false},
    {KDC_ERR_S_PRINCIPAL_UNKNOWN, true},
};

static bool is_normal(const struct qntc_ticket *ticket, int code)
{
    bool tgt = ticket->tgs && is_for_tgt(ticket->service);
    for (size_t i = 0; i < G_N_ELEMENTS(normal_errors); i++) {
        if (normal_errors[i].code == code && (tgt || !normal_errors[i].only_tgt))
            return true;
    }
    return false;
}

/* ---------------------------------------------------------------------------- who asked whom */

static bool was_asked(const struct qntc_kdc_asked *asked, const char *kdc_address, uint16_t port)
{
    for (unsigned i = 0; i < QNTC_MAX_ASKED; i++) {
        if (asked->places[i].kdc_address != NULL && asked->places[i].client_port == port &&
            g_str_equal(asked->places[i].kdc_address, kdc_address))
            return true;
    }
    return false;
}

static void note_asked(struct qntc_capture *capture, struct qntc_kdc_asked *asked,
                       const struct qntc_kdc_message *request)
{
    if (was_asked(asked, request->kdc_address, request->client_port))
        return;
    asked->places[asked->next].kdc_address = qntc_keep(capture, request->kdc_address);
    asked->places[asked->next].client_port = request->client_port;
    asked->next = (asked->next + 1) % QNTC_MAX_ASKED;
}

/* The port is used for another request. */
static void forget_asked(struct qntc_kdc_asked *asked, const struct qntc_kdc_message *request)
{
    for (unsigned i = 0; i < QNTC_MAX_ASKED; i++) {
        if (asked->places[i].client_port == request->client_port)
            asked->places[i].kdc_address = NULL;
    }
}

/* ------------------------------------------------------------------------------------ requests */

static bool same_name(const char *a, const char *b)
{
    return a == b || qntc_same_name(a, b);
}

static bool is_open(const struct qntc_kdc_ticket *ticket)
{
    bool ended = ticket->logon != NULL && ticket->logon->facts.ended;
    return !ended && (ticket->facts.result == QNTC_TICKET_PENDING ||
                      ticket->facts.result == QNTC_TICKET_UNREACHABLE);
}

/* In a TGS-REQ only the KDC can read who asks. */
static bool is_same_ticket(const struct qntc_ticket *a, bool tgs, const char *client,
                           const char *service)
{
    return a->tgs == tgs && same_name(a->service, service) && (tgs || same_name(a->client, client));
}

static struct qntc_kdc_ticket *ticket_of_request(struct qntc_kdc_host *host,
                                                 const struct qntc_kdc_message *message)
{
    bool tgs = message->type == QNTC_KRB_TGS_REQ;
    for (GList *link = host->tickets.head; link != NULL; link = link->next) {
        struct qntc_kdc_ticket *ticket = link->data;
        if (is_open(ticket) && !ticket->facts.only_syn &&
            is_same_ticket(&ticket->facts, tgs, message->client, message->service))
            return ticket;
    }
    return NULL;
}

static struct qntc_kdc_ticket *new_ticket(struct qntc_capture *capture, struct qntc_kdc_host *host,
                                          const struct qntc_kdc_message *message, bool tgs)
{
    struct qntc_kdc_ticket *ticket = g_rc_box_new0(struct qntc_kdc_ticket);
    struct qntc_ticket *facts = &ticket->facts;
    facts->tgs = tgs;
    facts->client_address = qntc_keep(capture, message->client_address);
    facts->client = qntc_keep(capture, message->client);
    facts->realm = qntc_keep(capture, message->realm);
    facts->service = qntc_keep(capture, message->service);
    facts->first_request_time = facts->answer_time = QNTC_TIME_UNKNOWN;
    facts->frames = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    g_queue_push_head(&host->tickets, ticket);
    if (host->tickets.length > QNTC_MAX_TICKETS_OF_HOST) {
        struct qntc_kdc_ticket *oldest = g_queue_pop_tail(&host->tickets);
        qntc_kdc_settle(capture, oldest);
        qntc_kdc_release_ticket(oldest);
    }
    return ticket;
}

static void add_message(struct qntc_capture *capture, struct qntc_kdc_host *host,
                        struct qntc_kdc_ticket *ticket, uint32_t frame, qntc_time time)
{
    GArray *frames = ticket->facts.frames;
    bool known = frames->len > 0 && g_array_index(frames, uint32_t, frames->len - 1) >= frame;
    if (!known && frames->len < QNTC_MAX_TICKET_FRAMES)
        g_array_append_val(frames, frame);
    qntc_kdc_tie(capture, host, ticket, frame, time);
}

static bool is_copy(const struct qntc_clock *clock, const struct qntc_kdc_ticket *ticket,
                    const struct qntc_kdc_message *message)
{
    qntc_time before = ticket->last_request_time;
    return ticket->facts.unanswered > 0 && ticket->client_port == message->client_port &&
           g_strcmp0(ticket->facts.kdc_address, message->kdc_address) == 0 &&
           before != QNTC_TIME_UNKNOWN && message->time != QNTC_TIME_UNKNOWN &&
           !qntc_clock_at_least(clock, before, message->time, SHORTEST_REPETITION);
}

static void note_request(struct qntc_capture *capture, struct qntc_kdc_ticket *ticket,
                         const struct qntc_kdc_message *message)
{
    struct qntc_ticket *facts = &ticket->facts;
    if (facts->first_request_frame == 0) {
        facts->first_request_frame = message->frame;
        facts->first_request_time = message->time;
    }
    facts->got_over = ticket->relieved = false;
    facts->unanswered += !is_copy(&capture->clock, ticket, message);
    facts->last_request_frame = message->frame;
    facts->kdc_address = qntc_keep(capture, message->kdc_address);
    ticket->last_request_time = message->time;
    ticket->client_port = message->client_port;
    note_asked(capture, &ticket->asked, message);
}

static void mark_got_over(struct qntc_capture *capture, struct qntc_kdc_ticket *ticket)
{
    ticket->facts.got_over = true;
    qntc_kdc_relieve(capture, ticket);
}

/*
 * The client asks for its own ticket where the KDC has sent it ([RFC6806] 7): what comes of that is
 * what counts.
 */
static void follow_referral(struct qntc_capture *capture, struct qntc_kdc_host *host,
                            const struct qntc_kdc_message *request)
{
    for (GList *link = host->tickets.head; link != NULL; link = link->next) {
        struct qntc_kdc_ticket *ticket = link->data;
        const struct qntc_ticket *facts = &ticket->facts;
        bool referred = facts->result == QNTC_TICKET_REFUSED && !facts->tgs &&
                        facts->error_code == KDC_ERR_WRONG_REALM;
        if (referred && !same_name(facts->service, request->service))
            mark_got_over(capture, ticket);
    }
}

static void track_request(struct qntc_capture *capture, struct qntc_kdc_host *host,
                          const struct qntc_kdc_message *message)
{
    if (!concerns_logons(message)) {
        note_asked(capture, &host->others, message);
        return;
    }
    forget_asked(&host->others, message);
    if (message->type == QNTC_KRB_AS_REQ)
        follow_referral(capture, host, message);
    struct qntc_kdc_ticket *ticket = ticket_of_request(host, message);
    if (ticket == NULL)
        ticket = new_ticket(capture, host, message, message->type == QNTC_KRB_TGS_REQ);
    note_request(capture, ticket, message);
    add_message(capture, host, ticket, message->frame, message->time);
}

/* ------------------------------------------------------------------------------------- answers */

static bool fits(const struct qntc_kdc_ticket *ticket, const struct qntc_kdc_message *answer)
{
    if (ticket->facts.only_syn ||
        !was_asked(&ticket->asked, answer->kdc_address, answer->client_port))
        return false;
    if (answer->type == QNTC_KRB_ERROR) /* Samba's for a TGS-REQ names nobody */
        return answer->service == NULL || same_name(ticket->facts.service, answer->service);
    return ticket->facts.tgs == (answer->type == QNTC_KRB_TGS_REP);
}

/* The logon that it was thought to be for is at its end, and it may have been for another one. */
static bool may_still_wait(const struct qntc_clock *clock, const struct qntc_kdc_ticket *ticket,
                           qntc_time now)
{
    return ticket->facts.result == QNTC_TICKET_PENDING &&
           qntc_clock_at_most(clock, ticket->last_request_time, now, QNTC_KDC_SILENCE);
}

/* By the port that asked last, else by one before: the client may have asked again meanwhile. */
static struct qntc_kdc_ticket *ticket_of_answer(const struct qntc_clock *clock,
                                                const struct qntc_kdc_host *host,
                                                const struct qntc_kdc_message *answer)
{
    struct qntc_kdc_ticket *other = NULL;
    for (GList *link = host->tickets.head; link != NULL; link = link->next) {
        struct qntc_kdc_ticket *ticket = link->data;
        bool waits = is_open(ticket) || may_still_wait(clock, ticket, answer->time);
        if (!waits || !fits(ticket, answer))
            continue;
        if (ticket->client_port == answer->client_port)
            return ticket;
        if (other == NULL && ticket->facts.unanswered > 0)
            other = ticket;
    }
    return other;
}

/*
 * A ticket-granting ticket that the client can do without, or what another was to be given (S4U):
 * only the request tells.
 */
static bool wants_its_request(const struct qntc_kdc_message *answer)
{
    return answer->error.value == KDC_ERR_BADOPTION ||
           (answer->error.value == KDC_ERR_S_PRINCIPAL_UNKNOWN && is_for_tgt(answer->service));
}

/* An answer whose request is not in the file: only one that says what it was about is of use. */
static struct qntc_kdc_ticket *ticket_without_request(struct qntc_capture *capture,
                                                      struct qntc_kdc_host *host,
                                                      const struct qntc_kdc_message *answer)
{
    if (answer->type != QNTC_KRB_ERROR || answer->service == NULL || !concerns_logons(answer) ||
        wants_its_request(answer))
        return NULL;
    for (GList *link = host->tickets.head; link != NULL; link = link->next) {
        if (fits(link->data, answer))
            return NULL; /* its ticket has an answer already: this is a copy */
    }
    struct qntc_kdc_ticket *ticket =
        new_ticket(capture, host, answer, !is_for_tgt(answer->service));
    note_asked(capture, &ticket->asked, answer);
    return ticket;
}

/* This KDC is there, whatever became of another request; that another one is not costs time. */
static void note_reached(struct qntc_capture *capture, struct qntc_kdc_host *host,
                         const struct qntc_kdc_ticket *answered)
{
    for (GList *link = host->tickets.head; link != NULL; link = link->next) {
        struct qntc_kdc_ticket *ticket = link->data;
        const struct qntc_ticket *facts = &ticket->facts;
        bool waits = facts->result == QNTC_TICKET_PENDING && facts->unanswered > 0 &&
                     g_strcmp0(facts->kdc_address, answered->facts.kdc_address) == 0;
        if (ticket != answered &&
            (waits || facts->only_syn || facts->result == QNTC_TICKET_UNREACHABLE))
            mark_got_over(capture, ticket);
    }
}

/* What the silence before it has become is over; what comes now is another matter. */
static void end_silence(struct qntc_capture *capture, struct qntc_kdc_ticket *ticket)
{
    if (ticket->finding != NULL)
        qntc_kdc_relieve(capture, ticket);
    ticket->finding = NULL;
    ticket->relieved = false;
    ticket->facts.got_over = false;
    ticket->facts.unanswered = 0;
    ticket->facts.result = QNTC_TICKET_PENDING;
}

/*
 * The client's own ticket is the same in another realm: that it is the KDC of another one may be
 * all that was wrong ([RFC6806] 7).
 */
static bool replaces(const struct qntc_ticket *granted, const struct qntc_ticket *refused)
{
    if (!granted->tgs && refused->tgs) /* a new one, where the old one could not be renewed */
        return is_for_tgt(granted->service) && same_name(refused->service, granted->service);
    if (granted->tgs)
        return is_same_ticket(refused, granted->tgs, granted->client, granted->service);
    return refused->error_code == KDC_ERR_WRONG_REALM ||
           same_name(refused->client, granted->client);
}

/* What the client was refused before, and has now. */
static void get_over(struct qntc_capture *capture, struct qntc_kdc_host *host,
                     const struct qntc_ticket *granted)
{
    for (GList *link = host->tickets.head; link != NULL; link = link->next) {
        struct qntc_kdc_ticket *ticket = link->data;
        if (ticket->facts.result == QNTC_TICKET_REFUSED && replaces(granted, &ticket->facts))
            mark_got_over(capture, ticket);
    }
}

/* The client is sent on to the KDC of another realm, with a ticket for it ([RFC6806] 8). */
static bool is_referral(const struct qntc_ticket *ticket, const struct qntc_kdc_message *answer)
{
    return ticket->tgs && !is_for_tgt(ticket->service) && is_for_tgt(answer->service);
}

static void grant(struct qntc_capture *capture, struct qntc_kdc_host *host,
                  struct qntc_kdc_ticket *ticket, const struct qntc_kdc_message *answer)
{
    struct qntc_ticket *facts = &ticket->facts;
    if (is_referral(facts, answer))
        return;
    get_over(capture, host, facts);
    facts->result = QNTC_TICKET_GRANTED;
    facts->ticket_etype = (int)answer->ticket_etype.value;
    facts->ticket_kvno = (int)answer->ticket_kvno.value;
    if (facts->tgs && !is_for_tgt(facts->service))
        qntc_kdc_note_service(capture, facts->service, facts->ticket_kvno, NULL, answer->frame);
}

/* Something has come from that KDC to that port. */
static void end_waiting(const struct qntc_kdc_host *host, const char *kdc_address,
                        uint16_t client_port)
{
    for (GList *link = host->tickets.head; link != NULL; link = link->next) {
        struct qntc_kdc_ticket *ticket = link->data;
        if (is_open(ticket) && was_asked(&ticket->asked, kdc_address, client_port))
            ticket->facts.unanswered = 0;
    }
}

static void track_answer(struct qntc_capture *capture, struct qntc_kdc_host *host,
                         const struct qntc_kdc_message *answer)
{
    bool to_other = was_asked(&host->others, answer->kdc_address, answer->client_port);
    struct qntc_kdc_ticket *ticket =
        to_other ? NULL : ticket_of_answer(&capture->clock, host, answer);
    if (ticket == NULL && !to_other)
        ticket = ticket_without_request(capture, host, answer);
    if (ticket == NULL) {
        end_waiting(host, answer->kdc_address, answer->client_port);
        return;
    }
    struct qntc_ticket *facts = &ticket->facts;
    end_silence(capture, ticket);
    facts->kdc_address = qntc_keep(capture, answer->kdc_address);
    note_reached(capture, host, ticket);
    facts->answer_frame = answer->frame;
    facts->answer_time = answer->time;
    add_message(capture, host, ticket, answer->frame, answer->time);
    if (answer->type != QNTC_KRB_ERROR) {
        grant(capture, host, ticket, answer);
    } else if (answer->error.seen && !is_normal(facts, (int)answer->error.value)) {
        facts->result = QNTC_TICKET_REFUSED;
        facts->error_code = (int)answer->error.value;
        facts->nt_status = (uint32_t)answer->nt_status.value;
        qntc_kdc_refused(capture, ticket);
    }
}

void qntc_kdc_message(struct qntc_capture *capture, const struct qntc_kdc_message *message)
{
    struct qntc_kdc_host *host = qntc_kdc_host(capture, message->client_address);
    if (message->type == QNTC_KRB_AS_REQ || message->type == QNTC_KRB_TGS_REQ)
        track_request(capture, host, message);
    else if (message->type == QNTC_KRB_AS_REP || message->type == QNTC_KRB_TGS_REP ||
             message->type == QNTC_KRB_ERROR)
        track_answer(capture, host, message);
}

void qntc_kdc_heard(struct qntc_capture *capture, const char *client_address,
                    const char *kdc_address, uint16_t client_port)
{
    end_waiting(qntc_kdc_host(capture, client_address), kdc_address, client_port);
}

/* ------------------------------------------------------------------ a KDC that is not there */

static struct qntc_kdc_ticket *ticket_of_syn(struct qntc_kdc_host *host, const char *kdc_address,
                                             uint16_t client_port)
{
    for (GList *link = host->tickets.head; link != NULL; link = link->next) {
        struct qntc_kdc_ticket *ticket = link->data;
        if (ticket->facts.only_syn && is_open(ticket) &&
            was_asked(&ticket->asked, kdc_address, client_port))
            return ticket;
    }
    return NULL;
}

/* A single SYN says nothing; a repeated one that the client is waiting. */
void qntc_kdc_syn(struct qntc_capture *capture, const struct qntc_kdc_message *syn)
{
    struct qntc_kdc_host *host = qntc_kdc_host(capture, syn->client_address);
    struct qntc_kdc_ticket *ticket = ticket_of_syn(host, syn->kdc_address, syn->client_port);
    if (ticket == NULL)
        ticket = new_ticket(capture, host, syn, false);
    ticket->facts.only_syn = true;
    note_request(capture, ticket, syn);
    if (ticket->facts.frames->len < QNTC_MAX_TICKET_FRAMES)
        g_array_append_val(ticket->facts.frames, syn->frame);
    if (ticket->facts.unanswered > 1)
        qntc_kdc_tie(capture, host, ticket, syn->frame, syn->time);
}

void qntc_kdc_syn_answered(struct qntc_capture *capture, const char *client_address,
                           const char *kdc_address, uint16_t client_port)
{
    struct qntc_kdc_host *host = qntc_kdc_host(capture, client_address);
    struct qntc_kdc_ticket *ticket = ticket_of_syn(host, kdc_address, client_port);
    if (ticket == NULL)
        return;
    end_silence(capture, ticket);
    g_queue_remove(&host->tickets, ticket);
    qntc_kdc_release_ticket(ticket);
}

/* The SYN of a TCP connection comes before the request: then there may be no ticket yet. */
void qntc_kdc_unreachable(struct qntc_capture *capture, const char *client_address,
                          const char *kdc_address, uint16_t client_port, uint32_t frame,
                          qntc_time time, const char *what)
{
    struct qntc_kdc_host *host = qntc_kdc_host(capture, client_address);
    struct qntc_kdc_ticket *found = NULL;
    for (GList *link = host->tickets.head; link != NULL && found == NULL; link = link->next) {
        struct qntc_kdc_ticket *ticket = link->data;
        if (is_open(ticket) && !ticket->facts.only_syn && ticket->client_port == client_port &&
            g_strcmp0(ticket->facts.kdc_address, kdc_address) == 0)
            found = ticket;
    }
    if (found == NULL) {
        struct qntc_kdc_message refused = {.client_address = client_address,
                                           .kdc_address = kdc_address};
        found = new_ticket(capture, host, &refused, false);
        found->facts.kdc_address = qntc_keep(capture, kdc_address);
        found->client_port = client_port;
        found->last_request_time = time;
    }
    found->facts.result = QNTC_TICKET_UNREACHABLE;
    found->facts.unreachable_by = qntc_keep(capture, what);
    found->facts.answer_frame = frame;
    found->facts.answer_time = time;
    add_message(capture, host, found, frame, time);
}
