using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Unicode;
using System.Text.Json.Serialization;
using Ingester.Publishing.Signing;

namespace Ingester.Publishing.Statements;

/// <summary>An in-toto Statement, version 1, whose predicate is a certificate: the payload of the envelope.</summary>
internal sealed record CertificateStatement
{
    /// <summary>The type of every statement.</summary>
    public const string StatementType = "https://in-toto.io/Statement/v1";

    /// <summary>The type of the predicate, version 1: a name, not an address that can be opened. A UUID URN (RFC 9562) needs no domain and belongs to this schema for ever.</summary>
    public const string CertificateType = "urn:uuid:67fbbee7-d829-4a21-8ab0-138696dc6df0";

    private static readonly JsonSerializerOptions Json = new(CertificateJson.Options) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) }, RespectNullableAnnotations = true };

    /// <summary>The type of the statement.</summary>
    [JsonPropertyName("_type")]
    [JsonRequired]
    public string Type { get; init; } = StatementType;

    /// <summary>The certified files, in ordinal order of their names.</summary>
    public required IReadOnlyList<Subject> Subject { get; init; }

    /// <summary>The type of the predicate.</summary>
    [JsonRequired]
    public string PredicateType { get; init; } = CertificateType;

    /// <summary>What is certified about the files.</summary>
    public required Predicate Predicate { get; init; }

    /// <summary>The bytes that are signed.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>Reads the payload of an envelope.</summary>
    /// <exception cref="JsonException">It is not a statement of this type, or of a newer format.</exception>
    public static CertificateStatement Parse(Envelope envelope)
    {
        if (envelope.PayloadType != Envelope.StatementType)
            throw new JsonException($"its payload is of type '{envelope.PayloadType}', not {Envelope.StatementType}");
        if (!Utf8.IsValid(envelope.Payload))
            throw new JsonException("its payload is not UTF-8");
        using var document = JsonDocument.Parse(envelope.Payload);
        if (document.RootElement is not { ValueKind: JsonValueKind.Object } root || Text(root, "_type") is not StatementType)
            throw new JsonException("its payload is not an in-toto Statement v1");
        if (Text(root, "predicateType") is var type && type is not CertificateType)
            throw new JsonException($"its predicate is of type '{type}', not {CertificateType}");
        if (root.TryGetProperty("predicate", out var predicate) && predicate.ValueKind == JsonValueKind.Object && predicate.TryGetProperty("format", out var format)
            && format.ValueKind == JsonValueKind.Number && format.TryGetInt32(out var version) && version > Predicate.CurrentFormat)
            throw new JsonException($"it has format {version}, and this program reads up to format {Predicate.CurrentFormat}: use a newer version");
        return root.Deserialize<CertificateStatement>(Json) ?? throw new JsonException("its payload is null");
    }

    /// <summary>The digest of a certificate: the SHA-256 of its payload. It does not depend on the signature.</summary>
    public static string DigestOf(ReadOnlySpan<byte> payload) => Convert.ToHexStringLower(SHA256.HashData(payload));

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
