/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares what hosts say of themselves to ServerAlive2: each host's latest answer, found again by
 * every address in it. A new answer meets only those that name one of its addresses, so the cost of
 * an answer does not grow with the file. What nobody contradicted by the end of the file, but has a
 * link-local address, is a possible collision.
 */
#include "oxid.h"

#include "kerberos_error.h"
#include "track.h"

#include <arpa/inet.h>
#include <string.h>

#define MAX_HOSTS 4096
#define MAX_NAMES 8        /* of a host */
#define MAX_CLAIMANTS 8    /* hosts that are remembered for one address */
#define MAX_COMPARISONS 16 /* for one answer */
#define MAX_FAILURES 64
#define MAX_SHOWN 4    /* addresses in a line of evidence */
#define MAX_LENGTH 255 /* of a host name, [RFC1035] 2.3.4 */

/* Addresses move from host to host (DHCP), but hardly within this time. */
#define SAME_TIME (3600 * (qntc_time)G_USEC_PER_SEC)

struct host {
    unsigned number;     /* in the order of the first answers */
    const char *address; /* that it answered from; the capture's */
    const char *client_address;
    uint32_t frame;
    qntc_time time;
    GPtrArray *names;     /* keys */
    GPtrArray *addresses; /* in their usual form, the one that it answered from among them */
    struct qntc_finding *finding;
    unsigned compared_in; /* the answer that it was last compared with, and what came of it */
    bool collides;
};

/* A call or a logon that failed as it does behind a shared address. */
struct failure {
    const char *client_address;
    const char *host_address;
    uint32_t frame;
};

struct qntc_oxid {
    unsigned answers;
    GHashTable *hosts;     /* address -> struct host * */
    GHashTable *claimants; /* address -> GPtrArray of struct host *, oldest first */
    GArray *failures;      /* struct failure */
};

/* ------------------------------------------------------------------------------ life and death */

static void free_host(gpointer data)
{
    struct host *host = data;
    g_ptr_array_free(host->names, TRUE);
    g_ptr_array_free(host->addresses, TRUE);
    g_free(host);
}

static void free_claimants(gpointer data)
{
    g_ptr_array_free(data, TRUE);
}

struct qntc_oxid *qntc_oxid_new(void)
{
    struct qntc_oxid *oxid = g_new0(struct qntc_oxid, 1);
    oxid->hosts = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_host);
    oxid->claimants = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_claimants);
    oxid->failures = g_array_new(FALSE, FALSE, sizeof(struct failure));
    return oxid;
}

void qntc_oxid_free(struct qntc_oxid *oxid)
{
    g_hash_table_destroy(oxid->claimants);
    g_hash_table_destroy(oxid->hosts);
    g_array_free(oxid->failures, TRUE);
    g_free(oxid);
}

/* -------------------------------------------------------------------------- names and addresses */

/* An address in its usual form, a zone left out; NULL where the text is none. Free with g_free. */
static char *address_in(const char *text)
{
    uint8_t bytes[16];
    char usual[INET6_ADDRSTRLEN];
    char *plain = g_strndup(text, strcspn(text, "%"));
    int family = strchr(plain, ':') != NULL ? AF_INET6 : AF_INET;
    bool is_address = inet_pton(family, plain, bytes) == 1 &&
                      inet_ntop(family, bytes, usual, sizeof usual) != NULL;
    g_free(plain);
    return is_address ? g_strdup(usual) : NULL;
}

/* Addresses that every host has, or none: they say nothing about two of them. */
static bool is_nobodys(const char *address)
{
    return g_str_has_prefix(address, "127.") || g_str_equal(address, "0.0.0.0") ||
           g_str_equal(address, "::") || g_str_equal(address, "::1");
}

/* [RFC3927] 2.1, [RFC4291] 2.5.6: fe80::/10 */
static bool is_link_local(const char *address)
{
    static const char *const prefixes[] = {"169.254.", "fe8", "fe9", "fea", "feb"};
    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        bool short_form = i > 0 && strcspn(address, ":") != 4;
        if (g_str_has_prefix(address, prefixes[i]) && !short_form)
            return true;
    }
    return false;
}

static bool contains(const GPtrArray *texts, const char *text)
{
    for (guint i = 0; i < texts->len; i++) {
        if (g_str_equal(texts->pdata[i], text))
            return true;
    }
    return false;
}

