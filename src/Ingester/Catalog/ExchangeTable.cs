using System.Globalization;
using Spectre.Console;

namespace Ingester.Catalog;

/// <summary>Writes the exchanges as tables: one of datasets and their proof, one of budgets.</summary>
internal static class ExchangeTable
{
    /// <summary>Writes both tables and the sentence that explains them.</summary>
    public static void Write(IReadOnlyList<ExchangeSummary> exchanges, IAnsiConsole screen)
    {
        var datasets = CreateTable("exchange", "protocol", "dataset", "grade", "snapshots", "backfill", "candles", "recording");
        foreach (var exchange in exchanges)
        {
            foreach (var (dataset, isFirst) in exchange.Datasets.Select((dataset, index) => (dataset, index == 0)))
                datasets.AddRow(CellsOf(exchange, dataset, isFirst));
        }

        var budgets = CreateTable("exchange", "REST weight", "connections", "client messages", "streams per connection", "closed after");
        foreach (var exchange in exchanges)
            budgets.AddRow(BudgetsOf(exchange));
        screen.Write(datasets);
        screen.Write(budgets);
        var all = exchanges.SelectMany(exchange => exchange.Datasets).ToList();
        screen.WriteLine($"{exchanges.Count:N0} exchanges, {all.Count:N0} datasets, {all.Count(dataset => dataset.Proven is not null):N0} of them proven by a recording (its date is in the last column). "
            + "--json also has endpoints, channels, and why a dataset is unproven. ingester check EXCHANGE checks an exchange from this machine.");
    }

    private static Table CreateTable(params string[] titles) => new Table().Border(TableBorder.Rounded).AddColumns(titles);

    private static string[] CellsOf(ExchangeSummary exchange, DatasetSummary dataset, bool isFirst) =>
    [
        isFirst ? exchange.Exchange : "",
        isFirst ? exchange.Protocol : "",
        dataset.Dataset,
        string.Join(", ", dataset.Grades),
        dataset.Dataset == "depth" ? $"{exchange.Snapshots}{FormatLevels(exchange.SnapshotLevels)}" : "",
        dataset.Backfill ? dataset.BackfillNeedsKey ? "with API key" : "yes" : "",
        isFirst && exchange.Candles is { } candles ? $"{candles.IntervalMinutes.Count} lengths" : "",
        dataset.Proven is { } day ? day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "unproven",
    ];

    private static string[] BudgetsOf(ExchangeSummary exchange)
    {
        var budgets = exchange.Budgets;
        return
        [
            exchange.Exchange,
            $"{budgets.RequestWeight}",
            $"{budgets.Connections}",
            budgets.AddressMessages is { } address ? $"{budgets.Messages}, {address} and address" : $"{budgets.Messages}",
            budgets.StreamsPerConnection.ToString("N0", CultureInfo.InvariantCulture),
            budgets.MaxConnectionSeconds is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.#} h") : "",
        ];
    }

    private static string FormatLevels(int? levels) => levels switch
    {
        null => "",
        0 => ", all levels",
        _ => string.Create(CultureInfo.InvariantCulture, $", {levels} levels"),
    };
}
