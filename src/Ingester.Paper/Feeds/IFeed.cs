namespace Ingester.Paper.Feeds;

/// <summary>The inputs of the engine: recorded or live.</summary>
internal interface IFeed
{
    /// <summary>Reads the inputs in the order in which they are known: by arrival, then in the order of the streams.</summary>
    /// <param name="cancellation">Ends the feed.</param>
    IAsyncEnumerable<FeedItem> ReadAsync(CancellationToken cancellation);
}
