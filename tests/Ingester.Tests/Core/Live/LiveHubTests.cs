using System.Text;
using System.Text.Json;
using Ingester.Core.Live;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Testing.Allocations;

namespace Ingester.Tests.Core.Live;

/// <summary>What clients of the live stream receive, and what a slow one is told.</summary>
public sealed class LiveHubTests
{
    private const long Capacity = 1 << 20;
    private static readonly StreamId Trades = new(Dataset.Trades, "testing", "BTC-USDT");
    private static readonly StreamId Depth = new(Dataset.Depth, "testing", "ETH-USDT");
    private static readonly string Filler = new('x', 1_000);

    private readonly LiveHub hub = new(Capacity);

    [Fact]
    public void Row_has_the_form_of_replay()
    {
        var reader = new LiveReader(hub);
        Publish(Trades, 7);
        Assert.Equal("""{"exchange":"testing","pair":"BTC-USDT","dataset":"trades","row":{"id":7}}""" + "\n", reader.Read());
    }

    [Fact]
    public void Server_sent_events_have_one_line_each()
    {
        var reader = new LiveReader(hub, isEvents: true);
        Publish(Trades, 7);
        Publish(Trades, 8);
        const string Start = """data: {"exchange":"testing","pair":"BTC-USDT","dataset":"trades","row":{"id":""";
        Assert.Equal($"{Start}7}}}}\n\n{Start}8}}}}\n\n", reader.Read());
    }

    [Fact]
    public void Client_receives_only_its_streams_also_those_that_begin_later()
    {
        Publish(Trades, 1);
        var reader = new LiveReader(hub, stream => stream.Dataset == Dataset.Trades);
        Publish(Trades, 2);
        Publish(Depth, 3);
        Publish(Trades with { Market = "LATER" }, 4);
        Publish(Trades, 5);
        Assert.Equal([2, 4, 5], reader.ReadLines().Select(Id));
        Assert.Equal(2, reader.Client.StreamCount);
    }

    [Fact]
    public void Nothing_is_copied_or_allocated_while_nobody_listens()
    {
        var reader = new LiveReader(hub, stream => stream.Dataset == Dataset.Depth);
        var stream = hub.GetStream(Trades);
        Assert.Equal(0, ThreadAllocations.Measure(() =>
        {
            for (var i = 0; i < 1_000; i++)
                stream.PublishRow("{\"id\":1}\n"u8, SequenceRange.One(i), i);
        }));
        Assert.Equal("", reader.Read());
        hub.Remove(reader.Client);
        Assert.False(hub.GetStream(Depth).IsListened);
    }

    [Fact]
    public void Slow_client_is_told_exactly_what_it_missed_and_then_continues_while_others_miss_nothing()
    {
        var (slow, fast) = (new LiveReader(hub), new LiveReader(hub));
        var (received, missed) = (new List<long>(), 0L);
        const int Count = 3_000; // about three times what is queued
        for (var id = 1; id <= Count; id++)
        {
            Publish(id % 3 == 0 ? Depth : Trades, id, padded: true);
            if (id % 50 == 0)
            {
                missed += hub.Distribute(groupSize: 2).Sum();
                received.AddRange(Lines(fast.ReadQueued()).Select(Id));
            }
        }

        var lines = Lines(slow.ReadQueued());
        var last = Id(lines[^3]); // the queue, and one mark for each stream
        Assert.Equal(Enumerable.Range(1, (int)last).Select(id => (long)id), lines[..^2].Select(Id));
        Assert.Equal(Enumerable.Range(1, Count).Select(id => (long)id), received);
        Assert.InRange(last, 500, 1_000);
        foreach (var (stream, isOfStream) in new[] { (Depth, (Func<long, bool>)(id => id % 3 == 0)), (Trades, id => id % 3 != 0) })
        {
            var lost = Enumerable.Range((int)last + 1, Count - (int)last).Select(id => (long)id).Where(isOfStream).ToList();
            Assert.Contains($$$"""{"exchange":"testing","pair":"{{{stream.Market}}}","dataset":"{{{stream.Dataset.Name()}}}","mark":"missed","ts":{{{lost[0] * 10}}},"to":{{{lost[^1] * 10}}},"after":{{{lost[0] - 1}}},"upto":{{{lost[^1]}}},"rows":{{{lost.Count}}},"marks":0}""", lines[^2..]);
        }

        Assert.Equal(Count - last, missed);
        Assert.Equal(Count - last, slow.Client.MissedRows);
        Assert.Equal(0, fast.Client.MissedRows);
        Publish(Trades, 9_999);
        Assert.Equal([9_999], slow.ReadLines().Select(Id));
    }

