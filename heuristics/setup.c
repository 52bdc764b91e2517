/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SESSION_SETUP of SMB1 and SMB2 ([MS-SMB] 2.2.4.6, [MS-SMB2] 2.2.5, 2.2.6): which logon a message
 * belongs to, and what it adds to it. Logons may share a connection, interleave, share a frame or
 * lack messages, so a request is matched by SessionId and by what its token says, an answer by
 * MessageId, then SessionId, then order: truncated messages have lost the first, several servers
 * leave the second 0, some SMB1 clients use one MID for all.
 */
#include "kdc_track.h"

#include <string.h>

enum { SMB2_SETUP_BINDING = 1 };              /* [MS-SMB2] 2.2.5 Flags */
enum { SESSION_GUEST = 1, SESSION_NULL = 2 }; /* [MS-SMB2] 2.2.6; guest is SMB1's Action bit, too */

static uint64_t id_or_zero(const struct qntc_number *number)
{
    return number->seen ? number->value : 0;
}

/* ------------------------------------------------------------------------ whose message is this */

/*
 * A token that goes on with an exchange that has begun: not the first message of a mechanism. Where
 * the token was cut off, order is all there is, and an exchange that has begun goes on.
 */
static bool token_continues(const struct qntc_message *message)
{
    const struct qntc_token *token = &message->token;
    if (message->password_fields || token->spnego_init || token->kerberos_ap_req)
        return false;
    if (token->ntlm.message_type != 0)
        return token->ntlm.message_type == 3;
    return message->truncated || (token->length.seen && token->length.value > 0);
}

static struct qntc_open_logon *latest(const struct qntc_track *track,
                                      bool (*fits)(const struct qntc_open_logon *,
                                                   const struct qntc_message *),
                                      const struct qntc_message *message)
{
    for (guint i = track->open->len; i-- > 0;) {
        struct qntc_open_logon *logon = g_ptr_array_index(track->open, i);
        if (logon->facts.setup_seen && fits(logon, message))
            return logon;
    }
    return NULL;
}

static struct qntc_open_logon *earliest(const struct qntc_track *track,
                                        bool (*fits)(const struct qntc_open_logon *,
                                                     const struct qntc_message *),
                                        const struct qntc_message *message)
{
    for (guint i = 0; i < track->open->len; i++) {
        struct qntc_open_logon *logon = g_ptr_array_index(track->open, i);
        if (logon->facts.setup_seen && fits(logon, message))
            return logon;
    }
    return NULL;
}

static bool same_message_id(const struct qntc_open_logon *logon, const struct qntc_message *message)
{
    return logon->message_id.seen && message->message_id.seen &&
           logon->message_id.value == message->message_id.value;
}

/* Sent again: SMB2 uses a MessageId once ([MS-SMB2] 3.2.4.1.3). SMB1 has no such rule. */
static bool is_repetition(const struct qntc_open_logon *logon, const struct qntc_message *message)
{
    return message->family == QNTC_SMB2 && logon->facts.turn == QNTC_SERVER &&
           same_message_id(logon, message) && message->message_id.value != 0 &&
           logon->facts.last_client_frame != message->frame;
}

static bool waits_for_session(const struct qntc_open_logon *logon,
                              const struct qntc_message *message)
{
    return logon->facts.turn == QNTC_CLIENT && message->session_id.value != 0 &&
           logon->facts.session_id == message->session_id.value;
}

static bool waits_for_client(const struct qntc_open_logon *logon,
                             const struct qntc_message *message)
{
    bool agree = logon->facts.session_id == 0 || id_or_zero(&message->session_id) == 0 ||
                 logon->facts.session_id == message->session_id.value;
    return logon->facts.turn == QNTC_CLIENT && agree;
}

/* The answer between the two requests is not in the file. */
static bool lacks_answer(const struct qntc_open_logon *logon, const struct qntc_message *message)
{
    (void)message;
    return logon->facts.turn == QNTC_SERVER && logon->facts.session_id == 0;
}

/* By order only: an identifier was cut off, or the client uses one MID for all. */
static bool waits_for_some_answer(const struct qntc_open_logon *logon,
                                  const struct qntc_message *message)
{
    bool ids_known = logon->message_id.seen && message->message_id.seen;
    return logon->facts.turn == QNTC_SERVER && (!ids_known || message->family == QNTC_SMB1);
}

