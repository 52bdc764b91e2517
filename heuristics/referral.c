/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DFS referrals. PATH_NOT_COVERED says that a path lies elsewhere. A client that knows DFS asks the
 * server where, and goes on there ([MS-DFSC] 3.1.5, [MS-SMB2] 3.2.4.20.3): it has lost nothing. It
 * need not ask on the same connection: smbclient opens one of its own for that.
 */
#include "diagnosis.h"
#include "finding.h"
#include "track.h"

#include <string.h>

#define DFS_PATH "dfs-path" /* the cause */
#define MAX_UNCOVERED 64    /* of a server */

enum {
    FSCTL_DFS_GET_REFERRALS = 0x00060194,
    FSCTL_DFS_GET_REFERRALS_EX = 0x000601B0,
    TRANS2_GET_DFS_REFERRAL = 0x0010,
};

/* A path that was said to lie elsewhere, until the client has been told where. */
struct uncovered {
    const struct qntc_open_logon *logon; /* whose session asked for it */
    struct qntc_event *event;
};

bool qntc_is_referral_request(enum qntc_family family, uint64_t code)
{
    if (family == QNTC_SMB1)
        return code == TRANS2_GET_DFS_REFERRAL;
    return code == FSCTL_DFS_GET_REFERRALS || code == FSCTL_DFS_GET_REFERRALS_EX;
}

bool qntc_asks_for_referral(const struct qntc_message *message)
{
    const struct qntc_number *code =
        message->family == QNTC_SMB1 ? &message->subcommand : &message->fsctl;
    return message->from == QNTC_CLIENT && code->seen &&
           qntc_is_referral_request(message->family, code->value);
}

bool qntc_is_uncovered(const struct qntc_status *status)
{
    return !qntc_status_is_success(status) &&
           qntc_cause_names_event_status(qntc_cause_by_id(DFS_PATH), status);
}

void qntc_note_uncovered(const struct qntc_open_logon *logon, struct qntc_event *event)
{
    struct qntc_server *server = logon->track->facts->server;
    if (server->uncovered == NULL)
        server->uncovered = g_array_new(FALSE, FALSE, sizeof(struct uncovered));
    if (server->uncovered->len == MAX_UNCOVERED)
        g_array_remove_index(server->uncovered, 0);
    struct uncovered uncovered = {logon, event};
    g_array_append_val(server->uncovered, uncovered);
}

/* The name of a Kerberos user is not seen: two of them at one client may be the same. */
static bool same_user(const struct qntc_logon *one, const struct qntc_logon *other)
{
    bool both_unseen = one->user == NULL && other->user == NULL;
    return g_str_equal(one->connection->client_address, other->connection->client_address) &&
           (both_unseen || qntc_same_name(one->user, other->user));
}

/*
 * The path of a request is \server\share\link and what follows. With less it asks for the root
 * itself, as a client does before it opens anything. Of FSCTL_DFS_GET_REFERRALS_EX it is not seen,
 * as the share may be; what is not seen fits.
 */
static bool leads_behind(const char *share, const char *path)
{
    enum { SERVER, SHARE, LINK, PARTS };
    if (path == NULL)
        return true;
    char **parts = g_strsplit(path + strspn(path, "\\"), "\\", PARTS);
    bool fits = g_strv_length(parts) == PARTS && *parts[LINK] != '\0' &&
                (share == NULL || qntc_same_name(parts[SHARE], share));
    g_strfreev(parts);
    return fits;
}

/* Of sessions from before the capture there is one finding for client and server. */
static struct qntc_finding *finding_at(const struct qntc_capture *capture,
                                       const struct qntc_connection *connection)
{
    struct qntc_place place = {connection->client_address, connection->server_address,
                               connection->server_port};
    return qntc_find_finding(capture, DFS_PATH, &place);
}

void qntc_set_followed(struct qntc_finding *finding, bool followed)
{
    finding->got_over = followed;
    finding->cause->explanation =
        followed
            ? "The server said that a path leads elsewhere, through DFS. The client asked for a "
              "referral behind it, so it probably went on there."
            : finding->cause->cause->explanation;
}

static bool is_asked_for(const struct uncovered *uncovered, const struct qntc_open_logon *asker,
                         const char *path)
{
    bool fits = asker == uncovered->logon ||
                (asker != NULL && same_user(&asker->facts, &uncovered->logon->facts));
    return fits && leads_behind(uncovered->event->share, path);
}

void qntc_ask_for_referral(struct qntc_capture *capture, struct qntc_track *track,
                           const struct qntc_open_logon *asker, const struct qntc_message *request)
{
    const GArray *all = track->facts->server->uncovered;
    bool answer_matters = false;
    for (guint i = 0; all != NULL && i < all->len; i++) {
        const struct uncovered *uncovered = &g_array_index(all, struct uncovered, i);
        if (!is_asked_for(uncovered, asker, request->file_name))
            continue;
        uncovered->event->referral_frame = request->frame;
        answer_matters = true;
    }
    struct qntc_finding *finding = finding_at(capture, track->facts);
    if (finding != NULL && leads_behind(NULL, request->file_name)) {
        qntc_set_followed(finding, true);
        track->facts->server->orphan_referral = request->frame;
        answer_matters = true;
    }
    track->occasions += answer_matters;
}

void qntc_answer_referral(struct qntc_capture *capture, const struct qntc_track *track,
                          uint32_t request_frame, bool granted)
{
    GArray *all = track->facts->server->uncovered;
    for (guint i = all != NULL ? all->len : 0; i-- > 0;) {
        struct qntc_event *event = g_array_index(all, struct uncovered, i).event;
        if (event->referral_frame != request_frame)
            continue;
        if (granted)
            g_array_remove_index(all, i);
        else
            event->referral_frame = 0;
    }
    struct qntc_finding *finding = finding_at(capture, track->facts);
    if (finding != NULL && !granted && track->facts->server->orphan_referral == request_frame)
        qntc_set_followed(finding, false);
}
