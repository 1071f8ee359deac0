using System.Text.Json.Serialization;

namespace Ingester.Publishing.Signing;

/// <summary>A signature of an envelope.</summary>
/// <param name="KeyId">The id of the key: the SHA-256 of its SubjectPublicKeyInfo, 64 hex digits.</param>
/// <param name="Signature">ECDSA with SHA-256 on the curve P-256, as an ASN.1 DER sequence; Base64 in the file.</param>
internal sealed record EnvelopeSignature([property: JsonPropertyName("keyid")] string KeyId, [property: JsonPropertyName("sig")] byte[] Signature);
