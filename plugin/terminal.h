/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text from the wire as people may see it: nothing in it steers a terminal or hides other text, and
 * columns line up whatever the script.
 */
#ifndef QNTC_TERMINAL_H
#define QNTC_TERMINAL_H

#include <glib.h>

/* The text as it may be shown: valid UTF-8, the rest as \xHH or \uHHHH. Free with g_free. */
char *qntc_printable(const char *text);

/* Columns of a terminal that a character, or a text of valid UTF-8, takes: a wide one takes two. */
unsigned qntc_char_columns(gunichar c);
unsigned qntc_text_columns(const char *text);

#endif
