namespace Ingester.Paper.Journal;

/// <summary>The journal cannot be written or read. The message is a sentence for the user.</summary>
/// <param name="message">The sentence.</param>
internal sealed class JournalException(string message) : Exception(message);
