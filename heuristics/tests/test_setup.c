/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SESSION_SETUP in detail: which logon a message goes on with where identifiers are missing, the
 * same or contradictory, and what each message says of mechanism, ticket, signing and outcome.
 */
#include "wire.h"

#define MORE_PROCESSING 0xC0000016
#define LOGON_FAILURE 0xC000006D

static struct qntc_message smb1(struct qntc_message m)
{
    m.family = QNTC_SMB1;
    return m;
}

/* A request without NTLM or Kerberos in it, as far as can be seen. */
static struct qntc_message bare(uint64_t id, uint64_t session, uint64_t length)
{
    struct qntc_message m = setup(id, session, 0);
    m.token.length = number(length);
    return m;
}

static struct qntc_message password_fields(uint64_t id)
{
    struct qntc_message m = smb1(bare(id, 0, 0));
    m.token.length.seen = false;
    m.password_fields = true;
    return m;
}

/* -------------------------------------------------------------------- requests go on, or begin */

/* How many logons a second request makes, when the first waits for its client as that session. */
static unsigned logons_with(uint64_t session, struct qntc_message second)
{
    set_up();
    sent(setup(1, 0, 1));
    sent(answer_setup(1, session, MORE_PROCESSING));
    sent(second);
    unsigned count = qntc_capture_logon_count(capture);
    tear_down();
    return count;
}

static void test_first_messages_begin_a_logon(void)
{
    struct qntc_message init = bare(2, 0, 100), ticket = init;
    init.token.spnego_init = true;
    ticket.token.kerberos_ap_req = true;
    g_assert_cmpuint(logons_with(0, init), ==, 2);
    g_assert_cmpuint(logons_with(0, ticket), ==, 2);
    g_assert_cmpuint(logons_with(0, setup(2, 0, 1)), ==, 2);
    struct qntc_message fields = password_fields(2);
    fields.token.length = number(24);
    g_assert_cmpuint(logons_with(0, fields), ==, 2);
    fields.session_id = number(7);
    g_assert_cmpuint(logons_with(7, fields), ==, 2);
}

/* A token that cannot be read goes on with what waits for it; a request without one does not. */
static void test_unread_token_goes_on(void)
{
    struct qntc_message none = bare(2, 0, 0), unseen = bare(2, 0, 100);
    unseen.token.length.seen = false;
    g_assert_cmpuint(logons_with(0, bare(2, 0, 100)), ==, 1);
    g_assert_cmpuint(logons_with(0, none), ==, 2);
    g_assert_cmpuint(logons_with(0, unseen), ==, 2);
    unseen.truncated = true;
    g_assert_cmpuint(logons_with(0, unseen), ==, 1);
}

static void test_authenticate_of_that_session(void)
{
    g_assert_cmpuint(logons_with(7, authenticate(2, 7, "ANNE")), ==, 1);
    g_assert_cmpuint(logons_with(7, authenticate(2, 9, "ANNE")), ==, 2);
    g_assert_cmpuint(logons_with(7, authenticate(2, 0, "ANNE")), ==, 1);
    g_assert_cmpuint(logons_with(0, authenticate(2, 7, "ANNE")), ==, 1);
}

/* The same SessionId: any token goes on with it. */
static void test_session_before_token(void)
{
    g_assert_cmpuint(logons_with(7, setup(2, 7, 1)), ==, 1);
    struct qntc_message no_id = setup(2, 7, 1);
    no_id.session_id.seen = false;
    g_assert_cmpuint(logons_with(7, no_id), ==, 2);
}

/* The AUTHENTICATE of another session is not the one behind the answer that the file lacks. */
static void test_missing_answer_has_no_session(void)
{
    set_up();
    sent(setup(1, 7, 1));
    sent(authenticate(2, 9, "ANNE"));
    expect_logons(2);
    g_assert_true(logon(2)->response_missing);
    tear_down();

    set_up();
    sent(setup(1, 0, 1));
    struct qntc_message cut = bare(2, 0, 100);
    cut.truncated = true;
    sent(cut);
    expect_logons(2);
    g_assert_false(logon(2)->response_missing);
    tear_down();
}

