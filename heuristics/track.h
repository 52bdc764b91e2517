/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside the tracker: how the capture holds connections, logons and servers while they change.
 * Only the files of the tracker (capture, negotiate, setup, outcome) include it.
 */
#ifndef QNTC_TRACK_H
#define QNTC_TRACK_H

#include "clock.h"
#include "observation.h"

/* A connection keeps this many logons that are not at their end; the oldest gives way. */
#define QNTC_MAX_OPEN_LOGONS 64

/* Of the ways in of one user at one server this many are kept: each refusal is compared to all. */
#define QNTC_MAX_WAYS_IN 256

/* Longer strings are cut: no name of the field is longer, and a hostile one must cost nothing. */
#define QNTC_MAX_STRING 512

/* A logon and what only the tracker needs of it. */
struct qntc_open_logon {
    struct qntc_logon facts;
    struct qntc_track *track;
    enum qntc_family family;
    struct qntc_number message_id; /* of the request that waits for its answer */
    bool tree_connect_chained;     /* and of that request: an AndX chain */
    bool request_had_session;      /* and of that request: a UID of its own */
    bool challenge_seen;
    uint8_t challenge[8];
    /* what followed the logon, after.c */
    unsigned requests_after;
    uint32_t last_request_frame;
    qntc_time last_request_time;
    bool last_request_signed;
    bool last_request_answered;
    bool last_answer_signed;
    bool accepted_a_request;   /* other than a tree connect */
    const char *chained_share; /* of a TREE_CONNECT_ANDX in the chain of the SESSION_SETUP */
    bool chained_signed;

    /* the call of facts.pass_through, netlogon.c */
    uint32_t rpc_connection;
    uint32_t rpc_call_id;

    unsigned pieces;  /* frames of it that end no message */
    bool sent_again;  /* TCP sent something again since the client spoke last */
    bool sequel_seen; /* another logon began on the connection after its last message */
};

struct qntc_track {
    struct qntc_connection *facts;
    struct qntc_open_logon *fresh; /* began with NEGOTIATE, no SESSION_SETUP yet */
    GPtrArray *open;               /* struct qntc_open_logon *, by number; holds fresh, too */
    GHashTable *sessions;          /* SessionId or UID (guint64) -> struct qntc_open_logon * */
    struct qntc_open_logon *latest_session;
    struct qntc_open_logon *previous_session; /* of the message before, or NULL */
    unsigned logon_count;
    unsigned occasions; /* as qntc_track_occasions says */
    bool orphan_left;   /* a session from before the capture has logged off */
    GArray *pending;    /* struct pending of after.c, or NULL */
};

struct qntc_server {
    const char *address;
    GHashTable *sessions;         /* SMB2 SessionId (guint64) -> struct qntc_open_logon * */
    GHashTable *successes;        /* user (key) -> GPtrArray of const struct qntc_logon * */
    GHashTable *ways_in;          /* set: client, user, domain, mechanism, NTLM version, dialect */
    GHashTable *accepted_domains; /* domain (key) -> const struct qntc_logon * */
    GHashTable *refusals;         /* user (key) -> struct qntc_open_logon *, the last in the row */
    GHashTable *long_users;       /* first ten characters (key) -> const struct qntc_logon * */
    GHashTable *successes_from;   /* client -> GPtrArray, as qntc_server_successes_from says */
    GPtrArray *samples;           /* as qntc_server_samples says */
    const struct qntc_logon *ntlmv1;
    GHashTable *encrypting_shares; /* set: share (key) */
    const struct qntc_logon *encrypted;
    GPtrArray *waiting; /* struct qntc_open_logon *: the server has their responses, netlogon.c */
    GArray *uncovered;  /* struct uncovered of referral.c, or NULL */
    uint32_t orphan_referral; /* the latest request by which a finding of it was got over */
};

struct qntc_findings;  /* finding.c */
struct qntc_transport; /* transport.c */
struct qntc_kdc;       /* kdc_track.h */
struct qntc_oxid;      /* oxid.c */

struct qntc_capture {
    struct qntc_ibm_i_hosts *ibm_i_hosts; /* ibm_i.h, or NULL */
    GStringChunk *strings;
    GPtrArray *logons;          /* struct qntc_open_logon *, by number */
    GPtrArray *connections;     /* struct qntc_connection * */
    GPtrArray *tracks;          /* struct qntc_track * */
    GHashTable *servers;        /* address -> struct qntc_server * */
    GHashTable *successes_of;   /* user (key) -> GPtrArray, as qntc_capture_successes_of says */
    GHashTable *successes_from; /* client -> GPtrArray, as qntc_capture_successes_from says */
    struct qntc_findings *findings;
    struct qntc_transport *transport;
    struct qntc_kdc *kdc;
    struct qntc_oxid *oxid;
    struct qntc_candidates *candidates; /* passwords to try, or NULL */
    GHashTable *frames;                 /* frame -> GPtrArray of struct qntc_logon * */
    uint32_t last_frame_of_logon;       /* the greatest key of frames */
    uint32_t frame_count;
    uint32_t truncated_frames;
    struct qntc_clock clock;
    bool end_decided; /* nothing came since qntc_capture_end */
};

