#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A policy for a fleet, by Ansible: three hosts, one after the other, and what becomes of
# them when one fails. The hosts are root file systems, copies of this machine, with plain
# files in the place of the module's; for ssh there is what has a program run in them.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/machine.sh"

export DEBFULLNAME=Builder DEBEMAIL=builder@example.org
# Not where other tests build it anew at the same time
check "the package is built" env DEB_FOLDER="$tap_dir/deb" "$top/tools/deb"
mkdir "$tap_dir/control"
cd "$tap_dir/control" || exit 1
cp -r "$top/policy/deploy" .
cp "$tap_dir"/deb/luo-lsm-tools_*.deb package.deb
printf 'policy name=fleet version=1\nallow create session=vm-* exe=/usr/bin/true\nallow retrieve session=vm-* exe=/usr/bin/true\nend\n' >one.luo
sed 's/version=1/version=2/; /retrieve/d' one.luo >two.luo
sed 's/version=1/version=9/; s/^end/allow finish session=vm-* exe=\/usr\/bin\/true\nend/' one.luo >wider.luo
printf 'expect allow create session=vm-1 exe=/usr/bin/true cgroup=/a uid=0\n' >good.tests
printf 'expect deny create session=vm-1 exe=/usr/bin/true cgroup=/a uid=0\n' >bad.tests
for k in site stranger; do
	openssl req -x509 -newkey rsa:2048 -nodes -keyout $k.key -out $k.pem -subj /CN=$k 2>/dev/null
done
cat >ssh <<E
#!/bin/sh
for word; do host=\$command command=\$word; done
exec chroot "$tap_dir/hosts/\$host" /bin/sh -c "\$command"
E
cat >hosts <<E
[all]
alpha
beta
gamma
[all:vars]
ansible_ssh_executable=$tap_dir/control/ssh
ansible_ssh_transfer_method=piped
ansible_python_interpreter=/usr/bin/python3
ansible_become=false
luo_package=/root/package.deb
E
chmod 755 ssh

