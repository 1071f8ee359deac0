using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Ingester.Testing;

/// <summary>
/// The real recordings, which are not part of the repository: in the directory that INGESTER_CORPUS names, else in <c>shared/corpus</c>
/// next to the repository.
/// </summary>
internal static class Corpus
{
    /// <summary>Why a test that needs the recordings is skipped.</summary>
    public const string Absent = "The recordings are not on this machine; INGESTER_CORPUS can name their directory.";

    /// <summary>The root of the repository: the directory of the solution.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>Finds the directory with one folder per exchange; false when there is none.</summary>
    public static bool TryFind(out string root)
    {
        root = Environment.GetEnvironmentVariable("INGESTER_CORPUS") ?? Path.Combine(Repository, "..", "shared", "corpus");
        return Directory.Exists(root);
    }

    /// <summary>
    /// The recordings of an exchange in order of their names: those that <c>corpus-counts.json</c> of its fixtures lists. Empty where the corpus is absent.
    /// </summary>
    public static IReadOnlyList<RecordedSession> Recordings(string exchange)
    {
        var counts = Path.Combine(Repository, "tests", "Ingester.Tests", "Exchanges", "fixtures", exchange, "corpus-counts.json");
        if (!TryFind(out var root) || !File.Exists(counts))
            return [];
        using var listed = JsonDocument.Parse(File.ReadAllBytes(counts));
        var folder = Path.Combine(root, listed.RootElement.GetProperty("folder").GetString()!);
        return
        [
            .. from recording in listed.RootElement.GetProperty("recordings").EnumerateObject()
               from path in Directory.EnumerateFiles(folder, $"{recording.Name}.ws.*").Take(1)
               orderby recording.Name
               select new RecordedSession(recording.Name, path),
        ];
    }

    /// <summary>The REST responses that were recorded with an exchange's frames and whose URL ends in a path, such as <c>exchangeInfo</c>.</summary>
    public static IEnumerable<byte[]> RestAnswers(string exchange, string path)
    {
        if (!TryFind(out var root))
            yield break;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(root, exchange), "*.rest.tsv*").Order(StringComparer.Ordinal))
            foreach (var line in Lines(file))
                if (line.Split('\t', 3) is [_, var url, var body] && url.EndsWith(path, StringComparison.Ordinal))
                    yield return Encoding.UTF8.GetBytes(body);
    }

    /// <summary>The lines of a file, gzipped or not.</summary>
    public static IEnumerable<string> Lines(string path)
    {
        using var file = File.OpenRead(path);
        using Stream plain = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(plain, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    private static string FindRepository()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Ingester.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
