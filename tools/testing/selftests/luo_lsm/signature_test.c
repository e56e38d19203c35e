// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: signed policies. They lie in SIGNED, made by signed-policies.sh.
 *
 * The tests run in this order, also in a kernel that requires signatures: the
 * first good policy is in force when the others try to get past it.
 */

#define _GNU_SOURCE
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "luo.h"

#define SIGNED		"signed/"
#define MARKER		"~Module signature appended~\n"
#define MARKER_SIZE	(sizeof(MARKER) - 1)
#define INFO_SIZE	12		/* in front of the marker */
#define RSA_SIZE	256		/* the signature proper, in front of that */
#define RAW_MAX		(1048576 + 65535 + INFO_SIZE + MARKER_SIZE)

struct raw {
	char bytes[RAW_MAX + 4096];
	size_t size;
};

/* "good" as it was signed, what is tried, and what is read back */
static struct raw good, tried, active;

static int get(const char *name, struct raw *raw)
{
	char path[256];
	ssize_t size;

	snprintf(path, sizeof(path), SIGNED "%s", name);
	size = read_file(beside(path), raw->bytes, sizeof(raw->bytes));
	raw->size = size < 0 ? 0 : size;
	return size <= 0 ? -ENOENT : 0;
}

static int load(const struct raw *raw)
{
	return write_file(LSM_POLICY, raw->bytes, raw->size);
}

static int load_file(const char *name)
{
	int err = get(name, &tried);

	return err ?: load(&tried);
}

static bool same(const struct raw *a, const struct raw *b)
{
	return a->size == b->size && !memcmp(a->bytes, b->bytes, a->size);
}

static void read_active(void)
{
	active.size = read_file(LSM_POLICY, active.bytes, sizeof(active.bytes));
}

static const char *last_error(void)
{
	static char text[512];

	text[0] = 0;
	read_file(LSM_LAST_ERROR, text, sizeof(text));
	return text;
}

static size_t text_size(void)
{
	const char *last = memmem(good.bytes, good.size, "\n0\x82", 3);

	return last ? last + 1 - good.bytes : 0;
}

TEST(first_good)
{
	bool required = on_cmdline("luo_lsm.require_signature=maybe");
	char plain[4096], sha256[128];
	ssize_t size;

	ASSERT_EQ(0, get("good", &good));
	EXPECT_EQ(required, lsm_status_number("require_signature"));

	ASSERT_EQ(0, load(&good));
	EXPECT_STREQ("", last_error());
	EXPECT_EQ(1, lsm_status_number("signed"));
	EXPECT_STREQ("loaded", lsm_status("source"));
	EXPECT_STREQ("signed", lsm_status("policy"));
	EXPECT_EQ(1000001, lsm_status_number("version"));

	/* The digest is the text's, and what is read is what was written */
	ASSERT_LT(0, read_file(beside(SIGNED "good.sha256"), sha256, sizeof(sha256)));
	sha256[64] = 0;
	EXPECT_STREQ(sha256, lsm_status("sha256"));
	read_active();
	EXPECT_TRUE(same(&good, &active));
	size = read_file(beside(SIGNED "good.text"), plain, sizeof(plain));
	EXPECT_EQ(size, text_size());
}

FIXTURE(tampered)
{
	char *sha256;
};

FIXTURE_SETUP(tampered)
{
	ASSERT_EQ(0, get("good", &good));
	tried = good;
	self->sha256 = lsm_status("sha256");
}

/* After every attempt the good policy is in force, unchanged. */
FIXTURE_TEARDOWN(tampered)
{
	read_active();
	EXPECT_TRUE(same(&good, &active));
	EXPECT_STREQ(self->sha256, lsm_status("sha256"));
	EXPECT_EQ(1000001, lsm_status_number("version"));
	EXPECT_EQ(1, lsm_status_number("signed"));
	free(self->sha256);
}

