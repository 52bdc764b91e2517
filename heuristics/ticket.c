/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a ticket failed, whose it may be, and the sentence that shows it.
 */
#include "ticket.h"

#include <string.h>

#include "kerberos_error.h"
#include "names.h"

bool qntc_ticket_failed(const struct qntc_ticket *ticket)
{
    if (ticket->got_over)
        return false;
    return ticket->result == QNTC_TICKET_REFUSED || ticket->result == QNTC_TICKET_UNREACHABLE ||
           (ticket->result == QNTC_TICKET_PENDING && ticket->unanswered > ticket->only_syn);
}

/* "anne@EXAMPLE.COM" and "ANNE" are one: case and realm say nothing against it. */
bool qntc_ticket_is_of_user(const struct qntc_ticket *ticket, const char *user)
{
    if (ticket->client == NULL || user == NULL || *user == '\0')
        return true;
    char *principal = g_strndup(ticket->client, strcspn(ticket->client, "@"));
    char *name = g_strndup(user, strcspn(user, "@"));
    bool same = qntc_same_name(principal, name);
    g_free(principal);
    g_free(name);
    return same;
}

static void append_what_was_asked(GString *text, const struct qntc_ticket *ticket)
{
    if (ticket->service != NULL)
        g_string_append_printf(text, " for %s", ticket->service);
    if (ticket->client != NULL)
        g_string_append_printf(text, ", client %s", ticket->client);
    if (ticket->realm != NULL)
        g_string_append_printf(text, ", realm %s", ticket->realm);
}

char *qntc_ticket_evidence(const struct qntc_ticket *ticket)
{
    GString *text = g_string_new(NULL);
    const char *request = ticket->tgs ? "TGS-REQ" : "AS-REQ";
    if (ticket->result == QNTC_TICKET_REFUSED) {
        const char *name = qntc_kerberos_error_name(ticket->error_code);
        g_string_printf(text, "the KDC %s answers KRB-ERROR %d%s%s%s to the %s",
                        ticket->kdc_address, ticket->error_code, name != NULL ? " (" : "",
                        name != NULL ? name : "", name != NULL ? ")" : "", request);
        append_what_was_asked(text, ticket);
        struct qntc_status status = {.kind = QNTC_STATUS_NT, .code = ticket->nt_status};
        char buffer[32];
        if (ticket->nt_status != 0)
            g_string_append_printf(text, "; its own reason: %s",
                                   qntc_status_name(&status, buffer, sizeof buffer));
    } else if (ticket->unreachable_by != NULL) {
        g_string_printf(text, "the KDC %s is not reached: %s", ticket->kdc_address,
                        ticket->unreachable_by);
    } else if (ticket->only_syn) {
        g_string_printf(text, "SYN to port 88 of the KDC %s: no answer", ticket->kdc_address);
    } else {
        g_string_printf(text, "%s to the KDC %s", request, ticket->kdc_address);
        append_what_was_asked(text, ticket);
        g_string_append(text, ": no answer");
    }
    return g_string_free(text, FALSE);
}
