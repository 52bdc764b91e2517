/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the ladder of a logon claims: which steps, in which order, between whom, and what is marked.
 * The facts are made by hand; a whole ladder is compared as people see it.
 */
#include "report_ladder.h"

#include <string.h>

#include "status.h"

#define BEGIN (INT64_C(1714558953) * G_USEC_PER_SEC)
#define AFTER(milliseconds) (BEGIN + (milliseconds)*INT64_C(1000))

struct sample {
    struct qntc_connection connection;
    struct qntc_logon logon;
    GArray *times;
    GPtrArray *tickets;
    GPtrArray *events;
};

static void seen_at(struct sample *sample, uint32_t frame, qntc_time time)
{
    struct qntc_frame_time at = {frame, time};
    g_array_append_val(sample->times, at);
}

/* TCP, NEGOTIATE to SMB 2.1, and nothing more. */
static void begin(struct sample *sample)
{
    *sample = (struct sample){.times = g_array_new(FALSE, FALSE, sizeof(struct qntc_frame_time))};
    sample->connection = (struct qntc_connection){
        .client_address = "10.0.0.1",
        .server_address = "10.0.0.2",
        .server_port = 445,
        .opening_frames = {1, 2, 3},
        .opening_time = BEGIN,
        .negotiate = {.request_frame = 4,
                      .request_time = AFTER(1),
                      .response_frame = 5,
                      .response_time = AFTER(2),
                      .offers_smb2 = true,
                      .dialect_count = 2,
                      .dialects = {0x0202, 0x0210},
                      .dialect = QNTC_DIALECT_210,
                      .mechanisms_seen = true,
                      .mechanisms = QNTC_OFFERS_KERBEROS | QNTC_OFFERS_NTLMSSP},
    };
    sample->logon = (struct qntc_logon){
        .number = 1,
        .connection = &sample->connection,
        .times = sample->times,
        .ntlm = {.lm_length = QNTC_LENGTH_UNKNOWN, .nt_length = QNTC_LENGTH_UNKNOWN},
        .result_time = QNTC_TIME_UNKNOWN,
        .pass_through = {.request_time = QNTC_TIME_UNKNOWN, .answer_time = QNTC_TIME_UNKNOWN},
        .turn = QNTC_CLIENT,
        .last_client_frame = 4,
        .last_server_frame = 5,
        .end_frame = 5,
    };
}

static void end(struct sample *sample)
{
    g_array_free(sample->times, TRUE);
    if (sample->tickets != NULL)
        g_ptr_array_free(sample->tickets, TRUE);
    if (sample->events != NULL)
        g_ptr_array_free(sample->events, TRUE);
}

/* NTLMSSP up to the AUTHENTICATE, which waits. */
static void by_ntlm(struct sample *sample)
{
    struct qntc_logon *logon = &sample->logon;
    begin(sample);
    logon->mechanism = QNTC_MECHANISM_NTLMSSP;
    logon->setup_seen = true;
    logon->user = "ANNE";
    logon->domain = "CORP";
    logon->workstation = "";
    logon->ntlm.version = QNTC_NTLM_V2;
    logon->ntlm.nb_computer = "FILESRV";
    logon->ntlm.nb_domain = "CORP";
    logon->first_setup_frame = logon->ntlm.negotiate_frame = 6;
    logon->ntlm.challenge_frame = 7;
    logon->authenticate_frame = logon->ntlm.authenticate_frame = logon->last_client_frame = 8;
    logon->last_server_frame = 7;
    logon->end_frame = 8;
    logon->turn = QNTC_SERVER;
    seen_at(sample, 6, AFTER(3));
    seen_at(sample, 7, AFTER(4));
    seen_at(sample, 8, AFTER(5));
}

