/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a NEGOTIATE says of both sides, and whose facts it becomes: an exchange may lack a half,
 * have two requests, or come again on a connection that has logons behind it.
 */
#include "wire.h"

#define NOT_SUPPORTED 0xC00000BB

static struct qntc_message ask(enum qntc_family family)
{
    struct qntc_message m = message(QNTC_CLIENT, QNTC_COMMAND_NEGOTIATE, 0, 0);
    m.family = family;
    return m;
}

static struct qntc_message answer(enum qntc_family family)
{
    struct qntc_message m = ask(family);
    m.from = QNTC_SERVER;
    m.status = nt(0);
    return m;
}

/* What a fresh connection knows when the message has come. */
static const struct qntc_negotiate *known_by(struct qntc_message m)
{
    if (capture != NULL)
        tear_down();
    set_up();
    sent(m);
    return &track->facts->negotiate;
}

/* -------------------------------------------------------------------------------- what is said */

static void test_request_of_smb1(void)
{
    struct qntc_message m = ask(QNTC_SMB1);
    m.offers_smb1 = m.offers_nt_lm_012 = true;
    m.security_mode = m.capabilities = number(3); /* it has none of these */
    g_assert_true(known_by(m)->offers_smb1);
    g_assert_true(known_by(m)->offers_nt_lm_012);
    g_assert_false(known_by(m)->offers_smb2);
    g_assert_cmpint(known_by(m)->client_signing, ==, QNTC_SIGNING_UNKNOWN);
    g_assert_false(known_by(m)->client_capabilities_seen);
    g_assert_cmpint(known_by(m)->request_time, ==, now);
    m.offers_smb2 = true; /* "SMB 2.???" */
    g_assert_true(known_by(m)->offers_smb2);
    tear_down();
}

static void test_request_of_smb2(void)
{
    struct qntc_message m = ask(QNTC_SMB2);
    g_assert_true(known_by(m)->offers_smb2);
    g_assert_cmpint(known_by(m)->client_signing, ==, QNTC_SIGNING_UNKNOWN);
    g_assert_false(known_by(m)->client_capabilities_seen);
    m.security_mode = number(0xFC);
    g_assert_cmpint(known_by(m)->client_signing, ==, QNTC_SIGNING_OFF);
    m.security_mode = number(1);
    m.capabilities = number(0x40);
    g_assert_cmpint(known_by(m)->client_signing, ==, QNTC_SIGNING_ENABLED);
    g_assert_true(known_by(m)->client_capabilities_seen);
    g_assert_cmpuint(known_by(m)->client_capabilities, ==, 0x40);
    tear_down();
}

/* Each side adds its own: a client that speaks SMB1 and SMB2 may send two requests. */
static void test_two_requests_are_one_offer(void)
{
    struct qntc_message first = ask(QNTC_SMB1);
    first.offers_smb1 = first.offers_nt_lm_012 = true;
    known_by(first);
    sent(ask(QNTC_SMB2));
    g_assert_true(track->facts->negotiate.offers_smb1);
    g_assert_true(track->facts->negotiate.offers_nt_lm_012);
    g_assert_true(track->facts->negotiate.offers_smb2);
    expect_logons(1);
    tear_down();
}

