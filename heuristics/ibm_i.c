/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Recognises IBM i. A fingerprint is a row: what it looks at and what it is worth. Only NetServer's
 * own name on the wire is worth enough alone (Tenable's plugin 58604 goes by it); no trace of QNTC
 * itself was ever published, so its rows are hints that must come together.
 */
#include "ibm_i.h"

#include "track.h"

#ifdef _WIN32
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#endif
#include <stdlib.h>
#include <string.h>

enum { ROLE_CLIENT = 1, ROLE_SERVER = 2 };

/* An address or a network, and the roles in which it is an IBM i. */
struct host {
    int family; /* AF_INET or AF_INET6 */
    uint8_t address[16];
    unsigned prefix; /* bits that must be equal */
    unsigned roles;
};

struct qntc_ibm_i_hosts {
    GArray *list; /* struct host */
};

/* ------------------------------------------------------------------------- what the user says */

static bool parse_role(const char *text, unsigned *roles)
{
    if (text == NULL) {
        *roles = ROLE_CLIENT | ROLE_SERVER;
        return true;
    }
    *roles = g_str_equal(text, "client") ? ROLE_CLIENT : ROLE_SERVER;
    return *roles == ROLE_CLIENT || g_str_equal(text, "server");
}

static bool parse_prefix(const char *text, unsigned longest, unsigned *prefix)
{
    guint64 value = longest;
    if (text != NULL && !g_ascii_string_to_unsigned(text, 10, 0, longest, &value, NULL))
        return false;
    *prefix = (unsigned)value;
    return true;
}

static bool parse_address(const char *text, struct host *host)
{
    host->family = strchr(text, ':') != NULL ? AF_INET6 : AF_INET;
    return inet_pton(host->family, text, host->address) == 1;
}

/* ADDRESS[/BITS][=ROLE]; cuts up the text. */
static bool parse_host(char *text, struct host *host)
{
    char *role = strchr(text, '=');
    if (role != NULL)
        *role++ = '\0';
    char *prefix = strchr(text, '/');
    if (prefix != NULL)
        *prefix++ = '\0';
    return parse_address(text, host) && parse_role(role, &host->roles) &&
           parse_prefix(prefix, host->family == AF_INET ? 32 : 128, &host->prefix);
}

struct qntc_ibm_i_hosts *qntc_ibm_i_hosts_new(const char *text, char **error)
{
    struct qntc_ibm_i_hosts *hosts = g_new0(struct qntc_ibm_i_hosts, 1);
    hosts->list = g_array_new(FALSE, FALSE, sizeof(struct host));
    char **parts = g_strsplit_set(text, ", \t", -1);
    char *wrong = NULL;
    for (char **part = parts; *part != NULL && wrong == NULL; part++) {
        struct host host = {0};
        char *original = g_strdup(*part);
        if (**part != '\0' && !parse_host(*part, &host))
            wrong = g_steal_pointer(&original);
        else if (*original != '\0')
            g_array_append_val(hosts->list, host);
        g_free(original);
    }
    g_strfreev(parts);
    if (wrong == NULL)
        return hosts;
    *error = g_strdup_printf("\"%s\" is no IBM i host: write ADDRESS, ADDRESS/BITS, or one of them "
                             "with =client or =server behind it",
                             wrong);
    g_free(wrong);
    qntc_ibm_i_hosts_free(hosts);
    return NULL;
}

void qntc_ibm_i_hosts_free(struct qntc_ibm_i_hosts *hosts)
{
    if (hosts == NULL)
        return;
    g_array_free(hosts->list, TRUE);
    g_free(hosts);
}

void qntc_capture_set_ibm_i_hosts(struct qntc_capture *capture, struct qntc_ibm_i_hosts *hosts)
{
    qntc_ibm_i_hosts_free(capture->ibm_i_hosts);
    capture->ibm_i_hosts = hosts;
}

static bool same_bits(const uint8_t *a, const uint8_t *b, unsigned bits)
{
    unsigned bytes = bits / 8;
    unsigned rest = bits % 8;
    uint8_t mask = (uint8_t)(0xFF00u >> rest);
    return memcmp(a, b, bytes) == 0 && (rest == 0 || ((a[bytes] ^ b[bytes]) & mask) == 0);
}

static bool is_given(const struct qntc_capture *capture, const char *address, unsigned role)
{
    struct host host;
    if (capture->ibm_i_hosts == NULL || address == NULL || !parse_address(address, &host))
        return false;
    const GArray *list = capture->ibm_i_hosts->list;
    for (guint i = 0; i < list->len; i++) {
        const struct host *known = &g_array_index(list, struct host, i);
        if (known->family == host.family && (known->roles & role) != 0 &&
            same_bits(known->address, host.address, known->prefix))
            return true;
    }
    return false;
}

/* --------------------------------------------------------------------- what the wire looks like */

struct fingerprint {
    bool (*fits)(const struct qntc_logon *logon);
    unsigned score;
};

static bool contains(const char *text, const char *part)
{
    return text != NULL && strstr(text, part) != NULL;
}

/* QNTC speaks 2.0.2, from 7.4 on also 3.0, and none of the dialects between or above. */
static bool offers_202_and_300_only(const struct qntc_logon *logon)
{
    const struct qntc_negotiate *negotiate = &logon->connection->negotiate;
    for (unsigned i = 0; i < negotiate->dialect_count; i++) {
        if (negotiate->dialects[i] != 0x0202 && negotiate->dialects[i] != 0x0300)
            return false;
    }
    return negotiate->dialect_count > 0;
}

static bool offers_nt_lm_012_only(const struct qntc_logon *logon)
{
    const struct qntc_negotiate *negotiate = &logon->connection->negotiate;
    return negotiate->offers_nt_lm_012 && !negotiate->offers_smb2;
}

/* The name of an IBM i profile: ten characters of A-Z, 0-9, $, #, @, _. */
static bool user_is_a_profile(const struct qntc_logon *logon)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789$#@_";
    size_t length = logon->user != NULL ? strlen(logon->user) : 0;
    return length > 0 && length <= 10 && strspn(logon->user, letters) == length;
}

