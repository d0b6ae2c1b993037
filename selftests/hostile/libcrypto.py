# SPDX-License-Identifier: GPL-2.0
"""What the scripted server needs of libcrypto, bound directly.

A server starts in each guest and serves some thousand sessions there.  Under emulation
python3-cryptography alone, whose certificates nobody here needs, took some seconds to
import, and some 150 calls of Python's for each packet of ChaCha20; that was most of what
the tests spent.

The functions that are called are short, so none lets go of the interpreter's lock.  What
fails raises RuntimeError, which the server takes for a bug, except where it says so.
"""

import ctypes

_lib = ctypes.PyDLL("libcrypto.so.3")


def _function(name, result, *arguments):
    f = getattr(_lib, name)
    f.restype, f.argtypes = result, arguments

    def checked(*a):
        out = f(*a)
        if not out or out == -1:
            raise RuntimeError(name + " of libcrypto failed")
        return out
    return checked


def _void(name):
    f = getattr(_lib, name)
    f.restype, f.argtypes = None, (_ptr,)
    return f


_ptr, _int, _bytes, _size = ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t
_int_p = ctypes.POINTER(_int)
_size_p = ctypes.POINTER(_size)

_cipher_fetch = _function("EVP_CIPHER_fetch", _ptr, _ptr, _bytes, _bytes)
_cipher_new = _function("EVP_CIPHER_CTX_new", _ptr)
_cipher_init = _function("EVP_CipherInit_ex", _int, _ptr, _ptr, _ptr, _bytes, _bytes,
                         _int)
_cipher_update = _function("EVP_CipherUpdate", _int, _ptr, _ptr, _int_p, _bytes, _int)
_cipher_ctrl = _function("EVP_CIPHER_CTX_ctrl", _int, _ptr, _int, _int, _ptr)
# 0 of this one is no failure: the tag is wrong
_cipher_final = _lib.EVP_CipherFinal_ex
_cipher_final.restype, _cipher_final.argtypes = _int, (_ptr, _ptr, _int_p)
_cipher_free = _void("EVP_CIPHER_CTX_free")

_mac_fetch = _function("EVP_MAC_fetch", _ptr, _ptr, _bytes, _bytes)
_mac_new = _function("EVP_MAC_CTX_new", _ptr, _ptr)
_mac_init = _function("EVP_MAC_init", _int, _ptr, _bytes, _size, _ptr)
_mac_update = _function("EVP_MAC_update", _int, _ptr, _bytes, _size)
_mac_final = _function("EVP_MAC_final", _int, _ptr, _ptr, _size_p, _size)
_mac_free = _void("EVP_MAC_CTX_free")

_pkey_new = _function("EVP_PKEY_new", _ptr)
_pkey_keygen = _function("EVP_PKEY_Q_keygen", _ptr, _ptr, _bytes, _bytes, _ptr)
_pkey_raw_public = _function("EVP_PKEY_new_raw_public_key_ex", _ptr, _ptr, _bytes, _bytes,
                             _bytes, _size)
_pkey_same_group = _function("EVP_PKEY_copy_parameters", _int, _ptr, _ptr)
_pkey_set_public = _function("EVP_PKEY_set1_encoded_public_key", _int, _ptr, _bytes, _size)
_pkey_octets = _function("EVP_PKEY_get_octet_string_param", _int, _ptr, _bytes, _ptr, _size,
                         _size_p)
_pkey_number = _function("EVP_PKEY_get_bn_param", _int, _ptr, _bytes, ctypes.POINTER(_ptr))
_pkey_free = _void("EVP_PKEY_free")
_pkey_ctx = _function("EVP_PKEY_CTX_new", _ptr, _ptr, _ptr)
_pkey_ctx_free = _void("EVP_PKEY_CTX_free")
_derive_init = _function("EVP_PKEY_derive_init", _int, _ptr)
_derive_peer = _function("EVP_PKEY_derive_set_peer", _int, _ptr, _ptr)
_derive = _function("EVP_PKEY_derive", _int, _ptr, _ptr, _size_p)
_md_new = _function("EVP_MD_CTX_new", _ptr)
_md_free = _void("EVP_MD_CTX_free")
_sign_init = _function("EVP_DigestSignInit_ex", _int, _ptr, _ptr, _bytes, _ptr, _bytes,
                       _ptr, _ptr)
