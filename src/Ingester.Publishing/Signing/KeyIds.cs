using System.Security.Cryptography;

namespace Ingester.Publishing.Signing;

/// <summary>Computes the ids of public keys, and checks their curve.</summary>
internal static class KeyIds
{
    private const string P256 = "1.2.840.10045.3.1.7"; // secp256r1, RFC 5480

    /// <summary>The id of a public key: the SHA-256 of its SubjectPublicKeyInfo, 64 hex digits.</summary>
    /// <exception cref="CertificateException">The key is not on the curve P-256.</exception>
    public static string Of(ECDsa key, string source) => key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == P256
        ? Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))
        : throw new CertificateException($"The key of {source} is not on the curve P-256.");
}
