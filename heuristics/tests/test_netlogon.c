/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which logon a server's question to its domain controller belongs to, and what it makes of the
 * causes. Logons and calls go through the tracker as they come from the wire.
 */
#include "netlogon.h"

#include "diagnosis.h"
#include "transport.h"
#include "warning.h"
#include "wire.h"

#define CLIENT "10.0.0.1"
#define SERVER "10.0.0.2"
#define CONTROLLER "10.0.0.9"

#define LOGON_FAILURE 0xC000006D
#define WRONG_PASSWORD 0xC000006A
#define NO_SUCH_USER 0xC0000064
#define INVALID_WORKSTATION 0xC0000070
#define NO_LOGON_SERVERS 0xC000005E

enum { SAM_LOGON_EX = 39 };

static uint32_t call; /* number of the last one */

static void connect_hosts(const char *client, const char *server)
{
    struct qntc_peers peers = {.client_address = client,
                               .server_address = server,
                               .client_port = 40000,
                               .server_port = 445,
                               .syn_seen = true};
    track = qntc_capture_connect(capture, &peers);
}

/* A logon to a member of CORP, up to its AUTHENTICATE; the track of its connection. */
static struct qntc_track *ask_in(const char *user, const char *domain)
{
    connect_hosts(CLIENT, SERVER);
    negotiate();
    sent(setup(1, 0, 1));
    struct qntc_message challenge = answer_setup(1, 7, 0xC0000016);
    challenge.token.ntlm.nb_computer = "FILESRV";
    challenge.token.ntlm.nb_domain = "CORP";
    sent(challenge);
    struct qntc_message response = authenticate(2, 7, user);
    response.token.ntlm.domain = domain;
    sent(response);
    return track;
}

static uint32_t answered(uint32_t status)
{
    return sent(answer_setup(2, 7, status));
}

static uint32_t next_frame(void)
{
    qntc_capture_frame(capture, ++frame, now, false);
    return frame;
}

/* A call of the server that `user` and `domain` make readable; NULL: sealed. */
static uint32_t asks_for(uint32_t call_id, const char *user, const char *domain)
{
    struct qntc_netlogon_message m = {.frame = next_frame(),
                                      .time = now,
                                      .server_address = SERVER,
                                      .dc_address = CONTROLLER,
                                      .connection = 50,
                                      .call_id = call_id,
                                      .opnum = SAM_LOGON_EX,
                                      .sealed = user == NULL,
                                      .user = user,
                                      .domain = domain};
    qntc_netlogon_message(capture, &m);
    return m.frame;
}

static uint32_t asks(void)
{
    return asks_for(++call, NULL, NULL);
}

static uint32_t told(uint32_t call_id, bool sealed, uint32_t status)
{
    struct qntc_netlogon_message m = {.frame = next_frame(),
                                      .time = now,
                                      .server_address = SERVER,
                                      .dc_address = CONTROLLER,
                                      .connection = 50,
                                      .call_id = call_id,
                                      .answer = true,
                                      .opnum = SAM_LOGON_EX,
                                      .sealed = sealed};
    if (!sealed)
        m.status = number(status);
    qntc_netlogon_message(capture, &m);
    return m.frame;
}

static const struct qntc_pass_through *asked_for(unsigned number_in_file)
{
    return &logon(number_in_file)->pass_through;
}

static bool has_frame(const struct qntc_logon *facts, uint32_t at)
{
    for (guint i = 0; i < facts->frames->len; i++) {
        if (g_array_index(facts->frames, uint32_t, i) == at)
            return true;
    }
    return false;
}

/* ------------------------------------------------------------------------ which logon it is of */

static void test_tied_to_waiting_logon(void)
{
    ask_in("ANNE", "CORP");
    uint32_t question = asks();
    wait_for(SECOND / 4);
    uint32_t answer = told(call, true, 0);
    answered(LOGON_FAILURE);
    const struct qntc_pass_through *asked = asked_for(1);
    g_assert_cmpstr(asked->dc_address, ==, CONTROLLER);
    g_assert_cmpuint(asked->request_frame, ==, question);
    g_assert_cmpuint(asked->answer_frame, ==, answer);
    g_assert_cmpint(asked->answer_time - asked->request_time, ==, SECOND / 4);
    g_assert_cmpuint(asked->opnum, ==, SAM_LOGON_EX);
    g_assert_true(asked->sealed);
    g_assert_false(asked->status_seen);
    g_assert_true(has_frame(logon(1), question));
    g_assert_true(has_frame(logon(1), answer));
}

