using System.Text;

namespace Ingester.Testing;

/// <summary>One recording, in the raw or in the short form of docs/recordings.md.</summary>
/// <param name="Name">Its name, such as <c>20240808T235413Z-hb-btcusdt</c>.</param>
/// <param name="Path">Its file.</param>
internal sealed record RecordedSession(string Name, string Path)
{
    /// <summary>The frames in order, as the exchange sent them.</summary>
    public IEnumerable<byte[]> Frames() => Messages().Select(message => message.Bytes);

    /// <summary>The messages in order, each with its connection: zero in the short form.</summary>
    public IEnumerable<(long Connection, bool IsBinary, byte[] Bytes)> Messages()
    {
        var timed = Path.Contains(".ws.tsv", StringComparison.Ordinal);
        bool? raw = null;
        foreach (var line in Corpus.Lines(Path).Where(line => line.Length > 0))
        {
            var columns = line.Split('\t', 4);
            raw ??= columns is [_, var number, { Length: 1 }, _] && long.TryParse(number, out _);
            if (raw == false)
                yield return (0, false, Encoding.UTF8.GetBytes(timed ? line[(line.IndexOf('\t', StringComparison.Ordinal) + 1)..] : line));
            else if (columns[2] is "t" or "b")
                yield return (long.Parse(columns[1]), columns[2] == "b", columns[2] == "b" ? Convert.FromBase64String(columns[3]) : Encoding.UTF8.GetBytes(columns[3]));
        }
    }
}
