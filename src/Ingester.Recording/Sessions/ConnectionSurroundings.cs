using Ingester.Recording.Limits;
using Ingester.Recording.Planning;

namespace Ingester.Recording.Sessions;

/// <summary>What a connection finds around it.</summary>
/// <param name="Context">What all connections of the exchange share.</param>
/// <param name="Budgets">What the exchange allows all of them together.</param>
internal sealed record ConnectionSurroundings(ExchangeContext Context, ExchangeBudgets Budgets);
