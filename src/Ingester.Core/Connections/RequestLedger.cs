using System.Text;
using Ingester.Core.Exchanges;

namespace Ingester.Core.Connections;

/// <summary>
/// What one socket was asked for and what it answered. It compares what is wanted with what was asked, so that no change can be missed: a
/// stream that must be asked for again only has to be forgotten here. Sender and receiver share it.
/// </summary>
internal sealed class RequestLedger(IExchange exchange)
{
    private readonly Lock gate = new();
    private readonly HashSet<Subscription> asked = [];
    private readonly HashSet<Subscription> confirmed = [];
    private readonly Queue<Request> unsent = new();
    private readonly List<Request> pending = [];
    private long nextRequestId = 1;

    /// <summary>How many streams the exchange confirmed.</summary>
    public int Confirmed
    {
        get
        {
            lock (gate)
                return confirmed.Count;
        }
    }

    /// <summary>The next message that must be sent so that what is asked becomes what is wanted; null when it is.</summary>
    public Request? Next(IReadOnlySet<Subscription> wanted)
    {
        lock (gate)
        {
            if (unsent.Count == 0)
                Compare(wanted);
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
            if (!request.Subscribes)
                confirmed.ExceptWith(request.Frame.Streams);
        }
    }

    /// <summary>The exchange accepted a request, or a part of it; returns the streams that it thereby confirmed.</summary>
    public IReadOnlyList<Subscription> Accepted(in Notice notice)
    {
        lock (gate)
        {
            if (Find(notice) is not { } request)
                return [];
            var settled = Settle(request, notice.Symbol);
            if (!request.Subscribes)
                return [];
            settled.RemoveAll(stream => !asked.Contains(stream));
            confirmed.UnionWith(settled);
            return settled;
        }
    }

    /// <summary>The exchange refused a request, or a part of it; returns the streams that are refused, none when it cannot be told.</summary>
    public IReadOnlyList<Subscription> Refused(in Notice notice)
    {
        lock (gate)
            return Find(notice) is { } request ? Settle(request, notice.Symbol) : [];
    }

    /// <summary>The requests that were sent at or before this time and not answered; each is returned once.</summary>
    public IReadOnlyList<Request> Unanswered(TimeSpan sentBy)
    {
        lock (gate)
        {
            var overdue = pending.FindAll(request => request.SentAt <= sentBy);
            pending.RemoveAll(overdue.Contains);
            return overdue;
        }
    }

    /// <summary>When the oldest request that awaits its answer was sent; null when none does.</summary>
    public TimeSpan? OldestPending
    {
        get
        {
            lock (gate)
                return pending.Count == 0 ? null : pending[0].SentAt;
        }
    }

    private void Compare(IReadOnlySet<Subscription> wanted)
    {
        Ask([.. asked.Where(stream => !wanted.Contains(stream))], subscribe: false); // first, to make room
        Ask([.. wanted.Where(stream => !asked.Contains(stream))], subscribe: true);
    }

    private void Ask(List<Subscription> streams, bool subscribe)
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
        if (subscribe)
            asked.UnionWith(streams);
        else
            asked.ExceptWith(streams);
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
        var asking = pending.FindAll(request => request.Open.Any(stream => stream.Market.Symbol == symbol));
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
}
