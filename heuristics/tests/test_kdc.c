/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happens at the KDC and what it means for a logon: which messages are one ticket, which
 * refusals end nothing, what belongs to which logon, and what is a finding. Each test says its
 * claim in its name; the messages of SMB and Kerberos go through the tracker in one stream.
 */
#include "diagnosis.h"
#include "kdc_track.h"
#include "oxid.h"
#include "warning.h"
#include "wire.h"

#define CLIENT "10.0.0.1"
#define KDC "10.0.0.9"

/* ------------------------------------------------------------------------------ the KDC's wire */

static uint16_t port; /* that the client asks from */

static struct qntc_kdc_message kdc(unsigned type, const char *user, const char *service)
{
    return (struct qntc_kdc_message){.type = type,
                                     .client_address = CLIENT,
                                     .kdc_address = KDC,
                                     .client_port = port,
                                     .client = user,
                                     .realm = "CORP",
                                     .service = service};
}

static uint32_t say(struct qntc_kdc_message m)
{
    m.frame = ++frame;
    m.time = now;
    qntc_capture_frame(capture, frame, now, false);
    qntc_kdc_message(capture, &m);
    return frame;
}

static uint32_t ask_as(const char *user)
{
    port++;
    return say(kdc(QNTC_KRB_AS_REQ, user, "krbtgt/CORP"));
}

static uint32_t ask_tgs(const char *service)
{
    port++;
    return say(kdc(QNTC_KRB_TGS_REQ, NULL, service));
}

static uint32_t refuse(int code)
{
    struct qntc_kdc_message m = kdc(QNTC_KRB_ERROR, NULL, NULL);
    m.error = number((uint64_t)code);
    return say(m);
}

static uint32_t grant_as(const char *user)
{
    return say(kdc(QNTC_KRB_AS_REP, user, "krbtgt/CORP"));
}

static uint32_t grant_tgs(const char *service, unsigned kvno)
{
    struct qntc_kdc_message m = kdc(QNTC_KRB_TGS_REP, NULL, service);
    m.ticket_kvno = number(kvno);
    m.ticket_etype = number(18);
    return say(m);
}

/* The client brings a ticket, and the server answers. */
static uint32_t use_ticket(const char *service, unsigned kvno, uint32_t status)
{
    struct qntc_message m = setup(1, 0, 0);
    m.token.spnego_init = m.token.mech_token = m.token.kerberos_ap_req = true;
    m.token.kerberos_service = service;
    m.token.ticket_kvno = number(kvno);
    sent(m);
    return sent(answer_setup(1, 7, status));
}

/* --------------------------------------------------------------------------------- what is said */

static char *causes_of(unsigned number_in_file)
{
    GString *text = g_string_new(NULL);
    struct qntc_diagnosis *diagnosis = qntc_diagnose(capture, logon(number_in_file));
    for (guint i = 0; i < diagnosis->causes->len; i++) {
        const struct qntc_cause_finding *found = g_ptr_array_index(diagnosis->causes, i);
        g_string_append_printf(text, "%s%s %s", i > 0 ? ", " : "", found->cause->id,
                               qntc_confidence_name(found->confidence));
    }
    qntc_diagnosis_free(diagnosis);
    return g_string_free(text, FALSE);
}

static void expect_causes(unsigned number_in_file, const char *want)
{
    char *got = causes_of(number_in_file);
    g_assert_cmpstr(got, ==, want);
    g_free(got);
}

/* "id confidence frames", with "(got over)" where the client did. */
static void expect_findings(const char *want)
{
    qntc_capture_end(capture);
    const GPtrArray *findings = qntc_capture_findings(capture);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < findings->len; i++) {
        const struct qntc_finding *finding = g_ptr_array_index(findings, i);
        g_string_append_printf(text, "%s%s %s", i > 0 ? ", " : "", finding->cause->cause->id,
                               qntc_confidence_name(finding->cause->confidence));
        for (guint j = 0; j < finding->frames->len; j++)
            g_string_append_printf(text, " %u", g_array_index(finding->frames, uint32_t, j));
        if (finding->got_over)
            g_string_append(text, " (got over)");
    }
    g_assert_cmpstr(text->str, ==, want);
    g_string_free(text, TRUE);
}

static bool warns(unsigned number_in_file, const char *id)
{
    GPtrArray *warnings = qntc_warnings(capture, logon(number_in_file));
    bool found = false;
    for (guint i = 0; i < warnings->len; i++) {
        const struct qntc_warning_finding *warning = g_ptr_array_index(warnings, i);
        found |= g_str_equal(warning->row->id, id);
    }
    g_ptr_array_free(warnings, TRUE);
    return found;
}

static bool has_frame(unsigned number_in_file, uint32_t wanted)
{
    const GArray *frames = logon(number_in_file)->frames;
    for (guint i = 0; i < frames->len; i++) {
        g_assert_true(i == 0 ||
                      g_array_index(frames, uint32_t, i - 1) < g_array_index(frames, uint32_t, i));
        if (g_array_index(frames, uint32_t, i) == wanted)
            return true;
    }
    return false;
}

/* -------------------------------------------------------------------------- refused at the KDC */

static void test_refused_on_the_way_explains_why_the_client_left(void)
{
    negotiate();
    uint32_t first = ask_as("anne");
    refuse(25);
    ask_as("anne");
    uint32_t refusal = refuse(24);
    closed(QNTC_CLIENT);
    expect_logons(1);
    expect_causes(1, "kerberos-preauth-failed likely");
    g_assert_true(has_frame(1, first) && has_frame(1, refusal));
    expect_findings("");
}

static void test_steps_of_the_normal_course_are_no_refusal(void)
{
    static const int steps[] = {25, 52, 91};
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
        ask_as("anne");
        refuse(steps[i]);
    }
    ask_tgs("krbtgt/OTHER");
    refuse(7);
    expect_findings("");
}

static void test_refusal_without_a_logon_is_a_finding_at_once(void)
{
    ask_as("anne");
    uint32_t refusal = refuse(6);
    const GPtrArray *here = qntc_capture_findings_of_frame(capture, refusal);
    g_assert_nonnull(here);
    ask_as("anne");
    refuse(6);
    expect_findings("kerberos-client-unknown proven 2 4");
}

static void test_same_code_means_another_thing_from_another_side(void)
{
    ask_as("anne");
    refuse(31);
    ask_tgs("cifs/files");
    refuse(31);
    expect_findings("kerberos-preauth-failed proven 2, kerberos-wrong-key proven 4");
}

static void test_refusal_just_before_the_logon_belongs_to_it(void)
{
    uint32_t request = ask_as("anne");
    refuse(14);
    wait_for(9 * SECOND);
    negotiate();
    closed(QNTC_CLIENT);
    expect_logons(1);
    expect_causes(1, "kerberos-encryption-type likely");
    g_assert_true(has_frame(1, request));
}

