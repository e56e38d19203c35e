#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The role for Ansible, on a copy of this machine.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/machine.sh"

export DEBFULLNAME=Builder DEBEMAIL=builder@example.org
# Not where other tests build it anew at the same time
check "the package is built" env DEB_FOLDER="$tap_dir/deb" "$top/tools/deb"
printf 'policy name=t version=1\nallow create\nend\n' >"$tap_dir/policy.luo"
cp "$tap_dir"/deb/luo-lsm-tools_*.deb "$tap_dir/package.deb"
in_copy "$tap_dir/package.deb" "$tap_dir/policy.luo" "$top/policy/deploy" <<'S'
# This copy has no systemd that runs, and of securityfs what plain files can do; nor does it
# need lists of what could be downloaded, which take long to read.
cat >/usr/local/bin/systemctl <<'E'
#!/bin/sh
case $1 in
reload-or-restart) echo "$*" >>/tmp/systemctl && luopol load /etc/luo/policy.luo ;;
*) exec /usr/bin/systemctl "$@" ;;
esac
E
chmod 755 /usr/local/bin/systemctl
apt-get clean
find /var/lib/apt/lists -type f -delete
export ANSIBLE_PIPELINING=1 ANSIBLE_FORKS=1 ANSIBLE_HOME=/tmp/ansible
# plays HOST=POLICY... [-- OPTION...]: one run; hosts of any name are this copy
plays() {
	: >/tmp/hosts
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		echo "${1%%=*} ansible_connection=local ansible_python_interpreter=/usr/bin/python3 ${1#*=}" >>/tmp/hosts
		shift
	done
	[ $# = 0 ] || shift
	ansible-playbook -i /tmp/hosts /tmp/deploy/site.yml -e luo_package=/tmp/package.deb "$@" >/tmp/made 2>&1
	s=$?
	cat /tmp/made
	return $s
}
recap() { grep "^$1 .* $2 " /tmp/made; }
sed 's/allow create/allow crate/' /tmp/policy.luo >/tmp/mistake.luo
sed 's/version=1/version=2/' /tmp/policy.luo >/tmp/next.luo
{ grep -vx end /tmp/next.luo; printf "allow retrieve\nend\n"; } >/tmp/wider.luo
good=luo_policy=/tmp/policy.luo

t "no host without luo_lsm" not plays host=$good
t "it says so" grep "luo_lsm is not active in this host's kernel" /tmp/made
mkdir -p /sys/kernel/security/luo_lsm
: >/sys/kernel/security/luo_lsm/policy
echo 'lock: none' >/sys/kernel/security/luo_lsm/status
printf capability,luo_lsm,selinux >/sys/kernel/security/lsm
t "nothing was installed there" not dpkg -s luo-lsm-tools
t "not everything is as it should be" not plays first=$good mistake=luo_policy=/tmp/mistake.luo undecided=
t "one installs, and brings a policy" recap first failed=0
t "the policy is in place" cmp /tmp/policy.luo /etc/luo/policy.luo
t "only root reads it" [ "$(stat -c %a:%U /etc/luo/policy.luo)" = 600:root ]
t "the service is enabled" test -L /etc/systemd/system/sysinit.target.wants/luo-lsm.service
t "the policy is loaded" [ "$(cat /tmp/systemctl)" = "reload-or-restart luo-lsm.service" ]
t "a mistake goes nowhere" recap mistake failed=1
t "and is shown" grep "unknown operation" /tmp/made
t "whose policy? has to be said" recap undecided failed=1
t "once more" plays first=$good
t "changes nothing" recap first changed=0
t "a look ahead" plays first=luo_policy=/tmp/next.luo -- --check
t "sees the change" recap first "changed=[1-9]"
t "and makes none" cmp /tmp/policy.luo /etc/luo/policy.luo
t "loaded once in all" [ "$(wc -l </tmp/systemctl)" = 1 ]
t "what allows more has to be meant" not plays first=luo_policy=/tmp/wider.luo
t "the policy in force stays" cmp /tmp/policy.luo /sys/kernel/security/luo_lsm/policy
t "nor is it silently so once more" not plays first=luo_policy=/tmp/wider.luo
t "but told" grep "allows more than the policy in force" /tmp/made
t "luo_weaken means it" plays first=luo_policy=/tmp/wider.luo -- -e luo_weaken=true
t "and it is in force" cmp /tmp/wider.luo /sys/kernel/security/luo_lsm/policy
t "once it was meant all is well" plays first=luo_policy=/tmp/wider.luo
t "and nothing changes" recap first changed=0
mkdir /tmp/fragments
sed 's/uid=0/uid=@root/' /tmp/wider.luo >/tmp/fragments/10-all.luo
echo 50 >/etc/luo/policy.version
t "a policy of fragments" plays first=luo_fragments=/tmp/fragments
t "it has the next version, and says where it is from" grep "^policy .* version=51  # from 10-all.luo:" /etc/luo/policy.luo
t "it is in force, for root alone to read" cmp /etc/luo/policy.luo /sys/kernel/security/luo_lsm/policy
t "the same fragments once more" plays first=luo_fragments=/tmp/fragments
t "change nothing" recap first changed=0
printf 'allow finish session=extra exe=/usr/bin/extra\nend\n' >/tmp/fragments/20-extra.luo
t "one fragment more" plays first=luo_fragments=/tmp/fragments -- -e luo_weaken=true
t "is of the policy" grep "session=extra" /etc/luo/policy.luo
rm /tmp/fragments/20-extra.luo
t "one fragment less" plays first=luo_fragments=/tmp/fragments
t "is of it no longer" not grep "session=extra" /etc/luo/policy.luo
cp /etc/luo/policy.luo /tmp/first.luo
t "the service makes the same of them" sh -c '/usr/libexec/luo-lsm/build-policy && cmp /etc/luo/policy.luo /tmp/first.luo'
t "one file beside fragments, of which the service would make another" not plays first=$good
t "is refused" grep "fragments in /etc/luo/policy.d" /tmp/made
t "and changes nothing" cmp /etc/luo/policy.luo /tmp/first.luo
S

tap_done
