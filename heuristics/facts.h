/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The facts of a logon: what was seen on the wire, by which frame, and nothing that is concluded
 * from it. The tracker fills them in, the causes read them. A string that is NULL was not seen;
 * an empty string was sent empty. A frame of 0 was not seen. All memory belongs to the capture.
 */
#ifndef QNTC_FACTS_H
#define QNTC_FACTS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "status.h"

/* Microseconds since 1970 (UTC). */
typedef int64_t qntc_time;
#define QNTC_TIME_UNKNOWN INT64_MIN

#define QNTC_MAX_DIALECTS                                                                          \
    32 /* of a NEGOTIATE request; [MS-SMB2] has six, Windows offers up to 13 */
#define QNTC_MAX_TICKET_FRAMES 64 /* of one ticket: a few requests and their answers */
#define QNTC_LENGTH_UNKNOWN (-1)

enum qntc_side { QNTC_CLIENT, QNTC_SERVER };

enum qntc_dialect {
    QNTC_DIALECT_UNKNOWN,
    QNTC_DIALECT_SMB1,
    QNTC_DIALECT_202,
    QNTC_DIALECT_210,
    QNTC_DIALECT_300,
    QNTC_DIALECT_302,
    QNTC_DIALECT_311,
};

enum qntc_signing {
    QNTC_SIGNING_UNKNOWN,
    QNTC_SIGNING_OFF,
    QNTC_SIGNING_ENABLED,
    QNTC_SIGNING_REQUIRED,
};

enum qntc_mechanism {
    QNTC_MECHANISM_UNKNOWN,
    QNTC_MECHANISM_NTLMSSP,
    QNTC_MECHANISM_KERBEROS,
    QNTC_MECHANISM_NTLM, /* SMB1 without extended security: the responses stand in the request */
    QNTC_MECHANISM_SHARE_LEVEL,
    QNTC_MECHANISM_NEGOEX,
    QNTC_MECHANISM_OTHER,
};

/* Bits of a SPNEGO mech list. */
enum {
    QNTC_OFFERS_KERBEROS = 1 << 0,
    QNTC_OFFERS_NTLMSSP = 1 << 1,
    QNTC_OFFERS_NEGOEX = 1 << 2,
    QNTC_OFFERS_OTHER = 1 << 3,
};

enum qntc_ntlm {
    QNTC_NTLM_UNKNOWN,
    QNTC_NTLM_LM,
    QNTC_NTLM_V1,
    QNTC_NTLM_V1_ESS,
    QNTC_NTLM_V2,
    QNTC_NTLM_ANONYMOUS,
    QNTC_NTLM_PLAINTEXT,
};

enum qntc_outcome {
    QNTC_OUTCOME_UNKNOWN,
    QNTC_OUTCOME_SUCCESS,
    QNTC_OUTCOME_GUEST,
    QNTC_OUTCOME_ANONYMOUS,
    QNTC_OUTCOME_REFUSED,
    QNTC_OUTCOME_CLOSED,
    QNTC_OUTCOME_UNANSWERED,
    QNTC_OUTCOME_ABANDONED,
};

/* What was proven of the password, by recomputing the captured response (ntlm_response.h). */
enum qntc_password {
    QNTC_PASSWORD_UNCHECKED,
    QNTC_PASSWORD_AS_TYPED,
    QNTC_PASSWORD_LOWER_CASE,
    QNTC_PASSWORD_UPPER_CASE,
    QNTC_PASSWORD_EMPTY,
    QNTC_PASSWORD_DIFFERS,
};

/* NEGOTIATE of a connection, request and answer; the logons of the connection share it. */
struct qntc_negotiate {
    uint32_t request_frame;
    uint32_t response_frame; /* the answer that settled or refused the dialect */
    qntc_time request_time;
    qntc_time response_time;
    struct qntc_status status; /* of that answer */
    bool no_dialect_chosen;    /* SMB1 index 0xFFFF: none of the client's dialects */

