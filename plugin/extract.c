/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the values of one SMB message from the tree that Wireshark's dissectors made of it. A value
 * belongs to the message in whose smb or smb2 node it stands: never to an index in an array of
 * fields, never to a range of bytes (ranges are wrong in trees that are not shown). A table says
 * for each field where its value goes. The first value wins where a message repeats a field.
 */
#include "extract.h"
#include "compat.h"

#include <stddef.h>
#include <string.h>

#define MAX_DEPTH 200   /* Wireshark's own trees stay far below */
#define MAX_JOINED 1024 /* of a name: no more parts are added */

/* --------------------------------------------------------------------------- the message so far */

struct scope {
    struct qntc_message message;
    const proto_node
        *ntlmssp;     /* the first NTLMSSP message of it; the names of others do not mix in */
    GString *service; /* sname components of a ticket, joined; NULL: none yet */
    unsigned service_parts;
};

enum value_kind {
    VALUE_NUMBER, /* struct qntc_number */
    VALUE_STRING,
    VALUE_NTLM_STRING, /* the text "NULL" without a length below it is an empty one */
    VALUE_BYTES,
    VALUE_LENGTH, /* struct qntc_number: of the bytes */
    VALUE_TIME,
    VALUE_SET_NUMBER, /* by the row's function */
    VALUE_SET_STRING,
    VALUE_SET_BYTES,
    VALUE_SET_OID,
    VALUE_SET_SEEN, /* there is one: its value does not matter */
    VALUE_NOTHING,  /* wanted for the shape of the tree only */
};

struct field {
    const char *abbrev;
    enum value_kind kind;
    size_t offset; /* in struct qntc_message */
    void (*set)(struct scope *scope, const proto_node *node);
    bool everywhere; /* in messages other than NEGOTIATE and SESSION_SETUP, too */
};

/* ----------------------------------------------------------------------------- nodes and values */

static const field_info *info_of(const proto_node *node)
{
    return PNODE_FINFO(node);
}

/* How a value of that type is read; the types that this file has a use for. */
enum number_kind { NO_NUMBER, NUMBER_UNSIGNED, NUMBER_UNSIGNED_64, NUMBER_SIGNED };

static enum number_kind number_kind(enum ftenum type)
{
    switch (type) {
    case FT_UINT8:
    case FT_UINT16:
    case FT_UINT24:
    case FT_UINT32:
    case FT_FRAMENUM:
        return NUMBER_UNSIGNED;
    case FT_UINT64:
    case FT_BOOLEAN:
        return NUMBER_UNSIGNED_64;
    case FT_INT8:
    case FT_INT16:
    case FT_INT24:
    case FT_INT32:
        return NUMBER_SIGNED;
    default:
        return NO_NUMBER;
    }
}

static bool is_string(enum ftenum type)
{
    return type == FT_STRING || type == FT_STRINGZ || type == FT_UINT_STRING ||
           type == FT_STRINGZPAD || type == FT_STRINGZTRUNC;
}

static uint64_t integer_of(const proto_node *node)
{
    const field_info *info = info_of(node);
    fvalue_t *value = (fvalue_t *)QNTC_FVALUE(info);
    switch (number_kind(info->hfinfo->type)) {
    case NUMBER_UNSIGNED:
        return fvalue_get_uinteger(value);
    case NUMBER_UNSIGNED_64:
        return fvalue_get_uinteger64(value);
    case NUMBER_SIGNED:
        return (uint64_t)fvalue_get_sinteger(value);
    case NO_NUMBER:
        break;
    }
    return 0;
}

static const char *string_of(const proto_node *node)
{
    return fvalue_get_string((fvalue_t *)QNTC_FVALUE(info_of(node)));
}

static struct qntc_bytes bytes_of(const proto_node *node)
{
    fvalue_t *value = (fvalue_t *)QNTC_FVALUE(info_of(node));
    struct qntc_bytes bytes = {.length = QNTC_FVALUE_SIZE(value)};
    bytes.data = bytes.length > 0 ? (const uint8_t *)QNTC_FVALUE_BYTES(value) : NULL;
    return bytes;
}

static qntc_time time_of(const proto_node *node)
{
    const nstime_t *time = fvalue_get_time((fvalue_t *)QNTC_FVALUE(info_of(node)));
    /* Wireshark shows the FILETIMEs 0 and -1 ("no time", "infinity") with these seconds. */
    if (time->secs <= 0 || time->secs >= INT32_MAX)
        return QNTC_TIME_UNKNOWN;
    return (qntc_time)time->secs * G_USEC_PER_SEC + time->nsecs / 1000;
}

/* Not of this message: Wireshark knows it from another one. */
static bool is_generated(const proto_node *node)
{
    return FI_GET_FLAG(info_of(node), FI_GENERATED) != 0;
}

static bool has_child(const proto_node *node, const char *abbrev)
{
    for (const proto_node *child = node->first_child; child != NULL; child = child->next) {
        const field_info *info = info_of(child);
        if (info != NULL && strcmp(info->hfinfo->abbrev, abbrev) == 0)
            return true;
    }
    return false;
}

/* ------------------------------------------------------------------------- fields with a rule */

/* [MS-SMB2] 2.2.1.2, by command code. */
static const struct command {
    enum qntc_command command;
    const char *name;
} smb2_commands[] = {
    {QNTC_COMMAND_NEGOTIATE, "NEGOTIATE"},
    {QNTC_COMMAND_SESSION_SETUP, "SESSION_SETUP"},
    {QNTC_COMMAND_LOGOFF, "LOGOFF"},
    {QNTC_COMMAND_TREE_CONNECT, "TREE_CONNECT"},
    {QNTC_COMMAND_TREE_DISCONNECT, "TREE_DISCONNECT"},
    {QNTC_COMMAND_OTHER, "CREATE"},
    {QNTC_COMMAND_OTHER, "CLOSE"},
    {QNTC_COMMAND_OTHER, "FLUSH"},
    {QNTC_COMMAND_OTHER, "READ"},
    {QNTC_COMMAND_OTHER, "WRITE"},
    {QNTC_COMMAND_OTHER, "LOCK"},
    {QNTC_COMMAND_OTHER, "IOCTL"},
    {QNTC_COMMAND_OTHER, "CANCEL"},
    {QNTC_COMMAND_OTHER, "ECHO"},
    {QNTC_COMMAND_OTHER, "QUERY_DIRECTORY"},
    {QNTC_COMMAND_OTHER, "CHANGE_NOTIFY"},
    {QNTC_COMMAND_OTHER, "QUERY_INFO"},
    {QNTC_COMMAND_OTHER, "SET_INFO"},
    {QNTC_COMMAND_OTHER, "OPLOCK_BREAK"},
};

