/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside the Kerberos part of the tracker: the tickets and logons of each client host. kdc.c fills
 * the tickets from messages, kdc_logon.c ties them to logons; the tracker tells them of logons.
 */
#ifndef QNTC_KDC_TRACK_H
#define QNTC_KDC_TRACK_H

#include "kdc.h"
#include "track.h"

/* Of each client host the latest are kept: more are not between a request and its logon. */
#define QNTC_MAX_TICKETS_OF_HOST 32
#define QNTC_MAX_LOGONS_OF_HOST 8
#define QNTC_MAX_TICKETS_OF_LOGON 16
#define QNTC_MAX_SERVICES 4096

/* The silence that a single request must meet; a KDC that answers sooner is there. */
#define QNTC_KDC_SILENCE (3 * G_USEC_PER_SEC)

/* Who asked whom: the latest requests, and the answers that belong to them, are known by it. */
#define QNTC_MAX_ASKED 8
struct qntc_kdc_asked {
    struct {
        const char *kdc_address; /* NULL: none */
        uint16_t client_port;
    } places[QNTC_MAX_ASKED];
    unsigned next; /* the place that gives way */
};

/* A ticket and what only the tracker needs of it. Counted: by its host and by its logons. */
struct qntc_kdc_ticket {
    struct qntc_ticket facts;
    struct qntc_kdc_asked asked;
    uint16_t client_port;          /* of the last request */
    struct qntc_open_logon *logon; /* the one it is tied to, or NULL */
    struct qntc_finding *finding;  /* that it has become, or NULL */
    bool relieved;                 /* the client reached its aim in spite of it */
    qntc_time last_request_time;
};

struct qntc_kdc_host {
    GQueue tickets;               /* struct qntc_kdc_ticket *, the latest at the head */
    GQueue logons;                /* struct qntc_open_logon *, the latest at the head */
    struct qntc_kdc_asked others; /* requests that are no concern of a logon */
};

struct qntc_kdc {
    GHashTable *hosts;    /* client address -> struct qntc_kdc_host * */
    GHashTable *services; /* name (key) -> struct qntc_service * */
};

struct qntc_kdc *qntc_kdc_new(void);
void qntc_kdc_free(struct qntc_kdc *kdc);

/* The host of that address, which is the capture's; made where it is new. */
struct qntc_kdc_host *qntc_kdc_host(struct qntc_capture *capture, const char *address);

/* A GDestroyNotify for a GPtrArray of struct qntc_ticket *, as a logon holds it. */
void qntc_kdc_release_ticket(gpointer ticket);

/* A message of the ticket has come: it belongs to the logon that is under way, if there is one. */
void qntc_kdc_tie(struct qntc_capture *capture, struct qntc_kdc_host *host,
                  struct qntc_kdc_ticket *ticket, uint32_t frame, qntc_time time);

/* The client reached its aim all the same. */
void qntc_kdc_relieve(struct qntc_capture *capture, struct qntc_kdc_ticket *ticket);

/* The KDC refused the ticket. */
void qntc_kdc_refused(struct qntc_capture *capture, struct qntc_kdc_ticket *ticket);

/* The host forgets the ticket, or the capture ends: a failure without a logon is a finding. */
void qntc_kdc_settle(struct qntc_capture *capture, struct qntc_kdc_ticket *ticket);
void qntc_kdc_end(struct qntc_capture *capture);

/* A logon begins with this frame: what its client met at the KDC just before belongs to it. */
void qntc_kdc_logon_begins(struct qntc_capture *capture, struct qntc_open_logon *logon,
                           qntc_time time);

/* The logon has sent an AP-REQ: the tickets that it needed belong to it. */
void qntc_kdc_ticket_used(struct qntc_capture *capture, struct qntc_open_logon *logon);

/* The logon is at its end: where it worked all the same, what failed at the KDC is a finding. */
void qntc_kdc_logon_ended(struct qntc_capture *capture, struct qntc_open_logon *logon);

/* The name of a service and where it was seen: a key version, the host it was used at, or both. */
void qntc_kdc_note_service(struct qntc_capture *capture, const char *name, int kvno,
                           const char *host, uint32_t frame);

#endif
