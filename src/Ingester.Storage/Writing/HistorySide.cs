namespace Ingester.Storage.Writing;

/// <summary>The object that a row comes from.</summary>
internal enum HistorySide : byte
{
    /// <summary>The stored object.</summary>
    Stored,

    /// <summary>The object that this replica wanted to store.</summary>
    Own,
}
