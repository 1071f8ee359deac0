namespace Ingester.Storage.Writing;

/// <summary>Result of comparing the history of a stored object with that of rejected rows.</summary>
internal enum HistoryVerdict : byte
{
    /// <summary>The same events, in different rows.</summary>
    Equal,

    /// <summary>Different events, or too many to compare.</summary>
    Different,

    /// <summary>The stored object is damaged or does not contain valid rows.</summary>
    Unreadable,
}
