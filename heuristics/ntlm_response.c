/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Recomputes NTLM responses from a candidate password ([MS-NLMP] 3.3), so that a cause can say what
 * the password on the wire was instead of guessing. MD4, MD5, HMAC and DES come from libgcrypt.
 *
 * The NT response decides wherever there is one. The LM response is asked only when it stands
 * alone: LMOWFv1 does not know upper from lower case, and would confirm a password that the NT
 * response of the same message refutes.
 */
#include "ntlm_response.h"

#include <gcrypt.h>
#include <glib.h>
#include <string.h>

enum {
    HASH_LENGTH = 16,
    CHALLENGE_LENGTH = 8,
    V1_LENGTH = 24,                   /* LM, LMv2 and NTLMv1 responses */
    V2_MIN_LENGTH = HASH_LENGTH + 28, /* with the fixed part of [MS-NLMP] 2.2.2.7 */
    V2_MAX_LENGTH = 0xFFFF,           /* the message has 16 bits for it */
    LM_MAX_PASSWORD = 14,
    DES_KEY_LENGTH = 7, /* 56 bits without parity */
    DES_BLOCK_LENGTH = 8,
};

/* UTF-16LE text, as all NTLM hashes want it. */
struct utf16 {
    gunichar2 *units;
    size_t bytes;
};

/* One candidate on its way through the forms. */
struct attempt {
    const struct qntc_ntlm_proof *proof;
    const char *password;
    uint8_t nt_owf[HASH_LENGTH]; /* NTOWFv1 */
};

static enum qntc_proof_result matches(bool equal)
{
    return equal ? QNTC_PROOF_MATCH : QNTC_PROOF_NO_MATCH;
}

/* Stays where the compiler would drop a memset of what is not read again. */
static void wipe(void *secret, size_t length)
{
    volatile uint8_t *byte = secret;

    while (length-- > 0)
        *byte++ = 0;
}

/*
 * Applications initialise libgcrypt before their libraries use it, and Wireshark does. Where
 * nobody did, this does it, without the secure memory that nothing here asks for.
 */
static bool crypto_ready(void)
{
    if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P))
        return true;
    if (!gcry_check_version(NULL))
        return false;
    gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
    gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
    return true;
}

bool qntc_ntlm_can_check(void)
{
    return crypto_ready() && gcry_md_test_algo(GCRY_MD_MD4) == 0 &&
           gcry_md_test_algo(GCRY_MD_MD5) == 0 && gcry_cipher_test_algo(GCRY_CIPHER_DES) == 0;
}

static gcry_buffer_t buffer_of(const void *data, size_t length)
{
    return (gcry_buffer_t){.size = length, .len = length, .data = (void *)(uintptr_t)data};
}

/* False where libgcrypt refuses the algorithm, as in FIPS mode. */
static bool hash(int algorithm, unsigned flags, const gcry_buffer_t *parts, int count,
                 uint8_t digest[HASH_LENGTH])
{
    return gcry_md_hash_buffers(algorithm, flags, digest, parts, count) == 0;
}

/* A DES key is 56 bits, seven to a byte; nobody looks at the parity bit below them. */
static void des_key(const uint8_t bits[DES_KEY_LENGTH], uint8_t key[DES_BLOCK_LENGTH])
{
    for (unsigned i = 0; i < DES_BLOCK_LENGTH; i++) {
        unsigned high = i > 0 ? (unsigned)bits[i - 1] << (8 - i) : 0;
        unsigned low = i < DES_KEY_LENGTH ? (unsigned)bits[i] >> i : 0;

        key[i] = (uint8_t)(high | low);
    }
}

/*
 * Encrypts `block` with each of `count` keys of seven bytes, one result behind the other. Weak
 * keys are allowed: the second half of a short LAN Manager password is one.
 */
static bool des_each(const uint8_t *keys, unsigned count, const void *block, uint8_t *result)
{
    gcry_cipher_hd_t cipher;
    uint8_t key[DES_BLOCK_LENGTH];
    bool done = true;

    if (gcry_cipher_open(&cipher, GCRY_CIPHER_DES, GCRY_CIPHER_MODE_ECB, 0) != 0)
        return false;
    gcry_cipher_ctl(cipher, GCRYCTL_SET_ALLOW_WEAK_KEY, NULL, 1);
    for (unsigned i = 0; i < count && done; i++) {
        gcry_error_t error;

        des_key(keys + (size_t)i * DES_KEY_LENGTH, key);
        error = gcry_cipher_setkey(cipher, key, sizeof key);
        done = (error == 0 || gcry_err_code(error) == GPG_ERR_WEAK_KEY) &&
               gcry_cipher_encrypt(cipher, result + (size_t)i * DES_BLOCK_LENGTH, DES_BLOCK_LENGTH,
                                   block, DES_BLOCK_LENGTH) == 0;
    }
    gcry_cipher_close(cipher);
    wipe(key, sizeof key);
    return done;
}

