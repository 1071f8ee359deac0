using System.Globalization;
using System.Text;
using Ingester.Core.Markets;
using Ingester.Core.Reading;
using Ingester.Core.Segments;
using static Ingester.Core.Tests.Reading.Generated.StoredText;

namespace Ingester.Core.Tests.Reading.Generated;

/// <summary>
/// Random stores of lossy replicas, damaged afterwards: merge and audit say what opening every object says, and the same whichever way the time is cut.
/// <c>INGESTER_DAMAGED_STORES=100000</c> tries so many.
/// </summary>
public sealed class GeneratedStoreTests
{
    private const int Batch = 20;
    private const long Hour = 60 * Minute;

    private static readonly int Stores = int.TryParse(Environment.GetEnvironmentVariable("INGESTER_DAMAGED_STORES"), CultureInfo.InvariantCulture, out var stores) ? stores : 500;

    private static readonly Market[] Markets =
    [
        new("trades", "binance", "BTC-USDT", Numbered: true), new("depth", "binance", "BTC-USDT", Numbered: true), new("depth", "coinbase", "BTC-USD", Numbered: false),
    ];

    public static TheoryData<int> Batches => [.. Enumerable.Range(0, (Stores + Batch - 1) / Batch)];

    [Theory]
    [MemberData(nameof(Batches))]
    public async Task Readers_say_what_opening_every_object_says(int batch)
    {
        for (var seed = batch * Batch + 1; seed <= (batch + 1) * Batch; seed++)
        {
            var random = new Random(seed);
            var store = new GeneratedStore(random, Markets[seed % Markets.Length], new());
            var damage = new StoreDamage(random, store.Store, store.Market);
            damage.Inflict();
            try
            {
                await CompareAsync(random, store, damage);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                throw new InvalidOperationException($"Seed {seed}, {store.Market}: {string.Join("; ", damage.Done)}\n{fault.Message}", fault);
            }
        }
    }

    private static async Task CompareAsync(Random random, GeneratedStore store, StoreDamage damage)
    {
        using var archive = new MarketArchive(store.Store, "");
        var stream = new StreamId(store.Market.Dataset == "trades" ? Dataset.Trades : Dataset.Depth, store.Market.Exchange, store.Market.Pair);
        var (from, to) = (GeneratedStore.T0, GeneratedStore.T0 + 5 * Hour);
        var naive = new NaiveReading(store.Store, store.Market);
        var day = await ReadAsync(archive, stream, [from, to]);

        await JudgeAsync(archive, stream, (from, to), naive, store, damage, day);
        foreach (var cuts in new long[][] { [.. Enumerable.Range(0, 6).Select(hour => from + hour * Hour)], Edges(random, store, from, to) })
        {
            var parts = await ReadAsync(archive, stream, cuts);
            if (damage.Moved)
                Assert.Equal(day.Rows.Order(StringComparer.Ordinal), parts.Rows.Order(StringComparer.Ordinal)); // an object in a wrong place is read there
            else
                Assert.Equal(day.Rows.Concat(day.Gaps), parts.Rows.Concat(parts.Gaps));
            Assert.Equal(day.Spans, parts.Spans);
            Assert.Equal(day.Broken, parts.Broken);
        }
    }

