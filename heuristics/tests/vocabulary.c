/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints what the rows of the engine say, as JSON for scripts: every cause and warning with its
 * words, captures and statuses, every status with the pair of CPDB053 that it becomes, and the
 * errno numbers of IBM i. The pages in docs/causes/ are generated from it and held against it.
 */
#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "diagnosis.h"
#include "status.h"
#include "warning.h"

enum { HIGHEST_ERRNO = 4000 }; /* errno.h of IBM i ends well below */

/* The tables under the names that people know the groups by, in the order of the vocabulary. */
static const struct {
    const char *name;
    const struct qntc_cause *rows;
} cause_groups[] = {
    {"Credentials", qntc_causes_credentials},
    {"Mechanism and policy", qntc_causes_policy},
    {"Dialect and encryption", qntc_causes_dialect},
    {"Signing", qntc_causes_signing},
    {"Kerberos", qntc_causes_kerberos},
    {"After the logon", qntc_causes_after},
    {"Transport and names", qntc_causes_transport},
    {"Transport and names", qntc_causes_ending},
    {"Address collision", qntc_causes_collision},
    {"Capture", qntc_causes_capture},
};

static const char *const basis_names[] = {
    [QNTC_BASIS_EARLIER] = "earlier",   [QNTC_BASIS_STATUS] = "status",
    [QNTC_BASIS_COMPUTED] = "computed", [QNTC_BASIS_COMPARED] = "compared",
    [QNTC_BASIS_CAPTURE] = "capture",   [QNTC_BASIS_GENERAL] = "general",
};

/* The rows are plain ASCII without control characters, so two escapes are enough. */
static void put_string(const char *text)
{
    if (text == NULL) {
        fputs("null", stdout);
        return;
    }
    putchar('"');
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\')
            putchar('\\');
        putchar(*p);
    }
    putchar('"');
}

static void put_member(const char *name, const char *text)
{
    printf(", \"%s\": ", name);
    put_string(text);
}

static void put_lines(const char *name, const char *const *lines)
{
    printf(", \"%s\": [", name);
    for (size_t i = 0; lines != NULL && lines[i] != NULL; i++) {
        fputs(i > 0 ? ", " : "", stdout);
        put_string(lines[i]);
    }
    putchar(']');
}

static void put_pair(const char *name, struct qntc_cpdb053 pair)
{
    printf(", \"%s\": {\"class\": %u, \"code\": %" PRIu32 ", \"likely\": %s}", name,
           pair.error_class, pair.error_code, pair.likely ? "true" : "false");
}

static void put_status(const struct qntc_status *status)
{
    char buffer[32];
    fputs("{\"name\": ", stdout);
    put_string(qntc_status_name(status, buffer, sizeof buffer));
    put_member("meaning", qntc_status_meaning(status));
    printf(", \"code\": ");
    if (status->kind == QNTC_STATUS_NT)
        printf("\"0x%08" PRIX32 "\"", status->code);
    else
        fputs("null", stdout);
    put_pair("smb1", qntc_cpdb053_of_status(status, true));
    if (status->kind == QNTC_STATUS_NT) /* SMB2 has no DOS codes */
        put_pair("smb2", qntc_cpdb053_of_status(status, false));
    putchar('}');
}

static void put_statuses(const char *name, const uint32_t *codes, const struct qntc_dos_code *pairs)
{
    const char *separator = "";
    printf(", \"%s\": [", name);
    for (; codes != NULL && *codes != 0; codes++) {
        struct qntc_status status = {QNTC_STATUS_NT, *codes, 0, NULL};
        fputs(separator, stdout);
        put_status(&status);
        separator = ", ";
    }
    for (; pairs != NULL && pairs->error_class != 0; pairs++) {
        struct qntc_status status = {QNTC_STATUS_DOS, pairs->code, pairs->error_class, NULL};
        fputs(separator, stdout);
        put_status(&status);
        separator = ", ";
    }
    putchar(']');
}

static void put_kerberos_codes(const struct qntc_kerberos_code *codes)
{
    fputs(", \"kerberos_codes\": [", stdout);
    for (size_t i = 0; codes != NULL && codes[i].code != 0; i++)
        printf("%s%d", i > 0 ? ", " : "", codes[i].code);
    putchar(']');
}

static void put_cause(const struct qntc_cause *cause, const char *group)
{
    fputs("{\"id\": ", stdout);
    put_string(cause->id);
    put_member("group", group);
    put_member("title", cause->title);
    put_member("explanation", cause->explanation);
    put_member("ceiling", qntc_confidence_name(cause->ceiling));
    put_member("basis", basis_names[cause->basis]);
    put_statuses("statuses", cause->statuses, cause->dos_codes);
    put_statuses("event_statuses", cause->event_statuses, cause->event_dos_codes);
    put_kerberos_codes(cause->kerberos_codes);
    put_lines("advice_ibm_i", cause->advice_ibm_i);
    put_lines("advice_server", cause->advice_server);
    put_lines("advice_netserver", cause->advice_netserver);
    put_member("source", cause->source);
    put_member("example", cause->example);
    put_member("counter_example", cause->counter_example);
    putchar('}');
}

static void put_warning(const struct qntc_warning *row)
{
    fputs("{\"id\": ", stdout);
    put_string(row->id);
    put_member("group", "Warnings");
    put_member("title", row->title);
    printf(", \"serious\": %s", row->serious ? "true" : "false");
    put_member("ends", row->ends);
    put_lines("advice_ibm_i", row->advice_ibm_i);
    put_lines("advice_server", row->advice_server);
    put_member("source", row->source);
    put_member("example", row->example);
    put_member("counter_example", row->counter_example);
    putchar('}');
}

static unsigned put_causes(void)
{
    unsigned count = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(cause_groups); i++) {
        for (const struct qntc_cause *cause = cause_groups[i].rows; cause->id != NULL; cause++) {
            fputs(count++ > 0 ? ",\n" : "\n", stdout);
            put_cause(cause, cause_groups[i].name);
        }
    }
    return count;
}

static void put_warnings(void)
{
    const struct qntc_warning *row;
    for (unsigned i = 0; (row = qntc_warning_at(i)) != NULL; i++) {
        fputs(i > 0 ? ",\n" : "\n", stdout);
        put_warning(row);
    }
}

/* Those that fail a logon; a class as a whole is no pair. */
static void put_all_statuses(void)
{
    struct qntc_status status;
    const char *separator = "\n";
    for (size_t i = 0; qntc_status_at(i, &status); i++) {
        if (!qntc_cpdb053_of_status(&status, true).known || status.code == UINT32_MAX)
            continue;
        fputs(separator, stdout);
        put_status(&status);
        separator = ",\n";
    }
}

static void put_errnos(void)
{
    const char *separator = "";
    for (uint32_t number = 1; number < HIGHEST_ERRNO; number++) {
        const char *name = qntc_errno_name(number);
        if (name == NULL)
            continue;
        printf("%s\"%" PRIu32 "\": \"%s\"", separator, number, name);
        separator = ", ";
    }
}

int main(void)
{
    fputs("{\"causes\": [", stdout);
    unsigned count = put_causes();
    fputs("],\n\"warnings\": [", stdout);
    put_warnings();
    fputs("],\n\"statuses\": [", stdout);
    put_all_statuses();
    fputs("],\n\"errnos\": {", stdout);
    put_errnos();
    fputs("}}\n", stdout);
    if (qntc_cause_at(count) != NULL || qntc_cause_at(count - 1) == NULL) {
        fputs("vocabulary: a group of causes is missing in cause_groups\n", stderr);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
