using System.Text.Json;
using Ingester.Importing;
using Ingester.Testing;

namespace Ingester.Tests.Program.Importing;

/// <summary>Scripts read the summary: its fields are those of <c>docs/configuration.md</c>.</summary>
public sealed class ImportSummaryTests
{
    private static readonly ImportSummary Summary = new()
    {
        Exchange = "binance",
        Frames = 10,
        Ignored = 1,
        Quarantined = 0,
        Books = 2,
        Seconds = 0.5,
        Objects = new Dictionary<string, long> { ["stored"] = 3, ["other-version"] = 1 },
        Streams = [new("trades", "BTC-USDT", Events: 7, Whole: 1, Fragments: 2, Gaps: 0, Duplicates: 0, Replayed: 0)],
    };

    [Fact]
    public void Fields_of_the_summary_are_the_documented_ones()
    {
        using var json = JsonDocument.Parse(Summary.ToJson());
        var documented = File.ReadLines(Path.Combine(Corpus.Repository, "docs", "configuration.md"))
            .SkipWhile(line => !line.Contains("### The summary of `import --json`", StringComparison.Ordinal)).Skip(1).TakeWhile(line => !line.StartsWith('#'))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToDictionary(line => line.Split('`')[1], line => line.Split('|')[2], StringComparer.Ordinal);
        Assert.Equal(documented.Keys.Order(), json.RootElement.EnumerateObject().Select(field => field.Name).Order());
        Assert.All(json.RootElement.GetProperty("streams")[0].EnumerateObject(), field => Assert.Contains($"`{field.Name}`", documented["streams"], StringComparison.Ordinal));
    }

    [Fact]
    public void Quarantine_is_an_error_unless_it_is_allowed_and_lost_or_divergent_objects_always_are()
    {
        Assert.Empty(Summary.DescribeErrors(allowQuarantine: false));
        var quarantined = Summary with { Quarantined = 1 };
        Assert.Single(quarantined.DescribeErrors(allowQuarantine: false));
        Assert.Empty(quarantined.DescribeErrors(allowQuarantine: true));
        Assert.Single((Summary with { Lost = 1 }).DescribeErrors(allowQuarantine: true));
        Assert.Single((Summary with { Objects = new Dictionary<string, long> { ["divergent"] = 1 } }).DescribeErrors(allowQuarantine: true));
    }
}
