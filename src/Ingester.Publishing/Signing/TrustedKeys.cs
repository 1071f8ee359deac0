using System.Security.Cryptography;

namespace Ingester.Publishing.Signing;

/// <summary>The public keys that a verification trusts. After a rotation these are several.</summary>
internal sealed class TrustedKeys : IDisposable
{
    private const string PublicKeyLabel = "PUBLIC KEY";

    private readonly Dictionary<string, ECDsa> keys = new(StringComparer.Ordinal);

    /// <summary>The ids of the keys.</summary>
    public IReadOnlyCollection<string> Ids => keys.Keys;

    /// <summary>Adds all public keys of a PEM file.</summary>
    /// <exception cref="CertificateException">The file is not readable or holds no public key on the curve P-256.</exception>
    public void AddFile(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CertificateException($"The key file {path} cannot be read: {error.Message}", error);
        }

        Add(text, path);
    }

    /// <summary>Adds all public keys of a PEM text.</summary>
    /// <param name="pem">The text.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="CertificateException">There is no public key on the curve P-256.</exception>
    public void Add(string pem, string source)
    {
        var found = 0;
        var rest = pem.AsSpan();
        while (PemEncoding.TryFind(rest, out var block))
        {
            if (rest[block.Label] is PublicKeyLabel)
            {
                AddBlock(rest[block.Location], source);
                found++;
            }

            rest = rest[block.Location.End..];
        }

        if (found == 0)
            throw new CertificateException($"{source} holds no public key: expected a PEM file with BEGIN {PublicKeyLabel}.");
    }

    /// <summary>The id of a trusted key that signed an envelope; null when none did.</summary>
    public string? FindSigner(Envelope envelope)
    {
        var message = Envelope.EncodeForSigning(envelope.PayloadType, envelope.Payload);
        foreach (var (keyId, signature) in envelope.Signatures)
            if (keys.TryGetValue(keyId, out var key) && key.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence))
                return keyId;
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var key in keys.Values)
            key.Dispose();
    }

    private void AddBlock(ReadOnlySpan<char> block, string source)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(block);
            if (keys.TryAdd(KeyIds.Of(key, source), key))
                return;
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new CertificateException($"{source} holds a public key that is not an EC key on the curve P-256.", error);
        }

        key.Dispose();
    }
}
