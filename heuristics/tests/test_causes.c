/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the causes claim: facts of a logon made by hand, and the ranked list that they must give.
 * Every cause has an example and a counter-example here; a cause without them fails the test.
 */
#include "diagnosis.h"
#include "track.h"

#include <glib.h>
#include <string.h>

/*
 * A scene: one logon, what a second one that worked looks like, and their server. It begins with
 * the plainest failure: ANNE of CORP, NTLMv2 over SMB 2.1, LOGON_FAILURE from a member of CORP.
 */
struct scene {
    struct qntc_capture *capture;
    struct qntc_connection connection;
    struct qntc_logon logon;
    struct qntc_connection other_connection;
    struct qntc_open_logon other; /* counts if it worked */
    bool other_worked;
};

enum { REQUEST = 4, ANSWER = 5, FIRST_SETUP = 6, CHALLENGE = 7, AUTHENTICATE = 8, RESULT = 9 };
enum { CLOSE = 11, WORKS = 30 };

#define MINUTE (60 * G_USEC_PER_SEC)
#define NOON ((qntc_time)1800000000 * G_USEC_PER_SEC)

static void nt(struct scene *s, uint32_t code)
{
    s->logon.status = (struct qntc_status){.kind = QNTC_STATUS_NT, .code = code};
}

static void dos(struct scene *s, uint8_t error_class, uint32_t code)
{
    s->logon.status =
        (struct qntc_status){.kind = QNTC_STATUS_DOS, .dos_class = error_class, .code = code};
}

static struct qntc_connection plain_connection(struct qntc_server *server)
{
    return (struct qntc_connection){
        .client_address = "192.0.2.40",
        .server_address = "192.0.2.20",
        .server = server,
        .negotiate = {.request_frame = REQUEST,
                      .response_frame = ANSWER,
                      .offers_smb2 = true,
                      .dialect_count = 2,
                      .dialects = {0x0202, 0x0210},
                      .dialect = QNTC_DIALECT_210,
                      .mechanisms_seen = true,
                      .mechanisms = QNTC_OFFERS_NTLMSSP | QNTC_OFFERS_KERBEROS},
        .client_frames_seen = true,
        .server_frames_seen = true,
    };
}

static struct qntc_logon plain_logon(const struct qntc_connection *connection)
{
    return (struct qntc_logon){
        .number = 1,
        .connection = connection,
        .mechanism = QNTC_MECHANISM_NTLMSSP,
        .user = "ANNE",
        .domain = "CORP",
        .workstation = "IBMI1",
        .ntlm = {.negotiate_frame = FIRST_SETUP,
                 .challenge_frame = CHALLENGE,
                 .target_info_seen = true,
                 .target_name = "CORP",
                 .nb_computer = "FILESRV",
                 .nb_domain = "CORP",
                 .dns_computer = "filesrv.corp.example.com",
                 .dns_domain = "corp.example.com",
                 .challenge_time = NOON,
                 .authenticate_frame = AUTHENTICATE,
                 .version = QNTC_NTLM_V2,
                 .lm_length = 24,
                 .nt_length = 200,
                 .mic_seen = true,
                 .target_spn = "cifs/192.0.2.20",
                 .client_time = NOON},
        .setup_seen = true,
        .first_setup_frame = FIRST_SETUP,
        .authenticate_frame = AUTHENTICATE,
        .result_frame = RESULT,
        .end_frame = RESULT,
        .last_client_frame = AUTHENTICATE,
        .last_server_frame = RESULT,
        .ended = true,
        .outcome = QNTC_OUTCOME_REFUSED,
    };
}

static void scene_begin(struct scene *s)
{
    struct qntc_peers peers = {.client_address = "192.0.2.40", .server_address = "192.0.2.20"};
    *s = (struct scene){.capture = qntc_capture_new()};
    s->other.track = qntc_capture_connect(s->capture, &peers);
    s->connection = plain_connection(s->other.track->facts->server);
    s->other_connection = plain_connection(s->other.track->facts->server);
    s->logon = plain_logon(&s->connection);
    s->other.facts = plain_logon(&s->other_connection);
    s->other.facts.number = 2;
    s->other.facts.outcome = QNTC_OUTCOME_SUCCESS;
    s->other.facts.result_frame = WORKS;
    nt(s, (uint32_t)QNTC_STATUS_LOGON_FAILURE);
}

static void scene_end(struct scene *s)
{
    qntc_capture_free(s->capture);
}

static struct qntc_diagnosis *diagnose(struct scene *s)
{
    if (s->other_worked)
        qntc_remember_success(&s->other);
    s->other_worked = false;
    return qntc_diagnose(s->capture, &s->logon);
}

/* What the examples have in common. */

static void other_worked(struct scene *s)
{
    s->other_worked = true;
}

static void from_other_client(struct scene *s)
{
    s->other_connection.client_address = "192.0.2.50";
}

static void stand_alone(struct scene *s)
{
    s->logon.ntlm.nb_domain = s->logon.ntlm.target_name = s->logon.ntlm.nb_computer;
    s->logon.ntlm.dns_domain = "";
    s->logon.ntlm.dns_computer = "filesrv";
}

static void ntlmv1(struct scene *s)
{
    s->logon.ntlm.version = QNTC_NTLM_V1;
    s->logon.ntlm.nt_length = 24;
    s->logon.ntlm.mic_seen = false;
    s->logon.ntlm.target_spn = NULL;
    s->logon.ntlm.client_time = QNTC_TIME_UNKNOWN;
}

/* SMB1 without extended security: no NTLMSSP message, the names are in the NEGOTIATE. */
static void smb1_fields(struct scene *s)
{
    struct qntc_negotiate *negotiate = &s->connection.negotiate;
    *negotiate = (struct qntc_negotiate){.request_frame = REQUEST,
                                         .response_frame = ANSWER,
                                         .offers_smb1 = true,
                                         .offers_nt_lm_012 = true,
                                         .dialect = QNTC_DIALECT_SMB1,
                                         .security_mode_seen = true,
                                         .encrypted_passwords = true,
                                         .domain_name = "CORP"};
    s->logon.mechanism = QNTC_MECHANISM_NTLM;
    s->logon.ntlm = (struct qntc_ntlm_exchange){.version = QNTC_NTLM_V1,
                                                .authenticate_frame = AUTHENTICATE,
                                                .lm_length = 24,
                                                .nt_length = 24,
                                                .challenge_time = QNTC_TIME_UNKNOWN,
                                                .client_time = QNTC_TIME_UNKNOWN};
}

/* Refused in answer to the NEGOTIATE_MESSAGE: no CHALLENGE, no AUTHENTICATE. */
static void at_first_leg(struct scene *s)
{
    s->logon.ntlm = (struct qntc_ntlm_exchange){.negotiate_frame = FIRST_SETUP,
                                                .challenge_time = QNTC_TIME_UNKNOWN,
                                                .client_time = QNTC_TIME_UNKNOWN};
    s->logon.authenticate_frame = 0;
    s->logon.user = s->logon.domain = s->logon.workstation = NULL;
    s->logon.last_client_frame = FIRST_SETUP;
}

static void by_kerberos(struct scene *s)
{
    at_first_leg(s);
    s->logon.ntlm.negotiate_frame = 0;
    s->logon.mechanism = QNTC_MECHANISM_KERBEROS;
    s->logon.authenticate_frame = s->logon.kerberos.ap_req_frame = FIRST_SETUP;
}

static void refused_at_negotiate(struct scene *s, uint32_t code)
{
    at_first_leg(s);
    s->logon.ntlm.negotiate_frame = s->logon.first_setup_frame = 0;
    s->logon.setup_seen = false;
    s->logon.mechanism = QNTC_MECHANISM_UNKNOWN;
    s->logon.refused_at_negotiate = true;
    s->logon.result_frame = s->logon.end_frame = ANSWER;
    s->connection.negotiate.dialect = QNTC_DIALECT_UNKNOWN;
    s->connection.negotiate.mechanisms_seen = false;
    nt(s, code);
}

static void ended(struct scene *s, enum qntc_outcome outcome, enum qntc_side by)
{
    s->logon.outcome = outcome;
    s->logon.status = (struct qntc_status){.kind = QNTC_STATUS_NONE};
    s->logon.result_frame = 0;
    s->logon.end_frame = CLOSE;
    s->connection.close_frame = CLOSE;
    s->connection.closed_by = by;
}

static void ended_at_negotiate(struct scene *s, enum qntc_outcome outcome, enum qntc_side by)
{
    refused_at_negotiate(s, 0);
    s->logon.refused_at_negotiate = false;
    s->connection.negotiate.response_frame = 0;
    s->logon.last_client_frame = REQUEST;
    s->logon.last_server_frame = 0;
    ended(s, outcome, by);
}

static void smb1_only(struct scene *s)
{
    s->connection.negotiate.offers_smb1 = s->connection.negotiate.offers_nt_lm_012 = true;
    s->connection.negotiate.offers_smb2 = false;
    s->connection.negotiate.dialect_count = 0;
}

/* Examples and counter-examples, in the order of the vocabulary. */

static void as_it_is(struct scene *s)
{
    (void)s;
}

static void dos_1_5(struct scene *s)
{
    dos(s, QNTC_ERRDOS, 5);
}

static void dos_2_2(struct scene *s)
{
    dos(s, QNTC_ERRSRV, 2);
}

static void of_unknown_mechanism(struct scene *s)
{
    s->logon.mechanism = QNTC_MECHANISM_UNKNOWN;
}

static void wrong_domain(struct scene *s)
{
    s->logon.domain = "IBMI";
}

static void domain_in_lower_case(struct scene *s)
{
    s->logon.domain = "corp";
}

static void dns_domain(struct scene *s)
{
    s->logon.domain = "CORP.EXAMPLE.COM";
}

static void computer_as_domain(struct scene *s)
{
    s->logon.domain = "filesrv";
}

static void empty_domain(struct scene *s)
{
    s->logon.domain = "";
}

static void empty_domain_that_worked(struct scene *s)
{
    empty_domain(s);
    s->other.facts.domain = NULL;
    other_worked(s);
}

static void empty_password(struct scene *s)
{
    s->logon.password = QNTC_PASSWORD_EMPTY;
}

static void lower_case_password(struct scene *s)
{
    s->logon.password = QNTC_PASSWORD_LOWER_CASE;
}

static void upper_case_password(struct scene *s)
{
    s->logon.password = QNTC_PASSWORD_UPPER_CASE;
}

static void other_password(struct scene *s)
{
    s->logon.password = QNTC_PASSWORD_DIFFERS;
}

static void right_password(struct scene *s)
{
    s->logon.password = QNTC_PASSWORD_AS_TYPED;
}

static void lower_case_password_not_found(struct scene *s)
{
    lower_case_password(s);
    nt(s, 0xC0000225);
}

static void lower_case_password_disabled(struct scene *s)
{
    lower_case_password(s);
    nt(s, 0xC0000072);
}

static void upper_case_password_denied(struct scene *s)
{
    upper_case_password(s);
    nt(s, (uint32_t)QNTC_STATUS_ACCESS_DENIED);
}

static void other_password_said_wrong(struct scene *s)
{
    other_password(s);
    nt(s, 0xC000006A);
}

static void other_password_expired(struct scene *s)
{
    other_password(s);
    nt(s, 0xC0000071);
}

static void right_password_by_ntlmv1(struct scene *s)
{
    ntlmv1(s);
    right_password(s);
}

static void right_lm_password(struct scene *s)
{
    ntlmv1(s);
    s->logon.ntlm.version = QNTC_NTLM_LM;
    right_password(s);
}

static void right_password_empty_domain(struct scene *s)
{
    empty_domain(s);
    right_password(s);
}

static void right_password_stand_alone(struct scene *s)
{
    stand_alone(s);
    wrong_domain(s);
    right_password(s);
}

static void right_password_denied(struct scene *s)
{
    right_password(s);
    nt(s, (uint32_t)QNTC_STATUS_ACCESS_DENIED);
}

static void wrong_domain_disabled(struct scene *s)
{
    wrong_domain(s);
    nt(s, 0xC0000072);
}

static void only_target_name_seen(struct scene *s)
{
    s->logon.ntlm.nb_computer = s->logon.ntlm.nb_domain = NULL;
    s->logon.ntlm.dns_computer = s->logon.ntlm.dns_domain = NULL;
    wrong_domain(s);
}

