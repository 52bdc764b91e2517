/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DCE/RPC over TCP and in SMB pipes, as far as it explains a logon: the member server's question to
 * a domain controller (netlogon.h), and the addresses that machines give for themselves (oxid.h).
 */
#ifndef QNTC_OBSERVE_RPC_H
#define QNTC_OBSERVE_RPC_H

#include <epan/packet.h>

#include "extract.h"

/* Once, when the plugin is registered. */
void qntc_observe_rpc_register(void);

/*
 * Looks at the headers of the PDUs in `tvb`, on the first pass: notes what they say by themselves,
 * and whether one of them is to be read in a tree.
 */
bool qntc_observe_rpc_headers(packet_info *pinfo, tvbuff_t *tvb);

/* The PDUs that `tree` has behind `mark`. */
void qntc_observe_rpc(packet_info *pinfo, proto_tree *tree, qntc_tree_mark mark, bool truncated);

#endif
