/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A cause is one row of data and one judgement: its permanent id, its words, what to change on
 * which side, its source, an example capture and a counter-example, the statuses that name it or
 * the function that weighs the facts. The rows stand in causes/, one file for each group of the
 * vocabulary; diagnosis.c asks them all and ranks the answers.
 */
#ifndef QNTC_CAUSE_H
#define QNTC_CAUSE_H

#include "capture.h"
#include "facts.h"

enum qntc_confidence {
    QNTC_CONFIDENCE_NONE, /* does not apply */
    QNTC_CONFIDENCE_POSSIBLE,
    QNTC_CONFIDENCE_LIKELY,
    QNTC_CONFIDENCE_PROVEN,
};

/* How a cause was found: the order among causes of equal confidence. */
enum qntc_basis {
    QNTC_BASIS_STATUS,   /* the status names it */
    QNTC_BASIS_COMPUTED, /* a cryptographic check */
    QNTC_BASIS_COMPARED, /* names, versions or logons compared */
    QNTC_BASIS_EARLIER,  /* what failed before the logon took another way, and ended there */
    QNTC_BASIS_CAPTURE,  /* what the capture lacks: explains nothing, takes certainty from others */
    QNTC_BASIS_GENERAL,  /* explains only where nothing else does; asked after all others */
};

struct qntc_dos_code {
    uint8_t error_class; /* 0 ends a list */
    uint16_t code;
};

/* A code of KRB-ERROR, and whose ([RFC4120] 7.5.9). */
struct qntc_kerberos_code {
    int code;         /* 0 ends a list */
    unsigned origins; /* enum qntc_kerberos_origin, as bits */
};

/* The lists of a row. At file scope they live as long as the program. */
#define QNTC_STATUSES(...) ((const uint32_t[]){__VA_ARGS__, 0})
#define QNTC_DOS_CODES(...) ((const struct qntc_dos_code[]){__VA_ARGS__, {0, 0}})
#define QNTC_KERBEROS_CODES(...) ((const struct qntc_kerberos_code[]){__VA_ARGS__, {0, 0}})
#define QNTC_LINES(...) ((const char *const[]){__VA_ARGS__, NULL})

struct qntc_cause_finding;

/* Which side of the logon is IBM i, as far as that is known: the advice turns to it. */
enum qntc_ibm_i_side { QNTC_IBM_I_SIDE_UNKNOWN, QNTC_IBM_I_IS_CLIENT, QNTC_IBM_I_IS_SERVER };

/* What a judgement may look at and add to. */
struct qntc_case {
    const struct qntc_capture *capture;
    const struct qntc_logon *logon;
    const struct qntc_event *event; /* of that logon, NULL: it is about the logon itself */
    enum qntc_ibm_i_side ibm_i;
    GPtrArray *findings; /* struct qntc_cause_finding *, those of the rows asked before this one */
};

