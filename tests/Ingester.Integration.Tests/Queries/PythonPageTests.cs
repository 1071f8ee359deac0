using System.Text.Json;
using Ingester.Integration.Tests.Commands;
using Ingester.Integration.Tests.Publishing;

namespace Ingester.Integration.Tests.Queries;

/// <summary>The statements for DuckDB of the page about Python, over an exported and certified day.</summary>
public sealed class PythonPageTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ingester-python-").FullName;

    [Fact]
    public async Task Every_statement_of_the_page_reads_the_export()
    {
        QueryEngine.Require();
        await SmallExport.CreateAsync(folder);
        await EndedCommand.RunAsync(folder, SmallExport.Patience, "certificate", "key", "signing.pem");
        await EndedCommand.RunAsync(folder, SmallExport.Patience, "certificate", "create", "--date", SmallExport.Day, "--store", "data", "--key", "signing.pem");
        using var limit = new CancellationTokenSource(SmallExport.Patience);
        var answers = (await QueryEngine.RunAsync("page.mjs", [Path.Combine(QueryEngine.Repository, "docs", "python.md"), Path.Combine(folder, "data"), SmallExport.Day], limit.Token)).Deserialize<Dictionary<string, JsonElement>>()!;
        Assert.All(answers, answer => Assert.False(answer.Value.TryGetProperty("error", out var error), $"{answer.Key}: {error}"));

        var trades = Rows("-- trades of one market");
        Assert.Equal(239, trades.Count);
        Assert.Equal(("1", "sell", "68123.450000000000000000", "0.001200000000000000"), (Text(trades[0], "id"), Text(trades[0], "side"), Text(trades[0], "price"), Text(trades[0], "amount")));
        Assert.Equal(["60", "59", "60", "60"], Rows("-- bars of a minute").Select(bar => Text(bar, "trades")));
        Assert.Equal("239", Text(Assert.Single(Rows("-- what the exported CSV")), "trades"));
        Assert.Contains(Rows("-- the certificates of a day"), row => (Text(row, "condition"), Text(row, "events"), Text(row, "gaps")) == ("degraded", "239", "1"));
        Assert.Equal(5, answers.Count);

        List<JsonElement> Rows(string beginning) => [.. answers.Single(answer => answer.Key.StartsWith(beginning, StringComparison.Ordinal)).Value.GetProperty("rows").EnumerateArray()];
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string Text(JsonElement row, string name) => row.GetProperty(name).ToString();
}
