/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tracker makes of messages: which logon each belongs to, how a logon ended, which NTLM it
 * was. A test feeds a few messages by hand and states one claim.
 */
#include "wire.h"

/* ------------------------------------------------------------------------ one logon, its frames */

static void test_frames_of_a_logon(void)
{
    set_up();
    uint32_t negotiated = negotiate();
    uint32_t result = log_on(1, 7, "ANNE", 0xC000006D);
    expect_logons(1);
    g_assert_cmpuint(logon(1)->connection->negotiate.response_frame, ==, negotiated);
    g_assert_cmpuint(logon(1)->ntlm.negotiate_frame, ==, result - 3);
    g_assert_cmpuint(logon(1)->ntlm.challenge_frame, ==, result - 2);
    g_assert_cmpuint(logon(1)->authenticate_frame, ==, result - 1);
    g_assert_cmpuint(logon(1)->result_frame, ==, result);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_REFUSED);
    g_assert_cmpstr(logon(1)->user, ==, "ANNE");
    g_assert_cmpuint(logon(1)->frames->len, ==, 6);
    const GPtrArray *here = qntc_capture_logons_of_frame(capture, result - 1);
    g_assert_nonnull(here);
    g_assert_true(g_ptr_array_index(here, 0) == logon(1));
    tear_down();
}

/* A logon's story begins with the TCP set-up and the NEGOTIATE, whoever came first after them. */
static void test_connection_belongs_to_its_logons(void)
{
    set_up();
    struct qntc_peers peers = {.client_address = "10.0.0.1",
                               .server_address = "10.0.0.2",
                               .syn_seen = true,
                               .opening_frames = {1, 2, 3}};
    track = qntc_capture_connect(capture, &peers);
    frame = 3;
    uint32_t negotiated = negotiate();
    log_on(1, 7, "ANNE", 0xC000006D);
    log_on(3, 9, "BERT", 0xC000006D);
    expect_logons(2);
    for (unsigned i = 1; i <= 2; i++) {
        g_assert_cmpuint(g_array_index(logon(i)->frames, uint32_t, 0), ==, 1);
        g_assert_cmpuint(g_array_index(logon(i)->frames, uint32_t, 2), ==, 3);
        g_assert_cmpuint(g_array_index(logon(i)->frames, uint32_t, 4), ==, negotiated);
    }
    tear_down();
}

/* The segments that a message came in belong to the logon while it lasts, and not all of many. */
static void test_pieces_belong_to_the_logon(void)
{
    set_up();
    negotiate();
    sent(setup(1, 0, 1));
    qntc_capture_piece(capture, track, ++frame);
    sent(answer_setup(1, 7, 0xC0000016));
    g_assert_cmpuint(qntc_capture_logons_of_frame(capture, frame - 1)->len, ==, 1);
    for (unsigned i = 0; i < 10000; i++)
        qntc_capture_piece(capture, track, ++frame);
    g_assert_cmpuint(logon(1)->frames->len, <, 1000);
    sent(authenticate(2, 7, "ANNE"));
    sent(answer_setup(2, 7, 0xC000006D));
    qntc_capture_piece(capture, track, ++frame);
    g_assert_null(qntc_capture_logons_of_frame(capture, frame));
    tear_down();
}

/* A connection of many logons is not opened for each: its first frames would list them all. */
static void test_connection_of_many_logons(void)
{
    set_up();
    uint32_t negotiated = negotiate();
    for (unsigned i = 0; i < 100; i++)
        log_on(2 * i + 1, 100 + i, "ANNE", 0xC000006D);
    expect_logons(100);
    g_assert_cmpuint(qntc_capture_logons_of_frame(capture, negotiated)->len, <, 50);
    tear_down();
}

static void test_outcome_of_an_answer(void)
{
    static const struct {
        const char *user;
        uint32_t status;
        uint64_t flags;
        enum qntc_outcome outcome;
    } claims[] = {
        {"ANNE", 0, 0, QNTC_OUTCOME_SUCCESS},      {"ANNE", 0, 1, QNTC_OUTCOME_GUEST},
        {"", 0, 0, QNTC_OUTCOME_ANONYMOUS},        {"", 0, 1, QNTC_OUTCOME_GUEST},
        {"ANNE", 0, 2, QNTC_OUTCOME_ANONYMOUS},    {NULL, 0, 0, QNTC_OUTCOME_SUCCESS},
        {"", 0xC0000022, 0, QNTC_OUTCOME_REFUSED}, {"ANNE", 0xC0000072, 0, QNTC_OUTCOME_REFUSED},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(claims); i++) {
        set_up();
        sent(authenticate(1, 7, claims[i].user));
        struct qntc_message answer = answer_setup(1, 7, claims[i].status);
        answer.session_flags = number(claims[i].flags);
        sent(answer);
        g_assert_cmpint(logon(1)->outcome, ==, claims[i].outcome);
        tear_down();
    }
}

