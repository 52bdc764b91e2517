/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the packets of Wireshark to the capture of the heuristics: holds the capture of the file
 * that is open, ties TCP conversations to its connections, and passes on messages, FIN and RST.
 */
#ifndef QNTC_OBSERVE_H
#define QNTC_OBSERVE_H

#include <epan/packet.h>

#include "extract.h"

struct tcp_analysis;

/* Once, when the plugin is registered. `proto` is the id of the QNTC protocol. */
void qntc_observe_register(int proto);

/* A file is opened or dissected anew; it is closed. */
void qntc_observe_open(void);
void qntc_observe_close(void);

/* The capture of the open file, or NULL. */
struct qntc_capture *qntc_observe_capture(void);

/* This frame is to be read: the first pass, a file is open, and the user has not disabled QNTC. */
bool qntc_observe_reads(const packet_info *pinfo);

/*
 * The next messages of this connection are all read: it has a new session, or asked for a DFS
 * referral. Each call is one message of them.
 */
bool qntc_observe_is_watched(packet_info *pinfo);

/* Bits of tcp.completeness, as its field describes them; the dissector keeps the names private. */
enum {
    QNTC_SEEN_SYN = 1,
    QNTC_SEEN_SYN_ACK = 2,
    QNTC_SEEN_ACK = 4,
    QNTC_SEEN_DATA = 8,
    QNTC_SEEN_FIN = 16,
    QNTC_SEEN_RST = 32,
};

enum { QNTC_PORT_RPC = 135 }; /* of the endpoint mapper and the object exporter */

/* What TCP keeps for the conversation of this frame, this frame included; NULL: no TCP. */
const struct tcp_analysis *qntc_observe_tcp(packet_info *pinfo);

/*
 * The sender of the frame at hand has sent more than a NetBIOS session response ([RFC1002] 4.3.3,
 * 4.3.4) on this connection, in this frame or before it.
 */
bool qntc_observe_has_sent_data(const struct tcp_analysis *tcp);

/* A frame to or from a known port was cut off before anybody could see what it carries. */
void qntc_observe_cut_off(packet_info *pinfo);

/* A port that SMB uses, by its number or because this capture has shown SMB there. */
bool qntc_observe_is_smb_port(uint32_t port);

/* When the frame was captured, or QNTC_TIME_UNKNOWN. */
qntc_time qntc_observe_time(const packet_info *pinfo);

/* The messages that `tree` has behind `mark` belong to this frame. `truncated`: cut off. */
void qntc_observe_messages(packet_info *pinfo, proto_tree *tree, qntc_tree_mark mark,
                           bool truncated);

/* The end of each frame, on the first pass only: counts it, and sees FIN and RST. */
void qntc_observe_frame(packet_info *pinfo);

#endif
