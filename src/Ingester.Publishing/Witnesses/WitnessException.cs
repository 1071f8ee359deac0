namespace Ingester.Publishing.Witnesses;

/// <summary>A published file cannot be used as a witness; the message says which file and why.</summary>
internal sealed class WitnessException(string message, Exception? inner = null) : Exception(message, inner);
