using System.Security.Cryptography;
using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using Amazon.Runtime;

namespace Ingester.Publishing.Signing;

/// <summary>
/// An asymmetric key in AWS KMS (<c>ECC_NIST_P256</c>, <c>SIGN_VERIFY</c>). Region, credentials and endpoint are those of the environment, as for every
/// program that uses the AWS SDK.
/// </summary>
internal sealed class KmsSigner : ICertificateSigner
{
    private readonly AmazonKeyManagementServiceClient client;
    private readonly string name;
    private readonly ECDsa publicKey;

    private KmsSigner(AmazonKeyManagementServiceClient client, string name, ECDsa publicKey)
    {
        (this.client, this.name, this.publicKey) = (client, name, publicKey);
        KeyId = KeyIds.Of(publicKey, name);
    }

    /// <inheritdoc/>
    public string KeyId { get; }

    /// <summary>The public key, PEM.</summary>
    public string PublicPem => publicKey.ExportSubjectPublicKeyInfoPem();

    /// <summary>Fetches the public key.</summary>
    /// <param name="name">The key's id, ARN or alias.</param>
    /// <param name="cancellation">Cancels the request.</param>
    /// <exception cref="CertificateException">KMS does not answer, refuses, or the key is of another kind.</exception>
    public static async Task<KmsSigner> OpenAsync(string name, CancellationToken cancellation)
    {
        var client = Request($"open the key {name}", static () => new AmazonKeyManagementServiceClient());
        var key = ECDsa.Create();
        try
        {
            var answer = await RequestAsync($"read the public key of {name}", () => client.GetPublicKeyAsync(new() { KeyId = name }, cancellation));
            key.ImportSubjectPublicKeyInfo(answer.PublicKey.ToArray(), out _);
            return new(client, name, key);
        }
        catch (Exception error)
        {
            key.Dispose();
            client.Dispose();
            throw error is CryptographicException ? new CertificateException($"The KMS key {name} is not an EC key on the curve P-256.", error) : error;
        }
    }

    /// <inheritdoc/>
    public async Task<byte[]> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        var digest = SHA256.HashData(message.Span); // KMS accepts messages of at most 4,096 bytes
        using var body = new MemoryStream(digest);
        var request = new SignRequest { KeyId = name, Message = body, MessageType = MessageType.DIGEST, SigningAlgorithm = SigningAlgorithmSpec.ECDSA_SHA_256 };
        var answer = await RequestAsync($"sign with {name}", () => client.SignAsync(request, cancellation));
        var signature = answer.Signature.ToArray();
        return publicKey.VerifyHash(digest, signature, DSASignatureFormat.Rfc3279DerSequence)
            ? signature
            : throw new CertificateException($"KMS returned a signature that does not match the public key of {name}.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        publicKey.Dispose();
        client.Dispose();
    }

    private static T Request<T>(string action, Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (AmazonClientException error)
        {
            throw new CertificateException($"KMS: cannot {action}: {error.Message}", error);
        }
    }

    private static async Task<T> RequestAsync<T>(string action, Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception error) when (error is AmazonServiceException or AmazonClientException or HttpRequestException)
        {
            throw new CertificateException($"KMS: cannot {action}: {error.Message}", error);
        }
    }
}
