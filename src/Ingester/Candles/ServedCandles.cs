using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Deriving.Candles;
using Ingester.Recording.Rest;

namespace Ingester.Candles;

/// <summary>Requests single candles again, to find those that the exchange has revised since they were stored.</summary>
/// <param name="fetcher">Sends the requests.</param>
/// <param name="markets">The markets of the exchange.</param>
internal sealed class ServedCandles(CandleFetcher fetcher, IEnumerable<Market> markets)
{
    private readonly Dictionary<string, Market> byName = markets.DistinctBy(market => market.Name).ToDictionary(market => market.Name, StringComparer.Ordinal);

    /// <summary>The candle that the exchange serves now: an empty list when it serves none; null, with a line on standard error, when it does not list the market or does not answer.</summary>
    public async Task<IReadOnlyList<Candle>?> FetchAsync(CandleSeries series, long startMicros, CancellationToken cancel)
    {
        if (!byName.TryGetValue(series.Market, out var market))
        {
            await Console.Error.WriteLineAsync($"{series} cannot be requested again: {series.Exchange} does not list the market.");
            return null;
        }

        try
        {
            return await fetcher.FetchAsync(market, series.Interval, new(startMicros, startMicros), cancel).ToListAsync(cancel);
        }
        catch (Exception failure) when (failure is RestException or JsonException)
        {
            await Console.Error.WriteLineAsync($"{series} cannot be requested again: {failure.Message}");
            return null;
        }
    }
}