static bool waits_for_this_answer(const struct qntc_open_logon *logon,
                                  const struct qntc_message *message)
{
    bool same_uid = message->family == QNTC_SMB2 || logon->facts.session_id == 0 ||
                    logon->facts.session_id == id_or_zero(&message->session_id);
    return logon->facts.turn == QNTC_SERVER && same_message_id(logon, message) && same_uid;
}

static bool has_session(const struct qntc_open_logon *logon, const struct qntc_message *message)
{
    return message->session_id.value != 0 && logon->facts.session_id == message->session_id.value;
}

/* A new logon, or the one that began with the NEGOTIATE. */
static struct qntc_open_logon *new_setup(struct qntc_capture *capture, struct qntc_track *track,
                                         const struct qntc_message *message)
{
    struct qntc_open_logon *logon = track->fresh;
    track->fresh = NULL;
    if (logon == NULL)
        logon = qntc_begin_logon(capture, track, message);
    logon->facts.setup_seen = true;
    logon->family = message->family;
    return logon;
}

static struct qntc_open_logon *logon_of_request(struct qntc_capture *capture,
                                                struct qntc_track *track,
                                                const struct qntc_message *message)
{
    if (latest(track, is_repetition, message) != NULL)
        return NULL;
    struct qntc_open_logon *logon = NULL;
    if (message->session_id.seen && !message->password_fields)
        logon = latest(track, waits_for_session, message);
    if (logon != NULL || !token_continues(message))
        return logon != NULL ? logon : new_setup(capture, track, message);
    logon = latest(track, waits_for_client, message);
    if (logon != NULL)
        return logon;
    logon = message->truncated ? NULL : latest(track, lacks_answer, message);
    if (logon == NULL)
        logon = new_setup(capture, track, message);
    logon->facts.response_missing = !message->truncated;
    return logon;
}

static struct qntc_open_logon *logon_of_answer(struct qntc_capture *capture,
                                               struct qntc_track *track,
                                               const struct qntc_message *message)
{
    struct qntc_open_logon *logon = earliest(track, waits_for_this_answer, message);
    if (logon == NULL)
        logon = latest(track, has_session, message);
    if (logon == NULL)
        logon = earliest(track, waits_for_some_answer, message);
    if (logon == NULL)
        logon = latest(track, waits_for_client, message);
    if (logon != NULL) {
        logon->facts.request_missing |= logon->facts.turn == QNTC_CLIENT;
        return logon;
    }
    logon = new_setup(capture, track, message);
    logon->facts.request_missing = true;
    return logon;
}

/* ---------------------------------------------------------------------------------- the request */

/* A SESSION_SETUP for a session that this server has: it authenticates again, or binds. */
static void note_kind(struct qntc_open_logon *logon, const struct qntc_message *message)
{
    guint64 id = id_or_zero(&message->session_id);
    if (message->setup_flags.seen && (message->setup_flags.value & SMB2_SETUP_BINDING))
        logon->facts.kind = QNTC_LOGON_BINDING;
    else if (id != 0 && message->family == QNTC_SMB2 &&
             g_hash_table_contains(logon->track->facts->server->sessions, &id))
        logon->facts.kind = QNTC_LOGON_REAUTHENTICATION;
}

static void note_mechanism(struct qntc_logon *facts, const struct qntc_message *message)
{
    const struct qntc_token *token = &message->token;
    if (token->mechanisms_seen) {
        facts->client_mechanisms_seen = true;
        facts->client_mechanisms = token->mechanisms;
    }
    if (message->password_fields)
        facts->mechanism = facts->connection->negotiate.share_level ? QNTC_MECHANISM_SHARE_LEVEL
                                                                    : QNTC_MECHANISM_NTLM;
    else if (token->ntlm.message_type != 0)
        facts->mechanism = QNTC_MECHANISM_NTLMSSP;
    else if (token->kerberos_ap_req)
        facts->mechanism = QNTC_MECHANISM_KERBEROS;
    else if (token->mechanisms_seen && facts->mechanism == QNTC_MECHANISM_UNKNOWN)
        facts->mechanism = token->first_mechanism;
}

