/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A libFuzzer harness over the tracker and the engine: the input is read as a stream of
 * observations of any kind, in any order, with any field missing or wild, as a hostile capture
 * could make the plugin report them. What the frames would show is diagnosed as it comes, and where
 * the capture ends everything is reported.
 */
#include <stdlib.h>
#include <string.h>

#include "candidates.h"
#include "compare.h"
#include "diagnosis.h"
#include "finding.h"
#include "ibm_i.h"
#include "kdc.h"
#include "netlogon.h"
#include "observation.h"
#include "oxid.h"
#include "report.h"
#include "transport.h"
#include "warning.h"

#define MAX_STREAMS 4
#define MAX_BLOB 64
#define LATEST (INT64_C(253402300799) * G_USEC_PER_SEC) /* the end of the year 9999 */

/* ----------------------------------------------------------------------- reading from the input */

struct input {
    const uint8_t *data;
    size_t left;
};

static uint8_t byte(struct input *in)
{
    if (in->left == 0)
        return 0;
    in->left--;
    return *in->data++;
}

static uint64_t wide(struct input *in, unsigned bytes)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < bytes; i++)
        value = value << 8 | byte(in);
    return value;
}

static bool coin(struct input *in)
{
    return byte(in) & 1;
}

/* Mostly small, as real ids are, so that requests and answers meet; now and then anything. */
static struct qntc_number number(struct input *in)
{
    uint8_t first = byte(in);
    if (first < 0x60)
        return (struct qntc_number){false, 0};
    return (struct qntc_number){true, first < 0xF0 ? first & 0x0Fu : wide(in, 8)};
}

static const char *name(struct input *in)
{
    static const char *const names[] = {
        NULL,
        "",
        "ANNE",
        "anne@EXAMPLE.COM",
        "PC$",
        "CORP",
        "corp",
        "FILESRV",
        "cifs/files",
        "host/files",
        "\xFF\xFE",
        "krbtgt/CORP",
        "krbtgt/EAST",
        "kadmin/changepw",
        "ABCDEFGHIJ",
        "ABCDEFGHIJK",
        "\\FILESRV\\CORP\\link",
        "169.254.95.120",
        "fe80::1",
    };
    return names[byte(in) % G_N_ELEMENTS(names)];
}

static const char *address(struct input *in)
{
    static const char *const addresses[] = {"10.0.0.1", "10.0.0.2", "10.0.0.3", "fd00::1"};
    return addresses[byte(in) % G_N_ELEMENTS(addresses)];
}

static struct qntc_bytes bytes(struct input *in)
{
    size_t wanted = byte(in) % MAX_BLOB;
    size_t length = MIN(wanted, in->left);
    struct qntc_bytes blob = {length > 0 ? in->data : NULL, length};
    in->data += length;
    in->left -= length;
    return blob;
}

static struct qntc_status status(struct input *in)
{
    static const char *const wire_names[] = {NULL, "STATUS_LOGON_FAILURE", "", "\xC3(\"\n"};
    static const uint32_t codes[] = {0,          0xC0000016, 0xC000006D, 0xC0000022,
                                     0x00000103, 0xC00000BB, 0xC000005E, 0xC0000203,
                                     0xC00000CC, 0xC0000064, 0xC0000257};
    struct qntc_status s = {.kind = QNTC_STATUS_NONE};
    uint8_t kind = byte(in);
    if (kind < 0x20)
        return s;
    s.kind = kind < 0xE0 ? QNTC_STATUS_NT : QNTC_STATUS_DOS;
    s.code = s.kind == QNTC_STATUS_NT && kind < 0xD0 ? codes[byte(in) % G_N_ELEMENTS(codes)]
                                                     : (uint32_t)wide(in, 4);
    s.dos_class = s.kind == QNTC_STATUS_DOS ? byte(in) : 0;
    s.wire_name = wire_names[byte(in) % G_N_ELEMENTS(wire_names)];
    return s;
}

/* -------------------------------------------------------------------------------- the wire */

struct wire {
    struct input *in;
    struct qntc_capture *capture;
    struct qntc_track *tracks[MAX_STREAMS];
    uint32_t frame;
    qntc_time now;
};