static void only_dns_domain_seen(struct scene *s)
{
    s->logon.ntlm.nb_computer = s->logon.ntlm.nb_domain = s->logon.ntlm.target_name = NULL;
    s->logon.ntlm.dns_computer = NULL;
    wrong_domain(s);
}

static void only_computer_seen(struct scene *s)
{
    s->logon.ntlm.nb_domain = s->logon.ntlm.target_name = NULL;
    s->logon.ntlm.dns_computer = s->logon.ntlm.dns_domain = NULL;
    wrong_domain(s);
}

static void principal_name(struct scene *s)
{
    s->logon.user = "anne@corp.example.com";
    s->logon.domain = "";
}

static void wrong_domain_stand_alone(struct scene *s)
{
    stand_alone(s);
    wrong_domain(s);
}

static void wrong_domain_by_dos(struct scene *s)
{
    wrong_domain(s);
    dos_1_5(s);
}

static void wrong_domain_smb1_names(struct scene *s)
{
    smb1_fields(s);
    s->logon.ntlm.version = QNTC_NTLM_V2;
    wrong_domain(s);
}

static void wrong_domain_no_names(struct scene *s)
{
    smb1_fields(s);
    s->logon.ntlm.version = QNTC_NTLM_V2;
    s->connection.negotiate.domain_name = NULL;
    wrong_domain(s);
}

static void right_domain_worked(struct scene *s)
{
    wrong_domain(s);
    other_worked(s);
}

static void right_domain_worked_elsewhere(struct scene *s)
{
    right_domain_worked(s);
    from_other_client(s);
}

static void right_domain_worked_with_other_dialect(struct scene *s)
{
    right_domain_worked(s);
    s->other_connection.negotiate.dialect = QNTC_DIALECT_311;
}

static void right_domain_worked_with_password(struct scene *s)
{
    right_domain_worked(s);
    empty_password(s);
}

static void right_domain_became_guest(struct scene *s)
{
    right_domain_worked(s);
    s->other.facts.outcome = QNTC_OUTCOME_GUEST;
}

static void trusted_domain(struct scene *s)
{
    wrong_domain(s);
    s->other.facts.user = "BERT";
    s->other.facts.domain = "ibmi";
    other_worked(s);
}

static void empty_password_disabled(struct scene *s)
{
    empty_password(s);
    nt(s, 0xC0000072);
}

static void empty_password_said_wrong(struct scene *s)
{
    empty_password(s);
    nt(s, 0xC000006A);
}

static void empty_password_restricted(struct scene *s)
{
    empty_password(s);
    nt(s, 0xC000006E);
}

static void empty_password_unheard_of(struct scene *s)
{
    empty_password(s);
    nt(s, 0xC0DEC0DE);
}

static void no_responses(struct scene *s)
{
    s->logon.ntlm.version = QNTC_NTLM_UNKNOWN;
    s->logon.ntlm.nt_length = s->logon.ntlm.lm_length = 0;
}

static void lm_of_one_byte(struct scene *s)
{
    no_responses(s);
    s->logon.ntlm.lm_length = 1;
}

static void only_lm(struct scene *s)
{
    no_responses(s);
    s->logon.ntlm.lm_length = 24;
}

static void only_nt(struct scene *s)
{
    no_responses(s);
    s->logon.ntlm.nt_length = 24;
}

static void responses_not_seen(struct scene *s)
{
    no_responses(s);
    s->logon.ntlm.lm_length = s->logon.ntlm.nt_length = QNTC_LENGTH_UNKNOWN;
}

static void null_session(struct scene *s)
{
    no_responses(s);
    s->logon.ntlm.version = QNTC_NTLM_ANONYMOUS;
    s->logon.user = s->logon.domain = "";
    nt(s, (uint32_t)QNTC_STATUS_ACCESS_DENIED);
}

static void null_session_closed(struct scene *s)
{
    null_session(s);
    ended(s, QNTC_OUTCOME_CLOSED, QNTC_SERVER);
}

static void null_session_restricted(struct scene *s)
{
    null_session(s);
    nt(s, 0xC000006E);
}

static void null_session_of_other_domain(struct scene *s)
{
    null_session(s);
    nt(s, (uint32_t)QNTC_STATUS_LOGON_FAILURE);
    s->logon.domain = "IBMI";
}

static void empty_password_silent(struct scene *s)
{
    empty_password(s);
    ended(s, QNTC_OUTCOME_UNANSWERED, QNTC_CLIENT);
}

static void lm_only(struct scene *s)
{
    ntlmv1(s);
    s->logon.ntlm.version = QNTC_NTLM_LM;
}

static void ntlmv1_ess(struct scene *s)
{
    ntlmv1(s);
    s->logon.ntlm.version = QNTC_NTLM_V1_ESS;
}

static void null_session_when_full(struct scene *s)
{
    null_session(s);
    nt(s, 0xC00000CE);
}

static void null_session_accepted(struct scene *s)
{
    null_session(s);
    nt(s, 0);
    s->logon.outcome = QNTC_OUTCOME_ANONYMOUS;
}

static void access_denied(struct scene *s)
{
    nt(s, (uint32_t)QNTC_STATUS_ACCESS_DENIED);
}

static void denied_of_unknown_mechanism(struct scene *s)
{
    access_denied(s);
    of_unknown_mechanism(s);
}

static void ticket_denied(struct scene *s)
{
    by_kerberos(s);
    access_denied(s);
}

static void ntlmv1_by_dos(struct scene *s)
{
    smb1_fields(s);
    dos_1_5(s);
}

static void ntlmv1_and_v2_worked(struct scene *s)
{
    ntlmv1(s);
    other_worked(s);
}

static void ntlmv1_and_v2_worked_elsewhere(struct scene *s)
{
    ntlmv1_and_v2_worked(s);
    from_other_client(s);
}

static void ntlmv1_and_v2_became_guest(struct scene *s)
{
    ntlmv1_and_v2_worked(s);
    s->other.facts.outcome = QNTC_OUTCOME_GUEST;
}

static void ntlmv1_and_ticket_worked(struct scene *s)
{
    ntlmv1_and_v2_worked(s);
    s->other.facts.ntlm.version = QNTC_NTLM_UNKNOWN;
}

static void ntlmv1_and_two_things_changed(struct scene *s)
{
    ntlmv1_and_v2_worked(s);
    wrong_domain(s);
}

static void ntlmv1_to_new_windows(struct scene *s)
{
    ntlmv1(s);
    s->logon.ntlm.server_build_seen = true;
    s->logon.ntlm.server_build = 26100;
}

static void ntlmv1_to_old_windows(struct scene *s)
{
    ntlmv1_to_new_windows(s);
    s->logon.ntlm.server_build = 20348;
}

static void ntlmv1_where_it_works(struct scene *s)
{
    ntlmv1(s);
    s->other.facts.user = "BERT";
    s->other.facts.ntlm.version = QNTC_NTLM_V1;
    other_worked(s);
}

static void ntlmv1_disabled(struct scene *s)
{
    ntlmv1(s);
    nt(s, 0xC0000072);
}

static void blocked(struct scene *s)
{
    nt(s, (uint32_t)QNTC_STATUS_NTLM_BLOCKED);
}

static void not_supported(struct scene *s)
{
    nt(s, (uint32_t)QNTC_STATUS_NOT_SUPPORTED);
}

static void not_supported_of_unknown_mechanism(struct scene *s)
{
    not_supported(s);
    of_unknown_mechanism(s);
}

static void not_supported_ticket(struct scene *s)
{
    by_kerberos(s);
    not_supported(s);
}

static void not_supported_binding(struct scene *s)
{
    not_supported(s);
    s->logon.kind = QNTC_LOGON_BINDING;
}

static void denied_at_first_leg(struct scene *s)
{
    at_first_leg(s);
    access_denied(s);
}

static void denied_at_first_leg_with_encryption(struct scene *s)
{
    denied_at_first_leg(s);
    s->connection.negotiate.dialect = QNTC_DIALECT_300;
    s->connection.negotiate.client_capabilities_seen = true;
    s->connection.negotiate.client_capabilities = 0x40;
}

static void denied_at_first_leg_of_311(struct scene *s)
{
    denied_at_first_leg(s);
    s->connection.negotiate.dialect = QNTC_DIALECT_311;
}

static void denied_at_first_leg_of_311_with_ciphers(struct scene *s)
{
    denied_at_first_leg_of_311(s);
    s->connection.negotiate.client_offers_ciphers = true;
}

static void first_leg_of_poor_capture(struct scene *s)
{
    at_first_leg(s);
    s->logon.request_missing = true;
}

static void only_kerberos_offered(struct scene *s)
{
    at_first_leg(s);
    s->connection.negotiate.mechanisms = QNTC_OFFERS_KERBEROS;
}

static void only_kerberos_offered_but_challenged(struct scene *s)
{
    s->connection.negotiate.mechanisms = QNTC_OFFERS_KERBEROS;
}

static void only_ntlm_offered_to_ticket(struct scene *s)
{
    by_kerberos(s);
    s->connection.negotiate.mechanisms = QNTC_OFFERS_NTLMSSP;
    nt(s, (uint32_t)QNTC_STATUS_INVALID_PARAMETER);
}

static void only_ntlm_offered_to_refused_ticket(struct scene *s)
{
    only_ntlm_offered_to_ticket(s);
    nt(s, (uint32_t)QNTC_STATUS_LOGON_FAILURE);
}

static void only_ntlm_offered_to_disabled(struct scene *s)
{
    only_ntlm_offered_to_ticket(s);
    nt(s, 0xC0000072);
}

static void only_ntlm_offered_but_ticket_read(struct scene *s)
{
    only_ntlm_offered_to_ticket(s);
    s->logon.kerberos.error_frame = RESULT;
}

static void only_ntlm_offered_and_left(struct scene *s)
{
    only_ntlm_offered_to_ticket(s);
    ended(s, QNTC_OUTCOME_ABANDONED, QNTC_CLIENT);
}

static void only_ntlm_offered_and_closed(struct scene *s)
{
    by_kerberos(s);
    s->connection.negotiate.mechanisms = QNTC_OFFERS_NTLMSSP;
    ended(s, QNTC_OUTCOME_CLOSED, QNTC_SERVER);
}

static void denied_without_target(struct scene *s)
{
    access_denied(s);
    s->logon.ntlm.target_spn = NULL;
}

static void denied_with_untrusted_target(struct scene *s)
{
    access_denied(s);
    s->logon.ntlm.av_flags_seen = true;
    s->logon.ntlm.av_flags = 4;
}

static void denied_with_alias(struct scene *s)
{
    access_denied(s);
    s->logon.ntlm.target_spn = "cifs/alias.corp.example.com";
}

static void denied_with_own_name(struct scene *s)
{
    access_denied(s);
    s->logon.ntlm.target_spn = "cifs/FileSrv.corp.example.com";
    s->logon.ntlm.av_flags_seen = true;
    s->logon.ntlm.av_flags = 2;
}

static void no_mic(struct scene *s)
{
    s->logon.ntlm.mic_seen = false;
}

static void no_mic_asked_for(struct scene *s)
{
    no_mic(s);
    s->logon.ntlm.challenge_time = QNTC_TIME_UNKNOWN;
}

static void no_mic_but_announced(struct scene *s)
{
    no_mic_asked_for(s);
    s->logon.ntlm.av_flags_seen = true;
    s->logon.ntlm.av_flags = 2;
}

static void no_mic_with_other_flags(struct scene *s)
{
    no_mic_but_announced(s);
    s->logon.ntlm.av_flags = 1;
}

static void no_mic_where_one_works(struct scene *s)
{
    no_mic(s);
    from_other_client(s);
    other_worked(s);
}

static void no_mic_where_nobody_asks(struct scene *s)
{
    no_mic_where_one_works(s);
    s->other.facts.ntlm.mic_seen = false;
    s->other.facts.ntlm.challenge_time = QNTC_TIME_UNKNOWN;
}

static void no_mic_where_that_works(struct scene *s)
{
    no_mic(s);
    s->other.facts.ntlm.mic_seen = false;
    from_other_client(s);
    other_worked(s);
}

static void clock_ahead(struct scene *s)
{
    s->logon.ntlm.client_time = NOON + 31 * MINUTE;
}

static void clock_behind(struct scene *s)
{
    s->logon.ntlm.client_time = NOON - 31 * MINUTE;
}

static void clock_nearly_right(struct scene *s)
{
    s->logon.ntlm.client_time = NOON + 30 * MINUTE;
}

