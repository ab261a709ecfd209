/* SPDX-License-Identifier: Apache-2.0 */
/* Private keys by OpenSSL and libsodium; see sign.h. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "test/sign.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <sodium/crypto_sign_ed25519.h>

#include "wire/base64.h"

static const char rsa_2048[] =
    "-----BEGIN RSA PRIVATE KEY-----\n"
    "MIIEogIBAAKCAQEAk8sLIJcyTmcvOqYywi4EwDrkAmfRnxM39YiBoi7V5yOZOG0i\n"
    "FGqvyBSFH1WUNu4C8Hm4mzKBx++RNHe4t9CAQ0MfKw4zcI659X1EwlpdJfJ/SzOR\n"
    "WqV8VxJGo2vq42uqEsgQ82FkcQ+c5yd92GoJ+F6L1AzNgAnvUkm3SacTV/VKmQA1\n"
    "LbNzJRalY29E8Ndpe//PGj8qKceJWCLzXEVmtcSiq38xzhlAo6CIWSajQ4UIDRoE\n"
    "aFSP9ev3lnsh8pzp9XQtr7AAh/QxWD2c/HClq6152uzuqzfaB8MRYnZ2oSXXtJPr\n"
    "KP/1Xhp0G931lCZftSxWhKSf2Z/6HmoKQNkjBQIDAQABAoIBAAr5CX21NA81ooBK\n"
    "fBzGIWSrSqfyENJscRxp8uP5cbisQDE8Cwp0hFII0fxqVGuCntW/V8kwBgoz23ZH\n"
    "iD+fe5Ji3qLJ9mA+PIjBMPR0FJPfbfuFm95cyH9HdFaoScNySCmGUJndSoGJbPcN\n"
    "i86gSta1oFCRVcWSl0HnBrRxcuJ2Dxyy5nsZ8TXHjmK9W60F35hWLMBqxDUiDOgO\n"
    "YF1oeWfP75s+QgjBwwajYo6Lytlc7YgaOEdxujwryYL8zTogbsAUaBbkvKfYOieR\n"
    "uvFXf4xm9pXAYwjf5aRI2G1DwdToX3lTtvJGVmazF9sVpB42+dd8Khf+nvoJ6r3C\n"
    "jIgzX8ECgYEAxsQJ+9OJz82jysH0lm4HAE9eJlRJi48oW1gwQcOW1UjeUyuxr1Tx\n"
    "d9xHE6+KMy1sSw/sITIokO/rI7QZvD0TP3h3H2jIzc7YH/ljWbONn9/LvxDK11U7\n"
    "amgzTGE/KbBy9iNb7KyGVUFjQpkRyj9pPCvJLyE762hkvWWhkZFHVkECgYEAvlmS\n"
    "Q4GgTXqvY6vRZEtAp1n4KbjYRK5dQQN/ZbNq56R3ifSi5Fhctfz0CNmF2KHz6jia\n"
    "65ub0/3cOdioLSQiYXK1JtTO/mVAUWkrtOKBdVBs8YIzM5aZFt6Ngl1zED4sW1eE\n"
    "34LW5f4zV9sv3A0kJsLhJNQHOnA2BuclV/yxA8UCgYBskvN9Kt1RtNvuyqnnbizG\n"
    "35PnTg1qfYWm9/JMSiHfWdGQDwMdakIInjv5Jd9Q+1P3YLg0neiI23VPaHbSW25j\n"
    "MlOnxZ5CxeVK+fhqLGmFVkM+mFak73roMgkrhMdy51600zXIf6lVcsVcwK52EtNS\n"
    "OfzIkNfhTIIS7ywljv0vwQKBgBlS81mV0kzciJ77CeWM+XIKTzDFzcf9ZpyyqW1P\n"
    "XGarA9hPuqgkdVkk6RaQUfVLPpcnpry3vBiNCpKLl3xB9Wz/hMhAwbUopVDvbAgp\n"
    "pk2EQKo0xzkSzRU00KDKa/d6Pg5860mNL6fzlMMYfxqIiQm7HZb3ump06Usrz1UQ\n"
    "YkB9AoGATfbrfTnQHCA1F8F5RPVdDG8+eOkcgsER/W1DAM6F0/lAWHxx/QdaqB3G\n"
    "G+Zcdb/k2iEr3Jz//k6mjjt7snO6SPRH79Wp6XBKiSWJ/+GfOQ/8XDEMO1lDrTaz\n"
    "11eHoLOqHUhOuBA07fTkOssFzKmRiQG0DJhucYWyLv/oR3TwbiM=\n"
    "-----END RSA PRIVATE KEY-----\n";

static const char rsa_1024[] =
    "-----BEGIN RSA PRIVATE KEY-----\n"
    "MIICXQIBAAKBgQDL8FjUKsGxdahVOQTWzQPIaUzB0wOpelgDj/OVkazdjNA9QV+p\n"
    "mbpMfLBs9FNejIUKAFarMO50vhc071Sdx0SgbHdLlNaT1BQ+fcXdlv7guRpZsxmy\n"
    "L28HhWct7Kr3i4+hnuevENidh9rVxUQdIQsejR8InzdIqujDRru4DKG8zQIDAQAB\n"
    "AoGAQ+MmLrps793ywyvP6JEmiThETOEpfukzEzyAIXH00Wtmhn2UkqiR05RORnau\n"
    "qfKs9r9WGnaXalU89GoXCM6kkQpettuqGjAXqOhRlzvxHiK7QjuhSELzcAG9DqJc\n"
    "JIQiAE2YDksbt168earqWHPm75oE48lhDj0Gf15Zo0fJ2wECQQDqQFCZ21Jzlok4\n"
    "FwtpAreNhI4xaieuRaDzTvmRgnED3SrFzkWzvIqFbNRvW2IJoSVqO2NcK+Aj7wqC\n"
    "VO+PirBFAkEA3t+RP3/tbQx7WdZBE4IA8jXjpVE+ak5ybqTTk6OcNlLwtDOmuLWI\n"
    "U2ZNeekRGjzHFtIFyWsSjy5Vq8tOJsH26QJBAIBltEhA8RauQpRd/UEX3ihRqebn\n"
    "+swJGkmC1kStrOijR5iYkZgNFhhAKMjI3BnPHET4PGP/IKJRmf8KMy0IpckCQQCC\n"
    "g1VhZB67XzXU0/zj2ZuIOzqGEt+EDVBBrtAfgw31WfiO7jhRriyY+i2gmHVlcfX8\n"
    "TR0KaGND6ZRNuA6Z77gRAkB61UXNz2v+d2EGy1MM1s/WwuIIZznqaAI9lJR4w7m6\n"
    "nTqo8mwUKuBb40ifynlhOAkejK03w6lVAkna8P9wkToo\n"
    "-----END RSA PRIVATE KEY-----\n";

/* RFC 8463 A.1 */
static const char rsa_rfc8463[] =
    "-----BEGIN RSA PRIVATE KEY-----\n"
    "MIICXQIBAAKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQi\n"
    "Y/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqM\n"
    "KrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB\n"
    "AoGAH0cxOhFZDgzXWhDhnAJDw5s4roOXN4OhjiXa8W7Y3rhX3FJqmJSPuC8N9vQm\n"
    "6SVbaLAE4SG5mLMueHlh4KXffEpuLEiNp9Ss3O4YfLiQpbRqE7Tm5SxKjvvQoZZe\n"
    "zHorimOaChRL2it47iuWxzxSiRMv4c+j70GiWdxXnxe4UoECQQDzJB/0U58W7RZy\n"
    "6enGVj2kWF732CoWFZWzi1FicudrBFoy63QwcowpoCazKtvZGMNlPWnC7x/6o8Gc\n"
    "uSe0ga2xAkEA8C7PipPm1/1fTRQvj1o/dDmZp243044ZNyxjg+/OPN0oWCbXIGxy\n"
    "WvmZbXriOWoSALJTjExEgraHEgnXssuk7QJBALl5ICsYMu6hMxO73gnfNayNgPxd\n"
    "WFV6Z7ULnKyV7HSVYF0hgYOHjeYe9gaMtiJYoo0zGN+L3AAtNP9huqkWlzECQE1a\n"
    "licIeVlo1e+qJ6Mgqr0Q7Aa7falZ448ccbSFYEPD6oFxiOl9Y9se9iYHZKKfIcst\n"
    "o7DUw1/hz2Ck4N5JrgUCQQCyKveNvjzkkd8HjYs0SwM0fPjK16//5qDZ2UiDGnOe\n"
    "uEzxBDAr518Z8VFbR41in3W4Y3yCDgQlLlcETrS+zYcL\n"
    "-----END RSA PRIVATE KEY-----\n";

