/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The capture: owner of connections, logons, servers and strings. Here they are made, looked up
 * and freed; negotiate.c and setup.c fill them in from the messages, outcome.c decides how a logon
 * without an answer ended.
 */
#include "candidates.h"
#include "finding.h"
#include "ibm_i.h"
#include "kdc_track.h"
#include "oxid.h"
#include "track.h"
#include "transport.h"

#include <string.h>

#define MAX_LOGONS_OF_AN_OPENING 32
#define MAX_PIECES 256 /* frames of a logon that end no message */

/* ------------------------------------------------------------------------------ life and death */

static void free_logon(gpointer data)
{
    struct qntc_open_logon *logon = data;
    g_array_free(logon->facts.frames, TRUE);
    g_array_free(logon->facts.times, TRUE);
    if (logon->facts.session.events != NULL)
        g_ptr_array_free(logon->facts.session.events, TRUE);
    if (logon->facts.tickets != NULL)
        g_ptr_array_free(logon->facts.tickets, TRUE);
    g_free(logon);
}

static void free_track(gpointer data)
{
    struct qntc_track *track = data;
    g_ptr_array_free(track->open, TRUE);
    g_hash_table_destroy(track->sessions);
    if (track->pending != NULL)
        g_array_free(track->pending, TRUE);
    g_free(track);
}

static void free_server(gpointer data)
{
    struct qntc_server *server = data;
    g_hash_table_destroy(server->sessions);
    g_hash_table_destroy(server->successes);
    g_hash_table_destroy(server->ways_in);
    g_hash_table_destroy(server->accepted_domains);
    g_hash_table_destroy(server->refusals);
    g_hash_table_destroy(server->long_users);
    g_hash_table_destroy(server->successes_from);
    g_ptr_array_free(server->samples, TRUE);
    g_hash_table_destroy(server->encrypting_shares);
    g_ptr_array_free(server->waiting, TRUE);
    if (server->uncovered != NULL)
        g_array_free(server->uncovered, TRUE);
    g_free(server);
}

static void free_array(gpointer data)
{
    g_ptr_array_free(data, TRUE);
}

struct qntc_capture *qntc_capture_new(void)
{
    struct qntc_capture *capture = g_new0(struct qntc_capture, 1);
    capture->strings = g_string_chunk_new(4096);
    capture->logons = g_ptr_array_new_with_free_func(free_logon);
    capture->connections = g_ptr_array_new_with_free_func(g_free);
    capture->tracks = g_ptr_array_new_with_free_func(free_track);
    capture->servers = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_server);
    capture->successes_of = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_array);
    capture->successes_from = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_array);
    capture->findings = qntc_findings_new();
    capture->transport = qntc_transport_new();
    capture->kdc = qntc_kdc_new();
    capture->oxid = qntc_oxid_new();
    capture->frames = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_array);
    capture->clock = qntc_clock_new();
    return capture;
}

void qntc_capture_free(struct qntc_capture *capture)
{
    if (capture == NULL)
        return;
    qntc_ibm_i_hosts_free(capture->ibm_i_hosts);
    g_hash_table_destroy(capture->frames);
    qntc_candidates_free(capture->candidates);
    qntc_transport_free(capture->transport);
    qntc_oxid_free(capture->oxid);
    qntc_findings_free(capture->findings);
    g_hash_table_destroy(capture->successes_of);
    g_hash_table_destroy(capture->successes_from);
    g_hash_table_destroy(capture->servers);
    g_ptr_array_free(capture->tracks, TRUE);
    g_ptr_array_free(capture->connections, TRUE);
    g_ptr_array_free(capture->logons, TRUE);
    qntc_kdc_free(capture->kdc);
    g_string_chunk_free(capture->strings);
    g_free(capture);
}

const char *qntc_keep(struct qntc_capture *capture, const char *text)
{
    if (text == NULL)
        return NULL;
    size_t length = strlen(text);
    if (length <= QNTC_MAX_STRING)
        return g_string_chunk_insert_const(capture->strings, text);
    char *cut = g_utf8_make_valid(text, QNTC_MAX_STRING);
    const char *kept = g_string_chunk_insert_const(capture->strings, cut);
    g_free(cut);
    return kept;
}

/* --------------------------------------------------------------------- connections and servers */