static void test_refusal_long_before_the_logon_does_not(void)
{
    ask_as("anne");
    refuse(14);
    wait_for(11 * SECOND);
    negotiate();
    closed(QNTC_CLIENT);
    expect_logons(1);
    expect_causes(1, "client-left likely");
}

static void test_service_asked_for_before_the_logon_may_be_another(void)
{
    ask_tgs("cifs/files");
    refuse(7);
    negotiate();
    closed(QNTC_CLIENT);
    expect_logons(1);
    expect_causes(1, "client-left likely, kerberos-service-unknown possible");
}

static void test_other_services_and_other_purposes_are_no_concern(void)
{
    ask_tgs("ldap/dc");
    refuse(7);
    port++;
    say(kdc(QNTC_KRB_AS_REQ, "anne", "kadmin/changepw"));
    refuse(24);
    port++;
    struct qntc_kdc_message other = kdc(QNTC_KRB_TGS_REQ, NULL, "host/pc");
    other.for_another = true;
    say(other);
    refuse(7);
    expect_findings("");
}

static void test_reason_in_the_error_names_the_account(void)
{
    negotiate();
    ask_as("anne");
    struct qntc_kdc_message m = kdc(QNTC_KRB_ERROR, NULL, "krbtgt/CORP");
    m.error = number(18);
    m.nt_status = number(0xC0000072);
    say(m);
    closed(QNTC_CLIENT);
    expect_logons(1);
    expect_causes(1, "account-disabled likely, kerberos-client-revoked likely");
}

static void test_refusal_of_another_purpose_is_none_though_it_names_a_file_server(void)
{
    static const char *const services[] = {"cifs/files", "host/pc"};
    for (size_t i = 0; i < G_N_ELEMENTS(services); i++) {
        port++;
        struct qntc_kdc_message other = kdc(QNTC_KRB_TGS_REQ, NULL, services[i]);
        other.for_another = true;
        say(other);
        struct qntc_kdc_message answer = kdc(QNTC_KRB_ERROR, NULL, services[i]);
        answer.error = number(13);
        say(answer);
        say(answer); /* a copy, taken at two places */
    }
    expect_findings("");
}

static void test_refused_answer_to_another_purpose_leaves_the_request_that_waits(void)
{
    ask_tgs("cifs/files");
    uint16_t first = port++;
    struct qntc_kdc_message other = kdc(QNTC_KRB_TGS_REQ, NULL, "ldap/dc");
    say(other);
    refuse(7);
    port = first;
    grant_tgs("cifs/files", 1);
    expect_findings("");
}

static void test_renewal_that_was_refused_is_got_over_by_a_new_ticket(void)
{
    ask_tgs("krbtgt/CORP");
    refuse(32);
    ask_as("anne");
    grant_as("anne");
    expect_findings("kerberos-ticket-expired proven 2 (got over)");
}

static void test_referral_is_not_the_ticket_that_was_asked_for(void)
{
    ask_tgs("cifs/files");
    grant_tgs("krbtgt/OTHER", 5);
    ask_tgs("cifs/files");
    grant_tgs("cifs/files", 2);
    negotiate();
    use_ticket("cifs/files", 2, 0xC000006D);
    expect_logons(1);
    expect_causes(1, "kerberos-refused likely, kerberos-wrong-key possible");
}

static void test_refusal_behind_a_referral_is_told(void)
{
    ask_tgs("cifs/files");
    grant_tgs("krbtgt/OTHER", 5);
    ask_tgs("cifs/files");
    refuse(7);
    expect_findings("kerberos-service-unknown proven 4");
}

static void test_followed_referral_that_fails_elsewhere_is_no_wrong_realm(void)
{
    ask_as("anne");
    refuse(68);
    port++;
    say(kdc(QNTC_KRB_AS_REQ, "anne", "krbtgt/OTHER"));
    refuse(24);
    expect_findings("kerberos-preauth-failed proven 4");
}

static void test_ticket_asked_for_while_the_server_thinks_is_another_matter(void)
{
    negotiate();
    struct qntc_message m = setup(1, 0, 0);
    m.token.spnego_init = m.token.mech_token = m.token.kerberos_ap_req = true;
    sent(m);
    ask_tgs("cifs/other");
    sent(answer_setup(1, 7, 0));
    grant_tgs("cifs/other", 1);
    expect_logons(1);
    expect_findings("");
    g_assert_null(logon(1)->tickets);
}

static void test_kdc_that_answers_late_is_heard_though_another_was_asked(void)
{
    ask_as("anne");
    port++;
    struct qntc_kdc_message other = kdc(QNTC_KRB_AS_REQ, "anne", "krbtgt/CORP");
    other.kdc_address = "10.0.0.8";
    say(other);
    port--;
    grant_as("anne");
    wait_for(10 * SECOND);
    qntc_capture_frame(capture, ++frame, now, false);
    expect_findings("");
}

static void test_answer_behind_the_end_of_the_logon_was_for_another_matter(void)
{
    negotiate();
    ask_tgs("cifs/other");
    log_on(1, 7, "anne", 0);
    wait_for(SECOND);
    grant_tgs("cifs/other", 1);
    expect_logons(1);
    g_assert_false(warns(1, "kerberos-fell-back"));
    expect_findings("");
}

static void test_refusal_of_the_middle_may_be_a_step(void)
{
    struct qntc_kdc_message m = kdc(QNTC_KRB_ERROR, NULL, "krbtgt/OTHER");
    m.error = number(7);
    say(m);
    port++;
    m = kdc(QNTC_KRB_ERROR, NULL, "cifs/files");
    m.error = number(13);
    say(m);
    expect_findings("");
}

static void test_answer_from_the_same_port_is_no_silence(void)
{
    ask_tgs("cifs/files");
    struct qntc_kdc_message m = kdc(QNTC_KRB_ERROR, NULL, "cifs/files.corp");
    m.error = number(52);
    say(m);
    wait_for(10 * SECOND);
    qntc_capture_frame(capture, ++frame, now, false);
    expect_findings("");
}

