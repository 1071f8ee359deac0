using Ingester.Core.Recordings;

namespace Ingester.Importing;

/// <summary>
/// One recording: files of messages in the order of time, whose connections continue from one file to the next, and files of REST responses, in the order of time.
/// </summary>
/// <param name="Messages">The files of received messages; at least one.</param>
/// <param name="Responses">The files of REST responses that are imported with them.</param>
internal sealed record ImportRecording(IReadOnlyList<RecordingFile> Messages, IReadOnlyList<RestRecordingFile> Responses)
{
    /// <summary>Reads the responses of all files.</summary>
    /// <exception cref="RecordingFileException">A file cannot be read or is damaged; the message contains the position.</exception>
    public IAsyncEnumerable<RecordedResponse> ReadResponsesAsync() => Responses.ToAsyncEnumerable().SelectMany(static file => file.ReadAsync(CancellationToken.None));

    /// <summary>A recording of one file.</summary>
    public static ImportRecording Of(RecordingFile file) => new([file], []);
}
