/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who is IBM i: the user's list of hosts, and the fingerprints.
 */
#include "ibm_i.h"

#include "diagnosis.h"
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

/* Each look of a client on the wire, alone. */
static void test_looks_of_a_client(void)
{
    static const struct {
        const char *native_os;
        const char *native_lanman;
        const char *user;
        struct qntc_negotiate negotiate;
        unsigned score;
    } claims[] = {
        {"OS/400 V7R3", NULL, NULL, {0}, 60},
        {NULL, "IBM i QNTC", NULL, {0}, 60},
        {"Windows", "Windows", NULL, {0}, 0},
        {NULL, NULL, NULL, {.dialect_count = 2, .dialects = {0x0202, 0x0300}}, 40},
        {NULL, NULL, NULL, {.dialect_count = 2, .dialects = {0x0202, 0x0210}}, 0},
        {NULL, NULL, NULL, {.offers_nt_lm_012 = true}, 20},
        {NULL, NULL, NULL, {.offers_nt_lm_012 = true, .offers_smb2 = true}, 0},
        {NULL, NULL, NULL, {.offers_smb1 = true}, 0},
        {NULL, NULL, "PROFILE_10", {0}, 20},
        {NULL, NULL, "PROFILE_X11", {0}, 0},
        {NULL, NULL, "Profile", {0}, 0},
        {NULL, NULL, "", {0}, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(claims); i++) {
        struct qntc_connection connection = {.client_native_os = claims[i].native_os,
                                             .client_native_lanman = claims[i].native_lanman,
                                             .negotiate = claims[i].negotiate};
        struct qntc_logon facts = {.connection = &connection, .user = claims[i].user};
        g_assert_cmpuint(qntc_qntc_score(&facts), ==, claims[i].score);
    }
}

/* Each look of a server on the wire, alone. */
static void test_looks_of_a_server(void)
{
    static const struct {
        const char *native_os;
        const char *computer;
        const char *service;
        struct qntc_negotiate negotiate;
        unsigned score;
    } claims[] = {
        {"OS/400 V5R4", NULL, NULL, {0}, 60},
        {"i5/OS", NULL, NULL, {0}, 60},
        {"Windows", NULL, NULL, {0}, 0},
        {NULL, "QAS400", NULL, {0}, 10},
        {NULL, "FILESRV", NULL, {0}, 0},
        {NULL, NULL, "krbsvr400/as400", {0}, 60},
        {NULL, NULL, "cifs/as400", {0}, 0},
        {NULL, NULL, NULL, {.dialect = QNTC_DIALECT_SMB1, .challenge_seen = true}, 20},
        {NULL, NULL, NULL, {.dialect = QNTC_DIALECT_202, .challenge_seen = true}, 0},
        {NULL, NULL, NULL, {.dialect = QNTC_DIALECT_SMB1}, 0},
        {NULL,
         NULL,
         NULL,
         {.dialect = QNTC_DIALECT_SMB1, .challenge_seen = true, .extended_security = true},
         0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(claims); i++) {
        struct qntc_connection connection = {.server_native_os = claims[i].native_os,
                                             .negotiate = claims[i].negotiate};
        struct qntc_logon facts = {.connection = &connection,
                                   .ntlm.nb_computer = claims[i].computer,
                                   .kerberos.service = claims[i].service};
        g_assert_cmpuint(qntc_netserver_score(&facts), ==, claims[i].score);
    }
}

/* Samba as a server, whatever else it looks like. */
static void test_samba_is_not_netserver(void)
{
    struct qntc_connection connection = {.server_native_os = "OS/400",
                                         .server_native_lanman = "Samba 4.17.12-Debian"};
    struct qntc_logon facts = {.connection = &connection};
    g_assert_cmpuint(qntc_netserver_score(&facts), ==, 0);
}

/* The advice is for the side that is an IBM i; for QNTC where both are as sure to be. */
static void test_side_and_its_advice(void)
{
    static const struct {
        const char *hosts;
        enum qntc_ibm_i_side side;
        const char *first;
    } claims[] = {
        {"10.0.0.1=client", QNTC_IBM_I_IS_CLIENT, "IBM i: "},
        {"10.0.0.2=server", QNTC_IBM_I_IS_SERVER, "IBM i: "},
        {"10.0.0.1, 10.0.0.2", QNTC_IBM_I_IS_CLIENT, "IBM i: "},
        {"10.9.9.9", QNTC_IBM_I_SIDE_UNKNOWN, "Client: "},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(claims); i++) {
        set_up();
        char *error = NULL;
        qntc_capture_set_ibm_i_hosts(capture, qntc_ibm_i_hosts_new(claims[i].hosts, &error));
        log_on(1, 7, "anne", 0xC0000072);
        struct qntc_diagnosis *diagnosis = qntc_diagnose(capture, logon(1));
        g_assert_cmpint(diagnosis->ibm_i, ==, claims[i].side);
        const struct qntc_cause_finding *verdict = g_ptr_array_index(diagnosis->causes, 0);
        g_assert_true(g_str_has_prefix(g_ptr_array_index(verdict->advice, 0), claims[i].first));
        bool for_netserver = strstr(g_ptr_array_index(verdict->advice, 0),
                                    verdict->cause->advice_netserver[0]) != NULL;
        g_assert_true(for_netserver == (claims[i].side == QNTC_IBM_I_IS_SERVER));
        qntc_diagnosis_free(diagnosis);
        tear_down();
    }
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
    g_test_add_func("/ibm-i/looks-of-a-client", test_looks_of_a_client);
    g_test_add_func("/ibm-i/looks-of-a-server", test_looks_of_a_server);
    g_test_add_func("/ibm-i/samba-is-not-netserver", test_samba_is_not_netserver);
    g_test_add_func("/ibm-i/side-and-its-advice", test_side_and_its_advice);
    return g_test_run();
}
