/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the password check claims: the vectors of [MS-NLMP] 4.2 match, what differs from them in one
 * thing does not, and what cannot be judged is not judged. Vectors that the specification does not
 * have were made by an independent implementation of its formulas.
 */
#include <glib.h>
#include <string.h>

#include "ntlm_response.h"

/* [MS-NLMP] 4.2.1: User, Domain, Password; the client challenge is eight times aa. */
#define SERVER_CHALLENGE "0123456789abcdef"
#define LMV1 "98def7b87f88aa5dafe2df779688a172def11c7d5ccdef13"
#define NTLMV1 "67c43011f30298a2ad35ece64f16331c44bdbed927841f94"
#define ESS_CHALLENGE "aaaaaaaaaaaaaaaa00000000000000000000000000000000"
#define ESS "7537f803ae367128ca458204bde7caf81e97ed2683267232"
#define LMV2 "86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa"
#define TEMP                                                                                       \
    "01010000000000000000000000000000aaaaaaaaaaaaaaaa0000000002000c0044006f006d00610069006e000100" \
    "0c005300650072007600650072000000000000000000"
#define NTLMV2 "68cd0ab851e51c96aabc927bebef6a1c" TEMP
#define ZEROS "000000000000000000000000000000000000000000000000"

/* The proofs of the same exchange with other names hashed. */
#define NTLMV2_NO_DOMAIN "3931ef309dd2eeab04a6200c242d1759" TEMP
#define NTLMV2_UPPER_DOMAIN "9dee77a61159fe187cb72a714b564c01" TEMP
#define NTLMV2_SERVER "df5adef74dafe7b167f301c78202b19f" TEMP
#define NTLMV2_UPPER_SERVER "461e8d22e3f5c77586835571f6f7dc73" TEMP
#define NTLMV2_EMPTY_PASSWORD "b98b6f6e52b9bc6311f6ed13707fe84b" TEMP

/* User MÜLLERß, domain Domäne, password Grüße€. */
#define NTLMV2_UMLAUTS "5e53ab4266e51bbcfb8ffcd17b24a69d" TEMP
#define NTLMV1_UMLAUTS "3b82409cad49f2135d2312e87d1a9e6184dd4a0fa0a0ac97"
/* User U and U+1F600, which takes two UTF-16 units. */
#define NTLMV2_SURROGATES "f60092a252e21786efb6b90bc50097bb" TEMP

#define NTLMV1_EMPTY_PASSWORD "3a2eb2b1b13b01b8491ab00c070dd7e1da0b98040b02c03f"
#define LMV1_EMPTY_PASSWORD "bada4716c630d691180e163fbdd87cde5f3231384d879388"
#define LMV1_FOURTEEN "65cf7542922d613de46b55ab94caf2f397b7fb107f1d5c1e" /* FOURTEEN.CHARS */
#define LMV1_850 "e9e26feeffe0a7f7f9387971f0949ac95f3231384d879388"      /* Á1, not in CP437 */
#define LMV1_437 "28159d7b6180a6d59b779693daabb39f5f3231384d879388"      /* Γ1, not in CP850 */

#define MATCH QNTC_PROOF_MATCH
#define NO_MATCH QNTC_PROOF_NO_MATCH
#define IMPOSSIBLE QNTC_PROOF_IMPOSSIBLE

struct claim {
    const char *name;
    const char *user;
    const char *domain;
    const char *password;
    const char *lm; /* hex; NULL: none */
    const char *nt;
    enum qntc_proof_result expected;
    const char *more_domain; /* NULL: none */
};