    private static async Task JudgeAsync(
        MarketArchive archive, StreamId stream, (long From, long To) period, NaiveReading naive, GeneratedStore store, StoreDamage damage, Reading day)
    {
        if (store.Market.Numbered)
            Assert.Equal(naive.NumberedRows().Order(StringComparer.Ordinal), day.Rows.Order(StringComparer.Ordinal));
        else if (!damage.Moved)
            HoldRows(naive, day);
        Assert.All(day.Broken, sentence => Assert.Contains(naive.Broken, broken => sentence.StartsWith(broken.Key, StringComparison.Ordinal)));

        var audit = await AuditAsync(archive, stream, period, verify: 0);
        Assert.Equal(Spans(audit), day.Spans);
        var verified = await AuditAsync(archive, stream, period, verify: int.MaxValue);
        Assert.Equal(naive.Broken.Concat(naive.Strayed).Where(one => !one.IsVariant).Select(one => one.Key).Order(StringComparer.Ordinal),
            verified.Broken.Select(sentence => sentence[..sentence.IndexOf(' ', StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
        if (damage.Moved)
            return;
        var verdicts = Minutes(verified).ToDictionary(minute => minute.Start, minute => minute.Verdict);
        for (var minute = period.From; minute < period.To; minute += Minute)
            Assert.True(naive.Verdict(minute) == (verdicts.TryGetValue(minute, out var verdict) ? verdict : null),
                $"{Day(minute)} is {(verdicts.TryGetValue(minute, out var said) ? said : null)}, and looking says {naive.Verdict(minute)}");
        if (store.Market.Numbered)
        {
            Assert.Equal(naive.Gaps().Select(gap => $"({gap.After}, {gap.UpTo}]"), day.Gaps);
            Assert.Equal(day.Gaps, verified.Streams.SelectMany(one => one.Missing).OrderBy(gap => gap.Range.After).Select(gap => gap.Range.ToString()));
        }

        if (damage.Lied || !store.Market.Numbered)
            return;
        var there = day.Rows.ToHashSet(StringComparer.Ordinal);
        foreach (var sent in store.Truth.Where(sent => !there.Contains(sent.Row)))
            Assert.True(!verdicts.TryGetValue(sent.Micros / Minute * Minute, out var claimed) || claimed > WindowVerdict.Quiet, $"{sent.Row} is not there, and its window is {claimed}");
    }

    /// <summary>Without a sequence: of whole windows the rows of the replica that is to be followed, of others no row more often than a fragment has it.</summary>
    private static void HoldRows(NaiveReading naive, Reading day)
    {
        foreach (var window in naive.Good.Select(one => one.Start).Distinct())
        {
            var printed = day.Events.Where(row => row.Micros / Minute * Minute == window).Select(row => row.Text).ToList();
            if (naive.WholeRows(window) is { } expected)
                Assert.Equal(expected, printed);
            else
                foreach (var row in printed.GroupBy(row => row, StringComparer.Ordinal))
                    Assert.True(row.Count() <= naive.Fragments(window).Max(fragment => fragment.Count(one => one == row.Key)), $"{row.Key} is printed too often");
        }
    }

    private static long[] Edges(Random random, GeneratedStore store, long from, long to) =>
        [from, .. Enumerable.Range(0, 4).Select(_ => store.Begin + random.NextInt64(store.End - store.Begin)).Distinct().Order(), to];

    private static Task<AuditReport> AuditAsync(MarketArchive archive, StreamId stream, (long From, long To) period, int verify) => archive.AuditAsync(new()
    {
        From = Micros.ToDateTime(period.From),
        To = Micros.ToDateTime(period.To),
        Exchanges = [stream.Exchange],
        Verify = verify,
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

    /// <summary>Reads one period after the other, as one.</summary>
    private static async Task<Reading> ReadAsync(MarketArchive archive, StreamId stream, long[] cuts)
    {
        var events = new List<MarketEvent>();
        foreach (var (from, to) in cuts.Zip(cuts.Skip(1)))
            await foreach (var found in archive.EventsAsync(stream, Micros.ToDateTime(from), Micros.ToDateTime(to)))
                events.Add(found);
        return new(
            [.. events.Of(MarketEventKind.Row).Select(row => (row.Micros, Encoding.UTF8.GetString(row.Row.Span)))],
            [.. events.Of(MarketEventKind.Gap).Select(gap => gap.Range.ToString()!)],
            Joined(events.Where(mark => mark.Kind is MarketEventKind.Missing or MarketEventKind.Unproven or MarketEventKind.Disputed).Select(mark => (mark.Kind, mark.Micros, mark.UntilMicros))),
            [.. events.Of(MarketEventKind.Unreadable).Select(mark => mark.Note!).Where(note => !note.StartsWith("coverage/", StringComparison.Ordinal) && !note.StartsWith("gaps/", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }

    private sealed record Reading(IReadOnlyList<(long Micros, string Text)> Events, IReadOnlyList<string> Gaps, IReadOnlyList<string> Spans, IReadOnlyList<string> Broken)
    {
        public IReadOnlyList<string> Rows => [.. Events.Select(row => row.Text)];
    }
}
