/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the judgements of several groups ask about a logon, and the lines of evidence that they
 * share: the answer, the AUTHENTICATE, the CHALLENGE, the NEGOTIATE.
 */
#ifndef QNTC_WEIGH_H
#define QNTC_WEIGH_H

#include "cause.h"

/* The server let the client in: with its user, as a guest, or anonymously. */
bool qntc_has_worked(const struct qntc_logon *logon);

/* The logon went by NTLM: NTLMSSP, or the password fields of SMB1. */
bool qntc_is_ntlm(const struct qntc_logon *logon);

/*
 * The logon ended with the answer to the NEGOTIATE_MESSAGE: no CHALLENGE was sent, so no password
 * was looked at. False where the capture might lack the CHALLENGE.
 */
bool qntc_ended_before_challenge(const struct qntc_logon *logon);

/* LOGON_FAILURE, or what a DOS-error server sends for it: ERRDOS/5, ERRSRV/2. */
bool qntc_is_logon_failure(const struct qntc_status *status);

/* The status leaves the reason open: the exchange before it has to tell. */
bool qntc_is_vague(const struct qntc_status *status);

/* No user, or a user with responses of no length ([MS-NLMP] 3.2.5.1.2). */
bool qntc_has_no_credentials(const struct qntc_logon *logon);

enum qntc_membership { QNTC_MEMBERSHIP_UNKNOWN, QNTC_STAND_ALONE, QNTC_DOMAIN_MEMBER };

/* By the CHALLENGE: the NetBIOS domain of a member is not its computer name. */
enum qntc_membership qntc_server_membership(const struct qntc_logon *logon);

/* `name` is one that the server gave itself or its domain. */
bool qntc_server_has_name(const struct qntc_logon *logon, const char *name);

/* Same client, mechanism, dialect and (as far as it was checked) password. */
bool qntc_same_way(const struct qntc_logon *a, const struct qntc_logon *b);

/* Same domain sent, where none is the same as an empty one. */
bool qntc_same_domain(const struct qntc_logon *a, const struct qntc_logon *b);

/*
 * How much a ticket that the KDC refused, or never answered for, says of the logon that it is tied
 * to: a client that leaves without a token left because of it (`likely`), one that went on by NTLM
 * had another way (`possible`, and ranked behind what that way met). Adds the evidence.
 */
enum qntc_confidence qntc_weigh_ticket(const struct qntc_case *c, const struct qntc_ticket *ticket,
                                       struct qntc_cause_finding *finding);

/* Lines of evidence; each leaves itself out where its frame was not seen. */
void qntc_evidence_result(const struct qntc_case *c, struct qntc_cause_finding *finding);
void qntc_evidence_authenticate(const struct qntc_case *c, struct qntc_cause_finding *finding);
void qntc_evidence_ticket(const struct qntc_case *c, struct qntc_cause_finding *finding);
void qntc_evidence_challenge(const struct qntc_case *c, struct qntc_cause_finding *finding);
void qntc_evidence_offer(const struct qntc_case *c, struct qntc_cause_finding *finding);
void qntc_evidence_close(const struct qntc_case *c, struct qntc_cause_finding *finding);

/* The server's question to a domain controller, and the answer or that there was none. */
void qntc_evidence_pass_through(const struct qntc_case *c, struct qntc_cause_finding *finding);

/* What kept the server from a domain controller or KDC while the logon waited; how much it was. */
unsigned qntc_evidence_trouble(const struct qntc_case *c, struct qntc_cause_finding *finding);

/* What failed after the logon: the request and its answer, or the end of the connection. */
void qntc_evidence_event(const struct qntc_case *c, struct qntc_cause_finding *finding);

/* A tree connect that was refused as not allowed, whatever the reason is. */
bool qntc_is_refused_tree(const struct qntc_event *event);

/*
 * The client cannot encrypt: its dialect does not, or it did not offer to ([MS-SMB2] 3.3.5.5).
 * False where the NEGOTIATE does not say.
 */
bool qntc_client_cannot_encrypt(const struct qntc_logon *logon);

/* The call by its opnum: "NetrLogonSamLogonEx". Static. */
const char *qntc_netlogon_call_name(unsigned opnum);

/* "340 ms", "2.1 s". Free with g_free. */
char *qntc_duration(qntc_time duration);

/* "Kerberos, NTLMSSP", of QNTC_OFFERS_*. Free with g_free. */
char *qntc_mechanism_list(unsigned mechanisms);

/* What the client offers: "SMB1, 2.0.2, 2.1". Free with g_free. */
char *qntc_dialect_list(const struct qntc_negotiate *negotiate);

/* What the client said last, for people: "AUTHENTICATE_MESSAGE", "NEGOTIATE", ... Static. */
const char *qntc_last_request(const struct qntc_logon *logon);

#endif
