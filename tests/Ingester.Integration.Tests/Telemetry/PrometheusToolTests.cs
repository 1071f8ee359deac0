using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Ingester.Integration.Tests.Telemetry;

/// <summary>Prometheus's own tool reads the rules, runs their unit tests and parses the queries of the dashboards; compose reads the profile that starts Prometheus and Grafana.</summary>
public sealed class PrometheusToolTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-prometheus-").FullName;

    private static string Repository => Path.GetFullPath(Path.Combine(Here(), "..", "..", ".."));

    private static string Rules => Path.Combine(Repository, "deploy", "prometheus");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Rules_are_valid_and_pass_their_unit_tests()
    {
        RequireTool();
        await SucceedsAsync("promtool", "check", "config", "--syntax-only", Path.Combine(Rules, "prometheus.yml"));
        await SucceedsAsync("promtool", "check", "rules", "--lint-fatal", Path.Combine(Rules, "rules.yml"));
        await SucceedsAsync("promtool", "test", "rules", Path.Combine(Rules, "rules.test.yml"));
    }

    [Fact]
    public async Task Every_query_of_the_dashboards_is_valid()
    {
        RequireTool();
        var queries = Directory.GetFiles(Path.Combine(Repository, "deploy", "grafana", "dashboards"), "recorder*.json").SelectMany(Queries).ToList();
        Assert.NotEmpty(queries);
        await SucceedsAsync("promtool", "check", "rules", await WriteAsRulesAsync(queries));
        var (wrong, _) = await RunAsync("promtool", "check", "rules", await WriteAsRulesAsync([.. queries, "sum(rate(ingester_events_recorded_total[)"]));
        Assert.NotEqual(0, wrong); // the tool sees a query that is not valid
    }

    private static IEnumerable<string> Queries(string file)
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(file));
        return [.. dashboard.RootElement.GetProperty("panels").EnumerateArray().Where(panel => panel.TryGetProperty("targets", out _))
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!)];
    }

    /// <summary>A file with a recording rule for each query, with the variables of Grafana replaced by values.</summary>
    private async Task<string> WriteAsRulesAsync(IReadOnlyList<string> queries)
    {
        var text = new StringBuilder("groups:\n  - name: panels\n    rules:\n");
        for (var i = 0; i < queries.Count; i++)
        {
            var query = queries[i].Replace("$__rate_interval", "1m", StringComparison.Ordinal).Replace("$replica", ".*", StringComparison.Ordinal).Replace("$exchange", ".*", StringComparison.Ordinal);
            Assert.DoesNotContain('$', query);
            text.Append(CultureInfo.InvariantCulture, $"      - record: panel:{i}\n        expr: {JsonSerializer.Serialize(query)}\n");
        }

        var path = Path.Combine(folder, "panels.yml");
        await File.WriteAllTextAsync(path, text.ToString());
        return path;
    }

    private static void RequireTool() =>
        Assert.SkipUnless((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(place => File.Exists(Path.Combine(place, "promtool"))), "There is no promtool (Debian's package prometheus).");

    private static async Task<string> SucceedsAsync(params string[] command)
    {
        var (exit, said) = await RunAsync(command);
        Assert.True(exit == 0, $"{string.Join(' ', command)}: exit code {exit}\n{said}");
        return said;
    }

    private static async Task<(int Exit, string Said)> RunAsync(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await process.WaitForExitAsync().WaitAsync(Patience);
        return (process.ExitCode, process.ExitCode == 0 ? output : output + await error);
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
