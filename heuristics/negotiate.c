/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * NEGOTIATE of SMB1 and SMB2 ([MS-CIFS] 2.2.4.52, [MS-SMB2] 2.2.3, 2.2.4): what both sides offer
 * and what was settled. A logon begins with it: the connection was opened for one. The SMB1
 * request that asks for SMB2 and the SMB2 request that follows it are steps of the same logon
 * ([MS-SMB2] 3.3.5.3.1).
 */
#include "track.h"

#include <string.h>

/* SMB1 SecurityMode ([MS-CIFS] 2.2.4.52.2) and Capabilities ([MS-SMB] 2.2.4.5.2.1). */
enum {
    SMB1_USER_SECURITY = 0x01,
    SMB1_ENCRYPT_PASSWORDS = 0x02,
    SMB1_SIGNATURES_ENABLED = 0x04,
    SMB1_SIGNATURES_REQUIRED = 0x08,
};
#define SMB1_CAP_EXTENDED_SECURITY UINT64_C(0x80000000)
#define SMB1_NO_DIALECT 0xFFFF
#define SMB2_WILDCARD 0x02FF

static const struct {
    uint16_t revision;
    enum qntc_dialect dialect;
} smb2_dialects[] = {
    {0x0202, QNTC_DIALECT_202}, {0x0210, QNTC_DIALECT_210}, {0x0300, QNTC_DIALECT_300},
    {0x0302, QNTC_DIALECT_302}, {0x0311, QNTC_DIALECT_311},
};

static enum qntc_dialect dialect_of_revision(uint16_t revision)
{
    for (size_t i = 0; i < G_N_ELEMENTS(smb2_dialects); i++) {
        if (smb2_dialects[i].revision == revision)
            return smb2_dialects[i].dialect;
    }
    return QNTC_DIALECT_UNKNOWN;
}

enum qntc_signing qntc_smb2_signing(uint64_t security_mode)
{
    if (security_mode & 2)
        return QNTC_SIGNING_REQUIRED;
    return security_mode & 1 ? QNTC_SIGNING_ENABLED : QNTC_SIGNING_OFF;
}

static enum qntc_signing smb1_signing(uint64_t security_mode)
{
    if (security_mode & SMB1_SIGNATURES_REQUIRED)
        return QNTC_SIGNING_REQUIRED;
    return security_mode & SMB1_SIGNATURES_ENABLED ? QNTC_SIGNING_ENABLED : QNTC_SIGNING_OFF;
}

/*
 * The facts of a NEGOTIATE on a connection that has logons behind it: they keep theirs, the new
 * exchange gets facts of its own.
 */
static void start_over(struct qntc_capture *capture, struct qntc_track *track)
{
    struct qntc_connection *next = g_new0(struct qntc_connection, 1);
    *next = *track->facts;
    memset(&next->negotiate, 0, sizeof next->negotiate);
    g_ptr_array_add(capture->connections, next);
    track->facts = next;
}

static void note_request(struct qntc_negotiate *negotiate, const struct qntc_message *message)
{
    negotiate->request_frame = message->frame;
    negotiate->request_time = message->time;
    negotiate->offers_smb1 |= message->offers_smb1;
    negotiate->offers_nt_lm_012 |= message->offers_nt_lm_012;
    negotiate->offers_smb2 |= message->offers_smb2 || message->family == QNTC_SMB2;
    if (message->family == QNTC_SMB1)
        return;
    negotiate->dialect_count = message->dialect_count;
    memcpy(negotiate->dialects, message->dialects, sizeof negotiate->dialects);
    if (message->security_mode.seen)
        negotiate->client_signing = qntc_smb2_signing(message->security_mode.value);
    negotiate->client_capabilities_seen = message->capabilities.seen;
    negotiate->client_capabilities = (uint32_t)message->capabilities.value;
    negotiate->client_offers_ciphers = message->ciphers;
}

