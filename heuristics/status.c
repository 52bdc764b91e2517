/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The statuses that a refused logon can end with, as tables: NT statuses, DOS pairs and the errno
 * numbers of IBM i. Everything that names a status, says what it means or derives the pair of
 * CPDB053 reads these rows, so that a new status is a new row.
 */
#include "status.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The errno numbers of IBM i that CPDB053 may show with class 0, besides those of status.h. */
enum { EIO_IBM_I = 3006, EINVAL_IBM_I = 3021, ENOENT_IBM_I = 3025, ENOTSUP_IBM_I = 3440 };

struct dos_pair {
    uint8_t error_class;
    uint16_t code;
};

struct nt_row {
    uint32_t code;
    const char *name;
    /*
     * What an SMB1 client that thinks in DOS errors makes of it. It is the mapping of Windows 2000,
     * as Samba took it from the wire; 3/31 is its catch-all. QNTC is assumed to have the same one:
     * LOGON_FAILURE, the one pair that IBM documents for SMB1 (1/5) and SMB2 (0/3401), fits.
     */
    struct dos_pair dos;
    uint16_t ibm_i_errno; /* what an SMB2 session probably yields */
    const char *meaning;
};

#define NO_DOS_ERROR                                                                               \
    {                                                                                              \
        0, 0                                                                                       \
    }
#define CATCH_ALL                                                                                  \
    {                                                                                              \
        QNTC_ERRHRD, 31                                                                            \
    }
#define NO_ACCESS                                                                                  \
    {                                                                                              \
        QNTC_ERRDOS, 5                                                                             \
    }