static void test_readable_status(void)
{
    ask_in("ANNE", "CORP");
    asks_for(1, "ANNE", "CORP");
    told(1, false, NO_SUCH_USER);
    g_assert_false(asked_for(1)->sealed);
    g_assert_true(asked_for(1)->status_seen);
    g_assert_cmpuint(asked_for(1)->status, ==, NO_SUCH_USER);
}

/* "1,0": the numbers of the logons' calls, in the order of the logons; 0 without one. */
static void expect_calls(const char *expected)
{
    GString *text = g_string_new(NULL);
    for (unsigned i = 0; i < qntc_capture_logon_count(capture); i++) {
        const struct qntc_open_logon *open = g_ptr_array_index(capture->logons, i);
        bool asked = open->facts.pass_through.request_frame != 0;
        g_string_append_printf(text, "%s%u", i > 0 ? "," : "", asked ? open->rpc_call_id : 0);
    }
    g_assert_cmpstr(text->str, ==, expected);
    g_string_free(text, TRUE);
}

static void test_by_user(void)
{
    ask_in("ANNE", "CORP");
    ask_in("BERT", "CORP");
    asks_for(1, "bert", "corp");
    expect_calls("0,1");
}

static void test_by_domain(void)
{
    ask_in("ANNE", "OTHER");
    ask_in("ANNE", "CORP");
    asks_for(1, "ANNE", "corp");
    expect_calls("0,1");
}

/* A server gives its own domain to a user who came with none. */
static void test_by_user_of_other_domain(void)
{
    ask_in("ANNE", "");
    asks_for(1, "ANNE", "CORP");
    expect_calls("1");
}

static void test_user_of_another_service(void)
{
    ask_in("ANNE", "CORP");
    asks_for(1, "BERT", "CORP");
    expect_calls("0");
}

static void test_same_user_twice(void)
{
    ask_in("ANNE", "CORP");
    ask_in("ANNE", "CORP");
    asks_for(1, "ANNE", "CORP");
    asks_for(2, "ANNE", "CORP");
    expect_calls("1,2");
}

static void test_by_order(void)
{
    ask_in("ANNE", "CORP");
    ask_in("BERT", "CORP");
    asks();
    asks();
    uint32_t late = told(call, true, 0);
    uint32_t later = told(call - 1, true, 0);
    g_assert_cmpuint(asked_for(1)->answer_frame, ==, later);
    g_assert_cmpuint(asked_for(2)->answer_frame, ==, late);
}

static void test_nobody_waits(void)
{
    ask_in("ANNE", "CORP");
    answered(LOGON_FAILURE);
    asks();
    g_assert_null(asked_for(1)->dc_address);
}

static void test_not_asked_yet(void)
{
    connect_hosts(CLIENT, SERVER);
    negotiate();
    sent(setup(1, 0, 1));
    asks();
    g_assert_null(asked_for(1)->dc_address);
}

static void test_other_server(void)
{
    ask_in("ANNE", "CORP");
    struct qntc_netlogon_message m = {
        .frame = next_frame(), .server_address = "10.0.0.3", .dc_address = CONTROLLER};
    qntc_netlogon_message(capture, &m);
    g_assert_null(asked_for(1)->dc_address);
}

/* The server asks nobody about its own accounts, nor about a user that was not sent. */
static void test_own_business(void)
{
    ask_in("ADMIN", "FILESRV");
    ask_in("ADMIN", ".");
    ask_in("", "");
    ask_in("ANNE", "CORP");
    asks_for(1, NULL, NULL);
    expect_calls("0,0,0,1");
}

static void test_copy_of_a_call(void)
{
    ask_in("ANNE", "CORP");
    ask_in("BERT", "CORP");
    asks_for(1, NULL, NULL);
    asks_for(1, NULL, NULL);
    expect_calls("1,0");
}

