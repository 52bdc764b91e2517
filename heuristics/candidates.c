/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The candidates of a capture. Each is kept as typed, in lower and in upper case: at QPWDLVL 0 and
 * 1 QNTC sends the password in lower case, and after a change of the level it may be the upper one.
 * The cases are made once, when the candidates come, for they are compared with every logon.
 */
#include "candidates.h"

#include "names.h"
#include "track.h"

#include <string.h>

/* In the order in which a match counts. */
enum form { AS_TYPED, LOWER_CASE, UPPER_CASE, FORM_COUNT };

static const enum qntc_password proven_by[FORM_COUNT] = {
    [AS_TYPED] = QNTC_PASSWORD_AS_TYPED,
    [LOWER_CASE] = QNTC_PASSWORD_LOWER_CASE,
    [UPPER_CASE] = QNTC_PASSWORD_UPPER_CASE,
};

struct kept {
    char *user; /* NULL: any */
    char *domain;
    char *forms[FORM_COUNT]; /* NULL: the same as the one as typed */
};

struct qntc_candidates {
    GArray *list; /* struct kept */
};

/* -------------------------------------------------------------------------------- keeping them */

static void wipe_free(char *secret)
{
    volatile char *byte = secret;

    for (size_t length = secret != NULL ? strlen(secret) : 0; length > 0; length--)
        *byte++ = '\0';
    g_free(secret);
}

static void free_kept(gpointer data)
{
    struct kept *kept = data;

    g_free(kept->user);
    g_free(kept->domain);
    for (int form = 0; form < FORM_COUNT; form++)
        wipe_free(kept->forms[form]);
}

/*
 * Character by character, as Windows maps cases, whatever the locale: no sharp s becomes SS. NULL
 * where that changes nothing. The buffer is as large as it can get, so that no copy is left behind.
 */
static char *in_case(const char *password, gunichar (*map)(gunichar))
{
    GString *mapped = g_string_sized_new(6 * strlen(password) + 1);

    for (const char *p = password; *p != '\0'; p = g_utf8_next_char(p))
        g_string_append_unichar(mapped, map(g_utf8_get_char(p)));
    char *text = g_string_free(mapped, FALSE);
    if (!g_str_equal(text, password))
        return text;
    wipe_free(text);
    return NULL;
}

static char *name_or_any(const char *name)
{
    return name != NULL && *name != '\0' ? g_strdup(name) : NULL;
}

static bool is_useful(const struct qntc_candidate *candidate)
{
    return candidate->password != NULL && *candidate->password != '\0' &&
           g_utf8_validate(candidate->password, -1, NULL);
}

struct qntc_candidates *qntc_candidates_new(const struct qntc_candidate *candidates, size_t count)
{
    GArray *list = g_array_new(FALSE, FALSE, sizeof(struct kept));

    g_array_set_clear_func(list, free_kept);
    for (size_t i = 0; i < count; i++) {
        if (!is_useful(&candidates[i]))
            continue;
        const char *password = candidates[i].password;
        struct kept kept = {
            .user = name_or_any(candidates[i].user),
            .domain = name_or_any(candidates[i].domain),
            .forms = {g_strdup(password), in_case(password, g_unichar_tolower),
                      in_case(password, g_unichar_toupper)},
        };
        g_array_append_val(list, kept);
    }
    if (list->len == 0) {
        g_array_free(list, TRUE);
        return NULL;
    }
    struct qntc_candidates *result = g_new(struct qntc_candidates, 1);
    result->list = list;
    return result;
}

void qntc_candidates_free(struct qntc_candidates *candidates)
{
    if (candidates == NULL)
        return;
    g_array_free(candidates->list, TRUE);
    g_free(candidates);
}

void qntc_capture_set_candidates(struct qntc_capture *capture,
                                 const struct qntc_candidate *candidates, size_t count)
{
    qntc_candidates_free(capture->candidates);
    capture->candidates = qntc_candidates_new(candidates, count);
}

/* -------------------------------------------------------------------------------- asking them */

static bool is_for(const struct kept *kept, const struct qntc_ntlm_proof *proof)
{
    return (kept->user == NULL || qntc_same_name(kept->user, proof->user)) &&
           (kept->domain == NULL || qntc_same_name(kept->domain, proof->domain));
}

/* How the candidates of one form did; a match ends the search. */
struct tally {
    bool matched;
    bool refuted;
    bool open; /* one could not be checked, so another password is not proven */
};

static void ask_form(const struct qntc_candidates *candidates, enum form form,
                     const struct qntc_ntlm_proof *proof, struct tally *tally)
{
    for (guint i = 0; i < candidates->list->len && !tally->matched; i++) {
        const struct kept *kept = &g_array_index(candidates->list, struct kept, i);
        if (kept->forms[form] == NULL || !is_for(kept, proof))
            continue;
        enum qntc_proof_result result = qntc_ntlm_check_password(proof, kept->forms[form]);
        tally->matched |= result == QNTC_PROOF_MATCH;
        tally->refuted |= result == QNTC_PROOF_NO_MATCH;
        tally->open |= result == QNTC_PROOF_IMPOSSIBLE;
    }
}

enum qntc_password qntc_candidates_check(const struct qntc_candidates *candidates,
                                         const struct qntc_ntlm_proof *proof)
{
    struct tally tally = {.matched = false};

    if (qntc_ntlm_check_password(proof, "") == QNTC_PROOF_MATCH)
        return QNTC_PASSWORD_EMPTY;
    if (candidates == NULL)
        return QNTC_PASSWORD_UNCHECKED;
    for (enum form form = AS_TYPED; form < FORM_COUNT; form++) {
        ask_form(candidates, form, proof, &tally);
        if (tally.matched)
            return proven_by[form];
    }
    return tally.refuted && !tally.open ? QNTC_PASSWORD_DIFFERS : QNTC_PASSWORD_UNCHECKED;
}
