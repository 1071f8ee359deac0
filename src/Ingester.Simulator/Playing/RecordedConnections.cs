using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Recordings;

namespace Ingester.Simulator.Playing;

/// <summary>
/// Decodes the entries of a recording, each with the decoder of its connection. When several recorded connections carry a stream, as after a rotation, the stream is
/// played from one of them until that connection is closed.
/// </summary>
/// <param name="exchange">The exchange.</param>
/// <param name="content">Receives what each frame contains.</param>
/// <param name="start">Time of the entries before the first one with a time, microseconds UTC; zero when it is not known yet.</param>
internal sealed class RecordedConnections(IExchange exchange, FrameContent content, long start = 0) : IDisposable
{
    /// <summary>Maximum size of a decompressed message, 64 MiB.</summary>
    private const int MaxMessageBytes = 64 << 20;

    private readonly Dictionary<long, IFrameDecoder> decoders = [];
    private readonly Dictionary<PlayedStream, long> owners = [];
    private readonly FrameInflater inflater = new(exchange.Profile.BinaryFrames, MaxMessageBytes);
    private long lastMicros = start;

    /// <summary>The time of the last entry, microseconds UTC: its own, or the latest exchange time so far; zero before the first time.</summary>
    public long Micros => lastMicros;

    /// <summary>Decodes an entry. Returns false when it is not a message.</summary>
    public bool Read(in RecordedFrame frame)
    {
        if (!frame.IsMessage)
        {
            lastMicros = frame.Micros ?? lastMicros;
            if (frame.Kind == RecordedFrameKind.Close)
                Close(frame.Connection);
            return false;
        }

        if (!decoders.TryGetValue(frame.Connection, out var decoder))
            decoders.Add(frame.Connection, decoder = exchange.CreateDecoder());
        content.Read(decoder, frame.Kind == RecordedFrameKind.Binary ? inflater.InflateOrKeep(frame.Bytes.Span) : frame.Bytes.Span);
        lastMicros = Math.Max(lastMicros, frame.Micros ?? content.Micros ?? 0);
        return true;
    }

    /// <summary>True when a stream is played from this connection.</summary>
    public bool IsOwner(long connection, PlayedStream stream)
    {
        if (owners.TryGetValue(stream, out var owner))
            return owner == connection;
        owners.Add(stream, connection);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => inflater.Dispose();

    private void Close(long connection)
    {
        decoders.Remove(connection);
        foreach (var stream in owners.Where(entry => entry.Value == connection).Select(entry => entry.Key).ToList())
            owners.Remove(stream);
    }
}
