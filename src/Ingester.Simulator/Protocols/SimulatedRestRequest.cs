namespace Ingester.Simulator.Protocols;

/// <summary>A GET request.</summary>
/// <param name="Path">The path below that of the exchange.</param>
/// <param name="Query">Returns the value of a query parameter; null when it is not given.</param>
internal sealed record SimulatedRestRequest(string Path, Func<string, string?> Query)
{
    /// <summary>Returns true when the request has a header. Default: no headers.</summary>
    public Func<string, bool> HasHeader { get; init; } = static _ => false;

    /// <summary>The requested symbol; empty for none.</summary>
    public string Symbol => Query("symbol") ?? "";

    /// <summary>The requested number of levels or trades; null for the default.</summary>
    public int? Limit => (int?)Number("limit");

    /// <summary>An integer query parameter; null when it is not given.</summary>
    public long? Number(string name) => long.TryParse(Query(name), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;
}
