using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using System.Text;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Handovers;
using Ingester.Core.Resilience;
using Ingester.Recording.Configuration;
using Ingester.Recording.Lanes;
using Ingester.Recording.Raw;
using Ingester.WebSockets;
using Ingester.WebSockets.Frames;

namespace Ingester.Recording.Sessions;

/// <summary>
/// A session on one open socket: a receiver that passes frames to the lane, a <see cref="SessionSender"/>, and a watchdog. It
/// ends with the first fault, or with a close frame when it is stopped.
/// </summary>
internal sealed class Session : INoticeListener, IDisposable
{
    private readonly WebSocket socket;
    private readonly ConnectionName name;
    private readonly ExchangeContext context;
    private readonly ConnectionEvents events;
    private readonly SubscriptionTracker subscriptions;
    private readonly SubscriptionCheck subscriptionCheck;
    private readonly PacedSender messages;
    private readonly SessionSender sender;
    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "The watchdog may be cancelling it at this moment; RunAsync always cancels it, and once cancelled it holds nothing.")]
    private readonly CancellationTokenSource lifetime;
    private readonly SilenceWatchdog watchdog;
    private readonly TaskCompletionSource replacementDue = new(TaskCreationOptions.RunContinuationsAsynchronously);
    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "RunAsync disposes it, when the receiver has ended.")]
    private ILaneFeed? feed;
    private RawConnection? raw;
    private ConnectionException? fault;
    private TaskCompletionSource? progress; // null unless a handover waits

    /// <summary>Starts the session of an open socket; the watchdog runs from here.</summary>
    /// <param name="socket">The open socket.</param>
    /// <param name="name">The connection, for messages.</param>
    /// <param name="desired">The streams to subscribe.</param>
    /// <param name="services">What the connections of the exchange share.</param>
    /// <param name="pingInterval">Interval of application pings that the exchange gave with the address; null for that of the profile.</param>
    public Session(WebSocket socket, ConnectionName name, Func<IReadOnlySet<Subscription>> desired, ConnectionServices services, TimeSpan? pingInterval = null)
    {
        (this.socket, this.name, context, events) = (socket, name, services.Context, services.Events);
        var resubscribe = new Backoff(context.NewRandom(name.Id), context.Options.AnswerTimeout, context.Options.BackoffCap);
        subscriptions = new(context.Exchange, resubscribe, context.Options.SubscribeTries);
        subscriptionCheck = new(context.Exchange.Profile, subscriptions, context.Options.SubscriptionCheckInterval);
        lifetime = new(Timeout.InfiniteTimeSpan, context.Clock);
        messages = new(socket, context, services.RateLimits.Messages, lifetime.Token);
        sender = new(name, context, events, messages)
        {
            Subscriptions = subscriptions,
            SubscriptionCheck = subscriptionCheck,
            Desired = desired,
            PingInterval = pingInterval ?? context.Exchange.Profile.PingInterval,
            ReplacementDue = replacementDue,
            OnProgress = OnProgress,
        };
        var limit = context.Options.SilenceLimit ?? context.Exchange.Profile.SilenceLimit;
        watchdog = new(limit, context.Clock, () => Fail(new(ConnectionFaultKind.Silent, $"No frame was received for {limit}.")));
    }

    /// <summary>Time since the socket was opened.</summary>
    public TimeSpan Age => sender.Age;

    /// <summary>Number of streams that the exchange confirmed.</summary>
    public int ConfirmedCount => subscriptions.ConfirmedCount;

    /// <summary>The streams that the exchange did not confirm after the maximum number of attempts.</summary>
    public IReadOnlyList<Subscription> FailedStreams => subscriptions.FailedStreams;

    /// <summary>
    /// Completes when a successor must replace the connection: the exchange announces that it will close it, or the desired streams have changed and only a successor can carry them.
    /// </summary>
    public Task ReplacementDue => replacementDue.Task;

    /// <summary>True when the exchange has answered for all desired streams.</summary>
    public bool HasAllAnswers => sender.HasAllAnswers;

    /// <summary>Whether the session could carry all streams of the lane alone without loss.</summary>
    public TakeoverReadiness Takeover => feed?.Takeover ?? TakeoverReadiness.Incomplete;

    /// <summary>
    /// Completes at the next event that may change <see cref="HasAllAnswers"/> or <see cref="Takeover"/>: received frames, an update of
    /// the desired streams, or requests that stay unanswered.
    /// </summary>
    public Task NextProgress()
    {
        Interlocked.CompareExchange(ref progress, new(TaskCreationOptions.RunContinuationsAsynchronously), null);
        return Volatile.Read(ref progress)?.Task ?? Task.CompletedTask;
    }

    /// <summary>Signals the sender that the desired streams may have changed.</summary>
    public void Wake() => sender.Wake();

    /// <summary>Runs until the socket is lost, which throws, or until <paramref name="stop"/> is canceled.</summary>
    /// <param name="lane">The lane that receives the frames.</param>
    /// <param name="capture">Raw capture of the connection; null for none.</param>
    /// <param name="stop">Ends the session.</param>
    public async Task RunAsync(ILane lane, RawConnection? capture, CancellationToken stop)
    {
        using var opening = lane.OpenFeed(this);
        (feed, sender.Feed, raw, messages.Raw) = (opening, opening, capture, capture);
        var end = "Closed by the recorder.";
        try
        {
            await RunUntilEndAsync(stop);
        }
        catch (Exception cause)
        {
            end = cause.Message;
            throw;
        }
        finally
        {
            raw?.Close(end);
        }
    }

    private async Task RunUntilEndAsync(CancellationToken stop)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stop, lifetime.Token);
        var sending = sender.RunAsync(waiting.Token);

        var receiver = ReceiveUntilEndAsync(stop);
        await Task.WhenAny(sending, receiver);
        await waiting.CancelAsync();
        lifetime.CancelAfter(context.Options.CloseTimeout);
        if (sending.IsFaulted)
            await receiver.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the peer does not read any more; the frames that it has sent are still received
        var closing = await CloseAsync(sending, receiver);
        var hadCause = fault is not null || receiver.IsFaulted || stop.IsCancellationRequested;
        await lifetime.CancelAsync();
        await receiver.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        new SessionOutcome
        {
            Closing = closing,
            HadCauseBeforeClosing = hadCause,
            Receiving = receiver.Exception?.InnerException,
            Fault = fault,
            IsStopped = stop.IsCancellationRequested,
        }.ThrowIfFailed();
    }

    /// <inheritdoc/>
    public void OnNotice(in Notice notice)
    {
        switch (notice.Kind)
        {
            case NoticeKind.Acknowledged:
                OnAcknowledged(notice);
                break;
            case NoticeKind.SubscriptionListed:
                subscriptionCheck.OnListed(notice);
                break;
            case NoticeKind.Rejected:
                events.RequestRefused(name, subscriptions.OnRefused(notice, Age), Encoding.UTF8.GetString(notice.Text));
                Wake();
                break;
            case NoticeKind.ReplyExpected:
                sender.Reply(Encoding.UTF8.GetString(notice.Text));
                break;
            case NoticeKind.ClosingSoon:
                events.ClosingSoon(name);
                replacementDue.TrySetResult();
                break;
            default:
                break; // the watchdog counts heartbeats like all frames
        }
    }

    /// <inheritdoc/>
    public void Resubscribe(Subscription stream)
    {
        if (subscriptions.Resubscribe(stream))
            Wake();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        sender.Dispose();
        watchdog.Dispose();
        messages.Dispose();
    }

    private void OnAcknowledged(in Notice notice)
    {
        if (subscriptionCheck.OnAnswered(notice) is { } missing)
        {
            if (missing.Count == 0)
                return;
            events.StreamsUnlisted(name, missing);
            subscriptions.ResubscribeUnlisted(missing);
            Wake();
        }
        else if (subscriptions.OnAccepted(notice) is { Count: > 0 } confirmed)
        {
            raw?.Subscribed(confirmed);
            feed!.OnSubscribed(confirmed);
            Wake(); // the sender may now request the exchange's list of subscriptions
        }
    }

    /// <summary>Waits for the sender, sends the close frame and waits for the receiver; returns the first exception, or null.</summary>
    private async Task<Exception?> CloseAsync(Task sending, Task receiver)
    {
        try
        {
            await sending;
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, lifetime.Token);
            await receiver;
            return null;
        }
        catch (Exception e)
        {
            return e; // judged with everything else that happened: see SessionOutcome
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
        var form = context.Exchange.Profile.BinaryFrames;
        using var inflater = form == BinaryFrames.Plain ? null : new FrameInflater(form, context.Options.MaxMessage);
        using var buffer = new ReceiveBuffer(context.Options.ReceiveBuffer, context.Options.MaxMessage);
        var buffered = inflater is null ? socket as IBufferedMessageSource : null;
        if (buffered is not null && raw is not null)
            buffered = new RawMessageSource(buffered, raw);
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.GetMemory(), lifetime.Token);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                if (!stop.IsCancellationRequested)
                    Fail(CreateClosedFault());
                return;
            }

            watchdog.RecordActivity();
            buffer.Advance(received.Count);
            if (!received.EndOfMessage)
                continue;
            raw?.Received(buffer.Message, received.MessageType == WebSocketMessageType.Binary && inflater is not null);
            feed!.Receive(inflater is not null && received.MessageType == WebSocketMessageType.Binary ? inflater.InflateOrKeep(buffer.Message) : buffer.Message);
            buffer.Clear();
            if (buffered is not null)
                feed.ReceiveBuffered(buffered, context.Options.MaxMessage);
            OnProgress();
        }
    }

    private void OnProgress()
    {
        if (Volatile.Read(ref progress) is not null)
            Interlocked.Exchange(ref progress, null)?.TrySetResult();
    }

    private ConnectionException CreateClosedFault() =>
        new(ConnectionFaultKind.Closed, $"The exchange closed the connection with status {socket.CloseStatus}: {socket.CloseStatusDescription}".TrimEnd());

    private void Fail(ConnectionException cause)
    {
        if (Interlocked.CompareExchange(ref fault, cause, null) is null && cause.Kind != ConnectionFaultKind.Closed)
            lifetime.Cancel();
    }
}
