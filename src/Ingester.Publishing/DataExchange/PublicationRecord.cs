using System.Globalization;
using System.Text.Json;
using Ingester.Core.Keys;
using Ingester.Publishing.Certificates;
using Ingester.Publishing.Signing;

namespace Ingester.Publishing.DataExchange;

/// <summary>
/// What was done with a day at AWS Data Exchange, as an object of the store: <c>data-exchange/{yyyy}/{MM}/{dd}/{exchange}_{dataset}.json</c>. The service itself says which revisions exist; only the
/// notifications cannot be asked for.
/// </summary>
internal sealed record PublicationRecord
{
    private const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions Json = new(CertificateJson.Options) { WriteIndented = true, NewLine = "\n" };

    /// <summary>Version of these fields.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>The data set.</summary>
    public required string DataSet { get; init; }

    /// <summary>The finalized revision; null as long as there is none.</summary>
    public string? RevisionId { get; init; }

    /// <summary>Digest of the certificate's payload; null as long as there is no finalized revision.</summary>
    public string? Certificate { get; init; }

    /// <summary>Revision of the certificate.</summary>
    public int? CertificateRevision { get; init; }

    /// <summary>Number of its assets.</summary>
    public int? Assets { get; init; }

    /// <summary>When the revision was finalized.</summary>
    public DateTimeOffset? FinalizedAt { get; init; }

    /// <summary>The finalized revisions that it replaced.</summary>
    public IReadOnlyList<string> Replaced { get; init; } = [];

    /// <summary>When the subscribers were told that the day is late; null if they were not.</summary>
    public DateTimeOffset? DelayedAt { get; init; }

    /// <summary>The key of the record of a day.</summary>
    public static string Key(CertificateKeys keys) => string.Create(
        CultureInfo.InvariantCulture, $"{ObjectKey.Root(keys.Prefix)}data-exchange/{keys.Day:yyyy'/'MM'/'dd}/{KeyEncoding.Encode(keys.Exchange)}_{keys.Dataset}.json");

    /// <summary>The record as JSON.</summary>
    public byte[] ToJson() => [.. JsonSerializer.SerializeToUtf8Bytes(this, Json), (byte)'\n'];

    /// <summary>Reads a record.</summary>
    /// <exception cref="JsonException">It is none, or of a newer format.</exception>
    public static PublicationRecord Parse(ReadOnlySpan<byte> json)
    {
        var record = JsonSerializer.Deserialize<PublicationRecord>(json, Json) ?? throw new JsonException("it is null");
        return record.Format <= CurrentFormat ? record : throw new JsonException($"it has format {record.Format}, and this program reads up to format {CurrentFormat}: use a newer version");
    }
}
