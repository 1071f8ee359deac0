using Ingester.Core.Exchanges;
using Ingester.Core.Resilience;

namespace Ingester.Recording.Sessions;

/// <summary>
/// Tracks the subscriptions of one socket: what was requested and what the exchange answered. It compares the desired streams with
/// the requested ones, so that no update is missed. Refused and unanswered streams are requested again after a backoff, in smaller
/// parts each time, so that one invalid name does not block the others. After <paramref name="maxAttempts"/> attempts a stream counts as
/// failed and is retried at a long interval. Sender and receiver share this object.
/// </summary>
/// <param name="exchange">The exchange, which formats the messages.</param>
/// <param name="backoff">The backoff before a stream is requested again.</param>
/// <param name="maxAttempts">Maximum number of attempts before a stream counts as failed.</param>
internal sealed class SubscriptionTracker(IExchange exchange, Backoff backoff, int maxAttempts)
{
    private const int RetryParts = 4;

    /// <summary>Interval of the retries of failed streams.</summary>
    private static readonly TimeSpan FailedRetryInterval = TimeSpan.FromMinutes(10);

    private readonly bool replaces = exchange.Profile.ReplacesSubscriptions;
    private readonly Lock gate = new();
    private readonly Dictionary<Subscription, StreamState> states = [];
    private readonly Queue<SubscriptionRequest> unsent = new();
    private readonly PendingRequests pending = new();
    private readonly List<(TimeSpan Due, Subscription[] Streams)> retries = [];
    private long nextRequestId = 1;
    private bool needsSuccessor;

    /// <summary>
    /// True once only a successor can carry the desired streams: the exchange cannot unsubscribe a removed stream, or replaces all subscriptions with each message, which would
    /// interrupt the streams that stay.
    /// </summary>
    public bool NeedsSuccessor
    {
        get
        {
            lock (gate)
                return needsSuccessor;
        }
    }

    /// <summary>Number of streams that the exchange confirmed.</summary>
    public int ConfirmedCount => CountWhere(state => state.IsConfirmed);

    /// <summary>The streams that the exchange did not confirm after the maximum number of attempts.</summary>
    public IReadOnlyList<Subscription> FailedStreams
    {
        get
        {
            lock (gate)
                return [.. states.Where(entry => entry.Value is { IsConfirmed: false } state && state.Tries >= maxAttempts).Select(entry => entry.Key)];
        }
    }

    /// <summary>True when the exchange has confirmed or refused all desired streams, or they have failed.</summary>
    public bool HasAllAnswers(IReadOnlySet<Subscription> desired)
    {
        lock (gate)
            return desired.All(stream => states.TryGetValue(stream, out var state) && (state.IsConfirmed || state.IsRefused || state.Tries >= maxAttempts));
    }

    /// <summary>
    /// Returns the next message that must be sent to get from the requested to the desired streams; null when there is none.
    /// </summary>
    public SubscriptionRequest? NextRequest(IReadOnlySet<Subscription> desired, TimeSpan now)
    {
        lock (gate)
        {
            if (unsent.Count == 0)
                EnqueueDifference(desired);
            if (unsent.Count == 0)
                EnqueueDueRetries(now);
            return unsent.TryDequeue(out var next) ? next : null;
        }
    }

    /// <summary>Marks a message as sent: its answer is expected from now on.</summary>
    public void MarkSent(SubscriptionRequest request, TimeSpan now)
    {
        lock (gate)
        {
            pending.Add(request, now);
            foreach (var stream in request.Frame.Streams)
                if (!request.IsSubscribe && states.TryGetValue(stream, out var state))
                    state.IsConfirmed = false;
        }
    }

    /// <summary>Returns a request id for a message that is not a subscription.</summary>
    public long NewRequestId()
    {
        lock (gate)
            return nextRequestId++;
    }

    /// <summary>Returns the streams that are confirmed now.</summary>
    public IReadOnlyList<Subscription> ConfirmedStreams()
    {
        lock (gate)
            return [.. states.Where(entry => entry.Value.IsConfirmed).Select(entry => entry.Key)];
    }

    /// <summary>Handles the confirmation of a request or of a part of it; returns the streams that are confirmed by it.</summary>
    public IReadOnlyList<Subscription> OnAccepted(in Notice notice)
    {
        lock (gate)
        {
            if (pending.Find(notice) is not { } request)
                return [];
            var answered = pending.RemoveAnswered(request, notice.Symbol);
            return request.IsSubscribe ? Confirm(answered) : [];
        }
    }

    /// <summary>
    /// Handles the refusal of a request or of a part of it; returns the refused streams, none when the request cannot be identified.
    /// </summary>
    public IReadOnlyList<Subscription> OnRefused(in Notice notice, TimeSpan now)
    {
        lock (gate)
        {
            if (pending.Find(notice) is not { } request)
                return [];
            var answered = pending.RemoveAnswered(request, notice.Symbol);
            if (!request.IsSubscribe)
                return [];
            ScheduleRetry(answered, now, refused: true);
            return answered;
        }
    }

    /// <summary>
    /// Returns the streams of requests that were sent at or before a time and not answered. Each is returned once; answers to these
    /// requests are ignored afterwards.
    /// </summary>
    public IReadOnlyList<Subscription> TakeOverdue(TimeSpan sentBy)
    {
        lock (gate)
        {
            return [.. pending.TakeOverdue(sentBy).Where(request => request.IsSubscribe).SelectMany(request => request.OpenStreams)];
        }
    }

