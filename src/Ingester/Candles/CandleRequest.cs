using Ingester.Core.Exchanges;

namespace Ingester.Candles;

/// <summary>What <c>ingester candles</c> fetches.</summary>
internal sealed record CandleRequest
{
    /// <summary>The exchange's endpoint.</summary>
    public required CandleEndpoint Endpoint { get; init; }

    /// <summary>The lengths of candles; the endpoint serves each.</summary>
    public required IReadOnlyList<TimeSpan> Intervals { get; init; }

    /// <summary>Time from which everything that is not stored is fetched; null to continue where the stored candles end.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Number of candles of a series that has none stored, and number of candles in its file of the newest. Default 99: the largest page of the least weight on Binance futures.</summary>
    public int Newest { get; init; } = 99;

    /// <summary>Maximum number of series that are fetched at the same time. Default 100.</summary>
    public int Concurrency { get; init; } = 100;
}
