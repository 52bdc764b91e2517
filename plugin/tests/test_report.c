/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the reports claim: every member of the JSON schema, null told from empty, nothing from the
 * wire that steers a terminal or breaks the JSON, the order and the width of the text. The logons
 * are made here and diagnosed by the real engine; only the capture around them is a fake, so that
 * no tracker rule gets between a test and what it claims.
 */
#include "report.h"

#include <string.h>

#include "diagnosis.h"
#include "ibm_i.h"

/* ---------------------------------------------------------------------- a capture made by hand */

#define MAX_LOGONS 4

struct qntc_capture {
    uint32_t frames;
    uint32_t truncated;
    struct qntc_clock clock;
    unsigned count;
    const struct qntc_logon *logons[MAX_LOGONS];
    const GPtrArray *works; /* what a comparison finds, or NULL */
};

unsigned qntc_capture_logon_count(const struct qntc_capture *capture)
{
    return capture->count;
}

const struct qntc_logon *qntc_capture_logon(const struct qntc_capture *capture, unsigned index)
{
    return capture->logons[index];
}

uint32_t qntc_capture_frames(const struct qntc_capture *capture)
{
    return capture->frames;
}

uint32_t qntc_capture_truncated_frames(const struct qntc_capture *capture)
{
    return capture->truncated;
}

const struct qntc_clock *qntc_capture_clock(const struct qntc_capture *capture)
{
    return &capture->clock;
}

const GPtrArray *qntc_server_successes(const struct qntc_server *server, const char *user)
{
    (void)server;
    (void)user;
    return NULL;
}

const struct qntc_logon *qntc_server_accepted_domain(const struct qntc_server *server,
                                                     const char *domain)
{
    (void)server;
    (void)domain;
    return NULL;
}

const struct qntc_logon *qntc_server_accepted_ntlmv1(const struct qntc_server *server)
{
    (void)server;
    return NULL;
}

const struct qntc_logon *qntc_server_encrypts(const struct qntc_server *server)
{
    (void)server;
    return NULL;
}

bool qntc_server_encrypts_share(const struct qntc_server *server, const char *share)
{
    (void)server;
    (void)share;
    return false;
}

enum qntc_ibm_i qntc_client_is_ibm_i(const struct qntc_capture *capture,
                                     const struct qntc_logon *logon)
{
    (void)capture;
    (void)logon;
    return QNTC_IBM_I_UNKNOWN;
}

enum qntc_ibm_i qntc_server_is_ibm_i(const struct qntc_capture *capture,
                                     const struct qntc_logon *logon)
{
    (void)capture;
    (void)logon;
    return QNTC_IBM_I_UNKNOWN;
}

const struct qntc_logon *qntc_server_longer_user(const struct qntc_server *server,
                                                 const char *user)
{
    (void)server;
    (void)user;
    return NULL;
}

const GPtrArray *qntc_server_successes_from(const struct qntc_server *server, const char *client)
{
    (void)server;
    (void)client;
    return NULL;
}

const GPtrArray *qntc_server_samples(const struct qntc_server *server)
{
    (void)server;
    return NULL;
}

const GPtrArray *qntc_capture_successes_from(const struct qntc_capture *capture,
                                             const char *client)
{
    (void)capture;
    (void)client;
    return NULL;
}

const GPtrArray *qntc_capture_logons_of_frame(const struct qntc_capture *capture, uint32_t frame)
{
    (void)capture;
    (void)frame;
    return NULL;
}

const GPtrArray *qntc_capture_successes_of(const struct qntc_capture *capture, const char *user)
{
    (void)user;
    return capture->works;
}

const struct qntc_finding *qntc_oxid_collision_of(const struct qntc_capture *capture,
                                                  const char *address)
{
    (void)capture;
    (void)address;
    return NULL;
}

const struct qntc_service *qntc_capture_service(const struct qntc_capture *capture,
                                                const char *name)
{
    (void)capture;
    (void)name;
    return NULL;
}

unsigned qntc_capture_encounters(const struct qntc_capture *capture, const char *client,
                                 uint32_t after, uint32_t until, struct qntc_encounter *encounters,
                                 unsigned most)
{
    (void)capture;
    (void)client;
    (void)after;
    (void)until;
    (void)encounters;
    (void)most;
    return 0;
}

/* -------------------------------------------------------------------------------------- logons */

/* 2024-05-01 10:22:33 UTC */
#define NOON_OR_SO (INT64_C(1714558953) * G_USEC_PER_SEC)

struct sample {
    struct qntc_connection connection;
    struct qntc_logon logon;
};

