/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happens before SMB: the TCP handshake, ICMP, and sessions of NetBIOS, from the packets of
 * Wireshark to the findings of the heuristics (transport.h).
 */
#ifndef QNTC_OBSERVE_TRANSPORT_H
#define QNTC_OBSERVE_TRANSPORT_H

#include <epan/packet.h>

struct tcp_analysis;

/* Once, when the plugin is registered; then, once, after all built-in dissectors stand. */
void qntc_observe_transport_register(void);
void qntc_observe_transport_handoff(void);

/* A TCP frame to or from an SMB port, on the first pass, once TCP has dissected it. */
void qntc_observe_handshake(packet_info *pinfo, const struct tcp_analysis *tcp);

#endif
