using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Ingester.Testing.Model;

/// <summary>The frames from which fuzz runs take slices: the fixtures of an exchange, and its recordings if the corpus exists on this machine.</summary>
internal static class FuzzSource
{
    private static readonly ConcurrentDictionary<string, Lazy<IReadOnlyList<IReadOnlyList<FuzzFrame>>>> Loaded = new(StringComparer.Ordinal);

    /// <summary>The frames of each recording of an exchange; the fixtures are the first recording.</summary>
    public static IReadOnlyList<IReadOnlyList<FuzzFrame>> Of(string exchange) => Loaded.GetOrAdd(exchange, name => new(() => Load(name))).Value;

    private static IReadOnlyList<IReadOnlyList<FuzzFrame>> Load(string exchange)
    {
        var fixtures = Path.Combine(Corpus.Repository, "tests", "Ingester.Tests", "Exchanges", "fixtures", exchange);
        return
        [
            .. Directory.EnumerateFiles(fixtures, "*.ws.tsv").Order(StringComparer.Ordinal).Select(path => Read(exchange, path)),
            .. Corpus.Recordings(exchange).Select(recording => Read(exchange, recording.Path)),
        ];
    }

    private static IReadOnlyList<FuzzFrame> Read(string exchange, string path)
    {
        var reader = new FuzzReader(exchange);
        var timed = path.Contains(".ws.tsv", StringComparison.Ordinal);
        var frames = new List<FuzzFrame>();
        foreach (var line in Corpus.Lines(path))
        {
            var tab = timed ? line.IndexOf('\t', StringComparison.Ordinal) : -1;
            var local = tab > 0 && decimal.TryParse(line.AsSpan(0, tab), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) ? (long)(seconds * 1_000_000) : 0;
            if (line.Length <= tab + 1)
                continue;
            var text = Encoding.UTF8.GetBytes(line[(tab + 1)..]);
            frames.Add(new(local, text, reader.IsOpening(text)));
        }

        return frames;
    }
}
