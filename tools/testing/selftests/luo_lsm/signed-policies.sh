#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Make the policies that signature_test, lock_test, boot_test and fault_test load: good
# ones, and those that must be refused.
#
# usage: KEYS=DIR signed-policies.sh DIR
# KEYS has three pairs of a key and its certificate, NAME.key and NAME.pem: the kernel
# was built with trusted.pem in CONFIG_SYSTEM_TRUSTED_KEYS; it does not know stranger.pem
# and impostor.pem, which has the subject of trusted.pem. The tests look for the result in
# the folder "signed" beside them.

set -euo pipefail
sign=$(realpath "$(dirname "$0")")/sign.sh
cd "$1"

policy() { printf 'policy name=signed version=%s\nallow create session=signed-*\nend\n' "$1"; }
# padded VERSION SIZE: a policy of that many bytes
padded() {
	policy "$1"
	head -c $(($2 - $(policy "$1" | wc -c) - 1)) /dev/zero | tr '\0' '#'
	echo
}
# graft TEXT SIGNED: the signature of one text behind another
graft() {
	cat "$1"
	tail -c "+$(($(policy 1000001 | wc -c) + 1))" "$2"
}

policy 1000001 >good.text
sha256sum <good.text >good.sha256
"$sign" trusted <good.text >good
"$sign" trusted -md sha256 -nocerts <good.text >again
padded 1000002 1048576 | "$sign" trusted >large
policy 1000003 | "$sign" trusted -md sha256 >with_certificate

policy 1000005 | "$sign" stranger >wrong_key
policy 1000005 | "$sign" stranger -md sha256 >wrong_key_with_certificate
policy 1000005 | "$sign" impostor >wrong_key_of_trusted_name
policy 1000005 | sed 's/create/retrieve/' >other
graft other good >other_text
graft other again >other_text_with_attributes
policy 1000005 | "$sign" trusted -noattr -nocerts -md sha3-256 >other_hash
policy 1000005 | "$sign" trusted -noattr -nocerts -md sha256 -nodetach >enclosed
policy 1000005 | "$sign" trusted -noattr -nocerts -md sha256 -outform PEM >pem
policy 1000005 | "$sign" trusted | "$sign" trusted >twice
padded 1000005 1048577 | "$sign" trusted >too_large_text
policy 1000000 | "$sign" trusted >older
{ policy 1000001; echo "# other"; } | "$sign" trusted >same_version
policy 1000005 | sed 's/^allow/grant/' | "$sign" trusted >bad_policy
# For after all of them
policy 1500000 | "$sign" trusted >newer
policy 2000000 | "$sign" trusted >newest
# Older than the policy that is compiled in, and of its version
policy 6 | "$sign" trusted >before_boot
policy 7 | "$sign" trusted >instead_of_boot
rm other
