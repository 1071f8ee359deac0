using System.Text;
using Ingester.Core.Markets;
using Ingester.Core.Recordings;

namespace Ingester.Checking;

/// <summary>The raw recording of a check.</summary>
/// <param name="Files">The files, relative to the folder of the report, in the order of their names.</param>
/// <param name="Sent">Number of messages that were sent.</param>
/// <param name="PingsSent">Pings of the exchange's own protocol among them.</param>
internal sealed record RawResults(IReadOnlyList<string> Files, long Sent, long PingsSent)
{
    /// <summary>Moves the raw recording out of the store into the folder of the report, and counts what was sent.</summary>
    /// <param name="store">The directory of the store.</param>
    /// <param name="folder">The folder of the report.</param>
    /// <param name="pingMessage">The ping of the exchange's own protocol; null when it has none.</param>
    public static async Task<RawResults> MoveAsync(string store, string folder, string? pingMessage)
    {
        var (source, target) = (Path.Combine(store, Dataset.Raw.Name()), Path.Combine(folder, Dataset.Raw.Name()));
        if (!Directory.Exists(source))
            return new([], 0, 0);
        Directory.Move(source, target);
        var files = Directory.EnumerateFiles(target, "*.tsv.gz", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        var ping = Encoding.UTF8.GetBytes(pingMessage ?? "");
        var (sent, pings) = (0L, 0L);
        foreach (var path in files.Where(path => path.EndsWith(".sent.tsv.gz", StringComparison.Ordinal)))
            await foreach (var batch in new RecordingFile(path, RecordingPart.Sent).ReadAsync(CancellationToken.None))
                foreach (var frame in batch.Where(frame => frame.IsMessage))
                {
                    sent++;
                    if (ping.Length > 0 && frame.Bytes.Span.SequenceEqual(ping))
                        pings++;
                }

        return new([.. files.Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))], sent, pings);
    }
}