    /* the client's */
    bool offers_smb1; /* a dialect string that is SMB1 */
    bool offers_smb2; /* an SMB2 NEGOTIATE, or "SMB 2.???" among the SMB1 strings */
    bool offers_nt_lm_012;
    unsigned dialect_count;
    uint16_t dialects[QNTC_MAX_DIALECTS]; /* SMB2 dialect revisions, in the order sent */
    enum qntc_signing client_signing;
    bool client_capabilities_seen;
    uint32_t client_capabilities; /* SMB2_GLOBAL_CAP_*, [MS-SMB2] 2.2.3 */
    bool client_offers_ciphers;   /* 3.1.1: SMB2_ENCRYPTION_CAPABILITIES */

    /* the server's */
    enum qntc_dialect dialect;
    enum qntc_signing server_signing;
    bool server_capabilities_seen;
    uint32_t server_capabilities;
    bool mechanisms_seen;
    unsigned mechanisms; /* QNTC_OFFERS_*; meaningful if mechanisms_seen */

    /* SMB1 only ([MS-CIFS] 2.2.4.52, [MS-SMB] 2.2.4.5.2) */
    bool security_mode_seen;
    bool share_level;
    bool encrypted_passwords;
    bool extended_security;
    const char
        *domain_name; /* without extended security: PrimaryDomain / ServerName of the answer */
    const char *server_name;
    bool challenge_seen;
    uint8_t challenge[8];
};

/* The NTLM exchange ([MS-NLMP] 2.2.1), or the SMB1 password fields that stand for it. */
struct qntc_ntlm_exchange {
    /* NEGOTIATE_MESSAGE */
    uint32_t negotiate_frame;

    /* CHALLENGE_MESSAGE */
    uint32_t challenge_frame;
    bool target_info_seen;
    const char *target_name;
    const char *nb_computer;
    const char *nb_domain;
    const char *dns_computer;
    const char *dns_domain;
    qntc_time challenge_time; /* MsvAvTimestamp, QNTC_TIME_UNKNOWN without */
    bool server_build_seen;
    uint16_t server_build; /* VERSION.ProductBuild: 26100 is Windows 11 24H2 / Server 2025 */

    /* AUTHENTICATE_MESSAGE, or the SMB1 request with the password fields */
    uint32_t authenticate_frame;
    enum qntc_ntlm version;
    int lm_length; /* of the responses on the wire, QNTC_LENGTH_UNKNOWN where cut off */
    int nt_length;
    bool lm_response_real; /* not zeros, not the ESS client challenge, not the NT one again */
    bool mic_seen;         /* the message has one that is not all zero */
    bool av_flags_seen;
    uint32_t av_flags;      /* MsvAvFlags: 2 a MIC is present, 4 untrusted SPN */
    const char *target_spn; /* MsvAvTargetName of the NTLMv2 response */
    qntc_time client_time;  /* of the NTLMv2 response */
};

/* Kerberos inside the security token ([RFC4120] 5.5, 5.9). */
struct qntc_kerberos_exchange {
    uint32_t ap_req_frame;
    uint32_t ap_rep_frame;
    uint32_t error_frame; /* the last KRB-ERROR of the server */
    int error_code;
    bool no_token;       /* the client's SPNEGO names Kerberos first and brings no mechToken */
    const char *service; /* "cifs/host.example" of the ticket */
    const char *realm;
    int ticket_etype;
    int ticket_kvno;
    int session_etype; /* of the authenticator, so of the session key; 0: not seen */
};

enum qntc_ticket_result {
    QNTC_TICKET_PENDING,     /* no answer so far */
    QNTC_TICKET_GRANTED,     /* AS-REP, TGS-REP */
    QNTC_TICKET_REFUSED,     /* a KRB-ERROR that is no step of the normal course */
    QNTC_TICKET_UNREACHABLE, /* no answer: repeated, refused by RST or ICMP, or given up */
};

