using System.Net.WebSockets;

namespace Ingester.WebSockets.Frames;

/// <summary>
/// Detects dead connections: after an interval without data a ping is sent, and when no data follows within the timeout, the socket
/// is aborted. Any data counts, not only a pong, because a pong may be queued behind much data.
/// </summary>
internal sealed class KeepAliveMonitor(WebSocketOptions options, TimeProvider clock) : IDisposable
{
    private readonly Lock gate = new();
    private ITimer? timer;
    private FrameSocket? socket;
    private long lastActivity;
    private long? pingSentAt; // time of the unanswered ping; null when none is unanswered

    /// <summary>Size of the socket's receive buffer in bytes.</summary>
    public int BufferSize => options.ReceiveBuffer;

    /// <summary>Maximum number of bytes of a message.</summary>
    public int MaxMessage => options.MaxMessage;

    /// <summary>Why the socket was aborted; null when this monitor did not abort it.</summary>
    public string? AbortReason { get; private set; }

    /// <summary>Starts to monitor a socket.</summary>
    public void Start(FrameSocket watched)
    {
        (socket, lastActivity) = (watched, clock.GetTimestamp());
        lock (gate)
            timer = clock.CreateTimer(static self => ((KeepAliveMonitor)self!).OnTimer(), this, options.KeepAliveInterval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Records that data was received.</summary>
    public void RecordActivity() => Volatile.Write(ref lastActivity, clock.GetTimestamp());

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            timer?.Dispose();
            timer = null;
        }
    }

    private void OnTimer()
    {
        var last = Volatile.Read(ref lastActivity);
        var silence = clock.GetElapsedTime(last);
        if (pingSentAt is { } then && last < then)
        {
            AbortReason = $"The exchange did not answer a ping within {options.KeepAliveTimeout}.";
            socket!.Abort();
        }
        else if (silence < options.KeepAliveInterval)
        {
            pingSentAt = null;
            RestartTimer(options.KeepAliveInterval - silence);
        }
        else
        {
            pingSentAt = clock.GetTimestamp();
            SendPing();
            RestartTimer(options.KeepAliveTimeout);
        }
    }

    private void SendPing()
    {
        try
        {
            socket!.Ping();
        }
        catch (WebSocketException)
        {
            // The socket is aborted; its reader gets the exception.
        }
    }

    private void RestartTimer(TimeSpan wait)
    {
        lock (gate)
            timer?.Change(wait + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
    }
}
