/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The group "Credentials": user, password, domain, and the state of the account. Most rows are
 * named by the status of the answer. LOGON_FAILURE says nothing but no, so the domain sent is
 * compared with what the server calls itself, and with the logons that worked.
 */
#include "weigh.h"

#include "diagnosis.h"

/* A server that answers this late was waiting for somebody. */
#define SLOW (2 * G_USEC_PER_SEC)

/* Credentials were looked at and refused; on a DOS-error server that is ERRDOS/5 or ERRSRV/2. */
static bool credentials_failed(const struct qntc_logon *logon)
{
    return logon->outcome == QNTC_OUTCOME_REFUSED && !logon->refused_at_negotiate &&
           qntc_is_logon_failure(&logon->status) && !qntc_ended_before_challenge(logon);
}

/* The response is the one of a password that the user of this program typed, in its own case. */
static bool sent_right_password(const struct qntc_logon *logon)
{
    return logon->password == QNTC_PASSWORD_AS_TYPED;
}

static bool is_listed(const struct qntc_case *c, const char *id)
{
    for (guint i = 0; i < c->findings->len; i++) {
        const struct qntc_cause_finding *finding = g_ptr_array_index(c->findings, i);
        if (g_str_equal(finding->cause->id, id))
            return true;
    }
    return false;
}

/*
 * With the password out of the question, the domain and the kind of response weigh more than a
 * refusal without a reason. A stand-alone server hardly cares for the domain.
 */
static bool others_rise(const struct qntc_case *c)
{
    if (!sent_right_password(c->logon))
        return false;
    return is_listed(c, "ntlmv1-refused") || (is_listed(c, "domain-mismatch") &&
                                              qntc_server_membership(c->logon) != QNTC_STAND_ALONE);
}

/* A general cause: nothing beside proof, possible beside a likely explanation, else likely. */
static enum qntc_confidence beside_others(const struct qntc_case *c)
{
    switch (qntc_case_best(c)) {
    case QNTC_CONFIDENCE_PROVEN:
        return QNTC_CONFIDENCE_NONE;
    case QNTC_CONFIDENCE_LIKELY:
        return QNTC_CONFIDENCE_POSSIBLE;
    default:
        return others_rise(c) ? QNTC_CONFIDENCE_POSSIBLE : QNTC_CONFIDENCE_LIKELY;
    }
}

static void advise_where_to_look(const struct qntc_logon *logon, struct qntc_cause_finding *finding)
{
    const struct qntc_ntlm_exchange *ntlm = &logon->ntlm;
    enum qntc_membership membership = qntc_server_membership(logon);
    bool local = qntc_same_name(logon->domain, ntlm->nb_computer) ||
                 qntc_same_name(logon->domain, ntlm->dns_computer);
    if (membership == QNTC_STAND_ALONE || (membership == QNTC_DOMAIN_MEMBER && local)) {
        qntc_advise(finding,
                    "Server: %s checks the logon with its own accounts: the user must "
                    "exist there, with the same password",
                    ntlm->nb_computer);
    } else if (logon->pass_through.answer_frame != 0) {
        qntc_advise(finding,
                    "Server: the domain controller %s decided, not the server: look at its "
                    "security log (events 4776 and 4625)",
                    logon->pass_through.dc_address);
    } else if (membership == QNTC_DOMAIN_MEMBER && qntc_server_has_name(logon, logon->domain)) {
        qntc_advise(finding,
                    "Server: a domain controller of %s decided, not %s: look at its "
                    "security log (events 4776 and 4625)",
                    ntlm->nb_domain, ntlm->nb_computer);
    }
}

/* LM keeps no case ([MS-NLMP] 3.3.1, LMOWFv1), so its response cannot prove one. */
static void evidence_right_password(const struct qntc_logon *logon,
                                    struct qntc_cause_finding *finding)
{
    if (!sent_right_password(logon))
        return;
    qntc_evidence(finding, logon->authenticate_frame,
                  "the client sent the right password: the response is the one of the password "
                  "typed%s (recomputed)",
                  logon->ntlm.version == QNTC_NTLM_LM ? ", in whatever case" : "");
}

/* The row's own words name the password among the reasons; here it is none of them. */
static void say_password_is_right(struct qntc_cause_finding *finding)
{
    static const char *const advice_ibm_i[] = {
        "the password of the profile needs no change, and QPWDLVL is not the reason",
        "check the domain name of NetServer (GO NETS, option 9), and that the job runs under the "
        "profile that was meant (in batch SBMJOB USER())",
        NULL,
    };
    static const char *const advice_server[] = {
        "check that the account exists where the domain sent is looked up, and sign on there with "
        "the password that was typed here",
        "find the logon in the security log (event 4625): its sub status tells the reason that "
        "the wire hides",
        NULL,
    };
    finding->explanation =
        "The server refused the logon, though recomputing the NTLM response shows that the client "
        "sent the password as it was typed here. If that is the password of the account, neither "
        "the password nor its case is the reason: look at the domain, the account, and the "
        "policies of the server.";
    finding->advice_ibm_i = advice_ibm_i;
    finding->advice_server = advice_server;
}

static enum qntc_confidence judge_credentials_refused(const struct qntc_case *c,
                                                      struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    if (!credentials_failed(logon) || logon->mechanism == QNTC_MECHANISM_KERBEROS)
        return QNTC_CONFIDENCE_NONE;
    enum qntc_confidence confidence = beside_others(c);
    qntc_evidence_challenge(c, finding);
    qntc_evidence_authenticate(c, finding);
    evidence_right_password(logon, finding);
    qntc_evidence_pass_through(c, finding);
    qntc_evidence_trouble(c, finding);
    qntc_evidence_result(c, finding);
    advise_where_to_look(logon, finding);
    if (sent_right_password(logon))
        say_password_is_right(finding);
    return qntc_is_ntlm(logon) ? confidence : MIN(confidence, QNTC_CONFIDENCE_POSSIBLE);
}

