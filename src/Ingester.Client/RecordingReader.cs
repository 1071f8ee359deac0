using System.Runtime.CompilerServices;
using Ingester.Core.Books;
using Ingester.Core.Markets;
using Ingester.Reading;
using Ingester.Reading.Auditing;
using Ingester.Reading.Books;
using Ingester.Storage.Stores;

namespace Ingester.Client;

/// <summary>
/// Reads a recording in a directory or a bucket. Nothing is written. Objects are opened while the result is read, in bounded memory. Times are exchange times.
/// Thread-safe.
/// </summary>
/// <example><code>
/// using var recording = new RecordingReader("s3://bucket/md");
/// await foreach (var item in recording.ReadTradesAsync("binance", "BTC-USDT", from, to))
///     switch (item)
///     {
///         case Trade trade: Console.WriteLine($"{trade.Time:O} {trade.Side} {trade.Size} at {trade.Price}"); break;
///         case Mark mark: Console.WriteLine($"{mark.Kind} at {mark.Time:O}: {mark.Note}"); break;
///     }
/// </code></example>
public sealed class RecordingReader : IDisposable
{
    private readonly MarketArchive archive;

    /// <summary>Opens a recording.</summary>
    /// <param name="store">A directory, or <c>s3://bucket/prefix</c>. Credentials are those of the environment, as for every program that uses the AWS SDK.</param>
    /// <param name="options">How the store is opened; null for the defaults.</param>
    /// <exception cref="RecordingException">The address is not valid, or the directory does not exist.</exception>
    public RecordingReader(string store, RecordingOptions? options = null) => archive = Open(store, options ?? new());

    /// <summary>Reads the trades of a market: each once, in order, with marks between them.</summary>
    /// <param name="exchange">The exchange, such as <c>binance</c>.</param>
    /// <param name="pair">The market's canonical name, such as <c>BTC-USDT</c>.</param>
    /// <param name="from">The first moment.</param>
    /// <param name="to">The end, exclusive.</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <returns><see cref="Trade"/> and <see cref="Mark"/>.</returns>
    /// <exception cref="RecordingException">The store cannot be read.</exception>
    public IAsyncEnumerable<MarketItem> ReadTradesAsync(string exchange, string pair, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation = default) =>
        ReadAsync(new(Dataset.Trades, exchange, pair), from, to, cancellation);

    /// <summary>Reads the aggregate trades of a market, where the exchange has them. Parameters and result are those of <see cref="ReadTradesAsync"/>.</summary>
    /// <exception cref="RecordingException">The store cannot be read.</exception>
    public IAsyncEnumerable<MarketItem> ReadAggregateTradesAsync(string exchange, string pair, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation = default) =>
        ReadAsync(new(Dataset.AggTrades, exchange, pair), from, to, cancellation);

    /// <summary>Reads the diffs of an order book: each once, in order, with marks between them.</summary>
    /// <returns><see cref="BookDiff"/> and <see cref="Mark"/>.</returns>
    /// <exception cref="RecordingException">The store cannot be read.</exception>
    public IAsyncEnumerable<MarketItem> ReadDiffsAsync(string exchange, string pair, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation = default) =>
        ReadAsync(new(Dataset.Depth, exchange, pair), from, to, cancellation);

    /// <summary>Reconstructs the order book of a market at a moment.</summary>
    /// <exception cref="RecordingException">The store cannot be read.</exception>
    public async Task<Book> GetBookAsync(string exchange, string pair, DateTimeOffset at, CancellationToken cancellation = default)
    {
        var found = await TranslateAsync(() => archive.GetBookAsync(exchange, pair, at, cancellation));
        return !found.IsStoreFailure ? CreateBook(found) : throw new RecordingException(found.Unreadable[0]);
    }

    /// <summary>
    /// Reconstructs the order book at regular moments: <paramref name="from"/>, <paramref name="from"/> + <paramref name="interval"/>, … before <paramref name="to"/>.
    /// Each book begins from the nearest snapshot before it. For every single change, read the diffs.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The interval is not positive.</exception>
    /// <exception cref="RecordingException">The store cannot be read.</exception>
    public IAsyncEnumerable<Book> ReadBooksAsync(string exchange, string pair, DateTimeOffset from, DateTimeOffset to, TimeSpan interval, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        return ReadBooks(cancellation);

        async IAsyncEnumerable<Book> ReadBooks([EnumeratorCancellation] CancellationToken cancel)
        {
            for (var at = from; at < to; at += interval)
                yield return await GetBookAsync(exchange, pair, at, cancel);
        }
    }

