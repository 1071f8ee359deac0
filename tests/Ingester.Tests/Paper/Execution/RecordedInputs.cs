using System.Runtime.CompilerServices;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Paper.Execution;
using Ingester.Reading.Books;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;

namespace Ingester.Tests.Paper.Execution;

/// <summary>Reads the recorded book and the recorded trades of a market as inputs of the simulator, in the order of their times.</summary>
/// <param name="archive">The archive.</param>
/// <param name="trades">The trades of the market, or its aggregate trades.</param>
internal sealed class RecordedInputs(ArchiveReader archive, StreamId trades)
{
    /// <summary>
    /// Reads the inputs of a period. Each stream keeps its order. At the same time trades come before book updates: the book has the trades already, and a queue
    /// that the trade shortens is not cleared first.
    /// </summary>
    /// <param name="period">The period, of whole minutes.</param>
    /// <param name="cancellation">Cancels the read.</param>
    public async IAsyncEnumerable<MarketInput> ReadAsync(Period period, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var journals = new JournalCache(archive, trades.Exchange, new HashSet<string>([trades.Market], StringComparer.Ordinal), period);
        await using var trade = new RecordedTradeInputs(archive, journals, trades, period).ReadAsync(cancellation).GetAsyncEnumerator(cancellation);
        await using var update = ReadBookAsync(journals, period, cancellation).GetAsyncEnumerator(cancellation);
        var (isTrade, isUpdate) = (await trade.MoveNextAsync(), await update.MoveNextAsync());
        var (tradesAt, bookAt) = (long.MinValue, long.MinValue);
        while (isTrade || isUpdate)
        {
            tradesAt = isTrade ? Math.Max(tradesAt, trade.Current.Micros) : long.MaxValue;
            bookAt = isUpdate ? Math.Max(bookAt, update.Current.Micros) : long.MaxValue;
            if (tradesAt <= bookAt)
            {
                yield return trade.Current;
                isTrade = await trade.MoveNextAsync();
            }
            else
            {
                yield return update.Current;
                isUpdate = await update.MoveNextAsync();
            }
        }
    }

    private async IAsyncEnumerable<MarketInput> ReadBookAsync(JournalCache journals, Period period, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var stream = trades with { Dataset = ExchangeCatalog.Find(trades.Exchange)?.Profile.BookDataset ?? Dataset.Depth };
        var start = await new BookReconstructor(archive).ReconstructAsync(stream.Exchange, stream.Market, period.From, cancellation);
        var timeline = BookTimeline.Create(archive, journals, stream, period);
        var inputs = new RecordedBookInputs(timeline, start.Proof == BookProof.Proven);
        await foreach (var step in timeline.ReadAsync(cancellation))
            if (inputs.Create(step) is { } input)
                yield return input;
    }
}