/* Every code that a row names, and the codes that mean another thing elsewhere. */
static void test_codes_have_their_rows(void)
{
    static const struct {
        int code;
        enum qntc_kerberos_origin origin;
        const char *id;
    } table[] = {
        {7, QNTC_FROM_TGS, "kerberos-service-unknown"},
        {6, QNTC_FROM_AS, "kerberos-client-unknown"},
        {1, QNTC_FROM_AS, "kerberos-client-expired"},
        {18, QNTC_FROM_AS, "kerberos-client-revoked"},
        {23, QNTC_FROM_AS, "kerberos-password-expired"},
        {24, QNTC_FROM_AS, "kerberos-preauth-failed"},
        {31, QNTC_FROM_AS, "kerberos-preauth-failed"},
        {31, QNTC_FROM_TGS, "kerberos-wrong-key"},
        {31, QNTC_FROM_SERVER, "kerberos-wrong-key"},
        {37, QNTC_FROM_SERVER, "kerberos-clock-skew"},
        {32, QNTC_FROM_SERVER, "kerberos-ticket-expired"},
        {33, QNTC_FROM_SERVER, "kerberos-ticket-not-yet-valid"},
        {14, QNTC_FROM_AS, "kerberos-encryption-type"},
        {35, QNTC_FROM_SERVER, "kerberos-wrong-key"},
        {41, QNTC_FROM_SERVER, "kerberos-wrong-key"},
        {44, QNTC_FROM_SERVER, "kerberos-wrong-key"},
        {45, QNTC_FROM_SERVER, "kerberos-wrong-key"},
        {68, QNTC_FROM_AS, "kerberos-wrong-realm"},
        {50, QNTC_FROM_TGS, "kerberos-refused"},
        {0, QNTC_FROM_TGS, "kerberos-refused"},
        {4711, QNTC_FROM_SERVER, "kerberos-refused"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
        g_assert_cmpstr(qntc_cause_of_kerberos_error(table[i].code, table[i].origin)->id, ==,
                        table[i].id);
    g_assert_cmpstr(qntc_kerberos_error_name(24), ==, "KDC_ERR_PREAUTH_FAILED");
    g_assert_null(qntc_kerberos_error_name(-1));
    g_assert_null(qntc_kerberos_error_name(4711));
}

/* What the server's KRB-ERROR says is proven; what the client did about it takes that away. */
static void server_refuses_ticket(int code, uint32_t status)
{
    struct qntc_message m = setup(1, 0, 0);
    m.token.spnego_init = m.token.mech_token = m.token.kerberos_ap_req = true;
    sent(m);
    struct qntc_message answer = message(QNTC_SERVER, QNTC_COMMAND_SESSION_SETUP, 1, 7);
    answer.status = nt(status);
    answer.token.kerberos_error = number((uint64_t)code);
    sent(answer);
}

static void test_error_of_the_server_is_proven(void)
{
    negotiate();
    server_refuses_ticket(33, 0xC000006D);
    connect_to("10.0.0.3");
    negotiate();
    server_refuses_ticket(41, 0xC0000016);
    closed(QNTC_CLIENT);
    expect_logons(2);
    expect_causes(1, "kerberos-ticket-not-yet-valid proven");
    expect_causes(2, "kerberos-wrong-key proven");
}

static void test_error_before_another_ticket_is_likely(void)
{
    negotiate();
    server_refuses_ticket(37, 0xC0000016);
    struct qntc_message m = setup(2, 7, 0);
    m.token.kerberos_ap_req = true;
    sent(m);
    sent(answer_setup(2, 7, 0xC000006D));
    expect_logons(1);
    expect_causes(1, "kerberos-clock-skew likely");
}

static void test_error_before_ntlm_comes_after_what_ntlm_met(void)
{
    negotiate();
    server_refuses_ticket(37, 0xC0000016);
    sent(setup(2, 7, 1));
    sent(answer_setup(2, 7, 0xC0000016));
    sent(authenticate(3, 7, "anne"));
    sent(answer_setup(3, 7, 0xC000006D));
    expect_logons(1);
    expect_causes(1, "credentials-refused likely, kerberos-clock-skew possible");
}

static void test_answer_without_its_request_is_read_where_it_names_the_service(void)
{
    struct qntc_kdc_message m = kdc(QNTC_KRB_ERROR, "anne", "cifs/files");
    m.error = number(31);
    say(m);
    port++;
    m = kdc(QNTC_KRB_ERROR, "anne", NULL);
    m.error = number(24);
    say(m);
    expect_findings("kerberos-wrong-key proven 1");
}

static void test_answer_finds_the_request_of_its_port(void)
{
    ask_tgs("cifs/one");
    uint16_t first = port;
    ask_tgs("cifs/two");
    port = first;
    refuse(7);
    grant_tgs("cifs/two", 1);
    expect_findings("kerberos-service-unknown proven 3");
}

/* ------------------------------------------------------------------------ what is got over */

static void test_corrected_clock_is_a_warning_and_no_finding(void)
{
    negotiate();
    ask_as("anne");
    refuse(37);
    ask_as("anne");
    grant_as("anne");
    ask_tgs("cifs/files");
    grant_tgs("cifs/files", 1);
    use_ticket("cifs/files", 1, 0);
    expect_logons(1);
    expect_findings("");
    g_assert_true(warns(1, "kerberos-skew-corrected"));
    g_assert_false(warns(1, "kerberos-fell-back"));
}

static void test_other_refusal_that_was_got_over_is_no_skew(void)
{
    negotiate();
    ask_as("anne");
    refuse(24);
    ask_as("anne");
    grant_as("anne");
    ask_tgs("cifs/files");
    grant_tgs("cifs/files", 1);
    use_ticket("cifs/files", 1, 0);
    expect_logons(1);
    g_assert_false(warns(1, "kerberos-skew-corrected"));
}

/* The client got in by another ticket, and the clock is still wrong for this one. */
static void test_skew_that_was_not_got_over_is_no_correction(void)
{
    negotiate();
    ask_tgs("cifs/alias");
    refuse(37);
    ask_tgs("cifs/files");
    grant_tgs("cifs/files", 1);
    use_ticket("cifs/files", 1, 0);
    expect_logons(1);
    g_assert_false(warns(1, "kerberos-skew-corrected"));
}

static void test_clock_that_was_not_corrected_is_a_finding_of_the_end(void)
{
    ask_as("anne");
    uint32_t refusal = refuse(37);
    g_assert_null(qntc_capture_findings_of_frame(capture, refusal));
    expect_findings("kerberos-clock-skew proven 2");
}

static void test_followed_referral_is_no_finding(void)
{
    ask_as("anne");
    refuse(68);
    port++;
    say(kdc(QNTC_KRB_AS_REQ, "anne", "krbtgt/OTHER"));
    say(kdc(QNTC_KRB_AS_REP, "anne", "krbtgt/OTHER"));
    ask_as("bob");
    refuse(68);
    expect_findings("kerberos-wrong-realm proven 6");
}

static void test_second_try_with_the_right_password_is_got_over(void)
{
    ask_as("anne");
    refuse(24);
    ask_as("anne");
    grant_as("anne");
    expect_findings("kerberos-preauth-failed proven 2 (got over)");
}

static void test_one_that_is_got_over_does_not_relieve_the_other(void)
{
    ask_as("anne");
    refuse(24);
    ask_as("bob");
    refuse(24);
    ask_as("anne");
    grant_as("anne");
    const struct qntc_finding *both = g_ptr_array_index(qntc_capture_findings(capture), 0);
    g_assert_false(both->got_over);
    expect_findings("kerberos-preauth-failed proven 2 4");
    ask_as("bob");
    grant_as("bob");
    expect_findings("kerberos-preauth-failed proven 2 4 (got over)");
}

static void test_failure_just_before_is_got_over_by_ntlm(void)
{
    ask_tgs("cifs/alias");
    refuse(7);
    negotiate();
    log_on(1, 7, "anne@CORP", 0);
    expect_findings("kerberos-service-unknown proven 2 (got over)");
}

/* The KDC may still answer when the logon ends: what it did not is told at the end. */
static void test_silence_that_ntlm_got_over(void)
{
    negotiate();
    ask_as("anne");
    wait_for(SECOND);
    ask_as("anne");
    log_on(1, 7, "anne", 0);
    expect_findings("kdc-unreachable likely 3 4 (got over)");
}

/* Where the file does not show how the client got in, it may not show the KDC's answer, either. */
static void test_silence_before_an_unseen_logon(void)
{
    negotiate();
    ask_as("anne");
    wait_for(SECOND);
    ask_as("anne");
    struct qntc_message m = setup(1, 0, 0);
    m.token.length.seen = false;
    sent(m);
    sent(answer_setup(1, 7, 0));
    expect_findings("");
}

static void test_fallback_to_ntlm_is_told_as_one_story(void)
{
    negotiate();
    ask_tgs("cifs/alias");
    refuse(7);
    log_on(1, 7, "anne@CORP", 0);
    expect_logons(1);
    expect_findings("kerberos-service-unknown proven 4 (got over)");
    g_assert_true(warns(1, "kerberos-fell-back"));
}

static void test_refused_ntlm_comes_before_the_kerberos_that_failed(void)
{
    negotiate();
    ask_as("anne");
    refuse(24);
    log_on(1, 7, "anne", 0xC000006D);
    expect_logons(1);
    expect_causes(1, "credentials-refused likely, kerberos-preauth-failed possible");
    expect_findings("");
}

static void test_ticket_of_somebody_else_does_not_explain_the_users_logon(void)
{
    negotiate();
    ask_as("PC$");
    refuse(24);
    log_on(1, 7, "anne", 0);
    expect_logons(1);
    expect_findings("kerberos-preauth-failed proven 4");
    g_assert_false(warns(1, "kerberos-fell-back"));
}

static void test_end_that_is_not_in_the_file_leaves_a_finding(void)
{
    negotiate();
    ask_as("anne");
    refuse(24);
    expect_logons(1);
    g_assert_cmpint(logon(1)->outcome, ==, QNTC_OUTCOME_UNKNOWN);
    expect_findings("kerberos-preauth-failed proven 4");
}

/* ------------------------------------------------------------------------------- no KDC answers */

static void test_silence_explains_why_the_client_left(void)
{
    negotiate();
    ask_as("anne");
    closed(QNTC_CLIENT);
    expect_logons(1);
    expect_causes(1, "kdc-unreachable likely");
    expect_findings("");
}

static void test_step_that_was_answered_is_no_silence(void)
{
    negotiate();
    ask_as("anne");
    refuse(25);
    closed(QNTC_CLIENT);
    expect_logons(1);
    expect_causes(1, "client-left likely");
}

static void test_silence_without_a_logon_wants_time_or_repetition(void)
{
    ask_as("anne");
    wait_for(2 * SECOND);
    qntc_capture_frame(capture, ++frame, now, false);
    expect_findings("");
    wait_for(2 * SECOND);
    qntc_capture_frame(capture, ++frame, now, false);
    expect_findings("kdc-unreachable possible 1");
}

static void test_repeated_request_without_an_answer_is_a_finding(void)
{
    negotiate();
    log_on(1, 7, "bob", 0); /* the capture has both directions */
    ask_as("anne");
    wait_for(SECOND);
    ask_as("anne");
    expect_findings("kdc-unreachable likely 7 8");
}

static void test_copy_of_a_packet_is_no_repetition(void)
{
    ask_as("anne");
    say(kdc(QNTC_KRB_AS_REQ, "anne", "krbtgt/CORP"));
    expect_findings("");
}

static void test_kdc_that_answers_something_else_is_there(void)
{
    ask_as("anne");
    wait_for(SECOND);
    ask_as("anne");
    ask_tgs("cifs/files");
    grant_tgs("cifs/files", 1);
    wait_for(10 * SECOND);
    qntc_capture_frame(capture, ++frame, now, false);
    expect_findings("");
    ask_as("anne");
    wait_for(10 * SECOND);
    qntc_capture_frame(capture, ++frame, now, false);
    expect_findings("kdc-unreachable possible 1 2 6");
}

static void test_answer_that_cannot_be_read_is_no_silence(void)
{
    ask_as("anne");
    wait_for(SECOND);
    ask_as("anne");
    qntc_kdc_heard(capture, CLIENT, KDC, port);
    expect_findings("");
}

static void test_step_is_none_of_the_silence_behind_it(void)
{
    ask_as("anne");
    refuse(25);
    ask_as("anne");
    wait_for(SECOND);
    ask_as("anne");
    expect_findings("kdc-unreachable possible 3 4");
}

static void test_refused_by_icmp_until_another_kdc_answers(void)
{
    ask_as("anne");
    qntc_kdc_unreachable(capture, CLIENT, KDC, port, ++frame, now, "ICMP: port unreachable");
    expect_findings("kdc-unreachable likely 1 2");
    ask_as("anne");
    grant_as("anne");
    expect_findings("kdc-unreachable likely 1 2 (got over)");
}

static void test_refused_connection_needs_no_request(void)
{
    negotiate();
    qntc_kdc_unreachable(capture, CLIENT, KDC, 5, ++frame, now, "RST answers the SYN");
    closed(QNTC_CLIENT);
    expect_logons(1);
    expect_causes(1, "kdc-unreachable likely");
}

static uint32_t syn_to(const char *kdc_address)
{
    struct qntc_kdc_message m = kdc(0, NULL, NULL);
    m.kdc_address = kdc_address;
    m.frame = ++frame;
    m.time = now;
    qntc_capture_frame(capture, frame, now, false);
    qntc_kdc_syn(capture, &m);
    return frame;
}

static void test_repeated_syn_explains_why_the_client_left(void)
{
    negotiate();
    uint32_t first = syn_to(KDC);
    wait_for(SECOND);
    syn_to(KDC);
    closed(QNTC_CLIENT);
    expect_logons(1);
    expect_causes(1, "kdc-unreachable likely");
    g_assert_true(has_frame(1, first));
    expect_findings("");
}

static void test_repeated_syn_without_a_logon_is_a_finding(void)
{
    syn_to(KDC);
    wait_for(SECOND);
    syn_to(KDC);
    expect_findings("kdc-unreachable possible 1 2");
}

static void test_syn_that_is_answered_or_alone_says_nothing(void)
{
    syn_to(KDC);
    wait_for(SECOND);
    syn_to(KDC);
    qntc_kdc_syn_answered(capture, CLIENT, KDC, port);
    port++;
    syn_to(KDC);
    syn_to(KDC); /* a copy */
    wait_for(10 * SECOND);
    qntc_capture_frame(capture, ++frame, now, false);
    expect_findings("");
    g_assert_cmpuint(qntc_kdc_host(capture, CLIENT)->tickets.length, ==, 1);
}

static void test_other_kdc_that_answers_gets_over_a_repeated_syn(void)
{
    syn_to("10.0.0.8");
    wait_for(SECOND);
    syn_to("10.0.0.8");
    ask_as("anne");
    grant_as("anne");
    expect_findings("");
}

static void test_kdc_that_answered_later_was_reached(void)
{
    negotiate();
    qntc_kdc_unreachable(capture, CLIENT, "10.0.0.8", 5, ++frame, now, "RST answers the SYN");
    ask_as("anne");
    refuse(24);
    closed(QNTC_CLIENT);
    expect_logons(1);
    expect_causes(1, "kerberos-preauth-failed likely");
}

/* -------------------------------------------------------------------------- tickets and servers */

static void test_tickets_of_a_logon_belong_to_it_even_from_before(void)
{
    uint32_t tgt = ask_as("anne");
    grant_as("anne");
    uint32_t asked = ask_tgs("CIFS/files");
    grant_tgs("CIFS/files", 1);
    wait_for(100 * SECOND);
    negotiate();
    use_ticket("cifs/files", 1, 0);
    expect_logons(1);
    g_assert_true(has_frame(1, tgt) && has_frame(1, asked));
    g_assert_cmpuint(logon(1)->tickets->len, ==, 2);
}

static void test_ticket_refused_without_a_word(void)
{
    negotiate();
    use_ticket("cifs/files", 2, 0xC000006D);
    expect_logons(1);
    expect_causes(1, "kerberos-refused likely, kerberos-wrong-key possible");
}

static void test_two_keys_of_a_service_make_the_wrong_one_likely(void)
{
    ask_tgs("cifs/files");
    grant_tgs("cifs/files", 3);
    negotiate();
    use_ticket("cifs/files", 2, 0xC000006D);
    expect_logons(1);
    expect_causes(1, "kerberos-wrong-key likely, kerberos-refused likely");
}

static void test_two_hosts_of_a_name_make_the_wrong_key_likely(void)
{
    negotiate();
    use_ticket("cifs/files", 2, 0);
    connect_to("10.0.0.3");
    negotiate();
    use_ticket("cifs/files", 2, 0xC000006D);
    expect_logons(2);
    expect_causes(2, "kerberos-wrong-key likely, kerberos-refused likely");
}

/* Neither a version that was not seen nor the same server again is another key. */
static void test_one_key_is_no_wrong_key(void)
{
    ask_tgs("cifs/files");
    grant_tgs("cifs/files", 0);
    negotiate();
    use_ticket("cifs/files", 2, 0);
    connect_to("10.0.0.2");
    negotiate();
    use_ticket("cifs/files", 2, 0xC000006D);
    expect_logons(2);
    expect_causes(2, "kerberos-refused likely, kerberos-wrong-key possible");
}

/* The first and one that differs are kept, with the frames that showed them. */
static void test_keys_and_hosts_of_a_service(void)
{
    static const char *const servers[] = {"10.0.0.2", "10.0.0.3", "10.0.0.4"};
    uint32_t used[3];
    for (unsigned i = 0; i < 3; i++) {
        connect_to(servers[i]);
        negotiate();
        used[i] = use_ticket("cifs/files", i + 1, 0) - 1;
    }
    const struct qntc_service *service = qntc_capture_service(capture, "CIFS/files");
    for (unsigned i = 0; i < 2; i++) {
        g_assert_cmpint(service->kvno[i], ==, (int)i + 1);
        g_assert_cmpuint(service->kvno_frame[i], ==, used[i]);
        g_assert_cmpstr(service->host[i], ==, servers[i]);
        g_assert_cmpuint(service->host_frame[i], ==, used[i]);
    }
}

static void name_addresses(const char *host, const char *name)
{
    struct qntc_oxid_answer answer = {
        .frame = ++frame, .time = now, .client_address = CLIENT, .host_address = host};
    answer.bindings[answer.count++] = name;
    answer.bindings[answer.count++] = host;
    answer.bindings[answer.count++] = "169.254.95.120";
    qntc_oxid_answer(capture, &answer);
}

static void test_two_machines_of_one_address_make_the_wrong_key_likely(void)
{
    name_addresses("10.0.0.2", "ONE");
    name_addresses("10.0.0.3", "TWO");
    negotiate();
    use_ticket("cifs/files", 2, 0xC000006D);
    expect_logons(1);
    expect_causes(1, "kerberos-wrong-key likely, kerberos-refused likely");
}

/* A second TGS exchange for the same service is the second logon's; the first keeps its own. */
static void test_each_logon_has_the_ticket_nearest_to_it(void)
{
    uint32_t first = ask_tgs("cifs/files");
    grant_tgs("cifs/files", 1);
    negotiate();
    use_ticket("cifs/files", 1, 0);
    uint32_t second = ask_tgs("cifs/files");
    grant_tgs("cifs/files", 1);
    connect_to("10.0.0.2");
    negotiate();
    use_ticket("cifs/files", 1, 0);
    expect_logons(2);
    g_assert_true(has_frame(1, first) && !has_frame(1, second));
    g_assert_true(has_frame(2, second) && !has_frame(2, first));
}

/* The KDC refuses the server a ticket for that account while a client waits for its answer. */
static void refused_at_the_server(const char *account)
{
    negotiate();
    sent(setup(1, 0, 1));
    sent(answer_setup(1, 7, 0xC0000016));
    sent(authenticate(2, 7, "anne"));
    struct qntc_kdc_message m = kdc(QNTC_KRB_AS_REQ, account, "krbtgt/CORP");
    m.client_address = "10.0.0.2";
    say(m);
    m.type = QNTC_KRB_ERROR;
    m.error = number(24);
    say(m);
    sent(answer_setup(2, 7, 0xC000006D));
    expect_logons(1);
}

static void test_server_that_is_refused_itself_is_told_to_who_waits(void)
{
    refused_at_the_server("FILES$");
    char *causes = causes_of(1);
    g_assert_nonnull(strstr(causes, "trust-broken possible"));
    g_free(causes);
}

static void test_no_ticket_to_bring(void)
{
    negotiate();
    struct qntc_message m = setup(1, 0, 0);
    m.token.spnego_init = true;
    m.token.first_mechanism = QNTC_MECHANISM_KERBEROS;
    m.token.mechanisms_seen = true;
    sent(m);
    sent(answer_setup(1, 7, 0xC000006D));
    expect_logons(1);
    expect_causes(1, "kerberos-no-ticket likely");
}

/* --------------------------------------------------------------- which messages are one ticket */

static void start_over(void)
{
    tear_down();
    set_up();
}

static const struct qntc_kdc_host *host(void)
{
    return qntc_kdc_host(capture, CLIENT);
}

static const struct qntc_kdc_ticket *latest_ticket(void)
{
    return g_queue_peek_head((GQueue *)&host()->tickets);
}

/* Only the KDC can read who asks in a TGS-REQ. */
static void test_requests_for_one_ticket_and_for_others(void)
{
    uint32_t first = ask_as("anne");
    wait_for(SECOND);
    uint32_t last = ask_as("ANNE");
    g_assert_cmpuint(host()->tickets.length, ==, 1);
    g_assert_cmpuint(latest_ticket()->facts.first_request_frame, ==, first);
    g_assert_cmpuint(latest_ticket()->facts.last_request_frame, ==, last);
    g_assert_cmpint(latest_ticket()->facts.first_request_time, ==, now - SECOND);
    ask_as("bob");
    g_assert_cmpuint(host()->tickets.length, ==, 2);
    ask_tgs("krbtgt/CORP");
    g_assert_cmpuint(host()->tickets.length, ==, 3);
    ask_tgs("cifs/one");
    port++;
    say(kdc(QNTC_KRB_TGS_REQ, "bob", "cifs/one"));
    g_assert_cmpuint(host()->tickets.length, ==, 4);
    ask_tgs("cifs/two");
    g_assert_cmpuint(host()->tickets.length, ==, 5);
}

static void test_request_behind_the_end_of_the_logon_is_another_one(void)
{
    negotiate();
    ask_tgs("cifs/files");
    closed(QNTC_CLIENT);
    ask_tgs("cifs/files");
    g_assert_cmpuint(host()->tickets.length, ==, 2);
}

/* A copy comes at once, from the same port, to the same KDC. */
static void test_what_is_no_copy(void)
{
    for (unsigned i = 0; i < 4; i++) {
        start_over();
        struct qntc_kdc_message m = kdc(QNTC_KRB_AS_REQ, "anne", "krbtgt/CORP");
        say(m);
        m.client_port = (uint16_t)(port + (i == 1));
        m.kdc_address = i == 2 ? "10.0.0.8" : KDC;
        now = i == 3 ? QNTC_TIME_UNKNOWN : now;
        say(m);
        g_assert_cmpuint(latest_ticket()->facts.unanswered, ==, i == 0 ? 1 : 2);
    }
}

/* What was asked for is what the answer is for, though it comes from the KDC asked first. */
static void test_late_refusal_of_the_kdc_asked_first(void)
{
    ask_as("anne");
    struct qntc_kdc_message other = kdc(QNTC_KRB_AS_REQ, "anne", "krbtgt/CORP");
    other.kdc_address = "10.0.0.8";
    other.client_port++;
    say(other);
    refuse(24);
    expect_findings("kerberos-preauth-failed proven 3");
}

static void test_answer_to_another_port_or_of_another_kdc_is_none(void)
{
    ask_as("anne");
    struct qntc_kdc_message answer = kdc(QNTC_KRB_ERROR, NULL, NULL);
    answer.error = number(24);
    answer.client_port++;
    say(answer);
    answer.client_port--;
    answer.kdc_address = "10.0.0.8";
    say(answer);
    g_assert_cmpuint(latest_ticket()->facts.unanswered, ==, 1);
    expect_findings("");
}

static void test_answer_that_names_the_service_is_of_its_request(void)
{
    ask_as("anne");
    struct qntc_kdc_message answer = kdc(QNTC_KRB_ERROR, NULL, "KRBTGT/corp");
    answer.error = number(24);
    say(answer);
    g_assert_cmpuint(host()->tickets.length, ==, 1);
    g_assert_cmpint(latest_ticket()->facts.answer_time, ==, now);
    expect_findings("kerberos-preauth-failed proven 2");
}

/* A port is used again: what comes to it now is for the latest request. */
static void test_port_of_another_purpose_that_is_used_again(void)
{
    port++;
    say(kdc(QNTC_KRB_TGS_REQ, NULL, "ldap/dc"));
    say(kdc(QNTC_KRB_AS_REQ, "anne", "krbtgt/CORP"));
    refuse(24);
    expect_findings("kerberos-preauth-failed proven 3");
}

static void test_port_of_another_purpose_that_is_not(void)
{
    port++;
    struct qntc_kdc_message other = kdc(QNTC_KRB_TGS_REQ, NULL, "cifs/files");
    other.for_another = true;
    say(other);
    uint16_t first = port;
    ask_as("anne");
    port = first;
    struct qntc_kdc_message answer = kdc(QNTC_KRB_ERROR, NULL, "cifs/files");
    answer.error = number(31);
    say(answer);
    expect_findings("");
}

static void test_tickets_that_concern_logons(void)
{
    port++;
    say(kdc(QNTC_KRB_TGS_REQ, NULL, NULL));
    refuse(7);
    expect_findings("");
    port++;
    say(kdc(QNTC_KRB_AS_REQ, "anne", NULL));
    refuse(6);
    ask_tgs("host/pc");
    refuse(7);
    expect_findings("kerberos-client-unknown proven 4, kerberos-service-unknown proven 6");
}

static void test_granted_ticket_has_its_key(void)
{
    ask_tgs("cifs/files");
    grant_tgs("cifs/files", 3);
    g_assert_cmpint(latest_ticket()->facts.ticket_etype, ==, 18);
    g_assert_cmpint(latest_ticket()->facts.ticket_kvno, ==, 3);
}

/* ------------------------------------------------------------------------ what is not got over */

static void test_wrong_realm_that_the_client_does_not_leave(void)
{
    ask_as("anne");
    refuse(68);
    ask_as("anne");
    refuse(24);
    expect_findings("kerberos-wrong-realm proven 2, kerberos-preauth-failed proven 4");
}

/* Another realm is asked: that follows a referral, and nothing else that was refused. */
static void test_other_realm_follows_a_referral_only(void)
{
    ask_as("anne");
    refuse(24);
    ask_tgs("cifs/files");
    refuse(68);
    port++;
    say(kdc(QNTC_KRB_AS_REQ, "bob", "krbtgt/OTHER"));
    expect_findings("kerberos-preauth-failed proven 2, kerberos-wrong-realm proven 4");
}

static void test_ticket_of_a_service_is_got_over_by_that_ticket(void)
{
    ask_tgs("cifs/files");
    refuse(7);
    ask_tgs("krbtgt/OTHER");
    refuse(32);
    ask_as("anne");
    grant_as("anne");
    ask_tgs("cifs/other");
    grant_tgs("cifs/other", 1);
    expect_findings("kerberos-service-unknown proven 2, kerberos-ticket-expired proven 4");
    ask_tgs("cifs/files");
    grant_tgs("cifs/files", 1);
    expect_findings(
        "kerberos-service-unknown proven 2 (got over), kerberos-ticket-expired proven 4");
}

static void test_kdc_that_is_silent_while_another_answers(void)
{
    struct qntc_kdc_message m = kdc(QNTC_KRB_AS_REQ, "anne", "krbtgt/CORP");
    m.kdc_address = "10.0.0.8";
    say(m);
    wait_for(SECOND);
    say(m);
    ask_tgs("cifs/files");
    grant_tgs("cifs/files", 1);
    expect_findings("kdc-unreachable possible 1 2");
}

static void test_something_to_another_port_is_silence_all_the_same(void)
{
    ask_as("anne");
    wait_for(SECOND);
    ask_as("anne");
    qntc_kdc_heard(capture, CLIENT, KDC, port + 1);
    expect_findings("kdc-unreachable possible 1 2");
}

static void test_step_ends_what_icmp_said(void)
{
    negotiate();
    ask_as("anne");
    qntc_kdc_unreachable(capture, CLIENT, KDC, port, ++frame, now, "ICMP: port unreachable");
    ask_as("anne");
    refuse(25);
    closed(QNTC_CLIENT);
    expect_logons(1);
    expect_causes(1, "client-left likely");
}

/* What came back is the request of that port to that KDC, if it still waits. */
static void test_icmp_is_of_one_request(void)
{
    ask_as("anne");
    qntc_kdc_unreachable(capture, CLIENT, KDC, port + 1, ++frame, now, "RST answers the SYN");
    qntc_kdc_unreachable(capture, CLIENT, "10.0.0.8", port, ++frame, now, "RST answers the SYN");
    g_assert_cmpuint(host()->tickets.length, ==, 3);
    grant_as("anne");
    const struct qntc_kdc_ticket *ticket = g_queue_peek_tail((GQueue *)&host()->tickets);
    qntc_kdc_unreachable(capture, CLIENT, KDC, port, ++frame, now, "ICMP: port unreachable");
    g_assert_cmpint(ticket->facts.result, ==, QNTC_TICKET_GRANTED);
}

/* Each connection has its own: one that is answered leaves the other waiting. */
static void test_syns_of_two_ports(void)
{
    syn_to(KDC);
    wait_for(SECOND);
    syn_to(KDC);
    port++;
    syn_to("10.0.0.8");
    wait_for(SECOND);
    syn_to("10.0.0.8");
    qntc_kdc_syn_answered(capture, CLIENT, "10.0.0.8", port);
    qntc_kdc_syn_answered(capture, CLIENT, KDC, port); /* not to this one */
    expect_findings("kdc-unreachable possible 1 2");
}

static void test_answers_without_requests_that_say_what_they_are_about(void)
{
    static const struct {
        const char *service;
        int code;
        const char *findings;
    } table[] = {
        {"krbtgt/CORP", 24, "kerberos-preauth-failed proven 1"},
        {"cifs/files", 7, "kerberos-service-unknown proven 1"},
        {"krbtgt/CORP", 7, ""},
        {"ldap/dc", 31, ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        start_over();
        struct qntc_kdc_message m = kdc(QNTC_KRB_ERROR, NULL, table[i].service);
        m.error = number((uint64_t)table[i].code);
        say(m);
        say(m); /* a copy */
        expect_findings(table[i].findings);
    }
}

/* -------------------------------------------------------------------------- whose ticket it is */

static void test_ticket_of_a_client_that_has_turned_to_ntlm(void)
{
    negotiate();
    sent(setup(1, 0, 1));
    sent(answer_setup(1, 7, 0xC0000016));
    ask_tgs("cifs/other");
    refuse(7);
    expect_logons(1);
    g_assert_null(logon(1)->tickets);
}

static void test_ticket_long_after_the_client_spoke(void)
{
    negotiate();
    wait_for(60 * SECOND);
    ask_as("anne");
    g_assert_cmpuint(logon(1)->tickets->len, ==, 1);
    wait_for(SECOND);
    ask_as("bob");
    g_assert_cmpuint(logon(1)->tickets->len, ==, 1);
}

/* Only a failure leads to what comes next; a logon has what preceded it for itself. */
static void test_what_precedes_a_logon(void)
{
    ask_as("anne");
    grant_as("anne");
    negotiate();
    closed(QNTC_CLIENT);
    g_assert_null(logon(1)->tickets);
    ask_as("anne");
    refuse(24);
    connect_to("10.0.0.2");
    negotiate();
    connect_to("10.0.0.2");
    negotiate();
    g_assert_cmpuint(logon(2)->tickets->len, ==, 1);
    g_assert_null(logon(3)->tickets);
}

/* Ten seconds from the refusal, or from the last request where nothing came. */
static void test_how_long_before_a_logon(void)
{
    ask_tgs("cifs/files");
    wait_for(20 * SECOND);
    refuse(7);
    wait_for(10 * SECOND);
    negotiate();
    g_assert_cmpuint(logon(1)->tickets->len, ==, 1);

    start_over();
    ask_as("anne");
    wait_for(10 * SECOND);
    negotiate();
    g_assert_cmpuint(logon(1)->tickets->len, ==, 1);

    start_over();
    ask_as("anne");
    wait_for(11 * SECOND);
    negotiate();
    g_assert_null(logon(1)->tickets);
}

/* The granted ticket of that name, and one ticket-granting ticket from before it. */
static void test_tickets_that_were_used(void)
{
    ask_as("old");
    uint32_t old = grant_as("old");
    ask_as("anne");
    uint32_t tgt = grant_as("anne");
    ask_tgs("cifs/other");
    uint32_t other = grant_tgs("cifs/other", 1);
    ask_tgs("cifs/files");
    uint32_t granted = grant_tgs("cifs/files", 1);
    uint32_t waiting = ask_tgs("cifs/files");
    ask_as("later");
    uint32_t later = grant_as("later");
    negotiate();
    use_ticket("cifs/files", 1, 0);
    g_assert_true(has_frame(1, tgt) && has_frame(1, granted));
    g_assert_false(has_frame(1, old) || has_frame(1, other) || has_frame(1, waiting) ||
                   has_frame(1, later));
    g_assert_cmpuint(logon(1)->tickets->len, ==, 2);
}

/* A user who logs on at the server asks from there, too: only the machine's account is its own. */
static void test_user_who_is_refused_at_the_server_is_no_machine(void)
{
    refused_at_the_server("bob");
    g_assert_null(logon(1)->machine_refusal.account);
}

/* Nobody wants a ticket for a null session: it got over nothing. */
static void test_null_session_is_not_what_the_ticket_was_for(void)
{
    negotiate();
    ask_tgs("cifs/alias");
    refuse(7);
    log_on(1, 7, "", 0);
    expect_findings("kerberos-service-unknown proven 4");
}

/* ------------------------------------------------------------------------------------- bounds */

static void test_a_host_holds_no_more_than_its_latest_tickets(void)
{
    char user[16];
    for (unsigned i = 0; i < 1000; i++) {
        g_snprintf(user, sizeof user, "u%u", i);
        ask_as(user);
        connect_to("10.0.0.2");
        negotiate();
    }
    g_assert_cmpuint(host()->tickets.length, ==, QNTC_MAX_TICKETS_OF_HOST);
    g_assert_cmpuint(host()->logons.length, ==, QNTC_MAX_LOGONS_OF_HOST);
}

static void test_a_logon_holds_no_more_than_some_tickets(void)
{
    char user[16];
    negotiate();
    for (unsigned i = 0; i < 100; i++) {
        g_snprintf(user, sizeof user, "u%u", i);
        ask_as(user);
        refuse(24);
    }
    g_assert_cmpuint(logon(1)->tickets->len, ==, QNTC_MAX_TICKETS_OF_LOGON);
    for (unsigned i = 0; i < 200; i++)
        say(kdc(QNTC_KRB_AS_REQ, "anne", "krbtgt/CORP"));
    g_assert_cmpuint(latest_ticket()->facts.frames->len, ==, QNTC_MAX_TICKET_FRAMES);
}

static const struct claim {
    const char *name;
    void (*test)(void);
} claims[] = {
#define CLAIM(name)                                                                                \
    {                                                                                              \
        "/kdc/" #name, test_##name                                                                 \
    }
    CLAIM(refused_on_the_way_explains_why_the_client_left),
    CLAIM(steps_of_the_normal_course_are_no_refusal),
    CLAIM(refusal_without_a_logon_is_a_finding_at_once),
    CLAIM(same_code_means_another_thing_from_another_side),
    CLAIM(refusal_just_before_the_logon_belongs_to_it),
    CLAIM(refusal_long_before_the_logon_does_not),
    CLAIM(service_asked_for_before_the_logon_may_be_another),
    CLAIM(other_services_and_other_purposes_are_no_concern),
    CLAIM(reason_in_the_error_names_the_account),
    CLAIM(refusal_of_another_purpose_is_none_though_it_names_a_file_server),
    CLAIM(refused_answer_to_another_purpose_leaves_the_request_that_waits),
    CLAIM(renewal_that_was_refused_is_got_over_by_a_new_ticket),
    CLAIM(referral_is_not_the_ticket_that_was_asked_for),
    CLAIM(refusal_behind_a_referral_is_told),
    CLAIM(followed_referral_that_fails_elsewhere_is_no_wrong_realm),
    CLAIM(ticket_asked_for_while_the_server_thinks_is_another_matter),
    CLAIM(kdc_that_answers_late_is_heard_though_another_was_asked),
    CLAIM(answer_behind_the_end_of_the_logon_was_for_another_matter),
    CLAIM(refusal_of_the_middle_may_be_a_step),
    CLAIM(answer_from_the_same_port_is_no_silence),
    CLAIM(codes_have_their_rows),
    CLAIM(error_of_the_server_is_proven),
    CLAIM(error_before_another_ticket_is_likely),
    CLAIM(error_before_ntlm_comes_after_what_ntlm_met),
    CLAIM(answer_without_its_request_is_read_where_it_names_the_service),
    CLAIM(answer_finds_the_request_of_its_port),
    CLAIM(corrected_clock_is_a_warning_and_no_finding),
    CLAIM(other_refusal_that_was_got_over_is_no_skew),
    CLAIM(skew_that_was_not_got_over_is_no_correction),
    CLAIM(clock_that_was_not_corrected_is_a_finding_of_the_end),
    CLAIM(followed_referral_is_no_finding),
    CLAIM(second_try_with_the_right_password_is_got_over),
    CLAIM(one_that_is_got_over_does_not_relieve_the_other),
    CLAIM(failure_just_before_is_got_over_by_ntlm),
    CLAIM(silence_that_ntlm_got_over),
    CLAIM(silence_before_an_unseen_logon),
    CLAIM(fallback_to_ntlm_is_told_as_one_story),
    CLAIM(refused_ntlm_comes_before_the_kerberos_that_failed),
    CLAIM(ticket_of_somebody_else_does_not_explain_the_users_logon),
    CLAIM(end_that_is_not_in_the_file_leaves_a_finding),
    CLAIM(silence_explains_why_the_client_left),
    CLAIM(step_that_was_answered_is_no_silence),
    CLAIM(silence_without_a_logon_wants_time_or_repetition),
    CLAIM(repeated_request_without_an_answer_is_a_finding),
    CLAIM(copy_of_a_packet_is_no_repetition),
    CLAIM(kdc_that_answers_something_else_is_there),
    CLAIM(answer_that_cannot_be_read_is_no_silence),
    CLAIM(step_is_none_of_the_silence_behind_it),
    CLAIM(refused_by_icmp_until_another_kdc_answers),
    CLAIM(refused_connection_needs_no_request),
    CLAIM(repeated_syn_explains_why_the_client_left),
    CLAIM(repeated_syn_without_a_logon_is_a_finding),
    CLAIM(syn_that_is_answered_or_alone_says_nothing),
    CLAIM(other_kdc_that_answers_gets_over_a_repeated_syn),
    CLAIM(kdc_that_answered_later_was_reached),
    CLAIM(tickets_of_a_logon_belong_to_it_even_from_before),
    CLAIM(ticket_refused_without_a_word),
    CLAIM(two_keys_of_a_service_make_the_wrong_one_likely),
    CLAIM(two_hosts_of_a_name_make_the_wrong_key_likely),
    CLAIM(one_key_is_no_wrong_key),
    CLAIM(keys_and_hosts_of_a_service),
    CLAIM(two_machines_of_one_address_make_the_wrong_key_likely),
    CLAIM(each_logon_has_the_ticket_nearest_to_it),
    CLAIM(server_that_is_refused_itself_is_told_to_who_waits),
    CLAIM(no_ticket_to_bring),
    CLAIM(requests_for_one_ticket_and_for_others),
    CLAIM(request_behind_the_end_of_the_logon_is_another_one),
    CLAIM(what_is_no_copy),
    CLAIM(late_refusal_of_the_kdc_asked_first),
    CLAIM(answer_to_another_port_or_of_another_kdc_is_none),
    CLAIM(answer_that_names_the_service_is_of_its_request),
    CLAIM(port_of_another_purpose_that_is_used_again),
    CLAIM(port_of_another_purpose_that_is_not),
    CLAIM(tickets_that_concern_logons),
    CLAIM(granted_ticket_has_its_key),
    CLAIM(wrong_realm_that_the_client_does_not_leave),
    CLAIM(other_realm_follows_a_referral_only),
    CLAIM(ticket_of_a_service_is_got_over_by_that_ticket),
    CLAIM(kdc_that_is_silent_while_another_answers),
    CLAIM(something_to_another_port_is_silence_all_the_same),
    CLAIM(step_ends_what_icmp_said),
    CLAIM(icmp_is_of_one_request),
    CLAIM(syns_of_two_ports),
    CLAIM(answers_without_requests_that_say_what_they_are_about),
    CLAIM(ticket_of_a_client_that_has_turned_to_ntlm),
    CLAIM(ticket_long_after_the_client_spoke),
    CLAIM(what_precedes_a_logon),
    CLAIM(how_long_before_a_logon),
    CLAIM(tickets_that_were_used),
    CLAIM(user_who_is_refused_at_the_server_is_no_machine),
    CLAIM(null_session_is_not_what_the_ticket_was_for),
    CLAIM(a_host_holds_no_more_than_its_latest_tickets),
    CLAIM(a_logon_holds_no_more_than_some_tickets),
#undef CLAIM
};

static void run(gconstpointer data)
{
    const struct claim *claim = data;
    port = 1000;
    set_up();
    claim->test();
    tear_down();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(claims); i++)
        g_test_add_data_func(claims[i].name, &claims[i], run);
    return g_test_run();
}