/* What began with the NEGOTIATE has no SESSION_SETUP that a message could go on with. */
static void test_middle_of_a_setup_behind_the_negotiate(void)
{
    set_up();
    negotiate();
    sent(authenticate(1, 0, "ANNE"));
    expect_logons(1);
    g_assert_true(logon(1)->setup_seen);
    g_assert_true(logon(1)->response_missing);
    tear_down();

    set_up();
    negotiate();
    sent(answer_setup(1, 7, MORE_PROCESSING));
    expect_logons(1);
    g_assert_true(logon(1)->setup_seen);
    g_assert_true(logon(1)->request_missing);
    tear_down();
}

/* -------------------------------------------------------------------------- whose answer it is */

/* Two logons wait for answers: session 7 by request 5, and session 9 by request `id`. */
static void two_wait(enum qntc_family family, uint64_t id)
{
    set_up();
    for (unsigned i = 0; i < 2; i++) {
        struct qntc_message m = authenticate(i == 0 ? 5 : id, i == 0 ? 7 : 9, "ANNE");
        m.family = family;
        sent(m);
    }
}

static void expect_refused(bool first, bool second)
{
    g_assert_cmpuint(qntc_capture_logon_count(capture), ==, 2);
    g_assert_true((logon(1)->outcome == QNTC_OUTCOME_REFUSED) == first);
    g_assert_true((logon(2)->outcome == QNTC_OUTCOME_REFUSED) == second);
    tear_down();
}

static void test_answers_of_two(void)
{
    two_wait(QNTC_SMB2, 6); /* the MessageId decides, whatever the session */
    sent(answer_setup(6, 7, LOGON_FAILURE));
    expect_refused(false, true);

    two_wait(QNTC_SMB2, 6); /* without it the session */
    struct qntc_message cut = answer_setup(6, 9, LOGON_FAILURE);
    cut.message_id.seen = false;
    sent(cut);
    expect_refused(false, true);

    two_wait(QNTC_SMB2, 6); /* without both the order */
    cut.session_id.value = 0;
    sent(cut);
    expect_refused(true, false);

    two_wait(QNTC_SMB1, 5); /* of one MID that of the UID */
    sent(smb1(answer_setup(5, 9, LOGON_FAILURE)));
    expect_refused(false, true);
}

/* An answer to a request that nobody sent here. */
static void test_answer_of_another_id(void)
{
    set_up();
    sent(setup(1, 0, 1));
    sent(answer_setup(9, 0, LOGON_FAILURE));
    expect_logons(2);
    g_assert_true(logon(2)->request_missing);
    tear_down();

    set_up(); /* SMB1 servers may answer with any MID */
    sent(smb1(setup(1, 0, 1)));
    sent(smb1(answer_setup(9, 0, LOGON_FAILURE)));
    expect_logons(1);
    g_assert_false(logon(1)->request_missing);
    tear_down();
}

/* Two answers in a row: the request between them is missing. */
static void test_answer_behind_an_answer(void)
{
    set_up();
    sent(setup(1, 0, 1));
    sent(answer_setup(1, 0, MORE_PROCESSING));
    sent(answer_setup(2, 0, LOGON_FAILURE));
    expect_logons(1);
    g_assert_true(logon(1)->request_missing);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_REFUSED);
    tear_down();
}

/* ------------------------------------------------------------------------------ what a step is */

static enum qntc_outcome answered(struct qntc_message ask, struct qntc_message answer)
{
    set_up();
    sent(ask);
    sent(answer);
    enum qntc_outcome outcome = logon(1)->outcome;
    tear_down();
    return outcome;
}

