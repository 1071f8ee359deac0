namespace Ingester.Publishing.Publication;

/// <summary>A day cannot be published; the message says which and why.</summary>
internal sealed class PublishException(string message, Exception? inner = null) : Exception(message, inner);
