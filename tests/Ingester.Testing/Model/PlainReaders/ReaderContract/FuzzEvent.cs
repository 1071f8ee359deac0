namespace Ingester.Testing.Model.PlainReaders.ReaderContract;

/// <summary>An event as the judge of a fuzz run reads it from a frame.</summary>
/// <param name="Dataset">The name of the dataset.</param>
/// <param name="Symbol">The exchange's symbol.</param>
/// <param name="After">The sequence before it; null where there is none.</param>
/// <param name="UpTo">Its end in the sequence.</param>
/// <param name="Ts">Its time, microseconds UTC; zero where the frame has none.</param>
/// <param name="Content">All that its row says.</param>
internal sealed record FuzzEvent(string Dataset, string Symbol, long? After, long? UpTo, long Ts, string Content)
{
    /// <summary>True for a trade that is sent again on subscribe.</summary>
    public bool Replayed { get; init; }

    /// <summary>The latest exchange time that its connection had carried before it, microseconds UTC; zero for none.</summary>
    public long HeardBefore { get; init; }
}
