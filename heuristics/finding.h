/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A finding belongs to no logon: trouble with the capture, a port that refused, a name that nobody
 * knows. There is one for each cause, client, server and port, with all its frames.
 */
#ifndef QNTC_FINDING_H
#define QNTC_FINDING_H

#include "cause.h"

#define QNTC_MAX_FINDING_FRAMES 1000 /* kept by number; the others are counted */
#define QNTC_MAX_FINDING_EVIDENCE 16 /* have a line of evidence */

struct qntc_finding {
    struct qntc_cause_finding *cause;
    const char *client_address;
    const char *server_address;
    uint16_t server_port;
    GArray *frames; /* uint32_t, ascending: the first QNTC_MAX_FINDING_FRAMES */
    uint32_t frame_count;
    uint32_t shown_on; /* the frame that made it known: earlier ones may join it later */
    bool got_over;     /* the client reached its aim in spite of it */
};

/* Where a finding was made; the texts are copied by the capture that keeps it. */
struct qntc_place {
    const char *client_address;
    const char *server_address;
    uint16_t server_port;
};

/*
 * Another frame of the finding, which is made with the first. `text` is the evidence of that frame
 * if it is among the first. A cause that is not in the vocabulary is a
 * programming error. The capture owns the finding.
 */
struct qntc_finding *qntc_note_finding(struct qntc_capture *capture, const char *id,
                                       enum qntc_confidence confidence,
                                       const struct qntc_place *place, uint32_t frame,
                                       const char *text);

/* The finding of that cause and place, or NULL. Owned by the capture. */
struct qntc_finding *qntc_find_finding(const struct qntc_capture *capture, const char *id,
                                       const struct qntc_place *place);

/* Another line of evidence, of a frame that need not be one of the finding's own. */
void qntc_finding_evidence(struct qntc_finding *finding, uint32_t frame, const char *text);

/* The findings of a capture: const struct qntc_finding *, in the order of their first frames. */
const GPtrArray *qntc_capture_findings(const struct qntc_capture *capture);

/* A finding of one client, and its first frame of those that were asked for. */
struct qntc_encounter {
    const struct qntc_finding *finding;
    uint32_t frame;
};

/*
 * What `client` met behind frame `after` and not behind frame `until`: writes at most `most`
 * findings, each once, by frame, and returns how many. The cost does not grow with the file.
 */
unsigned qntc_capture_encounters(const struct qntc_capture *capture, const char *client,
                                 uint32_t after, uint32_t until, struct qntc_encounter *encounters,
                                 unsigned most);

/* The findings that a frame belongs to: const struct qntc_finding *, or NULL. */
const GPtrArray *qntc_capture_findings_of_frame(const struct qntc_capture *capture, uint32_t frame);

#endif
