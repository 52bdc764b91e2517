/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the warnings claim. A healthy logon has none; each row here changes one fact of it and says
 * whether the warning is there. What is counted over several logons, and how long an answer took,
 * goes through the tracker.
 */
#include "warning.h"

#include <string.h>

#include "observation.h"

/* ------------------------------------------------------------------- a healthy logon, by hand */

static struct qntc_capture *capture;

struct scene {
    struct qntc_connection connection;
    struct qntc_logon logon;
    struct qntc_event event;
    GPtrArray *events; /* holds the event */
};

enum { NEGOTIATED = 4, AUTHENTICATE = 7, RESULT = 8, REQUEST = 9, KRB_ERROR = 6 };

static void make_healthy(struct scene *s)
{
    memset(s, 0, sizeof *s);
    s->logon.connection = &s->connection;
    s->connection.client_address = "10.0.0.1";
    s->connection.server_address = "10.0.0.2";
    s->connection.negotiate.request_frame = NEGOTIATED - 1;
    s->connection.negotiate.response_frame = NEGOTIATED;
    s->connection.negotiate.offers_smb2 = true;
    s->connection.negotiate.dialect = QNTC_DIALECT_311;
    s->connection.negotiate.server_signing = QNTC_SIGNING_ENABLED;
    s->logon.mechanism = QNTC_MECHANISM_NTLMSSP;
    s->logon.outcome = QNTC_OUTCOME_SUCCESS;
    s->logon.user = "ANNE";
    s->logon.domain = "Corp";
    s->logon.client_signing = QNTC_SIGNING_ENABLED;
    s->logon.ntlm.version = QNTC_NTLM_V2;
    s->logon.ntlm.nb_domain = "CORP";
    s->logon.ntlm.nb_computer = "FILESRV";
    s->logon.ntlm.dns_domain = "corp.example";
    s->logon.ntlm.authenticate_frame = s->logon.authenticate_frame = AUTHENTICATE;
    s->logon.result_frame = s->logon.end_frame = RESULT;
    s->logon.longest_wait = (struct qntc_wait){G_USEC_PER_SEC / 10, false, AUTHENTICATE, RESULT};
}

static void smb1(struct scene *s)
{
    s->connection.negotiate.dialect = QNTC_DIALECT_SMB1;
}

static void ntlmv1(struct scene *s)
{
    s->logon.ntlm.version = QNTC_NTLM_V1;
}

static void ntlmv1_ess(struct scene *s)
{
    s->logon.ntlm.version = QNTC_NTLM_V1_ESS;
}

static void lm(struct scene *s)
{
    s->logon.ntlm.version = QNTC_NTLM_LM;
    s->logon.ntlm.lm_response_real = true;
}

static void unknown_responses(struct scene *s)
{
    s->logon.ntlm.version = QNTC_NTLM_UNKNOWN;
    s->logon.ntlm.lm_response_real = true;
}

static void refused(struct scene *s)
{
    s->logon.outcome = QNTC_OUTCOME_REFUSED;
}

static void smb1_refused(struct scene *s)
{
    smb1(s);
    refused(s);
}

static void ntlmv1_refused(struct scene *s)
{
    ntlmv1(s);
    refused(s);
}

static void plaintext_refused(struct scene *s)
{
    s->logon.ntlm.version = QNTC_NTLM_PLAINTEXT;
    refused(s);
}

static void guest(struct scene *s)
{
    s->logon.outcome = QNTC_OUTCOME_GUEST;
}

static void guest_without_user(struct scene *s)
{
    guest(s);
    s->logon.user = "";
}

static void unsigned_requests(struct scene *s)
{
    s->logon.session.unsigned_frame = REQUEST;
}

static void unsigned_unknown_server(struct scene *s)
{
    unsigned_requests(s);
    s->connection.negotiate.server_signing = QNTC_SIGNING_UNKNOWN;
}

static void unsigned_against_the_rule(struct scene *s)
{
    unsigned_requests(s);
    s->connection.negotiate.server_signing = QNTC_SIGNING_REQUIRED;
}

static void unsigned_client_requires(struct scene *s)
{
    unsigned_requests(s);
    s->logon.client_signing = QNTC_SIGNING_REQUIRED;
}

static void unsigned_then_signed(struct scene *s)
{
    unsigned_requests(s);
    s->logon.session.signed_frame = REQUEST + 1;
}

