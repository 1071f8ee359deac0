using Ingester.Core.Sequencing;
using Ingester.Reading;
using Ingester.Reading.Merging;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Reading;

/// <summary>The merge returns each event that any replica stored once and in order, with a mark for every gap.</summary>
public sealed class MergeTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 100)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Replicas_with_random_losses_are_read_as_one_stream(int seed)
    {
        var random = new Random(seed);
        var store = new MemoryStore();
        var truth = Truth(random);
        var seen = new HashSet<long>();
        for (var replica = 1 + random.Next(3); replica > 0; replica--)
            seen.UnionWith(Record(store, $"replica-{replica}", truth, random));

        var events = await Archives.ReadAsync(store);
        Assert.Equal(truth.Where(sent => seen.Contains(sent.Id)).Select(sent => sent.Row), events.Of(MarketEventKind.Row).Select(found => found.Text()));
        Assert.Equal(MissingRanges(truth, seen), events.Of(MarketEventKind.Gap).Select(found => found.Range!.Value));
        Assert.DoesNotContain(events, found => found.Kind is MarketEventKind.Reset or MarketEventKind.Unreadable or MarketEventKind.Disputed);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Numbering_after_a_reset_is_read_in_order_of_time(int seed)
    {
        var random = new Random(seed);
        var store = new MemoryStore();
        var before = Truth(random);
        var first = random.Next(1000);
        var start = before[^1].Micros + 1 + random.NextInt64(90 * Second);
        var after = Truth(random, first, start);
        for (var name = 0; name < 2; name++)
        {
            using var replica = new Replica(store, $"{name}");
            foreach (var sent in before.Concat(after))
                if (name == 0 || sent.Micros > start + 5 * Minute || sent.Id > first + 1000)
                    replica.Trade(sent);
            replica.Close();
        }

        var events = await Archives.ReadAsync(store);
        Assert.Equal(
            before.Concat(after).Select(sent => sent.Row),
            events.Of(MarketEventKind.Row).Select(found => found.Text().Replace(",\"time\":\"out-of-order\"", "", StringComparison.Ordinal)));
        Assert.Single(events.Of(MarketEventKind.Reset));
        Assert.Empty(events.Of(MarketEventKind.Gap));
    }

    [Fact]
    public async Task Unreported_reset_is_inferred_from_the_whole_windows_after_it()
    {
        var store = new MemoryStore();
        using var replica = new Replica(store);
        long id = 5_000_000;
        for (var micros = T0; micros < T0 + 10 * Minute; micros += Second)
            replica.Trade(new(++id == 5_000_301 ? id = 1 : id, micros));
        replica.Close(killed: true);
        foreach (var key in store.Keys.Where(key => key.StartsWith("gaps/", StringComparison.Ordinal)))
            store.Forge(key, [], ObjectMetadata.None);
        var events = await Archives.ReadAsync(store);
        Assert.Single(events.Of(MarketEventKind.Reset));
        Assert.Equal(T0, events.Of(MarketEventKind.Row).First().Micros);
        var ids = events.Of(MarketEventKind.Row).Select(found => found.Range!.Value.UpTo).ToList();
        Assert.Equal(Enumerable.Range(5_000_001, 300).Concat(Enumerable.Range(1, ids.Count - 300)), ids.Select(one => (int)one));
        Assert.Empty(events.Of(MarketEventKind.Gap));
    }

    [Fact]
    public async Task Object_under_the_name_of_an_earlier_window_does_not_reverse_the_order_of_the_others()
    {
        var store = new MemoryStore();
        using var replica = new Replica(store);
        for (var i = 0; i < 600; i++)
            replica.Trade(new(i + 1, T0 + 20 * Minute + i * Second));
        replica.Close();
        var moved = store.Keys.Single(key => key.Contains("/0025-1m_300_360.", StringComparison.Ordinal));
        store.Forge(moved.Replace("/0025-", "/0005-", StringComparison.Ordinal), store.Body(moved), store.Metadata(moved));
        store.Remove(moved);
        var events = await Archives.ReadAsync(store);
        Assert.Equal([.. Enumerable.Range(301, 60), .. Enumerable.Range(1, 300), .. Enumerable.Range(361, 240)], events.Of(MarketEventKind.Row).Select(found => (int)found.Range!.Value.UpTo));
    }

    [Fact]
    public async Task Rows_that_were_read_in_an_earlier_window_stay_known_after_unreadable_objects()
    {
        var store = new MemoryStore();
        using var replica = new Replica(store);
        for (var i = 0; i < 600; i++)
            replica.Trade(new(i + 1, T0 + 20 * Minute + i * Second));
        replica.Close();
        var copied = store.Keys.Single(key => key.Contains("/0028-1m_480_540.", StringComparison.Ordinal));
        store.Forge(copied.Replace("/0028-", "/0005-", StringComparison.Ordinal), store.Body(copied), store.Metadata(copied));
        foreach (var damaged in store.Keys.Where(key => key.Contains("/0022-1m_", StringComparison.Ordinal) || key.Contains("/0023-1m_", StringComparison.Ordinal)).ToList())
            store.Forge(damaged, store.Body(damaged)[..^3], store.Metadata(damaged));
        var cut = Archives.Begin.AddMinutes(24);
        List<MarketEvent> parts = [.. await Archives.ReadAsync(store, to: cut), .. await Archives.ReadAsync(store, from: cut)];
        Assert.Equal(
            [.. Enumerable.Range(481, 60), .. Enumerable.Range(1, 120), .. Enumerable.Range(241, 240), .. Enumerable.Range(541, 60)],
            parts.Of(MarketEventKind.Row).Select(found => (int)found.Range!.Value.UpTo));
    }

    [Fact]
    public async Task Every_object_is_opened_once_even_to_compare_rows_with_the_same_ids()
    {
        var store = new MemoryStore();
        for (var name = 0; name < 3; name++)
        {
            using var replica = new Replica(store, $"{name}");
            for (var i = 0; i < 300; i++)
                replica.Trade(new(1000 + i + name * 7, T0 + (i + name * 7) * Second));
            replica.Close();
        }

        await Archives.ReadAsync(store);
        var opened = store.Requests.Where(request => request.StartsWith("GET trades", StringComparison.Ordinal) || request.StartsWith("GET fragments", StringComparison.Ordinal)).ToList();
        Assert.Equal(store.Keys.Count(key => key.StartsWith("trades/", StringComparison.Ordinal) || key.StartsWith("fragments/", StringComparison.Ordinal)), opened.Count);
    }

    [Fact]
    public async Task Period_selects_segments_by_window_and_events_by_time()
    {
        var store = new MemoryStore();
        using var replica = new Replica(store);
        for (var i = 0; i < 300; i++)
            replica.Trade(new(i + 1, T0 + i * Second));
        replica.Close();
        var events = await Archives.ReadAsync(store, from: Archives.Begin.AddSeconds(90), to: Archives.Begin.AddSeconds(150));
        Assert.Equal(Enumerable.Range(91, 60), events.Select(found => (int)found.Range!.Value.UpTo));
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("cut trailer")]
    [InlineData("empty")]
    [InlineData("flipped")]
    [InlineData("other rows")]
    [InlineData("no JSON")]
    [InlineData("trailing")]
    public async Task Damaged_object_is_reported_and_the_other_objects_are_read(string damage)
    {
        var store = new MemoryStore();
        using var replica = new Replica(store);
        for (var i = 0; i < 300; i++)
            replica.Trade(new(i + 1, T0 + i * Second));
        replica.Close();
        var victim = store.Keys.Where(key => key.StartsWith("trades/", StringComparison.Ordinal)).ElementAt(1);
        var (body, metadata) = (store.Body(victim), store.Metadata(victim));
        body = damage switch
        {
            "cut" => body[..(body.Length / 2)],
            "cut trailer" => body[..^3],
            "empty" => [],
            "flipped" => [.. body.Select((octet, place) => place == body.Length / 2 ? (byte)~octet : octet)],
            "other rows" => store.Body(store.Keys.First(key => key.StartsWith("trades/", StringComparison.Ordinal))),
            "trailing" => [.. body, 1, 2, 3],
            _ => Pack("{\"id\":\"1\",\"ts\":\n"),
        };
        store.Forge(victim, body, damage == "no JSON" ? ObjectMetadata.None : metadata);

        var events = await Archives.ReadAsync(store);
        var mark = Assert.Single(events.Of(MarketEventKind.Unreadable));
        Assert.Contains(victim, mark.Note, StringComparison.Ordinal);
        Assert.Equal(240, events.Of(MarketEventKind.Row).Count());
        Assert.Equal(mark.Range, Assert.Single(events.Of(MarketEventKind.Gap)).Range);
    }

    [Fact]
    public async Task Streams_are_merged_by_time_and_keep_their_own_order()
    {
        var store = new MemoryStore();
        var other = SegmentSample.Trades with { Market = "ETH-USDT" };
        foreach (var stream in new[] { SegmentSample.Trades, other })
        {
            using var replica = new Replica(store, stream: stream);
            for (var i = 0; i < 200; i++)
                replica.Trade(new(i + 1, T0 + i * Second + (stream == other ? 500_000 : 0) - (i == 100 ? 2 * Second : 0)));
            replica.Close();
        }

        using var archive = new MarketArchive(store, "");
        var events = new List<MarketEvent>();
        await foreach (var found in archive.ReadEventsAsync([SegmentSample.Trades, other], Archives.Begin, Archives.Begin.AddDays(1)))
            if (found.Kind == MarketEventKind.Row)
                events.Add(found);
        Assert.Equal(400, events.Count);
        foreach (var stream in events.GroupBy(found => found.Stream))
            Assert.Equal(Enumerable.Range(1, 200), stream.Select(found => (int)found.Range!.Value.UpTo));
        long top = 0;
        Assert.All(events, found => Assert.True((top = Math.Max(top, found.Micros)) - found.Micros <= 2 * Second));
    }

    private static byte[] Pack(string text)
    {
        using var rows = SegmentSample.Rows(text);
        using var packed = RowCompression.Compress(rows, 3);
        return [.. packed.Chunks.SelectMany(chunk => chunk.ToArray())];
    }

    /// <summary>Records with spells of losses, reconnects, late events and kills; returns what the replica stored.</summary>
    private static HashSet<long> Record(MemoryStore store, string name, List<Sent> truth, Random random)
    {
        var stored = new HashSet<long>();
        using var replica = new Replica(store, name);
        var (away, begin, end) = (0, random.Next(truth.Count / 2), truth.Count - random.Next(truth.Count / 3));
        for (var i = begin; i < end; i++)
        {
            if (away == 0 && random.Next(60) == 0)
            {
                away = random.Next(30);
                if (random.Next(2) == 0)
                    replica.Lose();
            }

            if (away > 0)
            {
                away--;
                continue;
            }

            replica.Trade(truth[i]);
            stored.Add(truth[i].Id);
            if (random.Next(10) == 0)
                replica.TickAt(truth[i].Micros + random.NextInt64(40 * Second));
        }

        replica.Close();
        return stored;
    }

    private static List<SequenceRange> MissingRanges(List<Sent> truth, HashSet<long> seen)
    {
        var ids = truth.Select(sent => sent.Id).Where(seen.Contains).ToList();
        return [.. ids.Zip(ids.Skip(1)).Where(pair => pair.Second != pair.First + 1).Select(pair => new SequenceRange(pair.First, pair.Second - 1))];
    }

    private static List<Sent> Truth(Random random, long? first = null, long? start = null)
    {
        var list = new List<Sent>();
        long id = first ?? 1_000_000 + random.Next(1_000_000), micros = start ?? T0 + random.NextInt64(Minute);
        for (var count = 300 + random.Next(300); count > 0; count--)
        {
            list.Add(new(++id, micros - (random.Next(30) == 0 && first is null ? random.NextInt64(Second) : 0)));
            micros += random.Next(50) == 0 ? random.NextInt64(3 * Minute) : random.NextInt64(4 * Second);
        }

        return list;
    }
}
