using System.Globalization;
using Ingester.Core.Markets;
using Ingester.Testing.Storage;
using Ingester.Tests.Reading;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Deriving;

/// <summary>Trades of one market, and what lossy replicas stored of them by the code of the recorder: outages, late trades, and times that step back.</summary>
internal sealed class TradeWorld
{
    private readonly Random random;

    public TradeWorld(int seed)
    {
        random = new(seed);
        Begin = T0 + (1 + random.Next(50)) * Minute + random.NextInt64(Minute);
        Truth = Invent();
        for (var replica = random.Next(1, 3); replica > 0; replica--)
            Record($"r{replica}");
    }

    public static StreamId Stream => SegmentSample.Trades;

    public MemoryStore Store { get; } = new();

    public List<TrueTrade> Truth { get; }

    public long Begin { get; }

    public long End => Truth[^1].Micros;

    /// <summary>A replica without losses stores what is missing, as a repair does.</summary>
    public void Repair()
    {
        using var whole = new Replica(Store, "whole", Stream);
        whole.ConnectAt(Begin - 2 * Minute);
        foreach (var trade in Truth)
            Send(whole, trade);
        whole.TickAt(End + 2 * Minute);
        whole.Close();
    }

    private List<TrueTrade> Invent()
    {
        var trades = new List<TrueTrade>();
        var (id, micros, price, end) = (random.NextInt64(1_000_000), Begin, 10_000 + random.Next(10_000), Begin + (8 + random.Next(20)) * Minute);
        while (micros < end)
        {
            price += random.Next(-20, 21);
            var stepsBack = random.Next(20) == 0 ? random.NextInt64(400_000) : 0;
            trades.Add(new(++id, Math.Max(Begin, micros - stepsBack), price / 100m, random.Next(1, 5_000) / 1_000m, random.Next(2) == 0));
            micros += random.Next(60) == 0 ? random.NextInt64(3 * Minute) : random.NextInt64(3 * Second);
        }

        return trades;
    }

    private void Record(string name)
    {
        using var replica = new Replica(Store, name, Stream);
        var (first, last) = (random.Next(3) == 0 ? random.Next(Truth.Count / 3) : 0, random.Next(4) == 0 ? Truth.Count - random.Next(Truth.Count / 3) : Truth.Count);
        replica.ConnectAt(Truth[first].Micros - random.Next(90) * Second);
        var away = 0;
        TrueTrade? late = null;
        for (var index = first; index < last; index++)
        {
            var trade = Truth[index];
            if (away == 0 && random.Next(120) == 0)
            {
                away = 1 + random.Next(40);
                replica.Lose();
            }

            if (away > 0 && --away == 0)
                replica.Connect();
            if (away > 0)
                continue;
            if (late is null && random.Next(60) == 0)
            {
                late = trade; // the exchange sends it after the next ones
                continue;
            }

            Send(replica, trade);
            if (late is { } held && random.Next(3) == 0)
            {
                Send(replica, held);
                late = null;
            }

            for (var time = trade.Micros; index + 1 < last && time + 10 * Second < Truth[index + 1].Micros; time += 10 * Second)
                replica.TickAt(time);
        }

        if (last < Truth.Count)
            replica.Lose(); // it is stopped before the end
        else
            replica.TickAt(End + 2 * Minute);
        replica.Close(killed: random.Next(4) == 0);
    }

    private static void Send(Replica replica, TrueTrade trade) =>
        replica.Trade(trade.Id, trade.Micros, trade.Price.ToString(CultureInfo.InvariantCulture), trade.Size.ToString(CultureInfo.InvariantCulture), trade.Sells);
}
