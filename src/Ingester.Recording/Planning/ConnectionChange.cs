using Ingester.Core.Exchanges;

namespace Ingester.Recording.Planning;

/// <summary>The difference between two plans for one connection.</summary>
/// <param name="Id">The connection's number.</param>
/// <param name="Endpoint">The endpoint in the exchange's profile.</param>
/// <param name="Add">Streams to subscribe.</param>
/// <param name="Remove">Streams to unsubscribe.</param>
internal sealed record ConnectionChange(int Id, Uri Endpoint, IReadOnlyList<Subscription> Add, IReadOnlyList<Subscription> Remove)
{
    /// <summary>True when the connection is new.</summary>
    public bool IsNew { get; init; }

    /// <summary>True when the connection has no streams left.</summary>
    public bool IsClosing { get; init; }
}
