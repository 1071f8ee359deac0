using System.Collections.Immutable;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Recording.Configuration;
using Ingester.Recording.Lanes;
using Ingester.Recording.Raw;
using Ingester.Recording.Rest;
using Ingester.WebSockets;

namespace Ingester.Recording.Sessions;

/// <summary>
/// One planned connection: its lane, its desired streams, and the loop that keeps a live connection open. Before a live connection
/// reaches its maximum age, or when the exchange announces its end, a successor is opened and takes over. Only then is the old one
/// closed. The desired streams may be updated at any time; the difference is then subscribed and unsubscribed on the open
/// connection, or by a successor where the exchange replaces subscriptions.
/// </summary>
internal sealed class ExchangeConnection
{
    /// <summary>Longest wait without a new look at the local clock, which may be set meanwhile.</summary>
    private static readonly TimeSpan MaxPause = TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private readonly ConnectionServices services;
    private readonly ExchangeContext context;
    private readonly ConnectionEvents events;
    private readonly ConnectionName name;
    private readonly Uri endpoint;
    private readonly ILane lane;
    private readonly RotationPlan rotation;
    private readonly RawLane? raw;
    private readonly Random random;
    private ImmutableHashSet<Subscription> desired = [];
    private OpenConnection? live;
    private OpenConnection? successor;
    private volatile string? lastError;

    /// <summary>Creates the connection. It is opened by <see cref="RunAsync"/>.</summary>
    public ExchangeConnection(int id, Uri endpoint, ConnectionServices services)
    {
        (this.services, context, events) = (services, services.Context, services.Events);
        name = new(context.Name, id);
        this.endpoint = endpoint;
        lane = services.LaneFactory();
        raw = context.Raw is { } capture ? new(capture) : null;
        random = context.NewRandom(~id);
        rotation = RotationPlan.Create(context.Options.RotateAfter, context.Exchange.Profile.MaxConnectionAge ?? context.Exchange.Profile.Book.InBandSnapshotInterval, context.ReplicaOrdinal);
    }

    /// <summary>True while a socket is open.</summary>
    public bool IsOpen => CurrentLive is not null;

    /// <summary>Number of desired streams.</summary>
    public int DesiredCount => DesiredNow().Count;

    /// <summary>Number of streams that the exchange confirmed on the open socket.</summary>
    public int ConfirmedCount => CurrentLive?.Session.ConfirmedCount ?? 0;

    /// <summary>The streams that the exchange did not confirm after the maximum number of attempts.</summary>
    public IReadOnlyList<Subscription> FailedStreams => CurrentLive?.Session.FailedStreams ?? [];

    /// <summary>Number of stalled streams: no event for much longer than usual, although the connection is alive.</summary>
    public int StalledCount => lane.StalledCount;

    /// <summary>The reason of the last failure; null while the connection is healthy.</summary>
    public string? LastError => lastError;

    /// <summary>Updates the desired streams.</summary>
    public void Update(IReadOnlyList<Subscription> add, IReadOnlyList<Subscription> remove)
    {
        raw?.Update(add, remove);
        lane.Remove(remove); // first: a renamed market is removed under its old name and added under its new one
        lane.Add(add); // before they are subscribed: their first frames may arrive at once
        lock (gate)
        {
            desired = desired.Except(remove).Union(add);
            live?.Session.Wake();
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
            raw?.End();
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
                (fault, var lived) = await RunUntilLostAsync(opened, stop);
                if (lived >= context.Options.StableAfter)
                    backoff.Reset();
            }

            if (stop.IsCancellationRequested || fault is not { } cause)
                break;
            var wait = backoff.NextDelay();
            if (opened is not null)
                events.Lost(name, cause, wait);
            else
                events.DialFailed(name, cause, wait, repeated: failing);
            failing = opened is null;
            lastError = cause.Reason;
            await PauseAsync(wait, stop);
        }

