/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The passwords that the user typed, so that the heuristics can say what a client did with them:
 * the table qntc_passwords, and the "NT Password" of Wireshark's NTLMSSP. They go into the capture
 * and nowhere else.
 */
#ifndef QNTC_PASSWORDS_H
#define QNTC_PASSWORDS_H

#include "capture.h"

/* The table, as a preference of the module that the protocol has registered before. */
void qntc_passwords_register(const char *protocol);

/* Gives a new capture the passwords as they are now. */
void qntc_passwords_apply(struct qntc_capture *capture);

#endif