    /// <summary>Reads what is proven about each window of a stream. No data object is opened.</summary>
    /// <exception cref="RecordingException">The store cannot be read.</exception>
    public async IAsyncEnumerable<RecordedWindow> ReadWindowsAsync(
        RecordedDataset dataset, string exchange, string pair, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var audit in AuditAsync(dataset, exchange, pair, from, to, cancellation))
            foreach (var window in audit.Windows)
                yield return new(window.Window.StartMicros, window.Window.EndMicros, (WindowState)window.Verdict, window.Grade.ToString());
    }

    /// <summary>Reads the gaps of a stream: those that are closed, too. No data object is opened.</summary>
    /// <exception cref="RecordingException">The store cannot be read.</exception>
    public async IAsyncEnumerable<Gap> ReadGapsAsync(
        RecordedDataset dataset, string exchange, string pair, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var audit in AuditAsync(dataset, exchange, pair, from, to, cancellation))
            foreach (var gap in GapsOf(audit))
                yield return gap;
    }

    /// <summary>Lists the markets of which a dataset is stored, in ordinal order.</summary>
    /// <exception cref="RecordingException">The store cannot be read.</exception>
    public Task<IReadOnlyCollection<string>> ListMarketsAsync(RecordedDataset dataset, string exchange, CancellationToken cancellation = default) =>
        TranslateAsync(() => archive.ListMarketsAsync(NameOf(dataset), exchange, cancellation));

    /// <inheritdoc/>
    public void Dispose() => archive.Dispose();

    private static MarketArchive Open(string address, RecordingOptions options)
    {
        try
        {
            var store = StoreAddress.Parse(address, new() { S3 = new() { Bucket = "", Region = options.Region, ServiceUrl = options.ServiceUrl, ForcePathStyle = options.ForcePathStyle } });
            if (store.Directory is { } directory && !Directory.Exists(directory))
                throw new RecordingException($"The directory {Path.GetFullPath(directory)} does not exist.") { IsPermanent = true };
            return new(store, options.Prefix);
        }
        catch (FormatException error)
        {
            throw new RecordingException(error.Message, error) { IsPermanent = true };
        }
        catch (StoreException error)
        {
            throw new RecordingException(error.Message, error) { IsPermanent = error.IsPermanent };
        }
    }

    private async IAsyncEnumerable<MarketItem> ReadAsync(StreamId stream, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var events = archive.ReadEventsAsync(stream, from, to, cancellation).GetAsyncEnumerator(cancellation);
        while (await TranslateAsync(() => events.MoveNextAsync().AsTask()))
            if (events.Current is { IsStoreFailure: true, Note: { } note })
                throw new RecordingException(note);
            else
                yield return EventItems.Create(events.Current);
    }

    /// <summary>Audits a stream day by day, so that a long period needs the memory of a day.</summary>
    private async IAsyncEnumerable<StreamAudit> AuditAsync(
        RecordedDataset dataset, string exchange, string pair, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var begin = from; begin < to;)
        {
            var midnight = new DateTimeOffset(begin.UtcDateTime.Date.AddDays(1), TimeSpan.Zero);
            var end = midnight < to ? midnight : to;
            var scope = new AuditScope { From = begin, To = end, Exchanges = [exchange], MarketPattern = pair, Datasets = [NameOf(dataset)] };
            var report = await TranslateAsync(() => archive.AuditAsync(scope, cancellation));
            if (report.IsStoreFailure)
                throw new RecordingException(report.Unreadable[0]);
            foreach (var audit in report.Streams.Where(stream => stream.Stream.Market == pair))
                yield return audit;
            begin = end;
        }
    }

    private static IEnumerable<Gap> GapsOf(StreamAudit audit) => audit.MissingRanges
        .Select(gap => new Gap(gap.FromMicros, gap.ToMicros, gap.Causes) { After = gap.Range.After, UpTo = gap.Range.UpTo, BookKnownFromMicros = gap.BookKnownFromMicros })
        .Concat(audit.OpenGaps.Select(gap => new Gap(gap.FromMicros, gap.ToMicros, [gap.Cause]) { After = gap.Range?.After, UpTo = gap.Range?.UpTo }))
        .Concat(audit.ClosedGaps.Select(gap => new Gap(gap.FromMicros, gap.ToMicros, [gap.Cause]) { After = gap.Range.After, UpTo = gap.Range.UpTo, ClosedBy = gap.ClosedBy }))
        .OrderBy(gap => gap.FromMicros);

    private static Dataset NameOf(RecordedDataset dataset) => dataset switch
    {
        RecordedDataset.Trades => Dataset.Trades,
        RecordedDataset.AggregateTrades => Dataset.AggTrades,
        RecordedDataset.Depth => Dataset.Depth,
        _ => throw new ArgumentOutOfRangeException(nameof(dataset), dataset, "It is not a recorded dataset."),
    };

    private static Book CreateBook(BookResult found) => new()
    {
        Exchange = found.Exchange,
        Pair = found.Market,
        Micros = found.AtMicros,
        State = (BookState)found.Proof,
        Reason = found.Reason,
        Bids = CreateLevels(found.Bids),
        Asks = CreateLevels(found.Asks),
        BidHorizon = found.BidHorizon is { } bid ? new(bid.ToString()) : null,
        AskHorizon = found.AskHorizon is { } ask ? new(ask.ToString()) : null,
        UpTo = found.UpTo,
    };

    private static Level[] CreateLevels(IReadOnlyList<BookLevel> levels) => [.. levels.Select(level => new Level(new(level.Price.ToString()), new(level.Size.ToString())))];

    private static async Task<T> TranslateAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (StoreException error)
        {
            throw new RecordingException(error.Message, error) { IsPermanent = error.IsPermanent };
        }
    }
}
