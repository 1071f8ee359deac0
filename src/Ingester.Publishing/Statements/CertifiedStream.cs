using System.Text.Json.Serialization;
using Ingester.Publishing.Export;

namespace Ingester.Publishing.Statements;

/// <summary>What is certified about one market.</summary>
internal sealed record CertifiedStream
{
    /// <summary>The market's canonical name.</summary>
    public required string Pair { get; init; }

    /// <summary>The exchange's own symbol that the files name; null when it is not exported.</summary>
    public string? Symbol { get; init; }

    /// <summary>Its condition.</summary>
    public required Condition Condition { get; init; }

    /// <summary>Why it is not available, in sentences; empty when it is.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>The revision of its export; null when it is not exported.</summary>
    public int? Export { get; init; }

    /// <summary>The objects that its files were made from; null when it is not exported.</summary>
    public Inputs? Inputs { get; init; }

    /// <summary>The settings of the export that decide the bytes of the files.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>The notes of the export for readers of the files, as sentences.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Number of exported events: trades, or messages of a book.</summary>
    public required long Events { get; init; }

    /// <summary>The first exported event; null without events.</summary>
    public ExportedEvent? First { get; init; }

    /// <summary>The last exported event; null without events.</summary>
    public ExportedEvent? Last { get; init; }

    /// <summary>Number of windows by verdict.</summary>
    public required WindowCounts Windows { get; init; }

    /// <summary>Number of complete windows by grade of their proof.</summary>
    public required IReadOnlyDictionary<string, int> Grades { get; init; }

    /// <summary>Minutes of the day in which no recording of this market was expected, because it had not begun, had ended, or the market was delisted.</summary>
    public required int MinutesNotRecorded { get; init; }

    /// <summary>The spans in which events may be missing or disputed. Consecutive windows with the same verdict are one entry.</summary>
    public required IReadOnlyList<Interval> Unproven { get; init; }

    /// <summary>Gaps and messages before and after merging.</summary>
    public required GapRates Gaps { get; init; }

    /// <summary>Ids that are missing in the files.</summary>
    public required IReadOnlyList<MissingIds> Missing { get; init; }

    /// <summary>Gaps that a replica reported without ids, or outside of the missing ids, and that nothing closes.</summary>
    public required IReadOnlyList<ReportedGap> Open { get; init; }

    /// <summary>Gaps of single replicas, and what closed them.</summary>
    public required IReadOnlyList<ReportedGap> Closed { get; init; }

    /// <summary>Number of ranges that were fetched from the exchange over REST.</summary>
    public required int Backfilled { get; init; }

    /// <summary>Ids that were taken from files that the exchange publishes; absent when there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ArchivedIds>? Archived { get; init; }

    /// <summary>How far the replicas agree.</summary>
    public required Agreement Agreement { get; init; }

    /// <summary>Seconds of the day in which the book is known and proven; null for other datasets.</summary>
    public double? BookProvenSeconds { get; init; }

    /// <summary>Seconds of the day in which the book is known, proven or not; null for other datasets.</summary>
    public double? BookKnownSeconds { get; init; }

    /// <summary>The time from which the book is known first, microseconds UTC; null if it never is, and for other datasets.</summary>
    public long? BookFrom { get; init; }

    /// <summary>Number of events by the source of their <c>local_timestamp</c>: a replica, or <c>exchange</c>.</summary>
    public required IReadOnlyDictionary<string, long> LocalTimestamp { get; init; }

    /// <summary>Number of values that do not fit into <c>decimal(38,18)</c> and are text.</summary>
    public required long TextNumbers { get; init; }

    /// <summary>The files. Each is a subject of the statement, too.</summary>
    public required IReadOnlyList<ExportedFile> Files { get; init; }
}
