/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From SYN, RST, ICMP and NetBIOS session responses to findings. That a SYN had no answer shows
 * only later, so it is decided where the capture ends; so is what the client got over: the other of
 * the ports 445 and 139 that worked, or the next try.
 */
#include "transport.h"

#include "track.h"

#define PORT_NETBIOS_SESSION 139
#define PORT_MICROSOFT_DS 445

/* Stacks repeat a SYN after half a second at the earliest; what comes sooner is a copy of it. */
#define SHORTEST_REPETITION (G_USEC_PER_SEC / 5)
/* The silence that a single SYN must meet. */
#define SHORTEST_SILENCE (3 * G_USEC_PER_SEC)
/* A client that tries another way, or once more, does so within this time. */
#define LONGEST_RETRY (60 * G_USEC_PER_SEC)

#define MAX_SYNS 7 /* Linux sends seven, others fewer */

/* A connection that has only its SYN so far. Addresses belong to the capture. */
struct attempt {
    const char *client_address;
    const char *server_address;
    qntc_time first_time;
    qntc_time last_time;
    uint32_t frames[MAX_SYNS];
    uint16_t frame_count;
    uint16_t server_port;
};

/* A finding of this file, and when the latest attempt that belongs to it began. */
struct trouble {
    struct qntc_finding *finding;
    qntc_time since;
};

struct qntc_transport {
    GHashTable *attempts; /* stream -> struct attempt * */
    GHashTable *troubles; /* "client|server" -> GArray of struct trouble */
    GHashTable *heard;    /* set: clients to which the capture shows an answer of somebody */
};

static void free_troubles(gpointer data)
{
    g_array_free(data, TRUE);
}

struct qntc_transport *qntc_transport_new(void)
{
    struct qntc_transport *transport = g_new0(struct qntc_transport, 1);
    transport->attempts = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
    transport->troubles = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_troubles);
    transport->heard = g_hash_table_new(g_str_hash, g_str_equal);
    return transport;
}

void qntc_transport_free(struct qntc_transport *transport)
{
    g_hash_table_destroy(transport->attempts);
    g_hash_table_destroy(transport->troubles);
    g_hash_table_destroy(transport->heard);
    g_free(transport);
}

/* ------------------------------------------------------------------------------------- findings */

static GArray *troubles_between(const struct qntc_capture *capture, const char *client,
                                const char *server)
{
    char *pair = g_strdup_printf("%s|%s", client, server);
    GArray *troubles = g_hash_table_lookup(capture->transport->troubles, pair);
    g_free(pair);
    return troubles;
}

static void remember(struct qntc_capture *capture, struct qntc_finding *finding, qntc_time since)
{
    GArray *troubles = troubles_between(capture, finding->client_address, finding->server_address);
    if (troubles == NULL) {
        troubles = g_array_new(FALSE, FALSE, sizeof(struct trouble));
        g_hash_table_insert(
            capture->transport->troubles,
            g_strdup_printf("%s|%s", finding->client_address, finding->server_address), troubles);
    }
    for (guint i = 0; i < troubles->len; i++) {
        struct trouble *known = &g_array_index(troubles, struct trouble, i);
        if (known->finding == finding) {
            known->since = MAX(known->since, since);
            return;
        }
    }
    struct trouble trouble = {finding, since};
    g_array_append_val(troubles, trouble);
}

static void note(struct qntc_capture *capture, const char *id, enum qntc_confidence confidence,
                 const struct qntc_place *place, uint32_t frame, qntc_time since, const char *text)
{
    struct qntc_finding *finding = qntc_note_finding(capture, id, confidence, place, frame, text);
    finding->got_over = false;
    remember(capture, finding, since);
}

static void note_heard(struct qntc_capture *capture, const char *client)
{
    g_hash_table_add(capture->transport->heard, (gpointer)qntc_keep(capture, client));
}

bool qntc_transport_heard(const struct qntc_capture *capture, const char *client)
{
    return g_hash_table_contains(capture->transport->heard, client);
}

/* ------------------------------------------------------------------------- SYN and its answer */

