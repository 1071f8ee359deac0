namespace Ingester.Client;

/// <summary>A recording cannot be opened or read: the store does not answer, refuses, or does not exist. The message is one sentence that says what and where.</summary>
public sealed class RecordingException : Exception
{
    /// <summary>Creates an exception without a message.</summary>
    public RecordingException()
    {
    }

    /// <summary>Creates an exception.</summary>
    public RecordingException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with its cause.</summary>
    public RecordingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>True if an operator must act before another attempt can succeed: no such bucket, no permission.</summary>
    public bool IsPermanent { get; init; }
}
