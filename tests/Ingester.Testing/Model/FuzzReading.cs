namespace Ingester.Testing.Model;

/// <summary>What a frame says.</summary>
/// <param name="Events">Its trades and diffs.</param>
/// <param name="Books">Its books, by symbol.</param>
/// <param name="Times">The exchange times that it carries.</param>
internal sealed record FuzzReading(List<FuzzEvent> Events, List<string> Books, List<long> Times);
