using System.Text;
using Ingester.Benchmarks.EndToEnd;

namespace Ingester.Benchmarks.Micro;

/// <summary>Frames that were written by hand in each exchange's form, those of the tests.</summary>
internal static class Frames
{
    /// <summary>The frames of an exchange that hold events.</summary>
    public static byte[][] Of(string exchange) =>
        [.. File.ReadLines(Path.Combine(Published.Root(), "tests/Ingester.Tests/Exchanges/fixtures", exchange, "events.ws.tsv"))
            .Select(line => Encoding.UTF8.GetBytes(line.Split('\t', 2)[1]))];
}
