using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Ingester.Core.Recordings;

namespace Ingester.Simulator.Playing;

/// <summary>The files of one recording: of one name, or all raw files of one process.</summary>
internal sealed partial class RecordingFolder
{
    private const int MaxNamed = 10;

    private static readonly string[] Extensions = [".ws.tsv", ".ws.jsonl", ".wsbin.b64.tsv"]; // the most complete form first

    private readonly List<RecordingFile> frames;
    private readonly List<RestRecordingFile> responses;

    private RecordingFolder(IEnumerable<string> frames, IEnumerable<string> responses) =>
        (this.frames, this.responses) = ([.. frames.Select(path => new RecordingFile(path))], [.. responses.Select(path => new RestRecordingFile(path))]);

    /// <summary>Finds the recording at a path: a folder that contains one recording, or one of its files.</summary>
    /// <exception cref="RecordingFileException">There is no recording, or more than one; the message names them.</exception>
    public static RecordingFolder Open(string path)
    {
        var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
            throw new RecordingFileException($"{path} is neither a folder nor a file of a recording.");
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        var recordings = files.Where(IsFrames).GroupBy(NameOf, StringComparer.Ordinal).ToList();
        if (!Directory.Exists(path))
            recordings = [.. recordings.Where(one => one.Key == NameOf(Path.GetFullPath(path)) || one.Contains(path))];
        return recordings switch
        {
            [var only] => new(MostComplete(only), files.Where(file => RestRecordingFile.IsName(file) && NameOf(file) == only.Key)),
            [] => throw new RecordingFileException($"{path} contains no recording: no file whose name ends in {string.Join(", ", Extensions)}, with or without .gz."),
            _ => throw new RecordingFileException($"{path} contains {recordings.Count} recordings. Name a file of one: {string.Join(", ", recordings.Take(MaxNamed).Select(one => one.First()))}{(recordings.Count > MaxNamed ? ", …" : "")}"),
        };
    }

    /// <summary>Reads all entries in order, in batches; the batch and its bytes are reused.</summary>
    /// <exception cref="RecordingFileException">A file cannot be read or is damaged.</exception>
    public async IAsyncEnumerable<IReadOnlyList<RecordedFrame>> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var file in frames)
            await foreach (var batch in file.ReadAsync(cancel).ConfigureAwait(false))
                yield return batch;
    }

    /// <summary>Reads the REST responses.</summary>
    /// <exception cref="RecordingFileException">A file cannot be read or is damaged.</exception>
    public async IAsyncEnumerable<RecordedResponse> ReadResponsesAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var file in responses)
            await foreach (var response in file.ReadAsync(cancel).ConfigureAwait(false))
                yield return response;
    }

    private static bool IsFrames(string path) => Extensions.Any(extension => Plain(path).EndsWith(extension, StringComparison.Ordinal));

    private static string Plain(string path) => path.EndsWith(".gz", StringComparison.Ordinal) ? path[..^3] : path;

    /// <summary>The name of a file's recording. The raw files of one process have different minutes in different folders.</summary>
    private static string NameOf(string path)
    {
        var name = Path.GetFileName(path);
        return RawName().Match(name) is { Success: true } raw ? raw.Groups["process"].Value : path[..^(name.Length - name.Split('.')[0].Length)];
    }

    /// <summary>One file of each name, in the most complete form.</summary>
    private static IEnumerable<string> MostComplete(IEnumerable<string> files) =>
        from same in files.GroupBy(file => file[..^(Path.GetFileName(file).Length - Path.GetFileName(file).Split('.')[0].Length)])
        select same.MinBy(file => Array.FindIndex(Extensions, extension => Plain(file).EndsWith(extension, StringComparison.Ordinal)));

    [GeneratedRegex("^\\d{4}_(?<process>.+_\\d+)\\.(ws|sent|rest)\\.tsv(\\.gz)?$")]
    private static partial Regex RawName();
}
