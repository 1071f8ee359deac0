namespace Ingester.Storage.Stores;

/// <summary>The store replaces objects that exist: nothing may be written to it. The message names the store and says why.</summary>
internal sealed class UnsafeStoreException(string message) : Exception(message);