static const struct claim claims[] = {
    /* [MS-NLMP] 4.2.2: NTLMv1 */
    {"ntlmv1/vector", "User", "Domain", "Password", LMV1, NTLMV1, MATCH, NULL},
    {"ntlmv1/other-password", "User", "Domain", "Passwore", LMV1, NTLMV1, NO_MATCH, NULL},
    {"ntlmv1/lm-field-empty", "User", "Domain", "Password", NULL, NTLMV1, MATCH, NULL},
    {"ntlmv1/lm-field-copy", "User", "Domain", "Password", NTLMV1, NTLMV1, MATCH, NULL},
    {"ntlmv1/only-in-lm-field", "User", "Domain", "Password", NTLMV1, NULL, MATCH, NULL},
    {"ntlmv1/needs-no-user", NULL, NULL, "Password", NULL, NTLMV1, MATCH, NULL},
    {"ntlmv1/empty-password", "User", "Domain", "", NULL, NTLMV1_EMPTY_PASSWORD, MATCH, NULL},
    {"ntlmv1/not-empty", "User", "Domain", "", LMV1, NTLMV1, NO_MATCH, NULL},
    {"ntlmv1/beyond-ascii", "u", "", "Grüße€", NULL, NTLMV1_UMLAUTS, MATCH, NULL},
    {"ntlmv1/beyond-ascii-case", "u", "", "grüße€", NULL, NTLMV1_UMLAUTS, NO_MATCH, NULL},
    /* the LM response beside it matches in any case; the NT one decides */
    {"ntlmv1/lower-case", "User", "Domain", "password", LMV1, NTLMV1, NO_MATCH, NULL},
    {"ntlmv1/upper-case", "User", "Domain", "PASSWORD", LMV1, NTLMV1, NO_MATCH, NULL},

    /* [MS-NLMP] 4.2.2: LM */
    {"lm/vector", "User", "Domain", "Password", LMV1, NULL, MATCH, NULL},
    {"lm/knows-no-case", "User", "Domain", "pASSWORD", LMV1, NULL, MATCH, NULL},
    {"lm/other-password", "User", "Domain", "Passwor", LMV1, NULL, NO_MATCH, NULL},
    {"lm/nt-field-zeros", "User", "Domain", "Password", LMV1, ZEROS, MATCH, NULL},
    {"lm/empty-password", "User", "Domain", "", LMV1_EMPTY_PASSWORD, NULL, MATCH, NULL},
    {"lm/fourteen", "User", "", "Fourteen.Chars", LMV1_FOURTEEN, NULL, MATCH, NULL},
    {"lm/fifteen", "User", "", "Fourteen.Chars5", LMV1_FOURTEEN, NULL, IMPOSSIBLE, NULL},
    {"lm/cp850", "User", "", "á1", LMV1_850, NULL, MATCH, NULL},
    {"lm/cp437", "User", "", "γ1", LMV1_437, NULL, MATCH, NULL},
    {"lm/no-code-page", "User", "", "漢字", LMV1, NULL, IMPOSSIBLE, NULL},
    {"lm/perhaps-another-code-page", "User", "", "é1", LMV1, NULL, IMPOSSIBLE, NULL},

    /* [MS-NLMP] 4.2.3: extended session security */
    {"ess/vector", "User", "Domain", "Password", ESS_CHALLENGE, ESS, MATCH, NULL},
    {"ess/lower-case", "User", "Domain", "password", ESS_CHALLENGE, ESS, NO_MATCH, NULL},
    {"ess/without-its-challenge", "User", "Domain", "Password", NULL, ESS, NO_MATCH, NULL},
    {"ess/announced-not-done", "User", "Domain", "Password", ESS_CHALLENGE, NTLMV1, MATCH, NULL},

    /* [MS-NLMP] 4.2.4: NTLMv2 and LMv2 */
    {"ntlmv2/vector", "User", "Domain", "Password", LMV2, NTLMV2, MATCH, NULL},
    {"ntlmv2/user-case-is-no-matter", "uSER", "Domain", "Password", ZEROS, NTLMV2, MATCH, NULL},
    {"ntlmv2/lower-case", "User", "Domain", "password", LMV2, NTLMV2, NO_MATCH, NULL},
    {"ntlmv2/other-user", "User2", "Domain", "Password", LMV2, NTLMV2, NO_MATCH, NULL},
    {"ntlmv2/domain-case", "User", "domain", "Password", LMV2, NTLMV2, NO_MATCH, NULL},
    {"ntlmv2/other-domain", "User", "Workgroup", "Password", LMV2, NTLMV2, NO_MATCH, NULL},
    {"ntlmv2/domain-sent-lower-hashed-upper", "User", "domain", "Password", NULL,
     NTLMV2_UPPER_DOMAIN, MATCH, NULL},
    {"ntlmv2/domain-sent-not-hashed", "User", "Domain", "Password", NULL, NTLMV2_NO_DOMAIN, MATCH,
     NULL},
    {"ntlmv2/no-domain", "User", NULL, "Password", NULL, NTLMV2_NO_DOMAIN, MATCH, NULL},
    {"ntlmv2/domain-of-the-server", "User", "", "Password", NULL, NTLMV2_SERVER, MATCH, "Server"},
    {"ntlmv2/domain-of-the-server-upper", "User", "", "Password", NULL, NTLMV2_UPPER_SERVER, MATCH,
     "Server"},
    {"ntlmv2/domain-of-the-server-not-given", "User", "", "Password", NULL, NTLMV2_SERVER,
     NO_MATCH, NULL},
    {"ntlmv2/empty-password", "User", "Domain", "", NULL, NTLMV2_EMPTY_PASSWORD, MATCH, NULL},
    {"ntlmv2/beyond-ascii", "müllerß", "Domäne", "Grüße€", NULL, NTLMV2_UMLAUTS, MATCH, NULL},
    {"ntlmv2/surrogates", "u\xF0\x9F\x98\x80", "Domain", "Password", NULL, NTLMV2_SURROGATES,
     MATCH, NULL},
    {"ntlmv2/user-not-seen", NULL, "Domain", "Password", NULL, NTLMV2, IMPOSSIBLE, NULL},
    {"ntlmv2/user-damaged", "Us\xEF\xBF\xBDr", "Domain", "Password", NULL, NTLMV2, IMPOSSIBLE,
     NULL},
    {"ntlmv2/user-not-utf8", "Us\xFFr", "Domain", "Password", NULL, NTLMV2, IMPOSSIBLE, NULL},
    {"ntlmv2/domain-damaged", "User", "D\xEF\xBF\xBDmain", "Password", NULL, NTLMV2, IMPOSSIBLE,
     NULL},
    {"ntlmv2/domain-damaged-another-fits", "User", "D\xEF\xBF\xBDmain", "Password", NULL, NTLMV2,
     MATCH, "Domain"},
    {"lmv2/vector", "User", "Domain", "Password", LMV2, NULL, MATCH, NULL},
    {"lmv2/lower-case", "User", "Domain", "password", LMV2, NULL, NO_MATCH, NULL},
    {"lmv2/other-domain", "User", "Other", "Password", LMV2, NULL, NO_MATCH, NULL},
    {"lmv2/user-not-seen", NULL, NULL, "Password", LMV2, NULL, IMPOSSIBLE, NULL},

    /* nothing to judge */
    {"none/nothing", "User", "Domain", "Password", NULL, NULL, IMPOSSIBLE, NULL},
    {"none/zeros", "User", "Domain", "", ZEROS, ZEROS, IMPOSSIBLE, NULL},
    {"none/null-session", "", "", "", "00", NULL, IMPOSSIBLE, NULL},
    {"none/short-nt", "User", "Domain", "Password", LMV1, "67c43011f302", IMPOSSIBLE, NULL},
    {"none/short-lm", "User", "Domain", "Password", "98def7b87f88aa5d", NULL, IMPOSSIBLE, NULL},
    {"none/long-lm", "User", "Domain", "Password", LMV1 "00", NULL, IMPOSSIBLE, NULL},
    {"none/too-short-for-ntlmv2", "User", "Domain", "Password", NULL, NTLMV1 "0101", IMPOSSIBLE,
     NULL},
    {"none/password-not-utf8", "User", "Domain", "\xFF", NULL, NTLMV1_EMPTY_PASSWORD, NO_MATCH,
     NULL},
};