static void refused(struct sample *sample, uint32_t frame, uint32_t status)
{
    struct qntc_logon *logon = &sample->logon;
    logon->outcome = QNTC_OUTCOME_REFUSED;
    logon->status = (struct qntc_status){.kind = QNTC_STATUS_NT, .code = status};
    logon->result_frame = logon->end_frame = logon->last_server_frame = frame;
    logon->result_time = AFTER(1250);
    logon->ended = true;
}

static void accepted(struct sample *sample, uint32_t frame)
{
    refused(sample, frame, 0);
    sample->logon.outcome = QNTC_OUTCOME_SUCCESS;
}

static void closed(struct sample *sample, enum qntc_side by, enum qntc_outcome outcome)
{
    sample->logon.outcome = outcome;
    sample->logon.end_frame = sample->connection.close_frame = 20;
    sample->connection.close_time = AFTER(9000);
    sample->connection.closed_by = by;
}

/* The ladder of the sample. Free with g_free. */
static char *draw(const struct sample *sample)
{
    FILE *file = tmpfile();
    g_assert_nonnull(file);
    qntc_report_ladder(&sample->logon, file);
    size_t length = (size_t)ftell(file);
    char *text = g_malloc0(length + 1);
    rewind(file);
    g_assert_cmpuint(fread(text, 1, length, file), ==, length);
    fclose(file);
    return text;
}

static void expect(const struct sample *sample, const char *expected)
{
    char *text = draw(sample);
    g_assert_cmpstr(text, ==, expected);
    g_free(text);
}

/* A line of the ladder says so, in one piece. */
static bool says(const struct sample *sample, const char *part)
{
    char *text = draw(sample);
    bool found = strstr(text, part) != NULL;
    g_free(text);
    return found;
}

/* -------------------------------------------------------------------------------- whole ladders */

static void test_ntlm_with_pass_through(void)
{
    struct sample sample;
    by_ntlm(&sample);
    sample.logon.pass_through = (struct qntc_pass_through){.dc_address = "10.0.0.9",
                                                           .request_frame = 9,
                                                           .request_time = AFTER(10),
                                                           .answer_frame = 10,
                                                           .answer_time = AFTER(1200),
                                                           .opnum = 39,
                                                           .sealed = true};
    refused(&sample, 11, (uint32_t)QNTC_STATUS_LOGON_FAILURE);
    expect(
        &sample,
        "  client         10.0.0.1\n"
        "  server         10.0.0.2\n"
        "  DC             10.0.0.9\n"
        "  Step    Frame       Time client    server      DC\n"
        "              1    0.000 s    |-------->|         |  TCP connection (3 frames)\n"
        "     1        4    0.001 s    |-------->|         |  NEGOTIATE: offers 2.0.2, 2.1\n"
        "     2        5    0.002 s    |<--------|         |  NEGOTIATE: SMB 2.1; offers Kerberos, "
        "NTLMSSP\n"
        "     3        6    0.003 s    |-------->|         |  NEGOTIATE_MESSAGE\n"
        "     4        7    0.004 s    |<--------|         |  CHALLENGE_MESSAGE: FILESRV, domain "
        "CORP\n"
        "     5        8    0.005 s    |-------->|         |  AUTHENTICATE_MESSAGE: user ANNE, "
        "domain CORP,\n"
        "                              |         |         |  workstation empty, response NTLMv2\n"
        "     6        9    0.010 s    |         |-------->|  NetrLogonSamLogonEx, sealed\n"
        "     7       10    1.200 s    |         |<--------|  its answer, sealed\n"
        "     8       11    1.250 s    |<--------|         |  -- failed: STATUS_LOGON_FAILURE "
        "(0xC000006D)\n");
    end(&sample);
}

