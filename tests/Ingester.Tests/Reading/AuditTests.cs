using Ingester.Core.Markets;
using Ingester.Core.Output;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Reading;
using Ingester.Reading.Auditing;
using Ingester.Reading.Merging;
using Ingester.Testing.Storage;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Reading;

/// <summary>What the audit says from names and journals is what reading every object gives.</summary>
public sealed class AuditTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 80)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Verdicts_equal_an_exhaustive_reading_and_no_data_object_is_opened(int seed)
    {
        var random = new Random(seed);
        var store = new MemoryStore();
        var truth = Truth(random);
        for (var name = 1 + random.Next(3); name > 0; name--)
            Record(store, $"replica-{name}", truth, random);

        var audited = Assert.Single((await AuditAsync(store)).Streams);
        Assert.DoesNotContain(store.Requests, request => request.StartsWith("GET trades/", StringComparison.Ordinal) || request.StartsWith("GET fragments/", StringComparison.Ordinal));
        var events = await Archives.ReadAsync(store);
        Assert.Equal(events.Of(MarketEventKind.Gap).Select(found => found.Range!.Value), audited.MissingRanges.Select(missing => missing.Range));
        Assert.Equal(audited.MissingRanges.Count, audited.Gaps);

        var windowOf = WindowsOf(truth);
        var stored = events.Of(MarketEventKind.Row).Select(found => found.Range!.Value.UpTo).ToHashSet();
        foreach (var window in audited.Windows)
        {
            var sent = truth.Where(one => windowOf[one.Id] == window.Window.StartMicros).ToList();
            var there = sent.Count(one => stored.Contains(one.Id));
            if (window.Verdict == WindowVerdict.Complete)
                Assert.True(there > 0 && there == sent.Count, $"{window.Window} has {there} of {sent.Count}");
            else if (window.Verdict == WindowVerdict.Quiet)
                Assert.Empty(sent);
            else
                Assert.Equal(window.Verdict == WindowVerdict.Partial, there > 0);
            Assert.True(window.Verdict <= WindowVerdict.Quiet || !IsProven(truth, stored, windowOf, window.Window.StartMicros), $"{window.Window} could be proven");
        }
    }

    [Fact]
    public async Task Streams_that_are_no_longer_recorded_are_missing_and_not_unknown()
    {
        var store = new MemoryStore();
        Steady(store, "a", 0, 10);
        var report = await AuditAsync(store, T0 + 20 * Minute, T0 + 25 * Minute);
        var stream = Assert.Single(report.Streams);
        Assert.Equal(5, stream.Count(WindowVerdict.Missing));
        Assert.False(report.NothingMissing);
    }

    [Fact]
    public async Task Day_that_two_replicas_recorded_together_is_complete_although_each_missed_a_part()
    {
        var store = new MemoryStore();
        Steady(store, "a", 0, 10, skip: id => id is > 200 and <= 260);
        Steady(store, "b", 0, 10, skip: id => id is > 400 and <= 420);
        var report = await AuditAsync(store, T0 + Minute, T0 + 9 * Minute);
        var stream = Assert.Single(report.Streams);
        Assert.True(report.NothingMissing);
        Assert.Equal((2, 0), (stream.ReplicaGaps, stream.Gaps));
        Assert.Equal(["a", "b"], stream.ClosedGaps.Select(gap => gap.Replica));
        Assert.All(stream.ClosedGaps, gap => Assert.Equal("replica", gap.ClosedBy));
        Assert.Equal(0.0, report.GapsPerMillion);
        Assert.True(report.ReplicaGapsPerMillion > 0);
    }

    [Fact]
    public async Task Missing_range_names_the_replica_whose_coverage_contains_it()
    {
        var store = new MemoryStore();
        Steady(store, "a", 0, 10, loses: segment => segment.Window.StartMicros == T0 + 4 * Minute);
        var stream = Assert.Single((await AuditAsync(store, T0 + Minute, T0 + 9 * Minute)).Streams);
        var missing = Assert.Single(stream.MissingRanges);
        Assert.Equal(new SequenceRange(240, 300), missing.Range);
        Assert.Equal(["a"], missing.HeldBy);
        Assert.Equal(WindowVerdict.Missing, stream.Windows[3].Verdict);
    }

    [Fact]
    public async Task Stream_without_sequence_ids_is_complete_in_whole_windows_and_quiet_while_a_replica_was_subscribed()
    {
        var store = new MemoryStore();
        var stream = new StreamId(Dataset.Depth, "coinbase", "BTC-USD");
        using var replica = new Replica(store, "a", stream, SequenceKind.None);
        replica.ConnectAt(T0 - 30 * Second);
        for (var micros = T0 - 30 * Second; micros < T0 + 8 * Minute; micros += Second)
        {
            if (micros < T0 + 2 * Minute || micros >= T0 + 4 * Minute)
                replica.Depth(micros, null, """[["1","1"]]""");
            replica.TickAt(micros);
            if (micros == T0 + 6 * Minute + 10 * Second)
            {
                replica.Lose();
                replica.Connect();
            }
        }

        replica.Close();
        var report = await AuditAsync(store, T0, T0 + 7 * Minute, "coinbase");
        Assert.Equal("Complete Complete Quiet Quiet Complete Complete Partial", string.Join(' ', Assert.Single(report.Streams).Windows.Select(window => window.Verdict)));
    }

    private static Task<AuditReport> AuditAsync(MemoryStore store, long from = T0 - 60 * Minute, long to = T0 + 600 * Minute, string exchange = "binance") =>
        new MarketArchive(store, "").AuditAsync(new() { From = Micros.ToDateTime(from), To = Micros.ToDateTime(to), Exchanges = [exchange] });

    /// <summary>An event a second, ids from 1 at T0.</summary>
    private static void Steady(MemoryStore store, string name, int fromMinute, int toMinute, Func<long, bool>? skip = null, Func<SealedSegment, bool>? loses = null)
    {
        using var replica = new Replica(store, name, loses: loses);
        replica.ConnectAt(T0 + fromMinute * Minute);
        for (var id = fromMinute * 60 + 1; id <= toMinute * 60; id++)
        {
            if (skip?.Invoke(id) != true)
                replica.Trade(new(id, T0 + (id - 1) * Second));
            replica.TickAt(T0 + (id - 1) * Second);
        }

        replica.Close();
    }

    private static void Record(MemoryStore store, string name, List<Sent> truth, Random random)
    {
        using var replica = new Replica(store, name);
        var (away, begin, end) = (0, random.Next(truth.Count / 2), truth.Count - random.Next(truth.Count / 3));
        replica.ConnectAt(truth[begin].Micros);
        for (var i = begin; i < end; i++)
        {
            if (away == 0 && random.Next(60) == 0)
            {
                away = 1 + random.Next(30);
                replica.Lose();
            }

            if (away > 0)
            {
                if (--away == 0)
                    replica.Connect();
                continue;
            }

            replica.Trade(truth[i]);
            for (var time = truth[i].Micros; i + 1 < end && time < truth[i + 1].Micros; time += 10 * Second)
                replica.TickAt(time);
        }

        replica.Close();
    }

    private static bool IsProven(List<Sent> truth, HashSet<long> stored, Dictionary<long, long> windowOf, long start)
    {
        var before = truth.FindLastIndex(one => windowOf[one.Id] < start);
        var after = truth.FindIndex(one => windowOf[one.Id] > start);
        return before >= 0 && after >= 0 && truth[before..(after + 1)].All(one => stored.Contains(one.Id));
    }

    private static Dictionary<long, long> WindowsOf(List<Sent> truth)
    {
        var top = long.MinValue;
        return truth.ToDictionary(one => one.Id, one => top = Math.Max(top, Window.Containing(one.Micros, 1).StartMicros));
    }

    private static List<Sent> Truth(Random random)
    {
        var list = new List<Sent>();
        long id = random.Next(1_000_000), micros = T0 + random.NextInt64(Minute);
        for (var count = 200 + random.Next(300); count > 0; count--)
        {
            list.Add(new(++id, micros));
            micros += random.Next(40) == 0 ? random.NextInt64(4 * Minute) : random.NextInt64(4 * Second);
        }

        return list;
    }
}
