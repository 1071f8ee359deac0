using System.Text;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Resilience;

namespace Ingester.Recording.Sessions;

/// <summary>
/// What one socket was asked for and what it answered. It compares what is wanted with what was asked, so that no change can be missed. What is refused
/// or not answered is asked for again after a backoff, in smaller parts each time, so that one bad name does not keep out its neighbours; after
/// <paramref name="tries"/> it counts as failed, and is asked for now and then. Sender and receiver share it.
/// </summary>
/// <param name="exchange">The exchange, which words the messages.</param>
/// <param name="backoff">How long to wait before something is asked for again.</param>
/// <param name="tries">How often it is tried before it counts as failed.</param>
internal sealed class RequestLedger(IExchange exchange, Backoff backoff, int tries)
{
    private const int Parts = 4;

    /// <summary>How often what counts as failed is asked for all the same.</summary>
    private static readonly TimeSpan FailedInterval = TimeSpan.FromMinutes(10);

    private readonly Lock gate = new();
    private readonly Dictionary<Subscription, Standing> asked = [];
    private readonly Queue<Request> unsent = new();
    private readonly List<Request> pending = [];
    private readonly List<(TimeSpan Due, Subscription[] Streams)> retries = [];
    private long nextRequestId = 1;

    /// <summary>How many streams the exchange confirmed.</summary>
    public int Confirmed => Count(standing => standing.Confirmed);

    /// <summary>The streams that the exchange does not confirm, however often it is asked.</summary>
    public IReadOnlyList<Subscription> Failed
    {
        get
        {
            lock (gate)
                return [.. asked.Where(entry => entry.Value is { Confirmed: false } standing && standing.Tries >= tries).Select(entry => entry.Key)];
        }
    }

    /// <summary>True when the exchange has answered for everything that is wanted, be it with a refusal.</summary>
    public bool IsSettled(IReadOnlySet<Subscription> wanted)
    {
        lock (gate)
            return wanted.All(stream => asked.TryGetValue(stream, out var standing) && (standing.Confirmed || standing.Refused || standing.Tries >= tries));
    }

    /// <summary>The next message that must be sent so that what is asked becomes what is wanted; null when it is.</summary>
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

    /// <summary>A message is about to be sent: from now on its answer is awaited.</summary>
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

    /// <summary>A request id for a message that is no subscription.</summary>
    public long TakeRequestId()
    {
        lock (gate)
            return nextRequestId++;
    }

    /// <summary>The streams that are confirmed now.</summary>
    public IReadOnlyList<Subscription> ConfirmedStreams()
    {
        lock (gate)
            return [.. asked.Where(entry => entry.Value.Confirmed).Select(entry => entry.Key)];
    }

    /// <summary>The exchange accepted a request, or a part of it; returns the streams that it thereby confirmed.</summary>
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

    /// <summary>The exchange refused a request, or a part of it; returns the streams that are refused, none when it cannot be told.</summary>
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

    /// <summary>The streams of requests that were sent at or before this time and not answered; each is returned once, and its answer no longer awaited.</summary>
    public IReadOnlyList<Subscription> Overdue(TimeSpan sentBy)
    {
        lock (gate)
        {
            var overdue = pending.FindAll(request => request.SentAt <= sentBy);
            pending.RemoveAll(overdue.Contains);
            return [.. overdue.Where(request => request.Subscribes).SelectMany(request => request.Open)];
        }
    }

    /// <summary>Streams are brought although the exchange did not answer: that is an answer too.</summary>
    public void Brought(IEnumerable<Subscription> streams)
    {
        lock (gate)
            Confirm([.. streams]);
    }

    /// <summary>Nothing was heard of these streams: they are asked for again.</summary>
    public void Unanswered(IEnumerable<Subscription> streams, TimeSpan now)
    {
        lock (gate)
            Retry([.. streams], now, refused: false);
    }

    /// <summary>The exchange does not know of these streams, although it confirmed them: they are asked for again at once.</summary>
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

    /// <summary>Lets one stream go and asks for it anew; false when it is not confirmed, because then it is asked for already.</summary>
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

    /// <summary>When it must be looked at again: an answer is overdue, or something is to be asked for again; null when nothing is awaited.</summary>
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
        Enqueue(gone, subscribe: false); // first, to make room
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
    /// The request that a notice answers: the one whose id it carries; else the first that asks for its symbol, and names its channel if one does;
    /// else, where the exchange names neither, the first that was sent, because such exchanges answer in order.
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

    /// <summary>Takes what is answered out of a request: the streams of a symbol, or all of them.</summary>
    private List<Subscription> Settle(Request request, ReadOnlySpan<byte> symbol)
    {
        var name = Encoding.UTF8.GetString(symbol);
        var settled = request.Open.Where(stream => name.Length == 0 || stream.Market.Symbol == name).ToList();
        request.Open.ExceptWith(settled);
        if (request.Open.Count == 0)
            pending.Remove(request);
        return settled;
    }

    /// <summary>One message to the exchange and the streams in it that have no answer yet.</summary>
    internal sealed class Request(SubscribeFrame frame, bool subscribes)
    {
        /// <summary>The message.</summary>
        public SubscribeFrame Frame => frame;

        /// <summary>True when it subscribes, false when it unsubscribes.</summary>
        public bool Subscribes => subscribes;

        /// <summary>The streams without an answer.</summary>
        public HashSet<Subscription> Open { get; } = [.. frame.Streams];

        /// <summary>When it was sent, on the session's clock.</summary>
        public TimeSpan SentAt { get; set; }
    }

    /// <summary>How one stream stands that was asked for.</summary>
    private sealed class Standing
    {
        public bool Confirmed { get; set; }

        public bool Refused { get; set; }

        public int Tries { get; set; }
    }
}
