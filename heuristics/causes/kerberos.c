/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The group "Kerberos": a KRB-ERROR in the server's token, a ticket that the KDC refused before the
 * client sent one, and the tickets that a server refuses without a word. Most rows are a list of
 * codes; one judgement serves them all.
 */
#include "diagnosis.h"
#include "finding.h"
#include "kdc.h"
#include "oxid.h"
#include "weigh.h"

#define AS QNTC_FROM_AS
#define TGS QNTC_FROM_TGS
#define SERVER QNTC_FROM_SERVER
#define ANYBODY QNTC_FROM_ANYBODY

/*
 * The server's KRB-ERROR. Where nothing came after it but a status, it is the answer; a client that
 * sent another ticket, or turned to NTLM, was given another one.
 */
static enum qntc_confidence judge_server_error(const struct qntc_case *c,
                                               struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    const struct qntc_kerberos_exchange *kerberos = &logon->kerberos;
    if (kerberos->error_frame == 0 ||
        qntc_cause_of_kerberos_error(kerberos->error_code, SERVER) != finding->cause)
        return QNTC_CONFIDENCE_NONE;
    qntc_evidence_ticket(c, finding);
    qntc_evidence_result(c, finding);
    if (qntc_is_ntlm(logon)) {
        finding->basis = QNTC_BASIS_EARLIER;
        return QNTC_CONFIDENCE_POSSIBLE;
    }
    bool last_word = kerberos->ap_req_frame < kerberos->error_frame;
    return logon->outcome == QNTC_OUTCOME_REFUSED && last_word ? QNTC_CONFIDENCE_PROVEN
                                                               : QNTC_CONFIDENCE_LIKELY;
}

static enum qntc_confidence judge_kdc_errors(const struct qntc_case *c,
                                             struct qntc_cause_finding *finding)
{
    enum qntc_confidence best = QNTC_CONFIDENCE_NONE;
    const GPtrArray *tickets = c->logon->tickets;
    for (guint i = 0; tickets != NULL && i < tickets->len; i++) {
        const struct qntc_ticket *ticket = g_ptr_array_index(tickets, i);
        enum qntc_kerberos_origin origin = ticket->tgs ? TGS : AS;
        if (ticket->result == QNTC_TICKET_REFUSED &&
            qntc_cause_of_kerberos_error(ticket->error_code, origin) == finding->cause)
            best = MAX(best, qntc_weigh_ticket(c, ticket, finding));
    }
    return best;
}

static enum qntc_confidence judge_error(const struct qntc_case *c,
                                        struct qntc_cause_finding *finding)
{
    enum qntc_confidence by_server = judge_server_error(c, finding);
    return by_server != QNTC_CONFIDENCE_NONE ? by_server : judge_kdc_errors(c, finding);
}

/* Another group has a likely cause: the server may not have come to look at the ticket at all. */
static bool is_explained_elsewhere(const struct qntc_case *c)
{
    for (guint i = 0; i < c->findings->len; i++) {
        const struct qntc_cause_finding *finding = g_ptr_array_index(c->findings, i);
        if (finding->confidence >= QNTC_CONFIDENCE_LIKELY && finding->cause->kerberos_codes == NULL)
            return true;
    }
    return false;
}

/* The server took the ticket and refused the logon without a KRB-ERROR: Samba does, and others. */
static bool is_refused_silently(const struct qntc_case *c)
{
    const struct qntc_logon *logon = c->logon;
    return logon->outcome == QNTC_OUTCOME_REFUSED && logon->mechanism == QNTC_MECHANISM_KERBEROS &&
           logon->kerberos.ap_req_frame != 0 && logon->kerberos.error_frame == 0 &&
           qntc_is_vague(&logon->status) && !is_explained_elsewhere(c);
}

/* Two keys of one service, or two hosts of one name: the ticket may be made with the other one. */
static bool evidence_of_other_key(const struct qntc_case *c, struct qntc_cause_finding *finding)
{
    const struct qntc_service *service =
        qntc_capture_service(c->capture, c->logon->kerberos.service);
    if (service == NULL)
        return false;
    for (unsigned i = 0; i < 2 && service->kvno[1] != 0; i++)
        qntc_evidence(finding, service->kvno_frame[i], "a ticket for %s with key version %d",
                      c->logon->kerberos.service, service->kvno[i]);
    for (unsigned i = 0; i < 2 && service->host[1] != NULL; i++)
        qntc_evidence(finding, service->host_frame[i], "a ticket for %s goes to %s",
                      c->logon->kerberos.service, service->host[i]);
    return service->kvno[1] != 0 || service->host[1] != NULL;
}