/* DESL ([MS-NLMP] 6): the hash, filled up with zeros, makes three DES keys. */
static enum qntc_proof_result check_desl(const uint8_t owf[HASH_LENGTH],
                                         const uint8_t challenge[CHALLENGE_LENGTH],
                                         const uint8_t response[V1_LENGTH])
{
    uint8_t keys[3 * DES_KEY_LENGTH] = {0};
    uint8_t expected[V1_LENGTH];
    enum qntc_proof_result result = QNTC_PROOF_IMPOSSIBLE;

    memcpy(keys, owf, HASH_LENGTH);
    if (des_each(keys, 3, challenge, expected))
        result = matches(memcmp(expected, response, V1_LENGTH) == 0);
    wipe(keys, sizeof keys);
    wipe(expected, sizeof expected);
    return result;
}

/* Empty (units NULL) for what is no valid UTF-8. Release with utf16_free. */
static struct utf16 utf16_of(const char *text)
{
    glong length = 0;
    struct utf16 result = {g_utf8_to_utf16(text, -1, NULL, &length, NULL), 0};

    if (!result.units)
        return result;
    for (glong i = 0; i < length; i++)
        result.units[i] = GUINT16_TO_LE(result.units[i]);
    result.bytes = (size_t)length * sizeof *result.units;
    return result;
}

static void utf16_free(struct utf16 *text)
{
    if (text->units)
        wipe(text->units, text->bytes);
    g_free(text->units);
}

/*
 * Upper case as Windows makes it: unit by unit, so that no name changes its length. True if that
 * changed anything.
 */
static bool utf16_upper(struct utf16 *text)
{
    bool changed = false;

    for (size_t i = 0; i < text->bytes / sizeof *text->units; i++) {
        gunichar unit = GUINT16_FROM_LE(text->units[i]);
        gunichar upper = g_unichar_toupper(unit);

        if (upper == unit || upper > 0xFFFF)
            continue;
        text->units[i] = GUINT16_TO_LE((gunichar2)upper);
        changed = true;
    }
    return changed;
}

/* NTOWFv1 ([MS-NLMP] 3.3.1); `password` is valid UTF-8. */
static bool ntowf_v1(const char *password, uint8_t owf[HASH_LENGTH])
{
    struct utf16 text = utf16_of(password);
    gcry_buffer_t part = buffer_of(text.units, text.bytes);
    bool done = hash(GCRY_MD_MD4, 0, &part, 1, owf);

    utf16_free(&text);
    return done;
}

/*
 * The password in upper case, in the OEM code page; NULL where that page lacks a character. Almost
 * all passwords are ASCII, which no code page changes and which needs no converter.
 */
static char *oem_password(const char *password, const char *code_page)
{
    struct utf16 text;
    char *oem;

    if (g_str_is_ascii(password))
        return g_ascii_strup(password, -1);
    text = utf16_of(password);
    utf16_upper(&text);
    oem = g_convert((const char *)text.units, (gssize)text.bytes, code_page, "UTF-16LE", NULL, NULL,
                    NULL);
    utf16_free(&text);
    return oem;
}

/*
 * LMOWFv1 ([MS-NLMP] 3.3.1) and its response, the password being in one of the OEM code pages. What
 * a client makes of a password that does not fit in (it refuses, it cuts) is not known.
 */
static enum qntc_proof_result check_lm_v1_in(const struct attempt *attempt, const char *code_page)
{
    uint8_t padded[LM_MAX_PASSWORD] = {0};
    uint8_t owf[HASH_LENGTH];
    char *oem = oem_password(attempt->password, code_page);
    size_t length = oem ? strlen(oem) : 0;
    enum qntc_proof_result result = QNTC_PROOF_IMPOSSIBLE;

    if (oem && length <= LM_MAX_PASSWORD) {
        memcpy(padded, oem, length);
        if (des_each(padded, 2, "KGS!@#$%", owf))
            result = check_desl(owf, attempt->proof->server_challenge, attempt->proof->lm_response);
    }
    if (oem)
        wipe(oem, length);
    g_free(oem);
    wipe(padded, sizeof padded);
    wipe(owf, sizeof owf);
    return result;
}