static void tick(struct wire *wire)
{
    uint8_t step = byte(wire->in);
    wire->frame += step & 1;
    if (step == 0xFF)
        wire->now = QNTC_TIME_UNKNOWN;
    else if (step == 0xFE)
        wire->now = (qntc_time)wide(wire->in, 8) % LATEST; /* as the plugin lets through */
    else if (wire->now != QNTC_TIME_UNKNOWN && wire->now < INT64_MAX / 2 && wire->now > 0)
        wire->now += (step >> 1) * (G_USEC_PER_SEC / 8);
    qntc_capture_frame(wire->capture, wire->frame, wire->now, step == 0xFD);
}

static struct qntc_track *track(struct wire *wire)
{
    unsigned index = byte(wire->in) % MAX_STREAMS;
    if (wire->tracks[index] == NULL) {
        struct qntc_peers peers = {.stream = index,
                                   .client_address = address(wire->in),
                                   .server_address = address(wire->in),
                                   .client_port = 50000,
                                   .server_port = 445,
                                   .syn_seen = coin(wire->in),
                                   .opening_frames = {wire->frame > 3 ? wire->frame - 3 : 0}};
        wire->tracks[index] = qntc_capture_connect(wire->capture, &peers);
    }
    return wire->tracks[index];
}

static void fill_ntlmssp(struct input *in, struct qntc_ntlmssp *ntlm)
{
    ntlm->message_type = byte(in) % 5;
    ntlm->challenge_time = ntlm->client_time = QNTC_TIME_UNKNOWN;
    if (ntlm->message_type == 0)
        return;
    ntlm->build = number(in);
    ntlm->target_name = name(in);
    ntlm->target_info = coin(in);
    ntlm->nb_computer = name(in);
    ntlm->nb_domain = name(in);
    ntlm->dns_computer = name(in);
    ntlm->dns_domain = name(in);
    ntlm->challenge_time = (qntc_time)wide(in, 8);
    ntlm->server_challenge = bytes(in);
    ntlm->user = name(in);
    ntlm->domain = name(in);
    ntlm->workstation = name(in);
    ntlm->lm_response = bytes(in);
    ntlm->nt_response = bytes(in);
    ntlm->lm_seen = coin(in);
    ntlm->nt_seen = coin(in);
    ntlm->mic = bytes(in);
    ntlm->av_flags = number(in);
    ntlm->target_spn = name(in);
    ntlm->client_time = (qntc_time)wide(in, 8);
}

static void fill_token(struct input *in, struct qntc_token *token)
{
    token->length = number(in);
    token->spnego_init = coin(in);
    token->mechanisms_seen = coin(in);
    token->mechanisms = byte(in) & 0x0F;
    token->first_mechanism = byte(in) % (QNTC_MECHANISM_OTHER + 1);
    token->mech_token = coin(in);
    fill_ntlmssp(in, &token->ntlm);
    token->kerberos_ap_req = coin(in);
    token->kerberos_ap_rep = coin(in);
    token->kerberos_error = number(in);
    token->kerberos_service = name(in);
    token->kerberos_realm = name(in);
    token->ticket_etype = number(in);
    token->ticket_kvno = number(in);
}

static void fill_negotiate(struct input *in, struct qntc_message *m)
{
    static const uint16_t dialects[] = {0x0202, 0x0210, 0x0300, 0x0302, 0x0311, 0x02FF, 0xFFFF};
    m->offers_smb1 = coin(in);
    m->offers_smb2 = coin(in);
    m->offers_nt_lm_012 = coin(in);
    m->dialect_count = byte(in) % (QNTC_MAX_DIALECTS + 1);
    for (unsigned i = 0; i < m->dialect_count; i++)
        m->dialects[i] = dialects[byte(in) % G_N_ELEMENTS(dialects)];
    m->dialect_index = number(in);
    m->security_mode = number(in);
    m->capabilities = number(in);
    m->ciphers = coin(in);
    m->smb1_challenge = bytes(in);
    m->domain_name = name(in);
    m->server_name = name(in);
}

static void fill_setup(struct input *in, struct qntc_message *m)
{
    m->setup_flags = number(in);
    m->session_flags = number(in);
    m->password_fields = coin(in);
    m->ansi_length = number(in);
    m->unicode_length = number(in);
    m->ansi_password = bytes(in);
    m->unicode_password = bytes(in);
    m->account = name(in);
    m->primary_domain = name(in);
    m->native_os = name(in);
    m->native_lanman = name(in);
    fill_token(in, &m->token);
}

/* What a request can be a request for a DFS referral by. */
static struct qntc_number code(struct input *in, unsigned referral)
{
    return byte(in) & 1 ? (struct qntc_number){true, referral} : number(in);
}