static void test_copy_of_an_answer(void)
{
    ask_in("ANNE", "CORP");
    asks();
    uint32_t answer = told(call, true, 0);
    told(call, true, 0);
    g_assert_cmpuint(asked_for(1)->answer_frame, ==, answer);
}

/* Call numbers are of one connection: another one begins with the same. */
static void test_same_call_of_two_connections(void)
{
    ask_in("ANNE", "CORP");
    ask_in("BERT", "CORP");
    for (uint32_t i = 0; i < 2; i++) {
        struct qntc_netlogon_message m = {.frame = next_frame(),
                                          .time = now,
                                          .server_address = SERVER,
                                          .dc_address = CONTROLLER,
                                          .connection = i};
        qntc_netlogon_message(capture, &m);
    }
    struct qntc_netlogon_message answer = {.frame = next_frame(),
                                           .time = now,
                                           .server_address = SERVER,
                                           .dc_address = CONTROLLER,
                                           .connection = 1,
                                           .answer = true};
    qntc_netlogon_message(capture, &answer);
    g_assert_cmpuint(asked_for(1)->request_frame, ==, frame - 2);
    g_assert_cmpuint(asked_for(1)->answer_frame, ==, 0);
    g_assert_cmpuint(asked_for(2)->request_frame, ==, frame - 1);
    g_assert_cmpuint(asked_for(2)->answer_frame, ==, frame);
}

/* A server that is in no domain, or is asked for by its DNS name, has the account itself. */
static void test_own_accounts(void)
{
    for (unsigned i = 0; i < 2; i++) {
        ask_in("ADMIN", "filesrv.corp");
        struct qntc_logon *facts = (struct qntc_logon *)logon(i + 1);
        facts->ntlm.nb_domain = i == 0 ? facts->ntlm.nb_computer : "CORP";
        facts->ntlm.dns_computer = i == 1 ? facts->domain : NULL;
    }
    asks();
    expect_calls("0,0");
}

static void test_asked_again_beside_own_business(void)
{
    ask_in("ADMIN", "FILESRV");
    ask_in("ANNE", "CORP");
    asks_for(1, NULL, NULL);
    asks_for(2, NULL, NULL);
    expect_calls("0,2");
}

static void test_client_that_has_left(void)
{
    ask_in("ANNE", "CORP");
    closed(QNTC_CLIENT);
    asks();
    g_assert_null(asked_for(1)->dc_address);
}

/* The bind belongs to the logons of its connection, but not to all of many. */
static void test_bind_belongs_to_the_logon(void)
{
    uint32_t bind = next_frame(), bind_ack = next_frame();
    for (uint32_t i = 0; i < 40; i++) {
        ask_in("ANNE", "CORP");
        struct qntc_netlogon_message m = {.frame = next_frame(),
                                          .time = now,
                                          .server_address = SERVER,
                                          .dc_address = CONTROLLER,
                                          .connection = 50,
                                          .call_id = i + 1,
                                          .bind_frame = bind,
                                          .bind_ack_frame = bind_ack};
        qntc_netlogon_message(capture, &m);
        answered(LOGON_FAILURE);
    }
    g_assert_true(has_frame(logon(1), bind) && has_frame(logon(1), bind_ack));
    g_assert_true(has_frame(logon(32), bind));
    g_assert_false(has_frame(logon(33), bind) || has_frame(logon(33), bind_ack));
}

static void test_asked_again(void)
{
    ask_in("ANNE", "CORP");
    asks_for(1, NULL, NULL);
    asks_for(2, NULL, NULL);
    expect_calls("2");
}

static void test_asked_again_for_whom(void)
{
    ask_in("ANNE", "CORP");
    ask_in("BERT", "CORP");
    asks_for(1, NULL, NULL);
    asks_for(2, NULL, NULL);
    asks_for(3, NULL, NULL);
    expect_calls("1,2");
}

