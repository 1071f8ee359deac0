namespace Ingester.Paper.Report;

/// <summary>A fill, from the journal.</summary>
internal sealed record ReportFill
{
    /// <summary>Exchange and market, <c>binance/BTC-USDT</c>.</summary>
    public required string Market { get; init; }

    /// <summary>The order.</summary>
    public required string Order { get; init; }

    /// <summary>When the order was decided, microseconds UTC.</summary>
    public required long OrderMicros { get; init; }

    /// <summary>Exchange time, microseconds UTC.</summary>
    public required long Micros { get; init; }

    /// <summary>True for a purchase.</summary>
    public required bool IsBuy { get; init; }

    /// <summary>The price, in quote units.</summary>
    public required decimal Price { get; init; }

    /// <summary>The size, in the exchange's unit.</summary>
    public required decimal Size { get; init; }

    /// <summary>The value, in quote units.</summary>
    public required decimal Notional { get; init; }

    /// <summary>The fee, in quote units.</summary>
    public required decimal Fee { get; init; }

    /// <summary>What the data proves: <c>proven</c>, <c>unproven</c> or <c>uncertain</c>.</summary>
    public required string Evidence { get; init; }
}
