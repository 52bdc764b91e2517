/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The group "Dialect and encryption": the logon ended at the NEGOTIATE, because the two sides have
 * no dialect in common. A server that has SMB1 switched off often says nothing: it closes.
 */
#include "diagnosis.h"
#include "weigh.h"

/* The connection ended after the NEGOTIATE, and no SMB came back. */
static bool negotiate_unanswered(const struct qntc_logon *logon)
{
    return logon->connection->negotiate.request_frame != 0 &&
           logon->connection->negotiate.response_frame == 0 && !logon->setup_seen &&
           logon->connection->not_smb_frame == 0;
}

static bool closed_at_negotiate(const struct qntc_logon *logon)
{
    return logon->outcome == QNTC_OUTCOME_CLOSED && negotiate_unanswered(logon);
}

static bool no_dialect_chosen(const struct qntc_logon *logon)
{
    return logon->outcome == QNTC_OUTCOME_REFUSED && logon->refused_at_negotiate &&
           logon->connection->negotiate.no_dialect_chosen;
}

static enum qntc_confidence judge_smb1_refused(const struct qntc_case *c,
                                               struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    const struct qntc_negotiate *negotiate = &logon->connection->negotiate;
    bool silent = logon->outcome == QNTC_OUTCOME_UNANSWERED && negotiate_unanswered(logon);
    bool refused = no_dialect_chosen(logon) || closed_at_negotiate(logon);
    if (!negotiate->offers_smb1 || negotiate->offers_smb2 || !(refused || silent))
        return QNTC_CONFIDENCE_NONE;
    qntc_evidence_offer(c, finding);
    qntc_evidence_result(c, finding);
    if (closed_at_negotiate(logon))
        qntc_evidence_close(c, finding);
    return silent ? QNTC_CONFIDENCE_POSSIBLE : QNTC_CONFIDENCE_LIKELY;
}

static enum qntc_confidence judge_smb2_refused(const struct qntc_case *c,
                                               struct qntc_cause_finding *finding)
{
    const struct qntc_negotiate *negotiate = &c->logon->connection->negotiate;
    if (!negotiate->offers_smb2 || negotiate->offers_smb1 || !closed_at_negotiate(c->logon))
        return QNTC_CONFIDENCE_NONE;
    qntc_evidence_offer(c, finding);
    qntc_evidence_close(c, finding);
    return QNTC_CONFIDENCE_LIKELY;
}

static enum qntc_confidence judge_no_common_dialect(const struct qntc_case *c,
                                                    struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    bool said_so = logon->outcome == QNTC_OUTCOME_REFUSED && logon->refused_at_negotiate &&
                   qntc_status_is(&logon->status, QNTC_STATUS_NOT_SUPPORTED);
    const struct qntc_negotiate *negotiate = &logon->connection->negotiate;
    bool only_smb1 = negotiate->offers_smb1 && !negotiate->offers_smb2; /* smb1-refused */
    if (!said_so && !(no_dialect_chosen(logon) && !only_smb1))
        return QNTC_CONFIDENCE_NONE;
    qntc_evidence_offer(c, finding);
    qntc_evidence_result(c, finding);
    /* Where the request is not in the file, nobody can say whether it was SMB1 only. */
    return said_so || negotiate->offers_smb2 ? QNTC_CONFIDENCE_PROVEN : QNTC_CONFIDENCE_LIKELY;
}

static enum qntc_confidence judge_negotiate_refused(const struct qntc_case *c,
                                                    struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    if (logon->outcome != QNTC_OUTCOME_REFUSED || !logon->refused_at_negotiate ||
        logon->connection->negotiate.no_dialect_chosen ||
        qntc_status_is(&logon->status, QNTC_STATUS_NOT_SUPPORTED))
        return QNTC_CONFIDENCE_NONE;
    qntc_evidence_offer(c, finding);
    qntc_evidence_result(c, finding);
    return QNTC_CONFIDENCE_LIKELY;
}