static void test_steps(void)
{
    struct qntc_message init = bare(1, 0, 100), no_status = answer_setup(1, 7, 0);
    struct qntc_message challenge = no_status;
    init.token.spnego_init = true;
    no_status.status.kind = QNTC_STATUS_NONE;
    challenge.token.ntlm.message_type = 2;
    g_assert_cmpint(answered(init, answer_setup(1, 7, 0)), ==, QNTC_OUTCOME_SUCCESS);
    g_assert_cmpint(answered(init, challenge), ==, QNTC_OUTCOME_UNKNOWN);
    g_assert_cmpint(answered(init, no_status), ==, QNTC_OUTCOME_UNKNOWN);
    g_assert_cmpint(answered(setup(1, 0, 1), answer_setup(1, 7, 0)), ==, QNTC_OUTCOME_UNKNOWN);
    g_assert_cmpint(answered(setup(1, 0, 1), answer_setup(1, 7, LOGON_FAILURE)), ==,
                    QNTC_OUTCOME_REFUSED);
}

/* A success ends the logon where the AUTHENTICATE cannot be seen, or is not in the file. */
static void test_success_of_what_was_not_seen(void)
{
    set_up();
    sent(setup(1, 0, 1));
    sent(answer_setup(1, 7, MORE_PROCESSING));
    sent(bare(2, 7, 100));
    sent(answer_setup(2, 7, 0));
    expect_logons(1);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_SUCCESS);
    tear_down();

    set_up();
    sent(answer_setup(1, 7, 0));
    expect_logons(1);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_SUCCESS);
    g_assert_true(logon(1)->request_missing);
    tear_down();
}

/* Bit 1 of SMB1's Action is no null session; every other bit is none in SMB2. */
static void test_null_session_flag(void)
{
    struct qntc_message answer = answer_setup(1, 7, 0);
    answer.session_flags = number(2);
    g_assert_cmpint(answered(authenticate(1, 0, "ANNE"), answer), ==, QNTC_OUTCOME_ANONYMOUS);
    g_assert_cmpint(answered(smb1(authenticate(1, 0, "ANNE")), smb1(answer)), ==,
                    QNTC_OUTCOME_SUCCESS);
    answer.session_flags = number(4);
    g_assert_cmpint(answered(authenticate(1, 0, "ANNE"), answer), ==, QNTC_OUTCOME_SUCCESS);
}

/* The error is that of the tree connect only if the server has given out a UID, and then only. */
static void test_errors_that_are_of_the_logon(void)
{
    enum { SMB2, NO_CHAIN, NO_BODY, NO_UID, HAD_UID, AS_IT_IS };
    for (int lacks = SMB2; lacks <= AS_IT_IS; lacks++) {
        set_up();
        struct qntc_message ask = authenticate(1, lacks == HAD_UID ? 7 : 0, "ANNE");
        ask.family = lacks == SMB2 ? QNTC_SMB2 : QNTC_SMB1;
        ask.chains_tree_connect = lacks != NO_CHAIN;
        sent(ask);
        struct qntc_message answer = answer_setup(1, lacks == NO_UID ? 0 : 7, LOGON_FAILURE);
        answer.family = ask.family;
        answer.has_setup_body = lacks != NO_BODY;
        sent(answer);
        bool of_the_tree = lacks == AS_IT_IS;
        g_assert_true((logon(1)->outcome == QNTC_OUTCOME_SUCCESS) == of_the_tree);
        g_assert_true((logon(1)->session.events != NULL) == of_the_tree);
        tear_down();
    }
}

/* ------------------------------------------------------------------------- what a request says */

/* The first logon, of that one request. */
static const struct qntc_logon *asked(struct qntc_message ask)
{
    if (capture != NULL)
        tear_down();
    set_up();
    sent(ask);
    return logon(1);
}