static bool client_says_os400(const struct qntc_logon *logon)
{
    return contains(logon->connection->client_native_os, "OS/400") ||
           contains(logon->connection->client_native_lanman, "QNTC");
}

static bool server_says_netserver(const struct qntc_logon *logon)
{
    return contains(logon->connection->server_native_lanman,
                    "Support for Windows Network Neighborhood");
}

static bool server_says_os400(const struct qntc_logon *logon)
{
    const char *os = logon->connection->server_native_os;
    return contains(os, "OS/400") || contains(os, "i5/OS");
}

/* NetServer's default name is "Q" and the name of the system. */
static bool server_name_begins_with_q(const struct qntc_logon *logon)
{
    return logon->ntlm.nb_computer != NULL && logon->ntlm.nb_computer[0] == 'Q';
}

/* NetServer without Kerberos has none: its challenge stands in the NEGOTIATE answer. */
static bool smb1_without_extended_security(const struct qntc_logon *logon)
{
    const struct qntc_negotiate *negotiate = &logon->connection->negotiate;
    return negotiate->dialect == QNTC_DIALECT_SMB1 && negotiate->challenge_seen &&
           !negotiate->extended_security;
}

/* The service principal that only IBM i servers have, beside cifs and host. */
static bool ticket_is_for_krbsvr400(const struct qntc_logon *logon)
{
    return logon->kerberos.service != NULL &&
           g_str_has_prefix(logon->kerberos.service, "krbsvr400/");
}

static const struct fingerprint qntc_fingerprints[] = {
    {client_says_os400, 60},
    {offers_202_and_300_only, 40},
    {offers_nt_lm_012_only, 20},
    {user_is_a_profile, 20},
};

static const struct fingerprint netserver_fingerprints[] = {
    {server_says_netserver, 95},     {server_says_os400, 60},
    {ticket_is_for_krbsvr400, 60},   {smb1_without_extended_security, 20},
    {server_name_begins_with_q, 10},
};

static unsigned score(const struct qntc_logon *logon, const struct fingerprint *rows, size_t count)
{
    unsigned sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += rows[i].fits(logon) ? rows[i].score : 0;
    return MIN(sum, 100);
}

/* Samba runs in PASE on an IBM i, too: whoever the host is, such a client is not QNTC. */
static bool client_is_samba(const struct qntc_logon *logon)
{
    return contains(logon->connection->client_native_lanman, "Samba");
}

unsigned qntc_qntc_score(const struct qntc_logon *logon)
{
    if (client_is_samba(logon))
        return 0;
    return score(logon, qntc_fingerprints, G_N_ELEMENTS(qntc_fingerprints));
}

unsigned qntc_netserver_score(const struct qntc_logon *logon)
{
    if (contains(logon->connection->server_native_lanman, "Samba"))
        return 0;
    return score(logon, netserver_fingerprints, G_N_ELEMENTS(netserver_fingerprints));
}

/* -------------------------------------------------------------------------------- the answer */

static enum qntc_ibm_i known_by(bool given, unsigned by_wire)
{
    if (given)
        return QNTC_IBM_I_GIVEN;
    return by_wire >= QNTC_IBM_I_RECOGNISED_AT ? QNTC_IBM_I_RECOGNISED : QNTC_IBM_I_UNKNOWN;
}

enum qntc_ibm_i qntc_client_is_ibm_i(const struct qntc_capture *capture,
                                     const struct qntc_logon *logon)
{
    if (client_is_samba(logon))
        return QNTC_IBM_I_UNKNOWN;
    return known_by(is_given(capture, logon->connection->client_address, ROLE_CLIENT),
                    qntc_qntc_score(logon));
}

enum qntc_ibm_i qntc_server_is_ibm_i(const struct qntc_capture *capture,
                                     const struct qntc_logon *logon)
{
    return known_by(is_given(capture, logon->connection->server_address, ROLE_SERVER),
                    qntc_netserver_score(logon));
}
