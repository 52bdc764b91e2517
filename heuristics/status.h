/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a server answered: an NT status, or the DOS class and code of an older SMB1 server, and
 * what the IBM i makes of it in CPDB053 (error class and error code).
 */
#ifndef QNTC_STATUS_H
#define QNTC_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* NT statuses that decide a rule ([MS-ERREF] 2.3.1). All others live in the table of status.c. */
enum qntc_nt_status {
    QNTC_STATUS_SUCCESS = 0x00000000,
    QNTC_STATUS_PENDING = 0x00000103,
    QNTC_STATUS_INVALID_PARAMETER = (int)0xC000000D,
    QNTC_STATUS_MORE_PROCESSING_REQUIRED = (int)0xC0000016,
    QNTC_STATUS_ACCESS_DENIED = (int)0xC0000022,
    QNTC_STATUS_LOGON_FAILURE = (int)0xC000006D,
    QNTC_STATUS_NOT_SUPPORTED = (int)0xC00000BB,
    QNTC_STATUS_NTLM_BLOCKED = (int)0xC0000418,
};

/* DOS error classes ([MS-CIFS] 2.2.2.4). */
enum { QNTC_ERRDOS = 1, QNTC_ERRSRV = 2, QNTC_ERRHRD = 3, QNTC_ERRCMD = 0xFF };

enum qntc_status_kind { QNTC_STATUS_NONE, QNTC_STATUS_NT, QNTC_STATUS_DOS };

struct qntc_status {
    enum qntc_status_kind kind;
    uint32_t code;         /* NT: the status. DOS: the code, 16 bits. */
    uint8_t dos_class;     /* DOS only: 1 ERRDOS, 2 ERRSRV, 3 ERRHRD, 0xFF ERRCMD */
    const char *wire_name; /* the dissector's name of an NT status, or NULL; the capture's */
};

/* CPDB053, as the job log shows it. Class 0: `code` is an errno of IBM i. Class 1 to 3: SMB/DOS. */
struct qntc_cpdb053 {
    bool known;
    uint8_t error_class;
    uint32_t error_code;
    bool likely; /* the pair is inferred; false for what IBM documents and what the server sent */
};

static inline bool qntc_status_is(const struct qntc_status *status, enum qntc_nt_status code)
{
    return status->kind == QNTC_STATUS_NT && status->code == (uint32_t)code;
}

static inline bool qntc_status_is_dos(const struct qntc_status *status, uint8_t cls, uint32_t code)
{
    return status->kind == QNTC_STATUS_DOS && status->dos_class == cls && status->code == code;
}

/* An NT status of success, or DOS class 0 code 0. */
bool qntc_status_is_success(const struct qntc_status *status);

/* NT MORE_PROCESSING_REQUIRED, and what a DOS-error server sends for it (ERRDOS/234). */
bool qntc_status_is_more_processing(const struct qntc_status *status);

/*
 * The name for people and for JSON: "STATUS_LOGON_FAILURE", "ERRDOS/5", or "0xC0001234" where
 * nobody knows one; NULL for QNTC_STATUS_NONE. Own table first (it knows what Wireshark 4.0 does
 * not), then wire_name. Writes to `buffer` (at least 32 bytes) only where it must build the text;
 * the result lives as long as the buffer and the capture.
 */
const char *qntc_status_name(const struct qntc_status *status, char *buffer, size_t size);

/* One sentence of what the status means, from the own table; NULL where it has none. Static. */
const char *qntc_status_meaning(const struct qntc_status *status);

/*
 * All rows of the tables, NT statuses first; `index` from 0. False behind the last, and then
 * `status` stays as it is. A row of all codes of a DOS class has the code UINT32_MAX.
 */
bool qntc_status_at(size_t index, struct qntc_status *status);

/*
 * The pair that CPDB053 shows for a logon refused with `status` on an SMB1 or SMB2 session
 * (domain.md 1.1-1.3). LOGON_FAILURE is documented: 1/5 and 0/3401, not `likely`.
 */
struct qntc_cpdb053 qntc_cpdb053_of_status(const struct qntc_status *status, bool smb1);

/* The same for a connection that the server closed (ECONNRESET) or left without an answer. */
struct qntc_cpdb053 qntc_cpdb053_of_errno(uint32_t ibm_i_errno);

/* "EACCES", or NULL. IBM i numbers (QSYSINC errno.h), not those of other systems. Static. */
const char *qntc_errno_name(uint32_t ibm_i_errno);

enum { QNTC_EACCES = 3401, QNTC_ECONNRESET = 3426, QNTC_ETIMEDOUT = 3447 };

#endif