static const char ed25519_rfc8463[] =
    "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";

const char *
sign_file(enum sign_key key)
{
	switch (key) {
	case SIGN_RSA_2048:
		return rsa_2048;
	case SIGN_RSA_1024:
		return rsa_1024;
	case SIGN_RSA_RFC8463:
		return rsa_rfc8463;
	case SIGN_ED25519_RFC8463:
		return ed25519_rfc8463;
	}
	return "";
}

static RSA *
rsa_key(enum sign_key key)
{
	BIO *in = BIO_new_mem_buf(sign_file(key), -1);
	RSA *rsa = PEM_read_bio_RSAPrivateKey(in, NULL, NULL, NULL);

	BIO_free(in);
	return rsa;
}

static bool
ed25519_key(uint8_t public[32], uint8_t secret[64])
{
	uint8_t room[36];
	struct buf seed = BUF_ON(room);

	return base64_decode(&seed, assay_cstr(ed25519_rfc8463), false) &&
	    seed.len == 32 &&
	    crypto_sign_ed25519_seed_keypair(public, secret, room) == 0;
}

/* Appends what an OpenSSL encoder allocated. */
static bool
put_der(struct buf *out, unsigned char *der, int n)
{
	if (n > 0)
		buf_put(out, (struct span){ der, (size_t)n });
	OPENSSL_free(der);
	return n > 0 && !out->full;
}