/* [MS-CIFS] 2.2.2.1: those that a session begins with; the others are "SMB1 request". */
static const struct {
    uint64_t code;
    struct command command;
} smb1_commands[] = {
    {0x72, {QNTC_COMMAND_NEGOTIATE, "NEGOTIATE"}},
    {0x73, {QNTC_COMMAND_SESSION_SETUP, "SESSION_SETUP"}},
    {0x74, {QNTC_COMMAND_LOGOFF, "LOGOFF"}},
    {0x75, {QNTC_COMMAND_TREE_CONNECT, "TREE_CONNECT"}},
    {0x70, {QNTC_COMMAND_TREE_CONNECT, "TREE_CONNECT"}},
    {0x71, {QNTC_COMMAND_TREE_DISCONNECT, "TREE_DISCONNECT"}},
    {0x25, {QNTC_COMMAND_OTHER, "TRANSACTION"}},
    {0x2d, {QNTC_COMMAND_OTHER, "OPEN"}},
    {0x32, {QNTC_COMMAND_OTHER, "TRANSACTION2"}},
    {0xa0, {QNTC_COMMAND_OTHER, "NT_TRANSACT"}},
    {0xa2, {QNTC_COMMAND_OTHER, "CREATE"}},
};

static void set_command(struct scope *scope, const struct command *command)
{
    scope->message.command = command->command;
    scope->message.command_name = command->name;
}

/* The header's command first, then those of the AndX chain under the same name. */
static void set_smb1_command(struct scope *scope, const proto_node *node)
{
    uint64_t code = integer_of(node);
    if (scope->message.command_name != NULL) {
        scope->message.chains_tree_connect |= code == 0x75;
        return;
    }
    scope->message.command_name = "SMB1 request";
    for (size_t i = 0; i < G_N_ELEMENTS(smb1_commands); i++) {
        if (smb1_commands[i].code == code)
            set_command(scope, &smb1_commands[i].command);
    }
}

static void set_smb2_command(struct scope *scope, const proto_node *node)
{
    uint64_t code = integer_of(node);
    if (code < G_N_ELEMENTS(smb2_commands) && scope->message.command_name == NULL)
        set_command(scope, &smb2_commands[code]);
}

static void set_encrypted(struct scope *scope, const proto_node *node)
{
    (void)node;
    scope->message.encrypted = true;
}

static const char *name_of_value(const header_field_info *field, uint32_t value)
{
    if (field->strings == NULL || (field->display & BASE_RANGE_STRING))
        return NULL;
    if (field->display & BASE_EXT_STRING)
        return try_val_to_str_ext(value, (value_string_ext *)field->strings);
    return try_val_to_str(value, (const value_string *)field->strings);
}

static void set_nt_status(struct scope *scope, const proto_node *node)
{
    struct qntc_status *status = &scope->message.status;
    if (status->kind != QNTC_STATUS_NONE)
        return;
    status->kind = QNTC_STATUS_NT;
    status->code = (uint32_t)integer_of(node);
    status->wire_name = name_of_value(info_of(node)->hfinfo, status->code);
}

static void set_dos_class(struct scope *scope, const proto_node *node)
{
    scope->message.status.dos_class = (uint8_t)integer_of(node);
}

static void set_dos_code(struct scope *scope, const proto_node *node)
{
    struct qntc_status *status = &scope->message.status;
    if (status->kind != QNTC_STATUS_NONE)
        return;
    status->kind = QNTC_STATUS_DOS;
    status->code = (uint32_t)integer_of(node);
}

/*
 * What the request names wins over what Wireshark knows of the tree in its header: in that of a
 * TREE_CONNECT clients leave what they used last, and 0xFFFF is of all trees.
 */
static void set_tree_path(struct scope *scope, const proto_node *node)
{
    if (scope->message.tree_path == NULL || !is_generated(node))
        scope->message.tree_path = string_of(node);
}

static void set_dialect_name(struct scope *scope, const proto_node *node)
{
    const char *name = string_of(node);
    bool smb2 = g_str_has_prefix(name, "SMB 2.");
    scope->message.offers_smb2 |= smb2;
    scope->message.offers_smb1 |= !smb2;
    scope->message.offers_nt_lm_012 |= strcmp(name, "NT LM 0.12") == 0;
}

static void set_dialect(struct scope *scope, const proto_node *node)
{
    struct qntc_message *message = &scope->message;
    if (message->dialect_count < QNTC_MAX_DIALECTS)
        message->dialects[message->dialect_count++] = (uint16_t)integer_of(node);
}

static void set_ciphers(struct scope *scope, const proto_node *node)
{
    scope->message.ciphers |= integer_of(node) != 0;
}

static void set_action(struct scope *scope, const proto_node *node)
{
    scope->message.has_setup_body = true;
    scope->message.session_flags = (struct qntc_number){true, integer_of(node)};
}

static void set_password_length(struct scope *scope, const proto_node *node)
{
    scope->message.password_fields = true;
    if (!scope->message.ansi_length.seen)
        scope->message.ansi_length = (struct qntc_number){true, integer_of(node)};
}

static void set_target_info(struct scope *scope, const proto_node *node)
{
    (void)node;
    scope->message.token.ntlm.target_info = true;
}

/* An empty response is shown with the eight bytes of its descriptor, and no length below. */
static struct qntc_bytes response_of(const proto_node *node)
{
    if (!has_child(node, "ntlmssp.blob.length"))
        return (struct qntc_bytes){NULL, 0};
    return bytes_of(node);
}

static void set_lm_response(struct scope *scope, const proto_node *node)
{
    struct qntc_ntlmssp *ntlm = &scope->message.token.ntlm;
    if (ntlm->lm_seen)
        return;
    ntlm->lm_seen = true;
    ntlm->lm_response = response_of(node);
}

static void set_nt_response(struct scope *scope, const proto_node *node)
{
    struct qntc_ntlmssp *ntlm = &scope->message.token.ntlm;
    if (ntlm->nt_seen)
        return;
    ntlm->nt_seen = true;
    ntlm->nt_response = response_of(node);
}

