using System.CommandLine;
using Ingester.Configuration;
using Ingester.Core.Time;
using Ingester.Hosting;
using Ingester.Status;
using Ingester.Storage.Spooling;
using Ingester.Storage.Stores;
using Ingester.Storage.Uploads;
using Ingester.Storage.Writing;
using Ingester.Telemetry;

namespace Ingester.Commands;

/// <summary><c>ingester record</c>: runs the recorder.</summary>
internal static class RecordCommand
{
    private static readonly Option<FileInfo?> Config = CommonArguments.Config();

    private static readonly Option<string?> Store = new("--store")
    {
        Description = $"A directory or s3://bucket/prefix; overrides Ingester:Store. Default: {StoreOptions.DefaultDirectory}.",
    };

    private static readonly Option<string?> Replica = new("--replica") { Description = "The name of this replica; overrides Ingester:Replica." };

    private static readonly Option<string[]> Exchanges = new("--exchange")
    {
        Description = "Markets to record, as EXCHANGE=PATTERN[,PATTERN…], such as binance=BTC-*,ETH-*; can be repeated.",
    };

    /// <summary>Time for a stop in addition to storing: closing connections and exporting the last metrics.</summary>
    private static readonly TimeSpan StopMargin = TimeSpan.FromSeconds(10);

    /// <summary>Maximum duration of status page requests after recording has stopped.</summary>
    private static readonly TimeSpan ServerStopTimeout = TimeSpan.FromSeconds(1);

    private static readonly Option<string[]> Set = CommonArguments.Set("Segments:MaxHoldTime=00:01:00");

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("record", """
            Records live markets until it is stopped (Ctrl+C, SIGTERM, SIGQUIT, SIGHUP); then it seals and stores all open segments.

            Settings come from appsettings.json, then --config, then the environment (INGESTER__STORE__DIRECTORY=…), then these options.
            For example:  ingester record --exchange binance=BTC-USDT,ETH-USDT --exchange kraken=BTC-* --store ./data
            """)
        {
            Config, Store, Replica, Exchanges, Set,
        };
        command.SetAction(CommandRunner.WithErrorHandling(RunAsync));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        var configuration = ConfigurationLoader.Load(line.GetValue(Config), ReadCommandLine(line));
        var settings = Settings.Read(configuration);
        DescriptorLimit.RequireSufficient(settings);
        var clock = SimulatedClock.Create(settings.Clock);
        using var loggers = Logging.Create(configuration, new(settings.Replica, settings.Shard.Index));
        var events = new ProcessEvents(loggers.CreateLogger<ProcessEvents>());
        events.Starting(settings);
        using var spool = StoreFactory.OpenSpool(settings);
        var store = await StoreFactory.OpenAsync(settings, clock, loggers.CreateLogger<StorageEvents>(), cancel);
        await WindowLengthMonitor.CheckAtStartAsync(settings, store, clock, loggers.CreateLogger<WindowLengthMonitor>(), cancel);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(store);
        builder.Services.AddSingleton(clock);
        if (spool is not null)
            builder.Services.AddSingleton(spool);
        builder.Services.AddSingleton<RecorderService>();
        builder.Services.AddSingleton<TelemetryService>();
        builder.WebHost.ConfigureKestrel(StatusEndpoints.ConfigureLimits);
        builder.WebHost.UseUrls(settings.Status.Listen.Length > 0 ? settings.Status.Listen : "http://127.0.0.1:0");

        await using var app = builder.Build();
        var service = ResolveRecorder(app.Services);
        var telemetry = app.Services.GetRequiredService<TelemetryService>();
        if (settings.Status.Listen.Length > 0)
        {
            StatusEndpoints.UseRequestFilter(app, new(settings.Status.AllowedHosts, new(settings.Status.Listen), Environment.MachineName));
            StatusEndpoints.MapEndpoints(app, service, telemetry, settings.Replica);
        }

        try
        {
            await app.StartAsync(CancellationToken.None);
        }
        catch (IOException taken)
        {
            await app.StopAsync(CancellationToken.None); // services that started before the page are stopped normally, not disposed while they run
            throw new CommandException(
                $"The status page cannot be served at {settings.Status.Listen}: {(taken.InnerException ?? taken).Message}. "
                + "Choose another port, such as --set Status:Listen=http://127.0.0.1:8081; --set Status:Listen= switches the page off.", taken);
        }

        await RecordAsync(service, telemetry, settings, cancel);
        await StopServingAsync(app);
        events.Ended(service.LostObjects, service.SpoolState.Files);

        if (service.LostObjects > 0)
            await Console.Error.WriteLineAsync($"{service.LostObjects} objects are lost: they are neither in the store nor in a spool.");
        if (service.SpoolState.Files is > 0 and var waiting)
            await Console.Error.WriteLineAsync($"{waiting} objects are in the spool {spool!.Root} and not in the store: the next recorder that uses this spool stores them.");
        return await RecordOutcome.ReportAsync(service, isFaulted: service.ExecuteTask is not { IsFaulted: false } || telemetry.ExecuteTask is { IsFaulted: true });
    }

    /// <summary>Records until it is stopped or recording fails. Recording stops first, so that the last metrics include the stop.</summary>
    private static async Task RecordAsync(RecorderService service, TelemetryService telemetry, Settings settings, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource();
        await telemetry.StartAsync(CancellationToken.None);
        await service.StartAsync(CancellationToken.None);
        await Task.WhenAny(service.ExecuteTask!, Task.Delay(Timeout.InfiniteTimeSpan, cancel));
        limit.CancelAfter(settings.StopTimeout + StopMargin);
        await service.StopAsync(limit.Token);
        await telemetry.StopAsync(limit.Token);
    }

    /// <summary>The status page stops last; requests that are still open then are aborted.</summary>
    private static async Task StopServingAsync(WebApplication app)
    {
        using var limit = new CancellationTokenSource(ServerStopTimeout);
        await app.StopAsync(limit.Token);
    }

    private static RecorderService ResolveRecorder(IServiceProvider services)
    {
        try
        {
            return services.GetRequiredService<RecorderService>();
        }
        catch (StoreException unreadable)
        {
            throw new CommandException($"Ingester:Storage:Spool:Directory: {unreadable.Message}", unreadable);
        }
    }

    private static CommandLineSettings ReadCommandLine(ParseResult line)
    {
        var values = CommonArguments.ParseSettings(line.GetValue(Set));
        if (line.GetValue(Replica) is { } replica)
            values["Ingester:Replica"] = replica;
        foreach (var choice in line.GetValue(Exchanges) ?? [])
        {
            if (!CommonArguments.TrySplit(choice, "--exchange", values, out var name, out var patterns))
                continue;
            var list = patterns.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            for (var i = 0; i < list.Length; i++)
                values[$"Ingester:Exchanges:{name}:Markets:{i}"] = list[i];
        }

        if (line.GetValue(Store) is { } store)
            SetStore(store, values);
        return values;
    }

    private static void SetStore(string address, CommandLineSettings values)
    {
        try
        {
            var store = StoreAddress.Parse(address);
            values["Ingester:Store:Directory"] = store.Directory;
            if (store.S3 is not { } bucket)
                return;
            values["Ingester:Store:S3:Bucket"] = bucket.Bucket;
            values["Ingester:Store:S3:Prefix"] = bucket.Prefix;
        }
        catch (FormatException sentence)
        {
            values.AddError($"--store: {sentence.Message}");
        }
    }
}