static void clock_at_the_limits(struct scene *s)
{
    s->logon.ntlm.client_time = INT64_MAX;
}

static void clock_ahead_disabled(struct scene *s)
{
    clock_ahead(s);
    nt(s, 0xC0000072);
}

static void clock_said_by_server(struct scene *s)
{
    nt(s, 0xC0000133);
}

static void no_client_time(struct scene *s)
{
    s->logon.ntlm.client_time = -11644473600 * G_USEC_PER_SEC; /* FILETIME 0 */
}

static void wants_plaintext(struct scene *s)
{
    smb1_fields(s);
    s->connection.negotiate.encrypted_passwords = false;
}

static void wants_plaintext_and_client_leaves(struct scene *s)
{
    wants_plaintext(s);
    s->logon.setup_seen = false;
    s->logon.first_setup_frame = s->logon.authenticate_frame = 0;
    s->logon.mechanism = QNTC_MECHANISM_UNKNOWN;
    s->logon.last_client_frame = REQUEST;
    s->logon.last_server_frame = ANSWER;
    ended(s, QNTC_OUTCOME_ABANDONED, QNTC_CLIENT);
}

static void wants_responses_and_client_leaves(struct scene *s)
{
    wants_plaintext_and_client_leaves(s);
    s->connection.negotiate.encrypted_passwords = true;
}

static void plaintext_refused(struct scene *s)
{
    wants_plaintext(s);
    s->logon.ntlm.version = QNTC_NTLM_PLAINTEXT;
}

static void wants_plaintext_and_client_leaves_later(struct scene *s)
{
    wants_plaintext(s);
    ended(s, QNTC_OUTCOME_ABANDONED, QNTC_CLIENT);
}

static void plaintext_disabled(struct scene *s)
{
    plaintext_refused(s);
    nt(s, 0xC0000072);
}

static void plaintext_of_nobody(struct scene *s)
{
    plaintext_refused(s);
    s->logon.user = "";
}

static void wants_plaintext_of_nobody(struct scene *s)
{
    wants_plaintext(s);
    no_responses(s);
}

static void share_level(struct scene *s)
{
    plaintext_refused(s);
    s->connection.negotiate.share_level = true;
}

static void invalid_parameter(struct scene *s)
{
    nt(s, (uint32_t)QNTC_STATUS_INVALID_PARAMETER);
}

static void dos_1_87(struct scene *s)
{
    dos(s, QNTC_ERRDOS, 87);
}

static void shutting_down(struct scene *s)
{
    nt(s, 0xC00002FE);
}

static void out_of_resources(struct scene *s)
{
    nt(s, 0xC0000205);
}

static void dos_1_8(struct scene *s)
{
    dos(s, QNTC_ERRDOS, 8);
}

static void not_granted(struct scene *s)
{
    nt(s, 0xC0000155);
}

static void unheard_of(struct scene *s)
{
    nt(s, 0xC0DEC0DE);
}

static void dos_3_31(struct scene *s)
{
    dos(s, QNTC_ERRHRD, 31);
}

static void ticket_with_krb_error(struct scene *s)
{
    by_kerberos(s);
    nt(s, (uint32_t)QNTC_STATUS_MORE_PROCESSING_REQUIRED);
    s->logon.kerberos.error_frame = RESULT;
    s->logon.kerberos.error_code = 41;
}

static void not_offered_and_setup_not_seen(struct scene *s)
{
    at_first_leg(s);
    s->connection.negotiate.mechanisms = QNTC_OFFERS_KERBEROS;
    s->logon.first_setup_frame = 0;
    ended(s, QNTC_OUTCOME_CLOSED, QNTC_SERVER);
}

static void not_offered_but_taken_up(struct scene *s)
{
    by_kerberos(s);
    s->connection.negotiate.mechanisms = QNTC_OFFERS_NTLMSSP;
    s->logon.kerberos.ap_rep_frame = RESULT;
}

static void not_offered_and_account_disabled(struct scene *s)
{
    at_first_leg(s);
    s->connection.negotiate.mechanisms = QNTC_OFFERS_KERBEROS;
    nt(s, 0xC0000072);
}

static void not_offered_and_denied(struct scene *s)
{
    at_first_leg(s);
    s->connection.negotiate.mechanisms = QNTC_OFFERS_KERBEROS;
    nt(s, (uint32_t)QNTC_STATUS_NOT_SUPPORTED);
}

static void no_mic_invalid(struct scene *s)
{
    no_mic_but_announced(s);
    nt(s, (uint32_t)QNTC_STATUS_INVALID_PARAMETER);
}

static void no_mic_denied(struct scene *s)
{
    no_mic_but_announced(s);
    access_denied(s);
}

static void no_mic_seen_of_cut_message(struct scene *s)
{
    no_mic_but_announced(s);
    s->logon.truncated_frame = AUTHENTICATE;
    s->logon.authenticate_truncated = true;
}

static void wants_plaintext_and_server_closes(struct scene *s)
{
    wants_plaintext_and_client_leaves(s);
    s->logon.outcome = QNTC_OUTCOME_CLOSED;
    s->connection.closed_by = QNTC_SERVER;
}

static void wants_plaintext_beside_extended_security(struct scene *s)
{
    wants_plaintext_and_client_leaves(s);
    s->connection.negotiate.extended_security = true;
}

static void smb1_only_none_chosen(struct scene *s)
{
    refused_at_negotiate(s, 0);
    s->logon.status = (struct qntc_status){.kind = QNTC_STATUS_NONE};
    s->connection.negotiate.no_dialect_chosen = true;
    smb1_only(s);
}

static void both_none_chosen(struct scene *s)
{
    smb1_only_none_chosen(s);
    s->connection.negotiate.offers_smb2 = true;
}

static void smb1_only_closed(struct scene *s)
{
    ended_at_negotiate(s, QNTC_OUTCOME_CLOSED, QNTC_SERVER);
    smb1_only(s);
}

static void smb1_only_silent(struct scene *s)
{
    ended_at_negotiate(s, QNTC_OUTCOME_UNANSWERED, QNTC_CLIENT);
    smb1_only(s);
}

static void smb1_only_left(struct scene *s)
{
    ended_at_negotiate(s, QNTC_OUTCOME_ABANDONED, QNTC_CLIENT);
    smb1_only(s);
}

static void smb1_only_to_web_server(struct scene *s)
{
    smb1_only_closed(s);
    s->connection.not_smb_frame = ANSWER;
}

static void smb1_only_answered_then_closed(struct scene *s)
{
    smb1_only_closed(s);
    s->connection.negotiate.response_frame = ANSWER;
}

static void smb2_only_closed(struct scene *s)
{
    ended_at_negotiate(s, QNTC_OUTCOME_CLOSED, QNTC_SERVER);
}

static void smb2_only_silent(struct scene *s)
{
    ended_at_negotiate(s, QNTC_OUTCOME_UNANSWERED, QNTC_CLIENT);
}

/* The SESSION_SETUP shows that the server took the dialect, though the file lacks its answer. */
static void smb1_only_closed_later(struct scene *s)
{
    smb1_only_closed(s);
    s->logon.setup_seen = true;
}

static void smb1_only_answered_then_silent(struct scene *s)
{
    smb1_only_silent(s);
    s->connection.negotiate.response_frame = ANSWER;
}

static void smb1_only_not_supported(struct scene *s)
{
    refused_at_negotiate(s, (uint32_t)QNTC_STATUS_NOT_SUPPORTED);
    smb1_only(s);
}

static void offer_not_seen(struct scene *s)
{
    s->connection.negotiate.request_frame = 0;
    s->connection.negotiate.offers_smb1 = s->connection.negotiate.offers_smb2 = false;
    s->connection.negotiate.dialect_count = 0;
}

static void none_chosen_of_offer_not_seen(struct scene *s)
{
    both_none_chosen(s);
    offer_not_seen(s);
}

static void closed_after_offer_not_seen(struct scene *s)
{
    ended_at_negotiate(s, QNTC_OUTCOME_CLOSED, QNTC_SERVER);
    offer_not_seen(s);
}

static void both_closed(struct scene *s)
{
    smb2_only_closed(s);
    s->connection.negotiate.offers_smb1 = true;
}

static void negotiate_not_supported(struct scene *s)
{
    refused_at_negotiate(s, (uint32_t)QNTC_STATUS_NOT_SUPPORTED);
}

static void negotiate_invalid(struct scene *s)
{
    refused_at_negotiate(s, (uint32_t)QNTC_STATUS_INVALID_PARAMETER);
}

static void negotiate_denied(struct scene *s)
{
    refused_at_negotiate(s, (uint32_t)QNTC_STATUS_ACCESS_DENIED);
}

static void negotiate_logon_failure(struct scene *s)
{
    refused_at_negotiate(s, (uint32_t)QNTC_STATUS_LOGON_FAILURE);
}

static void denied_where_another_encrypts(struct scene *s)
{
    nt(s, (uint32_t)QNTC_STATUS_ACCESS_DENIED);
    s->other.track->facts->server->encrypted = &s->other.facts;
}

static void machine_refused_before_negotiate(struct scene *s)
{
    negotiate_logon_failure(s);
    s->logon.machine_refusal = (struct qntc_machine_refusal){"FILESRV$", "192.0.2.10", REQUEST + 1};
}

static void negotiate_of_no_dialect(struct scene *s)
{
    negotiate_invalid(s);
    s->connection.negotiate.dialect_count = 0;
}

static void negotiate_when_full(struct scene *s)
{
    refused_at_negotiate(s, 0xC00000D0);
}

static void too_many_sessions(struct scene *s)
{
    nt(s, 0xC00000CE);
}

static void not_accepted(struct scene *s)
{
    nt(s, 0xC00000D0);
}

static void dos_2_90(struct scene *s)
{
    dos(s, QNTC_ERRSRV, 90);
}

static void binding_not_accepted(struct scene *s)
{
    not_accepted(s);
    s->logon.kind = QNTC_LOGON_BINDING;
}

static void closed(struct scene *s)
{
    ended(s, QNTC_OUTCOME_CLOSED, QNTC_SERVER);
}

static void left(struct scene *s)
{
    ended(s, QNTC_OUTCOME_ABANDONED, QNTC_CLIENT);
}

static void silent(struct scene *s)
{
    ended(s, QNTC_OUTCOME_UNANSWERED, QNTC_CLIENT);
}

static void controller_asked(struct scene *s)
{
    s->logon.pass_through = (struct qntc_pass_through){.dc_address = "192.0.2.10",
                                                       .request_frame = AUTHENTICATE + 1,
                                                       .request_time = QNTC_TIME_UNKNOWN,
                                                       .answer_time = QNTC_TIME_UNKNOWN,
                                                       .opnum = 39,
                                                       .sealed = true};
}

static void silent_controller(struct scene *s)
{
    silent(s);
    controller_asked(s);
}

static void silent_behind_controller(struct scene *s)
{
    silent_controller(s);
    s->logon.pass_through.answer_frame = AUTHENTICATE + 2;
}

/* The server asked its controller, heard nothing, and refused the logon after two seconds. */
static void refused_late(struct scene *s)
{
    controller_asked(s);
    s->logon.longest_wait = (struct qntc_wait){2 * G_USEC_PER_SEC, false, AUTHENTICATE, RESULT};
}

static void refused_late_by_name(struct scene *s)
{
    refused_late(s);
    nt(s, 0xC0000072);
}

static void challenged_late(struct scene *s)
{
    refused_late(s);
    s->logon.longest_wait.answer_frame = CHALLENGE;
}

static void ticket_unanswered(struct scene *s)
{
    by_kerberos(s);
    silent_controller(s);
}

static void machine_refused(struct scene *s)
{
    s->logon.machine_refusal =
        (struct qntc_machine_refusal){"FILESRV$", "192.0.2.10", AUTHENTICATE + 1};
}

/* The server got through to a controller all the same. */
static void machine_refused_elsewhere(struct scene *s)
{
    machine_refused(s);
    controller_asked(s);
    s->logon.pass_through.answer_frame = AUTHENTICATE + 2;
}

static void machine_refused_account_disabled(struct scene *s)
{
    machine_refused(s);
    nt(s, 0xC0000072);
}

static void silent_web_server(struct scene *s)
{
    silent(s);
    s->connection.not_smb_frame = ANSWER;
}

static void left_web_server(struct scene *s)
{
    left(s);
    s->connection.not_smb_frame = ANSWER;
}

