using System.Text.Json.Serialization;

namespace Ingester.Publishing.Statements;

/// <summary>What is certified about one day of one exchange and dataset.</summary>
internal sealed record Predicate
{
    /// <summary>The format that this program writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Version of these fields.</summary>
    [JsonRequired]
    public int Format { get; init; } = CurrentFormat;

    /// <summary>The exchange.</summary>
    public required string Exchange { get; init; }

    /// <summary>The dataset, such as <c>agg-trades</c>.</summary>
    public required string Dataset { get; init; }

    /// <summary>The day, in UTC by exchange time.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>1 for the first certificate of the day.</summary>
    public required int Revision { get; init; }

    /// <summary>What changed since the revision before, in sentences; empty for the first.</summary>
    public required IReadOnlyList<string> Changes { get; init; }

    /// <summary>The revision that this one replaces; null for the first.</summary>
    public CertificateReference? Replaces { get; init; }

    /// <summary>The first revision of the day before; null when that day has no certificate.</summary>
    public CertificateReference? Previous { get; init; }

    /// <summary>The condition of the day: the worst condition of a stream.</summary>
    public required Condition Condition { get; init; }

    /// <summary>Name and version of the program that wrote the first payload with this content.</summary>
    public required string Program { get; init; }

    /// <summary>Libraries whose version decides the bytes of the files, with their versions.</summary>
    public required IReadOnlyDictionary<string, string> Engines { get; init; }

    /// <summary>The objects that the files were made from.</summary>
    public required Inputs Inputs { get; init; }

    /// <summary>Number of events of all streams.</summary>
    public required long Events { get; init; }

    /// <summary>Gaps per million messages, over all streams.</summary>
    public required GapRates Gaps { get; init; }

    /// <summary>How far the replicas agree, over all streams.</summary>
    public required Agreement Agreement { get; init; }

    /// <summary>One sentence for each object that is damaged, so that its content is unknown.</summary>
    public required IReadOnlyList<string> Unreadable { get; init; }

    /// <summary>The streams, in ordinal order of their markets.</summary>
    public required IReadOnlyList<CertifiedStream> Streams { get; init; }
}
