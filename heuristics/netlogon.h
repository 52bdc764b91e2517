/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pass-through: a member server hands the responses of an NTLM logon to a domain controller
 * (NetrLogonSamLogon and its kin, [MS-NRPC] 3.5.4.5, [MS-APDS] 3.1.5). It is tied to the logon that
 * waits at that server. Mostly the call is sealed and shows only that it was made, where to, and
 * how long it took; where it is readable, the controller's own status says what the server's hides.
 */
#ifndef QNTC_NETLOGON_H
#define QNTC_NETLOGON_H

#include "observation.h"

/* A request or response of opnum 2, 39 or 45. Strings live for the call; NULL: not seen. */
struct qntc_netlogon_message {
    uint32_t frame;
    qntc_time time;
    const char *server_address; /* of the member: the RPC client */
    const char *dc_address;
    uint32_t connection; /* TCP stream (of a pipe: of its SMB connection) */
    uint32_t call_id;
    uint32_t bind_frame; /* of the connection, without which no call can be read; 0: not seen */
    uint32_t bind_ack_frame;
    bool answer;
    unsigned opnum;
    bool sealed; /* the stub is encrypted */
    const char *user;
    const char *domain;
    const char *workstation;
    struct qntc_number status; /* of the answer: NTSTATUS */
};

/* A message, in the order of the file; what fits no logon that waits is left out. */
void qntc_netlogon_message(struct qntc_capture *capture,
                           const struct qntc_netlogon_message *message);

/*
 * The host at `address` could not log on with its own account ("FILESRV$"), at the domain
 * controller or KDC at `by_address`: told to the logons that wait at that host. Strings live for
 * the call.
 */
void qntc_netlogon_machine_refused(struct qntc_capture *capture, const char *address,
                                   const char *account, const char *by_address, uint32_t frame);

#endif