void qntc_transport_syn(struct qntc_capture *capture, const struct qntc_peers *peers,
                        uint32_t frame, qntc_time time)
{
    GHashTable *attempts = capture->transport->attempts;
    struct attempt *attempt = g_hash_table_lookup(attempts, GUINT_TO_POINTER(peers->stream));
    if (attempt == NULL) {
        attempt = g_new0(struct attempt, 1);
        attempt->client_address = qntc_keep(capture, peers->client_address);
        attempt->server_address = qntc_keep(capture, peers->server_address);
        attempt->server_port = peers->server_port;
        attempt->first_time = time;
        g_hash_table_insert(attempts, GUINT_TO_POINTER(peers->stream), attempt);
    }
    attempt->last_time = time;
    if (attempt->frame_count < MAX_SYNS)
        attempt->frames[attempt->frame_count++] = frame;
}

bool qntc_transport_awaits(const struct qntc_capture *capture, uint32_t stream)
{
    GHashTable *attempts = capture->transport->attempts;
    return g_hash_table_size(attempts) > 0 &&
           g_hash_table_contains(attempts, GUINT_TO_POINTER(stream));
}

static struct qntc_place place_of(const struct attempt *attempt)
{
    return (struct qntc_place){attempt->client_address, attempt->server_address,
                               attempt->server_port};
}

static void note_refusal(struct qntc_capture *capture, const struct attempt *attempt,
                         uint32_t frame)
{
    struct qntc_place place = place_of(attempt);
    char *syn = g_strdup_printf("SYN to port %u", place.server_port);
    char *reset = g_strdup_printf("RST answers the SYN of frame %u", attempt->frames[0]);
    /* The answer first: it is the frame on which the finding is shown. */
    note(capture, "port-closed", QNTC_CONFIDENCE_PROVEN, &place, frame, attempt->first_time, reset);
    for (unsigned i = 0; i < attempt->frame_count; i++)
        qntc_note_finding(capture, "port-closed", QNTC_CONFIDENCE_PROVEN, &place,
                          attempt->frames[i], syn);
    g_free(reset);
    g_free(syn);
}

void qntc_transport_answer(struct qntc_capture *capture, uint32_t stream,
                           enum qntc_syn_answer answer, uint32_t frame)
{
    GHashTable *attempts = capture->transport->attempts;
    const struct attempt *attempt = g_hash_table_lookup(attempts, GUINT_TO_POINTER(stream));
    if (attempt == NULL)
        return;
    if (answer != QNTC_SYN_GOES_ON)
        note_heard(capture, attempt->client_address);
    if (answer == QNTC_SYN_REFUSED)
        note_refusal(capture, attempt, frame);
    g_hash_table_remove(attempts, GUINT_TO_POINTER(stream));
}

/* ------------------------------------------------------------------------------------ ICMP */

/* [RFC792], [RFC1122] 3.2.2.1, [RFC1812] 5.2.7.1. Code 4 asks for smaller packets, no more. */
static const char *const icmp_codes[] = {
    [0] = "network unreachable",
    [1] = "host unreachable",
    [2] = "protocol unreachable",
    [3] = "port unreachable",
    [5] = "source route failed",
    [6] = "network unknown",
    [7] = "host unknown",
    [8] = "source host isolated",
    [9] = "network administratively prohibited",
    [10] = "host administratively prohibited",
    [11] = "network unreachable for this type of service",
    [12] = "host unreachable for this type of service",
    [13] = "communication administratively prohibited",
    [14] = "host precedence violation",
    [15] = "precedence cutoff in effect",
};

/* [RFC4443] 3.1 */
static const char *const icmpv6_codes[] = {
    [0] = "no route to destination",
    [1] = "communication administratively prohibited",
    [2] = "beyond scope of source address",
    [3] = "address unreachable",
    [4] = "port unreachable",
    [5] = "source address failed ingress or egress policy",
    [6] = "reject route to destination",
};

static const char *code_name(bool icmpv6, unsigned code)
{
    const char *name = NULL;
    if (icmpv6)
        name = code < G_N_ELEMENTS(icmpv6_codes) ? icmpv6_codes[code] : NULL;
    else
        name = code < G_N_ELEMENTS(icmp_codes) ? icmp_codes[code] : NULL;
    return name != NULL ? name : "a code without a name";
}

char *qntc_unreachable_text(const struct qntc_unreachable *unreachable)
{
    return g_strdup_printf("%s destination unreachable from %s, code %u: %s",
                           unreachable->icmpv6 ? "ICMPv6" : "ICMP", unreachable->reporter,
                           unreachable->code, code_name(unreachable->icmpv6, unreachable->code));
}