static void set_message_type(struct scope *scope, const proto_node *node)
{
    uint64_t type = integer_of(node);
    if (scope->message.token.ntlm.message_type == 0 && type <= 3)
        scope->message.token.ntlm.message_type = (unsigned)type;
}

/* Mechanisms by the encoded OID: what a version of Wireshark calls them does not matter. */
static const struct mechanism {
    uint8_t oid[10];
    size_t length;
    unsigned offers;
    enum qntc_mechanism mechanism;
} mechanisms[] = {
    /* 1.3.6.1.4.1.311.2.2.10 */
    {{0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x0a},
     10,
     QNTC_OFFERS_NTLMSSP,
     QNTC_MECHANISM_NTLMSSP},
    /* 1.2.840.48018.1.2.2, Microsoft's old slip, and 1.2.840.113554.1.2.2 */
    {{0x2a, 0x86, 0x48, 0x82, 0xf7, 0x12, 0x01, 0x02, 0x02},
     9,
     QNTC_OFFERS_KERBEROS,
     QNTC_MECHANISM_KERBEROS},
    {{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02},
     9,
     QNTC_OFFERS_KERBEROS,
     QNTC_MECHANISM_KERBEROS},
    /* 1.3.6.1.4.1.311.2.2.30 */
    {{0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x1e},
     10,
     QNTC_OFFERS_NEGOEX,
     QNTC_MECHANISM_NEGOEX},
};

static void set_mechanism(struct scope *scope, const proto_node *node)
{
    struct qntc_bytes oid = bytes_of(node);
    unsigned offers = QNTC_OFFERS_OTHER;
    enum qntc_mechanism mechanism = QNTC_MECHANISM_OTHER;
    for (size_t i = 0; i < G_N_ELEMENTS(mechanisms); i++) {
        if (oid.length == mechanisms[i].length &&
            memcmp(oid.data, mechanisms[i].oid, oid.length) == 0) {
            offers = mechanisms[i].offers;
            mechanism = mechanisms[i].mechanism;
        }
    }
    struct qntc_token *token = &scope->message.token;
    if (!token->mechanisms_seen)
        token->first_mechanism = mechanism;
    token->mechanisms_seen = true;
    token->mechanisms |= offers;
}

static void set_spnego_init(struct scope *scope, const proto_node *node)
{
    (void)node;
    scope->message.token.spnego_init = true;
}

static void set_mech_token(struct scope *scope, const proto_node *node)
{
    (void)node;
    scope->message.token.mech_token = true;
}

static void set_kerberos_type(struct scope *scope, const proto_node *node)
{
    uint64_t type = integer_of(node); /* [RFC4120] 7.5.7 */
    scope->message.token.kerberos_ap_req |= type == 14;
    scope->message.token.kerberos_ap_rep |= type == 15;
}

/* In an AP-REQ ([RFC4120] 5.5.1), the ticket's comes first, then that of the authenticator. */
static void set_etype(struct scope *scope, const proto_node *node)
{
    struct qntc_token *token = &scope->message.token;
    struct qntc_number etype = {true, integer_of(node)};
    if (!token->ticket_etype.seen)
        token->ticket_etype = etype;
    else if (token->kerberos_ap_req && !token->session_etype.seen)
        token->session_etype = etype;
}

/* The components of the ticket's service, "cifs" and the host, in the order of the tree. */
static void set_service(struct scope *scope, const proto_node *node)
{
    if (scope->service_parts++ >= 2)
        return;
    if (scope->service == NULL)
        scope->service = g_string_new(string_of(node));
    else
        g_string_append_printf(scope->service, "/%s", string_of(node));
    scope->message.token.kerberos_service = scope->service->str;
}

/* -------------------------------------------------------------------------------- the table */

#define AT(member) offsetof(struct qntc_message, member)
#define NTLM(member) offsetof(struct qntc_message, token.ntlm.member)
#define TOKEN(member) offsetof(struct qntc_message, token.member)

