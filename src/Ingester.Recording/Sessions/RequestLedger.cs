using System.Text;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Resilience;

namespace Ingester.Recording.Sessions;

/// <summary>
/// Tracks the subscriptions of one socket: what was requested and what the exchange answered. It compares the desired streams with
/// the requested ones, so that no update is missed. Refused and unanswered streams are requested again after a backoff, in smaller
/// parts each time, so that one invalid name does not block the others. After <paramref name="tries"/> attempts a stream counts as
/// failed and is retried at a long interval. Sender and receiver share this object.
/// </summary>
/// <param name="exchange">The exchange, which formats the messages.</param>
/// <param name="backoff">The backoff before a stream is requested again.</param>
/// <param name="tries">Maximum number of attempts before a stream counts as failed.</param>
internal sealed class RequestLedger(IExchange exchange, Backoff backoff, int tries)
{
    private const int Parts = 4;

    /// <summary>Interval of the retries of failed streams.</summary>
    private static readonly TimeSpan FailedInterval = TimeSpan.FromMinutes(10);

    private readonly Lock gate = new();
    private readonly Dictionary<Subscription, Standing> asked = [];
    private readonly Queue<Request> unsent = new();
    private readonly List<Request> pending = [];
    private readonly List<(TimeSpan Due, Subscription[] Streams)> retries = [];
    private long nextRequestId = 1;

    /// <summary>Number of streams that the exchange confirmed.</summary>
    public int Confirmed => Count(standing => standing.Confirmed);

    /// <summary>The streams that the exchange did not confirm after the maximum number of attempts.</summary>
    public IReadOnlyList<Subscription> Failed
    {
        get
        {
            lock (gate)
                return [.. asked.Where(entry => entry.Value is { Confirmed: false } standing && standing.Tries >= tries).Select(entry => entry.Key)];
        }
    }

    /// <summary>True when the exchange has confirmed or refused all desired streams, or they have failed.</summary>
    public bool IsSettled(IReadOnlySet<Subscription> wanted)
    {
        lock (gate)
            return wanted.All(stream => asked.TryGetValue(stream, out var standing) && (standing.Confirmed || standing.Refused || standing.Tries >= tries));
    }

    /// <summary>
    /// Returns the next message that must be sent to get from the requested to the desired streams; null when there is none.
    /// </summary>
    public Request? Next(IReadOnlySet<Subscription> wanted, TimeSpan now)
    {
        lock (gate)
        {
            if (unsent.Count == 0)
                Compare(wanted);
            if (unsent.Count == 0)
                AskAgain(now);
            return unsent.TryDequeue(out var next) ? next : null;
        }
    }

    /// <summary>Marks a message as sent: its answer is expected from now on.</summary>
    public void Sending(Request request, TimeSpan now)
    {
        lock (gate)
        {
            request.SentAt = now;
            pending.Add(request);
            foreach (var stream in request.Frame.Streams)
                if (!request.Subscribes && asked.TryGetValue(stream, out var standing))
                    standing.Confirmed = false;
        }
    }

    /// <summary>Returns a request id for a message that is not a subscription.</summary>
    public long TakeRequestId()
    {
        lock (gate)
            return nextRequestId++;
    }

    /// <summary>Returns the streams that are confirmed now.</summary>
    public IReadOnlyList<Subscription> ConfirmedStreams()
    {
        lock (gate)
            return [.. asked.Where(entry => entry.Value.Confirmed).Select(entry => entry.Key)];
    }

    /// <summary>Handles the confirmation of a request or of a part of it; returns the streams that are confirmed by it.</summary>
    public IReadOnlyList<Subscription> Accepted(in Notice notice)
    {
        lock (gate)
        {
            if (Find(notice) is not { } request)
                return [];
            var settled = Settle(request, notice.Symbol);
            return request.Subscribes ? Confirm(settled) : [];
        }
    }

    /// <summary>
    /// Handles the refusal of a request or of a part of it; returns the refused streams, none when the request cannot be identified.
    /// </summary>
    public IReadOnlyList<Subscription> Refused(in Notice notice, TimeSpan now)
    {
        lock (gate)
        {
            if (Find(notice) is not { } request)
                return [];
            var settled = Settle(request, notice.Symbol);
            if (!request.Subscribes)
                return [];
            Retry(settled, now, refused: true);
            return settled;
        }
    }

    /// <summary>
    /// Returns the streams of requests that were sent at or before a time and not answered. Each is returned once; answers to these
    /// requests are ignored afterwards.
    /// </summary>
    public IReadOnlyList<Subscription> Overdue(TimeSpan sentBy)
    {
        lock (gate)
        {
            var overdue = pending.FindAll(request => request.SentAt <= sentBy);
            pending.RemoveAll(overdue.Contains);
            return [.. overdue.Where(request => request.Subscribes).SelectMany(request => request.Open)];
        }
    }

    /// <summary>Confirms streams whose data arrives although the exchange did not answer.</summary>
    public void Brought(IEnumerable<Subscription> streams)
    {
        lock (gate)
            Confirm([.. streams]);
    }

    /// <summary>Schedules a retry for streams without an answer.</summary>
    public void Unanswered(IEnumerable<Subscription> streams, TimeSpan now)
    {
        lock (gate)
            Retry([.. streams], now, refused: false);
    }

