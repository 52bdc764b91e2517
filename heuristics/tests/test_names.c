/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which names are the same: without regard to case, beyond ASCII, too, and in bytes that are no
 * UTF-8.
 */
#include "names.h"

#include <glib.h>

static void test_same_names(void)
{
    g_assert_true(qntc_same_name("Anne", "aNNE"));
    g_assert_true(qntc_same_name("gr\xc3\xbcn", "GR\xc3\x9cN"));
    g_assert_true(qntc_same_name("gr\xfcn", "GR\xfcN"));
    g_assert_false(qntc_same_name("ANNE", "ANN"));
    g_assert_false(qntc_same_name("gr\xc3\xbcn", "gr\xc3\xb6n"));
}

/* Neither is a name that was not seen. */
static void test_unseen_names(void)
{
    g_assert_false(qntc_same_name(NULL, NULL));
    g_assert_false(qntc_same_name("", NULL));
    g_assert_false(qntc_same_name(NULL, ""));
    g_assert_true(qntc_same_name("", ""));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/names/same", test_same_names);
    g_test_add_func("/names/unseen", test_unseen_names);
    return g_test_run();
}
