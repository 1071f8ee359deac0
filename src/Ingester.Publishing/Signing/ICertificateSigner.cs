namespace Ingester.Publishing.Signing;

/// <summary>A private key that signs certificates: in a file (<see cref="KeyFileSigner"/>) or in AWS KMS (<see cref="KmsSigner"/>).</summary>
internal interface ICertificateSigner : IDisposable
{
    /// <summary>The id of the key.</summary>
    string KeyId { get; }

    /// <summary>Signs bytes by ECDSA with SHA-256 on the curve P-256; returns an ASN.1 DER sequence.</summary>
    /// <exception cref="CertificateException">The key cannot be used to sign.</exception>
    Task<byte[]> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation);
}
