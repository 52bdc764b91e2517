/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From NTLM messages to facts: the names of CHALLENGE_MESSAGE and AUTHENTICATE_MESSAGE
 * ([MS-NLMP] 2.2.1.2, 2.2.1.3), the NTLM version by the lengths and forms of the responses, and
 * what the responses prove of the password (candidates.h). SMB1 without extended security carries
 * the same in its password fields ([MS-CIFS] 2.2.4.53.1).
 */
#include "candidates.h"
#include "track.h"

#include <string.h>

#define V1_LENGTH 24          /* of an LM or NTLMv1 response */
#define V2_SHORTEST (16 + 28) /* NTProofStr and an NTLMv2_CLIENT_CHALLENGE without AV pairs */
#define SERVER_NAMES 5        /* that a client may have hashed as the domain */

/* The two responses of a logon, whichever message brought them. */
struct responses {
    struct qntc_bytes lm;
    struct qntc_bytes nt;
};

static bool all_zero(const uint8_t *data, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (data[i] != 0)
            return false;
    }
    return true;
}

static bool is_null_lm(const struct qntc_bytes *lm)
{
    return lm->length == 0 || (lm->length == 1 && lm->data[0] == 0);
}

/* The client challenge of extended session security in the LM field, then zeros: 3.3.1. */
static bool has_ess_form(const struct qntc_bytes *lm)
{
    return lm->length == V1_LENGTH && all_zero(lm->data + 8, 16) && !all_zero(lm->data, 8);
}

/* RespType and HiRespType are 1 ([MS-NLMP] 2.2.2.7): no plain text of that length looks so. */
static bool is_v2_response(const struct qntc_bytes *nt)
{
    return nt->length >= V2_SHORTEST && nt->data[16] == 1 && nt->data[17] == 1;
}

static bool is_real_lm(const struct responses *r)
{
    if (r->lm.length != V1_LENGTH || all_zero(r->lm.data, V1_LENGTH) || has_ess_form(&r->lm))
        return false;
    return r->nt.length != V1_LENGTH || memcmp(r->lm.data, r->nt.data, V1_LENGTH) != 0;
}

static enum qntc_ntlm version_of(const struct responses *r, const char *user)
{
    if (r->nt.length > V1_LENGTH)
        return QNTC_NTLM_V2;
    if (r->nt.length == V1_LENGTH)
        return has_ess_form(&r->lm) ? QNTC_NTLM_V1_ESS : QNTC_NTLM_V1;
    if (r->nt.length == 0 && r->lm.length == V1_LENGTH)
        return QNTC_NTLM_LM;
    bool nothing_sent = r->nt.length == 0 && is_null_lm(&r->lm);
    return nothing_sent && user != NULL && *user == '\0' ? QNTC_NTLM_ANONYMOUS : QNTC_NTLM_UNKNOWN;
}

/*
 * An SMB1 password field that is neither empty nor a response holds the password itself. One of 24
 * bytes can be either: a server that does not encrypt passwords has sent no challenge to answer.
 */
static bool is_plaintext(const struct qntc_bytes *field, bool nt_field,
                         const struct qntc_negotiate *negotiate)
{
    if (is_null_lm(field))
        return false;
    if (field->length == V1_LENGTH)
        return negotiate->security_mode_seen && !negotiate->encrypted_passwords;
    return !nt_field || field->length < V1_LENGTH || !is_v2_response(field);
}

static void note_lengths(struct qntc_ntlm_exchange *ntlm, const struct responses *r)
{
    ntlm->lm_length = (int)MIN(r->lm.length, (size_t)G_MAXINT);
    ntlm->nt_length = (int)MIN(r->nt.length, (size_t)G_MAXINT);
}

/*
 * The names that the server gave itself, each once: a client may hash one of them where it sends
 * another domain or none. `names` has room for all; NULL ends.
 */
static void collect_server_names(const struct qntc_logon *logon, const char **names)
{
    const struct qntc_negotiate *negotiate = &logon->connection->negotiate;
    const char *given[SERVER_NAMES] = {logon->ntlm.nb_domain, logon->ntlm.nb_computer,
                                       logon->ntlm.target_name, negotiate->domain_name,
                                       negotiate->server_name};
    unsigned count = 0;
    for (unsigned i = 0; i < SERVER_NAMES; i++) {
        bool new = given[i] != NULL &&*given[i] != '\0' && g_strcmp0(given[i], logon->domain) != 0;
        for (unsigned k = 0; k < count && new; k++)
            new = !g_str_equal(given[i], names[k]);
        if (new)
            names[count++] = given[i];
    }
    names[count] = NULL;
}

