/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Warnings: what is weak on a logon that worked, was close to failing, or will stop working. Like a
 * cause, a warning is one row of data and one judgement; the rows stand in warnings/, in the order
 * of the vocabulary. A healthy logon between current systems has none.
 */
#ifndef QNTC_WARNING_H
#define QNTC_WARNING_H

#include "cause.h"

struct qntc_warning {
    const char *id;      /* "smb1-in-use": permanent */
    const char *title;   /* expert info: at most 70 characters, no variables */
    bool serious;        /* WARN in the expert info, else NOTE */
    bool of_the_end;     /* what comes later in the file can take it back */
    const char *ends;    /* what ends it: a release of Windows or IBM i; or NULL */
    /* The frame that shows it and, appended to `text`, a sentence on this logon; 0: no. */
    uint32_t (*judge)(const struct qntc_case *c, GString *text);
    const char *const *advice_ibm_i;  /* what to do on IBM i; NULL ends; or NULL */
    const char *const *advice_server; /* what to do on the file server or the domain; or NULL */
    const char *source;          /* rule ids of the domain reference, specification sections */
    const char *example;         /* capture in test-captures/ that shows it */
    const char *counter_example; /* capture in test-captures/ that looks like it and does not */
};

/* A warning that applies to a logon. */
struct qntc_warning_finding {
    const struct qntc_warning *row;
    uint32_t frame; /* never 0 */
    char *text;
};

/* The groups, each a table ended by a row without id. */
extern const struct qntc_warning qntc_warnings_weak[];
extern const struct qntc_warning qntc_warnings_close[];
extern const struct qntc_warning qntc_warnings_kerberos[];

/*
 * All that apply: struct qntc_warning_finding *, in the order of the vocabulary. Never NULL; free
 * with g_ptr_array_free(_, TRUE). The logon has a connection.
 */
GPtrArray *qntc_warnings(const struct qntc_capture *capture, const struct qntc_logon *logon);

/* All rows of all groups; `index` from 0, NULL behind the last. */
const struct qntc_warning *qntc_warning_at(unsigned index);

#endif