/* The KDC stands left of the client, and the steps in the order of the frames. */
static void test_kerberos_with_kdc(void)
{
    struct sample sample;
    struct qntc_ticket tickets[] = {
        {.kdc_address = "10.0.0.9",
         .client = "anne",
         .service = "krbtgt/CORP",
         .first_request_frame = 6,
         .last_request_frame = 8,
         .first_request_time = AFTER(3),
         .answer_frame = 9,
         .answer_time = AFTER(4),
         .result = QNTC_TICKET_GRANTED,
         .ticket_etype = 18},
        {.tgs = true,
         .kdc_address = "10.0.0.9",
         .service = "cifs/filesrv",
         .first_request_frame = 10,
         .last_request_frame = 10,
         .first_request_time = AFTER(5),
         .answer_frame = 11,
         .answer_time = AFTER(6),
         .result = QNTC_TICKET_GRANTED,
         .ticket_etype = 23},
    };
    begin(&sample);
    sample.tickets = sample.logon.tickets = g_ptr_array_new();
    g_ptr_array_add(sample.tickets, &tickets[0]);
    g_ptr_array_add(sample.tickets, &tickets[1]);
    sample.logon.mechanism = QNTC_MECHANISM_KERBEROS;
    sample.logon.setup_seen = true;
    sample.logon.first_setup_frame = sample.logon.authenticate_frame = 12;
    sample.logon.kerberos = (struct qntc_kerberos_exchange){
        .ap_req_frame = 12, .ap_rep_frame = 13, .service = "cifs/filesrv", .ticket_etype = 23};
    seen_at(&sample, 12, AFTER(7));
    accepted(&sample, 13);
    expect(
        &sample,
        "  KDC            10.0.0.9\n"
        "  client         10.0.0.1\n"
        "  server         10.0.0.2\n"
        "  Step    Frame       Time   KDC     client    server\n"
        "              1    0.000 s    |         |-------->|  TCP connection (3 frames)\n"
        "     1        4    0.001 s    |         |-------->|  NEGOTIATE: offers 2.0.2, 2.1\n"
        "     2        5    0.002 s    |         |<--------|  NEGOTIATE: SMB 2.1; offers "
        "Kerberos, NTLMSSP\n"
        "              6    0.003 s    |<--------|         |  AS-REQ for krbtgt/CORP, client anne "
        "(and again\n"
        "                              |         |         |  until frame 8)\n"
        "              9    0.004 s    |-------->|         |  AS-REP, AES256\n"
        "             10    0.005 s    |<--------|         |  TGS-REQ for cifs/filesrv\n"
        "             11    0.006 s    |-------->|         |  TGS-REP, RC4\n"
        "             12    0.007 s    |         |-------->|  AP-REQ: ticket for cifs/filesrv, "
        "RC4\n"
        "             13    1.250 s    |         |<--------|  the session is set up (AP-REP)\n");
    end(&sample);
}

static void test_missing_answer(void)
{
    struct sample sample;
    by_ntlm(&sample);
    closed(&sample, QNTC_CLIENT, QNTC_OUTCOME_UNANSWERED);
    char *text = draw(&sample);
    const char *tail = strstr(text, "     5        8");
    g_assert_cmpstr(
        tail, ==,
        "     5        8    0.005 s    |-------->|  AUTHENTICATE_MESSAGE: user ANNE, "
        "domain CORP, workstation\n"
        "                              |         |  empty, response NTLMv2\n"
        "     8                        |< - - - -|  -- missing: no answer to "
        "AUTHENTICATE_MESSAGE (server's\n"
        "                              |         |  turn)\n"
        "             20    9.000 s    |-------->|  the client ends the connection (FIN)\n");
    g_free(text);
    end(&sample);
}

/* -------------------------------------------------------------------------------- other endings */

static void test_server_closes(void)
{
    struct sample sample;
    by_ntlm(&sample);
    closed(&sample, QNTC_SERVER, QNTC_OUTCOME_CLOSED);
    sample.connection.closed_by_reset = true;
    g_assert_true(says(&sample, "|<--------|  -- failed: the server ends the connection (RST)"));
    end(&sample);
}

