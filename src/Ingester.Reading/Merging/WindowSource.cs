using Ingester.Core.Keys;
using Ingester.Core.Time;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Merging;

/// <summary>The rows of one window of a stream without sequence ids.</summary>
internal sealed class WindowSource
{
    /// <summary>Maximum total size of fragments that are joined. Above it, only the largest fragment is used.</summary>
    private const long MaxJoinBytes = 48L << 20;

    private readonly List<UnreadableObjectException> unreadable = [];
    private readonly List<(string Hash, LoadedRows Rows)> runs = [];

    private WindowSource(Window window) => Window = window;

    /// <summary>The window.</summary>
    public Window Window { get; }

    /// <summary>The objects that are not readable.</summary>
    public IReadOnlyList<UnreadableObjectException> Unreadable => unreadable;

    /// <summary>True when the rows are proven to be complete.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>True when there are rows.</summary>
    public bool HasRows => runs.Count > 0;

    /// <summary>The rows of other replicas, which the merge does not use.</summary>
    public IReadOnlyList<(string Hash, LoadedRows Rows)> Alternatives { get; private set; } = [];

    /// <summary>The hash of the rows that are used; null when there are no others.</summary>
    public string? Variant => Alternatives.Count > 0 ? runs[0].Hash : null;

    /// <summary>Loads the segments that are needed.</summary>
    public static async Task<WindowSource> LoadAsync(
        SegmentLoader loader, Window window, IReadOnlyList<SegmentEntry> entries, CancellationToken cancellation)
    {
        var source = new WindowSource(window);
        foreach (var entry in entries.Where(entry => entry.Name.IsWhole))
            source.AddRun(await loader.LoadAsync(entry, cancellation));
        source.IsWhole = source.HasRows;
        if (source.runs.Count > 1)
            source.SelectRun();
        foreach (var entry in entries.Where(entry => !entry.Name.IsWhole && !source.IsWhole))
            source.AddRun(await loader.LoadAsync(entry, cancellation));
        return source;
    }

    /// <summary>The start times of the minutes of the window.</summary>
    public IEnumerable<long> Minutes()
    {
        for (var micros = Window.StartMicros; micros < Window.EndMicros; micros += Window.MicrosPerMinute)
            yield return micros;
    }

    /// <summary>The rows in order, each once. Rows that were already read as part of another window are dropped.</summary>
    public async Task<IEnumerable<LoadedRow>> MergeRowsAsync(DuplicateRowFilter duplicates, SegmentLoader loader)
    {
        if (runs.Count == 0)
            return [];
        var claims = await loader.GetClaimsAsync(Window);
        var writers = runs.SelectMany(run => claims.FindReplicas(Window, run.Rows.Sha256)).ToHashSet(StringComparer.Ordinal);
        return duplicates.Filter(runs.Count == 1 || TotalBytes() > MaxJoinBytes ? Largest() : OverlapJoin.Join(runs.OrderBy(run => claims.GetOrder(Window, run.Rows.Sha256)).Select(run => run.Rows.Rows)), Window, IsWhole, writers);
    }

    private void AddRun((LoadedRows? Rows, UnreadableObjectException? Broken) loaded)
    {
        if (loaded.Broken is { } error)
            unreadable.Add(error);
        if (loaded.Rows is { } rows && !runs.Exists(run => run.Rows.Sha256 == rows.Sha256))
            runs.Add((rows.Sha256[..ObjectKey.HashDigits], rows));
    }

    /// <summary>
    /// Different whole rows without sequence ids are never mixed. The one with the most levels is used; if equal, the one with the lower hash.
    /// </summary>
    private void SelectRun()
    {
        var ordered = runs.OrderByDescending(run => run.Rows.Rows.Sum(row => (long)CountLevels(row))).ThenBy(run => run.Rows.Sha256, StringComparer.Ordinal).ToList();
        runs.Clear();
        runs.Add(ordered[0]);
        Alternatives = ordered[1..];
    }

    /// <summary>Number of levels of a diff; 1 for any other row.</summary>
    private static int CountLevels(in LoadedRow row) => Math.Max(1, row.Line.Span.Count("[\""u8));

    private long TotalBytes() => runs.Sum(run => run.Rows.Rows.Sum(row => (long)row.Line.Length));

    private IReadOnlyCollection<LoadedRow> Largest() => runs.MaxBy(run => run.Rows.Rows.Count).Rows.Rows;
}
