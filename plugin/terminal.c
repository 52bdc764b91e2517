/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What may be shown of a text that anybody can have sent, and how wide it is.
 */
#include "terminal.h"

#include <stdbool.h>

/* Controls, direction overrides, line separators: what could hide or change other text. */
static bool is_harmless(gunichar c)
{
    switch (g_unichar_type(c)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
        return false;
    default:
        return true;
    }
}

char *qntc_printable(const char *text)
{
    char *valid = g_utf8_make_valid(text, -1);
    GString *clean = g_string_new(NULL);

    for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (is_harmless(c)) {
            g_string_append_unichar(clean, c);
        } else {
            g_string_append_printf(clean, c < 0x100 ? "\\x%02X" : "\\u%04X", c);
        }
    }
    g_free(valid);
    return g_string_free(clean, FALSE);
}

unsigned qntc_char_columns(gunichar c)
{
    if (g_unichar_iszerowidth(c))
        return 0;
    return g_unichar_iswide(c) ? 2 : 1;
}

unsigned qntc_text_columns(const char *text)
{
    unsigned columns = 0;

    for (const char *p = text; *p; p = g_utf8_next_char(p))
        columns += qntc_char_columns(g_utf8_get_char(p));
    return columns;
}
