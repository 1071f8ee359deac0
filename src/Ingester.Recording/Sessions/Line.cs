using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Ingester.Core.Exchanges;
using Ingester.Recording.Lanes;
using Ingester.Recording.Planning;
using Ingester.WebSockets;

namespace Ingester.Recording.Sessions;

/// <summary>One open socket of a connection: it carries what the connection wants, until it is lost or retired.</summary>
internal sealed class Line : IDisposable
{
    private readonly Func<ImmutableHashSet<Subscription>> wanted;
    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "A connection may retire the line at any time, also when it has ended; without a timer and after cancellation the source holds nothing.")]
    private readonly CancellationTokenSource retire;
    private readonly Session session;
    private volatile ImmutableHashSet<Subscription>? frozen;

    /// <summary>Begins to use a socket; the line owns it from now on.</summary>
    public Line(System.Net.WebSockets.WebSocket socket, ConnectionName name, Func<ImmutableHashSet<Subscription>> wanted, ConnectionSurroundings around)
    {
        this.wanted = wanted;
        retire = new();
        OpenedAt = around.Context.Clock.GetUtcNow();
        session = new(socket, name, Wanted, around);
    }

    /// <summary>The local time at which it opened.</summary>
    public DateTimeOffset OpenedAt { get; }

    /// <summary>Its life, with everything that it was told.</summary>
    public Session Session => session;

    /// <summary>Ends when the socket does, with the fault that ended it, or null when it was told to; throws what is a mistake in this program.</summary>
    public Task<ConnectionFault?> Ended { get; private set; } = Task.FromResult<ConnectionFault?>(null);

    /// <summary>True once it has ended.</summary>
    public bool HasEnded => Ended.IsCompleted;

    /// <summary>Begins: the lane's feed is open when this returns, and nothing was asked for before.</summary>
    public void Start(ILane lane, System.Net.WebSockets.WebSocket socket, CancellationToken stop) => Ended = RunAsync(lane, socket, stop);

    /// <summary>Takes on no more streams, because a successor does: what is new must not reach the lane by two connections in any order.</summary>
    public void Freeze() => frozen = wanted();

    /// <summary>Takes on streams again.</summary>
    public void Thaw()
    {
        frozen = null;
        session.Wake();
    }

    /// <summary>Closes it politely and waits until it has ended.</summary>
    public async Task RetireAsync()
    {
        await retire.CancelAsync();
        await Ended;
    }

    /// <summary>Called when it has ended; asking how it stood is still allowed.</summary>
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