#define NOT_OF_TEXT	"the signature does not match the policy, or its key is revoked"
#define NOT_TRUSTED	"the key of the signature is not trusted by this kernel"
#define MALFORMED	"malformed signature: expected a detached one, PKCS#7 in DER"
#define CUT_SHORT	"1:1: the signature is cut short: expected 12 bytes"
#define UNKNOWN_HASH	"the algorithm of the signature is not in this kernel"

static const struct {
	const char *file;
	int err;
	const char *message;
} refused[] = {
	{ "wrong_key", -ENOKEY, NOT_TRUSTED },
	{ "wrong_key_with_certificate", -ENOKEY, NOT_TRUSTED },
	{ "wrong_key_of_trusted_name", -EKEYREJECTED, NOT_OF_TEXT },
	{ "other_text", -EKEYREJECTED, NOT_OF_TEXT },
	{ "other_text_with_attributes", -EKEYREJECTED, NOT_OF_TEXT },
	{ "other_hash", -ENOPKG, UNKNOWN_HASH },
	{ "enclosed", -EBADMSG, MALFORMED },
	{ "pem", -EBADMSG, MALFORMED },
	/* A valid signature does not make an invalid text a policy */
	{ "twice", -EINVAL, "" },
	{ "bad_policy", -EINVAL, "2:1: unknown verb 'grant': expected" },
	{ "too_large_text", -E2BIG, "text of 1048577 bytes: expected" },
	{ "older", -ESTALE, "version 1000000 is older than" },
	{ "same_version", -ESTALE, "version 1000001 is active with another" },
};

TEST_F(tampered, files)
{
	size_t i;

	for (i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		EXPECT_EQ(refused[i].err, load_file(refused[i].file))
			TH_LOG("%s", refused[i].file);
		EXPECT_NE(NULL, strstr(last_error(), refused[i].message))
			TH_LOG("%s: %s", refused[i].file, last_error());
	}
}

TEST_F(tampered, text)
{
	size_t i;

	for (i = 0; i < text_size(); i++) {
		tried.bytes[i] ^= 1 << i % 8;
		ASSERT_EQ(-EKEYREJECTED, load(&tried)) TH_LOG("byte %zu", i);
		tried.bytes[i] ^= 1 << i % 8;
	}
	EXPECT_STREQ("1:1: " NOT_OF_TEXT "\n", last_error());
}

/* Every changed bit of the signature value must be refused. */
TEST_F(tampered, signature)
{
	size_t end = good.size - MARKER_SIZE - INFO_SIZE, i;
	int err;

	for (i = end - RSA_SIZE; i < end; i++) {
		tried.bytes[i] ^= 1 << i % 8;
		err = load(&tried);
		ASSERT_TRUE(err == -EKEYREJECTED || err == -EBADMSG)
			TH_LOG("byte %zu: %d", i, err);
		tried.bytes[i] ^= 1 << i % 8;
	}
}

/*
 * What is around it says who signed and how: there is no third outcome besides a
 * documented refusal and the same text in force, and the good one is put back.
 */
TEST_F(tampered, message)
{
	size_t end = good.size - MARKER_SIZE - INFO_SIZE - RSA_SIZE, i;
	int err, refused = 0;

	for (i = text_size(); i < end; i++) {
		tried.bytes[i] ^= 1 << i % 8;
		err = load(&tried);
		ASSERT_TRUE(!err || err == -EKEYREJECTED || err == -EBADMSG ||
			    err == -ENOKEY || err == -ENOPKG)
			TH_LOG("byte %zu: %d", i, err);
		ASSERT_STREQ(self->sha256, lsm_status("sha256"));
		refused += !!err;
		tried.bytes[i] ^= 1 << i % 8;
	}
	EXPECT_LT((end - text_size()) / 2, refused);
	ASSERT_EQ(0, load(&good));
}

