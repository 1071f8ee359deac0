using Ingester.Simulator.Model;
using Ingester.Simulator.Options;
using Ingester.Simulator.Protocols;

namespace Ingester.Simulator.Exchanges;

/// <summary>Creates the markets of a simulated exchange: real assets first, then invented ones (<c>A0001</c>), up to the configured number.</summary>
internal static class MarketSpecFactory
{
    private static readonly string[] Bases =
    [
        "BTC", "ETH", "SOL", "XRP", "DOGE", "ADA", "AVAX", "LINK", "DOT", "LTC", "BCH", "UNI", "ATOM", "XLM", "ETC", "FIL",
        "AAVE", "ALGO", "NEAR", "ICP", "APT", "ARB", "OP", "SUI", "INJ", "GRT", "CRV", "SNX", "COMP", "1INCH",
    ];

    /// <summary>The first markets of an exchange.</summary>
    public static IEnumerable<MarketSpec> Generate(SimulatedExchangeProfile profile, SimulatorOptions options) => AssetPairs(profile.QuoteAssets)
        .Select(pair => Create(profile, options.Seed, pair.Base, pair.Quote))
        .Take(options.Markets);

    /// <summary>Creates a market with the names, units and start price of that exchange.</summary>
    public static MarketSpec Create(SimulatedExchangeProfile profile, int seed, string asset, string quote)
    {
        var random = new Random(StableSeed.Of(seed, profile.Name, asset, quote, "price"));
        var price = asset == "BTC" ? 60_000 : Math.Exp(Math.Log(0.01) + random.NextDouble() * Math.Log(3_000 / 0.01));
        var tickDecimals = Math.Clamp(4 - (int)Math.Floor(Math.Log10(price)), 1, 8);
        var format = profile.MarketFormat;
        var priceDecimals = format.PriceDecimals ?? tickDecimals;
        var tick = PowerOfTen(priceDecimals - tickDecimals);
        return new()
        {
            Name = $"{asset}-{quote}{format.NameSuffix}",
            Symbol = format.Symbol(asset, quote),
            Base = asset,
            Quote = quote,
            PriceDecimals = priceDecimals,
            SizeDecimals = format.SizeDecimals,
            Tick = tick,
            Lot = PowerOfTen(format.SizeDecimals - format.LotDecimals),
            StartPrice = (long)(price * PowerOfTen(tickDecimals)) * tick,
        };
    }

    /// <summary>Known assets with all quote assets, mixed so that a short list contains several quote assets; then invented assets.</summary>
    private static IEnumerable<(string Base, string Quote)> AssetPairs(IReadOnlyList<string> quotes)
    {
        for (var diagonal = 0; diagonal < Bases.Length + 4 * quotes.Count; diagonal++)
        {
            for (var quote = 0; quote < quotes.Count; quote++)
            {
                var index = diagonal - 4 * quote;
                if (index >= 0 && index < Bases.Length && Bases[index] != quotes[quote])
                    yield return (Bases[index], quotes[quote]);
            }
        }

        for (var number = 1; ; number++)
            yield return ($"A{number:0000}", quotes[0]);
    }

    private static long PowerOfTen(int decimals)
    {
        long power = 1;
        for (; decimals > 0; decimals--)
            power *= 10;
        return power;
    }
}