/* Beyond ASCII a match still proves, but the client may have used a code page not tried here. */
static enum qntc_proof_result check_lm_v1(const struct attempt *attempt)
{
    static const char *const code_pages[] = {"CP850", "CP437"};

    if (g_str_is_ascii(attempt->password))
        return check_lm_v1_in(attempt, code_pages[0]);
    for (size_t i = 0; i < G_N_ELEMENTS(code_pages); i++) {
        if (check_lm_v1_in(attempt, code_pages[i]) == QNTC_PROOF_MATCH)
            return QNTC_PROOF_MATCH;
    }
    return QNTC_PROOF_IMPOSSIBLE;
}

/* The client puts an NTLMv1 response into the LM field, too, rather than to show an LM hash. */
static enum qntc_proof_result check_nt_v1_as_lm(const struct attempt *attempt)
{
    return check_desl(attempt->nt_owf, attempt->proof->server_challenge,
                      attempt->proof->lm_response);
}

static enum qntc_proof_result check_nt_v1(const struct attempt *attempt)
{
    return check_desl(attempt->nt_owf, attempt->proof->server_challenge,
                      attempt->proof->nt_response);
}

/*
 * Extended session security ([MS-NLMP] 3.3.1): the LM field begins with the client challenge. It is
 * tried whatever the flags say, as some clients set the flag and send plain NTLMv1.
 */
static enum qntc_proof_result check_nt_v1_ess(const struct attempt *attempt)
{
    const struct qntc_ntlm_proof *proof = attempt->proof;
    gcry_buffer_t challenges[2];
    uint8_t digest[HASH_LENGTH];

    if (proof->lm_length != V1_LENGTH || !proof->lm_response)
        return QNTC_PROOF_NO_MATCH;
    challenges[0] = buffer_of(proof->server_challenge, CHALLENGE_LENGTH);
    challenges[1] = buffer_of(proof->lm_response, CHALLENGE_LENGTH);
    if (!hash(GCRY_MD_MD5, 0, challenges, 2, digest))
        return QNTC_PROOF_IMPOSSIBLE;
    return check_desl(attempt->nt_owf, digest, proof->nt_response);
}

/* The proof that opens an NTLMv2 or LMv2 response, and what it is computed over. */
struct v2_response {
    const uint8_t *proof;
    gcry_buffer_t rest;
};

/* NTOWFv2 ([MS-NLMP] 3.3.2) with one domain, and the proof that it yields. */
static enum qntc_proof_result check_v2_with(const struct attempt *attempt,
                                            const struct v2_response *response,
                                            const struct utf16 *user, const struct utf16 *domain)
{
    uint8_t owf[HASH_LENGTH];
    uint8_t expected[HASH_LENGTH];
    gcry_buffer_t name[] = {
        buffer_of(attempt->nt_owf, HASH_LENGTH),
        buffer_of(user->units, user->bytes),
        buffer_of(domain->units, domain->bytes),
    };
    gcry_buffer_t message[] = {
        buffer_of(owf, HASH_LENGTH),
        buffer_of(attempt->proof->server_challenge, CHALLENGE_LENGTH),
        response->rest,
    };
    enum qntc_proof_result result = QNTC_PROOF_IMPOSSIBLE;

    if (hash(GCRY_MD_MD5, GCRY_MD_FLAG_HMAC, name, 3, owf) &&
        hash(GCRY_MD_MD5, GCRY_MD_FLAG_HMAC, message, 3, expected))
        result = matches(memcmp(expected, response->proof, HASH_LENGTH) == 0);
    wipe(owf, sizeof owf);
    wipe(expected, sizeof expected);
    return result;
}

/* NTOWFv2 takes the domain as it is. Some clients send it in one case and hash it in upper case. */
static enum qntc_proof_result check_v2_domain(const struct attempt *attempt,
                                              const struct v2_response *response,
                                              const struct utf16 *user, const char *domain)
{
    struct utf16 text = utf16_of(domain);
    enum qntc_proof_result result = QNTC_PROOF_NO_MATCH;

    if (text.units) {
        result = check_v2_with(attempt, response, user, &text);
        if (result == QNTC_PROOF_NO_MATCH && utf16_upper(&text))
            result = check_v2_with(attempt, response, user, &text);
    }
    utf16_free(&text);
    return result;
}