/* What a client asked its KDC for: one ticket, with all requests that were needed (kdc.h). */
struct qntc_ticket {
    bool tgs;                   /* a TGS exchange; else an AS exchange */
    bool only_syn;              /* not even that: a TCP connection that the KDC does not accept */
    const char *client_address; /* of the host that asked */
    const char *kdc_address;    /* of the KDC that was asked last */
    const char *client;         /* principal, realm and service as asked for; NULL: not seen */
    const char *realm;
    const char *service;
    uint32_t first_request_frame;
    uint32_t last_request_frame;
    qntc_time first_request_time;
    uint32_t unanswered;   /* requests in a row without an answer */
    uint32_t answer_frame; /* the last answer; where UNREACHABLE, the RST or ICMP, or 0 */
    qntc_time answer_time;
    enum qntc_ticket_result result;
    bool got_over;              /* refused or unreachable, and had later */
    const char *unreachable_by; /* "ICMP: port unreachable"; NULL: silence */
    int error_code;             /* where REFUSED */
    uint32_t nt_status;         /* of the e-data; 0: none */
    int ticket_etype;           /* where GRANTED; 0: not seen */
    int ticket_kvno;
    GArray *frames; /* uint32_t, ascending: its messages; the first QNTC_MAX_TICKET_FRAMES */
};

/* The server's question to a domain controller (netlogon.h). A frame of 0 was not seen. */
struct qntc_pass_through {
    const char *dc_address;
    uint32_t request_frame;
    uint32_t answer_frame;
    qntc_time request_time;
    qntc_time answer_time;
    unsigned opnum; /* 2 SamLogon, 39 SamLogonEx, 45 SamLogonWithFlags */
    bool sealed;
    bool status_seen;
    uint32_t status; /* the controller's own NTSTATUS, where it is readable */
};

/* The server's own account, refused by its domain while a logon waited. */
struct qntc_machine_refusal {
    const char *account; /* NULL: was not seen refused */
    const char *by_address;
    uint32_t frame;
};

struct qntc_server; /* capture.h */

#define QNTC_MAX_OPENING_FRAMES 8 /* SYN to ACK, a NetBIOS session, something sent again */

struct qntc_connection {
    uint32_t stream;
    const char *client_address;
    const char *server_address;
    uint16_t client_port;
    uint16_t server_port;
    struct qntc_server *server;
    struct qntc_negotiate negotiate;
    const char *client_native_os; /* SMB1 SESSION_SETUP_ANDX */
    const char *client_native_lanman;
    const char *server_native_os;
    const char *server_native_lanman;
    bool began_before_capture;                        /* no SYN and no NEGOTIATE in the file */
    uint32_t opening_frames[QNTC_MAX_OPENING_FRAMES]; /* before SMB begins; 0 ends them */
    qntc_time opening_time;                           /* of the first of them */
    bool client_frames_seen; /* a direction without any frame is missing from the file */
    bool server_frames_seen;
    qntc_time latest_time;  /* of its messages; QNTC_TIME_UNKNOWN without */
    qntc_time step_back;    /* the largest of their time stamps, clock.h; 0: none */
    uint32_t not_smb_frame; /* the server's first bytes, if they are no SMB */
    /* the first FIN or RST */
    uint32_t close_frame;
    qntc_time close_time;
    enum qntc_side closed_by;
    bool closed_by_reset;
};

/* When a message was seen. */
struct qntc_frame_time {
    uint32_t frame;
    qntc_time time; /* QNTC_TIME_UNKNOWN: not known */
};

/* Something after the logon: a tree connect, a request that was refused, or the end. */
struct qntc_event {
    uint32_t frame;            /* the answer, or the FIN or RST */
    qntc_time time;            /* of that frame */
    uint32_t request_frame;    /* 0: not in the file */
    const char *request;       /* "TREE_CONNECT", "CREATE", ...; NULL: the end. Static */
    const char *share;         /* last part of the path of the tree, NULL: not seen */
    struct qntc_status status; /* QNTC_STATUS_NONE at the end of the connection */
    bool request_signed;
    bool answered; /* the request, before the end */
    bool answer_signed;
    unsigned count; /* of the same thing, repeated; this is the first */
    /* The client asked where a DFS path leads, and was not refused: it goes on there. 0: no. */
    uint32_t referral_frame;
};

