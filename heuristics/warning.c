/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks every warning of the vocabulary about one logon. What each needs to know stands in its row
 * (warnings/).
 */
#include "warning.h"

/* The groups in the order of the vocabulary. */
static const struct qntc_warning *const groups[] = {qntc_warnings_weak, qntc_warnings_close,
                                                    qntc_warnings_kerberos};

const struct qntc_warning *qntc_warning_at(unsigned index)
{
    for (size_t group = 0; group < G_N_ELEMENTS(groups); group++) {
        for (const struct qntc_warning *row = groups[group]; row->id != NULL; row++) {
            if (index-- == 0)
                return row;
        }
    }
    return NULL;
}

static void free_finding(gpointer data)
{
    struct qntc_warning_finding *finding = data;
    g_free(finding->text);
    g_free(finding);
}

/* `text` is scratch: most warnings do not apply to a logon, and leave it as it is. */
static void ask(const struct qntc_case *c, const struct qntc_warning *row, GString *text,
                GPtrArray *found)
{
    g_string_truncate(text, 0);
    uint32_t frame = row->judge(c, text);
    if (frame == 0)
        return;
    struct qntc_warning_finding *finding = g_new0(struct qntc_warning_finding, 1);
    finding->row = row;
    finding->frame = frame;
    finding->text = g_strndup(text->str, text->len);
    g_ptr_array_add(found, finding);
}

GPtrArray *qntc_warnings(const struct qntc_capture *capture, const struct qntc_logon *logon)
{
    struct qntc_case c = {.capture = capture, .logon = logon};
    GPtrArray *found = g_ptr_array_new_with_free_func(free_finding);
    GString *text = g_string_new(NULL);
    const struct qntc_warning *row;
    for (unsigned i = 0; (row = qntc_warning_at(i)) != NULL; i++)
        ask(&c, row, text, found);
    g_string_free(text, TRUE);
    return found;
}
