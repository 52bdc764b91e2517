/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What candidates prove of a logon: which form counts first, whose logon a candidate is for, when
 * another password is proven and when nothing is. The responses are those of [MS-NLMP] 4.2, and
 * some made by an independent implementation of its formulas.
 */
#include <glib.h>
#include <string.h>

#include "candidates.h"
#include "observation.h"

/* NTLMv1 responses ([MS-NLMP] 3.3.1) to the challenge 0123456789abcdef. */
static const char *const of_password = "67c43011f30298a2ad35ece64f16331c44bdbed927841f94";
static const char *const of_lower_case = "dd5428b01e86f4dfcabeac394946dbd43ee88f794dd63255";
static const char *const of_upper_case = "3f24ce03ccd36892f1bc5826c3b77958ba29c9b09c7b7e9b";
static const char *const of_empty = "3a2eb2b1b13b01b8491ab00c070dd7e1da0b98040b02c03f";
/* grüße.pw1, GRÜßE.PW1 */
static const char *const of_umlauts = "a355795cd8a70b2a02280dda23d4494fc770730e5dc11e9f";
static const char *const of_upper_umlauts =
    "e8926c4272f2e4dca5a3ded0866369579879ce1548688259";

/* Only in the LM field ([MS-NLMP] 4.2.2.1): no form but upper case exists. */
static const char *const lm_of_password = "98def7b87f88aa5dafe2df779688a172def11c7d5ccdef13";

struct claim {
    const char *name;
    const char *lm; /* hexadecimal, 24 bytes; NULL: none */
    const char *nt;
    struct qntc_candidate candidates[3];
    enum qntc_password expected;
};

static const struct claim claims[] = {
    {"as-typed", NULL, of_password, {{.password = "Password"}}, QNTC_PASSWORD_AS_TYPED},
    {"lower-case", NULL, of_lower_case, {{.password = "Password"}}, QNTC_PASSWORD_LOWER_CASE},
    {"upper-case", NULL, of_upper_case, {{.password = "Password"}}, QNTC_PASSWORD_UPPER_CASE},
    {"typed-in-lower-case", NULL, of_lower_case, {{.password = "password"}},
     QNTC_PASSWORD_AS_TYPED},
    {"other", NULL, of_password, {{.password = "Passwore"}}, QNTC_PASSWORD_DIFFERS},

    /* whichever candidate matches best counts, not the first */
    {"as-typed-before-lower", NULL, of_lower_case,
     {{.password = "Password"}, {.password = "password"}}, QNTC_PASSWORD_AS_TYPED},
    {"lower-before-upper", NULL, of_lower_case,
     {{.password = "PASSWORD"}, {.password = "Other"}}, QNTC_PASSWORD_LOWER_CASE},
    {"second", NULL, of_password, {{.password = "Other"}, {.password = "Password"}},
     QNTC_PASSWORD_AS_TYPED},

    /* the empty password needs no candidate, and an empty candidate is none */
    {"empty-without-candidates", NULL, of_empty, {{.password = NULL}}, QNTC_PASSWORD_EMPTY},
    {"empty-with-candidates", NULL, of_empty, {{.password = "Password"}}, QNTC_PASSWORD_EMPTY},
    {"no-candidates", NULL, of_password, {{.password = NULL}}, QNTC_PASSWORD_UNCHECKED},
    {"empty-candidate", NULL, of_password, {{.password = ""}}, QNTC_PASSWORD_UNCHECKED},

    /* user and domain */
    {"its-user", NULL, of_password, {{"ANNE", NULL, "Password"}}, QNTC_PASSWORD_AS_TYPED},
    {"another-user", NULL, of_password, {{"Annex", "", "Password"}}, QNTC_PASSWORD_UNCHECKED},
    {"its-domain", NULL, of_password, {{"", "corp", "Password"}}, QNTC_PASSWORD_AS_TYPED},
    {"another-domain", NULL, of_password, {{"", "IBMI", "Password"}}, QNTC_PASSWORD_UNCHECKED},
    {"another-user-beside", NULL, of_password,
     {{"somebody", "", "Password"}, {.password = "Other"}}, QNTC_PASSWORD_DIFFERS},

    /* beyond ASCII: character by character, whatever the locale */
    {"umlauts", NULL, of_umlauts, {{.password = "GRÜßE.Pw1"}}, QNTC_PASSWORD_LOWER_CASE},
    {"sharp-s-has-no-upper-case", NULL, of_upper_umlauts, {{.password = "Grüße.Pw1"}},
     QNTC_PASSWORD_UPPER_CASE},
    {"not-utf8", NULL, of_password, {{.password = "Pass\xFFword"}}, QNTC_PASSWORD_UNCHECKED},

    /* LM alone has no case; what it cannot hold leaves the question open */
    {"lm", lm_of_password, NULL, {{.password = "pASSWORD"}}, QNTC_PASSWORD_AS_TYPED},
    {"lm-other", lm_of_password, NULL, {{.password = "Other"}}, QNTC_PASSWORD_DIFFERS},
    {"lm-too-long", lm_of_password, NULL, {{.password = "FifteenCharact5"}},
     QNTC_PASSWORD_UNCHECKED},
    {"lm-open-beside-other", lm_of_password, NULL,
     {{.password = "Other"}, {.password = "FifteenCharact5"}}, QNTC_PASSWORD_UNCHECKED},
    {"no-response", NULL, NULL, {{.password = "Password"}}, QNTC_PASSWORD_UNCHECKED},
};

