namespace Ingester.Reading.Live;

/// <summary>A recorder does not serve its live stream, or the stream was interrupted. The message is a sentence for the user.</summary>
internal sealed class LiveException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The sentence.</param>
    /// <param name="cause">The cause; null if there is none.</param>
    public LiveException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
