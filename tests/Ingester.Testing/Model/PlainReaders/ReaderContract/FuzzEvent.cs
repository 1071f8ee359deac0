namespace Ingester.Testing.Model.PlainReaders.ReaderContract;

/// <summary>An event that an independent reader found in a frame.</summary>
/// <param name="Dataset">The name of the dataset.</param>
/// <param name="Symbol">The exchange's symbol.</param>
/// <param name="After">The start of its range, exclusive; null for none.</param>
/// <param name="UpTo">The end of its range, inclusive; null for none.</param>
/// <param name="Ts">Its time, microseconds UTC; zero if the frame has none.</param>
/// <param name="Content">The content of its row, in the form of <see cref="PlainValues"/>.</param>
internal sealed record FuzzEvent(string Dataset, string Symbol, long? After, long? UpTo, long Ts, string Content)
{
    /// <summary>True for a trade that is replayed after a subscription.</summary>
    public bool Replayed { get; init; }

    /// <summary>The latest exchange time that its connection had received before it, microseconds UTC; zero for none.</summary>
    public long ReachedBefore { get; init; }
}
