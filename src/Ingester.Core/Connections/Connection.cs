using System.Collections.Immutable;
using Ingester.Core.Exchanges;

namespace Ingester.Core.Connections;

/// <summary>
/// One planned connection: its lane, what it should carry, and the loop that keeps a session open for it. What it should carry may change at
/// any time; the open session then asks for the difference.
/// </summary>
internal sealed class Connection
{
    private readonly Lock gate = new();
    private readonly ExchangeContext context;
    private readonly ConnectionName name;
    private readonly Uri address;
    private readonly Pacer connects;
    private readonly ILane lane;
    private ImmutableHashSet<Subscription> wanted = [];
    private Session? session;
    private volatile string? lastError;

    /// <summary>Plans a connection; nothing happens before <see cref="RunAsync"/>.</summary>
    public Connection(int id, Uri endpoint, Pacer connects, ExchangeContext context)
    {
        (this.context, this.connects) = (context, connects);
        name = new(context.Name, id);
        address = context.Choice.WebSocketAddress(endpoint);
        lane = context.LaneFactory();
    }

    /// <summary>True while a socket is open.</summary>
    public bool IsOpen => Current is not null;

    /// <summary>How many streams it should carry.</summary>
    public int Wanted => WantedNow().Count;

    /// <summary>How many streams the exchange confirmed on the open socket.</summary>
    public int Confirmed => Current?.Confirmed ?? 0;

    /// <summary>Why it last failed, in words; null while all is well.</summary>
    public string? LastError => lastError;

    /// <summary>Changes what it carries.</summary>
    public void Change(IReadOnlyList<Subscription> add, IReadOnlyList<Subscription> remove)
    {
        lane.Remove(remove); // first: a market that was renamed is removed under its old name and added under its new one
        lane.Add(add); // before they are asked for: their first frames may follow at once
        lock (gate)
        {
            wanted = wanted.Except(remove).Union(add);
            session?.Wake();
        }
    }

    /// <summary>Keeps a session open until it is told to stop. It throws only what is a mistake in this program.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var backoff = context.NewBackoff(name.Id);
        while (!stop.IsCancellationRequested)
        {
            var lived = TimeSpan.Zero;
            var opened = false;
            try
            {
                await connects.WaitAsync(stop);
                using var socket = await context.Dial(address, stop);
                using var next = new Session(socket, name, WantedNow, context);
                opened = true;
                try
                {
                    await HoldAsync(next, stop);
                }
                finally
                {
                    lived = next.Age;
                }
            }
            catch (Exception e) when (ConnectionFault.Of(e) is { Kind: not FaultKind.Fatal } fault)
            {
                if (stop.IsCancellationRequested)
                    break;
                if (lived >= context.Options.StableAfter)
                    backoff.Reset();
                await FailedAsync(fault, opened, backoff.Next(), stop);
            }
        }

        context.Events.Closed(name);
    }

    private Session? Current
    {
        get
        {
            lock (gate)
                return session;
        }

        set
        {
            lock (gate)
                session = value;
        }
    }

    private ImmutableHashSet<Subscription> WantedNow()
    {
        lock (gate)
            return wanted;
    }

    private async Task HoldAsync(Session next, CancellationToken stop)
    {
        Current = next;
        try
        {
            lastError = null;
            context.Events.Opened(name, address, Wanted);
            await next.RunAsync(lane, stop);
        }
        finally
        {
            Current = null;
        }
    }

    private async Task FailedAsync(ConnectionFault fault, bool opened, TimeSpan wait, CancellationToken stop)
    {
        if (opened)
            context.Events.Lost(name, fault, wait);
        else
            context.Events.DialFailed(name, fault, wait);
        lastError = fault.Reason;
        if (fault.RetryAfter is not null || fault.Kind == FaultKind.Limited)
        {
            var span = fault.RetryAfter ?? context.Options.HoldOff;
            connects.HoldOff(span); // for all connections: it is the address that is limited
            context.Events.HeldOff(name.Exchange, span);
        }

        await Task.Delay(wait, context.Clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
