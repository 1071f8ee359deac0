using System.IO.Compression;
using System.Text.Json;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Simulator.Truth;
using Ingester.Storage.Stores;

namespace Ingester.Demo;

/// <summary>What the check of one stream found.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Sent">Rows that were sent.</param>
/// <param name="Whole">Whole windows in the store.</param>
/// <param name="Faults">Everything that is wrong, in words; empty when all is well.</param>
internal sealed record StreamVerdict(StreamId Stream, int Sent, int Whole, IReadOnlyList<string> Faults);

/// <summary>
/// Compares a store with the truth, row by row: every row that was sent is there, none is there that was not sent, every whole object holds exactly
/// its window and no window has two.
/// </summary>
internal sealed class StoreCheck
{
    private const string TimeMark = ",\"time\":\"";

    private readonly IObjectStore store;
    private readonly string prefix;
    private readonly ILookup<StreamId, (SegmentName Name, string Key)> segments;
    private readonly List<string> keys;

    private StoreCheck(IObjectStore store, string prefix, List<string> keys)
    {
        (this.store, this.prefix, this.keys) = (store, prefix, keys);
        segments = keys
            .Select(key => (Known: SegmentName.TryParse(prefix, key, out var name), Name: name, Key: key))
            .Where(found => found.Known)
            .ToLookup(found => found.Name.Stream, found => (found.Name, found.Key));
    }

    /// <summary>How many objects lie under a folder of the store, such as <c>divergent</c>.</summary>
    public int Count(string folder) => keys.Count(key => key.StartsWith($"{ObjectKey.Root(prefix)}{folder}/", StringComparison.Ordinal));

    /// <summary>Lists the store.</summary>
    public static async Task<StoreCheck> ListAsync(IObjectStore store, string prefix, CancellationToken cancel)
    {
        var keys = new List<string>();
        await foreach (var listed in store.ListAsync(ObjectKey.Root(prefix), cancel))
            keys.Add(listed.Key);
        return new(store, prefix, keys);
    }

    /// <summary>The holes that replicas reported, each once: stream and range.</summary>
    public async Task<IReadOnlyCollection<(StreamId Stream, SequenceRange? Missing, string Cause)>> GapsAsync(CancellationToken cancel)
    {
        var gaps = new HashSet<(StreamId, SequenceRange?, string)>();
        foreach (var key in keys.Where(key => key.StartsWith($"{ObjectKey.Root(prefix)}gaps/", StringComparison.Ordinal)))
            foreach (var line in await ReadAsync(key, cancel))
            {
                var row = JsonDocument.Parse(line).RootElement;
                if (!DatasetNames.TryParse(row.GetProperty("dataset").GetString()!, out var dataset))
                    throw new InvalidDataException($"{key}: a gap of no dataset: {line}");
                var exchange = key.Split('/').First(part => part.StartsWith("exchange=", StringComparison.Ordinal))["exchange=".Length..];
                SequenceRange? missing = row.TryGetProperty("after", out var after) ? new(after.GetInt64(), row.GetProperty("upto").GetInt64()) : null;
                gaps.Add((new(dataset, exchange, row.GetProperty("pair").GetString()!), missing, row.GetProperty("cause").GetString()!));
            }

        return gaps;
    }

    /// <summary>Checks one stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="truth">Every event that was generated, in order.</param>
    /// <param name="cancel">Stops the check.</param>
    /// <param name="replays">What nobody was sent when it happened may be in the store all the same: exchanges replay trades on subscribe, and holes are closed over REST.</param>
    public async Task<StreamVerdict> CheckAsync(StreamId stream, IReadOnlyList<TruthRow> truth, CancellationToken cancel, bool replays = false)
    {
        var faults = new List<string>();
        var replayed = replays ? await RowsAsync(stream, cancel) : new HashSet<string>();
        var sent = truth.Where(row => row.Sent || replayed.Contains(row.Row)).ToList();
        var windows = Windows(sent);
        var missing = sent.CountBy(row => row.Row).ToDictionary(StringComparer.Ordinal);
        var known = missing.Keys.ToHashSet(StringComparer.Ordinal);
        var whole = segments[stream].Where(segment => segment.Name.Whole).ToList();
        foreach (var twice in whole.GroupBy(segment => segment.Name.Window).Where(group => group.Count() > 1))
            faults.Add($"window {twice.Key} has {twice.Count()} whole objects");
        foreach (var (name, key) in whole)
        {
            var rows = await ReadAsync(key, cancel);
            if (!rows.SequenceEqual(windows[name.Window.StartMicros]))
                faults.Add($"{key} holds {rows.Count} rows and not the {windows[name.Window.StartMicros].Count()} that were sent in its window");
            foreach (var row in rows)
                missing[row] = missing.GetValueOrDefault(row) - 1;
        }

        foreach (var (_, key) in segments[stream].Where(segment => !segment.Name.Whole))
            foreach (var row in await ReadAsync(key, cancel))
            {
                if (!known.Contains(row))
                    faults.Add($"{key} holds a row that was never sent: {row}");
                missing[row] = 0;
            }

        if (missing.Values.Where(count => count > 0).Sum() is > 0 and var lost)
            faults.Add($"{lost} rows are not in the store, the first: {missing.First(pair => pair.Value > 0).Key}");
        if (missing.Values.Where(count => count < 0).Sum() is < 0 and var extra)
            faults.Add($"{-extra} rows of whole objects were sent less often");
        return new(stream, sent.Count, whole.Count, faults);
    }

    /// <summary>The windows of a stream that have a whole object, by their start.</summary>
    public IEnumerable<long> WholeWindows(StreamId stream) =>
        segments[stream].Where(segment => segment.Name.Whole).Select(segment => segment.Name.Window.StartMicros);

    /// <summary>The rows of each window, by the rule that windows only move forward.</summary>
    public static ILookup<long, string> Windows(IEnumerable<TruthRow> sent)
    {
        var top = long.MinValue;
        return sent.ToLookup(row => top = Math.Max(top, Window.Of(row.Micros, 1).StartMicros), row => row.Row);
    }

    /// <summary>Every row of a stream that is in the store.</summary>
    public async Task<IReadOnlySet<string>> RowsAsync(StreamId stream, CancellationToken cancel)
    {
        var rows = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (_, key) in segments[stream])
            rows.UnionWith(await ReadAsync(key, cancel));
        return rows;
    }

    private async Task<List<string>> ReadAsync(string key, CancellationToken cancel)
    {
        await using var body = await store.GetAsync(key, cancel) ?? throw new InvalidOperationException($"{key} was listed and is gone.");
        await using var unpacked = new GZipStream(body, CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked);
        var rows = new List<string>();
        while (await reader.ReadLineAsync(cancel) is { } row)
            rows.Add(Sent(row));
        return rows;
    }

    /// <summary>A row as the exchange sent it: without what the recorder says of its time, which is its last field.</summary>
    private static string Sent(string row) =>
        row.LastIndexOf(TimeMark, StringComparison.Ordinal) is >= 0 and var at ? $"{row[..at]}}}" : row;
}