/* [MS-ERREF] 2.3.1, by code. */
static const struct nt_row nt_rows[] = {
    {0x00000000, "STATUS_SUCCESS", NO_DOS_ERROR, 0, "The request succeeded."},
    {0x00000103, "STATUS_PENDING", NO_DOS_ERROR, 0,
     "The server is still working on the request; the real answer follows."},
    {0x80000005,
     "STATUS_BUFFER_OVERFLOW",
     {QNTC_ERRDOS, 234},
     EIO_IBM_I,
     "There is more data than fitted into the answer."},
    {0xC0000001,
     "STATUS_UNSUCCESSFUL",
     {QNTC_ERRDOS, 31},
     EIO_IBM_I,
     "The server failed and does not say why."},
    {0xC0000002,
     "STATUS_NOT_IMPLEMENTED",
     {QNTC_ERRDOS, 1},
     ENOTSUP_IBM_I,
     "The server does not know this request."},
    {0xC0000008,
     "STATUS_INVALID_HANDLE",
     {QNTC_ERRDOS, 6},
     EINVAL_IBM_I,
     "The request names a handle that the server does not have."},
    {0xC000000D,
     "STATUS_INVALID_PARAMETER",
     {QNTC_ERRDOS, 87},
     EINVAL_IBM_I,
     "The server takes the request, or the security token in it, for malformed."},
    {0xC0000010,
     "STATUS_INVALID_DEVICE_REQUEST",
     {QNTC_ERRDOS, 1},
     EINVAL_IBM_I,
     "The request does not fit the object that it is meant for."},
    /* The end of a logon only where a KRB-ERROR stands in the answer: a refusal, then. */
    {0xC0000016, "STATUS_MORE_PROCESSING_REQUIRED", NO_ACCESS, QNTC_EACCES,
     "The authentication goes on with another message."},
    {0xC0000017, "STATUS_NO_MEMORY", {QNTC_ERRDOS, 8}, EIO_IBM_I, "The server is out of memory."},
    {0xC0000022, "STATUS_ACCESS_DENIED", NO_ACCESS, QNTC_EACCES,
     "The server denies access: a right, a policy, or encryption that it demands."},
    {0xC0000033,
     "STATUS_OBJECT_NAME_INVALID",
     {QNTC_ERRDOS, 123},
     ENOENT_IBM_I,
     "The name is not valid on the server."},
    {0xC0000034,
     "STATUS_OBJECT_NAME_NOT_FOUND",
     {QNTC_ERRDOS, 2},
     ENOENT_IBM_I,
     "There is no object of that name."},
    {0xC000003A,
     "STATUS_OBJECT_PATH_NOT_FOUND",
     {QNTC_ERRDOS, 3},
     ENOENT_IBM_I,
     "A directory in the path does not exist."},
    {0xC0000043,
     "STATUS_SHARING_VIOLATION",
     {QNTC_ERRDOS, 32},
     EIO_IBM_I,
     "Somebody else has the file open and does not share it."},
    {0xC000005E,
     "STATUS_NO_LOGON_SERVERS",
     {QNTC_ERRDOS, 2215},
     QNTC_EACCES,
     "The server reaches no domain controller that could check the logon."},
    {0xC000005F, "STATUS_NO_SUCH_LOGON_SESSION", CATCH_ALL, QNTC_EACCES,
     "The server has no such logon session."},
    {0xC0000061, "STATUS_PRIVILEGE_NOT_HELD", NO_ACCESS, QNTC_EACCES,
     "The account lacks a privilege that the request needs."},
    {0xC0000062, "STATUS_INVALID_ACCOUNT_NAME", CATCH_ALL, QNTC_EACCES,
     "The user name is no valid account name."},
    {0xC0000064, "STATUS_NO_SUCH_USER", NO_ACCESS, QNTC_EACCES,
     "The account does not exist where the server looked for it."},
    {0xC000006A,
     "STATUS_WRONG_PASSWORD",
     {QNTC_ERRSRV, 2},
     QNTC_EACCES,
     "The account exists and the password is not its own."},
    {0xC000006B, "STATUS_ILL_FORMED_PASSWORD", CATCH_ALL, QNTC_EACCES,
     "The password has characters that the server does not allow."},
    {0xC000006C, "STATUS_PASSWORD_RESTRICTION", CATCH_ALL, QNTC_EACCES,
     "The password breaks a password rule of the server or the domain."},
    {0xC000006D, "STATUS_LOGON_FAILURE", NO_ACCESS, QNTC_EACCES,
     "The logon was refused; user, password, domain or a policy can be behind it."},
    {0xC000006E, "STATUS_ACCOUNT_RESTRICTION", CATCH_ALL, QNTC_EACCES,
     "A restriction of the account forbids this logon: an empty password, Protected Users, "
     "or a policy against NTLM."},
    {0xC000006F,
     "STATUS_INVALID_LOGON_HOURS",
     {QNTC_ERRSRV, 2241},
     QNTC_EACCES,
     "The account may not log on at this hour."},
    {0xC0000070,
     "STATUS_INVALID_WORKSTATION",
     {QNTC_ERRSRV, 2240},
     QNTC_EACCES,
     "The account may not log on from the workstation that was named."},
    {0xC0000071,
     "STATUS_PASSWORD_EXPIRED",
     {QNTC_ERRSRV, 2242},
     QNTC_EACCES,
     "The password of the account has expired."},
    {0xC0000072,
     "STATUS_ACCOUNT_DISABLED",
     {QNTC_ERRSRV, 2239},
     QNTC_EACCES,
     "The account is disabled."},
    {0xC000007C, "STATUS_NO_TOKEN", CATCH_ALL, QNTC_EACCES,
     "The server has no token for the user."},
    {0xC0000080, "STATUS_SERVER_DISABLED", CATCH_ALL, EIO_IBM_I, "The server service is disabled."},
    {0xC000009A,
     "STATUS_INSUFFICIENT_RESOURCES",
     {QNTC_ERRDOS, 8},
     EIO_IBM_I,
     "The server lacks the resources for the request."},
    {0xC00000A5, "STATUS_BAD_IMPERSONATION_LEVEL", CATCH_ALL, QNTC_EACCES,
     "The impersonation level is missing or not valid."},
    {0xC00000A8, "STATUS_BAD_TOKEN_TYPE", CATCH_ALL, QNTC_EACCES,
     "The server cannot make a token for the user out of what it was given."},
    {0xC00000AC,
     "STATUS_PIPE_NOT_AVAILABLE",
     {QNTC_ERRDOS, 231},
     EIO_IBM_I,
     "A named pipe that the server itself needs is not there just now."},
    {0xC00000B0,
     "STATUS_PIPE_DISCONNECTED",
     {QNTC_ERRDOS, 233},
     EIO_IBM_I,
     "The other end of the named pipe has gone."},
    {0xC00000B5,
     "STATUS_IO_TIMEOUT",
     {QNTC_ERRDOS, 121},
     QNTC_ETIMEDOUT,
     "The server waited too long for something that it needs."},
    {0xC00000BB,
     "STATUS_NOT_SUPPORTED",
     {QNTC_ERRDOS, 50},
     ENOTSUP_IBM_I,
     "The server does not support what was asked for: a dialect, a mechanism, or NTLM at all."},
    {0xC00000BE,
     "STATUS_BAD_NETWORK_PATH",
     {QNTC_ERRDOS, 53},
     ENOENT_IBM_I,
     "The network path was not found."},
    {0xC00000BF, "STATUS_NETWORK_BUSY", {QNTC_ERRDOS, 54}, EIO_IBM_I, "The network is busy."},
    {0xC00000C3,
     "STATUS_INVALID_NETWORK_RESPONSE",
     {QNTC_ERRDOS, 58},
     EIO_IBM_I,
     "The server cannot make anything of an answer that it got itself."},
    {0xC00000C4,
     "STATUS_UNEXPECTED_NETWORK_ERROR",
     {QNTC_ERRDOS, 59},
     EIO_IBM_I,
     "An unexpected network error occurred at the server."},
    {0xC00000C9,
     "STATUS_NETWORK_NAME_DELETED",
     {QNTC_ERRDOS, 64},
     EIO_IBM_I,
     "The tree connection is no longer there."},
    {0xC00000CA,
     "STATUS_NETWORK_ACCESS_DENIED",
     {QNTC_ERRDOS, 65},
     QNTC_EACCES,
     "Access over the network is denied."},
    {0xC00000CB,
     "STATUS_BAD_DEVICE_TYPE",
     {QNTC_ERRDOS, 66},
     EINVAL_IBM_I,
     "The share is not of the type that was asked for."},
    {0xC00000CC,
     "STATUS_BAD_NETWORK_NAME",
     {QNTC_ERRDOS, 67},
     ENOENT_IBM_I,
     "The server has no share of that name."},
    {0xC00000CE,
     "STATUS_TOO_MANY_SESSIONS",
     {QNTC_ERRDOS, 69},
     EIO_IBM_I,
     "The server has as many sessions as it allows."},
    {0xC00000CF,
     "STATUS_SHARING_PAUSED",
     {QNTC_ERRDOS, 70},
     EIO_IBM_I,
     "File sharing is paused at the server."},
    {0xC00000D0,
     "STATUS_REQUEST_NOT_ACCEPTED",
     {QNTC_ERRDOS, 71},
     EIO_IBM_I,
     "The server accepts no more connections."},
    {0xC00000DC, "STATUS_INVALID_SERVER_STATE", CATCH_ALL, EIO_IBM_I,
     "The server, or its Netlogon service, is in no state to check logons."},
    {0xC00000DD, "STATUS_INVALID_DOMAIN_STATE", CATCH_ALL, QNTC_EACCES,
     "The domain is in no state to check logons."},
    {0xC00000DE, "STATUS_INVALID_DOMAIN_ROLE", CATCH_ALL, QNTC_EACCES,
     "The domain controller does not have the role that the request needs."},
    {0xC00000DF, "STATUS_NO_SUCH_DOMAIN", CATCH_ALL, QNTC_EACCES,
     "The server knows no such domain, or cannot reach it."},
    {0xC00000E5, "STATUS_INTERNAL_ERROR", CATCH_ALL, EIO_IBM_I,
     "An internal error occurred at the server."},
    {0xC00000FE, "STATUS_NO_SUCH_PACKAGE", CATCH_ALL, QNTC_EACCES,
     "The server does not have the authentication package."},
    {0xC0000104, "STATUS_BAD_LOGON_SESSION_STATE", CATCH_ALL, QNTC_EACCES,
     "The logon session is not in the right state for the request."},
    {0xC0000120, "STATUS_CANCELLED", CATCH_ALL, EIO_IBM_I, "The request was cancelled."},
    {0xC0000128,
     "STATUS_FILE_CLOSED",
     {QNTC_ERRDOS, 6},
     EINVAL_IBM_I,
     "The request names a file that is closed."},
    {0xC0000133, "STATUS_TIME_DIFFERENCE_AT_DC", CATCH_ALL, QNTC_EACCES,
     "The clocks of the server and its domain controller differ too much."},
    {0xC0000149,
     "STATUS_WRONG_PASSWORD_CORE",
     {QNTC_ERRDOS, 86},
     QNTC_EACCES,
     "The password for the share or the user is wrong."},
    {0xC0000155, "STATUS_LOGON_NOT_GRANTED", CATCH_ALL, QNTC_EACCES,
     "The logon was not granted; this is not the missing right of STATUS_LOGON_TYPE_NOT_GRANTED."},
    {0xC000015B, "STATUS_LOGON_TYPE_NOT_GRANTED", NO_ACCESS, QNTC_EACCES,
     "The account lacks the right to access this computer from the network, or is denied it."},
    {0xC000018A, "STATUS_NO_TRUST_LSA_SECRET", NO_ACCESS, QNTC_EACCES,
     "The server has lost the secret of its machine account."},
    {0xC000018B, "STATUS_NO_TRUST_SAM_ACCOUNT", NO_ACCESS, QNTC_EACCES,
     "The domain has no machine account for the server."},
    {0xC000018C, "STATUS_TRUSTED_DOMAIN_FAILURE", NO_ACCESS, QNTC_EACCES,
     "The trust between the server's domain and that of the user failed."},
    {0xC000018D, "STATUS_TRUSTED_RELATIONSHIP_FAILURE", NO_ACCESS, QNTC_EACCES,
     "The trust between the server and its domain failed."},
    {0xC0000190, "STATUS_TRUST_FAILURE", NO_ACCESS, QNTC_EACCES,
     "The server could not set up its secure channel to a domain controller."},
    {0xC0000192,
     "STATUS_NETLOGON_NOT_STARTED",
     {QNTC_ERRDOS, 2455},
     QNTC_EACCES,
     "The Netlogon service is not running at the server."},
    {0xC0000193,
     "STATUS_ACCOUNT_EXPIRED",
     {QNTC_ERRSRV, 2239},
     QNTC_EACCES,
     "The account has expired."},
    {0xC0000195, "STATUS_NETWORK_CREDENTIAL_CONFLICT", CATCH_ALL, QNTC_EACCES,
     "The credentials conflict with those of a session that is already there."},
    {0xC0000196, "STATUS_REMOTE_SESSION_LIMIT", CATCH_ALL, EIO_IBM_I,
     "The server has as many remote sessions as it allows."},
    {0xC0000198, "STATUS_NOLOGON_INTERDOMAIN_TRUST_ACCOUNT", NO_ACCESS, QNTC_EACCES,
     "The account is a trust account between domains and may not log on."},
    {0xC0000199, "STATUS_NOLOGON_WORKSTATION_TRUST_ACCOUNT", NO_ACCESS, QNTC_EACCES,
     "The account is a machine account and may not log on."},
    {0xC000019A, "STATUS_NOLOGON_SERVER_TRUST_ACCOUNT", NO_ACCESS, QNTC_EACCES,
     "The account is that of a domain controller and may not log on."},
    {0xC000019B, "STATUS_DOMAIN_TRUST_INCONSISTENT", NO_ACCESS, QNTC_EACCES,
     "Name and SID of the domain do not agree with the trust."},
    {0xC0000202, "STATUS_NO_USER_SESSION_KEY", CATCH_ALL, QNTC_EACCES,
     "The logon has no session key, as with guests and null sessions."},
    {0xC0000203,
     "STATUS_USER_SESSION_DELETED",
     {QNTC_ERRDOS, 59},
     EIO_IBM_I,
     "The server no longer has this session."},
    {0xC0000205,
     "STATUS_INSUFF_SERVER_RESOURCES",
     {QNTC_ERRDOS, 8},
     EIO_IBM_I,
     "The server lacks the resources for the request."},
    {0xC000020C,
     "STATUS_CONNECTION_DISCONNECTED",
     {QNTC_ERRDOS, 64},
     EIO_IBM_I,
     "A connection that the server needs was closed."},
    {0xC000020D,
     "STATUS_CONNECTION_RESET",
     {QNTC_ERRDOS, 64},
     EIO_IBM_I,
     "A connection that the server needs was reset."},
    {0xC0000224,
     "STATUS_PASSWORD_MUST_CHANGE",
     {QNTC_ERRSRV, 2242},
     QNTC_EACCES,
     "The password must be changed before the first logon."},
    {0xC0000225, "STATUS_NOT_FOUND", CATCH_ALL, ENOENT_IBM_I,
     "The server did not find something that it needs for the request."},
    {0xC0000233, "STATUS_DOMAIN_CONTROLLER_NOT_FOUND", CATCH_ALL, QNTC_EACCES,
     "The server finds no domain controller of the domain."},
    {0xC0000234, "STATUS_ACCOUNT_LOCKED_OUT", NO_ACCESS, QNTC_EACCES,
     "The account is locked after too many wrong passwords."},
    {0xC0000236, "STATUS_CONNECTION_REFUSED", CATCH_ALL, EIO_IBM_I,
     "A connection that the server needs was refused."},
    {0xC0000241, "STATUS_CONNECTION_ABORTED", CATCH_ALL, EIO_IBM_I,
     "A connection that the server needs was aborted."},
    {0xC0000246, "STATUS_CONNECTION_COUNT_LIMIT", CATCH_ALL, EIO_IBM_I,
     "The server has as many connections of this account as it allows."},
    {0xC0000247, "STATUS_LOGIN_TIME_RESTRICTION", CATCH_ALL, QNTC_EACCES,
     "The account may not log on at this hour."},
    {0xC0000248, "STATUS_LOGIN_WKSTA_RESTRICTION", CATCH_ALL, QNTC_EACCES,
     "The account may not log on from this station."},
    {0xC0000250, "STATUS_INSUFFICIENT_LOGON_INFO", CATCH_ALL, QNTC_EACCES,
     "The request does not bring all that the logon needs."},
    {0xC0000257,
     "STATUS_PATH_NOT_COVERED",
     {QNTC_ERRSRV, 3},
     ENOENT_IBM_I,
     "The path is on another server: a DFS referral would have to be followed."},
    {0xC00002C3, "STATUS_MUTUAL_AUTHENTICATION_FAILED", CATCH_ALL, QNTC_EACCES,
     "One side could not prove who it is."},
    {0xC00002FA, "STATUS_SMARTCARD_LOGON_REQUIRED", CATCH_ALL, QNTC_EACCES,
     "The account may log on with a smart card only."},
    {0xC00002FD, "STATUS_KDC_UNKNOWN_ETYPE", CATCH_ALL, QNTC_EACCES,
     "The KDC does not support the encryption type."},
    {0xC00002FE, "STATUS_SHUTDOWN_IN_PROGRESS", CATCH_ALL, EIO_IBM_I,
     "The server is shutting down."},
    {0xC00002FF, "STATUS_SERVER_SHUTDOWN_IN_PROGRESS", CATCH_ALL, EIO_IBM_I,
     "The server is shutting down."},
    {0xC000030C, "STATUS_PASSWORD_CHANGE_REQUIRED", CATCH_ALL, QNTC_EACCES,
     "The password must be changed before the next logon."},
    {0xC0000322, "STATUS_NO_KERB_KEY", CATCH_ALL, QNTC_EACCES,
     "The server has no Kerberos key that fits the ticket."},
    {0xC000035B, "STATUS_BAD_BINDINGS", CATCH_ALL, QNTC_EACCES,
     "The channel bindings are missing or wrong."},
    {0xC000035C, "STATUS_NETWORK_SESSION_EXPIRED", CATCH_ALL, QNTC_EACCES,
     "The session has expired; the client must authenticate again."},
    {0xC0000380, "STATUS_SMARTCARD_WRONG_PIN", CATCH_ALL, QNTC_EACCES,
     "The PIN of the smart card is wrong."},
    {0xC0000388, "STATUS_DOWNGRADE_DETECTED", CATCH_ALL, QNTC_EACCES,
     "Somebody may have weakened the negotiation on its way, or no domain controller answered."},
    {0xC000040E, "STATUS_KDC_CERT_EXPIRED", CATCH_ALL, QNTC_EACCES,
     "The certificate of the domain controller has expired."},
    /* These two are younger than the mapping; 1/5 is the pair of a refusal. */
    {0xC0000413, "STATUS_AUTHENTICATION_FIREWALL_FAILED", NO_ACCESS, QNTC_EACCES,
     "Selective authentication of a trust does not let the account in at this server."},
    {0xC0000418, "STATUS_NTLM_BLOCKED", NO_ACCESS, QNTC_EACCES, "A policy forbids NTLM here."},
    {0xC000A000, "STATUS_INVALID_SIGNATURE", CATCH_ALL, QNTC_EACCES,
     "The signature is missing or wrong."},
    {0xC05D0000, "STATUS_SMB_NO_PREAUTH_INTEGRITY_HASH_OVERLAP", CATCH_ALL, ENOTSUP_IBM_I,
     "Client and server have no hash algorithm for pre-authentication integrity in common."},
    /* SSPI errors, which some servers put where a status belongs ([MS-ERREF] 2.1.1). */
    {0x80090308, "SEC_E_INVALID_TOKEN", CATCH_ALL, QNTC_EACCES,
     "The server takes the security token for malformed."},
    {0x8009030C, "SEC_E_LOGON_DENIED", CATCH_ALL, QNTC_EACCES, "The logon was refused."},
    {0x80090311, "SEC_E_NO_AUTHENTICATING_AUTHORITY", CATCH_ALL, QNTC_EACCES,
     "The server reaches no domain controller that could check the logon."},
    {0x80090322, "SEC_E_WRONG_PRINCIPAL", CATCH_ALL, QNTC_EACCES,
     "The ticket or target name is that of another principal."},
    {0x80090324, "SEC_E_TIME_SKEW", CATCH_ALL, QNTC_EACCES, "The clocks differ too much."},
    {0x80090346, "SEC_E_BAD_BINDINGS", CATCH_ALL, QNTC_EACCES,
     "The channel bindings are missing or wrong."},
};