/* All domains that the client may have hashed: the one it sent, none, those of the server. */
static enum qntc_proof_result check_v2_domains(const struct attempt *attempt,
                                               const struct v2_response *response,
                                               const struct utf16 *user)
{
    static const char *const none[] = {NULL};
    const struct qntc_ntlm_proof *proof = attempt->proof;
    const char *const *more = proof->more_domains ? proof->more_domains : none;
    enum qntc_proof_result result = QNTC_PROOF_NO_MATCH;

    if (proof->domain && *proof->domain)
        result = check_v2_domain(attempt, response, user, proof->domain);
    if (result == QNTC_PROOF_NO_MATCH)
        result = check_v2_domain(attempt, response, user, "");
    for (; *more && result == QNTC_PROOF_NO_MATCH; more++)
        result = check_v2_domain(attempt, response, user, *more);
    return result;
}

/* A name that lost a character on its way here (U+FFFD) is not the one that the client hashed. */
static bool name_is_whole(const char *name)
{
    return !name || (g_utf8_validate(name, -1, NULL) && !strstr(name, "\xEF\xBF\xBD"));
}

static enum qntc_proof_result check_v2(const struct attempt *attempt, const uint8_t *response,
                                       size_t length)
{
    const struct qntc_ntlm_proof *proof = attempt->proof;
    const struct v2_response parts = {response,
                                      buffer_of(response + HASH_LENGTH, length - HASH_LENGTH)};
    enum qntc_proof_result result = QNTC_PROOF_NO_MATCH;
    struct utf16 user;

    if (!proof->user || !name_is_whole(proof->user))
        return QNTC_PROOF_IMPOSSIBLE;
    user = utf16_of(proof->user);
    utf16_upper(&user);
    result = check_v2_domains(attempt, &parts, &user);
    utf16_free(&user);
    if (result == QNTC_PROOF_NO_MATCH && !name_is_whole(proof->domain))
        return QNTC_PROOF_IMPOSSIBLE;
    return result;
}

static enum qntc_proof_result check_nt_v2(const struct attempt *attempt)
{
    return check_v2(attempt, attempt->proof->nt_response, attempt->proof->nt_length);
}

/* LMv2 is built like NTLMv2, with the client challenge as all that follows the proof. */
static enum qntc_proof_result check_lm_v2(const struct attempt *attempt)
{
    return check_v2(attempt, attempt->proof->lm_response, V1_LENGTH);
}

typedef enum qntc_proof_result (*check_form)(const struct attempt *attempt);

/* What a response can be, the likely one first; NULL ends. */
static const check_form nt_long_forms[] = {check_nt_v2, NULL};
static const check_form nt_24_forms[] = {check_nt_v1_ess, check_nt_v1, NULL};
static const check_form lm_24_forms[] = {check_lm_v1, check_nt_v1_as_lm, check_lm_v2, NULL};

/* A response of zeros proves nothing: it stands for one that was not sent. */
static bool is_response(const uint8_t *response, size_t length)
{
    for (size_t i = 0; response && i < length; i++) {
        if (response[i] != 0)
            return true;
    }
    return false;
}

/* The forms to try; NULL where there is no response of a length that has one. */
static const check_form *forms_of(const struct qntc_ntlm_proof *proof)
{
    if (proof->nt_length > V2_MAX_LENGTH)
        return NULL;
    if (is_response(proof->nt_response, proof->nt_length)) {
        if (proof->nt_length >= V2_MIN_LENGTH)
            return nt_long_forms;
        return proof->nt_length == V1_LENGTH ? nt_24_forms : NULL;
    }
    if (proof->lm_length == V1_LENGTH && is_response(proof->lm_response, proof->lm_length))
        return lm_24_forms;
    return NULL;
}

/* A form that cannot be computed leaves the question open, unless another one matches. */
static enum qntc_proof_result check_forms(const struct attempt *attempt, const check_form *forms)
{
    enum qntc_proof_result result = QNTC_PROOF_NO_MATCH;

    for (; *forms; forms++) {
        enum qntc_proof_result one = (*forms)(attempt);

        if (one == QNTC_PROOF_MATCH)
            return one;
        if (one == QNTC_PROOF_IMPOSSIBLE)
            result = one;
    }
    return result;
}

enum qntc_proof_result qntc_ntlm_check_password(const struct qntc_ntlm_proof *proof,
                                                const char *password)
{
    const check_form *forms = forms_of(proof);
    struct attempt attempt = {.proof = proof, .password = password};
    enum qntc_proof_result result = QNTC_PROOF_IMPOSSIBLE;

    if (!forms || !crypto_ready())
        return QNTC_PROOF_IMPOSSIBLE;
    if (!g_utf8_validate(password, -1, NULL))
        return QNTC_PROOF_NO_MATCH;
    if (ntowf_v1(password, attempt.nt_owf))
        result = check_forms(&attempt, forms);
    wipe(attempt.nt_owf, sizeof attempt.nt_owf);
    return result;
}