/* A connection of which nothing but its two ends was seen. */
static void make_unknown(struct sample *sample, uint32_t number)
{
    memset(sample, 0, sizeof *sample);
    sample->connection.stream = 7;
    sample->connection.client_address = "10.0.0.1";
    sample->connection.client_port = 40234;
    sample->connection.server_address = "10.0.0.2";
    sample->connection.server_port = 445;
    sample->connection.client_frames_seen = true;
    sample->connection.close_time = QNTC_TIME_UNKNOWN;
    sample->logon.number = number;
    sample->logon.connection = &sample->connection;
    sample->logon.ntlm.lm_length = QNTC_LENGTH_UNKNOWN;
    sample->logon.ntlm.nt_length = QNTC_LENGTH_UNKNOWN;
    sample->logon.ntlm.challenge_time = QNTC_TIME_UNKNOWN;
    sample->logon.ntlm.client_time = QNTC_TIME_UNKNOWN;
    sample->logon.result_time = QNTC_TIME_UNKNOWN;
    sample->logon.last_client_time = QNTC_TIME_UNKNOWN;
    sample->logon.last_server_time = QNTC_TIME_UNKNOWN;
}

/* An NTLMv2 logon over SMB 2.1 that worked. */
static void make_success(struct sample *sample, uint32_t number)
{
    struct qntc_negotiate *negotiate = &sample->connection.negotiate;
    struct qntc_logon *logon = &sample->logon;

    make_unknown(sample, number);
    sample->connection.server_frames_seen = true;
    negotiate->request_frame = 6;
    negotiate->response_frame = 9;
    negotiate->offers_smb2 = true;
    negotiate->dialect = QNTC_DIALECT_210;
    negotiate->server_signing = QNTC_SIGNING_ENABLED;
    logon->client_signing = QNTC_SIGNING_REQUIRED;
    logon->mechanism = QNTC_MECHANISM_NTLMSSP;
    logon->user = "ANNE";
    logon->domain = "IBMI";
    logon->workstation = "MYIBMI";
    logon->ntlm.negotiate_frame = 10;
    logon->ntlm.challenge_frame = 11;
    logon->ntlm.target_info_seen = true;
    logon->ntlm.nb_computer = "FILESRV";
    logon->ntlm.nb_domain = "CORP";
    logon->ntlm.dns_computer = "filesrv.corp.example";
    logon->ntlm.dns_domain = "corp.example";
    logon->ntlm.authenticate_frame = 12;
    logon->ntlm.version = QNTC_NTLM_V2;
    logon->ntlm.lm_length = 24;
    logon->ntlm.nt_length = 300;
    logon->setup_seen = true;
    logon->first_setup_frame = 10;
    logon->authenticate_frame = 12;
    logon->result_frame = 16;
    logon->result_time = NOON_OR_SO;
    logon->end_frame = 16;
    logon->ended = true;
    logon->status.kind = QNTC_STATUS_NT;
    logon->outcome = QNTC_OUTCOME_SUCCESS;
}

/* The same, refused with LOGON_FAILURE. */
static void make_refused(struct sample *sample, uint32_t number)
{
    make_success(sample, number);
    sample->logon.status.code = (uint32_t)QNTC_STATUS_LOGON_FAILURE;
    sample->logon.outcome = QNTC_OUTCOME_REFUSED;
}

/* ------------------------------------------------------------------------------------- helpers */

typedef void report_function(const struct qntc_report_view *view, FILE *out);

/* What the report writes. Free with g_free. */
static char *run(report_function *report, const struct qntc_report_view *view)
{
    FILE *file = tmpfile();
    g_assert_nonnull(file);
    report(view, file);
    long length = ftell(file);
    g_assert_cmpint(length, >, 0);
    char *text = g_malloc0((size_t)length + 1);
    rewind(file);
    g_assert_cmpuint(fread(text, 1, (size_t)length, file), ==, (size_t)length);
    fclose(file);
    return text;
}

/* The report on one logon in a capture of 16 frames. */
static char *run_one(report_function *report, const struct sample *sample)
{
    struct qntc_capture capture = {.frames = 16, .count = 1, .logons = {&sample->logon}};
    struct qntc_report_view view = {.capture = &capture, .file_name = "a.pcap"};

    return run(report, &view);
}

/* JSON without the white space between its tokens. */
static char *compact(char *json)
{
    bool in_string = false;
    char *to = json;

    for (const char *from = json; *from; from++) {
        if (*from == '"') in_string = !in_string;
        if (in_string || !g_ascii_isspace(*from)) *to++ = *from;
        if (in_string && *from == '\\') *to++ = *++from;
    }
    *to = '\0';
    return json;
}