static const struct field fields[] = {
    {.abbrev = "smb", .kind = VALUE_NOTHING, .everywhere = true},
    {.abbrev = "smb.cmd", .kind = VALUE_SET_NUMBER, .set = set_smb1_command, .everywhere = true},
    {.abbrev = "smb.nt_status", .kind = VALUE_SET_NUMBER, .set = set_nt_status, .everywhere = true},
    {.abbrev = "smb.error_class",
     .kind = VALUE_SET_NUMBER,
     .set = set_dos_class,
     .everywhere = true},
    {.abbrev = "smb.error_code", .kind = VALUE_SET_NUMBER, .set = set_dos_code, .everywhere = true},
    {.abbrev = "smb.signature",
     .kind = VALUE_BYTES,
     .offset = AT(smb1_signature),
     .everywhere = true},
    {.abbrev = "smb.flags2", .kind = VALUE_NUMBER, .offset = AT(flags), .everywhere = true},
    {.abbrev = "smb.mid", .kind = VALUE_NUMBER, .offset = AT(message_id), .everywhere = true},
    {.abbrev = "smb.uid", .kind = VALUE_NUMBER, .offset = AT(session_id), .everywhere = true},
    {.abbrev = "smb.dialect.name", .kind = VALUE_SET_STRING, .set = set_dialect_name},
    {.abbrev = "smb.dialect.index", .kind = VALUE_NUMBER, .offset = AT(dialect_index)},
    {.abbrev = "smb.sm", .kind = VALUE_NUMBER, .offset = AT(security_mode)},
    {.abbrev = "smb.server_cap", .kind = VALUE_NUMBER, .offset = AT(capabilities)},
    {.abbrev = "smb.challenge", .kind = VALUE_BYTES, .offset = AT(smb1_challenge)},
    {.abbrev = "smb.primary_domain", .kind = VALUE_STRING, .offset = AT(primary_domain)},
    {.abbrev = "smb.server", .kind = VALUE_STRING, .offset = AT(server_name)},
    {.abbrev = "smb.account", .kind = VALUE_STRING, .offset = AT(account)},
    {.abbrev = "smb.ansi_pwlen", .kind = VALUE_SET_NUMBER, .set = set_password_length},
    {.abbrev = "smb.pwlen", .kind = VALUE_SET_NUMBER, .set = set_password_length},
    {.abbrev = "smb.unicode_pwlen", .kind = VALUE_NUMBER, .offset = AT(unicode_length)},
    {.abbrev = "smb.ansi_password", .kind = VALUE_BYTES, .offset = AT(ansi_password)},
    {.abbrev = "smb.password", .kind = VALUE_BYTES, .offset = AT(ansi_password)},
    {.abbrev = "smb.unicode_password", .kind = VALUE_BYTES, .offset = AT(unicode_password)},
    {.abbrev = "smb.native_os", .kind = VALUE_STRING, .offset = AT(native_os)},
    {.abbrev = "smb.native_lanman", .kind = VALUE_STRING, .offset = AT(native_lanman)},
    {.abbrev = "smb.setup.action", .kind = VALUE_SET_NUMBER, .set = set_action},
    {.abbrev = "smb.security_blob", .kind = VALUE_LENGTH, .offset = TOKEN(length)},
    {.abbrev = "smb.path", .kind = VALUE_SET_STRING, .set = set_tree_path, .everywhere = true},
    {.abbrev = "smb.trans2.cmd",
     .kind = VALUE_NUMBER,
     .offset = AT(subcommand),
     .everywhere = true},
    {.abbrev = "smb.file", .kind = VALUE_STRING, .offset = AT(file_name), .everywhere = true},
    {.abbrev = "smb.response_to",
     .kind = VALUE_NUMBER,
     .offset = AT(request_frame),
     .everywhere = true},

    {.abbrev = "smb2", .kind = VALUE_NOTHING, .everywhere = true},
    {.abbrev = "smb2.cmd", .kind = VALUE_SET_NUMBER, .set = set_smb2_command, .everywhere = true},
    {.abbrev = "smb2.flags", .kind = VALUE_NUMBER, .offset = AT(flags), .everywhere = true},
    {.abbrev = "smb2.nt_status",
     .kind = VALUE_SET_NUMBER,
     .set = set_nt_status,
     .everywhere = true},
    {.abbrev = "smb2.msg_id", .kind = VALUE_NUMBER, .offset = AT(message_id), .everywhere = true},
    {.abbrev = "smb2.sesid", .kind = VALUE_NUMBER, .offset = AT(session_id), .everywhere = true},
    {.abbrev = "smb2.dialect", .kind = VALUE_SET_NUMBER, .set = set_dialect},
    {.abbrev = "smb2.sec_mode", .kind = VALUE_NUMBER, .offset = AT(security_mode)},
    {.abbrev = "smb2.capabilities", .kind = VALUE_NUMBER, .offset = AT(capabilities)},
    {.abbrev = "smb2.negotiate_context.cipher_id", .kind = VALUE_SET_NUMBER, .set = set_ciphers},
    {.abbrev = "smb2.ses_req_flags", .kind = VALUE_NUMBER, .offset = AT(setup_flags)},
    {.abbrev = "smb2.session_flags", .kind = VALUE_NUMBER, .offset = AT(session_flags)},
    {.abbrev = "smb2.security_blob", .kind = VALUE_LENGTH, .offset = TOKEN(length)},
    {.abbrev = "smb2.tree", .kind = VALUE_SET_STRING, .set = set_tree_path, .everywhere = true},
    {.abbrev = "smb2.share_flags",
     .kind = VALUE_NUMBER,
     .offset = AT(share_flags),
     .everywhere = true},
    {.abbrev = "smb2.ioctl.function",
     .kind = VALUE_NUMBER,
     .offset = AT(fsctl),
     .everywhere = true},
    {.abbrev = "smb2.response_to",
     .kind = VALUE_NUMBER,
     .offset = AT(request_frame),
     .everywhere = true},
    {.abbrev = "smb2.header.transform.enc_data",
     .kind = VALUE_SET_SEEN,
     .set = set_encrypted,
     .everywhere = true},

    {.abbrev = "ntlmssp", .kind = VALUE_NOTHING},
    {.abbrev = "ntlmssp.string.length", .kind = VALUE_NOTHING},
    {.abbrev = "ntlmssp.blob.length", .kind = VALUE_NOTHING},
    {.abbrev = "ntlmssp.messagetype", .kind = VALUE_SET_NUMBER, .set = set_message_type},
    {.abbrev = "ntlmssp.version.build_number", .kind = VALUE_NUMBER, .offset = NTLM(build)},
    {.abbrev = "ntlmssp.ntlmserverchallenge",
     .kind = VALUE_BYTES,
     .offset = NTLM(server_challenge)},
    {.abbrev = "ntlmssp.challenge.target_name",
     .kind = VALUE_NTLM_STRING,
     .offset = NTLM(target_name)},
    {.abbrev = "ntlmssp.challenge.target_info", .kind = VALUE_SET_SEEN, .set = set_target_info},
    {.abbrev = "ntlmssp.challenge.target_info.nb_computer_name",
     .kind = VALUE_STRING,
     .offset = NTLM(nb_computer)},
    {.abbrev = "ntlmssp.challenge.target_info.nb_domain_name",
     .kind = VALUE_STRING,
     .offset = NTLM(nb_domain)},
    {.abbrev = "ntlmssp.challenge.target_info.dns_computer_name",
     .kind = VALUE_STRING,
     .offset = NTLM(dns_computer)},
    {.abbrev = "ntlmssp.challenge.target_info.dns_domain_name",
     .kind = VALUE_STRING,
     .offset = NTLM(dns_domain)},
    {.abbrev = "ntlmssp.challenge.target_info.timestamp",
     .kind = VALUE_TIME,
     .offset = NTLM(challenge_time)},
    {.abbrev = "ntlmssp.auth.username", .kind = VALUE_NTLM_STRING, .offset = NTLM(user)},
    {.abbrev = "ntlmssp.auth.domain", .kind = VALUE_NTLM_STRING, .offset = NTLM(domain)},
    {.abbrev = "ntlmssp.auth.hostname", .kind = VALUE_NTLM_STRING, .offset = NTLM(workstation)},
    {.abbrev = "ntlmssp.auth.lmresponse", .kind = VALUE_SET_BYTES, .set = set_lm_response},
    {.abbrev = "ntlmssp.auth.ntresponse", .kind = VALUE_SET_BYTES, .set = set_nt_response},
    {.abbrev = "ntlmssp.authenticate.mic", .kind = VALUE_BYTES, .offset = NTLM(mic)},
    {.abbrev = "ntlmssp.ntlmv2_response.flags", .kind = VALUE_NUMBER, .offset = NTLM(av_flags)},
    {.abbrev = "ntlmssp.ntlmv2_response.target_name",
     .kind = VALUE_STRING,
     .offset = NTLM(target_spn)},
    {.abbrev = "ntlmssp.ntlmv2_response.time", .kind = VALUE_TIME, .offset = NTLM(client_time)},

    {.abbrev = "spnego.negTokenInit_element", .kind = VALUE_SET_SEEN, .set = set_spnego_init},
    {.abbrev = "spnego.MechType", .kind = VALUE_SET_OID, .set = set_mechanism},
    {.abbrev = "spnego.mechToken", .kind = VALUE_SET_SEEN, .set = set_mech_token},

    {.abbrev = "kerberos", .kind = VALUE_NOTHING},
    {.abbrev = "kerberos.msg_type", .kind = VALUE_SET_NUMBER, .set = set_kerberos_type},
    {.abbrev = "kerberos.error_code", .kind = VALUE_NUMBER, .offset = TOKEN(kerberos_error)},
    {.abbrev = "kerberos.realm", .kind = VALUE_STRING, .offset = TOKEN(kerberos_realm)},
    {.abbrev = "kerberos.SNameString", .kind = VALUE_SET_STRING, .set = set_service},
    {.abbrev = "kerberos.etype", .kind = VALUE_SET_NUMBER, .set = set_etype},
    {.abbrev = "kerberos.kvno", .kind = VALUE_NUMBER, .offset = TOKEN(ticket_kvno)},
};

