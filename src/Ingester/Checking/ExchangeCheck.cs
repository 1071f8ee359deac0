using System.Globalization;
using System.Reflection;
using Ingester.Catalog;
using Ingester.Configuration;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Hosting;
using Ingester.Recording.Configuration;
using Ingester.Recording.Lanes;
using Ingester.Recording.Rest;
using Ingester.Storage.Stores;

namespace Ingester.Checking;

/// <summary>
/// Checks whether an exchange sends what its profile says: requests the market list, records a sample of its markets for some minutes with the recorder
/// itself, into a store of its own, and collects what happened.
/// </summary>
internal sealed class ExchangeCheck(CheckOptions options)
{
    private const string StoreFolder = "store";

    private readonly IExchange exchange = options.Exchange;
    private readonly TimeProvider clock = SimulatedClock.Create(options.Clock);
    private ExchangeObserver? observer;

    /// <summary>Number of frames so far.</summary>
    public long Frames => observer?.Connections.Sum(connection => connection.Frames) ?? 0;

    /// <summary>The store of the check, which the caller may keep or delete.</summary>
    public string StoreDirectory => Path.Combine(options.Folder, StoreFolder);

    private ExchangeProfile Profile => exchange.Profile;

    /// <summary>Runs the check. A cancellation ends recording early; the report then judges what was recorded until then.</summary>
    public async Task<CheckReport> RunAsync(CancellationToken cancel)
    {
        var began = clock.GetUtcNow();
        MarketListResult list;
        try
        {
            list = await MarketListRequest.FetchAsync(exchange, options.Rest, cancel);
        }
        catch (RestException failure)
        {
            return CreateReport(began, new() { Error = failure.Message }, []);
        }

        var markets = MarketSample.Select(list.Markets, options.Markets);
        var report = CreateReport(began, MarketListFacts.Of(list, Profile.Symbols), markets);
        return markets.Count == 0 ? report : await RecordAsync(report, markets, cancel);
    }

    private CheckReport CreateReport(DateTimeOffset began, MarketListFacts list, IReadOnlyList<Market> markets) => new()
    {
        Exchange = Profile.Name,
        Protocol = Profile.Protocol,
        Program = typeof(ExchangeCheck).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown",
        Endpoints = [.. Profile.Datasets.Select(dataset => ChoiceOf(markets).WebSocketAddress(dataset.Endpoint).ToString()).Distinct(StringComparer.Ordinal)],
        Began = began,
        Seconds = 0,
        MarketList = list,
        Markets = [.. markets.Select(market => market.Name)],
        ExpectsChecksums = Profile.Book.Checksum is not null,
    };

    private async Task<CheckReport> RecordAsync(CheckReport report, IReadOnlyList<Market> markets, CancellationToken cancel)
    {
        var settings = CreateSettings(markets);
        observer = new(exchange, clock);
        using var warnings = new WarningLog();
        var store = await StoreFactory.OpenForImportAsync(settings.Store, "", CancellationToken.None);
        using var host = CreateHost(settings, store, warnings);
        var began = clock.GetTimestamp();
        await host.StartAsync(CancellationToken.None);
        await Task.Delay(options.Duration, clock, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // stopped early: what was recorded is judged
        var seconds = clock.GetElapsedTime(began).TotalSeconds;
        await host.StopAsync(CancellationToken.None);

        var (meter, stored) = (host.Services.GetRequiredService<IngesterMeter>(), StoredResults.Read(StoreDirectory));
        var raw = await RawResults.MoveAsync(StoreDirectory, options.Folder, Profile.PingMessage);
        return report with
        {
            Seconds = seconds,
            Connections = ConnectionFacts.Of(observer, meter, raw),
            Frames = new(Frames, observer.Ignored, stored.Quarantined),
            Datasets = [.. Profile.Datasets.Select(dataset => DatasetFacts.Of(dataset, observer, stored))],
            Books = Profile.Find(Profile.BookDataset) is null ? null : BookFacts.Of(stored, meter),
            RawFiles = raw.Files,
            RawDropped = meter.RawDropped.Total,
            Warnings = warnings.Warnings,
        };
    }

    private IHost CreateHost(Settings settings, IObjectStore store, WarningLog warnings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.AddProvider(warnings);
        builder.Services.AddSingleton<LaneDecorator>(observer!.Observe).AddIngesterRecorder(settings, store, clock);
        return builder.Build();
    }

    private ExchangeOptions ChoiceOf(IReadOnlyList<Market> markets) => new()
    {
        Markets = [.. markets.Select(market => market.Name)],
        Datasets = [.. Profile.Datasets.Select(dataset => dataset.Dataset.Name())],
        WebSocket = options.WebSocket,
        Rest = options.Rest,
    };

    /// <summary>The settings of the recorder: only those of the check, none from files or from the environment.</summary>
    private Settings CreateSettings(IReadOnlyList<Market> markets)
    {
        var values = new CommandLineSettings
        {
            ["Ingester:Replica"] = "check",
            ["Ingester:Store:Directory"] = StoreDirectory,
            ["Ingester:Storage:UploadSpread"] = "00:00:00",
            ["Ingester:Raw:Exchanges:0"] = Profile.Name,
            ["Ingester:Clock:Epoch"] = options.Clock.Epoch?.ToString("O", CultureInfo.InvariantCulture),
            ["Ingester:Clock:Rate"] = options.Clock.Rate.ToString(CultureInfo.InvariantCulture),
        };
        var choice = ChoiceOf(markets);
        var section = $"{ExchangeOptions.Section}:{Profile.Name}";
        for (var i = 0; i < choice.Markets.Count; i++)
            values[$"{section}:{nameof(ExchangeOptions.Markets)}:{i}"] = choice.Markets[i];
        for (var i = 0; i < choice.Datasets.Count; i++)
            values[$"{section}:{nameof(ExchangeOptions.Datasets)}:{i}"] = choice.Datasets[i];
        values[$"{section}:{nameof(ExchangeOptions.WebSocket)}"] = choice.WebSocket;
        values[$"{section}:{nameof(ExchangeOptions.Rest)}"] = choice.Rest;
        return Settings.Read(new ConfigurationBuilder().Add(new SettingsSource("of the check", values.Where(value => value.Value is not null))).Build());
    }
}
