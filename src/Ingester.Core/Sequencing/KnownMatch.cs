namespace Ingester.Core.Sequencing;

/// <summary>Result of the comparison of an event with earlier events of the same range.</summary>
internal enum KnownMatch : byte
{
    /// <summary>No earlier event with that range is known.</summary>
    Unknown,

    /// <summary>An earlier event with that range had the same row.</summary>
    Same,

    /// <summary>Every known event with that range had a different row.</summary>
    Different,
}