/* At the SESSION_SETUP: before the CHALLENGE no password was looked at ([MS-SMB2] 3.3.5.5). */
static enum qntc_confidence judge_encryption(const struct qntc_case *c,
                                             struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    if (logon->outcome != QNTC_OUTCOME_REFUSED || logon->refused_at_negotiate ||
        !qntc_status_is(&logon->status, QNTC_STATUS_ACCESS_DENIED) ||
        !qntc_client_cannot_encrypt(logon) || qntc_case_best(c) == QNTC_CONFIDENCE_PROVEN)
        return QNTC_CONFIDENCE_NONE;
    const struct qntc_logon *encrypted = qntc_server_encrypts(logon->connection->server);
    qntc_evidence_offer(c, finding);
    qntc_evidence(finding, logon->connection->negotiate.response_frame,
                  "what was agreed here does not encrypt");
    qntc_evidence_result(c, finding);
    if (encrypted != NULL)
        qntc_evidence(finding, encrypted->result_frame, "for this logon the server encrypts");
    bool likely = encrypted != NULL || qntc_ended_before_challenge(logon);
    return likely ? QNTC_CONFIDENCE_LIKELY : QNTC_CONFIDENCE_POSSIBLE;
}

/* At the share, or its first requests: only a share that is known to encrypt makes it likely. */
static enum qntc_confidence judge_encryption_after(const struct qntc_case *c,
                                                   struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    if (!qntc_status_is(&c->event->status, QNTC_STATUS_ACCESS_DENIED) ||
        logon->session.encrypted_frame != 0)
        return QNTC_CONFIDENCE_NONE;
    bool known = qntc_server_encrypts_share(logon->connection->server, c->event->share);
    bool tree = g_strcmp0(c->event->request, "TREE_CONNECT") == 0;
    if (!known && !(tree && qntc_client_cannot_encrypt(logon)))
        return QNTC_CONFIDENCE_NONE;
    const struct qntc_logon *encrypted = qntc_server_encrypts(logon->connection->server);
    qntc_evidence(finding, logon->connection->negotiate.response_frame,
                  "NEGOTIATE: the dialect is %s",
                  qntc_dialect_name(logon->connection->negotiate.dialect));
    qntc_evidence_event(c, finding);
    if (known && encrypted != NULL)
        qntc_evidence(finding, encrypted->result_frame, "this other session there is encrypted");
    return known ? QNTC_CONFIDENCE_LIKELY : QNTC_CONFIDENCE_POSSIBLE;
}

#define IBM_VERSIONS "IBM: IBM i NetServer SMB Protocol Version Control Guide"
#define CONVERSE "Converse Systems: Time to move to IBM i SMBv3"
#define QNTC_DIALECTS                                                                              \
    "QNTC has SMB1 only up to 7.1, SMB 2.0.2 from 7.3 (7.2 with PTF SI64984), SMB 3.0 from 7.4"

