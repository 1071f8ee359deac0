using System.Text;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;

namespace Ingester.Recording.Sessions;

/// <summary>
/// Compares the confirmed streams with the exchange's list of subscriptions, where the exchange offers one: a confirmation says
/// that a request was accepted, the list says what is subscribed. The sender requests the list, the receiver processes it.
/// </summary>
/// <param name="profile">The exchange's facts.</param>
/// <param name="subscriptions">The confirmed streams.</param>
/// <param name="interval">Interval between requests.</param>
internal sealed class SubscriptionCheck(ExchangeProfile profile, SubscriptionTracker subscriptions, TimeSpan interval)
{
    private readonly Lock gate = new();
    private readonly HashSet<(string Symbol, string Channel)> listed = [];
    private IReadOnlyList<Subscription> confirmed = [];
    private TimeSpan due;
    private long? awaitedRequestId;

    /// <summary>When the list is requested next; null where the exchange offers none.</summary>
    public TimeSpan? Due
    {
        get
        {
            lock (gate)
                return profile.ListSubscriptionsMessage is null ? null : due;
        }
    }

    /// <summary>Creates the request; an answer to an earlier request is ignored from now on.</summary>
    public string CreateRequest(TimeSpan now)
    {
        lock (gate)
        {
            listed.Clear();
            confirmed = subscriptions.ConfirmedStreams();
            (awaitedRequestId, due) = (subscriptions.NewRequestId(), now + interval);
            return profile.ListSubscriptionsMessage!(awaitedRequestId.Value);
        }
    }

    /// <summary>Adds one stream of the list.</summary>
    public void OnListed(in Notice notice)
    {
        lock (gate)
            if (notice.RequestId == awaitedRequestId)
                listed.Add((Encoding.UTF8.GetString(notice.Symbol), Encoding.UTF8.GetString(notice.Channel)));
    }

    /// <summary>
    /// Completes the list; returns the confirmed streams that it lacks, or null when the notice answers another request.
    /// </summary>
    public IReadOnlyList<Subscription>? OnAnswered(in Notice notice)
    {
        lock (gate)
        {
            if (awaitedRequestId is null || notice.RequestId != awaitedRequestId)
                return null;
            awaitedRequestId = null;
            return [.. confirmed.Where(stream => !listed.Contains((stream.Market.Symbol, ChannelOf(stream.Dataset))))];
        }
    }

    private string ChannelOf(Dataset dataset) => profile.Find(dataset)?.Channel ?? "";
}
