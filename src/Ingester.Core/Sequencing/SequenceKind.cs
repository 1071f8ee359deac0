namespace Ingester.Core.Sequencing;

/// <summary>What an exchange's sequence is worth, declared per dataset.</summary>
public enum SequenceKind : byte
{
    /// <summary>No sequence per market: only a counter of the connection, a checksum or nothing.</summary>
    None,

    /// <summary>Ids never step back but have holes: duplicates are certain, holes are not.</summary>
    Monotonic,

    /// <summary>Ids chain without holes: a hole is certainly a loss.</summary>
    Contiguous,
}

/// <summary>Whether two connections that subscribe to the same stream receive the same messages.</summary>
public enum StreamIdentity : byte
{
    /// <summary>Not the same, or not known: other bytes under a taken key are a variant.</summary>
    PerConnection,

    /// <summary>Measured to be the same: other bytes under a taken key are a divergence.</summary>
    Identical,
}
