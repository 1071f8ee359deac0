using System.Text.Json;
using System.Text.RegularExpressions;
using Ingester.Demo;
using Ingester.Paper.Hosting;
using Ingester.Paper.Telemetry;
using Ingester.Testing;
using Ingester.Tests.Recording.Lanes;

namespace Ingester.Tests.Paper;

/// <summary>The dashboards of paper trading and its page read metrics that the program emits, and all of them.</summary>
[Collection(nameof(AllocationTests))] // alone: a scrape asks every meter of the process
public sealed partial class PaperTelemetryTests
{
    private static readonly string[] Required = ["PredictionAccuracy", "TradeSuccessRate", "PortfolioValue", "RiskScore"];

    [Fact]
    public async Task Grafana_dashboard_reads_every_exported_metric_and_no_other()
    {
        var exported = await ExportedAsync();
        var dashboard = JsonSerializer.Deserialize<JsonElement>(Read("grafana", "dashboards", "paper.json"));
        var panels = dashboard.GetProperty("panels").EnumerateArray().ToList();
        var queries = panels.SelectMany(static panel => panel.GetProperty("targets").EnumerateArray()).Select(static target => target.GetProperty("expr").GetString()!)
            .Concat(dashboard.GetProperty("templating").GetProperty("list").EnumerateArray().Where(static variable => variable.TryGetProperty("definition", out _)).Select(static variable => variable.GetProperty("definition").GetString()!));
        Assert.Equal(exported, queries.SelectMany(static query => PrometheusName().Matches(query).Select(static match => match.Value)).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(panels.Count, panels.Select(static panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.All(panels, static panel => Assert.NotEmpty(panel.GetProperty("description").GetString()!));
    }

    [Fact]
    public void CloudWatch_dashboard_shows_every_metric_that_is_sent()
    {
        using var metrics = NewMetrics();
        var sent = metrics.TakeValues();
        Assert.Empty(Required.Except(sent.Select(static value => value.Name)));
        var shown = CloudWatchName().Matches(Read("terraform", "paper.tf")).Select(static match => match.Groups[1].Value);
        Assert.Equal(sent.Select(static value => value.Name).Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
        Assert.Equal([1d, 1d], sent.Where(static value => value.Unit == "Count").Select(static value => value.Value));
        Assert.Equal([0d, 0d], metrics.TakeValues().Where(static value => value.Unit == "Count").Select(static value => value.Value)); // counts are those since the call before
    }

    [Fact]
    public void Page_names_every_metric()
    {
        using var metrics = NewMetrics();
        var page = File.ReadAllText(Path.Combine(Corpus.Repository, "docs", "paper.md"));
        Assert.All(metrics.TakeValues(), value => Assert.Contains($"`{value.Name}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Values_that_are_not_known_yet_are_not_sent()
    {
        using var metrics = new PaperMetrics();
        Assert.Equal(["ingester.paper.fills", "ingester.paper.refusals"], metrics.TakeValues().Select(static value => value.Name));
        metrics.Predicted(isRight: true);
        metrics.Predicted(isRight: false);
        Assert.Equal(0.5, metrics.TakeValues().Single(static value => value.Name == "PredictionAccuracy").Value);
    }

    private static PaperMetrics NewMetrics()
    {
        var metrics = new PaperMetrics();
        metrics.Predicted(isRight: true);
        metrics.Sold(isProfit: true);
        metrics.Filled("proven");
        metrics.Refused("cool-down");
        metrics.SetPortfolio(100_000m);
        metrics.SetRisk(0.25m);
        return metrics;
    }

    /// <summary>The names under which the program's own endpoint shows the metrics.</summary>
    private static async Task<List<string>> ExportedAsync()
    {
        var address = new Uri($"http://127.0.0.1:{ReplicaProcess.FreePort()}");
        await using var server = await MetricsServer.StartAsync(address);
        using var metrics = NewMetrics(); // as in the program, after the server
        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri(address, "/metrics"), TestContext.Current.CancellationToken);
        return [.. text.Split('\n').Where(static line => line.Length > 0 && line[0] != '#').Select(static line => line.Split('{', ' ')[0]).Where(static name => name != "target_info" && name != "otel_scope_info").Distinct().Order(StringComparer.Ordinal)];
    }

    private static string Read(params string[] path) => File.ReadAllText(Path.Combine([Corpus.Repository, "deploy", .. path]));

    [GeneratedRegex(@"(?<![\w.])(?:ingester_paper_[a-z_]+|[A-Z][a-z]+[A-Z][A-Za-z]+)(?![\w.])")]
    private static partial Regex PrometheusName();

    [GeneratedRegex("metric = \"([^\"]+)\"")]
    private static partial Regex CloudWatchName();
}