static void send_message(struct wire *wire)
{
    static const char *const commands[] = {NULL, "NEGOTIATE", "TREE_CONNECT", "CREATE", "IOCTL"};
    struct input *in = wire->in;
    struct qntc_message m = {.frame = wire->frame, .time = wire->now};
    m.from = byte(in) & 1 ? QNTC_SERVER : QNTC_CLIENT;
    m.family = byte(in) & 1 ? QNTC_SMB2 : QNTC_SMB1;
    m.command = byte(in) % (QNTC_COMMAND_LOGOFF + 1);
    m.command_name = commands[byte(in) % G_N_ELEMENTS(commands)];
    m.truncated = byte(in) > 0xE0;
    m.chains_tree_connect = coin(in);
    m.has_setup_body = coin(in);
    m.status = m.from == QNTC_SERVER ? status(in) : (struct qntc_status){.kind = QNTC_STATUS_NONE};
    m.encrypted = byte(in) > 0xE0;
    m.message_id = number(in);
    m.session_id = number(in);
    m.flags = number(in);
    m.smb1_signature = bytes(in);
    m.token.ntlm.challenge_time = m.token.ntlm.client_time = QNTC_TIME_UNKNOWN;
    if (m.command == QNTC_COMMAND_NEGOTIATE)
        fill_negotiate(in, &m);
    else if (m.command == QNTC_COMMAND_SESSION_SETUP)
        fill_setup(in, &m);
    m.tree_path = name(in);
    m.share_flags = number(in);
    m.fsctl = code(in, 0x00060194);
    m.subcommand = code(in, 0x10);
    m.file_name = name(in);
    m.request_frame = number(in);
    qntc_capture_message(wire->capture, track(wire), &m);
}

static void ask_kdc(struct wire *wire)
{
    static const unsigned types[] = {QNTC_KRB_AS_REQ,  QNTC_KRB_AS_REP, QNTC_KRB_TGS_REQ,
                                     QNTC_KRB_TGS_REP, QNTC_KRB_ERROR,  0};
    struct input *in = wire->in;
    struct qntc_kdc_message m = {.frame = wire->frame,
                                 .time = wire->now,
                                 .client_address = address(in),
                                 .kdc_address = address(in),
                                 .client_port = byte(in) & 3,
                                 .type = types[byte(in) % G_N_ELEMENTS(types)],
                                 .client = name(in),
                                 .realm = name(in),
                                 .service = name(in),
                                 .error = number(in),
                                 .nt_status = number(in),
                                 .ticket_etype = number(in),
                                 .ticket_kvno = number(in),
                                 .for_another = byte(in) > 0xE0};
    qntc_kdc_message(wire->capture, &m);
}

static void lose_kdc(struct wire *wire)
{
    struct input *in = wire->in;
    qntc_kdc_unreachable(wire->capture, address(in), address(in), byte(in) & 3, wire->frame,
                         wire->now, "ICMP: port unreachable");
}

static void pass_through(struct wire *wire)
{
    struct input *in = wire->in;
    struct qntc_netlogon_message m = {.frame = wire->frame,
                                      .time = wire->now,
                                      .server_address = address(in),
                                      .dc_address = address(in),
                                      .connection = byte(in) & 3,
                                      .call_id = byte(in) & 3,
                                      .answer = coin(in),
                                      .opnum = byte(in),
                                      .sealed = coin(in),
                                      .user = name(in),
                                      .domain = name(in),
                                      .workstation = name(in),
                                      .status = number(in)};
    qntc_netlogon_message(wire->capture, &m);
    if (coin(in))
        qntc_netlogon_machine_refused(wire->capture, address(in), name(in), address(in),
                                      wire->frame);
}

static void resolve_oxid(struct wire *wire)
{
    struct input *in = wire->in;
    struct qntc_oxid_answer answer = {.frame = wire->frame,
                                      .time = wire->now,
                                      .client_address = address(in),
                                      .host_address = address(in),
                                      .count = byte(in) % (QNTC_MAX_OXID_BINDINGS + 1)};
    for (unsigned i = 0; i < answer.count; i++)
        answer.bindings[i] = name(in);
    qntc_oxid_answer(wire->capture, &answer);
    if (coin(in))
        qntc_oxid_security_failure(wire->capture, address(in), address(in), wire->frame);
}

