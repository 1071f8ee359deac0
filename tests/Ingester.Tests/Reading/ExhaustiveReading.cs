using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ingester.Core.Sequencing;
using Ingester.Reading.Auditing;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Reading;

/// <summary>
/// What can be said of one stream of one-minute windows by opening every object and looking at every row, in the plainest way: it shares nothing with
/// the audit but the words of its answers.
/// </summary>
internal sealed partial class ExhaustiveReading
{
    private const long Minute = 60_000_000;
    private const long Hour = 60 * Minute;

    private readonly Dictionary<long, long> windowOf = []; // every id that is stored
    private readonly HashSet<long> stored = [];
    private readonly HashSet<long> whole = [];
    private readonly HashSet<long> quiet = [];
    private readonly List<(string Replica, long After, long UpTo)> held = [];
    private long? known;

    public ExhaustiveReading(MemoryStore store, string dataset, string market, (long From, long To) period)
    {
        (From, To) = period;
        foreach (var key in store.Keys)
            if (SegmentPattern().Match(key) is { Success: true } segment && Says(segment, "dataset") == dataset && Says(segment, "pair") == market)
                TakeSegment(store, key, segment);
            else if (CoveragePattern().Match(key) is { Success: true } coverage)
                TakeCoverage(store, key, Says(coverage, "replica"), line => Says(line, "dataset") == dataset && Says(line, "pair") == market
                    && line.GetProperty("ts").GetInt64() < (period.To + Hour - 1) / Hour * Hour);
    }

    private long From { get; }

    private long To { get; }

    /// <summary>The ids that are stored.</summary>
    public IReadOnlyDictionary<long, long> Ids => windowOf;

    /// <summary>Every minute of the period since a replica first spoke of the stream, or something of it was stored; none when neither is.</summary>
    public IEnumerable<(long Start, WindowVerdict Verdict, bool Whole)> Verdicts(bool numbered)
    {
        var runs = Runs();
        var begin = Math.Min(known ?? long.MaxValue, stored.Append(long.MaxValue).Min());
        for (var start = From; start < To; start += Minute)
            if (start >= begin)
                yield return (start, numbered ? Numbered(start, runs) : Unnumbered(start), whole.Contains(start));
    }

    /// <summary>The missing ranges of ids that touch the period, with the replicas whose coverage of its hours claims a part of them.</summary>
    public IEnumerable<(SequenceRange Range, string HeldBy)> Missing()
    {
        var runs = Runs();
        foreach (var ((_, last), (first, _)) in runs.Zip(runs.Skip(1)))
            if (windowOf[first] >= From && windowOf[last] < To)
                yield return (new(last, first - 1), string.Join(' ',
                    held.Where(line => line.After < first - 1 && line.UpTo > last).Select(line => line.Replica).Distinct().Order(StringComparer.Ordinal)));
    }

    private WindowVerdict Numbered(long start, List<(long First, long Last)> runs)
    {
        var spans = runs.Exists(run => windowOf[run.First] < start && windowOf[run.Last] > start);
        if (whole.Contains(start) || (stored.Contains(start) && spans))
            return WindowVerdict.Complete;
        if (stored.Contains(start))
            return WindowVerdict.Partial;
        var hasGap = runs.Zip(runs.Skip(1)).Any(pair => windowOf[pair.First.Last] < start && windowOf[pair.Second.First] > start);
        return spans || (quiet.Contains(start) && !hasGap) ? WindowVerdict.Quiet : WindowVerdict.Missing;
    }

    private WindowVerdict Unnumbered(long start) =>
        whole.Contains(start) ? WindowVerdict.Complete
        : stored.Contains(start) ? WindowVerdict.Partial
        : quiet.Contains(start) ? WindowVerdict.Quiet
        : WindowVerdict.Missing;

    private List<(long First, long Last)> Runs()
    {
        var runs = new List<(long First, long Last)>();
        foreach (var id in windowOf.Keys.Order())
            if (runs.Count > 0 && runs[^1].Last == id - 1)
                runs[^1] = (runs[^1].First, id);
            else
                runs.Add((id, id));
        return runs;
    }

    private void TakeSegment(MemoryStore store, string key, Match name)
    {
        var start = new DateTimeOffset(DateTime.ParseExact(Says(name, "time"), "'year='yyyy'/month='MM'/day='dd'/'HHmm", CultureInfo.InvariantCulture), TimeSpan.Zero)
            .ToUnixTimeMilliseconds() * 1000;
        stored.Add(start);
        if (!key.StartsWith("fragments/", StringComparison.Ordinal))
            whole.Add(start);
        foreach (var row in Rows(store, key))
            if (row.TryGetProperty("id", out var id))
                windowOf[long.Parse(id.GetString()!, CultureInfo.InvariantCulture)] = start;
            else if (row.TryGetProperty("upto", out var upTo))
                for (var one = row.GetProperty("after").GetInt64() + 1; one <= upTo.GetInt64(); one++)
                    windowOf[one] = start;
    }

    private void TakeCoverage(MemoryStore store, string key, string replica, Func<JsonElement, bool> isAsked)
    {
        foreach (var line in Rows(store, key).Where(isAsked))
        {
            var start = line.GetProperty("ts").GetInt64();
            known = Math.Min(known ?? start, start);
            if (Says(line, "state") == "quiet")
                quiet.Add(start);
            if (start >= From / Hour * Hour && line.TryGetProperty("after", out var after))
                held.Add((replica, after.GetInt64(), line.GetProperty("upto").GetInt64()));
        }
    }

    private static IEnumerable<JsonElement> Rows(MemoryStore store, string key)
    {
        using var text = new StreamReader(new GZipStream(new MemoryStream(store.Body(key)), CompressionMode.Decompress));
        while (text.ReadLine() is { } line)
            yield return JsonDocument.Parse(line).RootElement;
    }

    private static string Says(Match name, string part) => name.Groups[part].Value;

    private static string Says(JsonElement line, string field) => line.GetProperty(field).GetString()!;

    [GeneratedRegex(@"^(fragments/)?(?<dataset>trades|depth)/exchange=[^/]+/pair=(?<pair>[^/]+)/(?<time>year=\d+/month=\d+/day=\d+/\d{4})-1m(_[^/]+)?\.json\.gz$")]
    private static partial Regex SegmentPattern();

    [GeneratedRegex(@"^coverage/exchange=[^/]+/year=\d+/month=\d+/day=\d+/\d{4}_(?<replica>[^/]+)_\d+(-\d+)?\.json\.gz$")]
    private static partial Regex CoveragePattern();
}