const struct qntc_cause qntc_causes_dialect[] = {
    {
        .id = "smb1-refused",
        .title = "The client offers SMB1 only, and the server takes none of it",
        .explanation =
            "The client's dialects are all SMB1, and the server chose none, or ended the "
            "connection. It probably has SMB1 switched off, as current Windows has by default.",
        .ceiling = QNTC_CONFIDENCE_LIKELY,
        .basis = QNTC_BASIS_COMPARED,
        .judge = judge_smb1_refused,
        .advice_ibm_i =
            QNTC_LINES(QNTC_DIALECTS ": bring the release or its PTFs up to date",
                       "a Samba client in PASE (3.6) has SMB1 only, whatever the release"),
        .advice_server = QNTC_LINES(
            "switch SMB1 on again only as a last resort and for a while (Windows feature SMB 1.0, "
            "Set-SmbServerConfiguration -EnableSMB1Protocol; Samba: server min protocol)"),
        .advice_netserver = QNTC_LINES("SMB1 is switched off in NetServer (CALL QZLSMAINT "
                                       "PARM('40' '0') prints the flags, 0x100)",
                                       "CLIENT: use SMB2 or SMB3"),
        .source = "Q40, T06; " CONVERSE "; IBM ibmi-oss-issues 87; [MS-SMB2] 3.3.5.3",
        .example = "dialect_smb1only_vs_smb2srv_smbclient.pcap",
        .counter_example = "zeek--smb1_transaction_request.pcap",
    },
    {
        .id = "smb2-refused",
        .title = "The client offers SMB2 or later only, and the server closes",
        .explanation =
            "The client offers no SMB1 and the server ended the connection at the NEGOTIATE. It "
            "may speak SMB1 only, or a device between the two may block SMB2.",
        .ceiling = QNTC_CONFIDENCE_LIKELY,
        .basis = QNTC_BASIS_COMPARED,
        .judge = judge_smb2_refused,
        .advice_ibm_i = QNTC_LINES(
            "a server that has SMB1 only can be reached by a release of IBM i that still offers "
            "it; better is to replace the server"),
        .advice_server = QNTC_LINES(
            "switch SMB2 on (Set-SmbServerConfiguration -EnableSMB2Protocol; Samba: server max "
            "protocol), and check firewalls and virus scanners in between"),
        .advice_netserver =
            QNTC_LINES("NetServer has SMB2 from 7.2 with PTFs and 7.3 on; CALL QZLSMAINT PARM('40' "
                       "'0') prints the flags, 0x80 is no SMB2"),
        .source = "Q50, T06; Microsoft: Negotiate, Session Setup, and Tree Connect Failures; "
                  "[MS-SMB2] 3.3.5.4",
        .example = "dialect_smb2only_vs_smb1srv_smbclient.pcap",
        .counter_example = "compound_smb2_logons_unrelated_raw.pcap",
    },
    {
        .id = "no-common-dialect",
        .title = "Client and server have no SMB dialect in common",
        .explanation =
            "The server says that it supports none of the dialects that the client offers: its "
            "lowest is higher than the client's highest, or the other way round.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_COMPARED,
        .judge = judge_no_common_dialect,
        .advice_ibm_i = QNTC_LINES(QNTC_DIALECTS ": bring the release up to date"),
        .advice_server = QNTC_LINES(
            "lower the minimum to 3.0, or 2.0.2 for older releases (Set-SmbServerConfiguration "
            "-Smb2DialectMin; Samba: server min protocol)"),
        .advice_netserver = QNTC_LINES("CALL QZLSMAINT PARM('40' '0') prints which dialects are "
                                       "off: 0x80 no SMB2, 0x100 no SMB1, 0x1000 no SMB3"),
        .source = "Q41; " IBM_VERSIONS "; Microsoft: SMB security hardening; [MS-SMB2] 3.3.5.4",
        .example = "dialect_smb21_vs_smb3srv_raw.pcap",
        .counter_example = "n_neg_refused_no_dialect.pcap",
    },
    {
        .id = "negotiate-refused",
        .title = "The server refused the SMB NEGOTIATE",
        .explanation =
            "The server answered the first SMB request with an error. It says nothing of user or "
            "password; the request or the state of the server is the reason.",
        .ceiling = QNTC_CONFIDENCE_LIKELY,
        .basis = QNTC_BASIS_COMPARED,
        .judge = judge_negotiate_refused,
        .advice_ibm_i = QNTC_LINES(
            "bring release and PTFs up to date; note which client it is (QNTC, Samba in PASE, a "
            "Java library) before asking for support"),
        .advice_server =
            QNTC_LINES("look in its event log or the Samba log for the time of the request"),
        .source = "Q41, T06; [MS-SMB2] 3.3.5.4; [MS-CIFS] 3.3.5.42",
        .example = "n_neg_refused_no_dialect.pcap",
        .counter_example = "dialect_smb21_vs_smb3srv_raw.pcap",
    },
    {
        .id = "encryption-required",
        .title = "The server wants encryption, and this session has none",
        .explanation =
            "The server, or the share, takes encrypted sessions only. SMB encrypts from 3.0 on, "
            "and only where the client offers it. User and password are not the reason.",
        .ceiling = QNTC_CONFIDENCE_LIKELY,
        .basis = QNTC_BASIS_COMPARED,
        .judge = judge_encryption,
        .judge_event = judge_encryption_after,
        .advice_ibm_i = QNTC_LINES(QNTC_DIALECTS ": with 7.3 or earlier it cannot encrypt"),
        .advice_server = QNTC_LINES("exempt this share: Set-SmbShare -EncryptData $false",
                                    "or allow unencrypted access: Set-SmbServerConfiguration "
                                    "-RejectUnencryptedAccess $false"),
        .advice_netserver = QNTC_LINES("GO NETS, option 9, Encrypt connections: *REQUIRED shuts "
                                       "out clients without SMB 3.0 encryption"),
        .source = "Q42, Q43, Q44, N12; [MS-SMB2] 3.3.5.5, 3.3.5.7; " IBM_VERSIONS,
        .example = "n_enc_share_other_works.pcap",
        .counter_example = "tree_smb3_11_denied.pcap",
    },
    {.id = NULL},
};