static void test_client_leaves(void)
{
    struct sample sample;
    by_ntlm(&sample);
    sample.logon.ntlm.authenticate_frame = sample.logon.authenticate_frame = 0;
    sample.logon.last_client_frame = 6;
    sample.logon.turn = QNTC_CLIENT;
    closed(&sample, QNTC_CLIENT, QNTC_OUTCOME_ABANDONED);
    g_assert_true(says(&sample, "     5                        |- - - - >|  -- missing: no further "
                                "request (client's turn)"));
    end(&sample);
}

/* What ends a connection later is not how the logon ended. */
static void test_left_for_another(void)
{
    struct sample sample;
    by_ntlm(&sample);
    closed(&sample, QNTC_CLIENT, QNTC_OUTCOME_ABANDONED);
    sample.logon.end_frame = 8;
    g_assert_false(says(&sample, "ends the connection"));
    end(&sample);
}

static void test_end_not_in_capture(void)
{
    struct sample sample;
    by_ntlm(&sample);
    g_assert_true(says(&sample, "or the capture lacks it"));
    sample.logon.outcome = QNTC_OUTCOME_UNANSWERED;
    g_assert_false(says(&sample, "or the capture lacks it"));
    end(&sample);
}

static void test_negotiate_without_answer(void)
{
    struct sample sample;
    begin(&sample);
    sample.connection.negotiate.response_frame = 0;
    sample.logon.turn = QNTC_SERVER;
    sample.logon.last_server_frame = 0;
    g_assert_true(says(&sample, "     2                        |< - - - -|  -- missing: no answer "
                                "to NEGOTIATE (server's turn)"));
    end(&sample);
}

static void test_negotiate_refused(void)
{
    struct sample sample;
    begin(&sample);
    sample.logon.refused_at_negotiate = true;
    refused(&sample, 5, 0);
    sample.connection.negotiate.no_dialect_chosen = true;
    g_assert_true(
        says(&sample, "2        5    0.002 s    |<--------|  -- failed: NEGOTIATE: none "));
    g_assert_false(says(&sample, "missing"));
    end(&sample);
}

static void test_accepted_as_guest(void)
{
    struct sample sample;
    by_ntlm(&sample);
    accepted(&sample, 9);
    sample.logon.outcome = QNTC_OUTCOME_GUEST;
    g_assert_true(says(&sample, "     8        9    1.250 s    |<--------|  the session is set up, "
                                "as guest\n"));
    end(&sample);
}

/* ------------------------------------------------------------------------------- shorter forms */

static void test_password_fields(void)
{
    struct sample sample;
    by_ntlm(&sample);
    sample.logon.mechanism = QNTC_MECHANISM_NTLM;
    sample.logon.ntlm.negotiate_frame = sample.logon.ntlm.challenge_frame = 0;
    sample.logon.first_setup_frame = 8;
    sample.connection.negotiate.dialect = QNTC_DIALECT_SMB1;
    sample.connection.negotiate.mechanisms_seen = false;
    sample.connection.negotiate.challenge_seen = true;
    accepted(&sample, 9);
    g_assert_true(says(&sample, "NEGOTIATE: SMB1, no extended security: the challenge is"));
    g_assert_true(says(&sample, "SESSION_SETUP: user ANNE, domain CORP"));
    g_assert_false(says(&sample, "missing"));
    end(&sample);
}

static void test_share_level(void)
{
    struct sample sample;
    test_password_fields();
    begin(&sample);
    sample.connection.negotiate.dialect = QNTC_DIALECT_SMB1;
    sample.connection.negotiate.share_level = true;
    g_assert_true(says(&sample, "NEGOTIATE: SMB1, share-level security"));
    end(&sample);
}

static void test_port_139(void)
{
    struct sample sample;
    begin(&sample);
    g_assert_false(says(&sample, "NetBIOS"));
    sample.connection.server_port = 139;
    g_assert_true(says(&sample, "TCP connection, NetBIOS session (3 frames)"));
    end(&sample);
}

/* --------------------------------------------------------------- what the capture does not show */

