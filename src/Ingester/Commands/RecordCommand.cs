using System.CommandLine;
using Ingester.Configuration;
using Ingester.Core.Time;
using Ingester.Errors;
using Ingester.Hosting;
using Ingester.Live;
using Ingester.Status;
using Ingester.Storage.Stores;
using Ingester.Storage.Uploads;
using Ingester.Telemetry;
using Ingester.Telemetry.Logs;

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
        command.SetAction(RunAsync);
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
        builder.Services.AddSingleton(loggers).AddIngesterRecorder(settings, store, clock, spool);
        builder.WebHost.ConfigureKestrel(StatusEndpoints.ConfigureLimits);
        if (settings.Live.Enabled)
            builder.WebHost.ConfigureKestrel(server => LiveEndpoint.ConfigureLimits(server, settings.Live));
        builder.WebHost.UseUrls(settings.Status.Listen.Length > 0 ? settings.Status.Listen : "http://127.0.0.1:0");

        await using var app = builder.Build();
        var service = ResolveRecorder(app.Services);
        var (state, telemetry) = (service.State, app.Services.GetRequiredService<TelemetryService>());
        if (settings.Status.Listen.Length > 0)
        {
            StatusEndpoints.UseRequestFilter(app, new(settings.Status.AllowedHosts, new(settings.Status.Listen), Environment.MachineName));
            StatusEndpoints.MapEndpoints(app, state, telemetry, app.Services.GetRequiredService<StatusFeed>(), settings.Replica);
            app.Services.GetService<LiveEndpoint>()?.Map(app);
        }

        await StartAsync(app, settings.Status.Listen);
        await Task.WhenAny(service.ExecuteTask!, Task.Delay(Timeout.InfiniteTimeSpan, cancel));
        await app.StopAsync(app.Services.GetRequiredService<StartupAndShutdown>().PageStopLimit);
        events.Ended(state.LostObjects, state.SpoolState.Files);

        if (state.LostObjects > 0)
            await Console.Error.WriteLineAsync($"{state.LostObjects} objects are lost: they are neither in the store nor in a spool.");
        if (state.SpoolState.Files is > 0 and var waiting)
            await Console.Error.WriteLineAsync($"{waiting} objects are in the spool {spool!.Root} and not in the store: the next recorder that uses this spool stores them.");
        return await RecordOutcome.ReportAsync(service, isFaulted: service.ExecuteTask is not { IsFaulted: false } || telemetry.ExecuteTask is { IsFaulted: true });
    }

    private static async Task StartAsync(WebApplication app, string listen)
    {
        try
        {
            await app.StartAsync(CancellationToken.None);
        }
        catch (IOException failure)
        {
            await app.StopAsync(CancellationToken.None); // services that started before the page are stopped normally, not disposed while they run
            throw new CommandException(
                $"The status page cannot be served at {listen}: {(failure.InnerException ?? failure).Message}. "
                + "Choose another port, such as --set Status:Listen=http://127.0.0.1:8081; --set Status:Listen= switches the page off.", failure);
        }
    }

    private static RecorderService ResolveRecorder(IServiceProvider services)
    {
        try
        {
            return services.GetRequiredService<RecorderService>();
        }
        catch (StoreException failure)
        {
            throw new CommandException($"Ingester:Storage:Spool:Directory: {failure.Message}", failure);
        }
    }

    private static CommandLineSettings ReadCommandLine(ParseResult line)
    {
        var values = CommonArguments.ParseSettings(line.GetValue(Set));
        if (line.GetValue(Replica) is { } replica)
            values["Ingester:Replica"] = replica;
        foreach (var text in line.GetValue(Exchanges) ?? [])
        {
            if (!CommonArguments.TrySplit(text, "--exchange", values, out var name, out var patterns))
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
        catch (FormatException failure)
        {
            values.AddError($"--store: {failure.Message}");
        }
    }
}