static void note_kerberos_request(struct qntc_capture *capture, struct qntc_logon *facts,
                                  const struct qntc_message *message)
{
    const struct qntc_token *token = &message->token;
    struct qntc_kerberos_exchange *kerberos = &facts->kerberos;
    if (token->kerberos_ap_req) {
        kerberos->ap_req_frame = facts->authenticate_frame = message->frame;
        kerberos->no_token = false;
        kerberos->service = qntc_keep(capture, token->kerberos_service);
        kerberos->realm = qntc_keep(capture, token->kerberos_realm);
        kerberos->ticket_etype = (int)token->ticket_etype.value;
        kerberos->ticket_kvno = (int)token->ticket_kvno.value;
        kerberos->session_etype = (int)token->session_etype.value;
    } else if (token->spnego_init && token->first_mechanism == QNTC_MECHANISM_KERBEROS &&
               !token->mech_token && !message->truncated) {
        kerberos->no_token = true;
    }
}

static void note_native(struct qntc_capture *capture, const struct qntc_message *message,
                        const char **native_os, const char **native_lanman)
{
    if (message->native_os != NULL)
        *native_os = qntc_keep(capture, message->native_os);
    if (message->native_lanman != NULL)
        *native_lanman = qntc_keep(capture, message->native_lanman);
}

/*
 * SMB1 clients do not say what they require: Windows sets the bit of Flags2 in any case. Samba's
 * says it there ([MS-SMB] 2.2.3.1: 0x0010 required, 0x0004 enabled).
 */
static enum qntc_signing smb1_client_signing(const struct qntc_message *message)
{
    bool samba = message->native_lanman != NULL && strstr(message->native_lanman, "Samba") != NULL;
    if (!samba || !message->flags.seen)
        return QNTC_SIGNING_UNKNOWN;
    if (message->flags.value & 0x0010)
        return QNTC_SIGNING_REQUIRED;
    return message->flags.value & 0x0004 ? QNTC_SIGNING_ENABLED : QNTC_SIGNING_UNKNOWN;
}

static void note_client_signing(struct qntc_logon *facts, const struct qntc_message *message)
{
    enum qntc_signing said = QNTC_SIGNING_UNKNOWN;
    if (message->family == QNTC_SMB1)
        said = smb1_client_signing(message);
    else if (message->security_mode.seen)
        said = qntc_smb2_signing(message->security_mode.value);
    if (facts->client_signing == QNTC_SIGNING_UNKNOWN || said == QNTC_SIGNING_REQUIRED)
        facts->client_signing = said;
}

static void track_request(struct qntc_capture *capture, struct qntc_track *track,
                          const struct qntc_message *message)
{
    struct qntc_open_logon *logon = logon_of_request(capture, track, message);
    if (logon == NULL)
        return;
    struct qntc_logon *facts = &logon->facts;
    if (facts->first_setup_frame == 0) {
        facts->first_setup_frame = message->frame;
        note_kind(logon, message);
    }
    if (facts->session_id == 0)
        facts->session_id = id_or_zero(&message->session_id);
    logon->tree_connect_chained = message->chains_tree_connect;
    if (message->chains_tree_connect)
        qntc_note_chained_tree(capture, logon, message);
    logon->request_had_session = id_or_zero(&message->session_id) != 0;
    qntc_touch_logon(capture, logon, message);
    note_client_signing(facts, message);
    note_mechanism(facts, message);
    note_native(capture, message, &track->facts->client_native_os,
                &track->facts->client_native_lanman);
    note_kerberos_request(capture, facts, message);
    if (message->token.kerberos_ap_req)
        qntc_kdc_ticket_used(capture, logon);
    if (message->token.ntlm.message_type == 1)
        facts->ntlm.negotiate_frame = message->frame;
    else if (message->token.ntlm.message_type == 3)
        qntc_note_authenticate(capture, logon, message);
    else if (message->password_fields)
        qntc_note_password_fields(capture, logon, message);
    if (facts->ntlm.authenticate_frame == message->frame)
        qntc_netlogon_await(logon);
}

/* ----------------------------------------------------------------------------------- the answer */

/*
 * A chain of SESSION_SETUP_ANDX and TREE_CONNECT_ANDX has one status. If it is an error and the
 * server has given out a UID all the same, the logon worked and the tree connect did not.
 */