static void test_mechanisms(void)
{
    struct qntc_message ask = bare(1, 0, 100);
    ask.token.spnego_init = ask.token.mechanisms_seen = true;
    ask.token.mechanisms = QNTC_OFFERS_KERBEROS | QNTC_OFFERS_NTLMSSP;
    ask.token.first_mechanism = QNTC_MECHANISM_KERBEROS;
    g_assert_cmpint(asked(ask)->mechanism, ==, QNTC_MECHANISM_KERBEROS);
    g_assert_true(logon(1)->client_mechanisms_seen);
    g_assert_cmpuint(logon(1)->client_mechanisms, ==, ask.token.mechanisms);
    ask.token.ntlm.message_type = 1; /* what it sends, not what it would like */
    g_assert_cmpint(asked(ask)->mechanism, ==, QNTC_MECHANISM_NTLMSSP);
    g_assert_cmpint(asked(bare(1, 0, 100))->mechanism, ==, QNTC_MECHANISM_UNKNOWN);
    g_assert_false(logon(1)->client_mechanisms_seen);
    g_assert_cmpint(asked(password_fields(1))->mechanism, ==, QNTC_MECHANISM_NTLM);
    tear_down();
}

/* A list that comes in a later message does not change what was used. */
static void test_mechanism_stays(void)
{
    set_up();
    sent(setup(1, 0, 1));
    sent(answer_setup(1, 7, MORE_PROCESSING));
    struct qntc_message again = bare(2, 7, 100);
    again.token.mechanisms_seen = true;
    again.token.first_mechanism = QNTC_MECHANISM_KERBEROS;
    sent(again);
    g_assert_cmpint(logon(1)->mechanism, ==, QNTC_MECHANISM_NTLMSSP);
    tear_down();
}

/* Share-level security asks for no user: an empty one is no null session. */
static void test_share_level(void)
{
    set_up();
    track->facts->negotiate.share_level = true;
    struct qntc_message ask = password_fields(1);
    ask.account = "";
    sent(ask);
    sent(smb1(answer_setup(1, 7, 0)));
    g_assert_cmpint(logon(1)->mechanism, ==, QNTC_MECHANISM_SHARE_LEVEL);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_SUCCESS);
    tear_down();
}

static void test_ticket(void)
{
    set_up();
    struct qntc_message ask = bare(1, 0, 100);
    ask.token.kerberos_ap_req = true;
    ask.token.kerberos_service = "cifs/srv";
    ask.token.kerberos_realm = "CORP";
    ask.token.ticket_etype = number(23);
    ask.token.ticket_kvno = number(5);
    ask.token.session_etype = number(18);
    sent(ask);
    struct qntc_message answer = answer_setup(1, 7, 0);
    answer.token.kerberos_ap_rep = true;
    uint32_t answered_in = sent(answer);
    const struct qntc_kerberos_exchange *kerberos = &logon(1)->kerberos;
    g_assert_cmpuint(kerberos->ap_req_frame, ==, answered_in - 1);
    g_assert_cmpuint(kerberos->ap_rep_frame, ==, answered_in);
    g_assert_cmpstr(kerberos->service, ==, "cifs/srv");
    g_assert_cmpstr(kerberos->realm, ==, "CORP");
    g_assert_cmpint(kerberos->ticket_etype, ==, 23);
    g_assert_cmpint(kerberos->ticket_kvno, ==, 5);
    g_assert_cmpint(kerberos->session_etype, ==, 18);
    tear_down();
}

/* The client names Kerberos first and brings no token: it has no ticket, until it sends one. */
static void test_kerberos_without_token(void)
{
    struct qntc_message none = bare(1, 0, 100);
    none.token.spnego_init = none.token.mechanisms_seen = true;
    none.token.first_mechanism = QNTC_MECHANISM_KERBEROS;
    g_assert_true(asked(none)->kerberos.no_token);
    struct qntc_message other = none, token = none, cut = none, later = none;
    other.token.first_mechanism = QNTC_MECHANISM_NTLMSSP;
    token.token.mech_token = true;
    cut.truncated = true;
    later.token.spnego_init = false;
    g_assert_false(asked(other)->kerberos.no_token);
    g_assert_false(asked(token)->kerberos.no_token);
    g_assert_false(asked(cut)->kerberos.no_token);
    g_assert_false(asked(later)->kerberos.no_token);

    asked(none);
    struct qntc_message answer = answer_setup(1, 7, MORE_PROCESSING);
    answer.token.ntlm.message_type = 0;
    g_assert_cmpuint(logon(1)->kerberos.ap_rep_frame, ==, 0);
    sent(answer);
    struct qntc_message ticket = bare(2, 7, 100);
    ticket.token.kerberos_ap_req = true;
    sent(ticket);
    g_assert_false(logon(1)->kerberos.no_token);
    g_assert_cmpuint(logon(1)->kerberos.ap_rep_frame, ==, 0);
    tear_down();
}