static void web_server_of_old_connection(struct scene *s)
{
    silent_web_server(s);
    s->connection.began_before_capture = true;
}

static void web_server_behind_gap(struct scene *s)
{
    silent_web_server(s);
    s->logon.gap_frame = ANSWER;
}

static void left_before_token(struct scene *s)
{
    left(s);
    s->logon.setup_seen = false;
    s->logon.first_setup_frame = s->logon.authenticate_frame = 0;
}

static void left_before_token_without_kerberos(struct scene *s)
{
    left_before_token(s);
    s->connection.negotiate.mechanisms = QNTC_OFFERS_NTLMSSP;
}

static void cut_authenticate(struct scene *s)
{
    s->logon.truncated_frame = AUTHENTICATE;
    s->logon.authenticate_truncated = true;
    s->logon.user = s->logon.domain = s->logon.workstation = NULL;
    s->logon.ntlm.version = QNTC_NTLM_UNKNOWN;
}

/* Cut before anything says what kind of message it is. */
static void cut_every_setup(struct scene *s)
{
    at_first_leg(s);
    s->logon.mechanism = QNTC_MECHANISM_UNKNOWN;
    s->logon.ntlm.negotiate_frame = 0;
    s->logon.truncated_frame = FIRST_SETUP;
    s->logon.request_missing = true;
}

static void cut_authenticate_disabled(struct scene *s)
{
    cut_authenticate(s);
    nt(s, 0xC0000072);
}

static void cut_authenticate_wrong_domain(struct scene *s)
{
    s->logon.truncated_frame = AUTHENTICATE;
    s->logon.authenticate_truncated = true;
    wrong_domain(s);
}

static void cut_elsewhere(struct scene *s)
{
    wrong_domain(s);
    s->logon.truncated_frame = REQUEST;
}

static void cut_and_closed(struct scene *s)
{
    closed(s);
    s->logon.truncated_frame = CHALLENGE;
}

static void cut_and_open(struct scene *s)
{
    cut_authenticate(s);
    ended(s, QNTC_OUTCOME_UNKNOWN, QNTC_CLIENT);
}

static void no_request(struct scene *s)
{
    at_first_leg(s);
    s->logon.mechanism = QNTC_MECHANISM_UNKNOWN;
    s->logon.ntlm.negotiate_frame = s->logon.first_setup_frame = 0;
    s->logon.request_missing = true;
}

static void no_request_disabled(struct scene *s)
{
    no_request(s);
    nt(s, 0xC0000072);
}

static void server_side_only(struct scene *s)
{
    s->logon.ntlm.negotiate_frame = s->logon.ntlm.authenticate_frame = 0;
    s->logon.authenticate_frame = s->logon.first_setup_frame = 0;
    s->logon.ntlm.version = QNTC_NTLM_UNKNOWN;
    s->logon.user = s->logon.domain = NULL;
    s->connection.client_frames_seen = false;
}

static void no_negotiate(struct scene *s)
{
    s->connection.began_before_capture = true;
    s->connection.negotiate = (struct qntc_negotiate){.request_frame = 0};
    s->logon.request_missing = true;
}

static void no_challenge(struct scene *s)
{
    no_negotiate(s);
    s->logon.ntlm.challenge_frame = 0;
    s->logon.ntlm.target_name = s->logon.ntlm.nb_computer = s->logon.ntlm.nb_domain = NULL;
    s->logon.ntlm.dns_computer = s->logon.ntlm.dns_domain = NULL;
}

static void open_end(struct scene *s)
{
    ended(s, QNTC_OUTCOME_UNKNOWN, QNTC_CLIENT);
    s->connection.close_frame = 0;
}

static void client_side_only(struct scene *s)
{
    open_end(s);
    s->connection.server_frames_seen = false;
}

static void overtaken(struct scene *s)
{
    open_end(s);
    s->logon.superseded = true;
}

static void gap_then_closed(struct scene *s)
{
    closed(s);
    s->logon.gap_frame = RESULT;
}

static void gap_at_the_end(struct scene *s)
{
    closed(s);
    s->logon.gap_frame = CLOSE;
}

static void gap_at_the_beginning(struct scene *s)
{
    closed(s);
    s->logon.gap_frame = REQUEST;
}

static void no_answer_then_closed(struct scene *s)
{
    closed(s);
    s->logon.response_missing = true;
}

/* A client that leaves after NEGOTIATE, and what both sides want of signing. */
static void left_with_signing(struct scene *s, enum qntc_signing client, enum qntc_signing server)
{
    ended_at_negotiate(s, QNTC_OUTCOME_ABANDONED, QNTC_CLIENT);
    s->connection.negotiate.response_frame = ANSWER;
    s->connection.negotiate.server_signing = server;
    s->logon.client_signing = client;
    s->logon.last_server_frame = ANSWER;
}

static void left_as_server_requires_signing(struct scene *s)
{
    left_with_signing(s, QNTC_SIGNING_OFF, QNTC_SIGNING_REQUIRED);
}

static void left_as_server_has_no_signing(struct scene *s)
{
    left_with_signing(s, QNTC_SIGNING_REQUIRED, QNTC_SIGNING_OFF);
}

static void left_with_signing_not_seen(struct scene *s)
{
    left_with_signing(s, QNTC_SIGNING_UNKNOWN, QNTC_SIGNING_REQUIRED);
}

static void left_as_nobody_requires_signing(struct scene *s)
{
    left_with_signing(s, QNTC_SIGNING_ENABLED, QNTC_SIGNING_OFF);
}

static void left_with_signing_off_that_is_not_required(struct scene *s)
{
    left_with_signing(s, QNTC_SIGNING_OFF, QNTC_SIGNING_ENABLED);
}

static void closed_as_client_requires_signing(struct scene *s)
{
    left_as_server_has_no_signing(s);
    s->logon.outcome = QNTC_OUTCOME_CLOSED;
    s->connection.closed_by = QNTC_SERVER;
}

static void silent_to_client_that_requires_signing(struct scene *s)
{
    left_as_server_has_no_signing(s);
    s->logon.outcome = QNTC_OUTCOME_UNANSWERED;
}

static void left_without_an_answer(struct scene *s)
{
    left_as_server_has_no_signing(s);
    s->connection.negotiate.response_frame = 0;
}

static void left_later_with_signing(struct scene *s)
{
    left_as_server_has_no_signing(s);
    s->logon.setup_seen = true;
}

static void left_with_signing_agreed(struct scene *s)
{
    left_with_signing(s, QNTC_SIGNING_REQUIRED, QNTC_SIGNING_ENABLED);
}

struct claim {
    const char *cause;
    bool shows_it; /* else it looks like it, and must not be likely */
    void (*arrange)(struct scene *s);
    const char *causes; /* the whole list, ranked */
};

#define SHOWS(cause, arrange, causes)                                                              \
    {                                                                                              \
        cause, true, arrange, causes                                                               \
    }
#define LOOKS_LIKE(cause, arrange, causes)                                                         \
    {                                                                                              \
        cause, false, arrange, causes                                                              \
    }