#define ANY_CODE UINT32_MAX

struct dos_row {
    uint8_t error_class;
    uint32_t code; /* ANY_CODE: for the codes of the class that have no row before */
    const char *meaning;
};

/* [MS-CIFS] 2.2.2.4. */
static const struct dos_row dos_rows[] = {
    {0, 0, "The request succeeded."},
    {QNTC_ERRDOS, 1, "ERRbadfunc: the server does not know this function."},
    {QNTC_ERRDOS, 2, "ERRbadfile: the file was not found."},
    {QNTC_ERRDOS, 3, "ERRbadpath: a directory in the path does not exist."},
    {QNTC_ERRDOS, 4, "ERRnofids: too many files are open."},
    {QNTC_ERRDOS, 5, "ERRnoaccess: the server denies access."},
    {QNTC_ERRDOS, 6, "ERRbadfid: the request names a file that is not open."},
    {QNTC_ERRDOS, 8, "ERRnomem: the server lacks memory or resources."},
    {QNTC_ERRDOS, 31, "ERRgeneral: the server failed and does not say why."},
    {QNTC_ERRDOS, 32, "ERRbadshare: somebody else has the file open and does not share it."},
    {QNTC_ERRDOS, 50, "ERRunsup: the server does not support what was asked for."},
    {QNTC_ERRDOS, 53, "The network path was not found."},
    {QNTC_ERRDOS, 54, "The network is busy."},
    {QNTC_ERRDOS, 58, "The server cannot make anything of an answer that it got itself."},
    {QNTC_ERRDOS, 59, "The session is no longer there, or the network failed."},
    {QNTC_ERRDOS, 64, "The tree connection is no longer there."},
    {QNTC_ERRDOS, 65, "Access over the network is denied."},
    {QNTC_ERRDOS, 66, "The share is not of the type that was asked for."},
    {QNTC_ERRDOS, 67, "ERRnosuchshare: the server has no share of that name."},
    {QNTC_ERRDOS, 69, "The server has as many sessions as it allows."},
    {QNTC_ERRDOS, 70, "File sharing is paused at the server."},
    {QNTC_ERRDOS, 71, "The server accepts no more connections."},
    {QNTC_ERRDOS, 86, "The password is wrong."},
    {QNTC_ERRDOS, 87, "ERRinvalidparam: the server takes the request for malformed."},
    {QNTC_ERRDOS, 121, "The server waited too long for something that it needs."},
    {QNTC_ERRDOS, 123, "ERRinvalidname: the name is not valid on the server."},
    {QNTC_ERRDOS, 231, "ERRpipebusy: the named pipe is not available just now."},
    {QNTC_ERRDOS, 233, "ERRnotconnected: the other end of the named pipe has gone."},
    {QNTC_ERRDOS, 234, "ERRmoredata: the exchange goes on with another message."},
    {QNTC_ERRDOS, 2215, "The server reaches no domain controller that could check the logon."},
    {QNTC_ERRDOS, 2455, "ERRinvgroup: the Netlogon service is not running at the server."},
    {QNTC_ERRSRV, 1, "ERRerror: the server failed and does not say why."},
    {QNTC_ERRSRV, 2, "ERRbadpw: the name or the password is wrong."},
    {QNTC_ERRSRV, 3, "ERRbadpath: the path is on another server (DFS)."},
    {QNTC_ERRSRV, 4, "ERRaccess: the user has not the right for this."},
    {QNTC_ERRSRV, 5, "ERRinvtid: the tree connection is not known."},
    {QNTC_ERRSRV, 6, "ERRinvnetname: the server has no share of that name."},
    {QNTC_ERRSRV, 7, "ERRinvdevice: the share is not of the type that was asked for."},
    {QNTC_ERRSRV, 22, "ERRbadcmd: the server does not know this SMB command."},
    {QNTC_ERRSRV, 64, "ERRbadcmd: the server does not know this SMB command."},
    {QNTC_ERRSRV, 65, "ERRsrverror: an internal error occurred at the server."},
    {QNTC_ERRSRV, 81, "ERRpaused: the server is paused."},
    {QNTC_ERRSRV, 88, "ERRtimeout: the request timed out at the server."},
    {QNTC_ERRSRV, 89, "ERRnoresource: the server lacks the resources for the request."},
    {QNTC_ERRSRV, 90, "ERRtoomanyuids: the session has as many users as the server allows."},
    {QNTC_ERRSRV, 91, "ERRbaduid: the user id is not known to this session."},
    {QNTC_ERRSRV, 250, "ERRusempx: the server cannot do raw mode now; use MPX mode."},
    {QNTC_ERRSRV, 251, "ERRusestd: the server cannot do raw mode now; use standard mode."},
    {QNTC_ERRSRV, 252, "ERRcontmpx: continue in MPX mode."},
    {QNTC_ERRSRV, 2239, "ERRaccountExpired: the account is disabled or has expired."},
    {QNTC_ERRSRV, 2240, "ERRbadClient: the account may not log on from this workstation."},
    {QNTC_ERRSRV, 2241, "ERRbadLogonTime: the account may not log on at this hour."},
    {QNTC_ERRSRV, 2242, "ERRpasswordExpired: the password has expired or must be changed."},
    {QNTC_ERRSRV, 65535, "ERRnosupport: the server does not support what was asked for."},
    {QNTC_ERRHRD, 31, "ERRgeneral: the catch-all for whatever has no DOS code of its own."},
    {QNTC_ERRCMD, ANY_CODE, "ERRCMD: the server did not take the request for an SMB."},
};

