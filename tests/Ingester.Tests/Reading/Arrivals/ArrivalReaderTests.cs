using System.IO.Compression;
using System.Text;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;
using static Ingester.Tests.Reading.Arrivals.ArrivalRig;

namespace Ingester.Tests.Reading.Arrivals;

public sealed class ArrivalReaderTests
{
    private readonly MemoryStore store = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_event_has_the_time_at_which_the_preferred_replica_received_it(bool isNumbered)
    {
        var (a, b) = (await RecordAsync("a", isNumbered, delay: 1_000, 1, 400), await RecordAsync("b", isNumbered, delay: 2_000, 1, 400));
        var preferred = await ReadAsync(store, Stream(isNumbered), null, "b", "a");
        var first = await ReadAsync(store, Stream(isNumbered));
        var only = await ReadAsync(store, Stream(isNumbered), null, "c");
        Assert.Equal(400, first.Count);
        Assert.All(preferred, found => Assert.Equal(new(b[Key(found.Event, isNumbered)], "b"), found.Arrival));
        Assert.All(first, found => Assert.Equal(new(a[Key(found.Event, isNumbered)], "a"), found.Arrival));
        Assert.All(only, found => Assert.Null(found.Arrival));
    }

    [Fact]
    public async Task Events_that_the_preferred_replica_missed_have_the_time_of_another_one()
    {
        var (a, b) = (await RecordAsync("a", true, delay: 1_000, 1, 150), await RecordAsync("b", true, delay: 2_000, 100, 400));
        var read = await ReadAsync(store, Stream(true), null, "a", "b");
        Assert.Equal(Enumerable.Range(1, 400), read.Select(found => (int)found.Event.Range!.Value.UpTo));
        Assert.All(read, found => Assert.Equal(found.Event.Range!.Value.UpTo <= 150 ? new(a[found.Event.Range!.Value.UpTo], "a") : new(b[found.Event.Range!.Value.UpTo], "b"), found.Arrival));
    }

    [Fact]
    public async Task Process_that_was_started_again_continues_the_arrivals_of_its_replica()
    {
        var before = await RecordAsync("a", true, delay: 1_000, 1, 150);
        var after = await RecordAsync("a", true, delay: 3_000, 151, 400, processStart: 99);
        var read = await ReadAsync(store, Stream(true));
        Assert.Equal(400, read.Count);
        Assert.All(read, found => Assert.Equal((before.TryGetValue(found.Event.Range!.Value.UpTo, out var micros) ? micros : after[found.Event.Range!.Value.UpTo], "a"), (found.Arrival!.Value.Micros, found.Arrival!.Value.Replica)));
    }

