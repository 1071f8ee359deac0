using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Paper.Feeds;
using Ingester.Paper.Settings;
using Ingester.Reading.Auditing;
using Ingester.Reading.Books;
using Ingester.Storage.Stores;

namespace Ingester.Paper.Hosting;

/// <summary>
/// Begins a live run as a replay begins: with the books and the history of the store. The recorder stores a minute some time after its end, so the live stream is read first, and
/// its events are kept until the store has the minute before the start. The first decisions are late then; their event times are not.
/// </summary>
internal static class LiveStart
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    /// <summary>Opens the live stream of a recorder.</summary>
    public static RecorderFeed Open(FeedSources sources, Uri recorder, PaperOptions options, TimeProvider clock)
    {
        var feed = new RecorderFeed(new(sources.Http, recorder, options.Feed.Token), options.Feeds, (market, at, cancel) => ReadBookAsync(sources, market, at, cancel), options.Feed, clock);
        feed.Reported += sentence => RunLog.Connection(sources.Log, sentence);
        return feed;
    }

    /// <summary>Waits until the store has what was recorded before the start, and gives the feed the books at the start.</summary>
    /// <exception cref="StoreException">The store does not answer.</exception>
    public static async Task BeginAsync(RecorderFeed feed, FeedSources sources, PaperOptions options, long start, TimeProvider clock, CancellationToken cancellation)
    {
        RunLog.Connection(sources.Log, FormattableString.Invariant($"The run begins at {Micros.ToDateTime(start):yyyy-MM-dd HH:mm} UTC, when the store has what was recorded before."));
        while (!await IsStoredAsync(sources, options, start, clock, cancellation))
        {
            if (Micros.Now(clock) >= start + Micros.From(options.History.Wait))
            {
                RunLog.Connection(sources.Log, $"The store does not have all of the minute before the start after {options.History.Wait} (Paper:History:Wait): the run begins with what it has.");
                break;
            }

            await Task.Delay(Poll, clock, cancellation);
        }

        feed.Begin(start, await ReplayFeed.ReadBooksAsync(sources.Archive, options.Feeds, start, cancellation));
    }

    /// <summary>True if all streams are stored and proven in the minute before the start.</summary>
    private static async Task<bool> IsStoredAsync(FeedSources sources, PaperOptions options, long start, TimeProvider clock, CancellationToken cancellation)
    {
        if (Micros.Now(clock) < start)
            return false;
        foreach (var stream in options.Feeds.SelectMany(static market => market.HasBook ? (StreamId[])[market.TradeStream, market.BookStream] : [market.TradeStream]).Distinct())
        {
            var report = await sources.Archive.AuditAsync(new()
            {
                From = new(Micros.ToDateTime(start - Window.MicrosPerMinute)),
                To = new(Micros.ToDateTime(start)),
                Exchanges = [stream.Exchange],
                MarketPattern = stream.Market,
                Datasets = [stream.Dataset],
            }, cancellation);
            var windows = report.Streams.Where(one => one.Stream == stream).SelectMany(static one => one.Windows).ToList();
            if (windows.Count == 0 || windows.Exists(static window => window.Verdict is not (WindowVerdict.Complete or WindowVerdict.Quiet)))
                return false;
        }

        return true;
    }

    /// <summary>The book of the store; null if the store does not answer: it is read again later.</summary>
    private static async Task<BookResult?> ReadBookAsync(FeedSources sources, FeedMarket market, long micros, CancellationToken cancellation)
    {
        try
        {
            return await sources.Archive.GetBookAsync(market.Exchange, market.Market, new(Micros.ToDateTime(micros)), cancellation);
        }
        catch (StoreException failure)
        {
            RunLog.Connection(sources.Log, failure.Message);
            return null;
        }
    }
}
