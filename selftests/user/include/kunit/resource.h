/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KSSH_USER_KUNIT_RESOURCE_H
#define KSSH_USER_KUNIT_RESOURCE_H

#include <kunit/test.h>

#endif
