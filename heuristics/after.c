/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What follows a logon that worked: tree connects, requests that the server refuses for a reason of
 * the session, and a connection that one side ends at once. Only the first requests of a session
 * and answers that fail come here, so bulk traffic costs nothing; how they are signed shows there.
 */
#include "diagnosis.h"
#include "finding.h"
#include "track.h"

#include <string.h>

#define MAX_EVENTS 256   /* of one logon */
#define MAX_FOLLOWED 128 /* beyond these, what a client got over is counted with the next */
#define MAX_PENDING 64   /* requests of a connection that wait for their answers */
#define AT_ONCE (5 * G_USEC_PER_SEC)
#define RELATED_SESSION UINT64_MAX /* [MS-SMB2] 3.3.5.2.7.2: that of the message before */

enum { SMB2_SIGNED = 0x00000008, SMB1_SIGNED = 0x0004 }; /* Flags, Flags2 */
enum { SHARE_ENCRYPTS = 0x00008000 };                    /* [MS-SMB2] 2.2.10 ShareFlags */
enum { FSCTL_VALIDATE_NEGOTIATE_INFO = 0x00140204 };

/* A request that waits for its answer. */
struct pending {
    uint64_t message_id;
    uint32_t frame;
    const char *name;
    const char *share;
    bool is_signed;
    bool for_referral;
};

/* Statuses by which a server says that it is not the request but the session. */
static const uint32_t session_statuses[] = {
    0xC000A000, /* INVALID_SIGNATURE */
    0xC0000203, /* USER_SESSION_DELETED */
    0xC00000C9, /* NETWORK_NAME_DELETED */
    0xC000035C, /* NETWORK_SESSION_EXPIRED */
    0xC0000257, /* PATH_NOT_COVERED */
    0xC00000CE, /* TOO_MANY_SESSIONS */
    0xC00000D0, /* REQUEST_NOT_ACCEPTED */
};

/* Windows sets SMB1's bit with signing off, too, and leaves the signature zero. */
static bool has_signature(const struct qntc_bytes *signature)
{
    for (size_t i = 0; i < signature->length; i++) {
        if (signature->data[i] != 0)
            return true;
    }
    return false;
}

static bool is_signed(const struct qntc_message *message)
{
    if (!message->flags.seen)
        return false;
    if (message->family == QNTC_SMB2)
        return (message->flags.value & SMB2_SIGNED) != 0;
    return (message->flags.value & SMB1_SIGNED) != 0 && has_signature(&message->smb1_signature);
}

/* The session, or a tree of it, comes to its end. */
static bool leaves(const struct qntc_message *message)
{
    return message->command == QNTC_COMMAND_LOGOFF ||
           message->command == QNTC_COMMAND_TREE_DISCONNECT;
}

/* "\\server\share" -> "share" */
static const char *share_of(const char *path)
{
    const char *last = path != NULL ? strrchr(path, '\\') : NULL;
    return last != NULL ? last + 1 : path;
}

/* ------------------------------------------------------------------------------ whose session */

/*
 * An ECHO may come without a session and unsigned ([MS-SMB2] 3.3.5.17), an oplock break always does
 * (3.3.4.6): that tells nothing of the sessions, unless it fails for one.
 */
static bool is_of_no_session(const struct qntc_message *message)
{
    bool fails = message->from == QNTC_SERVER && !qntc_status_is_success(&message->status);
    return message->family == QNTC_SMB2 && message->session_id.seen &&
           message->session_id.value == 0 && !fails;
}

static struct qntc_open_logon *session_of(const struct qntc_track *track,
                                          const struct qntc_message *message)
{
    guint64 id = message->session_id.value;
    if (message->session_id.seen && id == RELATED_SESSION)
        return track->previous_session;
    if (!message->session_id.seen || id == 0)
        return track->latest_session;
    struct qntc_open_logon *logon = g_hash_table_lookup(track->sessions, &id);
    if (logon != NULL || message->family == QNTC_SMB1)
        return logon;
    /* Another channel of a session; servers with small ids give the same one to other clients. */
    logon = g_hash_table_lookup(track->facts->server->sessions, &id);
    bool same_client = logon != NULL && g_str_equal(logon->facts.connection->client_address,
                                                    track->facts->client_address);
    return same_client ? logon : NULL;
}

static struct qntc_session *session(struct qntc_open_logon *logon)
{
    return &logon->facts.session;
}

