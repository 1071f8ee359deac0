namespace Ingester.Simulator.Model;

/// <summary>The names of a market and the units of its prices and sizes.</summary>
internal sealed record MarketSpec
{
    /// <summary>The canonical name, such as <c>BTC-USDT-PERP</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The symbol that the exchange's frames carry, such as <c>BTC/USD</c>.</summary>
    public required string Symbol { get; init; }

    /// <summary>The base asset.</summary>
    public required string Base { get; init; }

    /// <summary>The quote asset.</summary>
    public required string Quote { get; init; }

    /// <summary>Number of decimals of a price in frames; prices are stored as integers of that unit.</summary>
    public required int PriceDecimals { get; init; }

    /// <summary>Number of decimals of a size in frames; sizes are stored as integers of that unit.</summary>
    public required int SizeDecimals { get; init; }

    /// <summary>The price increment, in units.</summary>
    public required long Tick { get; init; }

    /// <summary>The size increment, in units.</summary>
    public required long Lot { get; init; }

    /// <summary>The mid price of the initial book, in units.</summary>
    public required long StartPrice { get; init; }
}
