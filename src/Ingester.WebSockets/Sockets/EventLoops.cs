namespace Ingester.WebSockets.Sockets;

/// <summary>The threads that receive: each new connection goes to the one that has the fewest. They begin with the first connection.</summary>
internal sealed class EventLoops(WebSocketOptions options) : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<EventLoop> loops = [];

    /// <summary>The loop for one more connection.</summary>
    public EventLoop Next()
    {
        lock (gate)
        {
            if (loops.MinBy(loop => loop.Count) is { } least && (least.Count == 0 || loops.Count == options.ReceiveThreads))
                return least;
            loops.Add(new(options.CoalesceInterval));
            return loops[^1];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            loops.ForEach(loop => loop.Dispose());
            loops.Clear();
        }
    }
}
