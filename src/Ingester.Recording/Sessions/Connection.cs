using System.Collections.Immutable;
using Ingester.Core.Exchanges;
using Ingester.Core.Resilience;
using Ingester.Recording.Lanes;
using Ingester.Recording.Limits;
using Ingester.Recording.Planning;
using Ingester.WebSockets;

namespace Ingester.Recording.Sessions;

/// <summary>
/// One planned connection: its lane, its desired streams, and the loop that keeps a live connection open. Before a live connection
/// reaches its maximum age, or when the exchange announces its end, a successor is opened and takes over. Only then is the old one
/// closed. The desired streams may be updated at any time; the difference is then subscribed and unsubscribed on the open
/// connection.
/// </summary>
internal sealed class Connection
{
    /// <summary>Interval at which the progress of a handover is checked.</summary>
    private static readonly TimeSpan HandoverPoll = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest wait without a new look at the local clock, which may be set meanwhile.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private readonly ConnectionSurroundings around;
    private readonly ExchangeContext context;
    private readonly ConnectionName name;
    private readonly Uri address;
    private readonly ILane lane;
    private readonly RotationPlan rotation;
    private readonly Random random;
    private ImmutableHashSet<Subscription> wanted = [];
    private Line? line;
    private Line? successor;
    private volatile string? lastError;

    /// <summary>Creates the connection. It is opened by <see cref="RunAsync"/>.</summary>
    public Connection(int id, Uri endpoint, ConnectionSurroundings around)
    {
        (this.around, context) = (around, around.Context);
        name = new(context.Name, id);
        address = context.Choice.WebSocketAddress(endpoint);
        lane = context.LaneFactory();
        random = context.NewRandom(~id);
        rotation = RotationPlan.For(context.Options.RotateAfter, context.Exchange.Profile.MaxConnectionAge ?? context.Exchange.Profile.Book.RenewedAfter, context.Place);
    }

    /// <summary>True while a socket is open.</summary>
    public bool IsOpen => Current is not null;

    /// <summary>Number of desired streams.</summary>
    public int Wanted => WantedNow().Count;

    /// <summary>Number of streams that the exchange confirmed on the open socket.</summary>
    public int Confirmed => Current?.Session.Confirmed ?? 0;

    /// <summary>The streams that the exchange did not confirm after the maximum number of attempts.</summary>
    public IReadOnlyList<Subscription> Failed => Current?.Session.Failed ?? [];

    /// <summary>Number of stalled streams: no event for much longer than usual, although the connection is alive.</summary>
    public int Stalled => lane.Stalled;

    /// <summary>The reason of the last failure; null while the connection is healthy.</summary>
    public string? LastError => lastError;

    /// <summary>Updates the desired streams.</summary>
    public void Change(IReadOnlyList<Subscription> add, IReadOnlyList<Subscription> remove)
    {
        lane.Remove(remove); // first: a renamed market is removed under its old name and added under its new one
        lane.Add(add); // before they are subscribed: their first frames may arrive at once
        lock (gate)
        {
            wanted = wanted.Except(remove).Union(add);
            line?.Session.Wake();
            successor?.Session.Wake();
        }
    }