static const struct claim claims[] = {
    SHOWS("credentials-refused", as_it_is, "credentials-refused likely"),
    SHOWS("credentials-refused", dos_1_5, "credentials-refused likely"),
    SHOWS("credentials-refused", dos_2_2, "credentials-refused likely"),
    SHOWS("credentials-refused", of_unknown_mechanism, "credentials-refused possible"),
    SHOWS("credentials-refused", principal_name, "credentials-refused likely"),
    LOOKS_LIKE("credentials-refused", by_kerberos,
               "kerberos-refused likely, kerberos-wrong-key possible"),
    LOOKS_LIKE("credentials-refused", at_first_leg, "ntlm-disabled likely"),
    LOOKS_LIKE("credentials-refused", access_denied,
               "access-denied likely, encryption-required possible"),

    SHOWS("domain-mismatch", wrong_domain, "domain-mismatch likely, credentials-refused possible"),
    SHOWS("domain-mismatch", right_domain_worked, "domain-mismatch proven"),
    SHOWS("domain-mismatch", right_domain_worked_elsewhere,
          "domain-mismatch likely, credentials-refused possible"),
    SHOWS("domain-mismatch", right_domain_worked_with_other_dialect,
          "domain-mismatch likely, credentials-refused possible"),
    SHOWS("domain-mismatch", right_domain_worked_with_password,
          "password-empty proven, domain-mismatch likely"),
    SHOWS("domain-mismatch", right_domain_became_guest,
          "domain-mismatch likely, credentials-refused possible"),
    SHOWS("domain-mismatch", only_target_name_seen,
          "credentials-refused likely, domain-mismatch possible"),
    SHOWS("domain-mismatch", only_dns_domain_seen,
          "credentials-refused likely, domain-mismatch possible"),
    SHOWS("domain-mismatch", only_computer_seen,
          "credentials-refused likely, domain-mismatch possible"),
    LOOKS_LIKE("domain-mismatch", empty_domain_that_worked,
               "credentials-refused likely, domain-mismatch possible"),
    LOOKS_LIKE("domain-mismatch", wrong_domain_disabled, "account-disabled proven"),
    SHOWS("domain-mismatch", empty_domain, "credentials-refused likely, domain-mismatch possible"),
    LOOKS_LIKE("domain-mismatch", wrong_domain_stand_alone,
               "credentials-refused likely, domain-mismatch possible"),
    LOOKS_LIKE("domain-mismatch", wrong_domain_by_dos,
               "credentials-refused likely, domain-mismatch possible"),
    LOOKS_LIKE("domain-mismatch", wrong_domain_smb1_names,
               "credentials-refused likely, domain-mismatch possible"),
    LOOKS_LIKE("domain-mismatch", wrong_domain_no_names, "credentials-refused likely"),
    LOOKS_LIKE("domain-mismatch", domain_in_lower_case, "credentials-refused likely"),
    LOOKS_LIKE("domain-mismatch", dns_domain, "credentials-refused likely"),
    LOOKS_LIKE("domain-mismatch", computer_as_domain, "credentials-refused likely"),
    LOOKS_LIKE("domain-mismatch", trusted_domain, "credentials-refused likely"),

    SHOWS("credentials-refused", right_password, "credentials-refused likely"),
    SHOWS("credentials-refused", right_password_by_ntlmv1,
          "ntlmv1-refused possible, credentials-refused possible"),
    SHOWS("credentials-refused", right_password_empty_domain,
          "domain-mismatch possible, credentials-refused possible"),
    SHOWS("credentials-refused", right_password_stand_alone,
          "credentials-refused likely, domain-mismatch possible"),
    LOOKS_LIKE("credentials-refused", right_password_denied,
               "access-denied likely, encryption-required possible"),

    SHOWS("password-lowercased", lower_case_password, "password-lowercased proven"),
    SHOWS("password-lowercased", lower_case_password_not_found, "password-lowercased proven"),
    LOOKS_LIKE("password-lowercased", lower_case_password_disabled, "account-disabled proven"),
    LOOKS_LIKE("password-lowercased", upper_case_password, "password-uppercased proven"),
    SHOWS("password-uppercased", upper_case_password, "password-uppercased proven"),
    LOOKS_LIKE("password-uppercased", upper_case_password_denied,
               "access-denied likely, password-uppercased possible, encryption-required possible"),
    SHOWS("password-differs", other_password, "password-differs proven"),
    SHOWS("password-differs", other_password_said_wrong,
          "password-differs proven, password-wrong likely"),
    LOOKS_LIKE("password-differs", other_password_expired, "password-expired proven"),
    LOOKS_LIKE("password-differs", right_password, "credentials-refused likely"),

    LOOKS_LIKE("password-empty", empty_password_silent, "server-silent likely"),
    SHOWS("password-empty", empty_password, "password-empty proven"),
    SHOWS("password-empty", empty_password_disabled,
          "account-disabled proven, password-empty possible"),
    SHOWS("password-empty", empty_password_said_wrong,
          "password-empty proven, password-wrong likely"),
    SHOWS("password-empty", empty_password_restricted,
          "account-restricted proven, password-empty proven"),
    LOOKS_LIKE("password-empty", empty_password_unheard_of,
               "refused-other likely, password-empty possible"),
    LOOKS_LIKE("password-empty", no_responses, "empty-credentials proven"),

    SHOWS("no-logon-servers", refused_late,
          "credentials-refused likely, no-logon-servers possible"),
    LOOKS_LIKE("no-logon-servers", refused_late_by_name, "account-disabled proven"),
    LOOKS_LIKE("no-logon-servers", challenged_late, "credentials-refused likely"),
    LOOKS_LIKE("no-logon-servers", ticket_unanswered, "server-silent likely"),
    SHOWS("no-logon-servers", silent_controller, "no-logon-servers likely"),
    LOOKS_LIKE("no-logon-servers", silent_behind_controller, "server-silent likely"),
    LOOKS_LIKE("no-logon-servers", silent, "server-silent likely"),

    SHOWS("trust-broken", machine_refused, "credentials-refused likely, trust-broken possible"),
    LOOKS_LIKE("trust-broken", machine_refused_before_negotiate, "negotiate-refused likely"),
    LOOKS_LIKE("trust-broken", machine_refused_elsewhere, "credentials-refused likely"),
    LOOKS_LIKE("trust-broken", machine_refused_account_disabled, "account-disabled proven"),

    SHOWS("access-denied", access_denied, "access-denied likely, encryption-required possible"),
    SHOWS("access-denied", denied_of_unknown_mechanism,
          "encryption-required possible, access-denied possible"),
    LOOKS_LIKE("access-denied", ticket_denied,
               "kerberos-refused likely, encryption-required possible, "
               "kerberos-wrong-key possible"),
    LOOKS_LIKE("access-denied", denied_at_first_leg,
               "encryption-required likely, ntlm-disabled possible"),

    SHOWS("empty-credentials", null_session_restricted,
          "account-restricted proven, empty-credentials proven"),
    SHOWS("empty-credentials", null_session_of_other_domain, "empty-credentials proven"),
    LOOKS_LIKE("empty-credentials", null_session_closed, "server-closed likely"),
    SHOWS("empty-credentials", no_responses, "empty-credentials proven"),
    SHOWS("empty-credentials", lm_of_one_byte, "empty-credentials proven"),
    SHOWS("empty-credentials", null_session, "empty-credentials proven"),
    LOOKS_LIKE("empty-credentials", only_lm, "credentials-refused likely"),
    LOOKS_LIKE("empty-credentials", only_nt, "credentials-refused likely"),
    LOOKS_LIKE("empty-credentials", responses_not_seen, "credentials-refused likely"),
    LOOKS_LIKE("empty-credentials", null_session_accepted, ""),
    LOOKS_LIKE("empty-credentials", null_session_when_full,
               "connection-limit proven, empty-credentials possible"),

    SHOWS("ntlmv1-refused", lm_only, "credentials-refused likely, ntlmv1-refused possible"),
    SHOWS("ntlmv1-refused", ntlmv1_ess, "credentials-refused likely, ntlmv1-refused possible"),
    SHOWS("ntlmv1-refused", ntlmv1, "credentials-refused likely, ntlmv1-refused possible"),
    SHOWS("ntlmv1-refused", ntlmv1_by_dos, "credentials-refused likely, ntlmv1-refused possible"),
    SHOWS("ntlmv1-refused", ntlmv1_and_v2_worked, "ntlmv1-refused proven"),
    SHOWS("ntlmv1-refused", ntlmv1_and_v2_worked_elsewhere,
          "ntlmv1-refused likely, credentials-refused possible"),
    SHOWS("ntlmv1-refused", ntlmv1_to_new_windows,
          "ntlmv1-refused likely, credentials-refused possible"),
    LOOKS_LIKE("ntlmv1-refused", ntlmv1_to_old_windows,
               "credentials-refused likely, ntlmv1-refused possible"),
    LOOKS_LIKE("ntlmv1-refused", ntlmv1_and_v2_became_guest,
               "credentials-refused likely, ntlmv1-refused possible"),
    LOOKS_LIKE("ntlmv1-refused", ntlmv1_and_ticket_worked,
               "credentials-refused likely, ntlmv1-refused possible"),
    LOOKS_LIKE("ntlmv1-refused", ntlmv1_and_two_things_changed,
               "domain-mismatch likely, ntlmv1-refused possible, credentials-refused possible"),
    LOOKS_LIKE("ntlmv1-refused", ntlmv1_where_it_works, "credentials-refused likely"),
    LOOKS_LIKE("ntlmv1-refused", ntlmv1_disabled, "account-disabled proven"),

    SHOWS("ntlm-disabled", blocked, "ntlm-disabled proven"),
    SHOWS("ntlm-disabled", not_supported, "ntlm-disabled likely"),
    SHOWS("ntlm-disabled", at_first_leg, "ntlm-disabled likely"),
    SHOWS("ntlm-disabled", denied_at_first_leg_with_encryption, "ntlm-disabled likely"),
    LOOKS_LIKE("ntlm-disabled", denied_at_first_leg,
               "encryption-required likely, ntlm-disabled possible"),
    SHOWS("ntlm-disabled", denied_at_first_leg_of_311_with_ciphers, "ntlm-disabled likely"),
    LOOKS_LIKE("ntlm-disabled", denied_at_first_leg_of_311,
               "encryption-required likely, ntlm-disabled possible"),
    LOOKS_LIKE("ntlm-disabled", not_supported_of_unknown_mechanism, "ntlm-disabled possible"),
    LOOKS_LIKE("ntlm-disabled", not_supported_ticket, "refused-other likely"),
    LOOKS_LIKE("ntlm-disabled", not_supported_binding, "refused-other likely"),
    LOOKS_LIKE("ntlm-disabled", first_leg_of_poor_capture,
               "capture-incomplete proven, credentials-refused possible"),
    LOOKS_LIKE("ntlm-disabled", negotiate_not_supported, "no-common-dialect proven"),

    SHOWS("no-common-mechanism", only_kerberos_offered,
          "ntlm-disabled likely, no-common-mechanism likely"),
    SHOWS("no-common-mechanism", only_ntlm_offered_to_ticket,
          "request-malformed likely, no-common-mechanism likely"),
    SHOWS("no-common-mechanism", only_ntlm_offered_to_refused_ticket, "no-common-mechanism likely"),
    SHOWS("no-common-mechanism", not_offered_and_denied,
          "ntlm-disabled likely, no-common-mechanism likely"),
    LOOKS_LIKE("no-common-mechanism", not_offered_and_setup_not_seen, "server-closed likely"),
    LOOKS_LIKE("no-common-mechanism", not_offered_but_taken_up,
               "kerberos-refused likely, kerberos-wrong-key possible"),
    LOOKS_LIKE("no-common-mechanism", not_offered_and_account_disabled, "account-disabled proven"),
    LOOKS_LIKE("no-common-mechanism", only_ntlm_offered_to_disabled, "account-disabled proven"),
    LOOKS_LIKE("no-common-mechanism", only_ntlm_offered_but_ticket_read,
               "kerberos-refused proven, request-malformed likely"),
    LOOKS_LIKE("no-common-mechanism", only_ntlm_offered_and_left, "client-left likely"),
    SHOWS("no-common-mechanism", only_ntlm_offered_and_closed,
          "server-closed likely, no-common-mechanism possible"),
    LOOKS_LIKE("no-common-mechanism", only_kerberos_offered_but_challenged,
               "credentials-refused likely"),

    SHOWS("target-name-refused", denied_without_target,
          "access-denied likely, target-name-refused possible, encryption-required possible"),
    SHOWS("target-name-refused", denied_with_untrusted_target,
          "access-denied likely, target-name-refused possible, encryption-required possible"),
    SHOWS("target-name-refused", denied_with_alias,
          "access-denied likely, target-name-refused possible, encryption-required possible"),
    LOOKS_LIKE("target-name-refused", denied_with_own_name,
               "access-denied likely, encryption-required possible"),
    LOOKS_LIKE("target-name-refused", access_denied,
               "access-denied likely, encryption-required possible"),

    SHOWS("mic-missing", no_mic, "credentials-refused likely, mic-missing possible"),
    SHOWS("mic-missing", no_mic_but_announced, "credentials-refused likely, mic-missing possible"),
    SHOWS("mic-missing", no_mic_where_one_works,
          "credentials-refused likely, mic-missing possible"),
    SHOWS("mic-missing", no_mic_where_nobody_asks,
          "credentials-refused likely, mic-missing possible"),
    SHOWS("mic-missing", no_mic_invalid, "request-malformed likely, mic-missing possible"),
    LOOKS_LIKE("mic-missing", no_mic_denied, "access-denied likely, encryption-required possible"),
    LOOKS_LIKE("mic-missing", no_mic_seen_of_cut_message,
               "capture-truncated proven, credentials-refused possible"),
    LOOKS_LIKE("mic-missing", no_mic_with_other_flags, "credentials-refused likely"),
    LOOKS_LIKE("mic-missing", no_mic_asked_for, "credentials-refused likely"),
    LOOKS_LIKE("mic-missing", no_mic_where_that_works, "credentials-refused likely"),

    SHOWS("clock-differs", clock_said_by_server, "clock-differs proven"),
    SHOWS("clock-differs", clock_ahead, "credentials-refused likely, clock-differs possible"),
    SHOWS("clock-differs", clock_behind, "credentials-refused likely, clock-differs possible"),
    SHOWS("clock-differs", clock_at_the_limits,
          "credentials-refused likely, clock-differs possible"),
    LOOKS_LIKE("clock-differs", clock_nearly_right, "credentials-refused likely"),
    LOOKS_LIKE("clock-differs", clock_ahead_disabled, "account-disabled proven"),
    LOOKS_LIKE("clock-differs", no_client_time, "credentials-refused likely"),

    SHOWS("plaintext-required", wants_plaintext_and_client_leaves, "plaintext-required likely"),
    SHOWS("plaintext-required", wants_plaintext,
          "plaintext-required likely, ntlmv1-refused possible, credentials-refused possible"),
    SHOWS("plaintext-required", plaintext_refused,
          "credentials-refused likely, plaintext-required possible"),
    LOOKS_LIKE("plaintext-required", wants_plaintext_and_server_closes, "server-closed likely"),
    LOOKS_LIKE("plaintext-required", wants_plaintext_beside_extended_security,
               "client-left likely"),
    LOOKS_LIKE("plaintext-required", wants_responses_and_client_leaves, "client-left likely"),
    LOOKS_LIKE("plaintext-required", wants_plaintext_and_client_leaves_later, "client-left likely"),
    LOOKS_LIKE("plaintext-required", plaintext_disabled, "account-disabled proven"),
    LOOKS_LIKE("plaintext-required", wants_plaintext_of_nobody, "empty-credentials proven"),
    SHOWS("plaintext-required", plaintext_of_nobody,
          "credentials-refused likely, plaintext-required possible"),
    LOOKS_LIKE("plaintext-required", share_level, "credentials-refused likely"),

    SHOWS("request-malformed", invalid_parameter, "request-malformed likely"),
    SHOWS("request-malformed", dos_1_87, "request-malformed likely"),
    LOOKS_LIKE("request-malformed", negotiate_invalid, "negotiate-refused likely"),

    SHOWS("server-failed", shutting_down, "server-failed likely"),
    SHOWS("server-failed", dos_1_8, "server-failed likely"),
    LOOKS_LIKE("server-failed", dos_3_31, "refused-other likely"),
    LOOKS_LIKE("server-failed", too_many_sessions, "connection-limit proven"),

    SHOWS("refused-other", not_granted, "refused-other likely"),
    SHOWS("refused-other", unheard_of, "refused-other likely"),
    LOOKS_LIKE("refused-other", ticket_with_krb_error, "kerberos-wrong-key proven"),
    LOOKS_LIKE("refused-other", blocked, "ntlm-disabled proven"),

    SHOWS("smb1-refused", smb1_only_none_chosen, "smb1-refused likely"),
    SHOWS("smb1-refused", smb1_only_closed, "smb1-refused likely"),
    SHOWS("smb1-refused", smb1_only_silent, "server-silent likely, smb1-refused possible"),
    LOOKS_LIKE("smb1-refused", smb1_only_left, "client-left likely"),
    LOOKS_LIKE("smb1-refused", smb1_only_to_web_server, "not-smb likely"),
    LOOKS_LIKE("smb1-refused", smb1_only_answered_then_closed, "server-closed likely"),
    LOOKS_LIKE("smb1-refused", smb1_only_closed_later, "server-closed likely"),
    LOOKS_LIKE("smb1-refused", smb1_only_answered_then_silent, "server-silent likely"),
    LOOKS_LIKE("smb1-refused", both_closed, "server-closed likely"),

    SHOWS("smb2-refused", smb2_only_closed, "smb2-refused likely"),
    LOOKS_LIKE("smb2-refused", smb2_only_silent, "server-silent likely"),
    LOOKS_LIKE("smb2-refused", closed_after_offer_not_seen, "server-closed likely"),
    LOOKS_LIKE("smb2-refused", closed, "server-closed likely"),

    SHOWS("no-common-dialect", negotiate_not_supported, "no-common-dialect proven"),
    SHOWS("no-common-dialect", both_none_chosen, "no-common-dialect proven"),
    SHOWS("no-common-dialect", smb1_only_not_supported, "no-common-dialect proven"),
    SHOWS("no-common-dialect", none_chosen_of_offer_not_seen, "no-common-dialect likely"),
    LOOKS_LIKE("no-common-dialect", smb1_only_none_chosen, "smb1-refused likely"),
    LOOKS_LIKE("no-common-dialect", negotiate_invalid, "negotiate-refused likely"),

    SHOWS("negotiate-refused", negotiate_invalid, "negotiate-refused likely"),
    SHOWS("negotiate-refused", negotiate_when_full, "negotiate-refused likely"),
    SHOWS("negotiate-refused", negotiate_denied, "negotiate-refused likely"),
    SHOWS("negotiate-refused", negotiate_logon_failure, "negotiate-refused likely"),
    LOOKS_LIKE("negotiate-refused", invalid_parameter, "request-malformed likely"),

    SHOWS("encryption-required", denied_at_first_leg,
          "encryption-required likely, ntlm-disabled possible"),
    SHOWS("encryption-required", denied_where_another_encrypts,
          "encryption-required likely, access-denied possible"),
    LOOKS_LIKE("encryption-required", denied_at_first_leg_with_encryption, "ntlm-disabled likely"),

    SHOWS("signing-mismatch", left_as_server_requires_signing, "signing-mismatch likely"),
    SHOWS("signing-mismatch", left_as_server_has_no_signing, "signing-mismatch likely"),
    SHOWS("signing-mismatch", left_with_signing_not_seen,
          "client-left likely, signing-mismatch possible"),
    SHOWS("signing-mismatch", closed_as_client_requires_signing, "signing-mismatch likely"),
    LOOKS_LIKE("signing-mismatch", left_with_signing_agreed, "client-left likely"),
    LOOKS_LIKE("signing-mismatch", left_as_nobody_requires_signing, "client-left likely"),
    LOOKS_LIKE("signing-mismatch", left_with_signing_off_that_is_not_required,
               "client-left likely"),
    LOOKS_LIKE("signing-mismatch", silent_to_client_that_requires_signing, "server-silent likely"),
    LOOKS_LIKE("signing-mismatch", left_without_an_answer, "client-left likely"),
    LOOKS_LIKE("signing-mismatch", left_later_with_signing, "client-left likely"),

    SHOWS("connection-limit", too_many_sessions, "connection-limit proven"),
    SHOWS("connection-limit", not_accepted, "connection-limit proven"),
    SHOWS("connection-limit", dos_2_90, "connection-limit proven"),
    LOOKS_LIKE("connection-limit", binding_not_accepted, "connection-limit possible"),
    LOOKS_LIKE("connection-limit", out_of_resources, "server-failed likely"),

    SHOWS("server-closed", closed, "server-closed likely"),
    LOOKS_LIKE("server-closed", left, "client-left likely"),
    LOOKS_LIKE("server-closed", smb2_only_closed, "smb2-refused likely"),

    SHOWS("client-left", left, "client-left likely"),
    SHOWS("client-left", left_before_token_without_kerberos, "client-left likely"),
    LOOKS_LIKE("client-left", left_before_token, "client-left possible"),
    LOOKS_LIKE("client-left", silent, "server-silent likely"),

    SHOWS("server-silent", silent, "server-silent likely"),
    LOOKS_LIKE("server-silent", silent_web_server, "not-smb likely"),
    LOOKS_LIKE("server-silent", open_end, "capture-incomplete proven"),

    SHOWS("not-smb", silent_web_server, "not-smb likely"),
    SHOWS("not-smb", left_web_server, "not-smb likely"),
    LOOKS_LIKE("not-smb", smb1_only_closed, "smb1-refused likely"),
    LOOKS_LIKE("not-smb", web_server_of_old_connection, "server-silent likely"),
    LOOKS_LIKE("not-smb", web_server_behind_gap,
               "capture-incomplete likely, server-silent possible"),

    SHOWS("capture-truncated", cut_authenticate,
          "capture-truncated proven, credentials-refused possible"),
    SHOWS("capture-truncated", cut_authenticate_wrong_domain,
          "capture-truncated proven, domain-mismatch possible, credentials-refused possible"),
    SHOWS("capture-truncated", cut_and_closed, "capture-truncated likely, server-closed possible"),
    SHOWS("capture-truncated", cut_and_open, "capture-truncated likely, capture-incomplete likely"),
    SHOWS("capture-truncated", cut_every_setup,
          "capture-truncated proven, credentials-refused possible"),
    LOOKS_LIKE("capture-truncated", cut_authenticate_disabled, "account-disabled proven"),
    LOOKS_LIKE("capture-truncated", cut_elsewhere,
               "domain-mismatch likely, capture-truncated possible, credentials-refused possible"),

    SHOWS("capture-incomplete", open_end, "capture-incomplete proven"),
    SHOWS("capture-incomplete", client_side_only, "capture-incomplete proven"),
    SHOWS("capture-incomplete", overtaken, "capture-incomplete possible"),
    SHOWS("capture-incomplete", no_request,
          "capture-incomplete proven, credentials-refused possible"),
    SHOWS("capture-incomplete", server_side_only,
          "capture-incomplete proven, credentials-refused possible"),
    SHOWS("capture-incomplete", gap_then_closed,
          "capture-incomplete likely, server-closed possible"),
    SHOWS("capture-incomplete", gap_at_the_beginning,
          "capture-incomplete likely, server-closed possible"),
    SHOWS("capture-incomplete", gap_at_the_end,
          "capture-incomplete likely, server-closed possible"),
    SHOWS("capture-incomplete", no_answer_then_closed,
          "capture-incomplete likely, server-closed possible"),
    SHOWS("capture-incomplete", no_challenge,
          "credentials-refused likely, capture-incomplete possible"),
    LOOKS_LIKE("capture-incomplete", no_negotiate, "credentials-refused likely"),
    LOOKS_LIKE("capture-incomplete", no_request_disabled, "account-disabled proven"),
};