static const uint8_t challenge[] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};

static size_t bytes_of(const char *hex, uint8_t bytes[24])
{
    for (size_t i = 0; hex != NULL && i < 24; i++) {
        bytes[i] = (uint8_t)(g_ascii_xdigit_value(hex[2 * i]) << 4 |
                             g_ascii_xdigit_value(hex[2 * i + 1]));
    }
    return hex != NULL ? 24 : 0;
}

static enum qntc_password check(const struct claim *claim)
{
    uint8_t lm[24];
    uint8_t nt[24];
    struct qntc_ntlm_proof proof = {
        .lm_response = lm,
        .lm_length = bytes_of(claim->lm, lm),
        .nt_response = nt,
        .nt_length = bytes_of(claim->nt, nt),
        .user = "Anne",
        .domain = "CORP",
    };
    memcpy(proof.server_challenge, challenge, sizeof challenge);
    struct qntc_candidates *candidates =
        qntc_candidates_new(claim->candidates, G_N_ELEMENTS(claim->candidates));
    enum qntc_password result = qntc_candidates_check(candidates, &proof);
    qntc_candidates_free(candidates);
    return result;
}

static void test_claim(gconstpointer data)
{
    const struct claim *claim = data;

    g_assert_cmpint(check(claim), ==, claim->expected);
}

/* In FIPS mode libgcrypt has no MD4: that can be told beforehand, and nothing is claimed. */
static void test_fips_mode(void)
{
    if (g_test_subprocess()) {
        g_assert_false(qntc_ntlm_can_check());
        g_assert_cmpint(check(&claims[0]), ==, QNTC_PASSWORD_UNCHECKED);
        return;
    }
    g_assert_true(qntc_ntlm_can_check());
    g_setenv("LIBGCRYPT_FORCE_FIPS_MODE", "1", TRUE);
    g_test_trap_subprocess(NULL, 0, 0);
    g_unsetenv("LIBGCRYPT_FORCE_FIPS_MODE");
    g_test_trap_assert_passed();
}

/* A logon by the password fields of SMB1 ([MS-CIFS] 2.2.4.53.1), read by a capture. */
static enum qntc_password read_logon(struct qntc_capture *capture)
{
    uint8_t nt[24];
    struct qntc_peers peers = {.client_address = "10.0.0.1", .server_address = "10.0.0.2"};
    struct qntc_track *track = qntc_capture_connect(capture, &peers);
    struct qntc_message answer = {
        .frame = 2,
        .from = QNTC_SERVER,
        .command = QNTC_COMMAND_NEGOTIATE,
        .status.kind = QNTC_STATUS_NT,
        .dialect_index = {true, 0},
        .security_mode = {true, 3},
        .smb1_challenge = {challenge, sizeof challenge},
    };
    struct qntc_message setup = {
        .frame = 3,
        .from = QNTC_CLIENT,
        .command = QNTC_COMMAND_SESSION_SETUP,
        .password_fields = true,
        .unicode_length = {true, 24},
        .unicode_password = {nt, bytes_of(of_lower_case, nt)},
        .account = "ANNE",
    };
    qntc_capture_message(capture, track, &answer);
    qntc_capture_message(capture, track, &setup);
    unsigned count = qntc_capture_logon_count(capture);
    return qntc_capture_logon(capture, count - 1)->password;
}

/* The candidates of a capture are copies, and those set last are the ones that count. */
static void test_capture_owns_candidates(void)
{
    struct qntc_capture *capture = qntc_capture_new();
    char password[] = "Password";
    struct qntc_candidate candidate = {NULL, NULL, password};

    g_assert_cmpint(read_logon(capture), ==, QNTC_PASSWORD_UNCHECKED);
    qntc_capture_set_candidates(capture, &candidate, 1);
    memset(password, 'x', sizeof password - 1);
    g_assert_cmpint(read_logon(capture), ==, QNTC_PASSWORD_LOWER_CASE);
    qntc_capture_set_candidates(capture, &candidate, 1);
    g_assert_cmpint(read_logon(capture), ==, QNTC_PASSWORD_DIFFERS);
    qntc_capture_set_candidates(capture, NULL, 0);
    g_assert_cmpint(read_logon(capture), ==, QNTC_PASSWORD_UNCHECKED);
    qntc_capture_free(capture);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(claims); i++) {
        g_autofree char *path = g_strconcat("/candidates/", claims[i].name, NULL);

        g_test_add_data_func(path, &claims[i], test_claim);
    }
    g_test_add_func("/candidates/capture-owns-them", test_capture_owns_candidates);
    g_test_add_func("/candidates/fips-mode", test_fips_mode);
    return g_test_run();
}