/* The bytes of hex digits, `length` of them; NULL for NULL. */
static uint8_t *bytes_of(const char *hex, size_t *length)
{
    uint8_t *bytes;

    *length = hex ? strlen(hex) / 2 : 0;
    if (!hex)
        return NULL;
    bytes = g_malloc(*length);
    for (size_t i = 0; i < *length; i++) {
        bytes[i] = (uint8_t)(g_ascii_xdigit_value(hex[2 * i]) << 4 |
                             g_ascii_xdigit_value(hex[2 * i + 1]));
    }
    return bytes;
}

static void set_challenge(struct qntc_ntlm_proof *proof)
{
    size_t length;
    g_autofree uint8_t *challenge = bytes_of(SERVER_CHALLENGE, &length);

    g_assert_cmpuint(length, ==, sizeof proof->server_challenge);
    memcpy(proof->server_challenge, challenge, length);
}

static void test_claim(gconstpointer data)
{
    const struct claim *claim = data;
    const char *more[] = {claim->more_domain, NULL};
    struct qntc_ntlm_proof proof = {
        .user = claim->user,
        .domain = claim->domain,
        .more_domains = claim->more_domain ? more : NULL,
    };
    g_autofree uint8_t *lm = bytes_of(claim->lm, &proof.lm_length);
    g_autofree uint8_t *nt = bytes_of(claim->nt, &proof.nt_length);

    set_challenge(&proof);
    proof.lm_response = lm;
    proof.nt_response = nt;
    g_assert_cmpint(qntc_ntlm_check_password(&proof, claim->password), ==, claim->expected);
}

