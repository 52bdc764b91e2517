/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What becomes of SYNs, ICMP and NetBIOS refusals. A test feeds a few of them by hand and states
 * one claim.
 */
#include "transport.h"

#include "diagnosis.h"

#include <string.h>

#define SECOND ((qntc_time)G_USEC_PER_SEC)
#define CLIENT "10.0.0.1"
#define SERVER "10.0.0.2"

static struct qntc_capture *capture;
static uint32_t frame;
static uint32_t stream;
static qntc_time now;

static void set_up(void)
{
    capture = qntc_capture_new();
    frame = stream = 0;
    now = 1000 * SECOND;
}

static void tear_down(void)
{
    qntc_capture_free(g_steal_pointer(&capture));
}

static uint32_t next_frame(void)
{
    qntc_capture_frame(capture, ++frame, now, false);
    return frame;
}

static struct qntc_peers peers_of(uint16_t port)
{
    return (struct qntc_peers){.stream = stream,
                               .client_address = CLIENT,
                               .server_address = SERVER,
                               .client_port = 40000,
                               .server_port = port,
                               .syn_seen = true};
}

static struct qntc_place place_of(uint16_t port)
{
    return (struct qntc_place){CLIENT, SERVER, port};
}

/* A SYN on the current stream. */
static uint32_t syn(uint16_t port)
{
    struct qntc_peers peers = peers_of(port);
    uint32_t sent = next_frame();
    qntc_transport_syn(capture, &peers, sent, now);
    return sent;
}

static uint32_t answer(enum qntc_syn_answer kind)
{
    uint32_t sent = next_frame();
    qntc_transport_answer(capture, stream, kind, sent);
    return sent;
}

static void refused_session(unsigned error, const char *called)
{
    struct qntc_place place = place_of(139);
    qntc_transport_session_refused(capture, &place, error, called, next_frame(), now);
}

static void unreachable(uint16_t port, bool icmpv6, unsigned code)
{
    struct qntc_unreachable icmp = {place_of(port), "10.0.0.254", icmpv6, code};
    qntc_transport_unreachable(capture, &icmp, next_frame(), now);
}

/* A connection on which the server answers a NEGOTIATE. */
static void smb_works(uint16_t port)
{
    stream++;
    syn(port);
    answer(QNTC_SYN_ANSWERED);
    struct qntc_peers peers = peers_of(port);
    struct qntc_track *track = qntc_capture_connect(capture, &peers);
    struct qntc_message message = {.from = QNTC_CLIENT,
                                   .family = QNTC_SMB2,
                                   .command = QNTC_COMMAND_NEGOTIATE,
                                   .frame = next_frame(),
                                   .time = now};
    qntc_capture_message(capture, track, &message);
    message.from = QNTC_SERVER;
    message.frame = next_frame();
    message.status.kind = QNTC_STATUS_NT;
    message.dialects[0] = 0x0311;
    message.dialect_count = 1;
    qntc_capture_message(capture, track, &message);
}

static void wait_for(qntc_time span)
{
    now += span;
}

/* The end of the file, after another frame of something else. */
static void end(void)
{
    next_frame();
    qntc_capture_end(capture);
}

static const struct qntc_finding *finding_at(guint index)
{
    return g_ptr_array_index(qntc_capture_findings(capture), index);
}

/* The findings of the capture, "id port confidence frame,frame...", joined by "; ". */
static void expect(const char *expected)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < qntc_capture_findings(capture)->len; i++) {
        const struct qntc_finding *finding = finding_at(i);
        g_assert_cmpstr(finding->client_address, ==, CLIENT);
        g_assert_cmpstr(finding->server_address, ==, SERVER);
        g_string_append_printf(text, "%s%s %u %s ", i > 0 ? "; " : "", finding->cause->cause->id,
                               finding->server_port,
                               qntc_confidence_name(finding->cause->confidence));
        for (guint k = 0; k < finding->frames->len; k++)
            g_string_append_printf(text, "%s%u", k > 0 ? "," : "",
                                   g_array_index(finding->frames, uint32_t, k));
        if (finding->got_over)
            g_string_append(text, " got over");
    }
    g_assert_cmpstr(text->str, ==, expected);
    g_string_free(text, TRUE);
}

