using System.Text.Json;
using System.Text.Json.Serialization;
using Ingester.Publishing.Signing;
using Ingester.Publishing.Statements;

namespace Ingester.Publishing.WitnessStatements;

/// <summary>
/// An in-toto Statement, version 1, about a certificate: what the exchange's own files say of the certified day. Its subject is the digest of the certificate,
/// which it leaves as it is.
/// </summary>
internal sealed record WitnessStatement
{
    /// <summary>The type of the predicate, version 1: a name, not an address that can be opened (<c>docs/adr/0020-predicate-type-is-a-uuid.md</c>).</summary>
    public const string WitnessType = "urn:uuid:ff311e72-1b4f-4763-b26c-d781373f91ef";

    private static readonly JsonSerializerOptions Json = new(CertificateJson.Options)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
    };

    /// <summary>The type of the statement.</summary>
    [JsonPropertyName("_type")]
    public string Type { get; init; } = CertificateStatement.StatementType;

    /// <summary>The certificate: the key of its envelope without the store's prefix, and the digest of its payload.</summary>
    public required IReadOnlyList<Subject> Subject { get; init; }

    /// <summary>The type of the predicate.</summary>
    public string PredicateType { get; init; } = WitnessType;

    /// <summary>The comparison.</summary>
    public required WitnessPredicate Predicate { get; init; }

    /// <summary>The bytes that are signed.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);
}