/* The controller answers when the client has left, and somebody else waits meanwhile. */
static void test_late_answer(void)
{
    ask_in("ANNE", "CORP");
    uint32_t question = asks();
    wait_for(20 * SECOND);
    closed(QNTC_CLIENT);
    ask_in("BERT", "CORP");
    uint32_t answer = told(call, true, 0);
    g_assert_cmpuint(asked_for(1)->request_frame, ==, question);
    g_assert_cmpuint(asked_for(1)->answer_frame, ==, answer);
}

static void test_list_is_bounded(void)
{
    for (unsigned i = 0; i < 1000; i++)
        ask_in("ANNE", "CORP");
    g_assert_cmpuint(track->facts->server->waiting->len, <=, 64);
    asks_for(1, NULL, NULL);
    g_assert_cmpuint(asked_for(1)->request_frame, ==, 0);
}

static void test_list_forgets_the_answered(void)
{
    for (unsigned i = 0; i < 10; i++) {
        ask_in("ANNE", "CORP");
        answered(0);
    }
    g_assert_cmpuint(track->facts->server->waiting->len, ==, 1);
}

/* ------------------------------------------------------------------------------------- causes */

/* "id confidence, id confidence" of the logon. */
static void expect_causes(unsigned number_in_file, const char *expected)
{
    qntc_capture_end(capture);
    struct qntc_diagnosis *diagnosis = qntc_diagnose(capture, logon(number_in_file));
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < diagnosis->causes->len; i++) {
        const struct qntc_cause_finding *finding = g_ptr_array_index(diagnosis->causes, i);
        g_string_append_printf(text, "%s%s %s", i > 0 ? ", " : "", finding->cause->id,
                               qntc_confidence_name(finding->confidence));
    }
    g_assert_cmpstr(text->str, ==, expected);
    g_string_free(text, TRUE);
    qntc_diagnosis_free(diagnosis);
}

static bool has_line(const struct qntc_cause_finding *finding, uint32_t at, const char *part)
{
    for (guint i = 0; i < finding->evidence->len; i++) {
        const struct qntc_evidence *line =
            &g_array_index(finding->evidence, struct qntc_evidence, i);
        if (line->frame == at && strstr(line->text, part) != NULL)
            return true;
    }
    return false;
}

/* The verdict of the logon has a line of that frame with `part` in it, or its advice has (0). */
static bool verdict_says(unsigned number_in_file, uint32_t at, const char *part)
{
    qntc_capture_end(capture);
    struct qntc_diagnosis *diagnosis = qntc_diagnose(capture, logon(number_in_file));
    const struct qntc_cause_finding *verdict = g_ptr_array_index(diagnosis->causes, 0);
    bool says = has_line(verdict, at, part);
    for (guint i = 0; at == 0 && i < verdict->advice->len; i++)
        says |= strstr(g_ptr_array_index(verdict->advice, i), part) != NULL;
    says |= at == 0 && strstr(verdict->explanation, part) != NULL;
    qntc_diagnosis_free(diagnosis);
    return says;
}

/* A logon about which the controller says `status` in clear and the server `end`. */
static void decided(uint32_t status, uint32_t end)
{
    ask_in("ANNE", "CORP");
    asks_for(1, "ANNE", "CORP");
    told(1, false, status);
    answered(end);
}

static void test_controller_proves_user(void)
{
    decided(NO_SUCH_USER, LOGON_FAILURE);
    expect_causes(1, "user-unknown proven");
    g_assert_true(verdict_says(1, asked_for(1)->answer_frame, "STATUS_NO_SUCH_USER"));
    g_assert_true(verdict_says(1, 0, "The server asked its domain controller"));
}

static void test_controller_proves_password(void)
{
    decided(WRONG_PASSWORD, LOGON_FAILURE);
    expect_causes(1, "password-wrong proven");
}

/* Without the controller the server's own NO_SUCH_USER is only likely. */
static void test_controller_confirms_server(void)
{
    decided(NO_SUCH_USER, NO_SUCH_USER);
    ask_in("BERT", "CORP");
    answered(NO_SUCH_USER);
    expect_causes(1, "user-unknown proven");
    expect_causes(2, "user-unknown likely");
    g_assert_false(verdict_says(2, 0, "The server asked its domain controller"));
}

