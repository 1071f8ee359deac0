using System.IO.Compression;
using System.Text.Json;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Simulator.Truth;
using Ingester.Storage.Stores;

namespace Ingester.Demo;

/// <summary>
/// Compares a store with the truth row by row. Every sent row must be stored, no other row may be stored, each whole object must contain exactly the
/// rows of its window, and no window may have two whole objects.
/// </summary>
internal sealed class StoreCheck
{
    private const string TimeFieldStart = ",\"time\":\"";

    private readonly IObjectStore store;
    private readonly string prefix;
    private readonly ILookup<StreamId, (SegmentKey Name, string Key)> segments;
    private readonly List<string> keys;

    private StoreCheck(IObjectStore store, string prefix, List<string> keys)
    {
        (this.store, this.prefix, this.keys) = (store, prefix, keys);
        segments = keys
            .Select(key => (Known: SegmentKey.TryParse(prefix, key, out var name), Name: name, Key: key))
            .Where(found => found.Known)
            .ToLookup(found => found.Name.Stream, found => (found.Name, found.Key));
    }

    /// <summary>Number of objects in a folder of the store, such as <c>divergent</c>.</summary>
    public int CountObjects(string folder) => keys.Count(key => key.StartsWith($"{ObjectKey.Root(prefix)}{folder}/", StringComparison.Ordinal));

    /// <summary>Lists the store.</summary>
    public static async Task<StoreCheck> ListAsync(IObjectStore store, string prefix, CancellationToken cancel)
    {
        var keys = new List<string>();
        await foreach (var listed in store.ListAsync(ObjectKey.Root(prefix), cancel))
            keys.Add(listed.Key);
        return new(store, prefix, keys);
    }

    /// <summary>The gaps that replicas reported, without duplicates: stream, range and cause.</summary>
    public async Task<IReadOnlyCollection<(StreamId Stream, SequenceRange? Missing, string Cause)>> ReadGapsAsync(CancellationToken cancel) =>
        (await ReadGapRowsAsync(cancel)).Select(gap => (gap.Stream, gap.Missing, gap.Cause)).ToHashSet();

    /// <summary>The rows of all gaps, each with the exchange time of the last event before it, microseconds UTC.</summary>
    public async Task<IReadOnlyList<(StreamId Stream, SequenceRange? Missing, long FromMicros, string Cause)>> ReadGapRowsAsync(CancellationToken cancel)
    {
        var gaps = new List<(StreamId, SequenceRange?, long, string)>();
        foreach (var key in keys.Where(key => key.StartsWith($"{ObjectKey.Root(prefix)}gaps/", StringComparison.Ordinal)))
            foreach (var line in await ReadAsync(key, cancel))
            {
                var row = JsonDocument.Parse(line).RootElement;
                if (!DatasetNames.TryParse(row.GetProperty("dataset").GetString()!, out var dataset))
                    throw new InvalidDataException($"{key}: a gap row without a known dataset: {line}");
                var exchange = key.Split('/').First(part => part.StartsWith("exchange=", StringComparison.Ordinal))["exchange=".Length..];
                SequenceRange? missing = row.TryGetProperty("after", out var after) ? new(after.GetInt64(), row.GetProperty("upto").GetInt64()) : null;
                gaps.Add((new(dataset, exchange, row.GetProperty("pair").GetString()!), missing, row.GetProperty("from").GetInt64(), row.GetProperty("cause").GetString()!));
            }

        return gaps;
    }

    /// <summary>Checks one stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="truth">All generated events, in order.</param>
    /// <param name="cancel">Cancels the check.</param>
    /// <param name="replays">True when unsent rows may be stored as well: exchanges replay trades on subscribe, and gaps are closed over
    /// REST.</param>
    public async Task<StreamCheckResult> CheckStreamAsync(StreamId stream, IReadOnlyList<TruthRow> truth, CancellationToken cancel, bool replays = false)
    {
        var errors = new List<string>();
        var replayed = replays ? await ReadRowsAsync(stream, cancel) : new HashSet<string>();
        var sent = truth.Where(row => row.Sent || replayed.Contains(row.Row)).ToList();
        var windows = GroupByWindow(sent);
        var missing = sent.CountBy(row => row.Row).ToDictionary(StringComparer.Ordinal);
        var known = missing.Keys.ToHashSet(StringComparer.Ordinal);
        var whole = segments[stream].Where(segment => segment.Name.IsWhole).ToList();
        foreach (var twice in whole.GroupBy(segment => segment.Name.Window).Where(group => group.Count() > 1))
            errors.Add($"window {twice.Key} has {twice.Count()} whole objects");
        foreach (var (name, key) in whole)
        {
            var rows = await ReadAsync(key, cancel);
            if (!rows.SequenceEqual(windows[name.Window.StartMicros]))
                errors.Add($"{key} holds {rows.Count} rows instead of the {windows[name.Window.StartMicros].Count()} sent in its window");
            foreach (var row in rows)
                missing[row] = missing.GetValueOrDefault(row) - 1;
        }

        foreach (var (_, key) in segments[stream].Where(segment => !segment.Name.IsWhole))
            foreach (var row in await ReadAsync(key, cancel))
            {
                if (!known.Contains(row))
                    errors.Add($"{key} holds a row that was never sent: {row}");
                missing[row] = 0;
            }

        if (missing.Values.Where(count => count > 0).Sum() is > 0 and var lost)
            errors.Add($"{lost} rows are not in the store, the first: {missing.First(pair => pair.Value > 0).Key}");
        if (missing.Values.Where(count => count < 0).Sum() is < 0 and var extra)
            errors.Add($"{-extra} rows of whole objects were not sent that often");
        return new(stream, sent.Count, whole.Count, errors);
    }

    /// <summary>The start times of the windows of a stream that have a whole object.</summary>
    public IEnumerable<long> WholeWindows(StreamId stream) =>
        segments[stream].Where(segment => segment.Name.IsWhole).Select(segment => segment.Name.Window.StartMicros);

    /// <summary>The rows by window. Windows only advance: a row that is earlier than the current window belongs to the current window.</summary>
    public static ILookup<long, string> GroupByWindow(IEnumerable<TruthRow> sent)
    {
        var top = long.MinValue;
        return sent.ToLookup(row => top = Math.Max(top, Window.Containing(row.Micros, 1).StartMicros), row => row.Row);
    }

    /// <summary>All stored rows of a stream.</summary>
    public async Task<IReadOnlySet<string>> ReadRowsAsync(StreamId stream, CancellationToken cancel)
    {
        var rows = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (_, key) in segments[stream])
            rows.UnionWith(await ReadAsync(key, cancel));
        return rows;
    }

    private async Task<List<string>> ReadAsync(string key, CancellationToken cancel)
    {
        await using var body = await store.GetAsync(key, cancel) ?? throw new InvalidOperationException($"{key} was listed but does not exist any more.");
        await using var unpacked = new GZipStream(body, CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked);
        var rows = new List<string>();
        while (await reader.ReadLineAsync(cancel) is { } row)
            rows.Add(RemoveTimeField(row));
        return rows;
    }

    /// <summary>Removes the time annotation of the recorder, which is the last field: the result is the row as sent.</summary>
    private static string RemoveTimeField(string row) =>
        row.LastIndexOf(TimeFieldStart, StringComparison.Ordinal) is >= 0 and var at ? $"{row[..at]}}}" : row;
}
