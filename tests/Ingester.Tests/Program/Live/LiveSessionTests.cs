using System.Collections.Concurrent;
using System.Text;
using Ingester.Core.Live;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Live;
using Ingester.Testing;

namespace Ingester.Tests.Program.Live;

/// <summary>What a client of the live stream receives while nothing is recorded.</summary>
public sealed class LiveSessionTests
{
    private readonly ManualClock clock = new();
    private readonly LiveHub hub = new(1 << 20);
    private readonly ConcurrentQueue<string> sent = new();
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Idle_event_stream_gets_a_comment_every_15_seconds_and_rows_are_sent_as_before()
    {
        var client = hub.TryAdd(_ => true, 1)!;
        var running = Session(client, isEvents: true).RunAsync("a", CancellationToken.None);
        for (var count = 1; count <= 2; count++)
        {
            await clock.TimerWithinAsync(LiveSession.IdleInterval);
            clock.Advance(LiveSession.IdleInterval - TimeSpan.FromSeconds(1));
            Assert.Equal(count, sent.Count);
            clock.Advance(TimeSpan.FromSeconds(1));
            await SentAsync(1 + count);
        }

        hub.GetStream(new(Dataset.Trades, "testing", "BTC-USDT")).PublishRow("{\"id\":1}\n"u8, SequenceRange.One(1), 1);
        _ = hub.Distribute(groupSize: 2).Sum();
        await SentAsync(4);
        client.Complete();
        await running.WaitAsync(ManualClock.Patience);
        Assert.Equal([": idle\n\n", ": idle\n\n"], sent.ToArray()[1..3]);
        Assert.EndsWith("\"row\":{\"id\":1}}\n\n", sent.ToArray()[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Idle_web_socket_gets_no_text()
    {
        var client = hub.TryAdd(_ => true, 1)!;
        var running = Session(client, isEvents: false).RunAsync("a", CancellationToken.None);
        await SentAsync(1);
        clock.Advance(TimeSpan.FromMinutes(1));
        client.Complete();
        await running.WaitAsync(ManualClock.Patience);
        Assert.Equal(["start", "end"], sent.Select(text => text.Split('"')[3]));
    }

    private LiveSession Session(LiveClient client, bool isEvents) => new(client, new(client, isEvents), SendAsync, clock);

    private Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        sent.Enqueue(Encoding.UTF8.GetString(bytes.Span));
        Interlocked.Exchange(ref changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        return Task.CompletedTask;
    }

    private async Task SentAsync(int count)
    {
        for (var next = Volatile.Read(ref changed).Task; sent.Count < count; next = Volatile.Read(ref changed).Task)
            if (sent.Count < count)
                await next.WaitAsync(ManualClock.Patience);
    }
}
