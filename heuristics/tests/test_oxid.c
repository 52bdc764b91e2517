/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When two machines share an address, and when it is one machine. A test feeds answers to
 * ServerAlive2 by hand and states what becomes of them.
 */
#include "oxid.h"

#include "diagnosis.h"
#include "wire.h"

#define IMM "169.254.95.120"
#define ONE "10.0.0.50"
#define TWO "10.0.0.20"
#define THREE "10.0.0.30"

/* `host` answers `client` with the bindings, separated by blanks. */
static uint32_t answers(const char *host, const char *client, const char *bindings)
{
    struct qntc_oxid_answer answer = {.time = now, .host_address = host, .client_address = client};
    char **texts = g_strsplit(bindings, " ", QNTC_MAX_OXID_BINDINGS);
    for (char **text = texts; *text != NULL; text++)
        answer.bindings[answer.count++] = *text;
    qntc_capture_frame(capture, ++frame, now, false);
    answer.frame = frame;
    qntc_oxid_answer(capture, &answer);
    g_strfreev(texts);
    return frame;
}

/* The findings, "client server confidence frame,frame...", joined by "; ". */
static void expect(const char *expected)
{
    qntc_capture_end(capture);
    const GPtrArray *findings = qntc_capture_findings(capture);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < findings->len; i++) {
        const struct qntc_finding *finding = g_ptr_array_index(findings, i);
        g_assert_cmpstr(finding->cause->cause->id, ==, "shared-address");
        g_string_append_printf(text, "%s%s %s %s ", i > 0 ? "; " : "", finding->client_address,
                               finding->server_address,
                               qntc_confidence_name(finding->cause->confidence));
        for (guint k = 0; k < finding->frames->len; k++)
            g_string_append_printf(text, "%s%u", k > 0 ? "," : "",
                                   g_array_index(finding->frames, uint32_t, k));
    }
    g_assert_cmpstr(text->str, ==, expected);
    g_string_free(text, TRUE);
}

static bool says(guint index, uint32_t at, const char *part)
{
    const struct qntc_finding *finding = g_ptr_array_index(qntc_capture_findings(capture), index);
    for (guint i = 0; i < finding->cause->evidence->len; i++) {
        const struct qntc_evidence *line =
            &g_array_index(finding->cause->evidence, struct qntc_evidence, i);
        if (line->frame == at && strstr(line->text, part) != NULL)
            return true;
    }
    return false;
}

/* The case of the source: each asks the other, each has the adapter of its IMM. */
static void collide(void)
{
    answers(ONE, TWO, "srv2 " IMM " " ONE);
    answers(TWO, ONE, "srv1 " IMM " " TWO);
}

/* ----------------------------------------------------------------------------------- collisions */

static void test_collision(void)
{
    collide();
    expect("10.0.0.20 10.0.0.50 proven 1,2");
    g_assert_true(
        says(0, 1, "10.0.0.50 (SRV2) names 169.254.95.120, and so does 10.0.0.20 (SRV1)"));
    g_assert_true(
        says(0, 2, "10.0.0.20 (SRV1) names 169.254.95.120, and so does 10.0.0.50 (SRV2)"));
    const struct qntc_finding *finding = g_ptr_array_index(qntc_capture_findings(capture), 0);
    g_assert_cmpuint(finding->shown_on, ==, 2);
}

/* A third host asked both; and the address need not be link-local, nor of IPv4. */
static void test_any_address_counts(void)
{
    answers(ONE, THREE, "srv2 192.168.0.1");
    answers(TWO, THREE, "srv1 192.168.0.1");
    expect("10.0.0.20 10.0.0.50 proven 1,2");
    g_assert_nonnull(qntc_oxid_collision_of(capture, ONE));
    g_assert_nonnull(qntc_oxid_collision_of(capture, TWO));
}

static void test_address_named_twice(void)
{
    answers(ONE, THREE, "srv2 192.168.0.1 192.168.0.1");
    answers(TWO, THREE, "srv1 192.168.0.1 192.168.0.1");
    g_assert_true(says(0, 1, "names 192.168.0.1, and so does"));
}

static void test_same_address_written_otherwise(void)
{
    answers(ONE, THREE, "srv2 FD00:0:0::7%12");
    answers(TWO, THREE, "srv1 fd00::7");
    expect("10.0.0.20 10.0.0.50 proven 1,2");
}

