using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Ingester.Core.Exchanges;
using Ingester.Recording.Lanes;
using Ingester.Recording.Raw;
using Ingester.WebSockets;

namespace Ingester.Recording.Sessions;

/// <summary>One open socket of a connection: it carries the desired streams until it is lost or closed.</summary>
internal sealed class OpenConnection : IDisposable
{
    private readonly Func<ImmutableHashSet<Subscription>> desired;
    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "A connection may retire it at any time, also when it has ended; without a timer and after cancellation the source holds nothing.")]
    private readonly CancellationTokenSource close;
    private readonly Session session;
    private readonly Uri address;
    private volatile ImmutableHashSet<Subscription>? allowed;

    /// <summary>Creates the session of an open socket and owns the socket from now on.</summary>
    public OpenConnection(System.Net.WebSockets.WebSocket socket, ConnectionName name, Func<ImmutableHashSet<Subscription>> desired, ConnectionServices services, ConnectionAddress address)
    {
        (this.desired, this.address) = (desired, address.Uri);
        close = new();
        OpenedAt = services.Context.Clock.GetUtcNow();
        session = new(socket, name, DesiredStreams, services, address.PingInterval);
    }

    /// <summary>Raw capture of the lane; null, the default, for none.</summary>
    public RawLane? Raw { get; init; }

    /// <summary>Local time at which the socket was opened.</summary>
    public DateTimeOffset OpenedAt { get; }

    /// <summary>The session on the socket.</summary>
    public Session Session => session;

    /// <summary>
    /// Completes when the socket ends, with the fault that ended it, or with null when it was closed on request; faults when the cause
    /// is a bug.
    /// </summary>
    public Task<ConnectionFault?> Completion { get; private set; } = Task.FromResult<ConnectionFault?>(null);

    /// <summary>True once the socket has ended.</summary>
    public bool IsCompleted => Completion.IsCompleted;

    /// <summary>Starts the session. The lane's feed is open when this returns, and no request was sent before.</summary>
    public void Start(ILane lane, System.Net.WebSockets.WebSocket socket, CancellationToken stop) => Completion = RunAsync(lane, socket, stop);

    /// <summary>
    /// Stops adding streams while a successor is open: a new stream must not reach the lane over two connections in an undefined order.
    /// </summary>
    public void StopAddingStreams() => allowed = desired();

    /// <summary>Adds streams again.</summary>
    public void ResumeAddingStreams()
    {
        allowed = null;
        session.Wake();
    }

    /// <summary>Closes the socket with a close frame and waits for its end.</summary>
    public async Task CloseAsync()
    {
        await close.CancelAsync();
        await Completion;
    }

    /// <summary>Disposes the session after its end; its properties can still be read.</summary>
    public void Dispose() => session.Dispose();

    private ImmutableHashSet<Subscription> DesiredStreams() => allowed is { } known ? desired().Intersect(known) : desired();

    private async Task<ConnectionFault?> RunAsync(ILane lane, System.Net.WebSockets.WebSocket socket, CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, close.Token);
        try
        {
            await session.RunAsync(lane, Raw?.Open(address), either.Token);
            return null;
        }
        catch (Exception e) when (ConnectionFault.FromException(e) is { Kind: not ConnectionFaultKind.Fatal } fault)
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