bool
sign_public(struct buf *out, enum sign_key key)
{
	unsigned char *der = NULL;
	uint8_t public[32], secret[64];
	RSA *rsa;
	int n;

	if (key == SIGN_ED25519_RFC8463) {
		if (!ed25519_key(public, secret))
			return false;
		buf_put(out, (struct span){ public, sizeof(public) });
		return !out->full;
	}
	rsa = rsa_key(key);
	n = i2d_RSA_PUBKEY(rsa, &der);
	RSA_free(rsa);
	return put_der(out, der, n);
}

bool
sign_public_pkcs1(struct buf *out, enum sign_key key)
{
	unsigned char *der = NULL;
	RSA *rsa = rsa_key(key);
	int n = i2d_RSAPublicKey(rsa, &der);

	RSA_free(rsa);
	return put_der(out, der, n);
}

bool
sign_hash(struct buf *out, enum sign_key key, const uint8_t sha256[32])
{
	unsigned char sig[1024];
	uint8_t public[32], secret[64];
	unsigned n = 0;
	bool ok;
	RSA *rsa;

	if (key == SIGN_ED25519_RFC8463) {
		ok = ed25519_key(public, secret) &&
		    crypto_sign_ed25519_detached(sig, NULL, sha256, 32,
		    secret) == 0;
		n = 64;
	} else {
		rsa = rsa_key(key);
		ok = RSA_sign(NID_sha256, sha256, 32, sig, &n, rsa) == 1;
		RSA_free(rsa);
	}
	if (ok)
		buf_put(out, (struct span){ sig, n });
	return ok && !out->full;
}

bool
sign_block(struct buf *out, enum sign_key key, struct span block)
{
	unsigned char sig[1024];
	RSA *rsa = rsa_key(key);
	int n = RSA_private_encrypt((int)block.len, block.ptr, sig, rsa,
	    RSA_NO_PADDING);

	RSA_free(rsa);
	if (n > 0)
		buf_put(out, (struct span){ sig, (size_t)n });
	return n > 0 && !out->full;
}

bool
sign_p_tag(struct buf *out, enum sign_key key)
{
	uint8_t room[1100];
	struct buf p = BUF_ON(room);

	if (!sign_public(&p, key))
		return false;
	buf_str(out, "p=");
	base64_encode(out, buf_span(&p));
	return !out->full;
}