static void signed_by_flag_only(struct scene *s)
{
    smb1(s);
    s->connection.negotiate.server_signing = QNTC_SIGNING_OFF;
    s->logon.session.signed_frame = REQUEST;
}

static void smb1_signed(struct scene *s)
{
    signed_by_flag_only(s);
    s->connection.negotiate.server_signing = QNTC_SIGNING_ENABLED;
}

/* The tree connect is all that the session did. */
static void one_tree_connect(struct scene *s)
{
    s->event.request = "TREE_CONNECT";
    s->event.request_frame = REQUEST;
    s->logon.session.events = s->events;
}

static void one_unsigned_tree_connect(struct scene *s)
{
    one_tree_connect(s);
    s->connection.negotiate.dialect = QNTC_DIALECT_210;
}

static void one_signed_tree_connect(struct scene *s)
{
    one_unsigned_tree_connect(s);
    s->event.request_signed = true;
}

static void one_unsigned_tree_connect_in_300(struct scene *s)
{
    one_unsigned_tree_connect(s);
    s->connection.negotiate.dialect = QNTC_DIALECT_300;
}

static void one_unsigned_event(struct scene *s)
{
    one_unsigned_tree_connect(s);
    s->event.request = "CREATE";
}

static void one_end(struct scene *s)
{
    one_unsigned_tree_connect(s);
    s->event.request = NULL;
}

static void signed_in_smb2_with_signing_off(struct scene *s)
{
    s->connection.negotiate.server_signing = QNTC_SIGNING_OFF;
    s->logon.session.signed_frame = REQUEST;
}

static void unsigned_but_encrypted(struct scene *s)
{
    unsigned_requests(s);
    s->logon.session.encrypted_frame = REQUEST;
}

static void unsigned_share_level(struct scene *s)
{
    unsigned_requests(s);
    s->logon.mechanism = QNTC_MECHANISM_SHARE_LEVEL;
}

static void lm_beside_ntlmv1(struct scene *s)
{
    ntlmv1(s);
    s->logon.ntlm.lm_response_real = true;
}

static void lm_refused(struct scene *s)
{
    lm(s);
    refused(s);
}

static void unsigned_guest(struct scene *s)
{
    unsigned_requests(s);
    guest(s);
}

static void ticket(struct scene *s, int etype)
{
    s->logon.mechanism = QNTC_MECHANISM_KERBEROS;
    s->logon.user = s->logon.domain = NULL;
    s->logon.kerberos.ap_req_frame = s->logon.authenticate_frame;
    s->logon.kerberos.ticket_etype = etype;
}

static void rc4_ticket(struct scene *s)
{
    ticket(s, 23);
}

static void aes_ticket(struct scene *s)
{
    ticket(s, 18);
}

static void rc4_export_ticket(struct scene *s)
{
    ticket(s, 24);
}

static void rc4_refused(struct scene *s)
{
    rc4_ticket(s);
    refused(s);
}

static void netserver(struct scene *s)
{
    s->connection.server_native_lanman = "iSeries Support for Windows Network Neighborhood";
}

static void long_user_at_netserver(struct scene *s)
{
    netserver(s);
    s->logon.user = "LAGERVERWALTER";
}

static void ten_at_netserver(struct scene *s)
{
    netserver(s);
    s->logon.user = "LAGERVERWA";
}

static void long_user_elsewhere(struct scene *s)
{
    s->logon.user = "LAGERVERWALTER";
}

static void domain_cut(struct scene *s)
{
    s->logon.ntlm.dns_domain = "logistikverbundsued.example";
    s->logon.domain = "LOGISTIKVERBUND";
}

static void domain_cut_by_its_owner(struct scene *s)
{
    domain_cut(s);
    s->logon.ntlm.nb_domain = "LOGISTIKVERBUND";
}

static void domain_of_fifteen(struct scene *s)
{
    s->logon.ntlm.dns_domain = "logistikverbund.example";
    s->logon.domain = "LOGISTIKVERBUND";
}

static void domain_cut_elsewhere(struct scene *s)
{
    domain_cut(s);
    s->logon.ntlm.dns_domain = "another-name-of-some-length.example";
}

static void domain_cut_of_nobody(struct scene *s)
{
    domain_cut(s);
    s->logon.user = "";
}

static void domain_cut_shorter(struct scene *s)
{
    domain_cut(s);
    s->logon.domain = "LOGIST";
}

