/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reports over one capture: text for people and tickets, JSON for programs. They read what the
 * heuristics hold, have every logon diagnosed, and print; they decide nothing themselves. The only
 * part of Wireshark they use is wsutil's JSON writer.
 */
#ifndef QNTC_REPORT_H
#define QNTC_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "capture.h"
#include "finding.h"

/* What a report shows. All memory stays the caller's. */
struct qntc_report_view {
    const struct qntc_capture *capture;
    const char *file_name; /* the capture's name or NULL */
    bool (*shows)(const struct qntc_logon *logon, void *user); /* NULL: all logons */
    void *user;
    const GPtrArray *findings; /* const struct qntc_finding *: those to show */
    const char *const *missing_fields; /* fields that this Wireshark lacks, NULL ends; or NULL */
};

void qntc_report_text(const struct qntc_report_view *view, FILE *out);

/* The same, and each logon step by step (report_ladder.h). */
void qntc_report_full(const struct qntc_report_view *view, FILE *out);

/* One JSON object, UTF-8 whatever the wire held, every member of the schema present. */
void qntc_report_json(const struct qntc_report_view *view, FILE *out);

static inline bool qntc_report_shows(const struct qntc_report_view *view,
                                     const struct qntc_logon *logon)
{
    return !view->shows || view->shows(logon, view->user);
}

/* The server's own names: those of its CHALLENGE, else of an SMB1 NEGOTIATE answer. */
static inline const char *qntc_report_server_name(const struct qntc_logon *logon)
{
    const char *name = logon->ntlm.nb_computer;

    return name ? name : logon->connection->negotiate.server_name;
}

static inline const char *qntc_report_server_domain(const struct qntc_logon *logon)
{
    const char *domain = logon->ntlm.nb_domain;

    return domain ? domain : logon->connection->negotiate.domain_name;
}

#endif