/* A success that answers a NEGOTIATE_MESSAGE is no success. */
static void test_success_before_authenticate_is_a_step(void)
{
    set_up();
    sent(setup(1, 0, 1));
    sent(answer_setup(1, 7, 0));
    sent(authenticate(2, 7, "ANNE"));
    closed(QNTC_CLIENT);
    expect_logons(1);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_ABANDONED);
    tear_down();
}

static void test_interim_answer_changes_nothing(void)
{
    set_up();
    sent(authenticate(1, 7, "ANNE"));
    sent(answer_setup(1, 7, 0x00000103));
    g_assert_cmpint(logon(1)->turn, ==, QNTC_SERVER);
    uint32_t result = sent(answer_setup(1, 7, 0));
    g_assert_cmpuint(logon(1)->result_frame, ==, result);
    tear_down();
}

/* --------------------------------------------------------------------- several logons on a wire */

static void test_interleaved_logons_go_by_message_id(void)
{
    set_up();
    negotiate();
    sent(setup(1, 0, 1));
    sent(setup(2, 0, 1));
    sent(answer_setup(2, 9, 0xC0000016));
    sent(answer_setup(1, 8, 0xC0000016));
    sent(authenticate(3, 8, "ANNE"));
    sent(authenticate(4, 9, "BERT"));
    sent(answer_setup(4, 9, 0));
    sent(answer_setup(3, 8, 0xC000006D));
    expect_logons(2);
    g_assert_cmpstr(logon(1)->user, ==, "ANNE");
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_REFUSED);
    g_assert_cmpstr(logon(2)->user, ==, "BERT");
    g_assert_cmpint(logon(2)->outcome, ==, QNTC_OUTCOME_SUCCESS);
    tear_down();
}

/* Servers that leave SessionId 0 until the end: the AUTHENTICATE goes on with what waits for it. */
static void test_session_id_zero_goes_by_order(void)
{
    set_up();
    sent(setup(1, 0, 1));
    sent(answer_setup(1, 0, 0xC0000016));
    sent(authenticate(2, 0, "ANNE"));
    sent(answer_setup(2, 0, 0xC000006D));
    sent(setup(3, 0, 1));
    expect_logons(2);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_REFUSED);
    tear_down();
}

static void test_one_mid_for_all_goes_by_order(void)
{
    set_up();
    for (unsigned i = 0; i < 2; i++) {
        struct qntc_message ask = setup(5, 0, 0);
        ask.family = QNTC_SMB1;
        ask.password_fields = true;
        sent(ask);
    }
    for (unsigned i = 0; i < 2; i++) {
        struct qntc_message answer = answer_setup(5, 0, i == 0 ? 0xC000006D : 0xC0000072);
        answer.family = QNTC_SMB1;
        sent(answer);
    }
    expect_logons(2);
    g_assert_cmpuint(logon(1)->status.code, ==, 0xC000006D);
    g_assert_cmpuint(logon(2)->status.code, ==, 0xC0000072);
    tear_down();
}

static void test_repeated_request_is_no_logon(void)
{
    set_up();
    sent(authenticate(1, 7, "ANNE"));
    sent(authenticate(1, 7, "ANNE"));
    sent(answer_setup(1, 7, 0xC000006D));
    expect_logons(1);
    tear_down();
}

static void test_setup_of_a_known_session(void)
{
    set_up();
    negotiate();
    log_on(1, 7, "ANNE", 0);
    sent(setup(3, 7, 1));
    connect_to("10.0.0.2");
    struct qntc_message bind = setup(1, 7, 1);
    bind.setup_flags = number(1);
    sent(bind);
    connect_to("10.0.0.99");
    sent(setup(1, 7, 1));
    expect_logons(4);
    g_assert_cmpint(logon(1)->kind, ==, QNTC_LOGON_NEW);
    g_assert_cmpint(logon(2)->kind, ==, QNTC_LOGON_REAUTHENTICATION);
    g_assert_cmpint(logon(3)->kind, ==, QNTC_LOGON_BINDING);
    g_assert_cmpint(logon(4)->kind, ==, QNTC_LOGON_NEW); /* another server's session 7 */
    tear_down();
}

/* ----------------------------------------------------------------------------- SMB1 AndX chains */