/* Takes the text over. */
static void add_once(GPtrArray *texts, char *text)
{
    if (!contains(texts, text))
        g_ptr_array_add(texts, text);
    else
        g_free(text);
}

static void add_binding(struct host *host, const char *binding)
{
    char *address = address_in(binding);
    bool is_name = address == NULL && *binding != '\0' && strlen(binding) <= MAX_LENGTH;
    if (is_name && host->names->len < MAX_NAMES)
        add_once(host->names, qntc_name_key(binding));
    else if (address != NULL && !is_nobodys(address))
        add_once(host->addresses, g_steal_pointer(&address));
    g_free(address);
}

/* "SRV1" is "SRV1.CORP.EXAMPLE", too: a short name may belong to either. */
static bool same_host_name(const char *a, const char *b)
{
    size_t length = MIN(strlen(a), strlen(b));
    if (strncmp(a, b, length) != 0)
        return false;
    const char *rest = strlen(a) > length ? a + length : b + length;
    return *rest == '\0' || *rest == '.';
}

static bool share_a_name(const struct host *a, const struct host *b)
{
    for (guint i = 0; i < a->names->len; i++) {
        for (guint k = 0; k < b->names->len; k++) {
            if (same_host_name(a->names->pdata[i], b->names->pdata[k]))
                return true;
        }
    }
    return false;
}

static bool has_address_of_its_own(const struct host *host, const struct host *other)
{
    for (guint i = 0; i < host->addresses->len; i++) {
        if (!contains(other->addresses, host->addresses->pdata[i]))
            return true;
    }
    return false;
}

/* --------------------------------------------------------------------------------------- hosts */

/* Removes the host from the claimants of `addresses` that it does not name any more. */
static void withdraw(struct qntc_oxid *oxid, struct host *host, const GPtrArray *addresses)
{
    for (guint i = 0; i < addresses->len; i++) {
        const char *address = g_ptr_array_index(addresses, i);
        GPtrArray *claimants = g_hash_table_lookup(oxid->claimants, address);
        if (claimants == NULL || contains(host->addresses, address))
            continue;
        g_ptr_array_remove(claimants, host);
        if (claimants->len == 0)
            g_hash_table_remove(oxid->claimants, address);
    }
}

/* A host keeps its place: the first is the one that the others are compared with. */
static void claim(struct qntc_oxid *oxid, struct host *host)
{
    for (guint i = 0; i < host->addresses->len; i++) {
        const char *address = host->addresses->pdata[i];
        GPtrArray *claimants = g_hash_table_lookup(oxid->claimants, address);
        if (claimants == NULL) {
            claimants = g_ptr_array_new();
            g_hash_table_insert(oxid->claimants, g_strdup(address), claimants);
        }
        bool listed = g_ptr_array_find(claimants, host, NULL);
        if (!listed && claimants->len < MAX_CLAIMANTS)
            g_ptr_array_add(claimants, host);
    }
}

static struct host *host_at(struct qntc_capture *capture, const char *address)
{
    struct qntc_oxid *oxid = capture->oxid;
    struct host *host = g_hash_table_lookup(oxid->hosts, address);
    if (host != NULL || g_hash_table_size(oxid->hosts) >= MAX_HOSTS)
        return host;
    host = g_new0(struct host, 1);
    host->address = qntc_keep(capture, address);
    host->number = g_hash_table_size(oxid->hosts);
    host->names = g_ptr_array_new_with_free_func(g_free);
    host->addresses = g_ptr_array_new_with_free_func(g_free);
    g_hash_table_insert(oxid->hosts, (gpointer)host->address, host);
    return host;
}

static void note_answer(struct qntc_capture *capture, struct host *host,
                        const struct qntc_oxid_answer *answer)
{
    GPtrArray *before = host->addresses;
    host->addresses = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_set_size(host->names, 0);
    host->client_address = qntc_keep(capture, answer->client_address);
    host->frame = answer->frame;
    host->time = answer->time;
    add_binding(host, host->address);
    for (unsigned i = 0; i < MIN(answer->count, QNTC_MAX_OXID_BINDINGS); i++) {
        if (answer->bindings[i] != NULL)
            add_binding(host, answer->bindings[i]);
    }
    withdraw(capture->oxid, host, before);
    claim(capture->oxid, host);
    g_ptr_array_free(before, TRUE);
}

