/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The group "Mechanism and policy": the server would not take this kind of proof, whatever the
 * password. LOGON_FAILURE hides most of it, so the exchange before it is weighed: NTLM version,
 * mech list, target name, MIC, clocks. Here stand, too, the rows for a server that cannot just now
 * and for every status that no other row names.
 */
#include "weigh.h"

#define NTLM_REMOVED_BUILD 26100 /* Windows 11 24H2, Server 2025: NTLMv1 is gone */

static bool refused_at_setup(const struct qntc_logon *logon)
{
    return logon->outcome == QNTC_OUTCOME_REFUSED && !logon->refused_at_negotiate;
}

/* ntlmv1-refused */

static bool is_old_ntlm(enum qntc_ntlm version)
{
    return version == QNTC_NTLM_LM || version == QNTC_NTLM_V1 || version == QNTC_NTLM_V1_ESS;
}

/*
 * The same user and domain with NTLMv2. From the same client in the same way it is proof; else the
 * password may differ, too, and it is a strong hint.
 */
static enum qntc_confidence compare_ntlmv2(const struct qntc_logon *logon,
                                           const struct qntc_logon **works)
{
    const GPtrArray *successes = qntc_server_successes(logon->connection->server, logon->user);
    enum qntc_confidence best = QNTC_CONFIDENCE_NONE;
    for (guint i = 0; successes != NULL && i < successes->len; i++) {
        const struct qntc_logon *other = g_ptr_array_index(successes, i);
        if (other->ntlm.version != QNTC_NTLM_V2 || !qntc_same_domain(logon, other))
            continue;
        enum qntc_confidence confidence =
            qntc_same_way(logon, other) ? QNTC_CONFIDENCE_PROVEN : QNTC_CONFIDENCE_LIKELY;
        if (confidence > best) {
            best = confidence;
            *works = other;
        }
    }
    return best;
}

static enum qntc_confidence judge_ntlmv1_refused(const struct qntc_case *c,
                                                 struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    bool hidden = qntc_status_is(&logon->status, QNTC_STATUS_LOGON_FAILURE) ||
                  qntc_status_is_dos(&logon->status, QNTC_ERRDOS, 5);
    if (!refused_at_setup(logon) || !hidden || !is_old_ntlm(logon->ntlm.version) ||
        qntc_server_accepted_ntlmv1(logon->connection->server) != NULL)
        return QNTC_CONFIDENCE_NONE;
    qntc_evidence_authenticate(c, finding);
    qntc_evidence_result(c, finding);
    const struct qntc_logon *works = NULL;
    enum qntc_confidence confidence = compare_ntlmv2(logon, &works);
    if (works != NULL) {
        qntc_evidence(finding, works->result_frame, "the same user gets in with NTLMv2%s",
                      confidence == QNTC_CONFIDENCE_PROVEN ? ", and nothing else differs"
                                                           : ", from another client or otherwise");
    }
    if (logon->ntlm.server_build_seen && logon->ntlm.server_build >= NTLM_REMOVED_BUILD) {
        qntc_evidence(finding, logon->ntlm.challenge_frame,
                      "CHALLENGE_MESSAGE: the server is Windows build %u, which has no NTLMv1",
                      logon->ntlm.server_build);
        confidence = MAX(confidence, QNTC_CONFIDENCE_LIKELY);
    }
    return MAX(confidence, QNTC_CONFIDENCE_POSSIBLE);
}

/* ntlm-disabled */

