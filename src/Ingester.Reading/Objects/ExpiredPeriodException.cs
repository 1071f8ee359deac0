namespace Ingester.Reading.Objects;

/// <summary>The requested events were removed after their day was exported and certified; the message says which ones, and where the exported files are.</summary>
public sealed class ExpiredPeriodException : Exception
{
    /// <summary>Creates it.</summary>
    public ExpiredPeriodException()
    {
    }

    /// <summary>Creates it.</summary>
    /// <param name="message">The sentence.</param>
    public ExpiredPeriodException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it.</summary>
    /// <param name="message">The sentence.</param>
    /// <param name="inner">The cause.</param>
    public ExpiredPeriodException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