static const struct qntc_logon *andx_chain(uint64_t uid_of_answer)
{
    struct qntc_message ask = message(QNTC_CLIENT, QNTC_COMMAND_SESSION_SETUP, 3, 0);
    ask.family = QNTC_SMB1;
    ask.password_fields = ask.chains_tree_connect = true;
    ask.account = "ANNE";
    ask.ansi_length = ask.unicode_length = number(24);
    ask.ansi_password = ask.unicode_password = (struct qntc_bytes){v1_response, 24};
    sent(ask);
    struct qntc_message answer = answer_setup(3, uid_of_answer, 0xC00000CC);
    answer.family = QNTC_SMB1;
    answer.has_setup_body = true;
    sent(answer);
    return logon(1);
}

static void test_tree_error_behind_a_good_logon(void)
{
    set_up();
    g_assert_cmpint(andx_chain(100)->outcome, ==, QNTC_OUTCOME_SUCCESS);
    tear_down();
    set_up();
    g_assert_cmpint(andx_chain(0)->outcome, ==, QNTC_OUTCOME_REFUSED);
    tear_down();
}

/* ----------------------------------------------------------------------- ends without an answer */

enum ending { LEFT_OPEN, CLIENT_CLOSES, SERVER_CLOSES };

static enum qntc_outcome ended_after(bool servers_turn, qntc_time silence, enum ending ending)
{
    set_up();
    negotiate();
    sent(setup(1, 0, 1));
    if (!servers_turn)
        sent(answer_setup(1, 7, 0xC0000016));
    wait_for(silence);
    if (ending == LEFT_OPEN)
        qntc_capture_frame(capture, ++frame, now, false);
    else
        closed(ending == CLIENT_CLOSES ? QNTC_CLIENT : QNTC_SERVER);
    expect_logons(1);
    enum qntc_outcome outcome = logon(1)->outcome;
    g_assert_cmpuint(logon(1)->end_frame, ==, ending == LEFT_OPEN ? frame - 1 : frame);
    tear_down();
    return outcome;
}

static void test_ends_without_an_answer(void)
{
    static const struct {
        bool servers_turn;
        qntc_time silence;
        enum ending ending;
        enum qntc_outcome outcome;
    } claims[] = {
        {true, 5 * SECOND, LEFT_OPEN, QNTC_OUTCOME_UNANSWERED},
        {true, 5 * SECOND - 1, LEFT_OPEN, QNTC_OUTCOME_UNKNOWN},
        {false, 5 * SECOND, LEFT_OPEN, QNTC_OUTCOME_ABANDONED},
        {false, 5 * SECOND - 1, LEFT_OPEN, QNTC_OUTCOME_UNKNOWN},
        {true, 5 * SECOND, CLIENT_CLOSES, QNTC_OUTCOME_UNANSWERED},
        {true, 5 * SECOND - 1, CLIENT_CLOSES, QNTC_OUTCOME_ABANDONED},
        {false, 60 * SECOND, CLIENT_CLOSES, QNTC_OUTCOME_ABANDONED},
        {true, 60 * SECOND, SERVER_CLOSES, QNTC_OUTCOME_CLOSED},
        {false, 10 * SECOND - 1, SERVER_CLOSES, QNTC_OUTCOME_CLOSED},
        {false, 10 * SECOND, SERVER_CLOSES, QNTC_OUTCOME_ABANDONED},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(claims); i++)
        g_assert_cmpint(ended_after(claims[i].servers_turn, claims[i].silence, claims[i].ending),
                        ==, claims[i].outcome);
}

static void test_negotiate_alone_is_a_logon(void)
{
    set_up();
    negotiate();
    uint32_t end = closed(QNTC_CLIENT);
    expect_logons(1);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_ABANDONED);
    g_assert_cmpuint(logon(1)->end_frame, ==, end);
    g_assert_false(logon(1)->setup_seen);
    tear_down();
}

static void test_times_unknown_decide_nothing(void)
{
    set_up();
    now = QNTC_TIME_UNKNOWN;
    sent(setup(1, 0, 1));
    qntc_capture_frame(capture, ++frame, QNTC_TIME_UNKNOWN, false);
    expect_logons(1);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_UNKNOWN);
    tear_down();
}

static void test_left_for_another_logon(void)
{
    set_up();
    negotiate();
    sent(setup(1, 0, 1));
    uint32_t last = sent(answer_setup(1, 7, 0xC0000016));
    log_on(2, 8, "ANNE", 0);
    closed(QNTC_SERVER);
    expect_logons(2);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_ABANDONED);
    g_assert_cmpuint(logon(1)->end_frame, ==, last);
    tear_down();

    set_up(); /* the server had its turn: nobody can say that it never answered */
    negotiate();
    sent(setup(1, 0, 1));
    log_on(2, 8, "ANNE", 0);
    closed(QNTC_SERVER);
    expect_logons(2);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_UNKNOWN);
    tear_down();
}

