using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text;

namespace Ingester.Core.Connections;

/// <summary>
/// The client's side of TLS between two buffers in memory, by OpenSSL 3 (https://docs.openssl.org/3.0/man3/), the library that .NET's own TLS uses. Certificates
/// are not judged here, see <see cref="CertificateCheck"/>. Not for two threads at once.
/// </summary>
internal sealed partial class NativeTls : IDisposable
{
    private const int SetHostName = 55; // SSL_CTRL_SET_TLSEXT_HOSTNAME
    private const int SetLeastVersion = 123; // SSL_CTRL_SET_MIN_PROTO_VERSION
    private const int GetLeastVersion = 130; // SSL_CTRL_GET_MIN_PROTO_VERSION
    private const int Tls12 = 0x0303;
    private const ulong NoRenegotiation = 1UL << 30; // SSL_OP_NO_RENEGOTIATION
    private const ulong NothingAtExit = 0x80000; // OPENSSL_INIT_NO_ATEXIT: threads still use the library while the process ends
    private const int WantsToRead = 2; // SSL_ERROR_WANT_READ
    private const int Ended = 6; // SSL_ERROR_ZERO_RETURN
    private const int Pending = 10; // BIO_CTRL_PENDING
    private const uint NoWildcards = 2; // X509_CHECK_FLAG_NO_WILDCARDS
    private const uint NoPartialWildcards = 4; // X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS
    private const int LongestWords = 256;

    // Those of TLS 1.2 that .NET's own TLS takes: keys of each connection's own, and a seal over what is encrypted or SHA-2 behind it.
    private static readonly FrozenSet<string> Ciphers = FrozenSet.ToFrozenSet([
        "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-SHA384", "ECDHE-ECDSA-AES128-SHA256", "ECDHE-RSA-AES256-SHA384", "ECDHE-RSA-AES128-SHA256"]);

    private static readonly Lazy<nint> Context = new(MakeContext, LazyThreadSafetyMode.PublicationOnly); // what fails once is tried again

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

    /// <summary>Encrypts; false when nothing can be, because something else must come first.</summary>
    public bool Write(ReadOnlySpan<byte> bytes)
    {
        ClearErrors();
        return bytes.IsEmpty || Went(WriteBytes(session, bytes, bytes.Length)) > 0;
    }

    /// <summary>The certificates that the other side showed, its own first, as they were encoded; none when it showed none.</summary>
    public IReadOnlyList<byte[]> Certificates()
    {
        var chain = PeerChain(session);
        return chain == 0 ? [] : [.. Enumerable.Range(0, Count(chain)).Select(index => Encoded(Item(chain, index)))];
    }

    /// <summary>True when the other side's own certificate is for a host, as .NET's own TLS asks it.</summary>
    /// <param name="host">A host name, or an address: that may also be the common name of a certificate without names of hosts.</param>
    public bool IsFor(string host) => PeerChain(session) is var chain and not 0 && Item(chain, 0) is var certificate && (
        Uri.CheckHostName(host) == UriHostNameType.Dns
            ? CheckHost(certificate, host, 0, NoPartialWildcards, 0) == 1
            : CheckAddress(certificate, host, 0) == 1 || CheckHost(certificate, host, 0, NoWildcards, 0) == 1);

    /// <inheritdoc/>
    public void Dispose() => Free(session);

    /// <summary>What all connections have in common. What the system's own configuration of OpenSSL forbids stays forbidden.</summary>
    private static nint MakeContext()
    {
        if (Initialize(NothingAtExit, 0) != 1)
            throw new InvalidOperationException($"OpenSSL does not begin: {Words()}");
        var context = Made(NewContext(Method()));
        var taken = Enumerable.Range(0, Count(CiphersOf(context))).Select(index => NameOf(Item(CiphersOf(context), index))).Where(Ciphers.Contains);
        if (ControlContext(context, GetLeastVersion, 0, 0) < Tls12 && ControlContext(context, SetLeastVersion, Tls12, 0) != 1)
            throw new InvalidOperationException($"OpenSSL does not insist on TLS 1.2: {Words()}");
        if (string.Join(':', taken) is { Length: > 0 } list && SetCiphers(context, list) != 1)
            throw new InvalidOperationException($"OpenSSL does not take the ciphers {list}: {Words()}");
        SetOptions(context, NoRenegotiation);
        return context;
    }

    private static string NameOf(nint cipher) => Marshal.PtrToStringUTF8(CipherName(cipher)) ?? "";

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
}
