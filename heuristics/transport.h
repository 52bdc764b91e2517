/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What keeps a client from a server before SMB begins: a SYN that is refused or not answered, ICMP,
 * a NetBIOS session that is refused. The plugin says what was on the wire; here it becomes
 * findings, and where the client got through all the same, they say so.
 *
 * Memory: about a hundred bytes for each connection attempt that has no answer yet, nothing for one
 * that has; findings are bounded by hosts and ports.
 */
#ifndef QNTC_TRANSPORT_H
#define QNTC_TRANSPORT_H

#include "observation.h"

struct qntc_transport;

/* The part of a capture that this file keeps; never NULL. */
struct qntc_transport *qntc_transport_new(void);
void qntc_transport_free(struct qntc_transport *transport);

/* A SYN to an SMB port, the first or a repeated one: the connection had no answer before it. */
void qntc_transport_syn(struct qntc_capture *capture, const struct qntc_peers *peers,
                        uint32_t frame, qntc_time time);

/* The SYN of this stream still waits for its answer. */
bool qntc_transport_awaits(const struct qntc_capture *capture, uint32_t stream);

enum qntc_syn_answer {
    QNTC_SYN_REFUSED,  /* RST of the server */
    QNTC_SYN_ANSWERED, /* anything else of the server */
    QNTC_SYN_GOES_ON,  /* the client goes on: it had an answer that the capture lacks */
};

/* The first frame of the stream that is no SYN. */
void qntc_transport_answer(struct qntc_capture *capture, uint32_t stream,
                           enum qntc_syn_answer answer, uint32_t frame);

/* "Destination unreachable" of ICMP or ICMPv6, with a segment to an SMB port in it. */
struct qntc_unreachable {
    struct qntc_place place; /* by the segment that it quotes */
    const char *reporter;    /* address of the router or host that sent it */
    bool icmpv6;
    unsigned code;
};

/* What it says, as evidence; free with g_free. */
char *qntc_unreachable_text(const struct qntc_unreachable *unreachable);

void qntc_transport_unreachable(struct qntc_capture *capture,
                                const struct qntc_unreachable *unreachable, uint32_t frame,
                                qntc_time time);

/* A negative session response ([RFC1002] 4.3.4); `called_name` is NULL where it was not seen. */
void qntc_transport_session_refused(struct qntc_capture *capture, const struct qntc_place *place,
                                    unsigned error, const char *called_name, uint32_t frame,
                                    qntc_time time);

/* The capture shows an answer of somebody to that client; known where the capture ends. */
bool qntc_transport_heard(const struct qntc_capture *capture, const char *client);

/* The file ends here: SYNs without an answer become findings. Does nothing twice. */
void qntc_transport_end(struct qntc_capture *capture);

#endif
