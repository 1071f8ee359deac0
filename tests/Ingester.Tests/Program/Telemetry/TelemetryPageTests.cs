using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Ingester.Configuration;
using Ingester.Core.Time;
using Ingester.Databases;
using Ingester.Hosting;
using Ingester.Telemetry.Series;
using Ingester.Testing;
using Ingester.Testing.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ingester.Tests.Program.Telemetry;

/// <summary>The page on metrics says what the code has, and alarms and graphs name nothing else.</summary>
public sealed partial class TelemetryPageTests
{
    [Fact]
    public void Page_lists_every_instrument_and_no_other() => Assert.Equal(Instruments().Order(StringComparer.Ordinal), Rows().Select(row => row.Row));

    [Fact]
    public void Tags_are_exchange_dataset_kind_and_outcome_only() => Assert.All(Rows(), row =>
        Assert.Empty(row.Tags.Except(["exchange", "dataset", "kind", "outcome"])));

    [Fact]
    public void Alarms_and_graphs_watch_instruments_that_exist()
    {
        var known = Rows().Select(row => row.Name).Append("ingester.log.errors").ToHashSet(StringComparer.Ordinal);
        foreach (var file in new[] { "alarms.tf", "dashboard.tf", "logs.tf" })
        {
            var named = MetricName().Matches(File.ReadAllText(Path.Combine(Corpus.Repository, "deploy", "terraform", file))).Select(match => match.Groups[1].Value).ToList();
            Assert.NotEmpty(named);
            Assert.Empty(named.Except(known));
        }
    }

    [Fact]
    public void Every_alarm_has_a_section_in_the_runbook()
    {
        var folder = Path.Combine(Corpus.Repository, "deploy", "terraform");
        var all = string.Concat(Directory.GetFiles(folder, "*.tf").Select(File.ReadAllText));
        var kinds = Directory.GetFiles(folder, "*alarms.tf").SelectMany(file => AlarmKind().Matches(File.ReadAllText(file))).Concat(AlarmSection().Matches(all)).Select(match => match.Groups[1].Value);
        var sections = File.ReadLines(Path.Combine(Corpus.Repository, "docs", "operations.md")).Where(line => line.StartsWith("### ", StringComparison.Ordinal)).Select(line => line[4..]);
        Assert.Equal(kinds.Distinct().Order(StringComparer.Ordinal), sections.Order(StringComparer.Ordinal));
    }

    private static List<string> Instruments()
    {
        using var services = Services();
        var meter = services.GetRequiredService<RecorderService>().State.Meter;
        DeriveHost.AddLag(meter, []); // of other processes than the recorder's
        LoadHost.AddLag(meter, static () => new Dictionary<string, long>());
        var found = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (meter.Owns(instrument))
                found.Add($"{instrument.Name} {MetricCollector.KindOf(instrument)} {instrument.Unit} {instrument.Description}");
        };
        listener.Start();
        return found;
    }

    /// <summary>The rows of the page's table: the text <c>NAME KIND UNIT DESCRIPTION</c>, the name and the tags.</summary>
    internal static IEnumerable<(string Row, string Name, IReadOnlyList<string> Tags)> Rows() =>
        from line in File.ReadLines(Path.Combine(Corpus.Repository, "docs", "telemetry.md"))
        where line.StartsWith("| `ingester.", StringComparison.Ordinal)
        let cells = line.Split('|', StringSplitOptions.TrimEntries)
        let name = cells[1].Trim('`')
        let kind = char.ToUpperInvariant(cells[2][0]) + cells[2][1..]
        let row = $"{name} {kind} {cells[3].Trim('`')} {cells[5]}"
        orderby row
        select (row, name, (IReadOnlyList<string>)cells[4].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    private static ServiceProvider Services()
    {
        var settings = Settings.Read(new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("Ingester:Exchanges:binance:Markets:0", (string?)"*")]).Build());
        return new ServiceCollection().AddLogging().AddSingleton<IHostApplicationLifetime>(new Lifetime())
            .AddIngesterRecorder(settings, new MemoryStore(), SimulatedClock.Create(settings.Clock)).BuildServiceProvider();
    }

    [GeneratedRegex("\"(ingester\\.[a-z.]+)\"")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"(?m)^    ([a-z-]+) += \{(?:$| machine = )")]
    private static partial Regex AlarmKind();

    [GeneratedRegex(@"runbook\} ([a-z-]+)\.")]
    private static partial Regex AlarmSection();


    private sealed class Lifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication() => throw new NotSupportedException();
    }
}
