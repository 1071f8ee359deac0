using Ingester.Paper.Orders;

namespace Ingester.Paper.Execution;

/// <summary>What is known about the two streams at a time, except whether the book is known.</summary>
internal sealed class DataState
{
    private bool isBookProven;
    private long bookUnprovenUntil = long.MinValue;
    private long tradesUnprovenUntil = long.MinValue;
    private long suspendedUntil = long.MinValue;
    private bool isSuspendedUntilTrade; // the end of a gap is not known

    /// <summary>Why trades are missing, as a sentence.</summary>
    public string SuspensionText { get; private set; } = "";

    /// <summary>True if trades of a time are missing.</summary>
    public bool IsSuspended(long micros) => isSuspendedUntilTrade || micros < suspendedUntil;

    /// <summary>Proven or unproven.</summary>
    public Evidence EvidenceAt(long micros) =>
        isBookProven && micros >= bookUnprovenUntil && micros >= tradesUnprovenUntil ? Evidence.Proven : Evidence.Unproven;

    /// <summary>A snapshot replaced the book.</summary>
    public void Restart(bool isProven)
    {
        isBookProven = isProven;
        if (isProven)
            bookUnprovenUntil = long.MinValue;
    }

    /// <summary>A trade is recorded: a gap whose end was not known is over.</summary>
    public void NoteTrade() => isSuspendedUntilTrade = false;

    /// <summary>Trades are missing.</summary>
    /// <param name="until">Time of the first trade after them, microseconds UTC; null if that is not known.</param>
    /// <param name="text">What is missing, as a sentence.</param>
    public void Suspend(long? until, string text)
    {
        if (until is { } end)
            suspendedUntil = Math.Max(suspendedUntil, end);
        else
            isSuspendedUntilTrade = true;
        SuspensionText = text;
    }

    /// <summary>A stream is not proven.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="until">The end, microseconds UTC; null if that is not known.</param>
    public void Doubt(MarketStream stream, long? until)
    {
        if (stream == MarketStream.Trades)
            tradesUnprovenUntil = Math.Max(tradesUnprovenUntil, until ?? long.MaxValue);
        else if (until is { } end)
            bookUnprovenUntil = Math.Max(bookUnprovenUntil, end);
        else
            isBookProven = false;
    }
}
