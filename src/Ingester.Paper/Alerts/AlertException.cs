namespace Ingester.Paper.Alerts;

/// <summary>A target rejected an alert.</summary>
internal sealed class AlertException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The reason, as a sentence.</param>
    /// <param name="cause">The cause; null if there is none.</param>
    public AlertException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
