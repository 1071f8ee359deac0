namespace Ingester.Storage.Stores;

/// <summary>What a store answers to a write.</summary>
internal enum PutOutcome
{
    /// <summary>The object stands now, and will after a crash.</summary>
    Stored,

    /// <summary>Something stands under that name already; it was not touched.</summary>
    Exists,
}
