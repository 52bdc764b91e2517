/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which side of a logon is IBM i: by what the user has said of addresses, else by fingerprints,
 * which are hints with a score. Not every SMB client on an IBM i is QNTC: PASE has Samba, Java has
 * libraries of its own.
 */
#ifndef QNTC_IBM_I_H
#define QNTC_IBM_I_H

#include "capture.h"

/* From what a side is taken for an IBM i: nothing, its look on the wire, or the user's word. */
enum qntc_ibm_i { QNTC_IBM_I_UNKNOWN, QNTC_IBM_I_RECOGNISED, QNTC_IBM_I_GIVEN };

#define QNTC_IBM_I_RECOGNISED_AT 60 /* of 100: from this score on a side counts as recognised */

struct qntc_ibm_i_hosts;

/*
 * Reads a list such as "10.1.2.3, 10.2.0.0/16=client, fd00::7=server": addresses or networks, IPv4
 * or IPv6, separated by commas or spaces; a role after "=" where the host has one role only. On
 * success the list, which the caller frees; an empty text is an empty list. Otherwise NULL, and
 * *error one line that says what was wrong and what is allowed; free it with g_free.
 */
struct qntc_ibm_i_hosts *qntc_ibm_i_hosts_new(const char *text, char **error);
void qntc_ibm_i_hosts_free(struct qntc_ibm_i_hosts *hosts);

/* The capture goes by this list from now on, and owns it; NULL: by nothing but the wire. */
void qntc_capture_set_ibm_i_hosts(struct qntc_capture *capture, struct qntc_ibm_i_hosts *hosts);

/* Is the client an IBM i with QNTC; is the server an IBM i with NetServer? */
enum qntc_ibm_i qntc_client_is_ibm_i(const struct qntc_capture *capture,
                                     const struct qntc_logon *logon);
enum qntc_ibm_i qntc_server_is_ibm_i(const struct qntc_capture *capture,
                                     const struct qntc_logon *logon);

/* The scores behind it, 0 to 100, from the wire alone. */
unsigned qntc_qntc_score(const struct qntc_logon *logon);
unsigned qntc_netserver_score(const struct qntc_logon *logon);

#endif
