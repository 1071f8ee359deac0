using System.Diagnostics.Metrics;
using Ingester.Configuration;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Deriving.Objects;
using Ingester.Deriving.Running;
using Ingester.Errors;
using Ingester.Reading.Objects;
using Ingester.Telemetry;
using Ingester.Telemetry.Logs;

namespace Ingester.Hosting;

/// <summary>Follows the store with the exporters of metrics that are configured.</summary>
/// <param name="settings">The settings.</param>
/// <param name="listen">Address of <c>/metrics</c> and <c>/health</c>; null for none.</param>
internal sealed class DeriveHost(Settings settings, Uri? listen)
{
    /// <summary>Follows until it is cancelled.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> FollowAsync(ArchiveReader archive, DerivedStore store, DeriveOptions options, DeriveFollowOptions follow, CancellationToken cancel)
    {
        using var loggers = Logging.CreateErrorsOnly();
        using var meter = new IngesterMeter();
        var events = new DeriveEvents(meter, loggers.CreateLogger<DeriveEvents>());
        var followers = options.Exchanges
            .Select(exchange => (Exchange: exchange, Follower: new DeriveFollower(exchange, () => new(archive, store, exchange, options), follow, TimeProvider.System, events))).ToList();
        AddLag(meter, followers);
        using var telemetry = new TelemetryService(settings.Telemetry, settings.Replica, meter, loggers);
        await telemetry.StartAsync(cancel);
        await using var page = await MetricsPage.StartAsync(listen, telemetry, cancel);
        Console.WriteLine($"Following {string.Join(", ", options.Exchanges)}, {follow.Delay.TotalSeconds:N0} s behind. Ctrl+C stops.");
        try
        {
            await Task.WhenAll(followers.Select(one => Task.Run(() => one.Follower.RunAsync(cancel), cancel)));
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The regular end: what was not finished is found in the store by the next run. A follower ends by nothing else: it reports an error at once, and starts again.
        }
        finally
        {
            foreach (var (_, follower) in followers)
                await follower.DisposeAsync();
            await telemetry.StopAsync(CancellationToken.None);
        }

        return ExitCodes.Succeeded;
    }

    /// <summary>Adds the gauge of how far each exchange is behind.</summary>
    public static void AddLag(IngesterMeter meter, IReadOnlyCollection<(string Exchange, DeriveFollower Follower)> followers) =>
        meter.AddGauge("ingester.derive.lag", "s", "Time since the end of the last minute that was derived.", () =>
            followers.Where(static one => one.Follower.DerivedTo is not null).Select(one => new Measurement<double>(
                (Micros.Now(TimeProvider.System) - one.Follower.DerivedTo!.Value) / 1e6, IngesterMeter.ExchangeTag(one.Exchange))));
}