/* Windows may have gone to another machine than it meant: both sides are asked for. */
static bool evidence_of_collision(const struct qntc_case *c, struct qntc_cause_finding *finding)
{
    const struct qntc_connection *connection = c->logon->connection;
    const char *sides[] = {connection->server_address, connection->client_address};
    for (size_t i = 0; i < G_N_ELEMENTS(sides); i++) {
        const struct qntc_finding *collision = qntc_oxid_collision_of(c->capture, sides[i]);
        if (collision == NULL)
            continue;
        qntc_evidence(finding, g_array_index(collision->frames, uint32_t, 0),
                      "%s is one of two machines that name the same address (shared-address)",
                      sides[i]);
        return true;
    }
    return false;
}

static enum qntc_confidence judge_wrong_key(const struct qntc_case *c,
                                            struct qntc_cause_finding *finding)
{
    if (!is_refused_silently(c)) {
        enum qntc_confidence confidence = judge_error(c, finding);
        if (confidence != QNTC_CONFIDENCE_NONE)
            evidence_of_collision(c, finding);
        return confidence;
    }
    finding->basis = QNTC_BASIS_COMPARED;
    qntc_evidence_ticket(c, finding);
    qntc_evidence_result(c, finding);
    bool other_key = evidence_of_other_key(c, finding);
    bool collision = evidence_of_collision(c, finding);
    return other_key || collision ? QNTC_CONFIDENCE_LIKELY : QNTC_CONFIDENCE_POSSIBLE;
}

static enum qntc_confidence judge_refused(const struct qntc_case *c,
                                          struct qntc_cause_finding *finding)
{
    if (!is_refused_silently(c))
        return judge_error(c, finding);
    finding->basis = QNTC_BASIS_COMPARED;
    qntc_evidence_ticket(c, finding);
    qntc_evidence_result(c, finding);
    return QNTC_CONFIDENCE_LIKELY;
}

static enum qntc_confidence judge_no_ticket(const struct qntc_case *c,
                                            struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    if (logon->outcome != QNTC_OUTCOME_REFUSED || !logon->kerberos.no_token ||
        logon->mechanism != QNTC_MECHANISM_KERBEROS)
        return QNTC_CONFIDENCE_NONE;
    qntc_evidence(finding, logon->first_setup_frame,
                  "SESSION_SETUP: the client names Kerberos and brings no token for it");
    qntc_evidence_result(c, finding);
    return QNTC_CONFIDENCE_LIKELY;
}

/* A KDC that answered a later request was there. */
static bool was_reached_later(const GPtrArray *tickets, guint index)
{
    for (guint i = index + 1; i < tickets->len; i++) {
        const struct qntc_ticket *later = g_ptr_array_index(tickets, i);
        if (later->result == QNTC_TICKET_GRANTED || later->result == QNTC_TICKET_REFUSED)
            return true;
    }
    return false;
}

static enum qntc_confidence judge_unreachable(const struct qntc_case *c,
                                              struct qntc_cause_finding *finding)
{
    enum qntc_confidence best = QNTC_CONFIDENCE_NONE;
    const GPtrArray *tickets = c->logon->tickets;
    for (guint i = 0; tickets != NULL && i < tickets->len; i++) {
        const struct qntc_ticket *ticket = g_ptr_array_index(tickets, i);
        if (ticket->result == QNTC_TICKET_REFUSED || was_reached_later(tickets, i))
            continue;
        enum qntc_confidence confidence = qntc_weigh_ticket(c, ticket, finding);
        if (confidence != QNTC_CONFIDENCE_NONE && ticket->unanswered > 1)
            qntc_evidence(finding, ticket->first_request_frame, "the first of %u such requests",
                          ticket->unanswered);
        best = MAX(best, confidence);
    }
    return best;
}

