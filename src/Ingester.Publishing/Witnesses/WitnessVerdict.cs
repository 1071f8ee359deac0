namespace Ingester.Publishing.Witnesses;

/// <summary>What the comparison of a stream's day with the exchange's own file says.</summary>
internal enum WitnessVerdict
{
    /// <summary>Both have the same trades.</summary>
    Confirmed,

    /// <summary>The store has trades that the file lacks.</summary>
    ArchiveIncomplete,

    /// <summary>The file has trades that the store lacks.</summary>
    WeLack,

    /// <summary>Both have a trade of the same id, and state something else of it.</summary>
    Contradiction,

    /// <summary>The file cannot be used: it is damaged, it is not there, or it is not the file of this market.</summary>
    NoWitness,
}
