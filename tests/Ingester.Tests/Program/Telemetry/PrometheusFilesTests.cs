using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ingester.Core.Telemetry;
using Ingester.Telemetry;
using Ingester.Testing;
using Ingester.Tests.Recording.Lanes;

namespace Ingester.Tests.Program.Telemetry;

/// <summary>The alert rules of <c>deploy/prometheus</c> and the dashboards of <c>deploy/grafana</c> read metrics that the recorder exports, and every alert is explained and tested.</summary>
[Collection(nameof(AllocationTests))] // alone: a scrape asks every meter of the process
public sealed partial class PrometheusFilesTests
{
    private static readonly string[] OfPrometheus = ["up", "ALERTS"];

    private static string Deploy => Path.Combine(Corpus.Repository, "deploy");

    private static string Rules => File.ReadAllText(Path.Combine(Deploy, "prometheus", "rules.yml"));

    [Fact]
    public async Task Rules_and_dashboards_read_metrics_that_are_exported()
    {
        var exported = await ExportedNamesAsync();
        var dashboards = Dashboards().SelectMany(Queries).ToList();
        Assert.NotEmpty(dashboards);
        foreach (var text in dashboards.Append(Rules))
            Assert.Empty(MetricName().Matches(text).Select(match => match.Value).Except(exported));
        Assert.All(dashboards, query => Assert.True(MetricName().IsMatch(query) || OfPrometheus.Any(name => query.Contains(name, StringComparison.Ordinal)), query));
    }

    [Fact]
    public void Every_alert_has_a_severity_a_summary_a_description_and_a_section_in_the_runbook()
    {
        var sections = File.ReadLines(Path.Combine(Corpus.Repository, "docs", "operations.md")).Where(line => line.StartsWith("### ", StringComparison.Ordinal)).Select(line => line[4..]).ToHashSet(StringComparer.Ordinal);
        var alerts = Rules.Split("- alert: ")[1..];
        Assert.NotEmpty(alerts);
        Assert.All(alerts, alert =>
        {
            Assert.Matches("labels: \\{severity: (warning|critical)\\}", alert);
            Assert.Matches("(?m)^ +summary: \".{10,}\"$", alert);
            Assert.Matches("(?m)^ +description: \".{10,}\"$", alert);
            Assert.Contains(RunbookSection().Match(alert).Groups[1].Value, sections);
        });
    }

    [Fact]
    public void Every_alert_has_a_test_in_which_it_starts_and_one_in_which_it_does_not()
    {
        var tested = TestedAlert().Matches(File.ReadAllText(Path.Combine(Deploy, "prometheus", "rules.test.yml"))).ToLookup(match => match.Groups[2].Value.Trim() != "[]", match => match.Groups[1].Value);
        var alerts = AlertName().Matches(Rules).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(alerts, tested[true].Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(alerts, tested[false].Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_panel_has_a_title_and_a_description()
    {
        foreach (var dashboard in Dashboards())
        {
            var panels = dashboard.GetProperty("panels").EnumerateArray().ToList();
            Assert.Equal(panels.Count, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
            Assert.All(panels, panel => Assert.NotEmpty(panel.GetProperty("title").GetString()!));
            Assert.All(panels.Where(panel => panel.GetProperty("type").GetString() != "row"), panel => Assert.NotEmpty(panel.GetProperty("description").GetString()!));
        }
    }

    private static IEnumerable<JsonElement> Dashboards() => Directory.GetFiles(Path.Combine(Deploy, "grafana", "dashboards"), "recorder*.json").Order(StringComparer.Ordinal)
        .Select(file => JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(file)));

    private static IEnumerable<string> Queries(JsonElement dashboard) => dashboard.GetProperty("panels").EnumerateArray()
        .Where(panel => panel.TryGetProperty("targets", out _)).SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!)
        .Concat(dashboard.GetProperty("templating").GetProperty("list").EnumerateArray().Where(variable => variable.TryGetProperty("definition", out _)).Select(variable => variable.GetProperty("definition").GetString()!));

    /// <summary>The names under which the exporter writes the instruments of docs/telemetry.md, which another test holds to the code.</summary>
    private static async Task<HashSet<string>> ExportedNamesAsync()
    {
        using var exporter = TelemetryService.CreatePrometheusProvider("a");
        using var meter = new Meter(IngesterMeter.Name);
        foreach (var (row, name, _) in TelemetryPageTests.Rows())
        {
            var (kind, unit) = (row.Split(' ')[1], row.Split(' ')[2]);
            switch (kind)
            {
                case "Counter": meter.CreateCounter<long>(name, unit).Add(1); break;
                case "UpDownCounter": meter.CreateUpDownCounter<long>(name, unit).Add(1); break;
                case "Histogram": meter.CreateHistogram<double>(name, unit).Record(1); break;
                case "Gauge": meter.CreateGauge<double>(name, unit).Record(1); break;
                default: throw new InvalidDataException($"{name} is of the unknown kind {kind}.");
            }
        }

        return [.. (await PrometheusTests.ScrapeAsync(exporter)).Select(line => line.Split('{')[0]).Where(name => name.StartsWith("ingester_", StringComparison.Ordinal))];
    }

    [GeneratedRegex("ingester_[a-z0-9_]+")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"runbook: docs/operations\.md#([a-z-]+)")]
    private static partial Regex RunbookSection();

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex AlertName();

    [GeneratedRegex(@"- alertname: (\w+)\s+eval_time: \S+\s+exp_alerts:(.*)")]
    private static partial Regex TestedAlert();
}
