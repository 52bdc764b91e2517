/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds the nearest logon that worked, and names the differences. The candidates are the few that
 * the capture keeps for this server, client and user (samples.c), so the work for one logon does
 * not grow with the file.
 */
#include "compare.h"

#include "diagnosis.h"

#define MAX_OF_USER 16 /* of a user's ways in at a server; a scan has hundreds */

/* --------------------------------------------------------------------------------- what differs */

static const char *server_of(const struct qntc_logon *logon)
{
    return logon->connection->server_address;
}

static const char *client_of(const struct qntc_logon *logon)
{
    return logon->connection->client_address;
}

static const char *user_of(const struct qntc_logon *logon)
{
    return logon->user;
}

static const char *domain_of(const struct qntc_logon *logon)
{
    return logon->domain;
}

static const char *workstation_of(const struct qntc_logon *logon)
{
    return logon->workstation;
}

static const char *mechanism_of(const struct qntc_logon *logon)
{
    return qntc_mechanism_name(logon->mechanism);
}

static const char *ntlm_of(const struct qntc_logon *logon)
{
    return qntc_ntlm_name(logon->ntlm.version);
}

static const char *signing_of(const struct qntc_logon *logon)
{
    return logon->client_signing != QNTC_SIGNING_UNKNOWN ? qntc_signing_name(logon->client_signing)
                                                         : NULL;
}

/* Where none was agreed, a client that offers nothing but SMB1 has shown what it speaks. */
static const char *dialect_of(const struct qntc_logon *logon)
{
    const struct qntc_negotiate *negotiate = &logon->connection->negotiate;
    bool only_smb1 = negotiate->offers_smb1 && !negotiate->offers_smb2;
    if (negotiate->dialect == QNTC_DIALECT_UNKNOWN && only_smb1)
        return qntc_dialect_name(QNTC_DIALECT_SMB1);
    return qntc_dialect_name(negotiate->dialect);
}

/* The members of `differs` in the JSON report, in its order. */
static const struct {
    const char *name;
    const char *(*value)(const struct qntc_logon *logon);
} aspects[QNTC_MAX_DIFFERENCES] = {
    {"server", server_of},   {"user", user_of},
    {"domain", domain_of},   {"mechanism", mechanism_of},
    {"ntlm", ntlm_of},       {"dialect", dialect_of},
    {"signing", signing_of}, {"workstation", workstation_of},
    {"address", client_of},
};

/* Both seen, and equal but for case. */
static bool same(const char *a, const char *b)
{
    return a != NULL && b != NULL && (a == b || qntc_same_name(a, b));
}

static struct qntc_comparison differences(const struct qntc_logon *here,
                                          const struct qntc_logon *there)
{
    struct qntc_comparison comparison = {.works = there};
    for (size_t i = 0; i < G_N_ELEMENTS(aspects); i++) {
        const char *a = aspects[i].value(here);
        const char *b = aspects[i].value(there);
        if (a != NULL && b != NULL && !same(a, b))
            comparison.differences[comparison.count++] =
                (struct qntc_difference){aspects[i].name, a, b};
    }
    return comparison;
}

/* ---------------------------------------------------------------------------- the nearest one */

struct search {
    const struct qntc_logon *logon;
    struct qntc_comparison best;
    unsigned best_score;
};

static unsigned distance(const struct qntc_logon *a, const struct qntc_logon *b)
{
    return a->number > b->number ? a->number - b->number : b->number - a->number;
}

static unsigned score(const struct qntc_comparison *comparison, const struct qntc_logon *logon)
{
    const struct qntc_logon *there = comparison->works;
    return (unsigned)same(user_of(logon), user_of(there)) << 5 |
           (unsigned)same(client_of(logon), client_of(there)) << 4 |
           (QNTC_MAX_DIFFERENCES - comparison->count);
}

/*
 * A user that the capture lacks may be the very difference. A ticket hides its user, and a logon
 * that ended before it came to a user is held against any.
 */
static bool comparable(const struct qntc_logon *here, const struct qntc_logon *there)
{
    bool hidden_there = there->user == NULL && there->mechanism != QNTC_MECHANISM_KERBEROS;
    if (hidden_there)
        return false;
    if (here->user != NULL || here->mechanism == QNTC_MECHANISM_KERBEROS)
        return true;
    return here->authenticate_frame == 0 && here->truncated_frame == 0 && !here->request_missing &&
           !here->response_missing;
}

static void consider(struct search *search, const struct qntc_logon *candidate)
{
    if (!comparable(search->logon, candidate))
        return;
    struct qntc_comparison comparison = differences(search->logon, candidate);
    unsigned points = score(&comparison, search->logon);
    const struct qntc_logon *best = search->best.works;
    bool nearer = best == NULL || points > search->best_score ||
                  (points == search->best_score &&
                   distance(search->logon, candidate) < distance(search->logon, best));
    if (!nearer)
        return;
    search->best = comparison;
    search->best_score = points;
}

static void consider_all(struct search *search, const GPtrArray *candidates)
{
    for (guint i = 0; candidates != NULL && i < MIN(candidates->len, MAX_OF_USER); i++)
        consider(search, g_ptr_array_index(candidates, i));
}

static bool failed(const struct qntc_logon *logon)
{
    return logon->outcome == QNTC_OUTCOME_REFUSED || logon->outcome == QNTC_OUTCOME_CLOSED ||
           logon->outcome == QNTC_OUTCOME_UNANSWERED || logon->outcome == QNTC_OUTCOME_ABANDONED;
}

/* A ticket shows neither user nor password: that the PC gets in with one says nothing of them. */
static const char *remark_on(const struct qntc_comparison *comparison,
                             const struct qntc_logon *logon)
{
    if (comparison->count == 0 && logon->authenticate_frame != 0)
        return "Nothing that the capture shows differs. What is left is the password, the state of "
               "the account, or the server itself.";
    bool kerberos_there = comparison->works->mechanism == QNTC_MECHANISM_KERBEROS;
    bool ntlm_here =
        logon->mechanism == QNTC_MECHANISM_NTLMSSP || logon->mechanism == QNTC_MECHANISM_NTLM;
    if (kerberos_there && ntlm_here)
        return "Kerberos there, NTLM here: server and network are fine, but a ticket needs neither "
               "this password nor this domain name nor NTLM. Look at what only NTLM needs.";
    return NULL;
}

struct qntc_comparison qntc_compare(const struct qntc_capture *capture,
                                    const struct qntc_logon *logon)
{
    struct search search = {.logon = logon};
    if (!failed(logon))
        return search.best;
    const struct qntc_server *server = logon->connection->server;
    /* This server first: another one is asked for only where nobody is known to get in here. */
    consider_all(&search, qntc_server_successes(server, logon->user));
    consider_all(&search, qntc_server_successes_from(server, client_of(logon)));
    if (search.best.works == NULL)
        consider_all(&search, qntc_server_samples(server));
    if (search.best.works == NULL && logon->user != NULL)
        consider_all(&search, qntc_capture_successes_of(capture, logon->user));
    if (search.best.works == NULL && logon->user == NULL)
        consider_all(&search, qntc_capture_successes_from(capture, client_of(logon)));
    if (search.best.works != NULL)
        search.best.remark = remark_on(&search.best, logon);
    return search.best;
}