/* ------------------------------------------------------------------------ tables beside SMB */

/*
 * These trees are small and rare: they are searched by name. A row counts only in its part of the
 * message, as Kerberos has one name for the etype of a ticket, of an authenticator and of others.
 */
enum side_kind {
    SIDE_NUMBER,      /* struct qntc_number */
    SIDE_LAST_NUMBER, /* the last one wins */
    SIDE_TEXT,        /* const char *: the value as Wireshark writes it; the last one wins */
    SIDE_STRING,      /* const char * */
    SIDE_JOINED,      /* const char *: all of them, with "/" between */
    SIDE_BYTES,       /* struct qntc_bytes */
    SIDE_FLAG,        /* bool: one that is set */
    SIDE_FLAG_IF,     /* bool: one with the number of the row */
    SIDE_FLAG_SEEN,   /* bool: there is one */
    SIDE_BINDING,     /* struct qntc_rpc_message: one more binding */
    SIDE_PART,        /* what is below it, is of the part that the number of the row names */
};

#define ANY_PART 0 /* of a row: its place does not matter */

struct side_field {
    const char *abbrev;
    enum side_kind kind;
    size_t offset;  /* in the struct that is filled */
    unsigned parts; /* bits */
    uint64_t number;
};

#define TRANSPORT(member) offsetof(struct qntc_transport_message, member)

/* Of addresses and ports, the last are those of the innermost header, which the error is about. */
static const struct side_field transport_fields[] = {
    {"icmp.code", SIDE_LAST_NUMBER, TRANSPORT(code), ANY_PART, 0},
    {"icmpv6.code", SIDE_LAST_NUMBER, TRANSPORT(code), ANY_PART, 0},
    {"ip.src", SIDE_TEXT, TRANSPORT(quoted_source), ANY_PART, 0},
    {"ip.dst", SIDE_TEXT, TRANSPORT(quoted_destination), ANY_PART, 0},
    {"ipv6.src", SIDE_TEXT, TRANSPORT(quoted_source), ANY_PART, 0},
    {"ipv6.dst", SIDE_TEXT, TRANSPORT(quoted_destination), ANY_PART, 0},
    {"tcp.srcport", SIDE_LAST_NUMBER, TRANSPORT(tcp_source_port), ANY_PART, 0},
    {"tcp.dstport", SIDE_LAST_NUMBER, TRANSPORT(tcp_destination_port), ANY_PART, 0},
    {"udp.srcport", SIDE_LAST_NUMBER, TRANSPORT(udp_source_port), ANY_PART, 0},
    {"udp.dstport", SIDE_LAST_NUMBER, TRANSPORT(udp_destination_port), ANY_PART, 0},
    {"nbss.error_code", SIDE_LAST_NUMBER, TRANSPORT(session_error), ANY_PART, 0},
    {"nbss.called_name", SIDE_TEXT, TRANSPORT(called_name), ANY_PART, 0},
};

#define KERBEROS(member) offsetof(struct qntc_kerberos_message, member)

/* [RFC4120] 5.4, 5.9; names inside pre-authentication data are those of other messages. */
enum {
    KERBEROS_TOP = 1 << 0,
    KERBEROS_PADATA = 1 << 1,
    KERBEROS_BODY = 1 << 2,
    KERBEROS_TICKET = 1 << 3,
    KERBEROS_ERROR_DATA = 1 << 4,
};