/* Where the status alone is the claim: every other status is the counter-example. */
struct status_claim {
    struct qntc_status status;
    const char *causes;
};

#define NT(value)                                                                                  \
    {                                                                                              \
        QNTC_STATUS_NT, value, 0, NULL                                                             \
    }
#define DOS(error_class, value)                                                                    \
    {                                                                                              \
        QNTC_STATUS_DOS, value, error_class, NULL                                                  \
    }

static const struct status_claim status_claims[] = {
    {NT(0xC0000064), "user-unknown likely"},
    {NT(0xC000006A), "password-wrong likely"},
    {DOS(QNTC_ERRDOS, 86), "password-wrong likely"},
    {NT(0xC0000072), "account-disabled proven"},
    {NT(0xC0000193), "account-expired proven"},
    {DOS(QNTC_ERRSRV, 2239), "account-disabled likely, account-expired likely"},
    {NT(0xC0000234), "account-locked-out proven"},
    {NT(0xC000006E), "account-restricted proven"},
    {NT(0xC0000071), "password-expired proven"},
    {NT(0xC0000224), "password-must-change proven"},
    {DOS(QNTC_ERRSRV, 2242), "password-expired likely, password-must-change likely"},
    {NT(0xC000006F), "logon-hours proven"},
    {DOS(QNTC_ERRSRV, 2241), "logon-hours proven"},
    {NT(0xC0000070), "workstation-not-allowed proven"},
    {DOS(QNTC_ERRSRV, 2240), "workstation-not-allowed proven"},
    {NT(0xC000015B), "logon-type-not-granted proven"},
    {NT(0xC0000155), "refused-other likely"}, /* LOGON_NOT_GRANTED is another */
    {NT(0xC0000413), "selective-authentication proven"},
    {NT(0xC000005E), "no-logon-servers proven"},
    {NT(0xC00000DF), "no-logon-servers proven"},
    {NT(0xC0000192), "no-logon-servers proven"},
    {NT(0xC0000233), "no-logon-servers proven"},
    {DOS(QNTC_ERRDOS, 2215), "no-logon-servers proven"},
    {NT(0xC000018A), "trust-broken proven"},
    {NT(0xC000018B), "trust-broken proven"},
    {NT(0xC000018C), "trust-broken proven"},
    {NT(0xC000018D), "trust-broken proven"},
    {NT(0xC0000190), "trust-broken proven"},
    {NT(0xC0000133), "clock-differs proven"},
    {NT(0xC0000418), "ntlm-disabled proven"},
    {DOS(QNTC_ERRDOS, 50), "ntlm-disabled likely"},
    {NT(0xC0000001), "server-failed likely"},
    {NT(0xC00000AC), "server-failed likely"},
    {NT(0xC000009A), "server-failed likely"},
    {NT(0xC00000E5), "server-failed likely"},
    {NT(0xC00000DC), "server-failed likely"},
    {DOS(QNTC_ERRDOS, 71), "connection-limit proven"},
    /* statuses of later requests, and of Kerberos, are no cause of the credentials */
    {NT(0xC0000203), "session-lost proven"},
    {NT(0xC00000C9), "session-lost proven"},
    {NT(0xC000035C), "session-expired proven"},
    {NT(0xC000A000), "signature-invalid proven"},
    {NT(0x80090308), "refused-other likely"},
};

/* "id confidence, ..." as the diagnosis ranks them. Free with g_free. */
static char *ranked(const struct qntc_diagnosis *diagnosis)
{
    GString *text = g_string_new("");
    for (guint i = 0; i < diagnosis->causes->len; i++) {
        const struct qntc_cause_finding *finding = g_ptr_array_index(diagnosis->causes, i);
        g_string_append_printf(text, "%s%s %s", i > 0 ? ", " : "", finding->cause->id,
                               qntc_confidence_name(finding->confidence));
    }
    return g_string_free(text, FALSE);
}

/* What holds for every finding: evidence, by frame, no frame 0, advice for both sides. */
static void check_findings(const struct qntc_diagnosis *diagnosis, bool has_frames)
{
    for (guint i = 0; i < diagnosis->causes->len; i++) {
        const struct qntc_cause_finding *finding = g_ptr_array_index(diagnosis->causes, i);
        uint32_t last = 0;
        g_assert_true(finding->evidence->len > 0 || !has_frames);
        for (guint k = 0; k < finding->evidence->len; k++) {
            const struct qntc_evidence *line =
                &g_array_index(finding->evidence, struct qntc_evidence, k);
            g_assert_cmpuint(line->frame, >, 0);
            g_assert_cmpuint(line->frame, >=, last);
            g_assert_true(line->text[0] != '\0');
            last = line->frame;
        }
        g_assert_cmpuint(finding->advice->len, >=, 2);
        for (guint k = 0; k < finding->advice->len; k++) {
            const char *line = g_ptr_array_index(finding->advice, k);
            g_assert_true(g_str_has_prefix(line, "IBM i: ") || g_str_has_prefix(line, "Client: ") ||
                          g_str_has_prefix(line, "Server: "));
        }
        g_assert_cmpint(finding->confidence, <=, finding->cause->ceiling);
    }
}

static void expect(struct scene *s, const char *causes, const char *label)
{
    struct qntc_diagnosis *diagnosis = diagnose(s);
    char *got = ranked(diagnosis);
    if (strcmp(got, causes) != 0)
        g_test_message("%s", label);
    g_assert_cmpstr(got, ==, causes);
    check_findings(diagnosis, s->logon.end_frame != 0);
    g_free(got);
    qntc_diagnosis_free(diagnosis);
}

static void test_claims(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(claims); i++) {
        struct scene s;
        scene_begin(&s);
        claims[i].arrange(&s);
        char *label = g_strdup_printf("claim %zu, of %s", i, claims[i].cause);
        expect(&s, claims[i].causes, label);
        g_free(label);
        scene_end(&s);
    }
}

static void test_statuses(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(status_claims); i++) {
        struct scene s;
        scene_begin(&s);
        s.logon.status = status_claims[i].status;
        char buffer[32];
        expect(&s, status_claims[i].causes,
               qntc_status_name(&s.logon.status, buffer, sizeof buffer));
        scene_end(&s);
    }
}