/* Samba's SMB1 client alone says in Flags2 what it wants of signing. */
static void test_signing_of_smb1_clients(void)
{
    static const struct {
        const char *native_lanman;
        struct qntc_number flags;
        enum qntc_signing signing;
    } claims[] = {
        {"Samba", {true, 0x0010}, QNTC_SIGNING_REQUIRED},
        {"Samba", {true, 0x0014}, QNTC_SIGNING_REQUIRED},
        {"Samba", {true, 0x0004}, QNTC_SIGNING_ENABLED},
        {"Samba", {true, 0xFFEB}, QNTC_SIGNING_UNKNOWN},
        {"Samba", {false, 0x0010}, QNTC_SIGNING_UNKNOWN},
        {"Windows 2000 5.0", {true, 0x0014}, QNTC_SIGNING_UNKNOWN},
        {NULL, {true, 0x0014}, QNTC_SIGNING_UNKNOWN},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(claims); i++) {
        struct qntc_message ask = smb1(setup(1, 0, 1));
        ask.native_lanman = claims[i].native_lanman;
        ask.flags = claims[i].flags;
        ask.security_mode = number(2); /* SMB2's */
        g_assert_cmpint(asked(ask)->client_signing, ==, claims[i].signing);
    }
    tear_down();
}

/* SecurityMode of SMB2; what was required once is not taken back. */
static void test_signing_of_smb2_clients(void)
{
    struct qntc_message ask = setup(1, 0, 1);
    g_assert_cmpint(asked(ask)->client_signing, ==, QNTC_SIGNING_UNKNOWN);
    ask.security_mode = number(1);
    g_assert_cmpint(asked(ask)->client_signing, ==, QNTC_SIGNING_ENABLED);
    sent(answer_setup(1, 7, MORE_PROCESSING));
    struct qntc_message proof = authenticate(2, 7, "ANNE");
    proof.security_mode = number(2);
    sent(proof);
    g_assert_cmpint(logon(1)->client_signing, ==, QNTC_SIGNING_REQUIRED);
    sent(answer_setup(2, 7, MORE_PROCESSING));
    proof.security_mode = number(1);
    sent(proof);
    g_assert_cmpint(logon(1)->client_signing, ==, QNTC_SIGNING_REQUIRED);
    tear_down();
}

/* A message without the names leaves those that another one gave. */
static void test_native_names_stay(void)
{
    struct qntc_message ask = smb1(setup(1, 0, 1));
    ask.native_os = "Unix";
    ask.native_lanman = "Samba";
    asked(ask);
    struct qntc_message answer = smb1(answer_setup(1, 7, MORE_PROCESSING));
    answer.native_os = "Windows";
    sent(answer);
    sent(smb1(authenticate(2, 7, "ANNE")));
    sent(smb1(answer_setup(2, 7, 0)));
    g_assert_cmpstr(logon(1)->connection->client_native_os, ==, "Unix");
    g_assert_cmpstr(logon(1)->connection->client_native_lanman, ==, "Samba");
    g_assert_cmpstr(logon(1)->connection->server_native_os, ==, "Windows");
    g_assert_cmpstr(logon(1)->connection->server_native_lanman, ==, NULL);
    tear_down();
}

