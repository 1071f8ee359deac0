using Ingester.Testing.Storage;

namespace Ingester.Testing.Stores;

/// <summary>One stream of a store whose truth is known.</summary>
/// <param name="Market">The stream.</param>
/// <param name="Store">What the replicas left.</param>
/// <param name="Truth">What the exchange sent of the stream, in its order.</param>
/// <param name="From">The start of the period that is judged, on an hour.</param>
/// <param name="To">Its end.</param>
internal sealed record StoreCase(Market Market, MemoryStore Store, IReadOnlyList<TrueEvent> Truth, long From, long To)
{
    /// <summary>True where the exchange itself behaves: one numbering, no id or time that is wrong. Only then do verdicts and gaps follow from the rows in a plain way.</summary>
    public bool IsPlain { get; init; } = true;

    /// <summary>True where some connections send two events as one, so that a row may hold what two others hold.</summary>
    public bool Regroups { get; init; }

    /// <summary>True where every connection was sent every event, so that what is proven is true.</summary>
    public bool HearsAll { get; init; } = true;

    /// <summary>The first and the last moment at which the exchange sent something that matters.</summary>
    public (long Begin, long End) Sent { get; init; }
}
