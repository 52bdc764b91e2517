/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Warnings of what is weak: protocols, responses and sessions that work today, and that Windows or
 * IBM i will take away or that give away more than they should.
 */
#include "warning.h"

#include <string.h>

#include "causes/weigh.h"
#include "diagnosis.h"

enum { ETYPE_RC4_HMAC = 23, ETYPE_RC4_HMAC_EXP = 24 }; /* [RFC4757] */

static bool has_user(const struct qntc_logon *logon)
{
    return logon->user != NULL && *logon->user != '\0';
}

static uint32_t judge_smb1(const struct qntc_case *c, GString *text)
{
    const struct qntc_logon *logon = c->logon;
    const struct qntc_negotiate *negotiate = &logon->connection->negotiate;
    if (!qntc_has_worked(logon) || negotiate->dialect != QNTC_DIALECT_SMB1)
        return 0;
    g_string_append(text, negotiate->offers_smb2
                              ? "the client offers SMB2 as well; the server chose SMB1"
                          : negotiate->request_frame != 0
                              ? "the client offers nothing newer than SMB1"
                              : "the session is SMB1; who chose it is not in the capture");
    return negotiate->response_frame != 0 ? negotiate->response_frame : logon->result_frame;
}

static uint32_t judge_ntlmv1(const struct qntc_case *c, GString *text)
{
    const struct qntc_logon *logon = c->logon;
    enum qntc_ntlm version = logon->ntlm.version;
    if (!qntc_has_worked(logon) || (version != QNTC_NTLM_V1 && version != QNTC_NTLM_V1_ESS))
        return 0;
    g_string_append_printf(text, "the response to the challenge is %s, %d bytes",
                           qntc_ntlm_name(version), logon->ntlm.nt_length);
    return logon->authenticate_frame;
}

/* Responses of unusual lengths are of no known version: who knows what their 24 bytes are. */
static uint32_t judge_lm(const struct qntc_case *c, GString *text)
{
    const struct qntc_logon *logon = c->logon;
    enum qntc_ntlm version = logon->ntlm.version;
    if (!qntc_has_worked(logon) || !logon->ntlm.lm_response_real ||
        (version != QNTC_NTLM_LM && version != QNTC_NTLM_V1))
        return 0;
    g_string_append(text, version == QNTC_NTLM_LM
                              ? "the LM response is the only one that the client sends"
                              : "an LM response made of the LM hash stands beside the NTLM one");
    return logon->authenticate_frame;
}

static uint32_t judge_plaintext(const struct qntc_case *c, GString *text)
{
    const struct qntc_logon *logon = c->logon;
    if (logon->ntlm.version != QNTC_NTLM_PLAINTEXT)
        return 0;
    g_string_append(text, "everybody on the way can read the password field of this request");
    return logon->authenticate_frame;
}

static uint32_t judge_guest(const struct qntc_case *c, GString *text)
{
    const struct qntc_logon *logon = c->logon;
    if (logon->outcome != QNTC_OUTCOME_GUEST || !has_user(logon))
        return 0;
    g_string_append_printf(text,
                           "the server let user \"%s\" in as its guest: it does not know the user, "
                           "or takes a wrong password for it. The session cannot be signed or "
                           "encrypted, and what is refused later is refused to the guest",
                           logon->user);
    return logon->result_frame;
}

/* Before 3.0 a tree connect is signed as any other request. */
static uint32_t unsigned_tree_connect(const struct qntc_logon *logon)
{
    const GPtrArray *events = logon->session.events;
    if (logon->connection->negotiate.dialect >= QNTC_DIALECT_300)
        return 0;
    for (guint i = 0; events != NULL && i < events->len; i++) {
        const struct qntc_event *event = g_ptr_array_index(events, i);
        if (event->request != NULL && strcmp(event->request, "TREE_CONNECT") == 0 &&
            !event->request_signed)
            return event->request_frame;
    }
    return 0;
}

/*
 * The first request behind the logon that is not signed. An SMB1 server whose signatures are off
 * signs nothing ([MS-CIFS] 2.2.4.52.2); Windows sets the flag of Flags2 there all the same.
 */
