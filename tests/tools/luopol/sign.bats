#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0

load helper

# key NAME: a key and a certificate of its own
key() {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.pem" \
		-days 30 -subj "/CN=$1" 2>/dev/null
}

@test "what is signed verifies, and is the same policy" {
	key trusted
	key stranger
	golden sign luopol sign --key trusted.key --cert trusted.pem old.luo
	golden verify luopol verify --cert stranger.pem --cert trusted.pem old.luo.signed
	golden verify-stranger luopol verify --cert stranger.pem old.luo.signed
	golden verify-unsigned luopol verify --cert trusted.pem old.luo
	"$LUOPOL" diff --exit-code old.luo old.luo.signed
	"$LUOPOL" test old.luo.signed old.tests
	golden sign-twice luopol sign --key trusted.key --cert trusted.pem old.luo.signed
	golden sign-exists luopol sign --key trusted.key --cert trusted.pem old.luo
}

@test "a byte of the text or of the signature makes it bad" {
	key trusted
	"$LUOPOL" sign --key trusted.key --cert trusted.pem --out - old.luo >signed
	sed 's/session=db/session=dB/' signed >text
	run -1 "$LUOPOL" verify --cert trusted.pem text
	size=$(stat -c %s signed)
	for back in 45 100 300; do
		cp signed broken
		printf 'X' | dd of=broken bs=1 seek=$((size - back)) conv=notrunc status=none
		cmp -s signed broken || run -1 "$LUOPOL" verify --cert trusted.pem broken
	done
	head -c -20 signed >cut
	run -1 "$LUOPOL" verify --cert trusted.pem cut
}

@test "openssl makes and verifies the same" {
	key trusted
	openssl cms -sign -binary -noattr -nocerts -md sha256 -signer trusted.pem \
		-inkey trusted.key -in old.luo -outform DER -out old.p7s
	{
		cat old.luo old.p7s
		perl -e 'print pack("C8 N", 0, 0, 2, 0, 0, 0, 0, 0, -s $ARGV[0])' old.p7s
		echo "~Module signature appended~"
	} >by-openssl
	"$LUOPOL" verify --cert trusted.pem by-openssl
	# RSA signatures without attributes have no time in them
	"$LUOPOL" sign --key trusted.key --cert trusted.pem --out - old.luo | cmp - by-openssl
}

@test "a key of another certificate, and what is no policy, are not used" {
	key trusted
	key stranger
	golden sign-key luopol sign --key stranger.key --cert trusted.pem old.luo
	golden sign-typo luopol sign --key trusted.key --cert trusted.pem typo.luo
	golden sign-missing luopol sign --key none.key --cert trusted.pem old.luo
	[ ! -e old.luo.signed ]
	[ ! -e typo.luo.signed ]
}
