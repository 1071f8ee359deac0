namespace Ingester.Catalog;

/// <summary>The limits of an exchange that the recorder keeps.</summary>
internal sealed record BudgetSummary
{
    /// <summary>REST request weight per address.</summary>
    public required RateSummary RequestWeight { get; init; }

    /// <summary>Weight of one request of the market list.</summary>
    public required int MarketListWeight { get; init; }

    /// <summary>Connection attempts per address.</summary>
    public required RateSummary Connections { get; init; }

    /// <summary>Client messages per connection.</summary>
    public required RateSummary Messages { get; init; }

    /// <summary>Client messages per address, over all connections; null when only each connection is limited.</summary>
    public required RateSummary? AddressMessages { get; init; }

    /// <summary>Maximum number of streams (dataset × market) per connection.</summary>
    public required int StreamsPerConnection { get; init; }

    /// <summary>Age at which the exchange closes a connection, in seconds; null when it documents none.</summary>
    public required double? MaxConnectionSeconds { get; init; }

    /// <summary>A connection without any message for this many seconds counts as dead.</summary>
    public required double SilenceSeconds { get; init; }
}
