namespace Ingester.Storage.Stores;

/// <summary>The store replaces existing objects: nothing may be written to it. The message names the store and the reason.</summary>
internal sealed class UnsafeStoreException(string message) : Exception(message);
