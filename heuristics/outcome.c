/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a logon ended that no answer ended: by whose turn it was, who closed the connection, and how
 * long the silence was. The words and the limits are those of the vocabulary (verdicts.md,
 * Outcome): five seconds of silence, ten seconds between a server's last word and its close.
 */
#include "kdc_track.h"
#include "oxid.h"
#include "transport.h"

#define SILENCE (5 * G_USEC_PER_SEC)
#define CLOSE_AFTER_ANSWER (10 * G_USEC_PER_SEC)

/*
 * The server closed on the client's turn: at once, or it tired of waiting. Where the time stamps do
 * not tell, nobody does.
 */
static enum qntc_outcome at_close_by_server(const struct qntc_logon *logon,
                                            const struct qntc_clock *clock)
{
    qntc_time since = logon->last_server_time;
    qntc_time until = logon->connection->close_time;
    if (qntc_clock_at_least(clock, since, until, CLOSE_AFTER_ANSWER))
        return QNTC_OUTCOME_ABANDONED;
    bool at_once = qntc_clock_at_most(clock, since, until, CLOSE_AFTER_ANSWER);
    return at_once ? QNTC_OUTCOME_CLOSED : QNTC_OUTCOME_UNKNOWN;
}

static enum qntc_outcome at_close(const struct qntc_logon *logon, const struct qntc_clock *clock)
{
    const struct qntc_connection *connection = logon->connection;
    bool servers_turn = logon->turn == QNTC_SERVER;
    if (connection->closed_by == QNTC_CLIENT) {
        bool waited =
            qntc_clock_at_least(clock, logon->last_client_time, connection->close_time, SILENCE);
        return servers_turn && waited ? QNTC_OUTCOME_UNANSWERED : QNTC_OUTCOME_ABANDONED;
    }
    return servers_turn ? QNTC_OUTCOME_CLOSED : at_close_by_server(logon, clock);
}

static enum qntc_outcome at_end_of_file(const struct qntc_logon *logon,
                                        const struct qntc_clock *clock)
{
    qntc_time since =
        logon->turn == QNTC_SERVER ? logon->last_client_time : logon->last_server_time;
    if (!qntc_clock_at_least(clock, since, clock->latest, SILENCE))
        return QNTC_OUTCOME_UNKNOWN;
    return logon->turn == QNTC_SERVER ? QNTC_OUTCOME_UNANSWERED : QNTC_OUTCOME_ABANDONED;
}

static bool is_one_sided(const struct qntc_logon *logon)
{
    const struct qntc_connection *connection = logon->connection;
    return !connection->client_frames_seen || !connection->server_frames_seen;
}

enum qntc_outcome qntc_outcome_without_answer(const struct qntc_logon *logon,
                                              const struct qntc_clock *clock)
{
    if (logon->kerberos.error_frame != 0 && logon->turn == QNTC_CLIENT &&
        logon->kerberos.error_frame == logon->last_server_frame)
        return QNTC_OUTCOME_REFUSED;
    if (is_one_sided(logon))
        return QNTC_OUTCOME_UNKNOWN;
    if (logon->superseded)
        return logon->turn == QNTC_CLIENT ? QNTC_OUTCOME_ABANDONED : QNTC_OUTCOME_UNKNOWN;
    if (logon->connection->close_frame == 0)
        return at_end_of_file(logon, clock);
    struct qntc_clock own = qntc_clock_of_connection(clock, logon->connection->step_back);
    return at_close(logon, &own);
}

/* A KRB-ERROR that nothing followed is the refusal: its frame is the result. */
static void settle_refusal(struct qntc_logon *logon)
{
    logon->result_frame = logon->end_frame = logon->kerberos.error_frame;
    logon->result_time = logon->last_server_time;
    logon->status = (struct qntc_status){.kind = QNTC_STATUS_NT,
                                         .code = (uint32_t)QNTC_STATUS_MORE_PROCESSING_REQUIRED};
}

static void decide(struct qntc_capture *capture, struct qntc_open_logon *open)
{
    struct qntc_logon *logon = &open->facts;
    logon->superseded = open->sequel_seen;
    logon->outcome = qntc_outcome_without_answer(logon, &capture->clock);
    if (logon->outcome == QNTC_OUTCOME_REFUSED)
        settle_refusal(logon);
}

static void note_close(struct qntc_connection *connection, uint32_t frame, qntc_time time,
                       enum qntc_side by, bool reset)
{
    connection->close_frame = frame;
    connection->close_time = time;
    connection->closed_by = by;
    connection->closed_by_reset = reset;
}

void qntc_capture_close(struct qntc_capture *capture, struct qntc_track *track, uint32_t frame,
                        qntc_time time, enum qntc_side by, bool reset)
{
    struct qntc_connection *connection = track->facts;
    if (connection->close_frame != 0)
        return;
    qntc_note_time(connection, time);
    note_close(connection, frame, time, by, reset);
    /* A NEGOTIATE behind them has given the connection new facts; they still have the old. */
    for (guint i = 0; i < track->open->len; i++) {
        struct qntc_open_logon *open = g_ptr_array_index(track->open, i);
        note_close((struct qntc_connection *)open->facts.connection, frame, time, by, reset);
    }
    if (track->latest_session != NULL && track->latest_session->track == track)
        note_close((struct qntc_connection *)track->latest_session->facts.connection, frame, time,
                   by, reset);
    qntc_track_end_of_sessions(capture, track);
    for (guint i = 0; i < track->open->len; i++) {
        struct qntc_open_logon *open = g_ptr_array_index(track->open, i);
        if (open->sequel_seen)
            continue;
        qntc_add_frame(capture, &open->facts, frame);
        open->facts.end_frame = frame;
        open->facts.ended = true;
        decide(capture, open);
    }
}

void qntc_capture_end(struct qntc_capture *capture)
{
    if (capture->end_decided)
        return;
    for (guint i = 0; i < capture->logons->len; i++) {
        struct qntc_open_logon *open = g_ptr_array_index(capture->logons, i);
        if (!open->facts.ended)
            decide(capture, open);
    }
    qntc_transport_end(capture);
    qntc_kdc_end(capture);
    qntc_oxid_end(capture);
    qntc_findings_sort(capture->findings);
    capture->end_decided = true;
}
