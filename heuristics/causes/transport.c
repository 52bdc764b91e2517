/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The findings of the group "Transport and names": the client never came to SMB. They belong to no
 * logon, so transport.c makes them from the packets; here are only their words.
 */
#include "cause.h"

const struct qntc_cause qntc_causes_transport[] = {
    {
        .id = "port-closed",
        .title = "The port is closed: the server refused the connection",
        .explanation =
            "The SYN was answered with RST. No service listens on that port, or a firewall refuses "
            "in the server's place. A job on IBM i most likely sees errno 3425, ECONNREFUSED.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .advice_ibm_i = QNTC_LINES(
            "check the address that the server's name resolves to: it may be another host"),
        .advice_server = QNTC_LINES(
            "start the SMB service (LanmanServer, smbd; NetServer: STRTCPSVR SERVER(*NETSVR)) and "
            "let the firewall pass 445/tcp from this client; port 139 is needed by clients without "
            "445 only"),
        .source = "T01, T03; [RFC9293] 3.5.2",
        .example = "n_closed_445.pcap",
        .counter_example = "n_syn_no_answer.pcap",
    },
    {
        .id = "no-answer",
        .title = "The server did not answer the connection request",
        .explanation =
            "The SYN had no answer in the capture, neither from the server nor by ICMP. A firewall "
            "drops it, the host is down, or the address is not its own any more. A job on IBM i "
            "most likely sees errno 3447, ETIMEDOUT, after a long wait.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .advice_ibm_i =
            QNTC_LINES("PING the server, and check the address that its name resolves to",
                       "check the route to it (CFGTCP option 2) and IP packet rules on IBM i"),
        .advice_server = QNTC_LINES(
            "let every firewall on the way pass 445/tcp from this client and the answers back; "
            "trace on the server whether the SYN arrives"),
        .source = "T02; [RFC9293] 3.8.1",
        .example = "n_syn_no_answer.pcap",
        .counter_example = "n_closed_445.pcap",
    },
    {
        .id = "host-unreachable",
        .title = "The network says that the server cannot be reached",
        .explanation =
            "A router, a firewall or the host itself answered with ICMP that the connection cannot "
            "be made; the code in the evidence says why. A job on IBM i most likely sees errno "
            "3429, EHOSTUNREACH, or 3435, ENETUNREACH.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .advice_ibm_i = QNTC_LINES("check the route to the server (CFGTCP option 2; TRACEROUTE)",
                                   "check the address that the server's name resolves to"),
        .advice_server = QNTC_LINES(
            "look at the host that sent the ICMP: \"prohibited\" and \"port unreachable\" are "
            "rules of a firewall, the others a missing route or a host that is down"),
        .source = "T05; [RFC1812] 5.2.7.1; [RFC4443] 3.1",
        .example = "n_icmp_admin_prohibited.pcap",
        .counter_example = "n_syn_no_answer.pcap",
    },
    {
        .id = "netbios-name-refused",
        .title = "The server does not know the NetBIOS name it was called by",
        .explanation =
            "On port 139 the client must call the server by its NetBIOS name. The server refused "
            "the session over a name: mostly it was called by an IP address or an alias. SMB "
            "itself has not begun. IBM i most likely shows that the path was not found (CPFA0A9).",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .advice_ibm_i = QNTC_LINES(
            "use the server's own NetBIOS name in the /QNTC path, not its address or an alias"),
        .advice_server = QNTC_LINES(
            "open 445/tcp, which needs no NetBIOS name; else register the name that is used "
            "(netbios aliases, OptionalNames) or see with nbtstat -n which names there are"),
        .source = "T04; [RFC1002] 4.3.4",
        .example = "n_nbss_82.pcap",
        .counter_example = "n_nbss_83.pcap",
    },
    {
        .id = "netbios-refused",
        .title = "The server refused the NetBIOS session",
        .explanation =
            "On port 139 the server knows the name it was called by, or does not say otherwise, "
            "and still refused the session. SMB itself has not begun.",
        .ceiling = QNTC_CONFIDENCE_PROVEN,
        .basis = QNTC_BASIS_STATUS,
        .advice_ibm_i = QNTC_LINES(
            "try again later; end jobs that keep connections to the server open and do not need "
            "them"),
        .advice_server = QNTC_LINES(
            "see whether it is out of sessions or memory, and open 445/tcp, which needs no NetBIOS "
            "session"),
        .source = "T04; [RFC1002] 4.3.4",
        .example = "n_nbss_83.pcap",
        .counter_example = "n_nbss_82.pcap",
    },
    {.id = NULL},
};