static enum qntc_confidence judge_ntlm_disabled(const struct qntc_case *c,
                                                struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    bool ntlm = qntc_is_ntlm(logon);
    bool unsupported = qntc_status_is(&logon->status, QNTC_STATUS_NOT_SUPPORTED) ||
                       qntc_status_is_dos(&logon->status, QNTC_ERRDOS, 50);
    bool denied = qntc_status_is(&logon->status, QNTC_STATUS_ACCESS_DENIED);
    bool at_first_leg = qntc_ended_before_challenge(logon) &&
                        (denied || qntc_status_is(&logon->status, QNTC_STATUS_LOGON_FAILURE));
    if (!refused_at_setup(logon) || !(unsupported || at_first_leg))
        return QNTC_CONFIDENCE_NONE;
    /* To a binding NOT_SUPPORTED says that a guest cannot bind ([MS-SMB2] 3.3.5.5). */
    if (logon->kind == QNTC_LOGON_BINDING || !(ntlm || logon->mechanism == QNTC_MECHANISM_UNKNOWN))
        return QNTC_CONFIDENCE_NONE;
    qntc_evidence(finding, logon->ntlm.negotiate_frame,
                  "SESSION_SETUP: the client begins with an NTLM NEGOTIATE_MESSAGE");
    qntc_evidence_authenticate(c, finding);
    qntc_evidence_result(c, finding);
    bool doubtful = !ntlm || (at_first_leg && denied && qntc_client_cannot_encrypt(logon));
    return doubtful ? QNTC_CONFIDENCE_POSSIBLE : QNTC_CONFIDENCE_LIKELY;
}

/* no-common-mechanism */

static unsigned bit_of(enum qntc_mechanism mechanism)
{
    switch (mechanism) {
    case QNTC_MECHANISM_NTLMSSP:
        return QNTC_OFFERS_NTLMSSP;
    case QNTC_MECHANISM_KERBEROS:
        return QNTC_OFFERS_KERBEROS;
    case QNTC_MECHANISM_NEGOEX:
        return QNTC_OFFERS_NEGOEX;
    default:
        return 0;
    }
}

/* How a server says that it has no use for a token: [RFC4178] leaves it to SMB. */
static bool refuses_a_token(const struct qntc_status *status)
{
    return qntc_is_logon_failure(status) || qntc_status_is(status, QNTC_STATUS_ACCESS_DENIED) ||
           qntc_status_is(status, QNTC_STATUS_INVALID_PARAMETER) ||
           qntc_status_is(status, QNTC_STATUS_NOT_SUPPORTED);
}

static enum qntc_confidence judge_no_common_mechanism(const struct qntc_case *c,
                                                      struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    const struct qntc_negotiate *negotiate = &logon->connection->negotiate;
    unsigned used = bit_of(logon->mechanism);
    bool refused = refused_at_setup(logon) && refuses_a_token(&logon->status);
    bool closed = logon->outcome == QNTC_OUTCOME_CLOSED && logon->first_setup_frame != 0;
    bool taken_up = logon->ntlm.challenge_frame != 0 || logon->kerberos.ap_rep_frame != 0 ||
                    logon->kerberos.error_frame != 0;
    if (!(refused || closed) || taken_up || used == 0 || !negotiate->mechanisms_seen ||
        (negotiate->mechanisms & used) != 0)
        return QNTC_CONFIDENCE_NONE;
    char *offered = qntc_mechanism_list(negotiate->mechanisms);
    char *wanted = qntc_mechanism_list(used);
    qntc_evidence(finding, negotiate->response_frame, "NEGOTIATE: the server offers %s", offered);
    qntc_evidence(finding, logon->first_setup_frame, "SESSION_SETUP: the client uses %s", wanted);
    g_free(offered);
    g_free(wanted);
    if (closed) {
        qntc_evidence_close(c, finding);
        return QNTC_CONFIDENCE_POSSIBLE;
    }
    qntc_evidence_result(c, finding);
    return QNTC_CONFIDENCE_LIKELY;
}

/* target-name-refused, mic-missing, clock-differs: what only NTLMv2 carries */

static bool is_whole_ntlmv2(const struct qntc_logon *logon)
{
    return refused_at_setup(logon) && logon->mechanism == QNTC_MECHANISM_NTLMSSP &&
           logon->ntlm.version == QNTC_NTLM_V2 && !logon->authenticate_truncated &&
           logon->ntlm.authenticate_frame != 0;
}

/* The host of "cifs/host" is a name of the server, or the address that the client went to. */
static bool is_own_target_name(const struct qntc_logon *logon)
{
    const char *slash = strchr(logon->ntlm.target_spn, '/');
    const char *host = slash != NULL ? slash + 1 : logon->ntlm.target_spn;
    return qntc_server_has_name(logon, host) ||
           qntc_same_name(host, logon->connection->server_address);
}

