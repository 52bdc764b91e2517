/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of users, domains and machines, compared as Windows does: without regard to case.
 */
#ifndef QNTC_NAMES_H
#define QNTC_NAMES_H

#include <stdbool.h>

/*
 * The key under which a name is looked up: equal for names that differ in case only. Invalid UTF-8
 * is taken as it is. NULL gives NULL. Free with g_free.
 */
char *qntc_name_key(const char *name);

/* Equal without regard to case; NULL equals nothing. */
bool qntc_same_name(const char *a, const char *b);

#endif
