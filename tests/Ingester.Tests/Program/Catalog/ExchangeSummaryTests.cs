using System.Text.Json;
using Ingester.Catalog;
using Ingester.Exchanges;
using Spectre.Console;

namespace Ingester.Tests.Program.Catalog;

/// <summary>What <c>ingester exchanges</c> prints.</summary>
public sealed class ExchangeSummaryTests
{
    [Fact]
    public void Table_has_each_dataset_with_its_grade_and_the_date_of_its_recording()
    {
        var lines = Print([ExchangeSummary.Of(ExchangeCatalog.Find("coinbase")!)]);
        Assert.Contains(lines, line => Cells(line) is ["coinbase", "exchange", "trades", "chain", "", "yes", "6 lengths", "2021-04-17"]);
        Assert.Contains(lines, line => Cells(line) is ["", "", "depth", "connection", "in-band", "", "", "unproven"]);
        Assert.Contains(lines, line => Cells(line) is ["coinbase", "10 per s", "8 per s", "100 per s, 100 per s and address", "100", ""]);
        Assert.Contains(lines, line => line.Contains("1 exchanges, 2 datasets, 1 of them proven", StringComparison.Ordinal));
    }

    [Fact]
    public void Table_says_where_snapshots_and_backfills_come_from()
    {
        var lines = Print([ExchangeSummary.Of(ExchangeCatalog.Find("binance-futures")!), ExchangeSummary.Of(ExchangeCatalog.Find("bitstamp")!)]);
        Assert.Contains(lines, line => Cells(line) is ["binance-futures", "v1", "trades", "chain", "", "with API key", "12 lengths", "2024-08-08"]);
        Assert.Contains(lines, line => Cells(line) is ["", "", "depth", "chain", "rest, 1000 levels", "", "", "2024-08-08"]);
        Assert.Contains(lines, line => Cells(line) is ["", "", "depth", "connection", "rest, all levels", "", "", "2022-01-05"]);
        Assert.Contains(lines, line => Cells(line) is ["bitstamp", _, _, _, _, "2160 h"]);
    }

    [Fact]
    public void Json_names_what_a_dataset_is_and_why_it_is_unproven()
    {
        var depth = JsonSerializer.SerializeToElement(ExchangeSummary.Of(ExchangeCatalog.Find("okx")!), JsonSerializerOptions.Web).GetProperty("datasets")[1];
        Assert.Equal(
            ["dataset", "endpoint", "channel", "sequence", "exchangeTime", "grades", "backfill", "backfillNeedsKey", "proven", "recording", "recordedEvents", "unproven"],
            depth.EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            ("wss://ws.okx.com/ws/v5/public", "books", "contiguous", JsonValueKind.Null),
            (depth.GetProperty("endpoint").GetString(), depth.GetProperty("channel").GetString(), depth.GetProperty("sequence").GetString(), depth.GetProperty("proven").ValueKind));
        Assert.StartsWith("The recordings hold the channel books-l2-tbt", depth.GetProperty("unproven").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_exchange_says_for_each_dataset_either_its_recording_or_why_there_is_none() =>
        Assert.All(ExchangeCatalog.All.SelectMany(exchange => ExchangeSummary.Of(exchange).Datasets), dataset =>
        {
            Assert.NotEqual(dataset.Proven is null, dataset.Unproven is null);
            Assert.Equal(dataset.Proven is not null, dataset.RecordedEvents > 0 && dataset.Recording is not null);
        });

    private static string[] Cells(string line) => [.. line.Split('│').Skip(1).SkipLast(1).Select(cell => cell.Trim())];

    private static string[] Print(IReadOnlyList<ExchangeSummary> exchanges)
    {
        using var written = new StringWriter();
        var screen = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(written) });
        screen.Profile.Width = 400;
        ExchangeTable.Write(exchanges, screen);
        return written.ToString().Split('\n');
    }
}