/* It begins with the last message of the other side. */
static void test_silence_at_the_end_of_the_file(void)
{
    set_up();
    negotiate();
    sent(setup(1, 0, 1));
    wait_for(4 * SECOND);
    sent(answer_setup(1, 7, 0xC0000016));
    wait_for(4 * SECOND);
    qntc_capture_frame(capture, ++frame, now, false);
    expect_logons(1);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_UNKNOWN);
    sent(authenticate(2, 7, "ANNE"));
    wait_for(4 * SECOND);
    qntc_capture_frame(capture, ++frame, now, false);
    expect_logons(1);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_UNKNOWN);
    tear_down();
}

/* The client's side is not in the file: what it did cannot be said. */
static void test_server_alone_is_no_outcome(void)
{
    set_up();
    sent(answer_setup(1, 7, 0xC0000016));
    wait_for(60 * SECOND);
    closed(QNTC_SERVER);
    expect_logons(1);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_UNKNOWN);
    tear_down();
}

static void test_first_close_is_the_end(void)
{
    set_up();
    negotiate();
    log_on(1, 7, "ANNE", 0);
    negotiate(); /* gives the connection new facts, and a logon of its own */
    qntc_capture_close(capture, track, ++frame, now, QNTC_CLIENT, true);
    uint32_t end = frame;
    closed(QNTC_SERVER);
    for (unsigned i = 1; i <= 2; i++) {
        g_assert_cmpuint(logon(i)->connection->close_frame, ==, end);
        g_assert_cmpint(logon(i)->connection->closed_by, ==, QNTC_CLIENT);
        g_assert_true(logon(i)->connection->closed_by_reset);
    }
    g_assert_true(logon(2)->ended);
    g_assert_nonnull(qntc_capture_logons_of_frame(capture, end));
    tear_down();
}

/* Two that began in one frame (a compound) wait side by side: neither was left for the other. */
static void test_compound_logons_end_together(void)
{
    set_up();
    negotiate();
    frame++;
    send_in(frame, setup(1, 0, 1));
    send_in(frame, setup(2, 0, 1));
    closed(QNTC_SERVER);
    expect_logons(2);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_CLOSED);
    g_assert_cmpint(logon(2)->outcome, ==, QNTC_OUTCOME_CLOSED);
    tear_down();
}

static void test_answer_after_the_clients_fin(void)
{
    set_up();
    sent(authenticate(1, 7, "ANNE"));
    closed(QNTC_CLIENT);
    uint32_t result = sent(answer_setup(1, 7, 0xC000006D));
    expect_logons(1);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_REFUSED);
    g_assert_cmpuint(logon(1)->end_frame, ==, result);
    tear_down();
}

static void test_kerberos_error_is_the_refusal(void)
{
    set_up();
    struct qntc_message ask = setup(1, 0, 0);
    ask.token.kerberos_ap_req = true;
    sent(ask);
    struct qntc_message answer = answer_setup(1, 7, 0xC0000016);
    answer.token.ntlm.message_type = 0;
    answer.token.kerberos_error = number(41);
    uint32_t error = sent(answer);
    wait_for(SECOND);
    closed(QNTC_CLIENT);
    expect_logons(1);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_REFUSED);
    g_assert_cmpuint(logon(1)->result_frame, ==, error);
    g_assert_cmpint(logon(1)->result_time, ==, now - SECOND);
    g_assert_cmpuint(logon(1)->status.code, ==, 0xC0000016);
    g_assert_cmpint(logon(1)->mechanism, ==, QNTC_MECHANISM_KERBEROS);
    tear_down();
}

/* The client had another try, which is what was not answered, or which it left. */
static void test_kerberos_error_before_another_try(void)
{
    for (unsigned answered = 0; answered < 2; answered++) {
        set_up();
        negotiate();
        struct qntc_message ask = setup(1, 0, 0);
        ask.token.kerberos_ap_req = true;
        sent(ask);
        struct qntc_message answer = answer_setup(1, 7, 0xC0000016);
        answer.token.kerberos_error = number(37);
        sent(answer);
        sent(setup(2, 7, 1));
        if (answered)
            sent(answer_setup(2, 7, 0xC0000016));
        closed(answered ? QNTC_CLIENT : QNTC_SERVER);
        expect_logons(1);
        g_assert_cmpint(logon(1)->outcome, ==,
                        answered ? QNTC_OUTCOME_ABANDONED : QNTC_OUTCOME_CLOSED);
        tear_down();
    }
}

