/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A small wire language for tests: messages made by hand and fed into a capture, one frame after
 * the other, on one connection at a time.
 */
#include "wire.h"

struct qntc_capture *capture;
struct qntc_track *track;
uint32_t frame;
qntc_time now;

void connect_to(const char *server)
{
    struct qntc_peers peers = {.stream = 0,
                               .client_address = "10.0.0.1",
                               .server_address = server,
                               .client_port = 40000,
                               .server_port = 445,
                               .syn_seen = true};
    track = qntc_capture_connect(capture, &peers);
}

void set_up(void)
{
    capture = qntc_capture_new();
    frame = 0;
    now = 1000 * SECOND;
    connect_to("10.0.0.2");
}

void tear_down(void)
{
    qntc_capture_free(g_steal_pointer(&capture));
}

void wait_for(qntc_time span)
{
    now += span;
}

struct qntc_number number(uint64_t value)
{
    return (struct qntc_number){true, value};
}

struct qntc_status nt(uint32_t code)
{
    return (struct qntc_status){.kind = QNTC_STATUS_NT, .code = code};
}

/* An SMB2 message; the session id and the message id are those of real headers. */
struct qntc_message message(enum qntc_side from, enum qntc_command command, uint64_t id,
                            uint64_t session)
{
    struct qntc_message m = {.from = from,
                             .family = QNTC_SMB2,
                             .command = command,
                             .message_id = number(id),
                             .session_id = number(session)};
    m.token.ntlm.challenge_time = m.token.ntlm.client_time = QNTC_TIME_UNKNOWN;
    return m;
}

uint32_t send_in(uint32_t at, struct qntc_message m)
{
    m.frame = at;
    m.time = now;
    qntc_capture_frame(capture, at, now, m.truncated);
    qntc_capture_message(capture, track, &m);
    return at;
}

uint32_t sent(struct qntc_message m)
{
    return send_in(++frame, m);
}

uint32_t closed(enum qntc_side by)
{
    qntc_capture_frame(capture, ++frame, now, false);
    qntc_capture_close(capture, track, frame, now, by, false);
    return frame;
}

uint32_t negotiate(void)
{
    struct qntc_message ask = message(QNTC_CLIENT, QNTC_COMMAND_NEGOTIATE, 0, 0);
    ask.dialects[0] = 0x0202;
    ask.dialect_count = 1;
    sent(ask);
    struct qntc_message answer = message(QNTC_SERVER, QNTC_COMMAND_NEGOTIATE, 0, 0);
    answer.status = nt(0);
    answer.dialects[0] = 0x0202;
    answer.dialect_count = 1;
    return sent(answer);
}

struct qntc_message setup(uint64_t id, uint64_t session, unsigned ntlm_type)
{
    struct qntc_message m = message(QNTC_CLIENT, QNTC_COMMAND_SESSION_SETUP, id, session);
    m.token.length = number(100);
    m.token.ntlm.message_type = ntlm_type;
    return m;
}

const uint8_t v2_response[60] = {[0] = 9, [16] = 1, [17] = 1};
const uint8_t v1_response[24] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

struct qntc_message authenticate(uint64_t id, uint64_t session, const char *user)
{
    struct qntc_message m = setup(id, session, 3);
    m.token.ntlm.user = user;
    m.token.ntlm.domain = "CORP";
    m.token.ntlm.lm_seen = m.token.ntlm.nt_seen = true;
    m.token.ntlm.nt_response = (struct qntc_bytes){v2_response, sizeof v2_response};
    return m;
}

struct qntc_message answer_setup(uint64_t id, uint64_t session, uint32_t status)
{
    struct qntc_message m = message(QNTC_SERVER, QNTC_COMMAND_SESSION_SETUP, id, session);
    m.status = nt(status);
    if (status == 0xC0000016)
        m.token.ntlm.message_type = 2;
    return m;
}

/* A whole NTLM logon; the frame of its result. */
uint32_t log_on(uint64_t id, uint64_t session, const char *user, uint32_t status)
{
    sent(setup(id, 0, 1));
    sent(answer_setup(id, session, 0xC0000016));
    sent(authenticate(id + 1, session, user));
    return sent(answer_setup(id + 1, session, status));
}

const struct qntc_logon *logon(unsigned number_in_file)
{
    g_assert_cmpuint(number_in_file, <=, qntc_capture_logon_count(capture));
    return qntc_capture_logon(capture, number_in_file - 1);
}

void expect_logons(unsigned count)
{
    qntc_capture_end(capture);
    g_assert_cmpuint(qntc_capture_logon_count(capture), ==, count);
}
