/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which hosts are IBM i, how the capture is called in reports, and where the pages of the causes
 * are. Wireshark keeps the texts; the hosts are read when a file is opened, so a changed list shows
 * after the dissection that follows it.
 */
#include "preferences.h"
#include "compat.h"

#include "ibm_i.h"

#include <epan/prefs.h>
#include <wsutil/report_message.h>

/* Where the Debian package puts them. */
#define PAGES_FOLDER "/usr/share/doc/wireshark-qntc/docs/causes"

static const char *capture_name = "";
static const char *ibm_i_hosts = "";
static const char *pages;

void qntc_preferences_register(int proto)
{
    module_t *module = prefs_register_protocol(proto, NULL);
    prefs_register_string_preference(
        module, "ibm_i", "Hosts that are IBM i",
        "Addresses or networks, separated by commas: 10.1.2.3, 10.2.0.0/16, fd00::7. The advice "
        "then speaks of QNTC where such a host is the client, and of NetServer where it is the "
        "server. Behind a host that has one role only write =client or =server. Empty: IBM i is "
        "recognised by what it sends, and where that says nothing the advice names both sides in "
        "neutral words. What cannot be read is reported when a file is opened.",
        &ibm_i_hosts);
    pages = g_file_test(PAGES_FOLDER, G_FILE_TEST_IS_DIR) ? "file://" PAGES_FOLDER : "";
    prefs_register_string_preference(
        module, "pages", "Address of the pages",
        "The folder docs/causes of qntc: file:///opt/qntc/docs/causes, or an address of your own "
        "web server. Each cause and warning in a packet's tree then has the address of its page; "
        "a double click copies it, as Copy > Value of the context menu does. Empty: none.",
        &pages);
    prefs_register_string_preference(
        module, "capture_name", "Name of the capture in reports",
        "Shown as the file's name by the reports of tshark (-z qntc,report and others). Without it "
        "they name no file, as tshark does not tell a plugin which one it reads. It changes "
        "nothing in Wireshark itself.",
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

char *qntc_preferences_page(wmem_allocator_t *scope, const char *id)
{
    if (*pages == '\0')
        return NULL;
    return wmem_strdup_printf(scope, "%s%s%s.md", pages, g_str_has_suffix(pages, "/") ? "" : "/",
                              id);
}
