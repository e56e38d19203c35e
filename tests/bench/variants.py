# SPDX-License-Identifier: GPL-2.0
"""The kernels and policies that are compared, each as it is run in a guest."""

import glob

from bench import OUT, PROGRAMS, TOP, guest, run

RULES = 1000

# Name: flavour, kernel arguments, what is to be done before the first access, and
# what programs are run by
VARIANTS = {
    "stock": ("stock", "", "", ""),
    "ours": ("release", "lsm=capability", "", ""),
    "luo_lsm": ("release", "lsm=luo_lsm",
                "/root/luo-bench load /root/policy /sys/kernel/security/luo_lsm/policy\n", ""),
    "SELinux": ("release", "lsm=selinux selinux=1 enforcing=1", "",
                "/root/selinux_test --as test_agent_t "),
}
TITLES = {"stock": "stock", "ours": "ours, no module", "luo_lsm": f"luo_lsm, {RULES} rules",
          "SELinux": "SELinux"}


def make_policies():
    text = run([f"{TOP}/build/tools/libluo-policy/bench", "mixed", str(RULES - 1), "text"])
    with open(f"{OUT}/update.luo", "w") as file:
        file.write(text.removesuffix("end\n") + "allow create,retrieve,finish,preserve,restore session=bench-*,vm-* exe=/root/luo-bench\nend\n")
    with open(f"{OUT}/selinux-config", "w") as file:
        file.write("SELINUX=enforcing\nSELINUXTYPE=luo\n")
    run(["secilc", "-o", f"{OUT}/selinux-policy", "-f", f"{OUT}/selinux-contexts",
         *sorted(glob.glob(f"{TOP}/policy/selinux/*.cil")), f"{TOP}/tests/kselftest/selinux_test.cil"])


def files_of(variant):
    """What the guest gets; with SELinux its first process loads the policy."""
    files = [f"{PROGRAMS}/luo-bench"]
    if variant == "luo_lsm":
        files.append(f"{OUT}/update.luo:/root/policy")
    elif variant == "SELinux":
        etc = "/etc/selinux"
        files += [f"{PROGRAMS}/selinux_test", f"{PROGRAMS}/selinux-load:/sbin/selinux-load",
                  f"{OUT}/selinux-config:{etc}/config",
                  f"{OUT}/selinux-policy:{etc}/luo/policy/policy.33",
                  f"{OUT}/selinux-contexts:{etc}/luo/contexts/files/file_contexts"]
    return files


def live_update(name, variant, sessions, files, before="", executions=0, options=()):
    """luo-bench before and after one, and what it prints, as words; @before is run first,
    and @options are of tests/vm/run."""
    flavour, arguments, prepare, by = VARIANTS[variant]
    script = f"""set -e
{before}
{prepare}case $STAGE in
1)
	{by}/root/luo-bench exec {executions} 0
	{by}/root/luo-bench hold {sessions} {files}
	export KEXEC_TICKS=/dev/ttyS1
	{by}/sbin/live-update
	;;
2)
	{by}/root/luo-bench back {sessions} {files}
	;;
esac
"""
    options = ["-k", flavour, *options]
    for file in files_of(variant):
        options += ["-f", file]
    return guest(name, script, *options, "-a", f"nokaslr {arguments}")
