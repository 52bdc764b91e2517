/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two machines with one address: Windows asks its peer with IObjectExporter::ServerAlive2
 * ([MS-DCOM] 3.1.2.5.1.6) for all its addresses and picks one. An address that both have, such as
 * the 169.254.95.120 of the IBM System x management adapter, leads it to itself or to a third one.
 */
#ifndef QNTC_OXID_H
#define QNTC_OXID_H

#include "finding.h"
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

/* The part of a capture that this file keeps; never NULL. */
struct qntc_oxid *qntc_oxid_new(void);
void qntc_oxid_free(struct qntc_oxid *oxid);

/* An answer, in the order of the file; it stands for its host until the next one. */
void qntc_oxid_answer(struct qntc_capture *capture, const struct qntc_oxid_answer *answer);

/* A call failed with 0x80070721 (RPC_S_SEC_PKG_ERROR), as a fault or as an HRESULT. */
void qntc_oxid_security_failure(struct qntc_capture *capture, const char *client_address,
                                const char *host_address, uint32_t frame);

/*
 * The finding that the host at `address`, or one that names it, shares an address with another
 * machine: likely or proven, or NULL. Owned by the capture.
 */
const struct qntc_finding *qntc_oxid_collision_of(const struct qntc_capture *capture,
                                                  const char *address);

/*
 * The file ends here: an answer that met no other becomes a possible finding, and what failed is
 * tied to the findings. May be called again when more has come.
 */
void qntc_oxid_end(struct qntc_capture *capture);

#endif
