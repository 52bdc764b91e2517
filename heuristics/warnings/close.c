/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Warnings of what was close to failing: names that were cut or that the server does not know,
 * refusals in a row, a slow answer.
 */
#include "warning.h"

#include <string.h>

#include "causes/weigh.h"
#include "ibm_i.h"

#define IBM_I_USER_LENGTH 10
#define NETBIOS_DOMAIN_LENGTH 15 /* what a NetServer domain name can hold */
#define LOCKOUT_DANGER 3
#define SLOW (2 * G_USEC_PER_SEC)

static bool worked_for_user(const struct qntc_logon *logon)
{
    return logon->outcome == QNTC_OUTCOME_SUCCESS && logon->user != NULL && *logon->user != '\0';
}

static glong length_of(const char *name)
{
    return g_utf8_validate(name, -1, NULL) ? g_utf8_strlen(name, -1) : -1;
}

/* ------------------------------------------------------------------------------------- names */

static uint32_t judge_user_truncated(const struct qntc_case *c, GString *text)
{
    const struct qntc_logon *logon = c->logon;
    if (!worked_for_user(logon))
        return 0;
    glong length = length_of(logon->user);
    bool is_netserver = qntc_server_is_ibm_i(c->capture, logon) != QNTC_IBM_I_UNKNOWN;
    if (length > IBM_I_USER_LENGTH && is_netserver) {
        g_string_append_printf(text,
                               "user \"%s\" has %ld characters; NetServer takes the first ten for "
                               "the user profile",
                               logon->user, length);
        return logon->authenticate_frame;
    }
    const struct qntc_logon *longer =
        qntc_server_longer_user(logon->connection->server, logon->user);
    if (longer == NULL)
        return 0;
    g_string_append_printf(text,
                           "user \"%s\" may be the first ten characters of \"%s\", who logs on to "
                           "this server in logon %u",
                           logon->user, longer->user, longer->number);
    return logon->authenticate_frame;
}

/* The server's DNS domain begins with the fifteen characters sent, and goes on. */
static uint32_t judge_domain_truncated(const struct qntc_case *c, GString *text)
{
    const struct qntc_logon *logon = c->logon;
    const char *dns_domain = logon->ntlm.dns_domain;
    if (!worked_for_user(logon) || logon->domain == NULL || dns_domain == NULL ||
        length_of(logon->domain) != NETBIOS_DOMAIN_LENGTH)
        return 0;
    char *sent = qntc_name_key(logon->domain);
    char *label = qntc_name_key(dns_domain);
    label[strcspn(label, ".")] = '\0';
    bool cut = g_str_has_prefix(label, sent) && strlen(label) > strlen(sent);
    bool is_its_name = qntc_same_name(logon->domain, logon->ntlm.nb_domain);
    g_free(sent);
    g_free(label);
    if (!cut || is_its_name)
        return 0;
    g_string_append_printf(text,
                           "domain \"%s\" looks like the beginning of \"%s\" and is not its "
                           "NetBIOS name",
                           logon->domain, dns_domain);
    return logon->authenticate_frame;
}

static bool server_named_itself(const struct qntc_logon *logon)
{
    const struct qntc_negotiate *negotiate = &logon->connection->negotiate;
    const char *names[] = {logon->ntlm.nb_domain, logon->ntlm.nb_computer, logon->ntlm.target_name,
                           negotiate->domain_name, negotiate->server_name};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (names[i] != NULL && *names[i] != '\0')
            return true;
    }
    return false;
}

/* "." is how a client says "your own accounts". */
static uint32_t judge_domain_not_known(const struct qntc_case *c, GString *text)
{
    const struct qntc_logon *logon = c->logon;
    if (!worked_for_user(logon) || logon->domain == NULL || *logon->domain == '\0' ||
        strcmp(logon->domain, ".") == 0 || !server_named_itself(logon) ||
        qntc_server_has_name(logon, logon->domain))
        return 0;
    g_string_append_printf(text,
                           "domain \"%s\" is none of the server's names: it is trusted, or the "
                           "server took its own accounts instead",
                           logon->domain);
    return logon->authenticate_frame;
}

/* ----------------------------------------------------------------------- the course of things */

static uint32_t judge_repeated_failures(const struct qntc_case *c, GString *text)
{
    const struct qntc_logon *logon = c->logon;
    if (logon->outcome != QNTC_OUTCOME_REFUSED || logon->refused_again ||
        logon->refusals_in_row < LOCKOUT_DANGER)
        return 0;
    g_string_append_printf(text,
                           "user \"%s\" was refused %u times in a row at this server: if they "
                           "count as wrong passwords, the account will be locked out",
                           logon->user, logon->refusals_in_row);
    return logon->result_frame;
}

