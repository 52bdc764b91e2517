/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a session that worked still loses: which answers become events, and what explains them. The
 * messages go through the tracker, so a claim covers the way from the wire to the cause.
 */
#include "diagnosis.h"
#include "finding.h"
#include "wire.h"

enum { SIGNED = 8, OFF = 0, ENABLED = 1, REQUIRED = 3 };

#define ACCESS_DENIED 0xC0000022
#define BAD_NETWORK_NAME 0xC00000CC

/* A connection of that dialect on which both sides have said what they want of signing. */
static void agree(uint16_t dialect, uint64_t client, uint64_t server)
{
    struct qntc_message ask = message(QNTC_CLIENT, QNTC_COMMAND_NEGOTIATE, 0, 0);
    ask.dialects[0] = dialect;
    ask.dialect_count = 1;
    ask.security_mode = number(client);
    ask.capabilities = number(dialect >= 0x0300 ? 0x40 : 0);
    ask.ciphers = true;
    sent(ask);
    struct qntc_message answer = message(QNTC_SERVER, QNTC_COMMAND_NEGOTIATE, 0, 0);
    answer.status = nt(0);
    answer.dialects[0] = dialect;
    answer.dialect_count = 1;
    answer.security_mode = number(server);
    sent(answer);
}

/* ANNE gets in as session 7; flags as in the answer: 1 guest, 2 null. */
static void get_in(uint64_t flags)
{
    sent(setup(1, 0, 1));
    sent(answer_setup(1, 7, 0xC0000016));
    sent(authenticate(2, 7, "ANNE"));
    struct qntc_message answer = answer_setup(2, 7, 0);
    answer.session_flags = number(flags);
    sent(answer);
}

static struct qntc_message request(uint64_t id, enum qntc_command command, const char *name,
                                   uint64_t flags)
{
    struct qntc_message m = message(QNTC_CLIENT, command, id, 7);
    m.command_name = name;
    m.flags = number(flags);
    return m;
}

static struct qntc_message tree(uint64_t id, const char *path, uint64_t flags)
{
    struct qntc_message m = request(id, QNTC_COMMAND_TREE_CONNECT, "TREE_CONNECT", flags);
    m.tree_path = path;
    return m;
}

static struct qntc_message answer_to(struct qntc_message asked, uint32_t status)
{
    asked.from = QNTC_SERVER;
    asked.status = nt(status);
    return asked;
}

static uint32_t ask(struct qntc_message m, uint32_t status)
{
    sent(m);
    return sent(answer_to(m, status));
}

static const struct qntc_event *event(unsigned index)
{
    const GPtrArray *events = logon(1)->session.events;
    g_assert_nonnull(events);
    g_assert_cmpuint(index, <, events->len);
    return g_ptr_array_index(events, index);
}

static unsigned event_count(void)
{
    const GPtrArray *events = logon(1)->session.events;
    return events != NULL ? events->len : 0;
}

/* "id confidence, id confidence" of an event of the first logon. */
static void expect_causes(unsigned index, const char *expected)
{
    GPtrArray *causes = qntc_diagnose_event(capture, logon(1), event(index));
    GString *got = g_string_new(NULL);
    for (guint i = 0; i < causes->len; i++) {
        const struct qntc_cause_finding *finding = g_ptr_array_index(causes, i);
        g_assert_cmpuint(finding->evidence->len, >, 0);
        g_string_append_printf(got, "%s%s %s", i > 0 ? ", " : "", finding->cause->id,
                               qntc_confidence_name(finding->confidence));
    }
    g_assert_cmpstr(got->str, ==, expected);
    g_string_free(got, TRUE);
    g_ptr_array_unref(causes);
}

/* A tree connect to \\srv\data that is answered with `status`, on a fresh session. */
static void tree_case(uint16_t dialect, uint64_t client, uint64_t server, uint64_t session_flags,
                      uint64_t request_flags, uint32_t status, const char *expected)
{
    set_up();
    agree(dialect, client, server);
    get_in(session_flags);
    ask(tree(3, "\\\\srv\\data", request_flags), status);
    expect_causes(0, expected);
    g_assert_cmpstr(event(0)->share, ==, "data");
    tear_down();
}

static void test_tree_connects(void)
{
    tree_case(0x0300, ENABLED, ENABLED, 0, 0, 0, "");
    tree_case(0x0300, ENABLED, ENABLED, 0, 0, BAD_NETWORK_NAME, "share-not-found proven");
    tree_case(0x0300, ENABLED, ENABLED, 0, 0, ACCESS_DENIED, "share-access-denied likely");
    tree_case(0x0300, ENABLED, ENABLED, 0, 0, 0xC00000CE, "connection-limit proven");
    tree_case(0x0300, ENABLED, ENABLED, 0, 0, 0xC0000203, "session-lost proven");
    tree_case(0x0300, ENABLED, ENABLED, 0, 0, 0xC0000034, "refused-other likely");
}

static void test_access_denied_in_order(void)
{
    /* unsigned, where the server requires it, or 3.1.1 does */
    tree_case(0x0300, ENABLED, REQUIRED, 0, 0, ACCESS_DENIED, "unsigned-request-refused likely");
    tree_case(0x0311, ENABLED, ENABLED, 0, 0, ACCESS_DENIED, "unsigned-request-refused likely");
    /* signed, but not accepted; to IPC$ that is more than a guess */
    tree_case(0x0300, ENABLED, REQUIRED, 0, SIGNED, ACCESS_DENIED,
              "share-access-denied likely, signature-invalid possible");
    /* nobody, and a guest */
    tree_case(0x0311, ENABLED, ENABLED, 2, 0, ACCESS_DENIED, "empty-credentials likely");
    tree_case(0x0300, ENABLED, REQUIRED, 2, 0, ACCESS_DENIED, "empty-credentials likely");
    tree_case(0x0300, ENABLED, ENABLED, 1, 0, ACCESS_DENIED, "share-access-denied likely");
    tree_case(0x0311, ENABLED, ENABLED, 1, 0, ACCESS_DENIED, "share-access-denied likely");
    tree_case(0x0300, REQUIRED, ENABLED, 1, 0, ACCESS_DENIED, "guest-cannot-sign likely");
    tree_case(0x0300, ENABLED, REQUIRED, 1, 0, ACCESS_DENIED, "guest-cannot-sign likely");
    /* another status says what it says, whoever signs or not */
    tree_case(0x0300, ENABLED, REQUIRED, 0, 0, BAD_NETWORK_NAME, "share-not-found proven");
    tree_case(0x0300, ENABLED, REQUIRED, 0, SIGNED, BAD_NETWORK_NAME, "share-not-found proven");
    tree_case(0x0300, REQUIRED, ENABLED, 1, 0, BAD_NETWORK_NAME, "share-not-found proven");
    /* a client that cannot encrypt, and no proof that anybody must */
    tree_case(0x0210, ENABLED, ENABLED, 0, 0, ACCESS_DENIED,
              "share-access-denied likely, encryption-required possible");
}

/* What comes behind it does not change that it was the first to be signed. */
static void test_ipc_refused_when_signed(void)
{
    set_up();
    agree(0x0300, ENABLED, REQUIRED);
    get_in(0);
    ask(tree(3, "\\\\srv\\IPC$", SIGNED), ACCESS_DENIED);
    ask(tree(4, "\\\\srv\\data", SIGNED), ACCESS_DENIED);
    ask(tree(5, "\\\\srv\\other", SIGNED), 0);
    expect_causes(0, "signature-invalid likely");
    expect_causes(1, "share-access-denied likely, signature-invalid possible");
    tear_down();
}