/* A corrected clock: the client goes on in the same session, so the error was a step. */
static void test_kerberos_error_that_the_client_got_over(void)
{
    set_up();
    for (uint64_t id = 1; id <= 2; id++) {
        struct qntc_message ask = setup(id, id == 1 ? 0 : 7, 0);
        ask.token.kerberos_ap_req = ask.token.spnego_init = true;
        sent(ask);
        struct qntc_message answer = answer_setup(id, 7, id == 1 ? 0xC0000016 : 0);
        answer.token.ntlm.message_type = 0;
        answer.token.kerberos_error.seen = id == 1;
        sent(answer);
    }
    expect_logons(1);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_SUCCESS);
    tear_down();
}

/* ---------------------------------------------------------------------------- refused NEGOTIATE */

static void test_refused_negotiate(void)
{
    set_up();
    struct qntc_message ask = message(QNTC_CLIENT, QNTC_COMMAND_NEGOTIATE, 0, 0);
    sent(ask);
    struct qntc_message answer = message(QNTC_SERVER, QNTC_COMMAND_NEGOTIATE, 0, 0);
    answer.status = nt(0xC00000BB);
    uint32_t refused = sent(answer);
    negotiate();
    log_on(1, 7, "ANNE", 0);
    expect_logons(2);
    g_assert_true(logon(1)->refused_at_negotiate);
    g_assert_cmpuint(logon(1)->result_frame, ==, refused);
    /* The second NEGOTIATE does not change what the first logon knows. */
    g_assert_cmpint(logon(1)->connection->negotiate.dialect, ==, QNTC_DIALECT_UNKNOWN);
    g_assert_cmpint(logon(2)->connection->negotiate.dialect, ==, QNTC_DIALECT_202);
    tear_down();
}

static void test_no_dialect_has_no_status(void)
{
    set_up();
    struct qntc_message ask = message(QNTC_CLIENT, QNTC_COMMAND_NEGOTIATE, 0, 0);
    ask.family = QNTC_SMB1;
    ask.offers_smb1 = true;
    sent(ask);
    struct qntc_message answer = message(QNTC_SERVER, QNTC_COMMAND_NEGOTIATE, 0, 0);
    answer.family = QNTC_SMB1;
    answer.status = nt(0);
    answer.dialect_index = number(0xFFFF);
    sent(answer);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_REFUSED);
    g_assert_cmpint(logon(1)->status.kind, ==, QNTC_STATUS_NONE);
    g_assert_true(logon(1)->connection->negotiate.no_dialect_chosen);
    tear_down();
}

static void test_multi_protocol_negotiate_is_one_logon(void)
{
    set_up();
    struct qntc_message ask = message(QNTC_CLIENT, QNTC_COMMAND_NEGOTIATE, 0, 0);
    ask.family = QNTC_SMB1;
    ask.offers_smb1 = ask.offers_smb2 = true;
    sent(ask);
    struct qntc_message wildcard = message(QNTC_SERVER, QNTC_COMMAND_NEGOTIATE, 0, 0);
    wildcard.status = nt(0);
    wildcard.dialects[0] = 0x02FF;
    wildcard.dialect_count = 1;
    sent(wildcard);
    uint32_t settled = negotiate();
    log_on(1, 7, "ANNE", 0);
    expect_logons(1);
    g_assert_cmpuint(logon(1)->connection->negotiate.response_frame, ==, settled);
    g_assert_true(logon(1)->connection->negotiate.offers_smb1);
    tear_down();
}

/* ----------------------------------------------------------------------- what the capture lacks */

static void test_answers_without_requests(void)
{
    set_up();
    sent(answer_setup(1, 7, 0xC0000016));
    sent(answer_setup(2, 7, 0xC000006D));
    expect_logons(1);
    g_assert_true(logon(1)->request_missing);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_REFUSED);
    tear_down();
}

static void test_requests_without_answers(void)
{
    set_up();
    sent(setup(1, 0, 1));
    sent(authenticate(2, 7, "ANNE"));
    wait_for(60 * SECOND);
    closed(QNTC_CLIENT);
    expect_logons(1);
    g_assert_true(logon(1)->response_missing);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_UNKNOWN);
    tear_down();
}

/* The server is in the file, it just said nothing: no direction is missing. */
static void test_silent_server_is_heard(void)
{
    set_up();
    qntc_capture_heard(track, QNTC_SERVER);
    sent(setup(1, 0, 1));
    closed(QNTC_SERVER);
    expect_logons(1);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_CLOSED);
    tear_down();
}

/* Missing bytes matter to a logon that waits; not to one that came before or after. */
static void test_gap_belongs_to_open_logons(void)
{
    set_up();
    qntc_capture_gap(track, ++frame);
    log_on(1, 7, "ANNE", 0);
    sent(setup(3, 0, 1));
    qntc_capture_gap(track, ++frame);
    uint32_t gap = frame;
    qntc_capture_gap(track, ++frame);
    expect_logons(2);
    g_assert_cmpuint(logon(1)->gap_frame, ==, 0);
    g_assert_cmpuint(logon(2)->gap_frame, ==, gap);
    tear_down();
}

