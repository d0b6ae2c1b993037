// SPDX-License-Identifier: GPL-2.0
/* Kernel, module and signatures: what files say. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "doctor.h"

#define OLDEST_MAJOR	6
#define OLDEST_MINOR	12

#define SECURE_BOOT	"/sys/firmware/efi/efivars/" \
	"SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

static const char *debian_arch(const char *machine)
{
	if (!strcmp(machine, "x86_64"))
		return "amd64";
	if (!strcmp(machine, "aarch64"))
		return "arm64";
	return machine;
}

void check_kernel(struct findings *d)
{
	unsigned int major, minor;
	struct utsname u;
	char os[2048];

	uname(&u);
	if (!release_parse(u.release, &major, &minor)) {
		tell(d, NOTE, "kernel", "%s: not a version that can be read",
		     u.release);
		return;
	}
	if (major > OLDEST_MAJOR ||
	    (major == OLDEST_MAJOR && minor >= OLDEST_MINOR)) {
		tell(d, FINE, "kernel", "%s", u.release);
		return;
	}
	tell(d, PROBLEM, "kernel", "%s is too old, kssh needs %u.%u or newer",
	     u.release, OLDEST_MAJOR, OLDEST_MINOR);
	slurp("/etc/os-release", os, sizeof(os));
	if (strstr(os, "VERSION_CODENAME=bookworm"))
		mend(d, "apt install linux-image-6.12-%s linux-headers-6.12-%s && "
		     "reboot", debian_arch(u.machine), debian_arch(u.machine));
	else
		mend(d, "boot a kernel that is %u.%u or newer", OLDEST_MAJOR,
		     OLDEST_MINOR);
}

/* ---- the module ---- */

/* Whole file, however long; NULL if it cannot be read.  Freed by the caller. */
static char *read_all(const char *path)
{
	struct stat st;
	char *text;

	if (stat(path, &st))
		return NULL;
	text = malloc(st.st_size + 1);
	if (text && slurp(path, text, st.st_size + 1) < 0) {
		free(text);
		text = NULL;
	}
	return text;
}

/* Is kssh installed for a kernel release, and where? */
static bool installed(const char *release, char *path, size_t room)
{
	char dep[512], rel[256], *text;
	bool found = false;

	snprintf(dep, sizeof(dep), "/lib/modules/%s/modules.dep", release);
	text = read_all(dep);
	if (text && modules_dep_find(text, "kssh", rel, sizeof(rel))) {
		if (*rel == '/')
			snprintf(path, room, "%s", rel);
		else
			snprintf(path, room, "/lib/modules/%s/%s", release, rel);
		found = true;
	}
	free(text);
	return found;
}

/* Kernels of this machine for which kssh is installed, but not the running one */
static void elsewhere(const char *running, char *out, size_t room)
{
	DIR *dir = opendir("/lib/modules");
	struct dirent *e;
	char path[1024];

	*out = 0;
	if (!dir)
		return;
	while ((e = readdir(dir)))
		if (*e->d_name != '.' && strcmp(e->d_name, running) &&
		    strlen(out) + strlen(e->d_name) + 3 < room &&
		    installed(e->d_name, path, sizeof(path))) {
			strcat(out, *out ? ", " : "");
			strcat(out, e->d_name);
		}
	closedir(dir);
}

static bool loaded(void)
{
	return !access("/sys/module/kssh", F_OK);
}

/* CAP_NET_ADMIN over the initial namespaces: then attaching loads the module */
static bool may_autoload(void)
{
	char status[4096], map[256], caps[32];
	unsigned int inside, outside;
	unsigned long count;

	slurp("/proc/self/status", status, sizeof(status));
	field(status, "CapEff", caps, sizeof(caps));
	slurp("/proc/self/uid_map", map, sizeof(map));
	return sscanf(map, "%u %u %lu", &inside, &outside, &count) == 3 &&
	       !inside && !outside && count == 4294967295UL &&
	       strtoull(caps, NULL, 16) & 1ull << 12;
}

static bool loaded_at_boot(void)
{
	static const char * const dirs[] = {
		"/etc/modules-load.d", "/run/modules-load.d",
		"/usr/lib/modules-load.d", "/usr/local/lib/modules-load.d",
	};
	char path[512], text[4096];
	struct dirent *e;
	bool yes = false;
	size_t i;
	DIR *dir;

	for (i = 0; i < sizeof(dirs) / sizeof(dirs[0]) && !yes; i++) {
		dir = opendir(dirs[i]);
		while (dir && !yes && (e = readdir(dir))) {
			snprintf(path, sizeof(path), "%s/%s", dirs[i], e->d_name);
			yes = slurp(path, text, sizeof(text)) > 0 &&
			      has_word(text, "kssh");
		}
		if (dir)
			closedir(dir);
	}
	return yes || (slurp("/etc/modules", text, sizeof(text)) > 0 &&
		       has_word(text, "kssh"));
}

