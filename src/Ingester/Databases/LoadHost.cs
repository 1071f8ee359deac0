using System.Diagnostics.Metrics;
using Ingester.Configuration;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Errors;
using Ingester.Hosting;
using Ingester.Postgres.Connections;
using Ingester.Postgres.Loading;
using Ingester.Postgres.Migrations;
using Ingester.Telemetry;
using Ingester.Telemetry.Logs;

namespace Ingester.Databases;

/// <summary>Follows the store and loads into a database, with the exporters of metrics that are configured.</summary>
/// <param name="settings">The settings.</param>
/// <param name="listen">Address of <c>/metrics</c> and <c>/health</c>; null for none.</param>
internal sealed class LoadHost(Settings settings, Uri? listen)
{
    private static readonly TimeSpan StartDelay = TimeSpan.FromSeconds(5);

    /// <summary>Follows until it is cancelled.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="DatabaseException">The database needs an operator.</exception>
    public async Task<int> FollowAsync(LoadTarget target, LoadFollowOptions follow, CancellationToken cancel)
    {
        using var loggers = Logging.CreateErrorsOnly();
        using var meter = new IngesterMeter();
        var events = new LoadEvents(meter, loggers.CreateLogger<LoadEvents>());
        var loader = target.CreateLoader(events);
        AddLag(meter, () => loader.LoadedTo);
        using var telemetry = new TelemetryService(settings.Telemetry, settings.Replica, meter, loggers);
        await telemetry.StartAsync(cancel);
        await using var page = await MetricsPage.StartAsync(listen, telemetry, cancel);
        Console.WriteLine($"Following the store into {target.Address}. Ctrl+C stops.");
        try
        {
            await MigrateAsync(target, events, cancel);
            await new LoadFollower(loader, follow, TimeProvider.System, events).RunAsync(cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The regular end: the next run finds in the database what is missing.
        }
        finally
        {
            await telemetry.StopAsync(CancellationToken.None);
        }

        return ExitCodes.Succeeded;
    }

    /// <summary>Adds the gauge of how far each exchange is behind.</summary>
    public static void AddLag(IngesterMeter meter, Func<IReadOnlyDictionary<string, long>> loadedTo) =>
        meter.AddGauge("ingester.postgres.lag", "s", "Time since the end of the last minute that is loaded into PostgreSQL.", () =>
            loadedTo().Select(static one => new Measurement<double>((Micros.Now(TimeProvider.System) - one.Value) / 1e6, IngesterMeter.ExchangeTag(one.Key))));

    /// <summary>Brings the schema to the version of this program; waits for a database that is not reachable yet.</summary>
    private static async Task MigrateAsync(LoadTarget target, LoadEvents events, CancellationToken cancel)
    {
        while (true)
            try
            {
                await new Migrator(target.Database, target.Address, MigrationFiles.All).MigrateAsync(cancel);
                return;
            }
            catch (DatabaseException failure) when (!failure.IsPermanent)
            {
                events.Failed(failure);
                await Task.Delay(StartDelay, TimeProvider.System, cancel);
            }
    }
}
