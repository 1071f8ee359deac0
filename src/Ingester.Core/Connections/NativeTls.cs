using System.Runtime.InteropServices;
using System.Text;

namespace Ingester.Core.Connections;

/// <summary>
/// The client's side of TLS between two buffers in memory, by OpenSSL 3 (https://docs.openssl.org/3.0/man3/), the library that .NET's own TLS uses. Certificates
/// are not judged here, see <see cref="CertificateCheck"/>. Not for two threads at once.
/// </summary>
internal sealed partial class NativeTls : IDisposable
{
    private const string Ssl = "libssl.so.3";
    private const string Crypto = "libcrypto.so.3";

    private const int SetHostName = 55; // SSL_CTRL_SET_TLSEXT_HOSTNAME
    private const int SetLeastVersion = 123; // SSL_CTRL_SET_MIN_PROTO_VERSION
    private const int Tls12 = 0x0303;
    private const ulong NoRenegotiation = 1UL << 30; // SSL_OP_NO_RENEGOTIATION
    private const int WantsToRead = 2; // SSL_ERROR_WANT_READ
    private const int Ended = 6; // SSL_ERROR_ZERO_RETURN
    private const int Pending = 10; // BIO_CTRL_PENDING
    private const uint NoPartialWildcards = 4; // X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS
    private const int LongestWords = 256;

    private static readonly Lazy<nint> Context = new(MakeContext);

    private readonly nint session;
    private readonly nint came;
    private readonly nint goes;

    /// <summary>Begins; nothing is said yet.</summary>
    /// <param name="host">The host that the other side is told is meant (RFC 6066, 3); an address is not told.</param>
    public NativeTls(string host)
    {
        session = Made(New(Context.Value));
        (came, goes) = (Made(NewBuffer(InMemory())), Made(NewBuffer(InMemory())));
        Use(session, came, goes); // they end with it
        BeClient(session);
        if (Uri.CheckHostName(host) == UriHostNameType.Dns)
            _ = Control(session, SetHostName, 0, host);
    }

    /// <summary>True where the system has the library.</summary>
    public static bool IsHere { get; } = OperatingSystem.IsLinux() && IsThere(Crypto) && IsThere(Ssl);

    /// <summary>True when the other side has said that it will send no more.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>What is wrong, in the library's words; null while nothing is. Then nothing can be done any more.</summary>
    public string? Fault { get; private set; }

    /// <summary>Puts what came from the other side.</summary>
    public void Put(ReadOnlySpan<byte> bytes)
    {
        if (PutBytes(came, bytes, bytes.Length) != bytes.Length)
            throw new InvalidOperationException($"OpenSSL does not take {bytes.Length} bytes: {Words()}");
    }

    /// <summary>What is to be sent to the other side, in order; usually nothing.</summary>
    public byte[] Take()
    {
        return Held(goes, Pending, 0, 0) is var held and > 0 ? Content(goes, (int)held) : [];
    }

    /// <summary>Goes on with the handshake; true when it is done.</summary>
    public bool Shake()
    {
        ClearErrors();
        return Went(DoHandshake(session)) > 0;
    }

    /// <summary>Decrypts what came, as far as there is room; how many bytes, fewer than there is room for when more must come.</summary>
    public int Read(Span<byte> room)
    {
        ClearErrors(); // what others left in this thread would be taken for ours
        var count = 0;
        while (count < room.Length && Went(ReadBytes(session, room[count..], room.Length - count)) is > 0 and var more)
            count += more;
        return count;
    }

