/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints the vocabulary for scripts: a line for each cause and warning with its id, its example
 * and its counter-example, separated by tabs.
 */
#include <stdio.h>

#include "diagnosis.h"
#include "warning.h"

int main(void)
{
    const struct qntc_cause *cause;
    for (unsigned i = 0; (cause = qntc_cause_at(i)) != NULL; i++)
        printf("%s\t%s\t%s\n", cause->id, cause->example, cause->counter_example);
    const struct qntc_warning *row;
    for (unsigned i = 0; (row = qntc_warning_at(i)) != NULL; i++)
        printf("%s\t%s\t%s\n", row->id, row->example, row->counter_example);
    return 0;
}