        events.Closed(name);
    }

    private OpenConnection? CurrentLive
    {
        get
        {
            lock (gate)
                return live;
        }
    }

    private ImmutableHashSet<Subscription> DesiredNow()
    {
        lock (gate)
            return desired;
    }

    private void SetLive(OpenConnection? current)
    {
        lock (gate)
            (live, successor) = (current, null);
    }

    /// <summary>Registers a connection before it starts, so that it receives every later update of the desired streams.</summary>
    private void Register(OpenConnection opened)
    {
        lock (gate)
            (live, successor) = live is null ? (opened, null) : (live, opened);
    }

    /// <summary>Opens a socket when the rate limit allows; returns the fault when it could not be opened.</summary>
    private async Task<(OpenConnection? Opened, ConnectionFault? Fault)> OpenAsync(CancellationToken stop)
    {
        try
        {
            await services.RateLimits.Connects.WaitAsync(stop);
            var resolved = await ResolveAsync(stop);
            var socket = await services.DialAsync(resolved.Uri, context.Exchange.Profile.RequestHeaders, stop);
            events.Opened(name, endpoint, DesiredCount);
            var opened = new OpenConnection(socket, name, DesiredNow, services, resolved) { Raw = raw };
            Register(opened);
            opened.Start(lane, socket, stop);
            return (opened, null);
        }
        catch (Exception e) when (ConnectionFault.FromException(e) is { Kind: not ConnectionFaultKind.Fatal } fault)
        {
            if (!stop.IsCancellationRequested && (fault.RetryAfter is not null || fault.Kind == ConnectionFaultKind.Limited))
            {
                var span = fault.RetryAfter ?? context.Options.HoldOff;
                services.RateLimits.Suspend(span); // for all connections: the exchange limits the address
                events.RateLimited(name.Exchange, span);
            }

            return (null, fault);
        }
    }

    /// <summary>Resolves the address to dial; a failed request counts as an exchange that cannot be reached.</summary>
    private async Task<ConnectionAddress> ResolveAsync(CancellationToken stop)
    {
        try
        {
            return await services.ResolveAsync(endpoint, stop);
        }
        catch (Exception e) when (e is RestException or JsonException)
        {
            throw new ConnectionException(ConnectionFaultKind.Unreachable, $"No address for the connection: {e.Message}", e) { RetryAfter = (e as RestException)?.RetryAfter };
        }
    }

    /// <summary>
    /// Runs a connection, and its successors one after the other, until one is lost or <paramref name="stop"/> is canceled.
    /// </summary>
    private async Task<(ConnectionFault? Fault, TimeSpan Lived)> RunUntilLostAsync(OpenConnection first, CancellationToken stop)
    {
        var current = first;
        var backoff = context.NewBackoff(~name.Id);
        try
        {
            lastError = null;
            while (true)
            {
                await WaitForRotationAsync(current);
                if (current.IsCompleted || stop.IsCancellationRequested)
                    return (await current.Completion, current.Session.Age);
                if (await ReplaceAsync(current, stop) is { } next)
                {
                    current = next;
                    backoff.Reset();
                }
                else
                {
                    await Task.WhenAny(current.Completion, PauseAsync(backoff.NextDelay(), stop));
                }
            }
        }
        finally
        {
            SetLive(null);
            await current.CloseAsync();
        }
    }

    /// <summary>
    /// Waits until the connection ends, reaches the age for a successor, or must be replaced.
    /// </summary>
    private async Task WaitForRotationAsync(OpenConnection current)
    {
        using var done = new CancellationTokenSource();
        var due = rotation.Due(current.OpenedAt, random.NextDouble()) is { } at ? WaitUntilAsync(at, done.Token) : null;
        await (due is null ? Task.WhenAny(current.Completion, current.Session.ReplacementDue) : Task.WhenAny(current.Completion, current.Session.ReplacementDue, due));
        if (current.Session.ReplacementDue.IsCompleted && !current.IsCompleted)
            await Task.WhenAny(current.Completion, PauseAsync(rotation.DelayAfterNotice(random.NextDouble()), done.Token));
        await done.CancelAsync();
    }

    private async Task WaitUntilAsync(DateTimeOffset at, CancellationToken done)
    {
        while (!done.IsCancellationRequested && at - context.Clock.GetUtcNow() is { Ticks: > 0 } remaining)
            await PauseAsync(remaining < MaxPause ? remaining : MaxPause, done);
    }

    /// <summary>Opens a successor and hands over to it; null when that failed, and the current connection stays.</summary>
    private async Task<OpenConnection?> ReplaceAsync(OpenConnection current, CancellationToken stop)
    {
        var handover = new HandoverLoop(name, services);
        current.StopAddingStreams();
        var (next, fault) = await OpenAsync(stop);
        var takesOver = false;
        try
        {
            if (next is null)
                handover.ReportFailed(fault?.Reason, stop);
            else if (await handover.RunAsync(current, next, stop))
            {
                var lost = current.IsCompleted ? await current.Completion : null;
                await current.CloseAsync();
                ReportRetired(current, lost);
                takesOver = true;
            }
        }
        finally
        {
            if (next is not null && !takesOver)
                await next.CloseAsync();
        }

        SetLive(takesOver ? next! : current);
        if (!takesOver)
            current.ResumeAddingStreams();
        return takesOver ? next : null;
    }

    private void ReportRetired(OpenConnection retired, ConnectionFault? lost)
    {
        if (lost is { } fault)
            events.Lost(name, fault, TimeSpan.Zero); // the exchange closed the old connection first, but the successor was ready
        else
            events.Rotated(name, retired.Session.Age);
    }

    private Task PauseAsync(TimeSpan span, CancellationToken stop) => Pause.ForAsync(span, context.Clock, stop);
}
