namespace Ingester.Reading.Proofs;

/// <summary>What the journals report about one minute.</summary>
[Flags]
internal enum MinuteReport : byte
{
    /// <summary>No report.</summary>
    None = 0,

    /// <summary>A replica was subscribed and connected during the whole window, and received no events.</summary>
    Quiet = 1,

    /// <summary>A replica received events of the window.</summary>
    Rows = 2,

    /// <summary>Replicas have different rows of the window.</summary>
    Disputed = 4,

    /// <summary>A variant of the rows of the window is stored.</summary>
    Variant = 8,

    /// <summary>A crossed book showed that data is missing, and the start of the gap is not known.</summary>
    Doubtful = 16,
}