/* ----------------------------------------------------------------------------------- requests */

static void remember_request(struct qntc_capture *capture, struct qntc_track *track,
                             const struct qntc_message *message)
{
    struct pending request = {
        .message_id = message->message_id.value,
        .frame = message->frame,
        .name = message->command_name,
        .share = qntc_keep(capture, share_of(message->tree_path)),
        .is_signed = is_signed(message),
        .for_referral = qntc_asks_for_referral(message),
    };
    if (track->pending == NULL)
        track->pending = g_array_new(FALSE, FALSE, sizeof(struct pending));
    if (track->pending->len == MAX_PENDING)
        g_array_remove_index(track->pending, 0);
    g_array_append_val(track->pending, request);
}

/*
 * The latest request of that id: SMB1 clients use their MIDs again. That it is answered is news
 * where it asked for a referral.
 */
static bool take_request(struct qntc_capture *capture, struct qntc_track *track,
                         const struct qntc_message *message, struct pending *request)
{
    GArray *pending = track->pending;
    for (guint i = pending != NULL ? pending->len : 0; i-- > 0;) {
        const struct pending *waiting = &g_array_index(pending, struct pending, i);
        if (message->message_id.seen && waiting->message_id == message->message_id.value) {
            *request = *waiting;
            g_array_remove_index(pending, i);
            if (request->for_referral)
                qntc_answer_referral(capture, track, request->frame,
                                     qntc_status_is_success(&message->status));
            return true;
        }
    }
    return false;
}

/* 3.x signs tree connects and FSCTL_VALIDATE_NEGOTIATE_INFO whatever was agreed. */
static bool shows_signing(const struct qntc_message *message)
{
    bool validate = message->fsctl.seen && message->fsctl.value == FSCTL_VALIDATE_NEGOTIATE_INFO;
    return message->command != QNTC_COMMAND_TREE_CONNECT && !validate;
}

static void note_request(struct qntc_open_logon *logon, const struct qntc_message *message)
{
    struct qntc_session *state = session(logon);
    logon->requests_after++;
    logon->last_request_frame = message->frame;
    logon->last_request_time = message->time;
    logon->last_request_signed = is_signed(message);
    logon->last_request_answered = false;
    if (shows_signing(message)) {
        uint32_t *first = is_signed(message) ? &state->signed_frame : &state->unsigned_frame;
        if (*first == 0)
            *first = message->frame;
    }
    if (leaves(message) && state->logoff_frame == 0)
        state->logoff_frame = message->frame;
    if (message->command == QNTC_COMMAND_TREE_CONNECT)
        state->logoff_frame = 0; /* it goes on */
}

static void note_encrypted(struct qntc_track *track, const struct qntc_message *message)
{
    struct qntc_open_logon *logon = track->latest_session;
    if (logon == NULL)
        return;
    if (session(logon)->encrypted_frame == 0)
        session(logon)->encrypted_frame = message->frame;
    if (track->facts->server->encrypted == NULL)
        track->facts->server->encrypted = &logon->facts;
}

/* ------------------------------------------------------------------------------------- events */

static void free_event(gpointer event)
{
    g_free(event);
}

static bool same_status(const struct qntc_status *a, const struct qntc_status *b)
{
    return a->kind == b->kind && a->code == b->code && a->dos_class == b->dos_class;
}

/* The latest that is the same. */
static struct qntc_event *known_event(const struct qntc_session *state,
                                      const struct qntc_event *event)
{
    for (guint i = state->events->len; i-- > 0;) {
        struct qntc_event *known = g_ptr_array_index(state->events, i);
        if (g_strcmp0(known->request, event->request) == 0 &&
            g_strcmp0(known->share, event->share) == 0 &&
            same_status(&known->status, &event->status))
            return known;
    }
    return NULL;
}

static void add_event(struct qntc_capture *capture, struct qntc_open_logon *logon,
                      const struct qntc_event *event)
{
    struct qntc_session *state = session(logon);
    if (state->events == NULL)
        state->events = g_ptr_array_new_with_free_func(free_event);
    struct qntc_event *known = known_event(state, event);
    bool followed = known != NULL && known->referral_frame != 0;
    if (known != NULL && !(followed && state->events->len < MAX_FOLLOWED)) {
        known->count++;
        return;
    }
    if (state->events->len == MAX_EVENTS)
        return;
    struct qntc_event *kept = g_new(struct qntc_event, 1);
    *kept = *event;
    kept->count = 1;
    kept->referral_frame = followed ? known->referral_frame : 0; /* until one is refused */
    kept->status.wire_name = qntc_keep(capture, event->status.wire_name);
    g_ptr_array_add(state->events, kept);
    if (qntc_is_uncovered(&kept->status))
        qntc_note_uncovered(logon, kept);
    if (!qntc_status_is_success(&event->status))
        qntc_add_frame(capture, &logon->facts, event->frame);
}