static void expect_line(guint index, uint32_t at, const char *part)
{
    const GArray *evidence = finding_at(index)->cause->evidence;
    for (guint i = 0; i < evidence->len; i++) {
        const struct qntc_evidence *line = &g_array_index(evidence, struct qntc_evidence, i);
        if (line->frame == at && strstr(line->text, part) != NULL)
            return;
    }
    g_test_message("no line \"%s\" of frame %u", part, at);
    g_test_fail();
}

/* ---------------------------------------------------------------------------------- refused */

static void test_reset_closes_port(void)
{
    syn(445);
    answer(QNTC_SYN_REFUSED);
    expect("port-closed 445 proven 1,2");
    g_assert_cmpuint(finding_at(0)->shown_on, ==, 2);
    expect_line(0, 2, "RST answers the SYN of frame 1");
}

static void test_attempts_join_one_finding(void)
{
    syn(445);
    stream = 1;
    syn(445);
    answer(QNTC_SYN_REFUSED);
    stream = 0;
    answer(QNTC_SYN_REFUSED);
    end();
    expect("port-closed 445 proven 1,2,3,4");
    g_assert_cmpuint(finding_at(0)->shown_on, ==, 3);
}

static void test_answered_syn_is_nothing(void)
{
    syn(445);
    wait_for(SECOND);
    syn(445);
    g_assert_true(qntc_transport_awaits(capture, stream));
    answer(QNTC_SYN_ANSWERED);
    g_assert_false(qntc_transport_awaits(capture, stream));
    wait_for(60 * SECOND);
    end();
    expect("");
}

/* One direction is missing: the client's ACK says that there was an answer. */
static void test_client_that_goes_on_was_answered(void)
{
    syn(445);
    answer(QNTC_SYN_GOES_ON);
    wait_for(60 * SECOND);
    end();
    expect("");
}

/* -------------------------------------------------------------------------------- no answer */

static void test_repeated_syn_without_answer(void)
{
    syn(445);
    wait_for(SECOND);
    syn(445);
    expect("");
    end();
    expect("no-answer 445 likely 1,2");
    expect_line(0, 2, "repeated");
}

static void test_single_syn_needs_silence(void)
{
    syn(445);
    wait_for(3 * SECOND - 1);
    end();
    expect("");
    wait_for(1);
    end();
    expect("no-answer 445 likely 1");
}

/* A frame that the capture has twice is not a repeated one. */
static void test_copy_is_no_repetition(void)
{
    syn(445);
    wait_for(10);
    syn(445);
    end();
    expect("");
}

/* The clock of the capture is wrong by a second from here on. */
static void clock_steps_back(void)
{
    wait_for(SECOND);
    next_frame();
    wait_for(-SECOND);
    next_frame();
}

static void test_clock_that_runs_backwards_repeats_nothing(void)
{
    clock_steps_back();
    syn(445);
    wait_for(SECOND);
    syn(445);
    end();
    expect("");
    wait_for(SECOND / 5);
    syn(445);
    end();
    expect("no-answer 445 likely 3,4,6");
}

static void test_clock_that_runs_backwards_is_no_silence(void)
{
    clock_steps_back();
    syn(445);
    wait_for(4 * SECOND - 1);
    end();
    expect("");
    wait_for(1);
    end();
    expect("no-answer 445 likely 3");
}

static void test_end_does_nothing_twice(void)
{
    syn(445);
    wait_for(5 * SECOND);
    end();
    end();
    expect("no-answer 445 likely 1");
    g_assert_cmpuint(finding_at(0)->frame_count, ==, 1);
}

/* The client is seen to get answers, so the capture has both directions. */
static void test_no_answer_is_proven_in_both_directions(void)
{
    smb_works(4450);
    stream++;
    uint32_t sent = syn(445);
    wait_for(5 * SECOND);
    end();
    g_assert_cmpuint(g_array_index(finding_at(0)->frames, uint32_t, 0), ==, sent);
    g_assert_cmpint(finding_at(0)->cause->confidence, ==, QNTC_CONFIDENCE_PROVEN);
}

/* What is found at the end of the file stands where it began. */
static void test_findings_are_in_order(void)
{
    syn(445);
    stream = 1;
    syn(139);
    answer(QNTC_SYN_REFUSED);
    wait_for(5 * SECOND);
    end();
    expect("no-answer 445 proven 1; port-closed 139 proven 2,3");
}

