using System.Text;
using System.Text.RegularExpressions;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading;
using Ingester.Reading.Auditing;
using Ingester.Reading.Merging;
using static Ingester.Testing.Stores.StoredText;

namespace Ingester.Testing.Stores;

/// <summary>
/// Makes the store of a seed, damages it, and compares merge, audit and book with <see cref="NaiveReading"/>, for the whole period and for parts of it.
/// Even seeds are schedules of the model-based test that the real recorder runs; odd ones are generated, with more replicas and longer periods.
/// </summary>
internal static partial class StoreRun
{
    private const long Hour = 60 * Minute;

    private static readonly Market[] Markets =
    [
        new("trades", "binance", "BTC-USDT", Numbered: true), new("depth", "binance", "BTC-USDT", Numbered: true), new("depth", "coinbase", "BTC-USD", Numbered: false),
    ];

    private static readonly Market Skipping = new("trades", "bitstamp", "BTC-USD", Numbered: false) { Skips = true };

    /// <summary>Describes a fault of the readers on the store of a seed; null for none.</summary>
    public static async Task<string?> FindAsync(int seed)
    {
        var random = new Random(seed);
        foreach (var (given, damage, story) in Stores(random, seed))
            try
            {
                await CompareAsync(random, given, damage);
            }
            catch (Exception fault) when (fault is not OperationCanceledException) // any exception of a reader is a finding
            {
                return $"Seed {seed}, {given.Market}: {string.Join("; ", damage.Done)}\n{story}{fault.Message}\n{Place(fault)}";
            }

        return null;
    }

    /// <summary>Makes the damaged store of a seed; returns it once for each of its streams.</summary>
    public static IEnumerable<(StoreCase Given, StoreDamage Damage, string Story)> Stores(Random random, int seed)
    {
        if (seed % 2 != 0)
        {
            var store = new GeneratedStore(random, seed % 16 == 15 ? Skipping : Markets[seed / 2 % Markets.Length], new());
            var damage = new StoreDamage(random, store.Store, store.Market);
            damage.Inflict();
            yield return (store.Case, damage, "");
            yield break;
        }

        var recorded = new RecordedStore(random, seed, new());
        var cases = recorded.Cases().ToList();
        var done = new StoreDamage(random, recorded.Store, cases[random.Next(cases.Count)].Market);
        done.Inflict();
        foreach (var given in cases)
            yield return (given, done, recorded.ToString());
    }