    [Fact]
    public async Task Process_that_was_killed_leaves_the_arrivals_of_what_it_stored_in_finished_minutes_at_most()
    {
        await using (var killed = new ArrivalRig(store))
        {
            for (var id = 1; id <= 400; id++)
                killed.Add(id, T0 + id * Second, 1_000);
        } // disposed without a stop: what is not stored is lost

        var read = await ReadAsync(store, Stream(true));
        Assert.All(read, found => Assert.True(found.Arrival is null || found.Arrival.Value.Micros == found.Event.Micros + 1_000));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Held_segment_that_turns_out_whole_keeps_the_arrivals_of_all_its_events(bool isNumbered)
    {
        await using var rig = new ArrivalRig(store, isNumbered: isNumbered);
        for (var id = 1; id <= 100; id++)
            rig.Add(id, T0 + id * Second, 1_000);
        rig.TickAt(T0 + 4 * Minute); // the second window is held and stored as a fragment
        for (var id = 300; id <= 302; id++)
            rig.Add(isNumbered ? id - 199 : id, T0 + id * Second, 1_000);
        await rig.StopAsync();
        var read = await ReadAsync(store, rig.Stream);
        Assert.Equal(103, read.Count);
        Assert.All(read, found => Assert.Equal(rig.Received[Key(found.Event, isNumbered)], found.Arrival?.Micros));
    }

    [Fact]
    public async Task Late_event_has_the_time_at_which_it_arrived_late()
    {
        await using var rig = new ArrivalRig(store);
        foreach (var id in new[] { 1, 2, 3, 5, 6, 7, 8 })
            rig.Add(id, T0 + id * Second, 1_000);
        rig.Add(4, T0 + 4 * Second, 7 * Second);
        for (var id = 9; id <= 100; id++)
            rig.Add(id, T0 + id * Second + 4 * Second, 1_000);
        await rig.StopAsync();
        var read = await ReadAsync(store, rig.Stream);
        Assert.Equal(100, read.Count);
        Assert.Equal(T0 + 11 * Second, read.Single(found => found.Event.Range!.Value.UpTo == 4).Arrival?.Micros);
    }

    [Fact]
    public async Task Arrivals_that_find_no_room_are_dropped_and_counted_and_the_events_are_stored()
    {
        await using var rig = new ArrivalRig(store, change: options => options.MaxArrivalBytes = 400);
        for (var id = 1; id <= 400; id++)
            rig.Add(id, T0 + id * Second, 1_000);
        await rig.StopAsync();
        var read = await ReadAsync(store, rig.Stream);
        Assert.Equal(400, read.Count);
        Assert.Contains(read, found => found.Arrival is null);
        Assert.NotEqual(0, rig.Meter.JournalRowsLost.TotalOf("arrivals"));
    }

    [Fact]
    public async Task Newer_or_damaged_object_is_named_and_the_others_are_read()
    {
        foreach (var start in new[] { 1, 151, 301 })
            await RecordAsync("a", true, delay: 1_000, start, Math.Min(start + 149, 400), processStart: start);
        var keys = store.Keys.Where(key => key.StartsWith("md/arrivals/", StringComparison.Ordinal)).ToList();
        Assert.True(keys.Count >= 3, string.Join('\n', keys));
        var text = Unzip(store.Body(keys[0])).Replace("{\"format\":2,", "{\"format\":3,", StringComparison.Ordinal);
        store.Forge(keys[0], Zip(text), ObjectMetadata.None);
        store.Forge(keys[1], store.Body(keys[1])[..^8], store.Metadata(keys[1]));
        var unreadable = new List<string>();
        var read = await ReadAsync(store, Stream(true), unreadable);
        Assert.Equal([$"{keys[0]} is not readable: it has format 3, and this version reads formats up to 2; read it with a newer version.", $"{keys[1]} is not readable: it is truncated: gzip members are missing."], unreadable);
        Assert.Equal(400, read.Count);
        Assert.Contains(read, found => found.Arrival is null);
        Assert.Contains(read, found => found.Arrival is not null);
    }

    internal static long Key(Ingester.Reading.Merging.MarketEvent found, bool isNumbered) => isNumbered ? found.Range!.Value.UpTo : found.Micros;

    internal static Ingester.Core.Markets.StreamId Stream(bool isNumbered) =>
        isNumbered ? new(Ingester.Core.Markets.Dataset.Trades, "binance", "BTC-USDT") : new(Ingester.Core.Markets.Dataset.Depth, "coinbase", "BTC-USD");

    private async Task<Dictionary<long, long>> RecordAsync(string replica, bool isNumbered, long delay, int first, int last, long processStart = 17)
    {
        await using var rig = new ArrivalRig(store, replica, isNumbered, processStart: processStart);
        for (var id = first; id <= last; id++)
            rig.Add(id, T0 + id * Second, delay + id);
        await rig.StopAsync();
        return rig.Received;
    }

    private static string Unzip(byte[] body)
    {
        using var reader = new StreamReader(new GZipStream(new MemoryStream(body), CompressionMode.Decompress));
        return reader.ReadToEnd();
    }

    private static byte[] Zip(string text)
    {
        var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return target.ToArray();
    }
}
