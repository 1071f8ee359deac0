using System.Text;
using Ingester.Core.Exchanges;

namespace Ingester.Recording.Sessions;

/// <summary>The subscription requests that were sent and that the exchange has not answered completely, in the order in which they were sent. Not thread-safe.</summary>
internal sealed class PendingRequests
{
    private readonly List<SubscriptionRequest> requests = [];

    /// <summary>When the oldest request was sent, on the session's clock; null without a request.</summary>
    public TimeSpan? OldestSentAt => requests.Count == 0 ? null : requests[0].SentAt;

    /// <summary>Adds a request that was sent now.</summary>
    public void Add(SubscriptionRequest request, TimeSpan now)
    {
        request.SentAt = now;
        requests.Add(request);
    }

    /// <summary>Removes and returns the requests that were sent at or before a time.</summary>
    public IReadOnlyList<SubscriptionRequest> TakeOverdue(TimeSpan sentBy)
    {
        var overdue = requests.FindAll(request => request.SentAt <= sentBy);
        requests.RemoveAll(overdue.Contains);
        return overdue;
    }

    /// <summary>
    /// Finds the request that a notice answers: by the request id; else the first request for its symbol, preferring one that names its
    /// channel; else, where the exchange sends neither, the oldest request, because such exchanges answer in order.
    /// </summary>
    public SubscriptionRequest? Find(in Notice notice)
    {
        if (notice.RequestId is { } id)
            return requests.Find(request => request.Frame.RequestId == id);
        if (notice.Symbol.IsEmpty)
            return requests.Count == 0 ? null : requests[0];
        var symbol = Encoding.UTF8.GetString(notice.Symbol);
        var channel = Encoding.UTF8.GetString(notice.Channel);
        var candidates = requests.FindAll(request => request.IsSubscribe && request.OpenStreams.Any(stream => stream.Market.Symbol == symbol));
        return candidates.Find(request => request.Frame.Text.Contains($"\"{channel}\"", StringComparison.Ordinal)) ?? candidates.FirstOrDefault();
    }

    /// <summary>Removes the answered streams from a request: those of a symbol, or all.</summary>
    public List<Subscription> RemoveAnswered(SubscriptionRequest request, ReadOnlySpan<byte> symbol)
    {
        var name = Encoding.UTF8.GetString(symbol);
        var answered = request.OpenStreams.Where(stream => name.Length == 0 || stream.Market.Symbol == name).ToList();
        request.OpenStreams.ExceptWith(answered);
        if (request.OpenStreams.Count == 0)
            requests.Remove(request);
        return answered;
    }
}