bool qntc_is_session_status(const struct qntc_status *status)
{
    for (size_t i = 0; i < G_N_ELEMENTS(session_statuses); i++) {
        if (status->kind == QNTC_STATUS_NT && status->code == session_statuses[i])
            return true;
    }
    return qntc_status_is(status, QNTC_STATUS_ACCESS_DENIED) ||
           qntc_status_is_dos(status, QNTC_ERRSRV, 91);
}

/*
 * A refusal that the session explains, not the file that was asked for: ACCESS_DENIED only where
 * it is the first answer, or the session is a null session.
 */
static bool is_about_the_session(const struct qntc_open_logon *logon,
                                 const struct qntc_message *message, bool request_seen)
{
    if (!qntc_status_is(&message->status, QNTC_STATUS_ACCESS_DENIED))
        return qntc_is_session_status(&message->status);
    return logon->facts.outcome == QNTC_OUTCOME_ANONYMOUS ||
           (request_seen && !logon->accepted_a_request);
}

/* Sent before the client's own LOGOFF or TREE_DISCONNECT, and answered after it. */
static bool was_left(const struct qntc_session *state, uint32_t request_frame)
{
    return state->logoff_frame != 0 && request_frame <= state->logoff_frame;
}

static void note_share(struct qntc_open_logon *logon, const struct qntc_message *message,
                       const char *share)
{
    struct qntc_server *server = logon->track->facts->server;
    if (!message->share_flags.seen || !(message->share_flags.value & SHARE_ENCRYPTS))
        return;
    if (share != NULL)
        g_hash_table_add(server->encrypting_shares, qntc_name_key(share));
    if (server->encrypted == NULL)
        server->encrypted = &logon->facts;
}

static void track_answer(struct qntc_capture *capture, struct qntc_track *track,
                         struct qntc_open_logon *logon, const struct qntc_message *message)
{
    if (qntc_status_is(&message->status, QNTC_STATUS_PENDING))
        return; /* the request still waits ([MS-SMB2] 3.3.4.4) */
    struct pending request = {0};
    bool known = take_request(capture, track, message, &request);
    logon->last_request_answered = true;
    logon->last_answer_signed = is_signed(message);
    uint32_t asked_in = known ? request.frame : (uint32_t)message->request_frame.value;
    struct qntc_event event = {
        .frame = message->frame,
        .time = message->time,
        .request_frame = asked_in,
        .request = known ? request.name : message->command_name,
        .share = known && request.share != NULL ? request.share
                                                : qntc_keep(capture, share_of(message->tree_path)),
        .status = message->status,
        .request_signed = known && request.is_signed,
        .answer_signed = is_signed(message),
    };
    bool tree = message->command == QNTC_COMMAND_TREE_CONNECT;
    bool success = qntc_status_is_success(&message->status);
    if (tree)
        note_share(logon, message, event.share);
    if (tree || (!success && !leaves(message) && !was_left(session(logon), asked_in) &&
                 is_about_the_session(logon, message, known)))
        add_event(capture, logon, &event);
    logon->accepted_a_request |= success && !tree && !leaves(message);
}

/* ---------------------------------------------------------- sessions from before the capture */

/* The cause that the status names; what is about a file names none. */
static const struct qntc_cause *cause_of(const struct qntc_message *message)
{
    if (qntc_status_is(&message->status, QNTC_STATUS_ACCESS_DENIED))
        return message->command == QNTC_COMMAND_TREE_CONNECT
                   ? qntc_cause_by_id("share-access-denied")
                   : NULL;
    const struct qntc_cause *cause;
    for (unsigned i = 0; (cause = qntc_cause_at(i)) != NULL; i++) {
        if (qntc_cause_names_event_status(cause, &message->status))
            return cause;
    }
    return NULL;
}

