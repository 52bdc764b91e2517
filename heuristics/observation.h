/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one dissected SMB message said: the only thing the plugin hands to the heuristics, plus the
 * end of a TCP connection. An observation is a plain value; the tracker copies what it keeps, so
 * strings and bytes need to live only for the call. Nothing in it is trusted: every field may be
 * missing, contradict another or come in any order.
 */
#ifndef QNTC_OBSERVATION_H
#define QNTC_OBSERVATION_H

#include "capture.h"
#include "finding.h"

enum qntc_family { QNTC_SMB1, QNTC_SMB2 };

enum qntc_command {
    QNTC_COMMAND_OTHER,
    QNTC_COMMAND_NEGOTIATE,
    QNTC_COMMAND_SESSION_SETUP,
    QNTC_COMMAND_TREE_CONNECT,
    QNTC_COMMAND_TREE_DISCONNECT,
    QNTC_COMMAND_LOGOFF,
};

/* Bytes of the wire that live only for the call. */
struct qntc_bytes {
    const uint8_t *data; /* NULL: not seen */
    size_t length;
};

/* An integer that may not be there. */
struct qntc_number {
    bool seen;
    uint64_t value;
};

/* The names and values of the NTLMSSP message in the token ([MS-NLMP] 2.2.1). */
struct qntc_ntlmssp {
    unsigned message_type; /* 1 NEGOTIATE, 2 CHALLENGE, 3 AUTHENTICATE; 0: none */
    struct qntc_number build;

    const char *target_name;
    bool target_info;
    const char *nb_computer;
    const char *nb_domain;
    const char *dns_computer;
    const char *dns_domain;
    qntc_time challenge_time;
    struct qntc_bytes server_challenge;

    const char *user; /* "" where the message says that it is empty */
    const char *domain;
    const char *workstation;
    struct qntc_bytes lm_response; /* data NULL and length 0: sent empty, if lm_seen */
    struct qntc_bytes nt_response;
    bool lm_seen;
    bool nt_seen;
    struct qntc_bytes mic;
    struct qntc_number av_flags;
    const char *target_spn;
    qntc_time client_time;
};

/* The security token of a NEGOTIATE answer or a SESSION_SETUP. */
struct qntc_token {
    struct qntc_number length; /* of the security blob */
    bool spnego_init;          /* a NegTokenInit ([RFC4178] 4.2.1), so the first of an exchange */
    bool mechanisms_seen;
    unsigned mechanisms;                 /* QNTC_OFFERS_* of the mech list */
    enum qntc_mechanism first_mechanism; /* of the mech list */
    bool mech_token;                     /* there is a mechToken */
    struct qntc_ntlmssp ntlm;
    bool kerberos_ap_req;
    bool kerberos_ap_rep;
    struct qntc_number kerberos_error;
    const char *kerberos_service;
    const char *kerberos_realm;
    struct qntc_number ticket_etype;
    struct qntc_number ticket_kvno;
    struct qntc_number session_etype; /* of the authenticator, so of the session key */
};

/* One SMB message: one command of an SMB2 compound, or one SMB1 message with its AndX chain. */
struct qntc_message {
    uint32_t frame;
    qntc_time time;
    enum qntc_side from; /* by the connection, never by the header */
    enum qntc_family family;
    enum qntc_command command; /* SMB1: of the header */
    const char *command_name;  /* "TREE_CONNECT", "CREATE", ...; NULL: not seen. Static */
    bool truncated;            /* the capture has less of it than was sent */
    bool chains_tree_connect;  /* SMB1: a TREE_CONNECT_ANDX follows in the chain */
    bool has_setup_body;       /* SMB1: the SESSION_SETUP answer has its words (Action) */

    struct qntc_status status;     /* answers only */
    bool encrypted;                /* an SMB2 TRANSFORM_HEADER: nothing else of it can be seen */
    struct qntc_number message_id; /* MessageId, or MID */
    struct qntc_number session_id; /* SessionId, or UID */
    struct qntc_number flags;      /* SMB2 header flags; SMB1 Flags2 */

    struct qntc_bytes smb1_signature; /* SecuritySignature of the header */