static enum qntc_confidence judge_access_denied(const struct qntc_case *c,
                                                struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    if (logon->outcome != QNTC_OUTCOME_REFUSED || logon->refused_at_negotiate ||
        !qntc_status_is(&logon->status, QNTC_STATUS_ACCESS_DENIED))
        return QNTC_CONFIDENCE_NONE;
    if (logon->mechanism == QNTC_MECHANISM_KERBEROS || qntc_ended_before_challenge(logon))
        return QNTC_CONFIDENCE_NONE;
    enum qntc_confidence confidence = beside_others(c);
    qntc_evidence_challenge(c, finding);
    qntc_evidence_authenticate(c, finding);
    evidence_right_password(logon, finding);
    qntc_evidence_pass_through(c, finding);
    qntc_evidence_trouble(c, finding);
    qntc_evidence_result(c, finding);
    return qntc_is_ntlm(logon) ? confidence : MIN(confidence, QNTC_CONFIDENCE_POSSIBLE);
}

/* "" and "." name no domain: the server takes the one that it likes. */
static bool names_no_domain(const char *domain)
{
    return domain[0] == '\0' || g_str_equal(domain, ".");
}

/* The same user got in with another domain, and nothing else differs. */
static const struct qntc_logon *worked_with_other_domain(const struct qntc_logon *logon)
{
    const GPtrArray *successes = qntc_server_successes(logon->connection->server, logon->user);
    for (guint i = 0; successes != NULL && i < successes->len; i++) {
        const struct qntc_logon *other = g_ptr_array_index(successes, i);
        if (qntc_same_way(logon, other) && other->ntlm.version == logon->ntlm.version &&
            !qntc_same_domain(logon, other))
            return other;
    }
    return NULL;
}

/* What the names alone carry; NONE where the domain is one of them or there is none to compare. */
static enum qntc_confidence weigh_names(const struct qntc_logon *logon)
{
    const struct qntc_negotiate *negotiate = &logon->connection->negotiate;
    if (names_no_domain(logon->domain)) {
        /* A user principal name brings its domain along. */
        bool brings_domain = logon->user != NULL && strchr(logon->user, '@') != NULL;
        return brings_domain ? QNTC_CONFIDENCE_NONE : QNTC_CONFIDENCE_POSSIBLE;
    }
    bool named = logon->ntlm.nb_domain != NULL || logon->ntlm.target_name != NULL ||
                 logon->ntlm.dns_domain != NULL || logon->ntlm.nb_computer != NULL ||
                 (negotiate->domain_name != NULL && negotiate->domain_name[0] != '\0');
    if (!named || qntc_server_has_name(logon, logon->domain))
        return QNTC_CONFIDENCE_NONE;
    bool certain = qntc_server_membership(logon) == QNTC_DOMAIN_MEMBER &&
                   qntc_status_is(&logon->status, QNTC_STATUS_LOGON_FAILURE);
    return certain ? QNTC_CONFIDENCE_LIKELY : QNTC_CONFIDENCE_POSSIBLE;
}

/* NetServer's domain name has 15 characters at most, and is the NetBIOS one. */
static void advise_domain_name(const struct qntc_logon *logon, struct qntc_cause_finding *finding)
{
    const char *domain = logon->domain;
    const char *known = logon->ntlm.nb_domain;
    if (qntc_server_membership(logon) == QNTC_DOMAIN_MEMBER) {
        qntc_advise(finding,
                    "IBM i: set the domain name of NetServer to %s (GO NETS, option 9, or "
                    "Navigator, IBM i NetServer properties)",
                    known);
    }
    if (g_utf8_strlen(domain, -1) == 15 && logon->ntlm.dns_domain != NULL &&
        g_ascii_strncasecmp(domain, logon->ntlm.dns_domain, 15) == 0) {
        qntc_advise(finding, "IBM i: the domain sent has 15 characters, the most that NetServer "
                             "keeps: it may be the beginning of a longer name");
    }
    if (strchr(domain, '.') != NULL && domain[1] != '\0') {
        qntc_advise(finding, "IBM i: the domain sent looks like a DNS name: use the NetBIOS name "
                             "of the domain");
    }
}

static enum qntc_confidence judge_domain_mismatch(const struct qntc_case *c,
                                                  struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    if (!credentials_failed(logon) || !qntc_is_ntlm(logon) || logon->domain == NULL ||
        qntc_has_no_credentials(logon))
        return QNTC_CONFIDENCE_NONE;
    if (qntc_server_accepted_domain(logon->connection->server, logon->domain) != NULL)
        return QNTC_CONFIDENCE_NONE;
    const struct qntc_logon *other = worked_with_other_domain(logon);
    enum qntc_confidence confidence = other != NULL ? QNTC_CONFIDENCE_PROVEN : weigh_names(logon);
    if (confidence == QNTC_CONFIDENCE_NONE)
        return confidence;
    qntc_evidence_challenge(c, finding);
    qntc_evidence_authenticate(c, finding);
    qntc_evidence_pass_through(c, finding);
    qntc_evidence_result(c, finding);
    if (other != NULL) {
        bool empty = other->domain == NULL || other->domain[0] == '\0';
        qntc_evidence(finding, other->result_frame,
                      "the same user gets in with domain %s, and nothing else differs",
                      empty ? "empty" : other->domain);
    }
    advise_domain_name(logon, finding);
    return confidence;
}

