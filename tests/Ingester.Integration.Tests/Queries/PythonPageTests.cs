using System.Diagnostics;
using System.Text.Json;
using Ingester.Integration.Tests.Commands;
using Ingester.Integration.Tests.Derivation;
using Ingester.Integration.Tests.Publishing;

namespace Ingester.Integration.Tests.Queries;

/// <summary>The page about Python, over exported days: its statements for DuckDB, and its examples for pandas where pandas is installed.</summary>
public sealed class PythonPageTests : IDisposable
{
    private static readonly string[] Interpreters = ["python3", "/usr/bin/python3"]; // Debian's package python3-pandas belongs to the second one

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

    [Fact]
    public async Task Examples_for_pandas_read_the_files_and_rebuild_the_book()
    {
        var python = await FindPandasAsync();
        await SmallMarket.ImportAsync(folder);
        var exported = await EndedCommand.RunAsync(folder, SmallMarket.Patience, "export", "--date", SmallMarket.Day, "--store", "data");
        Assert.True(exported.Exit is 0 or 3, exported.Error);
        var (exit, said) = await RunAsync(python, Path.Combine(QueryEngine.Repository, "tests", "python_page.py"), Path.Combine(folder, "data"), "binance", SmallMarket.Pair, SmallMarket.Day);
        Assert.True(exit == 0, said);
        Assert.Contains("trades: 720 rows\n", said, StringComparison.Ordinal);
        Assert.Matches("books: [1-9][0-9]+ messages, [1-9][0-9]+ rows of book_snapshot_5\n", said);
        Assert.EndsWith("everything holds\n", said, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>The interpreter that has pandas; skips the test where there is none.</summary>
    private static async Task<string> FindPandasAsync()
    {
        foreach (var python in Interpreters)
            if ((await RunAsync(python, "-c", "import pandas")).Exit == 0)
                return python;
        Assert.Skip("pandas is not installed (apt-get install python3-pandas).");
        return "";
    }

    private static async Task<(int Exit, string Said)> RunAsync(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/env", command) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(SmallMarket.Patience);
        await process.WaitForExitAsync().WaitAsync(SmallMarket.Patience);
        return (process.ExitCode, process.ExitCode == 0 ? output : output + await error);
    }

    private static string Text(JsonElement row, string name) => row.GetProperty(name).ToString();
}
