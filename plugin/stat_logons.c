/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of logons. Its columns are one list for both of its forms. As text it is a report like
 * the others (tap.c), printed when the whole file is known. In the Statistics menu Wireshark asks
 * for the rows frame by frame, but only once it has read the file: every frame is visited then, and
 * the frame that ends a logon says as much of it as a report does.
 */
#include "stat_logons.h"
#include "compat.h"

#include "diagnosis.h"
#include "observe.h"
#include "tap.h"
#include "terminal.h"

#include <epan/stat_tap_ui.h>

#include <inttypes.h>

#define TITLE "QNTC Logons"
#define GAP "  "

/* ------------------------------------------------------------------------------- the columns */

static void add_number(GString *cell, uint32_t number)
{
    if (number != 0)
        g_string_append_printf(cell, "%" PRIu32, number);
}

/* What was not seen stays empty; what was sent empty says so. */
static void add_sent(GString *cell, const char *text)
{
    if (text != NULL)
        g_string_append(cell, *text != '\0' ? text : "(empty)");
}

static void add_known(GString *cell, const char *word)
{
    g_string_append(cell, word != NULL ? word : "");
}

static void number(GString *cell, const struct qntc_diagnosis *diagnosis)
{
    add_number(cell, diagnosis->logon->number);
}

static void frame(GString *cell, const struct qntc_diagnosis *diagnosis)
{
    add_number(cell, diagnosis->logon->end_frame);
}

static void client(GString *cell, const struct qntc_diagnosis *diagnosis)
{
    add_known(cell, diagnosis->logon->connection->client_address);
}

static void server(GString *cell, const struct qntc_diagnosis *diagnosis)
{
    add_known(cell, diagnosis->logon->connection->server_address);
}

static void dialect(GString *cell, const struct qntc_diagnosis *diagnosis)
{
    add_known(cell, qntc_dialect_name(diagnosis->logon->connection->negotiate.dialect));
}

static void user(GString *cell, const struct qntc_diagnosis *diagnosis)
{
    add_sent(cell, diagnosis->logon->user);
}

static void domain(GString *cell, const struct qntc_diagnosis *diagnosis)
{
    add_sent(cell, diagnosis->logon->domain);
}

static void mechanism(GString *cell, const struct qntc_diagnosis *diagnosis)
{
    add_known(cell, qntc_mechanism_name(diagnosis->logon->mechanism));
}

static void ntlm(GString *cell, const struct qntc_diagnosis *diagnosis)
{
    add_known(cell, qntc_ntlm_name(diagnosis->logon->ntlm.version));
}

/* The client's and the server's setting: "enabled/required". */
static void signing(GString *cell, const struct qntc_diagnosis *diagnosis)
{
    const struct qntc_logon *logon = diagnosis->logon;
    g_string_append_printf(cell, "%s/%s", qntc_signing_name(logon->client_signing),
                           qntc_signing_name(logon->connection->negotiate.server_signing));
}

static void status(GString *cell, const struct qntc_diagnosis *diagnosis)
{
    char buffer[32];
    add_known(cell, qntc_status_name(&diagnosis->logon->status, buffer, sizeof buffer));
}

static void outcome(GString *cell, const struct qntc_diagnosis *diagnosis)
{
    add_known(cell, qntc_outcome_name(diagnosis->outcome));
}

static void verdict(GString *cell, const struct qntc_diagnosis *diagnosis)
{
    if (diagnosis->causes->len == 0)
        return;
    const struct qntc_cause_finding *first = g_ptr_array_index(diagnosis->causes, 0);
    g_string_append_printf(cell, "%s (%s)", first->cause->id,
                           qntc_confidence_name(first->confidence));
}

