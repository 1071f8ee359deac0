using System.Text.RegularExpressions;
using Ingester.Reading.Auditing;
using Ingester.Testing.Storage;
using static Ingester.Testing.Stores.StoredText;

namespace Ingester.Testing.Stores;

/// <summary>
/// The expected result of the readers for a store, computed from every row of every object. It shares no code with the readers: it uses the ids and times of
/// rows, while the readers use keys.
/// </summary>
internal sealed partial class NaiveReading
{
    private const long Hour = 60 * Minute;

    private readonly Market market;
    private readonly List<NaiveLine> coverage = [];
    private readonly List<NaiveLine> gaps = [];
    private readonly List<NaiveObject> all = [];
    private List<NaiveObject>? stored;
    private List<(long After, long UpTo)>? runs;
    private List<(long Before, long After)>? gapWindows;
    private List<NaiveLine>? openRanges;

    public NaiveReading(MemoryStore store, Market market)
    {
        this.market = market;
        foreach (var key in store.Keys)
            if (JournalPattern().Match(key) is { Success: true } journal)
                AddJournal(store, key, journal);
            else if (NaiveObject.Open(store, market, key) is { } opened)
                all.Add(opened);
        foreach (var opened in all)
            opened.CompareWithCoverage(coverage, store, store.Metadata(opened.Key).Sha256 is not null, perConnection: market.Dataset == "depth"); // messages of trades are the same on every connection
    }

    /// <summary>The objects that differ from their key, hash or coverage.</summary>
    public IEnumerable<NaiveObject> Broken => all.Where(one => one.Fault is not null);

    /// <summary>The objects that have rows with times far outside of their window and without a mark.</summary>
    public IEnumerable<NaiveObject> Misplaced =>
        Good.Where(one => one.Rows.Any(row => (row.Micros < one.Start - Minute || row.Micros >= one.Start + (one.Minutes + 1) * Minute)
            && !row.Text.Contains(",\"time\":\"", StringComparison.Ordinal)));

    /// <summary>The usable objects.</summary>
    public IEnumerable<NaiveObject> Good => all.Where(one => one.Fault is null);

    /// <summary>Each distinct row that is stored in windows of a period.</summary>
    public IEnumerable<string> NumberedRows((long From, long To) period) => Numbered(one => one.Start < period.To && one.Start + one.Minutes * Minute > period.From).Select(row => row.Text);

    /// <summary>Each distinct row of the store, with its parsed fields.</summary>
    public IReadOnlyList<NaiveRow> Numbered() => Numbered(_ => true);

    private IReadOnlyList<NaiveRow> Numbered(Func<NaiveObject, bool> which) =>
        [.. Good.Where(one => !one.IsVariant && which(one)).SelectMany(one => one.Rows).DistinctBy(row => (row.Range, row.What)).OrderBy(row => row.Range!.Value.After).ThenBy(row => row.Range!.Value.UpTo)];

    /// <summary>The rows of the whole object of a window that the readers must select; null if the window has only fragments.</summary>
    public IReadOnlyList<string>? WholeRows(long start) => Good.Where(one => one.Start == start && one.Folder != "fragments/")
        .OrderByDescending(one => one.Rows.Sum(row => row.Levels)).ThenBy(one => one.Hash, StringComparer.Ordinal).FirstOrDefault()?.Rows.Select(row => row.Text).ToList();

    /// <summary>True when a usable object has other rows than the exchange sent: damage that only a missing hash would have revealed.</summary>
    public bool IsAltered(IReadOnlyList<TrueEvent> truth)
    {
        var sent = truth.Select(one => one.Row).ToHashSet(StringComparer.Ordinal);
        return Stored.Exists(one => one.Rows.Any(row => !sent.Contains(row.Text)) || (one.IsWhole && one.Rows.Count != truth.Count(other => one.Covers(other.Micros / Minute * Minute))));
    }

    /// <summary>The missing ids between stored ones.</summary>
    public IEnumerable<(long After, long UpTo)> Gaps() => Runs() is var runs ? runs.Zip(runs.Skip(1), (one, other) => (one.UpTo, other.After)) : [];

    /// <summary>The expected verdict on a minute; null if no recording was expected.</summary>
    public WindowVerdict? Verdict(long minute)
    {
        var stored = Stored.Any(one => one.Covers(minute));
        var hour = minute / Hour * Hour;
        var firstWord = coverage.Select(line => line.Number("ts")).Min() ?? long.MaxValue;
        var firstStored = Stored.Where(one => one.Start >= hour - 2 * Hour && one.Start < hour + Hour).Select(one => (long?)one.Start).Min() ?? long.MaxValue;
        if (!stored && minute < firstWord && minute < firstStored)
            return null;
        var disputed = gaps.Exists(gap => gap.Cause == "disputed" && gap.Number("from") < minute + Minute && gap.Number("to") > minute);
        var variant = all.Exists(one => one.IsVariant && one.Covers(minute)) && !market.Numbered;
        if ((disputed || variant) && (stored || variant))
            return WindowVerdict.Disputed;
        var doubtful = IsContradicted(minute) || (!market.Numbered && gaps.Exists(gap => gap.Cause == "crossed" && Touches(gap, minute)));
        if (stored)
            return IsProven(minute) && !doubtful ? WindowVerdict.Complete : WindowVerdict.Partial;
        if (IsUnlisted(minute))
            return null;
        if (Spans(minute) && !doubtful)
            return WindowVerdict.Quiet;
        var quiet = coverage.Exists(line => line.State == "quiet" && line.Number("ts") == minute
            && !gaps.Exists(gap => gap.Cause == "undecodable" && gap.Replica == line.Replica && Touches(gap, minute))) && !coverage.Exists(line => line.Number("rows") > 0 && line.Number("ts") == minute);
        var hasGap = market.Numbered && GapWindows().Any(windows => windows.Before < minute && windows.After > minute);
        return quiet && !doubtful && !hasGap && !OpenRanges().Any(gap => Touches(gap, minute)) ? WindowVerdict.Quiet : WindowVerdict.Missing;
    }