    [Fact]
    public void Full_intake_drops_lines_until_it_is_taken_and_every_client_is_told()
    {
        var (reader, other) = (new LiveReader(hub), new LiveReader(hub, stream => stream.Dataset == Dataset.Depth));
        const int Count = 2_000;
        for (var id = 1; id <= Count; id++)
            Publish(Trades, id, padded: true);
        Publish(Depth, Count + 1, padded: true);
        var lines = reader.ReadLines();
        var ids = lines.Where(line => !line.Contains("\"mark\"", StringComparison.Ordinal)).Select(Id).ToList();
        Assert.Equal(Enumerable.Range(1, ids.Count).Select(id => (long)id), ids);
        Assert.InRange(ids.Count, 500, 1_000);
        Assert.Equal(Count - ids.Count, Missed(lines[^2]));
        Assert.Equal(1, Missed(lines[^1]));
        Assert.Equal([1], other.ReadLines().Select(Missed));
        Publish(Trades, 9_999);
        Assert.Equal([9_999], reader.ReadLines().Select(Id));
    }

    [Fact]
    public void Line_that_is_larger_than_everything_is_delivered_alone()
    {
        var reader = new LiveReader(hub);
        hub.GetStream(Trades).PublishRow([.. "{\"id\":1,\"x\":\""u8, .. Enumerable.Repeat((byte)'y', 2 << 20), .. "\"}"u8], null, 1);
        Assert.Equal([1], reader.ReadLines().Select(Id));
        Publish(Trades, 2);
        Assert.Equal([2], reader.ReadLines().Select(Id));
    }

    [Fact]
    public async Task End_comes_after_everything_that_was_recorded()
    {
        var reader = new LiveReader(hub);
        Publish(Trades, 1);
        _ = hub.Distribute(groupSize: 2).Sum();
        hub.Complete();
        Assert.True(await reader.Client.WaitAsync(CancellationToken.None));
        Assert.Equal([1], Lines(reader.ReadQueued()).Select(Id));
        Assert.False(await reader.Client.WaitAsync(CancellationToken.None));
        Assert.False(await new LiveReader(hub).Client.WaitAsync(CancellationToken.None));
    }

    [Fact]
    public void Number_of_clients_is_limited()
    {
        var first = hub.TryAdd(static _ => true, maxClients: 1);
        Assert.NotNull(first);
        Assert.Null(hub.TryAdd(static _ => true, maxClients: 1));
        hub.Remove(first);
        Assert.NotNull(hub.TryAdd(static _ => true, maxClients: 1));
    }

    [Fact]
    public async Task Lines_of_many_threads_arrive_complete_and_in_the_order_of_their_streams()
    {
        var ample = new LiveHub(long.MaxValue); // the reader may not run until all is written
        var reader = new LiveReader(ample);
        const int Threads = 4;
        const int Count = 2_000;
        var writers = Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
        {
            for (var id = 1; id <= Count; id++)
                Publish(ample, Trades with { Market = $"M{thread}" }, id);
        })).ToList();
        var lines = new List<string>();
        while (!writers.TrueForAll(writer => writer.IsCompleted))
            lines.AddRange(reader.ReadLines());
        await Task.WhenAll(writers);
        lines.AddRange(reader.ReadLines());
        Assert.Equal(0, reader.Client.MissedRows);
        foreach (var market in lines.GroupBy(line => JsonDocument.Parse(line).RootElement.GetProperty("pair").GetString()))
            Assert.Equal(Enumerable.Range(1, Count).Select(id => (long)id), market.Select(Id));
        Assert.Equal(Threads * Count, lines.Count);
    }

    private void Publish(StreamId stream, long id, bool padded = false) => Publish(hub, stream, id, padded);

    private static void Publish(LiveHub hub, StreamId stream, long id, bool padded = false) => hub.GetStream(stream).PublishRow(
        Encoding.UTF8.GetBytes(padded ? $"{{\"id\":{id},\"filler\":\"{Filler}\"}}\n" : $"{{\"id\":{id}}}\n"), SequenceRange.One(id), id * 10);

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static long Id(string line) => JsonDocument.Parse(line).RootElement.GetProperty("row").GetProperty("id").GetInt64();

    private static long Missed(string line) => JsonDocument.Parse(line).RootElement.GetProperty("rows").GetInt64();
}
