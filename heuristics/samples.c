/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a logon is held against: a few logons that worked, by server, client and user, for the
 * comparison (compare.c); refusals in a row and long user names, for the warnings. Every list is
 * bounded and every step costs the same however many logons the file has.
 */
#include "track.h"

#include <string.h>

#define MAX_SAMPLES 8 /* of a list: more would show nothing new */
#define IBM_I_USER_LENGTH 10

/* ------------------------------------------------------------------------- logons that worked */

/* The capture keeps equal strings once: they have one address. */
static bool same_shape(const struct qntc_logon *a, const struct qntc_logon *b)
{
    const struct qntc_connection *x = a->connection;
    const struct qntc_connection *y = b->connection;
    return a->user == b->user && a->domain == b->domain && a->workstation == b->workstation &&
           x->client_address == y->client_address && x->server_address == y->server_address &&
           a->mechanism == b->mechanism && a->ntlm.version == b->ntlm.version &&
           x->negotiate.dialect == y->negotiate.dialect && a->client_signing == b->client_signing;
}

static void add_sample(GPtrArray *samples, const struct qntc_logon *logon)
{
    for (guint i = 0; i < samples->len; i++) {
        if (same_shape(g_ptr_array_index(samples, i), logon))
            return;
    }
    if (samples->len < MAX_SAMPLES)
        g_ptr_array_add(samples, (gpointer)logon);
}

/* Takes the key over. */
static void add_sample_under(GHashTable *table, char *key, const struct qntc_logon *logon)
{
    GPtrArray *samples = g_hash_table_lookup(table, key);
    if (samples == NULL) {
        samples = g_ptr_array_new();
        g_hash_table_insert(table, g_steal_pointer(&key), samples);
    }
    add_sample(samples, logon);
    g_free(key);
}

static bool has_user(const struct qntc_logon *logon)
{
    return logon->user != NULL && *logon->user != '\0';
}

static void remember_sample(struct qntc_capture *capture, struct qntc_server *server,
                            const struct qntc_logon *logon)
{
    const char *client = logon->connection->client_address;
    add_sample(server->samples, logon);
    add_sample_under(server->successes_from, g_strdup(client), logon);
    add_sample_under(capture->successes_from, g_strdup(client), logon);
    if (has_user(logon))
        add_sample_under(capture->successes_of, qntc_name_key(logon->user), logon);
}

static const GPtrArray *samples_under(GHashTable *table, const char *key)
{
    return key != NULL ? g_hash_table_lookup(table, key) : NULL;
}

const GPtrArray *qntc_server_successes_from(const struct qntc_server *server, const char *client)
{
    return server != NULL ? samples_under(server->successes_from, client) : NULL;
}

const GPtrArray *qntc_server_samples(const struct qntc_server *server)
{
    return server != NULL ? server->samples : NULL;
}

const GPtrArray *qntc_capture_successes_of(const struct qntc_capture *capture, const char *user)
{
    char *key = qntc_name_key(user);
    const GPtrArray *samples = samples_under(capture->successes_of, key);
    g_free(key);
    return samples;
}

const GPtrArray *qntc_capture_successes_from(const struct qntc_capture *capture, const char *client)
{
    return samples_under(capture->successes_from, client);
}

/* --------------------------------------------------------------------------- refusals in a row */

/* Each knows how many came before it, and that another one came. */
static void add_to_row(struct qntc_server *server, struct qntc_open_logon *logon)
{
    char *user = qntc_name_key(logon->facts.user);
    struct qntc_open_logon *before = g_hash_table_lookup(server->refusals, user);
    logon->facts.refusals_in_row = 1;
    if (before != NULL) {
        before->facts.refused_again = true;
        logon->facts.refusals_in_row += before->facts.refusals_in_row;
    }
    g_hash_table_replace(server->refusals, user, logon);
}

static void end_row(struct qntc_server *server, const struct qntc_logon *logon)
{
    char *user = qntc_name_key(logon->user);
    g_hash_table_remove(server->refusals, user);
    g_free(user);
}

/* -------------------------------------------------------------------------------- long names */

/* Filed under what IBM i would cut it to; an "@realm" is no part of the profile's name. */
static void remember_long_user(struct qntc_server *server, const struct qntc_logon *logon)
{
    char *name = qntc_name_key(logon->user);
    name[strcspn(name, "@")] = '\0';
    if (g_utf8_validate(name, -1, NULL) && g_utf8_strlen(name, -1) > IBM_I_USER_LENGTH) {
        *g_utf8_offset_to_pointer(name, IBM_I_USER_LENGTH) = '\0';
        if (!g_hash_table_contains(server->long_users, name))
            g_hash_table_insert(server->long_users, g_steal_pointer(&name), (gpointer)logon);
    }
    g_free(name);
}

const struct qntc_logon *qntc_server_longer_user(const struct qntc_server *server, const char *user)
{
    if (server == NULL || user == NULL)
        return NULL;
    char *key = qntc_name_key(user);
    const struct qntc_logon *longer = g_hash_table_lookup(server->long_users, key);
    g_free(key);
    return longer;
}

void qntc_remember_end(struct qntc_capture *capture, struct qntc_open_logon *logon)
{
    const struct qntc_logon *facts = &logon->facts;
    struct qntc_server *server = logon->track->facts->server;
    if (facts->outcome == QNTC_OUTCOME_SUCCESS)
        remember_sample(capture, server, facts);
    if (!has_user(facts))
        return;
    remember_long_user(server, facts);
    if (facts->outcome == QNTC_OUTCOME_REFUSED)
        add_to_row(server, logon);
    else if (facts->outcome == QNTC_OUTCOME_SUCCESS)
        end_row(server, facts);
}