static void test_server_says_more(void)
{
    decided(INVALID_WORKSTATION, INVALID_WORKSTATION);
    expect_causes(1, "workstation-not-allowed proven");
    g_assert_true(verdict_says(1, asked_for(1)->request_frame, "asks the domain controller"));
}

/* The server has reasons of its own: what the controller said is not why it refused. */
static void test_server_says_otherwise(void)
{
    decided(NO_SUCH_USER, NO_LOGON_SERVERS);
    expect_causes(1, "no-logon-servers proven");
}

static void test_controller_had_nothing_against_it(void)
{
    decided(0, LOGON_FAILURE);
    expect_causes(1, "credentials-refused likely");
    g_assert_true(verdict_says(1, asked_for(1)->answer_frame, "STATUS_SUCCESS"));
}

static void test_sealed_is_told(void)
{
    ask_in("ANNE", "CORP");
    uint32_t question = asks();
    wait_for(SECOND / 4);
    uint32_t answer = told(call, true, 0);
    answered(LOGON_FAILURE);
    expect_causes(1, "credentials-refused likely");
    g_assert_true(verdict_says(1, question, "10.0.0.9 (NetrLogonSamLogonEx)"));
    g_assert_true(verdict_says(1, answer, "after 250 ms; what it says is sealed"));
    g_assert_true(verdict_says(1, 0, "the domain controller 10.0.0.9 decided"));
}

static void test_controller_silent(void)
{
    ask_in("ANNE", "CORP");
    uint32_t question = asks();
    wait_for(20 * SECOND);
    closed(QNTC_CLIENT);
    expect_causes(1, "no-logon-servers likely");
    g_assert_true(verdict_says(1, question, "no answer in the capture"));
}

static void test_controller_answered_then_silence(void)
{
    ask_in("ANNE", "CORP");
    asks();
    told(call, true, 0);
    wait_for(20 * SECOND);
    closed(QNTC_CLIENT);
    expect_causes(1, "server-silent likely");
}

/* The server's SYN to `port` of the controller is refused. */
static uint32_t finds_closed(const char *host, uint16_t port)
{
    struct qntc_peers peers = {.stream = 1000 + frame,
                               .client_address = SERVER,
                               .server_address = host,
                               .server_port = port,
                               .syn_seen = true};
    uint32_t syn = next_frame();
    qntc_transport_syn(capture, &peers, syn, now);
    qntc_transport_answer(capture, peers.stream, QNTC_SYN_REFUSED, next_frame());
    return syn;
}

static void test_trouble_explains_status(void)
{
    finds_closed("10.0.0.8", 445);
    ask_in("ANNE", "CORP");
    uint32_t syn = finds_closed(CONTROLLER, 445);
    answered(NO_LOGON_SERVERS);
    uint32_t later = finds_closed("10.0.0.7", 445);
    expect_causes(1, "no-logon-servers proven");
    g_assert_true(verdict_says(1, syn, "cannot connect to 10.0.0.9 port 445 (port-closed)"));
    g_assert_false(verdict_says(1, syn + 1, "port-closed"));
    g_assert_false(verdict_says(1, 1, "port-closed"));
    g_assert_false(verdict_says(1, later, "port-closed"));
}

static void test_trouble_explains_silence(void)
{
    ask_in("ANNE", "CORP");
    uint32_t syn = finds_closed(CONTROLLER, 445);
    wait_for(20 * SECOND);
    closed(QNTC_CLIENT);
    expect_causes(1, "server-silent likely, no-logon-servers possible");
    g_assert_true(verdict_says(1, syn, "cannot connect to"));
}

static void test_trouble_with_the_client_itself(void)
{
    ask_in("ANNE", "CORP");
    finds_closed(CLIENT, 445);
    wait_for(20 * SECOND);
    closed(QNTC_CLIENT);
    expect_causes(1, "server-silent likely");
}

static void test_slow_refusal(void)
{
    ask_in("ANNE", "CORP");
    finds_closed(CONTROLLER, 445);
    wait_for(2 * SECOND);
    answered(LOGON_FAILURE);
    expect_causes(1, "credentials-refused likely, no-logon-servers possible");
}

