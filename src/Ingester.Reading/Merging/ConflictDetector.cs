using System.Text.Json;
using Ingester.Core.Books;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Reading.Objects;
using Ingester.Reading.Proofs;

namespace Ingester.Reading.Merging;

/// <summary>
/// Detects conflicts: rows of other segments with the same ids and different content (rule S3 of <c>docs/proof.md</c>). The row that the merge does
/// not use becomes a mark. Diffs that group the same ids differently are not a conflict if they contain the same levels.
/// </summary>
/// <param name="dataset">The dataset of the rows.</param>
internal sealed class ConflictDetector(Dataset dataset)
{
    private const int MaxRemembered = 100_000;

    private readonly Dictionary<SequenceRange, List<(LoadedRow Row, Window Window)>> rows = [];
    private readonly List<SequenceRange> pendingRanges = []; // ranges of candidate rows that the merge has not passed yet, sorted by end, descending
    private readonly RecentDiffs recentDiffs = new();
    private bool arePendingSorted;
    private readonly HashSet<(SequenceRange Range, string Content)> reported = [];

    /// <summary>True when there are no rows to compare with, which is the usual case.</summary>
    public bool IsEmpty => rows.Count == 0;

    /// <summary>Removes the rows. Conflicts that were reported already stay known.</summary>
    public void Clear()
    {
        rows.Clear();
        pendingRanges.Clear();
        arePendingSorted = false;
    }

    /// <summary>
    /// Adds the rows of another segment that overlap a range. Rows whose ids were all merged before are left out: they were compared when these ids were
    /// merged, and the merged rows are no longer in memory.
    /// </summary>
    public void Add(LoadedRows other, SequenceRange within, Window window, KnownRanges known)
    {
        foreach (var row in other.Rows)
            if (row.Range is { } range && range.After < within.UpTo && range.UpTo > within.After && rows.Count < MaxRemembered && !known.Covers(range))
                Add(row, range, window);
    }

    /// <summary>Adds a row of the current segment, when the segment contains the same ids twice.</summary>
    public void Add(in LoadedRow row, SequenceRange range, Window window)
    {
        if (!rows.TryGetValue(range, out var same))
            rows.Add(range, same = []);
        same.Add((row, window));
    }

    /// <summary>
    /// Adds a row that the merge returned. Rows are kept while there are candidates to compare with, and at the end of an object, because the next
    /// one may overlap.
    /// </summary>
    /// <param name="row">The row.</param>
    /// <param name="left">Number of rows of its object after it.</param>
    public void AddMerged(in LoadedRow row, int left)
    {
        if (dataset == Dataset.Depth && row.Range is { } range && (!IsEmpty || left < RecentDiffs.Capacity))
            recentDiffs.Add(range, row.Line);
    }

    /// <summary>
    /// Finds the conflicting rows with ids up to those of a merged row. Each conflict is returned once, even if several replicas stored it. A row with
    /// ids that are not known is no conflict: the merge returns it when it reads its segment.
    /// </summary>
    /// <param name="row">The merged row.</param>
    /// <param name="known">The ids that the merge returned, including those of the row.</param>
    public IEnumerable<(LoadedRow Row, Window Window)> FindConflicts(LoadedRow row, KnownRanges known)
    {
        if (row.Range is not { } range)
            yield break;
        foreach (var conflict in FindSameRangeConflicts(row))
            yield return conflict;
        if (dataset != Dataset.Depth)
            yield break;
        if (!arePendingSorted)
            pendingRanges.AddRange(rows.Keys.OrderByDescending(one => one.UpTo).ThenByDescending(one => one.After));
        arePendingSorted = true;
        for (; pendingRanges.Count > 0 && pendingRanges[^1].UpTo <= range.UpTo; pendingRanges.RemoveAt(pendingRanges.Count - 1))
            foreach (var conflict in recentDiffs.Contains(pendingRanges[^1]) || !known.Covers(pendingRanges[^1]) ? [] : rows[pendingRanges[^1]])
                if (!recentDiffs.ContainsLevelsOf(conflict.Row) && IsNew(pendingRanges[^1], GetContent(conflict.Row.Line)))
                    yield return conflict;
    }

    /// <summary>Finds the conflicting rows with exactly the ids of a row.</summary>
    public IEnumerable<(LoadedRow Row, Window Window)> FindSameRangeConflicts(LoadedRow row)
    {
        if (row.Range is not { } range || !rows.TryGetValue(range, out var same))
            yield break;
        var own = GetContent(row.Line);
        foreach (var conflict in same)
            if (!conflict.Row.Line.Span.SequenceEqual(row.Line.Span) && GetContent(conflict.Row.Line) is var other && other != own && IsNew(range, other))
                yield return conflict;
    }

    private bool IsNew(SequenceRange range, string content) => reported.Count < MaxRemembered && reported.Add((range, content));

    /// <summary>
    /// The content that is compared. Trades are compared by side and numeric values: REST may write other trailing zeros and may truncate the time.
    /// </summary>
    private string GetContent(ReadOnlyMemory<byte> line)
    {
        using var json = JsonDocument.Parse(line);
        var row = json.RootElement;
        return dataset == Dataset.Depth ? $"{Raw(row, "bids")} {Raw(row, "asks")}" : $"{Raw(row, "side")} {Number(row, "price")} {Number(row, "size")}";
    }

    private static string Raw(JsonElement row, string name) => row.TryGetProperty(name, out var value) ? value.GetRawText() : "";

    private static string Number(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && ExactDecimal.TryParse(System.Text.Encoding.UTF8.GetBytes(value.GetString()!), out var number)
            ? $"{number}{(number.ToString().Contains('.', StringComparison.Ordinal) ? "" : ".")}".TrimEnd('0')
            : Raw(row, name);
}
