// SPDX-License-Identifier: GPL-2.0
/*
 * Make and verify signatures of policies as the kernel requires them: of the bytes of
 * the text, with SHA-256, without attributes or certificates.
 */

#include <limits.h>

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/message.h"
#include "host/signature.h"

void complain_openssl(const char *what)
{
	unsigned long error = ERR_peek_last_error();
	const char *reason = ERR_reason_error_string(error);

	complain("%s: %s", what, reason ?: "OpenSSL does not say why");
	ERR_clear_error();
}

X509 *read_certificate(const char *path)
{
	BIO *file = BIO_new_file(path, "r");
	X509 *certificate;
	bool opened = file;

	certificate = file ? PEM_read_bio_X509(file, NULL, NULL, NULL) : NULL;
	BIO_free(file);
	if (!certificate) {
		complain_openssl(path);
		if (opened)
			help("expected a certificate in PEM form");
	}
	return certificate;
}

EVP_PKEY *read_key(const char *path)
{
	BIO *file = BIO_new_file(path, "r");
	bool opened = file;
	EVP_PKEY *key;

	key = file ? PEM_read_bio_PrivateKey(file, NULL, NULL, NULL) : NULL;
	BIO_free(file);
	if (!key) {
		complain_openssl(path);
		if (opened)
			help("expected a private key in PEM form, and its pass phrase, if any");
	}
	return key;
}

/* Returns 0, or EXIT_TROUBLE after a message. The caller OPENSSL_free()s @der. */
int signature_make(const struct source *source, X509 *certificate,
		   EVP_PKEY *key, const char *key_path, u8 **der, size_t *size)
{
	const unsigned int flags = CMS_BINARY | CMS_DETACHED | CMS_NOATTR |
				   CMS_NOCERTS | CMS_NOSMIMECAP | CMS_PARTIAL;
	BIO *text = BIO_new_mem_buf(source->text, source->size);
	CMS_ContentInfo *cms = NULL;
	int length = -1;

	*der = NULL;
	if (text)
		cms = CMS_sign(NULL, NULL, NULL, NULL, flags);
	if (cms && CMS_add1_signer(cms, certificate, key, EVP_sha256(), flags) &&
	    CMS_final(cms, text, NULL, flags))
		length = i2d_CMS_ContentInfo(cms, der);
	if (length <= 0) {
		complain_openssl(key_path);
		help("use an RSA or ECDSA key, which the kernel can verify");
	}
	CMS_ContentInfo_free(cms);
	BIO_free(text);
	*size = length;
	return length <= 0 ? EXIT_TROUBLE : 0;
}

/*
 * Whether the signature is valid and made with the key of one of @certificates. As in
 * the kernel, the keys themselves are trusted and no chain is verified; certificates
 * inside the signature are ignored.
 */
bool signature_good(const struct source *source, X509 *const *certificates,
		    u32 count)
{
	const unsigned int flags = CMS_BINARY | CMS_DETACHED | CMS_NOINTERN |
				   CMS_NO_SIGNER_CERT_VERIFY;
	const unsigned char *der = source->signature;
	const unsigned char *end = der + source->signature_size;
	BIO *text = BIO_new_mem_buf(source->text, source->size);
	struct stack_st_X509 *trusted = sk_X509_new_null();
	CMS_ContentInfo *cms;
	bool good = false;
	u32 i;

	for (i = 0; trusted && i < count; i++)
		sk_X509_push(trusted, certificates[i]);
	cms = d2i_CMS_ContentInfo(NULL, &der, source->signature_size);
	if (cms && text && trusted && der == end)
		good = CMS_verify(cms, trusted, NULL, text, NULL, flags) == 1;
	CMS_ContentInfo_free(cms);
	sk_X509_free(trusted);
	BIO_free(text);
	return good;
}
