using System.Security.Cryptography;

namespace Ingester.Publishing.Signing;

/// <summary>A private key in a PEM file: PKCS #8 or SEC 1, not encrypted.</summary>
internal sealed class KeyFileSigner : ICertificateSigner
{
    private readonly ECDsa key;

    private KeyFileSigner(ECDsa key, string source) => (this.key, KeyId) = (key, KeyIds.Of(key, source));

    /// <inheritdoc/>
    public string KeyId { get; }

    /// <summary>Reads a key file.</summary>
    /// <exception cref="CertificateException">The file is not readable or holds no private key on the curve P-256.</exception>
    public static KeyFileSigner Open(string path)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
            if (key.ExportParameters(includePrivateParameters: true).D is null)
                throw new CryptographicException("it holds no private key");
            return new(key, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new CertificateException(error is IOException or UnauthorizedAccessException
                ? $"The key file {path} cannot be read: {error.Message}"
                : $"The key file {path} holds no usable private key: expected a PEM file with an unencrypted EC private key on the curve P-256.", error);
        }
        catch (CertificateException)
        {
            key.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<byte[]> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation) =>
        Task.FromResult(key.SignData(message.Span, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();
}
