using System.Text.Json;
using Ingester.Core.Books;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Merging;

/// <summary>
/// Rows of other segments with the ids of the segment that is read: where one says something else of the same ids, that is a conflict (rule S3 of <c>docs/proof.md</c>),
/// and what is not followed is given as a mark. Diffs that group the same ids otherwise are no conflict where they name the same levels.
/// </summary>
/// <param name="dataset">What the rows are.</param>
internal sealed class RivalRows(Dataset dataset)
{
    private const int MostRemembered = 100_000;

    private readonly Dictionary<SequenceRange, List<(LoadedRow Row, Window Window)>> rows = [];
    private readonly List<SequenceRange> waiting = []; // ranges of rows that the rows followed have not passed yet, by their ends, the last ones first
    private readonly FollowedRows followed = new();
    private bool sorted;
    private readonly HashSet<(SequenceRange Range, string Content)> told = [];

    /// <summary>True where there is nothing to compare with, as nearly always.</summary>
    public bool IsEmpty => rows.Count == 0;

    /// <summary>Forgets the rows, not what was told.</summary>
    public void Clear()
    {
        rows.Clear();
        waiting.Clear();
        sorted = false;
    }

    /// <summary>Takes the rows of another segment that lie within a range.</summary>
    public void Add(LoadedRows other, SequenceRange within, Window window)
    {
        foreach (var row in other.Rows)
            if (row.Range is { } range && range.After < within.UpTo && range.UpTo > within.After && rows.Count < MostRemembered)
                Add(row, range, window);
    }

    /// <summary>Takes one row of the segment that is read, where it has the same ids twice.</summary>
    public void Add(in LoadedRow row, SequenceRange range, Window window)
    {
        if (!rows.TryGetValue(range, out var same))
            rows.Add(range, same = []);
        same.Add((row, window));
    }

    /// <summary>A row is followed. It is remembered while there is something to compare with, and at the end of an object, where others may go on.</summary>
    /// <param name="row">The row.</param>
    /// <param name="left">How many rows of its object come after it.</param>
    public void Remember(in LoadedRow row, int left)
    {
        if (dataset == Dataset.Depth && row.Range is { } range && (!IsEmpty || left < FollowedRows.Most))
            followed.Add(range, row.Line);
    }

    /// <summary>The rows that say something else of ids up to those of a row that is followed, each once however many replicas stored it.</summary>
    public IEnumerable<(LoadedRow Row, Window Window)> Against(LoadedRow row)
    {
        if (row.Range is not { } range)
            yield break;
        foreach (var rival in AgainstSame(row))
            yield return rival;
        if (dataset != Dataset.Depth)
            yield break;
        if (!sorted)
            waiting.AddRange(rows.Keys.OrderByDescending(one => one.UpTo).ThenByDescending(one => one.After));
        sorted = true;
        for (; waiting.Count > 0 && waiting[^1].UpTo <= range.UpTo; waiting.RemoveAt(waiting.Count - 1))
            foreach (var rival in followed.Holds(waiting[^1]) ? [] : rows[waiting[^1]])
                if (!followed.Names(rival.Row) && IsNew(waiting[^1], Content(rival.Row.Line)))
                    yield return rival;
    }

    /// <summary>The rows that say something else of exactly the ids of a row.</summary>
    public IEnumerable<(LoadedRow Row, Window Window)> AgainstSame(LoadedRow row)
    {
        if (row.Range is not { } range || !rows.TryGetValue(range, out var same))
            yield break;
        var own = Content(row.Line);
        foreach (var rival in same)
            if (!rival.Row.Line.Span.SequenceEqual(row.Line.Span) && Content(rival.Row.Line) is var other && other != own && IsNew(range, other))
                yield return rival;
    }

    private bool IsNew(SequenceRange range, string content) => told.Count < MostRemembered && told.Add((range, content));

    /// <summary>What a row says happened: of a trade its numbers, which REST may write with other zeros, and not its time, which it may cut.</summary>
    private string Content(ReadOnlyMemory<byte> line)
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
