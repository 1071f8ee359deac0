using System.Text.Json;
using Ingester.Core.Markets;

namespace Ingester.Core.Exchanges;

/// <summary>How an exchange serves candles.</summary>
internal sealed record CandleEndpoint
{
    /// <summary>The request for a page.</summary>
    public required Func<CandleQuery, RestCall> CallFor { get; init; }

    /// <summary>Parses the response.</summary>
    public required CandleParser Parse { get; init; }

    /// <summary>The lengths of candles that the exchange serves.</summary>
    public required IReadOnlyList<TimeSpan> Intervals { get; init; }

    /// <summary>Maximum number of candles per page.</summary>
    public required int MaxCount { get; init; }

    /// <summary>True when volumes are in base units in every market, even if the sizes of trades are not. Default false.</summary>
    public bool HasBaseVolume { get; init; }

    /// <summary>Request weight of a page with a number of candles, counted against <see cref="ExchangeProfile.RequestWeightLimit"/>. Default: one.</summary>
    public Func<int, int> WeightOf { get; init; } = static _ => 1;

    /// <summary>
    /// True when a page begins with the first candle at or after <see cref="CandleQuery.FromMicros"/>, however much later that candle is: then an empty page means that
    /// there is no later candle. False, the default, when a page holds the candles of a span of <see cref="CandleQuery.Count"/> lengths, of which any may be absent.
    /// </summary>
    public bool SkipsToFirst { get; init; }

    /// <summary>How many candles before the present one are served; null, the default, when older ones are served too.</summary>
    public int? NewestServed { get; init; }
}

/// <summary>A candle as an exchange returned it, with the exchange's digits.</summary>
/// <param name="StartMicros">Start of the interval, microseconds UTC.</param>
/// <param name="Open">First price.</param>
/// <param name="High">Highest price.</param>
/// <param name="Low">Lowest price.</param>
/// <param name="Close">Last price.</param>
/// <param name="Volume">Traded size, in the exchange's unit of sizes.</param>
internal sealed record Candle(long StartMicros, string Open, string High, string Low, string Close, string Volume)
{
    /// <summary>Traded value in quote units; null where the exchange does not return it.</summary>
    public string? QuoteVolume { get; init; }

    /// <summary>Number of trades; null where the exchange does not return it.</summary>
    public long? Trades { get; init; }

    /// <summary>The part of <see cref="Volume"/> that takers bought, in the same unit; null where the exchange does not return it.</summary>
    public string? BuyVolume { get; init; }

    /// <summary>The part of <see cref="QuoteVolume"/> that takers bought; null where the exchange does not return it.</summary>
    public string? BuyQuoteVolume { get; init; }
}

/// <summary>A request for candles of one market.</summary>
/// <param name="Market">The market.</param>
/// <param name="Interval">Length of a candle.</param>
/// <param name="FromMicros">Start of the first candle, microseconds UTC.</param>
/// <param name="Count">Maximum number of candles.</param>
internal sealed record CandleQuery(Market Market, TimeSpan Interval, long FromMicros, int Count);

/// <summary>Parses a page of candles, in any order.</summary>
/// <exception cref="System.Text.Json.JsonException">The body has an unexpected format; the message states the error.</exception>
internal delegate IReadOnlyList<Candle> CandleParser(ReadOnlySpan<byte> body);

/// <summary>
/// Parses pages of candles. They are read rarely, so a <see cref="JsonDocument"/> is fast enough. Every error is a <see cref="JsonException"/> with a complete
/// message.
/// </summary>
internal static class CandlePage
{
    /// <summary>Every candle that <paramref name="read"/> returns for the body.</summary>
    public static IReadOnlyList<Candle> Parse(ReadOnlySpan<byte> body, Func<JsonElement, IEnumerable<Candle>> read)
    {
        using var document = JsonDocument.Parse(body.ToArray());
        try
        {
            return [.. read(document.RootElement)];
        }
        catch (Exception fault) when (fault is InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            throw new JsonException($"The candles have an unexpected format: {fault.Message}", fault);
        }
    }
}