/* ---------------------------------------------------------------------------------- collisions */

static void append_text(GString *list, unsigned shown, const char *text)
{
    if (shown == MAX_SHOWN)
        g_string_append(list, ", ...");
    else if (shown < MAX_SHOWN)
        g_string_append_printf(list, "%s%s", shown > 0 ? ", " : "", text);
}

/* "10.0.0.1 (SRV1)" */
static void append_host(GString *text, const struct host *host)
{
    g_string_append(text, host->address);
    if (host->names->len > 0)
        g_string_append_printf(text, " (%s)", (const char *)host->names->pdata[0]);
}

/* "ServerAlive2: 10.0.0.1 (SRV1) names 169.254.95.120, and so does 10.0.0.2 (SRV2)" */
static char *words_of_collision(const struct host *host, const struct host *other)
{
    GString *text = g_string_new("ServerAlive2: ");
    append_host(text, host);
    g_string_append(text, " names ");
    unsigned shown = 0;
    for (guint i = 0; i < host->addresses->len; i++) {
        if (contains(other->addresses, host->addresses->pdata[i]))
            append_text(text, shown++, host->addresses->pdata[i]);
    }
    g_string_append(text, ", and so does ");
    append_host(text, other);
    return g_string_free(text, FALSE);
}

/*
 * Two machines, or one that answers from two addresses: one machine says the same wherever it is
 * asked. Without names on both sides, or with much time between the answers, it is less certain.
 */
static enum qntc_confidence weigh(const struct host *a, const struct host *b)
{
    if (share_a_name(a, b) || !has_address_of_its_own(a, b) || !has_address_of_its_own(b, a))
        return QNTC_CONFIDENCE_NONE;
    bool named = a->names->len > 0 && b->names->len > 0;
    bool timed = a->time != QNTC_TIME_UNKNOWN && b->time != QNTC_TIME_UNKNOWN;
    bool same_time = timed && a->time - b->time <= SAME_TIME && b->time - a->time <= SAME_TIME;
    return named && same_time ? QNTC_CONFIDENCE_PROVEN : QNTC_CONFIDENCE_LIKELY;
}

/* `latest` has just answered: its frame makes the finding known. */
static void note_collision(struct qntc_capture *capture, struct host *latest, struct host *other,
                           enum qntc_confidence confidence)
{
    const struct host *ends[] = {latest, other};
    bool first = latest->number < other->number;
    struct qntc_place place = {first ? other->address : latest->address,
                               first ? latest->address : other->address, 0};
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
        char *text = words_of_collision(ends[i], ends[1 - i]);
        latest->finding =
            qntc_note_finding(capture, "shared-address", confidence, &place, ends[i]->frame, text);
        g_free(text);
    }
    other->finding = latest->finding;
}

/* Whether they share an address as two machines: looked at once for each answer of `latest`. */
static bool collides(struct qntc_capture *capture, struct host *latest, struct host *other,
                     unsigned *comparisons)
{
    unsigned answer = capture->oxid->answers;
    if (other->compared_in != answer && *comparisons < MAX_COMPARISONS) {
        (*comparisons)++;
        enum qntc_confidence confidence = weigh(latest, other);
        other->compared_in = answer;
        other->collides = confidence != QNTC_CONFIDENCE_NONE;
        if (other->collides)
            note_collision(capture, latest, other, confidence);
    }
    return other->compared_in == answer && other->collides;
}

/* With one host for each address: many hosts with one address are as many findings, not pairs. */
static void compare(struct qntc_capture *capture, struct host *host)
{
    unsigned comparisons = 0;
    for (guint i = 0; i < host->addresses->len; i++) {
        const GPtrArray *claimants =
            g_hash_table_lookup(capture->oxid->claimants, host->addresses->pdata[i]);
        for (guint k = 0; claimants != NULL && k < claimants->len; k++) {
            struct host *other = g_ptr_array_index(claimants, k);
            if (other != host && collides(capture, host, other, &comparisons))
                break;
        }
    }
}