static void test_unseen_messages(void)
{
    struct sample sample;
    by_ntlm(&sample);
    accepted(&sample, 9);
    sample.connection.negotiate.request_frame = 0;
    sample.logon.ntlm.negotiate_frame = sample.logon.first_setup_frame = 0;
    g_assert_true(says(&sample, "|- - - - >|  -- missing: the client's NEGOTIATE is not in the"));
    g_assert_true(says(&sample, "|- - - - >|  -- missing: NEGOTIATE_MESSAGE is not in the"));
    sample.logon.ntlm.challenge_frame = 0;
    g_assert_true(says(&sample, "|< - - - -|  -- missing: CHALLENGE_MESSAGE is not in the"));
    end(&sample);
}

static void test_unseen_request(void)
{
    struct sample sample;
    by_ntlm(&sample);
    sample.logon.ntlm.authenticate_frame = sample.logon.authenticate_frame = 0;
    sample.logon.last_client_frame = 0;
    sample.logon.request_missing = true;
    refused(&sample, 9, (uint32_t)QNTC_STATUS_LOGON_FAILURE);
    g_assert_true(says(&sample,
                       "     5                        |- - - - >|  -- missing: the request "
                       "to it is not in the capture\n     8        9"));
    end(&sample);
}

static void test_unseen_answer_to_negotiate(void)
{
    struct sample sample;
    by_ntlm(&sample);
    sample.connection.negotiate.response_frame = 0;
    g_assert_true(says(&sample, "-- missing: the answer to NEGOTIATE is not in the capture"));
    end(&sample);
}

static void test_nothing_of_the_connection(void)
{
    struct sample sample;
    by_ntlm(&sample);
    sample.connection.opening_frames[0] = 0;
    sample.connection.negotiate = (struct qntc_negotiate){.request_frame = 0};
    char *text = draw(&sample);
    g_assert_null(strstr(text, "TCP"));
    g_assert_null(strstr(text, "NEGOTIATE:"));
    g_assert_nonnull(strstr(text, "     3        6    0.000 s    |-------->|  NEGOTIATE_MESSAGE"));
    g_free(text);
    end(&sample);
}

static void test_unknown_times(void)
{
    struct sample sample;
    begin(&sample);
    sample.connection.opening_time = QNTC_TIME_UNKNOWN;
    sample.connection.negotiate.request_time = QNTC_TIME_UNKNOWN;
    sample.connection.negotiate.response_time = QNTC_TIME_UNKNOWN;
    g_assert_true(says(&sample, "              1               |-------->|  TCP"));
    g_assert_false(says(&sample, " s  "));
    end(&sample);
}

/* -------------------------------------------------------------------------- KDC and controller */

static void with_ticket(struct sample *sample, struct qntc_ticket *ticket)
{
    begin(sample);
    sample->tickets = sample->logon.tickets = g_ptr_array_new();
    g_ptr_array_add(sample->tickets, ticket);
}

/* The ticket may have been there before the connection: time begins with it. */
static void test_ticket_before_the_connection(void)
{
    struct qntc_ticket ticket = {.kdc_address = "10.0.0.9",
                                 .first_request_frame = 1,
                                 .last_request_frame = 1,
                                 .first_request_time = AFTER(-10),
                                 .answer_frame = 2,
                                 .answer_time = AFTER(-5),
                                 .result = QNTC_TICKET_GRANTED};
    struct sample sample;
    with_ticket(&sample, &ticket);
    sample.connection.opening_frames[0] = 3;
    g_assert_true(says(&sample, "server\n"
                                "              1    0.000 s    |<--------|         |  AS-REQ\n"
                                "              2    0.005 s    |-------->|         |  AS-REP\n"
                                "              3    0.010 s    |         |-------->|  TCP"));
    end(&sample);
}

static void test_ticket_refused(void)
{
    struct qntc_ticket ticket = {.tgs = true,
                                 .kdc_address = "10.0.0.9",
                                 .first_request_frame = 6,
                                 .last_request_frame = 6,
                                 .answer_frame = 7,
                                 .result = QNTC_TICKET_REFUSED,
                                 .error_code = 7};
    struct sample sample;
    with_ticket(&sample, &ticket);
    g_assert_true(says(&sample, "|-------->|         |  -- failed: KRB-ERROR 7"));
    end(&sample);
}

