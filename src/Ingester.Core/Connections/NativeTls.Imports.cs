using System.Runtime.InteropServices;

namespace Ingester.Core.Connections;

/// <content>The functions of the library.</content>
internal sealed partial class NativeTls
{
    private const string Ssl = "libssl.so.3";
    private const string Crypto = "libcrypto.so.3";

    [LibraryImport(Ssl, EntryPoint = "OPENSSL_init_ssl")]
    private static partial int Initialize(ulong options, nint settings);

    [LibraryImport(Ssl, EntryPoint = "TLS_client_method")]
    private static partial nint Method();

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_new")]
    private static partial nint NewContext(nint method);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_ctrl")]
    private static partial nint ControlContext(nint context, int command, nint value, nint pointer);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_set_options")]
    private static partial ulong SetOptions(nint context, ulong options);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_get_ciphers")]
    private static partial nint CiphersOf(nint context);

    [LibraryImport(Ssl, EntryPoint = "SSL_CIPHER_get_name")]
    private static partial nint CipherName(nint cipher);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_set_cipher_list", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetCiphers(nint context, string list);

    [LibraryImport(Ssl, EntryPoint = "SSL_new")]
    private static partial nint New(nint context);

    [LibraryImport(Ssl, EntryPoint = "SSL_free")]
    private static partial void Free(nint session);

    [LibraryImport(Ssl, EntryPoint = "SSL_set_bio")]
    private static partial void Use(nint session, nint came, nint goes);

    [LibraryImport(Ssl, EntryPoint = "SSL_set_connect_state")]
    private static partial void BeClient(nint session);

    [LibraryImport(Ssl, EntryPoint = "SSL_ctrl", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Control(nint session, int command, nint value, string pointer);

    [LibraryImport(Ssl, EntryPoint = "SSL_do_handshake")]
    private static partial int DoHandshake(nint session);

    [LibraryImport(Ssl, EntryPoint = "SSL_read")]
    private static partial int ReadBytes(nint session, Span<byte> room, int size);

    [LibraryImport(Ssl, EntryPoint = "SSL_write")]
    private static partial int WriteBytes(nint session, ReadOnlySpan<byte> bytes, int size);

    [LibraryImport(Ssl, EntryPoint = "SSL_get_error")]
    private static partial int Error(nint session, int result);

    [LibraryImport(Ssl, EntryPoint = "SSL_get_peer_cert_chain")]
    private static partial nint PeerChain(nint session);

    [LibraryImport(Crypto, EntryPoint = "OPENSSL_sk_num")]
    private static partial int Count(nint list);

    [LibraryImport(Crypto, EntryPoint = "OPENSSL_sk_value")]
    private static partial nint Item(nint list, int index);

    [LibraryImport(Crypto, EntryPoint = "i2d_X509_bio")]
    private static partial int Encode(nint buffer, nint certificate);

    [LibraryImport(Crypto, EntryPoint = "X509_check_host", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CheckHost(nint certificate, string host, nuint length, uint flags, nint found);

    [LibraryImport(Crypto, EntryPoint = "X509_check_ip_asc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CheckAddress(nint certificate, string address, uint flags);

    [LibraryImport(Crypto, EntryPoint = "BIO_s_mem")]
    private static partial nint InMemory();

    [LibraryImport(Crypto, EntryPoint = "BIO_new")]
    private static partial nint NewBuffer(nint kind);

    [LibraryImport(Crypto, EntryPoint = "BIO_free")]
    private static partial int FreeBuffer(nint buffer);

    [LibraryImport(Crypto, EntryPoint = "BIO_write")]
    private static partial int PutBytes(nint buffer, ReadOnlySpan<byte> bytes, int size);

    [LibraryImport(Crypto, EntryPoint = "BIO_read")]
    private static partial int TakeBytes(nint buffer, Span<byte> room, int size);

    [LibraryImport(Crypto, EntryPoint = "BIO_ctrl")]
    private static partial nint Held(nint buffer, int command, nint value, nint pointer);

    [LibraryImport(Crypto, EntryPoint = "ERR_get_error")]
    private static partial nuint FirstError();

    [LibraryImport(Crypto, EntryPoint = "ERR_error_string_n")]
    private static partial void Describe(nuint error, Span<byte> words, nuint size);

    [LibraryImport(Crypto, EntryPoint = "ERR_clear_error")]
    private static partial void ClearErrors();
}
