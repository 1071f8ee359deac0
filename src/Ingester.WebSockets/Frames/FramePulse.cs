using System.Net.WebSockets;

namespace Ingester.WebSockets.Frames;

/// <summary>
/// Finds out whether the other side of a socket lives: when nothing came for an interval it is pinged, and when nothing comes after that either, the socket
/// is aborted. Anything that comes counts, because a pong behind much data is late without anybody being dead.
/// </summary>
internal sealed class FramePulse(WebSocketOptions options, TimeProvider clock) : IDisposable
{
    private readonly Lock gate = new();
    private ITimer? timer;
    private FrameSocket? socket;
    private long heard;
    private long? asked; // when it was pinged and had not answered yet

    /// <summary>How many bytes the socket reads at once.</summary>
    public int BufferSize => options.ReceiveBuffer;

    /// <summary>Maximum number of bytes of a message.</summary>
    public int MaxMessage => options.MaxMessage;

    /// <summary>Why the socket was aborted; null when it was not, or not by this.</summary>
    public string? Missed { get; private set; }

    /// <summary>Begins to look after a socket.</summary>
    public void Begin(FrameSocket watched)
    {
        (socket, heard) = (watched, clock.GetTimestamp());
        lock (gate)
            timer = clock.CreateTimer(static self => ((FramePulse)self!).Look(), this, options.KeepAliveInterval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Something came.</summary>
    public void Heard() => Volatile.Write(ref heard, clock.GetTimestamp());

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            timer?.Dispose();
            timer = null;
        }
    }

    private void Look()
    {
        var last = Volatile.Read(ref heard);
        var silent = clock.GetElapsedTime(last);
        if (asked is { } then && last < then)
        {
            Missed = $"The exchange did not answer a ping within {options.KeepAliveTimeout}.";
            socket!.Abort();
        }
        else if (silent < options.KeepAliveInterval)
        {
            asked = null;
            Again(options.KeepAliveInterval - silent);
        }
        else
        {
            asked = clock.GetTimestamp();
            Ask();
            Again(options.KeepAliveTimeout);
        }
    }

    private void Ask()
    {
        try
        {
            socket!.Ping();
        }
        catch (WebSocketException)
        {
            // The socket is aborted, and whoever reads it is told.
        }
    }

    private void Again(TimeSpan wait)
    {
        lock (gate)
            timer?.Change(wait + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
    }
}