    /* NEGOTIATE */
    bool offers_smb1;
    bool offers_smb2;
    bool offers_nt_lm_012;
    unsigned dialect_count;
    uint16_t dialects[QNTC_MAX_DIALECTS]; /* SMB2 request: the list; answer: the one chosen */
    struct qntc_number dialect_index;     /* SMB1 answer */
    struct qntc_number security_mode; /* SMB1 answer; SMB2 NEGOTIATE and SESSION_SETUP request */
    struct qntc_number capabilities;
    bool ciphers; /* 3.1.1 encryption context with a cipher */
    struct qntc_bytes smb1_challenge;
    const char *domain_name; /* SMB1 NEGOTIATE answer without extended security */
    const char *server_name;

    /* SESSION_SETUP */
    struct qntc_number setup_flags;   /* SMB2 request: 1 = binding */
    struct qntc_number session_flags; /* SMB2 answer: 1 guest, 2 null, 4 encrypt; SMB1: Action */
    bool password_fields;             /* SMB1: AnsiPassword and UnicodePassword instead of a blob */
    struct qntc_number ansi_length;
    struct qntc_number unicode_length;
    struct qntc_bytes ansi_password;
    struct qntc_bytes unicode_password;
    const char *account;
    const char *primary_domain;
    const char *native_os;
    const char *native_lanman;

    struct qntc_token token;

    /* trees, and what is asked of them */
    const char *tree_path;            /* where the message or its dissector names it */
    struct qntc_number share_flags;   /* SMB2 TREE_CONNECT answer */
    struct qntc_number fsctl;         /* SMB2 IOCTL: the CtlCode */
    struct qntc_number subcommand;    /* SMB1 TRANSACTION2 */
    const char *file_name;            /* that a request for a DFS referral names */
    struct qntc_number request_frame; /* of an answer, by the dissector's matching */
};

/* How a connection is first met. Addresses are text, copied. */
struct qntc_peers {
    uint32_t stream;
    const char *client_address;
    const char *server_address;
    uint16_t client_port;
    uint16_t server_port;
    bool syn_seen; /* the capture has its start */
    uint32_t opening_frames[QNTC_MAX_OPENING_FRAMES]; /* before SMB; 0 ends them */
    qntc_time opening_time;                           /* of the first of them */
};

/* A TCP connection under observation: its facts, and the logons on it that are not at their end. */
struct qntc_track;

/* A new connection of the capture, which owns it. */
struct qntc_track *qntc_capture_connect(struct qntc_capture *capture,
                                        const struct qntc_peers *peers);

/* One message, in the order of the file. */
void qntc_capture_message(struct qntc_capture *capture, struct qntc_track *track,
                          const struct qntc_message *message);

/*
 * Grows when the next messages of the connection are worth observing whatever they are: with each
 * new session, whether it is signed, and lost at once; with a request for a DFS referral to a path
 * that was said to lie elsewhere, how it is answered.
 */
unsigned qntc_track_occasions(const struct qntc_track *track);

/* An answer with this status is worth observing wherever it comes: it is about the session. */
bool qntc_is_session_status(const struct qntc_status *status);

/*
 * So is a request for a DFS referral: `code` is the CtlCode of an SMB2 IOCTL ([MS-SMB2] 2.2.31), or
 * the subcommand of an SMB1 TRANSACTION2 ([MS-CIFS] 2.2.6.16).
 */
bool qntc_is_referral_request(enum qntc_family family, uint64_t code);

/* A frame of any protocol: counts it, and keeps the time where the file ends. */
void qntc_capture_frame(struct qntc_capture *capture, uint32_t frame, qntc_time time,
                        bool truncated);

/* A frame to or from an SMB port was cut off before anybody could see what it carries. */
void qntc_capture_cut_off(struct qntc_capture *capture, const struct qntc_place *place,
                          uint32_t frame);

/* A frame of that side is in the file, with data or without: the capture has both directions. */
void qntc_capture_heard(struct qntc_track *track, enum qntc_side side);

/* The server sent bytes in this frame or before it, and so far none of them was an SMB message. */
void qntc_capture_not_smb(struct qntc_capture *capture, struct qntc_track *track, uint32_t frame);

/* The frame brings bytes that end no message: a piece of one, which may be a logon's. */
void qntc_capture_piece(struct qntc_capture *capture, struct qntc_track *track, uint32_t frame);

/* A side sent bytes of the connection again: its peer did not have them in time. */
void qntc_capture_resent(struct qntc_track *track);

/* This frame shows that the capture lacks bytes of the connection before it. */
void qntc_capture_gap(struct qntc_track *track, uint32_t frame);

/* The first FIN or RST of the connection. */
void qntc_capture_close(struct qntc_capture *capture, struct qntc_track *track, uint32_t frame,
                        qntc_time time, enum qntc_side by, bool reset);

#endif
