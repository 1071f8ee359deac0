using Ingester.Commands;
using Ingester.Configuration;
using Ingester.Core.Time;
using Ingester.Hosting;
using Ingester.Live;
using Ingester.Recording.Lanes;
using Ingester.Status;
using Ingester.Telemetry;
using Ingester.Telemetry.Logs;

namespace Ingester.Benchmarks.Hosted;

/// <summary>Runs the recorder like <c>ingester record</c>, with timed lanes and a timed store, and writes the measured delays at the end.</summary>
internal static class HostCommand
{
    /// <summary>Reads <c>host FOLDER --config FILE [--set NAME=VALUE]…</c> and runs until it is stopped.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var set = CommonArguments.ParseSettings([.. arguments.Skip(3).Chunk(2).Select(pair => pair[1])]);
        var configuration = ConfigurationLoader.Load(new(arguments[2]), set);
        var settings = Settings.Read(configuration);
        var clock = SimulatedClock.Create(settings.Clock);
        using var loggers = Logging.Create(configuration, new(settings.Replica, settings.Shard.Index));
        var watch = new StoreDelayMeter(settings.Storage.UploadSpread);
        var received = new DelayLog();

        ConfigurationReload.Disable();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(loggers).AddSingleton<LaneDecorator>(lane => new TimedLane(lane, received, watch))
            .AddIngesterRecorder(settings, new TimedStore(settings.Store.Open(clock), watch), clock)
            .Configure<HostOptions>(host => host.ShutdownTimeout = settings.StopTimeout + TimeSpan.FromSeconds(10));
        builder.WebHost.UseUrls(settings.Status.Listen);
        await using var app = builder.Build();
        var service = app.Services.GetRequiredService<RecorderService>();
        StatusEndpoints.MapEndpoints(app, service.State, app.Services.GetRequiredService<TelemetryService>(), app.Services.GetRequiredService<StatusFeed>(), settings.Replica);
        app.Services.GetService<LiveEndpoint>()?.Map(app);
        await app.RunAsync();

        received.Save(Path.Combine(arguments[0], DelayLog.Received));
        watch.Delays.Save(Path.Combine(arguments[0], DelayLog.Stored));
        return service is { State.LostObjects: 0, ExecuteTask.IsFaulted: false } ? 0 : 1;
    }
}