static void track_request(struct qntc_capture *capture, struct qntc_track *track,
                          const struct qntc_message *message)
{
    if (track->fresh == NULL) {
        if (track->facts->negotiate.request_frame != 0 ||
            track->facts->negotiate.response_frame != 0)
            start_over(capture, track);
        track->fresh = qntc_begin_logon(capture, track, message);
    }
    note_request(&track->facts->negotiate, message);
    track->fresh->family = message->family;
    track->fresh->facts.client_signing = track->facts->negotiate.client_signing;
    qntc_touch_logon(capture, track->fresh, message);
}

static void note_smb1_answer(struct qntc_capture *capture, struct qntc_negotiate *negotiate,
                             const struct qntc_message *message)
{
    negotiate->no_dialect_chosen =
        message->dialect_index.seen && message->dialect_index.value == SMB1_NO_DIALECT;
    if (negotiate->no_dialect_chosen)
        return;
    negotiate->dialect = QNTC_DIALECT_SMB1;
    negotiate->extended_security =
        message->capabilities.seen && (message->capabilities.value & SMB1_CAP_EXTENDED_SECURITY);
    negotiate->domain_name = qntc_keep(capture, message->domain_name);
    negotiate->server_name = qntc_keep(capture, message->server_name);
    if (message->smb1_challenge.data != NULL && message->smb1_challenge.length == 8) {
        negotiate->challenge_seen = true;
        memcpy(negotiate->challenge, message->smb1_challenge.data, 8);
    }
    if (!message->security_mode.seen)
        return;
    negotiate->security_mode_seen = true;
    negotiate->share_level = !(message->security_mode.value & SMB1_USER_SECURITY);
    negotiate->encrypted_passwords = message->security_mode.value & SMB1_ENCRYPT_PASSWORDS;
    negotiate->server_signing = smb1_signing(message->security_mode.value);
}

static void note_smb2_answer(struct qntc_negotiate *negotiate, const struct qntc_message *message)
{
    if (message->dialect_count > 0)
        negotiate->dialect = dialect_of_revision(message->dialects[0]);
    if (message->security_mode.seen)
        negotiate->server_signing = qntc_smb2_signing(message->security_mode.value);
    negotiate->server_capabilities_seen = message->capabilities.seen;
    negotiate->server_capabilities = (uint32_t)message->capabilities.value;
}

static void track_answer(struct qntc_capture *capture, struct qntc_track *track,
                         const struct qntc_message *message)
{
    struct qntc_negotiate *negotiate = &track->facts->negotiate;
    if (track->fresh == NULL) {
        if (negotiate->response_frame != 0 || track->open->len > 0)
            return; /* a second answer: what it says was settled before */
        track->fresh = qntc_begin_logon(capture, track, message);
        track->fresh->facts.request_missing = true;
    }
    struct qntc_open_logon *logon = track->fresh;
    qntc_touch_logon(capture, logon, message);
    negotiate->response_frame = message->frame;
    negotiate->response_time = message->time;
    negotiate->status = message->status;
    negotiate->status.wire_name = qntc_keep(capture, message->status.wire_name);
    bool refused = message->status.kind != QNTC_STATUS_NONE &&
                   !qntc_status_is_success(&message->status) &&
                   !qntc_status_is_more_processing(&message->status);
    if (!refused && message->family == QNTC_SMB1)
        note_smb1_answer(capture, negotiate, message);
    else if (!refused)
        note_smb2_answer(negotiate, message);
    if (message->token.mechanisms_seen) {
        negotiate->mechanisms_seen = true;
        negotiate->mechanisms = message->token.mechanisms;
    }
    if (!refused && !negotiate->no_dialect_chosen)
        return;
    logon->facts.refused_at_negotiate = true;
    qntc_end_logon(capture, logon, message, QNTC_OUTCOME_REFUSED);
    if (!refused)
        logon->facts.status.kind =
            QNTC_STATUS_NONE; /* index 0xFFFF comes with a status of success */
}

void qntc_track_negotiate(struct qntc_capture *capture, struct qntc_track *track,
                          const struct qntc_message *message)
{
    if (message->from == QNTC_CLIENT)
        track_request(capture, track, message);
    else
        track_answer(capture, track, message);
}