static void test_slow_refusal_without_controller(void)
{
    ask_in("ANNE", "CORP");
    asks();
    wait_for(2 * SECOND);
    answered(LOGON_FAILURE);
    expect_causes(1, "credentials-refused likely, no-logon-servers possible");
}

static void test_quick_refusal(void)
{
    ask_in("ANNE", "CORP");
    finds_closed(CONTROLLER, 445);
    wait_for(SECOND);
    answered(LOGON_FAILURE);
    expect_causes(1, "credentials-refused likely");
}

/* -------------------------------------------------------------------------- the machine account */

/* ANNE waits at the server while it logs on to its controller as `account`. */
static void machine_logs_on(const char *from, const char *account, uint32_t status)
{
    struct qntc_track *of_user = ask_in("ANNE", "CORP");
    connect_hosts(from, CONTROLLER);
    negotiate();
    log_on(1, 9, account, status);
    track = of_user;
    answered(LOGON_FAILURE);
}

static void test_machine_account_refused(void)
{
    machine_logs_on(SERVER, "FILESRV$", LOGON_FAILURE);
    expect_causes(1, "credentials-refused likely, trust-broken possible");
    g_assert_cmpstr(logon(1)->machine_refusal.account, ==, "FILESRV$");
    g_assert_cmpuint(logon(1)->machine_refusal.frame, ==, logon(2)->result_frame);
    expect_causes(2, "credentials-refused likely");
}

static void test_machine_account_works(void)
{
    machine_logs_on(SERVER, "FILESRV$", 0);
    expect_causes(1, "credentials-refused likely");
}

static void test_machine_of_another_host(void)
{
    machine_logs_on("10.0.0.77", "OTHER$", LOGON_FAILURE);
    expect_causes(1, "credentials-refused likely");
}

static void test_user_of_the_server(void)
{
    machine_logs_on(SERVER, "BACKUP", LOGON_FAILURE);
    expect_causes(1, "credentials-refused likely");
}

static void test_machine_refused_twice(void)
{
    ask_in("ANNE", "CORP");
    qntc_netlogon_machine_refused(capture, SERVER, "FILESRV$", CONTROLLER, 6);
    qntc_netlogon_machine_refused(capture, SERVER, "FILESRV$", CONTROLLER, 7);
    g_assert_cmpuint(logon(1)->machine_refusal.frame, ==, 6);
}

static void test_machine_refused_when_nobody_waits_for_it(void)
{
    ask_in("ANNE", "CORP");
    answered(LOGON_FAILURE);
    qntc_netlogon_machine_refused(capture, SERVER, "FILESRV$", CONTROLLER, 7);
    ask_in("ADMIN", "FILESRV");
    qntc_netlogon_machine_refused(capture, SERVER, "FILESRV$", CONTROLLER, 8);
    g_assert_null(logon(1)->machine_refusal.account);
    g_assert_null(logon(2)->machine_refusal.account);
}

static void test_machine_refused_before(void)
{
    connect_hosts(SERVER, CONTROLLER);
    negotiate();
    log_on(1, 9, "FILESRV$", LOGON_FAILURE);
    ask_in("ANNE", "CORP");
    answered(LOGON_FAILURE);
    expect_causes(2, "credentials-refused likely");
}

/* ----------------------------------------------------------------------------------- slow logon */

static char *slow_text(void)
{
    GPtrArray *warnings = qntc_warnings(capture, logon(1));
    char *text = NULL;
    for (guint i = 0; i < warnings->len; i++) {
        const struct qntc_warning_finding *finding = g_ptr_array_index(warnings, i);
        if (g_str_equal(finding->row->id, "slow-logon"))
            text = g_strdup(finding->text);
    }
    g_ptr_array_free(warnings, TRUE);
    return text;
}

static void test_slow_by_controller(void)
{
    ask_in("ANNE", "CORP");
    asks();
    wait_for(2 * SECOND + SECOND / 2);
    told(call, true, 0);
    wait_for(SECOND / 2);
    answered(0);
    char *text = slow_text();
    g_assert_nonnull(text);
    g_assert_nonnull(strstr(text, "3.0 seconds, 2.5 s of it the domain controller's 10.0.0.9"));
    g_free(text);
}

