/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What ssh(1) thinks of a host key.
 *
 * ssh asks for the key's fate as soon as it has read it, before it looks at the
 * signature over the exchange.  So a server is a file of bytes: version, KEXINIT, and
 * a reply with the key, and no key exchange has to be computed.
 */
#ifndef TRUST_TESTS_SSH_H
#define TRUST_TESTS_SSH_H

#include "make.h"
#include "../ksshtrust.h"

/**
 * struct peer - an OpenSSH
 * @ssh: its client
 * @version: major * 100 + minor
 */
struct peer {
	char ssh[512];
	int version;
};

/**
 * struct ssh_question - what ssh is asked for
 * @name: host
 * @alias: HostKeyAlias, or NULL
 * @port: port
 * @blob: the key or certificate that the server shows
 * @is_cert: it is a certificate
 * @user_files: UserKnownHostsFile
 * @global_files: GlobalKnownHostsFile
 * @checking: StrictHostKeyChecking
 * @rsa_min_bits: RequiredRSASize, 0: 1024
 * @server: a file to be written
 */
struct ssh_question {
	const char *name, *alias;
	unsigned int port;
	const struct bytes *blob;
	bool is_cert;
	const char *user_files, *global_files;
	enum kssh_trust_checking checking;
	unsigned int rsa_min_bits;
	const char *server;
};

/**
 * struct said - what came of a case
 * @verdict: the verdict
 * @is_new: let in because it was new
 * @may_go_on: let in nevertheless
 * @by_ca: a CA is what the verdict comes from
 * @fell_back: a certificate counted for nothing
 * @place: "file:line" of OK and CHANGED, or ""
 */
struct said {
	enum kssh_trust_verdict verdict;
	bool is_new, may_go_on, by_ca, fell_back;
	char place[128];
};

/* Is there such a program? */
bool find_peer(struct peer *peer, const char *ssh);
/* OpenSSH 10, if selftests/guest/peer has brought it. */
bool find_openssh10(struct peer *peer);
/* False if it does not tell.  @text gets what it printed. */
bool ask_ssh(const struct peer *peer, const struct ssh_question *q, struct said *said,
	     char *text, size_t room);

#endif /* TRUST_TESTS_SSH_H */
