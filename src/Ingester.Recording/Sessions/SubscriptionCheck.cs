using System.Text;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;

namespace Ingester.Recording.Sessions;

/// <summary>
/// Compares the confirmed streams with the exchange's list of subscriptions, where the exchange offers one: a confirmation says
/// that a request was accepted, the list says what is subscribed. The sender requests the list, the receiver processes it.
/// </summary>
/// <param name="profile">The exchange's facts.</param>
/// <param name="ledger">The confirmed streams.</param>
/// <param name="interval">Interval between requests.</param>
internal sealed class SubscriptionCheck(ExchangeProfile profile, RequestLedger ledger, TimeSpan interval)
{
    private readonly Lock gate = new();
    private readonly HashSet<(string Symbol, string Channel)> listed = [];
    private IReadOnlyList<Subscription> confirmed = [];
    private TimeSpan due;
    private long? awaited;

    /// <summary>When the list is requested next; null where the exchange offers none.</summary>
    public TimeSpan? Due
    {
        get
        {
            lock (gate)
                return profile.ListSubscriptions is null ? null : due;
        }
    }

    /// <summary>Creates the request; an answer to an earlier request is ignored from now on.</summary>
    public string Ask(TimeSpan now)
    {
        lock (gate)
        {
            listed.Clear();
            confirmed = ledger.ConfirmedStreams();
            (awaited, due) = (ledger.TakeRequestId(), now + interval);
            return profile.ListSubscriptions!(awaited.Value);
        }
    }

    /// <summary>Adds one stream of the list.</summary>
    public void Listed(in Notice notice)
    {
        lock (gate)
            if (notice.RequestId == awaited)
                listed.Add((Encoding.UTF8.GetString(notice.Symbol), Encoding.UTF8.GetString(notice.Channel)));
    }

    /// <summary>
    /// Completes the list; returns the confirmed streams that it lacks, or null when the notice answers another request.
    /// </summary>
    public IReadOnlyList<Subscription>? Answered(in Notice notice)
    {
        lock (gate)
        {
            if (awaited is null || notice.RequestId != awaited)
                return null;
            awaited = null;
            return [.. confirmed.Where(stream => !listed.Contains((stream.Market.Symbol, Channel(stream.Dataset))))];
        }
    }

    private string Channel(Dataset dataset) => profile.Find(dataset)?.Channel ?? "";
}
