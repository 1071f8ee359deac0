using Ingester.Core.Keys;
using Ingester.Core.Recordings;
using Ingester.Errors;

namespace Ingester.Importing;

/// <summary>Finds the recordings of one exchange in a folder: files of raw capture by process, every other file as a recording of its own.</summary>
internal static class RecordingFinder
{
    private const string ExchangeLabel = "exchange=";

    /// <summary>Finds the recordings below a folder, in the order of their first line.</summary>
    /// <param name="folder">The folder. Subfolders of other exchanges (<c>exchange=NAME</c>) are ignored.</param>
    /// <param name="exchange">The name of the exchange.</param>
    /// <param name="cancel">Cancels the search.</param>
    /// <exception cref="CommandException">The folder contains no recording of the exchange.</exception>
    /// <exception cref="RecordingFileException">A file cannot be read.</exception>
    public static async Task<IReadOnlyList<ImportRecording>> FindAsync(string folder, string exchange, CancellationToken cancel)
    {
        var paths = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(path => IsOf(path, exchange)).ToList();
        var received = new List<(RecordingFile File, long FirstMicros, RawKey? Raw)>();
        foreach (var path in paths.Where(RecordingFile.IsReceivedName))
        {
            var file = new RecordingFile(path);
            received.Add((file, await FirstMicrosAsync(file, cancel), RawKeyOf(path)));
        }

        if (received.Count == 0)
            throw new CommandException($"{folder} contains no recording of {exchange}.");
        var responses = await FindResponsesAsync(paths, cancel);
        return
        [
            .. received.GroupBy(entry => KeyOf(entry.Raw) ?? entry.File.Stem)
                .Select(same => same.OrderBy(entry => entry.FirstMicros).ThenBy(entry => entry.Raw?.Part.Number).ToList())
                .OrderBy(recording => recording[0].FirstMicros)
                .Select(recording => new ImportRecording([.. recording.Select(entry => entry.File)], [.. responses[KeyOf(recording[0].Raw)]])),
        ];
    }

    private static bool IsOf(string path, string exchange) =>
        Array.FindLast(path.Split(Path.DirectorySeparatorChar), part => part.StartsWith(ExchangeLabel, StringComparison.Ordinal)) is not { } label
        || label == ExchangeLabel + KeyEncoding.Encode(exchange);

    /// <summary>Only replica and process are used: a copy may lie in any folder.</summary>
    private static RawKey? RawKeyOf(string path) => RawKey.ParseFile(Path.GetFileName(path), "", dayMicros: 0);

    /// <summary>Identifies the process that captured a file; null for other files.</summary>
    private static string? KeyOf(RawKey? raw) => raw is null ? null : $"{raw.Replica} {raw.ProcessStartMicros}";

    /// <summary>The responses that each process captured, in the order of time.</summary>
    private static async Task<ILookup<string?, RestRecordingFile>> FindResponsesAsync(IEnumerable<string> paths, CancellationToken cancel)
    {
        var found = new List<(RestRecordingFile File, long FirstMicros, RawKey Raw)>();
        foreach (var path in paths)
            if (RawKeyOf(path) is { Part.Kind: RawFileKind.Rest } raw && new RestRecordingFile(path) is var file)
                found.Add((file, await FirstMicrosAsync(file, cancel), raw));
        return found.OrderBy(entry => entry.FirstMicros).ThenBy(entry => entry.Raw.Part.Number).ToLookup(entry => KeyOf(entry.Raw), entry => entry.File);
    }

    private static async Task<long> FirstMicrosAsync(RestRecordingFile file, CancellationToken cancel)
    {
        await foreach (var response in file.ReadAsync(cancel))
            return response.Micros ?? 0;
        return 0;
    }

    private static async Task<long> FirstMicrosAsync(RecordingFile file, CancellationToken cancel)
    {
        await foreach (var batch in file.ReadAsync(cancel))
            return batch[0].Micros ?? 0;
        return 0;
    }
}
