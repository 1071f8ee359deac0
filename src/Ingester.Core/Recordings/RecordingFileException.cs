namespace Ingester.Core.Recordings;

/// <summary>A file is not a recording, cannot be read or is damaged; the message names the file and the position.</summary>
internal sealed class RecordingFileException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>True when the file is a recording by its name, but reading it failed; false when it is not a recording.</summary>
    public bool IsReadError { get; init; }
}