/* Any bit of the response, the server challenge or the blob that is changed spoils the match. */
static void test_every_bit_counts(void)
{
    struct qntc_ntlm_proof proof = {.user = "User", .domain = "Domain"};
    g_autofree uint8_t *nt = bytes_of(NTLMV2, &proof.nt_length);

    set_challenge(&proof);
    proof.nt_response = nt;
    for (size_t i = 0; i < proof.nt_length; i++) {
        nt[i] ^= 0x40;
        g_assert_cmpint(qntc_ntlm_check_password(&proof, "Password"), ==, QNTC_PROOF_NO_MATCH);
        nt[i] ^= 0x40;
    }
    g_assert_cmpint(qntc_ntlm_check_password(&proof, "Password"), ==, QNTC_PROOF_MATCH);
    proof.server_challenge[7] ^= 1;
    g_assert_cmpint(qntc_ntlm_check_password(&proof, "Password"), ==, QNTC_PROOF_NO_MATCH);
}

/* The longest response that the message can carry is checked, a longer one is not. */
static void test_longest_response(void)
{
    static const char expected[] = "501279cf3d1bde38a7d7854762c5b566";
    const size_t longest = 0xFFFF;
    size_t length;
    g_autofree uint8_t *digest = bytes_of(expected, &length);
    g_autofree uint8_t *nt = g_malloc(longest + 1);
    struct qntc_ntlm_proof proof = {
        .nt_response = nt,
        .nt_length = longest,
        .user = "User",
        .domain = "Domain",
    };

    set_challenge(&proof);
    memset(nt, 0x5A, longest + 1);
    memcpy(nt, digest, length);
    nt[length] = nt[length + 1] = 1;
    g_assert_cmpint(qntc_ntlm_check_password(&proof, "Password"), ==, QNTC_PROOF_MATCH);
    proof.nt_length++;
    g_assert_cmpint(qntc_ntlm_check_password(&proof, "Password"), ==, QNTC_PROOF_IMPOSSIBLE);
}

/* In FIPS mode libgcrypt has no MD4 and no DES: there is no answer, and no crash. */
static void test_fips_mode(void)
{
    static const struct claim refused[] = {
        {"des", "User", "Domain", "Password", LMV1, NTLMV1, IMPOSSIBLE, NULL},
        {"md4", "User", "Domain", "Password", LMV2, NTLMV2, IMPOSSIBLE, NULL},
    };

    if (g_test_subprocess()) {
        for (size_t i = 0; i < G_N_ELEMENTS(refused); i++)
            test_claim(&refused[i]);
        return;
    }
    g_setenv("LIBGCRYPT_FORCE_FIPS_MODE", "1", TRUE);
    g_test_trap_subprocess(NULL, 0, 0);
    g_unsetenv("LIBGCRYPT_FORCE_FIPS_MODE");
    g_test_trap_assert_passed();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(claims); i++) {
        g_autofree char *path = g_strconcat("/ntlm-response/", claims[i].name, NULL);

        g_test_add_data_func(path, &claims[i], test_claim);
    }
    g_test_add_func("/ntlm-response/every-bit-counts", test_every_bit_counts);
    g_test_add_func("/ntlm-response/longest-response", test_longest_response);
    g_test_add_func("/ntlm-response/fips-mode", test_fips_mode);
    return g_test_run();
}
