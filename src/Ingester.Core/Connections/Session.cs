using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;
using Ingester.Core.Exchanges;

namespace Ingester.Core.Connections;

/// <summary>
/// The life of one open socket: a receiver that hands frames to the lane, a sender that asks for what is wanted and keeps the connection
/// alive, and a watchdog. It ends with the fault that ended it, or politely when it is told to stop.
/// </summary>
internal sealed class Session : INoticeListener, IDisposable
{
    private readonly WebSocket socket;
    private readonly ConnectionName name;
    private readonly Func<IReadOnlySet<Subscription>> wanted;
    private readonly ExchangeContext context;
    private readonly RequestLedger ledger;
    private readonly Pacer messages;
    private readonly CancellationTokenSource lifetime;
    private readonly SilenceWatchdog watchdog;
    private readonly ITimer alarm;
    private readonly long opened;

    // One place: a signal says "look again", and one that is not yet taken says it for all that follow.
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private ILaneFeed? feed;
    private ConnectionException? fault;
    private TimeSpan pinged;

    /// <summary>Begins the life of a socket that is open; the watchdog runs from here.</summary>
    public Session(WebSocket socket, ConnectionName name, Func<IReadOnlySet<Subscription>> wanted, ExchangeContext context)
    {
        (this.socket, this.name, this.wanted, this.context) = (socket, name, wanted, context);
        opened = context.Clock.GetTimestamp();
        ledger = new(context.Exchange);
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

    /// <summary>What is wanted may have changed: the sender looks again.</summary>
    public void Wake() => wake.Writer.TryWrite(true);

    /// <summary>Runs until the socket is lost, which it throws, or until it is told to stop.</summary>
    public async Task RunAsync(ILane lane, CancellationToken stop)
    {
        using var opening = lane.Open(this);
        feed = opening;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stop, lifetime.Token);
        var sender = SendAsync(waiting.Token);
        var receiver = ReceiveAsync(stop);
        await Task.WhenAny(sender, receiver);
        await waiting.CancelAsync();
        lifetime.CancelAfter(context.Options.CloseTimeout);
        try
        {
            await sender;
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, lifetime.Token);
            await receiver;
        }
        catch (Exception e) when (ConnectionFault.Of(e).Kind != FaultKind.Fatal && (fault is not null || stop.IsCancellationRequested))
        {
            // Either the first cause is thrown below, since what it led to says less; or the exchange did not take the close frame in time.
        }
        finally
        {
            await lifetime.CancelAsync();
            await receiver.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (fault is not null)
            throw fault;
    }

    /// <inheritdoc/>
    public void Heard(in Notice notice)
    {
        switch (notice.Kind)
        {
            case NoticeKind.Acknowledged:
                if (ledger.Accepted(notice) is { Count: > 0 } confirmed)
                    feed!.Subscribed(confirmed);
                break;
            case NoticeKind.Refused:
                context.Events.RequestRefused(name, ledger.Refused(notice), Encoding.UTF8.GetString(notice.Text));
                break;
            case NoticeKind.ClosingSoon:
                context.Events.ClosingSoon(name);
                break;
            default:
                break; // a heartbeat was heard by the watchdog, like any frame
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        alarm.Dispose();
        watchdog.Dispose();
        messages.Dispose(); // the lifetime is not: the watchdog may be cancelling it at this moment, and once cancelled it holds nothing
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
        }
    }

    /// <summary>Sends what is due, and sleeps until it is woken: by a change of what is wanted, or by the alarm it set.</summary>
    private async Task SendAsync(CancellationToken waiting)
    {
        try
        {
            while (true)
            {
                foreach (var request in ledger.Unanswered(Age - context.Options.AnswerTimeout))
                    context.Events.RequestUnanswered(name, request.Frame.Streams);
                if (PingIn() is { Ticks: <= 0 })
                {
                    await messages.WaitAsync(waiting);
                    pinged = Age;
                    await SendTextAsync(context.Exchange.Profile.Ping!);
                }
                else if (ledger.Next(wanted()) is { } request)
                {
                    await messages.WaitAsync(waiting);
                    ledger.Sending(request, Age);
                    await SendTextAsync(request.Frame.Text);
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

    private ValueTask SendTextAsync(string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text).AsMemory(), WebSocketMessageType.Text, endOfMessage: true, lifetime.Token);

    private TimeSpan? PingIn() => context.Exchange.Profile is { Ping: not null, PingInterval: var every } ? pinged + every - Age : null;

    private void SetAlarm()
    {
        var answer = ledger.OldestPending + context.Options.AnswerTimeout - Age;
        var ping = PingIn();
        var next = answer < ping || ping is null ? answer : ping;
        if (next is { } span)
            alarm.Change(TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(span.TotalMilliseconds))), Timeout.InfiniteTimeSpan);
    }

    private ConnectionException Closed() =>
        new(FaultKind.Closed, $"The exchange closed the connection: {socket.CloseStatus} {socket.CloseStatusDescription}".TrimEnd());

    private void Fail(ConnectionException cause)
    {
        if (Interlocked.CompareExchange(ref fault, cause, null) is null && cause.Kind != FaultKind.Closed)
            lifetime.Cancel();
    }
}
