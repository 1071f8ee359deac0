namespace Ingester.Simulator.DataExchange;

/// <summary>A request to the simulated AWS Data Exchange, with its response if there is one.</summary>
/// <param name="Operation">The operation, such as <c>CreateJob</c>; empty for a path that is none.</param>
/// <param name="Path">The parameters of the path, by the names of the API.</param>
/// <param name="Query">The parameters of the query.</param>
/// <param name="Body">The body; null for none.</param>
public sealed record DataExchangeCall(string Operation, IReadOnlyDictionary<string, string> Path, IReadOnlyDictionary<string, string> Query, string? Body)
{
    /// <summary>The status of the response; 0 before it is known.</summary>
    public int Status { get; init; }

    /// <summary>The body of the response; null for none.</summary>
    public string? Response { get; init; }
}
