/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One capture file as the heuristics see it: connections, the logons on them, and what each server
 * let in. The plugin feeds it observations (observation.h); causes and reports read it. It owns
 * every string and every fact, and grows with logons only: bulk traffic adds nothing.
 */
#ifndef QNTC_CAPTURE_H
#define QNTC_CAPTURE_H

#include "clock.h"
#include "facts.h"
#include "names.h"

struct qntc_capture;

/* A new, empty capture; never NULL. Free with qntc_capture_free, which takes NULL, too. */
struct qntc_capture *qntc_capture_new(void);
void qntc_capture_free(struct qntc_capture *capture);

/* The logons in the order of their numbers. The pointers stay valid as long as the capture. */
unsigned qntc_capture_logon_count(const struct qntc_capture *capture);
const struct qntc_logon *qntc_capture_logon(const struct qntc_capture *capture, unsigned index);

/*
 * The logons that a frame belongs to: a GPtrArray of struct qntc_logon *, or NULL. Owned by the
 * capture.
 */
const GPtrArray *qntc_capture_logons_of_frame(const struct qntc_capture *capture, uint32_t frame);

/*
 * The file ends here: decides what only its end shows (outcome and end frame of logons without
 * one). May be called again when more has come.
 */
void qntc_capture_end(struct qntc_capture *capture);

/* Frames of the file so far, how many of them were cut off, and what their times are worth. */
uint32_t qntc_capture_frames(const struct qntc_capture *capture);
uint32_t qntc_capture_truncated_frames(const struct qntc_capture *capture);
const struct qntc_clock *qntc_capture_clock(const struct qntc_capture *capture);

/*
 * Logons that worked at `server` for `user` (compared without case), one for each way of getting
 * in (client, domain, mechanism, NTLM version, dialect): a GPtrArray of const struct qntc_logon *,
 * or NULL. Owned by the capture.
 */
const GPtrArray *qntc_server_successes(const struct qntc_server *server, const char *user);

/*
 * What a logon that failed can be held against: logons of a real user that worked at this server
 * from that client, and at this server at all; in the whole capture for that user (compared
 * without case), and from that client. Each a GPtrArray of const struct qntc_logon * or NULL, owned
 * by the capture; one for each way of getting in, and no more than a few.
 */
const GPtrArray *qntc_server_successes_from(const struct qntc_server *server, const char *client);
const GPtrArray *qntc_server_samples(const struct qntc_server *server);
const GPtrArray *qntc_capture_successes_of(const struct qntc_capture *capture, const char *user);
const GPtrArray *qntc_capture_successes_from(const struct qntc_capture *capture,
                                             const char *client);

/* A logon at this server whose user name goes on where `user`, ten characters, ends; or NULL. */
const struct qntc_logon *qntc_server_longer_user(const struct qntc_server *server,
                                                 const char *user);

/* A logon that this server let in with `domain` (without case; a real user), or NULL. */
const struct qntc_logon *qntc_server_accepted_domain(const struct qntc_server *server,
                                                     const char *domain);

/* A logon that this server let in with LM or NTLMv1, or NULL. */
const struct qntc_logon *qntc_server_accepted_ntlmv1(const struct qntc_server *server);

/* A logon to this server that was encrypted, or whose session wants encryption, or NULL. */
const struct qntc_logon *qntc_server_encrypts(const struct qntc_server *server);

/* The server said of this share that it wants encryption ([MS-SMB2] 2.2.10). */
bool qntc_server_encrypts_share(const struct qntc_server *server, const char *share);

#endif
