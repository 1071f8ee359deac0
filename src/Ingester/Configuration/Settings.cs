using Ingester.Core.Journals;
using Ingester.Core.Raw;
using Ingester.Core.Segments;
using Ingester.Core.Time;
using Ingester.Errors;
using Ingester.Exchanges;
using Ingester.Live;
using Ingester.Publishing.DataExchange;
using Ingester.Recording.Configuration;
using Ingester.Recording.Planning;
using Ingester.Status;
using Ingester.Storage.Stores;
using Ingester.Storage.Uploads;
using Ingester.Telemetry;

namespace Ingester.Configuration;

/// <summary>All settings of <c>record</c>, read and validated together at start.</summary>
internal sealed record Settings
{
    private const string Root = SettingNames.Root;

    private static readonly TimeSpan DefaultStopTimeout = TimeSpan.FromSeconds(25);

    /// <summary>The name of this replica; part of the keys that only this replica writes. Default: <c>a</c>.</summary>
    public required string Replica { get; init; }

    /// <summary>The names of all replicas, the same list on each of them; empty when the replicas are independent.</summary>
    public required IReadOnlyList<string> Replicas { get; init; }

    /// <summary>
    /// Maximum duration of a stop; objects that are not stored by then are lost. Default: 25 s, because ECS kills a task 30 s after SIGTERM.
    /// </summary>
    public required TimeSpan StopTimeout { get; init; }

    /// <summary>The clock.</summary>
    public required ClockOptions Clock { get; init; }

    /// <summary>Windows and segments.</summary>
    public required SegmentOptions Segments { get; init; }

    /// <summary>Uploads and spool.</summary>
    public required StorageOptions Storage { get; init; }

    /// <summary>The journals that can be switched off.</summary>
    public required JournalOptions Journals { get; init; }

    /// <summary>Raw capture.</summary>
    public required RawOptions Raw { get; init; }

    /// <summary>The store.</summary>
    public required StoreOptions Store { get; init; }

    /// <summary>Connections to exchanges.</summary>
    public required ConnectionOptions Connections { get; init; }

    /// <summary>The status page.</summary>
    public required StatusOptions Status { get; init; }

    /// <summary>The live stream.</summary>
    public required LiveStreamOptions Live { get; init; }

    /// <summary>The exporters of metrics.</summary>
    public required TelemetryOptions Telemetry { get; init; }

    /// <summary>The shard of the markets that this process records.</summary>
    public required ShardOptions Shard { get; init; }

    /// <summary>The unique name of this process in metrics: the replica, and its shard if there are several.</summary>
    public string InstanceName => Shard.Count == 1 ? Replica : $"{Replica}/{Shard.Index}";

    /// <summary>The recorded markets, by exchange.</summary>
    public required IReadOnlyDictionary<string, ExchangeOptions> Exchanges { get; init; }

    /// <summary>Publications to AWS Data Exchange.</summary>
    public required DataExchangeOptions DataExchange { get; init; }

    /// <summary>Reads and validates the complete configuration.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="records">True for a recorder, which requires at least one exchange.</param>
    /// <exception cref="CommandException">The configuration is invalid; the message lists all errors by path.</exception>
    public static Settings Read(IConfiguration configuration, bool records = true)
    {
        var root = configuration.GetSection(Root);
        List<string> errors =
        [
            .. (configuration as IConfigurationRoot)?.Providers.OfType<SettingsSource>().SelectMany(layer => layer.Errors) ?? [],
            .. SettingNames.FindErrors(configuration),
            .. SerilogSettings.FindErrors(configuration.GetSection(SettingNames.Serilog)),
        ];
        var binder = new SectionBinder(configuration, errors);
        var settings = new Settings
        {
            Replica = root["Replica"] ?? "a",
            Replicas = [.. root.GetSection("Replicas").GetChildren().Select(child => child.Value ?? "")],
            StopTimeout = ReadStopTimeout(root.GetSection("StopTimeout"), errors),
            Clock = binder.Bind(root.GetSection("Clock"), new ClockOptionsValidator()),
            Segments = binder.Bind(root.GetSection("Segments"), new SegmentOptionsValidator()),
            Storage = binder.Bind(root.GetSection("Storage"), new StorageOptionsValidator()),
            Journals = binder.Bind<JournalOptions>(root.GetSection("Journals"), validator: null),
            Raw = binder.Bind(root.GetSection("Raw"), new RawOptionsValidator()),
            Store = binder.Bind(root.GetSection("Store"), new StoreOptionsValidator()),
            Connections = binder.Bind(root.GetSection("Connections"), new ConnectionOptionsValidator()),
            Status = binder.Bind(root.GetSection("Status"), new StatusOptionsValidator()),
            Live = binder.Bind(root.GetSection("Live"), new LiveStreamOptionsValidator()),
            Telemetry = binder.Bind(root.GetSection("Telemetry"), new TelemetryOptionsValidator()),
            Shard = binder.Bind(root.GetSection("Shard"), new ShardOptionsValidator()),
            DataExchange = binder.Bind(root.GetSection("DataExchange"), new DataExchangeOptionsValidator()),
            Exchanges = ReadExchanges(root.GetSection("Exchanges"), binder, errors, records),
        };
        binder.BindInternal(root.GetSection("Internal:Connections"), settings.Connections);
        settings.CheckReplicas(errors);
        settings.CheckRaw(errors, records);
        if (settings.Live.Enabled && settings.Status.Listen.Length == 0)
            errors.Add($"{Root}:Live:Enabled: the live stream is a part of the status page; set {Root}:Status:Listen.");
        if (settings.Clock is { Rate: not 1, Epoch: null })
            errors.Add($"{Root}:Clock:Epoch: a clock with a rate other than 1 needs an epoch, the same for all processes.");
        if (errors.Count > 0)
            throw new CommandException($"The configuration is wrong in {errors.Count} place(s):\n{string.Join('\n', errors.Select(error => $"  - {error}"))}");
        return settings;
    }

