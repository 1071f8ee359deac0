namespace Ingester.Paper.History;

/// <summary>There is not enough history to trade. The message is a sentence for the user.</summary>
/// <param name="message">The sentence.</param>
internal sealed class HistoryException(string message) : Exception(message);
