/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the comparison claims: which logon that worked is the nearest, and what differs. The logons
 * go through the tracker, so that its lists are what is searched.
 */
#include "compare.h"

#include <string.h>

#include "track.h"

#define LOGON_FAILURE 0xC000006D
#define MORE_PROCESSING 0xC0000016

/* ---------------------------------------------------------------------------- logons to order */

struct order {
    const char *client;
    const char *server;
    const char *user;
    const char *domain;
    const char *workstation;
    uint16_t dialect; /* 0: without a NEGOTIATE */
    bool ntlmv1;
    bool kerberos;
    bool guest;
    uint32_t status;
    uint8_t signing; /* SecurityMode of the request; 0: not seen */
};

/* ANNE of CORP gets in from 10.0.0.1 at 10.0.0.2 by NTLMv2 over SMB 2.1. */
static const struct order plain = {"10.0.0.1", "10.0.0.2", "ANNE", "CORP", "MYIBMI", 0x0210,
                                   false,      false,      false,  0,      1};

static struct qntc_capture *capture;
static struct qntc_track *track;
static uint32_t frame;

static void set_up(void)
{
    capture = qntc_capture_new();
    frame = 0;
}

static void tear_down(void)
{
    qntc_capture_free(g_steal_pointer(&capture));
}

static struct qntc_message message(enum qntc_side from, enum qntc_command command, uint64_t id)
{
    frame++;
    struct qntc_message m = {.frame = frame,
                             .time = frame * G_USEC_PER_SEC / 1000,
                             .from = from,
                             .family = QNTC_SMB2,
                             .command = command,
                             .message_id = {true, id}};
    m.token.ntlm.challenge_time = m.token.ntlm.client_time = QNTC_TIME_UNKNOWN;
    return m;
}

static void negotiate(uint16_t dialect)
{
    struct qntc_message ask = message(QNTC_CLIENT, QNTC_COMMAND_NEGOTIATE, 0);
    ask.dialects[0] = dialect;
    ask.dialect_count = 1;
    qntc_capture_message(capture, track, &ask);
    struct qntc_message answer = message(QNTC_SERVER, QNTC_COMMAND_NEGOTIATE, 0);
    answer.status.kind = QNTC_STATUS_NT;
    answer.dialects[0] = dialect;
    answer.dialect_count = 1;
    qntc_capture_message(capture, track, &answer);
}

static void ask_with(const struct order *order)
{
    static const uint8_t responses[60] = {[0] = 9, [16] = 1, [17] = 1};
    struct qntc_message m = message(QNTC_CLIENT, QNTC_COMMAND_SESSION_SETUP, 2);
    m.security_mode = (struct qntc_number){order->signing != 0, order->signing};
    m.token.kerberos_ap_req = order->kerberos;
    if (!order->kerberos) {
        m.token.ntlm.message_type = 3;
        m.token.ntlm.user = order->user;
        m.token.ntlm.domain = order->domain;
        m.token.ntlm.workstation = order->workstation;
        m.token.ntlm.lm_seen = m.token.ntlm.nt_seen = true;
        m.token.ntlm.nt_response = (struct qntc_bytes){responses, order->ntlmv1 ? 24 : 60};
    }
    qntc_capture_message(capture, track, &m);
}

static void challenge(void)
{
    struct qntc_message ask = message(QNTC_CLIENT, QNTC_COMMAND_SESSION_SETUP, 1);
    ask.token.ntlm.message_type = 1;
    qntc_capture_message(capture, track, &ask);
    struct qntc_message answer = message(QNTC_SERVER, QNTC_COMMAND_SESSION_SETUP, 1);
    answer.status = (struct qntc_status){.kind = QNTC_STATUS_NT, .code = MORE_PROCESSING};
    answer.token.ntlm.message_type = 2;
    qntc_capture_message(capture, track, &answer);
}