static uint32_t unsigned_request(const struct qntc_logon *logon)
{
    const struct qntc_session *session = &logon->session;
    const struct qntc_negotiate *negotiate = &logon->connection->negotiate;
    bool only_flags =
        negotiate->dialect == QNTC_DIALECT_SMB1 && negotiate->server_signing == QNTC_SIGNING_OFF;
    if (session->encrypted_frame != 0 || (session->signed_frame != 0 && !only_flags))
        return 0;
    if (session->unsigned_frame != 0)
        return session->unsigned_frame;
    return session->signed_frame != 0 ? session->signed_frame : unsigned_tree_connect(logon);
}

/* A session that neither side wants signed ([MS-SMB2] 3.3.5.5.3: signed if one of them does). */
static uint32_t judge_unsigned(const struct qntc_case *c, GString *text)
{
    const struct qntc_logon *logon = c->logon;
    enum qntc_signing server = logon->connection->negotiate.server_signing;
    bool server_leaves_it = server == QNTC_SIGNING_OFF || server == QNTC_SIGNING_ENABLED;
    if (logon->outcome != QNTC_OUTCOME_SUCCESS || logon->mechanism == QNTC_MECHANISM_SHARE_LEVEL ||
        !server_leaves_it || logon->client_signing == QNTC_SIGNING_REQUIRED)
        return 0;
    uint32_t frame = unsigned_request(logon);
    if (frame == 0)
        return 0;
    g_string_append_printf(text,
                           "the requests behind the logon go unsigned; signing: client %s, "
                           "server %s",
                           qntc_signing_name(logon->client_signing), qntc_signing_name(server));
    return frame;
}

static bool is_rc4(int etype)
{
    return etype == ETYPE_RC4_HMAC || etype == ETYPE_RC4_HMAC_EXP;
}

static uint32_t judge_rc4(const struct qntc_case *c, GString *text)
{
    const struct qntc_logon *logon = c->logon;
    const struct qntc_kerberos_exchange *kerberos = &logon->kerberos;
    bool ticket = is_rc4(kerberos->ticket_etype);
    if (!qntc_has_worked(logon) || !(ticket || is_rc4(kerberos->session_etype)))
        return 0;
    const char *service = kerberos->service;
    g_string_append_printf(text, "the %s%s%s is %s RC4 (encryption type %d)",
                           ticket ? "ticket" : "session key of the ticket",
                           service != NULL ? " for " : "", service != NULL ? service : "",
                           ticket ? "encrypted with" : "for",
                           ticket ? kerberos->ticket_etype : kerberos->session_etype);
    return logon->kerberos.ap_req_frame;
}

