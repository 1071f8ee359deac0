using System.Text;

namespace Ingester.Testing;

/// <summary>One recording.</summary>
/// <param name="Name">Its name, such as <c>20240808T235413Z-hb-btcusdt</c>.</param>
/// <param name="Path">Its file.</param>
internal sealed record RecordedSession(string Name, string Path)
{
    /// <summary>The frames in order, as the exchange sent them.</summary>
    public IEnumerable<byte[]> Frames()
    {
        var timed = Path.Contains(".ws.tsv", StringComparison.Ordinal);
        foreach (var line in Corpus.Lines(Path))
            if (line.Length > 0)
                yield return Encoding.UTF8.GetBytes(timed ? line[(line.IndexOf('\t', StringComparison.Ordinal) + 1)..] : line);
    }
}
