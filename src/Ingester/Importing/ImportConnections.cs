using System.Globalization;
using System.Text;
using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Raw;
using Ingester.Core.Recordings;
using Ingester.Recording.Lanes;

namespace Ingester.Importing;

/// <summary>
/// The connections of one recording. A connection begins with the line that names its streams, or with its first message, and ends with its close or
/// with the recording.
/// </summary>
/// <param name="exchange">The exchange.</param>
/// <param name="lanes">The lanes of the import.</param>
/// <param name="listener">Receives the notices of the exchange.</param>
internal sealed class ImportConnections(IExchange exchange, ImportLanes lanes, INoticeListener listener) : IDisposable
{
    /// <summary>Maximum size of a decompressed message, 64 MiB.</summary>
    private const int MaxMessageBytes = 64 << 20;

    private const long NoConnection = 0; // in a raw recording: the number of lines about a lane

    private readonly Dictionary<long, ILaneFeed> feeds = [];
    private readonly FrameInflater inflater = new(exchange.Profile.BinaryFrames, MaxMessageBytes);

    /// <summary>Number of messages that the recording names as missing.</summary>
    public long Dropped { get; private set; }

    /// <summary>Processes an entry.</summary>
    /// <exception cref="JsonException">A line about streams or missing messages is not valid.</exception>
    public void Receive(in RecordedFrame frame)
    {
        switch (frame.Kind)
        {
            case RecordedFrameKind.Text or RecordedFrameKind.Binary:
                FeedOf(frame.Connection).Receive(frame.Kind == RecordedFrameKind.Binary ? inflater.InflateOrKeep(frame.Bytes.Span) : frame.Bytes.Span);
                break;
            case RecordedFrameKind.Streams:
                Apply(frame.Connection, RawLaneNote.Parse(frame.Bytes));
                break;
            case RecordedFrameKind.Dropped:
                Dropped += ParseCount(frame.Bytes.Span);
                if (feeds.TryGetValue(frame.Connection, out var incomplete))
                    incomplete.OnMessagesLost();
                break;
            case RecordedFrameKind.Close when feeds.Remove(frame.Connection, out var closed):
                closed.Dispose();
                break;
            default:
                break; // a connection opens with what follows
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var feed in feeds.Values)
            feed.Dispose();
        inflater.Dispose();
    }

    private static long ParseCount(ReadOnlySpan<byte> text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
        ? count
        : throw new JsonException($"\"{Encoding.UTF8.GetString(text)}\" is not a number of messages.");

    private ILaneFeed FeedOf(long connection)
    {
        if (!feeds.TryGetValue(connection, out var feed))
            feeds.Add(connection, feed = lanes.Shared.OpenFeed(listener));
        return feed;
    }

    /// <summary>Each object of a raw recording repeats the streams of open connections: for a known connection they say nothing new.</summary>
    private void Apply(long connection, RawLaneNote note)
    {
        var isKnown = feeds.TryGetValue(connection, out var feed);
        if (isKnown && note.Streams is not null)
            return;
        var lane = lanes.Apply(note);
        if (connection == NoConnection)
            return;
        if (feed is null)
            feeds.Add(connection, feed = lane.OpenFeed(listener));
        if (note.Subscribed is { Count: > 0 } confirmed)
            feed.OnSubscribed([.. confirmed]);
    }
}