/* A second NEGOTIATE gives the connection new facts; the end of the connection reaches both. */
static void test_end_of_connection_after_second_negotiate(void)
{
    set_up();
    negotiate();
    sent(setup(1, 0, 1));
    sent(answer_setup(1, 7, 0xC0000016));
    negotiate();
    uint32_t end = closed(QNTC_SERVER);
    expect_logons(2);
    g_assert_cmpuint(logon(1)->connection->close_frame, ==, end);
    g_assert_cmpuint(logon(2)->connection->close_frame, ==, end);
    tear_down();
}

static void test_ways_in_are_bounded(void)
{
    set_up();
    for (unsigned i = 0; i < 1000; i++) {
        char *client = g_strdup_printf("10.1.%u.%u", i / 250, i % 250);
        struct qntc_peers peers = {.client_address = client, .server_address = "10.0.0.2"};
        track = qntc_capture_connect(capture, &peers);
        log_on(1, 7, "ANNE", 0);
        g_free(client);
    }
    const GPtrArray *ways = qntc_server_successes(track->facts->server, "ANNE");
    g_assert_cmpuint(ways->len, ==, QNTC_MAX_WAYS_IN);
    tear_down();
}

static void test_cut_off_messages_go_by_order(void)
{
    set_up();
    for (unsigned leg = 0; leg < 2; leg++) {
        struct qntc_message ask = message(QNTC_CLIENT, QNTC_COMMAND_SESSION_SETUP, 0, 0);
        ask.message_id.seen = ask.session_id.seen = false;
        ask.truncated = true;
        sent(ask);
        struct qntc_message answer = answer_setup(0, 0, leg == 0 ? 0xC0000016 : 0xC000006D);
        answer.message_id.seen = answer.session_id.seen = false;
        answer.truncated = true;
        answer.token.ntlm.message_type = 0;
        sent(answer);
    }
    expect_logons(1);
    g_assert_cmpuint(logon(1)->truncated_frame, ==, 1);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_REFUSED);
    tear_down();
}

/* ---------------------------------------------------------------------------- which NTLM it was */

static const uint8_t zeros[24];
static const uint8_t ess_lm[24] = {1, 2, 3, 4, 5, 6, 7, 8};
static const uint8_t other_lm[24] = {9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9};

#define BYTES(array, count)                                                                        \
    {                                                                                              \
        array, count                                                                               \
    }

