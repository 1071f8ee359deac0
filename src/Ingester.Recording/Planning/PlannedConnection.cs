using System.Collections.Immutable;
using Ingester.Core.Exchanges;

namespace Ingester.Recording.Planning;

/// <summary>A planned connection.</summary>
/// <param name="Id">The number of the connection within the exchange; numbers are not reused.</param>
/// <param name="Endpoint">The endpoint in the exchange's profile, before any override.</param>
/// <param name="Streams">The streams of the connection.</param>
internal sealed record PlannedConnection(int Id, Uri Endpoint, ImmutableHashSet<Subscription> Streams);
