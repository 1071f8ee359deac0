namespace Ingester.Postgres.Loading;

/// <summary>A derived object has a row that is not valid; the message says why, without the key.</summary>
internal sealed class UnreadableRowException(string message, Exception? inner = null) : Exception(message, inner);