static void test_repeated_answers(void)
{
    collide();
    collide();
    expect("10.0.0.20 10.0.0.50 proven 1,2,3,4");
}

/* Each is told of once, not each with each. */
static void test_many_with_one_address(void)
{
    for (unsigned round = 0; round < 3; round++) {
        answers("10.0.0.1", THREE, "a " IMM);
        answers("10.0.0.2", THREE, "b " IMM);
        answers("10.0.0.3", THREE, "c " IMM);
    }
    expect("10.0.0.2 10.0.0.1 proven 1,2,4,5,7,8; 10.0.0.3 10.0.0.1 proven 1,3,4,6,7,9");
}

static void test_without_names(void)
{
    answers(ONE, TWO, IMM " " ONE);
    answers(TWO, ONE, "srv1 " IMM " " TWO);
    expect("10.0.0.20 10.0.0.50 likely 1,2");
}

/* The address may have moved from one to the other meanwhile. */
static void test_long_after(void)
{
    answers(ONE, TWO, "srv2 " IMM " " ONE);
    wait_for(3600 * (qntc_time)SECOND + 1);
    answers(TWO, ONE, "srv1 " IMM " " TWO);
    expect("10.0.0.20 10.0.0.50 likely 1,2");
}

static void test_proof_comes_later(void)
{
    test_long_after();
    answers(ONE, TWO, "srv2 " IMM " " ONE);
    expect("10.0.0.20 10.0.0.50 proven 1,2,3");
}

/* ------------------------------------------------------------------------------- no collisions */

static void test_different_addresses(void)
{
    answers(ONE, TWO, "srv2 192.168.0.2 " ONE);
    answers(TWO, ONE, "srv1 192.168.0.1 " TWO);
    expect("");
}

static void test_one_machine_by_two_addresses(void)
{
    answers(ONE, THREE, "srv1 " ONE " " TWO " 192.168.0.1");
    answers(TWO, THREE, "SRV1 " ONE " " TWO " 192.168.0.1");
    expect("");
}

/* A cluster's node: it answers for another name, too, and its own is among them. */
static void test_one_machine_by_two_names(void)
{
    answers(ONE, THREE, "node1 " ONE " 192.168.0.1");
    answers(TWO, THREE, "cluster node1.corp.example " TWO " 192.168.0.1");
    expect("");
}

/* Neither has anything of its own: one machine without a name. */
static void test_one_machine_without_names(void)
{
    answers(ONE, THREE, ONE " " TWO);
    answers(TWO, THREE, ONE " " TWO);
    expect("");
}

/* Two names, but one of them has nothing that the other lacks. */
static void test_nothing_of_its_own(void)
{
    answers(ONE, THREE, "srv2 " ONE);
    answers(TWO, THREE, "srv1 " ONE " " TWO);
    answers(ONE, THREE, "srv2 " ONE);
    expect("");
}

static void test_same_first_label(void)
{
    answers(ONE, THREE, "srv1.alpha.example 192.168.0.1");
    answers(TWO, THREE, "srv1.beta.example 192.168.0.1");
    expect("10.0.0.20 10.0.0.50 proven 1,2");
}

static void test_name_that_begins_another(void)
{
    answers(ONE, THREE, "srv1 192.168.0.1");
    answers(TWO, THREE, "srv12 192.168.0.1");
    expect("10.0.0.20 10.0.0.50 proven 1,2");
}

static void test_addresses_of_everybody(void)
{
    answers(ONE, TWO, "srv2 127.0.0.1 127.0.1.1 0.0.0.0 ::1 ::");
    answers(TWO, ONE, "srv1 127.0.0.1 127.0.1.1 0.0.0.0 ::1 ::");
    expect("");
}

/* What a host does not name any more is not its own any more. */
static void test_given_up_address(void)
{
    answers(ONE, THREE, "srv2 192.168.0.1");
    answers(ONE, THREE, "srv2 192.168.0.1");
    answers(ONE, THREE, "srv2 192.168.0.2");
    answers(TWO, THREE, "srv1 192.168.0.1");
    expect("");
}

/* -------------------------------------------------------------------------- one answer alone */

static void test_link_local_alone(void)
{
    answers(ONE, TWO, "srv2 " IMM " " ONE);
    expect("10.0.0.20 10.0.0.50 possible 1");
    g_assert_true(says(0, 1, "(SRV2) names the link-local address 169.254.95.120"));
}