/* Only of a tree connect is it known that it would have worked but for signing or encryption. */
static void denied_request(uint16_t dialect, uint64_t flags, const char *expected)
{
    set_up();
    agree(dialect, ENABLED, ENABLED);
    get_in(0);
    ask(request(3, QNTC_COMMAND_OTHER, "CREATE", flags), ACCESS_DENIED);
    expect_causes(0, expected);
    tear_down();
}

static void test_denied_request(void)
{
    denied_request(0x0311, 0, "");
    denied_request(0x0300, SIGNED, "");
    denied_request(0x0210, 0, "");
}

/* A signature that was accepted before is not the reason now. */
static void test_signature_that_worked_before(void)
{
    set_up();
    agree(0x0300, ENABLED, REQUIRED);
    get_in(0);
    ask(tree(3, "\\\\srv\\IPC$", SIGNED), 0);
    ask(tree(4, "\\\\srv\\data", SIGNED), ACCESS_DENIED);
    expect_causes(1, "share-access-denied likely");
    tear_down();
}

/* A request that was not signed shows nothing of signatures. */
static void test_first_signature_behind_an_unsigned_request(void)
{
    set_up();
    agree(0x0300, ENABLED, ENABLED);
    get_in(0);
    ask(tree(3, "\\\\srv\\IPC$", 0), 0);
    ask(tree(4, "\\\\srv\\data", SIGNED), ACCESS_DENIED);
    expect_causes(1, "share-access-denied likely, signature-invalid possible");
    tear_down();
}

static void share_of_another(uint16_t dialect, struct qntc_number flags, bool encrypts,
                             const char *expected)
{
    set_up();
    agree(dialect, ENABLED, ENABLED);
    get_in(0);
    ask(tree(3, "\\\\srv\\data", 0), ACCESS_DENIED);
    connect_to("10.0.0.2");
    sent(setup(1, 0, 1));
    sent(answer_setup(1, 9, 0xC0000016));
    sent(authenticate(2, 9, "BERT"));
    sent(answer_setup(2, 9, 0));
    struct qntc_message other = tree(3, "\\\\srv\\DATA", 0);
    other.session_id = number(9);
    sent(other);
    struct qntc_message answer = answer_to(other, 0);
    answer.share_flags = flags;
    sent(answer);
    expect_causes(0, expected);
    g_assert_true((qntc_server_encrypts(track->facts->server) != NULL) == encrypts);
    tear_down();
}

static void test_share_that_encrypts_for_another(void)
{
    /* what a client could do, but does not, is no reason to look elsewhere */
    share_of_another(0x0300, number(0x8000), true, "encryption-required likely");
    static const char not_known[] = "share-access-denied likely, encryption-required possible";
    share_of_another(0x0210, number(0x8000), true, "encryption-required likely");
    share_of_another(0x0210, number(0x7FFF), false, not_known);
    share_of_another(0x0210, (struct qntc_number){false, 0x8000}, false, not_known);
}

/* A session that encrypts has not failed for want of it. */
static void test_share_that_encrypts_as_the_session(void)
{
    set_up();
    agree(0x0300, ENABLED, ENABLED);
    get_in(0);
    struct qntc_message unreadable = request(3, QNTC_COMMAND_OTHER, NULL, 0);
    unreadable.encrypted = true;
    sent(unreadable);
    struct qntc_message connected = tree(4, "\\\\srv\\data", 0);
    sent(connected);
    struct qntc_message answer = answer_to(connected, 0);
    answer.share_flags = number(0x8000);
    sent(answer);
    ask(tree(5, "\\\\srv\\data", 0), ACCESS_DENIED);
    expect_causes(1, "share-access-denied likely");
    tear_down();
}

/* Which share it is cannot be said, but that the server encrypts can. */
static void test_unknown_share_that_encrypts(void)
{
    set_up();
    agree(0x0300, ENABLED, ENABLED);
    get_in(0);
    struct qntc_message answer = answer_to(tree(3, NULL, 0), 0);
    answer.share_flags = number(0x8000);
    sent(answer);
    g_assert_true(qntc_server_encrypts(track->facts->server) == logon(1));
    tear_down();
}