static void test_security_mode_of_smb1(void)
{
    static const struct {
        uint64_t mode;
        enum qntc_signing signing;
        bool share_level;
        bool encrypted_passwords;
    } claims[] = {
        {0x0F, QNTC_SIGNING_REQUIRED, false, true}, {0x08, QNTC_SIGNING_REQUIRED, true, false},
        {0x07, QNTC_SIGNING_ENABLED, false, true},  {0x04, QNTC_SIGNING_ENABLED, true, false},
        {0xF3, QNTC_SIGNING_OFF, false, true},      {0xF2, QNTC_SIGNING_OFF, true, true},
        {0xF1, QNTC_SIGNING_OFF, false, false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(claims); i++) {
        struct qntc_message m = answer(QNTC_SMB1);
        m.security_mode = number(claims[i].mode);
        const struct qntc_negotiate *negotiate = known_by(m);
        g_assert_true(negotiate->security_mode_seen);
        g_assert_cmpint(negotiate->server_signing, ==, claims[i].signing);
        g_assert_true(negotiate->share_level == claims[i].share_level);
        g_assert_true(negotiate->encrypted_passwords == claims[i].encrypted_passwords);
    }
    const struct qntc_negotiate *negotiate = known_by(answer(QNTC_SMB1));
    g_assert_false(negotiate->security_mode_seen || negotiate->share_level);
    g_assert_cmpint(negotiate->server_signing, ==, QNTC_SIGNING_UNKNOWN);
    tear_down();
}

static void test_answer_of_smb1(void)
{
    struct qntc_message m = answer(QNTC_SMB1);
    m.domain_name = "CORP";
    m.server_name = "FILES";
    m.smb1_challenge = (struct qntc_bytes){v1_response, 8};
    m.capabilities = number(0x7FFFFFFF);
    const struct qntc_negotiate *negotiate = known_by(m);
    g_assert_cmpint(negotiate->dialect, ==, QNTC_DIALECT_SMB1);
    g_assert_cmpstr(negotiate->domain_name, ==, "CORP");
    g_assert_cmpstr(negotiate->server_name, ==, "FILES");
    g_assert_true(negotiate->challenge_seen);
    g_assert_true(memcmp(negotiate->challenge, v1_response, 8) == 0);
    g_assert_false(negotiate->extended_security);
    m.smb1_challenge.length = 7;
    g_assert_false(known_by(m)->challenge_seen);
    m.capabilities = number(0x80000000);
    g_assert_true(known_by(m)->extended_security);
    m.capabilities.seen = false;
    g_assert_false(known_by(m)->extended_security);
    tear_down();
}

/* The index says "none"; a status of success beside it, and what would follow, say nothing. */
static void test_no_dialect(void)
{
    struct qntc_message m = answer(QNTC_SMB1);
    m.dialect_index = number(0xFFFF);
    m.security_mode = number(3);
    g_assert_true(known_by(m)->no_dialect_chosen);
    g_assert_cmpint(known_by(m)->dialect, ==, QNTC_DIALECT_UNKNOWN);
    g_assert_false(known_by(m)->security_mode_seen);
    m.dialect_index.seen = false;
    g_assert_false(known_by(m)->no_dialect_chosen);
    tear_down();
}

static void test_answer_of_smb2(void)
{
    struct qntc_message m = answer(QNTC_SMB2);
    m.dialects[0] = 0x0311;
    g_assert_cmpint(known_by(m)->dialect, ==, QNTC_DIALECT_UNKNOWN); /* cut off before it */
    g_assert_cmpint(known_by(m)->server_signing, ==, QNTC_SIGNING_UNKNOWN);
    g_assert_false(known_by(m)->server_capabilities_seen);
    g_assert_false(known_by(m)->mechanisms_seen);
    m.dialect_count = 1;
    m.security_mode = number(3);
    m.capabilities = number(0x40);
    m.token.mechanisms_seen = true;
    m.token.mechanisms = QNTC_OFFERS_NTLMSSP;
    const struct qntc_negotiate *negotiate = known_by(m);
    g_assert_cmpint(negotiate->dialect, ==, QNTC_DIALECT_311);
    g_assert_cmpint(negotiate->server_signing, ==, QNTC_SIGNING_REQUIRED);
    g_assert_true(negotiate->server_capabilities_seen);
    g_assert_cmpuint(negotiate->server_capabilities, ==, 0x40);
    g_assert_true(negotiate->mechanisms_seen);
    g_assert_cmpuint(negotiate->mechanisms, ==, QNTC_OFFERS_NTLMSSP);
    tear_down();
}

/* What stands in an answer that refuses is no agreement. */
static void test_refusal(void)
{
    for (int family = QNTC_SMB1; family <= QNTC_SMB2; family++) {
        struct qntc_message m = answer((enum qntc_family)family);
        m.status = nt(NOT_SUPPORTED);
        m.dialects[0] = 0x0202;
        m.dialect_count = 1;
        m.security_mode = number(3);
        const struct qntc_negotiate *negotiate = known_by(m);
        g_assert_cmpint(negotiate->dialect, ==, QNTC_DIALECT_UNKNOWN);
        g_assert_cmpint(negotiate->server_signing, ==, QNTC_SIGNING_UNKNOWN);
        g_assert_cmpuint(negotiate->status.code, ==, NOT_SUPPORTED);
        g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_REFUSED);
        g_assert_cmpuint(logon(1)->status.code, ==, NOT_SUPPORTED);
    }
    struct qntc_message step = answer(QNTC_SMB2);
    step.status = nt(0xC0000016);
    known_by(step);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_UNKNOWN);
    tear_down();
}

