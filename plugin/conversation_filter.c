/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The entry of Wireshark's menus (Analyze, and the context menu of a packet) that shows the logon
 * of the selected frame and nothing else. It is grey on a frame that belongs to none.
 */
#include "conversation_filter.h"
#include "compat.h"

#include "logon_filter.h"
#include "observe.h"

#include <epan/conversation_filter.h>

static const GPtrArray *logons_of(const packet_info *pinfo)
{
    const struct qntc_capture *capture = qntc_observe_capture();
    return capture != NULL ? qntc_capture_logons_of_frame(capture, pinfo->num) : NULL;
}

static qntc_filter_result has_logon(QNTC_FILTER_PARAMETERS)
{
    return logons_of(pinfo) != NULL;
}

static char *filter_of(QNTC_FILTER_PARAMETERS)
{
    return qntc_logon_filter(logons_of(pinfo));
}

void qntc_conversation_filter_register(void)
{
    QNTC_REGISTER_CONVERSATION_FILTER("qntc", "QNTC logon", has_logon, filter_of);
}