struct dos_class_row {
    uint8_t error_class;
    const char *name;
};

static const struct dos_class_row dos_class_rows[] = {
    {QNTC_ERRDOS, "ERRDOS"},
    {QNTC_ERRSRV, "ERRSRV"},
    {QNTC_ERRHRD, "ERRHRD"},
    {QNTC_ERRCMD, "ERRCMD"},
};

struct errno_row {
    uint32_t number;
    const char *name;
};

/* QSYSINC errno.h of IBM i. Of two names for one number the first is given. */
static const struct errno_row errno_rows[] = {
    {3006, "EIO"},          {3007, "ENODEV"},          {3021, "EINVAL"},
    {3025, "ENOENT"},       {3027, "EPERM"},           {3029, "EBUSY"},
    {3401, "EACCES"},       {3403, "ENOTDIR"},         {3404, "ENOSPC"},
    {3406, "EAGAIN"},       {3407, "EINTR"},           {3408, "EFAULT"},
    {3409, "ETIME"},        {3415, "ENXIO"},           {3417, "ECLOSED"},
    {3420, "EADDRINUSE"},   {3421, "EADDRNOTAVAIL"},   {3422, "EAFNOSUPPORT"},
    {3423, "EALREADY"},     {3424, "ECONNABORTED"},    {3425, "ECONNREFUSED"},
    {3426, "ECONNRESET"},   {3427, "EDESTADDRREQ"},    {3428, "EHOSTDOWN"},
    {3429, "EHOSTUNREACH"}, {3430, "EINPROGRESS"},     {3431, "EISCONN"},
    {3432, "EMSGSIZE"},     {3433, "ENETDOWN"},        {3434, "ENETRESET"},
    {3435, "ENETUNREACH"},  {3436, "ENOBUFS"},         {3437, "ENOPROTOOPT"},
    {3438, "ENOTCONN"},     {3439, "ENOTSOCK"},        {3440, "ENOTSUP"},
    {3441, "EPFNOSUPPORT"}, {3442, "EPROTONOSUPPORT"}, {3443, "EPROTOTYPE"},
    {3444, "ERCVDERR"},     {3445, "ESHUTDOWN"},       {3446, "ESOCKTNOSUPPORT"},
    {3447, "ETIMEDOUT"},    {3448, "EUNATCH"},         {3450, "EBADF"},
    {3452, "EMFILE"},       {3453, "ENFILE"},          {3455, "EPIPE"},
    {3457, "EEXIST"},       {3459, "EDEADLK"},         {3460, "ENOMEM"},
    {3470, "ENOSYS"},       {3471, "EISDIR"},          {3472, "EROFS"},
    {3474, "EUNKNOWN"},     {3484, "EDAMAGE"},         {3485, "ELOOP"},
    {3486, "ENAMETOOLONG"}, {3487, "ENOLCK"},          {3488, "ENOTEMPTY"},
    {3489, "ENOSYSRSC"},    {3490, "ECONVERT"},        {3491, "E2BIG"},
    {3492, "EILSEQ"},       {3497, "ESOFTDAMAGE"},     {3499, "EOFFLINE"},
    {3500, "EROOBJ"},       {3506, "ELOCKED"},         {3507, "EFBIG"},
    {3513, "ESTALE"},       {3515, "ESRCH"},           {3523, "ETOOMANYREFS"},
    {3524, "ENOTSAFE"},     {3525, "EOVERFLOW"},
};

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static const struct nt_row *find_nt(uint32_t code)
{
    for (size_t i = 0; i < ROWS(nt_rows); i++) {
        if (nt_rows[i].code == code)
            return &nt_rows[i];
    }
    return NULL;
}

