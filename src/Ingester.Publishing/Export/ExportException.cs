namespace Ingester.Publishing.Export;

/// <summary>A stream could not be exported; the message is one sentence.</summary>
public sealed class ExportException(string message, Exception? inner = null) : Exception(message, inner);