void qntc_transport_unreachable(struct qntc_capture *capture,
                                const struct qntc_unreachable *unreachable, uint32_t frame,
                                qntc_time time)
{
    char *text = qntc_unreachable_text(unreachable);
    note(capture, "host-unreachable", QNTC_CONFIDENCE_PROVEN, &unreachable->place, frame, time,
         text);
    note_heard(capture, unreachable->place.client_address);
    g_free(text);
}

/* ---------------------------------------------------------------------------- NetBIOS sessions */

/* [RFC1002] 4.3.4: the first three are about names. */
static const struct session_error {
    unsigned code;
    const char *id;
    const char *text;
} session_errors[] = {
    {0x80, "netbios-name-refused", "not listening on called name"},
    {0x81, "netbios-name-refused", "not listening for calling name"},
    {0x82, "netbios-name-refused", "called name not present"},
    {0x83, "netbios-refused", "called name present, but insufficient resources"},
    {0x8F, "netbios-refused", "unspecified error"},
};

void qntc_transport_session_refused(struct qntc_capture *capture, const struct qntc_place *place,
                                    unsigned error, const char *called_name, uint32_t frame,
                                    qntc_time time)
{
    const char *id = "netbios-refused";
    const char *meaning = "a code without a name";
    for (size_t i = 0; i < G_N_ELEMENTS(session_errors); i++) {
        if (session_errors[i].code == error) {
            id = session_errors[i].id;
            meaning = session_errors[i].text;
        }
    }
    GString *text = g_string_new(NULL);
    g_string_printf(text, "negative session response, error 0x%02X: %s", error, meaning);
    if (called_name != NULL)
        g_string_append_printf(text, "; the client called %s", qntc_keep(capture, called_name));
    note(capture, id, QNTC_CONFIDENCE_PROVEN, place, frame, time, text->str);
    g_string_free(text, TRUE);
}

/* ------------------------------------------------------------------------------- no answer */

static bool is_unanswered(const struct attempt *attempt, const struct qntc_clock *clock)
{
    qntc_time since = attempt->first_time;
    if (since == QNTC_TIME_UNKNOWN || clock->latest == QNTC_TIME_UNKNOWN)
        return attempt->frame_count > 1;
    return qntc_clock_at_least(clock, since, attempt->last_time, SHORTEST_REPETITION) ||
           qntc_clock_at_least(clock, since, clock->latest, SHORTEST_SILENCE);
}

static bool is_explained_by_icmp(const struct qntc_capture *capture, const struct attempt *attempt)
{
    const GArray *troubles =
        troubles_between(capture, attempt->client_address, attempt->server_address);
    for (guint i = 0; troubles != NULL && i < troubles->len; i++) {
        const struct qntc_finding *finding = g_array_index(troubles, struct trouble, i).finding;
        if (finding->server_port == attempt->server_port &&
            g_str_equal(finding->cause->cause->id, "host-unreachable"))
            return true;
    }
    return false;
}

/* A client of which only one direction is in the file may have had an answer. */
static void note_no_answer(struct qntc_capture *capture, const struct attempt *attempt)
{
    struct qntc_place place = place_of(attempt);
    if (is_explained_by_icmp(capture, attempt)) {
        for (unsigned i = 0; i < attempt->frame_count; i++)
            note(capture, "host-unreachable", QNTC_CONFIDENCE_PROVEN, &place, attempt->frames[i],
                 attempt->first_time, "SYN without an answer of the server");
        return;
    }
    bool heard = qntc_transport_heard(capture, attempt->client_address);
    for (unsigned i = 0; i < attempt->frame_count; i++) {
        char *text = g_strdup_printf("SYN to port %u%s: no answer", place.server_port,
                                     i > 0 ? ", repeated" : "");
        note(capture, "no-answer", heard ? QNTC_CONFIDENCE_PROVEN : QNTC_CONFIDENCE_LIKELY, &place,
             attempt->frames[i], attempt->first_time, text);
        g_free(text);
    }
}

static int by_first_frame(const void *a, const void *b)
{
    const struct attempt *x = *(struct attempt *const *)a;
    const struct attempt *y = *(struct attempt *const *)b;
    return (x->frames[0] > y->frames[0]) - (x->frames[0] < y->frames[0]);
}

