using Ingester.Core.Exchanges;
using Ingester.Core.Markets;

namespace Ingester.Checking;

/// <summary>What the exchange's market list holds.</summary>
internal sealed record MarketListFacts
{
    private const int MaxExamples = 10;

    /// <summary>Why there is no list, as one sentence; null when there is one.</summary>
    public string? Error { get; init; }

    /// <summary>Number of markets.</summary>
    public int Markets { get; init; }

    /// <summary>Number of markets by state: trading, halted, delisted.</summary>
    public IReadOnlyDictionary<string, int> States { get; init; } = new Dictionary<string, int>();

    /// <summary>Number of markets by the exchange's own status.</summary>
    public IReadOnlyDictionary<string, int> Statuses { get; init; } = new Dictionary<string, int>();

    /// <summary>Number of markets by type: spot, perpetual, future, option, unknown.</summary>
    public IReadOnlyDictionary<string, int> Types { get; init; } = new Dictionary<string, int>();

    /// <summary>Number of entries that could not be read.</summary>
    public int Unreadable { get; init; }

    /// <summary>Some of these entries with the reason.</summary>
    public IReadOnlyList<string> UnreadableExamples { get; init; } = [];

    /// <summary>Number of trading markets whose name in the list equals the name that the symbol rule gives.</summary>
    public int NamedByRule { get; init; }

    /// <summary>Some trading markets whose name in the list differs from the name that the symbol rule gives.</summary>
    public IReadOnlyList<string> OtherNames { get; init; } = [];

    /// <summary>Number of trading markets that lack a fact, by fact. Facts that every market has are left out.</summary>
    public IReadOnlyDictionary<string, int> MissingFacts { get; init; } = new Dictionary<string, int>();

    /// <summary>Number of trading markets.</summary>
    public int Trading => States.GetValueOrDefault(MarketState.Trading.Name());

    /// <summary>Describes a list.</summary>
    public static MarketListFacts Of(MarketListResult list, SymbolRule rule)
    {
        var trading = list.Markets.Where(listed => listed.State == MarketState.Trading).ToList();
        var other = trading.Where(listed => rule.ToMarket(listed.Market.Symbol).Name != listed.Market.Name).ToList();
        return new()
        {
            Markets = list.Markets.Count,
            States = Count(list.Markets, listed => listed.State.Name()),
            Statuses = Count(list.Markets, listed => listed.Status ?? ""),
            Types = Count(list.Markets, TypeOf),
            Unreadable = list.Skipped.Count,
            UnreadableExamples = [.. list.Skipped.Take(MaxExamples).Select(entry => $"{entry.Name}: {entry.Reason}")],
            NamedByRule = trading.Count - other.Count,
            OtherNames = [.. other.Take(MaxExamples).Select(listed => $"{listed.Market.Symbol} is {listed.Market.Name}, by the rule {rule.ToMarket(listed.Market.Symbol).Name}")],
            MissingFacts = CountMissing(trading),
        };
    }

    /// <summary>The type of a market, in lower case.</summary>
    public static string TypeOf(ListedMarket listed) => listed.Facts?.Type.ToString().ToLowerInvariant() ?? "unknown";

    private static SortedDictionary<string, int> Count(IEnumerable<ListedMarket> markets, Func<ListedMarket, string> key) =>
        new(markets.CountBy(key).ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);

    private static SortedDictionary<string, int> CountMissing(IReadOnlyList<ListedMarket> trading)
    {
        var missing = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var facts in trading.Select(listed => listed.Facts))
            foreach (var (name, isMissing) in new[]
            {
                ("facts", facts is null),
                ("tick", facts is { Tick: null }),
                ("lot", facts is { Lot: null }),
                ("minimum", facts is { MinSize: null, MinNotional: null }),
                ("settlement asset", facts is { Type: not InstrumentType.Spot, Settle: null }),
                ("expiry", facts is { Type: InstrumentType.Future or InstrumentType.Option, Expiry: null }),
            })
                if (isMissing)
                    missing[name] = missing.GetValueOrDefault(name) + 1;
        return missing;
    }
}