static void test_kdc_silent(void)
{
    struct qntc_ticket ticket = {.kdc_address = "10.0.0.9",
                                 .first_request_frame = 6,
                                 .last_request_frame = 7,
                                 .unanswered = 2,
                                 .result = QNTC_TICKET_PENDING};
    struct sample sample;
    with_ticket(&sample, &ticket);
    g_assert_true(says(&sample, "|- - - - >|         |  -- missing: no answer of the KDC"));
    ticket.only_syn = true;
    g_assert_true(says(&sample, "SYN to port 88 (and again until frame 7)"));
    ticket.only_syn = false;
    ticket.answer_frame = 8;
    ticket.result = QNTC_TICKET_UNREACHABLE;
    ticket.unreachable_by = "ICMP: port unreachable";
    g_assert_true(says(&sample, "|-------->|         |  -- failed: ICMP: port unreachable"));
    end(&sample);
}

/* PREAUTH_REQUIRED, say, and the client does not ask again. */
static void test_step_of_the_kdc_is_an_answer(void)
{
    struct qntc_ticket ticket = {.kdc_address = "10.0.0.9",
                                 .first_request_frame = 6,
                                 .last_request_frame = 6,
                                 .answer_frame = 7,
                                 .result = QNTC_TICKET_PENDING};
    struct sample sample;
    with_ticket(&sample, &ticket);
    g_assert_true(says(&sample, "|-------->|         |  an answer that asks for another request"));
    g_assert_false(says(&sample, "no answer of the KDC"));
    end(&sample);
}

static void test_other_kdc_is_named(void)
{
    struct qntc_ticket first = {.kdc_address = "10.0.0.9", .first_request_frame = 6};
    struct qntc_ticket other = {.kdc_address = "10.0.0.8", .first_request_frame = 7};
    struct sample sample;
    with_ticket(&sample, &first);
    g_assert_false(says(&sample, "at the KDC"));
    g_ptr_array_add(sample.tickets, &other);
    g_assert_true(says(&sample, "AS-REQ, at the KDC 10.0.0.8"));
    end(&sample);
}

static void test_clock_corrected(void)
{
    struct sample sample;
    begin(&sample);
    sample.logon.setup_seen = true;
    sample.logon.first_setup_frame = 6;
    sample.logon.kerberos =
        (struct qntc_kerberos_exchange){.ap_req_frame = 8, .error_frame = 7, .error_code = 37};
    accepted(&sample, 9);
    char *text = draw(&sample);
    const char *first = strstr(text, "6               |-------->|  AP-REQ\n");
    g_assert_nonnull(first);
    g_assert_nonnull(strstr(first, "|<--------|  -- failed: KRB-ERROR 37 (KRB_AP_ERR_SKEW)"));
    g_free(text);
    end(&sample);
}

static void test_no_token(void)
{
    struct sample sample;
    begin(&sample);
    sample.logon.setup_seen = true;
    sample.logon.first_setup_frame = 6;
    sample.logon.kerberos.no_token = true;
    g_assert_true(says(&sample, "SESSION_SETUP: names Kerberos, and brings no token"));
    end(&sample);
}

static void test_krb_error_is_the_result(void)
{
    struct sample sample;
    begin(&sample);
    sample.logon.setup_seen = true;
    sample.logon.first_setup_frame = sample.logon.kerberos.ap_req_frame = 6;
    sample.logon.kerberos.error_frame = 7;
    sample.logon.kerberos.error_code = 41;
    refused(&sample, 7, (uint32_t)QNTC_STATUS_MORE_PROCESSING_REQUIRED);
    g_assert_true(says(&sample, "-- failed: STATUS_MORE_PROCESSING_REQUIRED (0xC0000016),\n"));
    g_assert_true(says(&sample, "KRB-ERROR 41 (KRB_AP_ERR_MODIFIED)"));
    g_assert_false(says(&sample, "-- failed: KRB-ERROR"));
    end(&sample);
}

