namespace Ingester.Core.Markets;

/// <summary>The facts that an exchange's market list states about a market, in addition to its status. Numbers are decimal texts with the exchange's digits; null where the list has none.</summary>
/// <param name="Type">What is traded.</param>
/// <param name="Base">The base asset, by its canonical name.</param>
/// <param name="Quote">The asset that prices are in, by its canonical name.</param>
internal sealed record InstrumentFacts(InstrumentType Type, string Base, string Quote)
{
    /// <summary>The asset that a contract settles in; null for a spot market.</summary>
    public string? Settle { get; init; }

    /// <summary>The smallest step of a price, in quote units.</summary>
    public string? Tick { get; init; }

    /// <summary>The smallest step of a size, in the exchange's unit of sizes.</summary>
    public string? Lot { get; init; }

    /// <summary>The smallest size of an order, in the same unit.</summary>
    public string? MinSize { get; init; }

    /// <summary>The smallest value of an order, in quote units.</summary>
    public string? MinNotional { get; init; }

    /// <summary>The size of one contract; null for a spot market and where sizes are in base units.</summary>
    public string? ContractSize { get; init; }

    /// <summary>The expiry, UTC; null where there is none.</summary>
    public DateTimeOffset? Expiry { get; init; }
}
