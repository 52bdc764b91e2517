/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The QNTC protocol as Wireshark sees it: a post-dissector without wanted fields, so that it forces
 * no tree. On the first pass it closes the observation of the frame; on every pass, with a tree or
 * without, it shows what the capture holds for the frame.
 */
#include "packet-qntc.h"
#include "compat.h"

#include "conversation_filter.h"
#include "extract.h"
#include "interposer.h"
#include "observe.h"
#include "observe_kdc.h"
#include "observe_rpc.h"
#include "observe_transport.h"
#include "passwords.h"
#include "preferences.h"
#include "present.h"
#include "tap.h"

#define SHORT_NAME "QNTC"

static int proto_qntc = -1;

static int dissect_qntc(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    struct qntc_capture *capture = qntc_observe_capture();
    if (capture == NULL)
        return 0;
    if (pinfo->fd->visited)
        qntc_capture_end(capture); /* the whole file is known now; does nothing twice */
    else
        qntc_observe_frame(pinfo);
    pinfo->current_proto = SHORT_NAME; /* whose expert infos these are; Wireshark puts it back */
    if (qntc_present_frame(capture, tvb, pinfo, tree))
        qntc_tap_frame(pinfo);
    return (int)tvb_captured_length(tvb);
}

static void open_file(void)
{
    qntc_extract_fields_resolve();
    qntc_observe_open();
    qntc_preferences_apply(qntc_observe_capture());
    qntc_passwords_apply(qntc_observe_capture());
}

static void close_file(void)
{
    qntc_interposer_release();
    qntc_observe_close();
    qntc_extract_fields_release();
}

void proto_register_qntc(void)
{
    proto_qntc =
        proto_register_protocol("IBM i QNTC and NetServer logon diagnosis", SHORT_NAME, "qntc");
    qntc_present_register(proto_qntc);
    qntc_observe_register(proto_qntc);
    qntc_observe_transport_register();
    qntc_observe_kdc_register();
    qntc_observe_rpc_register();
    qntc_tap_register();
    qntc_conversation_filter_register();
    qntc_preferences_register(proto_qntc);
    qntc_passwords_register("qntc");
    register_init_routine(open_file);
    register_cleanup_routine(close_file);
    /* As a helper: else it were a layer of every frame, and cost what a layer costs. */
    int helper = proto_register_protocol_in_name_only("QNTC, at the end of a frame",
                                                      "QNTC (frame)", "qntc_frame", proto_qntc,
                                                      FT_PROTOCOL);
    register_postdissector(register_dissector("qntc", dissect_qntc, helper));
}

void proto_reg_handoff_qntc(void)
{
    qntc_interposer_register();
    qntc_observe_transport_handoff();
    qntc_observe_kdc_handoff();
}
