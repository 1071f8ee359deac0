namespace Ingester.Publishing.Expiry;

/// <summary>What happened to the segments of an exchange, dataset and day.</summary>
internal enum ExpiryState
{
    /// <summary>They would be removed: nothing was, because the run only looks.</summary>
    Removable,

    /// <summary>They were removed, all or the rest of them.</summary>
    Removed,

    /// <summary>They had been removed before.</summary>
    RemovedBefore,

    /// <summary>They are kept, because something is wrong.</summary>
    Kept,
}
