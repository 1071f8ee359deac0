namespace Ingester.Paper.Models;

/// <summary>A model gave no usable answer. The message is the reason, as a part of a sentence.</summary>
internal sealed class ModelException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The reason.</param>
    /// <param name="cause">The cause; null if there is none.</param>
    public ModelException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