    /// <summary>Confirms streams whose data arrives although the exchange did not answer.</summary>
    public void ConfirmByData(IEnumerable<Subscription> streams)
    {
        lock (gate)
            Confirm([.. streams]);
    }

    /// <summary>Schedules a retry for streams without an answer.</summary>
    public void RetryUnanswered(IEnumerable<Subscription> streams, TimeSpan now)
    {
        lock (gate)
            ScheduleRetry([.. streams], now, refused: false);
    }

    /// <summary>Requests streams again at once that the exchange confirmed but does not list.</summary>
    public void ResubscribeUnlisted(IReadOnlyList<Subscription> streams)
    {
        lock (gate)
        {
            foreach (var stream in streams)
                if (states.TryGetValue(stream, out var state))
                    state.IsConfirmed = false;
            Enqueue([.. streams.Where(states.ContainsKey)], subscribe: true);
        }
    }

    /// <summary>
    /// Unsubscribes a stream, where the exchange can, and subscribes it again; false when it is not confirmed, because then it is being requested already, and where
    /// that would interrupt the other streams.
    /// </summary>
    public bool Resubscribe(Subscription stream)
    {
        lock (gate)
        {
            if (replaces || !states.TryGetValue(stream, out var state) || !state.IsConfirmed)
                return false;
            state.IsConfirmed = false;
            if (CanUnsubscribe(stream))
                Enqueue([stream], subscribe: false);
            Enqueue([stream], subscribe: true);
            return true;
        }
    }

    /// <summary>Returns when an answer is overdue or a retry is due; null when nothing is pending.</summary>
    public TimeSpan? NextDue(TimeSpan answerTimeout)
    {
        lock (gate)
        {
            var answer = pending.OldestSentAt + answerTimeout;
            TimeSpan? retry = retries.Count == 0 ? null : retries.Min(waiting => waiting.Due);
            return answer < retry || retry is null ? answer : retry;
        }
    }

    private int CountWhere(Func<StreamState, bool> predicate)
    {
        lock (gate)
            return states.Values.Count(predicate);
    }

    private void EnqueueDifference(IReadOnlySet<Subscription> desired)
    {
        if (replaces && states.Count > 0)
        {
            needsSuccessor |= !desired.SetEquals(states.Keys);
            return;
        }

        List<Subscription> removed = [.. states.Keys.Where(stream => !desired.Contains(stream))];
        removed.ForEach(stream => states.Remove(stream));
        needsSuccessor |= !removed.TrueForAll(CanUnsubscribe);
        Enqueue(removed.FindAll(CanUnsubscribe), subscribe: false); // first, because the exchange limits the number of streams
        List<Subscription> added = [.. desired.Where(stream => !states.ContainsKey(stream))];
        added.ForEach(stream => states.Add(stream, new()));
        Enqueue(added, subscribe: true);
    }

    private bool CanUnsubscribe(Subscription stream) => exchange.Profile.Find(stream.Dataset) is { CanUnsubscribe: true };

    private void EnqueueDueRetries(TimeSpan now)
    {
        var due = retries.Where(waiting => waiting.Due <= now).Select(waiting => waiting.Streams.Where(stream => states.TryGetValue(stream, out var state) && !state.IsConfirmed).ToList()).ToList();
        retries.RemoveAll(waiting => waiting.Due <= now);
        if (replaces && due.Exists(part => part.Count > 0))
            due = [[.. states.Keys]];
        due.ForEach(part => Enqueue(part, subscribe: true));
    }

    private void Enqueue(List<Subscription> streams, bool subscribe)
    {
        if (streams.Count == 0)
            return;
        streams.Sort(static (a, b) => (string.CompareOrdinal(a.Market.Name, b.Market.Name), a.Dataset.CompareTo(b.Dataset)) switch
        {
            (0, var byDataset) => byDataset,
            var (byName, _) => byName,
        });
        foreach (var frame in exchange.CreateSubscribeFrames(streams, subscribe, ref nextRequestId))
            unsent.Enqueue(new(frame, subscribe));
    }

    private List<Subscription> Confirm(List<Subscription> streams)
    {
        streams.RemoveAll(stream => !states.ContainsKey(stream));
        foreach (var stream in streams)
            states[stream] = new() { IsConfirmed = true };
        if (streams.Count > 0)
            backoff.Reset();
        return streams;
    }

    private void ScheduleRetry(List<Subscription> streams, TimeSpan now, bool refused)
    {
        var (again, failed) = (new List<Subscription>(), new List<Subscription>());
        foreach (var stream in streams)
        {
            if (!states.TryGetValue(stream, out var state))
                continue;
            state.IsRefused = refused;
            (++state.Tries < maxAttempts ? again : failed).Add(stream);
        }

        if (again.Count + failed.Count == 0)
            return;
        var due = now + backoff.NextDelay();
        foreach (var part in again.Chunk(Math.Max(1, (again.Count + RetryParts - 1) / RetryParts)))
            retries.Add((due, part));
        foreach (var stream in failed)
            retries.Add((now + FailedRetryInterval, [stream]));
    }

    /// <summary>The state of one requested stream.</summary>
    private sealed class StreamState
    {
        public bool IsConfirmed { get; set; }

        public bool IsRefused { get; set; }

        public int Tries { get; set; }
    }
}
