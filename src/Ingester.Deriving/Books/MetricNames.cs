using System.Globalization;

namespace Ingester.Deriving.Books;

/// <summary>The names of the columns that depend on the options.</summary>
internal sealed class MetricNames
{
    /// <summary>Creates the names.</summary>
    public MetricNames(MetricOptions options)
    {
        BidDepths = Create("bidDepth", options.BandBasisPoints);
        AskDepths = Create("askDepth", options.BandBasisPoints);
        Imbalances = Create("imbalance", options.BandBasisPoints);
        BidDepthMeans = Create("bidDepthMean", options.BandBasisPoints);
        AskDepthMeans = Create("askDepthMean", options.BandBasisPoints);
        ImbalanceMeans = Create("imbalanceMean", options.BandBasisPoints);
        BuyPrices = Create("buyVwap", options.Notionals);
        BuySlippages = Create("buySlippage", options.Notionals);
        SellPrices = Create("sellVwap", options.Notionals);
        SellSlippages = Create("sellSlippage", options.Notionals);
        var ranks = Enumerable.Range(1, options.TopLevels).ToList();
        BidSizes = Create("bidSize", ranks);
        AskSizes = Create("askSize", ranks);
        AllRelativeToMid = [.. BidDepths, .. AskDepths, .. Imbalances, .. BuySlippages, .. SellSlippages, "spreadBps"];
        AllOfBothSides = [.. AllRelativeToMid, .. BuyPrices, .. SellPrices, "mid", "spread", "microprice"];
    }

    public IReadOnlyList<string> BidDepths { get; }
    public IReadOnlyList<string> AskDepths { get; }
    public IReadOnlyList<string> Imbalances { get; }
    public IReadOnlyList<string> BidDepthMeans { get; }
    public IReadOnlyList<string> AskDepthMeans { get; }
    public IReadOnlyList<string> ImbalanceMeans { get; }
    public IReadOnlyList<string> BuyPrices { get; }
    public IReadOnlyList<string> BuySlippages { get; }
    public IReadOnlyList<string> SellPrices { get; }
    public IReadOnlyList<string> SellSlippages { get; }
    public IReadOnlyList<string> BidSizes { get; }
    public IReadOnlyList<string> AskSizes { get; }

    /// <summary>Columns that are null when mid is not positive.</summary>
    public IReadOnlyList<string> AllRelativeToMid { get; }

    /// <summary>Columns that are null when a side has no known level.</summary>
    public IReadOnlyList<string> AllOfBothSides { get; }

    private static IReadOnlyList<string> Create<T>(string name, IEnumerable<T> suffixes) => [.. suffixes.Select(suffix => string.Create(CultureInfo.InvariantCulture, $"{name}{suffix}"))];
}