/* What the session did once the logon had worked; only its first requests are looked at. */
struct qntc_session {
    GPtrArray *events;        /* struct qntc_event *, in the order of the file; NULL: none */
    uint32_t signed_frame;    /* first signed request behind the logon, tree connects not counted */
    uint32_t unsigned_frame;  /* first unsigned one that signing would cover; neither a tree connect
                                  nor FSCTL_VALIDATE_NEGOTIATE_INFO, which 3.x always signs */
    uint32_t encrypted_frame; /* first encrypted message of the connection behind the logon */
    uint32_t logoff_frame;    /* the client's own LOGOFF or TREE_DISCONNECT */
};

/* How long the server took for an answer. */
struct qntc_wait {
    qntc_time duration; /* 0: none was measured */
    bool at_least;      /* the clock of the capture runs backwards: it may have been longer */
    uint32_t request_frame;
    uint32_t answer_frame;
};

enum qntc_logon_kind { QNTC_LOGON_NEW, QNTC_LOGON_REAUTHENTICATION, QNTC_LOGON_BINDING };

struct qntc_logon {
    uint32_t number; /* in the file, from 1 */
    const struct qntc_connection *connection;
    enum qntc_logon_kind kind;
    uint64_t session_id;

    enum qntc_mechanism mechanism;
    unsigned client_mechanisms; /* QNTC_OFFERS_* of the client's own mech list */
    bool client_mechanisms_seen;
    const char *user;
    const char *domain;
    const char *workstation;
    struct qntc_ntlm_exchange ntlm;
    struct qntc_kerberos_exchange kerberos;
    GPtrArray *tickets; /* const struct qntc_ticket *, in order; NULL: none tied */
    struct qntc_pass_through pass_through;       /* the latest, dc_address NULL: none */
    struct qntc_machine_refusal machine_refusal; /* the first */
    enum qntc_signing client_signing;            /* NEGOTIATE and SESSION_SETUP together */
    enum qntc_password password;

    bool setup_seen;             /* a SESSION_SETUP of either side */
    uint32_t first_setup_frame;  /* the first SESSION_SETUP request */
    uint32_t authenticate_frame; /* the request with AUTHENTICATE, AP-REQ or the SMB1 responses */
    uint32_t result_frame;       /* the response that ends it */
    qntc_time result_time;
    uint32_t end_frame;        /* result, else FIN or RST, else its last frame */
    struct qntc_status status; /* of the result */
    bool refused_at_negotiate; /* the result is the answer to NEGOTIATE */
    bool guest_flag;
    bool null_session_flag;
    bool superseded; /* the client began another logon on the connection before this one ended */

    /* the turn and the last SMB message of each side */
    enum qntc_side turn; /* who had to speak next when it ended */
    uint32_t last_client_frame;
    uint32_t last_server_frame;
    qntc_time last_client_time;
    qntc_time last_server_time;

    /* trouble with the capture that touches this logon */
    uint32_t truncated_frame;    /* first message of it that was cut off (snaplen) */
    bool authenticate_truncated; /* what identifies user or challenge was cut off */
    uint32_t gap_frame;          /* first frame, before its end, that shows bytes to be missing */
    bool request_missing;        /* an answer whose request is not in the file */
    bool response_missing;       /* a later request whose predecessor's answer is not in the file */
    bool ended;                  /* the end is on the wire, not just the end of the file */
    enum qntc_outcome outcome;

    struct qntc_session session;
    struct qntc_wait longest_wait; /* of the setup; none where TCP sent something again */
    unsigned refusals_in_row;      /* of this user here since the last success, this one included */
    bool refused_again;            /* and another one follows it in that row */
    GArray *frames;                /* uint32_t, ascending: every frame that belongs to it */
    GArray *times; /* struct qntc_frame_time, ascending: its NEGOTIATE and SESSION_SETUP */
};

#endif