static void domain_not_sent(struct scene *s)
{
    s->logon.domain = NULL;
}

static void dns_domain_not_seen(struct scene *s)
{
    domain_cut(s);
    s->logon.ntlm.dns_domain = NULL;
}

static void other_domain(struct scene *s)
{
    s->logon.domain = "IBMI";
}

static void other_domain_refused(struct scene *s)
{
    other_domain(s);
    refused(s);
}

static void dns_name(struct scene *s)
{
    s->logon.domain = "CORP.example";
}

static void no_domain(struct scene *s)
{
    s->logon.domain = "";
}

static void own_accounts(struct scene *s)
{
    s->logon.domain = ".";
}

static void nameless_server(struct scene *s)
{
    s->logon.ntlm.nb_domain = s->logon.ntlm.nb_computer = s->logon.ntlm.dns_domain = NULL;
}

static void third_refusal(struct scene *s)
{
    refused(s);
    s->logon.refusals_in_row = 3;
}

static void second_refusal(struct scene *s)
{
    refused(s);
    s->logon.refusals_in_row = 2;
}

static void third_of_four(struct scene *s)
{
    third_refusal(s);
    s->logon.refused_again = true;
}

static void slow(struct scene *s)
{
    s->logon.longest_wait.duration = 2 * G_USEC_PER_SEC;
}

static void almost_slow(struct scene *s)
{
    s->logon.longest_wait.duration = 2 * G_USEC_PER_SEC - 1;
}

static void slow_refusal(struct scene *s)
{
    slow(s);
    refused(s);
}

static void skew(struct scene *s)
{
    aes_ticket(s);
    s->logon.kerberos.error_frame = KRB_ERROR;
    s->logon.kerberos.error_code = 37;
}

static void skew_refused(struct scene *s)
{
    skew(s);
    refused(s);
}

static void other_krb_error(struct scene *s)
{
    skew(s);
    s->logon.kerberos.error_code = 33;
}

/* The server has no use for the ticket, the client turns to NTLM; test_kdc.c does it at the KDC. */
static void fell_back(struct scene *s)
{
    s->logon.kerberos.error_frame = KRB_ERROR;
    s->logon.kerberos.error_code = 41;
}

static void skew_before_ntlm(struct scene *s)
{
    fell_back(s);
    s->logon.kerberos.error_code = 37;
}

static void skew_without_error(struct scene *s)
{
    aes_ticket(s);
    s->logon.kerberos.error_code = 37;
}

static void fell_back_as_guest(struct scene *s)
{
    fell_back(s);
    guest(s);
}

static void fell_back_and_refused(struct scene *s)
{
    fell_back(s);
    refused(s);
}

static void rc4_session_key(struct scene *s)
{
    aes_ticket(s);
    s->logon.kerberos.session_etype = 23;
}