/* "id likely" or "id proven" stands in the list. */
static bool lists(const char *causes, const char *id, bool strongly)
{
    char **parts = g_strsplit(causes, ", ", -1);
    bool found = false;
    for (char **part = parts; *part != NULL; part++) {
        bool same = g_str_has_prefix(*part, id) && (*part)[strlen(id)] == ' ';
        found = found || (same && !(strongly && g_str_has_suffix(*part, " possible")));
    }
    g_strfreev(parts);
    return found;
}

/* Rows that the status alone decides have both in status_claims: their own, and all the others. */
static bool shown_by_status(const char *id)
{
    for (size_t i = 0; i < G_N_ELEMENTS(status_claims); i++) {
        if (lists(status_claims[i].causes, id, true))
            return true;
    }
    return false;
}

/* What belongs to no logon is made from packets: claimed in test_transport.c and test_oxid.c. */
static bool is_finding_only(const char *id)
{
    static const char *const ids[] = {
        "port-closed",
        "no-answer",
        "host-unreachable",
        "netbios-name-refused",
        "netbios-refused",
        "shared-address",
        NULL,
    };
    return g_strv_contains(ids, id);
}

/* What happens at the KDC is made from messages, too: test_kdc.c has the claims. */
static bool is_of_kerberos(const char *id)
{
    return g_str_has_prefix(id, "kerberos-") || g_str_equal(id, "kdc-unreachable");
}

static void test_every_cause_has_claims(void)
{
    const struct qntc_cause *cause;
    for (unsigned i = 0; (cause = qntc_cause_at(i)) != NULL; i++) {
        if (is_finding_only(cause->id) || is_of_kerberos(cause->id))
            continue;
        unsigned shown = 0, similar = 0;
        for (size_t k = 0; k < G_N_ELEMENTS(claims); k++) {
            if (strcmp(claims[k].cause, cause->id) != 0)
                continue;
            g_assert_true(lists(claims[k].causes, cause->id, !claims[k].shows_it) ==
                          claims[k].shows_it);
            shown += claims[k].shows_it;
            similar += !claims[k].shows_it;
        }
        bool after = cause->judge == NULL && cause->statuses == NULL; /* test_after.c claims it */
        bool by_status = after || (cause->judge == NULL && shown_by_status(cause->id));
        if (!by_status && (shown == 0 || similar == 0))
            g_test_message("%s: %u examples, %u counter-examples", cause->id, shown, similar);
        g_assert_true(by_status || (shown > 0 && similar > 0));
    }
}

/* The vocabulary of this stage; a name that users know is never changed or lost. */
static const char *const vocabulary[] = {
    "credentials-refused",
    "domain-mismatch",
    "password-lowercased",
    "password-uppercased",
    "password-differs",
    "password-empty",
    "user-unknown",
    "password-wrong",
    "account-disabled",
    "account-expired",
    "account-locked-out",
    "account-restricted",
    "password-expired",
    "password-must-change",
    "logon-hours",
    "workstation-not-allowed",
    "logon-type-not-granted",
    "selective-authentication",
    "no-logon-servers",
    "trust-broken",
    "access-denied",
    "empty-credentials",
    "ntlmv1-refused",
    "ntlm-disabled",
    "no-common-mechanism",
    "target-name-refused",
    "mic-missing",
    "clock-differs",
    "plaintext-required",
    "request-malformed",
    "server-failed",
    "refused-other",
    "smb1-refused",
    "smb2-refused",
    "no-common-dialect",
    "negotiate-refused",
    "encryption-required",
    "unsigned-request-refused",
    "signature-invalid",
    "signing-mismatch",
    "guest-cannot-sign",
    "kerberos-service-unknown",
    "kerberos-client-unknown",
    "kerberos-client-expired",
    "kerberos-client-revoked",
    "kerberos-password-expired",
    "kerberos-preauth-failed",
    "kerberos-clock-skew",
    "kerberos-ticket-expired",
    "kerberos-ticket-not-yet-valid",
    "kerberos-encryption-type",
    "kerberos-wrong-key",
    "kerberos-wrong-realm",
    "kerberos-refused",
    "kerberos-no-ticket",
    "kdc-unreachable",
    "share-not-found",
    "share-access-denied",
    "dfs-path",
    "connection-limit",
    "session-lost",
    "session-expired",
    "port-closed",
    "no-answer",
    "host-unreachable",
    "netbios-name-refused",
    "netbios-refused",
    "server-closed",
    "client-left",
    "server-silent",
    "not-smb",
    "shared-address",
    "capture-truncated",
    "capture-incomplete",
};

static void check_lines(const char *const *lines)
{
    g_assert_nonnull(lines);
    g_assert_nonnull(lines[0]);
    for (; *lines != NULL; lines++)
        g_assert_cmpuint(strlen(*lines), >=, 20);
}

static void check_row(const struct qntc_cause *cause)
{
    g_assert_cmpuint(strlen(cause->title), <=, 70);
    g_assert_cmpuint(strlen(cause->title), >=, 10);
    g_assert_cmpuint(strlen(cause->explanation), >=, 40);
    g_assert_true(g_str_has_suffix(cause->explanation, "."));
    check_lines(cause->advice_ibm_i);
    check_lines(cause->advice_server);
    g_assert_nonnull(cause->source);
    g_assert_nonnull(cause->example);
    g_assert_nonnull(cause->counter_example);
    g_assert_cmpstr(cause->example, !=, cause->counter_example);
    g_assert_cmpint(cause->ceiling, >, QNTC_CONFIDENCE_NONE);
    g_assert_cmpint(cause->by_status, <=, cause->ceiling);
    bool named = cause->statuses != NULL || cause->dos_codes != NULL ||
                 cause->event_statuses != NULL || cause->event_dos_codes != NULL;
    bool judged = cause->judge != NULL || cause->judge_event != NULL;
    g_assert_true((named || judged) != is_finding_only(cause->id));
    g_assert_true(named == (cause->by_status != QNTC_CONFIDENCE_NONE));
}

static void test_rows_are_complete(void)
{
    unsigned count = 0;
    for (const struct qntc_cause *cause; (cause = qntc_cause_at(count)) != NULL; count++) {
        g_assert_cmpuint(count, <, G_N_ELEMENTS(vocabulary));
        g_assert_cmpstr(cause->id, ==, vocabulary[count]);
        g_assert_true(qntc_cause_by_id(cause->id) == cause);
        check_row(cause);
    }
    g_assert_cmpuint(count, ==, G_N_ELEMENTS(vocabulary));
    g_assert_null(qntc_cause_by_id("no-such-cause"));
    g_assert_null(qntc_cause_by_id(NULL));
}

/* Two rows may share a DOS pair, which covers several reasons, but never an NT status. */
static void test_nt_statuses_name_one_cause(void)
{
    const struct qntc_cause *cause;
    for (unsigned i = 0; (cause = qntc_cause_at(i)) != NULL; i++) {
        for (const uint32_t *code = cause->statuses; code != NULL && *code != 0; code++) {
            struct qntc_status status = {.kind = QNTC_STATUS_NT, .code = *code};
            const struct qntc_cause *other;
            for (unsigned k = i + 1; (other = qntc_cause_at(k)) != NULL; k++)
                g_assert_false(qntc_cause_names_status(other, &status));
        }
    }
}

/* Nothing but the outcome is known. */
static void test_without_facts(void)
{
    static const struct {
        enum qntc_outcome outcome;
        const char *causes;
    } table[] = {
        {QNTC_OUTCOME_UNKNOWN, "capture-incomplete proven"},
        {QNTC_OUTCOME_SUCCESS, ""},
        {QNTC_OUTCOME_GUEST, ""},
        {QNTC_OUTCOME_ANONYMOUS, ""},
        {QNTC_OUTCOME_REFUSED, "capture-incomplete proven, refused-other possible"},
        {QNTC_OUTCOME_CLOSED, "server-closed likely"},
        {QNTC_OUTCOME_UNANSWERED, "server-silent likely"},
        {QNTC_OUTCOME_ABANDONED, "client-left likely"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        struct scene s;
        scene_begin(&s);
        s.connection = (struct qntc_connection){.stream = 0};
        s.logon = (struct qntc_logon){.connection = &s.connection, .outcome = table[i].outcome};
        expect(&s, table[i].causes, qntc_outcome_name(table[i].outcome));
        scene_end(&s);
    }
}

/* A logon that worked has no cause, whatever stands in its facts. */
static void test_success_has_no_cause(void)
{
    static const enum qntc_outcome outcomes[] = {QNTC_OUTCOME_SUCCESS, QNTC_OUTCOME_GUEST,
                                                 QNTC_OUTCOME_ANONYMOUS};
    for (size_t i = 0; i < G_N_ELEMENTS(outcomes); i++) {
        struct scene s;
        scene_begin(&s);
        cut_authenticate_wrong_domain(&s);
        empty_password(&s);
        s.logon.outcome = outcomes[i];
        expect(&s, "", qntc_outcome_name(outcomes[i]));
        scene_end(&s);
    }
}

static bool has_line(const struct qntc_cause_finding *finding, uint32_t frame, const char *part)
{
    for (guint i = 0; i < finding->evidence->len; i++) {
        const struct qntc_evidence *line =
            &g_array_index(finding->evidence, struct qntc_evidence, i);
        if (line->frame == frame && strstr(line->text, part) != NULL)
            return true;
    }
    return false;
}

static bool has_advice(const struct qntc_cause_finding *finding, const char *part)
{
    for (guint i = 0; i < finding->advice->len; i++) {
        if (strstr(g_ptr_array_index(finding->advice, i), part) != NULL)
            return true;
    }
    return false;
}

static const struct qntc_cause_finding *find(const struct qntc_diagnosis *diagnosis, const char *id)
{
    for (guint i = 0; i < diagnosis->causes->len; i++) {
        const struct qntc_cause_finding *finding = g_ptr_array_index(diagnosis->causes, i);
        if (strcmp(finding->cause->id, id) == 0)
            return finding;
    }
    g_test_message("%s is not listed", id);
    g_test_fail();
    return NULL;
}

static void worked_with_empty_domain(struct scene *s)
{
    right_domain_worked(s);
    s->other.facts.domain = "";
}

static void truncated_domain(struct scene *s)
{
    s->logon.domain = "LOGISTIKVERBUND";
    s->logon.ntlm.dns_domain = "logistikverbundsued.example";
}

static void right_length_of_other_domain(struct scene *s)
{
    truncated_domain(s);
    s->logon.domain = "LAGERUNDVERSAND";
}

static void unknown_dns_domain(struct scene *s)
{
    s->logon.domain = "other.example";
}

static void dot_as_domain(struct scene *s)
{
    s->logon.domain = ".";
}

/* What a support engineer reads: who, against what, and what settles it. */
static const struct {
    void (*arrange)(struct scene *s);
    const char *cause;
    uint32_t frame;
    const char *text;
} evidence_claims[] = {
    {right_domain_worked, "domain-mismatch", CHALLENGE,
     "the server is FILESRV in domain CORP, DNS corp.example.com"},
    {right_domain_worked, "domain-mismatch", AUTHENTICATE,
     "AUTHENTICATE_MESSAGE: user ANNE, domain IBMI, workstation IBMI1, NTLMv2"},
    {right_domain_worked, "domain-mismatch", RESULT,
     "the server answers STATUS_LOGON_FAILURE to the AUTHENTICATE_MESSAGE: "},
    {right_domain_worked, "domain-mismatch", WORKS, "gets in with domain CORP, and nothing else"},
    {worked_with_empty_domain, "domain-mismatch", WORKS, "gets in with domain empty"},
    {only_target_name_seen, "domain-mismatch", CHALLENGE, "the server names CORP"},
    {empty_domain, "domain-mismatch", AUTHENTICATE, "user ANNE, domain empty"},
    {wrong_domain_stand_alone, "domain-mismatch", CHALLENGE,
     "the server is FILESRV and names no domain beside itself"},
    {wrong_domain_smb1_names, "domain-mismatch", ANSWER, "the domain or workgroup CORP"},
    {wrong_domain_smb1_names, "domain-mismatch", AUTHENTICATE, "SESSION_SETUP: user ANNE"},
    {no_responses, "empty-credentials", AUTHENTICATE, "the user is sent with empty responses"},
    {null_session, "empty-credentials", AUTHENTICATE, "a null session"},
    {empty_password, "password-empty", AUTHENTICATE, "an empty password gives (recomputed)"},
    {lower_case_password, "password-lowercased", AUTHENTICATE, "typed, in lower case (recomputed)"},
    {upper_case_password, "password-uppercased", AUTHENTICATE, "typed, in upper case (recomputed)"},
    {other_password, "password-differs", AUTHENTICATE, "no password typed gives the response"},
    {right_password, "credentials-refused", AUTHENTICATE, "the client sent the right password"},
    {right_lm_password, "credentials-refused", AUTHENTICATE, "in whatever case (recomputed)"},
    {right_password_denied, "access-denied", AUTHENTICATE, "the client sent the right password"},
    {ntlmv1_and_v2_worked, "ntlmv1-refused", WORKS, "with NTLMv2, and nothing else differs"},
    {ntlmv1_and_v2_worked_elsewhere, "ntlmv1-refused", WORKS, "from another client"},
    {ntlmv1_to_new_windows, "ntlmv1-refused", CHALLENGE, "Windows build 26100"},
    {at_first_leg, "ntlm-disabled", RESULT, "to the NEGOTIATE_MESSAGE"},
    {only_kerberos_offered, "no-common-mechanism", ANSWER, "the server offers Kerberos"},
    {only_kerberos_offered, "no-common-mechanism", FIRST_SETUP, "the client uses NTLMSSP"},
    {denied_without_target, "target-name-refused", AUTHENTICATE, "names no target"},
    {denied_with_alias, "target-name-refused", AUTHENTICATE, "alias.corp.example.com, not a name"},
    {denied_with_untrusted_target, "target-name-refused", AUTHENTICATE, "from an untrusted source"},
    {no_mic, "mic-missing", CHALLENGE, "has a timestamp"},
    {no_mic, "mic-missing", AUTHENTICATE, "has no MIC"},
    {no_mic_but_announced, "mic-missing", AUTHENTICATE, "announces a MIC"},
    {clock_ahead, "clock-differs", AUTHENTICATE, "31 minutes ahead of"},
    {clock_behind, "clock-differs", AUTHENTICATE, "31 minutes behind"},
    {wants_plaintext, "plaintext-required", AUTHENTICATE, "a response instead of the password"},
    {plaintext_refused, "plaintext-required", AUTHENTICATE, "sends a plain-text password"},
    {unheard_of, "refused-other", RESULT, "answers 0xC0DEC0DE to the AUTHENTICATE_MESSAGE"},
    {by_kerberos, "kerberos-refused", RESULT, "to the Kerberos ticket"},
    {ticket_with_krb_error, "kerberos-wrong-key", RESULT, "KRB-ERROR 41, KRB_AP_ERR_MODIFIED"},
    {dos_3_31, "refused-other", RESULT, "ERRHRD/31"},
    {smb1_only_none_chosen, "smb1-refused", REQUEST, "the client offers SMB1"},
    {smb1_only_none_chosen, "smb1-refused", ANSWER, "none of the client's dialects"},
    {smb1_only_closed, "smb1-refused", CLOSE, "the server closes the connection"},
    {smb2_only_closed, "smb2-refused", REQUEST, "the client offers 2.0.2, 2.1"},
    {both_none_chosen, "no-common-dialect", REQUEST, "the client offers SMB1, SMB2"},
    {negotiate_of_no_dialect, "negotiate-refused", REQUEST, "the client offers SMB2 (no dialect"},
    {negotiate_invalid, "negotiate-refused", ANSWER, "STATUS_INVALID_PARAMETER to the NEGOTIATE"},
    {binding_not_accepted, "connection-limit", FIRST_SETUP, "binds a session"},
    {closed, "server-closed", AUTHENTICATE, "last message of the client: AUTHENTICATE_MESSAGE"},
    {left, "client-left", CLOSE, "the client closes the connection"},
    {left_before_token, "client-left", AUTHENTICATE, "last message of the client: NEGOTIATE"},
    {silent, "server-silent", AUTHENTICATE, "the AUTHENTICATE_MESSAGE gets no answer"},
    {silent_web_server, "not-smb", ANSWER, "the server's answer is no message of SMB"},
    {cut_authenticate, "capture-truncated", AUTHENTICATE, "less of this frame than was on the"},
    {client_side_only, "capture-incomplete", CLOSE, "only the client's side"},
    {open_end, "capture-incomplete", CLOSE, "its end is not in the capture"},
    {no_request, "capture-incomplete", RESULT, "the request to this answer is not in the capture"},
    {no_answer_then_closed, "capture-incomplete", CLOSE, "lacks an answer"},
};

static void test_evidence(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(evidence_claims); i++) {
        struct scene s;
        scene_begin(&s);
        evidence_claims[i].arrange(&s);
        struct qntc_diagnosis *diagnosis = diagnose(&s);
        const struct qntc_cause_finding *finding = find(diagnosis, evidence_claims[i].cause);
        if (!has_line(finding, evidence_claims[i].frame, evidence_claims[i].text)) {
            g_test_message("%s: no such evidence", evidence_claims[i].text);
            g_test_fail();
        }
        qntc_diagnosis_free(diagnosis);
        scene_end(&s);
    }
}

