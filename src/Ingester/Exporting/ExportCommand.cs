using System.CommandLine;
using System.Globalization;
using Ingester.Commands;
using Ingester.Core.Exchanges;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Hosting;
using Ingester.Publishing.Export;
using Ingester.Publishing.Files;
using Ingester.Reading.Objects;
using Ingester.Storage.Stores;

namespace Ingester.Exporting;

/// <summary><c>ingester export</c>: writes a day as CSV and Parquet files.</summary>
internal static class ExportCommand
{
    private static readonly ArchiveOptions Archive = new();

    private static readonly Option<DateOnly> Date = CommonArguments.Day();

    private static readonly Option<IExchange[]> Exchanges = CommonArguments.Exchanges();
    private static readonly Option<string> Pair = new("--pair") { Description = "The market, * and ? allowed. Default: all.", DefaultValueFactory = _ => "*" };
    private static readonly Option<string[]> Datasets = CommonArguments.Datasets("Datasets to be exported. Default: all.");

    private static readonly Option<string[]> Formats = new("--format")
    {
        Description = "Formats of the files, separated by commas: csv, parquet. Default: both.",
        DefaultValueFactory = _ => ["csv", "parquet"],
        CustomParser = static result =>
        {
            var names = result.Tokens.SelectMany(token => token.Value.Split(',')).Distinct(StringComparer.Ordinal).ToArray();
            if (Array.Find(names, name => name is not ("csv" or "parquet")) is { } unknown)
                result.AddError($"'{unknown}' is not a format: give csv, parquet or csv,parquet.");
            return names;
        },
    };

    private static readonly Option<(int Shard, int Count)> Shard = new("--shard")
    {
        HelpName = "i/n",
        Description = "Export only part i of n of the streams, such as 1/4. The n parts together are all streams. Default: 1/1.",
        DefaultValueFactory = _ => (1, 1),
        CustomParser = static result =>
        {
            if (result.Tokens[0].Value.Split('/') is [var part, var all] && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var shard)
                && int.TryParse(all, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && shard >= 1 && shard <= count)
                return (shard, count);
            result.AddError($"'{result.Tokens[0].Value}' is not a shard: give i/n with i from 1 to n, such as 1/4.");
            return (1, 1);
        },
    };

    private static readonly Option<string?> To = new("--to") { HelpName = "address", Description = "Where the files are written: a directory or s3://bucket/prefix. Default: the store, below export/." };

    private static readonly Option<NumberForm> Numbers = new("--numbers")
    {
        Description = "Prices and sizes in Parquet files: decimal (exact) or double. Default: decimal.",
        DefaultValueFactory = _ => NumberForm.Decimal,
    };

    private static readonly Option<string[]> Replicas = new("--replica")
    {
        Description = "A replica whose receive times become local_timestamp; can be repeated, in order of preference. Default: all, in the order of their names.",
        DefaultValueFactory = _ => [],
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("export", """
            Writes a day as CSV files in the layout of the Tardis files, and as Parquet files: one file per market and day.

            Each event is exported once, in order, with its exact digits. Streams whose files are up to date are skipped: to continue an interrupted export, run it again. If
            the store has changed since the last export, a new revision replaces the files, and the replaced files are kept below export/superseded/.
            The exit code is 0 when every window is proven, 1 when a stream could not be exported or there was nothing to export, and 3 when something is missing, not proven or
            not readable, when a number does not fit a decimal, or when the day is not over. The manifests below export/manifests/ have the details.
            """)
        {
            Date, Exchanges, Pair, Datasets, Formats, Shard, To, Numbers, Replicas,
        };
        Archive.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        var (settings, prefix, request) = (Archive.ReadSettings(line), Archive.Prefix(line).Trim('/'), ReadRequest(line));
        var archive = new ArchiveReader(await StoreFactory.OpenExistingAsync(settings.Store, cancel), prefix);
        var target = line.GetValue(To) is { } address ? new ExportTarget(Open(ArchiveOptions.ParseAddress(address, settings.Store)), "", TimeProvider.System)
            : new ExportTarget(Open(settings.Store), prefix, TimeProvider.System);
        var exporter = new DayExporter(archive, target, request);
        var results = new ExportResults();
        var began = TimeProvider.System.GetTimestamp();
        await using (new ProgressLine(TimeSpan.FromSeconds(5), () => ExportResults.Describe(exporter.Progress, TimeProvider.System.GetElapsedTime(began))))
            await foreach (var outcome in exporter.RunAsync(cancel))
                results.Add(outcome);
        var isOver = Micros.ToDateTime(Micros.Now(TimeProvider.System)) >= request.Day.AddDays(1).ToDateTime(TimeOnly.MinValue);
        return results.Report(request, isOver);
    }

    private static ExportRequest ReadRequest(ParseResult line)
    {
        var (formats, (shard, count)) = (line.GetRequiredValue(Formats), line.GetRequiredValue(Shard));
        var exchanges = line.GetRequiredValue(Exchanges).Select(exchange => exchange.Profile.Name).ToList();
        return new()
        {
            Day = line.GetRequiredValue(Date),
            Exchanges = exchanges.Count > 0 ? exchanges : [.. ExchangeCatalog.All.Select(exchange => exchange.Profile.Name)],
            MarketPattern = line.GetRequiredValue(Pair),
            Datasets = [.. line.GetRequiredValue(Datasets).Select(CommonArguments.ParseDataset)],
            Csv = formats.Contains("csv"),
            Parquet = formats.Contains("parquet"),
            Numbers = line.GetRequiredValue(Numbers),
            Replicas = line.GetRequiredValue(Replicas),
            Shard = shard,
            ShardCount = count,
        };
    }

    private static IReplaceableStore Open(StoreOptions options) => options.Open(TimeProvider.System);
}