static void check_password(const struct qntc_capture *capture, struct qntc_open_logon *logon,
                           const struct responses *r)
{
    const char *names[SERVER_NAMES + 1];
    struct qntc_ntlm_proof proof = {
        .lm_response = r->lm.data,
        .lm_length = r->lm.length,
        .nt_response = r->nt.data,
        .nt_length = r->nt.length,
        .user = logon->facts.user,
        .domain = logon->facts.domain,
        .more_domains = names,
    };
    if (!logon->challenge_seen)
        return;
    collect_server_names(&logon->facts, names);
    memcpy(proof.server_challenge, logon->challenge, sizeof proof.server_challenge);
    logon->facts.password = qntc_candidates_check(capture->candidates, &proof);
}

void qntc_note_challenge(struct qntc_capture *capture, struct qntc_open_logon *logon,
                         const struct qntc_message *message)
{
    const struct qntc_ntlmssp *said = &message->token.ntlm;
    struct qntc_ntlm_exchange *ntlm = &logon->facts.ntlm;
    if (logon->facts.mechanism == QNTC_MECHANISM_UNKNOWN)
        logon->facts.mechanism = QNTC_MECHANISM_NTLMSSP;
    ntlm->challenge_frame = message->frame;
    ntlm->target_info_seen = said->target_info;
    ntlm->target_name = qntc_keep(capture, said->target_name);
    ntlm->nb_computer = qntc_keep(capture, said->nb_computer);
    ntlm->nb_domain = qntc_keep(capture, said->nb_domain);
    ntlm->dns_computer = qntc_keep(capture, said->dns_computer);
    ntlm->dns_domain = qntc_keep(capture, said->dns_domain);
    ntlm->challenge_time = said->challenge_time;
    ntlm->server_build_seen = said->build.seen;
    ntlm->server_build = (uint16_t)said->build.value;
    logon->challenge_seen =
        said->server_challenge.data != NULL && said->server_challenge.length == 8;
    if (logon->challenge_seen)
        memcpy(logon->challenge, said->server_challenge.data, 8);
}

void qntc_note_authenticate(struct qntc_capture *capture, struct qntc_open_logon *logon,
                            const struct qntc_message *message)
{
    const struct qntc_ntlmssp *said = &message->token.ntlm;
    struct qntc_logon *facts = &logon->facts;
    struct qntc_ntlm_exchange *ntlm = &facts->ntlm;
    facts->authenticate_frame = ntlm->authenticate_frame = message->frame;
    facts->user = qntc_keep(capture, said->user);
    facts->domain = qntc_keep(capture, said->domain);
    facts->workstation = qntc_keep(capture, said->workstation);
    facts->authenticate_truncated = message->truncated;
    ntlm->av_flags_seen = said->av_flags.seen;
    ntlm->av_flags = (uint32_t)said->av_flags.value;
    ntlm->target_spn = qntc_keep(capture, said->target_spn);
    ntlm->client_time = said->client_time;
    ntlm->mic_seen = said->mic.data != NULL && !all_zero(said->mic.data, said->mic.length);
    if (!said->lm_seen || !said->nt_seen)
        return;
    struct responses r = {said->lm_response, said->nt_response};
    note_lengths(ntlm, &r);
    ntlm->version = version_of(&r, facts->user);
    ntlm->lm_response_real = ntlm->version != QNTC_NTLM_V2 && is_real_lm(&r);
    check_password(capture, logon, &r);
}

void qntc_note_password_fields(struct qntc_capture *capture, struct qntc_open_logon *logon,
                               const struct qntc_message *message)
{
    struct qntc_logon *facts = &logon->facts;
    struct qntc_ntlm_exchange *ntlm = &facts->ntlm;
    const struct qntc_negotiate *negotiate = &logon->track->facts->negotiate;
    facts->authenticate_frame = ntlm->authenticate_frame = message->frame;
    facts->user = qntc_keep(capture, message->account);
    facts->domain = qntc_keep(capture, message->primary_domain);
    facts->authenticate_truncated = message->truncated;
    logon->challenge_seen = negotiate->challenge_seen;
    memcpy(logon->challenge, negotiate->challenge, sizeof logon->challenge);

    struct responses r = {message->ansi_password, message->unicode_password};
    bool cut = r.lm.length != message->ansi_length.value ||
               (message->unicode_length.seen && r.nt.length != message->unicode_length.value);
    if (cut || facts->mechanism == QNTC_MECHANISM_SHARE_LEVEL)
        return;
    note_lengths(ntlm, &r);
    if (is_plaintext(&r.lm, false, negotiate) || is_plaintext(&r.nt, true, negotiate)) {
        ntlm->version = QNTC_NTLM_PLAINTEXT;
        return;
    }
    ntlm->version = version_of(&r, facts->user);
    ntlm->lm_response_real = ntlm->version != QNTC_NTLM_V2 && is_real_lm(&r);
    check_password(capture, logon, &r);
}