static void test_slow_without_controller(void)
{
    ask_in("ANNE", "CORP");
    asks();
    wait_for(3 * SECOND);
    answered(0);
    char *text = slow_text();
    g_assert_nonnull(text);
    g_assert_nonnull(strstr(text, "asked in frame 6, did not answer"));
    g_free(text);
}

static void test_slow_before_the_controller(void)
{
    connect_hosts(CLIENT, SERVER);
    negotiate();
    sent(setup(1, 0, 1));
    wait_for(3 * SECOND);
    sent(answer_setup(1, 7, 0xC0000016));
    sent(authenticate(2, 7, "ANNE"));
    asks();
    told(call, true, 0);
    answered(0);
    char *text = slow_text();
    g_assert_nonnull(text);
    g_assert_null(strstr(text, "domain controller"));
    g_free(text);
}

static const struct test {
    const char *name;
    void (*run)(void);
} tests[] = {
    {"tied-to-waiting-logon", test_tied_to_waiting_logon},
    {"readable-status", test_readable_status},
    {"by-user", test_by_user},
    {"by-domain", test_by_domain},
    {"by-user-of-other-domain", test_by_user_of_other_domain},
    {"user-of-another-service", test_user_of_another_service},
    {"same-user-twice", test_same_user_twice},
    {"by-order", test_by_order},
    {"nobody-waits", test_nobody_waits},
    {"not-asked-yet", test_not_asked_yet},
    {"other-server", test_other_server},
    {"own-business", test_own_business},
    {"copy-of-a-call", test_copy_of_a_call},
    {"copy-of-an-answer", test_copy_of_an_answer},
    {"same-call-of-two-connections", test_same_call_of_two_connections},
    {"own-accounts", test_own_accounts},
    {"asked-again-beside-own-business", test_asked_again_beside_own_business},
    {"client-that-has-left", test_client_that_has_left},
    {"bind-belongs-to-the-logon", test_bind_belongs_to_the_logon},
    {"asked-again", test_asked_again},
    {"asked-again-for-whom", test_asked_again_for_whom},
    {"late-answer", test_late_answer},
    {"list-is-bounded", test_list_is_bounded},
    {"list-forgets-the-answered", test_list_forgets_the_answered},
    {"controller-proves-user", test_controller_proves_user},
    {"controller-proves-password", test_controller_proves_password},
    {"controller-confirms-server", test_controller_confirms_server},
    {"server-says-more", test_server_says_more},
    {"server-says-otherwise", test_server_says_otherwise},
    {"controller-had-nothing-against-it", test_controller_had_nothing_against_it},
    {"sealed-is-told", test_sealed_is_told},
    {"controller-silent", test_controller_silent},
    {"controller-answered-then-silence", test_controller_answered_then_silence},
    {"trouble-explains-status", test_trouble_explains_status},
    {"trouble-explains-silence", test_trouble_explains_silence},
    {"trouble-with-the-client-itself", test_trouble_with_the_client_itself},
    {"slow-refusal", test_slow_refusal},
    {"slow-refusal-without-controller", test_slow_refusal_without_controller},
    {"quick-refusal", test_quick_refusal},
    {"machine-account-refused", test_machine_account_refused},
    {"machine-account-works", test_machine_account_works},
    {"machine-of-another-host", test_machine_of_another_host},
    {"user-of-the-server", test_user_of_the_server},
    {"machine-refused-twice", test_machine_refused_twice},
    {"machine-refused-when-nobody-waits-for-it", test_machine_refused_when_nobody_waits_for_it},
    {"machine-refused-before", test_machine_refused_before},
    {"slow-by-controller", test_slow_by_controller},
    {"slow-before-the-controller", test_slow_before_the_controller},
    {"slow-without-controller", test_slow_without_controller},
};

static void run(gconstpointer data)
{
    const struct test *test = data;
    set_up();
    call = 0;
    test->run();
    tear_down();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
        char *path = g_strconcat("/netlogon/", tests[i].name, NULL);
        g_test_add_data_func(path, &tests[i], run);
        g_free(path);
    }
    return g_test_run();
}