static void test_later_requests(void)
{
    static const struct {
        uint32_t status;
        const char *expected; /* NULL: no event */
    } claims[] = {
        {0xC0000203, "session-lost proven"},
        {0xC000035C, "session-expired proven"},
        {0xC0000257, "dfs-path proven"},
        {0xC000A000, "signature-invalid proven"},
        {0xC0000034, NULL}, /* OBJECT_NAME_NOT_FOUND is about the file */
        {0, NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(claims); i++) {
        set_up();
        agree(0x0300, ENABLED, ENABLED);
        get_in(0);
        ask(request(3, QNTC_COMMAND_OTHER, "CREATE", SIGNED), claims[i].status);
        g_assert_cmpuint(event_count(), ==, claims[i].expected != NULL);
        if (claims[i].expected != NULL)
            expect_causes(0, claims[i].expected);
        tear_down();
    }
}

/* ACCESS_DENIED to a file is everyday life once something has worked. */
static void test_denied_file_is_no_event(void)
{
    set_up();
    agree(0x0300, ENABLED, ENABLED);
    get_in(0);
    ask(request(3, QNTC_COMMAND_OTHER, "CREATE", 0), 0);
    ask(request(4, QNTC_COMMAND_OTHER, "CREATE", 0), ACCESS_DENIED);
    g_assert_cmpuint(event_count(), ==, 0);
    tear_down();
}

static void test_errors_behind_the_clients_logoff(void)
{
    set_up();
    agree(0x0300, ENABLED, ENABLED);
    get_in(0);
    struct qntc_message pending = request(3, QNTC_COMMAND_OTHER, "CHANGE_NOTIFY", 0);
    sent(pending);
    struct qntc_message logoff = request(4, QNTC_COMMAND_LOGOFF, "LOGOFF", 0);
    sent(logoff);
    sent(answer_to(pending, 0xC0000203));
    sent(answer_to(logoff, 0xC0000203));
    g_assert_cmpuint(event_count(), ==, 0);
    tear_down();
}

/* A CHANGE_NOTIFY in the frame of the TREE_DISCONNECT was left with it, a later one was not. */
static void test_errors_behind_a_tree_disconnect(void)
{
    set_up();
    agree(0x0300, ENABLED, ENABLED);
    get_in(0);
    struct qntc_message pending = request(3, QNTC_COMMAND_OTHER, "CHANGE_NOTIFY", 0);
    uint32_t left = sent(pending);
    send_in(left, request(4, QNTC_COMMAND_TREE_DISCONNECT, "TREE_DISCONNECT", 0));
    sent(answer_to(pending, 0xC00000C9));
    g_assert_cmpuint(event_count(), ==, 0);
    pending.message_id = number(5);
    sent(pending);
    sent(request(6, QNTC_COMMAND_LOGOFF, "LOGOFF", 0));
    g_assert_cmpuint(logon(1)->session.logoff_frame, ==, left);
    sent(answer_to(pending, 0xC00000C9));
    g_assert_cmpuint(event_count(), ==, 1);
    tear_down();
}

/* A client that connects to another tree has not left. */
static void test_logoff_that_was_none(void)
{
    set_up();
    agree(0x0300, ENABLED, ENABLED);
    get_in(0);
    struct qntc_message pending = request(3, QNTC_COMMAND_OTHER, "CREATE", 0);
    sent(pending);
    sent(request(4, QNTC_COMMAND_TREE_DISCONNECT, "TREE_DISCONNECT", 0));
    sent(tree(5, "\\\\srv\\data", 0));
    sent(answer_to(pending, 0xC0000203));
    g_assert_cmpuint(event_count(), ==, 1);
    tear_down();
}

static void test_the_same_again_is_counted(void)
{
    set_up();
    agree(0x0300, ENABLED, ENABLED);
    get_in(0);
    uint32_t first = ask(tree(3, "\\\\srv\\data", 0), BAD_NETWORK_NAME);
    ask(tree(4, "\\\\srv\\data", 0), BAD_NETWORK_NAME);
    ask(tree(5, "\\\\srv\\other", 0), BAD_NETWORK_NAME);
    ask(tree(6, "\\\\srv\\data", 0), ACCESS_DENIED);
    ask(request(7, QNTC_COMMAND_OTHER, "CREATE", 0), 0xC0000203);
    ask(request(8, QNTC_COMMAND_OTHER, "READ", 0), 0xC0000203);
    g_assert_cmpuint(event_count(), ==, 5);
    g_assert_cmpuint(event(0)->count, ==, 2);
    g_assert_cmpuint(event(0)->frame, ==, first);
    g_assert_cmpuint(event(1)->count, ==, 1);
    tear_down();
}

/* A null session may not do much, whatever it was allowed before. */
static void test_denied_file_of_a_null_session(void)
{
    set_up();
    agree(0x0300, ENABLED, ENABLED);
    get_in(2);
    ask(request(3, QNTC_COMMAND_OTHER, "CREATE", 0), 0);
    ask(request(4, QNTC_COMMAND_OTHER, "CREATE", 0), ACCESS_DENIED);
    expect_causes(0, "empty-credentials likely");
    tear_down();
}

/* A tree connect that worked, or a goodbye, has shown nothing of what the session may do. */
static void test_first_denied_request(void)
{
    set_up();
    agree(0x0300, ENABLED, REQUIRED);
    get_in(0);
    ask(tree(3, "\\\\srv\\data", 0), 0);
    ask(request(4, QNTC_COMMAND_TREE_DISCONNECT, "TREE_DISCONNECT", 0), 0);
    ask(tree(5, "\\\\srv\\data", 0), 0);
    ask(request(6, QNTC_COMMAND_OTHER, "CREATE", 0), 0xC0000034);
    ask(request(7, QNTC_COMMAND_OTHER, "CREATE", 0), ACCESS_DENIED);
    expect_causes(1, "unsigned-request-refused likely");
    tear_down();
}

/* An answer alone: what the dissector knows of the request, and nothing of another one. */
static void test_answer_without_its_request(void)
{
    set_up();
    agree(0x0300, ENABLED, ENABLED);
    get_in(0);
    sent(tree(3, "\\\\srv\\other", SIGNED));
    struct qntc_message answer = answer_to(tree(4, "\\\\srv\\data", 0), BAD_NETWORK_NAME);
    answer.request_frame = number(2);
    sent(answer);
    g_assert_cmpuint(event(0)->request_frame, ==, 2);
    g_assert_cmpstr(event(0)->request, ==, "TREE_CONNECT");
    g_assert_cmpstr(event(0)->share, ==, "data");
    g_assert_false(event(0)->request_signed);
    /* it may have been the first or the last of many */
    sent(answer_to(request(5, QNTC_COMMAND_OTHER, "CREATE", 0), ACCESS_DENIED));
    g_assert_cmpuint(event_count(), ==, 1);
    sent(answer_to(request(6, QNTC_COMMAND_OTHER, "CREATE", 0), 0xC0000203));
    g_assert_cmpuint(event_count(), ==, 2);
    sent(answer_to(request(7, QNTC_COMMAND_LOGOFF, "LOGOFF", 0), 0xC00000C9));
    g_assert_cmpuint(event_count(), ==, 2);
    tear_down();
}

/* SMB1 clients use their MIDs again: the latest request is meant, and each is answered once. */
static void test_one_id_for_two_requests(void)
{
    set_up();
    agree(0x0300, ENABLED, ENABLED);
    get_in(0);
    struct qntc_message asked = tree(3, "\\\\srv\\one", 0);
    uint32_t one = sent(asked);
    asked.tree_path = "\\\\srv\\two";
    uint32_t two = sent(asked);
    asked.tree_path = NULL;
    sent(answer_to(asked, BAD_NETWORK_NAME));
    sent(answer_to(asked, BAD_NETWORK_NAME));
    g_assert_cmpuint(event(0)->request_frame, ==, two);
    g_assert_cmpuint(event(1)->request_frame, ==, one);
    g_assert_cmpstr(event(1)->share, ==, "one");
    g_assert_cmpuint(track->pending->len, ==, 0);
    tear_down();
}

/* A TREE_CONNECT_ANDX in the chain of a SESSION_SETUP_ANDX; the server signs its answer. */
static void chained_tree(const uint8_t *signature, uint32_t status)
{
    set_up();
    track->facts->negotiate.server_signing = QNTC_SIGNING_REQUIRED;
    struct qntc_message m = message(QNTC_CLIENT, QNTC_COMMAND_SESSION_SETUP, 3, 0);
    m.family = QNTC_SMB1;
    m.password_fields = m.chains_tree_connect = true;
    m.account = "ANNE";
    m.tree_path = "\\\\srv\\data";
    m.flags = number(0x0004);
    m.smb1_signature = (struct qntc_bytes){signature, 8};
    sent(m);
    struct qntc_message answer = answer_setup(3, 7, status);
    answer.family = QNTC_SMB1;
    answer.has_setup_body = true;
    answer.flags = number(0x0004);
    answer.smb1_signature = (struct qntc_bytes){v1_response, 8};
    sent(answer);
}

static void test_chained_tree_connect(void)
{
    static const uint8_t zeros[8];
    chained_tree(zeros, BAD_NETWORK_NAME);
    expect_causes(0, "share-not-found proven");
    g_assert_cmpuint(event(0)->frame, ==, frame);
    g_assert_cmpint(event(0)->time, ==, now);
    g_assert_cmpuint(event(0)->request_frame, ==, frame - 1);
    g_assert_cmpstr(event(0)->share, ==, "data");
    g_assert_false(event(0)->request_signed);
    g_assert_true(event(0)->answer_signed);
    tear_down();

    /* it counts as a request: who closes behind the next one has not met signing at once */
    chained_tree(v1_response, 0);
    g_assert_true(event(0)->request_signed);
    struct qntc_message next = request(4, QNTC_COMMAND_OTHER, "TRANSACTION2", 0);
    next.family = QNTC_SMB1;
    sent(next);
    closed(QNTC_SERVER);
    g_assert_cmpuint(event_count(), ==, 1);
    tear_down();
}

static struct qntc_message tree_answer(uint8_t dos_class)
{
    struct qntc_message answer = answer_to(tree(3, "\\\\srv\\data", 0), 0);
    answer.status =
        (struct qntc_status){.kind = QNTC_STATUS_DOS, .dos_class = dos_class, .code = 5};
    return answer;
}

/* ERRDOS 5 is not ERRSRV 5, and neither is NT status 5. */
static void test_codes_of_different_kinds(void)
{
    set_up();
    agree(0x0300, ENABLED, ENABLED);
    get_in(0);
    sent(tree_answer(QNTC_ERRDOS));
    sent(tree_answer(QNTC_ERRSRV));
    struct qntc_message answer = tree_answer(QNTC_ERRDOS);
    answer.status.kind = QNTC_STATUS_NT;
    sent(answer);
    g_assert_cmpuint(event_count(), ==, 3);
    tear_down();
}

/* The frame of what was refused belongs to the logon; the tree connect that worked is no news. */
static void test_frames_of_events(void)
{
    set_up();
    agree(0x0300, REQUIRED, OFF);
    get_in(0);
    uint32_t connected = ask(tree(3, "\\\\srv\\data", 0), 0);
    g_assert_null(qntc_capture_logons_of_frame(capture, connected));
    g_assert_cmpint(event(0)->time, ==, now);
    wait_for(SECOND);
    uint32_t end = closed(QNTC_CLIENT);
    g_assert_cmpint(event(1)->time, ==, now);
    g_assert_nonnull(qntc_capture_logons_of_frame(capture, end));
    tear_down();

    set_up();
    agree(0x0300, ENABLED, ENABLED);
    get_in(0);
    uint32_t refused = ask(tree(3, "\\\\srv\\data", 0), BAD_NETWORK_NAME);
    g_assert_nonnull(qntc_capture_logons_of_frame(capture, refused));
    tear_down();
}

/* ------------------------------------------------------------------------------- whose session */

static unsigned events_of(unsigned number_in_file)
{
    const GPtrArray *events = logon(number_in_file)->session.events;
    return events != NULL ? events->len : 0;
}

/* ANNE as session 7 and, after her, BERT as session 9 of the same connection. */
static void set_up_two_sessions(void)
{
    set_up();
    agree(0x0300, ENABLED, ENABLED);
    log_on(1, 7, "ANNE", 0);
    log_on(3, 9, "BERT", 0);
}

static void test_session_by_its_id(void)
{
    set_up_two_sessions();
    ask(tree(5, "\\\\srv\\data", 0), BAD_NETWORK_NAME);
    g_assert_cmpuint(events_of(1), ==, 1);
    struct qntc_message cut = tree(6, "\\\\srv\\data", 0);
    cut.session_id = number(0);
    ask(cut, BAD_NETWORK_NAME);
    g_assert_cmpuint(events_of(2), ==, 1);
    cut.session_id.seen = false;
    cut.session_id.value = 7;
    ask(cut, ACCESS_DENIED);
    g_assert_cmpuint(events_of(2), ==, 2);
    cut.session_id = number(8); /* neither of them */
    ask(cut, BAD_NETWORK_NAME);
    g_assert_cmpuint(events_of(1) + events_of(2), ==, 3);
    tear_down();
}

/* In a compound, a message of SessionId ~0 goes on in the session of the one before it. */
static void test_related_request(void)
{
    set_up_two_sessions();
    sent(request(5, QNTC_COMMAND_OTHER, "CREATE", 0));
    struct qntc_message related = tree(6, "\\\\srv\\data", 0);
    related.session_id = number(UINT64_MAX);
    ask(related, BAD_NETWORK_NAME);
    g_assert_cmpuint(events_of(1), ==, 1);
    g_assert_cmpuint(events_of(2), ==, 0);
    tear_down();
}

/* A session of another connection: a channel of it in SMB2, if the client is the same. */
static unsigned events_by_channel(const char *client, enum qntc_family family)
{
    set_up();
    agree(0x0300, ENABLED, ENABLED);
    get_in(0);
    struct qntc_peers peers = {.client_address = client,
                               .server_address = "10.0.0.2",
                               .client_port = 40001,
                               .server_port = 445,
                               .syn_seen = true};
    track = qntc_capture_connect(capture, &peers);
    struct qntc_message m = tree(3, "\\\\srv\\data", 0);
    m.family = family;
    ask(m, BAD_NETWORK_NAME);
    unsigned count = event_count();
    tear_down();
    return count;
}

static void test_channel_of_a_session(void)
{
    g_assert_cmpuint(events_by_channel("10.0.0.1", QNTC_SMB2), ==, 1);
    g_assert_cmpuint(events_by_channel("10.0.0.9", QNTC_SMB2), ==, 0);
    g_assert_cmpuint(events_by_channel("10.0.0.1", QNTC_SMB1), ==, 0);
}

/* ------------------------------------------------------------------------------ DFS referrals */

#define PATH_NOT_COVERED 0xC0000257
#define NOT_FOUND 0xC0000225

enum { GET_REFERRALS = 0x00060194, GET_REFERRALS_EX = 0x000601B0, TRANS2_GET_REFERRAL = 0x10 };

/* ANNE opens a file behind a link of the share, and is told that it lies elsewhere. */
static uint32_t open_elsewhere(uint64_t id, const char *share)
{
    struct qntc_message m = request(id, QNTC_COMMAND_OTHER, "CREATE", 0);
    m.tree_path = share;
    return ask(m, PATH_NOT_COVERED);
}

static struct qntc_message referral(uint64_t id, uint64_t fsctl, const char *path)
{
    struct qntc_message m = request(id, QNTC_COMMAND_OTHER, "IOCTL", 0);
    m.tree_path = "\\\\srv\\IPC$";
    m.fsctl = number(fsctl);
    m.file_name = path;
    return m;
}

/* On a fresh session of ANNE: PATH_NOT_COVERED behind the share "dfs", and nothing else. */
static void set_up_elsewhere(void)
{
    set_up();
    agree(0x0300, ENABLED, ENABLED);
    get_in(0);
    open_elsewhere(3, "\\\\srv\\dfs");
}

/* What the request for a referral is answered, and what then is lost. */
static void referral_case(uint64_t fsctl, const char *path, uint32_t status, const char *expected)
{
    set_up_elsewhere();
    ask(referral(4, fsctl, path), status);
    g_assert_cmpuint(event_count(), ==, 1);
    expect_causes(0, expected);
    tear_down();
}

static void test_client_that_follows_a_referral(void)
{
    referral_case(GET_REFERRALS, "\\srv\\dfs\\link\\file.txt", 0, "");
    referral_case(GET_REFERRALS, "\\SRV.CORP\\DFS\\link", 0, "");
    referral_case(GET_REFERRALS_EX, NULL, 0, "");
}

static void test_referral_that_is_refused(void)
{
    referral_case(GET_REFERRALS, "\\srv\\dfs\\link", NOT_FOUND, "dfs-path proven");
    referral_case(GET_REFERRALS, NULL, 0xC0000010 /* INVALID_DEVICE_REQUEST */, "dfs-path proven");
}

/* As a client does that opens the root, or has other things to ask of the server. */
static void test_other_referrals(void)
{
    referral_case(GET_REFERRALS, "\\srv\\dfs", 0, "dfs-path proven");
    referral_case(GET_REFERRALS, "\\srv\\dfs\\", 0, "dfs-path proven");
    referral_case(GET_REFERRALS, "\\srv\\other\\link", 0, "dfs-path proven");
    referral_case(0x00140204, "\\srv\\dfs\\link", 0, "dfs-path proven");
}

/* The file may end there; and a server may know only the older of the two. */
static void test_referral_asked_for_again(void)
{
    set_up_elsewhere();
    uint32_t asked = sent(referral(4, GET_REFERRALS_EX, NULL));
    g_assert_cmpuint(event(0)->referral_frame, ==, asked);
    sent(answer_to(request(77, QNTC_COMMAND_OTHER, "CREATE", 0), NOT_FOUND)); /* to another */
    ask(referral(8, GET_REFERRALS, "\\srv\\other\\link"), NOT_FOUND);
    expect_causes(0, "");
    sent(answer_to(referral(4, GET_REFERRALS_EX, NULL), 0x00000103 /* PENDING */));
    expect_causes(0, "");
    sent(answer_to(referral(4, GET_REFERRALS_EX, NULL), 0xC00000BB /* NOT_SUPPORTED */));
    expect_causes(0, "dfs-path proven");
    ask(referral(5, GET_REFERRALS, "\\srv\\dfs\\link"), 0);
    expect_causes(0, "");
    tear_down();
}

/* One that has followed does so again, but where it is refused. */
static void test_next_path_behind_a_referral(void)
{
    set_up_elsewhere();
    ask(referral(4, GET_REFERRALS, "\\srv\\dfs\\link"), 0);
    uint32_t second = open_elsewhere(5, "\\\\srv\\dfs");
    expect_causes(1, "");
    ask(referral(6, GET_REFERRALS, "\\srv\\dfs\\gone"), NOT_FOUND);
    g_assert_cmpuint(event_count(), ==, 2);
    expect_causes(0, "");
    g_assert_cmpuint(event(1)->frame, ==, second);
    expect_causes(1, "dfs-path proven");
    open_elsewhere(7, "\\\\srv\\dfs");
    g_assert_cmpuint(event_count(), ==, 2);
    g_assert_cmpuint(event(1)->count, ==, 2);
    tear_down();
}

static void test_referral_in_smb1(void)
{
    for (uint64_t subcommand = TRANS2_GET_REFERRAL; subcommand <= TRANS2_GET_REFERRAL + 1;
         subcommand++) {
        set_up_elsewhere();
        struct qntc_message m = request(4, QNTC_COMMAND_OTHER, "TRANSACTION2", 0);
        m.family = QNTC_SMB1;
        m.subcommand = number(subcommand);
        m.file_name = "\\srv\\dfs\\link";
        ask(m, 0);
        expect_causes(0, subcommand == TRANS2_GET_REFERRAL ? "" : "dfs-path proven");
        tear_down();
    }
}

/* A further connection of the client, on which `user` asks for the referral. */
static void asked_elsewhere(const char *user, const char *expected)
{
    set_up_elsewhere();
    connect_to("10.0.0.2");
    log_on(1, 9, user, 0);
    struct qntc_message m = referral(3, GET_REFERRALS, "\\srv\\dfs\\link");
    m.session_id = number(9);
    unsigned before = qntc_track_occasions(track);
    ask(m, 0);
    expect_causes(0, expected);
    bool fits = *expected == '\0'; /* then the answer must be read */
    g_assert_cmpuint(qntc_track_occasions(track), ==, before + fits);
    tear_down();
}

static void test_referral_of_another_session(void)
{
    asked_elsewhere("anne", "");
    asked_elsewhere("BERT", "dfs-path proven");
    asked_elsewhere(NULL, "dfs-path proven");
}

static void test_referral_of_a_user_that_is_not_seen(void)
{
    set_up();
    log_on(1, 7, NULL, 0);
    open_elsewhere(3, "\\\\srv\\dfs");
    connect_to("10.0.0.2");
    log_on(1, 9, NULL, 0);
    struct qntc_message m = referral(3, GET_REFERRALS, "\\srv\\dfs\\link");
    m.session_id = number(9);
    ask(m, 0);
    expect_causes(0, "");
    tear_down();
}

/* The same name at another client may be somebody else. */
static void test_referral_of_another_client(void)
{
    set_up_elsewhere();
    struct qntc_peers peers = {.client_address = "10.0.0.77",
                               .server_address = track->facts->server_address,
                               .server_port = 445,
                               .syn_seen = true};
    track = qntc_capture_connect(capture, &peers);
    log_on(1, 9, "ANNE", 0);
    struct qntc_message m = referral(3, GET_REFERRALS, "\\srv\\dfs\\link");
    m.session_id = number(9);
    ask(m, 0);
    expect_causes(0, "dfs-path proven");
    tear_down();
}

static void test_referrals_are_bounded(void)
{
    set_up();
    agree(0x0300, ENABLED, ENABLED);
    get_in(0);
    for (unsigned i = 0; i < 200; i++) {
        char *path = g_strdup_printf("\\\\srv\\share%u", i);
        open_elsewhere(3 + i, path);
        g_free(path);
    }
    ask(referral(300, GET_REFERRALS_EX, NULL), 0);
    unsigned followed = 0;
    for (unsigned i = 0; i < event_count(); i++)
        followed += event(i)->referral_frame != 0;
    g_assert_cmpuint(followed, ==, 64);
    tear_down();
}

/* What a client gets over leaves room for what it does not. */
static void test_followed_paths_are_bounded(void)
{
    set_up_elsewhere();
    for (unsigned i = 0; i < 300; i++) {
        ask(referral(10 + 2 * i, GET_REFERRALS, "\\srv\\dfs\\link"), 0);
        open_elsewhere(11 + 2 * i, "\\\\srv\\dfs");
    }
    g_assert_cmpuint(event_count(), <=, 128);
    ask(tree(900, "\\\\srv\\data", 0), BAD_NETWORK_NAME);
    expect_causes(event_count() - 1, "share-not-found proven");
    tear_down();
}

/* ------------------------------------------------------------------ the end of the connection */

static void end_case(uint64_t client, uint64_t server, uint64_t session_flags, bool asks,
                     enum qntc_side by, const char *expected)
{
    set_up();
    agree(0x0300, client, server);
    get_in(session_flags);
    if (asks)
        sent(tree(3, "\\\\srv\\data", 0));
    closed(by);
    if (expected == NULL)
        g_assert_cmpuint(event_count(), ==, 0);
    else
        expect_causes(0, expected);
    tear_down();
}

static void test_connections_that_end_at_once(void)
{
    end_case(REQUIRED, OFF, 0, false, QNTC_CLIENT, "signing-mismatch likely");
    end_case(REQUIRED, ENABLED, 1, false, QNTC_CLIENT, "guest-cannot-sign likely");
    end_case(REQUIRED, OFF, 1, false, QNTC_CLIENT, "guest-cannot-sign likely");
    end_case(ENABLED, REQUIRED, 0, true, QNTC_SERVER, "unsigned-request-refused likely");
    end_case(ENABLED, REQUIRED, 1, true, QNTC_SERVER, "guest-cannot-sign likely");
    /* a null session has no key, either, where somebody insists */
    end_case(ENABLED, REQUIRED, 2, false, QNTC_SERVER, "guest-cannot-sign likely");
    end_case(REQUIRED, ENABLED, 2, false, QNTC_CLIENT, "guest-cannot-sign likely");
    /* nothing was asked that could have been refused, or the client did not wait */
    end_case(ENABLED, REQUIRED, 0, false, QNTC_SERVER, "");
    end_case(ENABLED, REQUIRED, 0, true, QNTC_CLIENT, "");
    /* a client that has what it came for */
    end_case(ENABLED, ENABLED, 0, false, QNTC_CLIENT, NULL);
    end_case(REQUIRED, REQUIRED, 0, false, QNTC_CLIENT, "");
    end_case(ENABLED, ENABLED, 1, false, QNTC_CLIENT, NULL);
}

/* Who leaves while a signed request waits, or after a null session, shows nothing of signing. */
static void test_clients_that_are_done(void)
{
    set_up();
    agree(0x0300, REQUIRED, OFF);
    get_in(0);
    sent(tree(3, "\\\\srv\\data", SIGNED));
    closed(QNTC_CLIENT);
    expect_causes(0, "");
    tear_down();
    end_case(ENABLED, REQUIRED, 2, false, QNTC_CLIENT, "");
}

/* The answer of a signed request is not signed, and the client leaves. */
static void answer_case(uint64_t server, uint64_t flags, enum qntc_side by, const char *expected)
{
    set_up();
    agree(0x0300, REQUIRED, server);
    get_in(0);
    struct qntc_message asked = tree(3, "\\\\srv\\data", SIGNED);
    sent(asked);
    asked.flags = number(flags);
    sent(answer_to(asked, 0));
    closed(by);
    g_assert_true(event(0)->answer_signed == ((flags & SIGNED) != 0));
    expect_causes(1, expected);
    tear_down();
}

static void test_unsigned_answer(void)
{
    answer_case(ENABLED, 0, QNTC_CLIENT, "signature-invalid likely");
    answer_case(ENABLED, ~(uint64_t)SIGNED, QNTC_CLIENT, "signature-invalid likely");
    answer_case(ENABLED, SIGNED, QNTC_CLIENT, "");
    answer_case(ENABLED, 0, QNTC_SERVER, "");
    /* what its settings say is what the server does, until it signs */
    answer_case(OFF, 0, QNTC_SERVER, "signing-mismatch likely");
    answer_case(OFF, SIGNED, QNTC_SERVER, "");
}

/* The status that names a cause names it, whatever the server does later. */
static void test_end_behind_a_refusal(void)
{
    set_up();
    agree(0x0300, ENABLED, REQUIRED);
    get_in(0);
    ask(tree(3, "\\\\srv\\data", 0), BAD_NETWORK_NAME);
    closed(QNTC_SERVER);
    expect_causes(0, "share-not-found proven");
    tear_down();
}

/* The answer that was seen is not that of the request that waits. */
static void test_end_while_a_request_waits(void)
{
    set_up();
    agree(0x0300, REQUIRED, ENABLED);
    get_in(0);
    sent(answer_to(request(3, QNTC_COMMAND_OTHER, "CREATE", SIGNED), 0));
    sent(request(4, QNTC_COMMAND_OTHER, "CREATE", SIGNED));
    closed(QNTC_CLIENT);
    g_assert_false(event(0)->answered);
    g_assert_false(event(0)->answer_signed);
    tear_down();
}

/* A client that requires signing, of a server that has none, leaves behind these requests. */
static unsigned events_of_end(struct qntc_message first, unsigned count)
{
    set_up();
    agree(0x0300, REQUIRED, OFF);
    get_in(0);
    for (unsigned i = 0; i < count; i++)
        sent(first);
    closed(QNTC_CLIENT);
    unsigned events = event_count();
    tear_down();
    return events;
}

/* Not signing: the client has worked, gone by itself, or encrypts what nobody can read. */
static void test_ends_of_sessions_in_use(void)
{
    struct qntc_message asked = request(3, QNTC_COMMAND_OTHER, "CREATE", 0);
    struct qntc_message unreadable = request(3, QNTC_COMMAND_OTHER, NULL, 0);
    unreadable.encrypted = true;
    g_assert_cmpuint(events_of_end(asked, 1), ==, 1);
    g_assert_cmpuint(events_of_end(asked, 2), ==, 0);
    g_assert_cmpuint(events_of_end(request(3, QNTC_COMMAND_LOGOFF, "LOGOFF", 0), 1), ==, 0);
    g_assert_cmpuint(events_of_end(unreadable, 1), ==, 0);
}

/* A session that authenticates again was in use before. */
static void test_end_after_a_reauthentication(void)
{
    set_up();
    agree(0x0300, REQUIRED, OFF);
    get_in(0);
    sent(setup(3, 7, 1));
    sent(answer_setup(3, 7, 0xC0000016));
    sent(authenticate(4, 7, "ANNE"));
    sent(answer_setup(4, 7, 0));
    closed(QNTC_CLIENT);
    g_assert_cmpuint(events_of(2), ==, 0);
    tear_down();
}

/* The five seconds begin with the last request, where there is one. */
static void test_end_after_a_late_request(void)
{
    set_up();
    agree(0x0300, ENABLED, REQUIRED);
    get_in(0);
    wait_for(60 * SECOND);
    sent(tree(3, "\\\\srv\\data", 0));
    closed(QNTC_SERVER);
    expect_causes(0, "unsigned-request-refused likely");
    tear_down();
}

/* STATUS_PENDING is no answer: the request is still there when the real one comes. */
static void test_pending_keeps_the_request(void)
{
    set_up();
    agree(0x0300, ENABLED, ENABLED);
    get_in(0);
    struct qntc_message asked = tree(3, "\\\\srv\\data", 0);
    uint32_t asked_in = sent(asked);
    sent(answer_to(asked, 0x00000103));
    asked.tree_path = NULL;
    sent(answer_to(asked, BAD_NETWORK_NAME));
    g_assert_cmpuint(event_count(), ==, 1);
    g_assert_cmpuint(event(0)->request_frame, ==, asked_in);
    g_assert_cmpstr(event(0)->share, ==, "data");
    tear_down();
}

static void test_later_end_is_no_event(void)
{
    set_up();
    agree(0x0300, REQUIRED, OFF);
    get_in(0);
    wait_for(6 * SECOND);
    closed(QNTC_CLIENT);
    g_assert_cmpuint(event_count(), ==, 0);
    tear_down();
}

/* Nobody can tell whether the client left at once where the clock runs backwards. */
static void test_end_at_a_time_that_is_not_sure(void)
{
    for (qntc_time late = 0; late < 2; late++) {
        set_up();
        const qntc_time step_back = SECOND * 9 / 10;
        qntc_capture_frame(capture, ++frame, now + step_back, false);
        agree(0x0300, REQUIRED, OFF);
        get_in(0);
        wait_for(5 * SECOND - step_back + late);
        closed(QNTC_CLIENT);
        g_assert_cmpuint(event_count(), ==, late == 0 ? 1 : 0);
        tear_down();
    }
}

/* ---------------------------------------------------------------------- how requests are signed */

static void test_first_unsigned_request(void)
{
    set_up();
    agree(0x0300, ENABLED, ENABLED);
    get_in(0);
    ask(tree(3, "\\\\srv\\IPC$", 0), 0);
    struct qntc_message validate = request(4, QNTC_COMMAND_OTHER, "IOCTL", SIGNED);
    validate.fsctl = number(0x00140204);
    ask(validate, 0);
    g_assert_cmpuint(logon(1)->session.signed_frame, ==, 0);
    g_assert_cmpuint(logon(1)->session.unsigned_frame, ==, 0);
    struct qntc_message other = validate;
    other.fsctl = number(0x00060194); /* FSCTL_DFS_GET_REFERRALS */
    other.flags = number(SIGNED - 1);
    uint32_t first = sent(other);
    ask(request(5, QNTC_COMMAND_OTHER, "CREATE", 0), 0);
    g_assert_cmpuint(logon(1)->session.unsigned_frame, ==, first);
    g_assert_cmpuint(logon(1)->session.signed_frame, ==, 0);
    tear_down();
}

/* An ECHO and an oplock break are neither unsigned requests nor the first that is answered. */
static void test_messages_without_a_session(void)
{
    set_up();
    agree(0x0300, ENABLED, ENABLED);
    get_in(0);
    struct qntc_message echo = request(3, QNTC_COMMAND_OTHER, "ECHO", 0);
    echo.session_id = number(0);
    ask(echo, 0);
    struct qntc_message oplock_break = message(QNTC_SERVER, QNTC_COMMAND_OTHER, UINT64_MAX, 0);
    oplock_break.status = nt(0);
    sent(oplock_break);
    g_assert_cmpuint(logon(1)->session.unsigned_frame, ==, 0);
    ask(request(4, QNTC_COMMAND_OTHER, "CREATE", SIGNED), ACCESS_DENIED);
    g_assert_cmpuint(event_count(), ==, 1);
    g_assert_cmpuint(logon(1)->session.signed_frame, !=, 0);
    sent(answer_to(echo, 0xC0000203));
    g_assert_cmpuint(event_count(), ==, 2);
    tear_down();
}

/* A share-level server of SMB1 gives out no UID; of a cut-off header the session is not known. */
static void test_requests_without_an_id(void)
{
    for (unsigned is_cut_off = 0; is_cut_off < 2; is_cut_off++) {
        set_up();
        agree(0x0300, ENABLED, ENABLED);
        get_in(0);
        struct qntc_message m = request(3, QNTC_COMMAND_OTHER, "TRANSACTION2", 0);
        m.session_id = is_cut_off ? (struct qntc_number){0} : number(0);
        m.family = is_cut_off ? QNTC_SMB2 : QNTC_SMB1;
        uint32_t asked = sent(m);
        g_assert_cmpuint(logon(1)->session.unsigned_frame, ==, asked);
        tear_down();
    }
}

/* Windows sets SMB1's bit with signing off, too: an empty signature is none. */
static void test_smb1_bit_without_signature(void)
{
    static const uint8_t zeros[8];
    set_up();
    struct qntc_message logon_request = authenticate(1, 7, "ANNE");
    logon_request.family = QNTC_SMB1;
    sent(logon_request);
    struct qntc_message accepted = answer_setup(1, 7, 0);
    accepted.family = QNTC_SMB1;
    sent(accepted);
    struct qntc_message m = request(2, QNTC_COMMAND_OTHER, "TRANSACTION2", 0x0004);
    m.family = QNTC_SMB1;
    m.smb1_signature = (struct qntc_bytes){zeros, sizeof zeros};
    uint32_t asked = sent(m);
    g_assert_cmpuint(logon(1)->session.unsigned_frame, ==, asked);
    m.smb1_signature = (struct qntc_bytes){v1_response, 8};
    m.flags = number(0xFFFB);
    sent(m);
    m.flags = number(0x0004);
    asked = sent(m);
    g_assert_cmpuint(logon(1)->session.signed_frame, ==, asked);
    tear_down();
}

static void test_encrypted_messages(void)
{
    set_up();
    agree(0x0300, ENABLED, ENABLED);
    get_in(0);
    struct qntc_message m = message(QNTC_CLIENT, QNTC_COMMAND_OTHER, 0, 0);
    m.session_id.seen = m.message_id.seen = false;
    m.encrypted = true;
    uint32_t first = sent(m);
    sent(m);
    g_assert_cmpuint(logon(1)->session.encrypted_frame, ==, first);
    g_assert_true(qntc_server_encrypts(logon(1)->connection->server) == logon(1));

    connect_to("10.0.0.2"); /* no session here that it could belong to */
    sent(m);
    tear_down();
}

/* What tshark has decrypted is read as any other message. */
static void test_decrypted_messages(void)
{
    set_up();
    agree(0x0300, ENABLED, ENABLED);
    get_in(0);
    struct qntc_message m = tree(3, "\\\\srv\\data", 0);
    m.encrypted = true;
    ask(m, BAD_NETWORK_NAME);
    sent(request(4, QNTC_COMMAND_OTHER, NULL, 0));
    g_assert_cmpuint(event_count(), ==, 1);
    g_assert_cmpuint(logon(1)->session.encrypted_frame, ==, 0);
    tear_down();
}

/* --------------------------------------------------------- sessions from before the capture */

/* What is found where a session that nobody saw begin loses a request: the cause, or NULL. */
static const char *finding_of_orphan(struct qntc_message asked, uint32_t status)
{
    ask(asked, status);
    const GPtrArray *findings = qntc_capture_findings(capture);
    g_assert_cmpuint(findings->len, <=, 1);
    const struct qntc_finding *finding = findings->len > 0 ? g_ptr_array_index(findings, 0) : NULL;
    const char *cause = finding != NULL ? finding->cause->cause->id : NULL;
    tear_down();
    return cause;
}

static void set_up_orphan(void)
{
    set_up();
    track->facts->began_before_capture = true;
}

static void test_session_from_before_the_capture(void)
{
    struct qntc_message create = request(30, QNTC_COMMAND_OTHER, "CREATE", 0);
    struct qntc_message connect = tree(30, "\\\\srv\\data", 0);
    set_up_orphan();
    g_assert_cmpstr(finding_of_orphan(create, 0xC0000203), ==, "session-lost");
    set_up_orphan();
    g_assert_cmpstr(finding_of_orphan(create, ACCESS_DENIED), ==, NULL);
    set_up_orphan();
    g_assert_cmpstr(finding_of_orphan(connect, ACCESS_DENIED), ==, "share-access-denied");
    set_up();
    g_assert_cmpstr(finding_of_orphan(create, 0xC0000203), ==, NULL);
    /* one side of the NEGOTIATE is in the file: the logon will be missed, not unseen */
    set_up_orphan();
    sent(message(QNTC_CLIENT, QNTC_COMMAND_NEGOTIATE, 0, 0));
    g_assert_cmpstr(finding_of_orphan(create, 0xC0000203), ==, NULL);
    set_up_orphan();
    sent(answer_to(message(QNTC_CLIENT, QNTC_COMMAND_NEGOTIATE, 0, 0), 0));
    g_assert_cmpstr(finding_of_orphan(create, 0xC0000203), ==, NULL);
    /* a client that leaves by itself */
    set_up_orphan();
    sent(request(29, QNTC_COMMAND_LOGOFF, "LOGOFF", 0));
    g_assert_cmpstr(finding_of_orphan(create, 0xC0000203), ==, NULL);
    set_up_orphan();
    sent(request(29, QNTC_COMMAND_TREE_DISCONNECT, "TREE_DISCONNECT", 0));
    g_assert_cmpstr(finding_of_orphan(create, 0xC0000203), ==, NULL);
}

/* A client that asks for a referral got over it: the finding stays, and is no alarm. */
static void test_referral_before_the_capture(void)
{
    static const struct {
        const char *path;
        uint32_t status;
        bool got_over;
    } claims[] = {
        {"\\srv\\dfs\\link", 0, true},
        {"\\srv\\dfs\\link", NOT_FOUND, false},
        {"\\srv\\dfs", 0, false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(claims); i++) {
        set_up();
        track->facts->began_before_capture = true;
        open_elsewhere(30, "\\\\srv\\dfs");
        const struct qntc_finding *finding = qntc_capture_findings(capture)->pdata[0];
        g_assert_cmpstr(finding->cause->cause->id, ==, "dfs-path");
        g_assert_false(finding->got_over);
        ask(referral(31, GET_REFERRALS, claims[i].path), claims[i].status);
        g_assert_true(finding->got_over == claims[i].got_over);
        ask(referral(33, GET_REFERRALS, "\\srv\\data"), NOT_FOUND); /* is about another path */
        g_assert_true(finding->got_over == claims[i].got_over);
        const char *why = finding->cause->explanation;
        g_assert_true(g_str_equal(why, finding->cause->cause->explanation) != finding->got_over);
        open_elsewhere(32, "\\\\srv\\dfs");
        g_assert_false(finding->got_over);
        tear_down();
    }
}

/* --------------------------------------------------------------------------------------- bounds */

static void test_events_are_bounded(void)
{
    set_up();
    agree(0x0300, ENABLED, ENABLED);
    get_in(0);
    for (unsigned i = 0; i < 2000; i++) {
        char *path = g_strdup_printf("\\\\srv\\share%u", i);
        sent(tree(3 + i, path, 0));
        sent(answer_to(tree(3 + i, path, 0), BAD_NETWORK_NAME));
        g_free(path);
    }
    g_assert_cmpuint(event_count(), <=, 256);
    tear_down();
}

static void test_waiting_requests_are_bounded(void)
{
    set_up();
    agree(0x0300, ENABLED, ENABLED);
    get_in(0);
    for (unsigned i = 0; i < 2000; i++)
        sent(tree(3 + i, "\\\\srv\\data", 0));
    g_assert_cmpuint(track->pending->len, <=, 64);
    tear_down();
}

static void add_referral_tests(void)
{
    g_test_add_func("/after/client-that-follows-a-referral", test_client_that_follows_a_referral);
    g_test_add_func("/after/referral-that-is-refused", test_referral_that_is_refused);
    g_test_add_func("/after/other-referrals", test_other_referrals);
    g_test_add_func("/after/referral-asked-for-again", test_referral_asked_for_again);
    g_test_add_func("/after/next-path-behind-a-referral", test_next_path_behind_a_referral);
    g_test_add_func("/after/referral-in-smb1", test_referral_in_smb1);
    g_test_add_func("/after/referral-of-another-session", test_referral_of_another_session);
    g_test_add_func("/after/referral-of-a-user-that-is-not-seen",
                    test_referral_of_a_user_that_is_not_seen);
    g_test_add_func("/after/referral-of-another-client", test_referral_of_another_client);
    g_test_add_func("/after/referrals-are-bounded", test_referrals_are_bounded);
    g_test_add_func("/after/followed-paths-are-bounded", test_followed_paths_are_bounded);
    g_test_add_func("/after/referral-before-the-capture", test_referral_before_the_capture);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/after/tree-connects", test_tree_connects);
    g_test_add_func("/after/access-denied-in-order", test_access_denied_in_order);
    g_test_add_func("/after/ipc-refused-when-signed", test_ipc_refused_when_signed);
    g_test_add_func("/after/denied-request", test_denied_request);
    g_test_add_func("/after/signature-that-worked-before", test_signature_that_worked_before);
    g_test_add_func("/after/first-signature-behind-an-unsigned-request",
                    test_first_signature_behind_an_unsigned_request);
    g_test_add_func("/after/share-that-encrypts-for-another", test_share_that_encrypts_for_another);
    g_test_add_func("/after/share-that-encrypts-as-the-session",
                    test_share_that_encrypts_as_the_session);
    g_test_add_func("/after/unknown-share-that-encrypts", test_unknown_share_that_encrypts);
    g_test_add_func("/after/later-requests", test_later_requests);
    g_test_add_func("/after/denied-file-is-no-event", test_denied_file_is_no_event);
    g_test_add_func("/after/errors-behind-the-clients-logoff",
                    test_errors_behind_the_clients_logoff);
    g_test_add_func("/after/errors-behind-a-tree-disconnect", test_errors_behind_a_tree_disconnect);
    g_test_add_func("/after/logoff-that-was-none", test_logoff_that_was_none);
    g_test_add_func("/after/the-same-again-is-counted", test_the_same_again_is_counted);
    g_test_add_func("/after/denied-file-of-a-null-session", test_denied_file_of_a_null_session);
    g_test_add_func("/after/first-denied-request", test_first_denied_request);
    g_test_add_func("/after/answer-without-its-request", test_answer_without_its_request);
    g_test_add_func("/after/one-id-for-two-requests", test_one_id_for_two_requests);
    g_test_add_func("/after/chained-tree-connect", test_chained_tree_connect);
    g_test_add_func("/after/codes-of-different-kinds", test_codes_of_different_kinds);
    g_test_add_func("/after/frames-of-events", test_frames_of_events);
    g_test_add_func("/after/session-by-its-id", test_session_by_its_id);
    g_test_add_func("/after/related-request", test_related_request);
    g_test_add_func("/after/channel-of-a-session", test_channel_of_a_session);
    add_referral_tests();
    g_test_add_func("/after/connections-that-end-at-once", test_connections_that_end_at_once);
    g_test_add_func("/after/clients-that-are-done", test_clients_that_are_done);
    g_test_add_func("/after/unsigned-answer", test_unsigned_answer);
    g_test_add_func("/after/end-behind-a-refusal", test_end_behind_a_refusal);
    g_test_add_func("/after/end-while-a-request-waits", test_end_while_a_request_waits);
    g_test_add_func("/after/ends-of-sessions-in-use", test_ends_of_sessions_in_use);
    g_test_add_func("/after/end-after-a-reauthentication", test_end_after_a_reauthentication);
    g_test_add_func("/after/end-after-a-late-request", test_end_after_a_late_request);
    g_test_add_func("/after/pending-keeps-the-request", test_pending_keeps_the_request);
    g_test_add_func("/after/later-end-is-no-event", test_later_end_is_no_event);
    g_test_add_func("/after/end-at-a-time-that-is-not-sure", test_end_at_a_time_that_is_not_sure);
    g_test_add_func("/after/first-unsigned-request", test_first_unsigned_request);
    g_test_add_func("/after/messages-without-a-session", test_messages_without_a_session);
    g_test_add_func("/after/requests-without-an-id", test_requests_without_an_id);
    g_test_add_func("/after/smb1-bit-without-signature", test_smb1_bit_without_signature);
    g_test_add_func("/after/encrypted-messages", test_encrypted_messages);
    g_test_add_func("/after/decrypted-messages", test_decrypted_messages);
    g_test_add_func("/after/session-from-before-the-capture", test_session_from_before_the_capture);
    g_test_add_func("/after/events-are-bounded", test_events_are_bounded);
    g_test_add_func("/after/waiting-requests-are-bounded", test_waiting_requests_are_bounded);
    return g_test_run();
}