static bool says_wrong_password(const struct qntc_status *status)
{
    return qntc_cause_names_status(qntc_cause_by_id("password-wrong"), status);
}

/*
 * What was recomputed is certain. It explains a refusal that leaves the reason open or names the
 * password (Samba says NOT_FOUND where its domain controller gave no better status), and no other.
 * ACCESS_DENIED leaves the reason open, but is seldom the password.
 */
static enum qntc_confidence explained_by_password(const struct qntc_status *status)
{
    bool not_found = status->kind == QNTC_STATUS_NT && status->code == 0xC0000225;
    if (qntc_is_logon_failure(status) || says_wrong_password(status) || not_found)
        return QNTC_CONFIDENCE_PROVEN;
    bool denied = qntc_status_is(status, QNTC_STATUS_ACCESS_DENIED);
    return denied ? QNTC_CONFIDENCE_POSSIBLE : QNTC_CONFIDENCE_NONE;
}

static enum qntc_confidence judge_password(const struct qntc_case *c,
                                           struct qntc_cause_finding *finding,
                                           enum qntc_password password, const char *evidence)
{
    const struct qntc_logon *logon = c->logon;
    if (logon->outcome != QNTC_OUTCOME_REFUSED || logon->password != password)
        return QNTC_CONFIDENCE_NONE;
    qntc_evidence_authenticate(c, finding);
    qntc_evidence(finding, logon->authenticate_frame, "%s", evidence);
    qntc_evidence_result(c, finding);
    return explained_by_password(&logon->status);
}

static enum qntc_confidence judge_password_lowercased(const struct qntc_case *c,
                                                      struct qntc_cause_finding *finding)
{
    return judge_password(c, finding, QNTC_PASSWORD_LOWER_CASE,
                          "the response sent is the one of the password typed, in lower case "
                          "(recomputed); as typed it gives another one");
}

static enum qntc_confidence judge_password_uppercased(const struct qntc_case *c,
                                                      struct qntc_cause_finding *finding)
{
    return judge_password(c, finding, QNTC_PASSWORD_UPPER_CASE,
                          "the response sent is the one of the password typed, in upper case "
                          "(recomputed); as typed it gives another one");
}

static enum qntc_confidence judge_password_differs(const struct qntc_case *c,
                                                   struct qntc_cause_finding *finding)
{
    return judge_password(c, finding, QNTC_PASSWORD_DIFFERS,
                          "no password typed gives the response sent, as typed or in lower or "
                          "upper case, nor does the empty one (recomputed)");
}

static enum qntc_confidence judge_password_empty(const struct qntc_case *c,
                                                 struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    if (logon->outcome != QNTC_OUTCOME_REFUSED || logon->password != QNTC_PASSWORD_EMPTY)
        return QNTC_CONFIDENCE_NONE;
    qntc_evidence_authenticate(c, finding);
    qntc_evidence(finding, logon->authenticate_frame,
                  "the response sent is the one that an empty password gives (recomputed)");
    qntc_evidence_result(c, finding);
    /* Where the server names another reason, the empty password is a finding beside it. */
    bool fits = qntc_is_vague(&logon->status) ||
                logon->status.code == 0xC000006A || /* WRONG_PASSWORD */
                logon->status.code == 0xC000006E;   /* ACCOUNT_RESTRICTION: none over the network */
    return fits ? QNTC_CONFIDENCE_PROVEN : QNTC_CONFIDENCE_POSSIBLE;
}

static enum qntc_confidence judge_empty_credentials(const struct qntc_case *c,
                                                    struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    if (logon->outcome != QNTC_OUTCOME_REFUSED || logon->refused_at_negotiate ||
        !qntc_has_no_credentials(logon))
        return QNTC_CONFIDENCE_NONE;
    bool no_user = logon->user == NULL || logon->user[0] == '\0';
    qntc_evidence_authenticate(c, finding);
    qntc_evidence(finding, logon->authenticate_frame, "%s",
                  no_user ? "no user is sent: a null session"
                          : "the user is sent with empty responses, so without a password");
    qntc_evidence_result(c, finding);
    bool fits = qntc_is_vague(&logon->status) || logon->status.code == 0xC000006E;
    return fits ? QNTC_CONFIDENCE_PROVEN : QNTC_CONFIDENCE_POSSIBLE;
}

/* A null session that may not do what was asked: nothing was wrong but that there is no user. */
static enum qntc_confidence judge_null_session(const struct qntc_case *c,
                                               struct qntc_cause_finding *finding)
{
    if (c->logon->outcome != QNTC_OUTCOME_ANONYMOUS ||
        !qntc_status_is(&c->event->status, QNTC_STATUS_ACCESS_DENIED))
        return QNTC_CONFIDENCE_NONE;
    qntc_evidence(finding, c->logon->result_frame, "the session has no user: a null session");
    qntc_evidence_event(c, finding);
    return QNTC_CONFIDENCE_LIKELY;
}

/* -------------------------------------------------------- the server and its domain controllers */

static void add_trouble(const struct qntc_case *c, struct qntc_cause_finding *finding)
{
    qntc_evidence_trouble(c, finding);
}

/* No answer, or one that came late and gives no reason. */
static bool waited_in_vain(const struct qntc_logon *logon)
{
    bool slow = logon->longest_wait.answer_frame == logon->result_frame &&
                logon->longest_wait.duration >= SLOW;
    bool refused = logon->outcome == QNTC_OUTCOME_REFUSED && qntc_is_vague(&logon->status) && slow;
    return qntc_is_ntlm(logon) && (refused || logon->outcome == QNTC_OUTCOME_UNANSWERED);
}

