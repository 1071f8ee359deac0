using Ingester.Core.Markets;
using Ingester.Core.Proof;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Reading;
using Ingester.Reading.Auditing;
using Ingester.Reading.Merging;
using Ingester.Recording.Backfill;
using Ingester.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Reading;

/// <summary>What repair writes is, byte for byte and by name, what a replica that missed nothing writes.</summary>
public sealed class RepairTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Windows_recorded_in_overlapping_parts_are_repaired_to_the_rows_of_a_replica_without_gaps(int seed)
    {
        var random = new Random(seed);
        var truth = Truth(random);
        var unbroken = new MemoryStore();
        using (var replica = new Replica(unbroken))
        {
            foreach (var sent in truth)
                replica.Trade(sent);
            replica.Close();
        }

        var store = new MemoryStore();
        for (var name = 0; name < 3; name++)
            Torn(store, $"{name}", truth, random);
        var before = store.Keys.ToHashSet(StringComparer.Ordinal);
        using var archive = new MarketArchive(store, "");
        var scope = new AuditScope { From = Micros.ToDateTime(T0 - 60 * Minute), To = Micros.ToDateTime(T0 + 600 * Minute), Exchanges = ["binance"] };
        var report = await archive.RepairAsync(scope);

        foreach (var window in report.Repaired)
        {
            Assert.Equal(unbroken.Body(window.Key), store.Body(window.Key));
            Assert.Equal(unbroken.Metadata(window.Key) with { Grade = ProofGrade.Chain }, store.Metadata(window.Key));
        }

        Assert.Equal(before.Count + report.Repaired.Count(window => window.Written), store.Keys.Count);
        var events = await Archives.ReadAsync(store);
        var begins = events.Of(MarketEventKind.Gap).Select(gap => gap.Micros).Append(events.Of(MarketEventKind.Row).First().Micros).ToList();
        foreach (var window in (await archive.AuditAsync(scope)).Streams.SelectMany(stream => stream.Windows).Where(one => one is { Verdict: WindowVerdict.Complete, IsWhole: false }))
            Assert.Contains(begins, begin => begin > window.Window.StartMicros - 6 * Second && begin < window.Window.StartMicros); // too late to have settled
        Assert.Empty((await archive.RepairAsync(scope)).Repaired);
    }

    [Theory]
    [InlineData("binance", true)]
    [InlineData("coinbase", false)]
    public async Task Window_with_backfilled_rows_is_made_whole_only_if_REST_formats_digits_like_the_stream(string exchange, bool whole)
    {
        var (store, unbroken, stream) = (new MemoryStore(), new MemoryStore(), new StreamId(Dataset.Trades, exchange, "BTC-USD"));
        using (Replica replicaWithGaps = new(store, stream: stream), all = new(unbroken, stream: stream))
        {
            foreach (var sent in Enumerable.Range(1, 300).Select(id => new Sent(id, T0 + id * Second)))
            {
                all.Trade(sent);
                if (sent.Id is not (>= 100 and <= 104))
                    replicaWithGaps.Trade(sent);
                replicaWithGaps.TickAt(sent.Micros);
            }

            replicaWithGaps.Close();
            all.Close();
        }

        using var meter = new IngesterMeter();
        var output = new StoringOutput(store, "repair", () => T0 + 105 * Second);
        var cut = new BackfillSegmenter(new(stream, new("BTC-USD", "BTC-USD"), new(99, 104), T0 + 99 * Second, T0 + 105 * Second), new(new(), output, new(meter, NullLogger<SegmentEvents>.Instance)));
        for (var id = 100; id <= 104; id++)
            cut.Add(new(id, T0 + id * Second, "1.50", "2", TakerSells: false));
        Assert.Empty(cut.Complete());
        output.WriteJournal();

        using var archive = new MarketArchive(store, "");
        var scope = new AuditScope { From = Archives.Begin, To = Archives.Begin.AddHours(1), Exchanges = [exchange] };
        Assert.Equal("backfill", Assert.Single(Assert.Single((await archive.AuditAsync(scope)).Streams).ClosedGaps).ClosedBy);
        var report = await archive.RepairAsync(scope);
        Assert.Equal(whole ? 1 : 0, report.Repaired.Count);
        Assert.Equal(whole ? 0 : 1, report.Left.Count);
        Assert.All(report.Repaired, window => Assert.Equal(unbroken.Body(window.Key), store.Body(window.Key)));
        Assert.Equal(300, (await Archives.ReadAsync(store, stream)).Of(MarketEventKind.Row).Count());
    }

    [Fact]
    public async Task Window_whose_fragments_do_not_join_is_not_changed()
    {
        var store = new MemoryStore();
        using var replica = new Replica(store);
        for (var id = 1; id <= 300; id++)
            if (id != 100)
                replica.Trade(new(id, T0 + id * Second));
        replica.Close();
        using var archive = new MarketArchive(store, "");
        var report = await archive.RepairAsync(new() { From = Archives.Begin, To = Archives.Begin.AddHours(1), Exchanges = ["binance"] });
        Assert.Empty(report.Repaired);
        Assert.DoesNotContain(store.Keys, key => key.Contains("/0001-1m", StringComparison.Ordinal) && key.StartsWith("trades/", StringComparison.Ordinal));
    }

    public static TheoryData<bool> Cuts => [true, false];

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task Window_of_diffs_recorded_in_overlapping_parts_is_made_whole_if_both_connections_group_the_ids_alike(bool alike)
    {
        var (store, unbroken, stream) = (new MemoryStore(), new MemoryStore(), new StreamId(Dataset.Depth, "binance", "BTC-USDT"));
        Changes(unbroken, "c", stream, _ => true);
        Changes(store, "a", stream, second => second is < 90 or > 110);
        Changes(store, "b", stream, second => second is < 62 or > 80, alike ? 1 : 2);
        Assert.DoesNotContain(store.Keys, key => key.StartsWith("depth/", StringComparison.Ordinal) && key.Contains("/0001-1m", StringComparison.Ordinal));

        using var archive = new MarketArchive(store, "");
        var report = await archive.RepairAsync(new() { From = Archives.Begin.AddMinutes(1), To = Archives.Begin.AddMinutes(2), Exchanges = ["binance"] });
        Assert.Equal(alike ? 1 : 0, report.Repaired.Count);
        Assert.Equal(alike ? 0 : 1, report.Left.Count); // complete, but nobody knows how one replica would have cut it
        Assert.All(report.Repaired, window => Assert.Equal(unbroken.Body(window.Key), store.Body(window.Key)));
        Assert.All(report.Repaired, window => Assert.Equal(unbroken.Metadata(window.Key) with { Grade = ProofGrade.Chain }, store.Metadata(window.Key)));
    }

    [Fact]
    public async Task Window_without_sequence_ids_stays_in_fragments_because_their_edges_are_not_proven()
    {
        var (store, stream) = (new MemoryStore(), new StreamId(Dataset.Depth, "coinbase", "BTC-USD"));
        Changes(store, "a", stream, second => second is < 90 or > 110);
        Changes(store, "b", stream, second => second is < 62 or > 80);
        var before = store.Keys;
        using var archive = new MarketArchive(store, "");
        var scope = new AuditScope { From = Archives.Begin.AddMinutes(1), To = Archives.Begin.AddMinutes(2), Exchanges = ["coinbase"] };
        Assert.Empty((await archive.RepairAsync(scope)).Repaired);
        Assert.Equal(before, store.Keys);
        Assert.Equal(WindowVerdict.Partial, Assert.Single(Assert.Single((await archive.AuditAsync(scope)).Streams).Windows).Verdict);

        var events = await Archives.ReadAsync(store, stream, Archives.Begin.AddMinutes(1), Archives.Begin.AddMinutes(2));
        Assert.Equal(MarketEventKind.Unproven, events[0].Kind);
        Assert.Equal(Enumerable.Range(60, 60).Select(second => T0 + second * Second), events.Of(MarketEventKind.Row).Select(row => row.Micros)); // all of them all the same
    }

    /// <summary>Two changes a second, or one of both, for three minutes; the connection is lost while none comes.</summary>
    private static void Changes(MemoryStore store, string name, StreamId stream, Func<int, bool> hears, int atOnce = 1)
    {
        var numbered = stream.Exchange == "binance";
        using var replica = new Replica(store, name, stream, numbered ? SequenceKind.Contiguous : SequenceKind.None);
        replica.ConnectAt(T0 - 30 * Second);
        var isConnected = true;
        for (var second = 0; second < 180; second++)
        {
            if (hears(second) != isConnected)
            {
                isConnected = !isConnected;
                if (isConnected)
                    replica.Connect();
                else
                    replica.Lose();
            }

            for (var part = 0; isConnected && part < (numbered ? 2 : 1); part += atOnce)
                replica.Depth(T0 + second * Second, numbered ? new(second * 2 + part, second * 2 + part + atOnce) : null, $"""[["{second}","{part}"]]""");
            replica.TickAt(T0 + second * Second);
        }

        replica.Close();
    }

    private static void Torn(MemoryStore store, string name, List<Sent> truth, Random random)
    {
        using var replica = new Replica(store, name);
        var away = 0;
        foreach (var sent in truth)
        {
            if (away == 0 && random.Next(30) == 0)
            {
                away = 1 + random.Next(10);
                replica.Lose();
            }

            if (away > 0)
                away--;
            else
                replica.Trade(sent);
            replica.TickAt(sent.Micros);
        }

        replica.Close();
    }

    private static List<Sent> Truth(Random random)
    {
        var list = new List<Sent>();
        long id = random.Next(1_000_000), micros = T0 + random.NextInt64(Minute);
        for (var count = 300 + random.Next(300); count > 0; count--)
        {
            list.Add(new(++id, micros - (random.Next(30) == 0 ? random.NextInt64(Second) : 0)));
            micros += random.Next(50) == 0 ? random.NextInt64(3 * Minute) : random.NextInt64(4 * Second);
        }

        return list;
    }
}
