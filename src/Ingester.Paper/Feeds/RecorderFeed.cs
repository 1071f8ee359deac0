using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Live;
using Ingester.Reading.Objects;

namespace Ingester.Paper.Feeds;

/// <summary>
/// Reads the live stream of a recorder. Events are held back for a moment and sorted, so that their order is that of a replay. The connection is opened again when it is
/// lost; what was missed meanwhile is a gap.
/// </summary>
/// <param name="client">The recorder.</param>
/// <param name="markets">The markets, in the order in which events of one moment are read.</param>
/// <param name="books">Reads the book of a market from the store, at a time in microseconds UTC; a book joins the stream as soon as the store has the diffs before it.</param>
/// <param name="options">When events are known.</param>
/// <param name="clock">The clock.</param>
internal sealed class RecorderFeed(LiveStreamClient client, IReadOnlyList<FeedMarket> markets, Func<FeedMarket, long, CancellationToken, Task<Reading.Books.BookResult?>> books, FeedOptions options, TimeProvider clock) : IFeed
{
    private const int MaxWaitingLines = 100_000;

    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BookInterval = TimeSpan.FromSeconds(15);

    private readonly Channel<FeedItem> received = Channel.CreateBounded<FeedItem>(MaxWaitingLines); // when it is full, the recorder notes what it drops
    private readonly Dictionary<StreamId, int> places = markets.SelectMany(static market => market.Streams).Distinct().Index().ToDictionary(static one => one.Item, static one => one.Index);
    private readonly PriorityQueue<FeedItem, (long Arrival, int Stream, long Number)> waiting = new();
    private readonly Lock gate = new();
    private readonly HashSet<FeedMarket> withoutBook = [.. markets.Where(static market => market.HasBook)];
    private long number, released = long.MinValue;

    /// <summary>Sentences about the connection, in order.</summary>
    public event Action<string>? Reported;

    /// <summary>The book of a market is known: it need not be read from the store.</summary>
    public void SetBookKnown(FeedMarket market, bool isKnown)
    {
        lock (gate)
            _ = isKnown ? withoutBook.Remove(market) : withoutBook.Add(market);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<FeedItem> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var parts = Task.WhenAll(FollowAsync(stop.Token), JoinAsync(stop.Token));
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                while (received.Reader.TryRead(out var item))
                    Enqueue(item);
                var now = Micros.Now(clock) - Micros.From(options.ReorderDelay);
                while (waiting.TryPeek(out var next, out _) && next.ArrivalMicros <= now)
                {
                    released = Math.Max(released, next.ArrivalMicros);
                    yield return waiting.Dequeue() with { ArrivalMicros = released };
                }

                released = Math.Max(released, now);
                yield return new() { Kind = FeedItemKind.Clock, ArrivalMicros = released };
                if (parts.IsFaulted)
                    await parts; // a bug: the exception ends the run
                await WaitAsync(cancellation);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await parts.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WaitAsync(CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(Wait, clock, cancellation);
        }
        catch (OperationCanceledException)
        {
            // The loop ends.
        }
    }

    private void Enqueue(in FeedItem item)
    {
        var isLate = item.ArrivalMicros < released;
        waiting.Enqueue(item with { IsLate = isLate }, (Math.Max(item.ArrivalMicros, isLate ? released : long.MinValue), item.Stream is { } stream ? places[stream] : 0, number++));
    }

    private async Task FollowAsync(CancellationToken cancellation)
    {
        string[] exchanges = [.. markets.Select(static market => market.Exchange).Distinct(StringComparer.Ordinal)];
        string[] names = [.. markets.Select(static market => market.Market).Distinct(StringComparer.Ordinal)];
        while (true)
        {
            try
            {
                await foreach (var line in client.ReadAsync(exchanges, names, clock, cancellation))
                    if (Read(line) is { } item)
                        await received.Writer.WriteAsync(item, cancellation);
                Reported?.Invoke("The recorder ended the live stream.");
            }
            catch (LiveException lost)
            {
                Reported?.Invoke(lost.Message);
            }

            foreach (var stream in places.Keys)
                await received.Writer.WriteAsync(Gap(stream, Micros.Now(clock), 0, "The connection to the recorder was lost."), cancellation);
            await Task.Delay(Retry, clock, cancellation);
        }
    }

    /// <summary>The item of a line; null for a line of no interest.</summary>
    private FeedItem? Read(LiveLine line)
    {
        if (line.Mark == "start")
        {
            Reported?.Invoke($"Live from the recorder {line.Replica}: {line.Streams} streams.");
            return null;
        }

        if (line is not { Dataset: { } dataset, Exchange: { } exchange, Market: { } market } || line.IsDetached || new StreamId(dataset, exchange, market) is var stream && !places.ContainsKey(stream))
            return null;
        if (line.Mark is null)
        {
            var micros = RowHeader.Read(dataset, line.Row).Micros;
            return new() { Stream = stream, Kind = FeedItemKind.Row, Micros = micros, ArrivalMicros = micros + Micros.From(options.Latency), Row = line.Row };
        }

        return line.Mark switch
        {
            "gap" => Gap(stream, Math.Max(line.Micros, line.ToMicros), 0, $"Events are missing ({line.Cause})."),
            "missed" => Gap(stream, Math.Max(line.Micros, line.ToMicros), 0, "The program read the live stream too slowly."),
            "reset" => Gap(stream, Math.Max(line.Micros, line.ToMicros), 0, "The exchange began its numbering again.") with { Kind = FeedItemKind.Reset },
            _ => null,
        };
    }

    private FeedItem Gap(StreamId stream, long micros, long end, string text) =>
        new() { Stream = stream, Kind = FeedItemKind.Gap, Micros = micros, EndMicros = end, ArrivalMicros = micros + Micros.From(options.Latency), Text = text };

    /// <summary>Reads books from the store as long as one is not known.</summary>
    private async Task JoinAsync(CancellationToken cancellation)
    {
        while (true)
        {
            FeedMarket[] missing;
            lock (gate)
                missing = [.. withoutBook];
            foreach (var market in missing)
            {
                var now = Micros.Now(clock);
                if (await books(market, now, cancellation) is { } book)
                    await received.Writer.WriteAsync(new() { Stream = market.BookStream, Kind = FeedItemKind.Book, Micros = now, ArrivalMicros = now, Book = book }, cancellation);
            }

            await Task.Delay(BookInterval, clock, cancellation);
        }
    }
}
