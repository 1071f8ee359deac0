using Ingester.Core.Markets;
using Ingester.Exchanges;

namespace Ingester.Paper.Feeds;

/// <summary>The streams of one market on one exchange, in the order in which events of one moment are read.</summary>
/// <param name="Exchange">The exchange.</param>
/// <param name="Market">The market.</param>
/// <param name="Trades">The dataset of its trades.</param>
/// <param name="HasBook">True to read its book.</param>
internal sealed record FeedMarket(string Exchange, string Market, Dataset Trades, bool HasBook)
{
    /// <summary>The streams: trades, snapshots, changes of the book.</summary>
    public IReadOnlyList<StreamId> Streams => !HasBook ? [TradeStream]
        : BookStream.Dataset == Dataset.Snapshots ? [TradeStream, BookStream]
        : [TradeStream, new(Dataset.Snapshots, Exchange, Market), BookStream];

    /// <summary>The stream of the trades.</summary>
    public StreamId TradeStream => new(Trades, Exchange, Market);

    /// <summary>The stream of the changes of the book; the stream of snapshots where the exchange sends complete books.</summary>
    public StreamId BookStream => new(ExchangeCatalog.Find(Exchange)?.Profile.BookDataset ?? Dataset.Depth, Exchange, Market);
}
