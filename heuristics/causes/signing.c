/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The group "Signing": one side requires what the other does not do. It shows after the logon, by
 * an unsigned request that is refused or by a side that leaves at once; only where the settings
 * exclude each other does a client leave after NEGOTIATE already ([MS-SMB] 3.2.4.2.4).
 */
#include "diagnosis.h"
#include "weigh.h"

static bool requires_signing(enum qntc_signing signing)
{
    return signing == QNTC_SIGNING_REQUIRED;
}

static enum qntc_signing server_signing(const struct qntc_logon *logon)
{
    return logon->connection->negotiate.server_signing;
}

static bool is_end(const struct qntc_event *event)
{
    return event->request == NULL;
}

static bool client_left(const struct qntc_case *c)
{
    return is_end(c->event) && c->logon->connection->closed_by == QNTC_CLIENT;
}

static bool server_closed(const struct qntc_case *c)
{
    return is_end(c->event) && c->logon->connection->closed_by == QNTC_SERVER;
}

static void evidence_settings(const struct qntc_case *c, struct qntc_cause_finding *finding)
{
    const struct qntc_negotiate *negotiate = &c->logon->connection->negotiate;
    if (server_signing(c->logon) != QNTC_SIGNING_UNKNOWN)
        qntc_evidence(finding, negotiate->response_frame, "NEGOTIATE: the server's signing is %s",
                      qntc_signing_name(server_signing(c->logon)));
    if (c->logon->client_signing != QNTC_SIGNING_UNKNOWN)
        qntc_evidence(finding,
                      c->logon->first_setup_frame != 0 ? c->logon->first_setup_frame
                                                       : negotiate->request_frame,
                      "the client's signing is %s", qntc_signing_name(c->logon->client_signing));
}

/* ------------------------------------------------------------------- unsigned-request-refused */

/* [MS-SMB2] 3.3.5.7: 3.1.1 refuses an unsigned TREE_CONNECT of a real user in any case. */
static bool demands_signature(const struct qntc_case *c)
{
    bool tree_in_311 = c->logon->connection->negotiate.dialect == QNTC_DIALECT_311 &&
                       g_strcmp0(c->event->request, "TREE_CONNECT") == 0;
    return requires_signing(server_signing(c->logon)) || tree_in_311;
}

static enum qntc_confidence judge_unsigned(const struct qntc_case *c,
                                           struct qntc_cause_finding *finding)
{
    bool refused = qntc_status_is(&c->event->status, QNTC_STATUS_ACCESS_DENIED);
    bool asked = c->event->request_frame != 0 && !c->event->request_signed;
    if (!asked || c->logon->outcome != QNTC_OUTCOME_SUCCESS || !demands_signature(c) ||
        !(refused || server_closed(c)))
        return QNTC_CONFIDENCE_NONE;
    evidence_settings(c, finding);
    qntc_evidence(finding, c->event->request_frame, "the request is not signed");
    qntc_evidence_event(c, finding);
    return QNTC_CONFIDENCE_LIKELY;
}

/* --------------------------------------------------------------------------- signature-invalid */

/* Nothing signed has been accepted before on this session. */
static bool is_first_signed(const struct qntc_case *c)
{
    const GPtrArray *events = c->logon->session.events;
    for (guint i = 0; events != NULL && i < events->len; i++) {
        const struct qntc_event *earlier = g_ptr_array_index(events, i);
        if (earlier == c->event)
            return true;
        if (qntc_status_is_success(&earlier->status) && earlier->request_signed)
            return false;
    }
    return true;
}

static enum qntc_confidence judge_signature(const struct qntc_case *c,
                                            struct qntc_cause_finding *finding)
{
    const struct qntc_event *event = c->event;
    bool refused = qntc_status_is(&event->status, QNTC_STATUS_ACCESS_DENIED) &&
                   g_strcmp0(event->request, "TREE_CONNECT") == 0;
    bool unsigned_answer = client_left(c) && event->answered && !event->answer_signed;
    bool fits = unsigned_answer || (refused && is_first_signed(c));
    if (!event->request_signed || !fits)
        return QNTC_CONFIDENCE_NONE;
    evidence_settings(c, finding);
    qntc_evidence(finding, event->request_frame, "the request is signed, the first of the session");
    qntc_evidence_event(c, finding);
    bool ipc = qntc_same_name(event->share, "IPC$");
    return unsigned_answer || ipc ? QNTC_CONFIDENCE_LIKELY : QNTC_CONFIDENCE_POSSIBLE;
}