/* Bit 1 binds. A session that is known elsewhere is SMB2's: SMB1's UIDs are of one connection. */
static void test_kinds(void)
{
    static const struct {
        struct qntc_number flags;
        uint64_t session;
        enum qntc_family family;
        enum qntc_logon_kind kind;
    } claims[] = {
        {{true, 1}, 9, QNTC_SMB2, QNTC_LOGON_BINDING},
        {{true, 0xFE}, 9, QNTC_SMB2, QNTC_LOGON_NEW},
        {{false, 1}, 9, QNTC_SMB2, QNTC_LOGON_NEW},
        {{true, 0}, 7, QNTC_SMB2, QNTC_LOGON_REAUTHENTICATION},
        {{true, 0}, 7, QNTC_SMB1, QNTC_LOGON_NEW},
        {{true, 0}, 0, QNTC_SMB2, QNTC_LOGON_NEW},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(claims); i++) {
        set_up();
        log_on(1, 7, "ANNE", 0);
        struct qntc_message ask = setup(3, claims[i].session, 1);
        ask.setup_flags = claims[i].flags;
        ask.family = claims[i].family;
        sent(ask);
        g_assert_cmpint(logon(2)->kind, ==, claims[i].kind);
        tear_down();
    }
}

static void test_first_request_and_session(void)
{
    set_up();
    uint32_t first = sent(setup(1, 0, 1));
    sent(answer_setup(1, 0, MORE_PROCESSING));
    sent(authenticate(2, 7, "ANNE"));
    g_assert_cmpuint(logon(1)->first_setup_frame, ==, first);
    g_assert_cmpuint(logon(1)->session_id, ==, 7);
    struct qntc_message cut = answer_setup(2, 0, LOGON_FAILURE);
    sent(cut);
    g_assert_cmpuint(logon(1)->session_id, ==, 7);
    tear_down();
}

/* Without its NEGOTIATE, an SMB1 message still says what is spoken. */
static void test_dialect_without_negotiate(void)
{
    g_assert_cmpint(asked(smb1(setup(1, 0, 1)))->connection->negotiate.dialect, ==,
                    QNTC_DIALECT_SMB1);
    g_assert_cmpint(asked(setup(1, 0, 1))->connection->negotiate.dialect, ==, QNTC_DIALECT_UNKNOWN);
    tear_down();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/setup/first-messages-begin-a-logon", test_first_messages_begin_a_logon);
    g_test_add_func("/setup/unread-token-goes-on", test_unread_token_goes_on);
    g_test_add_func("/setup/authenticate-of-that-session", test_authenticate_of_that_session);
    g_test_add_func("/setup/session-before-token", test_session_before_token);
    g_test_add_func("/setup/missing-answer-has-no-session", test_missing_answer_has_no_session);
    g_test_add_func("/setup/middle-of-a-setup-behind-the-negotiate",
                    test_middle_of_a_setup_behind_the_negotiate);
    g_test_add_func("/setup/answers-of-two", test_answers_of_two);
    g_test_add_func("/setup/answer-of-another-id", test_answer_of_another_id);
    g_test_add_func("/setup/answer-behind-an-answer", test_answer_behind_an_answer);
    g_test_add_func("/setup/steps", test_steps);
    g_test_add_func("/setup/success-of-what-was-not-seen", test_success_of_what_was_not_seen);
    g_test_add_func("/setup/null-session-flag", test_null_session_flag);
    g_test_add_func("/setup/errors-that-are-of-the-logon", test_errors_that_are_of_the_logon);
    g_test_add_func("/setup/mechanisms", test_mechanisms);
    g_test_add_func("/setup/mechanism-stays", test_mechanism_stays);
    g_test_add_func("/setup/share-level", test_share_level);
    g_test_add_func("/setup/ticket", test_ticket);
    g_test_add_func("/setup/kerberos-without-token", test_kerberos_without_token);
    g_test_add_func("/setup/signing-of-smb1-clients", test_signing_of_smb1_clients);
    g_test_add_func("/setup/signing-of-smb2-clients", test_signing_of_smb2_clients);
    g_test_add_func("/setup/native-names-stay", test_native_names_stay);
    g_test_add_func("/setup/kinds", test_kinds);
    g_test_add_func("/setup/first-request-and-session", test_first_request_and_session);
    g_test_add_func("/setup/dialect-without-negotiate", test_dialect_without_negotiate);
    return g_test_run();
}