/* How much of the wait was the domain controller's: the rest is the server's own. */
static void append_share_of_controller(const struct qntc_logon *logon, GString *text)
{
    const struct qntc_pass_through *asked = &logon->pass_through;
    const struct qntc_wait *wait = &logon->longest_wait;
    if (asked->request_frame <= wait->request_frame || asked->request_frame >= wait->answer_frame)
        return;
    if (asked->answer_frame == 0) {
        g_string_append_printf(text,
                               "; the domain controller %s, asked in frame %u, did not answer",
                               asked->dc_address, asked->request_frame);
    } else if (asked->request_time != QNTC_TIME_UNKNOWN &&
               asked->answer_time != QNTC_TIME_UNKNOWN &&
               asked->answer_time >= asked->request_time) {
        char *taken = qntc_duration(asked->answer_time - asked->request_time);
        g_string_append_printf(text, ", %s of it the domain controller's %s (frames %u and %u)",
                               taken, asked->dc_address, asked->request_frame, asked->answer_frame);
        g_free(taken);
    }
}

static uint32_t judge_slow(const struct qntc_case *c, GString *text)
{
    const struct qntc_logon *logon = c->logon;
    const struct qntc_wait *wait = &logon->longest_wait;
    if (!qntc_has_worked(logon) || wait->duration < SLOW)
        return 0;
    g_string_append_printf(text, "the answer to frame %u took %s%.1f seconds", wait->request_frame,
                           wait->at_least ? "at least " : "",
                           (double)wait->duration / (double)G_USEC_PER_SEC);
    append_share_of_controller(logon, text);
    return wait->answer_frame;
}

const struct qntc_warning qntc_warnings_close[] = {
    {
        .id = "user-name-truncated",
        .title = "The user name may have been cut to ten characters",
        .serious = true,
        .judge = judge_user_truncated,
        .advice_ibm_i =
            QNTC_LINES("check that the profile of the ten characters is the one that is meant; "
                       "a profile name has no more than ten"),
        .advice_server = QNTC_LINES("give the user a name of at most ten characters, or name the "
                                    "IBM i profile with the logon (net use /user:PROFILE)"),
        .source = "N03; domain reference 2.2, 2.3",
        .example = "n_user_cut_to_ten_ok.pcap",
        .counter_example = "names_long_unicode_raw.pcap",
    },
    {
        .id = "domain-name-truncated",
        .title = "The domain name was cut to fifteen characters",
        .serious = true,
        .judge = judge_domain_truncated,
        .advice_ibm_i = QNTC_LINES(
            "give NetServer the NetBIOS name of the domain (GO NETS, or IBM Navigator for i); it "
            "takes fifteen characters, so where there is no such name use an account of the "
            "server itself"),
        .source = "Q06; domain reference 2.2",
        .example = "n_dom_cut_ok_local.pcap",
        .counter_example = "ipv6_smb2_good_bad.pcap",
    },
    {
        .id = "domain-not-known",
        .title = "The domain sent is none of the server's names",
        .judge = judge_domain_not_known,
        .advice_ibm_i = QNTC_LINES(
            "if no trust is meant, set NetServer's domain name to the server's (GO NETS, or IBM "
            "Navigator for i): an account of that name in a real domain would change who this is"),
        .source = "Q02, Q05; domain reference 2.2",
        .example = "ipv6_smb2_good_bad.pcap",
        .counter_example = "dc_unreachable_local_account_ok.pcap",
    },
    {
        .id = "repeated-failures",
        .title = "Refused again and again: the account may be locked out",
        .serious = true,
        .of_the_end = true,
        .judge = judge_repeated_failures,
        .advice_ibm_i =
            QNTC_LINES("stop the job that repeats the logon before the cause is looked for; "
                       "where NetServer is the server, QMAXSIGN refusals disable the profile"),
        .advice_server = QNTC_LINES("look at the account's state and the lock-out threshold"),
        .source = "Q60, N02",
        .example = "n_pwdiffers_three.pcap",
        .counter_example = "multi_smb2_sessions_one_tcp_raw.pcap",
    },
    {
        .id = "slow-logon",
        .title = "The server took two seconds or more for an answer",
        .judge = judge_slow,
        .advice_server = QNTC_LINES(
            "look at what the server waits for: its domain controller, name resolution, load"),
        .source = "D01, D02; domain reference 8",
        .example = "n_slow_auth_30.pcap",
        .counter_example = "lossy_dup_smb2_smbclient.pcap",
    },
    {.id = NULL},
};
