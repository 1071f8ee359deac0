using Ingester.Dashboard.Markets.Names;

namespace Ingester.Dashboard.Markets.Live;

/// <summary>What can happen to live values.</summary>
internal static partial class LiveEvents
{
    /// <summary>A feed ended because of a bug.</summary>
    [LoggerMessage(Level = LogLevel.Error, Message = "The live values of {Market} failed.")]
    public static partial void FeedFailed(ILogger log, Exception bug, MarketId market);
}
