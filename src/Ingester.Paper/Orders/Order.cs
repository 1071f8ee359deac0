namespace Ingester.Paper.Orders;

/// <summary>A simulated order. It exists only in this program; nothing is sent to an exchange.</summary>
/// <param name="Id">Its name, unique in a run.</param>
/// <param name="Side">Whether it buys or sells.</param>
/// <param name="Type">Market or limit.</param>
/// <param name="Size">Its size in the exchange's unit: base units, or contracts.</param>
internal sealed record Order(string Id, OrderSide Side, OrderType Type, decimal Size)
{
    /// <summary>The worst price of a limit order, in quote units. Null for a market order.</summary>
    public decimal? LimitPrice { get; init; }

    /// <summary>What happens to the rest of a limit order. Default: it rests in the book.</summary>
    public TimeInForce TimeInForce { get; init; }

    /// <summary>Exchange time, microseconds UTC, at which what rests of a limit order expires. Null: never.</summary>
    public long? ExpireMicros { get; init; }
}