/* Text without its layout: what a line is wrapped at does not matter to most claims. */
static char *flat(char *text)
{
    char *to = text;

    for (const char *from = text; *from; from++) {
        bool space = g_ascii_isspace(*from);
        if (!space) *to++ = *from;
        if (space && to > text && to[-1] != ' ') *to++ = ' ';
    }
    *to = '\0';
    return text;
}

static void assert_contains(const char *text, const char *part)
{
    if (!strstr(text, part)) g_error("\"%s\" is not in:\n%s", part, text);
}

static void assert_lacks(const char *text, const char *part)
{
    if (strstr(text, part)) g_error("\"%s\" is in:\n%s", part, text);
}

/* Each part stands in the text, behind the one before it. */
static void assert_order(const char *text, const char *const *parts)
{
    const char *from = text;

    for (; *parts; parts++) {
        const char *found = strstr(from, *parts);
        if (!found) g_error("\"%s\" is not where it belongs in:\n%s", *parts, text);
        from = found + strlen(*parts);
    }
}

static void assert_width(const char *text)
{
    char **lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++) {
        if (g_utf8_strlen(*line, -1) > 100) g_error("a line is too long:\n%s", *line);
    }
    g_strfreev(lines);
}

/* Valid UTF-8, and no control character but the end of a line. */
static void assert_clean(const char *text)
{
    g_assert_true(g_utf8_validate(text, -1, NULL));
    for (const char *p = text; *p; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (c != '\n' && g_unichar_iscntrl(c)) g_error("U+%04X is in:\n%s", c, text);
    }
}

/* ---------------------------------------------------------------------------------------- JSON */

/* Every member of the schema, in its order, for a logon that worked. */
static void test_json_success(void)
{
    struct sample sample;
    make_success(&sample, 3);
    char *json = compact(run_one(qntc_report_json, &sample));

    g_assert_cmpstr(
        json, ==,
        "{\"schema\":1,\"capture\":{\"file\":\"a.pcap\",\"frames\":16,\"truncated\":0,"
        "\"clock_error\":null},"
        "\"logons\":[{\"number\":3,\"stream\":7,"
        "\"client\":{\"address\":\"10.0.0.1\",\"port\":40234,\"name\":\"MYIBMI\"},"
        "\"server\":{\"address\":\"10.0.0.2\",\"port\":445,\"netbios_name\":\"FILESRV\","
        "\"netbios_domain\":\"CORP\",\"dns_name\":\"filesrv.corp.example\","
        "\"dns_domain\":\"corp.example\"},"
        "\"frames\":{\"negotiate\":9,\"challenge\":11,\"authenticate\":12,\"result\":16},"
        "\"dialect\":\"2.1\",\"mechanism\":\"NTLMSSP\",\"ntlm\":\"NTLMv2\",\"user\":\"ANNE\","
        "\"domain\":\"IBMI\",\"workstation\":\"MYIBMI\","
        "\"signing\":{\"client\":\"required\",\"server\":\"enabled\"},"
        "\"status\":{\"code\":0,\"name\":\"STATUS_SUCCESS\"},\"outcome\":\"success\","
        "\"causes\":[],\"warnings\":[{\"id\":\"domain-not-known\",\"frame\":12,"
        "\"text\":\"domain \\\"IBMI\\\" is none of the server's names: it is trusted, or the "
        "server took its own accounts instead\"}],"
        "\"cpdb053\":null,\"password\":null,\"works\":null,\"after\":[]}],\"findings\":[]}");
    g_free(json);
}

/* What was not seen is null, and no member is left out. */
static void test_json_unknown(void)
{
    struct sample sample;
    make_unknown(&sample, 1);
    char *json = compact(run_one(qntc_report_json, &sample));

    static const char *const parts[] = {
        "\"port\":40234,\"name\":null}",
        "\"netbios_name\":null,\"netbios_domain\":null,\"dns_name\":null,\"dns_domain\":null}",
        "\"frames\":{\"negotiate\":null,\"challenge\":null,\"authenticate\":null,\"result\":null}",
        "\"dialect\":null,\"mechanism\":null,\"ntlm\":null,\"user\":null,\"domain\":null,"
        "\"workstation\":null,\"signing\":{\"client\":\"unknown\",\"server\":\"unknown\"},"
        "\"status\":null,\"outcome\":\"unknown\",\"causes\":[",
        "\"warnings\":[],\"cpdb053\":null,\"password\":null,\"works\":null,\"after\":[]}]",
        NULL,
    };
    assert_order(json, parts);
    g_free(json);
}