    /// <summary>
    /// True from the window in which the market was delisted until an event of it is recorded again, or until a replica still records it half an hour later: by then all
    /// replicas have detected a delisting.
    /// </summary>
    private bool IsUnlisted(long minute) => coverage.Exists(left => left.State == "delisted" && left.Number("ts") <= minute
        && !coverage.Exists(line => line.Number("rows") > 0 && line.Number("ts") > left.Number("ts") && line.Number("ts") <= minute)
        && !coverage.Exists(line => line.State != "delisted" && line.Number("ts") > left.Number("ts") + 30 * Minute && line.Number("ts") <= minute)
        && !Stored.Exists(one => one.Start > left.Number("ts") && one.Start <= minute));

    private List<NaiveObject> Stored => stored ??= [.. Good.Where(one => !one.IsVariant)];

    private bool IsProven(long minute) => Stored.Any(one => one.IsWhole && one.Covers(minute)) || Spans(minute);

    private bool Spans(long minute) => market.Numbered && Runs().Exists(run =>
        In(run).Any(one => one.Start + one.Minutes * Minute <= minute) && In(run).Any(one => one.Start >= minute + Minute));

    private IEnumerable<NaiveObject> In((long After, long UpTo) run) => Stored.Where(one => one.Range!.Value.After >= run.After && one.Range.Value.UpTo <= run.UpTo);

    /// <summary>For each gap, the window of the last event before it and of the first event after it.</summary>
    private List<(long Before, long After)> GapWindows() => gapWindows ??= [.. Gaps().Select(gap =>
        (Stored.Where(one => one.Range!.Value.UpTo == gap.After).Min(one => one.Start), Stored.Where(one => one.Range!.Value.After == gap.UpTo).Min(one => one.Start)))];

    private List<NaiveLine> OpenRanges() => openRanges ??= !market.Numbered ? [] : [.. gaps.Where(gap => gap.Range is { } range
        && !Runs().Exists(run => run.After <= range.After && run.UpTo >= range.UpTo))];

    private bool IsContradicted(long minute)
    {
        if (!market.Numbered)
            return false;
        var pairs = GapWindows().Concat(OpenRanges().Where(gap => Touches(gap, minute)).Select(gap => (gap.Number("from")!.Value / Minute * Minute, Math.Max(gap.Number("from")!.Value, gap.Number("to")!.Value) / Minute * Minute)));
        foreach (var (one, other) in pairs)
        {
            var (first, last) = (Math.Min(one, other), Math.Max(one, other));
            if (minute != first && minute != last)
                continue;
            var proven = true;
            for (var at = first; at <= last; at += Minute)
                proven &= IsProven(at);
            if (proven)
                return true;
        }

        return false;
    }

    private static bool Touches(NaiveLine gap, long minute) => gap.Number("from") < minute + Minute && gap.Number("to") >= minute;

    /// <summary>The stored ids, as contiguous ranges.</summary>
    public List<(long After, long UpTo)> Runs() => runs ??= Runs(Stored.SelectMany(one => one.Rows).Select(row => row.Range!.Value));

    /// <summary>The ids of some rows, as contiguous ranges.</summary>
    public List<(long After, long UpTo)> Runs(IEnumerable<string> rows)
    {
        var printed = rows.ToHashSet(StringComparer.Ordinal);
        return Runs(Stored.SelectMany(one => one.Rows).Where(row => printed.Contains(row.Text)).Select(row => row.Range!.Value));
    }

    private static List<(long After, long UpTo)> Runs(IEnumerable<(long After, long UpTo)> ranges)
    {
        var runs = new List<(long After, long UpTo)>();
        foreach (var range in ranges.Distinct().OrderBy(range => range.After))
            if (runs.Count > 0 && range.After <= runs[^1].UpTo)
                runs[^1] = (runs[^1].After, Math.Max(runs[^1].UpTo, range.UpTo));
            else
                runs.Add(range);
        return runs;
    }

    private void AddJournal(MemoryStore store, string key, Match name)
    {
        if (Unpack(store.Body(key)) is not { } text || (store.Metadata(key).Sha256 is { } hash && hash != Hash(text)))
            return;
        var lines = text.Split('\n')[..^1].Select(line => new NaiveLine(name.Groups["replica"].Value, line))
            .Where(line => line.Text("dataset") == market.Dataset && line.Text("pair") == market.Pair);
        (name.Groups["dataset"].Value == "coverage" ? coverage : gaps).AddRange(lines);
    }

    [GeneratedRegex(@"^(?<dataset>coverage|gaps)/exchange=[^/]+/year=\d+/month=\d+/day=\d+/\d{4}_(?<replica>[^/_]+)_\d+\.json\.gz$")]
    private static partial Regex JournalPattern();
}
