/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The endings of the group "Transport and names": the logon stopped in the middle, without an
 * answer that ends it. They say who stopped, and step back where another cause says why.
 */
#include "weigh.h"

/* A likely explanation stands above, so the ending needs none of its own. */
static bool is_explained(const struct qntc_case *c)
{
    return qntc_case_best(c) >= QNTC_CONFIDENCE_LIKELY;
}

static void evidence_last_request(const struct qntc_case *c, struct qntc_cause_finding *finding)
{
    qntc_evidence(finding, c->logon->last_client_frame, "the last message of the client: %s",
                  qntc_last_request(c->logon));
}

static enum qntc_confidence judge_server_closed(const struct qntc_case *c,
                                                struct qntc_cause_finding *finding)
{
    if (c->logon->outcome != QNTC_OUTCOME_CLOSED || is_explained(c))
        return QNTC_CONFIDENCE_NONE;
    evidence_last_request(c, finding);
    qntc_evidence_close(c, finding);
    return QNTC_CONFIDENCE_LIKELY;
}

/*
 * Where the server offers Kerberos, a client that leaves before it sends a token may have failed
 * at the KDC; where the token was answered by a KRB-ERROR, that is the reason to look at.
 */
static bool kerberos_may_explain(const struct qntc_logon *logon)
{
    const struct qntc_negotiate *negotiate = &logon->connection->negotiate;
    bool before_token = negotiate->mechanisms_seen && !logon->setup_seen &&
                        (negotiate->mechanisms & QNTC_OFFERS_KERBEROS) != 0;
    return before_token || logon->kerberos.error_frame != 0;
}

static enum qntc_confidence judge_client_left(const struct qntc_case *c,
                                              struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    if (logon->outcome != QNTC_OUTCOME_ABANDONED || is_explained(c))
        return QNTC_CONFIDENCE_NONE;
    evidence_last_request(c, finding);
    qntc_evidence(finding, logon->last_server_frame, "the last message of the server");
    /* [RFC4120] 3.2.5: a client that cannot verify the server's proof does not go on. */
    qntc_evidence(finding, logon->kerberos.ap_rep_frame,
                  "the server proves itself with an AP-REP: the client may not accept its proof");
    if (logon->superseded) {
        qntc_evidence(finding, logon->end_frame,
                      "after this frame the client begins another logon on the connection");
    } else {
        qntc_evidence_close(c, finding);
    }
    return kerberos_may_explain(logon) ? QNTC_CONFIDENCE_POSSIBLE : QNTC_CONFIDENCE_LIKELY;
}

static enum qntc_confidence judge_server_silent(const struct qntc_case *c,
                                                struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    if (logon->outcome != QNTC_OUTCOME_UNANSWERED || is_explained(c))
        return QNTC_CONFIDENCE_NONE;
    qntc_evidence(finding, logon->last_client_frame, "the %s gets no answer",
                  qntc_last_request(logon));
    qntc_evidence_pass_through(c, finding);
    qntc_evidence_trouble(c, finding);
    qntc_evidence_close(c, finding);
    return QNTC_CONFIDENCE_LIKELY;
}

/* What answers no SMB is no file server: who ends the connection then does not matter. */
static enum qntc_confidence judge_not_smb(const struct qntc_case *c,
                                          struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    const struct qntc_connection *connection = logon->connection;
    bool ended = logon->outcome == QNTC_OUTCOME_CLOSED ||
                 logon->outcome == QNTC_OUTCOME_UNANSWERED ||
                 logon->outcome == QNTC_OUTCOME_ABANDONED;
    /* Without the start of the connection, or behind a gap, they may be the rest of a message. */
    bool whole = !connection->began_before_capture && logon->gap_frame == 0;
    if (!ended || !whole || connection->not_smb_frame == 0)
        return QNTC_CONFIDENCE_NONE;
    evidence_last_request(c, finding);
    qntc_evidence(finding, connection->not_smb_frame,
                  "the server's answer is no message of SMB or NetBIOS");
    qntc_evidence_close(c, finding);
    return QNTC_CONFIDENCE_LIKELY;
}

