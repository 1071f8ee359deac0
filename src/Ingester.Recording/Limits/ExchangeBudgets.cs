using Ingester.Core.Exchanges;

namespace Ingester.Recording.Limits;

/// <summary>What an exchange allows one address, kept by everything in this process that talks to it; replicas that share an address divide it.</summary>
internal sealed class ExchangeBudgets : IDisposable
{
    /// <summary>When the exchange says that so much of the budget is spent, the rest of its span is left to others who share the address.</summary>
    private const double MostSpent = 0.8;

    private readonly TimeProvider clock;
    private readonly Budget requests;
    private long spent;

    /// <summary>Begins to keep the budgets of an exchange.</summary>
    /// <param name="profile">The exchange's facts.</param>
    /// <param name="sharers">How many replicas share the address.</param>
    /// <param name="clock">Decides when to stop waiting.</param>
    public ExchangeBudgets(ExchangeProfile profile, int sharers, TimeProvider clock)
    {
        (this.clock, requests) = (clock, profile.Requests);
        Connects = Pacer.ForConnects(Share(profile.Connects, sharers), clock);
        Requests = new(Share(profile.Requests, sharers), profile.Requests.Count / 2, clock);
        Messages = profile.AddressMessages is { } all ? Pacer.ForMessages(Share(all, sharers), clock) : null;
    }

    /// <summary>Opening connections.</summary>
    public Pacer Connects { get; }

    /// <summary>Weight of REST requests.</summary>
    public Pacer Requests { get; }

    /// <summary>Messages on all connections together; null where the exchange counts them on each connection alone.</summary>
    public Pacer? Messages { get; }

    /// <summary>The share of the budget that the address had spent when the exchange last said so; zero where it says nothing.</summary>
    public double SpentShare => Interlocked.Read(ref spent) / (double)requests.Count;

    /// <summary>The exchange says what the address has spent in its present span: near the limit nobody asks anything until the next one.</summary>
    public void Spent(int weight)
    {
        Interlocked.Exchange(ref spent, weight);
        if (weight >= requests.Count * MostSpent)
            Requests.HoldOff(new(requests.Per.Ticks - clock.GetUtcNow().Ticks % requests.Per.Ticks));
    }

    /// <summary>The exchange said that it was too much: for this long nobody opens a connection or asks anything.</summary>
    public void HoldOff(TimeSpan span)
    {
        Connects.HoldOff(span);
        Requests.HoldOff(span);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Connects.Dispose();
        Requests.Dispose();
        Messages?.Dispose();
    }

    /// <summary>One replica's part: a smaller count, or where that would be nothing, one in a longer span.</summary>
    internal static Budget Share(Budget whole, int sharers) =>
        whole.Count >= sharers ? whole with { Count = whole.Count / sharers } : new(1, whole.Per * sharers / whole.Count);
}