static const struct {
    const char *id;
    void (*change)(struct scene *s);
    uint32_t frame; /* 0: no warning of that name */
} claims[] = {
    {"smb1-in-use", smb1, NEGOTIATED},
    {"smb1-in-use", smb1_refused, 0},
    {"ntlmv1-in-use", ntlmv1, AUTHENTICATE},
    {"ntlmv1-in-use", ntlmv1_ess, AUTHENTICATE},
    {"ntlmv1-in-use", ntlmv1_refused, 0},
    {"ntlmv1-in-use", lm, 0},
    {"lm-response-sent", lm, AUTHENTICATE},
    {"lm-response-sent", lm_beside_ntlmv1, AUTHENTICATE},
    {"lm-response-sent", lm_refused, 0},
    {"lm-response-sent", ntlmv1, 0},
    {"lm-response-sent", unknown_responses, 0},
    {"plaintext-password-sent", plaintext_refused, AUTHENTICATE},
    {"plaintext-password-sent", ntlmv1_refused, 0},
    {"guest-session", guest, RESULT},
    {"guest-session", guest_without_user, 0},
    {"unsigned-session", unsigned_requests, REQUEST},
    {"unsigned-session", unsigned_unknown_server, 0},
    {"unsigned-session", unsigned_against_the_rule, 0},
    {"unsigned-session", unsigned_client_requires, 0},
    {"unsigned-session", unsigned_then_signed, 0},
    {"unsigned-session", unsigned_guest, 0},
    {"unsigned-session", signed_by_flag_only, REQUEST},
    {"unsigned-session", smb1_signed, 0},
    {"unsigned-session", one_unsigned_tree_connect, REQUEST},
    {"unsigned-session", one_signed_tree_connect, 0},
    {"unsigned-session", one_tree_connect, 0},
    {"unsigned-session", one_unsigned_tree_connect_in_300, 0},
    {"unsigned-session", one_unsigned_event, 0},
    {"unsigned-session", one_end, 0},
    {"unsigned-session", signed_in_smb2_with_signing_off, 0},
    {"unsigned-session", unsigned_but_encrypted, 0},
    {"unsigned-session", unsigned_share_level, 0},
    {"kerberos-rc4", rc4_ticket, AUTHENTICATE},
    {"kerberos-rc4", rc4_session_key, AUTHENTICATE},
    {"kerberos-rc4", rc4_export_ticket, AUTHENTICATE},
    {"kerberos-rc4", rc4_refused, 0},
    {"kerberos-rc4", aes_ticket, 0},
    {"user-name-truncated", long_user_at_netserver, AUTHENTICATE},
    {"user-name-truncated", ten_at_netserver, 0},
    {"user-name-truncated", long_user_elsewhere, 0},
    {"domain-name-truncated", domain_cut, AUTHENTICATE},
    {"domain-name-truncated", domain_cut_by_its_owner, 0},
    {"domain-name-truncated", domain_of_fifteen, 0},
    {"domain-name-truncated", domain_cut_elsewhere, 0},
    {"domain-name-truncated", domain_cut_of_nobody, 0},
    {"domain-name-truncated", domain_cut_shorter, 0},
    {"domain-name-truncated", domain_not_sent, 0},
    {"domain-name-truncated", dns_domain_not_seen, 0},
    {"domain-not-known", other_domain, AUTHENTICATE},
    {"domain-not-known", other_domain_refused, 0},
    {"domain-not-known", dns_name, 0},
    {"domain-not-known", no_domain, 0},
    {"domain-not-known", domain_not_sent, 0},
    {"domain-not-known", own_accounts, 0},
    {"domain-not-known", nameless_server, 0},
    {"repeated-failures", third_refusal, RESULT},
    {"repeated-failures", second_refusal, 0},
    {"repeated-failures", third_of_four, 0},
    {"slow-logon", slow, RESULT},
    {"slow-logon", almost_slow, 0},
    {"slow-logon", slow_refusal, 0},
    {"kerberos-fell-back", fell_back, RESULT},
    {"kerberos-fell-back", fell_back_as_guest, RESULT},
    {"kerberos-fell-back", fell_back_and_refused, 0},
    {"kerberos-fell-back", skew, 0},
    {"kerberos-skew-corrected", skew, KRB_ERROR},
    {"kerberos-skew-corrected", skew_refused, 0},
    {"kerberos-skew-corrected", skew_before_ntlm, 0},
    {"kerberos-skew-corrected", skew_without_error, 0},
    {"kerberos-skew-corrected", other_krb_error, 0},
};

/* The frame of that warning, 0 without it. */
static uint32_t frame_of(const struct qntc_logon *logon, const char *id)
{
    GPtrArray *warnings = qntc_warnings(capture, logon);
    uint32_t frame = 0;
    for (guint i = 0; i < warnings->len; i++) {
        const struct qntc_warning_finding *finding = g_ptr_array_index(warnings, i);
        g_assert_cmpuint(finding->frame, !=, 0);
        g_assert_cmpuint(strlen(finding->text), >, 10);
        if (g_str_equal(finding->row->id, id))
            frame = finding->frame;
    }
    g_ptr_array_free(warnings, TRUE);
    return frame;
}

static void test_healthy_logon_has_none(void)
{
    struct scene s;
    capture = qntc_capture_new();
    make_healthy(&s);
    GPtrArray *warnings = qntc_warnings(capture, &s.logon);
    g_assert_cmpuint(warnings->len, ==, 0);
    g_ptr_array_free(warnings, TRUE);
    qntc_capture_free(g_steal_pointer(&capture));
}

