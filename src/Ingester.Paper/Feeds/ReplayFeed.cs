using System.Runtime.CompilerServices;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Reading;
using Ingester.Reading.Arrivals;
using Ingester.Reading.Books;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;
using Ingester.Storage.Stores;

namespace Ingester.Paper.Feeds;

/// <summary>Reads a recorded period. One segment of each stream is in memory at a time.</summary>
/// <param name="archive">The recording, as events.</param>
/// <param name="objects">The recording, as objects.</param>
/// <param name="markets">The markets, in the order in which events of one moment are read.</param>
/// <param name="period">The period.</param>
/// <param name="options">When events are known.</param>
internal sealed class ReplayFeed(MarketArchive archive, ArchiveReader objects, IReadOnlyList<FeedMarket> markets, Period period, FeedOptions options) : IFeed
{
    private const long DayMicros = 24 * 60 * Window.MicrosPerMinute;

    private readonly SortedSet<string> unreadable = new(StringComparer.Ordinal);

    /// <summary>One sentence for each object that is not readable.</summary>
    public IReadOnlyCollection<string> Unreadable => unreadable;

    private DateTimeOffset From => new(Micros.ToDateTime(period.From));

    private DateTimeOffset To => new(Micros.ToDateTime(period.To));

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store does not answer.</exception>
    public async IAsyncEnumerable<FeedItem> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var market in markets.Where(static market => market.HasBook))
        {
            var book = await archive.GetBookAsync(market.Exchange, market.Market, From.AddTicks(-TimeSpan.TicksPerMicrosecond), cancellation);
            unreadable.UnionWith(book.Unreadable);
            yield return new() { Stream = market.BookStream, Kind = FeedItemKind.Book, ArrivalMicros = period.From, Micros = period.From, Book = book };
        }

        await foreach (var item in MergeAsync([.. markets.SelectMany(static market => market.Streams).Select(stream => ReadAsync(stream, cancellation))], cancellation))
            yield return item;
        yield return new() { Kind = FeedItemKind.Clock, ArrivalMicros = period.To };
    }

    /// <summary>Merges streams by arrival; at the same moment in the order of the streams. The order within a stream is kept.</summary>
    private static async IAsyncEnumerable<FeedItem> MergeAsync(IReadOnlyList<IAsyncEnumerable<FeedItem>> streams, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var readers = streams.Select(stream => stream.GetAsyncEnumerator(cancellation)).ToList();
        var due = new PriorityQueue<int, (long Arrival, int Stream)>();
        try
        {
            for (var index = 0; index < readers.Count; index++)
                if (await readers[index].MoveNextAsync())
                    due.Enqueue(index, (readers[index].Current.ArrivalMicros, index));
            while (due.TryPeek(out var index, out _))
            {
                yield return readers[index].Current;
                if (await readers[index].MoveNextAsync())
                    due.DequeueEnqueue(index, (readers[index].Current.ArrivalMicros, index));
                else
                    due.Dequeue();
            }
        }
        finally
        {
            foreach (var reader in readers)
                await reader.DisposeAsync();
        }
    }

    /// <summary>Reads one stream in its order: arrivals never go back.</summary>
    private async IAsyncEnumerable<FeedItem> ReadAsync(StreamId stream, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var last = long.MinValue;
        await foreach (var item in stream.Dataset == Dataset.Snapshots ? ReadSnapshotsAsync(stream, cancellation) : ReadEventsAsync(stream, cancellation))
        {
            last = Math.Max(last, item.ArrivalMicros);
            yield return item with { ArrivalMicros = last };
        }
    }

    private async IAsyncEnumerable<FeedItem> ReadEventsAsync(StreamId stream, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var arrivals = OpenArrivals(stream);
        var lastMicros = period.From; // of the last row with a plausible time
        await using var gaps = ReadReportedGapsAsync(stream, cancellation).GetAsyncEnumerator(cancellation);
        var isGap = await gaps.MoveNextAsync();
        await foreach (var found in archive.ReadEventsAsync(stream, From, To, cancellation))
        {
            for (; isGap && gaps.Current.Micros < found.Micros; isGap = await gaps.MoveNextAsync())
                yield return gaps.Current;
            if (found.IsStoreFailure)
                throw new StoreException($"{stream} cannot be read: {found.Note}", permanent: false); // not a gap: the next run would find the events
            if (found.Kind == MarketEventKind.Unreadable)
                unreadable.Add(found.Note ?? "");
            if (ToKind(found.Kind) is not { } kind)
                continue;
            var arrival = kind == FeedItemKind.Row && arrivals is not null ? await arrivals.FindAsync(found, cancellation) : null;
            lastMicros = RowTime.IsPlausible(found.Row.Span) ? found.Micros : lastMicros;
            yield return new()
            {
                Stream = stream,
                Kind = kind,
                Micros = found.Micros,
                EndMicros = found.EndMicros,
                ArrivalMicros = Arrival(lastMicros, arrival),
                Row = found.Row,
                Text = found.Range is { } range ? $"The events {range} are missing." : found.Note,
            };
        }

        for (; isGap; isGap = await gaps.MoveNextAsync())
            yield return gaps.Current;
        if (arrivals is not null)
            unreadable.UnionWith(arrivals.Unreadable);
    }

    /// <summary>
    /// The gaps that replicas reported and that no stored object closes, day by day, where events have no ids that show them; each at its start, because the
    /// connection was lost then.
    /// </summary>
    private async IAsyncEnumerable<FeedItem> ReadReportedGapsAsync(StreamId stream, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (ExchangeCatalog.SequenceOf(stream) != SequenceKind.None)
            yield break;
        for (var from = period.From; from < period.To;)
        {
            var to = Math.Min(period.To, (from / DayMicros + 1) * DayMicros);
            var report = await archive.AuditAsync(new()
            {
                From = new(Micros.ToDateTime(from)),
                To = new(Micros.ToDateTime(to)),
                Exchanges = [stream.Exchange],
                MarketPattern = stream.Market,
                Datasets = [stream.Dataset],
            }, cancellation);
            unreadable.UnionWith(report.Unreadable);
            foreach (var gap in report.Streams.Where(one => one.Stream == stream).SelectMany(static one => one.OpenGaps).OrderBy(static gap => gap.FromMicros))
                yield return new()
                {
                    Stream = stream,
                    Kind = FeedItemKind.Gap,
                    Micros = gap.FromMicros,
                    EndMicros = gap.ToMicros,
                    ArrivalMicros = Arrival(gap.FromMicros, null),
                    Text = $"A replica reported a gap ({gap.Cause}).",
                };
            from = to;
        }
    }

    private async IAsyncEnumerable<FeedItem> ReadSnapshotsAsync(StreamId stream, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var source = new SnapshotSource(objects, stream.Exchange, stream.Market);
        await foreach (var (name, key) in source.ListAsync(period, cancellation))
            if (await source.LoadAsync(name, key, cancellation) is { } found && period.Contains(found.Micros))
                yield return new() { Stream = stream, Kind = FeedItemKind.Row, Micros = found.Micros, ArrivalMicros = Arrival(found.Micros, null), Row = found.Row.Line };
        unreadable.UnionWith(source.Unreadable);
    }

    private ArrivalReader? OpenArrivals(StreamId stream) => options.Arrivals == ArrivalSource.Recorded ? archive.OpenArrivals(stream, From, To, [.. options.Replicas]) : null;

    private long Arrival(long micros, EventArrival? recorded) => recorded?.Micros ?? micros + Micros.From(options.Latency);

    /// <summary>
    /// Null for verdicts that are known only later, such as a window that is not proven: decisions must not see them. The report does.
    /// </summary>
    private static FeedItemKind? ToKind(MarketEventKind kind) => kind switch
    {
        MarketEventKind.Row => FeedItemKind.Row,
        MarketEventKind.Gap or MarketEventKind.Missing or MarketEventKind.Unreadable => FeedItemKind.Gap,
        MarketEventKind.Reset => FeedItemKind.Reset,
        _ => null,
    };
}
