using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ingester.Publishing.Signing;

/// <summary>A DSSE envelope (github.com/secure-systems-lab/dsse, version 1): a payload with its type and signatures over both.</summary>
internal sealed record Envelope
{
    /// <summary>The payload type of an in-toto statement.</summary>
    public const string StatementType = "application/vnd.in-toto+json";

    private static readonly JsonSerializerOptions Json = new(CertificateJson.Options) { RespectRequiredConstructorParameters = true };

    /// <summary>The type of the payload.</summary>
    [JsonRequired]
    public string PayloadType { get; init; } = StatementType;

    /// <summary>The signed bytes; Base64 in the file.</summary>
    public required byte[] Payload { get; init; }

    /// <summary>The signatures.</summary>
    public required IReadOnlyList<EnvelopeSignature> Signatures { get; init; }

    /// <summary>
    /// The bytes that are signed: <c>DSSEv1 LENGTH TYPE LENGTH PAYLOAD</c> (PAE), with single spaces and the lengths in bytes as decimal numbers.
    /// </summary>
    public static byte[] EncodeForSigning(string payloadType, ReadOnlySpan<byte> payload) =>
        [.. Encoding.UTF8.GetBytes($"DSSEv1 {Encoding.UTF8.GetByteCount(payloadType)} {payloadType} {payload.Length} "), .. payload];

    /// <summary>The envelope as JSON on one line.</summary>
    public byte[] ToJson() => [.. JsonSerializer.SerializeToUtf8Bytes(this, Json), (byte)'\n'];

    /// <summary>Reads an envelope.</summary>
    /// <exception cref="JsonException">The text is not an envelope.</exception>
    public static Envelope Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<Envelope>(json, Json) is { Payload: not null, Signatures: not null } envelope ? envelope : throw new JsonException("a field of the envelope is null");
}
