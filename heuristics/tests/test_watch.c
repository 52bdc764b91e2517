/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which messages behind a logon are worth observing whatever they bring: from each occasion on,
 * until the session is at work and shows that it is signed, or that it is not.
 */
#include "wire.h"

#define PATH_NOT_COVERED 0xC0000257
#define ACCESS_DENIED 0xC0000022

enum { SIGNED = 8, SHARE_ENCRYPTS = 0x8000, GET_REFERRALS = 0x00060194 };

static struct qntc_message request(uint64_t id, enum qntc_command command)
{
    struct qntc_message m = message(QNTC_CLIENT, command, id, 7);
    m.flags = number(SIGNED);
    m.tree_path = "\\\\srv\\dfs";
    return m;
}

static void answer(struct qntc_message asked, uint32_t status)
{
    asked.from = QNTC_SERVER;
    asked.status = nt(status);
    sent(asked);
}

static void ask(struct qntc_message asked, uint32_t status)
{
    sent(asked);
    answer(asked, status);
}

static void connect_tree(uint64_t id, uint64_t share_flags)
{
    struct qntc_message m = request(id, QNTC_COMMAND_TREE_CONNECT);
    sent(m);
    m.share_flags = number(share_flags);
    answer(m, 0);
}

/* ANNE is at work as session 7. */
static void set_up_session(void)
{
    set_up();
    log_on(1, 7, "ANNE", 0);
    connect_tree(3, 0);
    ask(request(4, QNTC_COMMAND_OTHER), 0);
}

static void test_session_at_work(void)
{
    for (unsigned is_signed = 0; is_signed < 2; is_signed++) {
        set_up();
        log_on(1, 7, "ANNE", 0);
        g_assert_cmpuint(qntc_track_occasions(track), ==, 1);
        connect_tree(3, 0);
        g_assert_false(qntc_track_is_settled(track));
        struct qntc_message m = request(4, QNTC_COMMAND_OTHER);
        m.flags = number(is_signed ? SIGNED : 0);
        ask(m, 0);
        g_assert_true(qntc_track_is_settled(track));
        g_assert_cmpuint(qntc_track_occasions(track), ==, 1);
        tear_down();
    }
}

/* A connection that ends behind the only request is still an event. */
static void test_only_request(void)
{
    set_up();
    log_on(1, 7, "ANNE", 0);
    ask(request(3, QNTC_COMMAND_OTHER), 0);
    g_assert_false(qntc_track_is_settled(track));
    ask(request(4, QNTC_COMMAND_OTHER), 0);
    g_assert_true(qntc_track_is_settled(track));
    tear_down();
}

static void test_nothing_accepted(void)
{
    set_up();
    log_on(1, 7, "ANNE", 0);
    connect_tree(3, 0);
    connect_tree(4, 0);
    ask(request(5, QNTC_COMMAND_OTHER), ACCESS_DENIED);
    g_assert_false(qntc_track_is_settled(track));
    tear_down();
}

/* 3.x signs FSCTL_VALIDATE_NEGOTIATE_INFO in sessions that sign nothing else. */
static void test_only_what_is_signed_anyway(void)
{
    set_up();
    log_on(1, 7, "ANNE", 0);
    connect_tree(3, 0);
    struct qntc_message m = request(4, QNTC_COMMAND_OTHER);
    m.fsctl = number(0x00140204);
    ask(m, 0);
    g_assert_false(qntc_track_is_settled(track));
    tear_down();
}

static void test_encrypting_share(void)
{
    set_up_session();
    connect_tree(5, SHARE_ENCRYPTS);
    g_assert_cmpuint(qntc_track_occasions(track), ==, 2);
    ask(request(6, QNTC_COMMAND_OTHER), 0);
    g_assert_false(qntc_track_is_settled(track));
    tear_down();

    set_up();
    log_on(1, 7, "ANNE", 0);
    connect_tree(3, SHARE_ENCRYPTS);
    g_assert_cmpuint(qntc_track_occasions(track), ==, 1);
    ask(request(4, QNTC_COMMAND_OTHER), 0);
    g_assert_false(qntc_track_is_settled(track));
    tear_down();
}

static void test_second_session(void)
{
    set_up_session();
    log_on(5, 9, "BERT", 0);
    g_assert_cmpuint(qntc_track_occasions(track), ==, 2);
    g_assert_false(qntc_track_is_settled(track));
    ask(request(7, QNTC_COMMAND_OTHER), 0);
    g_assert_false(qntc_track_is_settled(track));
    tear_down();
}

static void test_reauthentication(void)
{
    set_up_session();
    sent(setup(5, 7, 1));
    sent(answer_setup(5, 7, 0xC0000016));
    sent(authenticate(6, 7, "ANNE"));
    sent(answer_setup(6, 7, 0));
    g_assert_cmpuint(qntc_track_occasions(track), ==, 2);
    g_assert_false(qntc_track_is_settled(track));
    tear_down();
}

/* The client learns that the path lies elsewhere, asks where, and is answered out of order. */
static void test_referral(void)
{
    set_up_session();
    ask(request(5, QNTC_COMMAND_OTHER), PATH_NOT_COVERED);
    struct qntc_message referral = request(6, QNTC_COMMAND_OTHER);
    referral.tree_path = "\\\\srv\\IPC$";
    referral.fsctl = number(GET_REFERRALS);
    referral.file_name = "\\srv\\dfs\\link";
    sent(referral);
    g_assert_cmpuint(qntc_track_occasions(track), ==, 2);
    ask(request(7, QNTC_COMMAND_OTHER), 0);
    g_assert_false(qntc_track_is_settled(track));
    answer(referral, 0);
    g_assert_true(qntc_track_is_settled(track));
    tear_down();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/watch/session-at-work", test_session_at_work);
    g_test_add_func("/watch/only-request", test_only_request);
    g_test_add_func("/watch/nothing-accepted", test_nothing_accepted);
    g_test_add_func("/watch/only-what-is-signed-anyway", test_only_what_is_signed_anyway);
    g_test_add_func("/watch/encrypting-share", test_encrypting_share);
    g_test_add_func("/watch/second-session", test_second_session);
    g_test_add_func("/watch/reauthentication", test_reauthentication);
    g_test_add_func("/watch/referral", test_referral);
    return g_test_run();
}
