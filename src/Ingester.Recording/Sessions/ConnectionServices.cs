using Ingester.Recording.Limits;
using Ingester.Recording.Planning;

namespace Ingester.Recording.Sessions;

/// <summary>The services that a connection uses.</summary>
/// <param name="Context">Shared by all connections of the exchange.</param>
/// <param name="RateLimits">The rate limits of the exchange, shared by all connections.</param>
internal sealed record ConnectionServices(ExchangeContext Context, ExchangeRateLimits RateLimits);
