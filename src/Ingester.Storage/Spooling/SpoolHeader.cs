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

/// <summary>Everything about a spooled object that its bytes do not say: a later process needs no more to store it.</summary>
internal sealed record SpoolHeader
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Segment, book or journal.</summary>
    public required ObjectKind Kind { get; init; }

    /// <summary>The dataset that its key begins with.</summary>
    public required Dataset Dataset { get; init; }

    /// <summary>The exchange.</summary>
    public required string Exchange { get; init; }

    /// <summary>Where it goes.</summary>
    public required string Key { get; init; }

    /// <summary>What the key begins with.</summary>
    public required string Prefix { get; init; }

    /// <summary>Whether other bytes under its name are a variant or a divergence.</summary>
    public required StreamIdentity Identity { get; init; }

    /// <summary>How many replicas write this stream before this one.</summary>
    public required int Rank { get; init; }

    /// <summary>How many rows it holds.</summary>
    public required long Rows { get; init; }

    /// <summary>The SHA-256 of its uncompressed rows.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The version of the row format.</summary>
    public required string Format { get; init; }

    /// <summary>How much a whole segment proves, as <see cref="ProofGrade"/> writes it; null for other objects, and in files of versions that did not say.</summary>
    public string? Grade { get; init; }

    /// <summary>When it was sealed, microseconds UTC of the recorder's clock.</summary>
    public required long Added { get; init; }

    /// <summary>What coverage says of it; null for books and journals.</summary>
    public SpooledCoverage? Coverage { get; init; }

    /// <summary>Describes an object whose rows are in memory.</summary>
    public static SpoolHeader Of(Upload upload, ObjectDraft draft) => new()
    {
        Kind = draft.Kind,
        Dataset = draft.Dataset,
        Exchange = draft.Exchange,
        Key = draft.Key,
        Prefix = draft.Prefix,
        Identity = draft.Identity,
        Rank = upload.Rank,
        Rows = upload.Count,
        Sha256 = upload.Sha256,
        Format = ObjectMetadata.FormatVersion,
        Grade = draft.Metadata.Grade?.ToString(),
        Added = upload.AddedMicros,
        Coverage = upload.Coverage is { } line ? SpooledCoverage.Of(line) : null,
    };

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="JsonException">It is none of ours.</exception>
    public static SpoolHeader Read(ReadOnlySpan<byte> bytes) => JsonSerializer.Deserialize<SpoolHeader>(bytes, Json) ?? throw new JsonException("The header is null.");

    /// <summary>It as JSON.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>The object as the store is to have it. Other replicas had time to store the same segment: they are asked for first.</summary>
    public ObjectDraft Draft(Func<RowBuffer> body) => new()
    {
        Kind = Kind,
        Dataset = Dataset,
        Exchange = Exchange,
        Key = Key,
        Prefix = Prefix,
        Metadata = new(Sha256, Rows, Format, ProofGrade.Parse(Grade)),
        Identity = Identity,
        AskFirst = Kind == ObjectKind.Segment,
        Body = body,
    };
}

/// <summary>What is needed to write the coverage line of a segment when its process is gone.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Market">The market.</param>
/// <param name="Start">The first microsecond of the window.</param>
/// <param name="Minutes">How long the window is.</param>
/// <param name="State">Whole, fragment or held.</param>
/// <param name="After">The last id before the segment; null without a sequence.</param>
/// <param name="UpTo">The last id of the segment; null without a sequence.</param>
/// <param name="Grade">How much the segment proves; null where the line does not say.</param>
internal sealed record SpooledCoverage(Dataset Dataset, string Market, long Start, int Minutes, CoverageState State, long? After, long? UpTo, string? Grade = null)
{
    /// <summary>Keeps what a line says.</summary>
    public static SpooledCoverage Of(CoverageLine line) =>
        new(line.Stream.Dataset, line.Stream.Market, line.Window.StartMicros, line.Window.Minutes, line.State, line.Range?.After, line.Range?.UpTo,
            line.Grade?.ToString());

    /// <summary>The line again, which is written to an output.</summary>
    public CoverageLine Line(string exchange, int rows, ISegmentOutput output) => new(new(new(Dataset, exchange, Market), output), new(Start, Minutes), State)
    {
        Range = After is { } after && UpTo is { } upTo ? new(after, upTo) : null,
        Rows = rows,
        Grade = ProofGrade.Parse(Grade),
    };
}