static const struct side_field kerberos_fields[] = {
    {"kerberos.PA_DATA_element", SIDE_PART, 0, KERBEROS_TOP, KERBEROS_PADATA},
    {"kerberos.req_body_element", SIDE_PART, 0, KERBEROS_TOP, KERBEROS_BODY},
    {"kerberos.ticket_element", SIDE_PART, 0, KERBEROS_TOP, KERBEROS_TICKET},
    {"kerberos.e_data", SIDE_PART, 0, KERBEROS_TOP, KERBEROS_ERROR_DATA},
    {"kerberos.msg_type", SIDE_NUMBER, KERBEROS(type), KERBEROS_TOP, 0},
    {"kerberos.cname_string", SIDE_NUMBER, KERBEROS(client_parts), KERBEROS_TOP | KERBEROS_BODY, 0},
    {"kerberos.CNameString", SIDE_JOINED, KERBEROS(client), KERBEROS_TOP | KERBEROS_BODY, 0},
    {"kerberos.crealm", SIDE_STRING, KERBEROS(realm), KERBEROS_TOP, 0},
    {"kerberos.realm", SIDE_STRING, KERBEROS(realm), KERBEROS_TOP | KERBEROS_BODY, 0},
    {"kerberos.sname_string", SIDE_NUMBER, KERBEROS(service_parts),
     KERBEROS_TOP | KERBEROS_BODY | KERBEROS_TICKET, 0},
    {"kerberos.SNameString", SIDE_JOINED, KERBEROS(service),
     KERBEROS_TOP | KERBEROS_BODY | KERBEROS_TICKET, 0},
    {"kerberos.error_code", SIDE_NUMBER, KERBEROS(error), KERBEROS_TOP, 0},
    {"kerberos.e_data", SIDE_BYTES, KERBEROS(error_data), KERBEROS_TOP, 0},
    {"kerberos.smb.nt_status", SIDE_NUMBER, KERBEROS(nt_status), KERBEROS_ERROR_DATA, 0},
    {"kerberos.etype", SIDE_NUMBER, KERBEROS(ticket_etype), KERBEROS_TICKET, 0},
    {"kerberos.kvno", SIDE_NUMBER, KERBEROS(ticket_kvno), KERBEROS_TICKET, 0},
    /* PA-FOR-USER and PA-S4U-X509-USER ([MS-SFU] 2.2.1, 2.2.2), S4U2proxy (2.2.3) */
    {"kerberos.padata_type", SIDE_FLAG_IF, KERBEROS(for_another), KERBEROS_PADATA, 129},
    {"kerberos.padata_type", SIDE_FLAG_IF, KERBEROS(for_another), KERBEROS_PADATA, 130},
    {"kerberos.KDCOptions.constrained.delegation", SIDE_FLAG, KERBEROS(for_another), KERBEROS_BODY,
     0},
    {"kerberos.KDCOptions.enc.tkt.in.skey", SIDE_FLAG, KERBEROS(for_another), KERBEROS_BODY, 0},
    /* a ticket for the server to act with: [RFC4120] 2.6, refused where it may not be had */
    {"kerberos.KDCOptions.forwarded", SIDE_FLAG, KERBEROS(for_another), KERBEROS_BODY, 0},
    {"kerberos", SIDE_PART, 0, KERBEROS_TOP, KERBEROS_TOP},
};

#define RPC(member) offsetof(struct qntc_rpc_message, member)

static const struct side_field rpc_fields[] = {
    {"dcerpc", SIDE_PART, 0, ANY_PART, 0},
    {"dcerpc.pkt_type", SIDE_NUMBER, RPC(packet_type), ANY_PART, 0},
    {"dcerpc.cn_call_id", SIDE_NUMBER, RPC(call_id), ANY_PART, 0},
    {"dcerpc.opnum", SIDE_NUMBER, RPC(opnum), ANY_PART, 0},
    {"dcerpc.cn_status", SIDE_NUMBER, RPC(fault), ANY_PART, 0},
    {"dcerpc.encrypted_stub_data", SIDE_FLAG_SEEN, RPC(sealed), ANY_PART, 0},
    {"dcerpc.auth_level", SIDE_NUMBER, RPC(auth_level), ANY_PART, 0},
    {"rpc_netlogon", SIDE_FLAG_SEEN, RPC(netlogon), ANY_PART, 0},
    /* The secure channel ([MS-RPCE] 2.2.1.1.7), where no bind names the interface */
    {"dcerpc.auth_type", SIDE_FLAG_IF, RPC(netlogon), ANY_PART, 0x44},
    {"netlogon.acct_name", SIDE_STRING, RPC(user), ANY_PART, 0},
    {"netlogon.domain", SIDE_STRING, RPC(domain), ANY_PART, 0},
    {"netlogon.wkst.name", SIDE_STRING, RPC(workstation), ANY_PART, 0},
    {"netlogon.rc", SIDE_NUMBER, RPC(status), ANY_PART, 0},
    {"oxid", SIDE_FLAG_SEEN, RPC(oxid), ANY_PART, 0},
    {"dcom.dualstringarray.network_addr", SIDE_BINDING, 0, ANY_PART, 0},
};

static const struct side_table {
    const struct side_field *fields;
    size_t count;
} side_tables[QNTC_READINGS] = {
    [QNTC_READ_TRANSPORT] = {transport_fields, G_N_ELEMENTS(transport_fields)},
    [QNTC_READ_KERBEROS] = {kerberos_fields, G_N_ELEMENTS(kerberos_fields)},
    [QNTC_READ_RPC] = {rpc_fields, G_N_ELEMENTS(rpc_fields)},
};

/* ------------------------------------------------------------------- names of this Wireshark */

static struct {
    GArray *wanted[QNTC_READINGS]; /* int: ids */
    GHashTable *rows;              /* id -> const struct field * */
    GPtrArray *missing;            /* const char *, NULL ends */
    int smb;
    int smb2;
    int ntlmssp;
} resolved;

/* The type that a row needs; a field that has changed to another is as good as missing. */
static bool has_type(const struct field *field, enum ftenum type)
{
    switch (field->kind) {
    case VALUE_NUMBER:
    case VALUE_SET_NUMBER:
        return number_kind(type) != NO_NUMBER;
    case VALUE_STRING:
    case VALUE_NTLM_STRING:
    case VALUE_SET_STRING:
        return is_string(type);
    case VALUE_BYTES:
    case VALUE_LENGTH:
    case VALUE_SET_BYTES:
        return type == FT_BYTES;
    case VALUE_SET_OID:
        return type == FT_OID;
    case VALUE_TIME:
        return type == FT_ABSOLUTE_TIME;
    case VALUE_SET_SEEN:
    case VALUE_NOTHING:
        break;
    }
    return true;
}

/* Several fields may share a name: all of them count. */
static const header_field_info *next_of_that_name(const header_field_info *info)
{
    return info->same_name_prev_id != -1
               ? proto_registrar_get_nth((unsigned)info->same_name_prev_id)
               : NULL;
}

static void resolve(const struct field *field)
{
    bool found = false;
    const header_field_info *info = proto_registrar_get_byname(field->abbrev);
    for (; info != NULL; info = next_of_that_name(info)) {
        if (!has_type(field, info->type))
            continue;
        g_array_append_val(resolved.wanted[QNTC_READ_SMB], info->id);
        if (field->everywhere)
            g_array_append_val(resolved.wanted[QNTC_READ_SMB_HEADER], info->id);
        g_hash_table_insert(resolved.rows, GINT_TO_POINTER(info->id), (gpointer)field);
        found = true;
    }
    if (!found)
        g_ptr_array_add(resolved.missing, (gpointer)field->abbrev);
}

