/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table qntc_passwords is one of Wireshark's own kind (UAT): kept in a file of the profile,
 * edited in the preferences, or given by -o. Wireshark reads a changed table before it dissects
 * anew, and a new dissection begins with a new capture: so a capture takes the passwords once.
 */
#include "passwords.h"
#include "compat.h"

#include "candidates.h"

#include <epan/prefs-int.h>
#include <epan/prefs.h>
#include <epan/uat.h>
#include <wsutil/report_message.h>

/* A row of the table; Wireshark owns the texts. */
struct row {
    char *user;
    char *domain;
    char *password;
};

static struct {
    struct row *rows;
    unsigned count;
} table;

UAT_CSTRING_CB_DEF(row, user, struct row)
UAT_CSTRING_CB_DEF(row, domain, struct row)
UAT_CSTRING_CB_DEF(row, password, struct row)

static void *copy_row(void *to, const void *from, size_t length _U_)
{
    const struct row *source = from;
    struct row *row = to;
    row->user = g_strdup(source->user);
    row->domain = g_strdup(source->domain);
    row->password = g_strdup(source->password);
    return row;
}

static void free_row(void *data)
{
    struct row *row = data;
    g_free(row->user);
    g_free(row->domain);
    g_free(row->password);
}

/* The complaint must not repeat the text. */
static qntc_uat_result check_utf8(void *row _U_, const char *text, unsigned length,
                                  const void *unused _U_, const void *nothing _U_, char **error)
{
    bool valid = text != NULL && g_utf8_validate(text, (gssize)length, NULL);
    *error = valid ? NULL : g_strdup("the text is not valid UTF-8");
    return valid;
}

void qntc_passwords_register(const char *protocol)
{
    static uat_field_t columns[] = {
        UAT_FLD_CSTRING_OTHER(row, user, "User", check_utf8,
                              "The user that the password belongs to; empty: any"),
        UAT_FLD_CSTRING_OTHER(row, domain, "Domain", check_utf8,
                              "The domain that the client sends; empty: any"),
        UAT_FLD_CSTRING_OTHER(row, password, "Password", check_utf8,
                              "The password that should have been used, in its upper and lower "
                              "case"),
        UAT_END_FIELDS,
    };
    uat_t *uat = uat_new("QNTC Passwords", sizeof(struct row), "qntc_passwords", true, &table.rows,
                         &table.count, UAT_AFFECTS_DISSECTION, NULL, copy_row, NULL, free_row, NULL,
                         NULL, columns);
    prefs_register_uat_preference(prefs_find_module(protocol), "passwords", "Passwords to prove",
                                  "Passwords that the logons should have used. Each logon says "
                                  "whether the client sent one of them: as typed, in lower case, "
                                  "in upper case, or another one. Wireshark keeps the table as "
                                  "readable text in the profile.",
                                  uat);
}

/* The password that Wireshark itself decrypts with; NULL where this version has no such setting. */
static const char *ntlmssp_password(void)
{
    module_t *module = prefs_find_module("ntlmssp");
    pref_t *preference = module != NULL ? prefs_find_preference(module, "nt_password") : NULL;
    if (preference == NULL || prefs_get_type(preference) != PREF_STRING)
        return NULL;
    return prefs_get_string_value(preference, pref_current);
}

void qntc_passwords_apply(struct qntc_capture *capture)
{
    struct qntc_candidate *candidates = g_new0(struct qntc_candidate, table.count + 1);
    for (unsigned i = 0; i < table.count; i++) {
        const struct row *row = &table.rows[i];
        candidates[i] = (struct qntc_candidate){row->user, row->domain, row->password};
    }
    const char *wiresharks = ntlmssp_password();
    candidates[table.count].password = wiresharks;
    qntc_capture_set_candidates(capture, candidates, table.count + 1);
    g_free(candidates);
    bool wanted = table.count > 0 || (wiresharks != NULL && *wiresharks != '\0');
    if (wanted && !qntc_ntlm_can_check())
        report_warning("qntc: no password can be proven, as libgcrypt refuses MD4, MD5 or DES "
                       "(FIPS mode)");
}
