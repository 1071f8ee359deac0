using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Ingester.Core.Exchanges;
using Ingester.Recording.Lanes;
using Ingester.Recording.Planning;
using Ingester.WebSockets;

namespace Ingester.Recording.Sessions;

/// <summary>One open socket of a connection: it carries the desired streams until it is lost or closed.</summary>
internal sealed class Line : IDisposable
{
    private readonly Func<ImmutableHashSet<Subscription>> wanted;
    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "A connection may retire the line at any time, also when it has ended; without a timer and after cancellation the source holds nothing.")]
    private readonly CancellationTokenSource retire;
    private readonly Session session;
    private volatile ImmutableHashSet<Subscription>? frozen;

    /// <summary>Creates the session of an open socket and owns the socket from now on.</summary>
    public Line(System.Net.WebSockets.WebSocket socket, ConnectionName name, Func<ImmutableHashSet<Subscription>> wanted, ConnectionSurroundings around)
    {
        this.wanted = wanted;
        retire = new();
        OpenedAt = around.Context.Clock.GetUtcNow();
        session = new(socket, name, Wanted, around);
    }

    /// <summary>Local time at which the socket was opened.</summary>
    public DateTimeOffset OpenedAt { get; }

    /// <summary>The session on the socket.</summary>
    public Session Session => session;

    /// <summary>
    /// Completes when the socket ends, with the fault that ended it, or with null when it was closed on request; faults when the cause
    /// is a bug.
    /// </summary>
    public Task<ConnectionFault?> Ended { get; private set; } = Task.FromResult<ConnectionFault?>(null);

    /// <summary>True once the socket has ended.</summary>
    public bool HasEnded => Ended.IsCompleted;

    /// <summary>Starts the session. The lane's feed is open when this returns, and no request was sent before.</summary>
    public void Start(ILane lane, System.Net.WebSockets.WebSocket socket, CancellationToken stop) => Ended = RunAsync(lane, socket, stop);

    /// <summary>
    /// Stops adding streams while a successor is open: a new stream must not reach the lane over two connections in an undefined order.
    /// </summary>
    public void Freeze() => frozen = wanted();

    /// <summary>Adds streams again.</summary>
    public void Thaw()
    {
        frozen = null;
        session.Wake();
    }

    /// <summary>Closes the socket with a close frame and waits for its end.</summary>
    public async Task RetireAsync()
    {
        await retire.CancelAsync();
        await Ended;
    }

    /// <summary>Disposes the session after its end; its properties can still be read.</summary>
    public void Dispose() => session.Dispose();

    private ImmutableHashSet<Subscription> Wanted() => frozen is { } known ? wanted().Intersect(known) : wanted();

    private async Task<ConnectionFault?> RunAsync(ILane lane, System.Net.WebSockets.WebSocket socket, CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, retire.Token);
        try
        {
            await session.RunAsync(lane, either.Token);
            return null;
        }
        catch (Exception e) when (ConnectionFault.Of(e) is { Kind: not FaultKind.Fatal } fault)
        {
            return either.IsCancellationRequested ? null : fault;
        }
        finally
        {
            Dispose();
            socket.Dispose();
        }
    }
}
