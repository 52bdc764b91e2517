/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Passwords that a logon should have used, as the user of the program typed them, and what they
 * prove of the password that was used (ntlm_response.h). A capture owns its candidates. Nothing of
 * them leaves these files but the answer.
 */
#ifndef QNTC_CANDIDATES_H
#define QNTC_CANDIDATES_H

#include "capture.h"

#include "ntlm_response.h"

/* For the logons of that user and domain (without case); NULL or "": for any. All UTF-8. */
struct qntc_candidate {
    const char *user;
    const char *domain;
    const char *password;
};

/*
 * The logons that the capture reads from now on are checked with these and no others. They are
 * copied. The empty password is checked always and needs no candidate; what is no valid UTF-8 is
 * left out.
 */
void qntc_capture_set_candidates(struct qntc_capture *capture,
                                 const struct qntc_candidate *candidates, size_t count);

struct qntc_candidates;

/* Copies; NULL where there is nothing to keep. Free with qntc_candidates_free, takes NULL, too. */
struct qntc_candidates *qntc_candidates_new(const struct qntc_candidate *candidates, size_t count);
void qntc_candidates_free(struct qntc_candidates *candidates);

/*
 * What the candidates (NULL: none) and the empty password prove of a response. Whatever matches as
 * typed comes before what matches in lower case, and that before upper case. DIFFERS wants a
 * candidate for that user and domain, and every one of them checked.
 */
enum qntc_password qntc_candidates_check(const struct qntc_candidates *candidates,
                                         const struct qntc_ntlm_proof *proof);

#endif
