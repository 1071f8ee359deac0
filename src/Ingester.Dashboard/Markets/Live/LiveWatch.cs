namespace Ingester.Dashboard.Markets.Live;

/// <summary>One viewer of the live values of a market. Dispose it when the viewer leaves.</summary>
internal sealed class LiveWatch : IDisposable
{
    private readonly LiveFeed? feed;
    private readonly Action changed;
    private readonly Action<LiveFeed> leave;
    private readonly LiveView without;
    private int isDisposed;

    /// <summary>Begins to watch.</summary>
    /// <param name="feed">The feed; null if there is none.</param>
    /// <param name="without">The view if there is no feed.</param>
    /// <param name="changed">Called after <see cref="View"/> has changed, on any thread.</param>
    /// <param name="leave">Called when the viewer leaves.</param>
    public LiveWatch(LiveFeed? feed, LiveView without, Action changed, Action<LiveFeed> leave)
    {
        (this.feed, this.without, this.changed, this.leave) = (feed, without, changed, leave);
        if (feed is not null)
            feed.Changed += changed;
    }

    /// <summary>The present values.</summary>
    public LiveView View => feed?.View ?? without;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (feed is null || Interlocked.Exchange(ref isDisposed, 1) == 1)
            return;
        feed.Changed -= changed;
        leave(feed);
    }
}