/* Advice that depends on the logon, or must not be given to it. */
static const struct {
    void (*arrange)(struct scene *s);
    const char *cause;
    bool given;
    const char *text;
} advice_claims[] = {
    {as_it_is, "credentials-refused", true, "DSPSYSVAL QPWDLVL: at 0 and 1"},
    {right_password, "credentials-refused", false, "DSPSYSVAL QPWDLVL: at 0 and 1"},
    {right_password, "credentials-refused", true, "the password of the profile needs no change"},
    {wrong_domain, "domain-mismatch", true, "set the domain name of NetServer to CORP"},
    {wrong_domain_stand_alone, "domain-mismatch", false, "set the domain name of NetServer to"},
    {truncated_domain, "domain-mismatch", true, "the beginning of a longer name"},
    {right_length_of_other_domain, "domain-mismatch", false, "the beginning of a longer name"},
    {wrong_domain, "domain-mismatch", false, "the beginning of a longer name"},
    {unknown_dns_domain, "domain-mismatch", true, "looks like a DNS name"},
    {wrong_domain, "domain-mismatch", false, "looks like a DNS name"},
    {dot_as_domain, "domain-mismatch", false, "looks like a DNS name"},
    {as_it_is, "credentials-refused", true, "a domain controller of CORP decided"},
    {as_it_is, "credentials-refused", false, "with its own accounts"},
    {computer_as_domain, "credentials-refused", true, "FILESRV checks the logon with its own"},
    {wrong_domain, "credentials-refused", false, "a domain controller of CORP decided"},
    {wrong_domain, "credentials-refused", false, "with its own accounts"},
    {wrong_domain_stand_alone, "credentials-refused", true, "FILESRV checks the logon"},
};

static void test_advice(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(advice_claims); i++) {
        struct scene s;
        scene_begin(&s);
        advice_claims[i].arrange(&s);
        struct qntc_diagnosis *diagnosis = diagnose(&s);
        const struct qntc_cause_finding *finding = find(diagnosis, advice_claims[i].cause);
        if (has_advice(finding, advice_claims[i].text) != advice_claims[i].given) {
            g_test_message("%zu, %s", i, advice_claims[i].text);
            g_test_fail();
        }
        qntc_diagnosis_free(diagnosis);
        scene_end(&s);
    }
}

static void test_evidence_once(void)
{
    struct scene s;
    scene_begin(&s);
    struct qntc_diagnosis *diagnosis = diagnose(&s);
    struct qntc_cause_finding *finding = g_ptr_array_index(diagnosis->causes, 0);
    guint lines = finding->evidence->len;
    qntc_evidence(finding, 0, "nowhere");
    g_assert_cmpuint(finding->evidence->len, ==, lines);
    qntc_evidence(finding, RESULT, "new %d", 1);
    qntc_evidence(finding, RESULT, "new %d", 1);
    g_assert_cmpuint(finding->evidence->len, ==, lines + 1);
    qntc_diagnosis_free(diagnosis);
    scene_end(&s);
}

static void check_pair(struct scene *s, bool known, unsigned cls, uint32_t code, bool likely)
{
    struct qntc_diagnosis *diagnosis = diagnose(s);
    g_assert_cmpint(diagnosis->cpdb053.known, ==, known);
    g_assert_cmpuint(diagnosis->cpdb053.error_class, ==, cls);
    g_assert_cmpuint(diagnosis->cpdb053.error_code, ==, code);
    g_assert_cmpint(diagnosis->cpdb053.likely, ==, likely);
    qntc_diagnosis_free(diagnosis);
    scene_end(s);
    scene_begin(s);
}

/* What the job log shows; LOGON_FAILURE is documented, the rest is inferred. */
static void test_cpdb053(void)
{
    struct scene s;
    scene_begin(&s);
    check_pair(&s, true, 0, QNTC_EACCES, false);
    smb1_fields(&s);
    check_pair(&s, true, 1, 5, false);
    dos(&s, QNTC_ERRSRV, 2239);
    check_pair(&s, true, 2, 2239, false);
    closed(&s);
    check_pair(&s, true, 0, QNTC_ECONNRESET, true);
    silent(&s);
    check_pair(&s, true, 0, QNTC_ETIMEDOUT, true);
    left(&s);
    check_pair(&s, false, 0, 0, false);
    open_end(&s);
    check_pair(&s, false, 0, 0, false);
    smb1_only_none_chosen(&s);
    check_pair(&s, false, 0, 0, false);
    s.logon.outcome = QNTC_OUTCOME_SUCCESS;
    check_pair(&s, false, 0, 0, false);
    refused_at_negotiate(&s, (uint32_t)QNTC_STATUS_LOGON_FAILURE);
    smb1_only(&s);
    check_pair(&s, true, 1, 5, false);
    refused_at_negotiate(&s, (uint32_t)QNTC_STATUS_LOGON_FAILURE);
    s.connection.negotiate.offers_smb1 = true;
    check_pair(&s, true, 0, QNTC_EACCES, false);
    s.connection.negotiate.offers_smb1 = true;
    s.connection.negotiate.offers_smb2 = false;
    check_pair(&s, true, 0, QNTC_EACCES, false);
    scene_end(&s);
}

static void test_names(void)
{
    g_assert_cmpstr(qntc_outcome_name(QNTC_OUTCOME_UNANSWERED), ==, "unanswered");
    g_assert_cmpstr(qntc_confidence_name(QNTC_CONFIDENCE_PROVEN), ==, "proven");
    g_assert_null(qntc_confidence_name(QNTC_CONFIDENCE_NONE));
    g_assert_cmpstr(qntc_dialect_name(QNTC_DIALECT_202), ==, "2.0.2");
    g_assert_cmpstr(qntc_dialect_name(QNTC_DIALECT_311), ==, "3.1.1");
    g_assert_null(qntc_dialect_name(QNTC_DIALECT_UNKNOWN));
    g_assert_cmpstr(qntc_mechanism_name(QNTC_MECHANISM_SHARE_LEVEL), ==, "share-level");
    g_assert_cmpstr(qntc_ntlm_name(QNTC_NTLM_V1_ESS), ==, "NTLMv1+ESS");
    g_assert_null(qntc_ntlm_name(QNTC_NTLM_UNKNOWN));
    g_assert_cmpstr(qntc_signing_name(QNTC_SIGNING_UNKNOWN), ==, "unknown");
    g_assert_cmpstr(qntc_password_name(QNTC_PASSWORD_LOWER_CASE), ==, "lower-case");
    g_assert_null(qntc_password_name(QNTC_PASSWORD_UNCHECKED));
    g_assert_null(qntc_outcome_name((enum qntc_outcome)99));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/causes/claims", test_claims);
    g_test_add_func("/causes/statuses", test_statuses);
    g_test_add_func("/causes/every-cause-has-claims", test_every_cause_has_claims);
    g_test_add_func("/causes/rows-are-complete", test_rows_are_complete);
    g_test_add_func("/causes/nt-statuses-name-one-cause", test_nt_statuses_name_one_cause);
    g_test_add_func("/causes/without-facts", test_without_facts);
    g_test_add_func("/causes/success-has-no-cause", test_success_has_no_cause);
    g_test_add_func("/causes/evidence", test_evidence);
    g_test_add_func("/causes/advice", test_advice);
    g_test_add_func("/causes/evidence-once", test_evidence_once);
    g_test_add_func("/diagnosis/cpdb053", test_cpdb053);
    g_test_add_func("/diagnosis/names", test_names);
    return g_test_run();
}