_sign = _function("EVP_DigestSign", _int, _ptr, _ptr, _size_p, _bytes, _size)
_bio = _function("BIO_new_file", _ptr, _bytes, _bytes)
_bio_free = _void("BIO_free")
_pem_read = _function("PEM_read_bio_PrivateKey", _ptr, _ptr, _ptr, _ptr, _ptr)

_bn_new = _function("BN_new", _ptr)
_bn_from = _function("BN_bin2bn", _ptr, _bytes, _int, _ptr)
_bn_to = _lib.BN_bn2binpad
_bn_to.restype, _bn_to.argtypes = _int, (_ptr, _ptr, _int)
_bn_bits = _lib.BN_num_bits
_bn_bits.restype, _bn_bits.argtypes = _int, (_ptr,)
_bn_free = _void("BN_free")
_bn_ctx = _function("BN_CTX_new", _ptr)
_bn_ctx_free = _void("BN_CTX_free")
_bn_mod_exp = _function("BN_mod_exp", _int, _ptr, _ptr, _ptr, _ptr, _ptr)
_ecdsa_read = _function("d2i_ECDSA_SIG", _ptr, _ptr, ctypes.POINTER(_bytes), ctypes.c_long)
_ecdsa_r = _function("ECDSA_SIG_get0_r", _ptr, _ptr)
_ecdsa_s = _function("ECDSA_SIG_get0_s", _ptr, _ptr)
_ecdsa_free = _void("ECDSA_SIG_free")

AEAD_GET_TAG, AEAD_SET_TAG = 0x10, 0x11
TAG_LEN = 16


class BadTag(Exception):
    """What came was not sealed under this key, nonce and header."""


class _Cipher:
    _fetched = {}

    def __init__(self, name, key, iv=None):
        if name not in self._fetched:
            self._fetched[name] = _cipher_fetch(None, name.encode(), None)
        self._ctx = _cipher_new()
        _cipher_init(self._ctx, self._fetched[name], None, key, iv, 1)

    def __del__(self):
        _cipher_free(self._ctx)

    def _update(self, data):
        out = ctypes.create_string_buffer(len(data))
        n = _int()
        _cipher_update(self._ctx, out, n, data, len(data))
        return out.raw


class Stream(_Cipher):
    """A cipher that is its own inverse: ChaCha20, AES-CTR.  With each iv it begins
    anew."""

    def begin(self, iv):
        _cipher_init(self._ctx, None, None, None, iv, 1)
        return self

    def update(self, data):
        return self._update(data)


class Aead(_Cipher):
    """AES-GCM; a nonce of 12 bytes."""

    def _begin(self, nonce, header, sealing):
        _cipher_init(self._ctx, None, None, None, nonce, sealing)
        _cipher_update(self._ctx, None, _int(), header, len(header))

    def seal(self, nonce, data, header):
        self._begin(nonce, header, 1)
        out = self._update(data)
        tag = ctypes.create_string_buffer(TAG_LEN)
        if _cipher_final(self._ctx, tag, _int()) != 1:
            raise RuntimeError("no tag from libcrypto")
        _cipher_ctrl(self._ctx, AEAD_GET_TAG, TAG_LEN, tag)
        return out + tag.raw

    def open(self, nonce, data, header):
        self._begin(nonce, header, 0)
        tag = ctypes.create_string_buffer(data[-TAG_LEN:], TAG_LEN)
        _cipher_ctrl(self._ctx, AEAD_SET_TAG, TAG_LEN, tag)
        out = self._update(data[:-TAG_LEN])
        if _cipher_final(self._ctx, tag, _int()) != 1:
            raise BadTag
        return out