static struct qntc_server *server_at(struct qntc_capture *capture, const char *address)
{
    struct qntc_server *server = g_hash_table_lookup(capture->servers, address);
    if (server != NULL)
        return server;
    server = g_new0(struct qntc_server, 1);
    server->address = address;
    server->sessions = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    server->successes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_array);
    server->ways_in = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    server->accepted_domains = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    server->refusals = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    server->long_users = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    server->successes_from = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_array);
    server->samples = g_ptr_array_new();
    server->encrypting_shares = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    server->waiting = g_ptr_array_new();
    g_hash_table_insert(capture->servers, (gpointer)address, server);
    return server;
}

struct qntc_track *qntc_capture_connect(struct qntc_capture *capture,
                                        const struct qntc_peers *peers)
{
    struct qntc_connection *connection = g_new0(struct qntc_connection, 1);
    g_ptr_array_add(capture->connections, connection);
    connection->stream = peers->stream;
    connection->client_address = qntc_keep(capture, peers->client_address);
    connection->server_address = qntc_keep(capture, peers->server_address);
    connection->client_port = peers->client_port;
    connection->server_port = peers->server_port;
    connection->began_before_capture = !peers->syn_seen;
    memcpy(connection->opening_frames, peers->opening_frames, sizeof connection->opening_frames);
    connection->opening_time = peers->opening_time;
    connection->close_time = connection->latest_time = QNTC_TIME_UNKNOWN;
    connection->server = server_at(capture, connection->server_address);

    struct qntc_track *track = g_new0(struct qntc_track, 1);
    g_ptr_array_add(capture->tracks, track);
    track->facts = connection;
    track->open = g_ptr_array_new();
    track->sessions = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    return track;
}

/* -------------------------------------------------------------------------------------- logons */

/* Where the frame belongs among them; mostly that is the end. */
static guint position_of(const GArray *frames, uint32_t frame)
{
    guint at = frames->len;
    while (at > 0 && g_array_index(frames, uint32_t, at - 1) > frame)
        at--;
    return at;
}

void qntc_add_frame(struct qntc_capture *capture, struct qntc_logon *logon, uint32_t frame)
{
    GArray *own = logon->frames;
    guint at = position_of(own, frame);
    if (frame == 0 || (at > 0 && g_array_index(own, uint32_t, at - 1) == frame))
        return;
    g_array_insert_val(own, at, frame);

    GPtrArray *here = g_hash_table_lookup(capture->frames, GUINT_TO_POINTER(frame));
    if (here == NULL) {
        here = g_ptr_array_new();
        g_hash_table_insert(capture->frames, GUINT_TO_POINTER(frame), here);
        capture->last_frame_of_logon = MAX(capture->last_frame_of_logon, frame);
    }
    g_ptr_array_add(here, logon);
}

/* A logon that has spoken before this frame and is not at its end has been left for another. */
static void mark_sequel(struct qntc_track *track, const struct qntc_open_logon *newcomer,
                        uint32_t frame)
{
    for (guint i = 0; i < track->open->len; i++) {
        struct qntc_open_logon *other = g_ptr_array_index(track->open, i);
        const struct qntc_logon *facts = &other->facts;
        if (other != newcomer && MAX(facts->last_client_frame, facts->last_server_frame) < frame)
            other->sequel_seen = true;
    }
}

/*
 * What the connection did before this logon is part of its story: the TCP set-up, and a NEGOTIATE
 * that an earlier logon began with. A connection with more logons than that is not opened for each.
 */
static void add_connection_frames(struct qntc_capture *capture, struct qntc_track *track,
                                  struct qntc_logon *logon)
{
    const struct qntc_connection *connection = track->facts;
    if (++track->logon_count > MAX_LOGONS_OF_AN_OPENING)
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(connection->opening_frames); i++)
        qntc_add_frame(capture, logon, connection->opening_frames[i]);
    qntc_add_frame(capture, logon, connection->negotiate.request_frame);
    qntc_add_frame(capture, logon, connection->negotiate.response_frame);
}

