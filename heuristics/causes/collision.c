/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The group "Address collision": two machines that both say that an address is theirs. It belongs
 * to no logon, so oxid.c makes the finding from what they answer; here are only its words.
 */
#include "cause.h"

const struct qntc_cause qntc_causes_collision[] = {
    {
        .id = "shared-address",
        .title = "Two machines name the same address as theirs",
        .explanation =
            "Asked for their addresses (DCOM, ServerAlive2), two machines name the same one. "
            "Windows may take it for the best way to its peer and connect to itself, or to a third "
            "machine: Kerberos then fails with KRB_AP_ERR_MODIFIED, WMI and DCOM with 0x80070721. "
            "The known case is 169.254.95.120, which the USB network of the IBM System x "
            "management module (IMM) gives to every server that it is in.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .advice_ibm_i = QNTC_LINES(
            "nothing has to be changed there; where a logon to one of the two machines fails by "
            "Kerberos, remove the shared address first"),
        .advice_server = QNTC_LINES(
            "disable the adapter with that address (\"IBM USB Remote NDIS Network Device\" for the "
            "IMM) on one of the machines or both, and watch it: an update of the IMM firmware, or "
            "ASU, enables it again",
            "or give it another address on one of them (the IMM's own end is 169.254.95.118), or "
            "let DHCP do so"),
        .source = "D04, D05; [MS-DCOM] 3.1.2.5.1.6",
        .example = "dcom_collision.pcap",
        .counter_example = "dcom_samehost_two_names.pcap",
    },
    {.id = NULL},
};
