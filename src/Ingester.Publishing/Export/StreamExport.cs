using System.Text.Json.Serialization;
using Ingester.Core.Markets;

namespace Ingester.Publishing.Export;

/// <summary>
/// The manifest of the export of one stream and day: the exported files, and the stored objects from which they were made. It is stored as JSON below
/// <c>export/manifests</c>. A certificate is made from the manifests of all streams of an exchange, a dataset and a day.
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

    /// <summary>Seconds of the day in which the order book is known, proven or not; null for streams without a book.</summary>
    public double? BookKnownSeconds { get; init; }

    /// <summary>The time from which the order book is known first, microseconds UTC; null if it never is, and for streams without a book.</summary>
    public long? BookFrom { get; init; }

    /// <summary>The exchange's own symbol that the files name; the market's canonical name if the store does not contain the symbol.</summary>
    public string Symbol { get; init; } = "";

    /// <summary>The id of the exchange in the CSV files.</summary>
    public string ExchangeId { get; init; } = "";

    /// <summary>The settings that decide the bytes: <c>formats</c>, <c>numbers</c>, <c>replicas</c>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Number of marks of the merge by their kind: <c>gap</c>, <c>missing</c>, <c>unproven</c>, <c>disputed</c>, <c>conflict</c>, <c>unreadable</c>, <c>reset</c>. Empty for a stream without any.</summary>
    public IReadOnlyDictionary<string, long> Marks { get; init; } = new Dictionary<string, long>();

    /// <summary>What a reader of the files must know, in sentences: the first marks, and events that the files cannot express.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The key of the list of the objects that were read: lines <c>key SPACE sha256 LF</c>, compressed with gzip.</summary>
    public string InputsKey { get; init; } = "";

    /// <summary>
    /// Hash of what the store holds about the stream and day: names and sizes of its objects, coverage and gaps. If it is the same, the day is not read
    /// again. It is not a statement about the files.
    /// </summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>True if the files lack something that the exchange sent, or may lack it, or hold values as text.</summary>
    [JsonIgnore]
    public bool IsIncomplete => TextNumbers > 0 || Marks.Keys.Any(kind => kind != MarkCounts.Reset);

    /// <summary>True if the files were written with these settings.</summary>
    public bool HasSettings(IReadOnlyDictionary<string, string> settings) =>
        settings.Count == Settings.Count && settings.All(setting => Settings.TryGetValue(setting.Key, out var value) && value == setting.Value);

    /// <summary>Number of values that do not fit into <c>decimal(38,18)</c> and are kept as text.</summary>
    public long TextNumbers { get; init; }
}
