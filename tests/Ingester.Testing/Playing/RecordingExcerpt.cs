using Ingester.Core.Recordings;

namespace Ingester.Testing.Playing;

/// <summary>The beginning of a recording with its REST responses.</summary>
internal static class RecordingExcerpt
{
    /// <summary>Copies the frames of the first seconds, and all REST responses; returns the path of the frames. Without times all frames are copied.</summary>
    public static string Write(string path, string folder, TimeSpan span)
    {
        var recording = new RecordingFile(path);
        var target = Path.Combine(folder, recording.HasTimes ? "excerpt.ws.tsv" : "excerpt.ws.jsonl");
        File.WriteAllLines(target, Frames(path, recording.HasTimes, span));
        foreach (var ending in new[] { ".rest.tsv", ".rest.tsv.gz" })
            if (File.Exists(recording.Stem + ending))
                File.Copy(recording.Stem + ending, Path.Combine(folder, "excerpt" + ending));
        return target;
    }

    private static IEnumerable<string> Frames(string path, bool hasTimes, TimeSpan span)
    {
        long? first = null;
        foreach (var line in Corpus.Lines(path))
        {
            if (hasTimes && RecordingTime.Parse(System.Text.Encoding.UTF8.GetBytes(line.Split('\t', 2)[0])) is { } time && time - (first ??= time) > span.Ticks / TimeSpan.TicksPerMicrosecond)
                yield break;
            yield return line;
        }
    }
}
