namespace Ingester.Simulator.Options;

/// <summary>Level of detail of the recorded truth.</summary>
internal enum TruthDetail
{
    /// <summary>Per stream only the number of events, and the first and last id and time.</summary>
    Counts,

    /// <summary>Every row.</summary>
    Rows,
}
