using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;
using Ingester.Core.Exchanges;
using Ingester.Core.Resilience;
using Ingester.Core.Segments;
using Ingester.Recording.Lanes;
using Ingester.Recording.Limits;
using Ingester.Recording.Planning;
using Ingester.WebSockets;
using Ingester.WebSockets.Frames;

namespace Ingester.Recording.Sessions;

/// <summary>
/// A session on one open socket: a receiver that passes frames to the lane, a sender of subscriptions and pings, and a watchdog. It
/// ends with the first fault, or with a close frame when it is stopped.
/// </summary>
internal sealed class Session : INoticeListener, IDisposable
{
    private const double LongestAlarm = 3_600_000; // milliseconds; timers are limited to 49 days

    private readonly WebSocket socket;
    private readonly ConnectionName name;
    private readonly Func<IReadOnlySet<Subscription>> wanted;
    private readonly ExchangeContext context;
    private readonly RequestLedger ledger;
    private readonly SubscriptionCheck check;
    private readonly Pacer messages;
    private readonly Pacer? allMessages;
    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "The watchdog may be cancelling it at this moment; RunAsync always cancels it, and once cancelled it holds nothing.")]
    private readonly CancellationTokenSource lifetime;
    private readonly SilenceWatchdog watchdog;
    private readonly ITimer alarm;
    private readonly long opened;

    // Capacity 1: one pending signal is enough, because the sender then checks everything; further signals are dropped.
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TaskCompletionSource announced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "RunAsync disposes it, when the receiver has ended.")]
    private ILaneFeed? feed;
    private ConnectionException? fault;
    private TimeSpan pinged;
    private int failed;

    /// <summary>Starts the session of an open socket; the watchdog runs from here.</summary>
    public Session(WebSocket socket, ConnectionName name, Func<IReadOnlySet<Subscription>> wanted, ConnectionSurroundings around)
    {
        (this.socket, this.name, this.wanted, context) = (socket, name, wanted, around.Context);
        allMessages = around.Budgets.Messages;
        opened = context.Clock.GetTimestamp();
        var reask = new Backoff(context.NewRandom(name.Id), context.Options.AnswerTimeout, context.Options.BackoffCap);
        ledger = new(context.Exchange, reask, context.Options.SubscribeTries);
        check = new(context.Exchange.Profile, ledger, context.Options.SubscriptionCheckInterval);
        messages = Pacer.ForMessages(context.Exchange.Profile.ClientMessages, context.Clock);
        lifetime = new(Timeout.InfiniteTimeSpan, context.Clock);
        alarm = context.Clock.CreateTimer(static self => ((Session)self!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var limit = context.Options.SilenceLimit ?? context.Exchange.Profile.SilenceLimit;
        watchdog = new(limit, context.Clock, () => Fail(new(FaultKind.Silent, $"No frame was received for {limit}.")));
    }

    /// <summary>Time since the socket was opened.</summary>
    public TimeSpan Age => context.Clock.GetElapsedTime(opened);

    /// <summary>Number of streams that the exchange confirmed.</summary>
    public int Confirmed => ledger.Confirmed;

    /// <summary>The streams that the exchange did not confirm after the maximum number of attempts.</summary>
    public IReadOnlyList<Subscription> Failed => ledger.Failed;

    /// <summary>Completes when the exchange announces that it will close the connection.</summary>
    public Task Announced => announced.Task;

    /// <summary>True when the exchange has answered for all desired streams.</summary>
    public bool IsSettled => ledger.IsSettled(wanted());

    /// <summary>Whether the session could carry all streams of the lane alone without loss.</summary>
    public Takeover Takeover => feed?.Takeover ?? Takeover.Missing;

    /// <summary>Signals the sender that the desired streams may have changed.</summary>
    public void Wake() => wake.Writer.TryWrite(true);

    /// <summary>Runs until the socket is lost, which throws, or until <paramref name="stop"/> is canceled.</summary>
    public async Task RunAsync(ILane lane, CancellationToken stop)
    {
        using var opening = lane.Open(this);
        feed = opening;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stop, lifetime.Token);
        var sender = SendAsync(waiting.Token);

        var receiver = ReceiveUntilEndAsync(stop);
        await Task.WhenAny(sender, receiver);
        await waiting.CancelAsync();
        lifetime.CancelAfter(context.Options.CloseTimeout);
        if (sender.IsFaulted)
            await receiver.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the peer does not read any more; the frames that it has sent are still received
        try
        {
            await sender;
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, lifetime.Token);
            await receiver;
        }
        catch (Exception e) when (ConnectionFault.Of(e).Kind != FaultKind.Fatal && (fault is not null || receiver.IsFaulted || stop.IsCancellationRequested))
        {
            // Either the first cause, which says more, is thrown below; or the close frame could not be sent in time.
        }
        finally
        {
            await lifetime.CancelAsync();
            await receiver.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (receiver.Exception?.InnerException is { } broken
            && (ConnectionFault.Of(broken).Kind == FaultKind.Fatal || (fault is null && !stop.IsCancellationRequested)))
            await receiver;
        if (fault is not null)
            throw fault;
    }

    /// <inheritdoc/>
    public void Heard(in Notice notice)
    {
        switch (notice.Kind)
        {
            case NoticeKind.Acknowledged:
                Acknowledged(notice);
                break;
            case NoticeKind.Listed:
                check.Listed(notice);
                break;
            case NoticeKind.Refused:
                context.Events.RequestRefused(name, ledger.Refused(notice, Age), Encoding.UTF8.GetString(notice.Text));
                Wake();
                break;
            case NoticeKind.ClosingSoon:
                context.Events.ClosingSoon(name);
                announced.TrySetResult();
                break;
            default:
                break; // the watchdog counts heartbeats like all frames
        }
    }

    /// <inheritdoc/>
    public void Stalled(Subscription stream)
    {
        if (ledger.Renew(stream))
            Wake();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        alarm.Dispose();
        watchdog.Dispose();
        messages.Dispose();
    }

    private void Acknowledged(in Notice notice)
    {
        if (check.Answered(notice) is { } missing)
        {
            if (missing.Count == 0)
                return;
            context.Events.NotListed(name, missing);
            ledger.Forgotten(missing);
            Wake();
        }
        else if (ledger.Accepted(notice) is { Count: > 0 } confirmed)
        {
            feed!.Subscribed(confirmed);
            Wake(); // the sender may now request the exchange's list of subscriptions
        }
    }

    /// <summary>Receives on the thread of the event loop, and leaves that thread when receiving ends.</summary>
    private async Task ReceiveUntilEndAsync(CancellationToken stop)
    {
        try
        {
            await ReceiveAsync(stop);
        }
        finally
        {
            await Task.Yield();
        }
    }

    private async Task ReceiveAsync(CancellationToken stop)
    {
        using var buffer = new ReceiveBuffer(context.Options.ReceiveBuffer, context.Options.MaxMessage);
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.Room(), lifetime.Token);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                if (!stop.IsCancellationRequested)
                    Fail(Closed());
                return;
            }

            watchdog.Heard();
            buffer.Received(received.Count);
            if (!received.EndOfMessage)
                continue;
            feed!.Receive(buffer.Message);
            buffer.Clear();
            if (socket is IMessageSource came)
                feed.ReceiveRest(came, context.Options.MaxMessage);
        }
    }

    /// <summary>Sends what is due, then waits for a signal: an update of the desired streams, or the timer.</summary>
    private async Task SendAsync(CancellationToken waiting)
    {
        try
        {
            while (true)
            {
                ReportUnanswered();
                if (PingIn() is { Ticks: <= 0 })
                {
                    await PaceAsync(waiting);
                    pinged = Age;
                    await SendTextAsync(context.Exchange.Profile.Ping!);
                }
                else if (ledger.Next(wanted(), Age) is { } request)
                {
                    await PaceAsync(waiting);
                    ledger.Sending(request, Age);
                    await SendTextAsync(request.Frame.Text);
                }
                else if (check.Due <= Age && IsSettled)
                {
                    await PaceAsync(waiting);
                    await SendTextAsync(check.Ask(Age));
                }
                else
                {
                    SetAlarm();
                    await wake.Reader.ReadAsync(waiting);
                }
            }
        }
        catch (OperationCanceledException) when (waiting.IsCancellationRequested)
        {
            // The session ends; the close frame can be sent now.
        }
    }

    private void ReportUnanswered()
    {
        if (ledger.Overdue(Age - context.Options.AnswerTimeout) is { Count: > 0 } overdue)
        {
            var brought = overdue.ToLookup(feed!.Carries);
            ledger.Brought(brought[true]);
            ledger.Unanswered(brought[false], Age);
            if (brought[false].ToList() is { Count: > 0 } unanswered)
                context.Events.RequestUnanswered(name, unanswered);
        }

        var now = ledger.Failed;
        if (now.Count > failed)
            context.Events.StreamsFailed(name, now);
        failed = now.Count;
    }

    private async Task PaceAsync(CancellationToken waiting)
    {
        await messages.WaitAsync(waiting);
        if (allMessages is not null)
            await allMessages.WaitAsync(waiting);
    }

    private ValueTask SendTextAsync(string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text).AsMemory(), WebSocketMessageType.Text, endOfMessage: true, lifetime.Token);

    private TimeSpan? PingIn() => context.Exchange.Profile is { Ping: not null, PingInterval: var every } ? pinged + every - Age : null;

    private void SetAlarm()
    {
        var now = Age;
        var next = Earlier(ledger.NextDue(context.Options.AnswerTimeout) - now, Earlier(PingIn(), check.Due > now ? check.Due - now : null));
        if (next is { } span)
            alarm.Change(TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(span.TotalMilliseconds), 1, LongestAlarm)), Timeout.InfiniteTimeSpan);
    }

    private static TimeSpan? Earlier(TimeSpan? one, TimeSpan? other) => one < other || other is null ? one : other;

    private ConnectionException Closed() =>
        new(FaultKind.Closed, $"The exchange closed the connection with status {socket.CloseStatus}: {socket.CloseStatusDescription}".TrimEnd());

    private void Fail(ConnectionException cause)
    {
        if (Interlocked.CompareExchange(ref fault, cause, null) is null && cause.Kind != FaultKind.Closed)
            lifetime.Cancel();
    }
}