    /// <summary>Encrypts.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        ClearErrors();
        if (!bytes.IsEmpty)
            Went(WriteBytes(session, bytes, bytes.Length));
    }

    /// <summary>The certificates that the other side showed, its own first, as they were encoded; none when it showed none.</summary>
    public IReadOnlyList<byte[]> Certificates()
    {
        var chain = PeerChain(session);
        return chain == 0 ? [] : [.. Enumerable.Range(0, Count(chain)).Select(index => Encoded(Item(chain, index)))];
    }

    /// <summary>True when the other side's own certificate is for a host, as .NET's own TLS asks it.</summary>
    /// <param name="host">A host name, or an address.</param>
    public bool IsFor(string host) => PeerChain(session) is var chain and not 0 && Item(chain, 0) is var certificate && (
        Uri.CheckHostName(host) == UriHostNameType.Dns
            ? CheckHost(certificate, host, 0, NoPartialWildcards, 0)
            : CheckAddress(certificate, host, 0)) == 1;

    /// <inheritdoc/>
    public void Dispose() => Free(session);

    private static nint MakeContext()
    {
        var context = Made(NewContext(Method()));
        if (ControlContext(context, SetLeastVersion, Tls12, 0) != 1)
            throw new InvalidOperationException($"OpenSSL does not insist on TLS 1.2: {Words()}");
        SetOptions(context, NoRenegotiation);
        return context;
    }

    private static byte[] Encoded(nint certificate)
    {
        var buffer = Made(NewBuffer(InMemory()));
        try
        {
            if (Encode(buffer, certificate) != 1)
                throw new InvalidOperationException($"OpenSSL does not encode a certificate: {Words()}");
            return Content(buffer, (int)Held(buffer, Pending, 0, 0));
        }
        finally
        {
            _ = FreeBuffer(buffer);
        }
    }

    private static byte[] Content(nint buffer, int size)
    {
        var bytes = new byte[size];
        return TakeBytes(buffer, bytes, size) == size ? bytes : throw new InvalidOperationException($"OpenSSL gives no {size} bytes: {Words()}");
    }

    private static bool IsThere(string library) => NativeLibrary.TryLoad(library, typeof(NativeTls).Assembly, DllImportSearchPath.SafeDirectories, out _);

    private static nint Made(nint made) => made != 0 ? made : throw new InvalidOperationException($"OpenSSL makes nothing: {Words()}");

    /// <summary>The first of the errors of this thread, which is the cause.</summary>
    private static string Words()
    {
        var error = FirstError();
        if (error == 0)
            return "OpenSSL does not say why.";
        Span<byte> words = stackalloc byte[LongestWords];
        Describe(error, words, LongestWords);
        return Encoding.UTF8.GetString(words[..words.IndexOf((byte)0)]);
    }

    /// <summary>Looks at how a call went, before another one of this thread.</summary>
    private int Went(int result)
    {
        if (result > 0)
            return result;
        switch (Error(session, result))
        {
            case WantsToRead:
                break;
            case Ended:
                HasEnded = true;
                break;
            default:
                Fault = Words();
                ClearErrors(); // nobody else takes them for theirs
                break;
        }

        return 0;
    }

    [LibraryImport(Ssl, EntryPoint = "TLS_client_method")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Method();

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint NewContext(nint method);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_ctrl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint ControlContext(nint context, int command, nint value, nint pointer);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_set_options")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial ulong SetOptions(nint context, ulong options);

    [LibraryImport(Ssl, EntryPoint = "SSL_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint New(nint context);

    [LibraryImport(Ssl, EntryPoint = "SSL_free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void Free(nint session);

    [LibraryImport(Ssl, EntryPoint = "SSL_set_bio")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void Use(nint session, nint came, nint goes);

    [LibraryImport(Ssl, EntryPoint = "SSL_set_connect_state")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void BeClient(nint session);

    [LibraryImport(Ssl, EntryPoint = "SSL_ctrl", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Control(nint session, int command, nint value, string pointer);

    [LibraryImport(Ssl, EntryPoint = "SSL_do_handshake")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int DoHandshake(nint session);

    [LibraryImport(Ssl, EntryPoint = "SSL_read")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ReadBytes(nint session, Span<byte> room, int size);

    [LibraryImport(Ssl, EntryPoint = "SSL_write")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int WriteBytes(nint session, ReadOnlySpan<byte> bytes, int size);

    [LibraryImport(Ssl, EntryPoint = "SSL_get_error")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Error(nint session, int result);

    [LibraryImport(Ssl, EntryPoint = "SSL_get_peer_cert_chain")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint PeerChain(nint session);

    [LibraryImport(Crypto, EntryPoint = "OPENSSL_sk_num")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Count(nint list);

    [LibraryImport(Crypto, EntryPoint = "OPENSSL_sk_value")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Item(nint list, int index);

    [LibraryImport(Crypto, EntryPoint = "i2d_X509_bio")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Encode(nint buffer, nint certificate);

    [LibraryImport(Crypto, EntryPoint = "X509_check_host", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int CheckHost(nint certificate, string host, nuint length, uint flags, nint found);

    [LibraryImport(Crypto, EntryPoint = "X509_check_ip_asc", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int CheckAddress(nint certificate, string address, uint flags);

    [LibraryImport(Crypto, EntryPoint = "BIO_s_mem")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint InMemory();

    [LibraryImport(Crypto, EntryPoint = "BIO_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint NewBuffer(nint kind);

    [LibraryImport(Crypto, EntryPoint = "BIO_free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FreeBuffer(nint buffer);

    [LibraryImport(Crypto, EntryPoint = "BIO_write")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int PutBytes(nint buffer, ReadOnlySpan<byte> bytes, int size);

    [LibraryImport(Crypto, EntryPoint = "BIO_read")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int TakeBytes(nint buffer, Span<byte> room, int size);

    [LibraryImport(Crypto, EntryPoint = "BIO_ctrl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Held(nint buffer, int command, nint value, nint pointer);

    [LibraryImport(Crypto, EntryPoint = "ERR_get_error")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nuint FirstError();

    [LibraryImport(Crypto, EntryPoint = "ERR_error_string_n")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void Describe(nuint error, Span<byte> words, nuint size);

    [LibraryImport(Crypto, EntryPoint = "ERR_clear_error")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void ClearErrors();
}
