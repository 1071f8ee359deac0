using System.Text;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;

namespace Ingester.Recording.Sessions;

/// <summary>
/// Asks an exchange what it has subscribed, where it can be asked, and compares: an acknowledgement says that a request was understood, the list says what
/// came of it. The sender asks, the receiver hears the answer.
/// </summary>
/// <param name="profile">The exchange's facts.</param>
/// <param name="ledger">What it confirmed.</param>
/// <param name="interval">How often it is asked.</param>
internal sealed class SubscriptionCheck(ExchangeProfile profile, RequestLedger ledger, TimeSpan interval)
{
    private readonly Lock gate = new();
    private readonly HashSet<(string Symbol, string Channel)> listed = [];
    private IReadOnlyList<Subscription> confirmed = [];
    private TimeSpan due;
    private long? awaited;

    /// <summary>When the exchange is to be asked; null where it cannot be.</summary>
    public TimeSpan? Due
    {
        get
        {
            lock (gate)
                return profile.ListSubscriptions is null ? null : due;
        }
    }

    /// <summary>The message that asks; an answer to an earlier one is not awaited any more.</summary>
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

    /// <summary>The exchange named one stream.</summary>
    public void Listed(in Notice notice)
    {
        lock (gate)
            if (notice.RequestId == awaited)
                listed.Add((Encoding.UTF8.GetString(notice.Symbol), Encoding.UTF8.GetString(notice.Channel)));
    }

    /// <summary>The exchange has named all; returns those that it confirmed and does not name, null when this answers something else.</summary>
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
