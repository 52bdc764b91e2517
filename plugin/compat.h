/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every difference between the Wireshark versions that qntc builds for (4.0 to 4.6) in one place.
 */
#ifndef QNTC_COMPAT_H
#define QNTC_COMPAT_H

#include <wireshark.h>

#include <epan/packet.h>
#include <ws_version.h>

#define QNTC_WIRESHARK_AT_LEAST(major, minor)                                                      \
    (WIRESHARK_VERSION_MAJOR > (major) ||                                                          \
     (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

/* Heuristic dissectors return bool since 4.4. */
#if QNTC_WIRESHARK_AT_LEAST(4, 4)
typedef bool qntc_heuristic_result;
#else
typedef gboolean qntc_heuristic_result;
#endif

/* Conversation filters have data of their own since 4.2, and say bool since 4.4. */
#if QNTC_WIRESHARK_AT_LEAST(4, 2)
#define QNTC_FILTER_PARAMETERS packet_info *pinfo, void *data _U_
#define QNTC_REGISTER_CONVERSATION_FILTER(protocol, name, valid, build)                            \
    register_conversation_filter(protocol, name, valid, build, NULL)
#else
#define QNTC_FILTER_PARAMETERS packet_info *pinfo
#define QNTC_REGISTER_CONVERSATION_FILTER register_conversation_filter
#endif
#if QNTC_WIRESHARK_AT_LEAST(4, 4)
typedef bool qntc_filter_result;
#else
typedef gboolean qntc_filter_result;
#endif

/* Named like this since 4.4. */
#if !QNTC_WIRESHARK_AT_LEAST(4, 4)
#define tvb_get_uint8 tvb_get_guint8
#define tvb_get_uint16 tvb_get_guint16
#define tvb_get_uint32 tvb_get_guint32
#endif

/* What checks a field of a table (UAT) returns bool since 4.2. */
#if QNTC_WIRESHARK_AT_LEAST(4, 2)
typedef bool qntc_uat_result;
#else
typedef gboolean qntc_uat_result;
#endif

/* The value of a field became a pointer in 4.2, and bytes got accessors for both their parts. */
#if QNTC_WIRESHARK_AT_LEAST(4, 2)
#define QNTC_FVALUE(finfo) ((finfo)->value)
#define QNTC_FVALUE_BYTES(fvalue) fvalue_get_bytes_data(fvalue)
#define QNTC_FVALUE_SIZE(fvalue) fvalue_get_bytes_size(fvalue)
#else
#define QNTC_FVALUE(finfo) (&(finfo)->value)
#define QNTC_FVALUE_BYTES(fvalue) fvalue_get_bytes(fvalue)
#define QNTC_FVALUE_SIZE(fvalue) ((size_t)(fvalue)->value.bytes->len)
#endif

/* Whether the frame that was dissected last left a gap before it; the flag moved in 4.6. */
#if QNTC_WIRESHARK_AT_LEAST(4, 6)
#define QNTC_TCP_HAS_GAP(flow)                                                                     \
    ((flow)->tcp_analyze_seq_info != NULL && !(flow)->tcp_analyze_seq_info->valid_bif)
#else
#define QNTC_TCP_HAS_GAP(flow) (!(flow)->valid_bif)
#endif

/*
 * Whether the frame that was dissected last was sent again: a retransmission, fast or spurious. The
 * bits are TCP_A_* of packet-tcp.c, the same from 4.0 to 4.6.
 */
#define QNTC_TCP_IS_RESENT(tcp) ((tcp)->ta != NULL && ((tcp)->ta->flags & 0x4401) != 0)

/* The init callback of a -z option says since 4.6 whether it succeeded. */
#if QNTC_WIRESHARK_AT_LEAST(4, 6)
typedef bool qntc_stat_result;
#define QNTC_STAT_RETURN(ok) return (ok)
#else
typedef void qntc_stat_result;
#define QNTC_STAT_RETURN(ok)                                                                       \
    do {                                                                                           \
        if (!(ok))                                                                                 \
            exit(2);                                                                               \
        return;                                                                                    \
    } while (0)
#endif

#endif
