/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the status tables claim: the names that reports print, and the pair of CPDB053 for the
 * statuses that the domain knows, over SMB1 and over SMB2.
 */
#include <glib.h>
#include <string.h>

#include "status.h"

#define NT(value) {QNTC_STATUS_NT, value, 0, NULL}
#define NAMED(value, name) {QNTC_STATUS_NT, value, 0, name}
#define DOS(error_class, value) {QNTC_STATUS_DOS, value, error_class, NULL}
#define NONE {QNTC_STATUS_NONE, 0, 0, NULL}

struct name_claim {
    struct qntc_status status;
    const char *name;
};

static const struct name_claim names[] = {
    {NONE, NULL},
    {NT(0x00000000), "STATUS_SUCCESS"},
    {NT(0xC000006D), "STATUS_LOGON_FAILURE"},
    /* Wireshark 4.0 knows none of these */
    {NT(0xC0000418), "STATUS_NTLM_BLOCKED"},
    {NT(0xC0000413), "STATUS_AUTHENTICATION_FIREWALL_FAILED"},
    {NT(0xC00002FE), "STATUS_SHUTDOWN_IN_PROGRESS"},
    {NT(0xC000A000), "STATUS_INVALID_SIGNATURE"},
    {NT(0x80090308), "SEC_E_INVALID_TOKEN"},
    /* the own name wins over the dissector's */
    {NAMED(0x00000000, "STATUS_WAIT_0"), "STATUS_SUCCESS"},
    /* what only the dissector knows */
    {NAMED(0xC0001234, "STATUS_FROM_THE_WIRE"), "STATUS_FROM_THE_WIRE"},
    {NAMED(0xC0001234, "NT_STATUS_FROM_THE_WIRE"), "STATUS_FROM_THE_WIRE"},
    {NAMED(0xC0001234, "FROM_THE_WIRE"), "STATUS_FROM_THE_WIRE"},
    {NAMED(0xC0001234, "AS_LONG_AS_THE_BUFFER_IS"), "STATUS_AS_LONG_AS_THE_BUFFER_IS"},
    {NAMED(0xC0001234, "ONE_LETTER_MORE_THAN_FITS"), "ONE_LETTER_MORE_THAN_FITS"},
    /* what nobody knows */
    {NT(0xC0001234), "0xC0001234"},
    {NAMED(0xC0001234, ""), "0xC0001234"},
    {NAMED(0xC0001234, "Unknown (0xc0001234)"), "0xC0001234"},
    {NT(0x00000FFF), "0x00000FFF"},
    /* DOS answers */
    {DOS(0, 0), "SUCCESS"},
    {DOS(1, 5), "ERRDOS/5"},
    {DOS(2, 2239), "ERRSRV/2239"},
    {DOS(3, 31), "ERRHRD/31"},
    {DOS(0xFF, 65535), "ERRCMD/65535"},
    {DOS(4, 7), "class 4/7"},
    {DOS(0, 7), "class 0/7"},
};

static void test_names(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        char buffer[32];

        g_assert_cmpstr(qntc_status_name(&names[i].status, buffer, sizeof buffer), ==,
                        names[i].name);
    }
}

struct pair_claim {
    uint32_t status;
    unsigned error_class; /* SMB1 */
    unsigned code;
    unsigned ibm_i_errno; /* SMB2, class 0 */
};