static const struct dos_row *find_dos(uint8_t error_class, uint32_t code)
{
    for (size_t i = 0; i < ROWS(dos_rows); i++) {
        const struct dos_row *row = &dos_rows[i];

        if (row->error_class == error_class && (row->code == code || row->code == ANY_CODE))
            return row;
    }
    return NULL;
}

static const char *dos_class_name(uint8_t error_class)
{
    for (size_t i = 0; i < ROWS(dos_class_rows); i++) {
        if (dos_class_rows[i].error_class == error_class)
            return dos_class_rows[i].name;
    }
    return NULL;
}

/*
 * SMB1 servers put some ERRSRV codes into the NT status field as they are, code above class: the
 * likes of STATUS_SMB_BAD_UID 0x005B0002 ([MS-CIFS] 2.2.2.4). They look like successes.
 */
static bool is_packed_dos_error(uint32_t code)
{
    return (code & 0xFFFF) == QNTC_ERRSRV && code >> 16 != 0 && code >> 30 == 0;
}

bool qntc_status_is_success(const struct qntc_status *status)
{
    if (status->kind == QNTC_STATUS_DOS)
        return status->dos_class == 0 && status->code == 0;
    if (status->kind != QNTC_STATUS_NT || qntc_status_is(status, QNTC_STATUS_PENDING))
        return false;
    if (is_packed_dos_error(status->code))
        return false;
    /* The severity stands in the two highest bits: 0 success, 1 informational ([MS-ERREF] 2.3). */
    return status->code >> 30 <= 1;
}