static bool failed_behind_the_logon(const struct qntc_open_logon *logon,
                                    const struct qntc_message *message)
{
    return message->family == QNTC_SMB1 && logon->tree_connect_chained && message->has_setup_body &&
           id_or_zero(&message->session_id) != 0 && !logon->request_had_session;
}

/*
 * No server can accept a NEGOTIATE_MESSAGE ([MS-NLMP] 3.2.5.1.1): an answer of success to it,
 * or that brings a CHALLENGE, is a step of the exchange, whatever its status.
 */
static bool is_step(const struct qntc_logon *facts, const struct qntc_message *message)
{
    if (message->status.kind == QNTC_STATUS_NONE ||
        qntc_status_is_more_processing(&message->status))
        return true;
    bool challenge = message->token.ntlm.message_type == 2;
    bool only_negotiated = facts->ntlm.negotiate_frame != 0 &&
                           facts->ntlm.negotiate_frame == facts->last_client_frame &&
                           facts->ntlm.authenticate_frame == 0;
    return qntc_status_is_success(&message->status) && (challenge || only_negotiated);
}

static enum qntc_outcome accepted_as(const struct qntc_logon *facts)
{
    if (facts->guest_flag)
        return QNTC_OUTCOME_GUEST;
    if (facts->mechanism == QNTC_MECHANISM_SHARE_LEVEL)
        return QNTC_OUTCOME_SUCCESS;
    bool no_user = facts->user != NULL && *facts->user == '\0';
    return no_user || facts->null_session_flag ? QNTC_OUTCOME_ANONYMOUS : QNTC_OUTCOME_SUCCESS;
}

static void accept(struct qntc_capture *capture, struct qntc_open_logon *logon,
                   const struct qntc_message *message)
{
    struct qntc_logon *facts = &logon->facts;
    uint64_t flags = id_or_zero(&message->session_flags);
    facts->guest_flag = flags & SESSION_GUEST;
    facts->null_session_flag = message->family == QNTC_SMB2 && (flags & SESSION_NULL);
    qntc_end_logon(capture, logon, message, accepted_as(facts));
    qntc_remember_success(logon);
}

static void note_kerberos_answer(struct qntc_logon *facts, const struct qntc_message *message)
{
    if (message->token.kerberos_ap_rep)
        facts->kerberos.ap_rep_frame = message->frame;
    if (!message->token.kerberos_error.seen)
        return;
    facts->kerberos.error_frame = message->frame;
    facts->kerberos.error_code = (int)message->token.kerberos_error.value;
}

static void track_answer(struct qntc_capture *capture, struct qntc_track *track,
                         const struct qntc_message *message)
{
    if (qntc_status_is(&message->status, QNTC_STATUS_PENDING))
        return; /* an interim answer ([MS-SMB2] 3.3.4.4): the server still has its turn */
    struct qntc_open_logon *logon = logon_of_answer(capture, track, message);
    struct qntc_logon *facts = &logon->facts;
    qntc_touch_logon(capture, logon, message);
    if (id_or_zero(&message->session_id) != 0)
        facts->session_id = message->session_id.value;
    note_native(capture, message, &track->facts->server_native_os,
                &track->facts->server_native_lanman);
    note_kerberos_answer(facts, message);
    if (message->token.ntlm.message_type == 2)
        qntc_note_challenge(capture, logon, message);
    if (is_step(facts, message))
        return;
    bool accepted =
        qntc_status_is_success(&message->status) || failed_behind_the_logon(logon, message);
    if (accepted && logon->tree_connect_chained)
        qntc_track_chained_tree(capture, logon, message);
    if (accepted)
        accept(capture, logon, message);
    else
        qntc_end_logon(capture, logon, message, QNTC_OUTCOME_REFUSED);
}

void qntc_track_setup(struct qntc_capture *capture, struct qntc_track *track,
                      const struct qntc_message *message)
{
    enum qntc_dialect *dialect = &track->facts->negotiate.dialect;
    if (message->family == QNTC_SMB1 && *dialect == QNTC_DIALECT_UNKNOWN)
        *dialect = QNTC_DIALECT_SMB1; /* the NEGOTIATE is not in the file, but there is only one */
    if (message->from == QNTC_CLIENT)
        track_request(capture, track, message);
    else
        track_answer(capture, track, message);
}
