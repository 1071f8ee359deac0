using System.Text.Json;
using System.Text.Json.Serialization;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Proof;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Storage.Stores;
using Ingester.Storage.Uploads;
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

    /// <summary>The header of an object whose rows are in memory.</summary>
    public static SpoolHeader Of(Upload upload, ObjectDraft draft) => new()
    {
        Kind = draft.Kind,
        Dataset = draft.Dataset,
        Exchange = draft.Exchange,
        Key = draft.Key,
        Prefix = draft.Prefix,
        Identity = draft.Identity,
        Rank = upload.Rank,
        Rows = upload.RowCount,
        Sha256 = upload.Sha256,
        Format = ObjectMetadata.FormatVersion,
        Grade = draft.Metadata.Grade?.ToString(),
        Added = upload.AddedMicros,
        Coverage = upload.Coverage is { } line ? SpooledCoverage.From(line) : null,
    };

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

/// <summary>The data for the coverage line of a segment whose process has ended. Property names are JSON fields on disk.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Market">The market.</param>
/// <param name="Start">The first microsecond of the window.</param>
/// <param name="Minutes">Length of the window in minutes.</param>
/// <param name="State">Whole, fragment or held.</param>
/// <param name="After">The last id before the segment; null without ids.</param>
/// <param name="UpTo">The last id of the segment; null without ids.</param>
/// <param name="Grade">The grade of the segment; null if the coverage line has none.</param>
internal sealed record SpooledCoverage(Dataset Dataset, string Market, long Start, int Minutes, CoverageState State, long? After, long? UpTo, string? Grade = null)
{
    /// <summary>Copies the data of a coverage line.</summary>
    public static SpooledCoverage From(CoverageLine line) =>
        new(line.Stream.Dataset, line.Stream.Market, line.Window.StartMicros, line.Window.Minutes, line.State, line.Range?.After, line.Range?.UpTo,
            line.Grade?.ToString());

    /// <summary>Recreates the coverage line; it is written to the given output.</summary>
    public CoverageLine ToCoverageLine(string exchange, int rows, ISegmentOutput output) => new(new(new(Dataset, exchange, Market), output), new(Start, Minutes), State)
    {
        Range = After is { } after && UpTo is { } upTo ? new(after, upTo) : null,
        Rows = rows,
        Grade = ProofGrade.Parse(Grade),
    };
}