    private static string? Place(Exception fault) =>
        fault.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("Generated", StringComparison.Ordinal) || line.Contains("Reading", StringComparison.Ordinal))?.Trim();

    private static async Task CompareAsync(Random random, StoreCase given, StoreDamage damage)
    {
        using var archive = new MarketArchive(given.Store, "");
        var stream = new StreamId(given.Market.Dataset == "trades" ? Dataset.Trades : Dataset.Depth, given.Market.Exchange, given.Market.Pair);
        var (from, to) = (given.From, given.To);
        var naive = new NaiveReading(given.Store, given.Market);
        var day = await ReadAsync(archive, stream, [from, to]);

        await CheckStreamAsync(archive, stream, (from, to), naive, given, damage, day);
        await CheckReplayAsync(archive, stream, (from, to));
        if (given.Market.Dataset == "depth")
            await CheckBooksAsync(archive, random, naive, given, damage);
        foreach (var cuts in new long[][] { [.. Enumerable.Range(0, 6).Select(hour => from + hour * Hour)], Edges(random, given) })
        {
            var parts = await ReadAsync(archive, stream, cuts);
            if (damage.Moved || !given.IsPlain || given.Market.Skips) // a moved object is read with its new window, an event whose time is before the end of the previous part is in that part, and rows that only one replica has are not in the order of time: only the set of rows is equal
                Assert.Equal(day.Rows.Order(StringComparer.Ordinal), parts.Rows.Order(StringComparer.Ordinal));
            else
                Assert.Equal(day.Rows.Concat(day.Gaps), parts.Rows.Concat(parts.Gaps));
            Assert.Equal(day.Conflicts.Order(StringComparer.Ordinal), parts.Conflicts.Order(StringComparer.Ordinal));
            AssertSame(day.Spans, parts.Spans, $"marks of the whole and of parts {string.Join(' ', cuts.Select(Day))}");
            AssertSame(day.Broken, parts.Broken, "objects that are not readable");
        }
    }

    private static async Task CheckStreamAsync(
        MarketArchive archive, StreamId stream, (long From, long To) period, NaiveReading naive, StoreCase given, StoreDamage damage, Reading day)
    {
        if (given.Market.HasIds)
            CheckNumbered(naive, day, period, given.Regroups, ordered: given.IsPlain && !damage.Moved && !given.Market.Skips); // without consecutive ids, rows that only one replica has are not in the order of ids
        else if (!damage.Moved && given.IsPlain)
            CheckUnnumbered(naive, day);
        Assert.All(day.Broken, sentence => Assert.Contains(naive.Broken, error => sentence.StartsWith(error.Key, StringComparison.Ordinal)));

        var audit = await AuditAsync(archive, stream, period, verify: 0);
        AssertSame(Spans(audit), day.Spans, "marks of audit and merge");
        var verified = await AuditAsync(archive, stream, period, verify: int.MaxValue);
        Assert.Equal(naive.Broken.Concat(naive.Misplaced).Where(one => !one.IsVariant && one.Start < period.To && one.Start + one.Minutes * Minute > period.From).Select(one => one.Key).Order(StringComparer.Ordinal),
            verified.Broken.Select(sentence => sentence[..sentence.IndexOf(' ', StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
        if (damage.Moved || !given.IsPlain)
            return;
        var verdicts = Minutes(verified).ToDictionary(minute => minute.Start, minute => minute.Verdict);
        for (var minute = period.From; minute < period.To; minute += Minute)
            Assert.True(naive.Verdict(minute) == (verdicts.TryGetValue(minute, out var verdict) ? verdict : null),
                $"{Day(minute)} is {(verdicts.TryGetValue(minute, out var actual) ? actual : null)}, and looking says {naive.Verdict(minute)}");
        if (given.Market.Numbered)
        {
            Assert.Equal(naive.Gaps().Select(gap => $"({gap.After}, {gap.UpTo}]"), day.Gaps);
            Assert.Equal(day.Gaps, verified.Streams.SelectMany(one => one.MissingRanges).OrderBy(gap => gap.Range.After).Select(gap => gap.Range.ToString()));
        }

        if (damage.HasFalseRows || !given.Market.Numbered)
            return;
        CheckMissing(given, naive.Numbered(), verdicts);
    }

    /// <summary>Checks that no window with a missing event is complete or quiet. Stored ids with other content count as present, and ids before the first and after the last stored one are unknown.</summary>
    private static void CheckMissing(StoreCase given, IReadOnlyList<NaiveRow> rows, Dictionary<long, WindowVerdict> verdicts)
    {
        var there = rows.Select(row => row.Range!.Value).ToHashSet();
        var (first, last) = (there.Select(range => range.After).DefaultIfEmpty(long.MaxValue).Min(), there.Select(range => range.UpTo).DefaultIfEmpty(long.MinValue).Max());
        foreach (var sent in given.Truth.Where(sent => !there.Contains((sent.After, sent.UpTo))))
            if (verdicts.TryGetValue(sent.Micros / Minute * Minute, out var claimed) && claimed <= WindowVerdict.Quiet && (claimed == WindowVerdict.Complete || (sent.After < last && sent.UpTo > first)))
                Assert.Fail($"{sent.Row} is not there, and its window is {claimed}");
    }

    /// <summary>Checks a stream with a sequence: every stored row is returned once, as an event or as a conflict.</summary>
    private static void CheckNumbered(NaiveReading naive, Reading day, (long From, long To) period, bool regroups, bool ordered)
    {
        if (regroups)
        {
            var invented = day.Rows.Concat(day.Conflicts).Select(Unmarked).Except(naive.NumberedRows(period).Select(Unmarked), StringComparer.Ordinal).ToList();
            Assert.True(invented.Count == 0, $"rows that are read, and not stored: {string.Join(", ", invented)}");
            Assert.Equal(naive.Runs(naive.NumberedRows(period)), naive.Runs(day.Rows));
            return;
        }

        AssertSame(naive.NumberedRows(period).Select(Unmarked).Order(StringComparer.Ordinal).ToList(), day.Rows.Concat(day.Conflicts).Select(Unmarked).Order(StringComparer.Ordinal).ToList(),
            "rows that are stored, and rows that are read");
        if (ordered)
            Assert.Equal(naive.NumberedRows(period).Except(day.Conflicts), day.Rows);
    }

    /// <summary>Removes the mark of the time: replicas may mark the time of the same event differently.</summary>
    private static string Unmarked(string row) => TimeMark().Replace(row, "");

    private static async Task CheckBooksAsync(MarketArchive archive, Random random, NaiveReading naive, StoreCase given, StoreDamage damage)
    {
        if (!given.IsPlain || damage.Moved)
            return;
        for (var moments = 3; moments > 0; moments--)
        {
            var at = random.NextInt64(given.Sent.Begin, given.Sent.End);
            var answer = await archive.GetBookAsync(given.Market.Exchange, given.Market.Pair, Micros.ToDateTime(at));
            NaiveBook.Check(answer, given, given.Market.Numbered ? naive.Numbered() : null, trusted: !damage.HasFalseRows && !naive.IsAltered(given.Truth));
        }
    }

    /// <summary>Checks a stream without a sequence: a whole window has the rows of the selected object; another window has no row more often than one of its fragments.</summary>
    private static void CheckUnnumbered(NaiveReading naive, Reading day)
    {
        foreach (var window in naive.Good.Select(one => one.Start).Distinct())
        {
            var printed = day.Events.Where(row => row.Micros / Minute * Minute == window).Select(row => row.Text).ToList();
            if (naive.WholeRows(window) is { } expected)
                Assert.Equal(expected, printed);
            else
                foreach (var row in printed.GroupBy(row => row, StringComparer.Ordinal))
                    Assert.True(row.Count() <= naive.Good.Max(fragment => fragment.Rows.Count(one => one.Text == row.Key)), $"{row.Key} is printed too often");
        }
    }

    /// <summary>Checks that a replay of two streams returns the events of both merges, in order of time.</summary>
    private static async Task CheckReplayAsync(MarketArchive archive, StreamId stream, (long From, long To) period)
    {
        var (from, to) = (Micros.ToDateTime(period.From), Micros.ToDateTime(period.To));
        StreamId[] streams = [stream, stream with { Dataset = stream.Dataset == Dataset.Trades ? Dataset.Depth : Dataset.Trades }];
        var replayed = await archive.ReadEventsAsync(streams, from, to).Select(found => (found.Stream, found.Micros, Text: Describe(found))).ToListAsync();
        foreach (var one in streams)
            Assert.Equal(await archive.ReadEventsAsync(one, from, to).Select(Describe).ToListAsync(), replayed.Where(found => found.Stream == one).Select(found => found.Text));
        var (reached, last) = (streams.ToDictionary(one => one, _ => long.MinValue), long.MinValue);
        foreach (var found in replayed)
        {
            var place = reached[found.Stream] = Math.Max(reached[found.Stream], found.Micros); // if the time of a stream goes back, its events keep their order
            Assert.True(place >= last, $"{found.Text} is replayed after {Day(last)}");
            last = place;
        }
    }

    private static string Describe(MarketEvent found) => $"{found.Kind} {found.Micros} {found.EndMicros} {found.Range} {Encoding.UTF8.GetString(found.Row.Span)} {found.Note}";

    private static void AssertSame(IReadOnlyList<string> expected, IReadOnlyList<string> actual, string what)
    {
        if (!expected.SequenceEqual(actual))
            Assert.Fail($"{what}:\n  only first: {string.Join(", ", Surplus(expected, actual))}\n  only second: {string.Join(", ", Surplus(actual, expected))}");
    }

    /// <summary>The texts that a list has more often than another.</summary>
    private static IEnumerable<string> Surplus(IReadOnlyList<string> list, IReadOnlyList<string> other)
    {
        var counts = other.CountBy(text => text, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        return list.CountBy(text => text, StringComparer.Ordinal).Where(one => one.Value > counts.GetValueOrDefault(one.Key)).Select(one => one.Key);
    }

    private static long[] Edges(Random random, StoreCase given) =>
        [given.From, .. Enumerable.Range(0, 4).Select(_ => random.NextInt64(given.Sent.Begin, given.Sent.End)).Distinct().Order(), given.To];

    private static Task<AuditReport> AuditAsync(MarketArchive archive, StreamId stream, (long From, long To) period, int verify) => archive.AuditAsync(new()
    {
        From = Micros.ToDateTime(period.From),
        To = Micros.ToDateTime(period.To),
        Exchanges = [stream.Exchange],
        MarketPattern = stream.Market,
        Datasets = [stream.Dataset],
        SampleSize = verify,
    });

    private static IEnumerable<(long Start, WindowVerdict Verdict)> Minutes(AuditReport audit) =>
        from stream in audit.Streams
        from window in stream.Windows
        from minute in Enumerable.Range(0, window.Window.Minutes)
        select (window.Window.StartMicros + minute * Minute, window.Verdict);

    private static List<string> Spans(AuditReport audit) =>
        Joined(Minutes(audit).Where(minute => minute.Verdict > WindowVerdict.Quiet).Select(minute => (Name(minute.Verdict), minute.Start, minute.Start + Minute)));

    private static MarketEventKind Name(WindowVerdict verdict) => verdict switch
    {
        WindowVerdict.Disputed => MarketEventKind.Disputed,
        WindowVerdict.Partial => MarketEventKind.Unproven,
        _ => MarketEventKind.Missing,
    };

    private static List<string> Joined(IEnumerable<(MarketEventKind Kind, long From, long To)> spans)
    {
        var joined = new List<(MarketEventKind Kind, long From, long To)>();
        foreach (var span in spans.OrderBy(span => span.From))
            if (joined.Count > 0 && joined[^1].Kind == span.Kind && joined[^1].To == span.From)
                joined[^1] = (span.Kind, joined[^1].From, span.To);
            else
                joined.Add(span);
        return [.. joined.Select(span => $"{span.Kind} {Day(span.From)} to {Day(span.To)}")];
    }

    /// <summary>Reads consecutive periods and joins the results.</summary>
    private static async Task<Reading> ReadAsync(MarketArchive archive, StreamId stream, long[] cuts)
    {
        var events = new List<MarketEvent>();
        foreach (var (from, to) in cuts.Zip(cuts.Skip(1)))
            await foreach (var found in archive.ReadEventsAsync(stream, Micros.ToDateTime(from), Micros.ToDateTime(to)))
                events.Add(found);
        IEnumerable<MarketEvent> Of(MarketEventKind kind) => events.Where(found => found.Kind == kind);
        return new(
            [.. Of(MarketEventKind.Row).Select(row => (row.Micros, Encoding.UTF8.GetString(row.Row.Span)))],
            [.. Of(MarketEventKind.Conflict).Select(row => Encoding.UTF8.GetString(row.Row.Span))],
            [.. Of(MarketEventKind.Gap).Select(gap => gap.Range.ToString()!)],
            Joined(events.Where(mark => mark.Kind is MarketEventKind.Missing or MarketEventKind.Unproven or MarketEventKind.Disputed).Select(mark => (mark.Kind, mark.Micros, mark.EndMicros))),
            [.. Of(MarketEventKind.Unreadable).Select(mark => mark.Note!).Where(note => !note.StartsWith("coverage/", StringComparison.Ordinal) && !note.StartsWith("gaps/", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }

    [GeneratedRegex(",\"time\":\"[a-z-]+\"")]
    private static partial Regex TimeMark();

    private sealed record Reading(IReadOnlyList<(long Micros, string Text)> Events, IReadOnlyList<string> Conflicts, IReadOnlyList<string> Gaps, IReadOnlyList<string> Spans, IReadOnlyList<string> Broken)
    {
        public IReadOnlyList<string> Rows => [.. Events.Select(row => row.Text)];
    }
}