/* A number is sorted as one, and stands right. */
static const struct column {
    const char *title;
    bool is_number;
    void (*put)(GString *cell, const struct qntc_diagnosis *diagnosis);
} columns[] = {
    {"Logon", true, number},     {"Frame", true, frame},          {"Client", false, client},
    {"Server", false, server},   {"Dialect", false, dialect},     {"User", false, user},
    {"Domain", false, domain},   {"Mechanism", false, mechanism}, {"NTLM", false, ntlm},
    {"Signing", false, signing}, {"Status", false, status},       {"Outcome", false, outcome},
    {"Verdict", false, verdict},
};

#define COLUMN_COUNT G_N_ELEMENTS(columns)

/* The text of a cell, harmless whatever the wire held. Free with g_free. */
static char *cell_text(const struct column *column, const struct qntc_diagnosis *diagnosis)
{
    GString *raw = g_string_new(NULL);
    column->put(raw, diagnosis);
    char *text = qntc_printable(raw->str);
    g_string_free(raw, TRUE);
    return text;
}

/* ----------------------------------------------------------------------------------- as text */

/* The rows shown: char * cells, COLUMN_COUNT for each. Free with g_ptr_array_unref. */
static GPtrArray *cells_to_show(const struct qntc_report_view *view)
{
    GPtrArray *cells = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < qntc_capture_logon_count(view->capture); i++) {
        const struct qntc_logon *logon = qntc_capture_logon(view->capture, i);
        if (!qntc_report_shows(view, logon))
            continue;
        struct qntc_diagnosis *diagnosis = qntc_diagnose(view->capture, logon);
        for (size_t c = 0; c < COLUMN_COUNT; c++)
            g_ptr_array_add(cells, cell_text(&columns[c], diagnosis));
        qntc_diagnosis_free(diagnosis);
    }
    return cells;
}

static void print_row(FILE *out, const char *const *row, const unsigned *widths)
{
    GString *line = g_string_new(NULL);
    for (size_t c = 0; c < COLUMN_COUNT; c++) {
        int blanks = (int)(widths[c] - qntc_text_columns(row[c]));
        int before = columns[c].is_number ? blanks : 0;
        g_string_append_printf(line, "%*s%s%*s" GAP, before, "", row[c], blanks - before, "");
    }
    fprintf(out, "%s\n", g_strchomp(line->str));
    g_string_free(line, TRUE);
}

void qntc_stat_logons_print(const struct qntc_report_view *view, FILE *out)
{
    GPtrArray *cells = cells_to_show(view);
    const char *titles[COLUMN_COUNT];
    unsigned widths[COLUMN_COUNT];

    for (size_t c = 0; c < COLUMN_COUNT; c++) {
        titles[c] = columns[c].title;
        widths[c] = qntc_text_columns(titles[c]);
    }
    for (guint i = 0; i < cells->len; i++) {
        unsigned width = qntc_text_columns(g_ptr_array_index(cells, i));
        widths[i % COLUMN_COUNT] = MAX(widths[i % COLUMN_COUNT], width);
    }
    print_row(out, titles, widths);
    for (guint i = 0; i < cells->len; i += COLUMN_COUNT)
        print_row(out, (const char *const *)&cells->pdata[i], widths);
    g_ptr_array_unref(cells);
}

/* ------------------------------------------------------------------- in the Statistics menu */

/*
 * All rows ever shown; they live as long as the program and are used again. Wireshark keeps one
 * table for all open dialogs of a kind, and a dialog keeps pointers to the rows it has drawn, which
 * it follows when somebody sorts them: so a row is never freed.
 */
static GPtrArray *rows; /* stat_tap_table_item_type[COLUMN_COUNT] */

static stat_tap_table_item_type *row_at(unsigned index)
{
    if (rows == NULL)
        rows = g_ptr_array_new();
    while (rows->len <= index)
        g_ptr_array_add(rows, g_new0(stat_tap_table_item_type, COLUMN_COUNT));
    return g_ptr_array_index(rows, index);
}