static void test_controller_refuses(void)
{
    struct sample sample;
    by_ntlm(&sample);
    sample.logon.pass_through = (struct qntc_pass_through){.dc_address = "10.0.0.9",
                                                           .request_frame = 9,
                                                           .answer_frame = 10,
                                                           .opnum = 2,
                                                           .status_seen = true,
                                                           .status = 0xC0000064};
    g_assert_true(says(&sample, "|         |-------->|  NetrLogonSamLogon\n"));
    g_assert_true(says(&sample, "|         |<--------|  -- failed: STATUS_NO_SUCH_USER"));
    sample.logon.pass_through.status = 0;
    g_assert_true(says(&sample, "|         |<--------|  STATUS_SUCCESS\n"));
    sample.logon.pass_through.answer_frame = 0;
    g_assert_true(says(&sample, "|         |< - - - -|  -- missing: no answer of the domain"));
    end(&sample);
}

static void test_machine_account(void)
{
    struct sample sample;
    by_ntlm(&sample);
    sample.logon.machine_refusal = (struct qntc_machine_refusal){"FILESRV$", "10.0.0.9", 9};
    g_assert_true(says(&sample, "  DC             10.0.0.9\n"));
    g_assert_true(says(&sample, "|         |<--------|  -- failed: the server's own account"));
    end(&sample);
}

/* ------------------------------------------------------------------------------ after the logon */

static void test_events(void)
{
    struct qntc_event event = {.frame = 12,
                               .time = AFTER(2000),
                               .request = "TREE_CONNECT",
                               .share = "data",
                               .status = {.kind = QNTC_STATUS_NT},
                               .count = 2};
    struct qntc_event lost = {.frame = 13, .time = QNTC_TIME_UNKNOWN};
    struct sample sample;
    by_ntlm(&sample);
    accepted(&sample, 9);
    sample.connection.closed_by = QNTC_CLIENT;
    sample.events = sample.logon.session.events = g_ptr_array_new();
    g_ptr_array_add(sample.events, &event);
    g_ptr_array_add(sample.events, &lost);
    g_assert_true(says(&sample, "12    2.000 s    |<--------|  TREE_CONNECT of share data: "
                                "STATUS_SUCCESS (2 times)\n"));
    g_assert_true(says(&sample, "|-------->|  -- failed: the client ends the connection (FIN)"));
    event.status.code = 0xC00000CC;
    g_assert_true(says(&sample, "-- failed: TREE_CONNECT of share data:"));
    event.referral_frame = 14;
    g_assert_true(says(&sample, "|  TREE_CONNECT of share data: STATUS_BAD_NETWORK_NAME"));
    g_assert_true(says(&sample, "; the client asks"));
    for (unsigned i = 0; i < 100; i++)
        g_ptr_array_add(sample.events, &event);
    g_assert_true(says(&sample, "                              and 82 more after the logon\n"));
    char *text = draw(&sample);
    char **pieces = g_strsplit(text, "TREE_CONNECT", -1);
    g_assert_cmpuint(g_strv_length(pieces) - 1, ==, 19); /* and the end of the connection */
    g_strfreev(pieces);
    g_free(text);
    end(&sample);
}

/* -------------------------------------------------------------------------------------- hostile */

