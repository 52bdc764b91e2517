/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is made of time stamps that run backwards: how wrong they can be, and which outcomes and
 * warnings they still allow. The rules of transport.c and after.c are tested with those files.
 */
#include "clock.h"
#include "diagnosis.h"
#include "warning.h"
#include "wire.h"

/* The step back of the communication trace that has .95 and then .05 read as .5. */
#define STEP_BACK (SECOND * 45 / 100)

/* A frame of something else, and one whose time stamp is before it. */
static void step_back(qntc_time step)
{
    qntc_capture_frame(capture, ++frame, now, false);
    now -= step;
    qntc_capture_frame(capture, ++frame, now, false);
}

/* ------------------------------------------------------------------------------ the clock alone */

static struct qntc_clock clock_of(const qntc_time *times, uint32_t count)
{
    struct qntc_clock clock = qntc_clock_new();
    for (uint32_t i = 0; i < count; i++)
        qntc_clock_frame(&clock, i + 1, times[i]);
    return clock;
}

static void test_error_is_the_largest_step_back(void)
{
    const qntc_time times[] = {5 * SECOND, 4 * SECOND, 3 * SECOND, 6 * SECOND, 5 * SECOND};
    struct qntc_clock clock = clock_of(times, G_N_ELEMENTS(times));
    g_assert_cmpint(clock.error, ==, 2 * SECOND);
    g_assert_cmpint(clock.fraction_error, ==, 0);
    g_assert_cmpuint(clock.frame, ==, 2);
    g_assert_cmpint(clock.latest, ==, 6 * SECOND);
}

static void test_clock_that_is_right(void)
{
    const qntc_time times[] = {-SECOND, 0, 0, SECOND};
    struct qntc_clock clock = clock_of(times, G_N_ELEMENTS(times));
    g_assert_cmpint(clock.error, ==, 0);
    g_assert_cmpuint(clock.frame, ==, 0);
}

/* Frames that overtake each other are no fault to speak of, but no span is surer than they are. */
static void test_small_steps_are_not_told(void)
{
    const qntc_time times[] = {SECOND, SECOND * 9 / 10 + 1, 2 * SECOND, SECOND * 19 / 10};
    struct qntc_clock clock = clock_of(times, 2);
    g_assert_cmpint(clock.error, ==, SECOND / 10 - 1);
    g_assert_cmpuint(clock.frame, ==, 0);
    clock = clock_of(times, 4);
    g_assert_cmpuint(clock.frame, ==, 4);
}

static void test_unknown_times_are_no_steps(void)
{
    const qntc_time times[] = {QNTC_TIME_UNKNOWN, SECOND, QNTC_TIME_UNKNOWN, SECOND};
    struct qntc_clock clock = clock_of(times, 1);
    g_assert_cmpint(clock.latest, ==, QNTC_TIME_UNKNOWN);
    clock = clock_of(times, G_N_ELEMENTS(times));
    g_assert_cmpint(clock.error, ==, 0);
    g_assert_cmpint(clock.latest, ==, SECOND);
}

static void test_spans(void)
{
    static const struct {
        qntc_time error;
        qntc_time span;
        bool at_least; /* ten seconds */
        bool at_most;
    } claims[] = {
        {0, 10 * SECOND, true, true},
        {0, 10 * SECOND - 1, false, true},
        {0, 10 * SECOND + 1, true, false},
        {SECOND, 11 * SECOND, true, false},
        {SECOND, 11 * SECOND - 1, false, false},
        {SECOND, 9 * SECOND + 1, false, false},
        {SECOND, 9 * SECOND, false, true},
        {SECOND, -SECOND, false, true},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(claims); i++) {
        struct qntc_clock clock = {.error = claims[i].error};
        qntc_time until = 100 * SECOND + claims[i].span;
        g_assert_true(claims[i].at_least ==
                      qntc_clock_at_least(&clock, 100 * SECOND, until, 10 * SECOND));
        g_assert_true(claims[i].at_most ==
                      qntc_clock_at_most(&clock, 100 * SECOND, until, 10 * SECOND));
    }
    struct qntc_clock clock = qntc_clock_new();
    g_assert_false(qntc_clock_at_least(&clock, QNTC_TIME_UNKNOWN, SECOND, 0));
    g_assert_false(qntc_clock_at_most(&clock, SECOND, QNTC_TIME_UNKNOWN, SECOND));
    g_assert_false(qntc_clock_at_most(&clock, QNTC_TIME_UNKNOWN, SECOND, SECOND));
}

/* ------------------------------------------------------------------------------- what it allows */

enum ending { LEFT_OPEN, CLIENT_CLOSES, SERVER_CLOSES };

