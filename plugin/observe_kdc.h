/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kerberos outside SMB, on port 88 of UDP and TCP: from the packets of Wireshark to kdc.h.
 */
#ifndef QNTC_OBSERVE_KDC_H
#define QNTC_OBSERVE_KDC_H

#include <epan/packet.h>

#include "kdc.h"
#include "transport.h"

/* Once, when the plugin is registered; then, once, after all built-in dissectors stand. */
void qntc_observe_kdc_register(void);
void qntc_observe_kdc_handoff(void);

/* A frame to or from port 88, on the first pass, once it is dissected: a RST, or cut off. */
void qntc_observe_kdc_frame(packet_info *pinfo);

/* ICMP quotes a packet from that port of the client to port 88. */
void qntc_observe_kdc_unreachable(packet_info *pinfo, const struct qntc_unreachable *unreachable,
                                  uint16_t client_port);

#endif
