/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The diagnosis of one logon: facts in, ranked causes out. It is computed afresh whenever it is
 * shown, from what the capture holds at that moment, so that a report or a second pass knows
 * what came later in the file.
 */
#ifndef QNTC_DIAGNOSIS_H
#define QNTC_DIAGNOSIS_H

#include "cause.h"
#include "kerberos_error.h"

struct qntc_diagnosis {
    const struct qntc_logon *logon;
    enum qntc_outcome outcome;
    enum qntc_ibm_i_side ibm_i;
    GPtrArray *causes; /* struct qntc_cause_finding *, ranked; the first is the verdict */
    struct qntc_cpdb053 cpdb053;
};

/* Never NULL. The logon has a connection. Free with qntc_diagnosis_free, which takes NULL, too. */
struct qntc_diagnosis *qntc_diagnose(const struct qntc_capture *capture,
                                     const struct qntc_logon *logon);
void qntc_diagnosis_free(struct qntc_diagnosis *diagnosis);

/*
 * Why something after the logon failed: ranked findings as in qntc_diagnosis, empty where nothing
 * did. Free with g_ptr_array_unref.
 */
GPtrArray *qntc_diagnose_event(const struct qntc_capture *capture, const struct qntc_logon *logon,
                               const struct qntc_event *event);

/*
 * All rows of all groups in the order of the vocabulary; `index` from 0, NULL behind the last.
 * The plugin registers an expert info for each, the checks of the project walk over them.
 */
const struct qntc_cause *qntc_cause_at(unsigned index);
const struct qntc_cause *qntc_cause_by_id(const char *id);

/* The row of a KRB-ERROR: the one that names the code, else `kerberos-refused`. Never NULL. */
const struct qntc_cause *qntc_cause_of_kerberos_error(int code, enum qntc_kerberos_origin origin);

/* Words of the vocabulary, as its fields spell them; NULL where the value is unknown. Static. */
const char *qntc_outcome_name(enum qntc_outcome outcome);          /* "refused" */
const char *qntc_confidence_name(enum qntc_confidence confidence); /* "likely" */
const char *qntc_dialect_name(enum qntc_dialect dialect);          /* "3.1.1" */
const char *qntc_mechanism_name(enum qntc_mechanism mechanism);    /* "NTLMSSP" */
const char *qntc_ntlm_name(enum qntc_ntlm version);                /* "NTLMv1+ESS" */
const char *qntc_signing_name(enum qntc_signing signing);          /* "required"; never NULL */
const char *qntc_password_name(enum qntc_password password);       /* "lower-case" */

#endif