/* --------------------------------------------------------------------------- whose facts it is */

static void test_answer_without_its_request(void)
{
    known_by(answer(QNTC_SMB2));
    g_assert_true(logon(1)->request_missing);
    tear_down();
}

/* The same answer again, or one that comes when the client has gone on. */
static void test_second_answer_changes_nothing(void)
{
    set_up();
    uint32_t first = negotiate();
    sent(setup(1, 0, 1));
    struct qntc_message again = answer(QNTC_SMB2);
    again.status = nt(NOT_SUPPORTED);
    sent(again);
    log_on(2, 7, "ANNE", 0);
    again.status = nt(0);
    sent(again);
    expect_logons(2);
    g_assert_cmpuint(logon(1)->connection->negotiate.response_frame, ==, first);
    tear_down();

    set_up(); /* the SESSION_SETUP is the first that the file has of the connection */
    sent(setup(1, 0, 1));
    sent(answer(QNTC_SMB2));
    expect_logons(1);
    tear_down();
}

/* Either half shows that there was one before: its logon keeps what it knows. */
static void test_facts_of_the_second_exchange(void)
{
    for (unsigned half = 0; half < 2; half++) {
        set_up();
        struct qntc_message m = half == 0 ? ask(QNTC_SMB2) : answer(QNTC_SMB2);
        m.security_mode = number(3);
        sent(m);
        log_on(1, 7, "ANNE", 0);
        sent(ask(QNTC_SMB1));
        expect_logons(2);
        const struct qntc_connection *first = logon(1)->connection;
        g_assert_true(first != logon(2)->connection);
        g_assert_true((half == 0 ? first->negotiate.client_signing
                                 : first->negotiate.server_signing) == QNTC_SIGNING_REQUIRED);
        g_assert_false(logon(2)->connection->negotiate.offers_smb2);
        tear_down();
    }
    set_up(); /* none before: the connection is the same, whatever came on it */
    log_on(1, 7, "ANNE", 0);
    sent(ask(QNTC_SMB2));
    g_assert_true(logon(1)->connection == logon(2)->connection);
    tear_down();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/negotiate/request-of-smb1", test_request_of_smb1);
    g_test_add_func("/negotiate/request-of-smb2", test_request_of_smb2);
    g_test_add_func("/negotiate/two-requests-are-one-offer", test_two_requests_are_one_offer);
    g_test_add_func("/negotiate/security-mode-of-smb1", test_security_mode_of_smb1);
    g_test_add_func("/negotiate/answer-of-smb1", test_answer_of_smb1);
    g_test_add_func("/negotiate/no-dialect", test_no_dialect);
    g_test_add_func("/negotiate/answer-of-smb2", test_answer_of_smb2);
    g_test_add_func("/negotiate/refusal", test_refusal);
    g_test_add_func("/negotiate/answer-without-its-request", test_answer_without_its_request);
    g_test_add_func("/negotiate/second-answer-changes-nothing", test_second_answer_changes_nothing);
    g_test_add_func("/negotiate/facts-of-the-second-exchange", test_facts_of_the_second_exchange);
    return g_test_run();
}
