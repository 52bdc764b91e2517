/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The entry points by which Wireshark loads a plugin, and nothing else. In Wireshark's own source
 * (packaging/in-tree) they stand in place of the plugin.c that its tools would generate.
 */
#define WS_BUILD_DLL /* before any header: to Windows, what is public here is exported */
#include "compat.h"
#include "packet-qntc.h"
#include "tap.h"

#include <epan/proto.h>
#include <epan/tap.h>

#ifndef QNTC_VERSION
#error "the build defines QNTC_VERSION"
#endif

WS_DLL_PUBLIC const char plugin_version[];
WS_DLL_PUBLIC const int plugin_want_major;
WS_DLL_PUBLIC const int plugin_want_minor;
WS_DLL_PUBLIC void plugin_register(void);
WS_DLL_PUBLIC uint32_t plugin_describe(void);

const char plugin_version[] = QNTC_VERSION;
const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

void plugin_register(void)
{
    static proto_plugin dissector;
    static tap_plugin taps;

    dissector.register_protoinfo = proto_register_qntc;
    dissector.register_handoff = proto_reg_handoff_qntc;
    proto_register_plugin(&dissector);

    taps.register_tap_listener = qntc_register_taps;
    tap_register_plugin(&taps);
}

/* Read since 4.2 for the list of plugins: a dissector (bit 0) that brings taps (bit 2). */
uint32_t plugin_describe(void)
{
    return 1u << 0 | 1u << 2;
}
