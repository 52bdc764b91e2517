/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names compared without regard to case. Windows upper-cases character by character with a table
 * of its own ([MS-UCODEREF] 3.1.5.3); Unicode's simple upper case is the nearest that GLib has.
 */
#include "names.h"

#include <glib.h>

char *qntc_name_key(const char *name)
{
    if (name == NULL)
        return NULL;
    if (!g_utf8_validate(name, -1, NULL))
        return g_ascii_strup(name, -1);
    GString *key = g_string_new(NULL);
    for (const char *p = name; *p != '\0'; p = g_utf8_next_char(p))
        g_string_append_unichar(key, g_unichar_toupper(g_utf8_get_char(p)));
    return g_string_free(key, FALSE);
}

bool qntc_same_name(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return false;
    char *key_a = qntc_name_key(a);
    char *key_b = qntc_name_key(b);
    bool same = g_str_equal(key_a, key_b);
    g_free(key_a);
    g_free(key_b);
    return same;
}
