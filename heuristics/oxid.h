/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two machines with one address: Windows asks its peer with IObjectExporter::ServerAlive2
 * ([MS-DCOM] 3.1.2.5.1.6) for all its addresses and picks one. An address that both have, such as
 * the 169.254.95.120 of the IBM System x management adapter, leads it to itself or to a third one.
 */
#ifndef QNTC_OXID_H
#define QNTC_OXID_H

#include "observation.h"

#define QNTC_MAX_OXID_BINDINGS 64

/* An answer to ServerAlive2. Strings live for the call. */
struct qntc_oxid_answer {
    uint32_t frame;
    qntc_time time;
    const char *client_address;                   /* who asked */
    const char *host_address;                     /* who answered */
    unsigned count;                               /* of bindings, at most QNTC_MAX_OXID_BINDINGS */
    const char *bindings[QNTC_MAX_OXID_BINDINGS]; /* addresses and host names, without a port */
};

struct qntc_oxid;
struct qntc_oxid *qntc_oxid_new(void);
void qntc_oxid_free(struct qntc_oxid *oxid);

void qntc_oxid_answer(struct qntc_capture *capture, const struct qntc_oxid_answer *answer);

/* A call failed with 0x80070721 (RPC_S_SEC_PKG_ERROR), as a fault or as an HRESULT. */
void qntc_oxid_security_failure(struct qntc_capture *capture, const char *client_address,
                                const char *host_address, uint32_t frame);

#endif
