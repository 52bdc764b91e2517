/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who is IBM i: the user's list of hosts, and the fingerprints.
 */
#include "ibm_i.h"
#include "wire.h"

/* The wire's client is 10.0.0.1, its server 10.0.0.2. */
static void expect_sides(const char *hosts, enum qntc_ibm_i client, enum qntc_ibm_i server)
{
    char *error = NULL;
    set_up();
    sent(authenticate(1, 7, "anne.miller"));
    struct qntc_ibm_i_hosts *list = qntc_ibm_i_hosts_new(hosts, &error);
    g_assert_cmpstr(error, ==, NULL);
    g_assert_nonnull(list);
    qntc_capture_set_ibm_i_hosts(capture, list);
    g_assert_cmpint(qntc_client_is_ibm_i(capture, logon(1)), ==, client);
    g_assert_cmpint(qntc_server_is_ibm_i(capture, logon(1)), ==, server);
    tear_down();
}

static void test_hosts(void)
{
    expect_sides("", QNTC_IBM_I_UNKNOWN, QNTC_IBM_I_UNKNOWN);
    expect_sides("10.0.0.1", QNTC_IBM_I_GIVEN, QNTC_IBM_I_UNKNOWN);
    expect_sides("192.0.2.1, 10.0.0.2", QNTC_IBM_I_UNKNOWN, QNTC_IBM_I_GIVEN);
    expect_sides("10.0.0.0/8", QNTC_IBM_I_GIVEN, QNTC_IBM_I_GIVEN);
    expect_sides("10.0.0.0/31", QNTC_IBM_I_GIVEN, QNTC_IBM_I_UNKNOWN);
    expect_sides("10.0.0.0/24=server", QNTC_IBM_I_UNKNOWN, QNTC_IBM_I_GIVEN);
    expect_sides("10.0.0.1=server 10.0.0.2=client", QNTC_IBM_I_UNKNOWN, QNTC_IBM_I_UNKNOWN);
    expect_sides("0.0.0.0/0=client", QNTC_IBM_I_GIVEN, QNTC_IBM_I_UNKNOWN);
    expect_sides("fd00::/8, ::1", QNTC_IBM_I_UNKNOWN, QNTC_IBM_I_UNKNOWN);
}

static void test_wrong_hosts(void)
{
    static const char *const wrong[] = {"ibmi",   "10.0.0.1/33", "10.0.0.1/", "10.0.0.1=both",
                                        "10.0.0", "fd00::/129",  "=client",   "10.0.0.1/8/9"};
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        char *error = NULL;
        g_assert_null(qntc_ibm_i_hosts_new(wrong[i], &error));
        g_assert_nonnull(error);
        g_assert_nonnull(strstr(error, wrong[i]));
        g_assert_null(strchr(error, '\n'));
        g_free(error);
    }
}

static struct qntc_message first_setup(const char *native_os, const char *native_lanman,
                                       enum qntc_side from)
{
    struct qntc_message m = authenticate(1, 7, "KUNZE");
    m.family = QNTC_SMB1;
    m.from = from;
    m.status = nt(0);
    m.native_os = native_os;
    m.native_lanman = native_lanman;
    return m;
}

static void test_netserver_by_its_own_name(void)
{
    set_up();
    sent(first_setup(NULL, NULL, QNTC_CLIENT));
    sent(first_setup(NULL, "iSeries Support for Windows Network Neighborhood", QNTC_SERVER));
    g_assert_cmpint(qntc_server_is_ibm_i(capture, logon(1)), ==, QNTC_IBM_I_RECOGNISED);
    tear_down();
    set_up();
    sent(first_setup(NULL, NULL, QNTC_CLIENT));
    sent(first_setup("Windows 6.1", "Samba 4.17.12-Debian", QNTC_SERVER));
    g_assert_cmpuint(qntc_netserver_score(logon(1)), ==, 0);
    tear_down();
}

static void test_netserver_by_its_ticket(void)
{
    set_up();
    struct qntc_message m = setup(1, 0, 0);
    m.token.kerberos_ap_req = true;
    m.token.kerberos_service = "krbsvr400/as400.example.com";
    sent(m);
    g_assert_cmpint(qntc_server_is_ibm_i(capture, logon(1)), ==, QNTC_IBM_I_RECOGNISED);
    tear_down();
}

/* Old Windows and Samba answer SMB1 so, too: a hint, no more. */
static void test_smb1_without_extended_security_is_a_hint(void)
{
    static const uint8_t challenge[8] = {1};
    set_up();
    struct qntc_message answer = message(QNTC_SERVER, QNTC_COMMAND_NEGOTIATE, 0, 0);
    answer.family = QNTC_SMB1;
    answer.smb1_challenge = (struct qntc_bytes){challenge, sizeof challenge};
    sent(answer);
    g_assert_cmpuint(qntc_netserver_score(logon(1)), >, 0);
    g_assert_cmpint(qntc_server_is_ibm_i(capture, logon(1)), ==, QNTC_IBM_I_UNKNOWN);
    tear_down();
}

static void test_qntc_by_hints_that_come_together(void)
{
    set_up();
    negotiate(); /* offers 2.0.2 alone */
    sent(authenticate(1, 7, "KUNZE"));
    g_assert_cmpint(qntc_client_is_ibm_i(capture, logon(1)), ==, QNTC_IBM_I_RECOGNISED);
    tear_down();
    set_up();
    negotiate();
    sent(authenticate(1, 7, "anne"));
    g_assert_cmpint(qntc_client_is_ibm_i(capture, logon(1)), ==, QNTC_IBM_I_UNKNOWN);
    tear_down();
}

static void test_samba_in_pase_is_not_qntc(void)
{
    set_up();
    sent(first_setup("Unix", "Samba 3.6.25", QNTC_CLIENT));
    g_assert_cmpuint(qntc_qntc_score(logon(1)), ==, 0);
    char *error = NULL;
    qntc_capture_set_ibm_i_hosts(capture, qntc_ibm_i_hosts_new("10.0.0.1", &error));
    g_assert_cmpint(qntc_client_is_ibm_i(capture, logon(1)), ==, QNTC_IBM_I_UNKNOWN);
    tear_down();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ibm-i/hosts", test_hosts);
    g_test_add_func("/ibm-i/wrong-hosts", test_wrong_hosts);
    g_test_add_func("/ibm-i/netserver-by-its-own-name", test_netserver_by_its_own_name);
    g_test_add_func("/ibm-i/netserver-by-its-ticket", test_netserver_by_its_ticket);
    g_test_add_func("/ibm-i/smb1-without-extended-security-is-a-hint",
                    test_smb1_without_extended_security_is_a_hint);
    g_test_add_func("/ibm-i/qntc-by-hints-that-come-together",
                    test_qntc_by_hints_that_come_together);
    g_test_add_func("/ibm-i/samba-in-pase-is-not-qntc", test_samba_in_pase_is_not_qntc);
    return g_test_run();
}
