namespace Ingester.Core.Sequencing;

/// <summary>Kind of an exchange's sequence, declared per dataset.</summary>
public enum SequenceKind : byte
{
    /// <summary>No sequence per market: only a counter of the connection, a checksum, or neither.</summary>
    None,

    /// <summary>Ids never decrease but skip values: duplicates are detectable, gaps are not.</summary>
    Monotonic,

    /// <summary>Ids chain without gaps: a missing id is a lost event.</summary>
    Contiguous,
}
