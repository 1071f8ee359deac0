using Ingester.Core.Markets;

namespace Ingester.Simulator.Playing;

/// <summary>A connection of the player at one moment.</summary>
/// <param name="Id">The connection id.</param>
/// <param name="Path">The path below that of the exchange.</param>
/// <param name="Subscribed">Number of subscribed streams.</param>
/// <param name="Streams">What it received of each stream.</param>
internal sealed record PlayedConnectionState(long Id, string Path, int Subscribed, IReadOnlyList<PlayedStreamState> Streams)
{
    /// <summary>The state of a connection.</summary>
    public static PlayedConnectionState Create(PlayedConnection connection) => new(
        connection.Id,
        connection.Path,
        connection.Subscribed.Count,
        [.. connection.Deliveries.Select(entry => new PlayedStreamState(entry.Key.Dataset.Name(), entry.Key.Symbol, entry.Value))]);
}

/// <summary>What a connection received of a stream.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Symbol">The exchange's own symbol.</param>
/// <param name="Received">The events.</param>
internal sealed record PlayedStreamState(string Dataset, string Symbol, StreamDelivery Received);
