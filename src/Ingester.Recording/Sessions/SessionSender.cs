using System.Threading.Channels;
using Ingester.Core.Exchanges;
using Ingester.Recording.Configuration;
using Ingester.Recording.Lanes;

namespace Ingester.Recording.Sessions;

/// <summary>
/// The sender of a session: opening messages, replies that the exchange expects, pings, and requests to subscribe and unsubscribe. It
/// sends what is due, then waits for a signal or a timer.
/// </summary>
internal sealed class SessionSender : IDisposable
{
    private const double MaxTimerMilliseconds = 3_600_000; // timers are limited to 49 days

    private readonly ConnectionName name;
    private readonly ExchangeContext context;
    private readonly ConnectionEvents events;
    private readonly PacedSender messages;
    private readonly ITimer timer;
    private readonly long openedTimestamp;

    // Capacity 1: one pending signal is enough, because the sender then checks everything; further signals are dropped.
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    // Capacity 16: an exchange that expects more replies than can be sent is not reading; the oldest expectations are dropped, and it closes the connection.
    private readonly Channel<string> replies = Channel.CreateBounded<string>(new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropOldest });
    private TimeSpan lastPing;
    private int reportedFailures;

    /// <summary>Creates the sender when the socket is open; nothing is sent before <see cref="RunAsync"/>.</summary>
    /// <param name="name">The connection, for messages.</param>
    /// <param name="context">The exchange, the options and the clock.</param>
    /// <param name="events">Logs and counters.</param>
    /// <param name="messages">Sends the messages.</param>
    public SessionSender(ConnectionName name, ExchangeContext context, ConnectionEvents events, PacedSender messages)
    {
        (this.name, this.context, this.events, this.messages) = (name, context, events, messages);
        openedTimestamp = context.Clock.GetTimestamp();
        timer = context.Clock.CreateTimer(static self => ((SessionSender)self!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The subscriptions of the session.</summary>
    public required SubscriptionTracker Subscriptions { get; init; }

    /// <summary>Compares the subscriptions with the exchange's list.</summary>
    public required SubscriptionCheck SubscriptionCheck { get; init; }

    /// <summary>The streams to subscribe.</summary>
    public required Func<IReadOnlySet<Subscription>> Desired { get; init; }

    /// <summary>Interval of application pings.</summary>
    public required TimeSpan PingInterval { get; init; }

    /// <summary>Set when only a successor can carry the desired streams.</summary>
    public required TaskCompletionSource ReplacementDue { get; init; }

    /// <summary>Called after a signal and after each request that counts as unanswered.</summary>
    public required Action OnProgress { get; init; }

    /// <summary>The lane feed of the session; set before <see cref="RunAsync"/>.</summary>
    public ILaneFeed? Feed { get; set; }

    /// <summary>Time since the socket was opened.</summary>
    public TimeSpan Age => context.Clock.GetElapsedTime(openedTimestamp);

    /// <summary>True when the exchange has answered for all desired streams.</summary>
    public bool HasAllAnswers => Subscriptions.HasAllAnswers(Desired());

    /// <summary>Signals that something may be due.</summary>
    public void Wake()
    {
        wake.Writer.TryWrite(true);
        OnProgress();
    }

    /// <summary>Sends a reply as soon as the exchange accepts another message.</summary>
    public void Reply(string text)
    {
        replies.Writer.TryWrite(text);
        Wake();
    }

    /// <summary>Sends until <paramref name="waiting"/> is canceled, which ends it without an exception.</summary>
    public async Task RunAsync(CancellationToken waiting)
    {
        try
        {
            foreach (var message in context.Exchange.Profile.OpeningMessages)
                await messages.SendWhenDueAsync(message, waiting);

            while (true)
            {
                ProcessUnanswered();
                if (replies.Reader.TryRead(out var reply))
                {
                    await messages.SendWhenDueAsync(reply, waiting);
                }
                else if (TimeUntilPing() is { Ticks: <= 0 })
                {
                    await messages.WaitAsync(waiting);
                    lastPing = Age;
                    await messages.SendAsync(context.Exchange.Profile.PingMessage!);
                }
                else if (Subscriptions.NextRequest(Desired(), Age) is { } request)
                {
                    await messages.WaitAsync(waiting);
                    Subscriptions.MarkSent(request, Age);
                    await messages.SendAsync(TextOf(request));
                }
                else if (Subscriptions.NeedsSuccessor && ReplacementDue.TrySetResult())
                {
                    events.SuccessorNeeded(name);
                }
                else if (SubscriptionCheck.Due <= Age && HasAllAnswers)
                {
                    await messages.WaitAsync(waiting);
                    await messages.SendAsync(SubscriptionCheck.CreateRequest(Age));
                }
                else
                {
                    SetTimer();
                    await wake.Reader.ReadAsync(waiting);
                }
            }
        }
        catch (OperationCanceledException) when (waiting.IsCancellationRequested)
        {
            // The session ends; the close frame can be sent now.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();

    private void ProcessUnanswered()
    {
        if (Subscriptions.TakeOverdue(Age - context.Options.AnswerTimeout) is { Count: > 0 } overdue)
        {
            var isAccepted = context.Exchange.Profile.ReplacesSubscriptions && overdue.Any(Feed!.Carries); // one message, which is accepted or refused as a whole
            var carried = overdue.ToLookup(stream => isAccepted || Feed!.Carries(stream));
            Subscriptions.ConfirmByData(carried[true]);
            Subscriptions.RetryUnanswered(carried[false], Age);
            if (carried[false].ToList() is { Count: > 0 } unanswered)
                events.RequestUnanswered(name, unanswered);
            OnProgress();
        }

        var now = Subscriptions.FailedStreams;
        if (now.Count > reportedFailures)
            events.StreamsFailed(name, now);
        reportedFailures = now.Count;
    }

    /// <summary>The text of a request; an unsubscription names the id of the channel where the exchange wants it.</summary>
    private string TextOf(SubscriptionRequest request) =>
        (request is { IsSubscribe: false, Frame.Streams: [var only] } ? Feed!.FindUnsubscribeMessage(only) : null) ?? request.Frame.Text;

    private TimeSpan? TimeUntilPing() => context.Exchange.Profile.PingMessage is not null ? lastPing + PingInterval - Age : null;

    private void SetTimer()
    {
        var now = Age;
        var next = Min(Subscriptions.NextDue(context.Options.AnswerTimeout) - now, Min(TimeUntilPing(), SubscriptionCheck.Due > now ? SubscriptionCheck.Due - now : null));
        if (next is { } span)
            timer.Change(TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(span.TotalMilliseconds), 1, MaxTimerMilliseconds)), Timeout.InfiniteTimeSpan);
    }

    private static TimeSpan? Min(TimeSpan? one, TimeSpan? other) => one < other || other is null ? one : other;
}
