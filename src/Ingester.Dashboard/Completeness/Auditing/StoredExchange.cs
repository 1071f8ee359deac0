namespace Ingester.Dashboard.Completeness.Auditing;

/// <summary>An exchange of which the store holds recordings.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Streams">Number of streams of which segments are stored, on any day.</param>
internal sealed record StoredExchange(string Name, int Streams);
