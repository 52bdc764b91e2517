/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The group "After the logon": what a session still loses when it works. A server that is full can
 * say so at the SESSION_SETUP already, so connection-limit is a cause of a refused logon, too.
 */
#include "weigh.h"

#define REQUEST_NOT_ACCEPTED 0xC00000D0

/*
 * REQUEST_NOT_ACCEPTED has two meanings: no more connections or, in answer to a binding, that the
 * session cannot take another channel ([MS-SMB2] 3.3.5.5).
 */
static enum qntc_confidence judge_connection_limit(const struct qntc_case *c,
                                                   struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    if (logon->outcome != QNTC_OUTCOME_REFUSED || logon->refused_at_negotiate ||
        logon->status.kind != QNTC_STATUS_NT || logon->status.code != REQUEST_NOT_ACCEPTED)
        return QNTC_CONFIDENCE_NONE;
    qntc_evidence_authenticate(c, finding);
    qntc_evidence_result(c, finding);
    if (logon->kind != QNTC_LOGON_BINDING)
        return QNTC_CONFIDENCE_PROVEN;
    qntc_evidence(finding, logon->first_setup_frame,
                  "SESSION_SETUP binds a session to this connection: the server may not allow it");
    return QNTC_CONFIDENCE_POSSIBLE;
}

const struct qntc_cause qntc_causes_after[] = {
    {
        .id = "connection-limit",
        .title = "The server's limit of connections or sessions is reached",
        .explanation =
            "The server has as many connections or sessions as it allows. Workstation editions of "
            "Windows take 20 at most. User and password are not the reason.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .statuses = QNTC_STATUSES(0xC00000CE /* TOO_MANY_SESSIONS */),
        .dos_codes = QNTC_DOS_CODES({QNTC_ERRSRV, 90}, /* ERRtoomanyuids */
                                    {QNTC_ERRDOS, 69}, {QNTC_ERRDOS, 71}),
        .by_status = QNTC_CONFIDENCE_PROVEN,
        .judge = judge_connection_limit,
        .advice_ibm_i = QNTC_LINES(
            "end jobs that keep connections to the server open and do not need them"),
        .advice_server = QNTC_LINES(
            "close unused sessions (Get-SmbSession, Close-SmbSession), raise the limit, or move "
            "the share to a server edition"),
        .source = "Q58; Samba errormap.c (NT status to DOS code); [MS-CIFS] 2.2.2.4",
        .example = "n_limit_sessions_30.pcap",
        .counter_example = "n_srvfail_resources_30.pcap",
    },
    {.id = NULL},
};