bool qntc_status_is_more_processing(const struct qntc_status *status)
{
    return qntc_status_is(status, QNTC_STATUS_MORE_PROCESSING_REQUIRED) ||
           qntc_status_is_dos(status, QNTC_ERRDOS, 234);
}

/*
 * A name as dissectors give it, with or without "STATUS_" or "NT_STATUS_", spelt as in [MS-ERREF].
 * NULL for what is no name at all, such as the "Unknown (0x...)" of a value without one.
 */
static const char *normal_name(const char *wire_name, char *buffer, size_t size)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

    if (!wire_name || !*wire_name || wire_name[strspn(wire_name, letters)] != '\0')
        return NULL;
    if (strncmp(wire_name, "NT_STATUS_", 10) == 0)
        return wire_name + 3;
    if (strncmp(wire_name, "STATUS_", 7) == 0 || strlen(wire_name) + 8 > size)
        return wire_name;
    snprintf(buffer, size, "STATUS_%s", wire_name);
    return buffer;
}

static const char *nt_name(const struct qntc_status *status, char *buffer, size_t size)
{
    const struct nt_row *row = find_nt(status->code);
    const char *name = row ? row->name : normal_name(status->wire_name, buffer, size);

    if (name)
        return name;
    snprintf(buffer, size, "0x%08" PRIX32, status->code);
    return buffer;
}

