/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The status comes out of both forms of e-data, and out of nothing else, wherever the bytes end.
 */
#include "error_data.h"

#include <string.h>

static const uint8_t single[] = {0x30, 0x15, 0xa1, 0x03, 0x02, 0x01, 0x03, 0xa2,
                                 0x0e, 0x04, 0x0c, 0x72, 0x00, 0x00, 0xc0, 0x00,
                                 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00};

/* pA-ETYPE-INFO2 with nothing in it comes first; the outer length has the long form. */
static const uint8_t list[] = {0x30, 0x81, 0x22, 0x30, 0x09, 0xa1, 0x03, 0x02, 0x01, 0x13,
                               0xa2, 0x02, 0x04, 0x00, 0x30, 0x15, 0xa1, 0x03, 0x02, 0x01,
                               0x03, 0xa2, 0x0e, 0x04, 0x0c, 0x93, 0x01, 0x00, 0xc0, 0x00,
                               0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00};

static struct qntc_number status_of(const uint8_t *bytes, size_t length)
{
    /* A copy that ends where the bytes end: a read behind it is seen by the sanitizer. */
    uint8_t *copy = g_memdup2(bytes, length);
    struct qntc_number status = qntc_error_data_status((struct qntc_bytes){copy, length});
    g_free(copy);
    return status;
}

static void test_single(void)
{
    struct qntc_number status = status_of(single, sizeof(single));
    g_assert_true(status.seen);
    g_assert_cmphex(status.value, ==, 0xC0000072);
}

static void test_list(void)
{
    struct qntc_number status = status_of(list, sizeof(list));
    g_assert_true(status.seen);
    g_assert_cmphex(status.value, ==, 0xC0000193);
}

static void test_cut_off(void)
{
    for (size_t length = 0; length < sizeof(single); length++)
        g_assert_false(status_of(single, length).seen);
    for (size_t length = 0; length < sizeof(list); length++)
        g_assert_false(status_of(list, length).seen);
}

static void test_other(void)
{
    uint8_t other[sizeof(single)];
    memcpy(other, single, sizeof(other));
    other[6] = 1; /* another type: the value is no status */
    g_assert_false(status_of(other, sizeof(other)).seen);

    const uint8_t indefinite[] = {0x30, 0x80, 0xa1, 0x03, 0x02, 0x01, 0x03, 0x00, 0x00};
    g_assert_false(status_of(indefinite, sizeof(indefinite)).seen);
    g_assert_false(qntc_error_data_status((struct qntc_bytes){NULL, 0}).seen);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/error-data/single", test_single);
    g_test_add_func("/error-data/list", test_list);
    g_test_add_func("/error-data/cut-off", test_cut_off);
    g_test_add_func("/error-data/other", test_other);
    return g_test_run();
}