static const struct qntc_logon *log_on(struct order order)
{
    struct qntc_peers peers = {.client_address = order.client,
                               .server_address = order.server,
                               .client_port = 40000,
                               .server_port = 445,
                               .syn_seen = true};
    track = qntc_capture_connect(capture, &peers);
    if (order.dialect != 0)
        negotiate(order.dialect);
    if (!order.kerberos)
        challenge();
    ask_with(&order);
    struct qntc_message answer = message(QNTC_SERVER, QNTC_COMMAND_SESSION_SETUP, 2);
    answer.status = (struct qntc_status){.kind = QNTC_STATUS_NT, .code = order.status};
    answer.session_flags.seen = true;
    answer.session_flags.value = order.guest;
    qntc_capture_message(capture, track, &answer);
    return qntc_capture_logon(capture, qntc_capture_logon_count(capture) - 1);
}

static const struct qntc_logon *fail(struct order order)
{
    order.status = LOGON_FAILURE;
    return log_on(order);
}

/* "user,domain" */
static char *names_of(const struct qntc_comparison *comparison)
{
    GString *names = g_string_new(NULL);
    for (unsigned i = 0; i < comparison->count; i++)
        g_string_append_printf(names, "%s%s", i == 0 ? "" : ",", comparison->differences[i].name);
    return g_string_free(names, FALSE);
}

static void expect(const struct qntc_logon *logon, const struct qntc_logon *works,
                   const char *differs)
{
    struct qntc_comparison comparison = qntc_compare(capture, logon);
    g_assert_true(comparison.works == works);
    char *names = names_of(&comparison);
    g_assert_cmpstr(names, ==, differs);
    g_free(names);
}

/* ------------------------------------------------------------------------------- what differs */