static void test_json_refused(void)
{
    struct sample sample;
    make_refused(&sample, 1);
    char *json = compact(run_one(qntc_report_json, &sample));
    struct qntc_capture capture = {.frames = 16, .count = 1, .logons = {&sample.logon}};
    struct qntc_diagnosis *diagnosis = qntc_diagnose(&capture, &sample.logon);
    const struct qntc_cause_finding *verdict = g_ptr_array_index(diagnosis->causes, 0);
    const struct qntc_evidence *first = &g_array_index(verdict->evidence, struct qntc_evidence, 0);

    char *head = g_strdup_printf("\"causes\":[{\"id\":\"%s\",\"confidence\":\"%s\",\"evidence\":["
                                 "{\"frame\":%u,\"text\":\"",
                                 verdict->cause->id, qntc_confidence_name(verdict->confidence),
                                 first->frame);
    assert_contains(json, "\"status\":{\"code\":3221225581,\"name\":\"STATUS_LOGON_FAILURE\"},"
                          "\"outcome\":\"refused\"");
    assert_contains(json, head);
    assert_contains(json, "\"}],\"advice\":[\"");
    assert_contains(json, "\"cpdb053\":{\"class\":0,\"code\":3401,\"likely\":false}");
    g_free(head);
    g_free(json);
    qntc_diagnosis_free(diagnosis);
}

/* "" was sent empty and is no null. */
static void test_json_empty_user(void)
{
    struct sample sample;
    make_success(&sample, 1);
    sample.logon.user = "";
    sample.logon.domain = "";
    sample.logon.workstation = NULL;
    char *json = compact(run_one(qntc_report_json, &sample));

    assert_contains(json, "\"user\":\"\",\"domain\":\"\",\"workstation\":null");
    g_free(json);
}

/* A DOS pair has no NT status, and CPDB053 shows it as the server sent it. */
static void test_json_dos_status(void)
{
    struct sample sample;
    make_refused(&sample, 1);
    sample.connection.negotiate.dialect = QNTC_DIALECT_SMB1;
    sample.logon.status =
        (struct qntc_status){.kind = QNTC_STATUS_DOS, .dos_class = QNTC_ERRDOS, .code = 5};
    char *json = compact(run_one(qntc_report_json, &sample));

    assert_contains(json, "\"status\":{\"code\":null,\"name\":\"ERRDOS/5\"}");
    assert_contains(json, "\"cpdb053\":{\"class\":1,\"code\":5,\"likely\":false}");
    g_free(json);
}

/* Whatever bytes the wire held, the object stays valid UTF-8 and its strings closed. */
static void test_json_hostile(void)
{
    struct sample sample;
    make_refused(&sample, 1);
    sample.logon.user = "A\x1b[31m\"},\n\xff\xc3\\";
    char *json = run_one(qntc_report_json, &sample);

    assert_clean(json);
    assert_contains(json, "\"user\": \"A\\u001b[31m\\\"},\\n\xef\xbf\xbd\xef\xbf\xbd\\\\\"");
    g_free(json);
}

/* Without a CHALLENGE_MESSAGE the names come from the SMB1 NEGOTIATE answer. */
static void test_json_smb1_names(void)
{
    struct sample sample;
    make_success(&sample, 1);
    sample.logon.ntlm.nb_computer = NULL;
    sample.logon.ntlm.nb_domain = NULL;
    sample.connection.negotiate.server_name = "OLDSRV";
    sample.connection.negotiate.domain_name = "OLDDOM";
    char *json = compact(run_one(qntc_report_json, &sample));

    assert_contains(json, "\"netbios_name\":\"OLDSRV\",\"netbios_domain\":\"OLDDOM\"");
    g_free(json);
}

/* -------------------------------------------------------------------- warnings and comparison */

/* The report on a logon refused in domain IBMI and the same one that worked in CORP. */
static char *run_pair(report_function *report)
{
    struct sample bad, good;
    make_refused(&bad, 1);
    make_success(&good, 2);
    good.logon.domain = "CORP";
    GPtrArray *works = g_ptr_array_new();
    g_ptr_array_add(works, &good.logon);
    struct qntc_capture capture = {
        .frames = 16, .count = 2, .logons = {&bad.logon, &good.logon}, .works = works};
    struct qntc_report_view view = {.capture = &capture};
    char *text = run(report, &view);

    g_ptr_array_free(works, TRUE);
    return text;
}

static void test_works(void)
{
    char *json = compact(run_pair(qntc_report_json));
    char *text = flat(run_pair(qntc_report_text));

    assert_contains(json, "\"works\":{\"number\":2,\"differs\":[\"domain\"]}");
    assert_contains(json, "\"works\":null");
    static const char *const parts[] = {
        " Evidence ",
        " Works logon 2 (frame 16) of user ANNE from 10.0.0.1; what differs: "
        "domain (IBMI, there CORP) ",
        "Filter qntc.logon in {1, 2} shows it with what the verdict rests on",
        " On the server ",
        NULL,
    };
    assert_order(text, parts);
    g_free(json);
    g_free(text);
}