static const char *dos_name(const struct qntc_status *status, char *buffer, size_t size)
{
    const char *class_name = dos_class_name(status->dos_class);

    if (status->dos_class == 0 && status->code == 0)
        return "SUCCESS";
    if (class_name)
        snprintf(buffer, size, "%s/%" PRIu32, class_name, status->code);
    else
        snprintf(buffer, size, "class %u/%" PRIu32, status->dos_class, status->code);
    return buffer;
}

const char *qntc_status_name(const struct qntc_status *status, char *buffer, size_t size)
{
    switch (status->kind) {
    case QNTC_STATUS_NT:
        return nt_name(status, buffer, size);
    case QNTC_STATUS_DOS:
        return dos_name(status, buffer, size);
    case QNTC_STATUS_NONE:
        break;
    }
    return NULL;
}

const char *qntc_status_meaning(const struct qntc_status *status)
{
    if (status->kind == QNTC_STATUS_NT) {
        if (is_packed_dos_error(status->code)) {
            const struct dos_row *dos = find_dos(QNTC_ERRSRV, status->code >> 16);

            return dos ? dos->meaning : NULL;
        }
        const struct nt_row *row = find_nt(status->code);

        return row ? row->meaning : NULL;
    }
    if (status->kind == QNTC_STATUS_DOS) {
        const struct dos_row *row = find_dos(status->dos_class, status->code);

        return row ? row->meaning : NULL;
    }
    return NULL;
}

