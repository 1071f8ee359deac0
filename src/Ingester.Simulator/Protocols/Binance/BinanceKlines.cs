using System.Globalization;
using Ingester.Core.Time;
using Ingester.Simulator.Frames;
using Ingester.Simulator.Model;

namespace Ingester.Simulator.Protocols.Binance;

/// <summary>The candles of the Binance family, computed from the trades of the market; the last one may be unfinished.</summary>
/// <param name="futures">True for USD-M: up to 1500 candles, weights by their number. False for spot: up to 1000, weight 2.</param>
internal sealed class BinanceKlines(bool futures)
{
    private const int DefaultCount = 500;
    private const int MicrosPerMilli = 1_000;

    private static readonly Dictionary<string, int> Minutes = new(StringComparer.Ordinal)
    {
        ["1m"] = 1,
        ["3m"] = 3,
        ["5m"] = 5,
        ["15m"] = 15,
        ["30m"] = 30,
        ["1h"] = 60,
        ["2h"] = 120,
        ["4h"] = 240,
        ["6h"] = 360,
        ["8h"] = 480,
        ["12h"] = 720,
        ["1d"] = 1440,
    };

    /// <summary>The weight of a request.</summary>
    public int Weight(SimulatedRestRequest request) => (futures, request.Limit ?? DefaultCount) switch
    {
        (false, _) => 2,
        (true, < 100) => 1,
        (true, < 500) => 2,
        (true, <= 1000) => 5,
        _ => 10,
    };

    /// <summary>Writes the candles: from <c>startTime</c> on, or else the newest; returns the status code.</summary>
    public int Write(Utf8Builder body, SimulatedMarket market, SimulatedRestRequest request, long nowMicros)
    {
        if (market.Candles.Fail)
        {
            body.Add("{\"code\":-1000,\"msg\":\"An unknown error occurred while processing the request.\"}"u8);
            return 500;
        }

        if (!Minutes.TryGetValue(request.Query("interval") ?? "", out var minutes))
        {
            body.Add("{\"code\":-1120,\"msg\":\"Invalid interval.\"}"u8);
            return 400;
        }

        var length = Micros.From(TimeSpan.FromMinutes(minutes));
        var count = Math.Clamp(request.Limit ?? DefaultCount, 1, futures ? 1500 : 1000);
        var until = Math.Min(nowMicros, request.Number("endTime") * MicrosPerMilli ?? long.MaxValue);
        var from = request.Number("startTime") * MicrosPerMilli ?? until - until % length - (count - 1) * length;
        body.Add("["u8);
        foreach (var candle in market.Candles.Read(length, from, until, count))
            Write(body, market.Spec, candle, length);
        body.TrimComma().Add("]"u8);
        return 200;
    }

    private static void Write(Utf8Builder body, MarketSpec spec, SimulatedCandle candle, long length)
    {
        body.Add("["u8).Number(candle.StartMicros / MicrosPerMilli).Add(",\""u8);
        foreach (var price in new[] { candle.Open, candle.High, candle.Low, candle.Close })
            body.Decimal(price, spec.PriceDecimals).Add("\",\""u8);
        body.Decimal(candle.Volume, spec.SizeDecimals).Add("\","u8).Number((candle.StartMicros + length) / MicrosPerMilli - 1)
            .Add(",\""u8).Add(QuoteText(candle.QuoteVolume, spec)).Add("\","u8).Number(candle.Trades)
            .Add(",\""u8).Decimal(candle.BuyVolume, spec.SizeDecimals).Add("\",\""u8).Add(QuoteText(candle.BuyQuoteVolume, spec)).Add("\",\"0\"],"u8);
    }

    /// <summary>The exact value: its unit is the product of the units of price and size, so it may exceed 64 bits.</summary>
    private static string QuoteText(Int128 value, MarketSpec spec)
    {
        var decimals = spec.PriceDecimals + spec.SizeDecimals;
        var digits = value.ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        return $"{digits[..^decimals]}.{digits[^decimals..]}";
    }
}
