/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The NTSTATUS that Windows and Samba put into the e-data of a KRB-ERROR ([MS-KILE] 2.2.1): the
 * exact reason where Kerberos has one code for many, such as KDC_ERR_CLIENT_REVOKED.
 */
#ifndef QNTC_ERROR_DATA_H
#define QNTC_ERROR_DATA_H

#include "observation.h"

/* From the bytes of e-data; not seen where they are something else, or end too early. */
struct qntc_number qntc_error_data_status(struct qntc_bytes error_data);

#endif
