/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does a candidate password give the response that was captured? LM, NTLMv1, NTLMv1 with extended
 * session security, LMv2 and NTLMv2 are recomputed from the challenge ([MS-NLMP] 3.3). Nothing of
 * a candidate, a hash or a response leaves this file but the answer.
 */
#ifndef QNTC_NTLM_RESPONSE_H
#define QNTC_NTLM_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What one AUTHENTICATE (or SMB1 SESSION_SETUP) proves with; all memory is the caller's. */
struct qntc_ntlm_proof {
    uint8_t server_challenge[8];
    const uint8_t *lm_response; /* NULL where there is none */
    size_t lm_length;
    const uint8_t *nt_response;
    size_t nt_length;
    const char *user;               /* UTF-8, as sent */
    const char *domain;             /* UTF-8, as sent; "" and NULL are the same */
    const char *const *more_domains; /* further domains to try with NTLMv2, NULL ends; or NULL */
};

enum qntc_proof_result {
    QNTC_PROOF_NO_MATCH,
    QNTC_PROOF_MATCH,
    /*
     * Nothing can be said: no response, none of a known form, a user name that lost characters, an
     * LM response beyond ASCII or 14 characters, or libgcrypt refuses MD4, MD5 or DES (FIPS mode).
     */
    QNTC_PROOF_IMPOSSIBLE,
};

/*
 * Compares one password (UTF-8, as it is: no case is changed) with the captured response. Where the
 * LM response stands alone, passwords that differ in case only all match: LMOWFv1 knows no case.
 */
enum qntc_proof_result qntc_ntlm_check_password(const struct qntc_ntlm_proof *proof,
                                                const char *password);

/* False where libgcrypt refuses MD4, MD5 or DES, as in FIPS mode: then nothing can be proven. */
bool qntc_ntlm_can_check(void);

#endif
