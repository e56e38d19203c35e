#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Sign a policy with a key that lies in the folder KEYS:
#   text | PKCS#7 in DER | 12 bytes about it | marker
#
# usage: KEYS=DIR sign.sh KEY [OPTION OF "openssl cms"]... <TEXT >SIGNED
# The key is KEYS/KEY.key, its certificate KEYS/KEY.pem. Without options the signature
# has no attributes, no certificates, and SHA-256 as its digest.

set -euo pipefail
: "${KEYS:?is the folder of the keys}"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

key=$1
shift
[ $# -gt 0 ] || set -- -noattr -nocerts -md sha256
cat >"$tmp/text"
openssl cms -sign -binary -nosmimecap -signer "$KEYS/$key.pem" -inkey "$KEYS/$key.key" \
	-in "$tmp/text" -outform DER -out "$tmp/signature" "$@"
cat "$tmp/text" "$tmp/signature"
# algo, hash, id_type (2: PKCS#7), signer_len, key_id_len, 3 x 0, length
perl -e 'print pack("C8 N", 0, 0, 2, 0, 0, 0, 0, 0, -s $ARGV[0])' "$tmp/signature"
echo "~Module signature appended~"
