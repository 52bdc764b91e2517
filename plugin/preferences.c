/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which hosts are IBM i, and how the capture is called in reports. Wireshark keeps the texts; they
 * are read when a file is opened, so a changed list shows after the dissection that follows it.
 */
#include "preferences.h"
#include "compat.h"

#include "ibm_i.h"

#include <epan/prefs.h>
#include <wsutil/report_message.h>

static const char *capture_name = "";
static const char *ibm_i_hosts = "";

void qntc_preferences_register(int proto)
{
    module_t *module = prefs_register_protocol(proto, NULL);
    prefs_register_string_preference(
        module, "ibm_i", "Hosts that are IBM i",
        "Addresses or networks, separated by commas: 10.1.2.3, 10.2.0.0/16, fd00::7. The advice "
        "then speaks of QNTC where such a host is the client, and of NetServer where it is the "
        "server. Behind a host that has one role only write =client or =server.",
        &ibm_i_hosts);
    prefs_register_string_preference(
        module, "capture_name", "Name of the capture in reports",
        "Shown as the file's name by -z qntc,report and -z qntc,json. Without it they name no "
        "file, as tshark does not tell a plugin which one it reads.",
        &capture_name);
}

void qntc_preferences_apply(struct qntc_capture *capture)
{
    char *error = NULL;
    struct qntc_ibm_i_hosts *hosts = qntc_ibm_i_hosts_new(ibm_i_hosts, &error);
    if (hosts == NULL) {
        report_failure("qntc: preference qntc.ibm_i: %s", error);
        g_free(error);
    }
    qntc_capture_set_ibm_i_hosts(capture, hosts);
}

const char *qntc_preferences_capture_name(void)
{
    return *capture_name != '\0' ? capture_name : NULL;
}