struct qntc_open_logon *qntc_begin_logon(struct qntc_capture *capture, struct qntc_track *track,
                                         const struct qntc_message *message)
{
    struct qntc_open_logon *logon = g_new0(struct qntc_open_logon, 1);
    g_ptr_array_add(capture->logons, logon);
    logon->track = track;
    logon->family = message->family;

    struct qntc_logon *facts = &logon->facts;
    facts->number = capture->logons->len;
    facts->connection = track->facts;
    facts->ntlm.lm_length = facts->ntlm.nt_length = QNTC_LENGTH_UNKNOWN;
    facts->ntlm.challenge_time = facts->ntlm.client_time = QNTC_TIME_UNKNOWN;
    facts->last_client_time = facts->last_server_time = QNTC_TIME_UNKNOWN;
    facts->result_time = QNTC_TIME_UNKNOWN;
    facts->pass_through.request_time = facts->pass_through.answer_time = QNTC_TIME_UNKNOWN;
    facts->frames = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    facts->times = g_array_new(FALSE, FALSE, sizeof(struct qntc_frame_time));
    facts->client_signing = track->facts->negotiate.client_signing;
    add_connection_frames(capture, track, facts);

    if (track->open->len >= QNTC_MAX_OPEN_LOGONS &&
        g_ptr_array_remove_index(track->open, 0) == track->fresh)
        track->fresh = NULL;
    mark_sequel(track, logon, message->frame);
    g_ptr_array_add(track->open, logon);
    qntc_kdc_logon_begins(capture, logon, message->time);
    return logon;
}

void qntc_note_time(struct qntc_connection *connection, qntc_time time)
{
    if (time == QNTC_TIME_UNKNOWN)
        return;
    if (connection->latest_time != QNTC_TIME_UNKNOWN && time < connection->latest_time)
        connection->step_back = MAX(connection->step_back, connection->latest_time - time);
    connection->latest_time = MAX(connection->latest_time, time);
}

struct qntc_clock qntc_connection_clock(const struct qntc_capture *capture,
                                        const struct qntc_connection *connection)
{
    return qntc_clock_of_connection(&capture->clock, connection->step_back);
}

/*
 * The answer to what the client said last has come; what was sent again explains a wait itself.
 * What the clock's error may have added does not count.
 */
static void measure_wait(const struct qntc_clock *clock, struct qntc_open_logon *logon,
                         const struct qntc_message *answer)
{
    struct qntc_logon *facts = &logon->facts;
    bool timed = facts->last_client_time != QNTC_TIME_UNKNOWN && answer->time != QNTC_TIME_UNKNOWN;
    if (facts->turn != QNTC_SERVER || !timed || logon->sent_again)
        return;
    qntc_time duration = answer->time - facts->last_client_time - clock->error;
    if (duration > facts->longest_wait.duration)
        facts->longest_wait = (struct qntc_wait){duration, clock->frame != 0,
                                                 facts->last_client_frame, answer->frame};
}

void qntc_touch_logon(struct qntc_capture *capture, struct qntc_open_logon *logon,
                      const struct qntc_message *message)
{
    struct qntc_logon *facts = &logon->facts;
    qntc_add_frame(capture, facts, message->frame);
    struct qntc_frame_time at = {message->frame, message->time};
    g_array_append_val(facts->times, at);
    facts->end_frame = message->frame;
    facts->ended = false;
    logon->sequel_seen = false;
    if (message->truncated && facts->truncated_frame == 0)
        facts->truncated_frame = message->frame;
    if (message->from == QNTC_CLIENT) {
        facts->last_client_frame = message->frame;
        facts->last_client_time = message->time;
        facts->turn = QNTC_SERVER;
        logon->message_id = message->message_id;
        logon->sent_again = false;
    } else {
        struct qntc_clock clock = qntc_connection_clock(capture, logon->track->facts);
        measure_wait(&clock, logon, message);
        facts->last_server_frame = message->frame;
        facts->last_server_time = message->time;
        facts->turn = QNTC_CLIENT;
    }
}

void qntc_end_logon(struct qntc_capture *capture, struct qntc_open_logon *logon,
                    const struct qntc_message *message, enum qntc_outcome outcome)
{
    struct qntc_logon *facts = &logon->facts;
    struct qntc_track *track = logon->track;
    facts->ended = true;
    facts->outcome = outcome;
    facts->status = message->status;
    facts->status.wire_name = qntc_keep(capture, message->status.wire_name);
    facts->result_frame = facts->end_frame = message->frame;
    facts->result_time = message->time;
    if (track->fresh == logon)
        track->fresh = NULL;
    g_ptr_array_remove(track->open, logon);
    qntc_remember_end(capture, logon);
    qntc_kdc_logon_ended(capture, logon);
    qntc_netlogon_ended(capture, facts);
}

