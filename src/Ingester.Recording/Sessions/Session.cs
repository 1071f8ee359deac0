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
/// The life of one open socket: a receiver that hands frames to the lane, a sender that asks for what is wanted and keeps the connection
/// alive, and a watchdog. It ends with the fault that ended it, or politely when it is told to stop.
/// </summary>
internal sealed class Session : INoticeListener, IDisposable
{
    private const double LongestAlarm = 3_600_000; // milliseconds; timers take no more than some weeks

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

    // One place: a signal says "look again", and one that is not yet taken says it for all that follow.
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TaskCompletionSource announced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "RunAsync disposes it, when the receiver has ended.")]
    private ILaneFeed? feed;
    private ConnectionException? fault;
    private TimeSpan pinged;
    private int failed;

    /// <summary>Begins the life of a socket that is open; the watchdog runs from here.</summary>
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
        watchdog = new(limit, context.Clock, () => Fail(new(FaultKind.Silent, $"Nothing came for {limit}.")));
    }

    /// <summary>How long the socket has been open.</summary>
    public TimeSpan Age => context.Clock.GetElapsedTime(opened);

    /// <summary>How many streams the exchange confirmed.</summary>
    public int Confirmed => ledger.Confirmed;

    /// <summary>The streams that the exchange does not confirm, however often it is asked.</summary>
    public IReadOnlyList<Subscription> Failed => ledger.Failed;

    /// <summary>Ends when the exchange announces that it will close the connection.</summary>
    public Task Announced => announced.Task;

    /// <summary>True when the exchange has answered for everything that is wanted.</summary>
    public bool IsSettled => ledger.IsSettled(wanted());

    /// <summary>Whether it could carry the lane alone, without a loss.</summary>
    public Takeover Takeover => feed?.Takeover ?? Takeover.Missing;

    /// <summary>What is wanted may have changed: the sender looks again.</summary>
    public void Wake() => wake.Writer.TryWrite(true);

    /// <summary>Runs until the socket is lost, which it throws, or until it is told to stop.</summary>
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
            await receiver.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the exchange takes nothing any more; what it has sent is still read
        try
        {
            await sender;
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, lifetime.Token);
            await receiver;
        }
        catch (Exception e) when (ConnectionFault.Of(e).Kind != FaultKind.Fatal && (fault is not null || receiver.IsFaulted || stop.IsCancellationRequested))
        {
            // Either the first cause is thrown below, since what it led to says less; or the exchange did not take the close frame in time.
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
                break; // a heartbeat was heard by the watchdog, like any frame
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
            Wake(); // what was confirmed last may let the exchange be asked what it has
        }
    }

    /// <summary>Receives where the socket's reads end, on the thread that reads all sockets. What follows the end is nothing for that thread.</summary>
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

    /// <summary>Sends what is due, and sleeps until it is woken: by a change of what is wanted, or by the alarm it set.</summary>
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
            // The session ends, and the socket is free for the close frame.
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
        new(FaultKind.Closed, $"The exchange closed the connection: {socket.CloseStatus} {socket.CloseStatusDescription}".TrimEnd());

    private void Fail(ConnectionException cause)
    {
        if (Interlocked.CompareExchange(ref fault, cause, null) is null && cause.Kind != FaultKind.Closed)
            lifetime.Cancel();
    }
}
