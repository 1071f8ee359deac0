using System.Text.Json;
using System.Text.Json.Serialization;
using Ingester.Core.Telemetry;
using Ingester.Recording.Lanes;
using Ingester.Schemas;
using Spectre.Console;

namespace Ingester.Importing;

/// <summary>The result of an import, total and per stream.</summary>
internal sealed record ImportSummary
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.Never };

    /// <summary>The name of the schema of this document.</summary>
    public string Schema { get; init; } = OutputSchema.Import;

    /// <summary>The exchange.</summary>
    public required string Exchange { get; init; }

    /// <summary>Number of imported frames.</summary>
    public required long Frames { get; init; }

    /// <summary>Frames of channels that are not recorded.</summary>
    public required long Ignored { get; init; }

    /// <summary>Frames that could not be decoded.</summary>
    public required long Quarantined { get; init; }

    /// <summary>Snapshots received in the stream.</summary>
    public required long Books { get; init; }

    /// <summary>Duration in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Number of segments by upload outcome: stored, duplicate, variant, divergent, other-version, regrouped, disputed.</summary>
    public required IReadOnlyDictionary<string, long> Objects { get; init; }

    /// <summary>Segments written to <c>divergent/</c>, because the object under their key has other rows.</summary>
    public long Divergent => Objects.GetValueOrDefault("divergent");

    /// <summary>Messages that are missing from a raw recording, because the capture had no memory for them.</summary>
    public long Dropped { get; init; }

    /// <summary>Objects and journal rows that were lost.</summary>
    public long Lost { get; init; }

    /// <summary>Markets that were not imported because their names are too long for the store; their frames are quarantined.</summary>
    public IReadOnlyList<string> Unstorable { get; init; } = [];

    /// <summary>The streams, by name.</summary>
    public required IReadOnlyList<StreamSummary> Streams { get; init; }

    /// <summary>Summarizes the lanes of an import. Lanes that recorded the same stream, one after the other or for several replicas, are one line.</summary>
    public static ImportSummary Create(string exchange, IReadOnlyList<Lane> lanes, IngesterMeter meter, TimeSpan took) => new()
    {
        Exchange = exchange,
        Frames = lanes.Sum(lane => lane.Counts.Frames),
        Ignored = lanes.Sum(lane => lane.Counts.Ignored),
        Quarantined = lanes.Sum(lane => lane.Counts.Quarantined),
        Books = lanes.Sum(lane => lane.Counts.Snapshots),
        Seconds = Math.Round(took.TotalSeconds, 3),
        Objects = meter.SegmentsStored.ByLastTag,
        Streams =
        [
            .. lanes.SelectMany(lane => lane.Recorders).Select(StreamSummary.Create)
                .GroupBy(stream => (stream.Pair, stream.Dataset)).Select(same => same.Aggregate((one, other) => one.Plus(other)))
                .OrderBy(s => s.Pair, StringComparer.Ordinal).ThenBy(s => s.Dataset, StringComparer.Ordinal),
        ],
    };

    /// <summary>One message per error; empty on success.</summary>
    /// <param name="allowQuarantine">True when quarantined frames are not an error.</param>
    public IEnumerable<string> DescribeErrors(bool allowQuarantine)
    {
        if (Quarantined > 0 && !allowQuarantine)
            yield return $"{Quarantined:N0} of {Frames:N0} frames were quarantined: see quarantine/ for the reasons; --allow-quarantine ignores this.";
        if (Divergent > 0)
            yield return $"{Divergent:N0} objects differ from stored objects of the same name; they are in divergent/.";
        if (Lost > 0)
            yield return $"{Lost:N0} objects or rows are lost.";
    }

    /// <summary>The summary as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Writes the summary as a table.</summary>
    public void Write(IAnsiConsole console)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var heading in new[] { "market", "dataset", "events", "whole", "fragments", "gaps", "duplicates", "replayed" })
            table.AddColumn(new TableColumn(heading) { Alignment = heading is "market" or "dataset" ? Justify.Left : Justify.Right });
        foreach (var s in Streams)
            table.AddRow(Markup.Escape(s.Pair), s.Dataset, $"{s.Events:N0}", $"{s.Whole:N0}", $"{s.Fragments:N0}", $"{s.Gaps:N0}", $"{s.Duplicates:N0}", $"{s.Replayed:N0}");
        console.Write(table);
        console.WriteLine($"{Exchange}: {Frames:N0} frames in {Seconds:N1} s; {Ignored:N0} ignored, {Quarantined:N0} quarantined, {Books:N0} snapshots.");
        console.WriteLine($"Objects: {(Objects.Count == 0 ? "none" : string.Join(", ", Objects.Select(pair => $"{pair.Value:N0} {pair.Key}")))}.");
    }
}