struct qntc_findings *qntc_findings_new(void);
void qntc_findings_free(struct qntc_findings *findings);

/* By their first frames: what was found late may have begun early. */
void qntc_findings_sort(struct qntc_findings *findings);

/* A copy in the capture, cut to QNTC_MAX_STRING; NULL stays NULL. Equal strings are kept once. */
const char *qntc_keep(struct qntc_capture *capture, const char *text);

/* A logon begins on the connection. */
struct qntc_open_logon *qntc_begin_logon(struct qntc_capture *capture, struct qntc_track *track,
                                         const struct qntc_message *message);

/* The message belongs to the logon: its frame, the time of that side, trouble with the capture. */
void qntc_touch_logon(struct qntc_capture *capture, struct qntc_open_logon *logon,
                      const struct qntc_message *message);

/* The next message of the connection, or its close, has this time stamp. */
void qntc_note_time(struct qntc_connection *connection, qntc_time time);

/* The clock for spans between messages of that connection. */
struct qntc_clock qntc_connection_clock(const struct qntc_capture *capture,
                                        const struct qntc_connection *connection);

/* A frame without an SMB message (FIN, RST) belongs to the logon. */
void qntc_add_frame(struct qntc_capture *capture, struct qntc_logon *logon, uint32_t frame);

/* The answer `message` ends the logon with `outcome`; it is no longer open. */
void qntc_end_logon(struct qntc_capture *capture, struct qntc_open_logon *logon,
                    const struct qntc_message *message, enum qntc_outcome outcome);

/* An answer ended the logon: what warnings and comparisons look up (samples.c). */
void qntc_remember_end(struct qntc_capture *capture, struct qntc_open_logon *logon);

/* The server let the logon in: what the comparisons and later requests look up. */
void qntc_remember_success(struct qntc_open_logon *logon);

void qntc_track_negotiate(struct qntc_capture *capture, struct qntc_track *track,
                          const struct qntc_message *message);
void qntc_track_setup(struct qntc_capture *capture, struct qntc_track *track,
                      const struct qntc_message *message);

/* Any other message, of a session or not (after.c). */
void qntc_track_after(struct qntc_capture *capture, struct qntc_track *track,
                      const struct qntc_message *message);

/* The TREE_CONNECT_ANDX in the chain of a SESSION_SETUP_ANDX: asked for, and answered. */
void qntc_note_chained_tree(struct qntc_capture *capture, struct qntc_open_logon *logon,
                            const struct qntc_message *request);
void qntc_track_chained_tree(struct qntc_capture *capture, struct qntc_open_logon *logon,
                             const struct qntc_message *answer);

/* The message is a client's request for a DFS referral. */
bool qntc_asks_for_referral(const struct qntc_message *message);

/* The status says that the path lies elsewhere: PATH_NOT_COVERED. */
bool qntc_is_uncovered(const struct qntc_status *status);

/* `event`, of the session of `logon` and as old as it, has such a status. */
void qntc_note_uncovered(const struct qntc_open_logon *logon, struct qntc_event *event);

/*
 * A session asks for a referral: for paths that lie elsewhere of its own, and of its user. `asker`
 * is its logon, or NULL where that is not in the capture.
 */
void qntc_ask_for_referral(struct qntc_capture *capture, struct qntc_track *track,
                           const struct qntc_open_logon *asker, const struct qntc_message *request);

/* The server answers the request for a referral in that frame. */
void qntc_answer_referral(struct qntc_capture *capture, const struct qntc_track *track,
                          uint32_t request_frame, bool granted);

/* The finding of a path that lies elsewhere: the client asks for a referral behind it, or not. */
void qntc_set_followed(struct qntc_finding *finding, bool followed);

/* The server has the responses of an NTLM logon, and may have to ask somebody (netlogon.c). */
void qntc_netlogon_await(struct qntc_open_logon *logon);

/* An answer ended the logon: the account that was refused may be a server's own. */
void qntc_netlogon_ended(struct qntc_capture *capture, const struct qntc_logon *logon);

/* The connection is closed: a session that had hardly begun may be the reason. */
void qntc_track_end_of_sessions(struct qntc_capture *capture, struct qntc_track *track);

/* SecurityMode of SMB2 ([MS-SMB2] 2.2.3): 1 enabled, 2 required. */
enum qntc_signing qntc_smb2_signing(uint64_t security_mode);

/* Copies what an NTLMSSP message or the SMB1 password fields say into the facts (ntlm_facts.c). */
void qntc_note_challenge(struct qntc_capture *capture, struct qntc_open_logon *logon,
                         const struct qntc_message *message);
void qntc_note_authenticate(struct qntc_capture *capture, struct qntc_open_logon *logon,
                            const struct qntc_message *message);
void qntc_note_password_fields(struct qntc_capture *capture, struct qntc_open_logon *logon,
                               const struct qntc_message *message);

/* The outcome of a logon that no answer ended, by turn, times and the end of the connection. */
enum qntc_outcome qntc_outcome_without_answer(const struct qntc_logon *logon,
                                              const struct qntc_clock *clock);

#endif