static void touch_transport(struct wire *wire)
{
    struct input *in = wire->in;
    struct qntc_peers peers = {.stream = byte(in) & 3,
                               .client_address = address(in),
                               .server_address = address(in),
                               .client_port = 50000,
                               .server_port = 445,
                               .syn_seen = true};
    struct qntc_place place = {peers.client_address, peers.server_address, 445};
    struct qntc_unreachable icmp = {place, address(in), coin(in), byte(in)};
    switch (byte(in) % 5) {
    case 0:
        qntc_transport_syn(wire->capture, &peers, wire->frame, wire->now);
        break;
    case 1:
        qntc_transport_answer(wire->capture, peers.stream, byte(in) % 3, wire->frame);
        break;
    case 2:
        qntc_transport_unreachable(wire->capture, &icmp, wire->frame, wire->now);
        break;
    case 3:
        qntc_transport_session_refused(wire->capture, &place, byte(in), name(in), wire->frame,
                                       wire->now);
        break;
    default:
        qntc_capture_cut_off(wire->capture, &place, wire->frame);
    }
}

static void touch_connection(struct wire *wire)
{
    struct qntc_track *connection = track(wire);
    enum qntc_side side = byte(wire->in) & 1 ? QNTC_SERVER : QNTC_CLIENT;
    switch (byte(wire->in) % 5) {
    case 0:
        qntc_capture_close(wire->capture, connection, wire->frame, wire->now, side, coin(wire->in));
        break;
    case 1:
        qntc_capture_gap(connection, wire->frame);
        break;
    case 2:
        qntc_capture_resent(connection);
        break;
    case 3:
        qntc_capture_not_smb(wire->capture, connection, wire->frame);
        break;
    default:
        qntc_capture_heard(connection, side);
    }
}

/* ------------------------------------------------------------------------- what a report reads */

static void look_at(const struct qntc_capture *capture, const struct qntc_logon *logon)
{
    qntc_diagnosis_free(qntc_diagnose(capture, logon));
    g_ptr_array_free(qntc_warnings(capture, logon), TRUE);
    for (guint i = 0; logon->session.events != NULL && i < logon->session.events->len; i++)
        g_ptr_array_unref(
            qntc_diagnose_event(capture, logon, g_ptr_array_index(logon->session.events, i)));
}

static void look_at_all(struct wire *wire)
{
    for (unsigned i = 0; i < qntc_capture_logon_count(wire->capture); i++)
        look_at(wire->capture, qntc_capture_logon(wire->capture, i));
}

/* A fault in printing shows as a fault in memory; what is printed is not looked at. */
static void report(const struct qntc_capture *capture)
{
    static FILE *nowhere;
    if (nowhere == NULL && (nowhere = fopen("/dev/null", "w")) == NULL)
        abort();
    struct qntc_report_view view = {.capture = capture, .findings = qntc_capture_findings(capture)};
    qntc_report_full(&view, nowhere);
    qntc_report_json(&view, nowhere);
}

/* ------------------------------------------------------------------------------ one capture */

/* What the user has typed before the file is read. */
static void prefer(struct qntc_capture *capture, struct input *in)
{
    static const struct qntc_candidate candidates[] = {
        {"", "", "MixedCase.Pw1"}, {"ANNE", "CORP", "\xC3\x96"}, {"anne", "", ""}};
    qntc_capture_set_candidates(capture, candidates, byte(in) % (G_N_ELEMENTS(candidates) + 1));
    if (coin(in))
        qntc_capture_set_ibm_i_hosts(capture,
                                     qntc_ibm_i_hosts_new("10.0.0.1, fd00::/8=server", NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const steps[])(struct wire *) = {
        send_message, send_message,    send_message,     ask_kdc,      lose_kdc,
        pass_through, touch_transport, touch_connection, resolve_oxid,
    };
    struct input in = {data, size};
    struct wire wire = {.in = &in, .capture = qntc_capture_new(), .now = G_USEC_PER_SEC};
    wire.frame = 1;
    prefer(wire.capture, &in);
    while (in.left > 0) {
        tick(&wire);
        steps[byte(&in) % G_N_ELEMENTS(steps)](&wire);
        if (byte(&in) > 0xF8)
            qntc_capture_end(wire.capture);
    }
    look_at_all(&wire);
    qntc_capture_end(wire.capture);
    report(wire.capture);
    qntc_capture_free(wire.capture);
    return 0;
}
