/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The group "Capture": the part that decides was cut off, or is not in the file. Where the answer
 * itself names the reason nothing is lost, and no row here applies; where it does, diagnosis.c
 * takes certainty from the other causes.
 */
#include "weigh.h"

/* The answer says all that there is to know, whatever else is missing. */
static bool answer_decides(const struct qntc_logon *logon)
{
    return logon->outcome == QNTC_OUTCOME_REFUSED &&
           (logon->refused_at_negotiate || !qntc_is_vague(&logon->status));
}

static enum qntc_confidence judge_capture_truncated(const struct qntc_case *c,
                                                    struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    if (logon->truncated_frame == 0 || answer_decides(logon))
        return QNTC_CONFIDENCE_NONE;
    qntc_evidence(finding, logon->truncated_frame,
                  "the capture has less of this frame than was on the wire");
    if (logon->authenticate_truncated) {
        qntc_evidence(finding, logon->authenticate_frame,
                      "of this request the part with user, domain or response is cut off");
    }
    if (logon->outcome != QNTC_OUTCOME_REFUSED)
        return QNTC_CONFIDENCE_LIKELY;
    bool unreadable = logon->authenticate_truncated || logon->authenticate_frame == 0;
    return unreadable ? QNTC_CONFIDENCE_PROVEN : QNTC_CONFIDENCE_POSSIBLE;
}

/* A refusal whose request is not there: nobody can say what the server refused. */
static bool lacks_request(const struct qntc_logon *logon)
{
    bool truncated = logon->truncated_frame != 0 && logon->first_setup_frame != 0;
    return logon->authenticate_frame == 0 && !truncated &&
           (logon->request_missing || logon->first_setup_frame == 0 ||
            logon->ntlm.challenge_frame != 0);
}

static enum qntc_confidence judge_refusal(const struct qntc_logon *logon,
                                          struct qntc_cause_finding *finding)
{
    if (lacks_request(logon)) {
        qntc_evidence(finding, logon->result_frame,
                      "the request to this answer is not in the capture, or cannot be read");
        return QNTC_CONFIDENCE_PROVEN;
    }
    bool no_challenge = logon->mechanism == QNTC_MECHANISM_NTLMSSP &&
                        logon->ntlm.authenticate_frame != 0 && logon->ntlm.challenge_frame == 0;
    if (!no_challenge)
        return QNTC_CONFIDENCE_NONE;
    qntc_evidence(finding, logon->ntlm.authenticate_frame,
                  "the CHALLENGE_MESSAGE before it is not in the capture: what the server calls "
                  "itself cannot be compared");
    return QNTC_CONFIDENCE_POSSIBLE;
}

static enum qntc_confidence judge_ending(const struct qntc_logon *logon,
                                         struct qntc_cause_finding *finding)
{
    if (logon->gap_frame != 0) {
        qntc_evidence(finding, logon->gap_frame,
                      "this frame shows that the capture lacks bytes of the connection");
    } else if (logon->request_missing || logon->response_missing) {
        qntc_evidence(finding, logon->end_frame, "of the messages before it the capture lacks %s",
                      logon->request_missing ? "a request" : "an answer");
    } else {
        return QNTC_CONFIDENCE_NONE;
    }
    return QNTC_CONFIDENCE_LIKELY;
}

static enum qntc_confidence judge_unknown(const struct qntc_logon *logon,
                                          struct qntc_cause_finding *finding)
{
    const struct qntc_connection *connection = logon->connection;
    uint32_t last = logon->end_frame != 0 ? logon->end_frame
                                          : MAX(logon->last_client_frame, logon->last_server_frame);
    if (logon->superseded) {
        qntc_evidence(finding, last, "no answer follows, and the client begins another logon");
        return QNTC_CONFIDENCE_POSSIBLE;
    }
    bool one_sided = connection->client_frames_seen != connection->server_frames_seen;
    if (one_sided) {
        qntc_evidence(finding, last, "of this connection only the %s's side is in the capture",
                      connection->client_frames_seen ? "client" : "server");
    } else if (connection->close_frame == last) {
        qntc_evidence(finding, last,
                      "the server closes the connection on the client's turn: the time stamps do "
                      "not tell whether at once or after a long wait");
    } else {
        qntc_evidence(finding, last, "the last frame of the logon: its end is not in the capture");
    }
    return logon->truncated_frame != 0 ? QNTC_CONFIDENCE_LIKELY : QNTC_CONFIDENCE_PROVEN;
}

static enum qntc_confidence judge_capture_incomplete(const struct qntc_case *c,
                                                     struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    if (answer_decides(logon))
        return QNTC_CONFIDENCE_NONE;
    switch (logon->outcome) {
    case QNTC_OUTCOME_UNKNOWN:
        return judge_unknown(logon, finding);
    case QNTC_OUTCOME_REFUSED:
        return judge_refusal(logon, finding);
    default:
        return judge_ending(logon, finding);
    }
}

const struct qntc_cause qntc_causes_capture[] = {
    {
        .id = "capture-truncated",
        .title = "The capture cut off the part that decides",
        .explanation =
            "The trace kept only the beginning of each frame. What would tell the reason was sent, "
            "but is not in the file; everything else said of this logon is uncertain.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_CAPTURE,
        .judge = judge_capture_truncated,
        .advice_ibm_i = QNTC_LINES(
            "trace again with whole frames: TRCCNN, or STRCMNTRC with \"number of bytes to trace\" "
            "*MAX and DMPCMNTRC FORMAT(*PCAP)"),
        .advice_server = QNTC_LINES(
            "where the trace is taken there, take whole packets (tcpdump -s 0, no snap length)"),
        .source = "C01; IBM: TRCCNN command; Wireshark wiretap/iseries.c",
        .example = "snaplen96_smb2_wrongpw.pcap",
        .counter_example = "bad_smb2_10_lowercased_smbclient_cut9.pcap",
    },
    {
        .id = "capture-incomplete",
        .title = "The capture lacks the part that decides",
        .explanation =
            "The trace began too late, ended too early, lost frames, or shows one direction only. "
            "What would tell the reason is not in the file.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_CAPTURE,
        .judge = judge_capture_incomplete,
        .advice_ibm_i = QNTC_LINES(
            "start the trace before the logon and end it after CPDB053 is in the job log; a larger "
            "SIZE, or TRCFULL(*STOPTRC), keeps the beginning from being overwritten"),
        .advice_server =
            QNTC_LINES("where the trace is taken there, capture both directions, without sampling"),
        .source = "C03; IBM: TRCCNN command",
        .example = "n_cut_after_auth.pcap",
        .counter_example = "bad_smb2_10_lowercased_smbclient_cut5.pcap",
    },
    {.id = NULL},
};