/*
 * The server was looking for a domain controller and found none, as far as the capture shows. A
 * question that nobody answered weighs more than other connections of the server that failed.
 */
static enum qntc_confidence judge_no_logon_servers(const struct qntc_case *c,
                                                   struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    const struct qntc_pass_through *asked = &logon->pass_through;
    if (!waited_in_vain(logon) || asked->answer_frame != 0)
        return QNTC_CONFIDENCE_NONE;
    qntc_evidence_authenticate(c, finding);
    qntc_evidence_pass_through(c, finding);
    bool trouble = qntc_evidence_trouble(c, finding) > 0;
    if (!trouble && asked->request_frame == 0)
        return QNTC_CONFIDENCE_NONE;
    qntc_evidence_result(c, finding);
    bool certain = asked->request_frame != 0 && logon->outcome == QNTC_OUTCOME_UNANSWERED;
    return certain ? QNTC_CONFIDENCE_LIKELY : QNTC_CONFIDENCE_POSSIBLE;
}

/* The server has no way to ask anybody about the user while its own account is refused. */
static enum qntc_confidence judge_trust_broken(const struct qntc_case *c,
                                               struct qntc_cause_finding *finding)
{
    const struct qntc_logon *logon = c->logon;
    const struct qntc_machine_refusal *machine = &logon->machine_refusal;
    bool unexplained = qntc_is_vague(&logon->status) && !logon->refused_at_negotiate;
    if (machine->account == NULL || !unexplained || logon->pass_through.answer_frame != 0)
        return QNTC_CONFIDENCE_NONE;
    qntc_evidence_authenticate(c, finding);
    qntc_evidence(finding, machine->frame,
                  "while the logon waits, the server's own account %s is refused by %s",
                  machine->account, machine->by_address);
    qntc_evidence_result(c, finding);
    return QNTC_CONFIDENCE_POSSIBLE;
}

#define IBM_CPDB053 "IBM: Accessing File Server via QNTC Fails with CPDB053 Error Code 3401"
#define IBM_QNTC_ID "IBM: ID and Password Considerations for the QNTC File System"
#define IBM_QPWDLVL "IBM: Considerations when Changing QPWDLVL from 0 to 3"
#define NT_TO_DOS "Samba errormap.c (NT status to DOS code); [MS-ERREF] 2.3.1"

#define ASK_THE_ADMINISTRATOR                                                                      \
    "the password and the profile on IBM i need no change; ask for the account to be put right"