/* The string stays with the cell, for a number too: it is what is freed when it is used again. */
static void fill_cell(stat_tap_table_item_type *cell, const struct column *column,
                      const struct qntc_diagnosis *diagnosis)
{
    g_free(cell->user_data.ptr_value);
    char *text = cell_text(column, diagnosis);
    cell->user_data.ptr_value = text;
    if (column->is_number) {
        cell->type = TABLE_ITEM_UINT;
        cell->value.uint_value = (unsigned)g_ascii_strtoull(text, NULL, 10);
    } else {
        cell->type = TABLE_ITEM_STRING;
        cell->value.string_value = text;
    }
}

static void add_row(stat_tap_table *table, const struct qntc_capture *capture,
                    const struct qntc_logon *logon)
{
    struct qntc_diagnosis *diagnosis = qntc_diagnose(capture, logon);
    unsigned index = table->num_elements++;
    stat_tap_table_item_type *row = row_at(index);
    for (size_t c = 0; c < COLUMN_COUNT; c++)
        fill_cell(&row[c], &columns[c], diagnosis);
    table->elements = g_renew(stat_tap_table_item_type *, table->elements, rows->len);
    table->elements[index] = row;
    qntc_diagnosis_free(diagnosis);
}

static tap_packet_status note_frame(void *data, packet_info *pinfo, epan_dissect_t *edt _U_,
                                    const void *nothing _U_, tap_flags_t flags _U_)
{
    const stat_data_t *stat = data;
    const struct qntc_capture *capture = qntc_observe_capture();
    const GPtrArray *logons = qntc_capture_logons_of_frame(capture, pinfo->num);
    if (logons == NULL || !pinfo->fd->visited)
        return TAP_PACKET_DONT_REDRAW;
    stat_tap_table *table = g_array_index(stat->stat_tap_data->tables, stat_tap_table *, 0);
    for (guint i = 0; i < logons->len; i++) {
        const struct qntc_logon *logon = g_ptr_array_index(logons, i);
        if (logon->end_frame == pinfo->num)
            add_row(table, capture, logon);
    }
    return TAP_PACKET_REDRAW;
}

/* Each filling of a dialog begins with it; the table may be there from the last. */
static void make_table(stat_tap_table_ui *ui)
{
    if (stat_tap_find_table(ui, TITLE) == NULL)
        stat_tap_add_table(ui, stat_tap_init_table(TITLE, COLUMN_COUNT, 0, NULL));
}

static void empty_table(stat_tap_table *table)
{
    table->num_elements = 0;
}

/* Wireshark frees the rows of a table behind the last dialog's back; these are not its own. */
static void keep_row(stat_tap_table *table, guint row, guint column,
                     stat_tap_table_item_type *cell _U_)
{
    if (column == COLUMN_COUNT - 1)
        table->elements[row] = NULL;
}

void qntc_stat_logons_register(void)
{
    static stat_tap_table_item items[COLUMN_COUNT];
    static tap_param params[] = {{.type = PARAM_FILTER, .name = "filter", .title = "Filter"}};
    static stat_tap_table_ui ui = {
        .group = REGISTER_PACKET_STAT_GROUP_UNSORTED,
        .title = TITLE,
        .tap_name = QNTC_TAP_NAME,
        .cli_string = "qntc,logons",
        .stat_tap_init_cb = make_table,
        .packet_func = note_frame,
        .stat_tap_reset_table_cb = empty_table,
        .stat_tap_free_table_item_cb = keep_row,
        .nfields = COLUMN_COUNT,
        .fields = items,
        .nparams = G_N_ELEMENTS(params),
        .params = params,
    };
    for (size_t c = 0; c < COLUMN_COUNT; c++)
        items[c] = (stat_tap_table_item){
            .type = columns[c].is_number ? TABLE_ITEM_UINT : TABLE_ITEM_STRING,
            .align = columns[c].is_number ? TAP_ALIGN_RIGHT : TAP_ALIGN_LEFT,
            .column_name = columns[c].title,
            .field_format = columns[c].is_number ? "%u" : "%s",
        };
    register_stat_tap_table_ui(&ui);
}