/* ------------------------------------------------------------------- what a server is known for */

/* What is compared of two logons of a user; no name holds the separator. */
static char *way_in(const struct qntc_logon *logon, const char *user_key)
{
    return g_strdup_printf(
        "%s\x1f%s\x1f%s\x1f%d\x1f%d\x1f%d\x1f%d", logon->connection->client_address, user_key,
        logon->domain != NULL ? logon->domain : "", (int)logon->mechanism, (int)logon->ntlm.version,
        (int)logon->connection->negotiate.dialect, (int)logon->password);
}

static void remember_user(struct qntc_server *server, const struct qntc_logon *logon)
{
    char *user = qntc_name_key(logon->user);
    GPtrArray *successes = g_hash_table_lookup(server->successes, user);
    bool full = successes != NULL && successes->len >= QNTC_MAX_WAYS_IN;
    if (full || !g_hash_table_add(server->ways_in, way_in(logon, user))) {
        g_free(user);
        return;
    }
    if (successes == NULL) {
        successes = g_ptr_array_new();
        g_hash_table_insert(server->successes, user, successes);
    } else {
        g_free(user);
    }
    g_ptr_array_add(successes, (gpointer)logon);
}

static void keep_session(GHashTable *sessions, struct qntc_open_logon *logon)
{
    guint64 *id = g_new(guint64, 1);
    *id = logon->facts.session_id;
    g_hash_table_replace(sessions, id, logon);
}

void qntc_remember_success(struct qntc_open_logon *logon)
{
    const struct qntc_logon *facts = &logon->facts;
    struct qntc_server *server = logon->track->facts->server;
    logon->track->latest_session = logon;
    bool is_new = facts->session_id != 0 && facts->kind != QNTC_LOGON_REAUTHENTICATION;
    logon->track->occasions += is_new; /* an SMB1 server gives a UID out again */
    if (facts->session_id != 0)
        keep_session(logon->track->sessions, logon);
    if (facts->session_id != 0 && logon->family == QNTC_SMB2)
        keep_session(server->sessions, logon);
    if (facts->outcome != QNTC_OUTCOME_SUCCESS || facts->user == NULL || *facts->user == '\0')
        return;
    remember_user(server, facts);
    char *domain = qntc_name_key(facts->domain);
    if (domain != NULL && *domain != '\0' &&
        !g_hash_table_contains(server->accepted_domains, domain))
        g_hash_table_insert(server->accepted_domains, g_steal_pointer(&domain), (gpointer)facts);
    g_free(domain);
    bool v1 = facts->ntlm.version == QNTC_NTLM_LM || facts->ntlm.version == QNTC_NTLM_V1 ||
              facts->ntlm.version == QNTC_NTLM_V1_ESS;
    if (v1 && server->ntlmv1 == NULL)
        server->ntlmv1 = facts;
}

const GPtrArray *qntc_server_successes(const struct qntc_server *server, const char *user)
{
    if (server == NULL || user == NULL)
        return NULL;
    char *key = qntc_name_key(user);
    const GPtrArray *successes = g_hash_table_lookup(server->successes, key);
    g_free(key);
    return successes;
}

const struct qntc_logon *qntc_server_accepted_domain(const struct qntc_server *server,
                                                     const char *domain)
{
    if (server == NULL || domain == NULL)
        return NULL;
    char *key = qntc_name_key(domain);
    const struct qntc_logon *logon = g_hash_table_lookup(server->accepted_domains, key);
    g_free(key);
    return logon;
}

const struct qntc_logon *qntc_server_accepted_ntlmv1(const struct qntc_server *server)
{
    return server != NULL ? server->ntlmv1 : NULL;
}

const struct qntc_logon *qntc_server_encrypts(const struct qntc_server *server)
{
    return server != NULL ? server->encrypted : NULL;
}

bool qntc_server_encrypts_share(const struct qntc_server *server, const char *share)
{
    if (server == NULL || share == NULL)
        return false;
    char *key = qntc_name_key(share);
    bool encrypts = g_hash_table_contains(server->encrypting_shares, key);
    g_free(key);
    return encrypts;
}