/* Under the logon what it is, in the summary what ends it and what to do. */
static void test_text_warnings(void)
{
    struct sample sample;
    make_success(&sample, 1);
    sample.logon.outcome = QNTC_OUTCOME_GUEST;
    sample.connection.negotiate.dialect = QNTC_DIALECT_SMB1;
    char *text = run_one(qntc_report_text, &sample);

    assert_width(text);
    flat(text);
    static const char *const parts[] = {
        "Logon 1 guest user ANNE",
        " Note smb1-in-use: ",
        " (frame 9) ",
        "Warning guest-session: the server let user \"ANNE\" in as its guest",
        " (frame 16) ",
        "Summary Logons 1: 1 guest Warnings 1 smb1-in-use: ",
        " - If IBM i: ",
        " - Server: ",
        "1 guest-session: ",
        NULL,
    };
    assert_order(text, parts);
    g_free(text);
}

/* ------------------------------------------------------------------------- findings and filter */

static bool shows_number_two(const struct qntc_logon *logon, void *user)
{
    (*(unsigned *)user)++;
    return logon->number == 2;
}

/* Two logons, refused and good, and a filter that lets only the second one pass. */
static char *run_filtered(report_function *report)
{
    static struct sample refused;
    static struct sample good;
    unsigned asked = 0;
    struct qntc_capture capture = {.frames = 16, .count = 2,
                                   .logons = {&refused.logon, &good.logon}};
    struct qntc_report_view view = {.capture = &capture, .shows = shows_number_two,
                                    .user = &asked};

    make_refused(&refused, 1);
    make_success(&good, 2);
    char *text = run(report, &view);
    g_assert_cmpuint(asked, ==, 2);
    return text;
}

static void test_filter(void)
{
    char *json = compact(run_filtered(qntc_report_json));
    char *text = run_filtered(qntc_report_text);

    assert_contains(json, "\"file\":null");
    assert_contains(json, "\"logons\":[{\"number\":2,");
    assert_lacks(json, "\"number\":1,");
    assert_contains(text, "Logon 2  success");
    assert_lacks(text, "Logon 1");
    assert_contains(text, "1 of 2 pass the filter: 1 success");
    g_free(json);
    g_free(text);
}

/* A finding without a logon, with more frames than the text shows. */
static char *run_finding(report_function *report)
{
    static char words[] = "frames are cut off";
    struct qntc_evidence evidence = {.frame = 15, .text = words};
    struct qntc_cause_finding cause = {
        .cause = qntc_cause_by_id("capture-truncated"),
        .confidence = QNTC_CONFIDENCE_PROVEN,
        .explanation = "Not all of it is there.",
        .evidence = g_array_new(FALSE, FALSE, sizeof evidence),
        .advice = g_ptr_array_new(),
    };
    struct qntc_finding finding = {
        .cause = &cause,
        .client_address = "10.0.0.1",
        .server_address = "10.0.0.2",
        .server_port = 135,
        .frames = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
        .frame_count = 50,
    };
    GPtrArray *findings = g_ptr_array_new();
    struct qntc_capture capture = {.frames = 500, .truncated = 50};
    struct qntc_report_view view = {.capture = &capture, .findings = findings};

    for (uint32_t frame = 15; frame < 15 + finding.frame_count; frame++)
        g_array_append_val(finding.frames, frame);
    g_ptr_array_add(findings, &finding);
    g_assert_nonnull(cause.cause);
    g_array_append_val(cause.evidence, evidence);
    g_ptr_array_add(cause.advice, (gpointer) "Server: leave it alone");
    g_ptr_array_add(cause.advice, (gpointer) "IBM i: TRCCNN with whole packets");
    g_ptr_array_add(cause.advice, (gpointer) "repeat the capture");
    char *text = run(report, &view);
    g_ptr_array_free(findings, TRUE);
    g_array_free(finding.frames, TRUE);
    g_array_free(cause.evidence, TRUE);
    g_ptr_array_free(cause.advice, TRUE);
    return text;
}