static void test_link_local_of_ipv6(void)
{
    answers(ONE, TWO, "srv2 febf::1 " ONE);
    expect("10.0.0.20 10.0.0.50 possible 1");
}

static void test_not_link_local(void)
{
    answers(ONE, TWO, "srv2 169.253.0.1 fec0::1 fe8::1 " ONE);
    expect("");
}

/* It was reached by it: that is how the network is. */
static void test_reached_by_link_local(void)
{
    answers(IMM, TWO, "srv2 " IMM);
    expect("");
}

static void test_the_end_comes_twice(void)
{
    answers(ONE, TWO, "srv2 " IMM " " ONE);
    expect("10.0.0.20 10.0.0.50 possible 1");
    answers(TWO, ONE, "srv1 " IMM " " TWO);
    expect("10.0.0.20 10.0.0.50 proven 1,2");
}

/* ------------------------------------------------------------------------- what comes of it */

static void test_security_failure_is_tied(void)
{
    collide();
    qntc_oxid_security_failure(capture, ONE, TWO, 7);
    qntc_oxid_security_failure(capture, THREE, "10.0.0.99", 8);
    qntc_oxid_security_failure(capture, ONE, "10.0.0.99", 9);
    expect("10.0.0.20 10.0.0.50 proven 1,2");
    g_assert_true(says(0, 7, "0x80070721"));
    g_assert_true(says(0, 9, "0x80070721"));
    g_assert_false(says(0, 8, "0x80070721"));
}

static void test_security_failure_alone(void)
{
    qntc_oxid_security_failure(capture, ONE, TWO, 7);
    expect("");
}

static void test_failures_are_bounded(void)
{
    collide();
    for (uint32_t i = 0; i < 1000; i++)
        qntc_oxid_security_failure(capture, ONE, TWO, 100 + i);
    qntc_capture_end(capture);
    const struct qntc_finding *finding = g_ptr_array_index(qntc_capture_findings(capture), 0);
    g_assert_cmpuint(finding->cause->evidence->len, <=, 66);
}

/* A Kerberos logon to `server` that is answered by this KRB-ERROR; the frame of that answer. */
static uint32_t ticket_refused(const char *server, uint64_t error)
{
    connect_to(server);
    negotiate();
    struct qntc_message ticket = setup(1, 0, 0);
    ticket.token.kerberos_ap_req = true;
    sent(ticket);
    struct qntc_message answer = answer_setup(1, 7, 0xC0000016);
    answer.token.ntlm.message_type = 0;
    answer.token.kerberos_error = number(error);
    return sent(answer);
}

static void test_wrong_key_is_tied(void)
{
    collide();
    uint32_t at = ticket_refused(TWO, 41);
    uint32_t elsewhere = ticket_refused("10.0.0.99", 41);
    uint32_t other_error = ticket_refused(TWO, 37);
    expect("10.0.0.20 10.0.0.50 proven 1,2");
    g_assert_true(says(0, at, "KRB_AP_ERR_MODIFIED"));
    g_assert_false(says(0, elsewhere, ""));
    g_assert_false(says(0, other_error, ""));
}

static void test_collision_of_host(void)
{
    collide();
    answers(THREE, ONE, "srv3 169.254.1.1 " THREE);
    qntc_capture_end(capture);
    const struct qntc_finding *finding = qntc_oxid_collision_of(capture, ONE);
    g_assert_nonnull(finding);
    g_assert_true(qntc_oxid_collision_of(capture, TWO) == finding);
    g_assert_true(qntc_oxid_collision_of(capture, IMM) == finding);
    g_assert_null(qntc_oxid_collision_of(capture, THREE)); /* possible only */
    g_assert_null(qntc_oxid_collision_of(capture, "10.0.0.99"));
    g_assert_null(qntc_oxid_collision_of(capture, NULL));
}

/* ------------------------------------------------------------------------------------- bounds */

static void test_long_and_many_names_are_left_out(void)
{
    char *name = g_strnfill(256, 'x');
    char *bindings = g_strdup_printf("%s 192.168.0.1", name);
    answers(ONE, THREE, bindings);
    answers(TWO, THREE, bindings);
    answers("10.0.1.1", THREE, "a b c d e f g h common 192.168.0.2");
    answers("10.0.1.2", THREE, "i common 192.168.0.2");
    expect("10.0.0.20 10.0.0.50 likely 1,2; 10.0.1.2 10.0.1.1 proven 3,4");
    g_free(bindings);
    g_free(name);
}

