using System.Text;
using Ingester.Benchmarks.EndToEnd;

namespace Ingester.Benchmarks.Micro;

/// <summary>The handwritten frames of the tests, in the format of each exchange.</summary>
internal static class Frames
{
    /// <summary>The frames of an exchange that contain events.</summary>
    public static byte[][] Of(string exchange) =>
        [.. File.ReadLines(Path.Combine(Published.Root(), "tests/Ingester.Tests/Exchanges/fixtures", exchange, "events.ws.tsv"))
            .Select(line => Encoding.UTF8.GetBytes(line.Split('\t', 2)[1]))];
}