/* Cut off: no longer signed, and no policy either, but for the text itself. */
TEST_F(tampered, truncated)
{
	bool required = lsm_status_number("require_signature");
	size_t size;
	int err;

	for (size = 1; size < good.size; size++) {
		if (size == text_size())
			continue;
		tried.size = size;
		err = load(&tried);
		ASSERT_EQ(required ? -EKEYREJECTED : -EINVAL, err)
			TH_LOG("%zu bytes", size);
	}
	tried.size = text_size();
	if (required)
		EXPECT_EQ(-EKEYREJECTED, load(&tried));
	/* Otherwise it is an unsigned policy, which another test covers */
}

/* In pieces, by a program that does not look at errors. */
TEST_F(tampered, in_pieces)
{
	unsigned int state = 1;
	size_t at, size;
	int fd, i;

	for (i = 0; i < 500; i++) {
		fd = open(LSM_POLICY, O_WRONLY);
		ASSERT_LE(0, fd);
		for (at = 0; at < good.size; at += size) {
			size = 1 + rand_r(&state) % (good.size - 1);
			size = size < good.size - at ? size : good.size - at;
			if (!at && size == text_size())
				size--;
			EXPECT_EQ(-1, write(fd, good.bytes + at, size))
				TH_LOG("%zu bytes at %zu", size, at);
		}
		close(fd);
	}
}

/* Bytes removed in front of each offset, with the end unchanged. */
TEST_F(tampered, shortened)
{
	size_t gap, size;
	int err;

	for (gap = 1; gap < good.size - MARKER_SIZE; gap += 1 + gap / 16) {
		size = good.size - MARKER_SIZE - INFO_SIZE;
		if (gap > size)
			break;
		memcpy(tried.bytes, good.bytes, size - gap);
		memcpy(tried.bytes + size - gap, good.bytes + size,
		       INFO_SIZE + MARKER_SIZE);
		tried.size = good.size - gap;
		err = load(&tried);
		ASSERT_TRUE(err == -EKEYREJECTED || err == -EBADMSG)
			TH_LOG("without %zu bytes: %d", gap, err);
	}
}

static char *info(struct raw *raw)
{
	return raw->bytes + raw->size - MARKER_SIZE - INFO_SIZE;
}

TEST_F(tampered, length)
{
	uint32_t right, lengths[] = {
		0, 1, 2, 65535, 65536, 0x7fffffff, 0x80000000, 0xffffffd8,
		0xfffffff4, 0xffffffff, good.size, good.size - MARKER_SIZE,
		good.size - MARKER_SIZE - INFO_SIZE,
		good.size - MARKER_SIZE - INFO_SIZE - 1,
	};
	uint32_t length;
	size_t i;

	memcpy(&right, info(&good) + 8, sizeof(right));
	right = be32toh(right);
	ASSERT_EQ(good.size - MARKER_SIZE - INFO_SIZE - text_size(), right);
	for (i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		length = htobe32(lengths[i]);
		memcpy(info(&tried) + 8, &length, sizeof(length));
		ASSERT_EQ(-EBADMSG, load(&tried)) TH_LOG("%#x", lengths[i]);
	}
	/* As a little-endian machine has it, and one more, and one less */
	memcpy(info(&tried) + 8, &right, sizeof(right));
	EXPECT_EQ(-EBADMSG, load(&tried));
	length = htobe32(right + 1);
	memcpy(info(&tried) + 8, &length, sizeof(length));
	EXPECT_EQ(-EBADMSG, load(&tried));
	length = htobe32(right - 1);
	memcpy(info(&tried) + 8, &length, sizeof(length));
	EXPECT_EQ(-EBADMSG, load(&tried));
}

TEST_F(tampered, kind)
{
	int i, bit;

	for (i = 0; i < 8; i++) {
		for (bit = 0; bit < 8; bit++) {
			info(&tried)[i] ^= 1 << bit;
			ASSERT_EQ(-EBADMSG, load(&tried)) TH_LOG("byte %d", i);
			info(&tried)[i] ^= 1 << bit;
		}
	}
	EXPECT_STREQ("1:1: the signature is of an unknown kind: expected PKCS#7\n",
		     last_error());
}