/* Eight hosts are remembered for an address: the ninth is compared, and not remembered. */
static void test_hosts_of_an_address_are_bounded(void)
{
    for (unsigned i = 1; i <= 8; i++) {
        char *host = g_strdup_printf("10.0.1.%u", i);
        answers(host, ONE, "cluster 192.168.0.1");
        g_free(host);
    }
    answers("10.0.1.9", ONE, "other 192.168.0.1");
    answers("10.0.1.10", ONE, "cluster 192.168.0.1");
    expect("10.0.1.9 10.0.1.1 proven 1,9");
}

static void test_comparisons_are_bounded(void)
{
    GString *all = g_string_new("all");
    for (unsigned i = 0; i < 20; i++) {
        char *host = g_strdup_printf("10.0.1.%u", i);
        char *bindings = g_strdup_printf("h%u 192.168.0.%u", i, i);
        answers(host, ONE, bindings);
        g_string_append_printf(all, " 192.168.0.%u", i);
        g_free(bindings);
        g_free(host);
    }
    answers(TWO, ONE, all->str);
    g_assert_cmpuint(qntc_capture_findings(capture)->len, ==, 16);
    g_string_free(all, TRUE);
}

/* Ten thousand machines with sixty addresses in common: a second is plenty. */
static void test_hostile_answers(void)
{
    GString *bindings = g_string_new("x");
    for (unsigned i = 0; i < 60; i++)
        g_string_append_printf(bindings, " 192.0.2.%u", i);
    gint64 begin = g_get_monotonic_time();
    for (unsigned i = 0; i < 10000; i++) {
        char *host = g_strdup_printf("10.%u.%u.1", i / 250, i % 250);
        char *all = g_strdup_printf("h%u %s", i, bindings->str + 2);
        answers(host, ONE, all);
        g_free(all);
        g_free(host);
    }
    g_assert_cmpint(g_get_monotonic_time() - begin, <, 20 * SECOND);
    g_assert_cmpuint(qntc_capture_findings(capture)->len, <, 4096);
    g_string_free(bindings, TRUE);
}

static const struct test {
    const char *name;
    void (*run)(void);
} tests[] = {
    {"collision", test_collision},
    {"any-address-counts", test_any_address_counts},
    {"address-named-twice", test_address_named_twice},
    {"same-address-written-otherwise", test_same_address_written_otherwise},
    {"repeated-answers", test_repeated_answers},
    {"many-with-one-address", test_many_with_one_address},
    {"without-names", test_without_names},
    {"long-after", test_long_after},
    {"proof-comes-later", test_proof_comes_later},
    {"different-addresses", test_different_addresses},
    {"one-machine-by-two-addresses", test_one_machine_by_two_addresses},
    {"one-machine-by-two-names", test_one_machine_by_two_names},
    {"one-machine-without-names", test_one_machine_without_names},
    {"nothing-of-its-own", test_nothing_of_its_own},
    {"same-first-label", test_same_first_label},
    {"name-that-begins-another", test_name_that_begins_another},
    {"addresses-of-everybody", test_addresses_of_everybody},
    {"given-up-address", test_given_up_address},
    {"link-local-alone", test_link_local_alone},
    {"link-local-of-ipv6", test_link_local_of_ipv6},
    {"not-link-local", test_not_link_local},
    {"reached-by-link-local", test_reached_by_link_local},
    {"the-end-comes-twice", test_the_end_comes_twice},
    {"security-failure-is-tied", test_security_failure_is_tied},
    {"security-failure-alone", test_security_failure_alone},
    {"failures-are-bounded", test_failures_are_bounded},
    {"wrong-key-is-tied", test_wrong_key_is_tied},
    {"collision-of-host", test_collision_of_host},
    {"long-and-many-names-are-left-out", test_long_and_many_names_are_left_out},
    {"hosts-of-an-address-are-bounded", test_hosts_of_an_address_are_bounded},
    {"comparisons-are-bounded", test_comparisons_are_bounded},
    {"hostile-answers", test_hostile_answers},
};

static void run(gconstpointer data)
{
    const struct test *test = data;
    set_up();
    test->run();
    tear_down();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
        char *path = g_strconcat("/oxid/", tests[i].name, NULL);
        g_test_add_data_func(path, &tests[i], run);
        g_free(path);
    }
    return g_test_run();
}
