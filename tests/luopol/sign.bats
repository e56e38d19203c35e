#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0

load helper

# key NAME: a key and a certificate of its own
key() {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.pem" \
		-days 30 -subj "/CN=$1" 2>/dev/null
}

@test "a signed policy verifies, and is the same policy" {
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

@test "one changed byte of text or signature makes it bad" {
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

@test "openssl can make and verify the signature" {
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

@test "a key of another certificate and an invalid policy are refused" {
	key trusted
	key stranger
	golden sign-key luopol sign --key stranger.key --cert trusted.pem old.luo
	golden sign-typo luopol sign --key trusted.key --cert trusted.pem typo.luo
	golden sign-missing luopol sign --key none.key --cert trusted.pem old.luo
	golden sign-no-key luopol sign --key trusted.pem --cert trusted.pem old.luo
	golden sign-no-cert luopol sign --key trusted.key --cert trusted.key old.luo
	golden sign-usage luopol sign --cert trusted.pem old.luo
	golden verify-usage luopol verify old.luo
	openssl genpkey -algorithm ed25519 -out other.key
	openssl req -x509 -key other.key -out other.pem -subj /CN=other
	luopol sign --key other.key --cert other.pem old.luo >got
	grep -qx "  help: use an RSA or ECDSA key, which the kernel can verify" got
	grep -qx "\[exit 2\]" got
	[ ! -e old.luo.signed ]
	[ ! -e typo.luo.signed ]
}

@test "a write error leaves no incomplete file" {
	key trusted
	{ cat old.luo; printf '# %02000d\n' 0; } >large.luo
	# Files of this shell can have 1 KiB
	run -2 bash -c 'ulimit -f 1; trap "" XFSZ; exec "$@"' - "$LUOPOL" sign --key trusted.key --cert trusted.pem large.luo
	[ "$output" = "luopol: large.luo.signed: File too large" ]
	[ ! -e large.luo.signed ]
}

@test "standard input is signed to standard output" {
	key trusted
	"$LUOPOL" sign --key trusted.key --cert trusted.pem - <old.luo >signed
	"$LUOPOL" verify --cert trusted.pem - <signed
	[ "$(echo ./*.signed)" = './*.signed' ]
}

@test "an expired certificate is accepted, as by the kernel" {
	key trusted
	openssl req -new -key trusted.key -subj /CN=old -out old.csr
	: >index
	printf '[ca]\ndefault_ca=d\n[d]\ndatabase=index\nnew_certs_dir=.\nrand_serial=yes\ndefault_md=sha256\npolicy=p\n[p]\nCN=supplied\n' >ca.conf
	openssl ca -config ca.conf -selfsign -keyfile trusted.key -in old.csr -out expired.pem -batch -notext \
		-startdate 20200101000000Z -enddate 20200201000000Z 2>/dev/null
	run ! openssl x509 -in expired.pem -noout -checkend 0
	"$LUOPOL" sign --key trusted.key --cert expired.pem --out old.signed old.luo
	"$LUOPOL" verify --cert expired.pem old.signed
}
