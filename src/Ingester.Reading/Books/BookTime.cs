namespace Ingester.Reading.Books;

/// <summary>Adds up the time in which a book is known, and in which it is proven.</summary>
internal sealed class BookTime
{
    private long? since;
    private bool isProven;

    /// <summary>Microseconds in which the book is known.</summary>
    public long KnownMicros { get; private set; }

    /// <summary>Microseconds in which the book is known and proven.</summary>
    public long ProvenMicros { get; private set; }

    /// <summary>The first time from which the book is known; null if it never is.</summary>
    public long? KnownFrom { get; private set; }

    /// <summary>The book is known from a time on.</summary>
    /// <param name="micros">The time.</param>
    /// <param name="proven">True if it is proven.</param>
    public void Know(long micros, bool proven)
    {
        Advance(micros);
        KnownFrom ??= micros;
        (since, isProven) = (Math.Max(since ?? micros, micros), proven);
    }

    /// <summary>The book is not proven from a time on.</summary>
    public void Doubt(long micros)
    {
        Advance(micros);
        isProven = false;
    }

    /// <summary>Counts the time up to a moment.</summary>
    public void Advance(long micros)
    {
        if (since is not { } from || micros <= from)
            return;
        KnownMicros += micros - from;
        ProvenMicros += isProven ? micros - from : 0;
        since = micros;
    }

    /// <summary>The book is not known from a time on.</summary>
    public void Lose(long micros)
    {
        Advance(micros);
        since = null;
    }
}
