namespace Ingester.Simulator.Model;

/// <summary>What a market is called, and in which units its prices and sizes are written.</summary>
internal sealed record MarketSpec
{
    /// <summary>The canonical name, such as <c>BTC-USDT-PERP</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The symbol that the exchange's frames carry, such as <c>BTC/USD</c>.</summary>
    public required string Symbol { get; init; }

    /// <summary>The asset that is traded.</summary>
    public required string Base { get; init; }

    /// <summary>The asset that it is priced in.</summary>
    public required string Quote { get; init; }

    /// <summary>How many decimals a price has on the wire; prices are whole numbers of that unit.</summary>
    public required int PriceDecimals { get; init; }

    /// <summary>How many decimals a size has on the wire; sizes are whole numbers of that unit.</summary>
    public required int SizeDecimals { get; init; }

    /// <summary>The step between two prices, in units of the wire.</summary>
    public required long Tick { get; init; }

    /// <summary>The step between two sizes, in units of the wire.</summary>
    public required long Lot { get; init; }

    /// <summary>The middle of the first book, in units of the wire.</summary>
    public required long StartPrice { get; init; }
}