static enum qntc_confidence judge_target_name_refused(const struct qntc_case *c,
                                                      struct qntc_cause_finding *finding)
{
    const unsigned untrusted_spn = 4; /* MsvAvFlags, [MS-NLMP] 2.2.2.1 */
    const struct qntc_logon *logon = c->logon;
    const struct qntc_ntlm_exchange *ntlm = &logon->ntlm;
    if (!is_whole_ntlmv2(logon) || !qntc_status_is(&logon->status, QNTC_STATUS_ACCESS_DENIED))
        return QNTC_CONFIDENCE_NONE;
    bool absent = ntlm->target_spn == NULL || ntlm->target_spn[0] == '\0';
    bool untrusted = ntlm->av_flags_seen && (ntlm->av_flags & untrusted_spn) != 0;
    if (!absent && !untrusted && is_own_target_name(logon))
        return QNTC_CONFIDENCE_NONE;
    if (absent) {
        qntc_evidence(finding, ntlm->authenticate_frame,
                      "AUTHENTICATE_MESSAGE: the response names no target (MsvAvTargetName)");
    } else {
        qntc_evidence(finding, ntlm->authenticate_frame,
                      "AUTHENTICATE_MESSAGE: the response names the target %s%s", ntlm->target_spn,
                      untrusted ? ", from an untrusted source" : ", not a name seen of the server");
    }
    qntc_evidence_result(c, finding);
    return QNTC_CONFIDENCE_POSSIBLE;
}

/* A logon of the same user without a MIC worked there, so that the server does not ask for it. */
static bool worked_without_mic(const struct qntc_logon *logon)
{
    const GPtrArray *successes = qntc_server_successes(logon->connection->server, logon->user);
    for (guint i = 0; successes != NULL && i < successes->len; i++) {
        const struct qntc_logon *other = g_ptr_array_index(successes, i);
        if (other->ntlm.version == QNTC_NTLM_V2 && !other->ntlm.mic_seen &&
            other->ntlm.challenge_time != QNTC_TIME_UNKNOWN)
            return true;
    }
    return false;
}

static enum qntc_confidence judge_mic_missing(const struct qntc_case *c,
                                              struct qntc_cause_finding *finding)
{
    const unsigned mic_present = 2; /* MsvAvFlags, [MS-NLMP] 2.2.2.1 */
    const struct qntc_logon *logon = c->logon;
    const struct qntc_ntlm_exchange *ntlm = &logon->ntlm;
    bool fits = qntc_status_is(&logon->status, QNTC_STATUS_LOGON_FAILURE) ||
                qntc_status_is(&logon->status, QNTC_STATUS_INVALID_PARAMETER);
    if (!is_whole_ntlmv2(logon) || !fits || ntlm->mic_seen || worked_without_mic(logon))
        return QNTC_CONFIDENCE_NONE;
    bool announced = ntlm->av_flags_seen && (ntlm->av_flags & mic_present) != 0;
    bool wanted = ntlm->challenge_frame != 0 && ntlm->challenge_time != QNTC_TIME_UNKNOWN;
    if (!announced && !wanted)
        return QNTC_CONFIDENCE_NONE;
    if (wanted) {
        qntc_evidence(finding, ntlm->challenge_frame,
                      "CHALLENGE_MESSAGE: has a timestamp, which asks for a MIC in return");
    }
    qntc_evidence(finding, ntlm->authenticate_frame, "AUTHENTICATE_MESSAGE: %s",
                  announced ? "announces a MIC and has none" : "has no MIC");
    qntc_evidence_result(c, finding);
    return QNTC_CONFIDENCE_POSSIBLE;
}

/* A time that was sent; some clients send zero, the year 1601. */
static bool is_time(qntc_time time)
{
    const qntc_time filetime_zero = -11644473600 * G_USEC_PER_SEC;
    return time != QNTC_TIME_UNKNOWN && time > filetime_zero;
}