/* --------------------------------------------------------------------------- signing-mismatch */

/* One side requires what the other has off; possible where the client's setting is not seen. */
static enum qntc_confidence mismatch(const struct qntc_logon *logon)
{
    enum qntc_signing client = logon->client_signing;
    enum qntc_signing server = server_signing(logon);
    if (requires_signing(client) && server == QNTC_SIGNING_OFF)
        return QNTC_CONFIDENCE_LIKELY;
    if (requires_signing(server) && client == QNTC_SIGNING_OFF)
        return QNTC_CONFIDENCE_LIKELY;
    if (requires_signing(server) && client == QNTC_SIGNING_UNKNOWN)
        return QNTC_CONFIDENCE_POSSIBLE;
    return QNTC_CONFIDENCE_NONE;
}

static enum qntc_confidence judge_mismatch(const struct qntc_case *c,
                                           struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    bool left = logon->outcome == QNTC_OUTCOME_ABANDONED || logon->outcome == QNTC_OUTCOME_CLOSED;
    if (!left || logon->setup_seen || logon->connection->negotiate.response_frame == 0)
        return QNTC_CONFIDENCE_NONE;
    enum qntc_confidence confidence = mismatch(logon);
    if (confidence == QNTC_CONFIDENCE_NONE)
        return confidence;
    evidence_settings(c, finding);
    qntc_evidence_close(c, finding);
    return confidence;
}

static enum qntc_confidence judge_mismatch_after(const struct qntc_case *c,
                                                 struct qntc_cause_finding *finding)
{
    enum qntc_confidence confidence = is_end(c->event) ? mismatch(c->logon) : QNTC_CONFIDENCE_NONE;
    /* Who signs does not have it off, whatever its settings say. */
    bool both_sign = c->event->request_signed && (c->event->answer_signed || !c->event->answered);
    if (confidence == QNTC_CONFIDENCE_NONE || both_sign || c->logon->outcome == QNTC_OUTCOME_GUEST)
        return QNTC_CONFIDENCE_NONE;
    evidence_settings(c, finding);
    qntc_evidence_event(c, finding);
    return confidence;
}

/* -------------------------------------------------------------------------- guest-cannot-sign */

static enum qntc_confidence judge_guest(const struct qntc_case *c,
                                        struct qntc_cause_finding *finding)
{
    bool no_key =
        c->logon->outcome == QNTC_OUTCOME_GUEST || c->logon->outcome == QNTC_OUTCOME_ANONYMOUS;
    bool required =
        requires_signing(c->logon->client_signing) || requires_signing(server_signing(c->logon));
    bool refused = qntc_status_is(&c->event->status, QNTC_STATUS_ACCESS_DENIED) &&
                   c->logon->outcome == QNTC_OUTCOME_GUEST;
    /* No server wants a null session signed ([MS-SMB2] 3.3.5.5.3): its client may just be done. */
    bool done = c->logon->outcome == QNTC_OUTCOME_ANONYMOUS && client_left(c) &&
                !requires_signing(c->logon->client_signing);
    if (!no_key || !required || done || !(refused || is_end(c->event)))
        return QNTC_CONFIDENCE_NONE;
    qntc_evidence(finding, c->logon->result_frame, "the session is %s: it has no key to sign with",
                  c->logon->outcome == QNTC_OUTCOME_GUEST ? "a guest's" : "a null session");
    evidence_settings(c, finding);
    qntc_evidence_event(c, finding);
    return QNTC_CONFIDENCE_LIKELY;
}

