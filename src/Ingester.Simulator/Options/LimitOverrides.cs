using Ingester.Core.Exchanges;

namespace Ingester.Simulator.Options;

/// <summary>Overrides of the exchanges' limits; null keeps the exchange's own limit.</summary>
internal sealed record LimitOverrides
{
    /// <summary>Messages from one connection.</summary>
    public RateLimit? Messages { get; init; }

    /// <summary>Connections from one address.</summary>
    public RateLimit? Connects { get; init; }

    /// <summary>REST request weight from one address.</summary>
    public RateLimit? RequestWeight { get; init; }

    /// <summary>Streams on one connection.</summary>
    public int? StreamsPerConnection { get; init; }
}
