using System.Diagnostics;
using System.Globalization;
using Ingester.Benchmarks.Scenarios;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Deriving.Objects;
using Ingester.Deriving.Running;
using Ingester.Postgres.Connections;
using Ingester.Postgres.Loading;
using Ingester.Postgres.Migrations;
using Ingester.Reading.Objects;
using Ingester.Storage.Stores;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ingester.Benchmarks;

/// <summary>
/// Measures how fast derived data is loaded into the PostgreSQL that <c>DATABASE_URL</c> names, over one connection: the minutes of the markets that <c>derive</c> measures.
/// It creates and drops the schema <c>ingester_benchmark</c>. The exit code is 1 when all datasets together are loaded at less than 10 times real time, or when rows are
/// missing.
/// </summary>
internal sealed class LoadSpeed(int markets, int eventsPerSecond, int minutes)
{
    private const string Schema = "ingester_benchmark";
    private const double Least = 10;

    /// <summary>Reads <c>load [MARKETS [EVENTS_PER_SECOND [MINUTES]]]</c> and runs it.</summary>
    public static Task<int> RunAsync(string[] arguments)
    {
        int At(int index, int otherwise) => arguments.Length > index ? int.Parse(arguments[index], CultureInfo.InvariantCulture) : otherwise;
        return new LoadSpeed(At(0, 500), At(1, 5_000), At(2, 10)).RunAsync();
    }

    private async Task<int> RunAsync()
    {
        if (Environment.GetEnvironmentVariable("DATABASE_URL") is not { Length: > 0 } url)
        {
            Console.WriteLine("DATABASE_URL names no database, such as postgresql://user@127.0.0.1:5432/postgres.");
            return 2;
        }

        var address = DatabaseAddress.Parse(url, Schema);
        await using var database = address.Open();
        using var meter = new IngesterMeter();
        var events = new LoadEvents(meter, NullLogger<LoadEvents>.Instance);
        await DropAsync(database);
        var folder = Directory.CreateTempSubdirectory("ingester-load-").FullName;
        try
        {
            var store = new DirectoryStore(folder, TimeProvider.System);
            await new ZipfMarkets(markets, eventsPerSecond).WriteAsync(store, minutes);
            var period = new Period(ZipfMarkets.T0, ZipfMarkets.T0 + minutes * Window.MicrosPerMinute);
            await DeriveAsync(store, period);
            await new Migrator(database, address, MigrationFiles.All).MigrateAsync(CancellationToken.None);
            var (verdict, seconds) = (new Verdict(), 0.0);
            foreach (var dataset in Enum.GetValues<DerivedDataset>())
                seconds += await MeasureAsync(dataset, new(database, address, new(store, "", TimeProvider.System), new() { Datasets = [dataset], Connections = 1 }, TimeProvider.System, events), period, verdict);
            verdict.AtLeast("all datasets, times real time over one connection", minutes * 60 / seconds, Least);
            return verdict.ExitCode;
        }
        finally
        {
            await DropAsync(database);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<double> MeasureAsync(DerivedDataset dataset, DerivedLoader loader, Period period, Verdict verdict)
    {
        var (report, watch, before) = (new LoadReport(), Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        await loader.LoadAsync(period, report, CancellationToken.None);
        var (seconds, cpu) = (watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        Console.WriteLine($"{dataset.Name()}: {report.Rows:N0} rows of {report.Loaded:N0} objects in {seconds:N1} s, {report.Rows / seconds:N0} rows/s; CPU of the loader {cpu:N1} s.");
        var minutes = (period.To - period.From) / Window.MicrosPerMinute;
        if (report.Loaded != minutes || report.Rows == 0)
            verdict.Wrong($"{dataset.Name()}: {report.Loaded} of {minutes} objects are loaded");
        return seconds;
    }

    private static async Task DeriveAsync(DirectoryStore store, Period period)
    {
        await using var deriver = new ExchangeDeriver(new ArchiveReader(store, ""), new DerivedStore(store, "", TimeProvider.System), ZipfMarkets.Exchange, new DeriveOptions { Exchanges = [ZipfMarkets.Exchange] });
        await deriver.DeriveAsync(period, new(), CancellationToken.None);
    }

    private static async Task DropAsync(NpgsqlDataSource database)
    {
        await using var drop = database.CreateCommand($"DROP SCHEMA IF EXISTS {Schema} CASCADE");
        await drop.ExecuteNonQueryAsync();
    }
}
