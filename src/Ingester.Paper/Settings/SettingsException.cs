namespace Ingester.Paper.Settings;

/// <summary>Settings or arguments are not valid. The message has one sentence on each line.</summary>
internal sealed class SettingsException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The sentences.</param>
    /// <param name="cause">The cause; null if there is none.</param>
    public SettingsException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