const struct qntc_cause qntc_causes_credentials[] = {
    {
        .id = "credentials-refused",
        .title = "The server refused the credentials, and does not say why",
        .explanation =
            "The server checked the AUTHENTICATE and refused it, and does not say which part is "
            "wrong. An unknown user, a wrong password (its upper and lower case count), a wrong "
            "domain, and a policy against the kind of NTLM response all look like this.",
        .ceiling = QNTC_CONFIDENCE_LIKELY,
        .basis = QNTC_BASIS_GENERAL,
        .judge = judge_credentials_refused,
        .advice_ibm_i = QNTC_LINES(
            "make user and password equal on both sides; QNTC sends those of the job's current "
            "user profile, in batch the one of SBMJOB USER()",
            "DSPSYSVAL QPWDLVL: at 0 and 1 QNTC sends the password in lower case, so a Windows "
            "password with capitals never fits",
            "after a change of the password level set the password again (CHGPWD, or CHGUSRPRF "
            "with PASSWORD), then try from a new job"),
        .advice_server = QNTC_LINES(
            "sign on there from a PC with the same user and password",
            "find the logon in the security log (event 4625): its sub status tells the reason "
            "that the wire hides"),
        .advice_netserver =
            QNTC_LINES("check that the profile exists, with the name that the client sends cut to "
                       "ten characters, and that its password is the one that is typed (at QPWDLVL "
                       "0 or 1: in lower case)",
                       "look in the job log of QZLSFILE, and whether the profile is disabled for "
                       "NetServer (message CPIB682 in QSYSOPR)",
                       "CLIENT: log on with the name of the profile explicitly (net use "
                       "/user:PROFILE): Windows sends its own domain and password otherwise"),
        .source = "Q01, Q03, Q04, Q09; " IBM_CPDB053 "; " NT_TO_DOS,
        .example = "bad_smb2_10_wrongpw_smbclient.pcap",
        .counter_example = "n_nocred_user_202.pcap",
    },
    {
        .id = "domain-mismatch",
        .title = "The domain name sent does not fit the server",
        .explanation =
            "The domain in the AUTHENTICATE does not lead to the account that was meant: it is "
            "empty, none of the server's names, or another one works for the same user. Unless it "
            "is a domain that the server's own domain trusts, the server probably looked for a "
            "local account of that name.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_COMPARED,
        .judge = judge_domain_mismatch,
        .advice_ibm_i = QNTC_LINES(
            "QNTC sends the domain name of NetServer: it must be the NetBIOS name of the user's "
            "Windows domain, with 15 characters at most",
            "after the change restart NetServer (ENDTCPSVR *NETSVR, STRTCPSVR *NETSVR) and use a "
            "new job"),
        .advice_server = QNTC_LINES(
            "where the name cannot be changed, create a local account with the name and the "
            "password of the IBM i profile"),
        .advice_netserver = QNTC_LINES(
            "the domain hardly matters to NetServer: look at profile and password first",
            "CLIENT: log on with the name of the profile explicitly (net use /user:PROFILE)"),
        .source = "Q02, Q05, Q06; " IBM_CPDB053 "; " IBM_QNTC_ID "; [MS-NLMP] 2.2.2.1",
        .example = "n_dom_wrong_202.pcap",
        .counter_example = "two_clients_same_user_good_bad.pcap",
    },
    {
        .id = "password-lowercased",
        .title = "The client sent the password in lower case",
        .explanation =
            "Recomputing the NTLM response shows that the client sent the password typed here in "
            "lower case. At QPWDLVL 0 and 1 IBM i keeps no case, and QNTC sends lower case: a "
            "password with capitals on the server never fits.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_COMPUTED,
        .judge = judge_password_lowercased,
        .advice_ibm_i = QNTC_LINES(
            "DSPSYSVAL QPWDLVL: at 2 and above passwords keep their case; the change takes an IPL "
            "and a plan (IBM: Considerations when Changing QPWDLVL)",
            "after the change set the password again in its upper and lower case (CHGPWD, or "
            "CHGUSRPRF with PASSWORD), then try from a new job"),
        .advice_server = QNTC_LINES(
            "or give the account a password without capital letters, the same as on IBM i"),
        .advice_netserver =
            QNTC_LINES("CLIENT: log on anew with the password in its upper and lower case",
                       "DSPSYSVAL QPWDLVL: at 2 and above NetServer compares the case"),
        .source = "Q07; " IBM_QPWDLVL "; " IBM_CPDB053 "; [MS-NLMP] 3.3",
        .example = "bad_smb2_10_lowercased_smbclient.pcap.lowercased",
        .counter_example = "bad_smb2_10_lowercased_smbclient.pcap.right",
    },
    {
        .id = "password-uppercased",
        .title = "The client sent the password in upper case",
        .explanation =
            "Recomputing the NTLM response shows that the client sent the password typed here in "
            "upper case. After QPWDLVL was raised, IBM i knows a password in upper and lower case "
            "only, until it is set again.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_COMPUTED,
        .judge = judge_password_uppercased,
        .advice_ibm_i = QNTC_LINES(
            "set the password again in its upper and lower case (CHGPWD, or CHGUSRPRF with "
            "PASSWORD), then try from a new job",
            "DSPSYSVAL QPWDLVL: only at 2 and above passwords keep their case"),
        .advice_server = QNTC_LINES("or give the account the password as it is kept on IBM i"),
        .advice_netserver =
            QNTC_LINES("CLIENT: log on anew with the password in its upper and lower case",
                       "DSPSYSVAL QPWDLVL: at 0 and 1 NetServer takes passwords in lower case"),
        .source = "Q08; " IBM_QPWDLVL "; [MS-NLMP] 3.3",
        .example = "n_pwupper_202_ntlmv2.pcap.uppercased",
        .counter_example = "bad_smb2_10_lowercased_smbclient.pcap.lowercased",
    },
    {
        .id = "password-differs",
        .title = "The client sent another password than the one typed",
        .explanation =
            "Recomputing the NTLM response shows that the client used none of the passwords typed "
            "here, whether as typed, in lower or in upper case, nor an empty one. The profile on "
            "IBM i holds another password, or the job runs under another profile than was meant.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_COMPUTED,
        .judge = judge_password_differs,
        .advice_ibm_i = QNTC_LINES(
            "set the password of the profile to that of the account (CHGPWD, or CHGUSRPRF with "
            "PASSWORD), then try from a new job",
            "check that the job runs under the profile that was meant (in batch SBMJOB USER())"),
        .advice_server =
            QNTC_LINES("or set the password of the account to that of the IBM i profile"),
        .advice_netserver = QNTC_LINES(
            "CLIENT: log on with the name and the password of the profile explicitly (net use "
            "/user:PROFILE): Windows sends its own otherwise",
            "or set the password of the profile to the one that the client has (CHGPWD, or "
            "CHGUSRPRF with PASSWORD)"),
        .source = "Q10; " IBM_CPDB053 "; [MS-NLMP] 3.3",
        .example = "bad_smb2_10_wrongpw_smbclient.pcap.other",
        .counter_example = "bad_smb2_10_wrongpw_smbclient.pcap.other-user",
    },
    {
        .id = "password-empty",
        .title = "The client sent the response of an empty password",
        .explanation =
            "Recomputing the NTLM response shows that the client used an empty password. The "
            "profile on IBM i probably has no password that QNTC can use.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_COMPUTED,
        .judge = judge_password_empty,
        .advice_ibm_i = QNTC_LINES(
            "set the password of the profile again (CHGPWD, or CHGUSRPRF with PASSWORD); a profile "
            "with PASSWORD(*NONE) has none to send",
            "check LCLPWDMGT of the profile (DSPUSRPRF): with *NO the password is not kept on IBM "
            "i, and QNTC uses Kerberos only"),
        .advice_server = QNTC_LINES("give the account the same password, not an empty one"),
        .advice_netserver = QNTC_LINES(
            "CLIENT: type the password of the IBM i profile: the client sent an empty one"),
        .source = "Q10, Q25; " IBM_CPDB053 "; [MS-NLMP] 3.3",
        .example = "n_pwempty_202.pcap",
        .counter_example = "n_nocred_user_202.pcap",
    },
    {
        .id = "user-unknown",
        .title = "The server does not know the user",
        .explanation =
            "The answer is NO_SUCH_USER. Windows hides this status on the wire, so the server is "
            "probably not Windows, or a trust hides behind it.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .statuses = QNTC_STATUSES(0xC0000064 /* NO_SUCH_USER */),
        .by_status = QNTC_CONFIDENCE_LIKELY,
        .explanation_of_controller =
            "The server asked its domain controller about the user, and the answer is "
            "NO_SUCH_USER: the domain has no account of that name.",
        .advice_ibm_i = QNTC_LINES(
            "check that the job runs under the profile that was meant (in batch SBMJOB USER())",
            "a profile has 10 characters at most: a longer Windows user cannot be reached by QNTC"),
        .advice_server = QNTC_LINES(
            "create the account with the name of the IBM i profile, where the domain sent is "
            "looked up"),
        .advice_netserver = QNTC_LINES("create the profile, or a guest profile if unknown users "
                                       "shall get in; NetServer cuts names to ten characters"),
        .source = "Q11; " NT_TO_DOS,
        .example = "scripted_all_statuses_smb2.pcap",
        .counter_example = "n_nouser_202.pcap",
    },
    {
        .id = "password-wrong",
        .title = "The server says that the password is wrong",
        .explanation =
            "The answer is WRONG_PASSWORD. Windows hides this status on the wire, so the server "
            "is probably not Windows.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .statuses = QNTC_STATUSES(0xC000006A /* WRONG_PASSWORD */, 0xC0000149 /* ..._CORE */),
        .dos_codes = QNTC_DOS_CODES({QNTC_ERRDOS, 86}),
        .by_status = QNTC_CONFIDENCE_LIKELY,
        .explanation_of_controller =
            "The server asked its domain controller about the user, and the answer is "
            "WRONG_PASSWORD: the account is there, and the response does not fit its password.",
        .advice_ibm_i =
            QNTC_LINES("set the same password on both sides (CHGPWD, or CHGUSRPRF with PASSWORD)",
                       "DSPSYSVAL QPWDLVL: at 0 and 1 QNTC sends the password in lower case"),
        .advice_server = QNTC_LINES("set the password of the account to that of the IBM i profile"),
        .advice_netserver = QNTC_LINES(
            "CLIENT: type the password of the IBM i profile; at QPWDLVL 0 or 1 in lower case"),
        .source = "Q12; " IBM_QPWDLVL "; " NT_TO_DOS,
        .example = "scripted_all_statuses_smb2.pcap",
        .counter_example = "bad_smb2_10_wrongpw_smbclient.pcap",
    },
    {
        .id = "account-disabled",
        .title = "The account is disabled",
        .explanation = "The server found the account and says that it is disabled.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .statuses = QNTC_STATUSES(0xC0000072 /* ACCOUNT_DISABLED */),
        .dos_codes = QNTC_DOS_CODES({QNTC_ERRSRV, 2239}), /* or expired */
        .by_status = QNTC_CONFIDENCE_PROVEN,
        .advice_ibm_i = QNTC_LINES(ASK_THE_ADMINISTRATOR),
        .advice_server = QNTC_LINES("enable the account on the server or in the domain"),
        .advice_netserver =
            QNTC_LINES("enable the profile (CHGUSRPRF STATUS(*ENABLED)), and for NetServer: GO "
                       "NETS, or Navigator, IBM i NetServer, Disabled user IDs (message CPIB682)"),
        .source = "Q13; " NT_TO_DOS,
        .example = "n_disabled_qntc_202.pcap",
        .counter_example = "bad_smb2_10_expired_smbclient.pcap",
    },
    {
        .id = "account-expired",
        .title = "The account has expired",
        .explanation = "The server found the account and says that its expiry date has passed.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .statuses = QNTC_STATUSES(0xC0000193 /* ACCOUNT_EXPIRED */),
        .dos_codes = QNTC_DOS_CODES({QNTC_ERRSRV, 2239}), /* or disabled */
        .by_status = QNTC_CONFIDENCE_PROVEN,
        .advice_ibm_i = QNTC_LINES(ASK_THE_ADMINISTRATOR),
        .advice_server = QNTC_LINES("extend or remove the expiry date of the account"),
        .source = "Q14; " NT_TO_DOS,
        .example = "bad_smb2_10_expired_smbclient.pcap",
        .counter_example = "n_disabled_qntc_202.pcap",
    },
    {
        .id = "account-locked-out",
        .title = "The account is locked out",
        .explanation =
            "Too many wrong passwords have locked the account; even the right one is refused now. "
            "A job that repeats a wrong password may itself be the reason.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .statuses = QNTC_STATUSES(0xC0000234 /* ACCOUNT_LOCKED_OUT */),
        .by_status = QNTC_CONFIDENCE_PROVEN,
        .advice_ibm_i = QNTC_LINES(
            "end the jobs that repeat the logon, and correct the password of the profile first "
            "(CHGPWD, CHGUSRPRF)"),
        .advice_server = QNTC_LINES(
            "find the client that caused it (event 4740 at the domain controller), then unlock the "
            "account"),
        .advice_netserver = QNTC_LINES(
            "the profile has had too many wrong sign-ons (QMAXSIGN): enable it for NetServer in GO "
            "NETS or Navigator, and find the client that repeats the wrong password"),
        .source = "Q16; " NT_TO_DOS,
        .example = "ad_bad_nt1_lockedout.pcap",
        .counter_example = "n_pwdiffers_three.pcap",
    },
    {
        .id = "account-restricted",
        .title = "A restriction on the account forbids this logon",
        .explanation =
            "User and password may be right, but the account must not log on this way: an empty "
            "password over the network, membership in Protected Users, or an authentication policy "
            "that forbids NTLM.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .statuses = QNTC_STATUSES(0xC000006E /* ACCOUNT_RESTRICTION */),
        .by_status = QNTC_CONFIDENCE_PROVEN,
        .advice_ibm_i =
            QNTC_LINES("use another account, or Kerberos (Network Authentication Service, EIM, and "
                       "CHGUSRPRF LCLPWDMGT(*NO))"),
        .advice_server = QNTC_LINES(
            "take the account out of Protected Users or of the authentication policy, and give it "
            "a password"),
        .source = "Q19; [MS-APDS] 3.1.5; " NT_TO_DOS,
        .example = "ad_bad_nt1_protected.pcap",
        .counter_example = "n_pwempty_202.pcap",
    },
    {
        .id = "password-expired",
        .title = "The password of the account has expired",
        .explanation = "The password may be right, but its time is over on the server's side.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .statuses = QNTC_STATUSES(0xC0000071 /* PASSWORD_EXPIRED */),
        .dos_codes = QNTC_DOS_CODES({QNTC_ERRSRV, 2242}), /* or must be changed */
        .by_status = QNTC_CONFIDENCE_PROVEN,
        .advice_ibm_i = QNTC_LINES(
            "after the change on the server set the same password here (CHGPWD, or CHGUSRPRF with "
            "PASSWORD)"),
        .advice_server = QNTC_LINES(
            "change the password of the account; for an account that only programs use, consider "
            "one that does not expire"),
        .advice_netserver =
            QNTC_LINES("change the password of the profile (CHGPWD), then log on with the new one"),
        .source = "Q15; " NT_TO_DOS,
        .example = "bad_nt1_pwexpired_smbclient.pcap",
        .counter_example = "bad_smb2_10_mustchange_smbclient.pcap",
    },
    {
        .id = "password-must-change",
        .title = "The password must be changed before the first logon",
        .explanation =
            "The account is marked \"user must change password at next logon\". QNTC cannot change "
            "it.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .statuses = QNTC_STATUSES(0xC0000224 /* PASSWORD_MUST_CHANGE */),
        .dos_codes = QNTC_DOS_CODES({QNTC_ERRSRV, 2242}), /* or expired */
        .by_status = QNTC_CONFIDENCE_PROVEN,
        .advice_ibm_i = QNTC_LINES(
            "after the change on the server set the same password here (CHGPWD, or CHGUSRPRF with "
            "PASSWORD)"),
        .advice_server = QNTC_LINES(
            "change the password from a PC, or clear \"user must change password at next logon\""),
        .advice_netserver =
            QNTC_LINES("change the password of the profile (CHGPWD), then log on with the new one"),
        .source = "Q15; " NT_TO_DOS,
        .example = "bad_smb2_10_mustchange_smbclient.pcap",
        .counter_example = "bad_nt1_pwexpired_smbclient.pcap",
    },
    {
        .id = "logon-hours",
        .title = "The logon is outside the hours that the account allows",
        .explanation = "The account may log on at certain hours only, and this is not one of them.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .statuses = QNTC_STATUSES(0xC000006F /* INVALID_LOGON_HOURS */,
                                  0xC0000247 /* LOGIN_TIME_RESTRICTION */),
        .dos_codes = QNTC_DOS_CODES({QNTC_ERRSRV, 2241}),
        .by_status = QNTC_CONFIDENCE_PROVEN,
        .advice_ibm_i = QNTC_LINES("move the job to the allowed hours (WRKJOBSCDE)"),
        .advice_server = QNTC_LINES("widen the logon hours of the account"),
        .source = "Q17; " NT_TO_DOS,
        .example = "bad_nt1_hours_smbclient.pcap",
        .counter_example = "bad_nt1_disabled_smbclient.pcap",
    },
    {
        .id = "workstation-not-allowed",
        .title = "The account may not log on from this workstation",
        .explanation =
            "The account may log on from certain workstations only (\"Log On To\"), and the "
            "workstation name in the AUTHENTICATE is not among them.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .statuses = QNTC_STATUSES(0xC0000070 /* INVALID_WORKSTATION */,
                                  0xC0000248 /* LOGIN_WKSTA_RESTRICTION */),
        .dos_codes = QNTC_DOS_CODES({QNTC_ERRSRV, 2240}),
        .by_status = QNTC_CONFIDENCE_PROVEN,
        .advice_ibm_i = QNTC_LINES(
            "QNTC probably names the server name of NetServer as the workstation: compare it with "
            "the list of the account (GO NETS shows it)"),
        .advice_server = QNTC_LINES(
            "add the workstation name sent to \"Log On To\" of the account, or lift the list"),
        .source = "Q18; " NT_TO_DOS,
        .example = "ad_bad_smb2_10_workstation.pcap",
        .counter_example = "krb_bad_workstation_fallback_ntlm.pcap",
    },
    {
        .id = "logon-type-not-granted",
        .title = "The user may not access the server from the network",
        .explanation =
            "The user lacks the right \"Access this computer from the network\" on the server, or "
            "is listed under \"Deny access to this computer from the network\".",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .statuses = QNTC_STATUSES(0xC000015B /* LOGON_TYPE_NOT_GRANTED */),
        .by_status = QNTC_CONFIDENCE_PROVEN,
        .advice_ibm_i = QNTC_LINES(
            "user and password were accepted; the password and the profile need no change"),
        .advice_server = QNTC_LINES(
            "grant \"Access this computer from the network\" to the user or a group of it (local "
            "security policy or group policy), and check the matching Deny right"),
        .source = "Q20; " NT_TO_DOS,
        .example = "scripted_all_statuses_smb2.pcap",
        .counter_example = "n_other_notgranted_202.pcap",
    },
    {
        .id = "selective-authentication",
        .title = "Selective authentication on a trust refuses the user",
        .explanation =
            "The user comes over a trust that allows only chosen users on chosen servers, and is "
            "not allowed on this one.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .statuses = QNTC_STATUSES(0xC0000413 /* AUTHENTICATION_FIREWALL_FAILED */),
        .by_status = QNTC_CONFIDENCE_PROVEN,
        .advice_ibm_i = QNTC_LINES("use an account of the server's own domain, or a local one"),
        .advice_server = QNTC_LINES(
            "grant the user \"Allowed to authenticate\" on the computer object of the server"),
        .source = "Q21; [MS-ERREF] 2.3.1",
        .example = "scripted_all_statuses_smb2.pcap",
        .counter_example = "n_ntlm_blocked_202.pcap",
    },
    {
        .id = "no-logon-servers",
        .title = "The server found no domain controller, or no such domain",
        .explanation =
            "The server had to ask a domain controller and found none, or it knows none for the "
            "domain that was sent. User and password were not checked.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .statuses = QNTC_STATUSES(
            0xC000005E /* NO_LOGON_SERVERS */, 0xC00000DF /* NO_SUCH_DOMAIN */,
            0xC0000192 /* NETLOGON_NOT_STARTED */, 0xC0000233 /* DOMAIN_CONTROLLER_NOT_FOUND */),
        .dos_codes = QNTC_DOS_CODES({QNTC_ERRDOS, 2215}, {QNTC_ERRDOS, 2455}),
        .by_status = QNTC_CONFIDENCE_PROVEN,
        .add_evidence = add_trouble,
        .judge = judge_no_logon_servers,
        .advice_ibm_i = QNTC_LINES(
            "check the domain name of NetServer (GO NETS, option 9): an unknown domain can look "
            "like this",
            "a local account of the server works without a domain controller"),
        .advice_server = QNTC_LINES(
            "check its DNS, the network to the domain controllers, and the Netlogon service "
            "(NLTEST /SC_QUERY:domain)"),
        .source = "Q22, D02; " NT_TO_DOS,
        .example = "dc_down_nologonservers_nt1.pcap",
        .counter_example = "dc_unreachable_local_account_ok.pcap",
    },
    {
        .id = "trust-broken",
        .title = "The trust between the server and its domain is broken",
        .explanation =
            "The server's own machine account, or a trust between domains, does not work any more. "
            "No domain user can log on there until it is repaired.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .statuses = QNTC_STATUSES(
            0xC000018A /* NO_TRUST_LSA_SECRET */, 0xC000018B /* NO_TRUST_SAM_ACCOUNT */,
            0xC000018C /* TRUSTED_DOMAIN_FAILURE */, 0xC000018D /* TRUSTED_RELATIONSHIP_FAILURE */,
            0xC0000190 /* TRUST_FAILURE */, 0xC000019B /* DOMAIN_TRUST_INCONSISTENT */),
        .by_status = QNTC_CONFIDENCE_PROVEN,
        .judge = judge_trust_broken,
        .advice_ibm_i = QNTC_LINES("until then only a local account of the server works"),
        .advice_server = QNTC_LINES(
            "reset the secure channel (Test-ComputerSecureChannel -Repair) or join the domain "
            "again; between domains check the trust"),
        .source = "Q23; " NT_TO_DOS,
        .example = "scripted_all_statuses_smb2.pcap",
        .counter_example = "dc_down_nologonservers_smb2_second.pcap",
    },
    {
        .id = "access-denied",
        .title = "The server denied access to the user at the logon",
        .explanation =
            "The answer to the AUTHENTICATE is ACCESS_DENIED. It is seldom the password: a missing "
            "right, a policy, encryption or a target name that the server demands, or trouble "
            "between the server and its domain controller.",
        .ceiling = QNTC_CONFIDENCE_LIKELY,
        .basis = QNTC_BASIS_GENERAL,
        .judge = judge_access_denied,
        .advice_ibm_i = QNTC_LINES(
            "try another user, and another server of the domain: it tells a policy for the user "
            "from one of the server"),
        .advice_server = QNTC_LINES(
            "look for the logon in the security log (event 4625) and in the SMBServer log (event "
            "551)",
            "check the rights \"Access this computer from the network\" and its Deny, required "
            "encryption (Get-SmbServerConfiguration: EncryptData, RejectUnencryptedAccess), and "
            "SmbServerNameHardeningLevel"),
        .advice_netserver = QNTC_LINES("look in the job log of QZLSFILE, and whether the profile "
                                       "is disabled for NetServer (message CPIB682 in QSYSOPR)"),
        .source = "Q01, Q35, Q42; Microsoft: Negotiate, Session Setup, and Tree Connect Failures; "
                  "[MS-SMB2] 3.3.5.5.3",
        .example = "enc_required_smb2_10_client.pcap",
        .counter_example = "tree_smb2_10_denied.pcap",
    },
    {
        .id = "empty-credentials",
        .title = "The client sent no credentials",
        .explanation =
            "The client asked for a null session, or named a user without any response, and the "
            "server refused. The client probably had no password for the user.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_COMPARED,
        .judge = judge_empty_credentials,
        .judge_event = judge_null_session,
        .advice_ibm_i = QNTC_LINES(
            "check LCLPWDMGT of the profile (DSPUSRPRF): with *NO only Kerberos is used, and "
            "without a ticket there is nothing to send",
            "set the password of the profile again (CHGPWD, or CHGUSRPRF with PASSWORD); after a "
            "change of QPWDLVL it may not be stored in the form that is needed"),
        .advice_server = QNTC_LINES(
            "nothing, as a rule: many clients try a null session first; do not open the server to "
            "anonymous users for it"),
        .advice_netserver = QNTC_LINES(
            "NetServer takes a session without user only where a guest profile is configured",
            "CLIENT: log on with a user and password"),
        .source = "Q25; " IBM_CPDB053 "; [MS-NLMP] 3.2.5.1.2",
        .example = "n_nocred_user_202.pcap",
        .counter_example = "n_null_session_ok.pcap",
    },
    {.id = NULL},
};
