/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A small wire language for tests of the tracker: see wire.c.
 */
#ifndef QNTC_TESTS_WIRE_H
#define QNTC_TESTS_WIRE_H

#include <string.h>

#include "observation.h"
#include "track.h"

#define SECOND G_USEC_PER_SEC

extern struct qntc_capture *capture;
extern struct qntc_track *track; /* the connection that messages go to */
extern uint32_t frame;           /* the last one */
extern qntc_time now;

extern const uint8_t v2_response[60];
extern const uint8_t v1_response[24];

void connect_to(const char *server);
void set_up(void);
void tear_down(void);
void wait_for(qntc_time span);
struct qntc_number number(uint64_t value);
struct qntc_status nt(uint32_t code);
struct qntc_message message(enum qntc_side from, enum qntc_command command, uint64_t id,
                            uint64_t session);
uint32_t send_in(uint32_t at, struct qntc_message m);
uint32_t sent(struct qntc_message m);
uint32_t closed(enum qntc_side by);
uint32_t negotiate(void);
struct qntc_message setup(uint64_t id, uint64_t session, unsigned ntlm_type);
struct qntc_message authenticate(uint64_t id, uint64_t session, const char *user);
struct qntc_message answer_setup(uint64_t id, uint64_t session, uint32_t status);
uint32_t log_on(uint64_t id, uint64_t session, const char *user, uint32_t status);
const struct qntc_logon *logon(unsigned number_in_file);
void expect_logons(unsigned count);

#endif