static void module_absent(struct findings *d, const char *release)
{
	char others[256], build[128], headers[192];

	elsewhere(release, others, sizeof(others));
	if (*others)
		tell(d, PROBLEM, "module", "kssh is not installed for this kernel, "
		     "%s; it is for %s", release, others);
	else
		tell(d, PROBLEM, "module", "kssh is not installed for this kernel");
	snprintf(build, sizeof(build), "/lib/modules/%s/build", release);
	if (!access(build, F_OK))
		*headers = 0;
	else if (!access("/etc/debian_version", F_OK))
		snprintf(headers, sizeof(headers), "sudo apt install build-essential "
			 "linux-headers-%s; then ", release);
	else
		snprintf(headers, sizeof(headers), "install this kernel's headers; then ");
	mend(d, "%sin the source of kssh: make -C %s M=$PWD modules && sudo make -C %s "
	     "M=$PWD modules_install && sudo depmod && sudo modprobe kssh",
	     headers, build, build);
}

void check_module(struct findings *d, const struct trial *t)
{
	char path[1024], text[64];
	struct utsname u;

	uname(&u);
	if (loaded()) {
		tell(d, FINE, "module", "kssh is loaded");
		if (!loaded_at_boot()) {
			tell(d, NOTE, "boot", "nothing loads kssh when the machine "
			     "starts");
			mend(d, "echo kssh | sudo tee /etc/modules-load.d/kssh.conf");
		}
	} else if (!t->pair_error && !t->attach_error) {
		/* built in, or a /sys that hides it */
		tell(d, FINE, "module", "kssh is there");
	} else if (access("/proc/modules", F_OK)) {
		tell(d, PROBLEM, "module", "this kernel cannot load modules");
		mend(d, "boot a kernel of your distribution, 6.12 or newer");
	} else if (!installed(u.release, path, sizeof(path))) {
		module_absent(d, u.release);
	} else if (slurp("/proc/sys/kernel/modules_disabled", text,
			 sizeof(text)) > 0 && *text == '1') {
		tell(d, PROBLEM, "module", "kssh is installed, but loading is "
		     "switched off until the next boot (kernel.modules_disabled)");
		mend(d, "echo kssh | sudo tee /etc/modules-load.d/kssh.conf; "
		     "then reboot");
	} else {
		tell(d, PROBLEM, "module", "kssh is installed, but not loaded%s",
		     may_autoload() ? "" : "; only a process with CAP_NET_ADMIN "
		     "in the initial namespaces loads it by using it");
		mend(d, "sudo modprobe kssh; at each start: "
		     "echo kssh | sudo tee /etc/modules-load.d/kssh.conf");
	}
}

/* ---- signatures ---- */

/* What makes the kernel refuse a module without a signature, "" if nothing */
static void enforced_by(char *out, size_t room)
{
	char text[256], mode[32];

	*out = 0;
	if (slurp("/sys/module/module/parameters/sig_enforce", text,
		  sizeof(text)) > 0 && *text == 'Y') {
		snprintf(out, room, "module.sig_enforce");
		return;
	}
	if (slurp("/sys/kernel/security/lockdown", text, sizeof(text)) > 0) {
		chosen(text, mode, sizeof(mode));
		if (*mode && strcmp(mode, "none"))
			snprintf(out, room, "lockdown (%s)", mode);
	}
}

/* Does the installed module carry a signature?  It may be compressed: ask modinfo. */
static bool is_signed(void)
{
	FILE *p = popen("PATH=$PATH:/usr/sbin:/sbin modinfo -F sig_id kssh 2>/dev/null",
			"r");
	bool yes = p && fgetc(p) > ' ';

	if (p)
		pclose(p);
	return yes;
}

static bool secure_boot(void)
{
	char value[16];
	long n = slurp(SECURE_BOOT, value, sizeof(value));

	return n > 0 && secure_boot_on((uint8_t *)value, n);
}

void check_signature(struct findings *d, const struct trial *t)
{
	const char *boot = secure_boot() ? ", the machine booted under Secure Boot"
					 : "";
	char by[64], path[1024];
	struct utsname u;

	uname(&u);
	enforced_by(by, sizeof(by));
	if (loaded() || (!t->pair_error && !t->attach_error)) {
		tell(d, FINE, "signature", "the kernel took the module%s", boot);
		return;
	}
	if (access("/proc/modules", F_OK))
		return;
	if (!*by) {
		tell(d, FINE, "signature",
		     "this kernel takes modules without a signature%s", boot);
		return;
	}
	if (installed(u.release, path, sizeof(path)) && is_signed()) {
		tell(d, NOTE, "signature", "only modules with a valid signature are "
		     "taken, by %s%s; %s carries one, whether its key is known "
		     "loading it tells", by, boot, path);
		return;
	}
	tell(d, PROBLEM, "signature", "this kernel takes only modules with a "
	     "signature that it knows, by %s%s", by, boot);
	mend(d, "sign kssh.ko with a key of yours, then enroll that: scripts/sign-file "
	     "sha256 MOK.priv MOK.der kssh.ko && sudo mokutil --import MOK.der && "
	     "sudo reboot");
}