void qntc_oxid_answer(struct qntc_capture *capture, const struct qntc_oxid_answer *answer)
{
    struct host *host =
        answer->host_address != NULL ? host_at(capture, answer->host_address) : NULL;
    if (host == NULL)
        return;
    capture->oxid->answers++;
    note_answer(capture, host, answer);
    compare(capture, host);
}

const struct qntc_finding *qntc_oxid_collision_of(const struct qntc_capture *capture,
                                                  const char *address)
{
    const GPtrArray *claimants =
        address != NULL ? g_hash_table_lookup(capture->oxid->claimants, address) : NULL;
    for (guint i = 0; claimants != NULL && i < claimants->len; i++) {
        const struct host *host = g_ptr_array_index(claimants, i);
        if (host->finding != NULL && host->finding->cause->confidence >= QNTC_CONFIDENCE_LIKELY)
            return host->finding;
    }
    return NULL;
}

/* ------------------------------------------------------------------------- what comes of it */

void qntc_oxid_security_failure(struct qntc_capture *capture, const char *client_address,
                                const char *host_address, uint32_t frame)
{
    GArray *failures = capture->oxid->failures;
    struct failure failure = {qntc_keep(capture, client_address), qntc_keep(capture, host_address),
                              frame};
    if (failures->len < MAX_FAILURES)
        g_array_append_val(failures, failure);
}

static struct qntc_finding *finding_of(const struct qntc_oxid *oxid, const char *address)
{
    const struct host *host = address != NULL ? g_hash_table_lookup(oxid->hosts, address) : NULL;
    return host != NULL ? host->finding : NULL;
}

static void tie(const struct qntc_oxid *oxid, const struct failure *failure, const char *text)
{
    struct qntc_finding *finding = finding_of(oxid, failure->host_address);
    if (finding == NULL)
        finding = finding_of(oxid, failure->client_address);
    if (finding != NULL)
        qntc_finding_evidence(finding, failure->frame, text);
}

/* A ticket for one machine that the other got. */
static void tie_logons(struct qntc_capture *capture)
{
    unsigned tied = 0;
    for (guint i = 0; i < capture->logons->len && tied < MAX_FAILURES; i++) {
        const struct qntc_open_logon *open = g_ptr_array_index(capture->logons, i);
        const struct qntc_kerberos_exchange *kerberos = &open->facts.kerberos;
        const struct qntc_connection *connection = open->facts.connection;
        if (kerberos->error_frame == 0 || kerberos->error_code != KRB_AP_ERR_MODIFIED)
            continue;
        struct failure failure = {connection->client_address, connection->server_address,
                                  kerberos->error_frame};
        tie(capture->oxid, &failure,
            "KRB_AP_ERR_MODIFIED: the ticket of a logon was for another machine's key");
        tied++;
    }
}

static const char *link_local_of(const struct host *host)
{
    for (guint i = 0; i < host->addresses->len; i++) {
        const char *address = g_ptr_array_index(host->addresses, i);
        if (is_link_local(address) && !g_str_equal(address, host->address))
            return address;
    }
    return NULL;
}

/* The other one, if there is one, was not asked in this file. */
static void note_possible(struct qntc_capture *capture, struct host *host)
{
    const char *address = link_local_of(host);
    if (host->finding != NULL || address == NULL)
        return;
    struct qntc_place place = {host->client_address, host->address, 0};
    GString *text = g_string_new("ServerAlive2: ");
    append_host(text, host);
    g_string_append_printf(text, " names the link-local address %s: does its peer have it, too?",
                           address);
    host->finding = qntc_note_finding(capture, "shared-address", QNTC_CONFIDENCE_POSSIBLE, &place,
                                      host->frame, text->str);
    g_string_free(text, TRUE);
}

void qntc_oxid_end(struct qntc_capture *capture)
{
    const struct qntc_oxid *oxid = capture->oxid;
    GHashTableIter iterator;
    gpointer host;
    g_hash_table_iter_init(&iterator, oxid->hosts);
    while (g_hash_table_iter_next(&iterator, NULL, &host))
        note_possible(capture, host);
    for (guint i = 0; i < oxid->failures->len; i++)
        tie(oxid, &g_array_index(oxid->failures, struct failure, i),
            "a call fails with 0x80070721, a security package specific error");
    if (g_hash_table_size(oxid->hosts) > 0)
        tie_logons(capture);
}