/* SMB1: the public mapping of NT statuses to DOS errors. SMB2: the errno that fits. */
static const struct pair_claim pairs[] = {
    {0x00160002, 2, 22, 3401},   /* SMB_BAD_COMMAND: ERRSRV/22 in the place of a status */
    {0xC0000001, 1, 31, 3006},   /* UNSUCCESSFUL */
    {0xC000000D, 1, 87, 3021},   /* INVALID_PARAMETER */
    {0xC0000016, 1, 5, 3401},    /* MORE_PROCESSING_REQUIRED with a KRB-ERROR */
    {0xC0000022, 1, 5, 3401},    /* ACCESS_DENIED */
    {0xC0000034, 1, 2, 3025},    /* OBJECT_NAME_NOT_FOUND */
    {0xC0000043, 1, 32, 3006},   /* SHARING_VIOLATION */
    {0xC000005E, 1, 2215, 3401}, /* NO_LOGON_SERVERS */
    {0xC000005F, 3, 31, 3401},   /* NO_SUCH_LOGON_SESSION */
    {0xC0000061, 1, 5, 3401},    /* PRIVILEGE_NOT_HELD */
    {0xC0000064, 1, 5, 3401},    /* NO_SUCH_USER */
    {0xC000006A, 2, 2, 3401},    /* WRONG_PASSWORD */
    {0xC000006C, 3, 31, 3401},   /* PASSWORD_RESTRICTION */
    {0xC000006E, 3, 31, 3401},   /* ACCOUNT_RESTRICTION */
    {0xC000006F, 2, 2241, 3401}, /* INVALID_LOGON_HOURS */
    {0xC0000070, 2, 2240, 3401}, /* INVALID_WORKSTATION */
    {0xC0000071, 2, 2242, 3401}, /* PASSWORD_EXPIRED */
    {0xC0000072, 2, 2239, 3401}, /* ACCOUNT_DISABLED */
    {0xC000009A, 1, 8, 3006},    /* INSUFFICIENT_RESOURCES */
    {0xC00000AC, 1, 231, 3006},  /* PIPE_NOT_AVAILABLE */
    {0xC00000B5, 1, 121, 3447},  /* IO_TIMEOUT */
    {0xC00000BB, 1, 50, 3440},   /* NOT_SUPPORTED */
    {0xC00000BE, 1, 53, 3025},   /* BAD_NETWORK_PATH */
    {0xC00000C9, 1, 64, 3006},   /* NETWORK_NAME_DELETED */
    {0xC00000CA, 1, 65, 3401},   /* NETWORK_ACCESS_DENIED */
    {0xC00000CC, 1, 67, 3025},   /* BAD_NETWORK_NAME */
    {0xC00000CE, 1, 69, 3006},   /* TOO_MANY_SESSIONS */
    {0xC00000D0, 1, 71, 3006},   /* REQUEST_NOT_ACCEPTED */
    {0xC00000DF, 3, 31, 3401},   /* NO_SUCH_DOMAIN */
    {0xC0000133, 3, 31, 3401},   /* TIME_DIFFERENCE_AT_DC */
    {0xC0000149, 1, 86, 3401},   /* WRONG_PASSWORD_CORE */
    {0xC0000155, 3, 31, 3401},   /* LOGON_NOT_GRANTED */
    {0xC000015B, 1, 5, 3401},    /* LOGON_TYPE_NOT_GRANTED */
    {0xC000018A, 1, 5, 3401},    /* NO_TRUST_LSA_SECRET */
    {0xC000018B, 1, 5, 3401},    /* NO_TRUST_SAM_ACCOUNT */
    {0xC000018C, 1, 5, 3401},    /* TRUSTED_DOMAIN_FAILURE */
    {0xC000018D, 1, 5, 3401},    /* TRUSTED_RELATIONSHIP_FAILURE */
    {0xC0000190, 1, 5, 3401},    /* TRUST_FAILURE */
    {0xC0000192, 1, 2455, 3401}, /* NETLOGON_NOT_STARTED */
    {0xC0000193, 2, 2239, 3401}, /* ACCOUNT_EXPIRED */
    {0xC0000195, 3, 31, 3401},   /* NETWORK_CREDENTIAL_CONFLICT */
    {0xC0000198, 1, 5, 3401},    /* NOLOGON_INTERDOMAIN_TRUST_ACCOUNT */
    {0xC0000199, 1, 5, 3401},    /* NOLOGON_WORKSTATION_TRUST_ACCOUNT */
    {0xC000019A, 1, 5, 3401},    /* NOLOGON_SERVER_TRUST_ACCOUNT */
    {0xC0000203, 1, 59, 3006},   /* USER_SESSION_DELETED */
    {0xC0000205, 1, 8, 3006},    /* INSUFF_SERVER_RESOURCES */
    {0xC0000224, 2, 2242, 3401}, /* PASSWORD_MUST_CHANGE */
    {0xC0000234, 1, 5, 3401},    /* ACCOUNT_LOCKED_OUT */
    {0xC0000257, 2, 3, 3025},    /* PATH_NOT_COVERED */
    {0xC0000413, 1, 5, 3401},    /* AUTHENTICATION_FIREWALL_FAILED */
    {0xC0000418, 1, 5, 3401},    /* NTLM_BLOCKED */
    {0xC0001234, 3, 31, 3401},   /* no row */
};

static void assert_pair(struct qntc_cpdb053 pair, unsigned error_class, unsigned code, bool likely)
{
    g_assert_true(pair.known);
    g_assert_cmpuint(pair.error_class, ==, error_class);
    g_assert_cmpuint(pair.error_code, ==, code);
    g_assert_cmpint(pair.likely, ==, likely);
}

static void test_inferred_pairs(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
        struct qntc_status status = NT(pairs[i].status);

        g_test_message("status 0x%08X", pairs[i].status);
        assert_pair(qntc_cpdb053_of_status(&status, true), pairs[i].error_class, pairs[i].code,
                    true);
        assert_pair(qntc_cpdb053_of_status(&status, false), 0, pairs[i].ibm_i_errno, true);
    }
}

/* IBM documents these two, so nothing is inferred. */
static void test_documented_pairs(void)
{
    const struct qntc_status failure = NT(0xC000006D);

    assert_pair(qntc_cpdb053_of_status(&failure, true), 1, 5, false);
    assert_pair(qntc_cpdb053_of_status(&failure, false), 0, 3401, false);
}

/* A DOS pair is what the server said: neither translated nor inferred. */
static void test_dos_pairs_are_taken_literally(void)
{
    const struct qntc_status expired = DOS(2, 2239);
    const struct qntc_status unheard_of = DOS(2, 4711);

    assert_pair(qntc_cpdb053_of_status(&expired, true), 2, 2239, false);
    assert_pair(qntc_cpdb053_of_status(&unheard_of, true), 2, 4711, false);
}