struct qntc_cause {
    const char *id;          /* "domain-mismatch": permanent */
    const char *title;       /* expert info: the finding in at most 70 characters, no variables */
    const char *explanation; /* one to three sentences for the report: what it means, hedged */
    enum qntc_confidence ceiling;
    enum qntc_basis basis;
    /*
     * What names it where it ends a SESSION_SETUP. A DOS pair that two rows list says neither for
     * certain; diagnosis.c cuts it to `likely`.
     */
    const uint32_t *statuses;              /* NT statuses, 0 ends; or NULL */
    const struct qntc_dos_code *dos_codes; /* DOS pairs; or NULL */
    enum qntc_confidence by_status;        /* confidence that the status alone carries */
    /* Adds what else shows it where the status names it; or NULL. */
    void (*add_evidence)(const struct qntc_case *c, struct qntc_cause_finding *finding);
    /* For `explanation` where the status is the domain controller's own (netlogon.h); or NULL. */
    const char *explanation_of_controller;
    /*
     * Weighs the facts where the status does not name it; NULL: only the status decides. Adds
     * evidence with qntc_evidence() and returns the confidence, which diagnosis.c cuts to the
     * ceiling. Never asked of a logon that worked.
     */
    enum qntc_confidence (*judge)(const struct qntc_case *c, struct qntc_cause_finding *finding);
    /* The same for what failed after a logon; by_status holds here, too. */
    const uint32_t *event_statuses;
    const struct qntc_dos_code *event_dos_codes;
    enum qntc_confidence (*judge_event)(const struct qntc_case *c,
                                        struct qntc_cause_finding *finding);
    const struct qntc_kerberos_code *kerberos_codes; /* that name it; or NULL */
    const char *const *advice_ibm_i;     /* what to do on IBM i with QNTC as the client */
    const char *const *advice_server;    /* what to do on the file server or in the domain */
    const char *const *advice_netserver; /* where IBM i is the server, instead of both; or NULL */
    const char *source;          /* rule ids of the domain reference, specification sections */
    const char *example;         /* capture or variant in test-captures/ that shows it */
    const char *counter_example; /* the same, that looks like it and is not */
};

struct qntc_evidence {
    uint32_t frame; /* never 0: evidence without a frame is no evidence */
    char *text;
};

/* A cause that applies to a logon. */
struct qntc_cause_finding {
    const struct qntc_cause *cause;
    enum qntc_confidence confidence;
    /* The row's, unless the judgement has put there what fits this logon better. */
    enum qntc_basis basis;
    const char *explanation;
    const char *const *advice_ibm_i;
    const char *const *advice_server;
    GArray *evidence;   /* struct qntc_evidence, by frame */
    GPtrArray *advice;  /* const char *: the row's lines as they apply to this logon */
    GStringChunk *text; /* owns evidence texts and advice made for this logon */
};

/* The groups, each a table ended by a row without id. */
extern const struct qntc_cause qntc_causes_credentials[];
extern const struct qntc_cause qntc_causes_policy[];
extern const struct qntc_cause qntc_causes_dialect[];
extern const struct qntc_cause qntc_causes_signing[];
extern const struct qntc_cause qntc_causes_kerberos[];
extern const struct qntc_cause qntc_causes_after[];
extern const struct qntc_cause qntc_causes_transport[];
extern const struct qntc_cause qntc_causes_ending[];
extern const struct qntc_cause qntc_causes_collision[];
extern const struct qntc_cause qntc_causes_capture[];

/* A finding of that cause without confidence, evidence or advice; freed as a GDestroyNotify. */
struct qntc_cause_finding *qntc_cause_finding_new(const struct qntc_cause *cause);
void qntc_cause_finding_free(void *finding);

/*
 * Adds the lines of both sides, each with its side: "IBM i: ..." and "Server: ..."; "Client: ..."
 * instead of the first where nobody knows who IBM i is; and the row's own where it is the server.
 */
void qntc_add_row_advice(struct qntc_cause_finding *finding, enum qntc_ibm_i_side ibm_i);

/* Adds a line of evidence; frame 0 and repetitions are left out. */
void qntc_evidence(struct qntc_cause_finding *finding, uint32_t frame, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* Adds a line of advice made for this logon, side included, before those of the row. */
void qntc_advise(struct qntc_cause_finding *finding, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* The highest confidence of any cause so far that explains: neither general nor of the capture. */
enum qntc_confidence qntc_case_best(const struct qntc_case *c);

/* There is a finding of that basis so far. */
bool qntc_case_has_basis(const struct qntc_case *c, enum qntc_basis basis);

/* The status of a request after the logon is one that the row names. */
bool qntc_cause_names_event_status(const struct qntc_cause *cause,
                                   const struct qntc_status *status);

/* The status of the result is one that the row names. */
bool qntc_cause_names_status(const struct qntc_cause *cause, const struct qntc_status *status);

#endif