static void test_each_difference(void)
{
    static const struct {
        struct order order;
        const char *differs;
    } claims[] = {
        {{"10.0.0.1", "10.0.0.2", "anne", "corp", "myibmi", 0x0210, 0, 0, 0, 0, 1}, ""},
        {{"10.0.0.1", "10.0.0.3", "ANNE", "CORP", "MYIBMI", 0x0210, 0, 0, 0, 0, 1}, "server"},
        {{"10.0.0.1", "10.0.0.2", "BERT", "CORP", "MYIBMI", 0x0210, 0, 0, 0, 0, 1}, "user"},
        {{"10.0.0.1", "10.0.0.2", "ANNE", "", "MYIBMI", 0x0210, 0, 0, 0, 0, 1}, "domain"},
        {{"10.0.0.1", "10.0.0.2", "ANNE", NULL, "MYIBMI", 0x0210, 0, 0, 0, 0, 1}, ""},
        {{"10.0.0.1", "10.0.0.2", "ANNE", "CORP", "PC7", 0x0210, 0, 0, 0, 0, 1}, "workstation"},
        {{"10.0.0.1", "10.0.0.2", "ANNE", "CORP", "MYIBMI", 0x0300, 0, 0, 0, 0, 1}, "dialect"},
        {{"10.0.0.1", "10.0.0.2", "ANNE", "CORP", "MYIBMI", 0, 0, 0, 0, 0, 1}, ""},
        {{"10.0.0.1", "10.0.0.2", "ANNE", "CORP", "MYIBMI", 0x0210, 1, 0, 0, 0, 1}, "ntlm"},
        {{"10.0.0.1", "10.0.0.2", "ANNE", "CORP", "MYIBMI", 0x0210, 0, 0, 0, 0, 3}, "signing"},
        {{"10.0.0.1", "10.0.0.2", "ANNE", "CORP", "MYIBMI", 0x0210, 0, 0, 0, 0, 0}, ""},
        {{"10.0.0.9", "10.0.0.2", "ANNE", "CORP", "MYIBMI", 0x0210, 0, 0, 0, 0, 1}, "address"},
        {{"10.0.0.9", "10.0.0.2", "ANNE", "CORP", "PC7", 0x0311, 0, 1, 0, 0, 1},
         "mechanism,dialect,address"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(claims); i++) {
        set_up();
        const struct qntc_logon *works = log_on(claims[i].order);
        expect(fail(plain), works, claims[i].differs);
        tear_down();
    }
}

static void test_values_of_both(void)
{
    set_up();
    struct order other = plain;
    other.domain = "IBMI";
    log_on(plain);
    struct qntc_comparison comparison = qntc_compare(capture, fail(other));
    g_assert_cmpuint(comparison.count, ==, 1);
    g_assert_cmpstr(comparison.differences[0].here, ==, "IBMI");
    g_assert_cmpstr(comparison.differences[0].there, ==, "CORP");
    tear_down();
}

/* ---------------------------------------------------------------------------------- the nearest */

static void test_server_before_user_before_client(void)
{
    set_up();
    struct order elsewhere = plain, other_user = plain, other_client = plain;
    elsewhere.server = "10.0.0.3";
    other_user.user = "BERT";
    other_client.client = "10.0.0.9";
    other_client.workstation = "PC7";
    const struct qntc_logon *failed = fail(plain);
    expect(failed, NULL, "");
    expect(failed, log_on(elsewhere), "server");
    expect(failed, log_on(other_user), "user");
    expect(failed, log_on(other_client), "workstation,address");
    expect(failed, log_on(plain), "");
    tear_down();
}

static void test_same_client_before_fewer_differences(void)
{
    set_up();
    struct order here = plain, other_client = plain;
    here.domain = "IBMI";
    here.ntlmv1 = true;
    other_client.client = "10.0.0.9";
    const struct qntc_logon *works = log_on(here);
    log_on(other_client);
    expect(fail(plain), works, "domain,ntlm");
    tear_down();
}

/* Even where another one is nearer in the file. */
static void test_fewest_differences(void)
{
    set_up();
    struct order two = plain, one = plain;
    two.domain = one.domain = "IBMI";
    two.ntlmv1 = true;
    const struct qntc_logon *works = log_on(one);
    log_on(two);
    expect(fail(plain), works, "domain");
    tear_down();
}

/* Before or after in the file, the one that is nearer in time is the better one. */
static void test_nearest_in_the_file(void)
{
    struct order pc7 = plain, pc8 = plain, bert = plain;
    pc7.workstation = "PC7";
    pc8.workstation = "PC8";
    bert.user = "BERT";

    set_up();
    log_on(pc7);
    fail(bert);
    const struct qntc_logon *failed = fail(plain);
    expect(failed, log_on(pc8), "workstation");
    tear_down();

    set_up();
    const struct qntc_logon *before = log_on(pc7);
    failed = fail(plain);
    fail(bert);
    log_on(pc8);
    expect(failed, before, "workstation");
    tear_down();
}

/* Another server says something of the same user or, where the user is hidden, the same client. */
static void test_other_servers(void)
{
    struct order bert = plain, ticket = plain;
    bert.user = "BERT";
    bert.server = "10.0.0.3";
    ticket.kerberos = true;

    set_up();
    const struct qntc_logon *works = log_on(bert);
    expect(fail(plain), NULL, "");
    expect(fail(ticket), works, "server,mechanism");
    tear_down();
}

/* ---------------------------------------------------------------------- what does not compare */

static void test_what_is_no_comparison(void)
{
    set_up();
    struct order guest = plain, nobody = plain, hidden = plain;
    guest.guest = true;
    nobody.user = "";
    hidden.user = NULL;
    const struct qntc_logon *accepted = log_on(plain);
    expect(accepted, NULL, "");
    tear_down();

    set_up();
    log_on(guest);
    log_on(nobody);
    log_on(hidden);
    expect(fail(plain), NULL, "");
    tear_down();
}

/* Cut off before the user: it cannot be said that nothing differs. A ticket always hides it. */
static void test_user_not_seen(void)
{
    set_up();
    const struct qntc_logon *works = log_on(plain);
    struct order hidden = plain, ticket = plain;
    hidden.user = NULL;
    ticket.kerberos = true;
    expect(fail(hidden), NULL, "");
    expect(fail(ticket), works, "mechanism");
    tear_down();
}

/* A logon that ended before its user is held against any, if the capture has all of it. */
static void test_ended_before_the_user(void)
{
    set_up();
    const struct qntc_logon *works = log_on(plain);
    struct order hidden = plain;
    hidden.user = NULL;
    struct qntc_logon whole = *fail(hidden);
    whole.authenticate_frame = 0;
    expect(&whole, works, "");
    struct qntc_logon cut = whole, half = whole, other_half = whole;
    cut.truncated_frame = 1;
    half.request_missing = true;
    other_half.response_missing = true;
    expect(&cut, NULL, "");
    expect(&half, NULL, "");
    expect(&other_half, NULL, "");
    tear_down();
}

static void test_every_way_to_fail(void)
{
    set_up();
    const struct qntc_logon *works = log_on(plain);
    struct qntc_logon logon = *fail(plain);
    for (int outcome = QNTC_OUTCOME_UNKNOWN; outcome <= QNTC_OUTCOME_ABANDONED; outcome++) {
        logon.outcome = (enum qntc_outcome)outcome;
        expect(&logon, outcome >= QNTC_OUTCOME_REFUSED ? works : NULL, "");
    }
    tear_down();
}

/*
 * The connection that ended after a NEGOTIATE of SMB1 never came to a user, and says enough, but
 * not where the client offered SMB2, too.
 */
static void only_smb1_case(bool offers_smb2, const char *differs)
{
    set_up();
    const struct qntc_logon *works = log_on(plain);
    struct qntc_peers peers = {.client_address = "10.0.0.8",
                               .server_address = "10.0.0.2",
                               .client_port = 40001,
                               .server_port = 445,
                               .syn_seen = true};
    track = qntc_capture_connect(capture, &peers);
    struct qntc_message ask = message(QNTC_CLIENT, QNTC_COMMAND_NEGOTIATE, 0);
    ask.family = QNTC_SMB1;
    ask.offers_smb1 = true;
    ask.offers_smb2 = offers_smb2;
    qntc_capture_message(capture, track, &ask);
    qntc_capture_heard(track, QNTC_SERVER);
    frame++;
    qntc_capture_close(capture, track, frame, frame * G_USEC_PER_SEC / 1000, QNTC_SERVER, true);
    const struct qntc_logon *closed = qntc_capture_logon(capture, 1);
    g_assert_cmpint(closed->outcome, ==, QNTC_OUTCOME_CLOSED);
    expect(closed, works, differs);
    tear_down();
}

static void test_only_smb1_offered(void)
{
    only_smb1_case(false, "dialect,address");
    only_smb1_case(true, "address");
}

/* -------------------------------------------------------------------------------------- remarks */

static void test_remarks(void)
{
    set_up();
    struct order ticket = plain;
    ticket.kerberos = true;
    const struct qntc_logon *failed = fail(plain);
    log_on(ticket);
    const char *remark = qntc_compare(capture, failed).remark;
    g_assert_nonnull(remark);
    g_assert_nonnull(strstr(remark, "Kerberos there, NTLM here"));

    struct order other = plain;
    other.domain = "IBMI";
    log_on(other);
    g_assert_null(qntc_compare(capture, failed).remark);

    log_on(plain);
    remark = qntc_compare(capture, failed).remark;
    g_assert_nonnull(remark);
    g_assert_nonnull(strstr(remark, "the password"));

    struct qntc_logon no_password_sent = *failed;
    no_password_sent.authenticate_frame = 0;
    g_assert_null(qntc_compare(capture, &no_password_sent).remark);
    tear_down();
}

/* Only NTLM, of either kind, can be told to look at what a ticket does not need. */
static void test_remark_on_a_ticket(void)
{
    set_up();
    struct order ticket = plain;
    ticket.kerberos = true;
    log_on(ticket);
    struct qntc_logon failed = *fail(plain);
    failed.mechanism = QNTC_MECHANISM_NTLM;
    g_assert_nonnull(qntc_compare(capture, &failed).remark);
    ticket.dialect = 0x0300;
    g_assert_null(qntc_compare(capture, fail(ticket)).remark);
    tear_down();
}

/* --------------------------------------------------------------------------------- many of them */

/* Those to search differ in something; the same again is one. */
static void test_each_shape_is_kept_once(void)
{
    static const struct order shapes[] = {
        {"10.0.0.1", "10.0.0.2", "ANNE", "CORP", "MYIBMI", 0x0210, 0, 0, 0, 0, 1},
        {"10.0.0.9", "10.0.0.2", "ANNE", "CORP", "MYIBMI", 0x0210, 0, 0, 0, 0, 1},
        {"10.0.0.1", "10.0.0.2", "BERT", "CORP", "MYIBMI", 0x0210, 0, 0, 0, 0, 1},
        {"10.0.0.1", "10.0.0.2", "ANNE", "IBMI", "MYIBMI", 0x0210, 0, 0, 0, 0, 1},
        {"10.0.0.1", "10.0.0.2", "ANNE", "CORP", "PC7", 0x0210, 0, 0, 0, 0, 1},
        {"10.0.0.1", "10.0.0.2", "ANNE", "CORP", "MYIBMI", 0x0300, 0, 0, 0, 0, 1},
        {"10.0.0.1", "10.0.0.2", "ANNE", "CORP", "MYIBMI", 0x0210, 1, 0, 0, 0, 1},
        {"10.0.0.1", "10.0.0.2", "ANNE", "CORP", "MYIBMI", 0x0210, 0, 0, 0, 0, 3},
    };
    for (size_t i = 1; i < G_N_ELEMENTS(shapes); i++) {
        set_up();
        log_on(shapes[0]);
        log_on(shapes[0]);
        log_on(shapes[i]);
        g_assert_cmpuint(qntc_server_samples(track->facts->server)->len, ==, 2);
        tear_down();
    }
    set_up();
    struct order elsewhere = plain;
    elsewhere.server = "10.0.0.3";
    log_on(plain);
    log_on(elsewhere);
    g_assert_cmpuint(qntc_capture_successes_of(capture, "ANNE")->len, ==, 2);
    tear_down();
}

/* However many users get in from however many clients, the lists to search stay short. */
static void test_lists_are_bounded(void)
{
    set_up();
    for (unsigned i = 0; i < 300; i++) {
        struct order order = plain;
        char client[32], workstation[32];
        g_snprintf(client, sizeof client, "10.0.1.%u", i % 3);
        g_snprintf(workstation, sizeof workstation, "PC%u", i);
        order.client = client;
        order.workstation = workstation;
        log_on(order);
    }
    const struct qntc_logon *last = qntc_capture_logon(capture, 299);
    const struct qntc_server *server = last->connection->server;
    g_assert_cmpuint(qntc_server_samples(server)->len, <=, 16);
    g_assert_cmpuint(qntc_server_successes_from(server, "10.0.1.0")->len, <=, 16);
    g_assert_cmpuint(qntc_capture_successes_of(capture, "anne")->len, <=, 16);
    g_assert_cmpuint(qntc_capture_successes_from(capture, "10.0.1.0")->len, <=, 16);
    tear_down();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/compare/each-difference", test_each_difference);
    g_test_add_func("/compare/values-of-both", test_values_of_both);
    g_test_add_func("/compare/server-user-client", test_server_before_user_before_client);
    g_test_add_func("/compare/same-client-before-fewer-differences",
                    test_same_client_before_fewer_differences);
    g_test_add_func("/compare/fewest-differences", test_fewest_differences);
    g_test_add_func("/compare/nearest-in-the-file", test_nearest_in_the_file);
    g_test_add_func("/compare/other-servers", test_other_servers);
    g_test_add_func("/compare/what-is-no-comparison", test_what_is_no_comparison);
    g_test_add_func("/compare/user-not-seen", test_user_not_seen);
    g_test_add_func("/compare/ended-before-the-user", test_ended_before_the_user);
    g_test_add_func("/compare/every-way-to-fail", test_every_way_to_fail);
    g_test_add_func("/compare/only-smb1-offered", test_only_smb1_offered);
    g_test_add_func("/compare/remarks", test_remarks);
    g_test_add_func("/compare/remark-on-a-ticket", test_remark_on_a_ticket);
    g_test_add_func("/compare/each-shape-is-kept-once", test_each_shape_is_kept_once);
    g_test_add_func("/compare/lists-are-bounded", test_lists_are_bounded);
    return g_test_run();
}