/* Their types are looked at where a value is read. */
static void resolve_side(const struct side_field *field, GArray *wanted)
{
    const header_field_info *info = proto_registrar_get_byname(field->abbrev);
    if (info == NULL)
        g_ptr_array_add(resolved.missing, (gpointer)field->abbrev);
    for (; info != NULL; info = next_of_that_name(info))
        g_array_append_val(wanted, info->id);
}

void qntc_extract_fields_resolve(void)
{
    qntc_extract_fields_release();
    resolved.rows = g_hash_table_new(g_direct_hash, g_direct_equal);
    resolved.missing = g_ptr_array_new();
    for (size_t i = 0; i < QNTC_READINGS; i++) {
        resolved.wanted[i] = g_array_new(FALSE, FALSE, sizeof(int));
        for (size_t j = 0; j < side_tables[i].count; j++)
            resolve_side(&side_tables[i].fields[j], resolved.wanted[i]);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
        resolve(&fields[i]);
    g_ptr_array_add(resolved.missing, NULL);
    resolved.smb = proto_get_id_by_filter_name("smb");
    resolved.smb2 = proto_get_id_by_filter_name("smb2");
    resolved.ntlmssp = proto_get_id_by_filter_name("ntlmssp");
}

void qntc_extract_fields_release(void)
{
    if (resolved.rows == NULL)
        return;
    for (size_t i = 0; i < QNTC_READINGS; i++)
        g_array_free(g_steal_pointer(&resolved.wanted[i]), TRUE);
    g_hash_table_destroy(g_steal_pointer(&resolved.rows));
    g_ptr_array_free(g_steal_pointer(&resolved.missing), TRUE);
}

GArray *qntc_extract_fields_wanted(enum qntc_reading reading)
{
    return resolved.wanted[reading];
}

const char *const *qntc_extract_fields_missing(void)
{
    return resolved.missing != NULL ? (const char *const *)resolved.missing->pdata : NULL;
}

/* ------------------------------------------------------------------------------- the walk */

struct walk {
    qntc_message_sink sink;
    void *user;
};

static void store(struct scope *scope, const struct field *field, const proto_node *node)
{
    char *at = (char *)&scope->message + field->offset;
    switch (field->kind) {
    case VALUE_NUMBER:
        if (!((struct qntc_number *)at)->seen)
            *(struct qntc_number *)at = (struct qntc_number){true, integer_of(node)};
        break;
    case VALUE_LENGTH:
        if (!((struct qntc_number *)at)->seen)
            *(struct qntc_number *)at = (struct qntc_number){true, bytes_of(node).length};
        break;
    case VALUE_STRING:
        if (*(const char **)at == NULL)
            *(const char **)at = string_of(node);
        break;
    case VALUE_NTLM_STRING:
        if (*(const char **)at == NULL)
            *(const char **)at = has_child(node, "ntlmssp.string.length") ? string_of(node) : "";
        break;
    case VALUE_BYTES:
        if (((struct qntc_bytes *)at)->data == NULL)
            *(struct qntc_bytes *)at = bytes_of(node);
        break;
    case VALUE_TIME:
        if (*(qntc_time *)at == QNTC_TIME_UNKNOWN)
            *(qntc_time *)at = time_of(node);
        break;
    case VALUE_SET_NUMBER:
    case VALUE_SET_STRING:
    case VALUE_SET_BYTES:
    case VALUE_SET_OID:
    case VALUE_SET_SEEN:
        field->set(scope, node);
        break;
    case VALUE_NOTHING:
        break;
    }
}

static void walk_nodes(const struct walk *walk, struct scope *scope, const proto_node *node,
                       unsigned depth);

static void emit(const struct walk *walk, struct scope *scope)
{
    struct qntc_message *message = &scope->message;
    if (message->family == QNTC_SMB1 && message->command == QNTC_COMMAND_NEGOTIATE) {
        message->domain_name = message->primary_domain; /* one field for both commands */
        message->primary_domain = NULL;
    }
    walk->sink(message, walk->user);
}

static void walk_message(const struct walk *walk, const proto_node *node, enum qntc_family family,
                         unsigned depth)
{
    struct scope scope = {.message = {.family = family}};
    scope.message.token.ntlm.challenge_time = QNTC_TIME_UNKNOWN;
    scope.message.token.ntlm.client_time = QNTC_TIME_UNKNOWN;
    walk_nodes(walk, &scope, node->first_child, depth + 1);
    emit(walk, &scope);
    if (scope.service != NULL)
        g_string_free(scope.service, TRUE);
}

static void walk_node(const struct walk *walk, struct scope *scope, const proto_node *node,
                      unsigned depth)
{
    const field_info *info = info_of(node);
    int id = info != NULL ? info->hfinfo->id : -1;
    if (id == resolved.smb || id == resolved.smb2) {
        walk_message(walk, node, id == resolved.smb ? QNTC_SMB1 : QNTC_SMB2, depth);
        return;
    }
    if (scope != NULL && id == resolved.ntlmssp) {
        if (scope->ntlmssp != NULL)
            return;
        scope->ntlmssp = node;
    }
    if (scope != NULL && info != NULL) {
        const struct field *field = g_hash_table_lookup(resolved.rows, GINT_TO_POINTER(id));
        if (field != NULL)
            store(scope, field, node);
    }
    walk_nodes(walk, scope, node->first_child, depth + 1);
}

static void walk_nodes(const struct walk *walk, struct scope *scope, const proto_node *node,
                       unsigned depth)
{
    if (depth > MAX_DEPTH)
        return;
    for (; node != NULL; node = node->next)
        walk_node(walk, scope, node, depth);
}

qntc_tree_mark qntc_tree_end(proto_tree *tree)
{
    return tree != NULL ? tree->last_child : NULL;
}

void qntc_extract_messages(proto_tree *tree, qntc_tree_mark mark, qntc_message_sink sink,
                           void *user)
{
    if (tree == NULL)
        return;
    struct walk walk = {
        .sink = sink,
        .user = user,
    };
    const proto_node *last = mark;
    walk_nodes(&walk, NULL, last != NULL ? last->next : tree->first_child, 0);
}

/* ------------------------------------------------------------------------- the walk beside SMB */

/* What is filled while a tree is walked. */
struct side_target {
    const struct side_table *table;
    void *at;
    wmem_allocator_t *pool;
};

static void join(const char **text, const char *part, wmem_allocator_t *pool)
{
    if (*text == NULL || strlen(*text) < MAX_JOINED)
        *text = *text == NULL ? part : wmem_strdup_printf(pool, "%s/%s", *text, part);
}

static void add_binding(struct qntc_rpc_message *message, const char *binding)
{
    if (message->binding_count < QNTC_MAX_OXID_BINDINGS)
        message->bindings[message->binding_count++] = binding;
}

static void store_number(const struct side_field *field, const proto_node *node, char *at)
{
    uint64_t number = integer_of(node);
    if (field->kind == SIDE_FLAG)
        *(bool *)at |= number != 0;
    else if (field->kind == SIDE_FLAG_IF)
        *(bool *)at |= number == field->number;
    else if (field->kind == SIDE_LAST_NUMBER || !((struct qntc_number *)at)->seen)
        *(struct qntc_number *)at = (struct qntc_number){true, number};
}

static void store_side(const struct side_target *target, const struct side_field *field,
                       const proto_node *node)
{
    const field_info *info = info_of(node);
    char *at = (char *)target->at + field->offset;
    switch (field->kind) {
    case SIDE_NUMBER:
    case SIDE_LAST_NUMBER:
    case SIDE_FLAG:
    case SIDE_FLAG_IF:
        if (number_kind(info->hfinfo->type) != NO_NUMBER)
            store_number(field, node, at);
        break;
    case SIDE_TEXT:
        *(const char **)at =
            fvalue_to_string_repr(target->pool, QNTC_FVALUE(info), FTREPR_DISPLAY, BASE_NONE);
        break;
    case SIDE_STRING:
        if (is_string(info->hfinfo->type) && *(const char **)at == NULL)
            *(const char **)at = string_of(node);
        break;
    case SIDE_JOINED:
        if (is_string(info->hfinfo->type))
            join((const char **)at, string_of(node), target->pool);
        break;
    case SIDE_BYTES:
        if (info->hfinfo->type == FT_BYTES)
            *(struct qntc_bytes *)at = bytes_of(node);
        break;
    case SIDE_FLAG_SEEN:
        *(bool *)at = true;
        break;
    case SIDE_BINDING:
        if (is_string(info->hfinfo->type))
            add_binding(target->at, string_of(node));
        break;
    case SIDE_PART:
        break;
    }
}

/* Into the node: stores it, and tells the part that its children are of. */
static unsigned read_side_node(const struct side_target *target, const proto_node *node,
                               unsigned part)
{
    const field_info *info = info_of(node);
    unsigned below = part;
    for (size_t i = 0; info != NULL && i < target->table->count; i++) {
        const struct side_field *field = &target->table->fields[i];
        if ((field->parts != ANY_PART && !(field->parts & part)) ||
            strcmp(info->hfinfo->abbrev, field->abbrev) != 0)
            continue;
        if (field->kind == SIDE_PART)
            below = (unsigned)field->number;
        else
            store_side(target, field, node);
    }
    return below;
}

static void read_side_nodes(const struct side_target *target, const proto_node *node, unsigned part,
                            unsigned depth)
{
    for (; node != NULL && depth <= MAX_DEPTH; node = node->next) {
        unsigned below = read_side_node(target, node, part);
        read_side_nodes(target, node->first_child, below, depth + 1);
    }
}

static const proto_node *first_behind(proto_tree *tree, qntc_tree_mark mark)
{
    const proto_node *last = mark;
    if (tree == NULL)
        return NULL;
    return last != NULL ? last->next : tree->first_child;
}

/* --------------------------------------------------------------- ICMP, NetBIOS session service */

struct qntc_transport_message qntc_extract_transport(proto_tree *tree, qntc_tree_mark mark,
                                                     wmem_allocator_t *pool)
{
    struct qntc_transport_message message = {.called_name = NULL};
    struct side_target target = {&side_tables[QNTC_READ_TRANSPORT], &message, pool};
    read_side_nodes(&target, first_behind(tree, mark), ANY_PART, 0);
    return message;
}

/* -------------------------------------------------------------------------- Kerberos at the KDC */

/*
 * Wireshark counts the parts when it has them all: 0 says that the frame is cut off within the
 * name, and "cifs" of "cifs/host.example" would be another service.
 */
static const char *if_whole(const char *name, const struct qntc_number *parts)
{
    return parts->seen && parts->value > 0 ? name : NULL;
}

/* [RFC6113] 5.4.2, [RFC8062] 3: FAST hides the client of an answer behind this name. */
static void uncover(struct qntc_kerberos_message *message)
{
    if (message->client != NULL && strcmp(message->client, "WELLKNOWN/ANONYMOUS") == 0) {
        message->client = NULL;
        message->realm = NULL;
    }
}

void qntc_extract_kerberos(proto_tree *tree, qntc_tree_mark mark, wmem_allocator_t *pool,
                           qntc_kerberos_sink sink, void *user)
{
    const proto_node *node = first_behind(tree, mark);
    for (; node != NULL; node = node->next) {
        const field_info *info = info_of(node);
        if (info == NULL || strcmp(info->hfinfo->abbrev, "kerberos") != 0)
            continue;
        struct qntc_kerberos_message message = {.client = NULL};
        struct side_target target = {&side_tables[QNTC_READ_KERBEROS], &message, pool};
        read_side_nodes(&target, node->first_child, KERBEROS_TOP, 0);
        message.client = if_whole(message.client, &message.client_parts);
        message.service = if_whole(message.service, &message.service_parts);
        uncover(&message);
        sink(&message, user);
    }
}

/* ------------------------------------------------------------------------------------- DCE/RPC */

/* The node of the interface comes behind that of the PDU, at the same level. */
void qntc_extract_rpc(proto_tree *tree, qntc_tree_mark mark, wmem_allocator_t *pool,
                      qntc_rpc_sink sink, void *user)
{
    struct qntc_rpc_message message = {.user = NULL};
    struct side_target target = {&side_tables[QNTC_READ_RPC], &message, pool};
    const proto_node *node = first_behind(tree, mark);
    for (; node != NULL; node = node->next) {
        const field_info *info = info_of(node);
        if (info != NULL && strcmp(info->hfinfo->abbrev, "dcerpc") == 0) {
            sink(&message, user);
            message = (struct qntc_rpc_message){.user = NULL};
        }
        read_side_node(&target, node, ANY_PART);
        read_side_nodes(&target, node->first_child, ANY_PART, 0);
    }
    sink(&message, user);
}