cat >inside <<'E'
set -u
t() {
	name=$1
	shift
	if "$@" >"$tap_dir/t" 2>&1; then
		echo "pass $name"
	else
		echo "fail $name"
		sed 's/^/# /' "$tap_dir/t"
		tail -n 40 "$tap_dir/made" 2>/dev/null | sed 's/^/# /'
	fi
}
not() { ! "$@"; }
hosts=$tap_dir/hosts
mkdir "$hosts"
for h in alpha beta gamma; do
	mkdir -p "$tap_dir/upper-$h" "$hosts/$h"
	mount -t tmpfs tmpfs "$tap_dir/upper-$h"
	mkdir "$tap_dir/upper-$h/files" "$tap_dir/upper-$h/work"
	mount -t overlay overlay -o "lowerdir=/,upperdir=$tap_dir/upper-$h/files,workdir=$tap_dir/upper-$h/work" "$hosts/$h"
	mount -t proc proc "$hosts/$h/proc"
	mount --rbind /dev "$hosts/$h/dev"
	mount -t tmpfs tmpfs "$hosts/$h/tmp"
	mount -t tmpfs tmpfs "$hosts/$h/run"
	module=$hosts/$h/sys/kernel/security/luo_lsm
	mkdir -p "$module" "$hosts/$h/root"
	: >"$module/policy"
	: >"$module/last_error"
	echo 1 >"$module/enforce"
	printf 'lock: none\nenforcing: 1\ndenials: 0\n' >"$module/status"
	printf capability,luo_lsm >"$hosts/$h/sys/kernel/security/lsm"
	cp package.deb "$hosts/$h/root"
	# No systemd runs there
	printf '#!/bin/sh\ncase $1 in reload-or-restart) exit 0 ;; esac\nexec /usr/bin/systemctl "$@"\n' >"$hosts/$h/usr/local/bin/systemctl"
	chmod 755 "$hosts/$h/usr/local/bin/systemctl"
	rm -rf "$hosts/$h"/var/lib/apt/lists/* "$hosts/$h/etc/luo"
done
export ANSIBLE_PIPELINING=1 ANSIBLE_HOME=$tap_dir/ansible ANSIBLE_FORKS=1
rollout() { # OPTION...
	s=0
	ansible-playbook -i hosts deploy/rollout.yml "$@" >"$tap_dir/made" 2>&1 || s=$?
	cat "$tap_dir/made"
	return $s
}
module() { echo "$hosts/$1/sys/kernel/security/luo_lsm"; }
# in_force POLICY HOST...: whether that is in force there, and what is loaded at boot
in_force() {
	want=$1
	shift
	for h; do
		cmp "$want" "$(module "$h")/policy" && cmp "$want" "$hosts/$h/etc/luo/policy.luo" || return
		[ "$(cat "$(module "$h")/enforce")" = 1 ] || return
	done
}
recap() { grep "^$1 .* $2 " "$tap_dir/made"; }

# --- all is well
t "the first policy goes to all" rollout -e luo_policy=$PWD/one.luo -e luo_tests=$PWD/good.tests
t "where it is in force" in_force one.luo alpha beta gamma
t "once more" rollout -e luo_policy=$PWD/one.luo -e luo_tests=$PWD/good.tests
t "changes nothing" recap gamma changed=0
t "a policy that allows less, for a while without effect" rollout -e luo_policy=$PWD/two.luo -e luo_permissive=2s -e luo_watch=1
t "is in force everywhere, and enforced" in_force two.luo alpha beta gamma
sleep 2

# --- what is refused before anything changes
t "tests that fail" not rollout -e luo_policy=$PWD/one.luo -e luo_tests=$PWD/bad.tests
t "are told" grep "not ok 1" "$tap_dir/made"
t "and stop the rollout at the first host" not grep "^beta " "$tap_dir/made"
t "what allows more" not rollout -e luo_policy=$PWD/wider.luo
t "is told" grep "allows more than the policy in force" "$tap_dir/made"
t "an older version" not rollout -e luo_policy=$PWD/one.luo
t "is told, too" grep "is not above that of the policy in force" "$tap_dir/made"
t "all that changed nothing" in_force two.luo alpha beta gamma
t "luo_weaken means it" rollout -e luo_policy=$PWD/wider.luo -e luo_weaken=true --limit alpha
t "on the hosts that are asked for" in_force wider.luo alpha
t "and on no other" in_force two.luo beta gamma
sed 's/version=9/version=10/' two.luo | sed 's/version=2/version=10/' >ten.luo
# A host whose kernel says that a live update would be called off
mv "$hosts/beta/usr/bin/luopol" "$hosts/beta/usr/bin/luopol.real"
cat >"$hosts/beta/usr/bin/luopol" <<'S'
#!/bin/sh
[ "$1" != preflight ] || { echo "refused: the session vm-7 would be lost"; exit 1; }
exec /usr/bin/luopol.real "$@"
S
chmod 755 "$hosts/beta/usr/bin/luopol"
t "a preflight that is refused" not rollout -e luo_policy=$PWD/ten.luo
t "is told" grep "vm-7 would be lost" "$tap_dir/made"
t "the host before has the policy" in_force ten.luo alpha
t "that one and those behind have not" in_force two.luo beta gamma
mv "$hosts/beta/usr/bin/luopol.real" "$hosts/beta/usr/bin/luopol"

# --- what leads back
sed 's/version=10/version=11/' ten.luo >eleven.luo
printf '#!/bin/sh\necho "luod is dead" >&2\nexit 3\n' >"$hosts/beta/usr/local/bin/health"
printf '#!/bin/sh\n' | tee "$hosts/alpha/usr/local/bin/health" >"$hosts/gamma/usr/local/bin/health"
chmod 755 "$hosts"/*/usr/local/bin/health
t "a host that is not well under the policy" not rollout -e luo_policy=$PWD/eleven.luo -e luo_health=/usr/local/bin/health
t "is told" grep "luod is dead" "$tap_dir/made"
t "and that it went back" grep "The former policy is in force again" "$tap_dir/made"
t "the host before keeps the new one" in_force eleven.luo alpha
t "that one has what it had, as a version that the kernel takes" sh -c "luopol() { '$hosts/beta/usr/bin/luopol' \"\$@\"; }
	grep -q 'version=12' '$(module beta)/policy' && luopol diff --exit-code two.luo '$(module beta)/policy'"
