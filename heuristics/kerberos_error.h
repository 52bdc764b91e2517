/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The error codes of Kerberos ([RFC4120] 7.5.9) by name, and who can send them: the same code means
 * one thing from the KDC that is asked for a ticket and another from the server that gets it.
 */
#ifndef QNTC_KERBEROS_ERROR_H
#define QNTC_KERBEROS_ERROR_H

enum qntc_kerberos_origin {
    QNTC_FROM_AS = 1,     /* the KDC, asked for the client's own ticket */
    QNTC_FROM_TGS = 2,    /* the KDC, asked for a ticket of a service */
    QNTC_FROM_SERVER = 4, /* the file server, in answer to an AP-REQ */
    QNTC_FROM_ANYBODY = 7,
};

/* The codes that are more than a name: what they say decides what comes next. */
enum {
    KDC_ERR_S_PRINCIPAL_UNKNOWN = 7,
    KDC_ERR_BADOPTION = 13,
    KDC_ERR_PREAUTH_REQUIRED = 25,
    KRB_AP_ERR_SKEW = 37,
    KRB_AP_ERR_MODIFIED = 41,
    KRB_ERR_RESPONSE_TOO_BIG = 52,
    KDC_ERR_WRONG_REALM = 68,
    KDC_ERR_MORE_PREAUTH_DATA_REQUIRED = 91,
};

/* "KDC_ERR_PREAUTH_FAILED"; NULL where the code has no name here. Static. */
const char *qntc_kerberos_error_name(int code);

#endif