/* What becomes a finding is no longer kept: the next end of the capture does not see it again. */
static void decide_attempts(struct qntc_capture *capture)
{
    GPtrArray *unanswered = g_ptr_array_new_with_free_func(g_free);
    GHashTableIter iterator;
    gpointer value;
    g_hash_table_iter_init(&iterator, capture->transport->attempts);
    while (g_hash_table_iter_next(&iterator, NULL, &value)) {
        if (is_unanswered(value, &capture->clock) || is_explained_by_icmp(capture, value)) {
            g_hash_table_iter_steal(&iterator);
            g_ptr_array_add(unanswered, value);
        }
    }
    g_ptr_array_sort(unanswered, by_first_frame);
    for (guint i = 0; i < unanswered->len; i++)
        note_no_answer(capture, g_ptr_array_index(unanswered, i));
    g_ptr_array_free(unanswered, TRUE);
}

/* ----------------------------------------------------------------- what the client got over */

/* How an SMB answer on one port bears on trouble with another; else on the same port. */
static const char *relief(uint16_t troubled, uint16_t answering)
{
    if (troubled == answering)
        return "a connection to the same port works: the server answers SMB";
    if (troubled == PORT_NETBIOS_SESSION && answering == PORT_MICROSOFT_DS)
        return "the server answers SMB on port 445: the client does not need port 139";
    if (troubled == PORT_MICROSOFT_DS && answering == PORT_NETBIOS_SESSION)
        return "the client falls back to port 139 (NetBIOS), and the server answers SMB there: "
               "that costs time, not the connection";
    return NULL;
}

/* Port 139 does not matter to a client that has 445; anything else must follow the trouble soon. */
static bool is_in_time(const struct qntc_clock *clock, const struct trouble *trouble,
                       const struct qntc_connection *connection)
{
    if (trouble->finding->server_port == PORT_NETBIOS_SESSION &&
        connection->server_port == PORT_MICROSOFT_DS)
        return true;
    qntc_time answer = connection->negotiate.response_time;
    bool before = qntc_clock_at_least(clock, answer, trouble->since, 1);
    return !before && qntc_clock_at_most(clock, trouble->since, answer, LONGEST_RETRY);
}

static void relieve(struct qntc_capture *capture, const struct qntc_connection *connection)
{
    GArray *troubles =
        troubles_between(capture, connection->client_address, connection->server_address);
    for (guint i = 0; troubles != NULL && i < troubles->len; i++) {
        const struct trouble *trouble = &g_array_index(troubles, struct trouble, i);
        struct qntc_finding *finding = trouble->finding;
        const char *text = relief(finding->server_port, connection->server_port);
        if (text == NULL || finding->got_over || !is_in_time(&capture->clock, trouble, connection))
            continue;
        finding->got_over = true;
        qntc_finding_evidence(finding, connection->negotiate.response_frame, text);
    }
}

/* Both ports fail: one story, told on each. */
static void tell_of_other_port(const GArray *troubles, struct qntc_finding *finding)
{
    for (guint i = 0; i < troubles->len; i++) {
        const struct qntc_finding *other = g_array_index(troubles, struct trouble, i).finding;
        if (other->server_port == finding->server_port || other->got_over)
            continue;
        char *text = g_strdup_printf("port %u of this server fails, too (%s)", other->server_port,
                                     other->cause->cause->id);
        qntc_finding_evidence(finding, g_array_index(other->frames, uint32_t, 0), text);
        g_free(text);
    }
}

static void tell_stories(struct qntc_capture *capture)
{
    GHashTableIter iterator;
    gpointer value;
    g_hash_table_iter_init(&iterator, capture->transport->troubles);
    while (g_hash_table_iter_next(&iterator, NULL, &value)) {
        const GArray *troubles = value;
        for (guint i = 0; i < troubles->len; i++) {
            struct qntc_finding *finding = g_array_index(troubles, struct trouble, i).finding;
            if (!finding->got_over)
                tell_of_other_port(troubles, finding);
        }
    }
}

void qntc_transport_end(struct qntc_capture *capture)
{
    for (guint i = 0; i < capture->connections->len; i++) {
        const struct qntc_connection *connection = g_ptr_array_index(capture->connections, i);
        if (connection->server_frames_seen)
            note_heard(capture, connection->client_address);
    }
    decide_attempts(capture);
    for (guint i = 0; i < capture->connections->len; i++) {
        const struct qntc_connection *connection = g_ptr_array_index(capture->connections, i);
        if (connection->negotiate.response_frame != 0)
            relieve(capture, connection);
    }
    tell_stories(capture);
}
