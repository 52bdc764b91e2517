/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wireshark reads the status since 4.4; in 4.0, it takes a list of PA-DATA for one PA-DATA, calls
 * it malformed and leaves its bytes. So they are read here: either KERB-ERROR-DATA, which Windows
 * sends ([MS-KILE] 2.2.2), or the METHOD-DATA of [RFC4120] 5.9.1, with the same thing as one of its
 * elements, which Samba sends. Their elements look the same: a type, 3, in [1] and the value in
 * [2], which begins with the status.
 */
#include "error_data.h"

/* DER identifiers ([X.690] 8.1.2) */
enum {
    INTEGER = 0x02,
    OCTET_STRING = 0x04,
    SEQUENCE = 0x30,
    CONTEXT_1 = 0xa1,
    CONTEXT_2 = 0xa2,
};

enum {
    ERROR_TYPE_EXTENDED = 3, /* KERB_ERR_TYPE_EXTENDED, and of PA-DATA pA-PW-SALT */
    EXT_ERROR_LENGTH = 12,   /* status, reserved, flags */
};

/* [X.690] 8.1.3: the definite forms, as far as a message of Kerberos is long. */
static bool read_length(struct qntc_bytes *rest, size_t *length)
{
    uint8_t octets = 0;
    *length = rest->data[1];
    if (*length & 0x80) {
        octets = *length & 0x7f;
        if (octets == 0 || octets > 3 || rest->length < 2u + octets)
            return false;
        *length = 0;
        for (uint8_t i = 0; i < octets; i++)
            *length = *length << 8 | rest->data[2 + i];
    }
    rest->data += 2 + octets;
    rest->length -= 2u + octets;
    return *length <= rest->length;
}

/* Takes the next element off `rest`, if it is a `tag`: its content. */
static bool take(struct qntc_bytes *rest, uint8_t tag, struct qntc_bytes *content)
{
    struct qntc_bytes at = *rest;
    size_t length = 0;
    if (at.length < 2 || at.data[0] != tag || !read_length(&at, &length))
        return false;
    *content = (struct qntc_bytes){at.data, length};
    *rest = (struct qntc_bytes){at.data + length, at.length - length};
    return true;
}

/* A type of one byte and a value, without the SEQUENCE around them. */
static struct qntc_number status_of(struct qntc_bytes pair)
{
    struct qntc_number none = {.seen = false};
    struct qntc_bytes outer;
    struct qntc_bytes type;
    struct qntc_bytes value;
    if (!take(&pair, CONTEXT_1, &outer) || !take(&outer, INTEGER, &type) || type.length != 1 ||
        type.data[0] != ERROR_TYPE_EXTENDED)
        return none;
    if (!take(&pair, CONTEXT_2, &outer) || !take(&outer, OCTET_STRING, &value) ||
        value.length != EXT_ERROR_LENGTH)
        return none;
    uint32_t status = 0;
    for (int i = 3; i >= 0; i--)
        status = status << 8 | value.data[i];
    return (struct qntc_number){true, status};
}

struct qntc_number qntc_error_data_status(struct qntc_bytes error_data)
{
    struct qntc_bytes content = {NULL, 0};
    if (!take(&error_data, SEQUENCE, &content))
        return (struct qntc_number){.seen = false};
    struct qntc_number status = status_of(content);
    struct qntc_bytes element;
    while (!status.seen && take(&content, SEQUENCE, &element))
        status = status_of(element);
    return status;
}