    /// <summary>Requests streams again at once that the exchange confirmed but does not list.</summary>
    public void Forgotten(IReadOnlyList<Subscription> streams)
    {
        lock (gate)
        {
            foreach (var stream in streams)
                if (asked.TryGetValue(stream, out var standing))
                    standing.Confirmed = false;
            Enqueue([.. streams.Where(asked.ContainsKey)], subscribe: true);
        }
    }

    /// <summary>
    /// Unsubscribes and subscribes a stream again; false when it is not confirmed, because then it is being requested already.
    /// </summary>
    public bool Renew(Subscription stream)
    {
        lock (gate)
        {
            if (!asked.TryGetValue(stream, out var standing) || !standing.Confirmed)
                return false;
            standing.Confirmed = false;
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
            TimeSpan? answer = pending.Count == 0 ? null : pending[0].SentAt + answerTimeout;
            TimeSpan? retry = retries.Count == 0 ? null : retries.Min(waiting => waiting.Due);
            return answer < retry || retry is null ? answer : retry;
        }
    }

    private int Count(Func<Standing, bool> what)
    {
        lock (gate)
            return asked.Values.Count(what);
    }

    private void Compare(IReadOnlySet<Subscription> wanted)
    {
        List<Subscription> gone = [.. asked.Keys.Where(stream => !wanted.Contains(stream))];
        gone.ForEach(stream => asked.Remove(stream));
        Enqueue(gone, subscribe: false); // first, because the exchange limits the number of streams
        List<Subscription> more = [.. wanted.Where(stream => !asked.ContainsKey(stream))];
        more.ForEach(stream => asked.Add(stream, new()));
        Enqueue(more, subscribe: true);
    }

    private void AskAgain(TimeSpan now)
    {
        foreach (var (_, streams) in retries.Where(waiting => waiting.Due <= now))
            Enqueue([.. streams.Where(stream => asked.TryGetValue(stream, out var standing) && !standing.Confirmed)], subscribe: true);
        retries.RemoveAll(waiting => waiting.Due <= now);
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
        foreach (var frame in exchange.Subscribe(streams, subscribe, ref nextRequestId))
            unsent.Enqueue(new(frame, subscribe));
    }

    private List<Subscription> Confirm(List<Subscription> streams)
    {
        streams.RemoveAll(stream => !asked.ContainsKey(stream));
        foreach (var stream in streams)
            asked[stream] = new() { Confirmed = true };
        if (streams.Count > 0)
            backoff.Reset();
        return streams;
    }

    private void Retry(List<Subscription> streams, TimeSpan now, bool refused)
    {
        var (again, failed) = (new List<Subscription>(), new List<Subscription>());
        foreach (var stream in streams)
        {
            if (!asked.TryGetValue(stream, out var standing))
                continue;
            standing.Refused = refused;
            (++standing.Tries < tries ? again : failed).Add(stream);
        }

        if (again.Count + failed.Count == 0)
            return;
        var due = now + backoff.Next();
        foreach (var part in again.Chunk(Math.Max(1, (again.Count + Parts - 1) / Parts)))
            retries.Add((due, part));
        foreach (var stream in failed)
            retries.Add((now + FailedInterval, [stream]));
    }

    /// <summary>
    /// Finds the request that a notice answers: by the request id; else the first request for its symbol, preferring one that names its
    /// channel; else, where the exchange sends neither, the oldest request, because such exchanges answer in order.
    /// </summary>
    private Request? Find(in Notice notice)
    {
        if (notice.RequestId is { } id)
            return pending.Find(request => request.Frame.RequestId == id);
        if (notice.Symbol.IsEmpty)
            return pending.Count == 0 ? null : pending[0];
        var symbol = Encoding.UTF8.GetString(notice.Symbol);
        var channel = Encoding.UTF8.GetString(notice.Channel);
        var asking = pending.FindAll(request => request.Subscribes && request.Open.Any(stream => stream.Market.Symbol == symbol));
        return asking.Find(request => request.Frame.Text.Contains($"\"{channel}\"", StringComparison.Ordinal)) ?? asking.FirstOrDefault();
    }

    /// <summary>Removes the answered streams from a request: those of a symbol, or all.</summary>
    private List<Subscription> Settle(Request request, ReadOnlySpan<byte> symbol)
    {
        var name = Encoding.UTF8.GetString(symbol);
        var settled = request.Open.Where(stream => name.Length == 0 || stream.Market.Symbol == name).ToList();
        request.Open.ExceptWith(settled);
        if (request.Open.Count == 0)
            pending.Remove(request);
        return settled;
    }

    /// <summary>One message to the exchange and its streams that are not answered yet.</summary>
    internal sealed class Request(SubscribeFrame frame, bool subscribes)
    {
        /// <summary>The message.</summary>
        public SubscribeFrame Frame => frame;

        /// <summary>True for a subscription, false for an unsubscription.</summary>
        public bool Subscribes => subscribes;

        /// <summary>The streams that are not answered yet.</summary>
        public HashSet<Subscription> Open { get; } = [.. frame.Streams];

        /// <summary>When the message was sent, on the session's clock.</summary>
        public TimeSpan SentAt { get; set; }
    }

    /// <summary>The state of one requested stream.</summary>
    private sealed class Standing
    {
        public bool Confirmed { get; set; }

        public bool Refused { get; set; }

        public int Tries { get; set; }
    }
}
