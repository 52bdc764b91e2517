/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The group "After the logon": what a session that worked still loses, by the status of a tree
 * connect or of a later request. A server that is full, or that has forgotten the session, can say
 * so at a SESSION_SETUP already.
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

/* What is left of ACCESS_DENIED when encryption, signing, null session and guest say nothing. */
static enum qntc_confidence judge_share_access(const struct qntc_case *c,
                                               struct qntc_cause_finding *finding)
{
    if (!qntc_is_refused_tree(c->event) || qntc_case_best(c) >= QNTC_CONFIDENCE_LIKELY)
        return QNTC_CONFIDENCE_NONE;
    if (c->logon->outcome == QNTC_OUTCOME_GUEST)
        qntc_evidence(finding, c->logon->result_frame, "the session is a guest's, not the user's");
    qntc_evidence_event(c, finding);
    return QNTC_CONFIDENCE_LIKELY;
}

#define NT_TO_DOS "Samba errormap.c (NT status to DOS code); [MS-CIFS] 2.2.2.4"
#define MS_TREE "Microsoft: Negotiate, session setup, and tree connect failures"

const struct qntc_cause qntc_causes_after[] = {
    {
        .id = "share-not-found",
        .title = "The server has no share of that name",
        .explanation = "The logon worked. The server says that it has no such share.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .event_statuses = QNTC_STATUSES(0xC00000CC /* BAD_NETWORK_NAME */),
        .event_dos_codes = QNTC_DOS_CODES({QNTC_ERRSRV, 6}, {QNTC_ERRDOS, 67}),
        .by_status = QNTC_CONFIDENCE_PROVEN,
        .advice_ibm_i = QNTC_LINES("check the spelling of the share in the /QNTC path; QNTC takes "
                                   "share names of 12 characters at most"),
        .advice_server = QNTC_LINES("list the shares there (Get-SmbShare, net share), and share "
                                    "the folder under a short name"),
        .advice_netserver = QNTC_LINES("define the share (GO NETS, option 11, or Navigator): its "
                                       "name has 12 characters at most"),
        .source = "Q52, N13; " MS_TREE "; [MS-SMB2] 3.3.5.7",
        .example = "andx_ok_badshare.pcap",
        .counter_example = "tree_smb3_11_denied.pcap",
    },
    {
        .id = "share-access-denied",
        .title = "The logon worked, but the share refuses this user",
        .explanation =
            "User and password are right. The user has probably no right on the share, or on the "
            "folder behind it. On IBM i this looks like a failed logon.",
        .ceiling = QNTC_CONFIDENCE_LIKELY,
        .basis = QNTC_BASIS_GENERAL,
        .judge_event = judge_share_access,
        .advice_ibm_i = QNTC_LINES("check that the job runs under the profile that has the right"),
        .advice_server = QNTC_LINES("give the user a right on the share (Grant-SmbShareAccess) and "
                                    "on the folder (NTFS)"),
        .advice_netserver = QNTC_LINES("check the authority of the profile to the object, and "
                                       "whether the share is read-only (GO NETS)"),
        .source = "Q53, Q54, N14; " MS_TREE "; [MS-SMB2] 3.3.5.7",
        .example = "tree_smb3_11_denied.pcap",
        .counter_example = "sign_smb21_srvreq_unsigned_raw.pcap",
    },
    {
        .id = "dfs-path",
        .title = "The path is a DFS path: it lies on another server",
        .explanation =
            "The server says that the path leads elsewhere, through DFS. A client that knows DFS "
            "then asks for a referral and goes on; this one did not, or was refused.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .event_statuses = QNTC_STATUSES(0xC0000257 /* PATH_NOT_COVERED */),
        .event_dos_codes = QNTC_DOS_CODES({QNTC_ERRSRV, 3}),
        .by_status = QNTC_CONFIDENCE_PROVEN,
        .advice_ibm_i = QNTC_LINES("use the server and share that hold the files in the /QNTC "
                                   "path, not the DFS name"),
        .advice_server = QNTC_LINES("look up the target of the DFS link (Get-DfsnFolderTarget)"),
        .source = "Q55; " NT_TO_DOS "; [MS-DFSC] 3.1.5; [MS-SMB2] 3.2.4.20.3",
        .example = "n_dfs_202_flag.pcap",
        .counter_example = "dfs_followed.pcap",
    },
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
        .event_statuses = QNTC_STATUSES(0xC00000CE, REQUEST_NOT_ACCEPTED),
        .event_dos_codes = QNTC_DOS_CODES({QNTC_ERRSRV, 90}, {QNTC_ERRDOS, 69}, {QNTC_ERRDOS, 71}),
        .by_status = QNTC_CONFIDENCE_PROVEN,
        .judge = judge_connection_limit,
        .advice_ibm_i =
            QNTC_LINES("end jobs that keep connections to the server open and do not need them"),
        .advice_server = QNTC_LINES(
            "close unused sessions (Get-SmbSession, Close-SmbSession), raise the limit, or move "
            "the share to a server edition"),
        .advice_netserver = QNTC_LINES(
            "end sessions that nobody uses (GO NETS, Navigator: IBM i NetServer, Sessions)"),
        .source = "Q58; " NT_TO_DOS,
        .example = "n_limit_sessions_30.pcap",
        .counter_example = "n_srvfail_resources_30.pcap",
    },
    {
        .id = "session-lost",
        .title = "The server has ended the session",
        .explanation =
            "The server no longer knows the session that the request names: it closed it, was "
            "restarted, or the session was replaced by another logon of the same client.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .statuses = QNTC_STATUSES(0xC0000203 /* USER_SESSION_DELETED */,
                                  0xC00000C9 /* NETWORK_NAME_DELETED */),
        .dos_codes = QNTC_DOS_CODES({QNTC_ERRSRV, 91} /* ERRbaduid */),
        .event_statuses = QNTC_STATUSES(0xC0000203, 0xC00000C9),
        .event_dos_codes = QNTC_DOS_CODES({QNTC_ERRSRV, 91}),
        .by_status = QNTC_CONFIDENCE_PROVEN,
        .advice_ibm_i = QNTC_LINES("use a new job, or end and start the one that had the session"),
        .advice_server = QNTC_LINES("check for a restart of the server service, and its limit for "
                                    "idle sessions (net config server /autodisconnect)"),
        .source = "Q57; [MS-SMB2] 3.3.5.2.9; " NT_TO_DOS,
        .example = "reauth_smb2_bad_raw.pcap",
        .counter_example = "krb_session_expires.pcap",
    },
    {
        .id = "session-expired",
        .title = "The session has expired: its ticket has run out",
        .explanation =
            "The session was set up with a Kerberos ticket that has run out. The client has to "
            "authenticate again with a new one.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .statuses = QNTC_STATUSES(0xC000035C /* NETWORK_SESSION_EXPIRED */),
        .event_statuses = QNTC_STATUSES(0xC000035C),
        .by_status = QNTC_CONFIDENCE_PROVEN,
        .advice_ibm_i = QNTC_LINES("use a new job; jobs that run longer than the ticket need one "
                                   "that can be renewed"),
        .advice_server = QNTC_LINES("check the lifetime of service tickets in the domain's "
                                    "Kerberos policy"),
        .source = "Q57; [MS-SMB2] 3.3.5.2.9",
        .example = "krb_session_expires.pcap",
        .counter_example = "reauth_smb2_bad_raw.pcap",
    },
    {.id = NULL},
};