#define IBM_SIGNING "IBM: SMB Signing and IBM i NetServer"
#define MS_SIGNING "Microsoft: Control SMB signing behavior"
const struct qntc_cause qntc_causes_signing[] = {
    {
        .id = "unsigned-request-refused",
        .title = "The server wants signed requests, and this one is not signed",
        .explanation =
            "The logon worked. The server requires signing, and the client's next request came "
            "without a signature, so the server probably refused it for that.",
        .ceiling = QNTC_CONFIDENCE_LIKELY,
        .basis = QNTC_BASIS_COMPARED,
        .judge_event = judge_unsigned,
        .advice_ibm_i = QNTC_LINES("bring QNTC up to date: install the current group PTFs, or a "
                                   "release that signs (SMB2 from 7.3 on)"),
        .advice_server = QNTC_LINES("set the policy \"Digitally sign communications\" from always "
                                    "to if the other side agrees, for this server only"),
        .advice_netserver = QNTC_LINES("GO NETS, option 9, Message authentication *OPTIONAL lets "
                                       "the client decide; restart NetServer with reset *YES",
                                       "CLIENT: let it sign"),
        .source = "Q45; " IBM_SIGNING "; [MS-SMB2] 3.3.5.2.4, 3.3.5.7",
        .example = "sign_smb21_srvreq_unsigned_raw.pcap",
        .counter_example = "tree_smb3_11_denied.pcap",
    },
    {
        .id = "signature-invalid",
        .title = "The signature of a message is not accepted",
        .explanation =
            "The two sides do not agree on the signature. One of them computes it with another "
            "key, cannot sign at all, or a device between them changes messages.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_COMPARED,
        .statuses = QNTC_STATUSES(0xC000A000 /* INVALID_SIGNATURE */),
        .event_statuses = QNTC_STATUSES(0xC000A000),
        .by_status = QNTC_CONFIDENCE_PROVEN,
        .judge_event = judge_signature,
        .advice_ibm_i = QNTC_LINES("install the current group PTFs for NetServer and QNTC"),
        .advice_server = QNTC_LINES("take WAN accelerators and other devices that rewrite SMB out "
                                    "of the path, and try again"),
        .advice_netserver = QNTC_LINES("GO NETS, option 9, Message authentication *OPTIONAL or "
                                       "*REQUIRED, then restart NetServer with reset *YES",
                                       "install the current group PTFs"),
        .source = "Q46; " MS_SIGNING "; [MS-SMB2] 3.1.5.1",
        .example = "sign_smb311_srvreq_badsig_raw.pcap",
        .counter_example = "tree_smb3_11_denied.pcap",
    },
    {
        .id = "signing-mismatch",
        .title = "One side requires signing, the other side has it off",
        .explanation =
            "By their settings the two sides exclude each other: one requires signed messages, "
            "the other does not sign, and the connection ended there. Windows shows this as "
            "system error 1240 or 53, or as access denied (5).",
        .ceiling = QNTC_CONFIDENCE_LIKELY,
        .basis = QNTC_BASIS_COMPARED,
        .judge = judge_mismatch,
        .judge_event = judge_mismatch_after,
        .advice_ibm_i =
            QNTC_LINES("QNTC signs where the server asks for it: install the current group "
                       "PTFs, and use SMB2 or SMB3"),
        .advice_server = QNTC_LINES("set both sides to enabled, or both to required; for Windows "
                                    "the policies \"Microsoft network client/server: Digitally "
                                    "sign communications\""),
        .advice_netserver =
            QNTC_LINES("GO NETS, option 9, Message authentication *OPTIONAL (Navigator: Require "
                       "clients to sign requests), then restart NetServer with reset *YES"),
        .source = "Q47, N08, N09; " IBM_SIGNING "; [MS-SMB] 3.2.4.2.4, 3.3.5.2",
        .example = "sign_nt1_srvreq_clioff_smbclient.pcap",
        .counter_example = "guest_baduser_smb2_10.pcap",
    },
    {
        .id = "guest-cannot-sign",
        .title = "The session is a guest's, and one side requires signing",
        .explanation =
            "The server let the client in as guest or without a user. Such a session has no key "
            "to sign with, and one side requires signing, so it was given up or refused.",
        .ceiling = QNTC_CONFIDENCE_LIKELY,
        .basis = QNTC_BASIS_COMPARED,
        .judge_event = judge_guest,
        .advice_ibm_i = QNTC_LINES("check the user and its password: the server did not know them "
                                   "and made a guest of the client"),
        .advice_server = QNTC_LINES("create the user with its password, and switch guest off: a "
                                    "guest logon hides that user or password were wrong",
                                    "do not switch on insecure guest logons in Windows"),
        .advice_netserver = QNTC_LINES("give the user a profile of its own instead of the guest "
                                       "profile: NetServer does not sign for guests"),
        .source = "N06, Q56; " IBM_SIGNING "; Microsoft: Insecure guest logons in SMB2 and SMB3",
        .example = "guest_baduser_smb3_11_signreq.pcap",
        .counter_example = "guest_baduser_smb2_10.pcap",
    },
    {.id = NULL},
};