t "also at its next boot" cmp "$(module beta)/policy" "$hosts/beta/etc/luo/policy.luo"
t "and enforces it" [ "$(cat "$(module beta)/enforce")" = 1 ]
t "those behind are as they were" in_force two.luo gamma
# Denials while it has no effect
sed 's/version=11/version=20/' eleven.luo >twenty.luo
(
	until grep -q 0 "$(module beta)/enforce"; do sleep 0.1; done
	printf 'lock: none\nenforcing: 0\ndenials: 3\n' >"$(module beta)/status"
) &
waits=$!
t "a policy that would deny what runs" not rollout -e luo_policy=$PWD/twenty.luo -e luo_permissive=3s -e luo_watch=2
kill $waits 2>/dev/null
t "is told, with how much" grep "3 requests would have been denied" "$tap_dir/made"
t "the host before has it" in_force twenty.luo alpha
t "that one went back, and enforces" sh -c "grep -q 'version=21' '$(module beta)/policy' && grep -qx 1 '$(module beta)/enforce'"
t "those behind are as they were" in_force two.luo gamma
printf 'lock: none\nenforcing: 1\ndenials: 3\n' >"$(module beta)/status"

# --- fragments
mkdir fragments
sed 's/version=20/version=30/' twenty.luo >fragments/10-all.luo
for h in alpha beta gamma; do echo 40 >"$hosts/$h/etc/luo/policy.version"; done
t "fragments" rollout -e luo_fragments=$PWD/fragments -e luo_weaken=true
t "make the next version" grep "^policy .* version=41 " "$(module gamma)/policy"
cp "$(module beta)/policy" before.luo
printf 'deny create session=vm-0\nend\n' >fragments/20-less.luo
t "one more of them, where a host is not well" not rollout -e luo_fragments=$PWD/fragments -e luo_health=/usr/local/bin/health
t "the host before has it" grep "session=vm-0" "$hosts/alpha/etc/luo/policy.d/20-less.luo"
t "that one has its fragments as they were" [ "$(ls "$hosts/beta/etc/luo/policy.d")" = 10-all.luo ]
t "and their policy, as the next version" sh -c "sed s/version=41/version=43/ before.luo | cmp - '$(module beta)/policy'"
t "which the service makes of them, too" sh -c "chroot '$hosts/beta' /usr/libexec/luo-lsm/build-policy && cmp '$(module beta)/policy' '$hosts/beta/etc/luo/policy.luo'"
t "those behind are as they were" cmp before.luo "$(module gamma)/policy"
rm -r "$hosts"/*/etc/luo/policy.d "$hosts"/*/etc/luo/policy.version

# --- signed once, verified on each host
luopol="$hosts/gamma/usr/bin/luopol"
sed 's/version=20/version=50/' twenty.luo >fifty.luo
sed 's/version=20/version=51/' twenty.luo >back.luo
for k in site stranger; do "$luopol" sign --key $k.key --cert $k.pem --out fifty.$k fifty.luo; done
"$luopol" sign --key site.key --cert site.pem --out back.site back.luo
t "a policy that a stranger signed" not rollout -e luo_policy=$PWD/fifty.stranger -e luo_certificate=$PWD/site.pem -e luo_weaken=true
t "nor one that nobody did" not rollout -e luo_policy=$PWD/fifty.luo -e luo_certificate=$PWD/site.pem -e luo_weaken=true
t "goes nowhere" cmp before.luo "$(module gamma)/policy"
t "a signed one, where a host is not well" not rollout -e luo_policy=$PWD/fifty.site -e luo_back=$PWD/back.site -e luo_certificate=$PWD/site.pem -e luo_weaken=true -e luo_health=/usr/local/bin/health
t "the host before has it, with its signature" in_force fifty.site alpha
t "that one goes back to the one that was signed for that" in_force back.site beta
rm "$hosts/beta/usr/local/bin/health"
cp "$hosts/alpha/usr/local/bin/health" "$hosts/beta/usr/local/bin/health"
sed 's/version=20/version=60/' twenty.luo >sixty.luo
"$luopol" sign --key site.key --cert site.pem --out sixty.site sixty.luo
t "when it is well again, all go on" rollout -e luo_policy=$PWD/sixty.site -e luo_certificate=$PWD/site.pem -e luo_weaken=true -e luo_health=/usr/local/bin/health
t "to one policy" in_force sixty.site alpha beta gamma
E

export tap_dir
unshare --mount --propagation private bash "$tap_dir/control/inside" >"$tap_dir/results" 2>"$tap_dir/inside.err"
ok $? "three hosts" "$tap_dir/inside.err"
results_of "$tap_dir/control/inside"
tap_done