class Poly1305:
    def __init__(self):
        self._ctx = _mac_new(_mac_fetch(None, b"POLY1305", None))

    def __del__(self):
        _mac_free(self._ctx)

    def tag(self, key, data):
        out = ctypes.create_string_buffer(TAG_LEN)
        n = _size()
        _mac_init(self._ctx, key, len(key), None)
        _mac_update(self._ctx, data, len(data))
        _mac_final(self._ctx, out, n, TAG_LEN)
        return out.raw


PUBLIC_MAX = 256        # bytes: more than any point of ours
SIGNATURE_MAX = 1024


class Key:
    """A private key: X25519, ED25519, P-256, P-384, P-521, or RSA from a file."""

    def __init__(self, kind, pkey=None):
        self.kind = kind
        self._pkey = pkey
        if kind.startswith("P-"):
            self._pkey = _pkey_keygen(None, None, b"EC", kind.encode())
        elif not pkey:
            self._pkey = _pkey_keygen(None, None, kind.encode(), None)

    @classmethod
    def from_pem(cls, path):
        bio = _bio(path.encode(), b"r")
        try:
            return cls("RSA", _pem_read(bio, None, None, None))
        finally:
            _bio_free(bio)

    @classmethod
    def rsa(cls, bits):
        return cls("RSA", _pkey_keygen(None, None, b"RSA", bits))

    def __del__(self):
        _pkey_free(self._pkey)

    def public(self):
        """As the wire has it: raw, or an uncompressed point."""
        out = ctypes.create_string_buffer(PUBLIC_MAX)
        n = _size()
        _pkey_octets(self._pkey, b"pub", out, PUBLIC_MAX, n)
        return out.raw[:n.value]

    def number(self, name):
        """"n" or "e" of RSA."""
        bn = _ptr()
        _pkey_number(self._pkey, name.encode(), bn)
        try:
            return _integer(bn)
        finally:
            _bn_free(bn)

    def agree(self, public):
        """The secret shared with the owner of that public value."""
        if self.kind == "X25519":
            peer = _pkey_raw_public(None, b"X25519", None, public, len(public))
        else:
            peer = _pkey_new()
            _pkey_same_group(peer, self._pkey)
            _pkey_set_public(peer, public, len(public))
        ctx = _pkey_ctx(self._pkey, None)
        try:
            out = ctypes.create_string_buffer(PUBLIC_MAX)
            n = _size(PUBLIC_MAX)
            _derive_init(ctx)
            _derive_peer(ctx, peer)
            _derive(ctx, out, n)
            return out.raw[:n.value]
        finally:
            _pkey_ctx_free(ctx)
            _pkey_free(peer)

    def sign(self, data, digest=None):
        """RSA: PKCS #1 v1.5; ECDSA: DER, see ecdsa_numbers()."""
        ctx = _md_new()
        try:
            out = ctypes.create_string_buffer(SIGNATURE_MAX)
            n = _size(SIGNATURE_MAX)
            _sign_init(ctx, None, digest and digest.encode(), None, None, self._pkey, None)
            _sign(ctx, out, n, data, len(data))
            return out.raw[:n.value]
        finally:
            _md_free(ctx)


def _integer(bn):
    n = (_bn_bits(bn) + 7) // 8
    out = ctypes.create_string_buffer(n)
    _bn_to(bn, out, n)
    return int.from_bytes(out.raw, "big")


def ecdsa_numbers(der):
    """r and s of a signature."""
    at = _bytes(der)
    signature = _ecdsa_read(None, at, len(der))
    try:
        return _integer(_ecdsa_r(signature)), _integer(_ecdsa_s(signature))
    finally:
        _ecdsa_free(signature)


def mod_exp(base, exponent, modulus):
    """base ** exponent modulo an odd modulus, all of them integers."""
    numbers = [_bn_new()]
    ctx = _bn_ctx()
    try:
        for n in (base, exponent, modulus):
            raw = n.to_bytes((n.bit_length() + 7) // 8, "big")
            numbers.append(_bn_from(raw, len(raw), None))
        _bn_mod_exp(*numbers, ctx)
        return _integer(numbers[0])
    finally:
        for bn in numbers:
            _bn_free(bn)
        _bn_ctx_free(ctx)
