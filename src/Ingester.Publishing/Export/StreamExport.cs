using Ingester.Core.Markets;

namespace Ingester.Publishing.Export;

/// <summary>
/// What the export of one stream and day wrote and what it was made from. It is stored as JSON beside the exported files, and a certificate is made from the
/// manifests of all streams of an exchange, a dataset and a day.
/// </summary>
public sealed record StreamExport
{
    /// <summary>Version of this format: 1.</summary>
    public int Format { get; init; } = 1;

    /// <summary>The stream.</summary>
    public required StreamId Stream { get; init; }

    /// <summary>The day, in UTC by exchange time.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>1 for the first export of this day. A changed store leads to the next number.</summary>
    public required int Revision { get; init; }

    /// <summary>What changed since the revision before, in sentences; empty for the first.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>Number of objects of the store that were read.</summary>
    public required int InputCount { get; init; }

    /// <summary>Hash over the sorted lines <c>key SPACE sha256 LF</c> of these objects, 64 hex digits.</summary>
    public required string InputSha256 { get; init; }

    /// <summary>Number of exported events: trades, or messages of a book.</summary>
    public long Events { get; init; }

    /// <summary>The first exported event; null for a day without events.</summary>
    public ExportedEvent? First { get; init; }

    /// <summary>The last exported event; null for a day without events.</summary>
    public ExportedEvent? Last { get; init; }

    /// <summary>The exported files.</summary>
    public required IReadOnlyList<ExportedFile> Files { get; init; }

    /// <summary>Where the local timestamps of the files come from: a replica's name, or <c>exchange</c>; with the number of events of each source.</summary>
    public IReadOnlyDictionary<string, long> LocalTimestamps { get; init; } = new Dictionary<string, long>();

    /// <summary>Libraries whose version decides the bytes of the files, with their versions.</summary>
    public IReadOnlyDictionary<string, string> Engines { get; init; } = new Dictionary<string, string>();

    /// <summary>Seconds of the day in which the order book is known and proven; null for streams without a book.</summary>
    public double? BookProvenSeconds { get; init; }

    /// <summary>Number of values that do not fit into <c>decimal(38,18)</c> and are kept as text.</summary>
    public long TextNumbers { get; init; }
}