const struct qntc_cause qntc_causes_kerberos[] = {
    {
        .id = "kerberos-service-unknown",
        .title = "Kerberos: the KDC does not know the service (no SPN)",
        .explanation =
            "The KDC has no account with the service principal name that the client asked for. "
            "That is mostly an alias or a short name without an SPN of its own.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .kerberos_codes = QNTC_KERBEROS_CODES({7, ANYBODY}),
        .judge = judge_error,
        .advice_ibm_i = QNTC_LINES(
            "name the server in the /QNTC path by the host name that its SPN has, neither by an "
            "alias nor by its address"),
        .advice_server = QNTC_LINES(
            "register the name that clients use: setspn -S cifs/NAME ACCOUNT (HOST/NAME covers "
            "cifs in Active Directory); look for the name with setspn -Q cifs/NAME"),
        .advice_netserver = QNTC_LINES(
            "check that the cifs and HOST principals of NetServer's names exist in the domain: "
            "the Network Authentication Service wizard of IBM Navigator for i lists what it "
            "needs and writes the batch file that creates them",
            "CLIENT: use the name that has the SPN; without one, Windows takes NTLM"),
        .source = "K01; [RFC4120] 7.5.9; domain reference 7.1",
        .example = "krb_unknown_spn.pcap",
        .counter_example = "krb_ipaddress_no_spn.pcap",
    },
    {
        .id = "kerberos-client-unknown",
        .title = "Kerberos: the KDC does not know the client's principal",
        .explanation =
            "The KDC has no account for the principal that asks. The name is misspelled, is in "
            "another realm, or was never created for the IBM i user.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .kerberos_codes = QNTC_KERBEROS_CODES({6, ANYBODY}),
        .judge = judge_error,
        .advice_ibm_i = QNTC_LINES(
            "check the principal and the realm: the user's EIM identifier must map to the name of "
            "the account in the domain, and the default realm of the Network Authentication "
            "Service must be that domain"),
        .advice_server = QNTC_LINES("create the account, or look whether it was renamed or is in "
                                    "another domain of the forest"),
        .source = "K02; [RFC4120] 7.5.9",
        .example = "krb_bad_nouser.pcap",
        .counter_example = "krb_unknown_spn.pcap",
    },
    {
        .id = "kerberos-client-expired",
        .title = "Kerberos: the client's account has expired",
        .explanation = "The KDC knows the principal, and its entry has expired.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .kerberos_codes = QNTC_KERBEROS_CODES({1, ANYBODY}),
        .judge = judge_error,
        .advice_ibm_i = QNTC_LINES("nothing to change: the account is in the domain"),
        .advice_server = QNTC_LINES("extend the account (MIT: kadmin modprinc -expire; Active "
                                    "Directory: the Account tab, \"Account expires\")"),
        .source = "lab 6.14; [RFC4120] 7.5.9",
        .example = "n_krb_mit_expired_client.pcap",
        .counter_example = "krb_bad_mustchange.pcap",
    },
    {
        .id = "kerberos-client-revoked",
        .title = "Kerberos: the account is disabled, locked out, or not allowed now",
        .explanation =
            "The KDC refuses the account as it is: disabled, locked out, expired, or outside its "
            "logon hours. Active Directory and Samba tell which in the error's own data; where "
            "they do, the list names it.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .kerberos_codes = QNTC_KERBEROS_CODES({18, ANYBODY}),
        .judge = judge_error,
        .advice_ibm_i = QNTC_LINES("stop the jobs that repeat the logon with an old password, or "
                                   "the account will be locked again"),
        .advice_server = QNTC_LINES("look at the account: enabled, not locked out, not expired, "
                                    "logon hours"),
        .source = "K04; lab 6.3, 6.14; [RFC4120] 7.5.9",
        .example = "krb_bad_disabled.pcap",
        .counter_example = "n_krb_mit_expired_client.pcap",
    },
    {
        .id = "kerberos-password-expired",
        .title = "Kerberos: the password has expired or must be changed",
        .explanation = "The KDC wants a new password before it gives a ticket.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .kerberos_codes = QNTC_KERBEROS_CODES({23, ANYBODY}),
        .judge = judge_error,
        .advice_ibm_i = QNTC_LINES("change the password in the domain, then give IBM i the same "
                                   "one where it keeps it"),
        .advice_server = QNTC_LINES("reset the password without \"must change at next logon\", or "
                                    "let it not expire where a job uses it"),
        .source = "K04; [RFC4120] 7.5.9",
        .example = "krb_bad_mustchange.pcap",
        .counter_example = "krb_bad_expired.pcap",
    },
    {
        .id = "kerberos-preauth-failed",
        .title = "Kerberos: pre-authentication failed, so the password or key is wrong",
        .explanation =
            "The KDC could not decrypt what the client proved itself with: its password, or the "
            "key in its keytab, is not the one of the account. A password that was typed in "
            "another case counts as another one.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .kerberos_codes = QNTC_KERBEROS_CODES({24, ANYBODY}, {31, AS}),
        .judge = judge_error,
        .advice_ibm_i = QNTC_LINES(
            "check the password by hand in QSH: kinit PRINCIPAL@REALM; for a service, compare the "
            "keytab (keytab list) with the account's key version"),
        .advice_server = QNTC_LINES("reset the password; after that, make the keytab anew",
                                    "each failure counts towards the lock-out of the account"),
        .source = "K04; [RFC4120] 3.1.3, 7.5.9; MIT krb5 answers 31",
        .example = "krb_bad_wrongpw.pcap",
        .counter_example = "krb_tgt_corrupt.pcap",
    },
    {
        .id = "kerberos-clock-skew",
        .title = "Kerberos: the clocks differ by more than is allowed",
        .explanation =
            "The time in the request is too far from the clock of whoever refused it; five "
            "minutes are the usual limit. Most clients correct themselves and try again, this one "
            "did not, or not with success.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .kerberos_codes = QNTC_KERBEROS_CODES({37, ANYBODY}),
        .judge = judge_error,
        .advice_ibm_i = QNTC_LINES(
            "let IBM i take the time of the domain: CHGNTPA with the domain controller as SNTP "
            "server, and check QTIMZON and QUTCOFFSET, as Kerberos counts in UTC"),
        .advice_server = QNTC_LINES("let the server and the domain controllers take their time "
                                    "from one source (w32tm /query /status)"),
        .source = "K05; [RFC4120] 3.2.3, 7.5.9",
        .example = "krb_skew_kdc_client_ahead.pcap",
        .counter_example = "krb_skew_server_ahead_nt1.pcap",
    },
    {
        .id = "kerberos-ticket-expired",
        .title = "Kerberos: the ticket has expired",
        .explanation =
            "The ticket's end time is past by the clock of whoever refused it: the client kept "
            "an old one, or that clock is ahead.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .kerberos_codes = QNTC_KERBEROS_CODES({32, ANYBODY}),
        .judge = judge_error,
        .advice_ibm_i = QNTC_LINES("get a new ticket (QSH: kdestroy, kinit) and start a new job; "
                                   "long-running jobs outlive their tickets",
                                   "compare the clocks (SNTP)"),
        .advice_server = QNTC_LINES("check the server's clock, and the ticket lifetime of the "
                                    "domain's Kerberos policy"),
        .source = "[RFC4120] 3.2.3, 7.5.9; domain reference 7.1",
        .example = "mit_ticket_expired_smb2_mpr.pcap",
        .counter_example = "krb_session_expires.pcap",
    },
    {
        .id = "kerberos-ticket-not-yet-valid",
        .title = "Kerberos: the ticket is not valid yet, so a clock is behind",
        .explanation =
            "The ticket begins in the future by the clock of whoever refused it: that clock is "
            "behind the KDC's.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .kerberos_codes = QNTC_KERBEROS_CODES({33, ANYBODY}),
        .judge = judge_error,
        .advice_ibm_i = QNTC_LINES("compare the clock of IBM i with the domain's (SNTP)"),
        .advice_server = QNTC_LINES("set the server's clock: it is behind the KDC's"),
        .advice_netserver = QNTC_LINES("set the clock of IBM i: it is behind the KDC's (SNTP; "
                                       "check QTIMZON and QUTCOFFSET, Kerberos counts in UTC)"),
        .source = "[RFC4120] 3.2.3, 7.5.9; domain reference 7.1",
        .example = "krb_skew_server_behind_smb3_11.pcap",
        .counter_example = "krb_skew_server_ahead_nt1.pcap",
    },
    {
        .id = "kerberos-encryption-type",
        .title = "Kerberos: no encryption type in common",
        .explanation =
            "The KDC has no key of a type that the client offers. Either side allows too little: "
            "DES and RC4 are switched off in current domains, and an old account may have no AES "
            "key until its password is changed.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .kerberos_codes = QNTC_KERBEROS_CODES({14, ANYBODY}),
        .judge = judge_error,
        .advice_ibm_i = QNTC_LINES("allow AES in the Network Authentication Service "
                                   "(default_tkt_enctypes and default_tgs_enctypes of its "
                                   "krb5.conf)"),
        .advice_server = QNTC_LINES("enable AES on the account and change its password, so that it "
                                    "gets an AES key; then make the keytab anew"),
        .source = "K03; [RFC4120] 7.5.9; Microsoft KB 4492348",
        .example = "krb_aes_vs_rc4_etype.pcap",
        .counter_example = "n_krb_rc4_ticket.pcap",
    },
    {
        .id = "kerberos-wrong-key",
        .title = "Kerberos: the ticket was made with another key than the server's",
        .explanation =
            "Whoever got the ticket could not decrypt it. The key of the account changed (old "
            "keytab, machine password out of step), the SPN is on another account, or another "
            "host answered than was meant.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .kerberos_codes = QNTC_KERBEROS_CODES({35, ANYBODY}, {41, ANYBODY}, {44, ANYBODY},
                                              {45, ANYBODY}, {31, TGS | SERVER}),
        .judge = judge_wrong_key,
        .advice_ibm_i = QNTC_LINES("drop old tickets (QSH: kdestroy) before the next try",
                                   "check that the name in the /QNTC path leads to the host that "
                                   "is meant: host table and DNS"),
        .advice_server = QNTC_LINES(
            "look for an SPN that two accounts have: setspn -X",
            "compare the key version of the ticket with the server's: make the keytab anew, or "
            "reset the machine account (Test-ComputerSecureChannel -Repair; net ads join)"),
        .advice_netserver = QNTC_LINES(
            "make the keytab entry of NetServer's principals anew (QSH: keytab add) after the "
            "password of their account was changed; key version and encryption types must match",
            "look for an SPN that two accounts have: setspn -X"),
        .source = "K06; [RFC4120] 3.2.3, 7.5.9; source 004",
        .example = "mit_modified_smb2_mpr.pcap",
        .counter_example = "krb_bad_wrongpw.pcap",
    },
    {
        .id = "kerberos-wrong-realm",
        .title = "Kerberos: the KDC names another realm, the client does not go there",
        .explanation =
            "The KDC says that the principal belongs to another realm. A client that follows "
            "referrals asks there; this one ended here.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .kerberos_codes = QNTC_KERBEROS_CODES({68, ANYBODY}),
        .judge = judge_error,
        .advice_ibm_i = QNTC_LINES("give the user or the service with its right realm, and add "
                                   "that realm and its KDC to the Network Authentication Service "
                                   "(IBM Navigator for i, or its krb5.conf)"),
        .advice_server = QNTC_LINES("check in which domain of the forest the account is"),
        .source = "K09; [RFC4120] 7.5.9; [RFC6806] 7",
        .example = "krb_wrong_realm_68.pcap",
        .counter_example = "krb_wrong_realm.pcap",
    },
    {
        .id = "kerberos-refused",
        .title = "Kerberos: the ticket, or the request for it, was refused",
        .explanation =
            "Either the KDC or the server refused with a code that has no row of its own, or the "
            "server refused the ticket without saying why.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .judge = judge_refused,
        .advice_ibm_i = QNTC_LINES("drop old tickets (QSH: kdestroy) and try again; compare the "
                                   "clocks (SNTP)"),
        .advice_server =
            QNTC_LINES("look for the reason in the server's own log (Windows: System log, source "
                       "Security-Kerberos; Samba: log level 10 for auth) and in the KDC's",
                       "check SPN (setspn -X), key version and clock of the server"),
        .source = "K06; [RFC4120] 7.5.9; lab 2",
        .example = "krb_tgs_inappcksum_impacket_21.pcap",
        .counter_example = "krb_ok_smb3_11.pcap",
    },
    {
        .id = "kerberos-no-ticket",
        .title = "Kerberos: the client names it and brings no ticket",
        .explanation =
            "The client's token names Kerberos and holds none, and the server refused. It had no "
            "ticket to send: it could not get one, or nobody is logged on to Kerberos there.",
        .ceiling = QNTC_CONFIDENCE_LIKELY,
        .basis = QNTC_BASIS_COMPARED,
        .judge = judge_no_ticket,
        .advice_ibm_i = QNTC_LINES(
            "check that the user has a ticket (QSH: klist) and that Network Authentication "
            "Service and EIM are set up; with LCLPWDMGT(*NO) QNTC has nothing but Kerberos"),
        .advice_server = QNTC_LINES("record the trace so that it holds port 88 of the client, too"),
        .source = "K07; [RFC4178] 4.2.1; domain reference 2.2",
        .example = "n_krb_no_ticket_scripted.pcap",
        .counter_example = "n_mech_krb_only_202.pcap",
    },
    {
        .id = "kdc-unreachable",
        .title = "Kerberos: no KDC answers",
        .explanation =
            "The client asked for a ticket and no KDC answered before it gave up: the KDC is "
            "down, its address is wrong, or port 88 is blocked on the way.",
        .ceiling = QNTC_CONFIDENCE_LIKELY,
        .basis = QNTC_BASIS_COMPARED,
        .judge = judge_unreachable,
        .advice_ibm_i = QNTC_LINES("check the KDC that the Network Authentication Service names, "
                                   "and that DNS has it; try PING and kinit from QSH"),
        .advice_server = QNTC_LINES("open UDP and TCP port 88 from the client to the domain "
                                    "controllers; look whether the service runs there"),
        .source = "domain reference 7.1; [RFC4120] 7.2",
        .example = "n_krb_kdc_silent.pcap",
        .counter_example = "krb_ok_smb3_11.pcap",
    },
    {.id = NULL},
};