static void test_finding(void)
{
    char *json = compact(run_finding(qntc_report_json));
    char *text = run_finding(qntc_report_text);

    static const char *const members[] = {
        "\"truncated\":50,\"clock_error\":null}",
        "\"logons\":[],\"findings\":[{\"id\":\"capture-truncated\",\"confidence\":\"proven\","
        "\"client\":{\"address\":\"10.0.0.1\",\"port\":null,\"name\":null},"
        "\"server\":{\"address\":\"10.0.0.2\",\"port\":135},\"frames\":[15,16,",
        ",64],\"evidence\":[{\"frame\":15,\"text\":\"frames are cut off\"}],"
        "\"advice\":[\"Server: leave it alone\",\"IBM i: TRCCNN with whole packets\","
        "\"repeat the capture\"]}]}",
        NULL,
    };
    static const char *const parts[] = {
        "Cut off 50 frames",
        "No SMB logon in 500 frames.",
        "nothing of SMB may be left",
        "Where client 10.0.0.1, server 10.0.0.2 port 135 Frames 15, 16, 17",
        "54 and 10 more Why ",
        "(capture-truncated) Not all of it is there.",
        "How sure proven",
        "Evidence frame 15: frames are cut",
        "What to do - repeat the capture On IBM i - TRCCNN with whole packets ",
        "On the server - leave it alone",
        NULL,
    };
    assert_order(json, members);
    assert_width(text);
    assert_order(flat(text), parts);
    g_free(json);
    g_free(text);
}

/* Time stamps that run backwards are told once, at the head of both reports. */
static void test_clock_error(void)
{
    struct qntc_capture capture = {.frames = 30, .clock = {.error = 886410, .frame = 12}};
    struct qntc_report_view view = {.capture = &capture};
    char *json = compact(run(qntc_report_json, &view));
    char *text = run(qntc_report_text, &view);

    assert_contains(json, "\"clock_error\":{\"seconds\":0.886410,\"frame\":12}},\"logons\"");
    assert_width(text);
    assert_contains(flat(text), "Frames 30 Times run backwards by up to 0.9 seconds, first in "
                                "frame 12: ");
    g_free(json);
    g_free(text);
    capture.clock.frame = 0;
    text = run(qntc_report_text, &view);
    assert_lacks(text, "backwards");
    g_free(text);
}

/* ---------------------------------------------------------------------------------------- text */

/* Who, where, what the IBM i shows, why, how sure, evidence, what to change: in that order. */
static void test_text_refused(void)
{
    struct sample sample;
    make_refused(&sample, 12);
    char *text = run_one(qntc_report_text, &sample);

    static const char *const parts[] = {
        "File a.pcap",
        "Logon 12 REFUSED",
        "Who user ANNE, domain IBMI, workstation MYIBMI",
        "Where client 10.0.0.1 port 40234, server 10.0.0.2 port 445 (FILESRV, domain CORP, DNS "
        "name filesrv.corp.example, DNS domain corp.example), TCP stream 7",
        "SMB 2.1, NTLMSSP, NTLMv2; signing: client required, server enabled",
        "Ended the server refused it with STATUS_LOGON_FAILURE (0xC000006D) in frame 16, "
        "2024-05-01 10:22:33 UTC",
        "IBM i shows CPDB053 where the client is QNTC: error class 0, error code 3401 (CPE3401, "
        "EACCES)",
        "Why ",
        "How sure ",
        "Other causes - ",
        "Evidence frame ",
        "On IBM i - ",
        "Summary Logons 1: 1 refused Verdicts 1 ",
        NULL,
    };
    assert_width(text);
    assert_clean(text);
    assert_contains(text, "\n  Who            user ANNE");
    assert_order(flat(text), parts);
    g_free(text);
}

/* The report gives the verdict in the row's own words, and every other cause by its id. */
static void test_text_names_causes(void)
{
    struct sample sample;
    make_refused(&sample, 1);
    char *text = run_one(qntc_report_text, &sample);
    struct qntc_capture capture = {.frames = 16, .count = 1, .logons = {&sample.logon}};
    struct qntc_diagnosis *diagnosis = qntc_diagnose(&capture, &sample.logon);

    for (unsigned i = 0; i < diagnosis->causes->len; i++) {
        const struct qntc_cause_finding *finding = g_ptr_array_index(diagnosis->causes, i);
        char *id = g_strdup_printf("(%s", finding->cause->id);
        assert_contains(text, id);
        g_free(id);
    }
    g_assert_cmpuint(diagnosis->causes->len, >=, 2);
    g_free(text);
    qntc_diagnosis_free(diagnosis);
}

static void test_text_success(void)
{
    struct sample sample;
    make_success(&sample, 1);
    char *text = run_one(qntc_report_text, &sample);

    assert_contains(flat(text), "Logon 1 success user ANNE, domain IBMI; 10.0.0.1 to 10.0.0.2 port "
                                "445 (FILESRV); SMB 2.1, NTLMSSP, NTLMv2; frame 16 Note ");
    assert_lacks(text, "IBM i shows");
    assert_lacks(text, "Verdicts");
    g_free(text);
}

