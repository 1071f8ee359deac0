using Ingester.Dashboard.Markets.Names;
using Ingester.Dashboard.Stores;
using Ingester.Reading.Live;

namespace Ingester.Dashboard.Markets.Live;

/// <summary>The live values of the markets that are viewed now: one connection for each market, whatever the number of viewers; none when nobody looks. Thread-safe.</summary>
/// <param name="options">The recorders.</param>
/// <param name="http">The client, without a timeout.</param>
/// <param name="store">The store.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">The log.</param>
internal sealed class LiveFeeds(LiveOptions options, HttpClient http, IStoreAccess store, TimeProvider clock, ILogger<LiveFeeds> log) : IDisposable
{
    /// <summary>Maximum number of markets that are followed at the same time: half of the clients that a recorder accepts by default.</summary>
    public const int MaxFeeds = 50;

    private readonly Lock gate = new();
    private readonly Dictionary<MarketId, LiveFeed> feeds = [];

    /// <summary>Number of markets that are followed now.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return feeds.Count;
        }
    }

    /// <summary>Watches a market.</summary>
    /// <param name="market">The market.</param>
    /// <param name="changed">Called after the values have changed, on any thread, at most four times a second.</param>
    public LiveWatch Watch(MarketId market, Action changed)
    {
        if (options.Recorders.Count == 0)
            return new(null, LiveView.Off, changed, Leave);
        lock (gate)
        {
            if (!feeds.TryGetValue(market, out var feed))
            {
                if (feeds.Count == MaxFeeds)
                    return new(null, LiveView.Without($"{MaxFeeds} markets are followed live already: values of this one come from the store."), changed, Leave);
                feeds.Add(market, feed = new(market, [.. options.Recorders.Select(recorder => new LiveStreamClient(http, recorder, options.Token))], store, clock, log));
            }

            feed.Viewers++;
            return new(feed, LiveView.Off, changed, Leave);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            foreach (var feed in feeds.Values)
                feed.Dispose();
            feeds.Clear();
        }

        http.Dispose();
    }

    private void Leave(LiveFeed left)
    {
        lock (gate)
        {
            if (--left.Viewers > 0)
                return;
            foreach (var (market, feed) in feeds)
                if (feed == left)
                {
                    feeds.Remove(market);
                    break;
                }
        }

        left.Dispose();
    }
}