static enum qntc_confidence judge_clock_differs(const struct qntc_case *c,
                                                struct qntc_cause_finding *finding)
{
    const uint64_t half_an_hour = 1800 * (uint64_t)G_USEC_PER_SEC;
    const struct qntc_logon *logon = c->logon;
    qntc_time client = logon->ntlm.client_time;
    qntc_time server = logon->ntlm.challenge_time;
    if (!is_whole_ntlmv2(logon) || !qntc_is_logon_failure(&logon->status) || !is_time(client) ||
        !is_time(server))
        return QNTC_CONFIDENCE_NONE;
    bool ahead = client > server;
    uint64_t apart =
        ahead ? (uint64_t)client - (uint64_t)server : (uint64_t)server - (uint64_t)client;
    if (apart <= half_an_hour)
        return QNTC_CONFIDENCE_NONE;
    qntc_evidence(finding, logon->ntlm.authenticate_frame,
                  "AUTHENTICATE_MESSAGE: its time is %" G_GUINT64_FORMAT
                  " minutes %s that of the CHALLENGE_MESSAGE",
                  apart / (60 * (uint64_t)G_USEC_PER_SEC), ahead ? "ahead of" : "behind");
    qntc_evidence_result(c, finding);
    return QNTC_CONFIDENCE_POSSIBLE;
}

/* plaintext-required */

static enum qntc_confidence judge_plaintext_required(const struct qntc_case *c,
                                                     struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    const struct qntc_negotiate *negotiate = &logon->connection->negotiate;
    bool wants_plaintext = negotiate->security_mode_seen && !negotiate->encrypted_passwords &&
                           !negotiate->share_level && !negotiate->extended_security;
    bool left = logon->outcome == QNTC_OUTCOME_ABANDONED && !logon->setup_seen;
    bool refused =
        refused_at_setup(logon) && qntc_is_vague(&logon->status) && !qntc_has_no_credentials(logon);
    if (!wants_plaintext || !(left || refused))
        return QNTC_CONFIDENCE_NONE;
    qntc_evidence(finding, negotiate->response_frame,
                  "NEGOTIATE: SecurityMode asks for the password in plain text");
    if (left) {
        qntc_evidence_close(c, finding);
        return QNTC_CONFIDENCE_LIKELY;
    }
    bool sent = logon->ntlm.version == QNTC_NTLM_PLAINTEXT;
    qntc_evidence(finding, logon->authenticate_frame, "SESSION_SETUP: the client sends %s",
                  sent ? "a plain-text password" : "a response instead of the password");
    qntc_evidence_result(c, finding);
    return sent ? QNTC_CONFIDENCE_POSSIBLE : QNTC_CONFIDENCE_LIKELY;
}

/*
 * refused-other: a status without a row. A vague one gets here where the rows for it do not apply,
 * as with a ticket; then it explains little.
 */
static enum qntc_confidence judge_refused_other(const struct qntc_case *c,
                                                struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    bool explained = qntc_case_best(c) >= QNTC_CONFIDENCE_LIKELY ||
                     qntc_case_has_basis(c, QNTC_BASIS_STATUS) ||
                     qntc_case_has_basis(c, QNTC_BASIS_GENERAL);
    if (!refused_at_setup(logon) || explained)
        return QNTC_CONFIDENCE_NONE;
    qntc_evidence_authenticate(c, finding);
    qntc_evidence_result(c, finding);
    return qntc_is_vague(&logon->status) ? QNTC_CONFIDENCE_POSSIBLE : QNTC_CONFIDENCE_LIKELY;
}

/* A tree connect that fails with a status nobody names. */
static enum qntc_confidence judge_other_tree(const struct qntc_case *c,
                                             struct qntc_cause_finding *finding)
{
    if (c->findings->len > 0 || g_strcmp0(c->event->request, "TREE_CONNECT") != 0 ||
        qntc_is_refused_tree(c->event))
        return QNTC_CONFIDENCE_NONE;
    qntc_evidence_event(c, finding);
    return QNTC_CONFIDENCE_LIKELY;
}

