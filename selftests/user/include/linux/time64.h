/* SPDX-License-Identifier: GPL-2.0 */
/* Units of time. */
#ifndef USER_LINUX_TIME64_H
#define USER_LINUX_TIME64_H

#define NSEC_PER_SEC	1000000000L
#define NSEC_PER_MSEC	1000000L

#endif /* USER_LINUX_TIME64_H */