/* The logon of the session is not in the capture: what fails on it is a finding of its own. */
static void track_orphan(struct qntc_capture *capture, struct qntc_track *track,
                         const struct qntc_message *message)
{
    const struct qntc_connection *connection = track->facts;
    track->orphan_left |= leaves(message);
    bool earlier = connection->began_before_capture && connection->negotiate.request_frame == 0 &&
                   connection->negotiate.response_frame == 0;
    struct pending request;
    if (message->from == QNTC_SERVER && !qntc_status_is(&message->status, QNTC_STATUS_PENDING))
        take_request(capture, track, message, &request);
    const struct qntc_cause *cause = message->from == QNTC_SERVER ? cause_of(message) : NULL;
    if (cause == NULL || track->orphan_left || !earlier)
        return;
    char name[32];
    char *text = g_strdup_printf(
        "the server answers %s to %s; the logon of this session is not in the capture",
        qntc_status_name(&message->status, name, sizeof name),
        message->command_name != NULL ? message->command_name : "a request");
    struct qntc_place place = {connection->client_address, connection->server_address,
                               connection->server_port};
    struct qntc_finding *finding =
        qntc_note_finding(capture, cause->id, QNTC_CONFIDENCE_LIKELY, &place, message->frame, text);
    if (qntc_is_uncovered(&message->status))
        qntc_set_followed(finding, false);
    g_free(text);
}

/* ----------------------------------------------------------------------------- from the outside */

void qntc_track_after(struct qntc_capture *capture, struct qntc_track *track,
                      const struct qntc_message *message)
{
    if (message->encrypted && message->command_name == NULL) {
        note_encrypted(track, message);
        return;
    }
    if (is_of_no_session(message))
        return;
    struct qntc_open_logon *logon = session_of(track, message);
    track->previous_session = logon;
    if (message->from == QNTC_CLIENT)
        remember_request(capture, track, message);
    if (qntc_asks_for_referral(message))
        qntc_ask_for_referral(capture, track, logon, message);
    if (logon == NULL)
        track_orphan(capture, track, message);
    else if (message->from == QNTC_CLIENT)
        note_request(logon, message);
    else
        track_answer(capture, track, logon, message);
}

void qntc_track_chained_tree(struct qntc_capture *capture, struct qntc_open_logon *logon,
                             const struct qntc_message *answer)
{
    struct qntc_event event = {
        .frame = answer->frame,
        .time = answer->time,
        .request_frame = logon->facts.last_client_frame,
        .request = "TREE_CONNECT",
        .share = logon->chained_share,
        .status = answer->status,
        .request_signed = logon->chained_signed,
        .answer_signed = is_signed(answer),
    };
    logon->requests_after++;
    add_event(capture, logon, &event);
}

void qntc_note_chained_tree(struct qntc_capture *capture, struct qntc_open_logon *logon,
                            const struct qntc_message *request)
{
    logon->chained_share = qntc_keep(capture, share_of(request->tree_path));
    logon->chained_signed = is_signed(request);
}

/* Only then can a client that leaves, or a server that closes, have signing for a reason. */
static bool signing_matters(const struct qntc_logon *logon)
{
    return logon->client_signing == QNTC_SIGNING_REQUIRED ||
           logon->connection->negotiate.server_signing == QNTC_SIGNING_REQUIRED;
}

void qntc_track_end_of_sessions(struct qntc_capture *capture, struct qntc_track *track)
{
    struct qntc_open_logon *logon = track->latest_session;
    const struct qntc_connection *connection = track->facts;
    if (logon == NULL || logon->facts.kind == QNTC_LOGON_REAUTHENTICATION ||
        session(logon)->logoff_frame != 0 || logon->requests_after > 1 ||
        session(logon)->encrypted_frame != 0 || !signing_matters(&logon->facts))
        return;
    qntc_time since =
        logon->last_request_frame != 0 ? logon->last_request_time : logon->facts.result_time;
    struct qntc_clock clock = qntc_connection_clock(capture, connection);
    if (!qntc_clock_at_most(&clock, since, connection->close_time, AT_ONCE))
        return;
    struct qntc_event event = {
        .frame = connection->close_frame,
        .time = connection->close_time,
        .request_frame = logon->last_request_frame,
        .status = {.kind = QNTC_STATUS_NONE},
        .request_signed = logon->last_request_signed,
        .answered = logon->last_request_answered,
        .answer_signed = logon->last_request_answered && logon->last_answer_signed,
    };
    add_event(capture, logon, &event);
}