#define IBM_MIDRANGE "IBM on CPDB053 (midrange-l, May 2014)"
#define MS_NTLMV1 "Microsoft KB5066470 (NTLMv1 changes in Windows 11 24H2 and Server 2025)"
#define MS_HARDENING "Microsoft: SMB security hardening"
#define NT_TO_DOS "Samba errormap.c (NT status to DOS code); [MS-ERREF] 2.3.1"

const struct qntc_cause qntc_causes_policy[] = {
    {
        .id = "ntlmv1-refused",
        .title = "LM or NTLMv1 was sent where the server may demand NTLMv2",
        .explanation =
            "The client proved the password with LM or NTLMv1. A server or domain that takes "
            "NTLMv2 only answers it like a wrong password, and Windows 11 24H2 and Server 2025 "
            "have no NTLMv1 any more.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_COMPARED,
        .judge = judge_ntlmv1_refused,
        .advice_ibm_i = QNTC_LINES(
            "bring the release and its PTFs up to date, so that the client sends NTLMv2",
            "or use Kerberos (Network Authentication Service, EIM, CHGUSRPRF LCLPWDMGT(*NO))"),
        .advice_server = QNTC_LINES(
            "check LmCompatibilityLevel on the server and on the domain controllers: 4 and 5 "
            "refuse LM, 5 refuses NTLMv1, too (Samba: ntlm auth)",
            "relax it for this one server only, and only for as long as it is needed"),
        .advice_netserver =
            QNTC_LINES("LAN Manager passwords: GO NETS, option 9, or the share QZLSPWDANY$; at "
                       "QPWDLVL 1 and 3 there is no LM hash to compare with",
                       "CLIENT: let it send NTLMv2 (LmCompatibilityLevel 3 or more)"),
        .source = "Q30; " MS_NTLMV1 "; " IBM_MIDRANGE "; [MS-NLMP] 3.3.1",
        .example = "n_v1_then_v2_202.pcap",
        .counter_example = "n_dom_and_v1_changed.pcap",
    },
    {
        .id = "ntlm-disabled",
        .title = "The server refuses NTLM",
        .explanation = "The server, or the policy of its domain, probably does not allow NTLM. "
                       "Then no password "
                       "helps; the client must use Kerberos, or the server must make an exception.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .statuses = QNTC_STATUSES(0xC0000418 /* NTLM_BLOCKED */),
        .by_status = QNTC_CONFIDENCE_PROVEN,
        .judge = judge_ntlm_disabled,
        .advice_ibm_i = QNTC_LINES(
            "set up Kerberos for QNTC: Network Authentication Service, EIM, NetServer with "
            "\"Passwords / Network authentication\" and active, CHGUSRPRF LCLPWDMGT(*NO)"),
        .advice_server = QNTC_LINES(
            "check the policies \"Network security: Restrict NTLM\" on the server and the domain, "
            "and add this server or client to their exceptions (Samba: ntlm auth)"),
        .advice_netserver = QNTC_LINES(
            "GO NETS, option 9, authentication method: allow encrypted passwords beside Kerberos"),
        .source = "Q33, Q34; " MS_HARDENING "; jcifs-ng issue 368 (SMBServer event 551)",
        .example = "n_ntlm_blocked_202.pcap",
        .counter_example = "v2only_nt1_v1_smbclient.pcap",
    },
    {
        .id = "no-common-mechanism",
        .title = "The client used a mechanism that the server does not offer",
        .explanation =
            "The server's list of mechanisms in the NEGOTIATE lacks the one that the client went "
            "on to use, and the server refused it.",
        .ceiling = QNTC_CONFIDENCE_LIKELY,
        .basis = QNTC_BASIS_COMPARED,
        .judge = judge_no_common_mechanism,
        .advice_ibm_i = QNTC_LINES(
            "the client's choice follows LCLPWDMGT of the profile: *YES means NTLM, *NO means "
            "Kerberos (DSPUSRPRF, CHGUSRPRF)"),
        .advice_server = QNTC_LINES(
            "allow the mechanism: NTLM by its policy, Kerberos by joining the domain or by a "
            "keytab with the service's key"),
        .source = "Q51; [RFC4178] 4.2; [MS-SPNG] 3.2",
        .example = "n_mech_krb_only_202.pcap",
        .counter_example = "n_krb_no_ticket_scripted.pcap",
    },
    {
        .id = "target-name-refused",
        .title = "The server may have refused the target name (SPN)",
        .explanation =
            "A server with SmbServerNameHardeningLevel 1 or 2 compares the target name in the "
            "AUTHENTICATE with its own names, and denies access where it is missing or foreign.",
        .ceiling = QNTC_CONFIDENCE_POSSIBLE,
        .basis = QNTC_BASIS_COMPARED,
        .judge = judge_target_name_refused,
        .advice_ibm_i = QNTC_LINES(
            "name the server in /QNTC by its own name, not by an alias or a cluster name"),
        .advice_server = QNTC_LINES(
            "set SmbServerNameHardeningLevel to 0, or add the alias to SrvAllowedServerNames"),
        .source = "Q35; gss-ntlmssp issue 67; Microsoft: Negotiate, Session Setup, and Tree "
                  "Connect Failures; [MS-NLMP] 2.2.2.1",
        .example = "n_enc_needed_202.pcap",
        .counter_example = "enc_required_smb2_10_client.pcap",
    },
    {
        .id = "mic-missing",
        .title = "The NTLM message lacks its integrity code (MIC)",
        .explanation =
            "The exchange called for a message integrity code in the AUTHENTICATE, and there is "
            "none. Some servers refuse that; a device that rewrites packets can be the reason.",
        .ceiling = QNTC_CONFIDENCE_POSSIBLE,
        .basis = QNTC_BASIS_COMPARED,
        .judge = judge_mic_missing,
        .advice_ibm_i = QNTC_LINES("bring the client's software up to date (PTFs, Java library)"),
        .advice_server = QNTC_LINES(
            "try without the device between the two (WAN accelerator, proxy) that may change "
            "packets"),
        .source = "Q36; [MS-NLMP] 3.1.5.1.2, 3.2.5.1.2",
        .example = "bad_21_wrongpw_impacket.pcap",
        .counter_example = "bad_smb2_10_wrongpw_smbclient.pcap",
    },
    {
        .id = "clock-differs",
        .title = "The clocks of the machines differ too much",
        .explanation =
            "The server says that its clock and the domain controller's are apart, or the "
            "client's time in the NTLMv2 response is more than 30 minutes from the server's.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .statuses = QNTC_STATUSES(0xC0000133 /* TIME_DIFFERENCE_AT_DC */),
        .by_status = QNTC_CONFIDENCE_PROVEN,
        .judge = judge_clock_differs,
        .advice_ibm_i = QNTC_LINES(
            "check the time and its zone (DSPSYSVAL QTIME, QUTCOFFSET, QTIMZON) and start SNTP "
            "(STRTCPSVR *NTP)"),
        .advice_server = QNTC_LINES(
            "set the clock of the server and the domain controllers by one time source (W32TM "
            "/RESYNC)"),
        .source = "Q37; [MS-ERREF] 2.3.1; [MS-NLMP] 2.2.2.7",
        .example = "scripted_all_statuses_smb2.pcap",
        .counter_example = "krb_skew_server_behind_smb3_11.pcap",
    },
    {
        .id = "plaintext-required",
        .title = "The server wants a plain-text password",
        .explanation =
            "The server's SecurityMode asks for the password in plain text. A careful client does "
            "not send one, and a server set up so may not be able to check a response.",
        .ceiling = QNTC_CONFIDENCE_LIKELY,
        .basis = QNTC_BASIS_COMPARED,
        .judge = judge_plaintext_required,
        .advice_ibm_i = QNTC_LINES("do not send plain-text passwords; let the server be changed"),
        .advice_server = QNTC_LINES(
            "turn encrypted passwords on (Samba: encrypt passwords = yes), or replace an old "
            "server that has none"),
        .source = "Q38; [MS-CIFS] 2.2.4.52.2 (SecurityMode)",
        .example = "plain_server_refused_by_client.pcap",
        .counter_example = "n_plain_accepted.pcap",
    },
    {
        .id = "request-malformed",
        .title = "The server calls the logon request malformed",
        .explanation =
            "The server did not get as far as the password: it takes the SESSION_SETUP or the "
            "security token in it for wrong. It can be a fault of the client, a form that the "
            "server does not take, or a device that changes packets.",
        .ceiling = QNTC_CONFIDENCE_LIKELY,
        .basis = QNTC_BASIS_STATUS,
        .statuses = QNTC_STATUSES(
            0xC000000D /* INVALID_PARAMETER */, 0x00010002 /* INVALID_SMB */,
            0x00160002 /* SMB_BAD_COMMAND */, 0xC0000002 /* NOT_IMPLEMENTED */,
            0xC0000010 /* INVALID_DEVICE_REQUEST */, 0xC00000C3 /* INVALID_NETWORK_RESPONSE */),
        .dos_codes = QNTC_DOS_CODES({QNTC_ERRDOS, 87}, {QNTC_ERRSRV, 22}, {QNTC_ERRSRV, 64}),
        .by_status = QNTC_CONFIDENCE_LIKELY,
        .advice_ibm_i = QNTC_LINES(
            "bring release and PTFs up to date; note which client it is (QNTC, Samba in PASE, a "
            "Java library) before asking for support"),
        .advice_server = QNTC_LINES(
            "look in the SMBServer log (event 551) or the Samba log for what it did not take"),
        .source = "Q36; " NT_TO_DOS "; [MS-SMB2] 3.3.5.5",
        .example = "v2only_nt1_v2raw_smbclient.pcap",
        .counter_example = "n_neg_refused_no_dialect.pcap",
    },
    {
        .id = "server-failed",
        .title = "The server cannot do the logon at the moment",
        .explanation =
            "The server reports trouble of its own: it is shutting down, lacks resources, or a "
            "service that it needs does not work. User and password are probably not the reason.",
        .ceiling = QNTC_CONFIDENCE_LIKELY,
        .basis = QNTC_BASIS_STATUS,
        .statuses = QNTC_STATUSES(
            0xC00002FE /* SHUTDOWN_IN_PROGRESS */, 0xC0000001 /* UNSUCCESSFUL */,
            0xC00000AC /* PIPE_NOT_AVAILABLE */, 0xC000009A /* INSUFFICIENT_RESOURCES */,
            0xC0000205 /* INSUFF_SERVER_RESOURCES */, 0xC00000E5 /* INTERNAL_ERROR */,
            0xC00000DC /* INVALID_SERVER_STATE */),
        .dos_codes = QNTC_DOS_CODES({QNTC_ERRDOS, 8}, {QNTC_ERRSRV, 89}),
        .by_status = QNTC_CONFIDENCE_LIKELY,
        .advice_ibm_i = QNTC_LINES("try again later; nothing has to be changed here for it"),
        .advice_server = QNTC_LINES(
            "look in its event log for the time of the logon: memory, services (Netlogon, Server), "
            "a restart under way",
            "INSUFFICIENT_RESOURCES is also the answer where channel bindings are demanded and the "
            "client sends none"),
        .source = "Q22; " NT_TO_DOS,
        .example = "n_srvfail_resources_30.pcap",
        .counter_example = "n_limit_sessions_30.pcap",
    },
    {
        .id = "refused-other",
        .title = "The server refused the logon for another reason",
        .explanation =
            "The status of the answer is none that names a known cause. The evidence says what is "
            "known of it; the server's log has to tell the rest.",
        .ceiling = QNTC_CONFIDENCE_LIKELY,
        .basis = QNTC_BASIS_GENERAL,
        .judge = judge_refused_other,
        .judge_event = judge_other_tree,
        .advice_ibm_i = QNTC_LINES(
            "look up the class and code of CPDB053 beside the status: the job log often shows 3/31 "
            "for what has no code of its own"),
        .advice_server = QNTC_LINES(
            "look for the logon in the security log (event 4625), the SMBServer log (event 551) "
            "or the Samba log"),
        .source = "[MS-ERREF] 2.3.1; [MS-CIFS] 2.2.2.4",
        .example = "n_other_notgranted_202.pcap",
        .counter_example = "n_dc_notfound_30.pcap",
    },
    {.id = NULL},
};