const struct qntc_cause qntc_causes_ending[] = {
    {
        .id = "server-closed",
        .title = "The server closed the connection in the middle of the logon",
        .explanation =
            "The server, or a device in front of it, ended the TCP connection where an answer was "
            "due. No status says why.",
        .ceiling = QNTC_CONFIDENCE_LIKELY,
        .basis = QNTC_BASIS_GENERAL,
        .judge = judge_server_closed,
        .advice_ibm_i = QNTC_LINES(
            "try another server of the same kind: it tells a fault of this server from one of the "
            "way to it"),
        .advice_server = QNTC_LINES(
            "look in its event log or the Samba log for the time of the close, and check "
            "firewalls, intrusion prevention and virus scanners in between"),
        .source = "T06; Microsoft: Negotiate, Session Setup, and Tree Connect Failures",
        .example = "n_end_closed_auth_202.pcap",
        .counter_example = "smb2_abort_after_challenge_raw.pcap",
    },
    {
        .id = "client-left",
        .title = "The client left in the middle of the logon",
        .explanation =
            "It was the client that did not go on. It may have given up by itself, or found "
            "something in the server's answer that it does not accept; the reason is in the job "
            "log, not in the capture.",
        .ceiling = QNTC_CONFIDENCE_LIKELY,
        .basis = QNTC_BASIS_GENERAL,
        .judge = judge_client_left,
        .advice_ibm_i = QNTC_LINES(
            "look at the job log of that time: was the job ended, or is there another message "
            "before CPDB053?",
            "where Kerberos is meant (LCLPWDMGT(*NO)), check Network Authentication Service and "
            "EIM: without a ticket the client has nothing to send"),
        .advice_server =
            QNTC_LINES("compare its signing settings and mechanisms with what the client supports"),
        .source = "T06, K07; [MS-SMB2] 3.2.5.2",
        .example = "smb2_abort_after_challenge_raw.pcap",
        .counter_example = "n_krb_kdc_silent.pcap",
    },
    {
        .id = "server-silent",
        .title = "The server fell silent in the middle of the logon",
        .explanation =
            "The client's last request got no answer for five seconds or more. The server may be "
            "waiting for something itself, often a domain controller, or it hangs.",
        .ceiling = QNTC_CONFIDENCE_LIKELY,
        .basis = QNTC_BASIS_GENERAL,
        .judge = judge_server_silent,
        .advice_ibm_i = QNTC_LINES(
            "try a local account of the server: if that works, the domain controllers are the "
            "place to look at"),
        .advice_server = QNTC_LINES(
            "check that it reaches its domain controllers (NLTEST /SC_QUERY:domain) and DNS, and "
            "test without virus scanners and filters"),
        .source = "T06, D02, Q50; Microsoft: Negotiate, Session Setup, and Tree Connect Failures",
        .example = "n_end_silent_auth_30.pcap",
        .counter_example = "n_cut_after_auth.pcap",
    },
    {
        .id = "not-smb",
        .title = "What answers on this port does not speak SMB",
        .explanation =
            "The connection came about, and the answer to the NEGOTIATE is another protocol. The "
            "port belongs to another service, or a proxy or gateway answers in the server's place.",
        .ceiling = QNTC_CONFIDENCE_LIKELY,
        .basis = QNTC_BASIS_STATUS,
        .judge = judge_not_smb,
        .advice_ibm_i = QNTC_LINES(
            "check the address that the server's name resolves to: it may be another host"),
        .advice_server = QNTC_LINES(
            "see which program listens on the port (netstat -abno, ss -ltnp), and which proxy, "
            "gateway or tunnel stands in between"),
        .source = "T06; [MS-SMB2] 2.1",
        .example = "n_notsmb_http.pcap",
        .counter_example = "dialect_smb1only_vs_smb2srv_smbclient.pcap",
    },
    {.id = NULL},
};