static void test_claims(void)
{
    capture = qntc_capture_new();
    GPtrArray *events = g_ptr_array_new();
    for (size_t i = 0; i < G_N_ELEMENTS(claims); i++) {
        struct scene s;
        make_healthy(&s);
        s.events = events;
        g_ptr_array_set_size(events, 0);
        g_ptr_array_add(events, &s.event);
        claims[i].change(&s);
        uint32_t frame = frame_of(&s.logon, claims[i].id);
        if (frame != claims[i].frame)
            g_error("claim %zu of %s: frame %u, not %u", i, claims[i].id, frame, claims[i].frame);
    }
    g_ptr_array_free(events, TRUE);
    qntc_capture_free(g_steal_pointer(&capture));
}

static bool has_claim(const char *id, bool shown)
{
    for (size_t i = 0; i < G_N_ELEMENTS(claims); i++) {
        if (g_str_equal(claims[i].id, id) && (claims[i].frame != 0) == shown)
            return true;
    }
    return false;
}

/* Every row has its words, its captures, and a claim that it is there and one that it is not. */
static void test_rows_are_whole(void)
{
    const struct qntc_warning *row;
    for (unsigned i = 0; (row = qntc_warning_at(i)) != NULL; i++) {
        g_assert_true(has_claim(row->id, true));
        g_assert_true(has_claim(row->id, false));
        g_assert_cmpuint(strlen(row->title), <=, 70);
        g_assert_true(row->advice_ibm_i != NULL || row->advice_server != NULL);
        g_assert_nonnull(row->source);
        g_assert_nonnull(row->example);
        g_assert_nonnull(row->counter_example);
    }
}

/* ------------------------------------------------------------------------ through the tracker */

#define LOGON_FAILURE 0xC000006D

static struct qntc_track *track;
static uint32_t frame;
static qntc_time now;
static uint64_t message_id;

static void connect_to(const char *server)
{
    struct qntc_peers peers = {.client_address = "10.0.0.1",
                               .server_address = server,
                               .client_port = 40000,
                               .server_port = 445,
                               .syn_seen = true};
    track = qntc_capture_connect(capture, &peers);
}

static void set_up(void)
{
    capture = qntc_capture_new();
    frame = 0;
    message_id = 0;
    now = 1000 * G_USEC_PER_SEC;
    connect_to("10.0.0.2");
}

static void tear_down(void)
{
    qntc_capture_free(g_steal_pointer(&capture));
}

static void say(enum qntc_side from, unsigned ntlm_type, const char *user, uint32_t status)
{
    static const uint8_t response[60] = {[0] = 9, [16] = 1, [17] = 1};
    struct qntc_message m = {.frame = ++frame,
                             .time = now,
                             .from = from,
                             .family = QNTC_SMB2,
                             .command = QNTC_COMMAND_SESSION_SETUP,
                             .message_id = {true, message_id},
                             .session_id = {true, 7},
                             .status = {.kind = QNTC_STATUS_NT, .code = status}};
    m.token.ntlm.challenge_time = m.token.ntlm.client_time = QNTC_TIME_UNKNOWN;
    m.token.ntlm.message_type = ntlm_type;
    m.token.ntlm.user = user;
    m.token.ntlm.domain = "CORP";
    m.token.ntlm.lm_seen = m.token.ntlm.nt_seen = true;
    m.token.ntlm.nt_response = (struct qntc_bytes){response, sizeof response};
    qntc_capture_message(capture, track, &m);
}

/* One logon of one request and one answer, which takes `wait`. */
static const struct qntc_logon *log_on(const char *user, uint32_t status, qntc_time wait)
{
    message_id++;
    say(QNTC_CLIENT, 3, user, 0);
    now += wait;
    say(QNTC_SERVER, 0, NULL, status);
    return qntc_capture_logon(capture, qntc_capture_logon_count(capture) - 1);
}

static void test_refusals_in_a_row(void)
{
    set_up();
    log_on("ANNE", LOGON_FAILURE, 0);
    log_on("anne", LOGON_FAILURE, 0);
    const struct qntc_logon *third = log_on("Anne", LOGON_FAILURE, 0);
    g_assert_cmpuint(frame_of(third, "repeated-failures"), ==, third->result_frame);
    const struct qntc_logon *fourth = log_on("ANNE", LOGON_FAILURE, 0);
    g_assert_cmpuint(frame_of(third, "repeated-failures"), ==, 0);
    g_assert_cmpuint(frame_of(fourth, "repeated-failures"), ==, fourth->result_frame);
    g_assert_cmpuint(fourth->refusals_in_row, ==, 4);
    tear_down();
}