const struct qntc_warning qntc_warnings_weak[] = {
    {
        .id = "smb1-in-use",
        .title = "The session uses SMB1, which current systems do without",
        .ends = "Windows 10 1709, Windows Server 2019 and later have SMB1 removed or switched off. "
                "IBM i speaks SMB2 from 7.3 (7.2 with PTF SI64984 for QNTC) and SMB3 from 7.4.",
        .judge = judge_smb1,
        .advice_ibm_i = QNTC_LINES("on 7.2 apply PTF SI64984; earlier releases need an upgrade "
                                   "before the server gives SMB1 up"),
        .advice_server = QNTC_LINES("allow SMB2 or SMB3 beside SMB1 before SMB1 is switched off"),
        .source = "domain reference 2.1, 2.4; Q40, N11",
        .example = "nbss_139_nt1_ok_smbclient.pcap",
        .counter_example = "dialect_smb1only_vs_smb2srv_smbclient.pcap",
    },
    {
        .id = "ntlmv1-in-use",
        .title = "The logon uses NTLMv1, which current Windows refuses",
        .ends = "Windows 11 24H2 and Windows Server 2025 have NTLMv1 removed, and from October "
                "2026 Windows blocks what is left of it. A domain whose controllers take NTLMv2 "
                "only refuses it today.",
        .judge = judge_ntlmv1,
        .advice_ibm_i = QNTC_LINES("bring the release and the PTFs of IBM i to a level that sends "
                                   "NTLMv2, before the server or its domain stops taking NTLMv1"),
        .source = "Q31; domain reference 2.4, 6.1; [MS-NLMP] 3.3.1",
        .example = "andx_ok_badshare.pcap",
        .counter_example = "v2only_nt1_v1_smbclient.pcap",
    },
    {
        .id = "lm-response-sent",
        .title = "An LM response is on the wire: the password can be found from it",
        .ends = "Windows 7, Windows Server 2008 and later send none. IBM i stores no LM hash at "
                "QPWDLVL 1 and 3.",
        .judge = judge_lm,
        .advice_ibm_i = QNTC_LINES("password level (QPWDLVL) 3 does without the LM hash: plan the "
                                   "change, the users' passwords must be set again"),
        .advice_server = QNTC_LINES("stop storing LM hashes and taking LM responses"),
        .source = "Q32, N05; domain reference 2.2, 2.3",
        .example = "andx_ok_badshare.pcap",
        .counter_example = "ok_nt1_ntlmv1_smbclient.pcap",
    },
    {
        .id = "plaintext-password-sent",
        .title = "The password was sent as plain text",
        .serious = true,
        .judge = judge_plaintext,
        .advice_ibm_i = QNTC_LINES("change the password of this user"),
        .advice_server =
            QNTC_LINES("switch encrypted passwords on (Samba: encrypt passwords = yes)"),
        .source = "Q38; [MS-CIFS] 2.2.4.53.1",
        .example = "n_plain_accepted.pcap",
        .counter_example = "plain_server_refused_by_client.pcap",
    },
    {
        .id = "guest-session",
        .title = "The user became a guest: name or password was not accepted",
        .serious = true,
        .ends = "Windows 10 1709 (Enterprise, Education), Windows Server 2019, Windows 11 Pro and "
                "later end such a session themselves.",
        .judge = judge_guest,
        .advice_ibm_i =
            QNTC_LINES("where NetServer is the server, create the user profile, or correct its "
                       "name; without a guest profile the refusal shows as what it is"),
        .advice_server =
            QNTC_LINES("create the user, or correct the password; switch the guest account off "
                       "(Samba: map to guest = never)"),
        .source = "Q56, N06; domain reference 2.3, 2.4; [MS-SMB2] 2.2.6",
        .example = "guest_baduser_smb2_10.pcap",
        .counter_example = "n_null_session_ok.pcap",
    },
    {
        .id = "unsigned-session",
        .title = "The session is not signed",
        .ends = "Windows 11 24H2 (Enterprise, Pro, Education) requires signing in both directions, "
                "Windows Server 2025 as a client.",
        .judge = judge_unsigned,
        .advice_ibm_i =
            QNTC_LINES("where NetServer is the server, set message authentication *OPTIONAL or "
                       "*REQUIRED (GO NETS, or IBM Navigator for i)"),
        .advice_server = QNTC_LINES("before signing is required here, prove with one capture that "
                                    "this client can sign"),
        .source = "domain reference 2.4, 5; [MS-SMB2] 3.3.5.5.3",
        .example = "nbss_139_nt1_ok_smbclient.pcap",
        .counter_example = "torture_smb2_session_bind1.pcap",
    },
    {
        .id = "kerberos-rc4",
        .title = "The Kerberos ticket is encrypted with RC4",
        .ends = "Windows phases RC4 out (CVE-2022-37966): domain controllers that no longer issue "
                "such tickets answer KRB-ERROR 14.",
        .judge = judge_rc4,
        .advice_ibm_i =
            QNTC_LINES("where NetServer is the server, make a new keytab with AES keys"),
        .advice_server =
            QNTC_LINES("allow AES128 and AES256 on the service's account, then set its password "
                       "again so that it gets AES keys"),
        .source = "K03; domain reference 2.3, 2.4; [RFC4757]",
        .example = "n_krb_rc4_ticket.pcap",
        .counter_example = "krb_skew_server_ahead_nt1.pcap",
    },
    {.id = NULL},
};