TEST_F(tampered, only_the_end)
{
	size_t size;

	for (size = MARKER_SIZE; size < MARKER_SIZE + INFO_SIZE; size++) {
		EXPECT_EQ(-EBADMSG, write_file(LSM_POLICY, good.bytes +
					       good.size - size, size));
	}
	EXPECT_EQ(0, strncmp(last_error(), CUT_SHORT, strlen(CUT_SHORT)));
	EXPECT_EQ(-EBADMSG,
		  write_file(LSM_POLICY, good.bytes + good.size - size, size));
	/* The signature, and no text */
	EXPECT_EQ(-EBADMSG,
		  write_file(LSM_POLICY, good.bytes + text_size(),
			     good.size - text_size()));
	EXPECT_STREQ("1:1: the signature is longer than what precedes it\n",
		     last_error());
}

/* Larger than the maximum, with a valid end. */
TEST_F(tampered, too_large)
{
	size_t tail = good.size - text_size();

	memset(tried.bytes, '#', RAW_MAX + 1);
	tried.size = RAW_MAX + 1;
	memcpy(tried.bytes + tried.size - tail, good.bytes + text_size(), tail);
	EXPECT_EQ(-E2BIG, load(&tried));
	EXPECT_STREQ("1:1: too large for a policy, a signature included\n",
		     last_error());
	tried.size = sizeof(tried.bytes);
	EXPECT_EQ(-E2BIG, load(&tried));
}

/* What follows changes the policy: a fixture of its own comes after the other. */
FIXTURE(accepted)
{
};

FIXTURE_SETUP(accepted)
{
}

FIXTURE_TEARDOWN(accepted)
{
}

/* The same text, signed anew, as when a key is replaced */
TEST_F(accepted, signed_again)
{
	ASSERT_EQ(0, load_file("again"));
	read_active();
	EXPECT_TRUE(same(&tried, &active));
	EXPECT_EQ(1, lsm_status_number("signed"));
	EXPECT_EQ(1000001, lsm_status_number("version"));
}

/* More than lib/asn1_decoder.c would take enclosed */
TEST_F(accepted, largest)
{
	ASSERT_EQ(0, load_file("large")) TH_LOG("%s", last_error());
	read_active();
	EXPECT_TRUE(same(&tried, &active));
	EXPECT_EQ(1000002, lsm_status_number("version"));
}

TEST_F(accepted, with_certificate)
{
	ASSERT_EQ(0, load_file("with_certificate"));
	EXPECT_EQ(1000003, lsm_status_number("version"));
	EXPECT_EQ(1, lsm_status_number("signed"));
}

/* Text alone, last: then it is in force if no signature is required */
TEST_F(accepted, unsigned_text)
{
	bool required = lsm_status_number("require_signature");
	long long version = lsm_status_number("version");
	char text[256];

	read_active();
	tried = active;
	EXPECT_EQ(required ? -EKEYREJECTED : 0, lsm_load("allow create\n"));
	EXPECT_EQ(required ? version : version + 1,
		  lsm_status_number("version"));
	EXPECT_EQ(required, lsm_status_number("signed"));
	EXPECT_STREQ(required ?
		     "1:1: the policy is not signed: this kernel requires a signature\n" :
		     "", last_error());
	if (required) {
		read_active();
		EXPECT_TRUE(same(&tried, &active));
	}

	/* Neither a policy nor signed: it is refused before it is parsed */
	EXPECT_EQ(required ? -EKEYREJECTED : -EINVAL,
		  write_file(LSM_POLICY, "nonsense\n", 9));
	/* A marker in a comment counts as a malformed signature */
	snprintf(text, sizeof(text), "policy name=t version=%lld\n# " MARKER,
		 version + 2);
	EXPECT_EQ(-EBADMSG, write_file(LSM_POLICY, text, strlen(text)));
}

TEST_HARNESS_MAIN