/* How a logon without an answer ended, in a capture whose clock has stepped back before. */
static enum qntc_outcome ended_after(bool servers_turn, qntc_time silence, enum ending ending)
{
    set_up();
    step_back(STEP_BACK);
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
        {true, 5 * SECOND + STEP_BACK, LEFT_OPEN, QNTC_OUTCOME_UNANSWERED},
        {true, 5 * SECOND + STEP_BACK - 1, LEFT_OPEN, QNTC_OUTCOME_UNKNOWN},
        {false, 5 * SECOND + STEP_BACK, LEFT_OPEN, QNTC_OUTCOME_ABANDONED},
        {false, 5 * SECOND + STEP_BACK - 1, LEFT_OPEN, QNTC_OUTCOME_UNKNOWN},
        {true, 5 * SECOND + STEP_BACK, CLIENT_CLOSES, QNTC_OUTCOME_UNANSWERED},
        {true, 5 * SECOND + STEP_BACK - 1, CLIENT_CLOSES, QNTC_OUTCOME_ABANDONED},
        {true, -STEP_BACK, SERVER_CLOSES, QNTC_OUTCOME_CLOSED},
        {false, -STEP_BACK, SERVER_CLOSES, QNTC_OUTCOME_CLOSED},
        {false, 10 * SECOND - STEP_BACK, SERVER_CLOSES, QNTC_OUTCOME_CLOSED},
        {false, 10 * SECOND - STEP_BACK + 1, SERVER_CLOSES, QNTC_OUTCOME_UNKNOWN},
        {false, 10 * SECOND + STEP_BACK - 1, SERVER_CLOSES, QNTC_OUTCOME_UNKNOWN},
        {false, 10 * SECOND + STEP_BACK, SERVER_CLOSES, QNTC_OUTCOME_ABANDONED},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(claims); i++)
        g_assert_cmpint(ended_after(claims[i].servers_turn, claims[i].silence, claims[i].ending),
                        ==, claims[i].outcome);
}

/* An older capture behind a newer one, whose times are no end of the older one. */
static void test_older_capture_behind(void)
{
    set_up();
    step_back((qntc_time)24 * 3600 * SECOND);
    negotiate();
    sent(setup(1, 0, 1));
    expect_logons(1);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_UNKNOWN);
    tear_down();
}

/* Files put together: a step of a day between connections says nothing of what each one did. */
static void test_step_between_connections(void)
{
    set_up();
    step_back((qntc_time)24 * 3600 * SECOND);
    negotiate();
    sent(setup(1, 0, 1));
    sent(answer_setup(1, 7, 0xC0000016));
    closed(QNTC_SERVER);
    expect_logons(1);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_CLOSED);
    tear_down();
}

/* A clock that was set in the middle of it does. */
static void test_step_within_a_connection(void)
{
    set_up();
    negotiate();
    sent(setup(1, 0, 1));
    now -= (qntc_time)3600 * SECOND;
    sent(answer_setup(1, 7, 0xC0000016));
    closed(QNTC_SERVER);
    expect_logons(1);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_UNKNOWN);
    tear_down();
}

/* Nobody can tell whether it was at once: the diagnosis says that, and accuses nobody. */
static void test_close_at_a_time_that_is_not_known(void)
{
    set_up();
    negotiate();
    sent(setup(1, 0, 1));
    sent(answer_setup(1, 7, 0xC0000016));
    now = QNTC_TIME_UNKNOWN;
    uint32_t close = closed(QNTC_SERVER);
    expect_logons(1);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_UNKNOWN);

    struct qntc_diagnosis *diagnosis = qntc_diagnose(capture, logon(1));
    const struct qntc_cause_finding *verdict = g_ptr_array_index(diagnosis->causes, 0);
    g_assert_cmpstr(verdict->cause->id, ==, "capture-incomplete");
    const struct qntc_evidence *evidence =
        &g_array_index(verdict->evidence, struct qntc_evidence, 0);
    g_assert_cmpuint(evidence->frame, ==, close);
    g_assert_nonnull(strstr(evidence->text, "the time stamps do not tell"));
    qntc_diagnosis_free(diagnosis);
    tear_down();
}

/* The words of slow-logon after an answer that took `wait`, or NULL. Free with g_free. */
static char *slow_logon_after(qntc_time step, qntc_time wait)
{
    set_up();
    step_back(step);
    negotiate();
    sent(authenticate(1, 0, "ANNE"));
    wait_for(wait);
    sent(answer_setup(1, 7, 0));
    expect_logons(1);
    GPtrArray *warnings = qntc_warnings(capture, logon(1));
    char *text = NULL;
    for (guint i = 0; i < warnings->len; i++) {
        const struct qntc_warning_finding *warning = g_ptr_array_index(warnings, i);
        if (g_str_equal(warning->row->id, "slow-logon"))
            text = g_strdup(warning->text);
    }
    g_ptr_array_free(warnings, TRUE);
    tear_down();
    return text;
}

static void test_slow_logon(void)
{
    char *text = slow_logon_after(STEP_BACK, 2 * SECOND + STEP_BACK);
    g_assert_cmpstr(text, ==, "the answer to frame 5 took at least 2.0 seconds");
    g_free(text);
    text = slow_logon_after(10, 2 * SECOND + 10);
    g_assert_cmpstr(text, ==, "the answer to frame 5 took 2.0 seconds");
    g_free(text);
    g_assert_null(slow_logon_after(STEP_BACK, 2 * SECOND + STEP_BACK - 1));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/clock/error-is-the-largest-step-back", test_error_is_the_largest_step_back);
    g_test_add_func("/clock/that-is-right", test_clock_that_is_right);
    g_test_add_func("/clock/small-steps-are-not-told", test_small_steps_are_not_told);
    g_test_add_func("/clock/unknown-times-are-no-steps", test_unknown_times_are_no_steps);
    g_test_add_func("/clock/spans", test_spans);
    g_test_add_func("/clock/ends-without-an-answer", test_ends_without_an_answer);
    g_test_add_func("/clock/older-capture-behind", test_older_capture_behind);
    g_test_add_func("/clock/step-between-connections", test_step_between_connections);
    g_test_add_func("/clock/step-within-a-connection", test_step_within_a_connection);
    g_test_add_func("/clock/close-at-a-time-that-is-not-known",
                    test_close_at_a_time_that_is_not_known);
    g_test_add_func("/clock/slow-logon", test_slow_logon);
    return g_test_run();
}
