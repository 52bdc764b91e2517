/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Warnings of Kerberos that failed in a logon that worked: the client found another way in, or
 * corrected its clock.
 */
#include "warning.h"

#include "causes/weigh.h"
#include "diagnosis.h"
#include "ticket.h"

/* The ticket of this user that the KDC refused, or never answered for; or NULL. */
static const struct qntc_ticket *failed_ticket(const struct qntc_logon *logon)
{
    for (guint i = 0; logon->tickets != NULL && i < logon->tickets->len; i++) {
        const struct qntc_ticket *ticket = g_ptr_array_index(logon->tickets, i);
        if (qntc_ticket_failed(ticket) && qntc_ticket_is_of_user(ticket, logon->user))
            return ticket;
    }
    return NULL;
}

static uint32_t judge_fell_back(const struct qntc_case *c, GString *text)
{
    const struct qntc_logon *logon = c->logon;
    const char *version = qntc_ntlm_name(logon->ntlm.version);
    bool let_in = logon->outcome == QNTC_OUTCOME_SUCCESS || logon->outcome == QNTC_OUTCOME_GUEST;
    if (!let_in || !qntc_is_ntlm(logon))
        return 0;
    const struct qntc_ticket *ticket = failed_ticket(logon);
    if (ticket != NULL) {
        char *why = qntc_ticket_evidence(ticket);
        g_string_append(text, why);
        g_free(why);
    } else if (logon->kerberos.error_frame != 0) {
        g_string_append_printf(text, "the server answers the ticket with KRB-ERROR %d",
                               logon->kerberos.error_code);
    } else {
        return 0;
    }
    g_string_append_printf(text, "; then the client gets in with %s",
                           version != NULL ? version : "NTLM");
    return logon->result_frame;
}

/* The frame of a refusal for the clock that the client got over; 0: none. */
static uint32_t corrected_skew_at_kdc(const struct qntc_logon *logon)
{
    for (guint i = 0; logon->tickets != NULL && i < logon->tickets->len; i++) {
        const struct qntc_ticket *ticket = g_ptr_array_index(logon->tickets, i);
        if (ticket->result == QNTC_TICKET_REFUSED && ticket->got_over &&
            ticket->error_code == KRB_AP_ERR_SKEW)
            return ticket->answer_frame;
    }
    return 0;
}

static uint32_t judge_skew_corrected(const struct qntc_case *c, GString *text)
{
    const struct qntc_logon *logon = c->logon;
    bool by_server =
        logon->kerberos.error_frame != 0 && logon->kerberos.error_code == KRB_AP_ERR_SKEW;
    uint32_t frame = by_server ? logon->kerberos.error_frame : corrected_skew_at_kdc(logon);
    if (logon->outcome != QNTC_OUTCOME_SUCCESS || qntc_is_ntlm(logon) || frame == 0)
        return 0;
    g_string_append_printf(text,
                           "%s for the clock (KRB-ERROR 37); the client took the time of "
                           "its answer and went on",
                           by_server ? "the server refused the first ticket"
                                     : "the KDC refused the first request");
    return frame;
}

const struct qntc_warning qntc_warnings_kerberos[] = {
    {
        .id = "kerberos-fell-back",
        .title = "Kerberos failed, and the client fell back to NTLM",
        .serious = true,
        .judge = judge_fell_back,
        .ends = "Windows 11 24H2 and Windows Server 2025 can block NTLM for outgoing SMB, and "
                "Microsoft has declared all of NTLM deprecated: then the fallback is gone.",
        .advice_ibm_i = QNTC_LINES("name the server by the host name that has the SPN, and see "
                                   "that the user can get a ticket (QSH: kinit, klist)"),
        .advice_server = QNTC_LINES("register the SPN that clients ask for (setspn -S cifs/NAME "
                                    "ACCOUNT), or mend what the KDC's error names"),
        .source = "K01, K08; domain reference 7.1",
        .example = "krb_unknown_spn_fallback_ntlm_ok.pcap",
        .counter_example = "krb_ipaddress_no_spn.pcap",
    },
    {
        .id = "kerberos-skew-corrected",
        .title = "The clocks differ: the client had to correct its own",
        .judge = judge_skew_corrected,
        .advice_ibm_i = QNTC_LINES("let IBM i take the time of the domain (SNTP); a client that "
                                   "does not correct itself is refused"),
        .advice_server = QNTC_LINES("let the server take the time of the domain"),
        .source = "K05; [RFC4120] 5.9.1, 7.5.9",
        .example = "krb_skew_server_ahead_nt1.pcap",
        .counter_example = "krb_skew_server_behind_smb3_11.pcap",
    },
    {.id = NULL},
};
