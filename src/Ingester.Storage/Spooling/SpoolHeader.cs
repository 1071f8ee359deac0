using System.Text.Json;
using System.Text.Json.Serialization;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Proof;
using Ingester.Core.Sequencing;
using Ingester.Storage.Writing;

namespace Ingester.Storage.Spooling;

/// <summary>
/// Everything about a spooled object except its rows: a later process needs nothing else to store it. Property names are JSON fields on disk.
/// </summary>
internal sealed record SpoolHeader
{
    private static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Segment, snapshot or journal.</summary>
    public required ObjectKind Kind { get; init; }

    /// <summary>The dataset, the first part of the key.</summary>
    public required Dataset Dataset { get; init; }

    /// <summary>The exchange.</summary>
    public required string Exchange { get; init; }

    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>The prefix of the key.</summary>
    public required string Prefix { get; init; }

    /// <summary>Decides whether different rows under the same key are a variant or a divergence.</summary>
    public required StreamIdentity Identity { get; init; }

    /// <summary>Number of replicas that write this stream before this one.</summary>
    public required int Rank { get; init; }

    /// <summary>Number of rows.</summary>
    public required long Rows { get; init; }

    /// <summary>The SHA-256 of its uncompressed rows.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The version of the row format.</summary>
    public required string Format { get; init; }

    /// <summary>
    /// The grade of a whole segment, formatted by <see cref="ProofGrade"/>; null for other objects, and in files of older versions.
    /// </summary>
    public string? Grade { get; init; }

    /// <summary>When the object was sealed, microseconds UTC of the recorder's clock.</summary>
    public required long Added { get; init; }

    /// <summary>The coverage of the segment; null for snapshots and journals.</summary>
    public SpooledCoverage? Coverage { get; init; }

    /// <summary>Parses the result of <see cref="ToBytes"/>.</summary>
    /// <exception cref="JsonException">It is not a valid header.</exception>
    public static SpoolHeader Read(ReadOnlySpan<byte> bytes) => JsonSerializer.Deserialize<SpoolHeader>(bytes, JsonOptions) ?? throw new JsonException("The header is null.");

    /// <summary>The header as JSON.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, JsonOptions);

    /// <summary>The object to be stored. A segment is looked up first, because other replicas had time to store it.</summary>
    public ObjectDraft ToDraft(Func<RowBuffer> body) => new()
    {
        Kind = Kind,
        Dataset = Dataset,
        Exchange = Exchange,
        Key = Key,
        Prefix = Prefix,
        Metadata = new(Sha256, Rows, Format, ProofGrade.Parse(Grade)),
        Identity = Identity,
        IsProbablyStored = Kind == ObjectKind.Segment,
        CreateBody = body,
    };
}
