using Ingester.Simulator.Events;

namespace Ingester.Simulator.Model;

/// <summary>The trades of a span of time, in the units of the market. Quote values are prices times sizes, in the product of both units.</summary>
/// <param name="startMicros">Start of the span, microseconds UTC.</param>
/// <param name="price">The price before the first trade: the open, high, low and close of a candle without trades.</param>
internal sealed class SimulatedCandle(long startMicros, long price)
{
    /// <summary>Start of the span, microseconds UTC.</summary>
    public long StartMicros { get; } = startMicros;

    /// <summary>The first price.</summary>
    public long Open { get; private set; } = price;

    /// <summary>The highest price.</summary>
    public long High { get; private set; } = price;

    /// <summary>The lowest price.</summary>
    public long Low { get; private set; } = price;

    /// <summary>The last price.</summary>
    public long Close { get; private set; } = price;

    /// <summary>The sum of sizes.</summary>
    public long Volume { get; private set; }

    /// <summary>The sum of prices times sizes.</summary>
    public Int128 QuoteVolume { get; private set; }

    /// <summary>Number of trades.</summary>
    public int Trades { get; private set; }

    /// <summary>The sum of the sizes that takers bought.</summary>
    public long BuyVolume { get; private set; }

    /// <summary>The part of <see cref="QuoteVolume"/> that takers bought.</summary>
    public Int128 BuyQuoteVolume { get; private set; }

    /// <summary>Adds the next trade.</summary>
    public void Add(in SimulatedTrade trade)
    {
        AddPrices(trade.Price, trade.Price, trade.Price, trade.Price);
        var value = (Int128)trade.Price * trade.Size;
        Trades++;
        Volume += trade.Size;
        QuoteVolume += value;
        if (trade.TakerSells)
            return;
        BuyVolume += trade.Size;
        BuyQuoteVolume += value;
    }

    /// <summary>Adds the next candle, which has trades.</summary>
    public void Add(SimulatedCandle next)
    {
        AddPrices(next.Open, next.High, next.Low, next.Close);
        Trades += next.Trades;
        Volume += next.Volume;
        QuoteVolume += next.QuoteVolume;
        BuyVolume += next.BuyVolume;
        BuyQuoteVolume += next.BuyQuoteVolume;
    }

    private void AddPrices(long open, long high, long low, long close)
    {
        if (Trades == 0)
            (Open, High, Low) = (open, high, low);
        (High, Low, Close) = (Math.Max(High, high), Math.Min(Low, low), close);
    }
}