static void test_ntlm_version(void)
{
    static const struct {
        struct qntc_bytes lm;
        struct qntc_bytes nt;
        const char *user;
        enum qntc_ntlm version;
        bool real_lm;
    } claims[] = {
        {BYTES(zeros, 24), BYTES(v2_response, 60), "ANNE", QNTC_NTLM_V2, false},
        {BYTES(other_lm, 24), BYTES(v2_response, 60), "ANNE", QNTC_NTLM_V2, false},
        {BYTES(ess_lm, 24), BYTES(v1_response, 24), "ANNE", QNTC_NTLM_V1_ESS, false},
        {BYTES(v1_response, 24), BYTES(v1_response, 24), "ANNE", QNTC_NTLM_V1, false},
        {BYTES(other_lm, 24), BYTES(v1_response, 24), "ANNE", QNTC_NTLM_V1, true},
        {BYTES(NULL, 0), BYTES(v1_response, 24), "ANNE", QNTC_NTLM_V1, false},
        {BYTES(other_lm, 24), BYTES(NULL, 0), "ANNE", QNTC_NTLM_LM, true},
        {BYTES(NULL, 0), BYTES(NULL, 0), "", QNTC_NTLM_ANONYMOUS, false},
        {BYTES(zeros, 1), BYTES(NULL, 0), "", QNTC_NTLM_ANONYMOUS, false},
        {BYTES(NULL, 0), BYTES(NULL, 0), "ANNE", QNTC_NTLM_UNKNOWN, false},
        {BYTES(other_lm, 7), BYTES(v1_response, 8), "ANNE", QNTC_NTLM_UNKNOWN, false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(claims); i++) {
        set_up();
        struct qntc_message m = authenticate(1, 7, claims[i].user);
        m.token.ntlm.lm_response = claims[i].lm;
        m.token.ntlm.nt_response = claims[i].nt;
        sent(m);
        g_assert_cmpint(logon(1)->ntlm.version, ==, claims[i].version);
        g_assert_cmpint(logon(1)->ntlm.lm_response_real, ==, claims[i].real_lm);
        tear_down();
    }
}

static enum qntc_ntlm version_of_fields(size_t ansi, size_t unicode, uint64_t security_mode)
{
    static const uint8_t text[80] = "a password, or what stands for one";
    set_up();
    struct qntc_message offer = message(QNTC_SERVER, QNTC_COMMAND_NEGOTIATE, 0, 0);
    offer.family = QNTC_SMB1;
    offer.security_mode = number(security_mode);
    sent(offer);
    struct qntc_message ask = message(QNTC_CLIENT, QNTC_COMMAND_SESSION_SETUP, 3, 0);
    ask.family = QNTC_SMB1;
    ask.password_fields = true;
    ask.account = "ANNE";
    ask.ansi_length = number(ansi);
    ask.unicode_length = number(unicode);
    ask.ansi_password = (struct qntc_bytes){ansi != 0 ? text : NULL, ansi};
    ask.unicode_password = (struct qntc_bytes){unicode != 0 ? text : NULL, unicode};
    sent(ask);
    enum qntc_ntlm version = logon(1)->ntlm.version;
    tear_down();
    return version;
}

static void test_plain_text_in_password_fields(void)
{
    g_assert_cmpint(version_of_fields(8, 0, 3), ==, QNTC_NTLM_PLAINTEXT);
    g_assert_cmpint(version_of_fields(0, 16, 3), ==, QNTC_NTLM_PLAINTEXT);
    g_assert_cmpint(version_of_fields(0, 60, 3), ==, QNTC_NTLM_PLAINTEXT); /* no NTLMv2 form */
    g_assert_cmpint(version_of_fields(24, 24, 3), ==, QNTC_NTLM_V1);
    g_assert_cmpint(version_of_fields(0, 24, 1), ==, QNTC_NTLM_PLAINTEXT); /* asked for */
    g_assert_cmpint(version_of_fields(0, 0, 2), ==, QNTC_NTLM_UNKNOWN);    /* share level */
}

static void test_cut_off_responses_are_not_judged(void)
{
    set_up();
    struct qntc_message ask = message(QNTC_CLIENT, QNTC_COMMAND_SESSION_SETUP, 3, 0);
    ask.family = QNTC_SMB1;
    ask.password_fields = ask.truncated = true;
    ask.ansi_length = ask.unicode_length = number(24);
    sent(ask);
    g_assert_cmpint(logon(1)->ntlm.version, ==, QNTC_NTLM_UNKNOWN);
    g_assert_cmpint(logon(1)->ntlm.nt_length, ==, QNTC_LENGTH_UNKNOWN);
    tear_down();
}

static enum qntc_password password_of(const uint8_t *nt_response)
{
    static const uint8_t challenge[] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};
    set_up();
    sent(setup(1, 0, 1));
    struct qntc_message answer = answer_setup(1, 7, 0xC0000016);
    answer.token.ntlm.server_challenge = (struct qntc_bytes){challenge, sizeof challenge};
    sent(answer);
    struct qntc_message proof = authenticate(2, 7, "ANNE");
    proof.token.ntlm.nt_response = (struct qntc_bytes){nt_response, 24};
    sent(proof);
    enum qntc_password password = logon(1)->password;
    tear_down();
    return password;
}

/* The NTLMv1 response ([MS-NLMP] 3.3.1) of the empty password to that challenge. */
static void test_empty_password_is_recognised(void)
{
    static const uint8_t of_empty_password[24] = {
        0x3a, 0x2e, 0xb2, 0xb1, 0xb1, 0x3b, 0x01, 0xb8, 0x49, 0x1a, 0xb0, 0x0c,
        0x07, 0x0d, 0xd7, 0xe1, 0xda, 0x0b, 0x98, 0x04, 0x0b, 0x02, 0xc0, 0x3f,
    };
    g_assert_cmpint(password_of(of_empty_password), ==, QNTC_PASSWORD_EMPTY);
    g_assert_cmpint(password_of(v1_response), ==, QNTC_PASSWORD_UNCHECKED);
}

/* ------------------------------------------------------------------- what a server is known for */

static void test_server_remembers_who_got_in(void)
{
    set_up();
    log_on(1, 7, "Anne", 0);
    log_on(3, 8, "anne", 0); /* the same way in */
    log_on(5, 9, "BERT", 0xC000006D);
    const struct qntc_server *server = logon(1)->connection->server;
    const GPtrArray *ways = qntc_server_successes(server, "ANNE");
    g_assert_nonnull(ways);
    g_assert_cmpuint(ways->len, ==, 1);
    g_assert_null(qntc_server_successes(server, "BERT"));
    g_assert_true(qntc_server_accepted_domain(server, "corp") == logon(1));
    g_assert_null(qntc_server_accepted_domain(server, "IBMI"));
    g_assert_null(qntc_server_accepted_ntlmv1(server));
    g_assert_null(qntc_server_successes(NULL, "ANNE"));
    tear_down();
}