/* ------------------------------------------------------------------------- what the plugin says */

void qntc_capture_frame(struct qntc_capture *capture, uint32_t frame, qntc_time time,
                        bool truncated)
{
    capture->frame_count = MAX(capture->frame_count, frame);
    capture->truncated_frames += truncated;
    qntc_clock_frame(&capture->clock, frame, time);
    capture->end_decided = false;
}

void qntc_capture_heard(struct qntc_track *track, enum qntc_side side)
{
    if (side == QNTC_CLIENT)
        track->facts->client_frames_seen = true;
    else
        track->facts->server_frames_seen = true;
}

void qntc_capture_resent(struct qntc_track *track)
{
    for (guint i = 0; i < track->open->len; i++) {
        struct qntc_open_logon *logon = g_ptr_array_index(track->open, i);
        logon->sent_again = true;
    }
}

void qntc_capture_not_smb(struct qntc_capture *capture, struct qntc_track *track, uint32_t frame)
{
    if (track->facts->not_smb_frame != 0)
        return;
    track->facts->not_smb_frame = frame;
    for (guint i = 0; i < track->open->len; i++) {
        struct qntc_open_logon *logon = g_ptr_array_index(track->open, i);
        qntc_add_frame(capture, &logon->facts, frame);
    }
}

void qntc_capture_piece(struct qntc_capture *capture, struct qntc_track *track, uint32_t frame)
{
    for (guint i = 0; i < track->open->len; i++) {
        struct qntc_open_logon *logon = g_ptr_array_index(track->open, i);
        if (!logon->facts.ended && !logon->sequel_seen && logon->pieces++ < MAX_PIECES)
            qntc_add_frame(capture, &logon->facts, frame);
    }
}

void qntc_capture_gap(struct qntc_track *track, uint32_t frame)
{
    for (guint i = 0; i < track->open->len; i++) {
        struct qntc_logon *logon = &((struct qntc_open_logon *)track->open->pdata[i])->facts;
        if (logon->gap_frame == 0 && !logon->ended)
            logon->gap_frame = frame;
    }
}

void qntc_capture_cut_off(struct qntc_capture *capture, const struct qntc_place *place,
                          uint32_t frame)
{
    qntc_note_finding(capture, "capture-truncated", QNTC_CONFIDENCE_PROVEN, place, frame,
                      "the capture has less of this frame than was on the wire");
}

void qntc_capture_message(struct qntc_capture *capture, struct qntc_track *track,
                          const struct qntc_message *message)
{
    qntc_capture_heard(track, message->from);
    qntc_note_time(track->facts, message->time);
    if (message->from == QNTC_SERVER)
        track->facts->not_smb_frame = 0;
    if (message->truncated) {
        struct qntc_place place = {track->facts->client_address, track->facts->server_address,
                                   track->facts->server_port};
        qntc_capture_cut_off(capture, &place, message->frame);
    }
    if (message->command == QNTC_COMMAND_NEGOTIATE)
        qntc_track_negotiate(capture, track, message);
    else if (message->command == QNTC_COMMAND_SESSION_SETUP)
        qntc_track_setup(capture, track, message);
    else
        qntc_track_after(capture, track, message);
}

unsigned qntc_track_occasions(const struct qntc_track *track)
{
    return track->occasions;
}

/* ---------------------------------------------------------------------------- what others read */

unsigned qntc_capture_logon_count(const struct qntc_capture *capture)
{
    return capture->logons->len;
}

const struct qntc_logon *qntc_capture_logon(const struct qntc_capture *capture, unsigned index)
{
    return g_ptr_array_index(capture->logons, index);
}

uint32_t qntc_capture_frames(const struct qntc_capture *capture)
{
    return capture->frame_count;
}

uint32_t qntc_capture_truncated_frames(const struct qntc_capture *capture)
{
    return capture->truncated_frames;
}

const struct qntc_clock *qntc_capture_clock(const struct qntc_capture *capture)
{
    return &capture->clock;
}

const GPtrArray *qntc_capture_logons_of_frame(const struct qntc_capture *capture, uint32_t frame)
{
    if (frame > capture->last_frame_of_logon) /* nearly all, while the file is read */
        return NULL;
    return g_hash_table_lookup(capture->frames, GUINT_TO_POINTER(frame));
}
