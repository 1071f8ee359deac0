using System.Text.Json;
using System.Text.Json.Serialization;
using Ingester.Publishing.Signing;
using Ingester.Publishing.Statements;

namespace Ingester.Publishing.Publication;

/// <summary>The manifest of a published day. Readers read it first, and then the files that it names: all of them exist as long as it does.</summary>
internal sealed record PublishedDay
{
    private const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions Json = new(CertificateJson.Options)
    {
        WriteIndented = true,
        NewLine = "\n",
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Version of these fields.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>The exchange.</summary>
    public required string Exchange { get; init; }

    /// <summary>The dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>The day.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>Revision of the certificate.</summary>
    public required int Revision { get; init; }

    /// <summary>Condition of the day, as the certificate states it.</summary>
    public required Condition Condition { get; init; }

    /// <summary>Digest of the certificate's payload.</summary>
    public required string Certificate { get; init; }

    /// <summary>The files, in ordinal order of their names. The certificate with its lists is among them.</summary>
    public required IReadOnlyList<PublishedEntry> Files { get; init; }

    /// <summary>The revision that this one replaced; its files stay until the next one, for readers that have begun. Null for none.</summary>
    public int? Replaced { get; init; }

    /// <summary>The manifest as JSON.</summary>
    public byte[] ToJson() => [.. JsonSerializer.SerializeToUtf8Bytes(this, Json), (byte)'\n'];

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="JsonException">It is none, or of a newer format.</exception>
    public static PublishedDay Parse(ReadOnlySpan<byte> json)
    {
        var day = JsonSerializer.Deserialize<PublishedDay>(json, Json) ?? throw new JsonException("it is null");
        return day.Format <= CurrentFormat ? day : throw new JsonException($"it has format {day.Format}, and this program reads up to format {CurrentFormat}: use a newer version");
    }
}