static void test_hostile_names(void)
{
    struct sample sample;
    by_ntlm(&sample);
    char *long_name = g_strnfill(400, 'x');
    sample.logon.user = "\x1b[31m\xe2\x80\xae\xff\n";
    sample.logon.domain = long_name;
    sample.logon.workstation = "\xe4\xbd\xa0\xe5\xa5\xbd \xe4\xbd\xa0\xe5\xa5\xbd";
    sample.logon.pass_through.dc_address = "10.0.0.9";
    char *text = draw(&sample);
    g_assert_true(g_utf8_validate(text, -1, NULL));
    char **lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        unsigned columns = 0;
        for (const char *p = *line; *p != '\0'; p = g_utf8_next_char(p)) {
            g_assert_false(g_unichar_iscntrl(g_utf8_get_char(p)));
            columns += g_unichar_iswide(g_utf8_get_char(p)) ? 2 : 1;
        }
        g_assert_cmpuint(columns, <=, 100);
    }
    g_assert_nonnull(strstr(text, "user \\x1B[31m\\u202E"));
    g_strfreev(lines);
    g_free(text);
    g_free(long_name);
    end(&sample);
}

/* Frames far apart, and a clock that runs backwards: the columns stay where they are. */
static void test_times_of_any_size(void)
{
    struct sample sample;
    by_ntlm(&sample);
    refused(&sample, 4000000000, (uint32_t)QNTC_STATUS_LOGON_FAILURE);
    sample.logon.result_time = BEGIN + INT64_C(86400) * 365 * G_USEC_PER_SEC;
    sample.connection.negotiate.request_time = BEGIN - G_USEC_PER_SEC;
    g_assert_true(says(&sample, "     1        4   -1.000 s    |-------->|"));
    g_assert_true(says(&sample, "     8 4000000000 31536000 s    |<--------|"));
    end(&sample);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ladder/ntlm-with-pass-through", test_ntlm_with_pass_through);
    g_test_add_func("/ladder/kerberos-with-kdc", test_kerberos_with_kdc);
    g_test_add_func("/ladder/missing-answer", test_missing_answer);
    g_test_add_func("/ladder/server-closes", test_server_closes);
    g_test_add_func("/ladder/client-leaves", test_client_leaves);
    g_test_add_func("/ladder/left-for-another", test_left_for_another);
    g_test_add_func("/ladder/end-not-in-capture", test_end_not_in_capture);
    g_test_add_func("/ladder/negotiate-without-answer", test_negotiate_without_answer);
    g_test_add_func("/ladder/negotiate-refused", test_negotiate_refused);
    g_test_add_func("/ladder/accepted-as-guest", test_accepted_as_guest);
    g_test_add_func("/ladder/password-fields", test_password_fields);
    g_test_add_func("/ladder/share-level", test_share_level);
    g_test_add_func("/ladder/port-139", test_port_139);
    g_test_add_func("/ladder/unseen-messages", test_unseen_messages);
    g_test_add_func("/ladder/unseen-request", test_unseen_request);
    g_test_add_func("/ladder/unseen-answer-to-negotiate", test_unseen_answer_to_negotiate);
    g_test_add_func("/ladder/nothing-of-the-connection", test_nothing_of_the_connection);
    g_test_add_func("/ladder/unknown-times", test_unknown_times);
    g_test_add_func("/ladder/ticket-before-the-connection", test_ticket_before_the_connection);
    g_test_add_func("/ladder/ticket-refused", test_ticket_refused);
    g_test_add_func("/ladder/step-of-the-kdc", test_step_of_the_kdc_is_an_answer);
    g_test_add_func("/ladder/kdc-silent", test_kdc_silent);
    g_test_add_func("/ladder/other-kdc-is-named", test_other_kdc_is_named);
    g_test_add_func("/ladder/clock-corrected", test_clock_corrected);
    g_test_add_func("/ladder/no-token", test_no_token);
    g_test_add_func("/ladder/krb-error-is-the-result", test_krb_error_is_the_result);
    g_test_add_func("/ladder/controller-refuses", test_controller_refuses);
    g_test_add_func("/ladder/machine-account", test_machine_account);
    g_test_add_func("/ladder/events", test_events);
    g_test_add_func("/ladder/hostile-names", test_hostile_names);
    g_test_add_func("/ladder/times-of-any-size", test_times_of_any_size);
    return g_test_run();
}