/* What was proven of the password is said of every logon; where nothing was, nothing is said. */
static void test_text_password(void)
{
    static const struct {
        enum qntc_password password;
        const char *refused;
        const char *good;
    } table[] = {
        {QNTC_PASSWORD_AS_TYPED, "Password sent: as typed (recomputed", "password sent: as typed;"},
        {QNTC_PASSWORD_LOWER_CASE, "sent: the one typed, in lower case", "typed, in lower case;"},
        {QNTC_PASSWORD_UPPER_CASE, "sent: the one typed, in upper case", "typed, in upper case;"},
        {QNTC_PASSWORD_EMPTY, "Password sent: empty (recomputed", "password sent: empty;"},
        {QNTC_PASSWORD_DIFFERS, "sent: none of those typed", "none of those typed;"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        struct sample sample;
        make_refused(&sample, 1);
        sample.logon.password = table[i].password;
        char *refused = run_one(qntc_report_text, &sample);
        sample.logon.outcome = QNTC_OUTCOME_SUCCESS;
        char *good = run_one(qntc_report_text, &sample);

        assert_contains(flat(refused), table[i].refused);
        assert_contains(flat(good), table[i].good);
        g_free(refused);
        g_free(good);
    }
    struct sample unchecked;
    make_refused(&unchecked, 1);
    char *text = run_one(qntc_report_text, &unchecked);
    assert_lacks(text, "  Password");
    g_free(text);
}

/* What is not known is said so; what was sent empty is something else. */
static void test_text_unknown(void)
{
    struct sample sample;
    make_unknown(&sample, 1);
    sample.logon.domain = "";
    char *text = run_one(qntc_report_text, &sample);

    static const char *const parts[] = {
        "Logon 1 UNKNOWN Who user not seen, domain sent empty, workstation not seen Where",
        "dialect not seen, mechanism not seen; signing: client unknown, server unknown",
        "Ended the capture does not show the end",
        "error class and code are not known for this ending",
        NULL,
    };
    assert_order(flat(text), parts);
    g_free(text);
}

/* The pair of a DOS answer is named by its class, and no errno is read into it. */
static void test_text_dos_status(void)
{
    struct sample sample;
    make_refused(&sample, 1);
    sample.connection.negotiate.dialect = QNTC_DIALECT_SMB1;
    sample.logon.status =
        (struct qntc_status){.kind = QNTC_STATUS_DOS, .dos_class = QNTC_ERRDOS, .code = 5};
    char *text = run_one(qntc_report_text, &sample);

    static const char *const parts[] = {
        "SMB1, NTLMSSP",
        "refused it with ERRDOS/5 in frame 16",
        ": error class 1, error code 5 (class ERRDOS) Why",
        NULL,
    };
    assert_order(flat(text), parts);
    g_free(text);
}

/* An end without an answer is told by the frame that closed the connection. */
static void test_text_closed(void)
{
    struct sample sample;
    make_refused(&sample, 1);
    sample.logon.outcome = QNTC_OUTCOME_CLOSED;
    sample.logon.status.kind = QNTC_STATUS_NONE;
    sample.logon.result_frame = 0;
    sample.logon.result_time = QNTC_TIME_UNKNOWN;
    sample.logon.end_frame = 20;
    sample.connection.close_frame = 20;
    sample.connection.close_time = NOON_OR_SO;
    sample.connection.closed_by = QNTC_SERVER;
    sample.connection.closed_by_reset = true;
    char *text = run_one(qntc_report_text, &sample);

    static const char *const parts[] = {
        "Logon 1 CLOSED",
        "the server ended the connection in frame 20 (RST), 2024-05-01 10:22:33 UTC",
        "likely error class 0, error code 3426 (CPE3426, ECONNRESET)",
        NULL,
    };
    assert_order(flat(text), parts);
    g_free(text);
}

/* Control characters, C1 controls, direction overrides and wrong UTF-8 are shown, not obeyed. */
static void test_text_hostile(void)
{
    struct sample sample;
    make_refused(&sample, 1);
    sample.logon.user = "A\x1b[2J\r\nLogon 2  success\xff";
    sample.logon.workstation = "W\xc2\x9b" "31m\xe2\x80\xae" "X";
    char *text = run_one(qntc_report_text, &sample);

    assert_clean(text);
    flat(text);
    assert_contains(text, "user A\\x1B[2J\\x0D\\x0ALogon 2 success\xef\xbf\xbd, domain");
    assert_contains(text, "workstation W\\x9B31m\\u202EX");
    g_free(text);
}

/* Words longer than a line are broken, and no line passes column 100. */
static void test_text_width(void)
{
    struct sample sample;
    char *name = g_strnfill(500, 'N');
    make_refused(&sample, 4000000000u);
    sample.logon.user = name;
    sample.logon.domain = "a domain in several words, each of them short, that needs more than the "
                          "line has left for it";
    char *refused = run_one(qntc_report_text, &sample);
    sample.logon.outcome = QNTC_OUTCOME_SUCCESS;
    char *good = run_one(qntc_report_text, &sample);

    assert_width(refused);
    assert_width(good);
    assert_contains(flat(good), "a domain in several words, each of them short, that needs more ");
    g_free(refused);
    g_free(good);
    g_free(name);
}

static void test_text_without_logon(void)
{
    struct qntc_capture capture = {0};
    struct qntc_report_view view = {.capture = &capture};
    char *empty = run(qntc_report_text, &view);
    capture.frames = 42;
    char *other = run(qntc_report_text, &view);

    assert_contains(empty, "\nThe capture holds no frames.\n");
    assert_lacks(empty, "No SMB logon");
    assert_contains(other, "\nNo SMB logon in 42 frames. Reasons may be:\n  - ");
    assert_contains(other, "encrypted tunnel");
    assert_contains(other, "another port");
    assert_lacks(other, "cut off");
    g_free(empty);
    g_free(other);
}

static void test_text_summary_and_note(void)
{
    struct sample samples[3];
    static const char *const missing[] = {"smb2.one", "smb2.two", NULL};
    make_success(&samples[0], 1);
    make_refused(&samples[1], 2);
    make_refused(&samples[2], 3);
    struct qntc_capture capture = {
        .frames = 16,
        .count = 3,
        .logons = {&samples[0].logon, &samples[1].logon, &samples[2].logon},
    };
    struct qntc_report_view view = {.capture = &capture, .missing_fields = missing};
    char *text = run(qntc_report_text, &view);

    flat(text);
    assert_contains(text, "does not know the fields smb2.one, smb2.two;");
    assert_contains(text, "Summary Logons 3: 1 success, 2 refused Verdicts 2 ");
    g_free(text);
}

/* A ladder for each logon that is shown, and none without being asked. */
static void test_full_has_ladders(void)
{
    struct sample refused, success;
    make_refused(&refused, 1);
    make_success(&success, 2);
    struct qntc_capture capture = {
        .frames = 16, .count = 2, .logons = {&refused.logon, &success.logon}};
    struct qntc_report_view view = {.capture = &capture, .file_name = "a.pcap"};
    char *full = run(qntc_report_full, &view);
    char *text = run(qntc_report_text, &view);
    static const char *const parts[] = {"Logon 1", "  Step    Frame", "STATUS_LOGON_FAILURE",
                                        "Logon 2", "  Step    Frame", "the session is set up",
                                        "Summary", NULL};

    assert_order(full, parts);
    assert_width(full);
    assert_lacks(text, "  Step    Frame");
    g_free(full);
    g_free(text);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report/json/success", test_json_success);
    g_test_add_func("/report/json/unknown", test_json_unknown);
    g_test_add_func("/report/json/refused", test_json_refused);
    g_test_add_func("/report/json/empty-user", test_json_empty_user);
    g_test_add_func("/report/json/dos-status", test_json_dos_status);
    g_test_add_func("/report/json/hostile", test_json_hostile);
    g_test_add_func("/report/json/smb1-names", test_json_smb1_names);
    g_test_add_func("/report/filter", test_filter);
    g_test_add_func("/report/finding", test_finding);
    g_test_add_func("/report/works", test_works);
    g_test_add_func("/report/text/warnings", test_text_warnings);
    g_test_add_func("/report/text/refused", test_text_refused);
    g_test_add_func("/report/text/names-causes", test_text_names_causes);
    g_test_add_func("/report/text/success", test_text_success);
    g_test_add_func("/report/text/password", test_text_password);
    g_test_add_func("/report/text/unknown", test_text_unknown);
    g_test_add_func("/report/text/dos-status", test_text_dos_status);
    g_test_add_func("/report/clock-error", test_clock_error);
    g_test_add_func("/report/text/closed", test_text_closed);
    g_test_add_func("/report/text/hostile", test_text_hostile);
    g_test_add_func("/report/text/width", test_text_width);
    g_test_add_func("/report/text/without-logon", test_text_without_logon);
    g_test_add_func("/report/text/summary-and-note", test_text_summary_and_note);
    g_test_add_func("/report/full/has-ladders", test_full_has_ladders);
    return g_test_run();
}