bool qntc_status_at(size_t index, struct qntc_status *status)
{
    if (index < ROWS(nt_rows)) {
        *status = (struct qntc_status){QNTC_STATUS_NT, nt_rows[index].code, 0, NULL};
        return true;
    }
    index -= ROWS(nt_rows);
    if (index >= ROWS(dos_rows))
        return false;
    const struct dos_row *row = &dos_rows[index];
    *status = (struct qntc_status){QNTC_STATUS_DOS, row->code, row->error_class, NULL};
    return true;
}

static struct qntc_cpdb053 pair_of_nt(const struct qntc_status *status, bool smb1)
{
    const struct nt_row *row = find_nt(status->code);
    struct dos_pair dos = row ? row->dos : (struct dos_pair)CATCH_ALL;
    bool likely = !qntc_status_is(status, QNTC_STATUS_LOGON_FAILURE);

    if (is_packed_dos_error(status->code))
        dos = (struct dos_pair){QNTC_ERRSRV, (uint16_t)(status->code >> 16)};
    if (smb1)
        return (struct qntc_cpdb053){true, dos.error_class, dos.code, likely};
    /* At a logon, a status that nobody knows is a refusal like the others: EACCES. */
    return (struct qntc_cpdb053){true, 0, row ? row->ibm_i_errno : QNTC_EACCES, likely};
}

struct qntc_cpdb053 qntc_cpdb053_of_status(const struct qntc_status *status, bool smb1)
{
    if (qntc_status_is_success(status) || qntc_status_is(status, QNTC_STATUS_PENDING))
        return (struct qntc_cpdb053){0};
    if (status->kind == QNTC_STATUS_DOS)
        return (struct qntc_cpdb053){true, status->dos_class, status->code, false};
    if (status->kind == QNTC_STATUS_NT)
        return pair_of_nt(status, smb1);
    return (struct qntc_cpdb053){0};
}

struct qntc_cpdb053 qntc_cpdb053_of_errno(uint32_t ibm_i_errno)
{
    return (struct qntc_cpdb053){true, 0, ibm_i_errno, true};
}

const char *qntc_errno_name(uint32_t ibm_i_errno)
{
    for (size_t i = 0; i < ROWS(errno_rows); i++) {
        if (errno_rows[i].number == ibm_i_errno)
            return errno_rows[i].name;
    }
    return NULL;
}
