/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kerberos outside SMB: what clients ask their KDC for (AS and TGS exchanges, [RFC4120] 3.1, 3.3),
 * and what comes of it. A ticket that the KDC refuses, or never answers for, explains a logon that
 * follows or is under way from the same host; where there is none, it is a finding.
 *
 * kdc.c makes tickets of the messages, kdc_logon.c ties them to logons or makes findings of them.
 * Memory: the latest tickets and logons of each client host, and what a logon holds of them.
 */
#ifndef QNTC_KDC_H
#define QNTC_KDC_H

#include "observation.h"

/* [RFC4120] 7.5.7 */
enum {
    QNTC_KRB_AS_REQ = 10,
    QNTC_KRB_AS_REP = 11,
    QNTC_KRB_TGS_REQ = 12,
    QNTC_KRB_TGS_REP = 13,
    QNTC_KRB_ERROR = 30,
};

enum { QNTC_PORT_KERBEROS = 88 }; /* [RFC4120] 7.2.1, UDP and TCP */

/* One message between a client and a KDC. Strings live for the call; NULL: not seen. */
struct qntc_kdc_message {
    uint32_t frame;
    qntc_time time;
    const char *client_address;
    const char *kdc_address;
    uint16_t client_port;
    unsigned type;                   /* QNTC_KRB_*; 0: cut off before it */
    const char *client;              /* cname, parts joined by "/" */
    const char *realm;               /* of the request body, or crealm */
    const char *service;             /* sname, parts joined by "/": "cifs/host.example" */
    struct qntc_number error;        /* KRB-ERROR */
    struct qntc_number nt_status;    /* in its e-data, [MS-KILE] 2.2.1: the exact reason */
    struct qntc_number ticket_etype; /* of the ticket in an answer */
    struct qntc_number ticket_kvno;
    bool for_another; /* S4U, user-to-user, to be forwarded: no concern of a logon */
};

/* A message, in the order of the file. */
void qntc_kdc_message(struct qntc_capture *capture, const struct qntc_kdc_message *message);

/* The KDC sent something to that port of the client that could not be read: it is no silence. */
void qntc_kdc_heard(struct qntc_capture *capture, const char *client_address,
                    const char *kdc_address, uint16_t client_port);

/*
 * A SYN of the client to port 88, the first or a repeated one, and what comes of it: the KDC
 * answers, or the client goes on.
 */
void qntc_kdc_syn(struct qntc_capture *capture, const struct qntc_kdc_message *syn);
void qntc_kdc_syn_answered(struct qntc_capture *capture, const char *client_address,
                           const char *kdc_address, uint16_t client_port);

/*
 * The client's packet to port 88 came back as ICMP "unreachable", or its SYN was answered by a RST.
 * `what` is the evidence: "ICMP: port unreachable", ...
 */
void qntc_kdc_unreachable(struct qntc_capture *capture, const char *client_address,
                          const char *kdc_address, uint16_t client_port, uint32_t frame,
                          qntc_time time, const char *what);

/*
 * What the capture knows of the key of a service: a second key version, or a second host that the
 * same service is used at, makes it plausible that a ticket was made with another key.
 */
struct qntc_service {
    int kvno[2]; /* the first and one that differs; 0: none */
    uint32_t kvno_frame[2];
    const char *host[2]; /* addresses of servers that got a ticket for it */
    uint32_t host_frame[2];
};

/* By name, without case; NULL where it was not seen. Owned by the capture. */
const struct qntc_service *qntc_capture_service(const struct qntc_capture *capture,
                                                const char *name);

#endif