    private static Dictionary<string, ExchangeOptions> ReadExchanges(
        IConfigurationSection section, SectionBinder binder, List<string> errors, bool records)
    {
        var chosen = new Dictionary<string, ExchangeOptions>(StringComparer.Ordinal);
        foreach (var child in section.GetChildren())
        {
            if (ExchangeCatalog.Find(child.Key.ToLowerInvariant()) is not { } exchange) // names from the environment are in upper case
            {
                errors.Add($"{child.Path}: unknown exchange. Available: {string.Join(", ", ExchangeCatalog.All.Select(e => e.Profile.Name))}.");
                continue;
            }

            var options = binder.Bind<ExchangeOptions>(child, validator: null);
            errors.AddRange(options.Validate(exchange.Profile, records));
            chosen[exchange.Profile.Name] = options;
        }

        if (records && chosen.Count == 0 && errors.Count == 0)
            errors.Add($"{section.Path}: no exchange is configured; add one, such as \"binance\": {{ \"Markets\": [\"BTC-*\"] }}.");
        return chosen;
    }

    /// <summary>Captured exchanges must be recorded, and raw capture must leave at least half of the spool to recorded events.</summary>
    private void CheckRaw(List<string> errors, bool records)
    {
        for (var i = 0; records && i < Raw.Exchanges.Count; i++)
            if (Raw.Exchanges[i] != "*" && !Exchanges.ContainsKey(Raw.Exchanges[i]))
                errors.Add($"{Root}:Raw:Exchanges:{i}: \"{Raw.Exchanges[i]}\" is not recorded. Use \"*\" for all recorded exchanges, or some of {string.Join(", ", Exchanges.Keys)}.");
        if (Raw.Exchanges.Count > 0 && Storage.Spool is { } spool && Raw.MaxSpoolBytes > spool.MaxBytes / 2)
            errors.Add($"{Root}:Raw:MaxSpoolBytes: {Raw.MaxSpoolBytes} is more than half of {Root}:Storage:Spool:MaxBytes ({spool.MaxBytes}); the other half is for recorded events.");
    }

    private static TimeSpan ReadStopTimeout(IConfigurationSection section, List<string> errors)
    {
        if (section.Value is not { } text)
            return DefaultStopTimeout;
        if (!TimeSpan.TryParse(text, out var timeout))
            return DefaultStopTimeout; // reported with the other unreadable values
        if (timeout < TimeSpan.FromSeconds(1) || timeout > TimeSpan.FromMinutes(10))
            errors.Add($"{section.Path}: {timeout} is not between 00:00:01 and 00:10:00.");
        return timeout;
    }

    private void CheckReplicas(List<string> errors)
    {
        foreach (var name in Replicas.Prepend(Replica).Distinct(StringComparer.Ordinal))
            if (name.Length is 0 or > 63 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
                errors.Add($"{Root}:Replica: \"{name}\" is not a valid replica name; use lower-case letters, digits and dashes.");
        if (Replicas.Count > 0 && !Replicas.Contains(Replica, StringComparer.Ordinal))
            errors.Add($"{Root}:Replicas: this replica, \"{Replica}\", is not among {string.Join(", ", Replicas)}.");
        if (Replicas.Distinct(StringComparer.Ordinal).Count() != Replicas.Count)
            errors.Add($"{Root}:Replicas: a name is listed twice.");
    }
}