static void test_no_refusal_no_pair(void)
{
    static const struct qntc_status statuses[] = {NONE, NT(0), NT(0x103), DOS(0, 0)};

    for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++) {
        g_assert_false(qntc_cpdb053_of_status(&statuses[i], true).known);
        g_assert_false(qntc_cpdb053_of_status(&statuses[i], false).known);
    }
}

static void test_pair_of_a_broken_connection(void)
{
    assert_pair(qntc_cpdb053_of_errno(QNTC_ECONNRESET), 0, 3426, true);
}

static void test_success(void)
{
    static const struct qntc_status good[] = {NT(0), NT(0x40000000), DOS(0, 0)};
    static const struct qntc_status bad[] = {
        NONE, NT(0x103), NT(0x80000005), NT(0xC0000016), NT(0xC000006D), DOS(1, 0), DOS(0, 5),
        NT(0x005B0002), /* STATUS_SMB_BAD_UID */
    };

    for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
        g_assert_true(qntc_status_is_success(&good[i]));
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(qntc_status_is_success(&bad[i]));
}

static void test_more_processing(void)
{
    static const struct qntc_status good[] = {NT(0xC0000016), DOS(1, 234)};
    static const struct qntc_status bad[] = {NONE, NT(0), NT(234), DOS(2, 234), DOS(1, 5)};

    for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
        g_assert_true(qntc_status_is_more_processing(&good[i]));
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(qntc_status_is_more_processing(&bad[i]));
}

/* Every status that has a row is explained; the others are not. */
static void test_meanings(void)
{
    static const struct qntc_status unknown[] = {
        NONE, NT(0xC0001234), NAMED(0xC0001234, "STATUS_X"), DOS(2, 4711), DOS(4, 7),
    };
    const struct qntc_status expired = DOS(2, 2239);
    const struct qntc_status not_smb = DOS(0xFF, 12);

    for (size_t i = 0; i < G_N_ELEMENTS(pairs) - 1; i++) { /* the last is the one without a row */
        const struct qntc_status status = NT(pairs[i].status);
        const char *meaning = qntc_status_meaning(&status);

        g_test_message("status 0x%08X", pairs[i].status);
        g_assert_nonnull(meaning);
        g_assert_true(g_str_has_suffix(meaning, "."));
    }
    for (size_t i = 0; i < G_N_ELEMENTS(unknown); i++)
        g_assert_null(qntc_status_meaning(&unknown[i]));
    g_assert_true(g_str_has_prefix(qntc_status_meaning(&expired), "ERRaccountExpired: "));
    g_assert_true(g_str_has_prefix(qntc_status_meaning(&not_smb), "ERRCMD: "));
}

/* A server may send any of the DOS pairs itself, so each is explained, too. */
static void test_dos_pairs_have_meanings(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
        const struct qntc_status status = DOS((uint8_t)pairs[i].error_class, pairs[i].code);

        g_test_message("pair %u/%u", pairs[i].error_class, pairs[i].code);
        g_assert_nonnull(qntc_status_meaning(&status));
    }
}

static void test_errno_names(void)
{
    g_assert_cmpstr(qntc_errno_name(QNTC_EACCES), ==, "EACCES");
    g_assert_cmpstr(qntc_errno_name(QNTC_ECONNRESET), ==, "ECONNRESET");
    g_assert_cmpstr(qntc_errno_name(QNTC_ETIMEDOUT), ==, "ETIMEDOUT");
    g_assert_cmpstr(qntc_errno_name(3420), ==, "EADDRINUSE"); /* not what CPDB053's 3401 means */
    g_assert_cmpstr(qntc_errno_name(3006), ==, "EIO");
    g_assert_cmpstr(qntc_errno_name(3525), ==, "EOVERFLOW");
    g_assert_null(qntc_errno_name(13)); /* EACCES elsewhere */
    g_assert_null(qntc_errno_name(0));
}

/* Each errno that a pair can show has a name to show with it. */
static void test_errnos_of_pairs_have_names(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++)
        g_assert_nonnull(qntc_errno_name(pairs[i].ibm_i_errno));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/status/names", test_names);
    g_test_add_func("/status/success", test_success);
    g_test_add_func("/status/more-processing", test_more_processing);
    g_test_add_func("/status/meanings", test_meanings);
    g_test_add_func("/status/meanings-of-dos-pairs", test_dos_pairs_have_meanings);
    g_test_add_func("/cpdb053/inferred", test_inferred_pairs);
    g_test_add_func("/cpdb053/documented", test_documented_pairs);
    g_test_add_func("/cpdb053/dos", test_dos_pairs_are_taken_literally);
    g_test_add_func("/cpdb053/no-refusal", test_no_refusal_no_pair);
    g_test_add_func("/cpdb053/broken-connection", test_pair_of_a_broken_connection);
    g_test_add_func("/errno/names", test_errno_names);
    g_test_add_func("/errno/names-of-pairs", test_errnos_of_pairs_have_names);
    return g_test_run();
}
