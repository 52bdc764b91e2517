/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside the tracker: how the capture holds connections, logons and servers while they change.
 * Only the files of the tracker (capture, negotiate, setup, outcome) include it.
 */
#ifndef QNTC_TRACK_H
#define QNTC_TRACK_H

#include "observation.h"

/* A connection keeps this many logons that are not at their end; the oldest gives way. */
#define QNTC_MAX_OPEN_LOGONS 64

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
    bool sequel_seen; /* another logon began on the connection after its last message */
};

struct qntc_track {
    struct qntc_connection *facts;
    struct qntc_open_logon *fresh; /* began with NEGOTIATE, no SESSION_SETUP yet */
    GPtrArray *open;               /* struct qntc_open_logon *, by number; holds fresh, too */
};

struct qntc_server {
    const char *address;
    GHashTable *sessions;         /* SessionId or UID (guint64) -> struct qntc_open_logon * */
    GHashTable *successes;        /* user (key) -> GPtrArray of const struct qntc_logon * */
    GHashTable *ways_in;          /* set: client, user, domain, mechanism, NTLM version, dialect */
    GHashTable *accepted_domains; /* domain (key) -> const struct qntc_logon * */
    const struct qntc_logon *ntlmv1;
    const struct qntc_logon *encrypted;
};

struct qntc_findings; /* finding.c */

struct qntc_capture {
    GStringChunk *strings;
    GPtrArray *logons;      /* struct qntc_open_logon *, by number */
    GPtrArray *connections; /* struct qntc_connection * */
    GPtrArray *tracks;      /* struct qntc_track * */
    GHashTable *servers;    /* address -> struct qntc_server * */
    struct qntc_findings *findings;
    GHashTable *frames; /* frame -> GPtrArray of struct qntc_logon * */
    uint32_t frame_count;
    uint32_t truncated_frames;
    qntc_time last_time;
    bool end_decided; /* nothing came since qntc_capture_end */
};

struct qntc_findings *qntc_findings_new(void);
void qntc_findings_free(struct qntc_findings *findings);

/* A copy in the capture, cut to QNTC_MAX_STRING; NULL stays NULL. Equal strings are kept once. */
const char *qntc_keep(struct qntc_capture *capture, const char *text);

/* A logon begins on the connection. */
struct qntc_open_logon *qntc_begin_logon(struct qntc_capture *capture, struct qntc_track *track,
                                         const struct qntc_message *message);

/* The message belongs to the logon: its frame, the time of that side, trouble with the capture. */
void qntc_touch_logon(struct qntc_capture *capture, struct qntc_open_logon *logon,
                      const struct qntc_message *message);

/* A frame without an SMB message (FIN, RST) belongs to the logon. */
void qntc_add_frame(struct qntc_capture *capture, struct qntc_logon *logon, uint32_t frame);

/* The answer `message` ends the logon with `outcome`; it is no longer open. */
void qntc_end_logon(struct qntc_capture *capture, struct qntc_open_logon *logon,
                    const struct qntc_message *message, enum qntc_outcome outcome);

/* The server let the logon in: what the comparisons and later requests look up. */
void qntc_remember_success(struct qntc_open_logon *logon);

void qntc_track_negotiate(struct qntc_capture *capture, struct qntc_track *track,
                          const struct qntc_message *message);
void qntc_track_setup(struct qntc_capture *capture, struct qntc_track *track,
                      const struct qntc_message *message);

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
                                              qntc_time capture_end);

#endif