/* A success, another user and another server are no part of the row. */
static void test_what_ends_a_row(void)
{
    set_up();
    log_on("ANNE", LOGON_FAILURE, 0);
    log_on("ANNE", LOGON_FAILURE, 0);
    g_assert_cmpuint(log_on("BERT", LOGON_FAILURE, 0)->refusals_in_row, ==, 1);
    connect_to("10.0.0.3");
    g_assert_cmpuint(log_on("ANNE", LOGON_FAILURE, 0)->refusals_in_row, ==, 1);
    connect_to("10.0.0.2");
    log_on("ANNE", 0, 0);
    g_assert_cmpuint(log_on("ANNE", LOGON_FAILURE, 0)->refusals_in_row, ==, 1);
    tear_down();
}

static void test_longest_wait(void)
{
    set_up();
    const struct qntc_logon *logon = log_on("ANNE", 0, 3 * G_USEC_PER_SEC);
    g_assert_cmpint(logon->longest_wait.duration, ==, 3 * G_USEC_PER_SEC);
    g_assert_cmpuint(logon->longest_wait.request_frame, ==, frame - 1);
    g_assert_cmpuint(frame_of(logon, "slow-logon"), ==, frame);
    tear_down();
}

/* The time that the client takes for its next message is not the server's. */
static void test_client_may_take_its_time(void)
{
    set_up();
    message_id++;
    say(QNTC_CLIENT, 1, NULL, 0);
    say(QNTC_SERVER, 2, NULL, 0xC0000016);
    now += 5 * G_USEC_PER_SEC;
    const struct qntc_logon *logon = log_on("ANNE", 0, 0);
    g_assert_cmpuint(qntc_capture_logon_count(capture), ==, 1);
    g_assert_cmpuint(frame_of(logon, "slow-logon"), ==, 0);
    tear_down();
}

static void test_what_was_sent_again_is_not_slow(void)
{
    set_up();
    message_id++;
    say(QNTC_CLIENT, 3, "ANNE", 0);
    now += 3 * G_USEC_PER_SEC;
    qntc_capture_resent(track);
    say(QNTC_SERVER, 0, NULL, 0);
    const struct qntc_logon *logon = qntc_capture_logon(capture, 0);
    g_assert_cmpint(logon->outcome, ==, QNTC_OUTCOME_SUCCESS);
    g_assert_cmpuint(frame_of(logon, "slow-logon"), ==, 0);
    tear_down();
}

/* Ten characters that begin a longer name of the same server, whichever came first. */
static void test_user_cut_to_ten(void)
{
    set_up();
    const struct qntc_logon *cut = log_on("LAGERVERWA", 0, 0);
    g_assert_cmpuint(frame_of(cut, "user-name-truncated"), ==, 0);
    log_on("lagerverwalter", 0, 0);
    g_assert_cmpuint(frame_of(cut, "user-name-truncated"), ==, cut->authenticate_frame);
    connect_to("10.0.0.3");
    cut = log_on("LAGERVERWA", 0, 0);
    g_assert_cmpuint(frame_of(cut, "user-name-truncated"), ==, 0);
    tear_down();
}

/* A user principal name is not a longer user: what follows the @ is the realm. */
static void test_realm_is_no_longer_name(void)
{
    set_up();
    log_on("LAGERVERWA@CORP.EXAMPLE", 0, 0);
    const struct qntc_logon *ten = log_on("LAGERVERWA", 0, 0);
    g_assert_cmpuint(frame_of(ten, "user-name-truncated"), ==, 0);
    tear_down();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/warnings/healthy-logon-has-none", test_healthy_logon_has_none);
    g_test_add_func("/warnings/claims", test_claims);
    g_test_add_func("/warnings/rows-are-whole", test_rows_are_whole);
    g_test_add_func("/warnings/refusals-in-a-row", test_refusals_in_a_row);
    g_test_add_func("/warnings/what-ends-a-row", test_what_ends_a_row);
    g_test_add_func("/warnings/longest-wait", test_longest_wait);
    g_test_add_func("/warnings/client-may-take-its-time", test_client_may_take_its_time);
    g_test_add_func("/warnings/sent-again-is-not-slow", test_what_was_sent_again_is_not_slow);
    g_test_add_func("/warnings/user-cut-to-ten", test_user_cut_to_ten);
    g_test_add_func("/warnings/realm-is-no-longer-name", test_realm_is_no_longer_name);
    return g_test_run();
}
