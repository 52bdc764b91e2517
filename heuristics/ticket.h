/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a ticket says once its exchange with the KDC is over (kdc.h): facts in, words and a verdict
 * on it out.
 */
#ifndef QNTC_TICKET_H
#define QNTC_TICKET_H

#include "facts.h"

/*
 * The ticket is one that the KDC refused or never answered for, and the client had no better luck
 * with it later. Of a logon's tickets, that is: a request without an answer counts once the client
 * went on without.
 */
bool qntc_ticket_failed(const struct qntc_ticket *ticket);

/* The ticket may be of the user of the logon: one of the names unseen, or both the same. */
bool qntc_ticket_is_of_user(const struct qntc_ticket *ticket, const char *user);

/* What a ticket that failed says, for people; free with g_free. */
char *qntc_ticket_evidence(const struct qntc_ticket *ticket);

#endif