/* ------------------------------------------------------------------------------------ ICMP */

static void test_icmp_explains_silence(void)
{
    syn(445);
    unreachable(445, false, 13);
    wait_for(SECOND);
    syn(445);
    end();
    expect("host-unreachable 445 proven 1,2,3");
    g_assert_cmpuint(finding_at(0)->shown_on, ==, 2);
    expect_line(0, 2, "ICMP destination unreachable from 10.0.0.254, code 13: communication "
                      "administratively prohibited");
}

static void test_icmpv6_has_its_own_codes(void)
{
    unreachable(445, true, 3);
    unreachable(445, true, 99);
    unreachable(445, false, 3);
    expect_line(0, 1, "ICMPv6 destination unreachable from 10.0.0.254, code 3: address");
    expect_line(0, 2, "code 99: a code without a name");
    expect_line(0, 3, "ICMP destination unreachable from 10.0.0.254, code 3: port");
}

/* --------------------------------------------------------------------------------- NetBIOS */

static void test_session_errors(void)
{
    static const struct {
        unsigned error;
        const char *id;
        const char *text;
    } table[] = {
        {0x80, "netbios-name-refused", "error 0x80: not listening on called name"},
        {0x81, "netbios-name-refused", "error 0x81: not listening for calling name"},
        {0x82, "netbios-name-refused", "error 0x82: called name not present"},
        {0x83, "netbios-refused", "error 0x83: called name present, but insufficient resources"},
        {0x8F, "netbios-refused", "error 0x8F: unspecified error"},
        {0x84, "netbios-refused", "error 0x84: a code without a name"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        set_up();
        refused_session(table[i].error, NULL);
        g_assert_cmpstr(finding_at(0)->cause->cause->id, ==, table[i].id);
        expect_line(0, 1, table[i].text);
        tear_down();
    }
}

static void test_called_name_is_told(void)
{
    refused_session(0x82, "10.0.0.2<20>");
    expect_line(0, 1, "the client called 10.0.0.2<20>");
}

/* ---------------------------------------------------------------------------- what is got over */

static void test_closed_139_beside_445(void)
{
    smb_works(445);
    wait_for(3600 * SECOND);
    stream++;
    syn(139);
    answer(QNTC_SYN_REFUSED);
    end();
    expect("port-closed 139 proven 5,6 got over");
    expect_line(0, 4, "does not need port 139");
}

static void test_fallback_to_139(void)
{
    syn(445);
    answer(QNTC_SYN_REFUSED);
    smb_works(139);
    end();
    expect("port-closed 445 proven 1,2 got over");
    expect_line(0, 6, "falls back to port 139");
}

static void test_139_hours_later_is_no_fallback(void)
{
    syn(445);
    answer(QNTC_SYN_REFUSED);
    wait_for(3600 * SECOND);
    smb_works(139);
    end();
    expect("port-closed 445 proven 1,2");
}

static void test_139_before_is_no_fallback(void)
{
    smb_works(139);
    wait_for(SECOND);
    stream++;
    syn(445);
    answer(QNTC_SYN_REFUSED);
    end();
    expect("port-closed 445 proven 5,6");
}

/* The answer stands behind the trouble in the file: its time stamp must not deny that. */
static void test_fallback_while_the_clock_runs_backwards(void)
{
    clock_steps_back();
    syn(445);
    answer(QNTC_SYN_REFUSED);
    wait_for(-SECOND);
    smb_works(139);
    end();
    expect("port-closed 445 proven 3,4 got over");
}

/* smbclient calls again by *SMBSERVER. */
static void test_second_name_works(void)
{
    refused_session(0x82, "10.0.0.2<20>");
    smb_works(139);
    end();
    expect("netbios-name-refused 139 proven 1 got over");
    expect_line(0, 5, "a connection to the same port works");
}

static void test_trouble_after_relief_counts_again(void)
{
    syn(445);
    answer(QNTC_SYN_REFUSED);
    smb_works(139);
    end();
    wait_for(3600 * SECOND);
    stream++;
    syn(445);
    answer(QNTC_SYN_REFUSED);
    end();
    expect("port-closed 445 proven 1,2,8,9");
}

static void test_another_port_relieves_nothing(void)
{
    syn(445);
    answer(QNTC_SYN_REFUSED);
    smb_works(4450);
    end();
    expect("port-closed 445 proven 1,2");
}

static void test_both_ports_fail_in_one_story(void)
{
    syn(445);
    answer(QNTC_SYN_REFUSED);
    stream++;
    syn(139);
    answer(QNTC_SYN_REFUSED);
    end();
    expect("port-closed 445 proven 1,2; port-closed 139 proven 3,4");
    expect_line(0, 3, "port 139 of this server fails, too (port-closed)");
    expect_line(1, 1, "port 445 of this server fails, too (port-closed)");
}

/* ------------------------------------------------------------------------------------- bounds */

static void test_findings_do_not_grow_with_frames(void)
{
    for (unsigned i = 0; i < 3 * QNTC_MAX_FINDING_FRAMES; i++)
        refused_session(0x82, NULL);
    end();
    g_assert_cmpuint(qntc_capture_findings(capture)->len, ==, 1);
    g_assert_cmpuint(finding_at(0)->frames->len, ==, QNTC_MAX_FINDING_FRAMES);
    g_assert_cmpuint(finding_at(0)->frame_count, ==, 3 * QNTC_MAX_FINDING_FRAMES);
    g_assert_cmpuint(finding_at(0)->cause->evidence->len, <=, QNTC_MAX_FINDING_EVIDENCE);
}

static void test_many_syns_of_one_attempt(void)
{
    for (unsigned i = 0; i < 100; i++) {
        syn(445);
        wait_for(SECOND);
    }
    end();
    expect("no-answer 445 likely 1,2,3,4,5,6,7");
}

struct test {
    const char *name;
    void (*claim)(void);
};

static void run(gconstpointer data)
{
    const struct test *test = data;
    set_up();
    test->claim();
    tear_down();
}

int main(int argc, char **argv)
{
    static const struct test tests[] = {
        {"/transport/reset-closes-port", test_reset_closes_port},
        {"/transport/attempts-join-one-finding", test_attempts_join_one_finding},
        {"/transport/answered-syn-is-nothing", test_answered_syn_is_nothing},
        {"/transport/client-that-goes-on-was-answered", test_client_that_goes_on_was_answered},
        {"/transport/repeated-syn-without-answer", test_repeated_syn_without_answer},
        {"/transport/single-syn-needs-silence", test_single_syn_needs_silence},
        {"/transport/copy-is-no-repetition", test_copy_is_no_repetition},
        {"/transport/clock-that-runs-backwards-repeats-nothing",
         test_clock_that_runs_backwards_repeats_nothing},
        {"/transport/clock-that-runs-backwards-is-no-silence",
         test_clock_that_runs_backwards_is_no_silence},
        {"/transport/end-does-nothing-twice", test_end_does_nothing_twice},
        {"/transport/no-answer-is-proven-in-both-directions",
         test_no_answer_is_proven_in_both_directions},
        {"/transport/findings-are-in-order", test_findings_are_in_order},
        {"/transport/icmp-explains-silence", test_icmp_explains_silence},
        {"/transport/icmpv6-has-its-own-codes", test_icmpv6_has_its_own_codes},
        {"/transport/called-name-is-told", test_called_name_is_told},
        {"/transport/closed-139-beside-445", test_closed_139_beside_445},
        {"/transport/fallback-to-139", test_fallback_to_139},
        {"/transport/139-hours-later-is-no-fallback", test_139_hours_later_is_no_fallback},
        {"/transport/139-before-is-no-fallback", test_139_before_is_no_fallback},
        {"/transport/fallback-while-the-clock-runs-backwards",
         test_fallback_while_the_clock_runs_backwards},
        {"/transport/second-name-works", test_second_name_works},
        {"/transport/trouble-after-relief-counts-again", test_trouble_after_relief_counts_again},
        {"/transport/another-port-relieves-nothing", test_another_port_relieves_nothing},
        {"/transport/both-ports-fail-in-one-story", test_both_ports_fail_in_one_story},
        {"/transport/findings-do-not-grow-with-frames", test_findings_do_not_grow_with_frames},
        {"/transport/many-syns-of-one-attempt", test_many_syns_of_one_attempt},
    };
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add_data_func(tests[i].name, &tests[i], run);
    g_test_add_func("/transport/session-errors", test_session_errors);
    return g_test_run();
}