/* --------------------------------------------------------------------------------------- bounds */

static void test_unfinished_logons_are_bounded(void)
{
    set_up();
    for (uint64_t id = 1; id <= 1000; id++)
        sent(setup(id, 0, 1));
    g_assert_cmpuint(track->open->len, <=, QNTC_MAX_OPEN_LOGONS);
    expect_logons(1000);
    tear_down();
}

static void test_long_names_are_cut(void)
{
    set_up();
    char *name = g_strnfill(60000, 'x');
    sent(authenticate(1, 7, name));
    g_assert_cmpuint(strlen(logon(1)->user), ==, QNTC_MAX_STRING);
    g_free(name);
    tear_down();
}

static void test_other_commands_leave_no_trace(void)
{
    set_up();
    for (unsigned i = 0; i < 100; i++)
        sent(message(QNTC_CLIENT, QNTC_COMMAND_OTHER, i, 7));
    expect_logons(0);
    g_assert_cmpuint(g_hash_table_size(capture->frames), ==, 0);
    tear_down();
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } tests[] = {
        {"frames-of-a-logon", test_frames_of_a_logon},
        {"connection-belongs-to-its-logons", test_connection_belongs_to_its_logons},
        {"connection-of-many-logons", test_connection_of_many_logons},
        {"pieces-belong-to-the-logon", test_pieces_belong_to_the_logon},
        {"outcome-of-an-answer", test_outcome_of_an_answer},
        {"success-before-authenticate-is-a-step", test_success_before_authenticate_is_a_step},
        {"interim-answer-changes-nothing", test_interim_answer_changes_nothing},
        {"interleaved-logons-go-by-message-id", test_interleaved_logons_go_by_message_id},
        {"session-id-zero-goes-by-order", test_session_id_zero_goes_by_order},
        {"one-mid-for-all-goes-by-order", test_one_mid_for_all_goes_by_order},
        {"repeated-request-is-no-logon", test_repeated_request_is_no_logon},
        {"setup-of-a-known-session", test_setup_of_a_known_session},
        {"tree-error-behind-a-good-logon", test_tree_error_behind_a_good_logon},
        {"ends-without-an-answer", test_ends_without_an_answer},
        {"negotiate-alone-is-a-logon", test_negotiate_alone_is_a_logon},
        {"times-unknown-decide-nothing", test_times_unknown_decide_nothing},
        {"left-for-another-logon", test_left_for_another_logon},
        {"silence-at-the-end-of-the-file", test_silence_at_the_end_of_the_file},
        {"server-alone-is-no-outcome", test_server_alone_is_no_outcome},
        {"first-close-is-the-end", test_first_close_is_the_end},
        {"compound-logons-end-together", test_compound_logons_end_together},
        {"answer-after-the-clients-fin", test_answer_after_the_clients_fin},
        {"kerberos-error-is-the-refusal", test_kerberos_error_is_the_refusal},
        {"kerberos-error-before-another-try", test_kerberos_error_before_another_try},
        {"kerberos-error-that-the-client-got-over", test_kerberos_error_that_the_client_got_over},
        {"refused-negotiate", test_refused_negotiate},
        {"no-dialect-has-no-status", test_no_dialect_has_no_status},
        {"multi-protocol-negotiate-is-one-logon", test_multi_protocol_negotiate_is_one_logon},
        {"answers-without-requests", test_answers_without_requests},
        {"requests-without-answers", test_requests_without_answers},
        {"silent-server-is-heard", test_silent_server_is_heard},
        {"gap-belongs-to-open-logons", test_gap_belongs_to_open_logons},
        {"end-of-connection-after-second-negotiate", test_end_of_connection_after_second_negotiate},
        {"ways-in-are-bounded", test_ways_in_are_bounded},
        {"cut-off-messages-go-by-order", test_cut_off_messages_go_by_order},
        {"ntlm-version", test_ntlm_version},
        {"plain-text-in-password-fields", test_plain_text_in_password_fields},
        {"cut-off-responses-are-not-judged", test_cut_off_responses_are_not_judged},
        {"empty-password-is-recognised", test_empty_password_is_recognised},
        {"server-remembers-who-got-in", test_server_remembers_who_got_in},
        {"unfinished-logons-are-bounded", test_unfinished_logons_are_bounded},
        {"long-names-are-cut", test_long_names_are_cut},
        {"other-commands-leave-no-trace", test_other_commands_leave_no_trace},
    };
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
        char *path = g_strconcat("/tracker/", tests[i].name, NULL);
        g_test_add_func(path, tests[i].run);
        g_free(path);
    }
    return g_test_run();
}