    /// <summary>
    /// Keeps a connection open until <paramref name="stop"/> is canceled, then closes the lane. An exception that it throws is a bug.
    /// </summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await KeepOpenAsync(stop);
        }
        finally
        {
            lane.Close();
        }
    }

    private async Task KeepOpenAsync(CancellationToken stop)
    {
        var backoff = context.NewBackoff(name.Id);
        var failing = false;
        while (!stop.IsCancellationRequested)
        {
            var (opened, fault) = await OpenAsync(stop);
            if (opened is not null)
            {
                (fault, var lived) = await KeepAsync(opened, stop);
                if (lived >= context.Options.StableAfter)
                    backoff.Reset();
            }

            if (stop.IsCancellationRequested || fault is not { } cause)
                break;
            var wait = backoff.Next();
            if (opened is not null)
                context.Events.Lost(name, cause, wait);
            else
                context.Events.DialFailed(name, cause, wait, repeated: failing);
            failing = opened is null;
            lastError = cause.Reason;
            await PauseAsync(wait, stop);
        }

        context.Events.Closed(name);
    }

    private Line? Current
    {
        get
        {
            lock (gate)
                return line;
        }
    }

    private ImmutableHashSet<Subscription> WantedNow()
    {
        lock (gate)
            return wanted;
    }

    private void Hold(Line? current)
    {
        lock (gate)
            (line, successor) = (current, null);
    }

    /// <summary>Registers a connection before it starts, so that it receives every later update of the desired streams.</summary>
    private void Register(Line opened)
    {
        lock (gate)
            (line, successor) = line is null ? (opened, null) : (line, opened);
    }

    /// <summary>Opens a socket when the rate limit allows; returns the fault when it could not be opened.</summary>
    private async Task<(Line? Opened, ConnectionFault? Fault)> OpenAsync(CancellationToken stop)
    {
        try
        {
            await around.Budgets.Connects.WaitAsync(stop);
            var socket = await context.Dial(address, stop);
            context.Events.Opened(name, address, Wanted);
            var opened = new Line(socket, name, WantedNow, around);
            Register(opened);
            opened.Start(lane, socket, stop);
            return (opened, null);
        }
        catch (Exception e) when (ConnectionFault.Of(e) is { Kind: not FaultKind.Fatal } fault)
        {
            if (!stop.IsCancellationRequested && (fault.RetryAfter is not null || fault.Kind == FaultKind.Limited))
            {
                var span = fault.RetryAfter ?? context.Options.HoldOff;
                around.Budgets.HoldOff(span); // for all connections: the exchange limits the address
                context.Events.HeldOff(name.Exchange, span);
            }

            return (null, fault);
        }
    }

    /// <summary>
    /// Runs a connection, and its successors one after the other, until one is lost or <paramref name="stop"/> is canceled.
    /// </summary>
    private async Task<(ConnectionFault? Fault, TimeSpan Lived)> KeepAsync(Line first, CancellationToken stop)
    {
        var current = first;
        var backoff = context.NewBackoff(~name.Id);
        try
        {
            lastError = null;
            while (true)
            {
                await RotationDueAsync(current);
                if (current.HasEnded || stop.IsCancellationRequested)
                    return (await current.Ended, current.Session.Age);
                if (await SucceedAsync(current, stop) is { } next)
                {
                    current = next;
                    backoff.Reset();
                }
                else
                {
                    await Task.WhenAny(current.Ended, PauseAsync(backoff.Next(), stop));
                }
            }
        }
        finally
        {
            Hold(null);
            await current.RetireAsync();
        }
    }

    /// <summary>
    /// Waits until the connection ends, reaches the age for a successor, or the exchange announces that it will close it.
    /// </summary>
    private async Task RotationDueAsync(Line current)
    {
        using var done = new CancellationTokenSource();
        var due = rotation.Due(current.OpenedAt, random.NextDouble()) is { } at ? WaitUntilAsync(at, done.Token) : null;
        await (due is null ? Task.WhenAny(current.Ended, current.Session.Announced) : Task.WhenAny(current.Ended, current.Session.Announced, due));
        if (current.Session.Announced.IsCompleted && !current.HasEnded)
            await Task.WhenAny(current.Ended, PauseAsync(rotation.AfterNotice(random.NextDouble()), done.Token));
        await done.CancelAsync();
    }

    private async Task WaitUntilAsync(DateTimeOffset at, CancellationToken done)
    {
        while (!done.IsCancellationRequested && at - context.Clock.GetUtcNow() is { Ticks: > 0 } left)
            await PauseAsync(left < LongestPause ? left : LongestPause, done);
    }

    /// <summary>Opens a successor and hands over to it; null when that failed, and the current connection stays.</summary>
    private async Task<Line?> SucceedAsync(Line current, CancellationToken stop)
    {
        current.Freeze();
        var (next, fault) = await OpenAsync(stop);
        var takes = false;
        try
        {
            if (next is null)
                Fail(fault?.Reason, stop);
            else if (await HandOverAsync(current, next, stop))
            {
                var lost = current.HasEnded ? await current.Ended : null;
                await current.RetireAsync();
                Report(current, lost);
                takes = true;
            }
        }
        finally
        {
            if (next is not null && !takes)
                await next.RetireAsync();
        }

        Hold(takes ? next! : current);
        if (!takes)
            current.Thaw();
        return takes ? next : null;
    }

    private void Report(Line retired, ConnectionFault? lost)
    {
        if (lost is { } fault)
            context.Events.Lost(name, fault, TimeSpan.Zero); // the exchange closed the old connection first, but the successor was ready
        else
            context.Events.Rotated(name, retired.Session.Age);
    }

    private void Fail(string? reason, CancellationToken stop)
    {
        if (reason is not null && !stop.IsCancellationRequested)
            context.Events.SuccessorFailed(name, reason);
    }

    /// <summary>Waits until the successor receives all streams; false when it is abandoned.</summary>
    private async Task<bool> HandOverAsync(Line current, Line next, CancellationToken stop)
    {
        var handover = new Handover(context.Options.HandoverOverlap, context.Options.HandoverLimit);
        while (true)
        {
            if (next.HasEnded)
            {
                Fail((await next.Ended)?.Reason, stop); // throws if the successor ended with a bug
                return false;
            }

            if (stop.IsCancellationRequested)
                return false;
            if (current.HasEnded)
                return true;
            switch (handover.Judge(next.Session.IsSettled, next.Session.Takeover, next.Session.Age))
            {
                case HandoverStep.Take: return true;
                case HandoverStep.GiveUp:
                    Fail($"It did not receive all streams within {context.Options.HandoverLimit}.", stop);
                    return false;
                default:
                    using (var done = new CancellationTokenSource())
                    {
                        await Task.WhenAny(current.Ended, next.Ended, PauseAsync(HandoverPoll, done.Token));
                        await done.CancelAsync();
                    }

                    break;
            }
        }
    }

    /// <summary>
    /// Waits, rounded up to whole milliseconds: timers truncate, and a wait of zero would make the caller's loop spin.
    /// </summary>
    private async Task PauseAsync(TimeSpan span, CancellationToken stop) =>
        await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(span.TotalMilliseconds)), context.Clock, stop)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
