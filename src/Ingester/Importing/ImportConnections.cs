using Ingester.Core.Exchanges;
using Ingester.Core.Recordings;
using Ingester.Recording.Lanes;

namespace Ingester.Importing;

/// <summary>The connections of one file of a recording. A connection begins with its first entry and ends with its close, or with the file.</summary>
/// <param name="exchange">The exchange.</param>
/// <param name="open">Opens a connection to the lane.</param>
internal sealed class ImportConnections(IExchange exchange, Func<ILaneFeed> open) : IDisposable
{
    /// <summary>Maximum size of a decompressed message, 64 MiB.</summary>
    private const int MaxMessageBytes = 64 << 20;

    private readonly Dictionary<long, ILaneFeed> feeds = [];
    private readonly FrameInflater inflater = new(exchange.Profile.BinaryFrames, MaxMessageBytes);

    /// <summary>Processes an entry on its connection.</summary>
    public void Receive(in RecordedFrame frame)
    {
        if (frame.Kind == RecordedFrameKind.Close)
        {
            if (feeds.Remove(frame.Connection, out var closed))
                closed.Dispose();
            return;
        }

        if (!feeds.TryGetValue(frame.Connection, out var feed))
            feeds.Add(frame.Connection, feed = open());
        if (frame.IsMessage)
            feed.Receive(frame.Kind == RecordedFrameKind.Binary ? inflater.InflateOrKeep(frame.Bytes.Span) : frame.Bytes.Span);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var feed in feeds.Values)
            feed.Dispose();
        inflater.Dispose();
    }
}
